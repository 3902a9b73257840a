"""A cover as files: the one in the book, and those for shops, catalogues, the web and mail."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

BOOK = (1562, 2500)  # less than four million pixels, as much as bookshops take inside a book
BOOK_OCTETS = 350_000
_QUALITIES = (86, 82, 76, 70, 62, 54, 46, 38, 30, 22, 14)
_SMALL = ((320, 512), (160, 256))
_SCREEN = (640, 1024)


def inside(cover: Image.Image) -> bytes:
    """The cover as it lies in the book: a baseline JPEG of at most ``BOOK_OCTETS`` bytes."""
    art = _scaled(cover, BOOK)
    data = b""
    for quality in _QUALITIES:
        data = _jpeg(art, quality)
        if len(data) <= BOOK_OCTETS:
            break
    return data


def beside(cover: Image.Image, stem: str) -> dict[str, bytes]:
    """The files that lie beside the book, by path: large, small as JPEG, and one as PNG.

    ``stem`` is the stem of the book's name.
    """
    made = {f"covers/{stem}.jpg": _jpeg(cover, 90)}
    for size in _SMALL:
        made[f"covers/{stem}-{size[0]}.jpg"] = _jpeg(_scaled(cover, size), 88)
    out = io.BytesIO()
    _scaled(cover, _SCREEN).save(out, "PNG", optimize=True)
    made[f"covers/{stem}-{_SCREEN[0]}.png"] = out.getvalue()
    return made


def _scaled(cover: Image.Image, size: tuple[int, int]) -> Image.Image:
    from PIL import Image

    return cover.resize(size, Image.Resampling.LANCZOS)


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True, progressive=False, dpi=(300, 300))
    return out.getvalue()
