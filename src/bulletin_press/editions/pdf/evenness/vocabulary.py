"""The words of a style, so that a text of known words is measured without asking Pango.

Words that blanks part are shaped each by itself, so that one has the same glyphs in every text of
its style; in Latin letters, that is, with a letter among them that says so.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any, Protocol

from bulletin_press.editions.pdf.evenness.words import Shape, Word
from bulletin_press.editions.pdf.shortcuts.breaking import of_style

_SIGNS = "!-~\u00a1-\u00ac\u00ae-\u02af\u2010-\u2015\u2018-\u201e\u2026\u2032\u2033\u2039\u203a"
_SURE = re.compile(f" ?[{_SIGNS}]+(?:[ \u00a0][{_SIGNS}]+)* ?")
_LETTER = re.compile("[A-Za-z]")
_WORD = re.compile("[ \u00a0]|[^ \u00a0]+")


class _Measured(Protocol):
    """A run that Pango has shaped."""

    @property
    def shape(self) -> Shape | None: ...

    @property
    def upright(self) -> Any: ...


def words_of(text: str) -> list[str]:
    """The words and blanks of a text; none if they may be other ones elsewhere."""
    if not _LETTER.search(text) or not _SURE.fullmatch(text):
        return []
    return _WORD.findall(text)


class Vocabulary:
    """The known words of a style. ``upright`` is that of all its texts, None before the first."""

    def __init__(self) -> None:
        self.upright: Any = None
        self._words: dict[str, Word] = {}
        self._found: Shape | None = None

    def missing(self, words: Iterable[str]) -> list[str]:
        """Those of some words that are not known, each once."""
        return [one for one in dict.fromkeys(words) if one not in self._words]

    def learn(self, run: _Measured) -> None:
        """Note the words of a run that was shaped, if it is one of one face."""
        found = run.shape
        if found is None or (self._found and self._found.face is not found.face):
            return
        self._found, self.upright = found, run.upright
        self._words.update((one.text.decode(), one) for one in found.words)

    def shape(self, words: Sequence[str]) -> Shape:
        """A run of known words as Pango would shape it, once a run was learnt."""
        assert self._found is not None
        found = [self._words[one] for one in words]
        ends = accumulate(len(one.text) for one in found[:-1])
        return Shape(self._found.face, self._found.script, array("i", [0, *ends]), found)


def of(style: Any) -> Vocabulary:
    """The vocabulary of all styles that say the same on breaking lines."""
    known: dict[int, Vocabulary] = vars(style.font_config).setdefault("press_vocabularies", {})
    number, _ = of_style(style)
    if number not in known:
        known[number] = Vocabulary()
    return known[number]
