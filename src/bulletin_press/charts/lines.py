"""Lines through points, each named at its end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bulletin_press.charts import legends, scales
from bulletin_press.charts.sheet import ASCENT, LEADING, Sheet
from bulletin_press.source.directives.charts import Chart

# Each series: a colour of the brand, its lightness, its dashes, and the shape of its points.
_STROKES = (
    ("--brand", 0.18, "", "circle"), ("--accent", 0.36, "5 2.5", "square"),
    ("--muted", 0.55, "1.6 2", "triangle"), ("--ink", 0.05, "7 2 1.6 2", "diamond"),
    ("--brand", 0.52, "", "ring"), ("--accent", 0.55, "9 3", "frame"),
    ("--muted", 0.3, "3 3", "circle"), ("--ink", 0.42, "1.2 3.4", "square"),
)  # fmt: skip
_RADIUS, _NOTE = 2.6, 11.0
_MARKED = 12


def draw(sheet: Sheet, chart: Chart) -> float:
    """Draw the chart and return its height."""
    plot = min(max(0.46 * sheet.width, 110.0), 240.0)
    named = _names(sheet, chart, plot)
    key = None if named else (lambda index, x, y: _key(sheet, index, x, y))
    top = legends.head(sheet, chart, key) + ASCENT
    bottom = top + plot
    right = sheet.width - (max(sheet.measure(line, True) for name in named for line in name) + _NOTE
                           if named else _RADIUS + 1)  # fmt: skip
    scale = scales.marked(chart, bottom, top)
    left = legends.axis(sheet, scale, right)
    if scale.low <= 0 <= scale.high:
        legends.zero(sheet, (left, scale(0)), (right, scale(0)))
    count = len(chart.categories)
    start, end = left + 6, right - (0 if named else 4)
    places = [start + (end - start) * (row / (count - 1) if count > 1 else 0.5)
              for row in range(count)]  # fmt: skip
    for index, (_, values) in enumerate(chart.series):
        _line(sheet, index, [None if v is None else (places[row], scale(v))
                             for row, v in enumerate(values)])  # fmt: skip
    if named:
        _write_names(sheet, named, [scale(values[-1] or 0) for _, values in chart.series],
                     (top, bottom), right)  # fmt: skip
    return legends.below(sheet, chart.categories, places, bottom + 7)


def _names(sheet: Sheet, chart: Chart, plot: float) -> list[list[str]]:
    """The names of the lines as written at their ends; none where they have no room there."""
    if len(chart.series) == 1 or any(values[-1] is None for _, values in chart.series):
        return []
    found = [sheet.wrap(name, 0.27 * sheet.width, 2, True) for name, _ in chart.series]
    shown = [name for name in found if name is not None]
    deep = sum(len(name) * LEADING + 2 for name in shown)
    return shown if len(shown) == len(found) and deep <= plot else []


def _write_names(sheet: Sheet, names: Sequence[Sequence[str]], ends: Sequence[float],
                 bounds: tuple[float, float], right: float) -> None:  # fmt: skip
    """Write each name beside the end of its line, moved up or down where two would meet."""
    order = sorted(range(len(names)), key=lambda index: ends[index])
    deep = [len(names[index]) * LEADING + 2 for index in order]
    tops: list[float] = []
    for index, height in zip(order, deep, strict=True):
        above = tops[-1] + deep[len(tops) - 1] if tops else bounds[0] - ASCENT
        tops.append(max(ends[index] - height / 2, above))
    limit = bounds[1] + ASCENT
    for at in reversed(range(len(tops))):
        tops[at] = min(tops[at], limit - deep[at])
        limit = tops[at]
    for at, index in enumerate(order):
        middle = tops[at] + deep[at] / 2
        if abs(middle - ends[index]) > 2:
            sheet.path([[(right + _RADIUS + 0.6, ends[index]), (right + _NOTE - 1.5, middle)]],
                       stroke=sheet.colour("--muted"), stroke_width=0.5, fill="none")  # fmt: skip
        sheet.write(names[index], right + _NOTE, tops[at] + 1.6, bold=True)


def _key(sheet: Sheet, index: int, x: float, y: float) -> float:
    _stroke(sheet, index, [[(x, y), (x + 20, y)]])
    _point(sheet, index, x + 10, y)
    return 20


def _line(sheet: Sheet, index: int, points: Sequence[tuple[float, float] | None]) -> None:
    """A line with gaps where there is no number; a point by itself, and the last, is marked."""
    runs: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    runs = [run for run in runs if run]
    _stroke(sheet, index, [run for run in runs if len(run) > 1])
    for run in runs:
        for at, (x, y) in enumerate(run):
            last = run is runs[-1] and at == len(run) - 1
            if len(points) <= _MARKED or len(run) == 1 or last:
                _point(sheet, index, x, y)


def _stroke(sheet: Sheet, index: int, strokes: Sequence[Sequence[tuple[float, float]]]) -> None:
    colour, lightness, dashes, _ = _STROKES[index]
    more: dict[str, Any] = {"stroke_dasharray": dashes} if dashes else {}
    sheet.path(strokes, stroke=sheet.colour(colour, lightness), stroke_width=1.7, fill="none",
               stroke_linejoin="round", **more)  # fmt: skip


def _point(sheet: Sheet, index: int, x: float, y: float) -> None:
    colour, lightness, _, shape = _STROKES[index]
    shade, paper = sheet.colour(colour, lightness), sheet.colour("--paper")
    hollow = shape in ("ring", "frame")
    look = {"fill": paper if hollow else shade, "stroke": shade if hollow else paper}
    r = _RADIUS
    if shape in ("circle", "ring"):
        sheet.disc(x, y, r, stroke_width=1.1 if hollow else 0.8, **look)
        return
    corners = {
        "square": [(-r, -r), (r, -r), (r, r), (-r, r)],
        "frame": [(-r, -r), (r, -r), (r, r), (-r, r)],
        "triangle": [(0, -1.2 * r), (1.2 * r, r), (-1.2 * r, r)],
        "diamond": [(0, -1.3 * r), (1.3 * r, 0), (0, 1.3 * r), (-1.3 * r, 0)],
    }[shape]
    sheet.path([[(x + dx, y + dy) for dx, dy in corners]], closed=True,
               stroke_width=1.1 if hollow else 0.8, **look)  # fmt: skip
