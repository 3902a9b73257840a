"""Pages kept as pictures, so that a change of layout is seen where nobody looked for it.

They are the pages of two issues in 72 dots to the inch and 16 greys, as small files. The page that
is laid out now is made so too, and compared in squares: by one release of PDFium they are equal,
and ``TOLERANCE``, of a square's mean grey, leaves room for another's smoothing of a few dots. A
thin rule that is gone, or a line that moved by a dot, is beyond it.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from PIL import Image, ImageChops

from bulletin_press import press
from bulletin_press.editions import pdf
from tests.planting import CLEAN

FOLDER = Path(__file__).parent
ISSUES = {
    "sample": (FOLDER.parents[1] / "source" / "2026-02", (1, 3)),
    "clean": (CLEAN, (2, 3, 5, 7)),
}
SQUARE = 6
TOLERANCE = 5.0


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
        yield f"{issue}-{number}.png", picture.point(lambda value: round(value / 17) * 17)


def difference(page: Image.Image, kept: Image.Image) -> Difference:
    """Compare two pictures; where sizes differ, the smaller is white beyond its edge.

    The picture shows in red what only the new page has, in blue what only the kept one has.
    """
    size = max(page.width, kept.width), max(page.height, kept.height)
    new, old = (_on_white(picture, size) for picture in (page, kept))
    squares = [
        picture.resize(
            (-(-size[0] // SQUARE), -(-size[1] // SQUARE)), Image.Resampling.BOX
        )
        for picture in (new, old)
    ]  # fmt: skip
    _, worst = ImageChops.difference(*squares).getextrema()
    assert isinstance(worst, (int, float))
    return Difference(float(worst), Image.merge("RGB", (old, ImageChops.darker(new, old), new)))


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
