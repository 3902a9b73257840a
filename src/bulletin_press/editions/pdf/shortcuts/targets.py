"""Pages that print numbers of others, laid out twice and not three times.

The engine lays out all pages, then those that print a number of another page, still without it,
since only then does it fill the number in, and then those a third time. Here numbers are filled in
between the first time and the second, when all are known. After that the number of all pages, which
nothing prints, is no change that makes pages be laid out again. Where a reference does print it,
all is done the engine's way.
Replaced are ``make_all_pages`` of ``weasyprint.layout``, and the counters that a
``CounterLookupItem`` of ``weasyprint.css.targets`` remembers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bulletin_press.editions.pdf.shortcuts.replacing import replacements

_ALL = "pages"
_NAME = "cached_page_counter_values"


class _Counters(dict[str, Any]):
    """Counters that are the same whatever the number of all pages."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, dict) and {**self, _ALL: None} == {**other, _ALL: None}

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None


def _asks_for_all(item: Any) -> bool:
    """Whether a reference prints the number of all pages."""
    asked = (item.missing_counters, *item.missing_target_counters.values())
    return any(_ALL in names for names in asked)


def _remembered(item: Any) -> dict[str, Any]:
    counters: dict[str, Any] = vars(item)[_NAME]
    return counters if not counters or _asks_for_all(item) else _Counters(counters)


def _remember(item: Any, counters: dict[str, Any]) -> None:
    vars(item)[_NAME] = counters


@contextmanager
def filled() -> Iterator[None]:
    """Let the engine fill numbers in as soon as all are known."""
    from weasyprint import layout
    from weasyprint.css.targets import CounterLookupItem

    make = layout.make_all_pages

    def make_all_pages(context: Any, root: Any, html: Any, pages: list[Any]) -> Iterator[Any]:
        own = vars(context)
        turn = own["press_turn"] = own.get("press_turn", -1) + 1
        if turn == 1:
            _fill(context.target_collector.counter_lookup_items)
        return make(context, root, html, pages)  # type: ignore[no-any-return]

    with replacements() as replace:
        replace(layout, "make_all_pages", make_all_pages)
        setattr(CounterLookupItem, _NAME, property(_remembered, _remember))
        try:
            yield
        finally:
            delattr(CounterLookupItem, _NAME)


def _fill(lookups: Any) -> None:
    for (_, token), item in lookups.items():
        met = token == "content" and item.page_maker_index is not None
        if met and item.missing_counters and not _asks_for_all(item):
            item.parse_again(vars(item)[_NAME])
