"""What each element of the printed document is in a tagged PDF (ISO 32000-1 §14.8.4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from bulletin_press.editions.pdf.blocks import classes, is_note

ASIDE = "Aside"
ROLE_MAP: Mapping[str, str] = MappingProxyType({ASIDE: "Div"})
"""Types of our own, and what they are to readers that do not know them (§14.7.3)."""

GROUPING = frozenset(
    {"Document", "Sect", "Art", "Div", ASIDE, "BlockQuote", "TOC", "L", "LI"}
    | {"Table", "THead", "TBody", "TR"}
)
"""Types that hold blocks: text directly in one of them is given a paragraph."""

HOLDING_NOTES = frozenset(
    {"Document", "Sect", "Art", "Div", ASIDE, "BlockQuote", "LBody", "TD", "TH", "Caption"}
)
"""Types among whose blocks a note may stand."""

_TYPES = dict(
    pair.split(":")
    for pair in """
    article:Art section:Sect p:P h1:H1 h2:H2 h3:H3 h4:H4 h5:H5 h6:H6 blockquote:BlockQuote
    footer:P ul:L ol:L dl:L li:LI dt:Lbl dd:LBody table:Table caption:Caption figcaption:Caption
    thead:THead tbody:TBody tr:TR th:TH td:TD pre:P code:Code figure:Div img:Figure a:Link
    """.split()
)
_TYPES["aside"] = ASIDE
_CLASSES = dict(
    pair.split(":")
    for pair in """
    note:Note entry:TOCI entry-label:Lbl entry-line: imprint:Div imprint-line:P math:Formula
    line-block:Div line:P
    """.split()
)
_APART = frozenset({"P", "L", "LI", "LBody", "Table", "TR", "TD", "TH", "Div"})
_BLOCKS = frozenset("article aside blockquote div header main nav section figure".split())
_NAMING = frozenset("h1 h2 h3 h4 h5 h6 caption figcaption".split())
_NUMBERINGS = {
    "a": "LowerAlpha",
    "A": "UpperAlpha",
    "i": "LowerRoman",
    "I": "UpperRoman",
}


def tag(element: Any) -> str:
    """The name of an element, in a note's text without the prefix that it has there."""
    return str(element.tag).removeprefix("bp-")


def role(element: Any) -> str:
    """The structure type of an element; empty for one that is not part of the structure."""
    found = classes(element)
    for name, kind in _CLASSES.items():
        if name in found and not (name == "math" and tag(element) != "img"):
            return kind
    return _TYPES.get(tag(element), "")


def is_block(element: Any) -> bool:
    """Whether an element without a type of its own holds blocks."""
    return tag(element) in _BLOCKS


def is_decorative(element: Any) -> bool:
    """Whether an element is a picture that says nothing."""
    return tag(element) == "img" and element.get("role") == "presentation"


def numbering(element: Any) -> str:
    """The ``ListNumbering`` of a list (§14.8.5.5)."""
    if tag(element) == "ul":
        return "Disc"
    return _NUMBERINGS.get(element.get("type", ""), "Decimal") if tag(element) == "ol" else "None"


def text(element: Any) -> str:
    """The words of an element, without those of the notes that it calls."""
    return " ".join("".join(_parts(element)).split())


def words_of(target: Any) -> str:
    """The words by which one knows the place of an element: its heading or caption, or its own."""
    named = next((one for one in target.iter() if tag(one) in _NAMING), target)
    return text(named) or str(named.get("alt", ""))


def _parts(element: Any) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if not is_note(child) and "note-call" not in classes(child):
            yield " " if role(child) in _APART else ""
            yield from _parts(child)
        yield child.tail or ""
