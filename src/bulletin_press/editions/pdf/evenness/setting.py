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

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from bulletin_press.editions.pdf.evenness.measuring import UNITS, Unmeasured
from bulletin_press.editions.pdf.evenness.paragraph import Content, Paragraph, Setting
from bulletin_press.editions.pdf.shortcuts.breaking import of_style
from bulletin_press.editions.pdf.shortcuts.replacing import replacements

_FORCED = re.compile("[\n\t\r\f\x0b\x85\u2028\u2029]")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ud7ff\uf900-\ufaff\uff00-\uffef]"
)
_WIDEST = 100_000.0  # CSS pixels: more is no measure
_PARAGRAPHS = 2_000  # known at a time
_SIDES = ("margin", "border", "padding")

Report = Callable[[Any, str], None]
"""Takes the element of a paragraph that cannot be planned, and why."""


class _Refused(Exception):  # noqa: N818
    """A paragraph that is left to the engine."""


class _Structure:
    """The boxes of a paragraph: where in its text each begins, and whether they are still so."""

    def __init__(self, line: Any, containing_block: Any) -> None:
        self.at: dict[int, int] = {}
        self.texts: list[Any] = []
        self.spaces: list[tuple[int, float]] = []
        self._seen: list[tuple[Any, Any]] = []
        self._octets = 0
        self._block = containing_block
        self.is_refused = False
        self.paragraph: Paragraph | None = None
        try:
            self._walk(line)
        except _Refused:
            self.is_refused = True

    def is_true(self) -> bool:
        """Whether all boxes have the children and texts that they had."""
        return all(
            (box.children if hasattr(box, "children") else box.text) is known
            for box, known in self._seen
        )

    def _walk(self, box: Any) -> None:
        from weasyprint.formatting_structure import boxes
        from weasyprint.layout import inline

        self.at[id(box)] = self._octets
        self._seen.append((box, box.children))
        for child in box.children:
            kind = type(child)
            if kind is not boxes.TextBox and kind is not boxes.InlineBox:
                raise _Refused
            style = child.style
            if (
                child.is_leader or child.note or child.note_call or child.is_outside_marker
                or style["position"] != "static" or style["float"] != "none"
            ):  # fmt: skip
                raise _Refused
            if kind is boxes.TextBox:
                self._text(child)
                continue
            if style["box_decoration_break"] == "clone" or style["direction"] != "ltr" != _of(box):
                raise _Refused
            inline.resolve_percentages(child, self._block)
            begin = self._octets
            self._walk(child)
            if self._octets > begin:
                for side, octet in (("left", begin), ("right", self._octets - 1)):
                    room = sum(_room(child, part, side) for part in _SIDES)
                    if room:
                        self.spaces.append((octet, room))

    def _text(self, box: Any) -> None:
        style = box.style
        if (
            style["white_space"] != "normal" or style["word_break"] != "normal"
            or not style["font_size"] or _FORCED.search(box.text) or _UNSPACED.search(box.text)
        ):  # fmt: skip
            raise _Refused
        self.at[id(box)] = self._octets
        self._seen.append((box, box.text))
        if box.text:
            self.texts.append(box)
            self._octets += len(box.text.encode())

    def place(self, line: Any, skip: Any) -> int:
        """The octet at which a line begins that the engine would begin at ``skip``."""
        from weasyprint.formatting_structure import boxes

        box, octet = line, 0
        while skip is not None:
            ((index, skip),) = skip.items()
            if isinstance(box, boxes.TextBox):
                return octet + (index or 0)
            if index >= len(box.children):
                return self._octets
            box = box.children[index]
            octet = self.at[id(box)]
        return octet


def _of(box: Any) -> str:
    return str(box.style["direction"])


def _room(box: Any, part: str, side: str) -> float:
    value = getattr(box, f"border_{side}_width" if part == "border" else f"{part}_{side}")
    return 0.0 if value == "auto" else float(value)


class _Finished:
    """In place of where to resume: the box ends with the line."""


_FINISHED = _Finished()


class _Maker:
    """Makes the boxes of one planned line from those of its paragraph."""

    def __init__(
        self, structure: _Structure, paragraph: Paragraph, setting: Setting, context: Any,
        containing_block: Any,
    ) -> None:  # fmt: skip
        self._structure, self._paragraph, self._setting = structure, paragraph, setting
        self._context, self._block = context, containing_block
        self.pieces: list[tuple[Any, int]] = []

    def box(self, box: Any, skip: Any) -> tuple[Any, Any]:
        """What of an inline element is in the line, and where to resume."""
        from weasyprint.formatting_structure import boxes
        from weasyprint.layout import inline

        first, inner = 0, None
        if skip is not None:
            ((first, inner),) = skip.items()
        children, rest = [], None
        for index in range(first, len(box.children)):
            child = box.children[index]
            child.position_y = box.position_y
            inline.resolve_percentages(child, self._block)
            if type(child) is boxes.TextBox:
                made, rest = self._text(child, inner)
            else:
                made, rest = self.box(child, inner)
            inner = None
            if made is not None:
                children.append(made)
            if rest is _FINISHED:
                if index + 1 < len(box.children):
                    rest = {index + 1: None}
                break
            if rest is not None:
                rest = {index: rest}
                break
        new = box.copy_with_children(children)
        new.remove_decoration(start=skip is not None, end=rest is not None and rest is not _FINISHED)
        for side in ("left", "right"):
            if getattr(new, f"margin_{side}") == "auto":
                setattr(new, f"margin_{side}", 0)
        inline._adjust_line_height(new)
        return new, rest

    def _text(self, box: Any, skip: Any) -> tuple[Any, Any]:
        setting, octets = self._setting, self._paragraph.measures.octets
        start = self._structure.at[id(box)]
        stop = start + len(box.text.encode())
        begin = start
        if skip is not None:
            ((octet, _),) = skip.items()
            begin += octet or 0
        breaks = not setting.is_last and start < setting.next <= stop
        end = min(stop, setting.end)
        hyphen = setting.hyphen if breaks else ""
        text = (octets[begin:end].decode() if begin < end else "") + hyphen
        made = self._piece(box, text, begin, end, hyphen) if text else None
        if not breaks:
            return made, None
        return made, _FINISHED if setting.next == stop else {setting.next - start: None}

    def _piece(self, box: Any, text: str, begin: int, end: int, hyphen: str) -> Any:
        """A text box with the octets from ``begin`` to ``end``; what is set there is ``text``."""
        from weasyprint.layout import inline
        from weasyprint.text.line_break import Layout

        paragraph, setting, measures = self._paragraph, self._setting, self._paragraph.measures
        run = paragraph.runs[measures.run_at(begin)]
        width = measures.widths[end] - measures.widths[begin]
        glyphs = measures.glyphs[end] - measures.glyphs[begin]
        height, baseline = run.height, run.baseline
        if hyphen:
            added = paragraph.hyphens[setting.next]
            width, glyphs = width + added.width, glyphs + 1
            if added.height != height:
                height = None
        if height is None:
            height, baseline = paragraph.upright(text, box.style, self._context)
        new = box.copy_with_text(text)
        new.width = (width / UNITS + glyphs * setting.tracking) * setting.scale
        new.height = height
        leading = (inline.strut(box.style)[0] - height) / 2
        new.margin_top = new.margin_bottom = leading
        new.baseline = baseline + leading
        new.pango_layout = layout = Layout.__new__(Layout)
        vars(layout).update(
            run.metrics, text=text, max_width=None, first_line_direction=run.direction,
            justification_spacing=0,
        )  # fmt: skip
        if setting.tracking or setting.scale != 1:
            new.press_drawn = setting.tracking, setting.scale
        self.pieces.append((new, measures.blanks[end] - measures.blanks[begin]))
        return new

    def justify(self, measure: float, room: float) -> None:
        """Let blanks fill the measure; ``room`` is what elements in the line have of their own."""
        setting = self._setting
        blanks = sum(count for _, count in self.pieces)
        if not setting.full or not blanks:
            return
        whole = measure + setting.left + setting.right
        spacing = (whole - room - sum(piece.width for piece, _ in self.pieces)) / blanks
        for piece, count in self.pieces:
            piece.justification_spacing = spacing
            if count:
                piece.pango_layout.justification_spacing = spacing / setting.scale
                piece.width += spacing * count


def _own_room(box: Any) -> float:
    """The room that inline elements of a line have beside their text."""
    found = 0.0
    for child in box.children:
        if hasattr(child, "children"):
            found += sum(_room(child, part, side) for part in _SIDES for side in ("left", "right"))
            found += _own_room(child)
    return found


def _place(box: Any, left: float) -> float:
    """Set the parts of an inline element side by side from ``left``; where they end."""
    for child in box.children if _of(box) == "ltr" else box.children[::-1]:
        child.position_x = left
        if hasattr(child, "children"):
            begin = child.content_box_x()
            child.width = _place(child, begin) - begin
            left += child.margin_width()
        else:
            left += child.width
    return left


@contextmanager
def even(report: Report) -> Iterator[None]:
    """Let justified paragraphs be even; ``report`` those that cannot."""
    from weasyprint.draw import text as drawing
    from weasyprint.formatting_structure import boxes
    from weasyprint.layout import inline
    from weasyprint.matrix import Matrix

    split, align, draw = inline.split_inline_box, inline.text_align, drawing.draw_first_line

    def split_inline_box(
        context: Any, box: Any, position_x: float, max_x: float, bottom_space: float, skip: Any,
        containing_block: Any, *others: Any,
    ) -> Any:  # fmt: skip
        first_letter, first_line = others[-2:]
        if type(box) is boxes.LineBox and not (first_letter or first_line):
            try:
                line = _planned(context, box, position_x, max_x, skip, containing_block)
            except Exception as error:
                vars(box)["press_structure"] = None
                report(box.element, f"{type(error).__name__}: {error}")
                line = None
            if line is not None:
                return *line, False, None, None, {"left": 0, "right": 0}
        return split(
            context, box, position_x, max_x, bottom_space, skip, containing_block, *others
        )

    def text_align(context: Any, line: Any, available_width: float, last: bool) -> Any:
        hanging = vars(line).get("press_hanging")
        if hanging is None:
            return align(context, line, available_width, last)
        indent = line.text_indent
        if _of(line) == "ltr":
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


def _planned(
    context: Any, box: Any, position_x: float, max_x: float, skip: Any, containing_block: Any
) -> tuple[Any, Any] | None:
    """The planned line that begins at ``skip``, and where the next does; None for the engine's."""
    style = box.style
    if style["text_align_all"] != "justify" or style["text_align_last"] not in ("auto", "start"):
        return None
    if _of(containing_block) != _of(box):
        return None
    if any(one.position_y + one.margin_height() > box.position_y for one in context.excluded_shapes):
        return None
    indent = box.text_indent if skip is None else 0
    measure = max_x - position_x + indent
    if measure > _WIDEST:
        return None
    structure = _structure(box, containing_block)
    if structure is None or structure.is_refused:
        return None
    paragraph = _paragraph(context, box, structure)
    if paragraph is None:
        return None
    setting = paragraph.setting(
        structure.place(box, skip), measure, indent if skip is None else _indent(box, containing_block)
    )
    if setting is None:
        return None
    maker = _Maker(structure, paragraph, setting, context, containing_block)
    line, rest = maker.box(box, skip)
    maker.justify(measure - indent, _own_room(line))
    line.width = _place(line, position_x) - line.content_box_x()
    line.press_hanging = setting.left, setting.right
    return line, None if rest is _FINISHED else rest


def _indent(box: Any, containing_block: Any) -> float:
    """The indent of a paragraph's first line, while another is laid out."""
    from weasyprint.layout import inline

    now = box.text_indent
    inline.resolve_one_percentage(box, "text_indent", containing_block.width)
    found, box.text_indent = float(box.text_indent), now
    return found


def _structure(box: Any, containing_block: Any) -> _Structure | None:
    own = vars(box)
    if "press_structure" in own:
        known = own["press_structure"]
        if known is None:
            return None
        owner, structure = known
        if owner is box and structure.is_true():
            return structure  # type: ignore[no-any-return]
    structure = _Structure(box, containing_block)
    own["press_structure"] = box, structure
    return structure


def _paragraph(context: Any, box: Any, structure: _Structure) -> Paragraph | None:
    """The paragraph of a line box; None where a text in it cannot be measured."""
    if structure.paragraph is not None:
        return structure.paragraph
    content = Content(
        tuple((one.text, of_style(one.style)[0]) for one in structure.texts),
        of_style(box.style)[0],
        tuple(structure.spaces),
    )
    known = vars(box.style.font_config).setdefault("press_paragraphs", {})
    if content not in known:
        if len(known) >= _PARAGRAPHS:
            known.clear()
        styles = [one.style for one in structure.texts]
        try:
            known[content] = Paragraph(content, styles, box.style, context)
        except Unmeasured:
            known[content] = None
    structure.paragraph = known[content]
    structure.is_refused = structure.paragraph is None
    return structure.paragraph
