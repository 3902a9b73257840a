"""A cover as files: the one in the book, and those for shops, catalogues, the web and mail."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from typing import TYPE_CHECKING

from bulletin_press import kept

if TYPE_CHECKING:
    from PIL import Image

BOOK = (1562, 2500)  # less than four million pixels, as much as bookshops take inside a book
BOOK_OCTETS = 350_000
_QUALITIES = (86, 82, 76, 70, 62, 54, 46, 38, 30, 22, 14)
_SMALL = ((320, 512), (160, 256))
_SCREEN = (640, 1024)


def made(
    draw: Callable[[], Image.Image], shows: Iterable[bytes | str], stem: str, beside: bool
) -> tuple[bytes, dict[str, bytes]]:
    """The cover as it lies in the book, and the files ``beside`` it, by path, if asked for.

    ``shows`` is all that ``draw`` draws: what the same gave before is kept, and nothing drawn for
    it. ``stem`` is the stem of the book's name.
    """
    drawn, key = cache(draw), tuple(shows)
    works = {"book": inside} | (dict(_beside()) if beside else {})
    found = {
        name: kept.made(partial(_of, drawn, make), "covers", name, *key)
        for name, make in works.items()
    }
    return found.pop("book"), {f"covers/{stem}{name}": data for name, data in found.items()}


def _of(draw: Callable[[], Image.Image], make: Callable[[Image.Image], bytes]) -> bytes:
    return make(draw())


def inside(cover: Image.Image) -> bytes:
    """The cover as it lies in the book: a baseline JPEG of at most ``BOOK_OCTETS`` bytes."""
    art = _scaled(cover, BOOK)
    data = b""
    for quality in _QUALITIES:
        data = _jpeg(art, quality)
        if len(data) <= BOOK_OCTETS:
            break
    return data


def _beside() -> Iterator[tuple[str, Callable[[Image.Image], bytes]]]:
    """How the files beside are made, by the end of their names: JPEG large and small, a PNG."""
    yield ".jpg", partial(_jpeg, quality=90)
    for size in _SMALL:
        yield f"-{size[0]}.jpg", partial(_small, size=size)
    yield f"-{_SCREEN[0]}.png", lambda cover: _png(_scaled(cover, _SCREEN))


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
