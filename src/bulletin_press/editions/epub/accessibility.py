"""What finished pages hold for readers who listen, feel or enlarge, and what is in their way.

Terms are those of the Schema.org accessibility vocabulary, as EPUB Accessibility 1.1 uses them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from bulletin_press.editions.epub import tongues
from bulletin_press.editions.epub.book import COVER_PAGE
from bulletin_press.reading import Page

CONFORMANCE = "EPUB Accessibility 1.1 - WCAG 2.2 Level AA"
_HAS_BACKLINK = etree.XPath("boolean(descendant::*[@role = 'doc-backlink'])")
_MOVING = ("audio", "video", "script", "object", "embed", "iframe", "canvas")
_COLOUR = re.compile(r"(?<![-\w])(?:background(?:-color)?|color)\s*:\s*([^;}]+)")
_NEUTRAL = frozenset({"inherit", "currentcolor", "transparent", "none"})
_FIXED = re.compile(r"!important|(?<![-\w])font-size\s*:\s*[\d.]+(?:px|pt|mm|cm|in|pc)\b")


@dataclass(frozen=True, slots=True)
class Accessibility:
    """What the pages hold, and ``barriers``: what keeps the book from conforming.

    Barriers are ``pictures`` without a description, ``formulas`` without words, ``tables`` without
    heads, ``languages`` that passages do not declare, ``headings`` that leave out a level,
    ``styles`` whose colours nobody has proved, and a ``draft``.
    """

    described: bool = False
    charts: bool = False
    formulas: bool = False
    notes: bool = False
    paged: bool = False
    still: bool = True
    adaptable: bool = True
    barriers: frozenset[str] = frozenset()

    @property
    def modes(self) -> tuple[str, ...]:
        """The values of ``accessMode``."""
        seen = ("visual",) if self.described or "pictures" in self.barriers else ()
        return ("textual", *seen, *(("chartOnVisual",) if self.charts else ()))

    @property
    def sufficient(self) -> tuple[str, ...]:
        """The values of ``accessModeSufficient``: without sight only where all is in words."""
        words = () if self.barriers & {"pictures", "formulas"} else ("textual",)
        return (*words, *(("textual,visual",) if "visual" in self.modes else ())) or ("visual",)

    @property
    def features(self) -> Iterator[str]:
        """The values of ``accessibilityFeature``."""
        yield from ("tableOfContents", "readingOrder")
        if "headings" not in self.barriers:
            yield "structuralNavigation"
        if self.adaptable:
            yield "displayTransformability"
        yield "ARIA"
        if self.paged:
            yield from ("pageBreakMarkers", "pageNavigation")
        if self.described and "pictures" not in self.barriers:
            yield "alternativeText"
        if self.charts:
            yield "longDescription"
        if self.formulas:
            yield "MathML"
            if "formulas" not in self.barriers:
                yield "describedMath"

    @property
    def conforms(self) -> bool:
        """Whether nothing stands against ``CONFORMANCE`` that can be seen in the pages."""
        return not self.barriers


def examine(
    pages: Sequence[Page], language: str, sheet: str, paged: bool, draft: bool = False
) -> Accessibility:
    """Look through finished pages in ``language`` and their style sheet, variables filled in."""
    bodies = [page.body for page in pages]
    pictures = [one for page in pages if page.path != COVER_PAGE for one in page.body.iter("img")]
    barriers = {name for page in pages for name in _barriers(page, language)}
    if draft:
        barriers.add("draft")
    if not _is_neutral(sheet):
        barriers.add("styles")
    return Accessibility(
        described=any(one.get("alt") for one in pictures),
        charts=any(one.get("aria-details") for one in pictures),
        formulas=any(page.holds_formulas for page in pages),
        notes=any(_HAS_BACKLINK(body) for body in bodies),
        paged=paged,
        still=not any(True for body in bodies for _ in body.iter(*_MOVING)),
        adaptable=not _FIXED.search(sheet),
        barriers=frozenset(barriers),
    )


def _barriers(page: Page, language: str) -> Iterator[str]:
    for picture in page.body.iter("img"):
        if not picture.get("alt") and picture.get("role") != "presentation":
            yield "pictures"
    for formula in page.formulas:
        if not formula.get("alttext"):
            yield "formulas"
    for table in page.body.iter("table"):
        if not any(head.get("scope") for head in table.iter("th")):
            yield "tables"
    level = 0
    for heading in page.body.iter("h1", "h2", "h3", "h4", "h5", "h6"):
        deeper = int(str(heading.tag)[1])
        if deeper > level + 1:
            yield "headings"
        level = deeper
    if tongues.undeclared(page, language):
        yield "languages"


def _is_neutral(sheet: str) -> bool:
    """Whether a sheet leaves the colours of text and ground to the reader.

    A ground for pictures, which have no text of the page on them, may have its colour.
    """
    for rule in re.finditer(r"([^{}]+)\{([^{}]*)\}", sheet):
        pictures = all(one.strip().startswith("img") for one in rule[1].split(","))
        colours = {one[1].strip().lower() for one in _COLOUR.finditer(rule[2])}
        if colours - _NEUTRAL and not pictures:
            return False
    return True
