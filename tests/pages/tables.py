"""What must be true of tables in the tags: rows of cells, and heads that each cell names."""

from __future__ import annotations

from collections.abc import Iterator

from tests.pages.structure import Element, Tree

_INNER = {
    "Table": {"THead", "TBody", "TFoot", "TR", "Caption"},
    "THead": {"TR"}, "TBody": {"TR"}, "TFoot": {"TR"}, "TR": {"TH", "TD"},
}  # fmt: skip


def check(tree: Tree) -> Iterator[str]:
    """Every fault of the tables, one line each."""
    for element in tree.elements:
        if element.type in _INNER:
            for kid in element.kids:
                if not isinstance(kid, Element):
                    yield f"table: {element} holds content itself"
                elif kid.type not in _INNER[element.type]:
                    yield f"table: {kid} may not be there"
        if element.type == "Table":
            yield from _table(element)


def _table(table: Element) -> Iterator[str]:
    cells = [one for one in table.walk() if one.type in ("TH", "TD") and _of(one) is table]
    heads = [one for one in cells if one.type == "TH"]
    if sum(one.type == "THead" for one in table.kids if isinstance(one, Element)) > 1:
        yield f"table: {table} has its head twice"
    names = [one.text("/ID") for one in heads]
    for one in heads:
        if one.attribute("/Table", "/Scope") not in ("/Row", "/Column", "/Both"):
            yield f"table: {one} has no scope"
        if not one.text("/ID"):
            yield f"table: {one} has no ID"
    if len(set(names)) != len(names):
        yield f"table: heads of {table} have the same ID"
    for one in cells:
        if one.type == "TD" and heads:
            named = [str(name) for name in one.attribute("/Table", "/Headers") or ()]
            if not named:
                yield f"table: {one} names no heads"
            elif not set(named) <= set(names):
                yield f"table: {one} names heads that are not there: {named}"
    rows = [one for one in table.walk() if one.type == "TR" and _of(one) is table]
    yield from _rectangle(table, rows)


def _of(element: Element) -> Element | None:
    return next((one for one in [*element.up()][1:] if one.type == "Table"), None)


def _span(cell: Element, key: str) -> int:
    return int(cell.attribute("/Table", key) or 1)


def _rectangle(table: Element, rows: list[Element]) -> Iterator[str]:
    """Every row fills the same number of columns, spans counted."""
    taken: dict[int, int] = {}
    for number, row in enumerate(rows):
        for cell in (one for one in row.kids if isinstance(one, Element)):
            for below in range(_span(cell, "/RowSpan")):
                taken[number + below] = taken.get(number + below, 0) + _span(cell, "/ColSpan")
    if len(set(taken.values())) > 1 or len(taken) > len(rows):
        yield f"table: the rows of {table} are {sorted(set(taken.values()))} cells wide"
