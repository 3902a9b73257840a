"""Where a paragraph may break: between words, at signs, at soft hyphens, within words."""

from __future__ import annotations

import marshal
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from bulletin_press.editions.pdf.evenness import manner

_WORD = re.compile(r"[^\W\d_]+")
_WIDE = re.compile("[^\x00-\x7f]")  # of more octets than one
_SOFT = "\u00ad"
_ARABIC = "[\u0600-\u08ff\ufb50-\ufdff\ufe70-\ufefc]"
_JOINED = re.compile(f"{_ARABIC}[\u00ad\u200b]{_ARABIC}")  # may have other shapes if parted
_HYPHENS = "-\u2010"
_DASHES = "\u2013\u2014"


class Break(NamedTuple):
    """A legal break, by octets of the paragraph: a line ends at ``end``, the next at ``begin``.

    ``hyphen`` is set at the end of the line; ``ends_with_hyphen`` also where the text has one.
    """

    begin: int
    end: int
    penalty: float
    hyphen: str = ""
    ends_with_hyphen: bool = False


class Breaks:
    """The ``count`` breaks of a paragraph. Between two plans they are packed: they are many."""

    def __init__(self, count: int, found: list[Break] | bytes) -> None:
        self.count, self._found = count, found

    @property
    def packed(self) -> bytes:
        """All of them as octets."""
        if isinstance(self._found, bytes):
            return self._found
        return marshal.dumps(list(map(tuple, self._found)), 2)

    def all(self) -> list[Break]:
        """All of them, in their order."""
        if isinstance(self._found, bytes):
            self._found = [Break(*one) for one in marshal.loads(self._found)]
        return self._found

    def put_away(self) -> None:
        """Take less room until they are asked for again."""
        self._found = self.packed

    def place(self, begin: int) -> int | None:
        """The number, from 1, of the break after which a line begins at this octet.

        0 for the paragraph's begin; None if no line may begin there.
        """
        if not begin:
            return 0
        found = self.all()
        at = bisect_left(found, begin, key=lambda one: one.begin)
        return at + 1 if at < len(found) and found[at].begin == begin else None


@dataclass(frozen=True, slots=True)
class Text:
    """A run's text, where it begins in its paragraph, in octets, and how its words are divided.

    ``limits`` are the fewest letters of a word, before a hyphen and after it.
    """

    text: str
    start: int
    language: str
    hyphens: str
    hyphen: str
    limits: tuple[int, int, int]


def breaks(texts: Sequence[Text], language: str) -> list[Break]:
    """All legal breaks within a paragraph of ``texts``, in their order."""
    whole = "".join(one.text for one in texts)
    found: dict[int, Break] = {}
    for one in _between_words(whole, texts, language):
        found[one.begin] = one
    before = ""
    for number, text in enumerate(texts):
        after = texts[number + 1].text[:1] if number + 1 < len(texts) else ""
        if text.hyphens == "auto" and text.language:
            for one in _within_words(text, before, after):
                found.setdefault(one.begin, one)
        before = text.text[-1:] or before
    end = len(whole.encode())
    return [found[place] for place in sorted(found) if place < end]


def _between_words(whole: str, texts: Sequence[Text], language: str) -> Iterator[Break]:
    from weasyprint.text import line_break
    from weasyprint.text.ffi import ffi

    attributes = line_break.get_log_attrs(whole, language)
    flags = memoryview(ffi.buffer(attributes)).cast("I")
    places = [at for at, flag in enumerate(flags[: len(whole)]) if flag & 1 and at]
    octet = _octets(whole)
    for place in places:
        last = place
        while last and whole[last - 1] == " ":
            last -= 1
        if not last:
            continue
        if last == place and _JOINED.search(whole, max(0, place - 2), place + 1):
            continue
        begin, end = octet(place), octet(last)
        previous = whole[last - 1]
        if previous == _SOFT and last == place:
            text = _at(texts, end - 1)
            if text.hyphens != "none":
                penalty = manner.hyphen_penalty(text.language)
                yield Break(begin, end, penalty, text.hyphen, True)
        elif whole[place] in _DASHES:
            yield Break(begin, end, manner.BEFORE_DASH)
        elif last < place:
            yield Break(begin, end, 0, ends_with_hyphen=previous in _HYPHENS)
        elif previous in _HYPHENS:
            number = whole[last - 2 : last - 1].isdigit()
            penalty = manner.AFTER_NUMBER if number else manner.AFTER_HYPHEN
            yield Break(begin, end, penalty, ends_with_hyphen=True)
        else:
            is_dash = previous in _DASHES or previous == "\u200b"
            yield Break(begin, end, manner.DASH if is_dash else manner.ELSEWHERE)


def _within_words(text: Text, before: str, after: str) -> Iterator[Break]:
    """Where the words of a run, between two letters of its neighbours, are divided."""
    words, (fewest, left, right) = text.text, text.limits
    octet = _octets(words)
    usual = manner.hyphen_penalty(text.language)
    for word in _WORD.finditer(words):
        letters, start, end = word.group(), word.start(), word.end()
        if len(letters) < fewest or letters.isupper():
            continue
        ahead = words[start - 1] if start else before
        behind = words[end] if end < len(words) else after
        parted = (not start and ahead.isalpha()) or (end == len(words) and behind.isalpha())
        if parted or _SOFT in (ahead, behind):
            continue
        compound = (ahead and ahead in _HYPHENS) or (behind and behind in _HYPHENS)
        penalty = usual + (manner.SECOND_HYPHEN if compound else 0)
        for place in _syllables(letters, text.language, left, right):
            at = text.start + octet(start + place)
            yield Break(at, at, penalty, text.hyphen, True)


@lru_cache(maxsize=50_000)
def _syllables(word: str, language: str, left: int, right: int) -> tuple[int, ...]:
    """The places in a word where it is divided without being spelt another way."""
    import pyphen

    code = pyphen.language_fallback(language)
    if not code:
        return ()
    found = pyphen.Pyphen(lang=code, left=left, right=right).positions(word)
    return tuple(int(one) for one in found if not getattr(one, "data", None))


def _octets(text: str) -> Callable[[int], int]:
    """A function from places of letters in a text to those of octets."""
    if text.isascii():
        return int
    wide = list(_WIDE.finditer(text))
    places = [one.start() for one in wide]
    more = list(accumulate((len(one[0].encode()) - 1 for one in wide), initial=0))

    def octet(place: int) -> int:
        return place + more[bisect_left(places, place)]

    return octet


def _at(texts: Sequence[Text], octet: int) -> Text:
    return next(one for one in reversed(texts) if one.start <= octet)
