"""The width of everything in a paragraph, from one shaping of each of its runs.

A run is a text of one style. Pango shapes it whole, without a width; what each letter takes is read
from the glyphs, a ligature shared out among its letters. Widths are in Pango's units, 1024 to a CSS
pixel, and stand at octets of UTF-8, as the engine counts text.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import Any, NamedTuple

UNITS = 1024
_BLANK = re.compile(b" |\xc2\xa0")
_METRICS = (
    "ascent", "underline_position", "strikethrough_position", "underline_thickness",
    "strikethrough_thickness",
)  # fmt: skip
LEAST = 1.5 / UNITS
"""What justifying adds to blanks where it adds nothing, in CSS pixels: a unit.

Pango shapes words that are set apart each by itself, and their blanks in the first face: so blanks
are no wider, and no closer to a quotation mark, where they are measured than where they are drawn.
"""
_WORDS = 5  # 32-bit words in a PangoGlyphInfo, of which the second is the width


class Upright(NamedTuple):
    """What is the same for all lines of a run.

    ``height`` and ``baseline`` are in CSS pixels, the height None where faces are mixed, so that
    both differ from line to line. ``direction`` is Pango's, ``metrics`` are what the engine notes
    for rules along a text.
    """

    height: float | None
    baseline: float
    direction: int
    metrics: dict[str, Any]


class Run(NamedTuple):
    """A text of one style: the width and the number of glyphs of each octet."""

    advances: list[int]
    glyphs: list[int]
    upright: Upright


class Closing(NamedTuple):
    """The last letter of a line, or begin of a ligature, with its hyphen if it has one.

    ``width`` is that of both in Pango's units, ``height`` as that of a run; ``hyphen`` is the part
    of the width that is the hyphen's.
    """

    width: int
    height: float | None
    hyphen: int


class Opening(NamedTuple):
    """What the begin of a line within a ligature adds to the text, in Pango's units and glyphs."""

    width: int
    glyphs: int


class Unmeasured(Exception):  # noqa: N818
    """A text that is not one line."""


def measured(text: str, style: Any, context: Any) -> Run:
    """Shape a text of one style. Raises Unmeasured where it breaks of itself."""
    from weasyprint.text import line_break
    from weasyprint.text.ffi import FROM_UNITS, ffi, pango

    layout = line_break.create_layout(text, style, context, None, 0)
    layout.justification_spacing = LEAST
    layout.set_text(text, justify=True)
    line, second = layout.get_first_line()
    if second is not None:
        raise Unmeasured
    octets = text.encode()
    advances, glyphs = [0] * len(octets), [0] * len(octets)
    fonts = set()
    run = line.runs[0] if line.runs != ffi.NULL else ffi.NULL
    while run != ffi.NULL:
        item, string = run.data.item, run.data.glyphs
        run = run.next
        fonts.add(item.analysis.font)
        count = string.num_glyphs
        widths = memoryview(ffi.buffer(string.glyphs, 4 * _WORDS * count)).cast("i")[1::_WORDS]
        places = memoryview(ffi.buffer(string.log_clusters, 4 * count)).cast("i")
        start, length = item.offset, min(item.length, len(octets) - item.offset)
        if count == length and places.tolist() == list(range(count)):
            advances[start : start + length] = widths.tolist()
            glyphs[start : start + length] = [1] * length
        else:
            _share(octets, start, length, zip(places, widths, strict=True), advances, glyphs)
    _, height = line_break.line_size(line, style)
    baseline = pango.pango_layout_get_baseline(layout.layout) * FROM_UNITS
    spacing = style["letter_spacing"]
    if spacing != "normal" and spacing and octets:
        # Pango leaves out the half of it that is before the first letter, and that after the last.
        before, after = divmod(int(spacing * UNITS), 2)
        advances[0] += before
        advances[-1] += before + after
    metrics = {one: getattr(layout, one) for one in _METRICS if hasattr(layout, one)}
    direction = layout.first_line_direction
    layout.deactivate()
    upright = Upright(height if len(fonts) == 1 else None, baseline, direction, metrics)
    return Run(advances, glyphs, upright)


def upright(text: str, style: Any, context: Any) -> tuple[float, float]:
    """Height and baseline of a line of a text, in CSS pixels."""
    from weasyprint.text import line_break

    layout = line_break.create_layout(text, style, context, None, 0)
    line, _ = layout.get_first_line()
    metrics = line_break.first_line_metrics(line, text, layout, None, True, style)
    return metrics[4], metrics[5]


def closing(letters: str, hyphen: str, style: Any, context: Any) -> Closing:
    """How a line ends with ``letters`` and ``hyphen``, no other letter behind them."""
    alone = measured(letters, style, context)
    width = sum(alone.advances)
    if not hyphen:
        return Closing(width, alone.upright.height, 0)
    both = measured(letters + hyphen, style, context)
    return Closing(sum(both.advances), both.upright.height, sum(both.advances) - width)


def _share(
    octets: bytes, start: int, length: int, found: Iterable[tuple[int, int]],
    advances: list[int], glyphs: list[int],
) -> None:  # fmt: skip
    """Give each letter its share of the glyphs of its cluster."""
    for place, width in found:
        if place < length:
            advances[start + place] += width
            glyphs[start + place] += 1
    begin = start
    letters: list[int] = []
    for place in range(start, start + length + 1):
        if place < start + length and (octets[place] & 0xC0 == 0x80 or not glyphs[place]):
            if octets[place] & 0xC0 != 0x80:
                letters.append(place)
            continue
        if letters:
            share, rest = divmod(advances[begin], len(letters) + 1)
            advances[begin] = share + rest
            for letter in letters:
                advances[letter] = share
            letters = []
        begin = place


@dataclass(frozen=True, slots=True)
class Measures:
    """A paragraph of runs: before each octet, and in the end, how much of everything there is.

    ``widths`` are in Pango's units, ``blanks`` are those that may be stretched. ``starts`` are the
    octets at which the runs begin.
    """

    octets: bytes
    starts: tuple[int, ...]
    widths: array[int]
    glyphs: array[int]
    blanks: array[int]

    def blank(self) -> float:
        """The width of the paragraph's first blank in CSS pixels; 0 without one."""
        for found in _BLANK.finditer(self.octets):
            width = self.widths[found.end()] - self.widths[found.start()]
            if width > 0:
                return width / UNITS
        return 0.0

    def ligature(self, octet: int) -> tuple[int, int]:
        """Where a ligature begins and ends that a break at ``octet`` divides; both that if none."""
        run = self.run_at(octet)
        stop = self.starts[run + 1] if run + 1 < len(self.starts) else len(self.octets)
        begin = end = octet
        if octet > self.starts[run]:
            while end < stop and self.glyphs[end + 1] == self.glyphs[octet]:
                end += 1
        if end > octet:
            while begin > self.starts[run] and self.glyphs[begin] == self.glyphs[octet]:
                begin -= 1
        return begin, end

    def run_at(self, octet: int) -> int:
        """The number of the run to which an octet belongs."""
        return bisect(self.starts, octet) - 1


def together(texts: Sequence[str], runs: Sequence[Run]) -> Measures:
    """The measures of a paragraph of ``runs``, each with its text."""
    parts = [text.encode() for text in texts]
    octets = b"".join(parts)
    blanks = [0] * len(octets)
    for found in _BLANK.finditer(octets):
        blanks[found.start()] = 1
    return Measures(
        octets,
        tuple(accumulate(map(len, parts[:-1]), initial=0)),
        _sums(chain.from_iterable(run.advances for run in runs)),
        _sums(chain.from_iterable(run.glyphs for run in runs)),
        _sums(blanks),
    )


def _sums(parts: Iterable[int]) -> array[int]:
    return array("i", accumulate(parts, initial=0))


def numbers(octets: bytes) -> array[int]:
    """Such sums again, from their octets."""
    return array("i", octets)
