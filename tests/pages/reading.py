"""Words of runs: those of one line joined, a word parted by a hyphen whole again."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from tests.pages.content import Glyph, Run
from tests.pages.words import TOKEN, plain

_HYPHENS = "-\u2010\u00ad"  # one face has one glyph for the first two


@dataclass(frozen=True, slots=True)
class Piece:
    """A word, or its part on one line, where it stands."""

    page: int
    left: float
    right: float
    base: float
    size: float


@dataclass(frozen=True, slots=True)
class Word:
    """A word as read, in small letters, with its pieces in the order of reading.

    ``runs`` are the numbers of the runs that hold them.
    """

    text: str
    pieces: tuple[Piece, ...]
    runs: tuple[int, ...]
    open: bool = False

    def joined(self, other: Word) -> Word:
        """This word and the rest of it."""
        pieces = (*self.pieces, *other.pieces)
        return Word(self.text + other.text, pieces, (*self.runs, *other.runs), other.open)


def words(runs: Iterable[tuple[int, Run]], known: frozenset[str]) -> list[Word]:
    """The words of numbered runs, in their order; ``known`` ones that were parted whole again."""
    found: list[Word] = []
    line: list[tuple[int, Run]] = []
    for number, run in runs:
        if line and not _goes_on(line[-1][1], run):
            found += _words_of(line)
            line = []
        line.append((number, run))
    found += _words_of(line)
    whole: list[Word] = []
    for word in found:
        if whole and whole[-1].open and whole[-1].text + word.text in known:
            whole[-1] = whole[-1].joined(word)
        else:
            whole.append(word)
    return _mended(whole, known)


def _mended(found: list[Word], known: frozenset[str]) -> list[Word]:
    """Words parted by a page or column, whose parts do not stand together in the file, joined.

    What stands whole elsewhere is none of them: “page” of a reference is the rest of many a word.
    """
    missing = known.difference(word.text for word in found)
    loose = {number for number, word in enumerate(found) if word.text not in known}
    rests = {number: found[number].text for number in loose}
    gone: set[int] = set()
    out = list(found)
    for number in sorted(loose):
        if not found[number].open:
            continue
        for other, rest in rests.items():
            if other != number and other not in gone and found[number].text + rest in missing:
                out[number] = found[number].joined(found[other])
                gone.add(other)
                break
    return [word for number, word in enumerate(out) if number not in gone]


def _goes_on(one: Run, two: Run) -> bool:
    """Whether a run stands directly beside the one before, on its line or raised from it."""
    if one.page != two.page or abs(one.base - two.base) > 0.6 * max(one.size, two.size):
        return False
    if one.mark == two.mark and one.mark is not None and abs(one.base - two.base) < 0.1:
        return True
    gap = min(abs(two.left - one.right), abs(one.left - two.right))
    return gap < 0.15 * max(one.size, two.size)


def logical(line: list[tuple[int, Run]]) -> Iterator[tuple[int, Run, Glyph]]:
    """Glyphs in the order of reading: those of right-to-left writing turned round.

    What one mark holds of a line stands in the file as the eye meets it from left to right.
    """
    for _, group in groupby(line, lambda one: (one[1].mark, round(one[1].base, 1))):
        found = [(number, run, glyph) for number, run in group for glyph in run.glyphs]
        if not any(_directions(glyph.text) & {"R", "AL"} for _, _, glyph in found):
            yield from found
            continue
        found.sort(key=lambda one: -one[2].left)
        for _, same in groupby(found, lambda one: bool(_directions(one[2].text) & {"L", "EN"})):
            held = list(same)
            yield from reversed(held) if _directions(held[0][2].text) & {"L", "EN"} else held


def _directions(text: str) -> set[str]:
    return {unicodedata.bidirectional(sign) for sign in text}


def _words_of(line: list[tuple[int, Run]]) -> Iterator[Word]:
    text: list[str] = []
    owners: list[tuple[int, Run, Glyph]] = []
    for number, run, glyph in logical(line):
        for sign in unicodedata.normalize("NFC", plain(glyph.text)):
            text.append(sign)
            owners.append((number, run, glyph))
    whole = "".join(text)
    for match in TOKEN.finditer(whole):
        held = owners[match.start() : match.end()]
        number, run, _ = held[0]
        piece = Piece(
            run.page,
            min(glyph.left for _, _, glyph in held),
            max(glyph.right for _, _, glyph in held),
            run.base,
            run.size,
        )
        end = re.match(f"[{_HYPHENS}]\\s*$", whole[match.end() :])
        yield Word(match[0], (piece,), (number,), bool(end))
