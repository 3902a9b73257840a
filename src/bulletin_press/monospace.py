"""How wide text is where every letter takes as much room as another, as in mail and terminals."""

from __future__ import annotations

import unicodedata


def columns(text: str) -> int:
    """How many columns a text takes: two for wide letters (UAX 11), none for marks."""
    return sum(map(_columns, text))


def _columns(sign: str) -> int:
    if unicodedata.category(sign) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1
