"""Words as Pango shaped them when they were measured, to be drawn without being shaped again.

Blanks that are stretched part a text for Pango: each word between them is shaped by itself, the
same in every line. So a line is drawn from the words of its run; only the part of a word before or
after a hyphen is shaped, once. What is not surely the same as if Pango had shaped the line is left
to it: other scripts than one of three, mixed faces, letters set apart, glyphs that are not plain.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from bulletin_press.editions.pdf.shortcuts.breaking import of_style
from bulletin_press.editions.pdf.shortcuts.drawing import (
    GLYPH,
    LETTER,
    NO_GLYPH,
    letters_at,
    octets_of,
    script_of,
)

UNITS = 1024
_FIELDS = GLYPH.size // 4
_BLANKS = (b" ", b"\xc2\xa0")
WIDER = 1
"""Pango's units by which blanks are wider where a text is measured."""
_PROBE = " n n "
_PROBED = (1, 515, 1024, 3072, -97, -98)  # units


Part = tuple[str, int, str]  # of a word: the name of its style, its script, its letters


class Word(NamedTuple):
    """What Pango shapes at a time: its octets, its glyphs as Pango has them, and their measures.

    ``advances`` and ``counts`` are the width, in Pango's units, and the number of glyphs of each
    octet. ``is_plain`` says that each glyph is drawn, on the baseline, and it is no two blanks.
    """

    text: bytes
    glyphs: bytes
    clusters: bytes
    advances: array[int]
    counts: array[int]
    is_plain: bool

    @property
    def is_telling(self) -> bool:
        """Whether it has a letter that says of which script it is."""
        return bool(LETTER.search(self.text.decode()))

    def letters(self, place: int) -> str:
        """The letters that a glyph of a word that reads rightwards stands for."""
        return letters_at(self.text, memoryview(self.clusters).cast("i"), place)


class Face:
    """Pango's font, a face in a size, with the words that were shaped in it.

    It lives as long as the Pango layout ``owner`` that has used it. ``parts_shaped`` are the parts
    of words that were, by the name of their style, their script and letters; ``earlier`` gives
    those of an earlier build.
    """

    def __init__(self, font: Any, owner: Any) -> None:
        self.font, self._owner = font, owner
        self._words: dict[tuple[bytes, bytes, bytes], Word] = {}
        self._parts: dict[tuple[int, str], list[Word] | None] = {}
        self.parts_shaped: dict[Part, list[Word]] = {}
        self.earlier: Callable[[Part], list[Word] | None] = lambda part: None

    def word(self, text: bytes, string: Any) -> Word:
        """The word with the octets ``text`` that has become a PangoGlyphString."""
        from weasyprint.text.ffi import ffi

        count = string.num_glyphs
        glyphs = octets_of(string)
        clusters = bytes(ffi.buffer(string.log_clusters, 4 * count))
        key = text, glyphs, clusters
        known = self._words.get(key)
        if known is None:
            fields = memoryview(glyphs).cast("i")
            numbers, widths, heights = (fields[at::_FIELDS].tolist() for at in (0, 1, 3))
            places = memoryview(clusters).cast("i").tolist()
            if places == list(range(len(text))):
                shares = array("i", widths), array("i", (1,)) * len(text)
            else:
                shares = _shares(text, zip(places, widths, strict=True))
            is_whole = text in _BLANKS or not any(blank in text for blank in _BLANKS)
            is_drawn = not any(heights) and max(numbers, default=0) < NO_GLYPH
            known = self._words[key] = Word(text, glyphs, clusters, *shares, is_whole and is_drawn)
        return known

    def parts(self, text: str, script: int, style: Any, number: int) -> list[Word] | None:
        """A part of a word, shaped by itself; None if it has become something else.

        ``number`` stands for all that ``style`` says on breaking lines.
        """
        key = number, text
        if key not in self._parts:
            part = of_style(style)[1], script, text
            found = self.earlier(part)
            if found is None and LETTER.search(text):
                shape = probed(style, text, 0).shape
                same = shape and shape.face is self and shape.script == script
                found = shape.words if shape and same else None
            if found is not None and part[0]:
                self.parts_shaped[part] = found
            self._parts[key] = found
        return self._parts[key]


class Shape:
    """A run of one face and one script: where in it its words begin, and they."""

    def __init__(self, face: Face, script: int, starts: array[int], words: list[Word]) -> None:
        self.face, self.script, self.starts, self.words = face, script, starts, words

    def line(
        self, begin: int, end: int, hyphen: str, spacing: int, style: Any, number: int
    ) -> list[Word] | None:
        """The words from octet ``begin`` to ``end``, a hyphen after them; None if not surely so.

        ``spacing`` is what is added to blanks, in Pango's units.
        """
        first = bisect_right(self.starts, begin) - 1
        stop = bisect_left(self.starts, end)
        found = self.words[first:stop]
        if not found:
            return None
        ahead = begin - self.starts[first]
        last = found[-1].text[: end - self.starts[stop - 1]]
        if hyphen or len(last) < len(found[-1].text):
            text = (last[ahead:] if len(found) == 1 else last).decode() + hyphen
            parts = self.face.parts(text, self.script, style, number)
            if parts is None:
                return None
            found[-1:] = parts
            ahead = 0 if first == stop - 1 else ahead
        if ahead:
            text = found[0].text[ahead:].decode()
            parts = self.face.parts(text, self.script, style, number)
            if parts is None:
                return None
            found[:1] = parts
        return self._spaced(found, spacing)

    def _spaced(self, words: list[Word], spacing: int) -> list[Word] | None:
        """The words of a line with its blanks as wide as they are to be."""
        blanks: dict[bytes, Word] = {}
        last = len(words) - 1
        has_letter = False
        for place, word in enumerate(words):
            if not word.is_plain:
                return None
            if word.text not in _BLANKS:
                has_letter = has_letter or word.is_telling
                continue
            if not spacing or not last or (place == last and word.text != b" "):
                return None
            if place in (0, last):
                words[place] = _edge(word, spacing, place == 0)
                continue
            known = blanks.get(word.text)
            if known is None:
                known = blanks[word.text] = _inner(word, spacing)
            words[place] = known
        return words if has_letter else None


class Shaped(NamedTuple):
    """What a line of Pango's consists of: words, where each begins, and the fonts.

    ``shape`` is None where lines cannot be drawn from them.
    """

    words: list[Word]
    starts: array[int]
    fonts: set[Any]
    shape: Shape | None


def shaped(line: Any, octets: bytes, style: Any, layout: Any) -> Shaped:
    """The words of a PangoLayoutLine of the engine's ``layout``, whose text is ``octets``."""
    from weasyprint.text.ffi import ffi

    known = vars(style.font_config).setdefault("press_faces", {})
    words: list[Word] = []
    starts = array("i")
    faces: dict[Any, Face] = {}
    scripts: set[int] = set()
    is_rightward = True
    run, null = line.runs[0] if line.runs != ffi.NULL else ffi.NULL, ffi.NULL
    while run != null:
        item, string = run.data.item, run.data.glyphs
        run = run.next
        font, start = item.analysis.font, item.offset
        face = faces.get(font)
        if face is None:
            face = known.get(font) or known.setdefault(font, Face(font, layout.layout))
            faces[font] = face
        script, goes_right = script_of(item.analysis)
        scripts.add(script)
        is_rightward = is_rightward and goes_right
        words.append(face.word(octets[start : start + item.length], string))
        starts.append(start)
    fonts = set(faces)
    is_usual = style["letter_spacing"] == "normal" and not style["word_spacing"]
    is_one = len(faces) == len(scripts) == 1 and is_rightward and is_usual
    shape = Shape(faces.popitem()[1], scripts.pop(), starts, words) if is_one else None
    return Shaped(words, starts, fonts, shape)


def as_foretold(style: Any) -> bool:
    """Whether Pango widens blanks as it is done here, as seen in a text of one style."""
    known = vars(style.font_config)
    if "press_foretold" not in known:
        known["press_foretold"] = all(_is_foretold(style, one) for one in _PROBED)
    return known["press_foretold"]  # type: ignore[no-any-return]


def _is_foretold(style: Any, spacing: int) -> bool:
    found = probed(style, _PROBE, spacing)
    usual = probed(style, f"n{_PROBE}n", 1)
    if not found.shape or not usual.shape:
        return True
    line = usual.shape.line(1, len(_PROBE) + 1, "", spacing, style, -1)
    return line is not None and [_rows(one) for one in line] == [_rows(one) for one in found.words]


def probed(style: Any, text: str, spacing: int) -> Shaped:
    """A text shaped by itself, ``spacing`` added to its blanks, in Pango's units."""
    from weasyprint.text.line_break import Layout

    layout = Layout(style, (spacing + (0.5 if spacing > 0 else -0.5)) / UNITS)
    layout.set_text(text, justify=True)
    line, _ = layout.get_first_line()
    return shaped(line, text.encode(), style, layout)


def _rows(word: Word) -> list[tuple[int, int, int, int]]:
    return list(GLYPH.iter_unpack(word.glyphs))


def _inner(blank: Word, spacing: int) -> Word:
    """A blank between two words, ``spacing`` units wider: half before it, half after it."""
    before = int(spacing / 2)
    if spacing % UNITS == 0:
        before = (before + UNITS // 2) // UNITS * UNITS
    return _moved(blank, spacing, before)


def _edge(blank: Word, spacing: int, is_first: bool) -> Word:
    """A blank at an end of a text: twice as much is added, of which that at the end is dropped."""
    return _moved(blank, spacing, 0 if is_first else spacing)


def _moved(blank: Word, wider: int, before: int) -> Word:
    glyph, width, *_ = GLYPH.unpack(blank.glyphs)
    return blank._replace(glyphs=GLYPH.pack(glyph, width - WIDER + wider, before, 0))


def _shares(text: bytes, found: Iterable[tuple[int, int]]) -> tuple[array[int], array[int]]:
    """The width and the number of glyphs of each letter: its share of those of its cluster."""
    length = len(text)
    advances, counts = array("i", bytes(4 * length)), array("i", bytes(4 * length))
    for place, width in found:
        if place < length:
            advances[place] += width
            counts[place] += 1
    begin = 0
    letters: list[int] = []
    for place in range(length + 1):
        is_letter = place < length and text[place] & 0xC0 != 0x80
        if place < length and not (is_letter and counts[place]):
            if is_letter:
                letters.append(place)
            continue
        if letters:
            share, rest = divmod(advances[begin], len(letters) + 1)
            advances[begin] = share + rest
            for letter in letters:
                advances[letter] = share
            letters = []
        begin = place
    return advances, counts
