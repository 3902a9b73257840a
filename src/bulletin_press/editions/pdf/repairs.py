"""Repairs of the engine: ends of lines and streams, lines that read leftwards, blanks.

WeasyPrint moves a line from whose end it has dropped a blank by the width of that blank, since the
drawn text still begins with it; a justified line is drawn anew without the blank, and so leaves
the column. It counts an indent as part of the line's width, at the wrong end. Where letters share
a cluster of glyphs, as a letter and its vowel do, it tells readers of the PDF that one glyph is
all of them and the others nothing, wherever else these stand. And it writes empty strings where
the face changes, after which PDFium, so Chrome, narrows a widened blank again. Where words before
an element fill a line but for the blank at their end, it sets the first of them alone, or its
first syllables. It takes the begin of an element within another for the begin of a line, where a
word too long for the room left may be broken anywhere. It does not draw a blank between two
elements, so that readers of the PDF join the words; and if the first blank of a face is one that
joins, it names all of them so; a ligature of letters with a soft hyphen between them has no name.
A stream of the PDF that happens to end with a carriage return ends one octet early for strict
readers, since a line feed follows; and it is compressed with such effort that it takes more than
twice the time to become smaller by a hundredth.
Nine of its functions are replaced while it works: ``remove_last_whitespace``, ``text_align``,
``split_first_line``, ``split_inline_box`` and ``split_text_box`` of ``weasyprint.layout.inline``,
``draw_first_line`` of ``weasyprint.draw.text``, ``show_text`` of ``weasyprint.pdf.stream.Stream``,
``build_fonts_dictionary`` of ``weasyprint.pdf``, and ``data`` of ``pydyf.Stream``; and ``zlib`` as
``pydyf`` knows it.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from math import inf
from types import SimpleNamespace
from typing import Any

from bulletin_press.editions.pdf.shortcuts.drawing import NO_GLYPH

_CLUSTERED = re.compile("[\u0590-\u08ff\ufb1d-\ufefc\u00ad]")
_SOFT = "\u00ad".encode()

_ZLIB = SimpleNamespace(compress=zlib.compress, compressobj=lambda level: zlib.compressobj())


@contextmanager
def true_lines() -> Iterator[None]:
    """Let the engine set lines as wide as they should be, within their column, letters named."""
    import pydyf
    from weasyprint import pdf as engine
    from weasyprint.draw import text
    from weasyprint.formatting_structure import boxes
    from weasyprint.layout import inline
    from weasyprint.pdf.stream import Stream

    drop, align, draw = inline.remove_last_whitespace, inline.text_align, text.draw_first_line
    show, split = Stream.show_text, inline.split_first_line
    data, build = pydyf.Stream.data, engine.build_fonts_dictionary
    split_inline, split_text = inline.split_inline_box, inline.split_text_box
    begins = [0.0]

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

    def split_first_line(
        text: str, style: Any, context: Any, max_width: Any, *others: Any, **more: Any
    ) -> Any:
        found = split(text, style, context, max_width, *others, **more)
        words = text.strip(" ")
        broken = found[2] is not None and max_width is not None
        first, _, rest = words.partition(" ")
        begin = found[0].text.removesuffix(style["hyphenate_character"])
        alone = broken and rest and first.startswith(begin)
        if alone and text[-1] == " " and style["white_space"] == "normal":
            bare = split(text.rstrip(" "), style, context, max_width, *others, **more)
            if bare[2] is None and bare[3] <= max_width:
                return split(text, style, context, inf, *others, **more)
        return found

    def split_inline_box(context: Any, box: Any, position_x: float, *others: Any) -> Any:
        is_line = isinstance(box, boxes.LineBox)
        begins.append(position_x if is_line else begins[-1])
        try:
            return split_inline(context, box, position_x, *others)
        finally:
            begins.pop()

    def split_text_box(
        context: Any, box: Any, width: Any, skip: int, is_line_start: bool = True
    ) -> Any:
        # A text that is only measured, for the column of a table, stands nowhere.
        stands = getattr(box, "position_x", begins[-1])
        begins_line = is_line_start and stands <= begins[-1]
        return split_text(context, box, width, skip, is_line_start=begins_line)

    def draw_first_line(stream: Any, box: Any, *others: Any) -> Any:
        if isinstance(box, boxes.TextBox) and not box.text.strip() and box.width:
            box = box.copy_with_text(".")
        if _CLUSTERED.search(box.text):
            _name_letters(stream, box.pango_layout)
        return draw(stream, box, *others)

    def build_fonts_dictionary(pdf: Any, fonts: Any, *others: Any) -> Any:
        for font in fonts.values():
            named = font.to_unicode.items()
            font.to_unicode.update({glyph: " " for glyph, name in named if name == "\u00a0"})
        return build(pdf, fonts, *others)

    def whole_data(stream: Any) -> bytes:
        written: bytes = data.fget(stream)
        end = b"\nendstream"
        return written[: -len(end)] + b"\r" + end if written.endswith(b"\r" + end) else written

    inline.remove_last_whitespace, inline.text_align = remove_last_whitespace, text_align
    inline.split_first_line = split_first_line
    inline.split_inline_box, inline.split_text_box = split_inline_box, split_text_box
    text.draw_first_line = draw_first_line
    Stream.show_text = lambda self, parts: show(self, parts.replace("<>", " "))
    pydyf.Stream.data, pydyf.zlib = property(whole_data), _ZLIB
    engine.build_fonts_dictionary = build_fonts_dictionary
    try:
        yield
    finally:
        inline.remove_last_whitespace, inline.text_align = drop, align
        inline.split_first_line = split
        inline.split_inline_box, inline.split_text_box = split_inline, split_text
        text.draw_first_line, Stream.show_text = draw, show
        pydyf.Stream.data, engine.build_fonts_dictionary = data, build
        pydyf.zlib = zlib


def _name_letters(stream: Any, layout: Any) -> None:
    """Note which letters the glyphs are of runs that are leftward, or have a soft hyphen.

    Each glyph once. Of a cluster with as many glyphs as letters, each is one; else the first is all
    of them but soft hyphens.
    """
    from weasyprint.text.ffi import ffi

    line, _ = layout.get_first_line()
    whole = layout.text.encode()
    run = line.runs[0]
    while run != ffi.NULL:
        item, string = run.data.item, run.data.glyphs
        run = run.next
        leftward = item.analysis.level % 2
        if not leftward and _SOFT not in whole[item.offset : item.offset + item.length]:
            continue
        font, _ = stream.add_font(item.analysis.font)
        places = [string.log_clusters[at] for at in range(string.num_glyphs)]
        end = item.length
        backwards = range(string.num_glyphs)[:: 1 if leftward else -1]
        for start, group in groupby(backwards, key=places.__getitem__):
            glyphs = [string.glyphs[at].glyph for at in group][::-1]
            letters = whole[item.offset + start : item.offset + end].decode()
            end = start
            whole_name = letters.replace("\u00ad", "") or letters
            parts = letters if len(glyphs) == len(letters) else [whole_name] + [""] * len(glyphs)
            for glyph, part in zip(glyphs, parts, strict=False):
                if glyph < NO_GLYPH:
                    font.to_unicode.setdefault(glyph, part)
