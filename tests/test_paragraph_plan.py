"""The breaks of a paragraph are those of least demerits, whatever its numbers."""

from __future__ import annotations

from itertools import combinations, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from bulletin_press.editions.pdf.evenness.plan import Demerits, Line, Places, plan

DEMERITS = Demerits()
WORDS = st.lists(st.tuples(st.integers(1, 9), st.booleans()), min_size=1, max_size=9)


def places(words: list[tuple[int, bool]]) -> Places:
    """Words of some width, each followed by a blank of 1 or by a hyphen of 0.5 if it is divided."""
    found = Places()
    at, blanks = 0.0, 0

    def add(end: float, begin: float, ended: int, begun: int, hyphen: bool) -> None:
        found.ends.append(end)
        found.begins.append(begin)
        found.stretch_ends.append(ended * 0.5)
        found.stretch_begins.append(begun * 0.5)
        found.shrink_ends.append(ended * 0.3)
        found.shrink_begins.append(begun * 0.3)
        found.hang_left.append(0)
        found.hang_right.append(0.25 if hyphen else 0)
        found.words_ends.append(ended)
        found.words_begins.append(begun)
        found.penalty.append(80 if hyphen else 0)
        found.hyphen.append(hyphen)

    add(0, 0, 0, 0, False)
    for width, divided in words[:-1]:
        at += width
        if divided:
            add(at + 0.5, at, blanks, blanks, True)
        else:
            add(at, at + 1, blanks, blanks + 1, False)
            at, blanks = at + 1, blanks + 1
    add(at + words[-1][0], at + words[-1][0], blanks, blanks, False)
    return found


def ratio(given: Places, begin: int, end: int, measure: float) -> float | None:
    """How far a line is stretched or shrunk; None if it does not fit."""
    room = measure + given.hang_right[end] + given.hang_left[begin]
    gap = room - (given.ends[end] - given.begins[begin])
    if gap < 0:
        able = given.shrink_ends[end] - given.shrink_begins[begin]
        return gap / able if -gap <= able * 1.0001 else None
    if end == len(given) - 1:
        return 0.0
    able = given.stretch_ends[end] - given.stretch_begins[begin]
    return gap / able if able > 0 else 0.0 if gap < 1e-6 else 1e4


def cost(given: Places, breaks: tuple[int, ...], measure: float) -> float | None:
    """The demerits of one way to break, in the plainest words."""
    total, row, before = 0.0, 0, 1
    for begin, end in pairwise(breaks):
        found = ratio(given, begin, end, measure)
        if found is None:
            return None
        total += (DEMERITS.line + 100 * found**2) ** 2 + given.penalty[end] ** 2
        fitness = 0 if found < -0.5 else 1 if found <= 0.5 else 2 if found <= 1 else 3
        total += DEMERITS.contrast * (abs(fitness - before) > 1)
        before = fitness
        row = row + 1 if given.hyphen[end] else 0
        total += DEMERITS.double_hyphen * (row > 1) + DEMERITS.ladder * (row > 2)
        if end == len(given) - 1:
            length = given.ends[end] - given.begins[begin]
            alone = given.words_ends[end] <= given.words_begins[begin]
            if length < 0.12 * measure or (alone and length < 0.3 * measure):
                total += DEMERITS.runt
            if given.hyphen[begin]:
                total += DEMERITS.last_part if alone else DEMERITS.last_hyphen
    return total


def least(given: Places, measure: float, loosest: float) -> float | None:
    """The demerits of the best way, all ways tried, in which no line is looser than ``loosest``."""
    inner = range(1, len(given) - 1)
    costs = []
    for count in range(len(given) - 1):
        for chosen in combinations(inner, count):
            breaks = (0, *chosen, len(given) - 1)
            ratios = [ratio(given, one, other, measure) for one, other in pairwise(breaks)]
            found = cost(given, breaks, measure)
            if found is not None and all(one is not None and one <= loosest for one in ratios):
                costs.append(found)
    return min(costs, default=None)


def breaks_of(lines: list[Line]) -> tuple[int, ...]:
    return (lines[0].begin, *(one.end for one in lines))


@settings(max_examples=300, deadline=None)
@given(WORDS, st.integers(6, 30))
def test_no_other_way_has_fewer_demerits(words: list[tuple[int, bool]], measure: int) -> None:
    given_places = places(words)
    found = list(plan(given_places, 0, measure, 0, DEMERITS))
    best = least(given_places, measure, DEMERITS.loosest)
    if best is None:
        best = least(given_places, measure, float("inf"))
    if best is None:
        assert not found
        return
    assert breaks_of(found)[-1] == len(given_places) - 1
    own = cost(given_places, breaks_of(found), measure)
    assert own is not None
    assert abs(own - best) <= 1e-6 * max(1, best)


@given(WORDS, st.integers(6, 30), st.integers(0, 5))
def test_lines_follow_one_another_and_fit(
    words: list[tuple[int, bool]], measure: int, indent: int
) -> None:
    given_places = places(words)
    lines = list(plan(given_places, 0, measure, indent, DEMERITS))
    for before, after in pairwise(lines):
        assert before.end == after.begin
    assert all(one.begin < one.end and one.ratio >= -1.0001 for one in lines)
