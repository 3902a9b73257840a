"""Small answers that the engine works out often: sizes in a room, struts, where text can break.

Used sizes follow from a style and the room; a strut, from a style; whether a text can break, from
it and its language. A line with no float about collides with nothing, and a box stands in the
normal flow by two properties. What a box has is copied in one piece. Replaced, wherever a module of
the engine knows them, are ``resolve_percentages``, ``avoid_collisions``, ``strut`` and
``can_break_text``; and ``is_in_normal_flow`` and ``copy`` of
``weasyprint.formatting_structure.boxes.Box``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from math import inf
from operator import is_
from typing import Any

from bulletin_press.editions.pdf.shortcuts.replacing import replacements

_SIDES = ("top", "right", "bottom", "left")
_SIZES = ("width", "height", "min_width", "min_height", "max_width", "max_height")
_LEAST = ("min_width", "min_height")
_RESOLVED = (*(f"{kind}_{side}" for kind in ("margin", "padding") for side in _SIDES), *_SIZES)
_BORDERS = tuple(f"border_{side}_width" for side in _SIDES)
_USED = (*_RESOLVED, *_BORDERS)
_NOTHING = (  # what a box has that no rule is for
    dict.fromkeys(_USED, 0)
    | {"width": "auto", "height": "auto", "max_width": inf, "max_height": inf}
)
_FLOWING = frozenset({"static", "relative", "sticky"})
_FLOATING = frozenset({"left", "right", "inline-start", "inline-end", "footnote"})
_TEXTS = 20_000


def _used(style: Any, width: Any, height: Any) -> dict[str, Any]:
    """The used sizes of a box in a room, as the engine's ``resolve_percentages`` gives them."""
    from weasyprint.layout.percent import percentage

    rooms = {"height": height, "min_height": height, "max_height": height}
    if height == "auto":
        rooms = {"min_height": 0, "max_height": inf}
    used: dict[str, Any] = {name: style[name] for name in _BORDERS}
    for name in _RESOLVED:
        value = style[name]
        if getattr(value, "unit", None) == "px":
            used[name] = value.value
        elif name == "height" and name not in rooms:
            used[name] = "auto"
        else:
            found = percentage(value, style, rooms.get(name, width))
            used[name] = 0 if found == "auto" and name in _LEAST else found
    return used


@contextmanager
def known() -> Iterator[None]:
    """Let the engine give small answers from memory."""
    from weasyprint.css import AnonymousStyle, computed_values, units
    from weasyprint.formatting_structure import boxes
    from weasyprint.layout import (
        absolute,
        block,
        column,
        float,
        grid,
        inline,
        page,
        percent,
        preferred,
        table,
    )
    from weasyprint.text import line_break

    resolve, collide = percent.resolve_percentages, inline.avoid_collisions
    strut, is_in_flow = line_break.strut, boxes.Box.is_in_normal_flow
    unsized = frozenset((*_RESOLVED, "box_sizing"))
    kinds = frozenset({boxes.TextBox, boxes.LineBox, boxes.InlineBox, boxes.BlockBox})

    def resolve_percentages(box: Any, containing_block: Any) -> None:
        style = box.style
        if type(box) not in kinds or style["border_collapse"] == "collapse":
            resolve(box, containing_block)
            return
        if type(style) is AnonymousStyle and unsized.isdisjoint(style):
            vars(box).update(_NOTHING)
            return
        if isinstance(containing_block, boxes.Box):
            room = containing_block.width, containing_block.height
        else:
            room = tuple(containing_block)
        rooms = vars(style).setdefault("press_used", {})
        sizes = tuple([style[name] for name in _SIZES])
        found = rooms.get(room)
        if found is not None and all(map(is_, found[0], sizes)):
            vars(box).update(found[1])
            return
        if style["box_sizing"] == "content-box":
            used = _used(style, *room)
            vars(box).update(used)
        else:
            resolve(box, containing_block)
            own = vars(box)
            used = {name: own[name] for name in _USED}
        rooms[room] = sizes, used

    def known_strut(style: Any) -> Any:
        own = vars(style)
        state = style["font_size"], style["line_height"]
        mark = own.get("press_strut")
        if mark is not None and mark[0] == state:
            return mark[1]
        found = strut(style)
        own["press_strut"] = state, found
        return found

    def is_in_normal_flow(self: Any) -> bool:
        style = self.style
        if style["position"] in _FLOWING:
            return style["float"] not in _FLOATING
        return bool(is_in_flow(self))

    def copy(self: Any) -> Any:
        kind: Any = type(self)
        made = kind.__new__(kind)
        made.__dict__ = vars(self).copy()
        return made

    def avoid_collisions(context: Any, box: Any, containing_block: Any, outer: bool = True) -> Any:
        if (
            outer or context.excluded_shapes or type(box) is not boxes.LineBox
            or containing_block.style["direction"] != "ltr" or box.style["float"] != "none"
        ):  # fmt: skip
            return collide(context, box, containing_block, outer)
        left = containing_block.content_box_x()
        right = left + containing_block.width
        left += box.margin_left
        right -= box.margin_right
        return left - box.margin_left, box.border_box_y() - box.margin_top, right - left

    with replacements() as replace:
        for module in (absolute, block, column, float, grid, inline, page, percent, table):
            replace(module, "resolve_percentages", resolve_percentages)
        for module in (line_break, inline, units, computed_values):
            replace(module, "strut", known_strut)
        can_break = lru_cache(maxsize=_TEXTS)(line_break.can_break_text)
        for module in (line_break, inline, preferred):
            replace(module, "can_break_text", can_break)
        replace(inline, "avoid_collisions", avoid_collisions)
        replace(boxes.Box, "is_in_normal_flow", is_in_normal_flow)
        replace(boxes.Box, "copy", copy)
        yield
