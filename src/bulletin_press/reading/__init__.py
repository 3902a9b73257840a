"""The text of an issue as pages for screens, of which the e-book and the web edition are made."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from lxml import etree

from bulletin_press.source.formulas.elements import MATHML

_NAMED = etree.XPath("descendant-or-self::*[@id != '']")
_MATH = f"{{{MATHML}}}math"


@dataclass(frozen=True, slots=True)
class Page:
    """A page in the making: its path within the edition, its title, and its body element."""

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
class Places:
    """Where each anchor of the issue lies: ids by page, and those that are pages of their own."""

    pages: Mapping[str, str]
    whole: frozenset[str]

    def address(self, anchor: str, start: str) -> str:
        """The address of ``anchor`` for a link in the page ``start``.

        What is a page of its own is addressed by its file alone. Raises KeyError for an unknown
        anchor.
        """
        page = self.pages[anchor]
        if page == start:
            return f"#{anchor}"
        path = relative(page, start)
        return path if anchor in self.whole else f"{path}#{anchor}"


@lru_cache(maxsize=4096)
def relative(path: str, start: str) -> str:
    """The path from the page ``start`` to the file ``path``."""
    return posixpath.relpath(path, posixpath.dirname(start) or ".")


def places(pages: Iterable[Page], whole: Iterable[str]) -> Places:
    """The places of all ids in ``pages``; ``whole`` are those that are pages of their own."""
    found = {name: page.path for page in pages for name, _ in page.named}
    return Places(found, frozenset(whole))
