"""Numbers, sizes, moments and tables as people read them in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bulletin_press import monospace

_HOUR, _DAY = 60.0, 24 * 60.0


def size(octets: int) -> str:
    """A size such as “34 kB” or “1.2 MB”."""
    if octets < 1000:
        return f"{octets} bytes"
    if octets < 999_500:
        return f"{round(octets / 1e3)} kB"
    return f"{octets / 1e6:,.1f} MB" if octets < 999_950_000 else f"{octets / 1e9:,.1f} GB"


def duration(minutes: float) -> str:
    """A time such as “about 3 minutes”."""
    if minutes < 1:
        return "less than a minute"
    for most, length, unit in ((1.5 * _HOUR, 1.0, "minute"), (1.5 * _DAY, _HOUR, "hour")):
        if minutes < most:
            return f"about {amount(round(minutes / length), unit)}"
    return f"about {amount(round(minutes / _DAY), 'day')}"


def amount(number: int, one: str, many: str = "") -> str:
    """A number with its word, such as “1 reader” or “1,204 readers”; ``many`` where no s does."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def moment(milliseconds: int, now: int) -> str:
    """A moment in this machine's time zone: “21:40” today, else with its day."""
    at, today = (datetime.fromtimestamp(one / 1000).astimezone() for one in (milliseconds, now))
    if at.date() == today.date():
        return f"{at:%H:%M}"
    if at.date() == today.date() + timedelta(days=1):
        return f"{at:%H:%M} tomorrow"
    return f"{at:%Y-%m-%d %H:%M}"


def days(numbers: Sequence[int]) -> str:
    """How many go on which day: “100 today, 100 tomorrow”."""
    first = [f"{numbers[0]:,} today", *(f"{number:,} tomorrow" for number in numbers[1:2])]
    if len(numbers) == 3:
        first.append(f"{numbers[2]:,} the day after")
    elif len(numbers) > 3:
        first.append(f"and so on, the last on day {len(numbers)}")
    return ", ".join(first)


def columns(head: Sequence[str], rows: Iterable[Sequence[str]], words: int) -> list[str]:
    """Lines of a table; the first ``words`` columns begin at the left, the others end at the right.

    A column whose heading begins with a blank begins at the left too.
    """
    table = [[name.strip() for name in head], *(list(row) for row in rows)]
    widths = [max(map(monospace.columns, column)) for column in zip(*table, strict=True)]
    left = [at < words or head[at].startswith(" ") for at in range(len(head))]
    lines = []
    for row in table:
        cells = []
        for cell, width, start in zip(row, widths, left, strict=True):
            room = " " * (width - monospace.columns(cell))
            cells.append(cell + room if start else room + cell)
        lines.append("  ".join(cells).rstrip())
    return lines
