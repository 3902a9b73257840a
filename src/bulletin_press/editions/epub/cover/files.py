"""A cover as files: the one in the book, and those for shops, catalogues, the web and mail."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING

from bulletin_press import kept

if TYPE_CHECKING:
    from PIL import Image

BOOK = (1562, 2500)  # less than four million pixels, as much as bookshops take inside a book
BOOK_OCTETS = 350_000
_QUALITIES = (86, 82, 76, 70, 62, 54, 46, 38, 30, 22, 14)
_SMALL = ((320, 512), (160, 256))
_SCREEN = (640, 1024)


def made(cover: Image.Image, stem: str, beside: bool) -> tuple[bytes, dict[str, bytes]]:
    """The cover as it lies in the book, and the files ``beside`` it, by path, if asked for.

    ``stem`` is the stem of the book's name. What the same pixels gave before is kept.
    """
    pixels = b""
    if kept.store():
        pixels = sha256(repr((cover.mode, cover.size)).encode() + cover.tobytes()).digest()
    works = {"book": lambda: inside(cover)} | (dict(_beside(cover)) if beside else {})
    found = {name: kept.made(make, "covers", name, pixels) for name, make in works.items()}
    return found.pop("book"), {f"covers/{stem}{name}": data for name, data in found.items()}


def inside(cover: Image.Image) -> bytes:
    """The cover as it lies in the book: a baseline JPEG of at most ``BOOK_OCTETS`` bytes."""
    art = _scaled(cover, BOOK)
    data = b""
    for quality in _QUALITIES:
        data = _jpeg(art, quality)
        if len(data) <= BOOK_OCTETS:
            break
    return data


def _beside(cover: Image.Image) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """How the files beside are made, by the end of their names: JPEG large and small, a PNG."""
    yield ".jpg", lambda: _jpeg(cover, 90)
    for size in _SMALL:
        yield f"-{size[0]}.jpg", partial(_small, cover, size)
    yield f"-{_SCREEN[0]}.png", lambda: _png(_scaled(cover, _SCREEN))


def _scaled(cover: Image.Image, size: tuple[int, int]) -> Image.Image:
    from PIL import Image

    return cover.resize(size, Image.Resampling.LANCZOS)


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True, progressive=False, dpi=(300, 300))
    return out.getvalue()


def _small(cover: Image.Image, size: tuple[int, int]) -> bytes:
    return _jpeg(_scaled(cover, size), 88)


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()
