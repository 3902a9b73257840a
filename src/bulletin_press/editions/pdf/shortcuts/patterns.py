"""Hyphenation patterns as pyphen has parsed them, from the store.

``__init__`` of pyphen's ``HyphDict`` is replaced: it reads a text of thousands of patterns.
Languages whose patterns respell words at a break are parsed as ever.
"""

from __future__ import annotations

import marshal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bulletin_press import kept as results
from bulletin_press.editions.pdf.shortcuts.replacing import replacements


@contextmanager
def kept() -> Iterator[None]:
    """Take patterns from the store, and put there what is parsed."""
    import pyphen

    parse = pyphen.HyphDict.__init__
    store = results.store()

    def read(self: Any, path: Path) -> None:
        if store is None:
            parse(self, path)
            return
        key = ("patterns", sys.version, path.name)
        if (found := store.get(*key)) is not None:
            self.patterns, self.maxlen = marshal.loads(found)
            self.cache = {}
            return
        parse(self, path)
        if all(type(one) is int for _, values in self.patterns.values() for one in values):
            store.put(marshal.dumps((self.patterns, self.maxlen)), *key)

    with replacements() as replace:
        replace(pyphen.HyphDict, "__init__", read)
        yield
