"""How far a line may give way, which marks hang, what a break costs: the house's manner.

Found on pages: blanks give most; letters move apart, and grow, by so little that no eye tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Elasticity:
    """How far the parts of a line may be stretched and shrunk.

    ``blank`` in parts of a blank's width, to which tracking and scale add some hundredths;
    ``tracking``, added to each letter, in parts of the text size; ``scale`` in parts of the
    letters' width.
    """

    blank_less: float = 0.21
    blank_more: float = 0.50
    tracking_less: float = 0.003
    tracking_more: float = 0.006
    scale_less: float = 0.02
    scale_more: float = 0.02


MODERATE = Elasticity()

HYPHEN = 80.0
SECOND_HYPHEN = 150.0
"""More, for a hyphen within a part of a compound that has one of its own."""
DASH = 10.0
AFTER_HYPHEN = 50.0
AFTER_NUMBER = 300.0
"""After the hyphen of “44-kilometre”."""
BEFORE_DASH = 400.0
ELSEWHERE = 30.0
"""Within what has neither blank nor hyphen there, as an address."""

HANGING_RIGHT: Mapping[str, float] = MappingProxyType({
    "-": 0.5, "\u2010": 0.5, "\u00ad": 0.5, ".": 0.6, ",": 0.6, ";": 0.3, ":": 0.3, "\u2019": 0.6,
    "\u201d": 0.5, "\u00bb": 0.3, "\u2013": 0.25, "\u2014": 0.2, "\u201c": 0.5, "\u2018": 0.6,
    "\u00ab": 0.3,
})  # fmt: skip
"""How much of a sign at the end of a line stands outside the measure."""
HANGING_LEFT: Mapping[str, float] = MappingProxyType(
    {"\u201c": 0.5, "\u2018": 0.6, "\u201e": 0.5, "\u201a": 0.6, "\u00ab": 0.3, "\u00bb": 0.3}
)
"""How much of a sign at the begin of a line, the first of a paragraph not among them."""

_HYPHENS: Mapping[str, float] = MappingProxyType({
    "de": 120.0, "nl": 50.0, "fi": 50.0, "hu": 50.0, "ru": 60.0, "uk": 60.0, "az": 60.0, "tr": 60.0,
})  # fmt: skip


def hyphen_penalty(language: str) -> float:
    """What a hyphen costs: less where words are long and readers used to it.

    More in German, whose compounds offer one at every other syllable.
    """
    return _HYPHENS.get(language.lower().partition("-")[0], HYPHEN)
