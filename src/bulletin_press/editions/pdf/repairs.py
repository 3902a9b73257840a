"""Repairs of the engine: lines that read leftwards, their letters' names, blanks between faces.

WeasyPrint moves a line from whose end it has dropped a blank by the width of that blank, since the
drawn text still begins with it; a justified line is drawn anew without the blank, and so leaves
the column. It counts an indent as part of the line's width, at the wrong end. Where letters share
a cluster of glyphs, as a letter and its vowel do, it tells readers of the PDF that one glyph is
all of them and the others nothing, wherever else these stand. And it writes empty strings where
the face changes, after which PDFium, so Chrome, narrows a widened blank again.
Four of its functions are replaced while it works: ``remove_last_whitespace`` and ``text_align``
of ``weasyprint.layout.inline``, ``draw_first_line`` of ``weasyprint.draw.text``, and ``show_text``
of ``weasyprint.pdf.stream.Stream``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import Any

_LEFTWARD = re.compile("[\u0590-\u08ff\ufb1d-\ufefc]")
_NO_GLYPH = 0x0FFFFFFF  # from here on Pango says that nothing, or a box, is drawn


@contextmanager
def true_lines() -> Iterator[None]:
    """Let the engine set lines as wide as they should be, within their column, letters named."""
    from weasyprint.draw import text
    from weasyprint.layout import inline
    from weasyprint.pdf.stream import Stream

    drop, align, draw = inline.remove_last_whitespace, inline.text_align, text.draw_first_line
    show = Stream.show_text

    def remove_last_whitespace(context: Any, line: Any) -> None:
        before = [child.position_x for child in line.children]
        drop(context, line)
        moved = [was - child.position_x for was, child in zip(before, line.children, strict=True)]
        if not any(moved):
            return
        box = line
        while getattr(box, "children", None):
            box = box.children[-1]
            box.position_x += moved[-1]
        if box.text:
            drawn, *_ = inline.split_text_box(context, box, None, 0)
            box.pango_layout = drawn.pango_layout

    def text_align(context: Any, line: Any, available_width: float, last: bool) -> Any:
        indent = line.text_indent
        if line.style["direction"] == "rtl" and indent:
            line.width -= indent
            available_width -= indent
            for child in line.children:
                child.translate(dx=-2 * indent, ignore_floats=True)
        return align(context, line, available_width, last)

    def draw_first_line(stream: Any, box: Any, *others: Any) -> Any:
        if _LEFTWARD.search(box.text):
            _name_letters(stream, box.pango_layout)
        return draw(stream, box, *others)

    inline.remove_last_whitespace, inline.text_align = remove_last_whitespace, text_align
    text.draw_first_line = draw_first_line
    Stream.show_text = lambda self, parts: show(self, parts.replace("<>", " "))
    try:
        yield
    finally:
        inline.remove_last_whitespace, inline.text_align = drop, align
        text.draw_first_line, Stream.show_text = draw, show


def _name_letters(stream: Any, layout: Any) -> None:
    """Note for the glyphs of a line's leftward runs which letters they are, each glyph once.

    Of a cluster with as many glyphs as letters, each is one; else the first is all of them.
    """
    from weasyprint.text.ffi import ffi

    line, _ = layout.get_first_line()
    whole = layout.text.encode()
    run = line.runs[0]
    while run != ffi.NULL:
        item, string = run.data.item, run.data.glyphs
        run = run.next
        if item.analysis.level % 2 == 0:
            continue
        font, _ = stream.add_font(item.analysis.font)
        places = [string.log_clusters[at] for at in range(string.num_glyphs)]
        end = item.length
        for start, group in groupby(range(string.num_glyphs), key=places.__getitem__):
            glyphs = [string.glyphs[at].glyph for at in group][::-1]
            letters = whole[item.offset + start : item.offset + end].decode()
            end = start
            parts = letters if len(glyphs) == len(letters) else [letters] + [""] * len(glyphs)
            for glyph, part in zip(glyphs, parts, strict=False):
                if glyph < _NO_GLYPH:
                    font.to_unicode.setdefault(glyph, part)
