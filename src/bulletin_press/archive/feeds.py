"""The feeds of the archive: Atom, RSS and JSON Feed, each language its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from html import escape
from typing import Any

from lxml import etree

from bulletin_press.archive import syndication
from bulletin_press.archive.holdings import Archive, Download, Holding
from bulletin_press.archive.syndication import HTML, moment
from bulletin_press.archive.wellformed import as_json, child, line, text, xml
from bulletin_press.edition import EPUB
from bulletin_press.markup import XML_LANG

ENTRIES = 12
ATOM = "application/atom+xml"
RSS = "application/rss+xml"
JSON = "application/feed+json"
_SUFFIXES = {ATOM: "atom", RSS: "rss", JSON: "json"}
_GENERATOR = "bulletin-press"
_ATOM_SPACE = "http://www.w3.org/2005/Atom"
_METALINK = "urn:ietf:params:xml:ns:metalink"
_CONTENT = "http://purl.org/rss/1.0/modules/content/"
_DC = "http://purl.org/dc/elements/1.1/"


@dataclass(frozen=True, slots=True)
class _Feed:
    """What a language's feed says in every format; ``texts`` are the issues' texts by their ids."""

    archive: Archive
    language: str
    title: str
    subtitle: str
    rights: str
    founded: date
    updated: date
    entries: tuple[Holding, ...]
    texts: Mapping[str, str]

    def address(self, media_type: str) -> str:
        """The whole address of the feed in one of its formats."""
        return self.archive.address(_path(self.archive, self.language, media_type))

    def id(self, holding: Holding) -> str:
        """The id of an issue, the same in all formats (RFC 4151)."""
        return syndication.tag(self.archive, holding.date, holding.page)


def files(archive: Archive, content: Callable[[Holding], str]) -> dict[str, bytes]:
    """The feeds of all languages by their paths: Atom (RFC 4287), RSS 2.0, JSON Feed 1.1.

    Each lists the newest issues of its language, whose whole text ``content`` gives as an HTML
    fragment with absolute addresses. Without base-url there are none.
    """
    made = {}
    for language in archive.languages if archive.publication.base_url else ():
        feed = _feed(archive, language, content)
        for media_type, write in ((ATOM, _atom), (RSS, _rss), (JSON, _json)):
            made[_path(archive, language, media_type)] = write(feed)
    return made


def addresses(archive: Archive) -> tuple[tuple[str, str, str], ...]:
    """Language, path and media type of every feed, as ``link rel="alternate"`` gives them."""
    if not archive.publication.base_url:
        return ()
    return tuple(
        (language, _path(archive, language, media_type), media_type)
        for language in archive.languages
        for media_type in _SUFFIXES
    )


def _path(archive: Archive, language: str, media_type: str) -> str:
    own = language == archive.publication.language
    return f"feed{'' if own else f'-{language.lower()}'}.{_SUFFIXES[media_type]}"


def _feed(archive: Archive, language: str, content: Callable[[Holding], str]) -> _Feed:
    holdings = syndication.of_language(archive, language)
    entries = holdings[:ENTRIES]
    return _Feed(
        archive,
        language,
        syndication.title(archive, holdings),
        line(holdings[0].subtitle),
        line(archive.publication.imprint.rights),
        syndication.founded(holdings),
        syndication.updated(holdings),
        entries,
        {one.id: text(content(one)) for one in entries},
    )


def _atom(feed: _Feed) -> bytes:
    """The feed as Atom: RFC 4287 §4.1.1, its entries §4.1.2."""
    spaces: Any = {None: _ATOM_SPACE}
    root = etree.Element(f"{{{_ATOM_SPACE}}}feed", nsmap=spaces)
    root.set(XML_LANG, feed.language)
    path = _path(feed.archive, feed.language, ATOM)
    child(root, "id", syndication.tag(feed.archive, feed.founded, path))
    child(root, "title", feed.title)
    if feed.subtitle:
        child(root, "subtitle", feed.subtitle)
    child(root, "updated", moment(feed.updated))
    child(child(root, "author"), "name", syndication.house(feed.archive))
    child(root, "link", rel="self", type=ATOM, href=feed.address(ATOM))
    home = feed.archive.address()
    child(root, "link", rel="alternate", type=HTML, href=home)
    child(root, "generator", _GENERATOR)
    if feed.rights:
        child(root, "rights", feed.rights)
    for holding in feed.entries:
        _atom_entry(feed, holding, child(root, "entry"))
    return xml(root)


def _atom_entry(feed: _Feed, holding: Holding, entry: etree._Element) -> None:
    child(entry, "id", feed.id(holding))
    child(entry, "title", holding.name)
    child(entry, "updated", moment(holding.updated))
    child(entry, "published", moment(holding.date))
    for name in syndication.authors(feed.archive, holding):
        child(child(entry, "author"), "name", name)
    page = feed.archive.address(holding.page)
    child(entry, "link", rel="alternate", type=HTML, hreflang=holding.language, href=page)
    for one in holding.downloads:
        _enclosure(feed, holding, one, entry)
    for word in syndication.distinct(holding.keywords):
        child(entry, "category", term=word)
    if line(holding.rights):
        child(entry, "rights", holding.rights)
    if words := syndication.summary(holding):
        child(entry, "summary", words)
    child(entry, "content", type="html").text = feed.texts[holding.id]


def _enclosure(feed: _Feed, holding: Holding, one: Download, entry: etree._Element) -> None:
    """A file to take away (RFC 4287 §4.2.7.2), with its hash as Metalink gives it (RFC 5854)."""
    link = child(
        entry,
        "link",
        rel="enclosure",
        type=one.media_type,
        length=str(one.file.octets),
        hreflang=holding.language,
        title=syndication.label(one, feed.language),
        href=feed.archive.address(one.file.path),
    )
    spaces: Any = {None: _METALINK}
    made = etree.SubElement(link, f"{{{_METALINK}}}hash", nsmap=spaces, type="sha-256")
    made.text = one.file.sha256


def _rss(feed: _Feed) -> bytes:
    """The feed as RSS 2.0, with what the Atom, Content and Dublin Core modules add."""
    spaces: Any = {"atom": _ATOM_SPACE, "content": _CONTENT, "dc": _DC}
    root = etree.Element("rss", nsmap=spaces, version="2.0")
    channel = child(root, "channel")
    child(channel, "title", feed.title)
    child(channel, "link", feed.archive.address())
    child(channel, "description", _as_html(feed.subtitle or feed.title))
    child(channel, "language", feed.language)
    if feed.rights:
        child(channel, "copyright", feed.rights)
    child(channel, "lastBuildDate", _in_gmt(feed.updated))
    child(channel, "generator", _GENERATOR)
    child(channel, f"{{{_ATOM_SPACE}}}link", rel="self", type=RSS, href=feed.address(RSS))
    for holding in feed.entries:
        _rss_item(feed, holding, child(channel, "item"))
    return xml(root)


def _rss_item(feed: _Feed, holding: Holding, item: etree._Element) -> None:
    child(item, "title", holding.name)
    child(item, "link", feed.archive.address(holding.page))
    child(item, "guid", feed.id(holding), isPermaLink="false")
    child(item, "pubDate", _in_gmt(holding.date))
    for name in syndication.authors(feed.archive, holding):
        child(item, f"{{{_DC}}}creator", name)
    for word in syndication.distinct(holding.keywords):
        child(item, "category", word)
    if words := syndication.summary(holding):
        child(item, "description", _as_html(words))
    for one in sorted(holding.downloads, key=lambda one: one.media_type != EPUB)[:1]:
        child(
            item,
            "enclosure",
            url=feed.archive.address(one.file.path),
            length=str(one.file.octets),
            type=one.media_type,
        )
    child(item, f"{{{_CONTENT}}}encoded").text = feed.texts[holding.id]


def _as_html(words: str) -> str:
    """Plain text for an RSS description, which readers take for HTML."""
    return escape(words, quote=False)


def _in_gmt(day: date) -> str:
    """The beginning of a day as RFC 822 §5 gives it, with the year in four digits."""
    return format_datetime(datetime.combine(day, time(), UTC), usegmt=True)


def _json(feed: _Feed) -> bytes:
    """The feed as JSON Feed 1.1; ``_sha256`` of an attachment is the hash of its file."""
    values = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.archive.address(),
        "feed_url": feed.address(JSON),
        "description": feed.subtitle,
        "language": feed.language,
        "authors": [{"name": syndication.house(feed.archive)}],
        "items": [dict(_members(feed, one)) for one in feed.entries],
    }
    return as_json({name: value for name, value in values.items() if value != ""})


def _members(feed: _Feed, holding: Holding) -> Iterator[tuple[str, object]]:
    """The members of an item, those left out that would be empty."""
    yield "id", feed.id(holding)
    yield "url", feed.archive.address(holding.page)
    yield "title", line(holding.name)
    yield "content_html", feed.texts[holding.id]
    if words := syndication.summary(holding):
        yield "summary", words
    if picture := syndication.cover(holding):
        yield "image", feed.archive.address(picture[1].path)
    yield "date_published", moment(holding.date)
    yield "date_modified", moment(holding.updated)
    yield "authors", [{"name": name} for name in syndication.authors(feed.archive, holding)]
    if keywords := syndication.distinct(holding.keywords):
        yield "tags", keywords
    yield "language", holding.language
    if holding.downloads:
        yield "attachments", [_attachment(feed, one) for one in holding.downloads]


def _attachment(feed: _Feed, one: Download) -> dict[str, object]:
    return {
        "url": feed.archive.address(one.file.path),
        "mime_type": one.media_type,
        "title": syndication.label(one, feed.language),
        "size_in_bytes": one.file.octets,
        "_sha256": one.file.sha256,
    }
