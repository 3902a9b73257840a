"""What every part of the visitor needs: the stack of elements, and what a node brings along."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from docutils import nodes
from lxml import etree

from bulletin_press.markup import semantics
from bulletin_press.markup.semantics import EPUB_TYPE
from bulletin_press.source.languages import Labels, direction

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
SIMPLE = dict(
    pair.split(":")
    for pair in """
    attribution:footer block_quote:blockquote bullet_list:ul caption:figcaption compound:div
    definition:dd definition_list:dl emphasis:em field_body:dd field_list:dl
    field_name:dt inline:span line:div line_block:div literal:code
    literal_block:pre problematic:mark rubric:p strong:strong subscript:sub superscript:sup
    system_message:div tbody:tbody term:dt title_reference:cite
    """.split()
)
TRANSPARENT = ("definition_list_item", "field", "generated")
_CLASSED = frozenset(
    "compound container legend line line_block math_block problematic rubric system_message".split()
)
BOXES = frozenset(
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
    is for pages: it puts a note's text where it is first called, for the page's foot, and says on
    which page a reference leads; else notes close the article. ``flat`` leaves out the elements
    of sections. ``epub`` adds epub:type. ``drawn`` shows formulas as pictures, for an engine that
    knows no MathML.
    """

    link: Callable[[str], str]
    picture: Callable[[str], str]
    foot: bool = False
    flat: bool = False
    epub: bool = False
    drawn: bool = False


def spoken(element: etree._Element, tag: str) -> etree._Element:
    """The element, with its language and direction set."""
    element.set("lang", tag)
    element.set(XML_LANG, tag)
    element.set("dir", direction(tag))
    return element


class UnsupportedNodeError(Exception):
    """A node of the tree has no place in an edition; holds the node."""

    def __init__(self, node: nodes.Node) -> None:
        super().__init__(type(node).__name__)
        self.node = node


class Writer(nodes.NodeVisitor):
    """Writes elements below the one on top of its stack; parts for kinds of nodes build on it."""

    def __init__(self, document: nodes.document, words: Labels, profile: Profile) -> None:
        super().__init__(document)
        self.words, self.profile = words, profile
        self.root = etree.Element("div")
        self.stack = [self.root]
        self.depth = 1
        self.in_note = 0
        self.note: nodes.Element | None = None

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
        ids, given = node.attributes["ids"], node.attributes["classes"]
        if ids:
            element.set("id", ids[0])
        classes: list[str] = []
        for name in given:
            if name.startswith("language-"):
                spoken(element, name.removeprefix("language-"))
            elif not name.startswith("colwidths-"):
                classes.append(name)
        if type(node).__name__ in _CLASSED:
            classes.insert(0, type(node).__name__.replace("_", "-"))
        if classes:
            element.set("class", " ".join(classes))
        if self.profile.epub:
            semantics.mark(element, type(node).__name__, given)

    def leftward(self, node: Any) -> bool:
        """Whether the text around a node reads from right to left."""
        while node.parent is not None:
            for name in node["classes"]:
                if name.startswith("language-"):
                    return direction(name.removeprefix("language-")) == "rtl"
            node = node.parent
        return direction(self.document["language"]) == "rtl"

    def close(self, node: nodes.Node | None = None) -> None:
        self.stack.pop()

    def semantic(self, element: etree._Element, epub_type: str, role: str = "") -> None:
        if self.profile.epub:
            element.set(EPUB_TYPE, epub_type)
        if role:
            element.set("role", role)

    def walk(self, node: nodes.Node) -> None:
        """Visit a node and all that it holds: ``nodes.Node.walkabout``, but silently."""
        try:
            self.dispatch_visit(node)
        except nodes.SkipNode:
            return
        except nodes.SkipChildren:
            pass
        else:
            for child in node.children[:]:
                self.walk(child)
        self.dispatch_departure(node)

    def dispatch_visit(self, node: nodes.Node) -> None:
        name = type(node).__name__
        if name in TRANSPARENT:
            return
        if name in BOXES:
            assert isinstance(node, nodes.Element)
            self.open("aside", node)
            self.stack[-1].set("class", " ".join(["box", *self.stack[-1].get("class", "").split()]))
            if len(node) and isinstance(node[0], nodes.title):
                self.stack[-1].set("aria-labelledby", node[0]["ids"][0])
        elif name in SIMPLE:
            assert isinstance(node, nodes.Element)
            self.open(SIMPLE[name], node)
        elif hasattr(self, f"visit_{name}"):
            getattr(self, f"visit_{name}")(node)
        else:
            raise UnsupportedNodeError(node)

    def dispatch_departure(self, node: nodes.Node) -> None:
        name = type(node).__name__
        if name in TRANSPARENT:
            return
        if name in SIMPLE or name in BOXES:
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
