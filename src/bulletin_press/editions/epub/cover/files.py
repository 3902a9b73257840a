"""A cover as files: the one in the book, and those for shops, catalogues, the web and mail."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, partial
from typing import TYPE_CHECKING

from bulletin_press import kept

if TYPE_CHECKING:
    from PIL import Image

BOOK = (1562, 2500)  # less than four million pixels, as much as bookshops take inside a book
BOOK_OCTETS = 350_000
_QUALITIES = (86, 82, 76, 70, 62, 54, 46, 38, 30, 22, 14)
_SMALL = ((320, 512), (160, 256))
_SCREEN = (640, 1024)
_EFFORT = 3  # of zlib; more takes half as long again for a file that is no smaller


def made(
    draw: Callable[[], Image.Image], shows: Iterable[bytes | str], stem: str, beside: bool
) -> tuple[bytes, dict[str, bytes]]:
    """The cover as it lies in the book, and the files ``beside`` it, by path, if asked for.

    ``shows`` is all that ``draw`` draws: what the same gave before is kept, and nothing drawn for
    it. ``stem`` is the stem of the book's name.
    """
    art, key = _Art(draw), tuple(shows)
    works = {"book": lambda: inside(art.whole)} | (dict(_beside(art)) if beside else {})
    found = {name: kept.made(make, "covers", name, *key) for name, make in works.items()}
    return found.pop("book"), {f"covers/{stem}{name}": data for name, data in found.items()}


class _Art:
    """A cover in two sizes, each made when it is first needed."""

    def __init__(self, draw: Callable[[], Image.Image]) -> None:
        self._draw = draw

    @cached_property
    def whole(self) -> Image.Image:
        return self._draw()

    @cached_property
    def screen(self) -> Image.Image:
        return _scaled(self.whole, _SCREEN)


def inside(cover: Image.Image) -> bytes:
    """The cover as it lies in the book: a baseline JPEG of at most ``BOOK_OCTETS`` bytes."""
    art = _scaled(cover, BOOK)
    data = b""
    for quality in _QUALITIES:
        data = _jpeg(art, quality)
        if len(data) <= BOOK_OCTETS:
            break
    return data


def _beside(art: _Art) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """How the files beside are made, by the end of their names: JPEG large and small, a PNG."""
    yield ".jpg", lambda: _jpeg(art.whole, 90)
    for size in _SMALL:
        yield f"-{size[0]}.jpg", partial(_small, art, size)
    yield f"-{_SCREEN[0]}.png", lambda: _png(art.screen)


def _scaled(cover: Image.Image, size: tuple[int, int]) -> Image.Image:
    from PIL import Image

    return cover.resize(size, Image.Resampling.HAMMING)


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True, progressive=False, dpi=(300, 300))
    return out.getvalue()


def _small(art: _Art, size: tuple[int, int]) -> bytes:
    return _jpeg(_scaled(art.screen, size), 88)


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=_EFFORT)
    return out.getvalue()
