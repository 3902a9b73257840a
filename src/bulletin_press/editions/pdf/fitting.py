"""What fits where: tables in a column or on a page, the contents list in the room of page 1."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice, zip_longest
from math import ceil

from lxml import etree

from bulletin_press import fonts
from bulletin_press.contents import contents
from bulletin_press.issue import Issue

_SAMPLE = 3
_MILLIMETRE = 72 / 25.4
_BLANKS = re.compile("[ \t\r\n]+")
# of print.css, in points: the space above and below an entry, and how much more where it is roomy
_ENTRY, _MORE, _SUMMARY = 7 * _MILLIMETRE, 4.4 * _MILLIMETRE, 16.4
# of page 1, in millimetres: what is not for entries, and the width that is no title's
_TAKEN, _ASIDE, _IMPRINT = 122.0, 62.0, 3.9


def narrowest(table: etree._Element, padding: float) -> float:
    """The least width in ems that a table can have with its words whole, about.

    ``padding`` is the white between two columns, in ems.
    """
    rows = [list(row) for row in table.iter("tr") if next(row.iterancestors("table")) is table]
    columns = [
        [cell for cell in column if cell is not None and "colspan" not in cell.attrib]
        for column in zip_longest(*rows)
    ]
    words = [_longest(cells) for cells in columns]
    widths = iter(fonts.widths([*chain.from_iterable(words)], fonts.SANS_BOLD_FACE))
    width = -padding
    for cells, some in zip(columns, words, strict=True):
        inner = (narrowest(one, padding) for cell in cells for one in _tables(cell))
        width += padding + max((*islice(widths, len(some)), *inner), default=0.0)
    return width


def is_roomy(issue: Issue, width: float, height: float, size: float, leading: float) -> bool:
    """Whether the contents list leaves so much of page 1 empty that it can be set wider.

    ``width`` and ``height`` are those of the paper in millimetres; ``size`` and ``leading`` those
    of the entries' titles in points.
    """
    room = (height - _TAKEN - _IMPRINT * (len(issue.imprint) + len(issue.imprint_nodes))) * (
        _MILLIMETRE
    )
    line = (width - _ASIDE) * _MILLIMETRE
    notes = {article.id: article.summary_node for article in issue.articles}
    entries = list(chain.from_iterable(one.walk() for one in contents(issue)))
    titles = [entry.title for entry in entries]
    summaries = [
        summary.astext() for entry in entries if (summary := notes.get(entry.anchor)) is not None
    ]
    widths = fonts.widths([*titles, *summaries], fonts.DISPLAY_FACE)
    needed = sum(
        ceil(wide * size / line) * leading + _ENTRY + _MORE for wide in widths[: len(titles)]
    ) + sum(ceil(wide * 9.6 / line) * _SUMMARY for wide in widths[len(titles) :])
    return needed <= room


def _words(cell: etree._Element) -> list[str]:
    return _BLANKS.split("".join(map(str, cell.itertext())).strip())


def _longest(cells: Iterable[etree._Element]) -> list[str]:
    """The longest words of some cells."""
    words = set(chain.from_iterable(map(_words, cells)))
    return sorted(words, key=lambda word: (len(word), word))[-_SAMPLE:]


def _tables(cell: etree._Element) -> Iterator[etree._Element]:
    """The tables in a cell, but not those in the cells of these."""
    table = next(cell.iterancestors("table"))
    return (one for one in cell.iter("table") if next(one.iterancestors("table")) is table)
