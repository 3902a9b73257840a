"""EPUBs before EPUBCheck, Ace, and axe on each of their pages in Chromium."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from playwright.sync_api import Browser

from tests.judging.ace import ace
from tests.judging.axe import axe
from tests.judging.epubcheck import epubcheck


def judged(browser: Browser, books: Mapping[str, bytes]) -> dict[str, tuple[str, ...]]:
    """What the three judges find wrong with each EPUB, by its name: nothing where it passes.

    Java and Node take seconds to start, so give many books at once.
    """
    found = [epubcheck(books), ace(books), axe_on_pages(browser, books)]
    return {name: tuple(one for faults in found for one in faults[name]) for name in books}


def axe_on_pages(browser: Browser, books: Mapping[str, bytes]) -> dict[str, tuple[str, ...]]:
    """What axe finds wrong with any file of XHTML in EPUBs, by the name of the book."""
    return {name: tuple(_axe(browser, data)) for name, data in books.items()}


def _axe(browser: Browser, data: bytes) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="bulletin-axe-") as name:
        folder = Path(name).resolve()
        zipfile.ZipFile(io.BytesIO(data)).extractall(folder)
        pages = sorted(folder.rglob("*.xhtml"))
        assert pages
        context = browser.new_context(offline=True)
        try:
            opened = context.new_page()
            for path in pages:
                opened.goto(path.as_uri())
                for fault in axe(opened, book=True):
                    yield f"axe {path.relative_to(folder)}: {fault}"
        finally:
            context.close()
