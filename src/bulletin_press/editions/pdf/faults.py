"""What is wrong on the laid-out pages, found from the places of their lines and pictures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from bulletin_press.editions.pdf.placed import HAIR, Kind, Place, Sheet
from bulletin_press.editions.pdf.promises import Fault as Fault

LOOSE = 4.0  # times as wide as their face has them: blanks that tear a line apart
FEWEST = 4  # lines of text on the last page


def find(sheets: Sequence[Sheet], opening: int, last: int) -> Iterator[Fault]:
    """All faults of the pages.

    ``opening`` is the number of the page on which the articles begin, ``last`` that of the last
    before a back cover.
    """
    for number, sheet in enumerate(sheets, 1):
        yield from _outside(number, sheet)
        yield from _past_the_page(number, sheet)
        yield from _collisions(number, sheet)
    yield from _stranded(sheets)
    yield from _notes(sheets)
    yield from _loose(sheets)
    if is_short(sheets, opening, last):
        first = next(filter(_is_text, sheets[last - 1].places))
        yield Fault("L113", first.block, last, first.text)


def is_short(sheets: Sequence[Sheet], opening: int, last: int) -> bool:
    """Whether page ``last`` has text, but fewer than four lines of it one below another.

    ``opening`` is the page on which the articles begin, which may be short. Notes at the foot do
    not count. A page with a picture is full enough.
    """
    body = [one for one in sheets[last - 1].places if not one.in_foot] if last > opening else []
    if any(one.kind is Kind.PICTURE for one in body):
        return False
    return 0 < _height(filter(_is_text, body)) < FEWEST


def _is_text(place: Place) -> bool:
    return place.kind is Kind.LINE and not place.in_foot and bool(place.text)


def _height(lines: Iterable[Place]) -> int:
    """The largest number of lines that stand below one another."""
    count, foot = 0, float("-inf")
    for line in sorted(lines, key=lambda one: one.bottom):
        if line.top >= foot:
            count, foot = count + 1, line.bottom
    return count


def _outside(number: int, sheet: Sheet) -> Iterator[Fault]:
    """What leaves its column, or the paper, at a side; of a table what leaves it furthest."""
    tables: dict[int, Place] = {}
    for one in sheet.places:
        if not _leaves(one):
            continue
        if not one.table:
            yield _leaving(number, sheet, one)
        elif one.table not in tables or _reach(one) > _reach(tables[one.table]):
            tables[one.table] = one
    for one in tables.values():
        yield _leaving(number, sheet, one)


def _leaves(place: Place) -> bool:
    return place.left < place.start - HAIR or place.right > place.end + HAIR


def _reach(place: Place) -> tuple[bool, float]:
    """How far out a part of a table is; its words before its rules."""
    return bool(place.text), max(place.start - place.left, place.right - place.end)


def _leaving(number: int, sheet: Sheet, place: Place) -> Fault:
    code = "L105" if place.left < 0 or place.right > sheet.width else "L104"
    return Fault(code, place.block, number, place.outside or place.text, place.kind)


def _past_the_page(number: int, sheet: Sheet) -> Iterator[Fault]:
    """What is higher than its page: a note, or a block that cannot be parted."""
    told: set[str] = set()
    for one in sheet.places:
        high = one.top < sheet.top - HAIR
        low = one.bottom > sheet.bottom + HAIR
        if one.kind is Kind.TABLE or one.block in told or not (high or low):
            continue
        told.add(one.block)
        yield Fault("L111" if one.in_foot else "L114", one.block, number, one.text, one.kind)


def _collisions(number: int, sheet: Sheet) -> Iterator[Fault]:
    """Lines and pictures that are printed over one another, each pair of blocks once.

    A note higher than the page, or than its room on a page where it is not called, is told of as
    such, a table once.
    """
    told: set[tuple[str | int, str | int]] = set()
    above: list[tuple[int, Place]] = []
    things = [(order, one) for order, one in enumerate(sheet.places) if one.kind is not Kind.TABLE]
    overlong = {one.note for _, one in things if one.in_foot and one.top < sheet.top - HAIR}
    called = {note for _, one in things for note in one.calls}
    for order, one in sorted(things, key=lambda found: found[1].top):
        above = [found for found in above if found[1].bottom > one.top + HAIR]
        for place, other in above:
            shared = min(one.right, other.right) - max(one.left, other.left)
            ahead = place < order if _leaves(one) == _leaves(other) else _leaves(one)
            first, second = (other, one) if ahead else (one, other)
            pair = first.table or first.block, second.table or second.block
            if shared <= HAIR or pair in told or (second.in_foot and second.note in overlong):
                continue
            told.add(pair)
            carried = second.note and second.note not in called
            code = "L111" if carried else "L107"
            yield Fault(code, second.block, number, second.text, first.text)
        above.append((order, one))
    if not told and not overlong:
        for _, one in things:
            if not one.in_foot and sheet.foot + HAIR < one.bottom <= sheet.bottom + HAIR:
                yield Fault("L107", one.block, number, one.text)
                return


def _stranded(sheets: Sequence[Sheet]) -> Iterator[Fault]:
    """Headings with what they announce in the next column or on the next page.

    A page on its side holds a table and no heading.
    """
    body = [
        (number, one)
        for number, sheet in enumerate(sheets, 1)
        for one in sheet.places
        if one.kind is not Kind.TABLE and not one.in_foot
    ]
    for (page, one), (following, other) in pairwise(body):
        parted = following != page or (one.column and other.column not in (0, one.column))
        turned = sheets[page - 1].width != sheets[following - 1].width
        if one.heading and parted and not turned and one.article == other.article:
            yield Fault("L108", one.block, page, one.text)


def _notes(sheets: Sequence[Sheet]) -> Iterator[Fault]:
    """Notes on another page than their first call, and notes out of order."""
    calls: dict[int, int] = {}
    printed: dict[int, tuple[int, Place]] = {}
    for number, sheet in enumerate(sheets, 1):
        for one in sheet.places:
            for note in one.calls:
                calls.setdefault(note, number)
            if one.note:
                printed.setdefault(one.note, (number, one))
    for note, (page, one) in printed.items():
        called = calls.get(note, page)
        if called != page:
            yield Fault("L109", one.block, page, one.text, called=called)
    for (before, _), (note, (page, one)) in pairwise(printed.items()):
        if note < before:
            yield Fault("L110", one.block, page, one.text)


def _loose(sheets: Sequence[Sheet]) -> Iterator[Fault]:
    """The loosest line of each paragraph in which one is too loose."""
    worst: dict[str, tuple[int, Place]] = {}
    for number, sheet in enumerate(sheets, 1):
        for one in sheet.places:
            known = worst[one.block][1].looseness if one.block in worst else 0.0
            if one.looseness > max(LOOSE, known):
                worst[one.block] = number, one
    for block, (number, one) in worst.items():
        yield Fault("L112", block, number, one.text, f"{one.looseness:.1f}")
