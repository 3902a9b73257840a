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
_FURNITURE = ("header", "nav")  # of an issue's page: nameplate and contents list
_MARKS = ("class", "style", "tabindex", "hidden")


def content(site: Path, archive: Archive, holding: Holding) -> str:
    """The text of an issue as one fragment of HTML, as it stands in the folder ``site``.

    Corrections of the issue, its leader and editorial come first, then the articles. Links are
    whole addresses; what only the pages' own style and script use is left out.
    """
    own = []
    for part in _main(site / holding.page / "index.html"):
        kinds = part.get("class", "").split()
        if "erratum" in kinds:
            own.append(part)
        elif "front" in kinds:
            own += [one for one in part.iterchildren(etree.Element) if one.tag not in _FURNITURE]
    made = [_fragment(one, archive.address(holding.page)) for one in own]
    for article in holding.articles:
        address = archive.address(article.page)
        made += [_fragment(one, address) for one in _main(site / article.page)]
    return "".join(made)


def _main(page: Path) -> list[Any]:
    """The elements of a page's text."""
    root: Any = html.document_fromstring(page.read_text("utf-8"))
    return list(root.get_element_by_id(TEXT).iterchildren(etree.Element))


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
