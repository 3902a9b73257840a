"""The adapter that makes WeasyPrint write a true structure tree (ISO 32000-1 §14.7).

WeasyPrint 70 has a tree of its own, whose elements are pieces of blocks, with running heads,
leaders and repeated heads of tables among the text. While a document is written, three of its
functions are replaced: ``add_tags`` and ``add_links`` of ``weasyprint.pdf``, and ``marked`` of
``weasyprint.pdf.stream.Stream``. Private too are ``Page._page_box`` and ``Stream._tags``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pydyf
from weasyprint import pdf as engine
from weasyprint.formatting_structure import boxes
from weasyprint.pdf.stream import Stream

from bulletin_press.editions.pdf import roles, structure
from bulletin_press.editions.pdf.structure import Mark, Node, Target

_LONGEST = 120
_PAGINATION = {"top": "Header", "bottom": "Footer"}


@contextmanager
def tagged(document: Any, tree: Any) -> Iterator[None]:
    """Let ``document``, whose elements are ``tree``, be written with tags."""
    furniture: dict[Any, Any] = {}
    heads: set[Any] = set()
    parents = {child: parent for parent in tree.iter() for child in parent}
    for page in document.pages:
        furniture.update(_furniture(page._page_box, heads, None))
    add_tags, add_links, marked = engine.add_tags, engine.add_links, Stream.marked

    @contextmanager
    def mark(stream: Any, box: Any, name: str) -> Iterator[None]:
        if not _shows(box):
            yield
        elif box in furniture:
            stream.begin_marked_content("Artifact", furniture[box])
            yield
            stream.end_marked_content()
        else:
            with marked(stream, box, name):
                yield

    def link(links_and_anchors: Any, *others: Any) -> None:
        links, anchors = links_and_anchors
        add_links((_once(links, parents), anchors), *others)

    def tag(pdf: Any, document: Any, _version: Any, streams: Sequence[Any]) -> None:
        marks = [{box: one["mcid"] for box, one in stream._tags.items()} for stream in streams]
        root = structure.build(document, tree.get("lang", ""), parents, marks)
        _Writer(pdf, tree, parents).write(root, marks)

    engine.add_tags, engine.add_links, Stream.marked = tag, link, mark
    try:
        yield
    finally:
        engine.add_tags, engine.add_links, Stream.marked = add_tags, add_links, marked


def _furniture(box: Any, heads: set[Any], kind: Any) -> Iterator[tuple[Any, Any]]:
    """What is drawn but no part of the text, with the properties of its artifact (§14.8.2.2)."""
    box = getattr(box, "_box", box)
    if isinstance(box, boxes.MarginBox):
        side = _PAGINATION.get(box.at_keyword.strip("@").partition("-")[0])
        kind = pydyf.Dictionary({"Type": "/Pagination"})
        if side:
            kind["Subtype"] = f"/{side}"
    elif box.is_leader or (box.element is not None and roles.is_decorative(box.element)):
        kind = pydyf.Dictionary({"Type": "/Layout"})
    elif isinstance(box, boxes.TableRowGroupBox) and roles.tag(box.element) == "thead":
        if box.element in heads:
            kind = pydyf.Dictionary({"Type": "/Pagination"})
        heads.add(box.element)
    if kind is not None:
        yield box, kind
    for child in getattr(box, "children", ()):
        yield from _furniture(child, heads, kind)


def _shows(box: Any) -> bool:
    if box.style["visibility"] != "visible":
        return False
    return not isinstance(box, boxes.TextBox) or bool(box.text.strip() or box.width)


def _once(links: Sequence[Any], parents: Mapping[Any, Any]) -> list[Any]:
    """The links of a page without those of what stands within a link that has a place itself."""
    own = {box.element for _, _, _, box in links if box.link and box.width}

    def link_of(element: Any) -> Any:
        while element is not None and element.tag != "a":
            element = parents.get(element)
        return element

    return [
        link
        for link in links
        if (link[3].link and link[3].width)
        or isinstance(link[3], boxes.ReplacedBox)
        or link_of(link[3].element) not in own
    ]


class _Writer:
    """Writes a structure tree into a pydyf document."""

    def __init__(self, pdf: Any, tree: Any, parents: Mapping[Any, Any]) -> None:
        self.pdf, self.parents = pdf, parents
        self.pages = pdf.page_references
        self.destinations = {one.get("id"): one for one in tree.iter() if one.get("id")}
        self.written: dict[Node, Any] = {}
        self.annotations: list[tuple[Any, Any]] = []

    def write(self, root: Node, marks: Sequence[Mapping[Any, int]]) -> None:
        """Write the tree below ``root``; ``marks`` are the marked contents of each page."""
        tree = self.add(Type="/StructTreeRoot")
        for node in root.nodes():
            self.written[node] = self.add(Type="/StructElem", S=f"/{node.type}")
        owners: list[list[Any]] = [[None] * len(drawn) for drawn in marks]
        for node, made in self.written.items():
            above = self.written[node.parent] if node.parent else tree
            made["P"] = above.reference
            self.describe(node, made)
            for kid in node.kids:
                if isinstance(kid, Mark):
                    owners[kid.page][kid.mcid] = made.reference
        numbers = pydyf.Array()
        for page, references in enumerate(owners):
            assert None not in references, "content without a place in the structure"
            numbers.extend([page, pydyf.Array(references)])
        for key, (owner, annotation) in enumerate(self.annotations, len(owners)):
            numbers.extend([key, owner.reference])
            annotation["StructParent"] = key
        tree["K"] = pydyf.Array([self.written[root].reference])
        tree["ParentTree"] = self.add(Nums=numbers).reference
        tree["ParentTreeNextKey"] = len(owners) + len(self.annotations)
        roles_ = {name: f"/{kind}" for name, kind in roles.ROLE_MAP.items()}
        tree["RoleMap"] = pydyf.Dictionary(roles_)
        names = sorted((node.id, made) for node, made in self.written.items() if node.id)
        if names:
            pairs = [part for name, made in names for part in (pydyf.String(name), made.reference)]
            tree["IDTree"] = pydyf.Dictionary({"Names": pydyf.Array(pairs)})
        self.pdf.catalog["StructTreeRoot"] = tree.reference
        self.pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})
        self.pdf.catalog["MarkInfo"] = pydyf.Dictionary({"Marked": "true"})

    def add(self, **entries: Any) -> Any:
        made = pydyf.Dictionary(entries)
        self.pdf.add_object(made)
        return made

    def describe(self, node: Node, made: Any) -> None:
        """Write what a node says and holds."""
        pages = [kid.page for kid in node.kids if isinstance(kid, Mark | Target)]
        own = pages[0] if pages else None
        if own is not None:
            made["Pg"] = self.pages[own]
        made["K"] = pydyf.Array([self.kid(node, kid, own) for kid in node.kids])
        for key, value in (("Lang", node.language), ("Alt", node.alt), ("ID", node.id)):
            if value:
                made[key] = pydyf.String(value)
        attributes: dict[str, Any] = {}
        if node.box:
            attributes = {"O": "/Layout", "BBox": pydyf.Array(node.box)}
        elif node.numbering:
            attributes = {"O": "/List", "ListNumbering": f"/{node.numbering}"}
        elif node.table:
            attributes = {"O": "/Table", **node.table}
            if "Scope" in attributes:
                attributes["Scope"] = f"/{attributes['Scope']}"
            if "Headers" in attributes:
                names = [pydyf.String(name) for name in attributes["Headers"]]
                attributes["Headers"] = pydyf.Array(names)
        if attributes:
            made["A"] = pydyf.Dictionary(attributes)

    def kid(self, node: Node, kid: Node | Mark | Target, own: int | None) -> Any:
        if isinstance(kid, Node):
            return self.written[kid].reference
        page = self.pages[kid.page]
        if isinstance(kid, Mark):
            if kid.page == own:
                return kid.mcid
            return pydyf.Dictionary({"Type": "/MCR", "Pg": page, "MCID": kid.mcid})
        self.annotations.append((self.written[node], kid.annotation))
        kid.annotation["Contents"] = pydyf.String(self.leads_to(node.element))
        reference = kid.annotation.reference
        return pydyf.Dictionary({"Type": "/OBJR", "Pg": page, "Obj": reference})

    def leads_to(self, link: Any) -> str:
        """What a link says of the place that it leads to."""
        address, words = link.get("href", ""), roles.text(link)
        if address.startswith("#"):
            target = self.destinations.get(address[1:])
            if target is not None and target.tag == "a":
                target = self.parents[target]
            words = roles.words_of(target) if target is not None else words
            return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1].rstrip()}…"
        address = address.removeprefix("mailto:")
        return address if address in words or not words else f"{words} ({address})"
