"""Repairs of the engine's notes: each on the page of its call, and in good time.

WeasyPrint lays out columns, sees how high their notes are, and lays them out again in what is left,
until a height comes a second time. Where it is the higher one that comes again, the columns are
left as high as the lower one allows, and the notes that lack room go to the next page, away from
their calls. Outside of columns, where a page ends within the first lines of a paragraph, it
carries their notes to the next page rather than the lines. And it lays out all notes of a page anew
for each line that calls one.
Three of its functions are replaced while it works: ``columns_layout`` of
``weasyprint.layout.column`` and ``weasyprint.layout.block`` and ``_linebox_layout`` of the latter,
by their own source with one condition changed, and ``_update_footnote_area`` of
``weasyprint.layout.LayoutContext``.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_CONDITION = "if last_footnotes_height not in footnote_area_heights:"
_CHANGED = (
    "if (last_footnotes_height not in footnote_area_heights"
    " or last_footnotes_height > footnote_area_heights[-1]):"
)
_CARRIES = "report = not context.in_column and can_break_now and not could_break_before"


@contextmanager
def at_their_calls() -> Iterator[None]:
    """Let notes stand on the page of their call wherever it has room."""
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

    column.columns_layout = block.columns_layout = _changed(columns, _CONDITION, _CHANGED)
    block._linebox_layout = _changed(lines, _CARRIES, "report = False")
    layout.LayoutContext._update_footnote_area = update_area
    try:
        yield
    finally:
        column.columns_layout = block.columns_layout = columns
        block._linebox_layout = lines
        layout.LayoutContext._update_footnote_area = update


def _changed(function: Any, words: str, others: str) -> Any:
    """A function of the engine by its own source, in which ``words``, there once, are others."""
    source = inspect.getsource(function)
    if source.count(words) != 1:
        raise AssertionError(f"the engine's {function.__name__} is another than was repaired")
    space: dict[str, Any] = {}
    exec(source.replace(words, others), function.__globals__, space)
    return space[function.__name__]
