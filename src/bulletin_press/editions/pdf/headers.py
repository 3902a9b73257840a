"""Which cells of a table head which (ISO 32000-1 §14.8.5.7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from bulletin_press.editions.pdf import roles

if TYPE_CHECKING:
    from bulletin_press.editions.pdf.structure import Node


def relate(table: Any, nodes: Mapping[Any, Node], name: str) -> None:
    """Give the nodes of a table's cells their spans, scopes, ids and the ids of their heads.

    The ids begin with ``name``.
    """
    columns: dict[int, list[str]] = {}
    rows: dict[int, list[str]] = {}
    placed = [one for one in _placed(table) if one[0] in nodes]
    for cell, row, column, height, width in placed:
        node = nodes[cell]
        if height > 1:
            node.table["RowSpan"] = height
        if width > 1:
            node.table["ColSpan"] = width
        if roles.tag(cell) != "th":
            continue
        node.id = f"{name}-{row + 1}-{column + 1}"
        heads_row = cell.get("scope") == "row"
        node.table["Scope"] = "Row" if heads_row else "Column"
        for at in range(row, row + height) if heads_row else range(column, column + width):
            (rows if heads_row else columns).setdefault(at, []).append(node.id)
    for cell, row, column, height, width in placed:
        if roles.tag(cell) == "td":
            found = [name for at in range(column, column + width) for name in columns.get(at, ())]
            found += [name for at in range(row, row + height) for name in rows.get(at, ())]
            nodes[cell].table["Headers"] = list(dict.fromkeys(found))


def _placed(table: Any) -> Iterator[tuple[Any, int, int, int, int]]:
    """Each cell with its row and column from 0, and how many of each it takes."""
    taken: set[tuple[int, int]] = set()
    for row, line in enumerate(one for one in table.iter() if roles.tag(one) == "tr"):
        column = 0
        for cell in line:
            height, width = (int(cell.get(name, 1)) for name in ("rowspan", "colspan"))
            while (row, column) in taken:
                column += 1
            taken.update(
                (down, right)
                for down in range(row, row + height)
                for right in range(column, column + width)
            )
            yield cell, row, column, height, width
            column += width
