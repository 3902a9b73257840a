"""Which PDF's pages a book marks: its SHA-256, kept in the package and read back from it."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from bulletin_press.editions.epub.metadata import Statement

_PACKAGE = "EPUB/content.opf"
_LONGEST = 4_000_000
_HASH = re.compile(rb">nih:sha-256;([0-9a-f]{64})<")


def statement(sha256: str) -> Statement:
    """The statement that names the PDF's bytes by their hash (RFC 6920 §7), in hex."""
    refines = {"property": "dcterms:identifier", "refines": "#printed"}
    return Statement("meta", f"nih:sha-256;{sha256}", refines)


def sha256(book: bytes) -> str:
    """The hash in the package of an EPUB, empty if it has none or is no EPUB of the press."""
    try:
        with zipfile.ZipFile(io.BytesIO(book)) as archive, archive.open(_PACKAGE) as package:
            found = _HASH.search(package.read(_LONGEST))
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, NotImplementedError, RuntimeError):
        return ""
    return found[1].decode() if found else ""
