"""Which patterns divide the words of each language."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lxml import etree

PATTERNS: Mapping[str, str] = MappingProxyType({"en": "en-US", "en-ca": "en-US", "no": "nb"})
"""The language whose patterns are taken, where the engine would take others or none."""

_USUAL = "6 3 3"
_EVEN = "5 2 3"
_SHORTEST: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(("az", "be", "bg", "de", "hu", "hy", "ka", "pl", "ru", "tr", "uk"), "5 2 2")
)


def limits(language: str, even: bool) -> str:
    """How many letters a word that is divided has at least, and how many before and after.

    More where lines are broken one by one: there each hyphen is taken that fits. Where lines are
    ``even`` few are, of as many as readers of the language know.
    """
    if not even:
        return _USUAL
    return _SHORTEST.get(language.lower().partition("-")[0], _EVEN)


def choose_patterns(tree: etree._Element) -> None:
    """Name the language of each element of ``tree`` so that the engine divides words rightly.

    For English without a country it takes British patterns, for Norwegian none.
    """
    for element in tree.iter(etree.Element):
        language = element.get("lang", "")
        element_patterns = PATTERNS.get(language.lower())
        if element_patterns:
            element.set("lang", element_patterns)
