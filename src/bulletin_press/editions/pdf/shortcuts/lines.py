"""Whole lines, laid out once for each room and place in their paragraph.

A line of nothing but text and inline elements, from left to right, with no float about, depends
only on the paragraph, where in it the line begins, where its column lies and how wide it is. It is
given again as a copy, moved to its height in the page. To the last bit of each number: the engine
moves a finished line by one addition, which is done again on what was there before.
Replaced are ``get_next_linebox`` and ``line_box_verticality`` of ``weasyprint.layout.inline``; the
latter is where a line is whole but not moved yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bulletin_press.editions.pdf.shortcuts.replacing import replacements

_PARAGRAPHS = 400  # whose lines are remembered: those of some pages
_Path = tuple[int, ...]


class _Paragraph:
    """A line box of which lines are taken, with the lines that were."""

    def __init__(self, box: Any) -> None:
        self.box, self.children = box, box.children
        self.is_plain = _is_plain(box)
        self._filled = [(one, one.children) for one in box.descendants() if one.missing_link]
        self.lines: dict[Any, tuple[Any, _Path, float, list[float]]] = {}

    def is_of(self, box: Any) -> bool:
        """Whether it is of this line box, in which no page number was filled in since."""
        if self.box is not box or self.children is not box.children:
            return False
        return not self._filled or all(one.children is known for one, known in self._filled)


def _is_plain(box: Any) -> bool:
    """Whether all in it is text and inline elements that stand where they are."""
    from weasyprint.formatting_structure import boxes

    for child in box.children:
        kind = type(child)
        if kind is boxes.InlineBox:
            if not _is_plain(child):
                return False
        elif kind is not boxes.TextBox:
            return False
        style = child.style
        special = (
            child.is_leader or child.note or child.note_call
            or child.is_outside_marker or child.is_table_wrapper
        )  # fmt: skip
        if special or style["position"] != "static" or style["float"] != "none":
            return False
    return True


def path_of(skip: Any) -> _Path:
    """A place in a paragraph, which the engine has as nested dictionaries."""
    found = []
    while skip is not None:
        ((index, skip),) = skip.items()
        found.append(index)
    return tuple(found)


def _skip(path: _Path) -> Any:
    found: Any = None
    for index in reversed(path):
        found = {index: found}
    return found


def _heights(box: Any, found: list[float]) -> list[float]:
    """Where all boxes in a line stand, one after another."""
    for child in box.children:
        found.append(child.position_y)
        _heights(child, found)
    return found


def _copy(box: Any, heights: Iterator[float], by: float) -> Any:
    """A line of its own, its parts at ``heights`` but moved ``by`` pixels."""
    from weasyprint.text.line_break import Layout

    made = box.copy()
    children = []
    for child in box.children:
        height = next(heights)
        copy = _copy(child, heights, by)
        copy.position_y = height + by
        children.append(copy)
    made.children = tuple(children) if type(box.children) is tuple else children
    own = vars(made)
    layout = own.get("pango_layout")
    may_be_cut = type(layout) is Layout  # a planned one never ends with an ellipsis
    if may_be_cut:
        made.pango_layout = Layout.__new__(Layout)
        vars(made.pango_layout).update(vars(layout))
    return made


@contextmanager
def remembered() -> Iterator[None]:
    """Lay out each plain line once for each room."""
    from weasyprint.layout import inline

    lay_out, verticality = inline.get_next_linebox, inline.line_box_verticality
    watched: list[list[tuple[float, list[float]]] | None] = []

    def line_box_verticality(box: Any) -> Any:
        result = verticality(box)
        if watched and watched[-1] is not None:
            watched[-1].append((result[1], _heights(box, [])))
        return result

    def get_next_linebox(
        context: Any, linebox: Any, position_y: float, bottom_space: float, skip_stack: Any,
        containing_block: Any, absolute_boxes: Any, fixed_boxes: Any, first_letter_style: Any,
        first_line_style: Any,
    ) -> Any:  # fmt: skip
        given = (
            context, linebox, position_y, bottom_space, skip_stack, containing_block,
            absolute_boxes, fixed_boxes, first_letter_style, first_line_style,
        )  # fmt: skip
        alone = not (first_letter_style or first_line_style or context.excluded_shapes)
        rightward = containing_block.style["direction"] == linebox.style["direction"] == "ltr"
        paragraph = _paragraph(context, linebox) if alone and rightward else None
        if paragraph is None or not paragraph.is_plain:
            watched.append(None)
            try:
                return lay_out(*given)
            finally:
                watched.pop()
        key = (
            path_of(skip_stack), containing_block.content_box_x(), containing_block.width,
            containing_block.height == "auto", linebox.text_indent,
        )  # fmt: skip
        found = paragraph.lines.get(key)
        if found is not None:
            template, rest, top, heights = found
            line = _copy(template, iter(heights), position_y - top)
            line.position_y = position_y
            return line, _skip(rest)
        seen: list[tuple[float, list[float]]] = []
        watched.append(seen)
        try:
            line, resume_at = lay_out(*given)
        finally:
            watched.pop()
        if line is not None and line.height and seen:
            top, heights = seen[-1]
            template = _copy(line, iter(heights), 0)
            paragraph.lines[key] = template, path_of(resume_at), top, heights
        return line, resume_at

    with replacements() as replace:
        replace(inline, "line_box_verticality", line_box_verticality)
        replace(inline, "get_next_linebox", get_next_linebox)
        yield


def _paragraph(context: Any, linebox: Any) -> _Paragraph:
    known: dict[int, _Paragraph] = vars(context).setdefault("press_paragraphs", {})
    found = known.get(id(linebox))
    if found is None or not found.is_of(linebox):
        if len(known) >= _PARAGRAPHS:
            for one in list(known)[: _PARAGRAPHS // 4]:
                del known[one]
        found = known[id(linebox)] = _Paragraph(linebox)
    return found
