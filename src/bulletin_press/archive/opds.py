"""The catalogue for e-readers: OPDS 1.2, which the strictest can read, and OPDS 2.0 beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from bulletin_press.archive import syndication
from bulletin_press.archive.holdings import Archive, Download, Holding
from bulletin_press.archive.syndication import HTML, moment
from bulletin_press.archive.wellformed import as_json, child, line, xml

ADDRESS = "opds/index.xml"
PAGE_LENGTH = 50
NAVIGATION = "application/atom+xml;profile=opds-catalog;kind=navigation"
ACQUISITION = "application/atom+xml;profile=opds-catalog;kind=acquisition"
OPDS2 = "application/opds+json"
_ADDRESS2 = "opds/index.json"
_PUBLICATION = "application/opds-publication+json"
_OPEN_ACCESS = "http://opds-spec.org/acquisition/open-access"
_IMAGE = "http://opds-spec.org/image"
_THUMBNAIL = "http://opds-spec.org/image/thumbnail"
_ISSUE = "http://schema.org/PublicationIssue"
_ATOM = "http://www.w3.org/2005/Atom"
_DC = "http://purl.org/dc/terms/"
_FORMS = ("epub", "pdf", "large-print")
_NAMED_AUTHORS = 3


@dataclass(frozen=True, slots=True)
class _Shelf:
    """The issues of one language that can be taken away, the newest first."""

    archive: Archive
    language: str
    title: str
    holdings: tuple[Holding, ...]

    @property
    def pages(self) -> tuple[tuple[Holding, ...], ...]:
        """The issues of each page of the catalogue."""
        starts = range(0, len(self.holdings), PAGE_LENGTH)
        return tuple(self.holdings[start : start + PAGE_LENGTH] for start in starts)

    def path(self, page: int, suffix: str) -> str:
        """The path of a page; the first is 0."""
        return f"opds/{self.language.lower()}{f'-{page + 1}' if page else ''}.{suffix}"

    def turns(self, page: int, suffix: str) -> Iterator[tuple[str, str]]:
        """Relations and paths from one page to the others (RFC 5005 §3)."""
        last = len(self.pages) - 1
        if last:
            yield "first", self.path(0, suffix)
        if page:
            yield "previous", self.path(page - 1, suffix)
        if page < last:
            yield "next", self.path(page + 1, suffix)
        if last:
            yield "last", self.path(last, suffix)


def files(archive: Archive) -> dict[str, bytes]:
    """The catalogue's files by their paths: OPDS 1.2 as XML, OPDS 2.0 as JSON.

    A navigation feed leads to the issues of each language, 50 a page (OPDS 1.2 §2). An issue
    without a file to take away is in none. Without base-url, or such an issue, there are no files.
    """
    shelves = _shelves(archive)
    if not shelves:
        return {}
    made = {ADDRESS: _navigation(archive, shelves), _ADDRESS2: _navigation2(archive, shelves)}
    for shelf in shelves:
        for page in range(len(shelf.pages)):
            made[shelf.path(page, "xml")] = _acquisition(shelf, page)
            made[shelf.path(page, "json")] = _publications2(shelf, page)
        for holding in shelf.holdings:
            made[_publication_path(holding)] = as_json(_publication2(archive, holding))
    return made


def addresses(archive: Archive) -> tuple[tuple[str, str], ...]:
    """Path and media type of the catalogue's roots, OPDS 1.2 and 2.0, if there is a catalogue."""
    return ((ADDRESS, NAVIGATION), (_ADDRESS2, OPDS2)) if _shelves(archive) else ()


def _shelves(archive: Archive) -> tuple[_Shelf, ...]:
    made = []
    for language in archive.languages if archive.publication.base_url else ():
        holdings = syndication.of_language(archive, language)
        kept = tuple(one for one in holdings if one.downloads)
        if kept:
            made.append(_Shelf(archive, language, syndication.title(archive, holdings), kept))
    return tuple(made)


def _navigation(archive: Archive, shelves: Sequence[_Shelf]) -> bytes:
    """The root of the catalogue (OPDS 1.2 §2.1)."""
    every = [one for shelf in shelves for one in shelf.holdings]
    spaces: Any = {None: _ATOM}
    root = etree.Element(f"{{{_ATOM}}}feed", nsmap=spaces)
    child(root, "id", syndication.tag(archive, syndication.founded(every), ADDRESS))
    child(root, "title", archive.publication.title)
    child(root, "updated", moment(syndication.updated(every)))
    child(child(root, "author"), "name", syndication.house(archive))
    for relation in ("self", "start"):
        _link(root, archive, relation, ADDRESS, NAVIGATION)
    for shelf in shelves:
        entry = child(root, "entry")
        child(entry, "id", _shelf_id(shelf))
        child(entry, "title", shelf.title)
        child(entry, "updated", moment(syndication.updated(shelf.holdings)))
        child(entry, "content", shelf.holdings[0].name, type="text")
        _link(entry, archive, "subsection", shelf.path(0, "xml"), ACQUISITION)
    return xml(root)


def _acquisition(shelf: _Shelf, page: int) -> bytes:
    """A page of the issues of one language (OPDS 1.2 §2.2)."""
    spaces: Any = {None: _ATOM, "dc": _DC}
    root = etree.Element(f"{{{_ATOM}}}feed", nsmap=spaces)
    child(root, "id", _shelf_id(shelf))
    child(root, "title", shelf.title)
    child(root, "updated", moment(syndication.updated(shelf.holdings)))
    child(child(root, "author"), "name", syndication.house(shelf.archive))
    _link(root, shelf.archive, "self", shelf.path(page, "xml"), ACQUISITION)
    for relation in ("start", "up"):
        _link(root, shelf.archive, relation, ADDRESS, NAVIGATION)
    for relation, path in shelf.turns(page, "xml"):
        _link(root, shelf.archive, relation, path, ACQUISITION)
    for holding in shelf.pages[page]:
        _entry(shelf.archive, holding, child(root, "entry"))
    return xml(root)


def _shelf_id(shelf: _Shelf) -> str:
    first = syndication.founded(shelf.holdings)
    return syndication.tag(shelf.archive, first, shelf.path(0, "xml"))


def _entry(archive: Archive, holding: Holding, entry: etree._Element) -> None:
    """An issue as a catalogue entry; elements stand once, since e-readers keep the first."""
    child(entry, "id", holding.identifier)
    child(entry, "title", holding.name)
    child(entry, "updated", moment(holding.updated))
    child(entry, "published", moment(holding.date))
    child(child(entry, "author"), "name", _author(archive, holding))
    child(entry, f"{{{_DC}}}language", holding.language)
    child(entry, f"{{{_DC}}}issued", holding.date.isoformat())
    child(entry, f"{{{_DC}}}publisher", _publisher(archive, holding))
    if holding.issn:
        child(entry, f"{{{_DC}}}isPartOf", _serial(holding))
    if line(holding.rights):
        child(entry, "rights", holding.rights)
    if words := syndication.summary(holding):
        child(entry, "content", words, type="text")
    _link(entry, archive, "alternate", holding.page, HTML)
    if picture := syndication.cover(holding):
        _link(entry, archive, _IMAGE, picture[1].path, picture[2])
        _, smallest, media_type = syndication.pictures(holding)[0]
        _link(entry, archive, _THUMBNAIL, smallest.path, media_type)
    for one in _downloads(holding):
        link = _link(entry, archive, _OPEN_ACCESS, one.file.path, one.media_type)
        link.set("length", str(one.file.octets))
        link.set("title", syndication.plain_label(one))


def _link(
    parent: etree._Element, archive: Archive, relation: str, path: str, media_type: str
) -> etree._Element:
    href = archive.address(path)
    return child(parent, "link", rel=relation, href=href, type=media_type)


def _author(archive: Archive, holding: Holding) -> str:
    """One name for all: an e-reader shows the first alone, and begins its files' names with it."""
    names = syndication.authors(archive, holding)
    return ", ".join(names) if len(names) <= _NAMED_AUTHORS else _publisher(archive, holding)


def _publisher(archive: Archive, holding: Holding) -> str:
    return line(holding.publisher) or syndication.house(archive)


def _serial(holding: Holding) -> str:
    """The URN of the periodical (RFC 8254 §4); as the issue's own it would make all issues one."""
    return f"urn:issn:{line(holding.issn)}"


def _downloads(holding: Holding) -> list[Download]:
    """The files to take away, EPUB first: e-readers take the first that they can open."""
    order = {form: place for place, form in enumerate(_FORMS)}
    return sorted(holding.downloads, key=lambda one: order.get(one.form, len(order)))


def _navigation2(archive: Archive, shelves: Sequence[_Shelf]) -> bytes:
    """The same root in OPDS 2.0, where ``navigation`` is a list of links."""
    every = [one for shelf in shelves for one in shelf.holdings]
    return as_json(
        {
            "metadata": {
                "title": line(archive.publication.title),
                "modified": moment(syndication.updated(every)),
            },
            "links": [_link2(archive, name, _ADDRESS2, OPDS2) for name in ("self", "start")],
            "navigation": [
                {
                    **_link2(archive, "subsection", shelf.path(0, "json"), OPDS2),
                    "title": shelf.title,
                    "properties": {"numberOfItems": len(shelf.holdings)},
                }
                for shelf in shelves
            ],
        }
    )


def _publications2(shelf: _Shelf, page: int) -> bytes:
    """The same page in OPDS 2.0, with its place among the pages in the metadata."""
    ways = [("self", shelf.path(page, "json")), ("start", _ADDRESS2), ("up", _ADDRESS2)]
    return as_json(
        {
            "metadata": {
                "title": shelf.title,
                "modified": moment(syndication.updated(shelf.holdings)),
                "numberOfItems": len(shelf.holdings),
                "itemsPerPage": PAGE_LENGTH,
                "currentPage": page + 1,
            },
            "links": [
                _link2(shelf.archive, relation, path, OPDS2)
                for relation, path in (*ways, *shelf.turns(page, "json"))
            ],
            "publications": [_publication2(shelf.archive, one) for one in shelf.pages[page]],
        }
    )


def _publication_path(holding: Holding) -> str:
    return f"opds/issues/{holding.id}.json"


def _publication2(archive: Archive, holding: Holding) -> dict[str, object]:
    """An issue as a publication of OPDS 2.0, which must have a document of its own."""
    links = [
        _link2(archive, "self", _publication_path(holding), _PUBLICATION),
        _link2(archive, "alternate", holding.page, HTML),
    ]
    for one in _downloads(holding):
        link = _link2(archive, _OPEN_ACCESS, one.file.path, one.media_type)
        links.append({**link, "title": syndication.label(one, holding.language)})
    made: dict[str, object] = {"metadata": dict(_metadata2(archive, holding)), "links": links}
    if images := list(_images2(archive, holding)):
        made["images"] = images
    return made


def _metadata2(archive: Archive, holding: Holding) -> Iterator[tuple[str, object]]:
    """The metadata by Readium's default context, those left out that would be empty."""
    yield "@type", _ISSUE
    yield "identifier", holding.identifier
    yield "title", line(holding.name)
    if line(holding.subtitle):
        yield "subtitle", line(holding.subtitle)
    yield "author", syndication.authors(archive, holding)
    yield "publisher", _publisher(archive, holding)
    yield "language", holding.language
    yield "published", holding.date.isoformat()
    yield "modified", moment(holding.updated)
    if words := syndication.summary(holding):
        yield "description", words
    if keywords := syndication.distinct(holding.keywords):
        yield "subject", keywords
    if holding.pages:
        yield "numberOfPages", holding.pages
    serial: dict[str, object] = {"name": line(holding.title)}
    if holding.issn:
        serial["identifier"] = _serial(holding)
    for name, number in (("volume", holding.volume), ("issue", holding.number)):
        if number:
            serial[name] = {"position": number}
    yield "belongsTo", {"periodical": serial}


def _images2(archive: Archive, holding: Holding) -> Iterator[dict[str, object]]:
    """The covers, the largest first, with the relations of OPDS 1.2 where they fit."""
    found = syndication.pictures(holding)
    for one in reversed(found):
        width, file, media_type = one
        marks = {_IMAGE: syndication.cover(holding), _THUMBNAIL: found[0]}
        names = [relation for relation, picture in marks.items() if picture == one]
        link = _link2(archive, names, file.path, media_type)
        yield {**link, "width": width}


def _link2(
    archive: Archive, relation: str | Sequence[str], path: str, media_type: str
) -> dict[str, object]:
    """A link object; without a relation it has no ``rel``."""
    link: dict[str, object] = {"rel": relation} if relation else {}
    return {**link, "href": archive.address(path), "type": media_type}
