"""Where words are divided in languages that pyphen has no patterns for.

Those in ``patterns`` are written by ``scripts/patterns.py``. Beyond what they say, a part of a word
has a vowel and at least two letters, signs within words divide nothing, and İ is one letter, which
pyphen makes two of. ``language_fallback`` and ``Pyphen`` know these languages while the engine
works: the tables behind them are pyphen's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from bulletin_press.editions.pdf.shortcuts.replacing import replacements
from bulletin_press.editions.pdf.shortcuts.touchpoints import strange

LANGUAGES = ("az", "hy", "ka", "tr")
VOWELS = frozenset("aâeəıiîoöuûüაეიოუաեէըիոօև")
_PATTERNS = Path(__file__).parent / "patterns"
_LETTERS = re.compile(r"[^\W\d_]+")
_FEWEST = 2


class Dictionary:
    """What pyphen keeps of a language; its file is read when a word is asked for."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @cached_property
    def _patterns(self) -> Any:
        import pyphen

        return pyphen.HyphDict(self._path)

    def positions(self, word: str) -> list[Any]:
        """The places in a word where it is divided."""
        import pyphen

        return [
            pyphen.DataInt(letters.start() + place)
            for letters in _LETTERS.finditer(word)
            for place in self._places(_lowered(letters.group()))
        ]

    def _places(self, letters: str) -> Iterator[int]:
        vowels = [at for at, letter in enumerate(letters) if letter in VOWELS]
        if len(vowels) < 2:
            return
        first = max(vowels[0] + 1, _FEWEST)
        last = min(vowels[-1], len(letters) - _FEWEST)
        yield from (place for place in self._patterns.positions(letters) if first <= place <= last)


def _lowered(word: str) -> str:
    """A word in small letters, as many as before."""
    return word.replace("İ", "i").lower()


@contextmanager
def known() -> Iterator[None]:
    """Let pyphen know these languages, unless it is another pyphen than was looked at."""
    if "pyphen/__init__.py" in strange():
        yield
        return
    import pyphen

    paths = {code: _PATTERNS / f"hyph_{code}.dic" for code in LANGUAGES}
    find = pyphen.HyphDict.positions
    with replacements() as replace:
        replace(pyphen.HyphDict, "positions", lambda words, word: find(words, _lowered(word)))
        replace(pyphen, "LANGUAGES", pyphen.LANGUAGES | paths)
        names = pyphen.LANGUAGES_LOWERCASE | {code: code for code in LANGUAGES}
        replace(pyphen, "LANGUAGES_LOWERCASE", names)
        dictionaries = {path: Dictionary(path) for path in paths.values()}
        replace(pyphen, "hdcache", pyphen.hdcache | dictionaries)
        yield
