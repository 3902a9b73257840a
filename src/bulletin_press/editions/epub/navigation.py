"""The ways into the book: the navigation document, and the NCX for older readers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import count

from lxml import etree

from bulletin_press.contents import Entry, outline
from bulletin_press.editions.epub.book import (
    COVER_PAGE,
    FRONT_PAGE,
    NAVIGATION,
    NCX,
)
from bulletin_press.issue import Issue
from bulletin_press.markup import EPUB_TYPE, XML_LANG
from bulletin_press.page import element
from bulletin_press.reading import Page, Places
from bulletin_press.reading.pagemarks import PageMark
from bulletin_press.reading.sections import CONTENTS, IMPRINT, closing
from bulletin_press.source.directives import matter
from bulletin_press.source.languages import labels

_NCX = "http://www.daisy.org/z3986/2005/ncx/"


def navigation(issue: Issue, places: Places, folios: Sequence[PageMark] = ()) -> Page:
    """The navigation document: contents down to three levels, landmarks, and the page list."""
    words = labels(issue.language)
    toc = _nav("toc", "doc-toc", words.contents, "h1", _list(_entries(issue, places), places))
    marks = [
        (COVER_PAGE, words.cover, "cover"),
        (FRONT_PAGE, issue.name, "titlepage"),
        (f"{FRONT_PAGE}#{CONTENTS}", words.contents, "toc"),
    ]
    for article in issue.articles[:1]:
        marks.append((places.address(article.id, NAVIGATION), article.heading, "bodymatter"))
    if IMPRINT in places.pages:
        marks.append((places.address(IMPRINT, NAVIGATION), words.imprint, "imprint"))
    for kind, title, name in closing(issue):
        if kind == matter.COLOPHON:
            marks.append((places.address(name, NAVIGATION), title, "colophon"))
    items = []
    for address, label, kind in marks:
        link = element("a", text=label, href=address)
        link.set(EPUB_TYPE, kind)
        items.append(element("li", link))
    landmarks = _nav("landmarks", "", issue.name, "h2", element("ol", *items))
    landmarks.set("hidden", "hidden")
    body = element("body", toc, landmarks)
    if folios:
        links = (element("a", text=one.label, href=f"{one.path}#{one.id}") for one in folios)
        listed = element("ol", *(element("li", link) for link in links))
        listing = _nav("page-list", "doc-pagelist", words.pages, "h2", listed)
        listing.set("hidden", "hidden")
        body.append(listing)
    return Page(NAVIGATION, words.contents, body)


def _entries(issue: Issue, places: Places) -> tuple[Entry, ...]:
    """The articles, and before and after them the pages of the issue itself, as in the book."""
    before = [Entry("", labels(issue.language).imprint, IMPRINT)]
    after = (Entry("", title, name) for _, title, name in closing(issue))
    return (*before[: IMPRINT in places.pages], *outline(issue), *after)


def _nav(kind: str, role: str, title: str, level: str, listed: etree._Element) -> etree._Element:
    nav = element("nav", element(level, text=title, id=f"{kind}-title"), listed, id=kind)
    nav.set(EPUB_TYPE, kind)
    nav.set("aria-labelledby", f"{kind}-title")
    if role:
        nav.set("role", role)
    return nav


def _list(entries: Iterable[Entry], places: Places) -> etree._Element:
    listed = element("ol")
    for entry in entries:
        address = places.address(entry.anchor, NAVIGATION)
        item = element("li", element("a", text=entry.heading, href=address))
        if entry.entries:
            item.append(_list(entry.entries, places))
        listed.append(item)
    return listed


def ncx(
    issue: Issue, pages: Sequence[Page], places: Places, folios: Sequence[PageMark] = ()
) -> bytes:
    """The same contents and page list as an NCX file; ``pages`` are those of the book in order."""
    entries = _entries(issue, places)
    root = etree.Element(f"{{{_NCX}}}ncx", nsmap={None: _NCX}, version="2005-1")  # type: ignore[dict-item]
    root.set(XML_LANG, issue.language)
    head = etree.SubElement(root, f"{{{_NCX}}}head")
    for name, value in (
        ("dtb:uid", issue.identifier),
        ("dtb:depth", str(max(map(_levels, entries), default=1))),
        ("dtb:totalPageCount", str(len(folios))),
        ("dtb:maxPageNumber", str(max((_number(one.label) for one in folios), default=0))),
    ):
        etree.SubElement(head, f"{{{_NCX}}}meta", name=name, content=value)
    _labelled(root, "docTitle", issue.name)
    _points(etree.SubElement(root, f"{{{_NCX}}}navMap"), entries, places, count(1))
    if folios:
        listing = etree.SubElement(root, f"{{{_NCX}}}pageList")
        _labelled(listing, "navLabel", labels(issue.language).pages)
        for one in folios:
            target = etree.SubElement(listing, f"{{{_NCX}}}pageTarget", id=one.id)
            number = _number(one.label)
            target.set("type", "normal" if number else "front")
            if number:
                target.set("value", str(number))
            _labelled(target, "navLabel", one.label)
            etree.SubElement(target, f"{{{_NCX}}}content", src=f"{one.path}#{one.id}")
    _set_order(root, pages)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _number(label: str) -> int:
    return int(label) if label.isdigit() else 0


def _levels(entry: Entry) -> int:
    return 1 + max(map(_levels, entry.entries), default=0)


def _labelled(parent: etree._Element, tag: str, words: str) -> None:
    label = etree.SubElement(parent, f"{{{_NCX}}}{tag}")
    etree.SubElement(label, f"{{{_NCX}}}text").text = words


def _points(
    parent: etree._Element,
    entries: Iterable[Entry],
    places: Places,
    numbers: Iterator[int],
) -> None:
    """One point an entry."""
    for entry in entries:
        point = etree.SubElement(parent, f"{{{_NCX}}}navPoint")
        point.set("id", f"point-{next(numbers)}")
        address = places.address(entry.anchor, NCX)
        _labelled(point, "navLabel", entry.heading)
        etree.SubElement(point, f"{{{_NCX}}}content", src=address)
        _points(point, entry.entries, places, numbers)


def _set_order(root: etree._Element, pages: Iterable[Page]) -> None:
    """Number entries and printed pages as they come in the book; those of one place are equal."""
    places = count()
    order: dict[str, int] = {}
    for page in pages:
        order[page.path] = next(places)
        for name, _ in page.named:
            order[f"{page.path}#{name}"] = next(places)
    contents = list(root.iter(f"{{{_NCX}}}content"))
    met = sorted({order[str(one.get("src"))] for one in contents})
    ranks = {place: rank for rank, place in enumerate(met, 1)}
    for one in contents:
        parent = one.getparent()
        assert parent is not None
        parent.set("playOrder", str(ranks[order[str(one.get("src"))]]))
