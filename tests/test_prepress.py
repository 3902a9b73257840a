"""The PDF for a printing house, read back by pikepdf: boxes, marks, inks, pictures, its sheet."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest

from bulletin_press import press
from bulletin_press.editions import pdf
from tests.printing import load

ROOT = Path(__file__).resolve().parents[1]
MM = 72 / 25.4


def printed(folder: Path) -> tuple[pdf.Printed, bytes]:
    """The press PDF of an issue."""
    made = pdf.render(load(folder), profile="press")
    name = next(iter(made.edition.files))
    assert name.endswith("-press.pdf")
    return made, made.edition.files[name]


@pytest.fixture(scope="module")
def sample() -> bytes:
    made, data = printed(press.locate("2026-02", ROOT))
    assert made.problems == ()
    return data


Shade = Callable[[int, float, float], tuple[int, ...]]


def shades(data: bytes) -> Shade:
    """The colour of a point of a page, in millimetres from the cut page's left and upper edge."""

    @cache
    def picture(page: int) -> tuple[Any, float, float]:
        with pypdfium2.PdfDocument(data) as document:
            sheet = document[page]
            left, _, _, top = sheet.get_mediabox()
            height = sheet.get_trimbox()[3]
            image = sheet.render(scale=4).to_pil()
            sheet.close()
        return image, left, top - height

    def shade(page: int, x: float, y: float) -> tuple[int, ...]:
        image, left, above = picture(page)
        at = round((x * MM - left) * 4), round((y * MM + above) * 4)
        return tuple(image.getpixel(at)[:3])

    return shade


def test_the_boxes_are_those_of_a_page_that_is_cut(sample: bytes) -> None:
    with pikepdf.open(io.BytesIO(sample)) as file:
        for page in file.pages:
            trim, bleed, media = (
                [float(side) for side in page[f"/{name}Box"]] for name in ("Trim", "Bleed", "Media")
            )
            assert trim == pytest.approx([0, 0, 210 * MM, 297 * MM], abs=0.01)
            around = [
                trim[0] - bleed[0],
                trim[1] - bleed[1],
                bleed[2] - trim[2],
                bleed[3] - trim[3],
            ]
            assert around == pytest.approx([3 * MM] * 4, abs=0.01)
            beyond = [
                bleed[0] - media[0],
                bleed[1] - media[1],
                media[2] - bleed[2],
                media[3] - bleed[3],
            ]
            assert min(beyond) > 6 * MM


def test_marks_stand_outside_the_bleed_and_show_where_to_cut(sample: bytes) -> None:
    white, shade = (255, 255, 255), shades(sample)
    for page in (0, 4):
        for x in (0.0, 210.0):
            for y in (-7.0, 304.0):
                assert shade(page, x, y) != white
                assert shade(page, x + 1, y) == white
        for y in (0.0, 297.0):
            for x in (-7.0, 217.0):
                assert shade(page, x, y) != white
    for x, y in ((0, 298.5), (-1.5, 297), (0, 295), (211.5, 297)):
        assert shade(0, x, y) == white


def test_what_touches_the_edge_runs_into_the_bleed_and_no_further(sample: bytes) -> None:
    shade = shades(sample)
    brand = shade(0, 2, 2)
    assert brand == (20, 50, 92)
    for x, y in ((-2.8, -2.8), (100, -2.8), (212.8, -2.8), (-2.8, 60), (212.8, 60)):
        assert shade(0, x, y) == brand
    assert shade(0, -2.8, 76) == shade(0, 212.8, 76) == (168, 50, 45)
    for x, y in ((-3.5, 40), (100, -3.5), (213.5, 40)):
        assert shade(0, x, y) == (255, 255, 255)


def test_it_claims_neither_archive_nor_accessibility(sample: bytes) -> None:
    for claim in (b"pdfaid", b"pdfuaid", b"GTS_PDFXVersion"):
        assert claim not in sample
