"""Formulas in TeX's notation: what is wrong in them, as MathML, as a drawing, as words."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256

from lxml import etree

from bulletin_press.source.formulas import elements, grammar, outlines, wording
from bulletin_press.source.formulas.outlines import Drawing

_UNFORESEEN = (
    ArithmeticError, AssertionError, AttributeError, LookupError, StopIteration, TypeError,
    ValueError, etree.LxmlError,
)  # fmt: skip
MAXIMUM_WIDTH = 46.0
MAXIMUM_EFFORT = 3000
_CACHED = 4096

__all__ = ["Drawing", "address", "drawing", "fault", "mathml", "words"]


@lru_cache(maxsize=_CACHED)
def fault(tex: str) -> str:
    """What is wrong in a formula, in an editor's words; nothing if every edition can set it."""
    if found := grammar.fault(tex):
        return found
    try:
        root = elements.build(tex, display=True)
        if outlines.effort(root) > MAXIMUM_EFFORT:
            return "the formula has too many parts, or is nested too deeply; part it into several"
        if lacking := outlines.lacking(root):
            return f"the face of formulas has no “{lacking}”"
        if drawing(tex, display=True).width > MAXIMUM_WIDTH:
            return "the formula is wider than a page; break it into lines with \\\\"
        drawing(tex, display=False)
        wording.words(root)
    except elements.FormulaError as error:
        return str(error)
    except RecursionError:
        return "the formula is nested too deeply"
    except _UNFORESEEN:
        return "the formula cannot be read"
    return ""


def mathml(tex: str, display: bool) -> etree._Element:
    """The formula as a ``math`` element in the namespace of MathML, its words as ``alttext``.

    Raises FormulaError, or what the converter raises, for a formula that has a fault.
    """
    root = elements.build(tex, display)
    root.set("alttext", words(tex))
    return root


def drawing(tex: str, display: bool, ink: str = "#16181d") -> Drawing:
    """The formula as an SVG without fonts, in the colour ``ink``; sizes in ems of the text.

    Raises FormulaError, or what the libraries raise, for a formula that has a fault.
    """
    return _drawn(tex, display, ink)


@lru_cache(maxsize=_CACHED)
def _drawn(tex: str, display: bool, ink: str) -> Drawing:
    return outlines.draw(elements.build(tex, display), ink)


def address(tex: str, display: bool) -> str:
    """A name for the formula's drawing, the same for equal formulas."""
    return "formula:" + sha256(f"{'block' if display else 'line'} {tex}".encode()).hexdigest()[:16]


@lru_cache(maxsize=_CACHED)
def words(tex: str) -> str:
    """The formula as one line of plain text, such as “E = mc²”; its source if it has a fault."""
    if fault(tex):
        return " ".join(tex.split())
    return wording.words(elements.build(tex, display=True))
