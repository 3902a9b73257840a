"""A formula drawn as SVG, its glyphs as outlines, for pages whose engine knows no MathML."""

from __future__ import annotations

import re
import unicodedata
import warnings
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from lxml import etree

from bulletin_press.source.formulas.elements import local

_SIZE = 24.0  # below this the library enlarges small signs
_SCALE = 1.076  # the height of x in the text's face by that in the face of formulas
_MARGIN = 0.48
_EM = re.compile(r"(-?[\d.]+)em")
_TAKEN_TWICE = frozenset({"math", "mrow", "mstyle", "mtd"})
_THREE_QUARTERS = 0.75
_BAR = "\u2015"
_MARKS = {"^": "\u0302", "~": "\u0303", "→": "\u20d7", "‾": _BAR}
_INTEGRALS = frozenset("∫∬∭⨌∮∯∰")
_BINARY = frozenset("+−±∓×÷·⋅∗∘∙⋆∩∪∖∧∨⊕⊖⊗⊘⊙†‡⊎⊓⊔")
_UNSPACED = frozenset("|‖∑∏∐⋀⋁⋂⋃⨀⨁⨂⨄⨆/¬√‾¯~^⎴⎵⏞⏟⏜⏝") | _INTEGRALS


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawn formula: SVG, and its width, height, and depth below the baseline, in ems."""

    svg: bytes
    width: float
    height: float
    depth: float


def lacking(root: etree._Element) -> str:
    """The first character of a formula for which its face has no outline, or nothing."""
    font = _library().zmath.loadedfonts["default"]
    for sign in "".join(map(str, root.itertext())):
        if not sign.isspace() and not font.glyphindex(sign):
            return sign
    return ""


def effort(part: etree._Element) -> int:
    """How many parts the library lays out: it takes those in a row twice, and so on inwards."""
    inner = sum(effort(child) for child in part)
    return 1 + inner * (2 if local(part) in _TAKEN_TWICE else 1)


def draw(root: etree._Element, ink: str = "#16181d") -> Drawing:
    """Draw a ``math`` element in the colour ``ink``; equal elements give equal bytes."""
    source = ElementTree.fromstring(etree.tostring(root))
    for part in source.iter():
        part.tag = part.tag.rpartition("}")[2]
    source.set("mathcolor", ink)
    _adapt(source)
    formula = _library().zmath.Math(source, size=_SIZE, margin=_MARGIN)
    svg = formula.svgxml()
    width, height = float(svg.get("width")), float(svg.get("height"))
    below = max(-formula.node.bbox.ymin, 0.0) + _MARGIN
    unit = _SCALE / _SIZE
    data = ElementTree.tostring(svg, encoding="utf-8")
    return Drawing(data, *(round(one * unit, 4) for one in (width, height, below)))


def _library() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # it finds its font in an old way
        import ziamath
        from ziafont.config import config

    config.svg2 = False
    return ziamath


def _adapt(part: ElementTree.Element) -> None:
    """Write what the library reads otherwise: its ems are a third longer, its names have blanks."""
    text = part.text or ""
    if part.tag == "mi" and (len(text) > 1 or text in "∀∃∄"):
        part.tag = "mtext"
    elif part.tag == "mo":
        _space(part, text)
    elif part.tag == "mtable":
        part.attrib.setdefault("columnspacing", "0.8em")
        part.set("rowspacing", "0.4em")
        part.set("columnspacing", part.get("columnspacing", "").replace("0em 2em", "0em 1.5em"))
    elif part.tag == "mover" and part[1].text in _MARKS and part.get("accent"):
        part[1].text = _MARKS[part[1].text or ""]
        if len("".join(part[0].itertext())) == 1 and part[1].text != _BAR:
            row = ElementTree.Element("mrow")  # in a row, the library leaves its width as it is
            row.append(part[1])
            part[1] = row
    for key, value in part.attrib.items():
        part.set(key, _EM.sub(lambda em: f"{float(em[1]) * _THREE_QUARTERS:.4f}em", value))
    if part.tag in ("math", "mrow", "mtd"):
        for fraction in part.findall("mfrac"):
            at = list(part).index(fraction)
            for place in (at + 1, at) if at else (at + 1,):
                if place < len(part):
                    part.insert(place, ElementTree.Element("mspace", width="-0.1em"))
    for child in part:
        _adapt(child)


def _space(sign: ElementTree.Element, text: str) -> None:
    """The blanks around a sign as TeX gives them, in ems."""
    if text in _INTEGRALS:
        sign.set("stretchy", "false")
    elif text == "!":
        sign.set("lspace", "0em")
    elif text in ",;":
        sign.set("lspace", "0em")
        sign.set("rspace", "0.1667em")
    elif len(text) == 1 and unicodedata.category(text) == "Sm" and text not in _UNSPACED:
        blank = "0.2222em" if text in _BINARY else "0.2778em"
        blank = "0em" if sign.get("form") in ("prefix", "postfix") else blank
        sign.set("lspace", blank)
        sign.set("rspace", blank)
