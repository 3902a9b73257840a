"""The structure tree of a tagged PDF, built from the laid-out boxes of a WeasyPrint document.

Of each element of the printed document there is one node, however many columns and pages its
boxes take; what is drawn is added to the nodes in order of reading.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from weasyprint.formatting_structure import boxes
from weasyprint.layout.replaced import replacedbox_layout

from bulletin_press.editions.pdf import headers, roles
from bulletin_press.editions.pdf.blocks import classes

_POINT = 0.75  # of a CSS pixel
_LEVELS = {"group": 0, "level-1": 1, "level-2": 2, "level-3": 3}


class Mark(NamedTuple):
    """Marked content: the index of its page, and its number there."""

    page: int
    mcid: int


class Target(NamedTuple):
    """A link's annotation, and the index of its page."""

    page: int
    annotation: Any


@dataclass(slots=True, eq=False)
class Node:
    """A structure element: its type, what it holds in order of reading, and what it says.

    ``box`` is a picture's place in points, from the lower left corner of the page; ``table``
    are the attributes of a cell, ``numbering`` that of a list.
    """

    type: str
    parent: Node | None = None
    element: Any = None
    kids: list[Node | Mark | Target] = field(default_factory=list)
    language: str = ""
    alt: str = ""
    id: str = ""
    box: tuple[float, float, float, float] | None = None
    numbering: str = ""
    table: dict[str, Any] = field(default_factory=dict)

    def nodes(self) -> Iterator[Node]:
        """This node and all below it."""
        yield self
        for kid in self.kids:
            if isinstance(kid, Node):
                yield from kid.nodes()


def build(
    document: Any, language: str, parents: Mapping[Any, Any], marks: Sequence[Mapping[Any, int]]
) -> Node:
    """The tree of a document that was drawn.

    ``language`` is its own, ``parents`` what each of its elements stands in. ``marks`` gives for
    each page the number of the marked content that each box was drawn as.
    """
    builder = _Builder(language, parents)
    for number, (page, drawn) in enumerate(zip(document.pages, marks, strict=True)):
        builder.page, builder.height, builder.marks = number, page.height, drawn
        builder.walk(page._page_box)
    tables = [node.element for node in builder.root.nodes() if node.type == "Table"]
    for number, table in enumerate(tables, 1):
        headers.relate(table, builder.nodes, f"table-{number}")
    _prune(builder.root)
    return builder.root


def _prune(node: Node) -> None:
    """Leave out nodes that came to hold nothing, but for cells, which keep their columns."""
    for kid in [one for one in node.kids if isinstance(one, Node)]:
        _prune(kid)
        if not kid.kids and kid.type not in ("TD", "TH"):
            node.kids.remove(kid)


class _Builder:
    def __init__(self, language: str, parents: Mapping[Any, Any]) -> None:
        self.root = Node("Document")
        self.language, self.parents = language, parents
        self.nodes: dict[Any, Node] = {}
        self.bodies: dict[Node, Node] = {}
        self.labels: dict[Node, Node] = {}
        self.paragraphs: dict[tuple[Node, Any], Node] = {}
        self.listings: list[tuple[int, Node]] = []
        self.page, self.height = 0, 0.0
        self.marks: Mapping[Any, int] = {}

    def walk(self, box: Any) -> None:
        box = getattr(box, "_box", box)
        if isinstance(box, boxes.MarginBox):
            return
        visible = box.style["visibility"] == "visible"
        if visible and isinstance(box, boxes.TableCellBox) and box.element is not None:
            self.node(box.element)
        if visible and box.link_annotation:
            self.node(box.element).kids.append(Target(self.page, box.link_annotation))
        if box in self.marks:
            self.draw(box, Mark(self.page, self.marks[box]))
        for child in getattr(box, "children", ()):
            self.walk(child)

    def draw(self, box: Any, mark: Mark) -> None:
        """Add what was drawn to the node that it belongs to."""
        element, (_, _, pseudo) = box.element, box.element_tag.partition("::")
        node = self.node(element)
        if isinstance(box, boxes.ReplacedBox):
            self.picture(node, box)
        elif node.type == "LI":
            numbers = pseudo in ("marker", "before")
            node = self.label(node) if numbers else self.body(node)
        elif node.type in roles.GROUPING:
            key = node, self.block(element)
            if key not in self.paragraphs:
                self.paragraphs[key] = self.add("P", node)
            node = self.paragraphs[key]
        node.kids.append(mark)

    def block(self, element: Any) -> Any:
        """The innermost element around one, or itself, that is no part of a line."""
        while element in self.parents and not roles.is_block(element):
            element = self.parents[element]
        return element

    def picture(self, node: Node, box: Any) -> None:
        width, height, x, y = replacedbox_layout(box)
        node.box = (
            x * _POINT,
            (self.height - y - height) * _POINT,
            (x + width) * _POINT,
            (self.height - y) * _POINT,
        )

    def node(self, element: Any) -> Node:
        """The node of an element, or of the one that it is a part of."""
        if element not in self.nodes:
            self.nodes[element] = self.make(element)
        return self.nodes[element]

    def add(self, kind: str, parent: Node, element: Any = None, place: int | None = None) -> Node:
        node = Node(kind, parent, element)
        parent.kids.insert(len(parent.kids) if place is None else place, node)
        return node

    def make(self, element: Any) -> Node:
        outer = self.parents.get(element)
        if outer is None or element.tag == "body":
            return self.root
        kind, language = roles.role(element), self.said(element)
        if not kind and language:
            kind = "Div" if roles.is_block(element) else "Span"
        if not kind:
            return self.inner(outer)
        node = self.place(element, kind, outer)
        node.language = language
        if kind in ("Figure", "Formula"):
            node.alt = element.get("alt", "")
        elif kind == "Note":
            node.id = element.get("id", "")
        elif kind == "L":
            node.numbering = roles.numbering(element)
        return node

    def place(self, element: Any, kind: str, outer: Any) -> Node:
        """A new node where its type belongs."""
        found = classes(element)
        if kind == "Note":
            return self.note(element, self.inner(outer))
        if kind == "TOCI":
            return self.entry(element, self.inner(outer))
        if "imprint" in found:
            return self.add(kind, self.above(self.inner(outer)), element)
        if "note-number" in found:
            note = self.enclosing(element, "Note")
            parent = self.add("Lbl", note, place=0) if note else self.inner(outer)
            return self.add(kind, parent, element)
        if {"note-call", "citation-call", "entry-title"} & found:
            return self.add(kind, self.add("Reference", self.inner(outer)), element)
        if kind == "Lbl" and roles.tag(element) == "dt":
            return self.add(kind, self.add("LI", self.node(outer)), element)
        if kind == "LBody":
            around = self.node(outer)
            items = [one for one in around.kids if isinstance(one, Node) and one.type == "LI"]
            return self.add(kind, items[-1] if items else self.add("LI", around), element)
        parent = self.node(outer) if kind in ("LI", "TR") else self.inner(outer)
        if kind == "Caption" and parent.type == "Table":
            return self.add(kind, parent, element, 0)
        return self.add(kind, parent, element)

    def inner(self, element: Any) -> Node:
        """The node that holds what an element holds."""
        node = self.node(element)
        return self.body(node) if node.type == "LI" else node

    def body(self, item: Node) -> Node:
        if item not in self.bodies:
            self.bodies[item] = self.add("LBody", item)
        return self.bodies[item]

    def label(self, item: Node) -> Node:
        if item not in self.labels:
            self.labels[item] = self.add("Lbl", item, place=0)
        return self.labels[item]

    def note(self, element: Any, caller: Node) -> Node:
        """A note, after the block that calls it and the notes that this called before."""
        while caller.parent is not None and caller.parent.type not in roles.HOLDING_NOTES:
            if caller.type in roles.HOLDING_NOTES:
                break
            caller = caller.parent
        if caller.type in roles.HOLDING_NOTES or caller.parent is None:
            return self.add("Note", caller, element)
        kids = caller.parent.kids
        place = kids.index(caller) + 1
        while place < len(kids) and _is_note(kids[place]):
            place += 1
        return self.add("Note", caller.parent, element, place)

    def entry(self, element: Any, around: Node) -> Node:
        """An item of the contents list, in a list below the item before it if it is deeper."""
        level = min(_LEVELS.get(name, 1) for name in classes(element) if name in _LEVELS)
        while self.listings and self.listings[-1][0] > level:
            self.listings.pop()
        if not self.listings or self.listings[-1][0] < level:
            parent = self.listings[-1][1].kids[-1] if self.listings else around
            assert isinstance(parent, Node)
            self.listings.append((level, self.add("TOC", parent)))
        return self.add("TOCI", self.listings[-1][1], element)

    def above(self, node: Node) -> Node:
        while node.parent is not None and node.type not in roles.HOLDING_NOTES:
            node = node.parent
        return node

    def enclosing(self, element: Any, kind: str) -> Node | None:
        while element is not None and roles.role(element) != kind:
            element = self.parents.get(element)
        return None if element is None else self.node(element)

    def said(self, element: Any) -> str:
        """The language of an element, if it is another than that around it."""
        own = _language(element)
        outer = self.parents.get(element)
        while outer is not None and (outer.tag == "body" or not _language(outer)):
            outer = self.parents.get(outer)
        around = _language(outer) if outer is not None else self.language
        return own if own != around else ""


def _is_note(kid: Node | Mark | Target) -> bool:
    return isinstance(kid, Node) and kid.type == "Note"


def _language(element: Any) -> str:
    return str(element.get("xml:lang") or element.get("lang") or "")
