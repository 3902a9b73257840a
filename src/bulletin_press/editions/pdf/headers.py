"""Which cells of a table head which (ISO 32000-1 §14.8.5.7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bulletin_press.editions.pdf import roles
from bulletin_press.markup.tableheads import grid

if TYPE_CHECKING:
    from bulletin_press.editions.pdf.structure import Node


def relate(table: Any, nodes: Mapping[Any, Node], name: str) -> None:
    """Give the nodes of a table's cells their spans, scopes, ids and the ids of their heads.

    The ids begin with ``name``.
    """
    columns: dict[int, list[str]] = {}
    rows: dict[int, list[str]] = {}
    lines = (line for line in table.iter() if roles.tag(line) == "tr")
    placed = [cell for cell in grid(lines) if cell.element in nodes]
    for cell in placed:
        node = nodes[cell.element]
        if len(cell.rows) > 1:
            node.table["RowSpan"] = len(cell.rows)
        if len(cell.columns) > 1:
            node.table["ColSpan"] = len(cell.columns)
        if roles.tag(cell.element) != "th":
            continue
        node.id = f"{name}-{cell.rows.start + 1}-{cell.columns.start + 1}"
        heads_row = cell.element.get("scope") == "row"
        node.table["Scope"] = "Row" if heads_row else "Column"
        for at in cell.rows if heads_row else cell.columns:
            (rows if heads_row else columns).setdefault(at, []).append(node.id)
    for cell in placed:
        if roles.tag(cell.element) == "td":
            found = [one for at in cell.columns for one in columns.get(at, ())]
            found += [one for at in cell.rows for one in rows.get(at, ())]
            nodes[cell.element].table["Headers"] = list(dict.fromkeys(found))
