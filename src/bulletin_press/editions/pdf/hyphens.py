"""Which patterns divide the words of each language."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lxml import etree

PATTERNS: Mapping[str, str] = MappingProxyType({"en": "en-US", "en-ca": "en-US", "no": "nb"})
"""The language whose patterns are taken, where the engine would take others or none."""


def choose_patterns(tree: etree._Element) -> None:
    """Name the language of each element of ``tree`` so that the engine divides words rightly.

    For English without a country it takes British patterns, for Norwegian none.
    """
    for element in tree.iter(etree.Element):
        language = element.get("lang", "")
        element_patterns = PATTERNS.get(language.lower())
        if element_patterns:
            element.set("lang", element_patterns)
