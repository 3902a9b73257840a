"""Bars, side by side or stacked: upright, or lying where their names are long."""

from __future__ import annotations

from collections.abc import Iterator

from bulletin_press.charts import legends, scales
from bulletin_press.charts.scales import Scale
from bulletin_press.charts.sheet import ASCENT, DESCENT, LEADING, SIZE, Sheet
from bulletin_press.source.directives.charts import Chart

# Each series: a colour of the brand, its lightness, and the slopes of the lines across it.
_FILLS: tuple[tuple[str, float, tuple[int, ...]], ...] = (
    ("--brand", 0.18, ()),
    ("--brand", 0.72, ()),
    ("--accent", 0.34, (1,)),
    ("--muted", 0.86, (-1,)),
    ("--ink", 0.1, (-1,)),
    ("--accent", 0.66, ()),
    ("--muted", 0.45, (0,)),
    ("--brand", 0.9, (1, -1)),
)
_WIDEST, _THICK, _TALLEST = 34.0, 10.5, 820.0
_LABELLED = 16


def draw(sheet: Sheet, chart: Chart) -> float:
    """Draw the chart and return its height."""
    top = legends.head(sheet, chart, lambda index, x, y: _key(sheet, index, x, y))
    room = 0.94 * sheet.width / len(chart.categories) - 4
    if not legends.dated(chart.categories) and not legends.fits(sheet, chart.categories, room, 3):
        height = _lying(sheet, chart, top)
        if height:
            return height
    return _upright(sheet, chart, top)


def _key(sheet: Sheet, index: int, x: float, y: float) -> float:
    _bar(sheet, index, x, y - 4, 8, 8)
    return 8


def _upright(sheet: Sheet, chart: Chart, top: float) -> float:
    count = len(chart.categories)
    many = 1 if chart.kind == "stacked" else len(chart.series)
    group = min(0.72 * sheet.width / count, many * _WIDEST)
    labelled = (
        chart.kind == "bar"
        and count * many <= _LABELLED
        and all(sheet.measure(cell) <= group / many - 1 for row in chart.cells for cell in row)
    )
    plot = min(max(0.42 * sheet.width, 110.0), 230.0)
    top += LEADING + 2 if labelled else ASCENT
    bottom = top + plot
    if labelled:
        if min(scales.totals(chart)) < 0:
            bottom -= LEADING
        scale, left = scales.plain(chart, bottom, top), 0.0
        bottom = top + plot
    else:
        scale = scales.marked(chart, bottom, top)
        left = legends.axis(sheet, scale, sheet.width)
    slot = (sheet.width - left) / count
    group = min(0.72 * slot, many * _WIDEST)
    pitch = group / many
    places = [left + (row + 0.5) * slot for row in range(count)]
    for row, column, begin, end in _spans(chart):
        at = places[row] - group / 2 + (0 if chart.kind == "stacked" else column * pitch)
        gap = min(1.0, 0.1 * pitch) if many > 1 else 0.0
        ends = sorted((scale(begin), scale(end)))
        _bar(sheet, column, at, ends[0], pitch - gap, ends[1] - ends[0])
        if labelled:
            y = ends[0] - ASCENT - 3 if end >= 0 else ends[1] + 2
            text = scales.typed(chart.cells[row][column])
            sheet.write([text], at + (pitch - gap) / 2, y, "middle")
    legends.zero(sheet, (left, scale(0)), (sheet.width, scale(0)))
    return legends.below(sheet, chart.categories, places, bottom + 7)


def _lying(sheet: Sheet, chart: Chart, top: float) -> float:
    """Draw bars that run along the lines; 0 where they would be higher than a page."""
    side = min(max(map(sheet.measure, chart.categories)) + 1, 0.4 * sheet.width)
    names = [sheet.fold(name, side) for name in chart.categories]
    many = 1 if chart.kind == "stacked" else len(chart.series)
    deep = [max(many * _THICK, len(name) * LEADING) + 6 for name in names]
    if sum(deep) > _TALLEST:
        return 0
    numbers = max(sheet.measure(scales.typed(cell)) for row in chart.cells for cell in row) + 4
    left, right = side + 8, sheet.width
    labelled = chart.kind == "bar" and numbers < 0.25 * sheet.width
    if labelled:
        negative = min(scales.totals(chart)) < 0
        scale = scales.plain(chart, left + (numbers if negative else 0), right - numbers)
    else:
        scale = scales.marked(chart, left, right - 8, 4)
        top = _marks(sheet, scale, top, sum(deep))
    y = top
    for row, name in enumerate(names):
        sheet.write(name, 0, y + (deep[row] - len(name) * LEADING) / 2 + 1)
        deep[row], y = y, y + deep[row]
    middles = [(a + b) / 2 for a, b in zip(deep, [*deep[1:], y], strict=True)]
    for row, column, begin, end in _spans(chart):
        at = middles[row] - many * _THICK / 2
        at += 0 if chart.kind == "stacked" else column * _THICK
        ends = sorted((scale(begin), scale(end)))
        _bar(sheet, column, ends[0], at, ends[1] - ends[0], _THICK - 1)
        if labelled:
            anchor, x = ("start", ends[1] + 3) if end >= 0 else ("end", ends[0] - 3)
            text = scales.typed(chart.cells[row][column])
            sheet.write([text], x, at + (_THICK - 1 - SIZE) / 2 + 0.8, anchor)
    legends.zero(sheet, (scale(0), top), (scale(0), y))
    return y + 1


def _marks(sheet: Sheet, scale: Scale, top: float, height: float) -> float:
    """Write the marks of a lying axis, with rules down; return where the plot begins."""
    begin, end = top + ASCENT + DESCENT + 3, -legends.GUTTER
    for value, text in scale.ticks:
        half = sheet.measure(text) / 2
        x = scale(value)
        at = min(x, sheet.width - half)
        if value:
            sheet.rule((x, begin), (x, begin + height), sheet.colour("--rule"), 0.6)
        if at - half >= end + legends.GUTTER:
            sheet.write([text], at, top, "middle", "--muted")
            end = at + half
    return begin


def _spans(chart: Chart) -> Iterator[tuple[int, int, float, float]]:
    """Row, column, begin and end of each bar."""
    for row in range(len(chart.categories)):
        below = 0.0
        for column, (_, values) in enumerate(chart.series):
            value = values[row] or 0.0
            if chart.kind == "stacked":
                yield row, column, below, below + value
                below += value
            else:
                yield row, column, 0.0, value


def _bar(sheet: Sheet, index: int, x: float, y: float, width: float, height: float) -> None:
    """A bar in the colour and pattern of its series; a hair of the paper parts it from the next."""
    colour, lightness, slopes = _FILLS[index]
    sheet.box(x, y, width, height, sheet.colour(colour, lightness))
    for slope in slopes:
        strokes = list(_hatch(x, y, width, height, slope))
        over = "--paper" if lightness < 0.6 else "--muted"
        sheet.path(strokes, stroke=sheet.colour(over), stroke_width=0.7)


def _hatch(
    x: float, y: float, width: float, height: float, slope: int
) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """Lines across a rectangle, level or at 45 degrees, 3 pixels apart."""
    far, step = height + (width if slope else 0), 3.0 if not slope else 4.2
    for count in range(1, int(far / step) + 1):
        down = count * step
        if not slope:
            yield (x, y + down), (x + width, y + down)
            continue
        a, b = max(0.0, down - height), min(width, down)
        if b > a:
            ends = ((a, down - a), (b, down - b))
            (x1, y1), (x2, y2) = (
                ends if slope > 0 else ((width - a, down - a), (width - b, down - b))
            )
            yield (x + x1, y + y1), (x + x2, y + y2)
