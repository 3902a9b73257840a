"""Layouts that stand: kept from one build for the next, by the content of their composition.

Style sheets of other editions, or what only the web shows, leave the composition as it was, so
that nothing is laid out anew. A layout is kept as JSON, with the bytes of PDFs behind it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields
from hashlib import sha256
from typing import Any

from bulletin_press import kept
from bulletin_press.editions.pdf.composition import Composition
from bulletin_press.editions.pdf.layout import Cutting, Layout
from bulletin_press.editions.pdf.promises import Fault

KIND = "layouts"
Name = tuple[str, ...]
_LENGTH = 8  # octets of the number before the JSON
_PARTS = {"faults": Fault, "offprints": Cutting}


def found(name: Name) -> Layout | None:
    """The layout of the composition with this key, if the store has it."""
    store = kept.store()
    data = store.get(KIND, *name) if store else None
    return unpacked(data) if data is not None else None


def keep(name: Name, layout: Layout) -> None:
    """Keep the layout of the composition with this key, if its numbers settled."""
    store = kept.store()
    if store and layout.settled:
        store.put(packed(layout), KIND, *name)


def key(composition: Composition) -> Name:
    """All that a layout follows from, as texts: each field, bytes by their hashes."""
    return tuple(_fields(composition))


def _fields(composition: Composition) -> Iterator[str]:
    for one in fields(composition):
        value = getattr(composition, one.name)
        if isinstance(value, bytes):
            value = sha256(value).hexdigest()
        elif one.name == "resources":
            value = [(name, composition.digest(name)) for name in value]
        yield f"{one.name}={value if isinstance(value, str) else repr(value)}"


def packed(layout: Layout) -> bytes:
    """The layout as bytes."""
    blobs: list[bytes] = []

    def plain(value: Any) -> Any:
        if isinstance(value, bytes):
            blobs.append(value)
            return len(value)
        if isinstance(value, (Layout, Cutting, Fault)):
            return {one.name: plain(getattr(value, one.name)) for one in fields(value)}
        if isinstance(value, tuple):
            return [plain(one) for one in value]
        return value

    text = json.dumps(plain(layout)).encode()
    return b"".join((len(text).to_bytes(_LENGTH, "big"), text, *blobs))


def unpacked(data: bytes) -> Layout | None:
    """The layout of such bytes; None for other bytes."""
    begin = _LENGTH + int.from_bytes(data[:_LENGTH], "big")
    at = begin

    def taken(length: int) -> bytes:
        nonlocal at
        at += length
        return data[at - length : at]

    try:
        values = json.loads(data[_LENGTH:begin])
        values["pdf"] = taken(values["pdf"])
        for one in values["offprints"]:
            one["pdf"] = taken(one["pdf"])
        for name, kind in _PARTS.items():
            values[name] = tuple(kind(**one) for one in values[name])
        return Layout(**{name: _tuples(value) for name, value in values.items()})
    except (ValueError, KeyError, TypeError):
        return None


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, (list, tuple)) else value
