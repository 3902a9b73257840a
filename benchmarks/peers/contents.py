"""Whether the page numbers of a contents list are right, read from the finished PDF alone.

The words of all pages are put in a row, as pdfium reads them. A title's first place in it is its
entry in the contents list, and the number after that is what is printed; its next place is where
it stands. Nothing is taken from bookmarks or links.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pypdfium2

_NUMBER = re.compile(r"[^0-9A-Za-z]{0,400}?(\d+)")


@dataclass(frozen=True, slots=True)
class Contents:
    """What became of the entries of a contents list, and how many pages there are."""

    pages: int
    right: int
    wrong: int
    unread: int

    def __str__(self) -> str:
        if not self.right and not self.wrong:
            return "none"
        whole = self.right + self.wrong + self.unread
        told = f"right {self.right}" if not self.wrong else f"wrong {self.wrong}"
        unread = f", {self.unread} not read" if self.unread else ""
        return f"{told} of {whole}{unread}"


def check(path: Path, titles: Sequence[str]) -> Contents:
    """Read a PDF, whose contents list stands before all articles, and check the list."""
    document = pypdfium2.PdfDocument(path)
    raw, starts = "", []
    labels = []
    for number in range(len(document)):
        starts.append(len(raw))
        page = document[number]
        raw += page.get_textpage().get_text_range() + "\n"
        labels.append(document.get_page_label(number) or str(number + 1))
        page.close()
    kept, places = _letters(raw)
    counts = {"right": 0, "wrong": 0, "unread": 0}
    for title in titles:
        wanted, _ = _letters(title)
        entry = kept.find(wanted)
        stands = kept.find(wanted, entry + len(wanted)) if entry >= 0 else -1
        printed = _NUMBER.match(raw, places[entry + len(wanted) - 1] + 1) if stands >= 0 else None
        if printed is None:
            counts["unread"] += 1
            continue
        page = bisect(starts, places[stands]) - 1
        counts["right" if printed[1] == labels[page] else "wrong"] += 1
    document.close()
    return Contents(len(starts), **counts)


def _letters(text: str) -> tuple[str, list[int]]:
    """The plain Latin letters and digits of a text, small, and the place of each.

    Some setters lose other letters, or break a title at a hyphen.
    """
    found = [
        (letter, place)
        for place, sign in enumerate(text)
        for letter in unicodedata.normalize("NFKC", sign).lower()
        if letter.isascii() and letter.isalnum()
    ]
    return "".join(letter for letter, _ in found), [place for _, place in found]
