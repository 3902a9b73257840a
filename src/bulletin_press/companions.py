"""The editions of an issue that lie in one folder: whether they are of the same pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

from bulletin_press.problems import Location, Problem, problem


def unlike(stem: str, files: Mapping[str, bytes], printed: str, folder: Path) -> Iterator[Problem]:
    """What lies in ``folder`` and is of other pages than ``files``, which are to come there.

    ``stem`` is that of the names of an issue's files; ``printed`` is the SHA-256 of the PDF as just
    laid out, empty if it was not. An e-book that marks pages wants those of the PDF beside it
    (E110), a PDF wants to be the one whose pages the e-book marks (E111).
    """
    pdf, book = f"{stem}.pdf", f"{stem}.epub"
    if not printed:
        return
    if book in files and pdf not in files:
        found = _bytes(folder / pdf)
        if found and sha256(found).hexdigest() != printed:
            message = "the e-book marks pages, but not those of the PDF in its folder"
            yield problem("E110", message, Location(pdf))
    elif pdf in files and book not in files and (found := _bytes(folder / book)):
        from bulletin_press.editions.epub import source

        if source.sha256(found) not in ("", printed):
            message = "the e-book in the folder marks pages, but not those of this PDF"
            yield problem("E111", message, Location(book))


def _bytes(path: Path) -> bytes:
    """The bytes of a file, none if it cannot be read."""
    try:
        return path.read_bytes()
    except OSError:
        return b""
