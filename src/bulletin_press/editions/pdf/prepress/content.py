"""What is printed on a page of a finished PDF: each colour with its use, each picture its size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]
_IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)
_SPACES = {"g": "Gray", "rg": "RGB", "k": "CMYK", "G": "Gray", "RG": "RGB", "K": "CMYK"}
_NAMES = {
    "/DeviceGray": "Gray", "/CalGray": "Gray", "/DeviceRGB": "RGB", "/CalRGB": "RGB",
    "/DeviceCMYK": "CMYK", "/Lab": "Lab", "/Separation": "Separation", "/Pattern": "Pattern",
}  # fmt: skip
_ICC = {1: "Gray", 3: "RGB", 4: "CMYK"}
_FILLS = frozenset("f F f* B B* b b*".split())
_STROKES = frozenset("S s B B* b b*".split())
_SHOWS = frozenset("Tj TJ ' \"".split())
_DEPTH = 12
Colour = tuple[str, tuple[float, ...]]
_BLACK: Colour = ("Gray", (0.0,))


@dataclass(frozen=True, slots=True)
class Mark:
    """A colour in use: ``size`` is the smallest of its text in points, 0 for a shape."""

    page: int
    space: str
    parts: tuple[float, ...]
    size: float = 0
    box: Box | None = None

    @property
    def key(self) -> tuple[Any, ...]:
        """What tells one colour and use from another."""
        return self.space, self.parts, bool(self.size)

    def smaller(self, other: Mark) -> Mark:
        """This use, with the other's size if its text is smaller."""
        return replace(self, size=min(self.size, other.size))

    @property
    def ink(self) -> int:
        """How much ink it is in percent, 0 if it is none."""
        if self.space == "Gray":
            return round(100 * (1 - self.parts[0]))
        return round(100 * sum(self.parts)) if self.space == "CMYK" else 0

    @property
    def pale(self) -> bool:
        """Whether it is the paper's white, or shows on plates alone."""
        white = {"Gray": (1.0,), "RGB": (1.0,) * 3, "CMYK": (0.0,) * 4}
        return self.space == "Separation" or self.parts == white.get(self.space)


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture or gradient on a page, ``image`` the picture's object; sizes are in points."""

    name: str
    space: str
    image: Any
    size: tuple[float, float]
    box: Box | None
    pale: bool = False


@dataclass(slots=True)
class _State:
    matrix: Matrix
    fill: Colour = _BLACK
    stroke: Colour = _BLACK
    font: float = 0
    clip: Box | None = None


def marks_of(page: Any, number: int) -> Iterator[Mark | Shown]:
    """All that a page of pikepdf's prints, forms and patterns included."""
    yield from _walk(page, page.obj.get("/Resources"), number, _State(_IDENTITY), 0)


def space_of(space: Any) -> str:
    """The kind of a colour space: Gray, RGB, CMYK, Lab, Separation, Pattern."""
    import pikepdf

    if isinstance(space, pikepdf.Array):
        if space[0] == "/ICCBased":
            return _ICC.get(int(space[1].get("/N", 0)), "other")
        if space[0] == "/Indexed":
            return space_of(space[1])
        space = space[0]
    return _NAMES.get(str(space), "other")


def _walk(
    content: Any, resources: Any, page: int, state: _State, depth: int
) -> Iterator[Mark | Shown]:
    import pikepdf

    if depth > _DEPTH:
        return
    stack: list[_State] = []
    path: list[tuple[float, float]] = []
    line, clipping = _IDENTITY, False
    for instruction in pikepdf.parse_content_stream(content):
        if isinstance(instruction, pikepdf.ContentStreamInlineImage):
            yield Shown("", space_of(instruction.iimage.obj.get("/CS", "")), None, (0, 0), None)
            continue
        operator, operands = str(instruction.operator), instruction.operands
        if operator == "q":
            stack.append(replace(state))
        elif operator == "Q":
            state = stack.pop() if stack else state
        elif operator == "cm":
            state.matrix = _times(_numbers(operands), state.matrix)
        elif operator in _SPACES:
            colour = _SPACES[operator], tuple(float(part) for part in operands)
            _set(state, operator.isupper(), colour)
        elif operator in ("cs", "CS"):
            _set(state, operator == "CS", (_space(operands[0], resources), ()))
        elif operator in ("sc", "scn", "SC", "SCN"):
            yield from _special(operands, resources, page, state, operator.isupper(), depth)
        elif operator == "Tf":
            state.font = float(operands[1])
        elif operator == "BT":
            line = _IDENTITY
        elif operator == "Tm":
            line = _numbers(operands)
        elif operator in _SHOWS:
            matrix = _times(line, state.matrix)
            size = abs(state.font) * abs(matrix[0] * matrix[3] - matrix[1] * matrix[2]) ** 0.5
            yield Mark(page, *state.fill, size=max(round(size, 1), 0.1))
        elif operator in ("m", "l"):
            path.append(_at(state.matrix, *map(float, operands)))
        elif operator in ("c", "v", "y"):
            path.append(_at(state.matrix, float(operands[-2]), float(operands[-1])))
        elif operator == "re":
            x, y, width, height = map(float, operands)
            path += [_at(state.matrix, x, y), _at(state.matrix, x + width, y + height)]
            path += [_at(state.matrix, x + width, y), _at(state.matrix, x, y + height)]
        elif operator in ("W", "W*"):
            clipping = True
        elif operator in _FILLS or operator in _STROKES or operator == "n":
            if operator in _FILLS and state.fill[0] != "Pattern":
                yield Mark(page, *state.fill, box=_within(_around(path), state.clip))
            if operator in _STROKES and state.stroke[0] != "Pattern":
                yield Mark(page, *state.stroke)
            if clipping:
                state.clip = _within(_around(path), state.clip)
            path, clipping = [], False
        elif operator == "sh":
            space = space_of(resources.Shading[operands[0]].ColorSpace)
            yield Shown("", space, None, (0, 0), None)
        elif operator == "Do":
            thing = resources.XObject[operands[0]]
            yield from _placed(str(operands[0])[1:], thing, resources, page, state, depth)


def _placed(
    name: str, thing: Any, resources: Any, page: int, state: _State, depth: int
) -> Iterator[Mark | Shown]:
    """A picture, or what stands in a form."""
    if thing.Subtype == "/Image":
        a, b, c, d, _, _ = state.matrix
        corners = [_at(state.matrix, x, y) for x in (0, 1) for y in (0, 1)]
        size = (a * a + b * b) ** 0.5, (c * c + d * d) ** 0.5
        box = _within(_around(corners), state.clip)
        yield Shown(name, space_of(thing.ColorSpace), thing, size, box)
        return
    inner = replace(state, matrix=_times(_numbers(thing.get("/Matrix", _IDENTITY)), state.matrix))
    yield from _walk(thing, thing.get("/Resources", resources), page, inner, depth + 1)


def _special(
    operands: Any, resources: Any, page: int, state: _State, stroke: bool, depth: int
) -> Iterator[Mark | Shown]:
    """Set a colour of a named space; of a pattern, what it prints."""
    space = (state.stroke if stroke else state.fill)[0]
    if space != "Pattern":
        _set(state, stroke, (space, tuple(float(part) for part in operands)))
        return
    pattern = resources.Pattern[operands[-1]]
    if int(pattern.PatternType) == 1:
        inner = _State(_numbers(pattern.get("/Matrix", _IDENTITY)))
        yield from _walk(pattern, pattern.get("/Resources", resources), page, inner, depth + 1)
    else:
        yield Shown("", space_of(pattern.Shading.ColorSpace), None, (0, 0), None)


def _set(state: _State, stroke: bool, colour: Colour) -> None:
    if stroke:
        state.stroke = colour
    else:
        state.fill = colour


def _space(name: Any, resources: Any) -> str:
    spaces = resources.get("/ColorSpace", {})
    return space_of(spaces.get(name, name))


def _numbers(parts: Any) -> Matrix:
    a, b, c, d, e, f = (float(part) for part in parts)
    return a, b, c, d, e, f


def _times(first: Matrix, then: Matrix) -> Matrix:
    """The matrix of one after another (ISO 32000-1 §8.3.4)."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return (
        a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j,
        e * g + f * i + k, e * h + f * j + m,
    )  # fmt: skip


def _at(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _around(points: list[tuple[float, float]]) -> Box | None:
    if not points:
        return None
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _within(box: Box | None, clip: Box | None) -> Box | None:
    """The part of a box that a clipping path's box lets through."""
    if box is None or clip is None:
        return box
    left, bottom = max(box[0], clip[0]), max(box[1], clip[1])
    return left, bottom, max(left, min(box[2], clip[2])), max(bottom, min(box[3], clip[3]))
