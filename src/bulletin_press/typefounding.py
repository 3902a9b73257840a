"""Changes to a TrueType font's own bytes: larger letters, none but letters, and packed."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

from bulletin_press import kept

_SUM = 0xB1B0AFBA
_MULTIPLE, _EXTENSION = 2, 7


def enlarged(data: bytes, size: float) -> bytes:
    """The font with fewer units to its em, so that letters are ``size`` times larger."""
    font = bytearray(data)
    start, _ = _tables(font)["head"]
    _put(font, start + 18, round(_get(font, start + 18) / size))
    return _summed(font)


def packed(data: bytes) -> bytes:
    """The font as WOFF2, which is half as large; equal fonts give equal bytes."""
    return kept.made(lambda: _woff2(data), "woff2", data)


def _woff2(data: bytes) -> bytes:
    from fontTools.ttLib import TTFont

    font = TTFont(io.BytesIO(data), recalcBBoxes=False, recalcTimestamp=False)
    font.flavor = "woff2"
    made = io.BytesIO()
    font.save(made)
    return made.getvalue()


def without_strokes(data: bytes) -> bytes:
    """The font without rules that put a stroke or other glyph after a glyph which stays.

    Such a glyph is no letter, so a reader of a PDF cannot say what it is (OpenType, GSUB 2.1).
    """
    font = bytearray(data)
    start, _ = _tables(font)["GSUB"]
    lookups = start + _get(font, start + 8)
    for lookup in _offsets(font, lookups, 0):
        kind = _get(font, lookup)
        for table in _offsets(font, lookup, 4):
            inner, at = kind, table
            if kind == _EXTENSION:
                inner, at = _get(font, table + 2), table + _get(font, table + 4, "I")
            if inner == _MULTIPLE:
                glyphs = _coverage(font, at + _get(font, at + 2))
                for glyph, sequence in zip(glyphs, _offsets(font, at, 4), strict=True):
                    if _get(font, sequence) > 1 and _get(font, sequence + 2) == glyph:
                        _put(font, sequence, 1)
    return _summed(font)


def checksum(data: bytes | bytearray) -> int:
    """The sum of a table or font (OpenType, Calculating checksums)."""
    padded = bytes(data) + bytes(-len(data) % 4)
    total: int = sum(struct.unpack(f">{len(padded) // 4}I", padded))
    return total & 0xFFFFFFFF


def _coverage(font: bytearray, at: int) -> Iterator[int]:
    """The glyphs that a rule is for, in order."""
    for number in range(_get(font, at + 2)):
        if _get(font, at) == 1:
            yield _get(font, at + 4 + 2 * number)
        else:
            first, last = (_get(font, at + 4 + 6 * number + more) for more in (0, 2))
            yield from range(first, last + 1)


def _offsets(font: bytearray, start: int, at: int) -> list[int]:
    """Where the parts of a list lie, whose number stands ``at`` bytes after its start."""
    count = _get(font, start + at)
    return [start + _get(font, start + at + 2 + 2 * number) for number in range(count)]


def _tables(font: bytearray) -> dict[str, tuple[int, int]]:
    """Start and length of each table, by name."""
    records = range(12, 12 + 16 * _get(font, 4), 16)
    return {
        font[at : at + 4].decode(): (_get(font, at + 8, "I"), _get(font, at + 12, "I"))
        for at in records
    }


def _summed(font: bytearray) -> bytes:
    """The font with its sums put right."""
    tables = _tables(font)
    head, _ = tables["head"]
    _put(font, head + 8, 0, "I")
    for number, (start, length) in enumerate(tables.values()):
        _put(font, 12 + 16 * number + 4, checksum(font[start : start + length]), "I")
    _put(font, head + 8, (_SUM - checksum(font)) & 0xFFFFFFFF, "I")
    return bytes(font)


def _get(font: bytearray, at: int, kind: str = "H") -> int:
    return int(struct.unpack_from(f">{kind}", font, at)[0])


def _put(font: bytearray, at: int, value: int, kind: str = "H") -> None:
    struct.pack_into(f">{kind}", font, at, value)
