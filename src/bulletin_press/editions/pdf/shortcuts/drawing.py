"""Glyphs of a line read as one block of memory, and what is written for each kept.

The engine asks cffi for each field of each glyph. A line is read and looked at as a whole: one with
pictures, bitmaps, missing or raised glyphs, or one that is to end with an ellipsis, is drawn the
engine's way before anything of it is written. ``draw_first_line`` of ``weasyprint.draw.text`` is
replaced. A text that stands in a document again and again is read once, one that an earlier build
has drawn is not shaped, nor is one that was shaped when its paragraph was measured.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from bulletin_press import kept as results
from bulletin_press.editions.pdf.shortcuts.breaking import Kept, of_style
from bulletin_press.editions.pdf.shortcuts.replacing import replacements

GLYPH = struct.Struct("=Iiii4x")  # a PangoGlyphInfo: glyph, width, offsets, attributes
_ATTRIBUTES = range(16, 20)
LETTER = re.compile("[A-Za-z\u00df-\u00f6\u03b1-\u03c9\u0410-\u044f]")  # of a script of its own
NO_GLYPH = 0x0FFFFFFF  # from here on Pango says that nothing, or a box, is drawn
_UNKNOWN = 0x10000000
_KIND = "texts"
_WORDS = 50_000
_TEXTS = 4_000
_Row = tuple[int, int, int, int]
_Letters = Callable[[int], str]
_Line = list[tuple[Any, "_Glyphs", str]]


class _Glyphs:
    """What shows the glyphs of one font in one size (ISO 32000-1 §9.4.3), as far as they were met.

    Whole runs are known by their octets, single glyphs as placed.
    """

    def __init__(self, pango_font: Any, font: Any, size: float) -> None:
        self.pango_font, self.font, self.size = pango_font, font, size
        self._words: dict[bytes, str] = {}
        self._signs: dict[_Row, str] = {}

    def shown(self, stream: Any, octets: bytes, letters: _Letters) -> str | None:
        """What shows a run of glyphs; None if one of them is not plain.

        ``letters`` gives those that the glyph at a place stands for.
        """
        found = self._words.get(octets)
        return self._met(stream, octets, letters) if found is None else found

    def _met(self, stream: Any, octets: bytes, letters: _Letters) -> str | None:
        rows: list[_Row] = list(GLYPH.iter_unpack(octets))
        if any(row[3] or row[0] & _UNKNOWN or row[0] == NO_GLYPH for row in rows):
            return None
        signs = self._signs
        body = "".join([
            signs.get(row) or self._sign(stream, rows, place, letters)
            for place, row in enumerate(rows)
        ])  # fmt: skip
        if len(self._words) >= _WORDS:
            self._words.clear()
        shown = f"<{body[:-1]}" if body.endswith("<") else f"<{body}>"
        self._words[octets] = shown if body else ""
        return self._words[octets]

    def _sign(self, stream: Any, rows: list[_Row], place: int, letters: _Letters) -> str:
        from weasyprint.text.ffi import FROM_UNITS, pango

        glyph, width, x_offset, _ = rows[place]
        font, size = self.font, self.size
        if glyph not in font.to_unicode:
            font.to_unicode[glyph] = letters(place)
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
        self._signs[rows[place]] = text
        return text


def octets_of(string: Any) -> bytes:
    """The glyphs of a PangoGlyphString, but for their attributes, which Pango sets in part."""
    from weasyprint.text.ffi import ffi

    count = string.num_glyphs
    octets = bytearray(ffi.buffer(string.glyphs, GLYPH.size * count))
    unset = bytes(count)
    for place in _ATTRIBUTES:
        octets[place :: GLYPH.size] = unset
    return bytes(octets)


def _letters(item: Any, layout: Any, place: int) -> str:
    """The letters of a PangoGlyphItem for which its glyph at ``place`` stands."""
    part, clusters = item.item, item.glyphs.log_clusters
    if part.analysis.level % 2:
        end = part.length if place == 0 else clusters[place - 1]
    else:
        end = part.length if place == item.glyphs.num_glyphs - 1 else clusters[place + 1]
    found: bytes = layout.text.encode()[part.offset + clusters[place] : part.offset + end]
    return found.decode()


def _known(stream: Any, pango_font: Any, size: float | None) -> _Glyphs | None:
    """The glyphs of a font of Pango's; None if it is one of pictures.

    ``size`` is that of the text where Pango is too old to tell it.
    """
    font, own_size = stream.add_font(pango_font)
    if font.png or font.svg or font.colr or font.bitmap:
        return None
    used = size or own_size
    sizes = vars(font).setdefault("press_glyphs", {})
    known: _Glyphs | None = sizes.get(used)
    if known is None:
        known = sizes[used] = _Glyphs(pango_font, font, used)
    known.pango_font = pango_font
    return known


def _words(stream: Any, layout: Any, size: float | None) -> _Line | None:
    """Pango's font, the glyphs and what shows them, of each run of a layout's line.

    None if one of them is not plain text.
    """
    from weasyprint.text.ffi import ffi, pango

    pango.pango_layout_set_single_paragraph_mode(layout.layout, True)
    line, _ = layout.get_first_line()
    found: _Line = []
    used_last: Any = None
    known: _Glyphs | None = None
    null, place = ffi.NULL, line.runs[0]
    while place != null:
        item = place.data
        place = place.next
        pango_font = item.item.analysis.font
        if known is None or pango_font != used_last:
            used_last = pango_font
            known = _known(stream, pango_font, size)
            if known is None:
                return None
        word = known.shown(stream, octets_of(item.glyphs), partial(_letters, item, layout))
        if word is None:
            return None
        found.append((pango_font, known, word))
    return found


class _Texts:
    """Whole texts as they were drawn before: dots of leaders, numbers of notes, short lines.

    ``kept`` are those of earlier builds.
    """

    def __init__(self, kept: Kept | None) -> None:
        self._kept = kept
        self._fonts: Any = None
        self._known: dict[tuple[int, str], _Line | None] = {}

    def words(self, stream: Any, style: Any, layout: Any, size: float | None) -> _Line | None:
        """What ``_words`` gives, again if the text's blanks are as they are."""
        if layout.justification_spacing:
            return _words(stream, layout, size)
        if self._fonts is not stream._fonts:
            self._fonts, self._known = stream._fonts, {}
        number, name = of_style(style)
        key = number, layout.text
        if key not in self._known:
            if len(self._known) >= _TEXTS:
                self._known.clear()
            kept = self._kept if name and LETTER.search(layout.text) else None
            found = self._before(stream, style, layout.text, size) if kept else None
            self._known[key] = found or _words(stream, layout, size)
            if kept and not found and (run := lone_run(layout)):
                kept.put((name, key[1]), run)
        return self._known[key]

    def _before(self, stream: Any, style: Any, text: str, size: float | None) -> _Line | None:
        """The one run of a text that an earlier build has drawn; None if there was none."""
        number, name = of_style(style)
        run = self._kept.get((name, text)) if self._kept else None
        font = run and _font(style, number, run[0], text)
        known = _known(stream, font, size) if font else None
        if not run or known is None:
            return None
        _, octets, clusters = run
        places = memoryview(clusters).cast("i")
        word = known.shown(stream, octets, partial(letters_at, text.encode(), places))
        return None if word is None else [(font, known, word)]


def letters_at(text: bytes, places: memoryview[int], place: int) -> str:
    """The letters for which a glyph stands in a text that reads rightwards.

    ``places`` are the octets at which the glyphs' letters begin.
    """
    end = places[place + 1] if place + 1 < len(places) else len(text)
    return text[places[place] : end].decode()


def script_of(analysis: Any) -> tuple[int, bool]:
    """The script of a run, and whether it reads rightwards.

    Four octets of Pango's are one number of the engine's: level, gravity, flags, script.
    """
    packed = analysis.level
    return packed >> 24, not packed & 255


def lone_run(layout: Any) -> tuple[int, bytes, bytes] | None:
    """Script, glyphs and clusters of a text that is one run and reads rightwards; None else."""
    from weasyprint.text.ffi import ffi

    line, second = layout.get_first_line()
    run = line.runs[0] if line.runs != ffi.NULL else ffi.NULL
    if second is not None or run == ffi.NULL or run.next != ffi.NULL:
        return None
    item, string = run.data.item, run.data.glyphs
    script, is_rightward = script_of(item.analysis)
    if not is_rightward or item.offset:
        return None
    clusters = bytes(ffi.buffer(string.log_clusters, 4 * string.num_glyphs))
    return script, octets_of(string), clusters


def _font(style: Any, number: int, script: int, text: str) -> Any:
    """Pango's font of a style for the letters of a text of one script; None if it is another's."""
    from weasyprint.text.line_break import Layout

    known = vars(style.font_config).setdefault("press_fonts", {})
    if (number, script) not in known:
        letter = LETTER.search(text)
        assert letter
        layout = Layout(style)
        layout.set_text(letter[0])
        run = lone_run(layout)
        known[number, script] = layout if run and run[0] == script else None
    layout = known[number, script]
    return layout and layout.get_first_line()[0].runs[0].data.item.analysis.font


def _planned(stream: Any, box: Any, size: float | None) -> tuple[_Glyphs, str] | None:
    """The glyphs of a text that was shaped before, and what shows them; None if it was not."""
    words = getattr(type(box.pango_layout), "words", None)
    found = words(box.pango_layout, box.style) if words else None
    if found is None:
        return None
    face, line = found
    fonts, known = vars(face).get("press_glyphs", (None, None))
    if fonts is not stream._fonts:
        known = _known(stream, face.font, size)
        face.press_glyphs = stream._fonts, known
    if known is None:
        return None
    shown = []
    for one in line:
        word = known.shown(stream, one.glyphs, one.letters)
        if word is None:
            return None
        shown.append(word)
    return known, "".join(shown)


@contextmanager
def quick(faces: bytes) -> Iterator[None]:
    """Draw plain lines of text from whole blocks of glyphs.

    ``faces`` is a hash of all font files that are used.
    """
    from weasyprint.draw import text
    from weasyprint.text.ffi import ffi, pango

    draw = text.draw_first_line
    sized_before = pango.pango_version() < 14802
    store = results.store()
    kept = Kept(store, _KIND, faces) if store else None
    texts = _Texts(kept)

    def draw_first_line(
        stream: Any, box: Any, text_overflow: str, block_ellipsis: Any, matrix: Any
    ) -> Any:
        if text_overflow == "ellipsis" or block_ellipsis != "none":
            return draw(stream, box, text_overflow, block_ellipsis, matrix)
        if not box.text.strip() or box.style["font_size"] < 1e-6:
            return []
        size = box.style["font_size"] if sized_before else None
        planned = _planned(stream, box, size)
        if planned is not None:
            glyphs, line = planned
            stream.set_text_matrix(*matrix.values)
            stream.set_font_size(glyphs.font.hash, glyphs.size)
            stream.show_text(line)
            return []
        layout = box.pango_layout
        words = texts.words(stream, box.style, layout, size)
        if words is None:
            return draw(stream, box, text_overflow, block_ellipsis, matrix)
        stream.set_text_matrix(*matrix.values)
        shown: list[str] = []
        before = None
        for pango_font, glyphs, word in words:
            if pango_font != before:
                before = pango_font
                if shown:
                    stream.show_text("".join(shown))
                shown = []
                stream.set_font_size(glyphs.font.hash, glyphs.size)
            shown.append(word)
        stream.show_text("".join(shown))
        return []

    with replacements() as replace:
        if ffi.sizeof("PangoGlyphInfo") == GLYPH.size:
            replace(text, "draw_first_line", draw_first_line)
        yield
    if kept:
        kept.save()
