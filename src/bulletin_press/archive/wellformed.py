"""XML and JSON documents in UTF-8 that no parser refuses, whatever text goes into them."""

from __future__ import annotations

import json
import re
from typing import Any

from lxml import etree

_FORBIDDEN = re.compile(
    "[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]"
)
_BLANKS = re.compile("[\t-\r\x1c-\x20\x85\u2028\u2029]+")
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'


def text(value: str) -> str:
    """The text without control characters and what else XML forbids (XML 1.0 §2.2).

    Its lines end in line feeds.
    """
    return _FORBIDDEN.sub("", re.sub("\r\n?", "\n", value))


def line(value: str) -> str:
    """The same in one line; blanks that must not be broken stay as they are."""
    return _BLANKS.sub(" ", text(_BLANKS.sub(" ", value))).strip(" ")


def child(parent: etree._Element, name: str, words: str = "", **attributes: str) -> etree._Element:
    """Append an element, its words and attributes each in one line.

    It is of its parent's namespace, unless ``name`` gives one as ``{namespace}name``.
    """
    space = etree.QName(parent).namespace
    made = etree.SubElement(parent, f"{{{space}}}{name}" if space and name[0] != "{" else name)
    for key, value in attributes.items():
        made.set(key, line(value))
    made.text = line(words) or None
    return made


def xml(root: etree._Element) -> bytes:
    """The tree as an indented XML document whose every quotation mark is a double one."""
    etree.indent(root)
    return _DECLARATION + etree.tostring(root, encoding="utf-8", xml_declaration=False) + b"\n"


def as_json(values: Any) -> bytes:
    """The values as an indented JSON document (RFC 8259), its letters unescaped."""
    return (json.dumps(values, ensure_ascii=False, indent=2) + "\n").encode()
