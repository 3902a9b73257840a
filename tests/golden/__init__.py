"""Pages kept as pictures, so that a change of layout is seen where nobody looked for it.

They are printed pages of two issues in 72 dots to the inch, and pages of their e-books on screens,
in 16 greys, as small files. The page that is laid out now is made so too, and compared in squares:
by one release of PDFium they are equal, and ``TOLERANCE``, of a square's mean grey, leaves room for
another's smoothing of a few dots. A thin rule that is gone, or a line that moved by a dot, is
beyond it. Chromium smooths letters as the machine says: squares of screens are larger, and
``SCREEN_TOLERANCE`` is what a line moved by two dots is beyond, and no way of smoothing is.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from PIL import Image, ImageChops
from playwright.sync_api import Browser

from bulletin_press import press
from bulletin_press.editions import epub, pdf
from tests import screens
from tests.epub_support import LEFTWARD, write
from tests.planting import CLEAN

FOLDER = Path(__file__).parent
ISSUES = {
    "sample": (FOLDER.parents[1] / "source" / "2026-02", (1, 3)),
    "clean": (CLEAN, (2, 3, 5, 7)),
}
SCREENS = {
    "front-phone": ("sample", "front", screens.PHONE, screens.DAY, ""),
    "chart-ereader": ("sample", "articles/gas-exports", screens.EREADER, screens.DAY, ".chart"),
    "table-phone-night": ("sample", "articles/power-line", screens.PHONE, screens.NIGHT, ".frame"),
    "orchard-ereader": ("clean", "articles/orchard", screens.EREADER, screens.DAY, ".box"),
    "tongues-tablet": ("clean", "articles/tongues", screens.TABLET, screens.DAY, ""),
    "leftward-phone-night": ("leftward", "articles/a", screens.PHONE, screens.NIGHT, ""),
}  # name: issue, page, screen, theme, and the first thing on the screen
SQUARE, TOLERANCE = 6, 5.0
SCREEN_SQUARE, SCREEN_TOLERANCE = 18, 16.0


@dataclass(frozen=True)
class Difference:
    """How far two pages are from each other: the worst square's mean grey, and a picture."""

    worst: float
    picture: Image.Image


def pages(issue: str) -> Iterator[tuple[str, Image.Image]]:
    """Name and picture of each kept page of an issue, as it is laid out now."""
    folder, numbers = ISSUES[issue]
    (data,) = pdf.render(press.read(folder).issue).edition.files.values()
    document = pypdfium2.PdfDocument(data)
    for number in numbers:
        picture = document[number - 1].render(grayscale=True).to_pil()
        yield f"{issue}-{number}.png", _of_16_greys(picture)


def shown(browser: Browser) -> Iterator[tuple[str, Image.Image]]:
    """Name and picture of each kept screen of an e-book, as Chromium shows it now."""
    with tempfile.TemporaryDirectory() as folder:
        books: dict[str, Path] = {}
        for name, (issue, page, screen, theme, first) in SCREENS.items():
            if issue not in books:
                (data,) = epub.render(
                    press.read(_sources(issue, Path(folder))).issue
                ).files.values()
                books[issue] = screens.unpacked(data, Path(folder) / issue)
            path = books[issue] / f"{page}.xhtml"
            with screens.read(browser, path, screen, theme) as opened:
                if first:
                    opened.eval_on_selector(first, "one => one.scrollIntoView()")
                picture = Image.open(io.BytesIO(opened.screenshot()))
            yield f"screen-{name}.png", _of_16_greys(picture.convert("L"))


def _sources(issue: str, folder: Path) -> Path:
    return ISSUES[issue][0] if issue in ISSUES else write(folder / f"{issue}-sources", LEFTWARD)


def _of_16_greys(picture: Image.Image) -> Image.Image:
    return picture.point(lambda value: round(value / 17) * 17)


def difference(page: Image.Image, kept: Image.Image, square: int = SQUARE) -> Difference:
    """Compare two pictures; where sizes differ, the smaller is white beyond its edge.

    The picture shows in red what only the new page has, in blue what only the kept one has.
    """
    size = max(page.width, kept.width), max(page.height, kept.height)
    new, old = (_on_white(picture, size) for picture in (page, kept))
    squares = [
        picture.resize(
            (-(-size[0] // square), -(-size[1] // square)), Image.Resampling.BOX
        )
        for picture in (new, old)
    ]  # fmt: skip
    _, worst = ImageChops.difference(*squares).getextrema()
    assert isinstance(worst, (int, float))
    return Difference(float(worst), Image.merge("RGB", (old, ImageChops.darker(new, old), new)))


def changed(name: str, page: Image.Image, kept: Image.Image) -> Difference | None:
    """How a page differs from what is kept under its name, if it does by more than is allowed."""
    screen = name.startswith("screen-")
    found = difference(page, kept, SCREEN_SQUARE if screen else SQUARE)
    return found if found.worst > (SCREEN_TOLERANCE if screen else TOLERANCE) else None


def _on_white(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    whole = Image.new("L", size, 255)
    whole.paste(picture.convert("L"))
    return whole


def packed(page: Image.Image) -> bytes:
    """A picture of 16 greys as a small PNG."""
    greys = page.point(lambda value: value // 17).convert("P")
    greys.putpalette([grey * 17 for grey in range(16) for _ in range(3)])
    out = io.BytesIO()
    greys.save(out, "PNG", optimize=True, bits=4)
    return out.getvalue()
