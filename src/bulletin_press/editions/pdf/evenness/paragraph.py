"""A paragraph by its content: measured once, planned once for each measure.

What is planned depends on the content, the measure and where the first line begins, and on nothing
that was laid out before: so pages made again, or taken over, have the same lines.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from bulletin_press.editions.pdf.evenness import (
    breaks,
    manner,
    measuring,
    plan,
    sparing,
    weighing,
)
from bulletin_press.editions.pdf.evenness.wordlist import Listing, Wordlist
from bulletin_press.editions.pdf.shortcuts.breaking import of_style

_LAST = re.compile(".\u00ad*$")
_NEAR = 64  # octets, in which a letter with all soft hyphens after it is
_STEPS = 100  # of a measure in a CSS pixel
_MOST = 1_000  # breaks of a paragraph of which parts are planned, where the whole cannot be
_Key = tuple[int, int, int]
_DEMERITS = plan.Demerits()


@dataclass(frozen=True, slots=True)
class Content:
    """All that the lines of a paragraph follow from, fit to be a key.

    ``runs`` are texts, each with a number for all its style says on breaking lines; ``main`` is
    that of the paragraph's own style. ``spaces`` are the octets at which an inline element has room
    of its own, with that room in CSS pixels.
    """

    runs: tuple[tuple[str, int], ...]
    main: int
    spaces: tuple[tuple[int, float], ...]


class Setting(NamedTuple):
    """A line as it is to be set: the octets from ``begin`` to ``end``, the next line at ``next``.

    ``hyphen`` is set after them. ``tracking`` is added to each glyph, in CSS pixels; ``scale`` is
    how wide letters are beside their natural width. ``left`` and ``right`` are how far signs hang
    out, in CSS pixels. Blanks of a line that is ``full`` are stretched or shrunk to the measure.
    """

    begin: int
    end: int
    next: int
    hyphen: str
    tracking: float
    scale: float
    left: float
    right: float
    full: bool
    is_last: bool


class Paragraph:
    """The lines of a paragraph for any measure.

    ``styles`` are those of its runs, ``own`` its own; ``context`` is the engine's. ``earlier`` are
    the values of an equal paragraph of an earlier build, and the words that they number. Raises
    measuring.Unmeasured where a run is more than one line.
    """

    def __init__(
        self,
        content: Content,
        styles: Sequence[Any],
        own: Any,
        context: Any,
        earlier: tuple[Any, Wordlist] | None = None,
    ) -> None:
        self._content, self._is_rightward = content, own["direction"] == "ltr"
        self._size = float(own["font_size"])
        self._upright: dict[tuple[str, int], tuple[float, float]] = {}
        self._settings: dict[_Key, dict[int, Setting]] = {}
        if earlier is None:
            self._measure(styles, own, context)
        else:
            self._take(*earlier, styles)

    def _measure(self, styles: Sequence[Any], own: Any, context: Any) -> None:
        texts = [text for text, _ in self._content.runs]
        runs = [
            measuring.measured(text, style, context)
            for text, style in zip(texts, styles, strict=True)
        ]
        self.measures = measuring.together(texts, runs)
        self.uprights = [one.upright for one in runs]
        self.shapes = [one.shape for one in runs]
        found = breaks.breaks(_texts(texts, self.measures.starts, styles), own["lang"])
        self._breaks = breaks.Breaks(len(found), found)
        within = [one for one in found if one.begin == one.end]
        self.closings = {one.begin: self._closing(one, styles, context) for one in within}
        self.openings = {
            one.begin: self._opening(one.begin, stop, styles, context)
            for one in within
            if (stop := self.measures.ligature(one.begin)[1]) > one.begin
        }
        if not self._is_rightward:
            for one in found:
                if self.measures.octets[one.begin : one.begin + 1].isdigit():
                    self.openings[one.begin] = self._figures(one.begin, styles, context)

    def values(self, words: Listing) -> Any:
        """All that was found, as plain values, from which it can be made again; with its words."""
        measures = self.measures
        numbers = [one.tobytes() for one in (measures.widths, measures.glyphs, measures.blanks)]
        return (
            [
                (*one, words.put(shape))
                for one, shape in zip(self.uprights, self.shapes, strict=True)
            ],
            (measures.octets, measures.starts, *numbers),
            (self._breaks.count, self._breaks.packed),
            {begin: (added, *closing) for begin, (added, closing) in self.closings.items()},
            {begin: tuple(opening) for begin, opening in self.openings.items()},
            {key: list(map(tuple, one.values())) for key, one in self._settings.items()},
        )

    def _take(self, values: Any, words: Wordlist, styles: Sequence[Any]) -> None:
        runs, (octets, starts, *numbers), places, closings, openings, settings = values
        self.uprights = [measuring.Upright(*upright) for *upright, _ in runs]
        self.shapes = [
            words.take(shape, style) for (*_, shape), style in zip(runs, styles, strict=True)
        ]
        self.measures = measuring.Measures(octets, starts, *map(measuring.numbers, numbers))
        self._breaks = breaks.Breaks(*places)
        self.closings = {
            begin: (added, measuring.Closing(*closing))
            for begin, (added, *closing) in closings.items()
        }
        self.openings = {begin: measuring.Opening(*one) for begin, one in openings.items()}
        for key, found in settings.items():
            self._settings[key] = {one[0]: Setting(*one) for one in found}

    @cached_property
    def _give(self) -> manner.Elasticity:
        return weighing.elasticity(self.measures.octets.decode(), manner.MODERATE)

    def _places(self) -> plan.Places:
        """What plans are made from: not kept, since it is large and one plan is the rule."""
        return weighing.places(
            self.measures, self._breaks.all(), self.closings, self.openings, self._size,
            self._content.spaces, self._give, hangs=self._is_rightward,
        )  # fmt: skip

    def setting(self, begin: int, measure: float, indent: float) -> Setting | None:
        """The line that begins at octet ``begin``; None if none fits, or none may begin there.

        ``indent`` is that of the paragraph's first line. Both in CSS pixels.
        """
        found = self._planned(0, measure, indent).get(begin)
        if found is None and begin and self._breaks.count <= _MOST:
            may_begin = self._breaks.place(begin) is not None
            found = self._planned(begin, measure, 0).get(begin) if may_begin else None
        return found

    def upright(self, text: str, style: Any, context: Any) -> tuple[float, float]:
        """Height and baseline, in CSS pixels, of a part of a run whose faces are mixed."""
        key = text, of_style(style)[0]
        if key not in self._upright:
            self._upright[key] = measuring.upright(text, style, context)
        return self._upright[key]

    def _planned(self, begin: int, measure: float, indent: float) -> dict[int, Setting]:
        """The lines from octet ``begin`` on, by the octets at which they begin."""
        key = begin, round(measure * _STEPS), round(indent * _STEPS)
        found = self._settings.get(key)
        if found is None:
            places = self._places()
            lines = sparing.lines(
                places, self._breaks.place(begin) or 0, key[1] / _STEPS, key[2] / _STEPS, _DEMERITS
            )
            settings = (self._set(one, places) for one in lines)
            found = self._settings[key] = {one.begin: one for one in settings}
            self._breaks.put_away()
        return found

    def _set(self, line: plan.Line, places: plan.Places) -> Setting:
        give, octets = self._give, self.measures.octets
        found, is_last = self._breaks.all(), line.end > self._breaks.count
        ratio = max(-1.0, min(line.ratio, 1.0))
        words = places.words_ends[line.end] > places.words_begins[line.begin]
        if ratio > 0 and (is_last or not words):
            ratio = 0.0
        tracking = ratio * (give.tracking_more if ratio > 0 else give.tracking_less)
        scale = ratio * (give.scale_more if ratio > 0 else give.scale_less)
        begin = found[line.begin - 1].begin if line.begin else 0
        end = len(octets.rstrip(b" ")) if is_last else found[line.end - 1].end
        return Setting(
            begin, end,
            len(octets) if is_last else found[line.end - 1].begin,
            "" if is_last else found[line.end - 1].hyphen,
            round(tracking, 4) * self._size, 1 + round(scale, 4),
            places.hang_left[line.begin], places.hang_right[line.end],
            not is_last or ratio < 0, is_last,
        )  # fmt: skip

    def _closing(
        self, one: breaks.Break, styles: Sequence[Any], context: Any
    ) -> tuple[int, measuring.Closing]:
        """What the end of a line within a word adds to its text, in Pango's units; and that end.

        The last letter stands by itself: before the next one it may be closer, or one with it.
        """
        measures = self.measures
        number = measures.run_at(one.end - 1)
        begin, _ = measures.ligature(one.end)
        if begin == one.end:
            near = max(measures.starts[number], begin - _NEAR)
            last = _LAST.search(measures.octets[near:begin].decode(errors="ignore"))
            begin -= len(last[0].encode()) if last else 0
        letters = measures.octets[begin : one.end].decode()
        style = styles[number]
        known = vars(style.font_config).setdefault("press_closings", {})
        key = self._content.runs[number][1], letters, one.hyphen
        if key not in known:
            known[key] = measuring.closing(letters, one.hyphen, style, context)
        usual = measures.widths[one.end] - measures.widths[begin]
        return known[key].width - usual, known[key]

    def _opening(
        self, begin: int, stop: int, styles: Sequence[Any], context: Any
    ) -> measuring.Opening:
        """How a line begins whose first octets, up to ``stop``, are the rest of a ligature."""
        measures = self.measures
        number = measures.run_at(begin)
        letters = measures.octets[begin:stop].decode()
        alone = measuring.measured(letters, styles[number], context)
        usual = measures.widths[stop] - measures.widths[begin]
        return measuring.Opening(sum(alone.advances) - usual, sum(alone.glyphs))

    def _figures(self, begin: int, styles: Sequence[Any], context: Any) -> measuring.Opening:
        """How a line begins with figures: they are shaped as the word behind them, if none before.

        Those of Latin words are kerned, those of Hebrew ones are not.
        """
        measures = self.measures
        number = measures.run_at(begin)
        stop = measures.starts[number + 1 :][:1] or (len(measures.octets),)
        words = measures.octets[begin : stop[0]].decode().split(" ")
        count = next((at for at, one in enumerate(words) if any(map(str.isalpha, one))), len(words))
        length = len(" ".join(words[:count]).encode())
        alone = measuring.measured(" ".join(words[: count + 1]), styles[number], context)
        usual = measures.widths[begin + length] - measures.widths[begin]
        return measuring.Opening(sum(alone.advances[:length]) - usual, 0)


def _texts(texts: Sequence[str], starts: Sequence[int], styles: Sequence[Any]) -> list[breaks.Text]:
    return [
        breaks.Text(
            text, start, style["lang"] or "", style["hyphens"], style["hyphenate_character"],
            style["hyphenate_limit_chars"],
        )
        for text, start, style in zip(texts, starts, styles, strict=True)
    ]  # fmt: skip
