"""Each object of a PDF put into octets once, and what is equal compressed once.

pydyf asks an object for its octets when it writes it, and again for the hash that identifies the
file. While ``pydyf.PDF.write`` is at work they are kept, objects within others apart, which have no
number. And what was compressed for the last file, here or in an earlier build, as faces, pictures
and pages that did not change, is not compressed again. Replaced are ``data`` of the four kinds of
objects, and ``write``.
"""

from __future__ import annotations

import marshal
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

import pydyf

from bulletin_press import kept
from bulletin_press.editions.pdf.shortcuts.replacing import replacements

_KIND = "streams"


class _Packed:
    """Octets compressed for this file and the one before, by the hash of what they were."""

    def __init__(self) -> None:
        self._store = kept.store()
        self._now: dict[bytes, bytes] = {}
        self._before: dict[bytes, bytes] | None = None
        self._is_new = False

    def _key(self) -> tuple[str, str, str]:
        return _KIND, zlib.ZLIB_RUNTIME_VERSION, str(pydyf.zlib is zlib)

    def get(self, octets: bytes) -> bytes:
        """The octets compressed, as pydyf does it."""
        if self._before is None:
            kept_before = self._store.get(*self._key()) if self._store else None
            self._before = marshal.loads(kept_before) if kept_before else {}
        key = sha256(octets).digest()
        found = self._now.get(key) or self._before.get(key)
        if found is None:
            work = pydyf.zlib.compressobj(level=9)
            found = work.compress(octets) + work.flush()
            self._is_new = True
        self._now[key] = found
        return found

    def turn(self) -> None:
        """Another file comes; what is new in this one is kept."""
        if self._store and self._is_new:
            self._store.put(marshal.dumps(self._now), *self._key())
        self._before, self._now, self._is_new = self._now, {}, False


@contextmanager
def once() -> Iterator[None]:
    """Let pydyf keep an object's octets while a file is written."""
    write, packed = pydyf.PDF.write, _Packed()

    def data(stream: Any) -> bytes:
        octets = b"\n".join([pydyf._to_bytes(item) for item in stream.stream])
        extra = pydyf.Dictionary(stream.extra.copy())
        if stream.compress:
            extra["Filter"] = "/FlateDecode"
            octets = packed.get(octets)
        extra["Length"] = len(octets)
        return b"\n".join((extra.data, b"stream", octets, b"endstream"))

    def write_once(pdf: Any, *given: Any, **more: Any) -> None:
        with replacements() as replace:
            for kind in (pydyf.Array, pydyf.Dictionary, pydyf.Stream, pydyf.String):
                replace(kind, "data", property(_keeping(vars(kind)["data"].fget)))
            write(pdf, *given, **more)
        packed.turn()

    with replacements() as replace:
        replace(pydyf.Stream, "data", property(data))
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
