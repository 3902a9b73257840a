"""Pages of the PDF as pictures, drawn when they are asked for and kept while they are shown."""

from __future__ import annotations

import asyncio
import io
from collections import OrderedDict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar, TypeVarTuple

from pypdfium2 import PdfDocument

WIDTHS = (900, 1800)  # in dots: for usual and for dense screens
_MOST = 64 * 1024 * 1024  # octets of pictures that are kept
_QUICK = 1  # how hard the pictures are packed: for one machine, hardly
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

    async def draw(self, name: str, width: int) -> bytes | None:
        """The page that looks like ``name`` as PNG, ``width`` dots wide; None if there is none."""
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
        bitmap = page.render(scale=width / page.get_width())
        try:
            packed = io.BytesIO()
            bitmap.to_pil().save(packed, "PNG", compress_level=_QUICK)
        finally:
            bitmap.close()
    finally:
        page.close()
    return packed.getvalue()
