"""The whole text of an issue for feeds, read back from its pages, each address made whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from lxml import etree, html

from bulletin_press.archive.holdings import Archive, Holding
from bulletin_press.editions.web.pages import TEXT

_AWAY = frozenset({"nav", "input", "label", "script"})
_LEADING = ("href", "src")
_MARKS = ("class", "style", "tabindex", "hidden")


def content(site: Path, archive: Archive, holding: Holding) -> str:
    """The articles of an issue as one fragment of HTML, as they stand in the folder ``site``.

    Its links are whole addresses; what only the pages' own style and script use is left out.
    """
    parts = []
    for article in holding.articles:
        root: Any = html.document_fromstring((site / article.page).read_text("utf-8"))
        main = root.get_element_by_id(TEXT)
        address = archive.address(article.page)
        parts += [_fragment(part, address) for part in main.iterchildren(etree.Element)]
    return "".join(parts)


def _fragment(part: Any, address: str) -> str:
    for one in list(part.iter(etree.Element)):
        if one.tag in _AWAY or "paragraph-address" in one.get("class", "").split():
            one.drop_tree()
            continue
        for name in _LEADING:
            if name in one.attrib:
                one.set(name, urljoin(address, one.get(name, "")))
        for name in _MARKS:
            one.attrib.pop(name, "")
    return str(etree.tostring(part, encoding="unicode", method="html", with_tail=False))
