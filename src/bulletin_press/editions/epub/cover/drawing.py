"""The cover, drawn from the issue's record in the brand's colours, with the editor's picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bulletin_press.editions.epub.cover import band, nameplate, picture, titles
from bulletin_press.editions.epub.cover.board import (
    HEIGHT,
    MARGIN,
    MEASURE,
    WIDTH,
    Board,
    Box,
    shortened,
)
from bulletin_press.editions.epub.cover.palette import Palette
from bulletin_press.editions.epub.cover.record import Record

if TYPE_CHECKING:
    from PIL import Image

_FOOT = HEIGHT - 106
_LIST_END = _FOOT - 112
_GAP = 74
_BORDER = 4
_SIZES: tuple[int, ...] = (104, 94, 84, 76, 68, 62, 56, 50, 46)
_BANDS = ((4, _SIZES[2:5]), (6, _SIZES[:7]), (12, _SIZES[4:]))
_HIGHEST, _LOWEST, _LEAST, _STEP = 1160, 560, 400, 100  # heights of a wide picture
_BESIDE = 740  # the width of an upright picture


@dataclass(frozen=True, slots=True)
class Cover:
    """A drawn cover, and the box of pixels of each of its parts, such as ``title``."""

    image: Image.Image
    places: Mapping[str, Box]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What stands below the head: rows and columns of the device, where titles go, their sizes."""

    device: Box
    columns: int
    titles_top: int
    measure: int
    sizes: tuple[int, ...]


def draw(record: Record, palette: Palette) -> Cover:
    """The cover of the issue of ``record``.

    Volume, number, title and date go across the top. Below them is the editor's picture, or else
    a band of twelve fields for the year with the month in the accent colour. Then come the
    articles' titles, as many as there is room for.
    """
    board = Board(record, palette)
    top = nameplate.draw(board, record)
    art = picture.read(record.picture, board.palette.field)
    for plan in _plans(top, art, board.leftward):
        room = _LIST_END - plan.titles_top
        listed = titles.listing(record.articles, board.voices, plan.sizes, room, plan.measure)
        if listed.whole:
            break
    if art is None:
        band.draw(board.canvas, record, plan.device[1], plan.columns, board.palette)
    else:
        left, upper, right, lower = plan.device
        board.canvas.paste(picture.cut(art, right - left, lower - upper), (left, upper))
    board.note("device", plan.device)
    titles.draw(board, listed, plan.titles_top + min((room - listed.height) / 3, 90))
    _foot(board, record)
    _border(board)
    return Cover(board.canvas, board.places)


def _plans(top: int, art: Image.Image | None, leftward: bool) -> Iterator[_Plan]:
    """What may stand below the head, the best first, the one with most room for titles last."""
    if art is None:
        for columns, sizes in _BANDS:
            below = top + band.height(columns, WIDTH)
            yield _Plan((0, top, WIDTH, below), columns, below + _GAP, MEASURE, sizes)
    elif picture.is_upright(art):
        left, right = (0, _BESIDE) if leftward else (WIDTH - _BESIDE, WIDTH)
        measure = WIDTH - MARGIN - _BESIDE - _GAP
        yield _Plan((left, top, right, _LIST_END), 0, top, measure, (*_SIZES[1:], 42))
    else:
        natural = min(max(round(art.height * WIDTH / art.width), _LEAST), _HIGHEST)
        for height in (*range(natural, _LOWEST, -_STEP), min(natural, _LOWEST)):
            below = top + height
            sizes = _SIZES[1:6] if height > _LOWEST else _SIZES[1:]
            yield _Plan((0, top, WIDTH, below), 0, below + _GAP, MEASURE, sizes)


def _foot(board: Board, record: Record) -> None:
    """The publisher, and at the other side the ISSN."""
    voices = board.voices
    issn = f"ISSN {record.issn}" if record.issn else ""
    taken = board.end("issn", voices.plain, issn, 40, _FOOT)
    if not record.publisher:
        return
    room = MEASURE - taken - 60
    size = voices.strong.fit(record.publisher, room, 44, 34)
    wrapped = voices.strong.wrap(record.publisher, size, room + 1)
    lines = shortened(voices.strong, wrapped, size, room, 2)
    for number, text in enumerate(lines):
        baseline = _FOOT - (len(lines) - 1 - number) * size * 1.2
        board.put("publisher", voices.strong, text, size, baseline)


def _border(board: Board) -> None:
    """A thin grey line round a light cover, which would have no edge on a white page."""
    from PIL import ImageDraw

    if board.palette.border:
        pen = ImageDraw.Draw(board.canvas)
        edge = (0, 0, WIDTH - 1, HEIGHT - 1)
        pen.rectangle(edge, outline=board.palette.border, width=_BORDER)
