"""Tables whose heads a cell's row and column do not tell: each cell names its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree


class _Cell(NamedTuple):
    """A cell in the grid of its table: the rows and columns that it covers."""

    element: etree._Element
    rows: range
    columns: range
    leading: bool


def associate(table: etree._Element) -> None:
    """Give ``headers`` to the cells of a table with an id, if a head or cell of it spans others.

    Heads without an id get one (HTML §4.9.12.2). A table of single rows and columns is left as it
    is: the ``scope`` of its heads says all.
    """
    cells = list(_grid(table))
    heads = [cell for cell in cells if cell.element.tag == "th"]
    leading = {cell.rows.start for cell in heads if cell.leading}
    spanning = any(len(cell.rows) > 1 or len(cell.columns) > 1 for cell in cells)
    if not heads or not (spanning or len(leading) > 1):
        return
    for number, head in enumerate(heads, 1):
        if not head.element.get("id"):
            head.element.set("id", f"{table.get('id')}-Head-{number}")
    for cell in cells:
        named = [
            str(head.element.get("id"))
            for head in heads
            if head.element is not cell.element and not cell.leading and _heads(head, cell)
        ]
        if named:
            cell.element.set("headers", " ".join(named))


def _heads(head: _Cell, cell: _Cell) -> bool:
    """Whether a head is one of a cell's: above it, or before it in its row."""
    if head.leading:
        return _meet(head.columns, cell.columns)
    return _meet(head.rows, cell.rows) and head.columns.start < cell.columns.start


def _meet(one: range, other: range) -> bool:
    return one.start < other.stop and other.start < one.stop


def _grid(table: etree._Element) -> Iterator[_Cell]:
    """The cells of a table, not those of tables within it, where they stand."""
    taken: set[tuple[int, int]] = set()
    sections = table.iterchildren("thead", "tbody")
    rows_of = ((section, row) for section in sections for row in section.iterchildren("tr"))
    for number, (section, row) in enumerate(rows_of):
        column = 0
        for cell in row.iterchildren("td", "th"):
            while (number, column) in taken:
                column += 1
            rows = range(number, number + int(cell.get("rowspan", "1")))
            columns = range(column, column + int(cell.get("colspan", "1")))
            taken.update((at, across) for at in rows for across in columns)
            yield _Cell(cell, rows, columns, section.tag == "thead")
            column = columns.stop
