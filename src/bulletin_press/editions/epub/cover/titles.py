"""The titles of the articles on a cover: as large as lets all of them stand there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bulletin_press.editions.epub.cover.board import Board, Voices, shortened
from bulletin_press.editions.epub.cover.record import Named

_NUMERAL = 120
_MOST_LINES = 4
_LEADING, _BETWEEN = 1.2, 0.62


@dataclass(frozen=True, slots=True)
class Listing:
    """Titles in lines of one size, each with its numeral; ``whole`` if no article is left out."""

    size: float
    entries: tuple[tuple[str, tuple[str, ...]], ...]
    whole: bool

    @property
    def height(self) -> float:
        """How high the lines are together, in pixels."""
        rows = sum(len(lines) for _, lines in self.entries)
        return _height(rows, len(self.entries), self.size)

    @property
    def indent(self) -> float:
        """How far titles stand in, for their numerals."""
        return _NUMERAL if any(numeral for numeral, _ in self.entries) else 0


def listing(
    articles: Sequence[Named], voices: Voices, sizes: Sequence[int], room: float, measure: float
) -> Listing:
    """The articles' titles at the largest size at which all fit, else as many as fit."""
    named = [(f"{one.numeral}." if one.numeral else "", one.title) for one in articles]
    for size in sizes:
        if _height(len(named), len(named), size) > room:
            continue
        made = Listing(size, tuple(_entries(named, voices, size, measure)), True)
        inner = measure - made.indent
        broken = any(
            voices.display.width(word, size) > inner
            for _, title in named
            for word in title.split(" ")
        )
        if made.height <= room and not (broken and size > sizes[-1]):
            even = tuple(
                (numeral, tuple(voices.display.balanced(" ".join(lines), size, inner)))
                for numeral, lines in made.entries
            )
            return made if broken else Listing(size, even, True)
    while named and _height(len(named), len(named), sizes[-1]) > room:
        named.pop()
    made = Listing(sizes[-1], tuple(_entries(named, voices, sizes[-1], measure)), False)
    while made.entries and made.height > room:
        made = Listing(made.size, made.entries[:-1], False)
    return made


def _height(rows: int, entries: int, size: float) -> float:
    return (rows * _LEADING + max(entries - 1, 0) * _BETWEEN - 0.2) * size


def _entries(
    named: Sequence[tuple[str, str]], voices: Voices, size: float, measure: float
) -> Iterator[tuple[str, tuple[str, ...]]]:
    inner = measure - (_NUMERAL if any(numeral for numeral, _ in named) else 0)
    for numeral, title in named:
        lines = voices.display.wrap(title, size, inner)
        yield numeral, shortened(voices.display, lines, size, inner, _MOST_LINES)


def draw(board: Board, listed: Listing, top: float) -> None:
    """Set the titles from the row ``top`` on."""
    size, voices = listed.size, board.voices
    baseline = top + size * 0.72
    for numeral, lines in listed.entries:
        if numeral:
            small = voices.strong.fit(numeral, _NUMERAL - 18, size * 0.8, 18)
            board.put("titles", voices.strong, numeral, small, baseline, quiet=True)
        for text in lines:
            board.put("titles", voices.display, text, size, baseline, indent=listed.indent)
            baseline += size * _LEADING
        baseline += size * _BETWEEN
