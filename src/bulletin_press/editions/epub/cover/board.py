"""The board that a cover is drawn on: its size, its voices, and lines of letters on it."""

from __future__ import annotations

from collections.abc import Sequence

from bulletin_press import fonts
from bulletin_press.editions.epub.cover.palette import Palette
from bulletin_press.editions.epub.cover.record import Record
from bulletin_press.lettering import Lettering

Box = tuple[int, int, int, int]

WIDTH, HEIGHT = 1600, 2560
MARGIN = 116
MEASURE = WIDTH - 2 * MARGIN
_STOPS = " ,;:.–—-"


class Voices:
    """The voices of a cover: ``display`` for titles, ``strong`` and ``plain`` for the rest."""

    def __init__(self, record: Record) -> None:
        words = [record.title, record.subtitle, record.position, record.month, record.publisher]
        words += [record.issn, "ISSN ….", *(part for one in record.articles for part in one)]
        signs = frozenset("".join(words))
        chosen = fonts.select(signs)
        spare = [face for face in chosen.faces if face.family in chosen.fallback]
        bold = [face for face in spare if face.weight == 700]
        regular = [face for face in spare if face.weight == 400]
        by_name = {face.name: face for face in chosen.faces}
        display, sans, strong = (
            by_name[name]
            for name in ("BulletinDisplay-600", "BulletinSans-400", "BulletinSans-600")
        )
        self.display = Lettering((display, strong, *bold), signs, record.direction)
        self.plain = Lettering((sans, display, *regular), signs, record.direction)
        self.strong = Lettering((strong, display, *bold), signs, record.direction)


class Board:
    """The picture in the making; lines are set from the side on which reading starts.

    ``places`` tells what stands where: a box of pixels for each part that was drawn.
    """

    def __init__(self, record: Record, palette: Palette) -> None:
        from PIL import Image

        self.canvas = Image.new("RGB", (WIDTH, HEIGHT), palette.field)
        self.palette = palette
        self.voices = Voices(record)
        self.leftward = record.direction == "rtl"
        self.places: dict[str, Box] = {}

    def put(
        self,
        part: str,
        voice: Lettering,
        text: str,
        size: float,
        baseline: float,
        *,
        quiet: bool = False,
        indent: float = 0,
        flush: bool = False,
    ) -> None:
        """Set a line of a part; ``flush`` lets its first stroke stand at the margin."""
        line = voice.line(text, size)
        indent -= line.bearing if flush and not self.leftward else 0
        left = WIDTH - MARGIN - indent - line.width if self.leftward else MARGIN + indent
        colour = self.palette.quiet if quiet else self.palette.letters
        line.draw(self.canvas, left, baseline, colour)
        self.note(
            part,
            (
                round(left),
                round(baseline - size * 0.8),
                round(left + line.width),
                round(baseline + max(size * 0.2, line.depth)),
            ),
        )

    def end(self, part: str, voice: Lettering, text: str, size: float, baseline: float) -> float:
        """Set a quiet line at the side on which reading ends; returns its width."""
        line = voice.line(text, size)
        left = MARGIN if self.leftward else WIDTH - MARGIN - line.width
        line.draw(self.canvas, left, baseline, self.palette.quiet)
        if text:
            box = (round(left), round(baseline - size), round(left + line.width), round(baseline))
            self.note(part, box)
        return line.width

    def note(self, part: str, box: Box) -> None:
        """Remember that a part stands in a box too."""
        known = self.places.get(part, box)
        low, high = zip(known, box, strict=True), zip(known, box, strict=True)
        least, most = [min(pair) for pair in low], [max(pair) for pair in high]
        self.places[part] = (least[0], least[1], most[2], most[3])


def shortened(
    voice: Lettering, lines: Sequence[str], size: float, measure: float, most: int
) -> tuple[str, ...]:
    """At most so many lines; the last one shows by an ellipsis that more is said."""
    if len(lines) <= most:
        return tuple(lines)
    last = lines[most - 1]
    while last and voice.width(last.rstrip(_STOPS) + "…", size) > measure:
        last = last[:-1]
    return (*lines[: most - 1], last.rstrip(_STOPS) + "…")
