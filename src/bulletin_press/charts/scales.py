"""From numbers to lengths: the range of an axis, the marks on it, and how they are written."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from bulletin_press.source.directives.charts import Chart


@dataclass(frozen=True, slots=True)
class Scale:
    """A range of numbers laid over a length, from ``start`` to ``end``; its marks are ``ticks``."""

    low: float
    high: float
    start: float
    end: float
    ticks: tuple[tuple[float, str], ...] = ()

    def __call__(self, value: float) -> float:
        """The place of a value."""
        share = (value - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)


def totals(chart: Chart) -> list[float]:
    """The numbers that an axis must reach: all of them, or the sums of what is stacked."""
    if chart.kind == "stacked":
        rows = zip(*(values for _, values in chart.series), strict=True)
        return [sum(value or 0 for value in row) for row in rows]
    return [value for _, values in chart.series for value in values if value is not None]


def marked(chart: Chart, start: float, end: float, most: int = 4) -> Scale:
    """A scale with round marks, at most about ``most`` steps apart.

    Zero is on it, but for lines that keep far from it.
    """
    values = totals(chart)
    low, high = min(values), max(values)
    near = min(abs(low), abs(high)) < 0.6 * max(abs(low), abs(high))
    if chart.kind != "line" or near or high - low <= 1e-6 * max(abs(low), abs(high)):
        low, high = min(low, 0), max(high, 0)
    if low == high:
        high = 1.0
    exponent = math.floor(math.log10((high - low) / most))
    steps = (factor * 10.0**exponent for factor in (1, 2, 5, 10, 20))
    step = next(one for one in steps if one * most >= (high - low) * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    comma, parted = _decimal_comma(chart), max(abs(low), abs(high)) >= 10_000
    ticks = [
        (count * step, _figure(count * step, decimals, comma, parted))
        for count in range(first, last + 1)
    ]
    return Scale(min(ticks[0][0], low), max(ticks[-1][0], high), start, end, tuple(ticks))


def plain(chart: Chart, start: float, end: float) -> Scale:
    """A scale without marks, from the lowest to the highest number and to zero."""
    values = totals(chart)
    low, high = min(*values, 0.0), max(*values, 0.0)
    return Scale(low, high if high > low else low + 1, start, end)


def typed(cell: str) -> str:
    """A number as its writer typed it, with a true minus."""
    return re.sub(r"^[-–‑]", "−", cell)


def _figure(value: float, decimals: int, comma: bool, parted: bool) -> str:
    text = f"{abs(value):,.{decimals}f}" if parted else f"{abs(value):.{decimals}f}"
    text = text.replace(",", "\u202f").replace(".", "," if comma else ".")
    return f"−{text}" if value < 0 else text


def _decimal_comma(chart: Chart) -> bool:
    """Whether the writer of the table puts a comma before the decimals."""
    columns: Iterable[tuple[float | None, ...]] = zip(*chart.cells, strict=True)
    for (_, values), cells in zip(chart.series, columns, strict=True):
        for value, cell in zip(values, cells, strict=True):
            if value is not None and value % 1:
                return str(cell).rfind(",") > str(cell).rfind(".")
    return False
