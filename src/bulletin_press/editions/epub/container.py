"""The container: finished files packed by EbookLib, then sealed so that equal books are equal."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime

from ebooklib import epub
from lxml import etree

from bulletin_press import __version__
from bulletin_press.editions.epub.book import Part
from bulletin_press.editions.epub.metadata import PREFIXES, Statement
from bulletin_press.issue import Issue
from bulletin_press.markup import XML_LANG

_OPF = "{http://www.idpf.org/2007/opf}"
_FIRST = ("mimetype", "META-INF/container.xml", "EPUB/content.opf")
_STORED = (".jpg", ".png")
_EARLIEST = 1980


class _Finished(epub.EpubItem):  # type: ignore[misc]
    """A file whose bytes the library writes as they are."""

    def __init__(self, part: Part) -> None:
        super().__init__(part.id, part.path, part.media_type, part.data)
        self.properties = list(part.properties)


def pack(issue: Issue, statements: Iterable[Statement], parts: Iterable[Part]) -> bytes:
    """The EPUB that holds ``parts``, in reading order, under the ``statements`` of its package."""
    book = epub.EpubBook()
    book.IDENTIFIER_ID = "identifier"
    book.set_identifier(issue.identifier)
    book.add_metadata("DC", "title", issue.name, {"id": "title"})
    book.set_language(issue.language)
    for one in statements:
        space = None if one.name == "meta" else "DC"
        book.add_metadata(space, one.name, one.value, dict(one.attributes))
    if issue.direction == "rtl":
        book.set_direction(issue.direction)
    for part in parts:
        item = _Finished(part)
        book.add_item(item)
        if part.reading:
            book.spine.append(item)
        if "cover-image" in part.properties:
            book.add_metadata(None, "meta", "", {"name": "cover", "content": part.id})
    moment = datetime(issue.date.year, issue.date.month, issue.date.day, tzinfo=UTC)
    raw = io.BytesIO()
    options = {"mtime": moment, "compresslevel": 0, "raise_exceptions": True, "epub3_pages": False}
    epub.write_epub(raw, book, options)
    return _seal(raw.getvalue(), issue)


def _seal(raw: bytes, issue: Issue) -> bytes:
    """The archive again with one order, time and mode for all, and the package put right."""
    day = issue.date
    stamp = (max(day.year, _EARLIEST), day.month, day.day, 0, 0, 0)
    sealed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as source, zipfile.ZipFile(sealed, "w") as target:
        names = source.namelist()
        for name in (*_FIRST, *sorted(set(names) - set(_FIRST))):
            data = source.read(name)
            if name == _FIRST[2]:
                data = _package(data, issue)
            entry = zipfile.ZipInfo(name, stamp)
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            stored = name == _FIRST[0] or name.endswith(_STORED)
            entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            target.writestr(entry, data)
    return sealed.getvalue()


def _package(data: bytes, issue: Issue) -> bytes:
    """The package document with its language, the prefixes in use, and the press as generator."""
    parser = etree.XMLParser(remove_blank_text=True, resolve_entities=False, no_network=True)
    root = etree.fromstring(data, parser)
    root.set(XML_LANG, issue.language)
    metas = list(root.iter(f"{_OPF}meta"))
    used = {
        str(value).partition(":")[0]
        for meta in metas
        for value in (meta.get("property", ""), meta.get("scheme", ""))
        if ":" in str(value)
    }
    root.set("prefix", " ".join(f"{name}: {PREFIXES[name]}" for name in sorted(used)))
    for meta in metas:
        if meta.get("name") == "generator":
            meta.set("content", f"bulletin-press {__version__}")
    etree.indent(root)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)
