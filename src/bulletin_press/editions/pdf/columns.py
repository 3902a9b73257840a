"""Repairs of the engine's columns: notes on the pages of their calls, and all in good time.

WeasyPrint lays out columns, sees how high their notes are, and lays them out again in what is left,
until a height comes a second time. Where it is the higher one that comes again, the columns are
left as high as the lower one allows, and the notes that lack room go to the next page, away from
their calls. Those higher than six tenths of the page may go: beside them columns would have one
line on each page. Outside of columns, where a page ends within the first lines of a paragraph, it
carries their notes to the next page rather than the lines. It lays out all notes of a page anew
for each line that calls one. And it seeks the height at which columns are level a pixel at a time,
with a whole layout for each.
Three of its functions are replaced while it works: ``columns_layout`` of
``weasyprint.layout.column`` and ``weasyprint.layout.block`` and ``_linebox_layout`` of the latter,
by their own source with few words changed, and ``_update_footnote_area`` of
``weasyprint.layout.LayoutContext``.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

_COLUMNS = {
    "if last_footnotes_height not in footnote_area_heights:": (
        "if last_footnotes_height not in footnote_area_heights or (footnote_area_heights[-1]"
        " < last_footnotes_height < context.current_footnote_area.page.height * 0.6):"
    ),
    "add_height = 1 if lost_space == inf else lost_space": (
        "add_height = 3 if lost_space == inf else max(3, lost_space)"
    ),
}
_LINES = {
    "report = not context.in_column and can_break_now and not could_break_before": "report = False"
}


@contextmanager
def mended() -> Iterator[None]:
    """Let notes stand on the page of their call wherever it has room, and columns be level soon."""
    from weasyprint import layout
    from weasyprint.layout import block, column

    columns, update = column.columns_layout, layout.LayoutContext._update_footnote_area
    lines = block._linebox_layout
    known: dict[Any, tuple[Any, bool]] = {}

    def update_area(context: Any) -> bool:
        """Take the height of the same notes in the same area from memory."""
        area = context.current_footnote_area
        notes = tuple(context.current_page_footnotes)
        frame = area.margin_top, area.border_top_width, area.padding_top
        key = area.page.width, frame, notes
        if notes and key in known:
            if area.height != "auto" and not context.in_column:
                context.page_bottom += area.margin_height()
            area.children = context.current_page_footnotes
            area.height, overflow = known[key]
            if not context.in_column:
                context.page_bottom -= area.margin_height()
            return overflow
        overflow = bool(update(context))
        known[key] = area.height, overflow
        return overflow

    column.columns_layout = block.columns_layout = _changed(columns, _COLUMNS)
    block._linebox_layout = _changed(lines, _LINES)
    layout.LayoutContext._update_footnote_area = update_area
    try:
        yield
    finally:
        column.columns_layout = block.columns_layout = columns
        block._linebox_layout = lines
        layout.LayoutContext._update_footnote_area = update


def _changed(function: Any, words: Mapping[str, str]) -> Any:
    """A function of the engine by its own source, where each of ``words``, there once, is other."""
    source = inspect.getsource(function)
    for old, new in words.items():
        if source.count(old) != 1:
            raise AssertionError(f"the engine's {function.__name__} is another than was repaired")
        source = source.replace(old, new)
    space: dict[str, Any] = {}
    exec(source, function.__globals__, space)
    return space[function.__name__]
