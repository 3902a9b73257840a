"""Pages that print numbers of others, made again only for a number that has changed.

When the engine knows how many pages there are, all counters of all pages differ from before, and
each page that refers to one is made again, though no number that it prints has changed.
``cache_target_page_counters`` of ``weasyprint.css.targets.TargetCollector`` is replaced: the number
of pages is no change where no reference prints it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

from bulletin_press.editions.pdf.shortcuts.replacing import replacements

_ALL = "pages"


@contextmanager
def changed() -> Iterator[None]:
    """Let a page be made again for what it prints only."""
    from weasyprint.css.targets import TargetCollector

    cache = TargetCollector.cache_target_page_counters

    def cache_target_page_counters(
        self: Any, anchor_name: str, counters: dict[str, Any], index: int, page_maker: Any
    ) -> None:
        item = self.target_lookup_items.get(anchor_name)
        known = item.cached_page_counter_values if item else None
        if not known or self.collecting or item.state != "up-to-date" or _asks_for_all(self):
            cache(self, anchor_name, counters, index, page_maker)
        elif {**known, _ALL: None} == {**counters, _ALL: None}:
            item.page_maker_index = index
            item.cached_page_counter_values = deepcopy(counters)
        else:
            cache(self, anchor_name, counters, index, page_maker)

    with replacements() as replace:
        replace(TargetCollector, "cache_target_page_counters", cache_target_page_counters)
        yield


def _asks_for_all(collector: Any) -> bool:
    """Whether a reference prints the number of all pages."""
    lookups = collector.counter_lookup_items
    known = vars(collector).get("press_asks")
    if known is None or known[0] != len(lookups):
        asked = (
            names
            for lookup in lookups.values()
            for names in lookup.missing_target_counters.values()
        )
        known = vars(collector)["press_asks"] = len(lookups), any(_ALL in names for names in asked)
    return bool(known[1])
