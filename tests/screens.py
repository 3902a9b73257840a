"""Pages of an e-book on the screens of a telephone, a tablet and a reading device in greys.

Chromium shows them as reading systems do, with a reader's own size, margin and colours.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page


@dataclass(frozen=True)
class Screen:
    """A device: width, height, size of letters and margin in CSS pixels; whether it has colours."""

    width: int
    height: int
    letters: int
    margin: int
    coloured: bool = True


PHONE = Screen(360, 640, 16, 15)
TABLET = Screen(768, 1024, 18, 60)
EREADER = Screen(600, 800, 22, 30, coloured=False)
SCREENS = {"phone": PHONE, "tablet": TABLET, "ereader": EREADER}
DAY, NIGHT = ("#000000", "#ffffff"), ("#d8d8d8", "#121212")  # ink and ground, as readers choose


def unpacked(book: bytes, folder: Path) -> Path:
    """The folder with the pages of a book, which is unpacked into a new folder."""
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        archive.extractall(folder)
    return folder / "EPUB"


@contextmanager
def read(
    browser: Browser,
    path: Path,
    screen: Screen,
    theme: tuple[str, str] = DAY,
    more: str = "",
) -> Iterator[Page]:
    """A page of an unpacked book on a screen; ``more`` are rules of the reader's own."""
    size = {"width": screen.width, "height": screen.height}
    context = browser.new_context(viewport=size, offline=True)  # type: ignore[arg-type]
    ink, ground = theme
    own = (
        f"html {{ font-size: {screen.letters}px; padding: {screen.margin}px;"
        f" color: {ink}; background: {ground};"
        f" filter: {'none' if screen.coloured else 'grayscale(1)'} }}"
    )
    try:
        page = context.new_page()
        page.goto(path.as_uri())
        page.add_style_tag(content=own + more)
        page.evaluate("document.fonts.ready")
        yield page
    finally:
        context.close()
