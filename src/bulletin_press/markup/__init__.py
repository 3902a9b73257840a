"""The document tree as semantic (X)HTML elements: one strict visitor for every edition."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from docutils import nodes
from lxml import etree

from bulletin_press.issue import Article, Issue
from bulletin_press.markup import semantics
from bulletin_press.markup.semantics import EPUB_TYPE
from bulletin_press.markup.visitor import Visitor
from bulletin_press.markup.writer import (
    BOXES,
    SIMPLE,
    TRANSPARENT,
    XML_LANG,
    Profile,
    UnsupportedNodeError,
    spoken,
)
from bulletin_press.source.languages import labels

__all__ = (
    "EPUB_TYPE",
    "XML_LANG",
    "Blocks",
    "Profile",
    "UnsupportedNodeError",
    "blocks",
    "inline",
    "opening",
    "spoken",
    "supported",
)


def supported() -> frozenset[str]:
    """The names of all docutils nodes that an edition can show."""
    methods = (name[6:] for name in dir(Visitor) if name.startswith("visit_"))
    return frozenset({*SIMPLE, *TRANSPARENT, *BOXES, *methods})


class Blocks(NamedTuple):
    """The elements of some blocks, and those of the notes that close the article."""

    body: list[etree._Element]
    notes: list[etree._Element]


def blocks(issue: Issue, parts: Iterable[nodes.Node], profile: Profile) -> Blocks:
    """The elements of some blocks of an issue, in order.

    Raises UnsupportedNodeError for a node that has no place in an edition.
    """
    visitor = Visitor(issue.document, labels(issue.language), profile)
    for node in parts:
        visitor.walk(node)
    body = list(visitor.root)
    if visitor.pending:
        visitor.close_notes()
    return Blocks(body, list(visitor.root)[len(body) :])


def inline(
    issue: Issue, node: nodes.Element, tag: str, profile: Profile, **attributes: str
) -> etree._Element:
    """An element ``tag`` with the inline contents of ``node``, a title or a line of an opening."""
    visitor = Visitor(issue.document, labels(issue.language), profile)
    for key, value in attributes.items():
        visitor.root.set(key.rstrip("_").replace("_", "-"), value)
    visitor.root.tag = tag
    for child in node.children:
        visitor.walk(child)
    return visitor.root


def heading(issue: Issue, article: Article, tag: str, profile: Profile) -> etree._Element:
    """The title of an article as an element ``tag``, its numeral before it."""
    made = inline(issue, article.title_node, tag, profile, id=str(article.title_node["ids"][0]))
    if article.numeral:
        numeral = etree.Element("span")
        numeral.set("class", "numeral")
        numeral.text, numeral.tail = f"{article.numeral}.", f" {made.text or ''}"
        made.text = None
        made.insert(0, numeral)
    return made


def opening(
    issue: Issue, article: Article, heading: etree._Element, profile: Profile
) -> etree._Element:
    """The header of an article: its lines in order of reading, ``heading`` among them."""
    header = etree.Element("header")
    header.set("class", "opening")
    for name in ("department", "kicker", "title", "standfirst", "byline"):
        line = article.furniture(name)
        if name == "title":
            header.append(heading)
        elif line is not None:
            header.append(inline(issue, line, "p", profile, class_=name, id=str(line["ids"][0])))
            if profile.epub:
                semantics.mark(header[-1], "paragraph", [name])
    return header
