"""What the pages of a PDF show: runs of text and pictures with their places and marks.

Reads content streams with pikepdf (ISO 32000-1 §8, §9, §14.6). Lengths are points from the bottom
left corner of the page.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pikepdf

Matrix = tuple[float, float, float, float, float, float]
_PAINTS = frozenset("f F f* B B* b b* S s sh Do Tj TJ ' \" BI INLINE IMAGE".split())


@dataclass(frozen=True, slots=True)
class Glyph:
    """The text of one glyph, from its left to its right end."""

    text: str
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Run:
    """Glyphs shown by one operator on one base line, in the order of the file."""

    page: int
    base: float
    size: float
    glyphs: tuple[Glyph, ...]
    mark: int | None
    artifact: bool

    @property
    def left(self) -> float:
        return min(glyph.left for glyph in self.glyphs)

    @property
    def right(self) -> float:
        return max(glyph.right for glyph in self.glyphs)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page: a picture or a drawing."""

    page: int
    left: float
    bottom: float
    right: float
    top: float
    mark: int | None = None
    artifact: bool = False


@dataclass
class Content:
    """What was drawn; ``unmarked`` tells of painting that is neither tagged nor an artifact."""

    runs: list[Run] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)
    marks: dict[int, list[int]] = field(default_factory=dict)
    unmarked: list[str] = field(default_factory=list)


class _Font:
    """Widths and texts of a font's codes (ISO 32000-1 §9.7)."""

    def __init__(self, font: pikepdf.Dictionary) -> None:
        self.texts = _to_unicode(font.ToUnicode) if "/ToUnicode" in font else {}
        self.widths: dict[int, float] = {}
        self.double = font.get("/Subtype") == "/Type0"
        if not self.double:
            first = int(font.get("/FirstChar", 0))
            self.default = 500.0
            for place, width in enumerate(font.get("/Widths", ())):
                self.widths[first + place] = float(width)
            return
        below = font.DescendantFonts[0]
        self.default = float(below.get("/DW", 1000))
        entries: list[Any] = list(below.get("/W", ()))
        while entries:
            first = int(entries.pop(0))
            if isinstance(entries[0], pikepdf.Array):
                for place, width in enumerate(entries.pop(0)):
                    self.widths[first + place] = float(width)
            else:
                codes = range(first, int(entries.pop(0)) + 1)
                self.widths.update(dict.fromkeys(codes, float(entries.pop(0))))

    def codes(self, data: bytes) -> list[int]:
        step = 2 if self.double else 1
        return [int.from_bytes(data[at : at + step]) for at in range(0, len(data), step)]


def _to_unicode(cmap: Any) -> dict[int, str]:
    found: dict[int, str] = {}
    for item in pikepdf.parse_content_stream(cmap):
        name = str(item.operator)
        values = list(item.operands)
        if name == "endbfchar":
            for code, text in zip(values[::2], values[1::2], strict=True):
                found[int.from_bytes(bytes(code))] = bytes(text).decode("utf-16-be")
        elif name == "endbfrange":
            for first, last, text in zip(values[::3], values[1::3], values[2::3], strict=True):
                start = int.from_bytes(bytes(first))
                for place in range(int.from_bytes(bytes(last)) - start + 1):
                    if isinstance(text, pikepdf.Array):
                        found[start + place] = bytes(text[place]).decode("utf-16-be")
                    else:
                        whole = bytes(text)
                        end = int.from_bytes(whole[-2:]) + place
                        found[start + place] = (whole[:-2] + end.to_bytes(2)).decode("utf-16-be")
    return found


def _times(one: Matrix, two: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    g, h, i, j, k, m = two
    return (
        a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j,
        e * g + f * i + k, e * h + f * j + m,
    )  # fmt: skip


def _at(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _matrix(values: Any) -> Matrix:
    a, b, c, d, e, f = map(float, values)
    return a, b, c, d, e, f


class _Reader:
    """Walks one page's operators."""

    def __init__(self, page: int, content: Content, fonts: dict[Any, _Font]) -> None:
        self.page, self.content, self.fonts = page, content, fonts
        self.marks: list[tuple[int | None, bool]] = []
        self.found = content.marks.setdefault(page, [])

    @property
    def mark(self) -> int | None:
        return next((mark for mark, _ in reversed(self.marks) if mark is not None), None)

    @property
    def artifact(self) -> bool:
        return any(artifact for _, artifact in self.marks)

    def read(self, source: Any, resources: Any, place: Matrix) -> None:
        stack: list[tuple[Matrix, _Font | None, float, float]] = []
        font: _Font | None = None
        size, tracking, text = 0.0, 0.0, place
        for item in pikepdf.parse_content_stream(source):
            name, values = str(item.operator), item.operands
            if name in _PAINTS and not self.artifact and self.mark is None:
                self.content.unmarked.append(f"page {self.page + 1}: {name} {values!r:.60}")
            if name == "q":
                stack.append((place, font, size, tracking))
            elif name == "Q":
                place, font, size, tracking = stack.pop()
            elif name == "cm":
                place = _times(_matrix(values), place)
            elif name == "Tf":
                font, size = self._font(resources, str(values[0])), float(values[1])
            elif name == "Tc":
                tracking = float(values[0])
            elif name in ("Tm", "BT"):
                text = _matrix(values) if values else (1, 0, 0, 1, 0, 0)
            elif name in ("Td", "TD"):
                text = _times((1, 0, 0, 1, float(values[0]), float(values[1])), text)
            elif name in ("TJ", "Tj") and font is not None:
                shown = values[0] if name == "TJ" else [values[0]]
                text = self._show(shown, font, size, tracking, text, place)
            elif name in ("BDC", "BMC"):
                self._begin(str(values[0]), values[1] if name == "BDC" else None, resources)
            elif name == "EMC":
                self.marks.pop()
            elif name == "Do":
                self._draw(resources.XObject[str(values[0])], resources, place)

    def _begin(self, tag: str, facts: Any, resources: Any) -> None:
        if facts is not None and not isinstance(facts, pikepdf.Dictionary):
            facts = resources.Properties[str(facts)]
        mark = None if facts is None or "/MCID" not in facts else int(facts.MCID)
        if mark is not None:
            self.found.append(mark)
        self.marks.append((mark, tag == "/Artifact"))

    def _font(self, resources: Any, name: str) -> _Font:
        font = resources.Font[name]
        if font.objgen not in self.fonts:
            self.fonts[font.objgen] = _Font(font)
        return self.fonts[font.objgen]

    def _show(
        self, parts: Any, font: _Font, size: float, tracking: float, text: Matrix, place: Matrix
    ) -> Matrix:  # fmt: skip
        whole, glyphs, along = _times(text, place), [], 0.0
        for part in parts:
            if not isinstance(part, (bytes, pikepdf.String)):
                along -= float(part) / 1000 * size
                continue
            for code in font.codes(bytes(part)):
                width = font.widths.get(code, font.default) / 1000 * size
                left, right = _at(whole, along, 0)[0], _at(whole, along + width, 0)[0]
                glyphs.append(Glyph(font.texts.get(code, ""), min(left, right), max(left, right)))
                along += width + tracking
        if glyphs:
            high = abs(_at(whole, 0, size)[1] - _at(whole, 0, 0)[1])
            base = _at(whole, 0, 0)[1]
            self.content.runs.append(
                Run(self.page, base, high, tuple(glyphs), self.mark, self.artifact)
            )
        return _times((1, 0, 0, 1, along, 0), text)

    def _draw(self, thing: Any, resources: Any, place: Matrix) -> None:
        if thing.Subtype == "/Form":
            inner = _times(_matrix(thing.get("/Matrix", (1, 0, 0, 1, 0, 0))), place)
            left, bottom, right, top = map(float, thing.BBox)
            self.read(thing, thing.get("/Resources", resources), inner)
        else:
            inner, (left, bottom, right, top) = place, (0, 0, 1, 1)
            xs, ys = zip(_at(inner, left, bottom), _at(inner, right, top), strict=True)
            box = Box(self.page, min(xs), min(ys), max(xs), max(ys), self.mark, self.artifact)
            self.content.pictures.append(box)


def read(file: pikepdf.Pdf) -> Content:
    """All that the pages of an open file show."""
    content = Content()
    fonts: dict[Any, _Font] = {}
    for number, page in enumerate(file.pages):
        reader = _Reader(number, content, fonts)
        reader.read(page, page.get("/Resources", {}), (1, 0, 0, 1, 0, 0))
    return content
