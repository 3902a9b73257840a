"""Pages of the PDF as pictures, drawn when they are asked for and kept while they are shown."""

from __future__ import annotations

import asyncio
import struct
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar, TypeVarTuple

from pypdfium2 import PdfDocument

WIDTHS = (900, 1800)  # in dots: for usual and for dense screens
_MOST = 64 * 1024 * 1024  # octets of pictures that are kept
_QUICK = 1  # how hard the pictures are packed, which go no further than this machine
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_Made = TypeVar("_Made")
_Given = TypeVarTuple("_Given")


@dataclass(slots=True)
class _Printing:
    """A PDF that is open, and which of its pages has which looks."""

    document: PdfDocument
    places: dict[str, int]


class Easel:
    """Draws the pages of the newest PDF, and of the one before it.

    PDFium works for one thread only, and so all is done in one.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="easel")
        self._printings: list[_Printing] = []
        self._drawn: OrderedDict[tuple[str, int], bytes] = OrderedDict()
        self._width = 0

    async def take(self, pdf: bytes, hashes: Iterable[str]) -> None:
        """Take up a PDF whose pages look like ``hashes``, in order; the last but one goes.

        Raises pypdfium2.PdfiumError if it cannot be opened.
        """
        await self._run(self._take, pdf, tuple(hashes))

    def _take(self, pdf: bytes, hashes: tuple[str, ...]) -> None:
        places = {name: place for place, name in enumerate(hashes)}
        self._printings.insert(0, _Printing(PdfDocument(pdf), places))
        for old in self._printings[2:]:
            old.document.close()
        del self._printings[2:]
        shown = {name for one in self._printings for name in one.places}
        for key in [key for key in self._drawn if key[0] not in shown]:
            del self._drawn[key]

    def begin(self, name: str) -> None:
        """Begin to draw a page that will be asked for, as wide as the last one was."""
        if self._width:
            self._thread.submit(self._draw, name, self._width)

    async def draw(self, name: str, width: int) -> bytes | None:
        """The page that looks like ``name`` as PNG, ``width`` dots wide; None if there is none."""
        self._width = width
        return await self._run(self._draw, name, width)

    def _draw(self, name: str, width: int) -> bytes | None:
        key = name, width
        if key in self._drawn:
            self._drawn.move_to_end(key)
            return self._drawn[key]
        for one in self._printings:
            if name in one.places:
                self._drawn[key] = _png(one.document, one.places[name], width)
                while sum(map(len, self._drawn.values())) > _MOST and len(self._drawn) > 1:
                    self._drawn.popitem(last=False)
                return self._drawn[key]
        return None

    async def _run(self, work: Callable[[*_Given], _Made], *given: *_Given) -> _Made:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *given)

    def close(self) -> None:
        """Let go of all."""
        self._thread.shutdown(cancel_futures=True)
        for one in self._printings:
            one.document.close()
        self._printings.clear()
        self._drawn.clear()


def _png(document: PdfDocument, place: int, width: int) -> bytes:
    page = document[place]
    try:
        bitmap = page.render(scale=width / page.get_width(), rev_byteorder=True)
        try:
            return _packed(bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride)
        finally:
            bitmap.close()
    finally:
        page.close()


def _packed(dots: bytes, width: int, height: int, stride: int) -> bytes:
    """Rows of red, green and blue, each ``stride`` octets after the last, as PNG.

    Rows are left unfiltered: Pillow tries five filters for each, takes twice as long for it, and
    text on white is none the smaller.
    """
    rows = (dots[at : at + 3 * width] for at in range(0, height * stride, stride))
    data = zlib.compress(b"\0" + b"\0".join(rows), _QUICK)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return _SIGNATURE + _chunk(b"IHDR", head) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = zlib.crc32(data, zlib.crc32(kind))
    return len(data).to_bytes(4, "big") + kind + data + check.to_bytes(4, "big")
