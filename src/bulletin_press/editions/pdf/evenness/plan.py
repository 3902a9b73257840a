"""Where the lines of a paragraph break so that all of it is even: total fit, after Knuth and Plass.

Pure numbers: a paragraph is the list of places where it may break, each with what stands before it.
A line between two places is as good as its blanks are near their natural width; of all ways to
break the paragraph the one of least demerits is chosen, by dynamic programming. Lengths are in any
one unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf

RUNT = 0.12  # of the measure: a last line shorter than that
_ALONE = 0.3  # of the measure: a last line of one word shorter than that
_EDGE = 1.0001  # of what a line can shrink, for rounding


@dataclass(frozen=True, slots=True)
class Demerits:
    """What is held against a line, and against its neighbours.

    ``loosest`` is the ratio up to which lines are tried first. ``ladder`` is for a hyphen at the
    end of a third line in a row, ``last_part`` for a last line of nothing but a part of a word.
    """

    line: float = 10
    double_hyphen: float = 10_000
    ladder: float = 400_000
    last_hyphen: float = 5_000
    last_part: float = 60_000
    contrast: float = 3_000
    runt: float = 40_000
    loosest: float = 4


@dataclass(slots=True)
class Places:
    """Where a paragraph may break: its begin, each legal break in order, its end.

    Of each place: ``ends`` is how much stands before it where a line ends there, hyphen included,
    ``begins`` where a line begins there, blanks left out. Likewise what of it can ``stretch`` and
    ``shrink``, and which sign hangs out, ``hang_left`` of a line that begins there, ``hang_right``
    of one that ends there. ``words`` counts blanks. ``penalty`` is that of the break; ``hyphen``
    says that a line that ends there ends with a hyphen.
    """

    ends: list[float] = field(default_factory=list)
    begins: list[float] = field(default_factory=list)
    stretch_ends: list[float] = field(default_factory=list)
    stretch_begins: list[float] = field(default_factory=list)
    shrink_ends: list[float] = field(default_factory=list)
    shrink_begins: list[float] = field(default_factory=list)
    hang_left: list[float] = field(default_factory=list)
    hang_right: list[float] = field(default_factory=list)
    words_ends: list[int] = field(default_factory=list)
    words_begins: list[int] = field(default_factory=list)
    penalty: list[float] = field(default_factory=list)
    hyphen: list[bool] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.ends)


@dataclass(frozen=True, slots=True)
class Line:
    """A line from one place to another, by their numbers.

    ``ratio`` is how far it is stretched, 1 for all that it can well be, or shrunk, down to -1.
    """

    begin: int
    end: int
    ratio: float


# The demerits up to a place, its line's fitness and hyphens in a row, place and state before,
# and the line's ratio.
_State = tuple[float, int, int, int, int, float]


def plan(
    places: Places, first: int, measure: float, indent: float, demerits: Demerits
) -> Sequence[Line]:
    """The lines from place ``first`` on, each ``measure`` wide, the first less by ``indent``.

    None at all if something does not fit the measure.
    """
    return (
        _solved(places, first, measure, indent, demerits, demerits.loosest)
        or _solved(places, first, measure, indent, demerits, inf)
        or ()
    )


def _solved(
    places: Places, first: int, measure: float, indent: float, demerits: Demerits, loosest: float
) -> list[Line]:
    count = len(places)
    ends, penalty, hyphen = places.ends, places.penalty, places.hyphen
    stretch_ends, stretch_begins = places.stretch_ends, places.stretch_begins
    shrink_ends, shrink_begins = places.shrink_ends, places.shrink_begins
    hang_right = places.hang_right
    room = [begin + hang for begin, hang in zip(places.begins, places.hang_left, strict=True)]
    room[first] -= indent
    slack = measure * 0.1
    states: list[list[_State]] = [[] for _ in range(count)]
    states[first].append((0.0, 1, 0, -1, 0, 0.0))
    active = [first]
    low = 0
    base, doubled, contrast = demerits.line, demerits.double_hyphen, demerits.contrast
    for place in range(first + 1, count):
        is_last = place == count - 1
        left = measure + hang_right[place] - ends[place]
        can_stretch, can_shrink = stretch_ends[place], shrink_ends[place]
        own, is_hyphen = penalty[place] * penalty[place], hyphen[place]
        best: dict[int, _State] = {}
        for index in range(low, len(active)):
            begin = active[index]
            gap = left + room[begin]
            if gap < 0:
                able = can_shrink - shrink_begins[begin]
                if -gap > able * _EDGE:
                    if index == low and -gap > able + slack:
                        low += 1
                    continue
                ratio = gap / able
            elif is_last:
                ratio = 0.0
            else:
                able = can_stretch - stretch_begins[begin]
                if gap > able * loosest:
                    break
                ratio = gap / able if able > 0 else 0.0 if gap < 1e-6 else 1e4
            bad = base + 100 * ratio * ratio
            cost = bad * bad + own
            if is_last:
                cost += _of_last_line(places, begin, place, measure, hyphen[begin], demerits)
            fitness = 0 if ratio < -0.5 else 1 if ratio <= 0.5 else 2 if ratio <= 1 else 3
            for number, state in enumerate(states[begin]):
                total = state[0] + cost
                row = 0
                if is_hyphen:
                    row = state[2] + 1
                    if row > 1:
                        total += doubled
                        if row > 2:
                            row = 2
                            total += demerits.ladder
                if not -2 < state[1] - fitness < 2:
                    total += contrast
                key = fitness * 3 + row
                known = best.get(key)
                if known is None or total < known[0]:
                    best[key] = (total, fitness, row, begin, number, ratio)
        if best:
            states[place] = _worth(best, contrast)
            active.append(place)
    return _way(states) if states[-1] else []


def _of_last_line(
    places: Places, begin: int, end: int, measure: float, hyphen: bool, demerits: Demerits
) -> float:
    """The demerits of a last line that is short, or begins with the rest of a word."""
    length = places.ends[end] - places.begins[begin]
    alone = places.words_ends[end] <= places.words_begins[begin]
    runt = length < RUNT * measure or (alone and length < _ALONE * measure)
    parted = (demerits.last_part if alone else demerits.last_hyphen) if hyphen else 0.0
    return (demerits.runt if runt else 0.0) + parted


def _worth(best: dict[int, _State], contrast: float) -> list[_State]:
    """The states that can still be part of the best way, the best first."""
    if len(best) == 1:
        return [*best.values()]
    found = sorted(best.values())
    cost, _, row, *_ = found[0]
    return [one for one in found if one[0] <= cost + contrast or one[2] < row]


def _way(states: list[list[_State]]) -> list[Line]:
    place, number = len(states) - 1, 0
    lines: list[Line] = []
    while True:
        _, _, _, begin, before, ratio = states[place][number]
        if begin < 0:
            return lines[::-1]
        lines.append(Line(begin, place, ratio))
        place, number = begin, before
