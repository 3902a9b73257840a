"""Pages of two PDFs that look the same have one hash, and others have another."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
from PIL import Image

from bulletin_press import press
from bulletin_press.editions import pdf
from bulletin_press.editions.pdf import likeness
from tests.preview_support import WEIR, edit, valley


def printed(issue: Path) -> bytes:
    [made] = pdf.render(press.read(issue).issue).edition.files.values()
    return made


def drawn(data: bytes) -> list[bytes]:
    document = pypdfium2.PdfDocument(data)
    try:
        return [page.render(scale=1).to_pil().tobytes() for page in document]
    finally:
        document.close()


def test_pages_have_one_hash_as_they_have_one_picture(tmp_path: Path) -> None:
    issue = valley(tmp_path)
    Image.new("RGB", (400, 300), "red").save(issue / "sluice.png")
    figure = "\n\n.. figure:: sluice.png\n   :alt: A sluice.\n\n   The sluice.\n\n"
    edit(issue / WEIR, "day 3, holds the water back.", f"day 3, holds the water back.{figure}")
    before = printed(issue)
    assert likeness.sheets(before) == likeness.sheets(printed(issue))
    edit(issue / WEIR, "day 23, holds", "day 23, hält ½ holds")
    typed = printed(issue)
    Image.new("RGB", (400, 300), "blue").save(issue / "sluice.png")
    painted = printed(issue)
    for one, other in ((before, typed), (typed, painted), (before, painted)):
        pairs = list(zip(likeness.sheets(one), likeness.sheets(other), strict=True))
        pictures = zip(drawn(one), drawn(other), strict=True)
        alike = [first == second for first, second in pictures]
        assert [first.sha256 == second.sha256 for first, second in pairs] == alike
        assert {True, False} == set(alike)
    assert {(round(sheet.width), round(sheet.height)) for sheet in likeness.sheets(before)} == {
        (420, 595)
    }
