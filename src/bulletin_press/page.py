"""The shell of a page: from body elements to a whole HTML or XHTML file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lxml import etree

from bulletin_press.markup import XML_LANG

XHTML = "http://www.w3.org/1999/xhtml"
OPS = "http://www.idpf.org/2007/ops"
_LINES = frozenset(
    "article aside blockquote body caption dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6"
    " head header hr li link main meta nav ol p pre section table tbody td th thead title tr"
    " ul".split()
)
_VOID = frozenset({"br", "col", "hr", "img", "link", "meta"})


def element(
    tag: str, *children: etree._Element | str, text: str = "", **attributes: str
) -> etree._Element:
    """An element; ``class_`` gives class, an underscore within a name a hyphen."""
    made = etree.Element(tag)
    for name, value in attributes.items():
        made.set(name.rstrip("_").replace("_", "-"), value)
    if text:
        made.text = text
    for child in children:
        if isinstance(child, str):
            if len(made):
                made[-1].tail = (made[-1].tail or "") + child
            else:
                made.text = (made.text or "") + child
        else:
            made.append(child)
    return made


def shell(
    title: str, language: str, direction: str, body: etree._Element, head: Iterable[etree._Element]
) -> etree._Element:
    """A whole document around ``body``; ``direction`` is ``ltr`` or ``rtl``."""
    start = [element("meta", charset="utf-8"), element("title", text=title)]
    html = element("html", element("head", *start, *head), body, lang=language)
    html.set(XML_LANG, language)
    if direction == "rtl":
        html.set("dir", direction)
    return html


def html(root: etree._Element) -> str:
    """The document as HTML text."""
    text = etree.tostring(root, encoding="unicode", method="html")
    return "<!DOCTYPE html>\n" + text


def xml(root: etree._Element) -> str:
    """The document in the syntax of XML, without a declaration, its elements in no namespace."""
    return str(etree.tostring(root, encoding="unicode"))


def xhtml(root: etree._Element) -> bytes:
    """The document as XHTML in UTF-8, without prefixes: its elements in the XHTML namespace.

    Those that have a namespace of their own, as MathML has, keep it. A line end follows each
    block, so that the words of two blocks never touch. ``root`` itself stays as it is.
    """
    spaces: Any = {None: XHTML, "epub": OPS}
    made = etree.Element(f"{{{XHTML}}}{root.tag}", nsmap=spaces)
    made.attrib.update(root.attrib)
    _copy(root, made)
    return etree.tostring(made, encoding="utf-8", xml_declaration=True, doctype="<!DOCTYPE html>")


def _copy(source: etree._Element, target: etree._Element) -> None:
    """Give ``target`` what ``source`` holds; an empty element that may hold text stays open."""
    target.text = source.text
    if not len(source) and not source.text and source.tag not in _VOID:
        target.text = ""
    foreign = "{" in str(source.tag)
    for child in source.iterchildren(etree.Element):
        tag = str(child.tag)
        space: Any = {None: etree.QName(tag).namespace or XHTML} if foreign or "{" in tag else None
        name = tag if "{" in tag else f"{{{XHTML}}}{tag}"
        made = etree.SubElement(target, name, nsmap=space)
        made.attrib.update(child.attrib)
        made.tail = child.tail or ("\n" if tag in _LINES else None)
        _copy(child, made)
