"""Each object of a PDF put into octets, and compressed, once.

pydyf asks an object for its octets when it writes it, and again for the hash that identifies the
file. While ``pydyf.PDF.write`` is at work they are kept, objects within others apart, which have no
number: ``data`` of the four kinds of objects is replaced, and ``write`` itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from bulletin_press.editions.pdf.shortcuts.replacing import replacements


@contextmanager
def once() -> Iterator[None]:
    """Let pydyf keep an object's octets while a file is written."""
    import pydyf

    write = pydyf.PDF.write

    def write_once(pdf: Any, *given: Any, **more: Any) -> None:
        with replacements() as replace:
            for kind in (pydyf.Array, pydyf.Dictionary, pydyf.Stream, pydyf.String):
                replace(kind, "data", property(_keeping(vars(kind)["data"].fget)))
            write(pdf, *given, **more)

    with replacements() as replace:
        replace(pydyf.PDF, "write", write_once)
        yield


def _keeping(octets: Callable[[Any], bytes]) -> Callable[[Any], bytes]:
    known: dict[int, bytes] = {}

    def data(one: Any) -> bytes:
        if one.number is None:
            return octets(one)
        found = known.get(one.number)
        if found is None:
            found = known[one.number] = octets(one)
        return found

    return data
