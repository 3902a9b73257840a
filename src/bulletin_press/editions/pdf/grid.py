"""Lines of neighbouring columns on one level: what is not text takes whole lines of room.

The engine knows no baseline grid. A figure, list or box ends anywhere, and all lines below it stand
beside those of the next column, but not level with them. So the room around such a block is made
to fill up its last line, half of it above and half below, or taken away where little is too much.
No room is left above what begins a column.
Two of the engine's functions are replaced while it works: ``block_level_layout`` of
``weasyprint.layout.block`` and ``_create_column_box`` of ``weasyprint.layout.column``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_TEXT = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6"})
_LITTLE = 0.4  # of a line, which the room below a block can do without
_EXACT = 0.01  # CSS pixels


@contextmanager
def level_columns() -> Iterator[None]:
    """Let the engine end each block of a column that has neighbours on a line of the text."""
    from weasyprint.layout import block, column
    from weasyprint.text.line_break import strut

    lay_out, create = block.block_level_layout, column._create_column_box

    def create_column_box(box: Any, *others: Any) -> Any:
        made = create(box, *others)
        count = box.style["column_count"]
        made.text_line = strut(box.style)[0] if count != "auto" and count > 1 else 0
        return made

    def block_level_layout(
        context: Any, box: Any, bottom_space: float, skip_stack: Any, containing_block: Any,
        *others: Any, **more: Any,
    ) -> Any:  # fmt: skip
        parent = containing_block
        found = lay_out(context, box, bottom_space, skip_stack, parent, *others, **more)
        line, (laid, rest, *_) = getattr(parent, "text_line", 0), found
        if line and laid is not None:
            _begin(laid, parent.position_y)
            if rest is None and _ends_anywhere(box, parent):
                _fill(laid, parent.position_y, line)
        return found

    block.block_level_layout, column._create_column_box = block_level_layout, create_column_box
    try:
        yield
    finally:
        block.block_level_layout, column._create_column_box = lay_out, create


def _ends_anywhere(box: Any, column: Any) -> bool:
    return box.element_tag not in _TEXT and box.element is not column.children[-1].element


def _begin(box: Any, top: float) -> None:
    """Leave no room above the block that begins a column."""
    above = box.margin_top
    if above > 0 and abs(box.position_y - top) < _EXACT:
        box.margin_top = 0
        box.translate(dy=-above)
        box.position_y += above


def _fill(box: Any, top: float, line: float) -> None:
    """Let a block with its margins end a whole number of lines below ``top``."""
    over = (box.position_y + box.margin_height() - top) % line
    if min(over, line - over) < _EXACT:
        return
    if over <= min(_LITTLE * line, box.margin_bottom / 2):
        box.margin_bottom -= over
        return
    more = line - over
    if box.border_box_y() - top > _EXACT:
        box.translate(dy=more / 2)
        more /= 2
    box.margin_bottom += more
