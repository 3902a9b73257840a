"""The words of a source as a reader would count them, found without docutils or the product.

It knows just enough of the language to leave out what is no text: signs, options, comments,
addresses. What it is not sure of it leaves out as well, so that a word it returns must be printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

WORD = re.compile(r"[^\W\d_]{3,}")
_TEXTED = frozenset(
    """
    admonition attention caution compound container csv-table danger epigraph error figure hint
    highlights important list-table note parsed-literal pull-quote sidebar table tip topic warning
    """.split()
)
_DIRECTIVE = re.compile(r"\.\.\s+(?:\|[^|]*\|\s+)?([A-Za-z][\w:.+-]*?)\s*::")
_NOTE = re.compile(r"\.\.\s+\[[^\]\s]+\](?:\s|$)")
_FIELD = re.compile(r":(?![:`])[^:`]+:(?:\s|$)")
_BREAK = re.compile(r"\r\n|\r|\n")
_ORNAMENT = re.compile(r"\s*([!-/:-@[-`{-~])\1*\s*\Z")


@dataclass(frozen=True)
class Line:
    """A line's words, and whether they stand in the order of reading (not across a table)."""

    number: int
    words: tuple[str, ...]
    ordered: bool


def scan(text: str) -> Iterator[Line]:
    """The lines of a source that have words."""
    lines = [line.expandtabs(4) for line in _BREAK.split(text.removeprefix("\ufeff"))]
    hidden: int | None = None
    across = False
    for number, line in enumerate(lines, 1):
        stripped = line.strip()
        if not stripped:
            across = False
            continue
        depth = len(line) - len(line.lstrip())
        if hidden is not None and depth > hidden:
            continue
        hidden = None
        if stripped.startswith(("..", "__ ")):
            kept = _shown(stripped)
            if kept is None:
                hidden = depth
                continue
            stripped = kept
        elif _FIELD.match(stripped):
            hidden = depth
            continue
        if re.match(r"[+=][-+=\s]*\Z", stripped) and len(stripped) > 4:
            across = True
            continue
        if _ORNAMENT.match(stripped):
            continue
        words = tuple(WORD.findall(_plain(stripped)))
        if words:
            ordered = not across and not stripped.startswith(("|", "+", "[", "-", "*"))
            yield Line(number, words, ordered)


def _shown(line: str) -> str | None:
    """What is printed of a line that begins with two dots; None if its block is no text."""
    if _NOTE.match(line):
        return ""
    found = _DIRECTIVE.match(line)
    return "" if found and found[1].lower() in _TEXTED and "|" not in line[:5] else None


def _plain(line: str) -> str:
    """A line without what is never printed, or not surely."""
    if "\\" in line or "::" in line or line.count("`") % 2:
        return ""
    for pattern in (
        r"(?::[\w.:+-]+:)?`[^`]*`_{0,2}(?::[\w.:+-]+:)?",
        r"\S*\[[^\]]*\]_\S*",
        r"\|[^|]*\|_{0,2}",
        r"<[^>]*>",
        r"\S*(?:https?:|mailto:|@)\S*",
        r"\S+_{1,2}(?=\W|$)",
        r"\*",
    ):
        line = re.sub(pattern, " ", line)
    return line
