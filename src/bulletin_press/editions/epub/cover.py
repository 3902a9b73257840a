"""The cover: a picture made from the issue's record alone, in the brand's colours."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from bulletin_press import fonts
from bulletin_press.issue import Article, Issue
from bulletin_press.lettering import Lettering

if TYPE_CHECKING:
    from PIL import Image

WIDTH, HEIGHT = 1562, 2500
_MARGIN = 112
_MEASURE = WIDTH - 2 * _MARGIN
_NUMERAL = 118
_FOOT = HEIGHT - 104
_LIST_END = _FOOT - 112
_GAP = 70
_MONTHS = 12
_STOPS = " ,;:.–—-"
_PLANS = ((4, (84, 76, 68)), (6, (104, 94, 84, 76, 68, 62, 56, 50, 46)))
_DEFAULTS = {"--ink": "#16181d", "--brand": "#14325c", "--accent": "#a8322d", "--paper": "#ffffff"}


@dataclass(frozen=True, slots=True)
class _Palette:
    field: str
    letters: str
    quiet: str
    accent: str
    tones: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _CoverLine:
    numeral: str
    lines: tuple[str, ...]


def draw(issue: Issue, colours: Mapping[str, str]) -> bytes:
    """The cover of ``issue`` as a JPEG; ``colours`` are the brand's variables.

    The title goes across the top; a band of twelve fields stands for the year, the issue's month
    in the accent colour; below it are the articles' titles, as many as there is room for.
    """
    from PIL import Image

    palette = _palette(colours)
    voices = _Voices(issue)
    canvas = Image.new("RGB", (WIDTH, HEIGHT), palette.field)
    top = _nameplate(canvas, issue, voices, palette)
    for columns, sizes in _PLANS:
        list_top = top + _band(columns) + _GAP
        size, lines = _cover_lines(issue.articles, voices, sizes, _LIST_END - list_top)
        if len(lines) == len(issue.articles):
            break
    _device(canvas, issue, top, columns, palette)
    slack = _LIST_END - list_top - _height(lines, size)
    _list(canvas, voices, palette, size, lines, list_top + min(slack / 3, 90))
    _publisher(canvas, issue, voices, palette)
    out = io.BytesIO()
    canvas.save(out, "JPEG", quality=85, optimize=True, progressive=False, dpi=(300, 300))
    return out.getvalue()


class _Voices:
    """The three voices of the cover."""

    def __init__(self, issue: Issue) -> None:
        words = [issue.title, issue.subtitle, issue.line, issue.publisher, issue.issn, "ISSN …"]
        words += [article.heading for article in issue.articles]
        signs = frozenset("".join(words))
        chosen = fonts.select(signs)
        bold = [face for face in chosen.faces if face.family in chosen.fallback]
        others = [face for face in bold if face.weight == 700]
        plain = [face for face in bold if face.weight == 400]
        by_name = {face.name: face for face in chosen.faces}
        display, sans, strong = (
            by_name[name]
            for name in ("BulletinDisplay-600", "BulletinSans-400", "BulletinSans-600")
        )
        self.display = Lettering((display, strong, *others), signs, issue.direction)
        self.plain = Lettering((sans, display, *plain), signs, issue.direction)
        self.strong = Lettering((strong, display, *others), signs, issue.direction)
        self.rtl = issue.direction == "rtl"


def _put(
    canvas: Image.Image,
    voices: _Voices,
    voice: Lettering,
    text: str,
    size: float,
    baseline: float,
    colour: str,
    indent: float = 0,
) -> None:
    """Set a line from the side on which reading starts."""
    line = voice.line(text, size)
    left = _MARGIN + indent if not voices.rtl else WIDTH - _MARGIN - indent - line.width
    line.draw(canvas, left, baseline, colour)


def _nameplate(canvas: Image.Image, issue: Issue, voices: _Voices, palette: _Palette) -> int:
    """Issue line, title and subtitle; returns where the band may begin."""
    from PIL import ImageDraw

    ImageDraw.Draw(canvas).rectangle((0, 0, WIDTH, 27), fill=palette.accent)
    size = voices.strong.fit(issue.line, _MEASURE, 50, 28)
    _put(canvas, voices, voices.strong, issue.line, size, 150, palette.letters)
    size = voices.display.fit(issue.title, _MEASURE, 410, 160)
    for word in issue.title.split(" "):
        size = voices.display.fit(word, _MEASURE, size, 72)
    lines = voices.display.wrap(issue.title, size, _MEASURE + 1)
    while len(lines) > 2 and len(lines) * size > 420 and size > 72:
        size -= 8
        lines = voices.display.wrap(issue.title, size, _MEASURE + 1)
    lines = list(_shortened(voices.display, lines, size, _MEASURE, 6))
    baseline = 150 + 84 + size * 0.74
    for number, text in enumerate(lines):
        baseline += size * 1.04 if number else 0
        bearing = 0 if voices.rtl else voices.display.line(text, size).bearing
        _put(canvas, voices, voices.display, text, size, baseline, palette.letters, -bearing)
    depth = voices.display.line(lines[-1], size).depth if lines else 0
    end = baseline + max(size * 0.12, depth + 14)
    if issue.subtitle:
        size = voices.plain.fit(issue.subtitle, _MEASURE, 58, 46)
        wrapped = voices.plain.wrap(issue.subtitle, size, _MEASURE + 1)
        end += 30
        for text in _shortened(voices.plain, wrapped, size, _MEASURE, 3):
            end += size * 1.28
            _put(canvas, voices, voices.plain, text, size, end, palette.letters)
    return round(end + 68)


def _cover_lines(
    articles: Sequence[Article], voices: _Voices, sizes: Sequence[int], room: float
) -> tuple[int, list[_CoverLine]]:
    """The articles' titles at the largest size at which all fit, else as many as fit."""
    indent = _NUMERAL if any(article.numeral for article in articles) else 0
    measure = _MEASURE - indent
    found: list[_CoverLine] = []
    for size in sizes:
        found = []
        for article in articles:
            lines = voices.display.wrap(article.title, size, measure)
            numeral = f"{article.numeral}." if article.numeral else ""
            kept = _shortened(voices.display, lines, size, measure, 3)
            found.append(_CoverLine(numeral, kept))
        broken = any(
            voices.display.width(word, size) > measure
            for article in articles
            for word in article.title.split(" ")
        )
        if _height(found, size) <= room and not broken:
            return size, [
                _CoverLine(
                    line.numeral,
                    tuple(voices.display.balanced(" ".join(line.lines), size, measure)),
                )
                for line in found
            ]
    while found and _height(found, size) > room:
        found.pop()
    return size, found


def _shortened(
    voice: Lettering, lines: Sequence[str], size: float, measure: float, most: int
) -> tuple[str, ...]:
    """At most so many lines; the last one shows by an ellipsis that more is said."""
    if len(lines) <= most:
        return tuple(lines)
    last = lines[most - 1]
    while last and voice.width(last.rstrip(_STOPS) + "…", size) > measure:
        last = last[:-1]
    return (*lines[: most - 1], last.rstrip(_STOPS) + "…")


def _height(lines: Sequence[_CoverLine], size: float) -> float:
    rows = sum(len(line.lines) for line in lines)
    return rows * size * 1.2 + max(len(lines) - 1, 0) * size * 0.62 - size * 0.2


def _list(
    canvas: Image.Image,
    voices: _Voices,
    palette: _Palette,
    size: float,
    lines: Sequence[_CoverLine],
    top: float,
) -> None:
    indent = _NUMERAL if any(line.numeral for line in lines) else 0
    baseline = top + size * 0.72
    for line in lines:
        if line.numeral:
            numeral = voices.strong.fit(line.numeral, _NUMERAL - 18, size * 0.8, 18)
            _put(canvas, voices, voices.strong, line.numeral, numeral, baseline, palette.quiet)
        for text in line.lines:
            _put(canvas, voices, voices.display, text, size, baseline, palette.letters, indent)
            baseline += size * 1.2
        baseline += size * 0.62


def _publisher(canvas: Image.Image, issue: Issue, voices: _Voices, palette: _Palette) -> None:
    issn = voices.plain.line(f"ISSN {issue.issn}" if issue.issn else "", 38)
    if issue.publisher:
        room = _MEASURE - issn.width - 60
        size = voices.strong.fit(issue.publisher, room, 42, 32)
        wrapped = voices.strong.wrap(issue.publisher, size, room + 1)
        lines = _shortened(voices.strong, wrapped, size, room, 2)
        for number, text in enumerate(lines):
            baseline = _FOOT - (len(lines) - 1 - number) * size * 1.2
            _put(canvas, voices, voices.strong, text, size, baseline, palette.letters)
    left = _MARGIN if voices.rtl else WIDTH - _MARGIN - issn.width
    issn.draw(canvas, left, _FOOT, palette.quiet)


def _band(columns: int) -> int:
    """The height of the band of twelve square fields in so many columns."""
    return round(_MONTHS // columns * WIDTH / columns)


def _device(canvas: Image.Image, issue: Issue, top: int, columns: int, palette: _Palette) -> None:
    """Twelve fields with quarter rings, turned by the issue's identity."""
    seed = sha256(issue.identifier.encode()).digest()
    for field in range(_MONTHS):
        row, column = divmod(field, columns)
        if issue.direction == "rtl":
            column = columns - 1 - column
        left, right = round(column * WIDTH / columns), round((column + 1) * WIDTH / columns)
        upper, lower = (round(top + r * WIDTH / columns) for r in (row, row + 1))
        tile = _tile(right - left, lower - upper, seed[field], seed[field + 12], palette)
        if field == issue.date.month - 1:
            tile = _month(right - left, lower - upper, seed[field], palette)
        canvas.paste(tile, (left, upper))


def _quarter(
    width: int, height: int, ground: str, rings: Sequence[tuple[float, str]], turn: int
) -> Image.Image:
    """A field with quarter discs about one corner, the largest first."""
    from PIL import Image, ImageDraw

    scale = 4
    tile = Image.new("RGB", (width * scale, height * scale), ground)
    pen = ImageDraw.Draw(tile)
    for part, colour in rings:
        x, y = part * width * scale, part * height * scale
        pen.ellipse((-x, -y, x, y), fill=colour)
    tile = tile.resize((width, height), Image.Resampling.BOX)
    turned = tile.rotate(90 * turn, expand=True)
    return turned if turned.size == (width, height) else turned.resize((width, height))


def _tile(width: int, height: int, choice: int, turn: int, palette: _Palette) -> Image.Image:
    dark, middle, light, pale = palette.tones
    patterns: tuple[tuple[str, tuple[tuple[float, str], ...]], ...] = (
        (middle, ((1, dark),)),
        (dark, ((1, middle), (0.5, dark))),
        (dark, ((1, light), (0.5, dark))),
        (middle, ((1, light),)),
        (light, ((1, dark), (0.5, light))),
        (dark, ((1, pale),)),
        (middle, ((1, dark), (0.67, middle), (0.33, dark))),
    )
    ground, rings = patterns[choice % len(patterns)]
    return _quarter(width, height, ground, rings, turn % 4)


def _month(width: int, height: int, turn: int, palette: _Palette) -> Image.Image:
    rings = ((1, palette.accent), (0.5, palette.letters))
    return _quarter(width, height, palette.tones[0], rings, turn % 4)


def _palette(colours: Mapping[str, str]) -> _Palette:
    brand, accent, ink, paper = (
        _colour(colours, name) for name in ("--brand", "--accent", "--ink", "--paper")
    )
    letters = max((paper, ink), key=lambda colour: _contrast(colour, brand))
    tones = tuple(
        _mix(brand, other, part)
        for other, part in ((ink, 0.35), (letters, 0.1), (letters, 0.3), (letters, 0.78))
    )
    return _Palette(brand, letters, _mix(brand, letters, 0.72), accent, tones)


def _colour(colours: Mapping[str, str], name: str) -> str:
    value = colours.get(name, "")
    digits = value.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(sign * 2 for sign in digits)
    try:
        return "#" + bytes.fromhex(digits).hex() if len(digits) == 6 else _DEFAULTS[name]
    except ValueError:
        return _DEFAULTS[name]


def _channels(colour: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(colour[1:])
    return red, green, blue


def _mix(one: str, other: str, part: float) -> str:
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + bytes(round(a + (b - a) * part) for a, b in pairs).hex()


def _contrast(one: str, other: str) -> float:
    """The contrast of two colours by WCAG 2.2."""
    lights = []
    for colour in (one, other):
        parts = [value / 255 for value in _channels(colour)]
        linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
        lights.append(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])
    return (max(lights) + 0.05) / (min(lights) + 0.05)
