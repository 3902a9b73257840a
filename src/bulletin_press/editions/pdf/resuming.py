"""A layout that goes on from the first page that a change of the text can reach.

For one document after another, each much like the one before. WeasyPrint notes for every page
where in the document it starts, and in which state of counters; it can make single pages again.
So the pages before the change are taken over as they were before their margin boxes were added,
with the states noted up to there, and the rest is laid out from the new document. Pages that
print numbers of others are made again from the new document too. Where notes or floats are handed
on from page to page, the layout goes on from where they are not.
Three of the engine's functions are replaced while it works: ``initialize_page_maker`` and
``make_all_pages`` of ``weasyprint.layout``, and ``remake_page`` of ``weasyprint.layout.page``.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bulletin_press.editions.pdf.shortcuts.lines import path_of
from bulletin_press.editions.pdf.shortcuts.replacing import replacements

_END = 1 << 60  # behind all that a page can start with


@dataclass(slots=True)
class _Kept:
    """A document as it was laid out: its elements, what the engine noted, its bare pages.

    ``handed_on`` tells for the number of a page whether the one before left it notes or floats.
    """

    tree: Any
    states: list[Any] = field(default_factory=list)
    pages: list[tuple[Any, list[Any], list[Any]]] = field(default_factory=list)
    handed_on: dict[int, bool] = field(default_factory=dict)


class Resumption:
    """The document laid out last, and the way from there to the next.

    ``made`` tells how many pages were laid out anew, ``first`` the first of them, counted from 0.
    """

    def __init__(self) -> None:
        self._last: _Kept | None = None
        self.made = self.first = 0

    def render(self, source: Any, **options: Any) -> Any:
        """Lay out ``source``, an ``HTML`` of the engine."""
        from weasyprint import layout
        from weasyprint.layout import page as paging

        last, self._last, self.made = self._last, None, 0
        now = _Kept(source.etree_element)
        begin, make_pages, remake = (
            layout.initialize_page_maker, layout.make_all_pages, paging.remake_page,
        )  # fmt: skip
        first = 0

        def initialize_page_maker(context: Any, root: Any) -> None:
            nonlocal first
            begin(context, root)
            first = _first_page(last, now, root) if last else 0
            if last and first:
                _take_over(last, first, context, source)

        def make_all_pages(context: Any, root: Any, html: Any, pages: list[Any]) -> Iterator[Any]:
            if last and first and not pages:
                pages = [_bare(page) for page in last.pages[:first]]
            made = list(make_pages(context, root, html, pages))
            now.states = context.page_maker
            now.pages = [(one, one.children[:], one.children[0].children[:]) for one in made]
            yield from made

        def remake_page(index: int, context: Any, *others: Any) -> Any:
            self.made += 1
            result = remake(index, context, *others)
            left = context.reported_footnotes or context.broken_out_of_flow
            now.handed_on[index + 1] = bool(left)
            return result

        with replacements() as replace:
            replace(layout, "initialize_page_maker", initialize_page_maker)
            replace(layout, "make_all_pages", make_all_pages)
            replace(paging, "remake_page", remake_page)
            document = source.render(**options)
        if last:
            for index in range(1, first + 1):
                now.handed_on.setdefault(index, last.handed_on.get(index, True))
        self._last, self.first = now, first
        return document


def _first_page(last: _Kept, now: _Kept, root: Any) -> int:
    """The first page to be made anew, counted from 0; 0 also where nothing can be taken over.

    Pages that are taken over show elements of the new tree afterwards.
    """
    twins: dict[Any, Any] = {}
    changed = _first_change(last.tree, now.tree, twins)
    where = (_END,) if changed is None else _way_to(root, changed)
    if where is None:
        return 0
    starts = [path_of(state[0]) for state in last.states[: len(last.pages)]]
    first = max((number for number, start in enumerate(starts) if start <= where), default=0) - 1
    while first > 0 and last.handed_on.get(first, True):
        first -= 1
    if first <= 0:
        return 0
    shown = [box for page in last.pages[:first] for box in _boxes(page)]
    if any(box.element is not None and box.element not in twins for box in shown):
        return 0
    for box in shown:
        box.element = twins.get(box.element)
    return first


def _boxes(page: tuple[Any, list[Any], list[Any]]) -> Iterator[Any]:
    """All boxes of a bare page."""
    box, parts, flow = page
    yield box
    yield parts[0]
    for part in (*flow, *parts[1:]):
        for one in part.descendants(placeholders=True):
            yield getattr(one, "_box", one)


def _first_change(old: Any, new: Any, twins: dict[Any, Any]) -> Any:
    """The first element of ``new`` that is not as in ``old``; those before it go into ``twins``.

    None if there is none. What follows an element counts as its parent's.
    """
    parents = {child: parent for parent in new.iter() for child in parent}
    before = old.iter()
    for element in new.iter():
        twin = next(before, None)
        if twin is None:
            return element
        twins[twin] = element
        same = (
            twin.tag == element.tag and twin.attrib == element.attrib
            and twin.text == element.text and len(twin) == len(element)
        )  # fmt: skip
        if not same:
            return element
        if twin.tail != element.tail:
            return parents.get(element, element)
    return None


def _way_to(box: Any, element: Any) -> tuple[int, ...] | None:
    """The way from ``box`` to the first box of an element, by the places of children."""
    from weasyprint.formatting_structure import boxes

    if box.element is element:
        return ()
    for index, child in enumerate(box.children):
        if isinstance(child, boxes.Box):
            below = _way_to(child, element)
            if below is not None:
                return index, *below
    return None


def _take_over(last: _Kept, first: int, context: Any, source: Any) -> None:
    """Note in ``context`` what ``last`` noted of the pages before ``first``, as after them."""
    from weasyprint.layout import page as paging

    def noted(state: Any) -> Any:
        resume_at, next_page, is_right, counters, remaking = state
        counters = copy.deepcopy(counters)
        # As in a first layout: how many pages there are is not known yet.
        counters[1]["pages"] = [0]
        return copy.deepcopy(resume_at), dict(next_page), is_right, counters, {
            "content_changed": bool(remaking["content_lookups"]), "pages_wanted": False,
            "anchors": list(remaking["anchors"]), "content_lookups": [],
        }  # fmt: skip

    context.page_maker = [noted(state) for state in last.states[: first + 1]]
    context.page_maker[first][-1].update(content_changed=True, anchors=[])
    for index in range(first):
        paging.set_page_type_computed_styles(
            last.pages[index][0].page_type, source, context.style_for
        )
        for anchor in context.page_maker[index][-1]["anchors"]:
            counters = last.states[index + 1][3][1]
            context.target_collector.cache_target_page_counters(
                anchor, counters, index, context.page_maker
            )


def _bare(page: tuple[Any, list[Any], list[Any]]) -> Any:
    """A page as it was before margin boxes were added."""
    box, parts, flow = page
    made, root = box.copy(), parts[0].copy()
    root.children = flow[:]
    made.children = [root, *parts[1:]]
    return made
