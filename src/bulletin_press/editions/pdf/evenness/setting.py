"""The engine's lines, set as they were planned.

``split_inline_box`` of ``weasyprint.layout.inline`` is called for each line with the whole
paragraph. For a justified paragraph of nothing but text and inline elements it gives the planned
line, made without shaping a letter: widths are known, and a text is shaped when it is drawn.
``text_align`` there lets signs hang, and ``draw_first_line`` of ``weasyprint.draw.text`` draws
letters tracked and scaled. All else is left to the engine: other text, lines beside floats, forced
breaks, paragraphs with a word that does not fit; and those that cannot be planned for an error,
which is reported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from bulletin_press.editions.pdf.evenness import keeping, structure
from bulletin_press.editions.pdf.evenness.making import Maker
from bulletin_press.editions.pdf.evenness.measuring import Unmeasured
from bulletin_press.editions.pdf.evenness.paragraph import Content, Paragraph
from bulletin_press.editions.pdf.evenness.structure import Structure, direction
from bulletin_press.editions.pdf.shortcuts.breaking import of_style
from bulletin_press.editions.pdf.shortcuts.replacing import replacements

_WIDEST = 100_000.0  # CSS pixels: more is no measure
_PARAGRAPHS = 2_000  # known at a time

Report = Callable[[Any, str], object]
"""Takes the element of a paragraph that cannot be planned, and why."""


@contextmanager
def even(report: Report, faces: bytes) -> Iterator[None]:
    """Let justified paragraphs be even; ``report`` those that cannot.

    ``faces`` is a hash of all font files that are used: what was planned with them is kept.
    """
    from weasyprint.draw import text as drawing
    from weasyprint.formatting_structure import boxes
    from weasyprint.layout import inline
    from weasyprint.matrix import Matrix

    store = keeping.Kept(faces)
    split, align, draw = inline.split_inline_box, inline.text_align, drawing.draw_first_line

    def split_inline_box(
        context: Any, box: Any, position_x: float, max_x: float, bottom_space: float, skip: Any,
        containing_block: Any, *others: Any,
    ) -> Any:  # fmt: skip
        first_letter, first_line = others[-2:]
        if type(box) is boxes.LineBox and not (first_letter or first_line or _failed(box)):
            try:
                line = _planned(store, context, box, position_x, max_x, skip, containing_block)
            except (MemoryError, RecursionError):
                raise
            except Exception as error:
                message = f"{type(error).__name__}: {error}"
                box.press_failed = box, message
                report(box.element, message)
                line = None
            if line is not None:
                return *line, False, None, None, {"left": 0, "right": 0}
        return split(context, box, position_x, max_x, bottom_space, skip, containing_block, *others)

    def text_align(context: Any, line: Any, available_width: float, last: bool) -> Any:
        hanging = vars(line).get("press_hanging")
        if hanging is None:
            return align(context, line, available_width, last)
        indent = line.text_indent
        if direction(line) == "ltr":
            return -hanging[0]
        if indent:
            line.width -= indent
            for child in line.children:
                child.translate(dx=-2 * indent)
        return 0

    def draw_first_line(
        stream: Any, box: Any, text_overflow: Any, block_ellipsis: Any, matrix: Any
    ) -> Any:
        drawn = vars(box).get("press_drawn")
        if drawn is None:
            return draw(stream, box, text_overflow, block_ellipsis, matrix)
        tracking, scale = drawn
        _, _, _, d, e, f = matrix.values
        if tracking:
            stream.stream.append(f"{tracking:.4f} Tc".encode())
        try:
            wide = Matrix(a=scale, d=d, e=e, f=f)
            return draw(stream, box, text_overflow, block_ellipsis, wide)
        finally:
            if tracking:
                stream.stream.append(b"0 Tc")

    with replacements() as replace:
        replace(inline, "split_inline_box", split_inline_box)
        replace(inline, "text_align", text_align)
        replace(drawing, "draw_first_line", draw_first_line)
        yield
    store.save()


def _planned(
    store: keeping.Kept,
    context: Any,
    box: Any,
    position_x: float,
    max_x: float,
    skip: Any,
    containing_block: Any,
) -> tuple[Any, Any] | None:
    """The planned line that begins at ``skip``, and where the next does; None for the engine's."""
    style = box.style
    if style["text_align_all"] != "justify" or style["text_align_last"] not in ("auto", "start"):
        return None
    around = containing_block.style
    if (
        around["direction"] != style["direction"] or around["text_overflow"] != "clip"
        or around["block_ellipsis"] != "none"
    ):  # fmt: skip
        return None
    if any(
        one.position_y + one.margin_height() > box.position_y for one in context.excluded_shapes
    ):
        return None
    indent = box.text_indent if skip is None else 0
    measure = max_x - position_x + indent
    if measure > _WIDEST:
        return None
    found = structure.known(box, containing_block)
    paragraph = None if found.is_refused else _paragraph(store, context, box, found)
    if paragraph is None:
        return None
    first = indent if skip is None else _first_indent(box, containing_block)
    setting = paragraph.setting(found.place(box, skip), measure, first)
    if setting is None:
        return None
    maker = Maker(found, paragraph, setting, context, containing_block)
    return maker.line(box, skip, position_x, measure - indent)


def _failed(box: Any) -> bool:
    """Whether a paragraph could not be planned; its lines are copies, and keep what was wrong."""
    paragraph, _ = vars(box).get("press_failed", (None, ""))
    return paragraph is box


def _first_indent(box: Any, containing_block: Any) -> float:
    """The indent of a paragraph's first line, while another is laid out."""
    from weasyprint.layout import inline

    now = box.text_indent
    inline.resolve_one_percentage(box, "text_indent", containing_block.width)
    found, box.text_indent = float(box.text_indent), now
    return found


def _paragraph(store: keeping.Kept, context: Any, box: Any, found: Structure) -> Paragraph | None:
    """The paragraph of a line box; None where a text in it cannot be measured."""
    if found.paragraph is None:
        texts = [(one.text, of_style(one.style)) for one in found.texts]
        main, spaces = of_style(box.style), tuple(found.spaces)
        content = Content(tuple((text, number) for text, (number, _) in texts), main[0], spaces)
        told = main[1] and all(name for _, (_, name) in texts)
        name = (tuple((text, name) for text, (_, name) in texts), main[1], spaces) if told else None
        known = vars(box.style.font_config).setdefault("press_paragraphs", {})
        if content not in known:
            if len(known) >= _PARAGRAPHS:
                known.clear()
            styles = [one.style for one in found.texts]
            earlier = store.get(name) if name else None
            try:
                known[content] = Paragraph(content, styles, box.style, context, earlier)
            except Unmeasured:
                known[content] = None
        found.paragraph = known[content]
        found.is_refused = found.paragraph is None
        if found.paragraph and name:
            store.use(name, found.paragraph)
    return found.paragraph
