"""Hyphenation patterns parsed all at once, or taken from the store.

``__init__`` of pyphen's ``HyphDict`` is replaced: it takes thousands of patterns apart one by one,
though the same numbers stand at the same places in many. Files with patterns that respell words at
a break, or that write letters by their numbers, are parsed as ever.
"""

from __future__ import annotations

import marshal
import re
import string
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from bulletin_press import kept
from bulletin_press.editions.pdf.shortcuts.replacing import replacements

_LETTER = "x"
_RESPELT = re.compile("/.*=|=.*/")
_OTHER_NAMES = {"microsoft-cp1251": "cp1251"}
_Values = tuple[int, tuple[int, ...]]  # where the first number stands, and the numbers from there


@contextmanager
def parsed() -> Iterator[None]:
    """Let pyphen parse its patterns so."""
    import pyphen

    parse = pyphen.HyphDict.__init__

    def read(self: Any, path: Path) -> None:
        store = kept.store()
        key = ("patterns", sys.version, path.name)
        if store and (entry := store.get(*key)):
            self.patterns, self.maxlen = marshal.loads(entry)
        elif found := _parsed(path, pyphen.ignored):
            self.patterns, self.maxlen = found
            if store:
                store.put(marshal.dumps(found), *key)
        else:
            parse(self, path)
        self.cache = {}

    with replacements() as replace:
        replace(pyphen.HyphDict, "__init__", read)
        yield


def _parsed(path: Path, ignored: tuple[str, ...]) -> tuple[dict[str, _Values], int] | None:
    """The patterns of a file, and the length of the longest; None where that takes more."""
    text = _text(path, ignored)
    signs = set(text) - {"\n"}
    numbers = set(filter(str.isdecimal, signs))
    if _RESPELT.search(text) or "^^" in text or not numbers <= set(string.digits):
        return None
    letters = text
    for number in numbers:
        letters = letters.replace(number, "")
    shapes = text.translate({ord(one): _LETTER for one in signs - numbers})
    pairs = zip(letters.split("\n"), shapes.split("\n"), strict=True)
    patterns = {word: values for word, shape in pairs if (values := _values(shape))}
    return patterns, max(map(len, patterns))


def _text(path: Path, ignored: tuple[str, ...]) -> str:
    """The patterns of a file, one a line."""
    with path.open("rb") as file:
        named = file.readline().decode()
    lines = path.read_text(_OTHER_NAMES.get(named.strip().lower(), named)).split("\n")[1:]
    return "\n".join(
        line for one in lines if (line := one.strip()) and not line.startswith(ignored)
    )


@cache
def _values(shape: str) -> _Values | None:
    """What pyphen keeps of a pattern with numbers at these places; None if all are zero."""
    numbers = "".join([number or "0" for number in shape.split(_LETTER)])
    from_first = numbers.lstrip("0")
    if not from_first:
        return None
    return len(numbers) - len(from_first), tuple(map(int, from_first.rstrip("0")))
