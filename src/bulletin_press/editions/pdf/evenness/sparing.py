"""Even paragraphs with, where it costs no evenness, no more hyphens than lines filled one by one.

Evenness is bought with hyphens where words are long. Where a plan has more of them than lines that
are each as full as they get, as the engine breaks them, hyphens are made dearer, step by step, as
long as no more lines are loose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bulletin_press.editions.pdf.evenness import plan
from bulletin_press.editions.pdf.evenness.plan import Demerits, Line, Places

_DEARER = (1.25, 1.6, 2.2, 3.5, 6.0)  # times the usual
_LOOSE = (1, 2)  # ratios above which a line counts as loose


def lines(
    places: Places, first: int, measure: float, indent: float, demerits: Demerits
) -> Sequence[Line]:
    """The lines as ``plan.plan`` gives them, but those of few hyphens; none if none fit."""
    found = plan.plan(places, first, measure, indent, demerits)
    count = _count(places, found)
    if not count:
        return found
    most = filled(places, first, measure, indent)
    for times in _DEARER:
        if count <= most:
            break
        spared = plan.plan(_dearer(places, times), first, measure, indent, demerits)
        if (fewer := _count(places, spared)) < count and _is_as_even(spared, found):
            found, count = spared, fewer
    return found


def filled(places: Places, first: int, measure: float, indent: float) -> int:
    """How many lines end with a hyphen if each takes all that fits, its blanks natural."""
    begin, room, hyphens = first, measure - indent, 0
    last = len(places) - 1
    while begin < last:
        end = begin + 1
        limit = places.begins[begin] + room
        while end < last and places.ends[end + 1] <= limit:
            end += 1
        hyphens += places.hyphen[end]
        begin, room = end, measure
    return hyphens


def _count(places: Places, found: Sequence[Line]) -> int:
    return sum(places.hyphen[one.end] for one in found)


def _is_as_even(found: Sequence[Line], other: Sequence[Line]) -> bool:
    return all(
        sum(one.ratio > bound for one in found) <= sum(one.ratio > bound for one in other)
        for bound in _LOOSE
    )


def _dearer(places: Places, times: float) -> Places:
    penalties = zip(places.penalty, places.hyphen, strict=True)
    return replace(places, penalty=[one * times if hyphen else one for one, hyphen in penalties])
