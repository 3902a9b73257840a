"""Paragraphs that were planned, kept from one build for the next.

A paragraph is kept as plain values by the texts of its runs and the names of their styles, under a
key of all that it follows from: the faces, the versions of what shapes and divides words, and the
files of this package. Nothing of it is shaped, divided or planned again.
"""

from __future__ import annotations

import marshal
import sys
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from bulletin_press import kept
from bulletin_press.editions.pdf.evenness.paragraph import Paragraph
from bulletin_press.editions.pdf.evenness.wordlist import Listing, Wordlist

_KIND = "paragraphs"
_MOST = 1_000  # of some 150 pages; more would take room, and are measured anew
_WITHOUT_REFERENCES = 2  # a version of marshal in which equal values have equal bytes


@cache
def _own_files() -> str:
    digest = sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


class Kept:
    """The paragraphs of earlier builds, and those of this one for the next.

    ``faces`` is a hash of all font files that are used.
    """

    def __init__(self, faces: bytes) -> None:
        import pyphen

        from bulletin_press.editions.pdf.shortcuts.breaking import shapers

        self._store = kept.store()
        self._key = (_KIND, f"{sys.version} {pyphen.VERSION} {shapers()} {_own_files()}", faces)
        self._found = (self._store.get(*self._key) if self._store else None) or b""
        self._values: dict[Any, Any]
        words, parts, self._values = marshal.loads(self._found) if self._found else ([], {}, {})
        self._words = Wordlist(words, parts)
        self._used: dict[Any, Paragraph] = {}

    def get(self, key: Any) -> tuple[Any, Wordlist] | None:
        """The values of a paragraph of an earlier build and its words; None if there was none."""
        return (self._values[key], self._words) if key in self._values else None

    def use(self, key: Any, paragraph: Paragraph) -> None:
        """Note a paragraph of this build, unless there are too many."""
        if self._store and len(self._used) < _MOST:
            self._used[key] = paragraph

    def save(self) -> None:
        """Put the paragraphs of this build into the store, if they are not those found there."""
        if not self._store:
            return
        words = Listing()
        values = {key: one.values(words) for key, one in self._used.items()}
        made = marshal.dumps((words.values, words.parts, values), _WITHOUT_REFERENCES)
        if made != self._found:
            self._store.put(made, *self._key)
