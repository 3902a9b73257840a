"""Lines of letters for pictures: direction, shaping and drawing that no system library alters."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any

from bulletin_press import fonts
from bulletin_press.fonts import Face

if TYPE_CHECKING:
    from PIL import Image

_STRONG = {"L": "L", "R": "R", "AL": "R", "EN": "N", "AN": "N"}

_TRAILING = "\u0e33\u0eb3"  # vowels of Thai and Lao that are letters to Unicode
_VIRAMA = 9
_NATURAL = 1000.0


@dataclass(frozen=True, slots=True)
class Glyph:
    """One glyph of a line: its font, its number, and where it stands, in pixels."""

    font: Any
    number: int
    x: float
    y: float
    scale: float


@dataclass(frozen=True, slots=True)
class Line:
    """A shaped line: its glyphs from the left, and its width in pixels."""

    glyphs: tuple[Glyph, ...]
    width: float

    @property
    def bearing(self) -> float:
        """The white between the line's left end and its first stroke, in pixels."""
        for glyph in self.glyphs[:1]:
            box = glyph.font.get_glyph_extents(glyph.number)
            return float(box.x_bearing * glyph.scale + glyph.x) if box else 0.0
        return 0.0

    @property
    def depth(self) -> float:
        """How far the line reaches below its baseline, in pixels."""
        depths = [0.0]
        for glyph in self.glyphs:
            box = glyph.font.get_glyph_extents(glyph.number)
            if box is not None:
                depths.append(-(box.y_bearing + box.height) * glyph.scale - glyph.y)
        return max(depths)

    def outline(self, x: float, baseline: float) -> str:
        """The line as the data of an SVG path, with its left end at ``x``."""
        import uharfbuzz

        strokes: list[tuple[str, tuple[float, ...]]] = []
        pen = uharfbuzz.DrawFuncs()
        for sign, listen in (
            ("M", pen.set_move_to_func),
            ("L", pen.set_line_to_func),
            ("Q", pen.set_quadratic_to_func),
            ("C", pen.set_cubic_to_func),
            ("Z", pen.set_close_path_func),
        ):
            listen(lambda *numbers, sign=sign: strokes.append((sign, numbers[:-1])))
        parts: list[str] = []
        for glyph in self.glyphs:
            strokes.clear()
            glyph.font.draw_glyph(glyph.number, pen)
            for sign, numbers in strokes:
                across = [f"{x + glyph.x + one * glyph.scale:.2f}" for one in numbers[::2]]
                down = [f"{baseline - glyph.y - one * glyph.scale:.2f}" for one in numbers[1::2]]
                pairs = zip(across, down, strict=True)
                parts.append(sign + " ".join(f"{left} {below}" for left, below in pairs))
        return "".join(parts)

    def draw(self, canvas: Image.Image, x: float, baseline: float, colour: str) -> None:
        """Draw the line on ``canvas`` with its left end at ``x``."""
        import uharfbuzz
        from PIL import Image

        raster = uharfbuzz.RasterDraw()
        for glyph in self.glyphs:
            left, up = x + glyph.x, canvas.height - baseline + glyph.y
            raster.transform = (glyph.scale, 0, 0, glyph.scale, left, up)
            raster.draw_glyph(glyph.font, glyph.number)
        drawn = raster.render()
        area = drawn.extents
        if not area.width or not area.height:
            return
        size = (area.width, area.height)
        mask = Image.frombytes("L", size, bytes(drawn.buffer), "raw", "L", area.stride, -1)
        place = (area.x_origin, canvas.height - area.y_origin - area.height)
        canvas.paste(colour, (*place, place[0] + area.width, place[1] + area.height), mask)


class Lettering:
    """A voice of a picture: faces in order of preference, for the characters it sets."""

    def __init__(self, faces: Iterable[Face], characters: Iterable[str], direction: str) -> None:
        self._faces = tuple(faces)
        self._wanted = frozenset(ord(sign) for sign in characters)
        self._direction = direction
        self._natural: dict[str, float] = {}

    @cached_property
    def _fonts(self) -> tuple[tuple[Any, frozenset[int]], ...]:
        able = ((face, face.characters() & self._wanted) for face in self._faces)
        return tuple((fonts.font(face), known) for face, known in able if known)

    def line(self, text: str, size: float) -> Line:
        """``text`` shaped in one line of ``size`` pixels to the em."""
        import uharfbuzz

        glyphs: list[Glyph] = []
        x = 0.0
        for run, reverse in visual_runs(text, self._direction):
            pieces = list(self._pieces(run))
            for font, piece in reversed(pieces) if reverse else pieces:
                buffer = uharfbuzz.Buffer()
                buffer.add_str(piece)
                buffer.guess_segment_properties()
                buffer.direction = "rtl" if reverse else "ltr"
                uharfbuzz.shape(font, buffer)
                scale = size / font.face.upem
                for info, at in zip(buffer.glyph_infos, buffer.glyph_positions or (), strict=True):
                    left, up = x + at.x_offset * scale, at.y_offset * scale
                    glyphs.append(Glyph(font, info.codepoint, left, up, scale))
                    x += at.x_advance * scale
        return Line(tuple(glyphs), x)

    def width(self, text: str, size: float) -> float:
        """The width of ``text`` in one line of ``size`` pixels to the em."""
        if text not in self._natural:
            self._natural[text] = self.line(text, _NATURAL).width
        return self._natural[text] * size / _NATURAL

    def _pieces(self, text: str) -> Iterator[tuple[Any, str]]:
        """``text`` in pieces of one font each; marks and blanks stay with what stands before."""
        chosen: list[int] = []
        for sign in text:
            able = [n for n, (_, known) in enumerate(self._fonts) if ord(sign) in known]
            stays = bool(chosen) and (chosen[-1] in able or unicodedata.category(sign)[0] in "MCZ")
            first = chosen[-1] if stays else (able[0] if able else 0)
            preferred = able[0] if able and unicodedata.category(sign)[0] in "LN" else first
            chosen.append(preferred if chosen else first)
        start = 0
        for number, group in groupby(chosen):
            length = len(list(group))
            if self._fonts:
                yield self._fonts[number][0], text[start : start + length]
            start += length

    def fit(self, text: str, width: float, largest: float, smallest: float) -> float:
        """The size, between the two, at which ``text`` is at most ``width`` wide."""
        natural = self.width(text, 1)
        return max(min(largest, width / natural if natural else largest), smallest)

    def wrap(self, text: str, size: float, width: float) -> list[str]:
        """``text`` in lines of at most ``width``, broken between words, or in a word too long."""
        lines: list[str] = []
        for word in filter(None, text.split(" ")):
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self.width(longer, size) <= width:
                lines[-1] = longer
                continue
            lines.append("")
            for cluster in clusters(word):
                if lines[-1] and self.width(lines[-1] + cluster, size) > width:
                    lines.append("")
                lines[-1] += cluster
        return lines

    def balanced(self, text: str, size: float, width: float) -> list[str]:
        """``text`` in as few lines as ``width`` allows, as even as whole words let them be."""
        lines = self.wrap(text, size, width)
        words = (self.width(word, size) for word in text.split(" "))
        narrow = max(width / 2, *(one for one in words if one <= width), 0.0)
        wide = width
        while len(lines) > 1 and wide - narrow > size / 4:
            middle = (narrow + wide) / 2
            tried = self.wrap(text, size, middle)
            if len(tried) == len(lines):
                lines, wide = tried, middle
            else:
                narrow = middle
        return lines


def clusters(word: str) -> Iterator[str]:
    """A word's characters, each with what must not be parted from it."""
    current = ""
    for sign in word:
        joined = unicodedata.category(sign)[0] in "MC" or sign in _TRAILING
        linked = bool(current) and unicodedata.combining(current[-1]) == _VIRAMA
        if current and not (joined or linked):
            yield current
            current = ""
        current += sign
    if current:
        yield current


def visual_runs(text: str, direction: str) -> list[tuple[str, bool]]:
    """``text`` as runs of one direction, from the left, with whether a run goes leftward.

    The levels are those of the Unicode bidirectional algorithm (UAX 9) for text without explicit
    marks of embedding, which titles do not hold.
    """
    base = 1 if direction == "rtl" else 0
    levels = _levels(text, base)
    runs = [
        (level, "".join(sign for _, sign in group))
        for level, group in groupby(zip(levels, text, strict=True), key=lambda pair: pair[0])
    ]
    for threshold in range(max(levels, default=0), 0, -1):
        ordered: list[tuple[int, str]] = []
        for high, group in groupby(runs, key=lambda run: run[0] >= threshold):
            stretch = list(group)
            ordered.extend(reversed(stretch) if high else stretch)
        runs = ordered
    return [(words, level % 2 == 1) for level, words in runs]


def _joined_numbers(names: Sequence[str]) -> list[str]:
    """Bidirectional classes, with those of numbers for signs that belong to one (W2, W4 and W5)."""
    joined: list[str] = []
    letters = ""
    for name in names:
        letters = name if name in ("L", "R", "AL") else letters
        joined.append("AN" if name == "EN" and letters == "AL" else name)
    for at in range(1, len(joined) - 1):
        before, name, after = joined[at - 1 : at + 2]
        if before == after and (before, name) in (("EN", "ES"), ("EN", "CS"), ("AN", "CS")):
            joined[at] = before
    for order in (range(1, len(joined)), range(len(joined) - 2, -1, -1)):
        for at in order:
            beside = joined[at - 1 if order.step > 0 else at + 1]
            if joined[at] == "ET" and beside == "EN":
                joined[at] = "EN"
    return joined


def _levels(text: str, base: int) -> list[int]:
    """The embedding level of every character."""
    kinds: list[str] = []
    strong = "R" if base else "L"
    for name in _joined_numbers([unicodedata.bidirectional(sign) for sign in text]):
        kind = _STRONG.get(name, "")
        if kind in ("L", "R"):
            strong = kind
        kinds.append("L" if kind == "N" and strong == "L" else kind)
    side = "R" if base else "L"
    resolved: list[str] = list(kinds)
    at = 0
    for neutral, group in groupby(kinds, key=lambda kind: not kind):
        length = len(list(group))
        if neutral:
            before = kinds[at - 1].replace("N", "R") if at else side
            after = kinds[at + length].replace("N", "R") if at + length < len(kinds) else side
            resolved[at : at + length] = [before if before == after else side] * length
        at += length
    table = {"L": base + base % 2, "R": 1, "N": 2}
    return [table[kind] for kind in resolved]
