"""Tables whose heads a cell's row and column do not tell: each cell names its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from lxml import etree


class Cell(NamedTuple):
    """A cell in the grid of its table: the rows and columns that it covers, from 0."""

    element: Any
    rows: range
    columns: range


def _spans(cell: Any) -> tuple[int, int]:
    return int(cell.get("rowspan", "1")), int(cell.get("colspan", "1"))


def grid(
    rows: Iterable[Iterable[Any]], spans: Callable[[Any], tuple[int, int]] = _spans
) -> Iterator[Cell]:
    """The cells of a table, whose ``rows`` are given, where they stand by their ``spans``.

    These are how many rows and columns a cell covers.
    """
    taken: set[tuple[int, int]] = set()
    for number, row in enumerate(rows):
        column = 0
        for cell in row:
            while (number, column) in taken:
                column += 1
            height, width = spans(cell)
            down, across = range(number, number + height), range(column, column + width)
            taken.update((at, place) for at in down for place in across)
            yield Cell(cell, down, across)
            column = across.stop


def associate(table: etree._Element) -> None:
    """Give ``headers`` to the cells of a table with an id, if a head or cell of it spans others.

    Heads without an id get one (HTML §4.9.12.2). A table of single rows and columns is left as it
    is: the ``scope`` of its heads says all.
    """
    rows = [row for part in table.iterchildren("thead", "tbody") for row in part.iterchildren("tr")]
    leading = sum(1 for _ in table.iterfind("thead/tr"))
    cells = list(grid(row.iterchildren("td", "th") for row in rows))
    heads = [cell for cell in cells if cell.element.tag == "th"]
    above = {cell.rows.start for cell in heads if cell.rows.start < leading}
    spanning = any(len(cell.rows) > 1 or len(cell.columns) > 1 for cell in cells)
    if not heads or not (spanning or len(above) > 1):
        return
    for number, head in enumerate(heads, 1):
        if not head.element.get("id"):
            head.element.set("id", f"{table.get('id')}-Head-{number}")
    for cell in cells:
        named = [
            str(head.element.get("id"))
            for head in heads
            if head is not cell and cell.rows.start >= leading and _heads(head, cell, leading)
        ]
        if named:
            cell.element.set("headers", " ".join(named))


def _heads(head: Cell, cell: Cell, leading: int) -> bool:
    """Whether a head is one of a cell's: above it, or before it in its row."""
    if head.rows.start < leading:
        return _meet(head.columns, cell.columns)
    return _meet(head.rows, cell.rows) and head.columns.start < cell.columns.start


def _meet(one: range, other: range) -> bool:
    return one.start < other.stop and other.start < one.stop
