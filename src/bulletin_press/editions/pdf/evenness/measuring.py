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

from bulletin_press.editions.pdf.evenness import vocabulary
from bulletin_press.editions.pdf.evenness.words import UNITS, WIDER, Shape, shaped

_BLANK = re.compile(b" |\xc2\xa0")
_LATIN = "n"  # which says that signs with it are of Latin script
_METRICS = (
    "ascent", "underline_position", "strikethrough_position", "underline_thickness",
    "strikethrough_thickness",
)  # fmt: skip
LEAST = (WIDER + 0.5) / UNITS
"""What justifying adds to blanks where it adds nothing, in CSS pixels: a unit.

Pango shapes words that are set apart each by itself, and their blanks in the first face: so blanks
are no wider, and no closer to a quotation mark, where they are measured than where they are drawn.
"""


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
    """A text of one style: the width and the number of glyphs of each octet.

    ``shape`` is None where its lines are to be shaped when they are drawn.
    """

    advances: list[int]
    glyphs: list[int]
    upright: Upright
    shape: Shape | None


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
    """A text of one style, of which unknown words are shaped.

    Raises Unmeasured where it breaks of itself.
    """
    words, known = vocabulary.words_of(text), vocabulary.of(style)
    if not words:
        return _shaped(text, style, context)
    if known.upright is None:
        run = _shaped(text, style, context)
        known.learn(run)
        return run
    if missing := known.missing(words):
        known.learn(_shaped(" ".join([_LATIN, *missing]), style, context))
        if known.missing(missing):
            return _shaped(text, style, context)
    shape = known.shape(words)
    advances = list(chain.from_iterable(one.advances for one in shape.words))
    glyphs = list(chain.from_iterable(one.counts for one in shape.words))
    return Run(advances, glyphs, known.upright, shape)


def _shaped(text: str, style: Any, context: Any) -> Run:
    from weasyprint.text import line_break
    from weasyprint.text.ffi import FROM_UNITS, pango

    layout = line_break.create_layout(text, style, context, None, 0)
    layout.justification_spacing = LEAST
    layout.set_text(text, justify=True)
    line, second = layout.get_first_line()
    if second is not None:
        raise Unmeasured
    octets = text.encode()
    advances, glyphs = [0] * len(octets), [0] * len(octets)
    words, starts, fonts, shape = shaped(line, octets, style, layout)
    for start, word in zip(starts, words, strict=True):
        stop = start + len(word.text)
        advances[start:stop], glyphs[start:stop] = word.advances, word.counts
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
    return Run(advances, glyphs, upright, shape)


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
