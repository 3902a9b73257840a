"""The places where a paragraph may break, each with what stands before it and can give way."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bulletin_press.editions.pdf.evenness.breaks import Break
from bulletin_press.editions.pdf.evenness.manner import HANGING_LEFT, HANGING_RIGHT, Elasticity
from bulletin_press.editions.pdf.evenness.measuring import Closing, Measures, Opening
from bulletin_press.editions.pdf.evenness.plan import Places
from bulletin_press.editions.pdf.evenness.words import UNITS

_CURSIVE = re.compile("[\u0600-\u08ff\u0900-\u0dff\u1800-\u18af\ufb50-\ufdff\ufe70-\ufefc]")
Closings = Mapping[int, tuple[int, Closing]]
Openings = Mapping[int, Opening]
_LONGEST = 4  # octets of a letter
_USUAL = 0.25  # of the text size: a blank, where a text has none


def elasticity(text: str, usual: Elasticity) -> Elasticity:
    """How far a text gives way: letters that are joined are not moved apart."""
    if not _CURSIVE.search(text):
        return usual
    return Elasticity(
        usual.blank_less, usual.blank_more, 0.0, 0.0, usual.scale_less, usual.scale_more
    )


def places(
    measures: Measures, breaks: Sequence[Break], closings: Closings, openings: Openings,
    size: float, spaces: Sequence[tuple[int, float]], give: Elasticity, hangs: bool,
) -> Places:  # fmt: skip
    """The begin of a paragraph, its ``breaks``, its end.

    ``closings`` and ``openings`` are what ends and begins of lines within words add to the text, by
    the octets of the breaks;
    ``size`` is that of the text in CSS pixels; ``spaces`` as in ``paragraph.Content``. ``hangs``
    says whether signs hang out.
    """
    octets = measures.octets
    lengths = _lengths(measures, spaces)
    begins = [0, *(one.begin for one in breaks), len(octets)]
    ends = [0, *(one.end for one in breaks), len(octets.rstrip(b" "))]
    none = 0, None
    added = [0.0, *(closings.get(one.begin, none)[0] / UNITS for one in breaks), 0.0]
    blank = measures.blank() or size * _USUAL
    before = [lengths[end] + more for end, more in zip(ends, added, strict=True)]
    if spaces:
        before = [
            so_far + sum(room for octet, room in spaces if end <= octet < begin)
            for begin, end, so_far in zip(begins, ends, before, strict=True)
        ]
    opened = {begin: one.width / UNITS for begin, one in openings.items()}
    after = [lengths[begin] - opened.get(begin, 0.0) for begin in begins]
    words_before = [measures.blanks[end] for end in ends]
    words_after = [measures.blanks[begin] for begin in begins]
    glyphs_before = [measures.glyphs[end] for end in ends]
    glyphs_after = [measures.glyphs[begin] for begin in begins]

    def able(
        lengths: list[float], words: list[int], glyphs: list[int], parts: tuple[float, float, float]
    ) -> list[float]:
        blanks, tracking, scale = parts[0] * blank, parts[1] * size, parts[2]
        return [
            blanks * word + tracking * glyph + scale * length
            for length, word, glyph in zip(lengths, words, glyphs, strict=True)
        ]

    more = give.blank_more, give.tracking_more, give.scale_more
    less = give.blank_less, give.tracking_less, give.scale_less
    left, right = [0.0] * len(begins), [0.0] * len(begins)
    if hangs:
        _hang(octets, lengths, breaks, closings, left, right)
    return Places(
        before, after,
        able(before, words_before, glyphs_before, more),
        able(after, words_after, glyphs_after, more),
        able(before, words_before, glyphs_before, less),
        able(after, words_after, glyphs_after, less),
        left, right, words_before, words_after,
        [0.0, *(one.penalty for one in breaks), 0.0],
        [False, *(one.ends_with_hyphen for one in breaks), False],
    )  # fmt: skip


def _lengths(measures: Measures, spaces: Sequence[tuple[int, float]]) -> list[float]:
    """How much there is before each octet, elements' own room included, in CSS pixels."""
    found = [one / UNITS for one in measures.widths]
    for octet, room in spaces:
        found[octet + 1 :] = [one + room for one in found[octet + 1 :]]
    return found


def _hang(
    octets: bytes, lengths: Sequence[float], breaks: Sequence[Break], closings: Closings,
    left: list[float], right: list[float],
) -> None:  # fmt: skip
    """Fill in how far a sign hangs out of lines that begin, or end, at each break."""
    for at, one in enumerate(breaks, 1):
        begin, end = one.begin, one.end
        if one.hyphen:
            part = HANGING_RIGHT.get(one.hyphen, 0.0)
            right[at] = part * closings[begin][1].hyphen / UNITS if begin == end else 0.0
        else:
            last = octets[max(0, end - _LONGEST) : end].decode(errors="ignore")[-1:]
            if part := HANGING_RIGHT.get(last, 0.0):
                right[at] = part * (lengths[end] - lengths[end - len(last.encode())])
        if octets[begin] > 127:
            first = octets[begin : begin + _LONGEST].decode(errors="ignore")[:1]
            if part := HANGING_LEFT.get(first, 0.0):
                left[at] = part * (lengths[begin + len(first.encode())] - lengths[begin])
