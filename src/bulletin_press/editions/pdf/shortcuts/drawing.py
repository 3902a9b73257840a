"""Glyphs of a line read as one block of memory, and what is written for each kept.

The engine asks cffi for each field of each glyph. A line is read and looked at as a whole: one with
pictures, bitmaps, missing or raised glyphs, or one that is to end with an ellipsis, is drawn the
engine's way before anything of it is written. ``draw_first_line`` of ``weasyprint.draw.text`` is
replaced.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bulletin_press.editions.pdf.shortcuts.replacing import replacements

_GLYPH = struct.Struct("=Iiii4x")  # a PangoGlyphInfo: glyph, width, offsets, attributes
_EMPTY, _UNKNOWN = 0x0FFFFFFF, 0x10000000
_Row = tuple[int, int, int, int]


class _Run:
    """A run of glyphs in one font."""

    def __init__(
        self, item: Any, rows: list[_Row], pango_font: Any, font: Any, size: float
    ) -> None:
        self.item, self.rows, self.pango_font = item, rows, pango_font
        self.font, self.size = font, size
        known = vars(font).setdefault("press_glyphs", {})
        self.written: dict[_Row, str] = known.setdefault(size, {})

    def text(self, stream: Any, letters: str) -> str:
        """What shows the run's glyphs in a content stream (ISO 32000-1 §9.4.3)."""
        written = self.written
        try:
            body = "".join([written[row] for row in self.rows])
        except KeyError:
            body = "".join([
                written.get(row) or self._write(stream, place, row, letters)
                for place, row in enumerate(self.rows)
            ])  # fmt: skip
        if not body:
            return ""
        return f"<{body[:-1]}" if body.endswith("<") else f"<{body}>"

    def _write(self, stream: Any, place: int, row: _Row, letters: str) -> str:
        from weasyprint.text.ffi import FROM_UNITS, pango

        glyph, width, x_offset, _ = row
        font, size = self.font, self.size
        if glyph not in font.to_unicode:
            item, clusters = self.item.item, self.item.glyphs.log_clusters
            if item.analysis.level % 2:
                end = item.length if place == 0 else clusters[place - 1]
            else:
                end = item.length if place == len(self.rows) - 1 else clusters[place + 1]
            octets = letters.encode()[item.offset + clusters[place] : item.offset + end]
            font.to_unicode[glyph] = octets.decode()
        offset = x_offset / size
        text = f">{-offset}<{glyph:04x}" if offset else f"{glyph:04x}"
        logical = font.widths.get(glyph)
        if logical is None:
            pango.pango_font_get_glyph_extents(
                self.pango_font, glyph, stream.ink_rect, stream.logical_rect
            )
            logical = round(stream.logical_rect.width * 1000 * FROM_UNITS / size)
            font.widths[glyph] = logical
        kerning = logical + offset - width * 1000 * FROM_UNITS / size
        if kerning:
            text += f">{int(kerning)}<"
        self.written[row] = text
        return text


def _runs(stream: Any, line: Any, size_before: float | None) -> list[_Run] | None:
    """The runs of a line, None if one of them is not plain text."""
    from weasyprint.text.ffi import ffi

    found: list[_Run] = []
    place = line.runs[0]
    while place != ffi.NULL:
        item = place.data
        place = place.next
        glyphs = item.glyphs
        octets = ffi.buffer(glyphs.glyphs, _GLYPH.size * glyphs.num_glyphs)
        rows: list[_Row] = list(_GLYPH.iter_unpack(octets))
        if any(row[3] or row[0] & _UNKNOWN or row[0] == _EMPTY for row in rows):
            return None
        pango_font = item.item.analysis.font
        if found and pango_font == found[-1].pango_font:
            font, size = found[-1].font, found[-1].size
        else:
            font, size = stream.add_font(pango_font)
            if font.png or font.svg or font.colr or font.bitmap:
                return None
        found.append(_Run(item, rows, pango_font, font, size_before or size))
    return found


@contextmanager
def quick() -> Iterator[None]:
    """Draw plain lines of text from whole blocks of glyphs."""
    from weasyprint.draw import text
    from weasyprint.text.ffi import ffi, pango

    draw = text.draw_first_line
    sized_before = pango.pango_version() < 14802

    def draw_first_line(
        stream: Any, box: Any, text_overflow: str, block_ellipsis: Any, matrix: Any
    ) -> Any:
        if text_overflow == "ellipsis" or block_ellipsis != "none":
            return draw(stream, box, text_overflow, block_ellipsis, matrix)
        if not box.text.strip() or box.style["font_size"] < 1e-6:
            return []
        pango.pango_layout_set_single_paragraph_mode(box.pango_layout.layout, True)
        line, _ = box.pango_layout.get_first_line()
        runs = _runs(stream, line, box.style["font_size"] if sized_before else None)
        if runs is None:
            return draw(stream, box, text_overflow, block_ellipsis, matrix)
        stream.set_text_matrix(*matrix.values)
        shown = ""
        before = None
        for run in runs:
            if run.pango_font != before:
                before = run.pango_font
                if shown:
                    stream.show_text(shown)
                shown = ""
                stream.set_font_size(run.font.hash, run.size)
            shown += run.text(stream, box.pango_layout.text)
        stream.show_text(shown)
        return []

    with replacements() as replace:
        if ffi.sizeof("PangoGlyphInfo") == _GLYPH.size:
            replace(text, "draw_first_line", draw_first_line)
        yield
