"""The head of a cover: volume and number, the title as large as it can be, and the date."""

from __future__ import annotations

from bulletin_press.editions.epub.cover.board import HEIGHT, MEASURE, WIDTH, Board, shortened
from bulletin_press.editions.epub.cover.record import Record
from bulletin_press.lettering import Lettering

_BAR = 28
_LARGEST, _UNBROKEN, _SMALLEST = 420, 96, 60
_TITLE_HEIGHT = 600
_LEADING = 1.04
_DATE = round(HEIGHT * 0.06)
_DATE_LARGEST = 200


def draw(board: Board, record: Record) -> int:
    """Draw the head; returns the row below it where something else may begin."""
    from PIL import ImageDraw

    pen = ImageDraw.Draw(board.canvas)
    pen.rectangle((0, 0, WIDTH, _BAR - 1), fill=board.palette.accent)
    voices = board.voices
    end = 96.0
    if line := record.position:
        end = 154
        board.put("position", voices.strong, line, voices.strong.fit(line, MEASURE, 52, 28), end)
    size, lines = _title(record.title, voices.display)
    baseline = end + 60 + size * 0.76
    for number, text in enumerate(lines):
        baseline += size * _LEADING if number else 0
        board.put("title", voices.display, text, size, baseline, flush=True)
    depth = max((voices.display.line(text, size).depth for text in lines[-1:]), default=0)
    end = baseline + max(size * 0.1, depth)
    if record.subtitle:
        small = voices.plain.fit(record.subtitle, MEASURE, 60, 46)
        wrapped = voices.plain.balanced(record.subtitle, small, MEASURE + 1)
        end += 26
        for text in shortened(voices.plain, wrapped, small, MEASURE, 3):
            end += small * 1.28
            board.put("subtitle", voices.plain, text, small, end)
    largest = max(_DATE, min(_DATE_LARGEST, size * 0.6))
    size = voices.strong.fit(record.month, MEASURE, largest, _DATE)
    end += 36 if record.subtitle else 20
    for text in voices.strong.wrap(record.month, size, MEASURE + 1):
        end += size * 1.02
        board.put("date", voices.strong, text, size, end, flush=True)
    return round(end + size * 0.2 + 60)


def _title(title: str, voice: Lettering) -> tuple[float, list[str]]:
    """The size of the title and its lines: never cut, and no word broken unless it must be."""
    words = title.split(" ")
    lines: list[str] = []
    for size in range(_LARGEST, _SMALLEST - 1, -4):
        if size >= _UNBROKEN and max(voice.width(word, size) for word in words) > MEASURE:
            continue
        lines = voice.wrap(title, size, MEASURE + 1)
        if len(lines) == 1 or len(lines) * size * _LEADING <= _TITLE_HEIGHT:
            return size, voice.balanced(title, size, MEASURE + 1)
    return _SMALLEST, lines
