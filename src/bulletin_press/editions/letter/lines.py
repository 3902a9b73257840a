"""Lines of plain text: how wide they are, where they end, which way they read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from bulletin_press.monospace import columns

WIDTH = 72
INDENT = "    "
_BLANKS = re.compile(r"[ \t\n\r\f\v]+")
_UNSEEN = re.compile("[\u00ad\u200b]")
_LEFT_TO_RIGHT, _RIGHT_TO_LEFT = "\u200e", "\u200f"


def single(text: str) -> str:
    """A text as one line with single blanks; those that keep words together stay."""
    return _BLANKS.sub(" ", _UNSEEN.sub("", text)).strip(" ")


def wrap(text: str, width: int, first: str = "", rest: str | None = None) -> list[str]:
    """A text in lines of at most ``width`` columns; a longer word has a line of its own, whole.

    ``first`` stands before the first line, ``rest`` before the others, blanks as wide as ``first``
    if not given.
    """
    hang = " " * columns(first) if rest is None else rest
    lines: list[str] = []
    line, used = first, columns(first)
    begun = False
    for word in filter(None, _BLANKS.split(_UNSEEN.sub("", text))):
        wide = columns(word)
        if begun and used + 1 + wide > width:
            lines.append(line.rstrip(" "))
            line, used, begun = hang, columns(hang), False
        line += f" {word}" if begun else word
        used += wide + begun
        begun = True
    return [*lines, line.rstrip(" ")]


def directed(lines: Iterable[str], leftward: bool) -> list[str]:
    """Lines with a mark of direction before those whose letters would set it otherwise (UAX 9)."""
    return [_directed(line, leftward) for line in lines]


def _directed(line: str, leftward: bool) -> str:
    if not line.strip():
        return line
    kinds = (unicodedata.bidirectional(sign) for sign in line)
    strong = next((kind for kind in kinds if kind in ("L", "R", "AL")), "")
    if leftward and strong not in ("R", "AL"):
        return _RIGHT_TO_LEFT + line
    if not leftward and strong in ("R", "AL"):
        return _LEFT_TO_RIGHT + line
    return line


def grid(rows: list[list[str]], heads: int, figures: frozenset[int]) -> list[str] | None:
    """Rows of cells in columns, the first ``heads`` above a rule; None if they are too wide.

    The columns in ``figures`` end at the right.
    """
    count = max((len(row) for row in rows), default=0)
    full = [[*row, *[""] * (count - len(row))] for row in rows]
    wide = [max(columns(row[at]) for row in full) for at in range(count)]
    if sum(wide) + 2 * (count - 1) > WIDTH:
        return None
    lines = []
    for number, row in enumerate(full):
        cells = [
            " " * (wide[at] - columns(cell)) + cell
            if at in figures
            else cell + " " * (wide[at] - columns(cell))
            for at, cell in enumerate(row)
        ]
        lines.append("  ".join(cells).rstrip(" "))
        if number + 1 == heads:
            lines.append("  ".join("-" * one for one in wide))
    return lines


def records(rows: list[list[str]], heads: int) -> list[str]:
    """Rows of cells one below another, each cell after the name of its head."""
    names = rows[heads - 1] if heads else []
    lines: list[str] = []
    for row in rows[: max(heads - 1, 0)]:
        lines += wrap(" ".join(row), WIDTH)
    for row in rows[heads:]:
        for at, cell in enumerate(row):
            head = names[at] if at < len(names) else ""
            if head or cell:
                lines += wrap(f"{head}: {cell}" if head else cell, WIDTH, "  " if at else "")
    return (
        lines
        if lines or not heads
        else [line for row in rows for line in wrap(" ".join(row), WIDTH)]
    )
