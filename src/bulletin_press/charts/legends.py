"""What stands around the bars and lines: the unit, the legend, the names along an axis."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bulletin_press.charts.scales import Scale
from bulletin_press.charts.sheet import ASCENT, DESCENT, LEADING, Sheet
from bulletin_press.source.directives.charts import Chart

_KEY, _GAP = 5.0, 14.0
GUTTER = 5.0
_NARROWEST = 20.0
_STEPS = (1, 2, 5, 10, 20, 50, 100, 200)


def head(sheet: Sheet, chart: Chart, key: Callable[[int, float, float], float] | None) -> float:
    """Write the unit and, if ``key`` is given, the legend; return where they end.

    ``key`` draws the sign of a series at a place, its middle at a height, and returns its width. A
    lone series needs no sign: its name stands before the unit.
    """
    lone = len(chart.series) == 1
    words = ", ".join(text for text in (chart.series[0][0] if lone else "", chart.unit) if text)
    top = 3.0
    if words:
        shown = sheet.fold(words, sheet.width)
        sheet.write(shown, 0, top, colour="--muted")
        top += LEADING * len(shown) + 3
    if lone or key is None:
        return top
    x, deep = 0.0, 1
    for index, (name, _) in enumerate(chart.series):
        shown = sheet.fold(name, sheet.width - 30)
        long = max(map(sheet.measure, shown))
        if x and x + 20 + _KEY + long > sheet.width:
            x, top, deep = 0.0, top + LEADING * deep + 2, 1
        x += key(index, x, top + 4.6) + _KEY
        sheet.write(shown, x, top)
        x += long + _GAP
        deep = max(deep, len(shown))
    return top + LEADING * deep + 4


def axis(sheet: Sheet, scale: Scale, right: float) -> float:
    """Write the marks of an upright axis, with rules to ``right``; return where the plot begins."""
    left = max(sheet.measure(text) for _, text in scale.ticks) + GUTTER
    for value, text in scale.ticks:
        y = scale(value)
        sheet.write([text], left - GUTTER, y - ASCENT / 2 - 0.3, "end", "--muted")
        if value:
            sheet.rule((left, y), (right, y), sheet.colour("--rule"), 0.6)
    return left


def zero(sheet: Sheet, start: tuple[float, float], end: tuple[float, float]) -> None:
    """The line of zero, from which bars rise."""
    sheet.rule(start, end, sheet.colour("--ink"), 0.9)


def fits(sheet: Sheet, names: Sequence[str], room: float, most: int) -> bool:
    """Whether every name goes into ``most`` lines of a width."""
    return all(sheet.wrap(name, room, most) is not None for name in names)


def dated(names: Sequence[str]) -> bool:
    """Whether names hold figures, as years and quarters do."""
    return all(any(sign.isdigit() for sign in name) for name in names)


def below(sheet: Sheet, names: Sequence[str], places: Sequence[float], top: float) -> float:
    """Write the names of places along an axis below ``top``, as many as have room; return the end.

    Names follow at even distances; of years, round ones are kept. Names without figures are no
    series that a reader could complete: while there is any room, all are written.
    """
    slot = (places[-1] - places[0]) / (len(places) - 1) if len(places) > 1 else sheet.width
    chosen, room = [0, len(names) - 1], sheet.width / 2 - 4
    inner = slot - 5 if places[0] >= slot / 2 else 2 * slot / 3 - 4
    if not dated(names) and inner >= _NARROWEST:
        chosen, room = list(range(len(names))), inner
    else:
        for step in _STEPS:
            every, most = _chosen(names, step), 3 if step == 1 else 2
            if every and fits(sheet, [names[one] for one in every], step * slot - 5, most):
                chosen, room = every, step * slot - 5
                break
    end, deep = -GUTTER, 0
    for one in dict.fromkeys(chosen):
        shown = sheet.fold(names[one], room)
        half = max(map(sheet.measure, shown)) / 2
        middle = min(max(places[one], half), sheet.width - half)
        if middle - half >= end + GUTTER - 0.01:
            sheet.write(shown, middle, top, "middle")
            end, deep = middle + half, max(deep, len(shown))
    return top + (deep - 1) * LEADING + ASCENT + DESCENT + 3


def _chosen(names: Sequence[str], step: int) -> list[int]:
    """Every ``step``-th name: the years that can be divided by it, or those from the first."""
    years = [int(name) for name in names if re.fullmatch(r"[0-9]{4}", name)]
    if len(years) == len(names):
        return [index for index, year in enumerate(years) if year % step == 0]
    return list(range(0, len(names), step))
