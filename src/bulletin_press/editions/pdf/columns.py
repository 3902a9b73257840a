"""Repairs of the engine's columns: notes on the pages of their calls, and all in good time.

WeasyPrint lays out columns, sees how high their notes are, and lays them out again in what is left,
until a height comes a second time. Where it is the higher one that comes again, the columns are
left as high as the lower one allows, and the notes that lack room go to the next page, away from
their calls. Those higher than six tenths of the page may go: beside them columns would have one
line on each page. Outside of columns, where a page ends within the first lines of a paragraph, it
carries their notes to the next page rather than the lines. It lays out all notes of a page anew
for each line that calls one. What fills a column to a hair's breadth it takes for too much, and so
leaves columns uneven. And it seeks the height at which columns are level a pixel at a time,
with a whole layout for each. Where lines that it has laid out go to the next page after all, by a
rule against a break there, it may forget to take their notes back, or to lay out others again; so
the notes of each page are settled once its lines are. And it looks through all notes for each part
of a line, and for each page through all that was met on the pages before, which takes a hundred
times as long for ten times the text.
Four of its functions are replaced while it works: ``columns_layout`` of
``weasyprint.layout.column`` and ``weasyprint.layout.block``, ``_linebox_layout`` of the latter and
``make_page`` of ``weasyprint.layout.page``, by their own source with few words changed, and
``_update_footnote_area`` of ``weasyprint.layout.LayoutContext``, which gains ``settle_notes``
and ``met_before``.
"""

from __future__ import annotations

import linecache
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import takewhile
from typing import Any

_ROUNDING = 0.5  # of heights, in pixels
_COLUMNS = {
    "if last_footnotes_height not in footnote_area_heights:": (
        "if last_footnotes_height not in footnote_area_heights or (footnote_area_heights[-1]"
        " < last_footnotes_height < context.current_footnote_area.page.height * 0.6):"
    ),
    "max(consumed_heights) <= max_height)": "max(consumed_heights) <= max_height + 0.1)",
    "add_height = 1 if lost_space == inf else lost_space": (
        "add_height = 3 if lost_space == inf else max(3, lost_space)"
    ),
}
_LINES = {
    "report = not context.in_column and can_break_now and not could_break_before": "report = False",
    "if descendant.footnote in": "if descendant.footnote and descendant.footnote in",
}
_PAGE = {
    "    footnote_area = build.create_anonymous_boxes": (
        "    context.settle_notes(root_box, reported_footnotes)\n"
        "    footnote_area = build.create_anonymous_boxes"
    ),
    "    cached_anchors = []\n    cached_lookups = []\n": (
        "    cached_anchors, cached_lookups = context.met_before(page_number - 1)\n"
    ),
    "in page_maker[:page_number - 1]": "in ()",
}


@contextmanager
def mended() -> Iterator[None]:
    """Let notes stand on the page of their call wherever it has room, and columns be level soon."""
    from weasyprint import layout
    from weasyprint.layout import block, column, page

    columns, update = column.columns_layout, layout.LayoutContext._update_footnote_area
    lines, make_page = block._linebox_layout, page.make_page
    known: dict[Any, tuple[Any, bool]] = {}
    known_on: list[int] = []

    def update_area(context: Any) -> bool:
        """Take the height of the same notes in the same area of the page from memory."""
        if known_on != [context.current_page]:
            known.clear()
            known_on[:] = [context.current_page]
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
    page.make_page = _changed(make_page, _PAGE)
    layout.LayoutContext._update_footnote_area = update_area
    layout.LayoutContext.settle_notes = _settle_notes
    layout.LayoutContext.met_before = _met_before
    try:
        yield
    finally:
        column.columns_layout = block.columns_layout = columns
        block._linebox_layout, page.make_page = lines, make_page
        layout.LayoutContext._update_footnote_area = update
        del layout.LayoutContext.settle_notes, layout.LayoutContext.met_before


def _settle_notes(context: Any, content: Any, carried: Sequence[Any]) -> None:
    """Give a page the notes ``carried`` to it and those its content calls, as far as they fit.

    The first of those carried stays in any case, so that all are printed in the end.
    """
    called = [box.footnote for box in content.descendants() if box.footnote]
    order = {id(note): place for place, note in enumerate((*carried, *called))}
    for note in (*context.current_page_footnotes, *context.reported_footnotes):
        if id(note) not in order:
            context.unlayout_footnote(note)
    before = _printed_before(context)
    for note in (*carried, *called):
        at_hand = (*context.current_page_footnotes, *context.reported_footnotes)
        if id(note) not in before and note not in at_hand:
            context.unlayout_footnote(note)
            context.layout_footnote(note)
    bottom = max((_bottom(box) for box in content.descendants() if _is_printed(box)), default=0.0)
    movable = [note for note in context.current_page_footnotes if note not in carried[:1]]
    while movable and bottom > context.page_bottom + _ROUNDING:
        context.report_footnote(movable.pop())
    context.reported_footnotes.sort(key=lambda note: order[id(note)])
    context.printed_notes[context.current_page] = list(context.current_page_footnotes)


def _printed_before(context: Any) -> set[int]:
    """The identities of the notes on the pages before this one."""
    own = vars(context)
    printed = own.setdefault("printed_notes", {})
    known = own.setdefault("press_printed", [1, set()])
    if context.current_page < known[0]:
        known[:] = [1, set()]
    for page in range(known[0], context.current_page):
        known[1].update(map(id, printed.get(page, ())))
    known[0] = context.current_page
    return known[1]  # type: ignore[no-any-return]


def _source(function: Any) -> str:
    """The lines of a function, up to the next that is not within it."""
    code = function.__code__
    first, *others = linecache.getlines(code.co_filename)[code.co_firstlineno - 1 :]
    body = takewhile(lambda line: line[0] in " \n)", others)
    return "".join((first, *body))


class _Met:
    """What was met on earlier pages, to which this page adds its own."""

    def __init__(self, before: frozenset[Any] | set[Any]) -> None:
        self._before, self._own = before, set[Any]()

    def __contains__(self, one: object) -> bool:
        return one in self._before or one in self._own

    def append(self, one: Any) -> None:
        """Another is met."""
        self._own.add(one)


def _met_before(context: Any, page: int) -> tuple[_Met, _Met]:
    """The anchors and references met on pages before ``page``, counted from 0."""
    known = vars(context).setdefault("press_met", [0, set(), set()])
    if page < known[0]:
        known[:] = [0, set(), set()]
    for *_, state in context.page_maker[known[0] : page]:
        known[1].update(state.get("anchors", ()))
        known[2].update(state.get("content_lookups", ()))
    known[0] = page
    return _Met(known[1]), _Met(known[2])


def _is_printed(box: Any) -> bool:
    from weasyprint.formatting_structure import boxes

    return isinstance(box, boxes.LineBox | boxes.ReplacedBox) and box.is_in_normal_flow()


def _bottom(box: Any) -> float:
    return float(box.position_y + box.margin_height())


def _changed(function: Any, words: Mapping[str, str]) -> Any:
    """The same, made once."""
    return _made(function, tuple(words.items()))


@cache
def _made(function: Any, words: tuple[tuple[str, str], ...]) -> Any:
    """A function of the engine by its own source, where each of ``words``, there once, is other."""
    source = _source(function)
    for old, new in words:
        if source.count(old) != 1:
            raise AssertionError(f"the engine's {function.__name__} is another than was repaired")
        source = source.replace(old, new)
    space: dict[str, Any] = {}
    exec(source, function.__globals__, space)
    return space[function.__name__]
