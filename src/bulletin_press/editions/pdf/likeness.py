"""What the pages of a finished PDF look like, as values that can be compared."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pikepdf

_NAMES = re.compile(rb"/([^\s/<>\[\](){}%]+)")
_UNSEEN = frozenset(
    {"/Parent", "/StructParent", "/StructParents", "/Metadata", "/Font", "/Length", "/Filter"}
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The looks of one page: the hash of what is drawn on it, and its size in points."""

    sha256: str
    width: float
    height: float


def sheets(pdf: bytes) -> tuple[Sheet, ...]:
    """The looks of each page of ``pdf``, as ``render`` makes it, in order.

    Pages with one hash look the same, also in two files. Of fonts their names count: what more
    of a face another page needs changes none of the letters here. Raises pikepdf.PdfError for
    what is no PDF.
    """
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        known: dict[tuple[int, int], bytes] = {}
        return tuple(_sheet(page, known) for page in opened.pages)


def _sheet(page: pikepdf.Page, known: dict[tuple[int, int], bytes]) -> Sheet:
    left, bottom, right, top = (float(edge) for edge in page.mediabox)
    page.contents_coalesce()
    drawn = page.obj.Contents.read_bytes()
    digest = sha256(f"{left} {bottom} {right} {top}\0".encode() + drawn)
    named = {name.decode("latin-1") for name in _NAMES.findall(drawn)}
    for kind, names in sorted(page.obj.get("/Resources", {}).items()):
        if kind not in _UNSEEN and isinstance(names, pikepdf.Dictionary):
            for name, value in sorted(names.items()):
                if name[1:] in named:
                    digest.update(f"\0{kind}{name}\0".encode() + _hash(value, known))
    return Sheet(digest.hexdigest(), right - left, top - bottom)


def _hash(value: Any, known: dict[tuple[int, int], bytes]) -> bytes:
    """The hash of an object with all that it refers to; what refers to itself ends there."""
    place = getattr(value, "objgen", (0, 0))
    if place != (0, 0):
        if place not in known:
            known[place] = b"within itself"
            known[place] = sha256(b"".join(_parts(value, known))).digest()
        return known[place]
    return sha256(b"".join(_parts(value, known))).digest()


def _parts(value: Any, known: dict[tuple[int, int], bytes]) -> Iterator[bytes]:
    if isinstance(value, pikepdf.Array):
        yield b"["
        yield from (_hash(one, known) for one in value)
    elif isinstance(value, (pikepdf.Dictionary, pikepdf.Stream)):
        for name, one in sorted(value.items()):
            if name not in _UNSEEN:
                yield name.encode() + b"\0" + _hash(one, known)
        if isinstance(value, pikepdf.Stream):
            yield value.read_raw_bytes()
    else:
        yield repr(value).encode()
