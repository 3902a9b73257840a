"""The document tree as semantic (X)HTML elements: one strict visitor for every edition."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from docutils import nodes
from lxml import etree

from bulletin_press.issue import Issue, list_number, numeric_columns
from bulletin_press.source.languages import Labels, direction, labels
from bulletin_press.source.references import plain

EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_SIMPLE = dict(
    pair.split(":")
    for pair in """
    attribution:footer block_quote:blockquote bullet_list:ul caption:figcaption compound:div
    container:div definition:dd definition_list:dl emphasis:em field_body:dd field_list:dl
    field_name:dt inline:span line:div line_block:div literal:code
    literal_block:pre problematic:mark rubric:p strong:strong subscript:sub superscript:sup
    system_message:div tbody:tbody term:dt title_reference:cite
    """.split()
)
_TRANSPARENT = ("definition_list_item", "field", "generated")
_CLASSED = frozenset(
    "compound container legend line line_block problematic rubric system_message".split()
)
_BOXES = frozenset(
    "admonition attention caution danger error hint important note sidebar tip topic"
    " warning".split()
)
_IN_NOTE = frozenset(
    "p ul ol li dl dt dd blockquote pre table caption thead tbody tr th td figure figcaption div"
    " section aside footer h2 h3 h4 h5 h6".split()
)


@dataclass(frozen=True, slots=True)
class Profile:
    """What differs between editions.

    ``link`` gives the address of an anchor id, ``picture`` that of a picture's path. ``foot``
    puts a note's text where it is first called, for the page's foot; else notes close the
    article. ``flat`` leaves out the elements of sections. ``epub`` adds epub:type.
    """

    link: Callable[[str], str]
    picture: Callable[[str], str]
    foot: bool = False
    flat: bool = False
    epub: bool = False


class UnsupportedNodeError(Exception):
    """A node of the tree has no place in an edition; holds the node."""

    def __init__(self, node: nodes.Node) -> None:
        super().__init__(type(node).__name__)
        self.node = node


def supported() -> frozenset[str]:
    """The names of all docutils nodes that an edition can show."""
    methods = (name[6:] for name in dir(_Visitor) if name.startswith("visit_"))
    return frozenset({*_SIMPLE, *_TRANSPARENT, *_BOXES, *methods})


class Blocks(NamedTuple):
    """The elements of some blocks, and those of the notes that close the article."""

    body: list[etree._Element]
    notes: list[etree._Element]


def blocks(issue: Issue, parts: Iterable[nodes.Node], profile: Profile) -> Blocks:
    """The elements of some blocks of an issue, in order.

    Raises UnsupportedNodeError for a node that has no place in an edition.
    """
    visitor = _Visitor(issue.document, labels(issue.language), profile)
    for node in parts:
        node.walkabout(visitor)
    body = list(visitor.root)
    for note in visitor.pending:
        visitor.aside(note)
    return Blocks(body, list(visitor.root)[len(body) :])


def inline(
    issue: Issue, node: nodes.Element, tag: str, profile: Profile, **attributes: str
) -> etree._Element:
    """An element ``tag`` with the inline contents of ``node``, a title or a line of an opening."""
    visitor = _Visitor(issue.document, labels(issue.language), profile)
    for key, value in attributes.items():
        visitor.root.set(key.rstrip("_").replace("_", "-"), value)
    visitor.root.tag = tag
    for child in node.children:
        child.walkabout(visitor)
    return visitor.root


class _Visitor(nodes.NodeVisitor):
    def __init__(self, document: nodes.document, words: Labels, profile: Profile) -> None:
        super().__init__(document)
        self.words, self.profile = words, profile
        self.root = etree.Element("div")
        self.stack = [self.root]
        self.depth = 1
        self.pending: list[nodes.Element] = []
        self.called = {
            str(note["ids"][0]): note
            for note in document.findall(nodes.Element)
            if isinstance(note, (nodes.footnote, nodes.citation))
        }
        self.in_note = 0
        self.waiting: list[nodes.Element] = []
        self.note: nodes.Element | None = None
        self.column = 0
        self.numeric: frozenset[int] = frozenset()

    def open(self, tag: str, node: nodes.Element | None = None, **more: str) -> etree._Element:
        if self.in_note and self.profile.foot and tag in _IN_NOTE:
            tag = f"bp-{tag}"
        element = etree.SubElement(self.stack[-1], tag)
        if node is not None:
            self.common(element, node)
        for key, value in more.items():
            element.set(key.rstrip("_").replace("_", "-"), value)
        self.stack.append(element)
        return element

    def common(self, element: etree._Element, node: nodes.Element) -> None:
        """Copy id, classes and language from a node to its element."""
        if node["ids"]:
            element.set("id", node["ids"][0])
        classes: list[str] = []
        for name in node["classes"]:
            if name.startswith("language-"):
                tag = name.removeprefix("language-")
                element.set("lang", tag)
                element.set(XML_LANG, tag)
                element.set("dir", direction(tag))
            elif not name.startswith("colwidths-"):
                classes.append(name)
        if type(node).__name__ in _CLASSED:
            classes.insert(0, type(node).__name__.replace("_", "-"))
        if classes:
            element.set("class", " ".join(classes))

    def close(self, node: nodes.Node | None = None) -> None:
        self.stack.pop()

    def semantic(self, element: etree._Element, epub_type: str, role: str = "") -> None:
        if self.profile.epub:
            element.set(EPUB_TYPE, epub_type)
        if role:
            element.set("role", role)

    def dispatch_visit(self, node: nodes.Node) -> None:
        name = type(node).__name__
        if name in _TRANSPARENT:
            return
        if name in _BOXES:
            assert isinstance(node, nodes.Element)
            self.open("aside", node)
            self.stack[-1].set("class", " ".join(["box", *self.stack[-1].get("class", "").split()]))
        elif name in _SIMPLE:
            assert isinstance(node, nodes.Element)
            self.open(_SIMPLE[name], node)
        elif hasattr(self, f"visit_{name}"):
            getattr(self, f"visit_{name}")(node)
        else:
            raise UnsupportedNodeError(node)

    def dispatch_departure(self, node: nodes.Node) -> None:
        name = type(node).__name__
        if name in _TRANSPARENT:
            return
        if name in _SIMPLE or name in _BOXES:
            self.close()
        else:
            getattr(self, f"depart_{name}", self.close)(node)

    def visit_Text(self, node: nodes.Text) -> None:
        top, text = self.stack[-1], node.astext()
        if self.in_note and not isinstance(node.parent, nodes.literal_block):
            # WeasyPrint keeps the line ends of a footnote's source
            text = text.replace("\n", " ")
        if len(top):
            top[-1].tail = (top[-1].tail or "") + text
        else:
            top.text = (top.text or "") + text

    def depart_Text(self, node: nodes.Node) -> None:
        pass

    depart_tgroup = depart_Text

    def visit_paragraph(self, node: nodes.paragraph) -> None:
        self.open("p", node)
        if self.note is not None:
            self.number()

    def visit_section(self, node: nodes.section) -> None:
        self.depth += 1
        if not self.profile.flat:
            section = self.open("section", node)
            title = node[0]
            assert isinstance(title, nodes.Element)
            section.set("aria-labelledby", title["ids"][0])

    def depart_section(self, node: nodes.section) -> None:
        self.depth -= 1
        if not self.profile.flat:
            self.close()

    def visit_title(self, node: nodes.title) -> None:
        if isinstance(node.parent, nodes.table):
            self.open("caption", node)
        elif isinstance(node.parent, nodes.section):
            heading = self.open(f"h{min(self.depth, 6)}", node, data_bookmark=plain(node))
            if self.profile.flat:
                heading.set("id", node.parent["ids"][0])
        else:
            self.open("p", node, class_="box-title")

    def visit_subtitle(self, node: nodes.subtitle) -> None:
        self.open("p", node, class_="box-subtitle")

    def visit_enumerated_list(self, node: nodes.enumerated_list) -> None:
        kinds = {"loweralpha": "a", "upperalpha": "A", "lowerroman": "i", "upperroman": "I"}
        element = self.open("ol", node)
        if node.get("enumtype") in kinds:
            element.set("type", kinds[node["enumtype"]])
        if node.get("start"):
            element.set("start", str(node["start"]))

    def visit_list_item(self, node: nodes.list_item) -> None:
        item = self.open("li", node)
        numbered = node.parent
        if self.in_note and self.profile.foot and isinstance(numbered, nodes.enumerated_list):
            number = int(numbered.get("start", 1)) + numbered.index(node)
            item.set("data-number", f"{list_number(number, numbered['enumtype'])}.")

    def visit_transition(self, node: nodes.transition) -> None:
        self.open("hr", node)

    def visit_reference(self, node: nodes.reference) -> None:
        address = self.profile.link(node["refid"]) if node.get("refid") else node.get("refuri", "")
        element = self.open("a", node, href=address)
        if "article-reference" in node["classes"]:
            element.set("data-page-word", self.words.page)

    def visit_target(self, node: nodes.target) -> None:
        self.open("span", node)

    def visit_footnote_reference(self, node: nodes.Element) -> None:
        element = self.open("a", node, href="#" + node["refid"], class_="note-call")
        self.semantic(element, "noteref", "doc-noteref")

    def depart_footnote_reference(self, node: nodes.Element) -> None:
        self.close()
        if self.profile.foot:
            note = self.called[node["refid"]]
            if note["backrefs"][:1] == node["ids"]:
                self.waiting.append(note)
        if not self.in_note:
            while self.waiting:
                self.print_note(self.waiting.pop(0))

    def print_note(self, note: nodes.Element) -> None:
        """A note where it is called; those that it calls wait until it is closed."""
        self.in_note += 1
        self.open("span", note, class_="note")
        self.fill(note)
        self.close()
        self.in_note -= 1

    def visit_citation_reference(self, node: nodes.Element) -> None:
        element = self.open("a", node, href="#" + node["refid"], class_="citation-call")
        self.semantic(element, "noteref", "doc-noteref")
        element.text = "["

    def depart_citation_reference(self, node: nodes.Element) -> None:
        self.visit_Text(nodes.Text("]"))
        self.depart_footnote_reference(node)

    def fill(self, note: nodes.Element) -> None:
        """A note's number, which is the way back, in its first paragraph, and its text."""
        content = [child for child in note.children if not isinstance(child, nodes.label)]
        self.note = note
        if not content or not isinstance(content[0], nodes.paragraph):
            self.number()
        for child in content:
            child.walkabout(self)

    def number(self) -> None:
        """The number of the note at hand, linked to its first call; then links to its others."""
        note, self.note = self.note, None
        assert note is not None
        label = note[0].astext() if isinstance(note[0], nodes.label) else "*"
        calls = list(note["backrefs"])
        if not calls:
            self.open("span", class_="note-number").text = label
            self.close()
        for count, call in enumerate(calls[:1] if self.profile.foot else calls, 1):
            first = count == 1
            back = self.open("a", href="#" + call, class_="note-number" if first else "note-back")
            back.text = label if first else f"({count})"
            if not self.profile.foot:
                place = label if len(calls) == 1 else f"{label} ({count})"
                back.set("aria-label", f"{self.words.back} {place}")
            self.semantic(back, "backlink", "doc-backlink")
            self.close()
            back.tail = " "
        self.stack[-1][-1].tail = " "

    def visit_footnote(self, node: nodes.Element) -> None:
        if not self.profile.foot:
            self.pending.append(node)
        elif not node["backrefs"]:
            self.aside(node)
        raise nodes.SkipNode

    visit_citation = visit_footnote

    def aside(self, note: nodes.Element) -> None:
        """A note as a block of its own."""
        element = self.open("aside", note, class_="note")
        self.semantic(element, "footnote", "doc-footnote")
        self.fill(note)
        self.close()

    def visit_label(self, node: nodes.label) -> None:
        raise nodes.SkipNode

    def visit_figure(self, node: nodes.figure) -> None:
        self.open("figure", node)

    def visit_legend(self, node: nodes.legend) -> None:
        """A legend belongs to the caption, of which HTML gives a figure one."""
        figure = self.stack[-1]
        found = figure.find("figcaption")
        self.stack.append(etree.SubElement(figure, "figcaption") if found is None else found)
        self.open("div", node, class_="legend")

    def depart_legend(self, node: nodes.legend) -> None:
        self.close()
        self.close()

    def visit_image(self, node: nodes.image) -> None:
        alt = "" if node.get("decorative") else " ".join(node.get("alt", "").split())
        element = self.open("img", node, src=self.profile.picture(node["uri"]), alt=alt)
        if not alt:
            element.set("role", "presentation")
        width = str(node.get("width", ""))
        if width.endswith("%") and width[:-1].replace(".", "", 1).isdigit():
            element.set("style", f"width:{min(float(width[:-1]), 100):g}%")

    def visit_table(self, node: nodes.table) -> None:
        self.numeric = numeric_columns(node)
        self.open("table", node)

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
        self.column = 0
        self.open("tr", node)

    def visit_entry(self, node: nodes.entry) -> None:
        columns = [one for one in node.parent.parent.parent if isinstance(one, nodes.colspec)]
        stub = self.column < len(columns) and columns[self.column].get("stub")
        head = isinstance(node.parent.parent, nodes.thead)
        element = self.open("th" if head or stub else "td", node)
        if head or stub:
            element.set("scope", "col" if head else "row")
        for key, name in (("morecols", "colspan"), ("morerows", "rowspan")):
            if node.get(key):
                element.set(name, str(int(node[key]) + 1))
        if self.column in self.numeric:
            element.set("class", " ".join([*element.get("class", "").split(), "number"]))
        self.column += 1 + int(node.get("morecols", 0))
