"""What an e-book is made of before it is packed: pages in XHTML, and files as bytes."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from lxml import etree

STYLES = "styles/bulletin.css"
COVER = "images/cover.jpg"
COVER_PAGE, FRONT_PAGE, NAVIGATION, NCX = "cover.xhtml", "front.xhtml", "nav.xhtml", "toc.ncx"
IMPRINT_PAGE = "imprint.xhtml"
CONTENTS, IMPRINT = "Contents", "Imprint"  # ids with a capital cannot meet those of the sources
_NAMED = etree.XPath("descendant-or-self::*[@id != '']")
_MATH = "{http://www.w3.org/1998/Math/MathML}math"
XHTML_TYPE = "application/xhtml+xml"


@dataclass(frozen=True, slots=True)
class Page:
    """An XHTML file in the making: its path in the book, its title, and its body element."""

    path: str
    title: str
    body: etree._Element

    @property
    def named(self) -> list[tuple[str, etree._Element]]:
        """Its elements that have an id, each behind that, in document order."""
        parts = cast("list[etree._Element]", _NAMED(self.body))
        return [(str(one.get("id")), one) for one in parts]

    @property
    def formulas(self) -> Iterator[etree._Element]:
        """Its formulas, which are MathML."""
        return self.body.iter(_MATH)

    @property
    def holds_formulas(self) -> bool:
        """Whether any of its elements is MathML."""
        return next(self.formulas, None) is not None


@dataclass(frozen=True, slots=True)
class Part:
    """A finished file of the book: path, bytes, media type, and its entry in the manifest.

    ``reading`` parts stand in the spine, in their order.
    """

    path: str
    data: bytes
    media_type: str
    id: str
    properties: tuple[str, ...] = ()
    reading: bool = False


@dataclass(frozen=True, slots=True)
class Places:
    """Where each anchor of the issue lies: ids by page, and the pages that are articles."""

    pages: Mapping[str, str]
    articles: frozenset[str]

    def address(self, anchor: str, start: str) -> str:
        """The address of ``anchor`` for a link in the page ``start``.

        An article is addressed by its file alone. Raises KeyError for an unknown anchor.
        """
        page = self.pages[anchor]
        if page == start:
            return f"#{anchor}"
        path = relative(page, start)
        return path if anchor in self.articles else f"{path}#{anchor}"


def article_path(article: str) -> str:
    """The path of an article's file, in a folder of its own so that no id meets another name."""
    return f"articles/{article}.xhtml"


def item_name(path: str) -> str:
    """The id of a page in the manifest."""
    return path.removesuffix(".xhtml").replace("/", "-")


@lru_cache(maxsize=4096)
def relative(path: str, start: str) -> str:
    """The path from the page ``start`` to the file ``path``."""
    return posixpath.relpath(path, posixpath.dirname(start) or ".")


def places(pages: Iterable[Page], articles: Iterable[str]) -> Places:
    """The places of all ids in ``pages``."""
    found = {name: page.path for page in pages for name, _ in page.named}
    return Places(found, frozenset(articles))
