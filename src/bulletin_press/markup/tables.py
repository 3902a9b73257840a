"""Tables: heads of columns and rows, widths, and columns of figures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from docutils import nodes
from lxml import etree

from bulletin_press.markup import tableheads
from bulletin_press.markup.writer import Profile, Writer
from bulletin_press.source.languages import Labels

_NONE = frozenset({"", "-", "–", "—", "…", "..", "n/a"})
_FIGURE = re.compile("[+\\-−–~≈<>$€£₼₺]*\\d[\\d., \u00a0\u202f]*[%‰]?")


class Tables(Writer):
    """Each cell that heads a column or row says so."""

    def __init__(self, document: nodes.document, words: Labels, profile: Profile) -> None:
        super().__init__(document, words, profile)
        self.places: dict[nodes.entry, range] = {}
        self.numeric: set[nodes.entry] = set()
        self.figure = False

    def visit_table(self, node: nodes.table) -> None:
        placed = list(_cells(node))
        numeric = _numeric_columns(placed)
        self.places |= {cell.element: cell.columns for cell in placed}
        self.numeric |= {cell.element for cell in placed if cell.columns.start in numeric}
        self.open("table", node)

    def depart_table(self, node: nodes.table) -> None:
        if self.profile.epub:
            tableheads.associate(self.stack[-1])
        self.close()

    def visit_tgroup(self, node: nodes.tgroup) -> None:
        """Column widths where the source gives them."""
        if "colwidths-given" in node.parent["classes"]:
            widths = [int(one.get("colwidth", 1)) for one in node if isinstance(one, nodes.colspec)]
            group = self.open("colgroup")
            for width in widths:
                share = f"width:{100 * width / max(sum(widths), 1):.4g}%"
                etree.SubElement(group, "col", style=share)
            self.close()

    def visit_colspec(self, node: nodes.colspec) -> None:
        raise nodes.SkipNode

    def visit_thead(self, node: nodes.thead) -> None:
        self.open("thead", node)

    def visit_row(self, node: nodes.row) -> None:
        self.open("tr", node)

    def visit_entry(self, node: nodes.entry) -> None:
        parts = node.parent.parent.parent.children
        columns = [one for one in parts if isinstance(one, nodes.colspec)]
        place = self.places[node]
        stub = place.start < len(columns) and columns[place.start].get("stub")
        head = isinstance(node.parent.parent, nodes.thead)
        headed = (head or stub) and (bool(node.astext().strip()) or not self.profile.epub)
        element = self.open("th" if headed else "td", node)
        if headed:
            element.set("scope", "col" if head else "row")
        for key, name in (("morecols", "colspan"), ("morerows", "rowspan")):
            if node.get(key):
                element.set(name, str(int(node[key]) + 1))
        row = node.parent.children
        wanted = (
            ("number", node in self.numeric),
            ("after-span", node is row[0] and place.start > 0),
            ("before-span", node is row[-1] and place.stop < len(columns)),
        )
        if added := [name for name, is_so in wanted if is_so]:
            element.set("class", " ".join([*element.get("class", "").split(), *added]))
        if node in self.numeric:
            self.figure = not head and self.leftward(node)

    def depart_entry(self, node: nodes.entry) -> None:
        self.figure = False
        self.close()


def _cells(table: nodes.table) -> Iterator[tableheads.Cell]:
    """The cells of a table, head and body apart, without those of tables in them."""
    for part in table.children:
        for group in part.children:
            if isinstance(group, (nodes.thead, nodes.tbody)):
                yield from tableheads.grid((row.children for row in group.children), _spans)


def _spans(entry: nodes.entry) -> tuple[int, int]:
    return 1 + int(entry.get("morerows", 0)), 1 + int(entry.get("morecols", 0))


def _numeric_columns(cells: Iterable[tableheads.Cell]) -> frozenset[int]:
    """The columns of a table, from 0, whose body holds figures only."""
    figures: dict[int, bool] = {}
    for cell in cells:
        text = cell.element.astext().strip()
        if isinstance(cell.element.parent.parent, nodes.tbody) and text not in _NONE:
            column = cell.columns.start
            figures[column] = figures.get(column, True) and bool(_FIGURE.fullmatch(text))
    return frozenset(column for column, yes in figures.items() if yes)
