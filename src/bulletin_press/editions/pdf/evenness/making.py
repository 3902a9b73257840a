"""The boxes of one planned line, made from those of its paragraph; no letter is shaped."""

from __future__ import annotations

from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline

from bulletin_press.editions.pdf.evenness.drawn import Planned
from bulletin_press.editions.pdf.evenness.measuring import LEAST
from bulletin_press.editions.pdf.evenness.paragraph import Paragraph, Setting
from bulletin_press.editions.pdf.evenness.structure import PARTS, Structure, direction, room
from bulletin_press.editions.pdf.evenness.words import UNITS


class _Finished:
    """In place of where to resume: the box ends with the line."""


_FINISHED = _Finished()


class Maker:
    """Makes the boxes of one planned line from those of its paragraph."""

    def __init__(
        self, structure: Structure, paragraph: Paragraph, setting: Setting, context: Any,
        containing_block: Any,
    ) -> None:  # fmt: skip
        self._structure, self._paragraph, self._setting = structure, paragraph, setting
        self._context, self._block = context, containing_block
        self._pieces: list[tuple[Any, int]] = []

    def line(self, box: Any, skip: Any, left: float, measure: float) -> tuple[Any, Any]:
        """The line of ``box`` from ``skip`` on, and where the next begins: None after the last.

        It begins at ``left``, ``measure`` is its width, both in CSS pixels.
        """
        line, rest = self._box(box, skip)
        self._justify(measure, _own_room(line))
        line.width = _place(line, left) - line.content_box_x()
        line.press_hanging = self._setting.left, self._setting.right
        vars(line).pop("press_structure", None)  # the paragraph's, which this is a copy of
        return line, None if rest is _FINISHED else rest

    def _box(self, box: Any, skip: Any) -> tuple[Any, Any]:
        """What of an inline element is in the line, and where to resume."""
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
                made, rest = self._box(child, inner)
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
        new.remove_decoration(
            start=skip is not None, end=rest is not None and rest is not _FINISHED
        )
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
        paragraph, setting, measures = self._paragraph, self._setting, self._paragraph.measures
        number = measures.run_at(begin)
        run, start = paragraph.uprights[number], measures.starts[number]
        width = measures.widths[end] - measures.widths[begin]
        glyphs = measures.glyphs[end] - measures.glyphs[begin]
        height, baseline = run.height, run.baseline
        if begin == setting.begin and begin in paragraph.openings:
            added, more = paragraph.openings[begin]
            width, glyphs = width + added, glyphs + more
        if end == setting.next and end in paragraph.closings:
            added, closing = paragraph.closings[end]
            width, glyphs = width + added, glyphs + bool(hyphen)
            if closing.height != height:
                height = None
        if height is None:
            height, baseline = paragraph.upright(text, box.style, self._context)
        new = box.copy_with_text(text)
        new.width = (width / UNITS + glyphs * setting.tracking) * setting.scale
        new.height = height
        leading = (inline.strut(box.style)[0] - height) / 2
        new.margin_top = new.margin_bottom = leading
        new.baseline = baseline + leading
        new.pango_layout = Planned.__new__(Planned)
        vars(new.pango_layout).update(
            run.metrics, text=text, first_line_direction=run.direction, justification_spacing=0,
            shape=paragraph.shapes[number], begin=begin - start, end=end - start,
        )  # fmt: skip
        if hyphen:
            new.pango_layout.hyphen = hyphen
        if setting.tracking or setting.scale != 1:
            new.press_drawn = setting.tracking, setting.scale
        self._pieces.append((new, measures.blanks[end] - measures.blanks[begin]))
        return new

    def _justify(self, measure: float, room: float) -> None:
        """Let blanks fill the measure; ``room`` is what elements in the line have of their own."""
        setting = self._setting
        blanks = sum(count for _, count in self._pieces)
        if not setting.full or not blanks:
            for piece, count in self._pieces:
                piece.pango_layout.justification_spacing = LEAST if count else 0
            return
        whole = measure + setting.left + setting.right
        spacing = (whole - room - sum(piece.width for piece, _ in self._pieces)) / blanks
        for piece, count in self._pieces:
            piece.justification_spacing = spacing
            if count:
                piece.pango_layout.justification_spacing = _drawn(piece, spacing / setting.scale)
                piece.width += spacing * count


def _drawn(piece: Any, spacing: float) -> float:
    """What justifying adds to the blanks of a text, in CSS pixels.

    Not half a pixel more than whole ones: a blank at the text's end gets it twice, for Pango to cut
    in halves, but whole pixels Pango cuts in unequal parts.
    """
    units = int((piece.style["word_spacing"] + spacing) * UNITS)
    return spacing + 1 / UNITS if units % UNITS == UNITS // 2 else spacing


def _own_room(box: Any) -> float:
    """The room that inline elements of a line have beside their text."""
    found = 0.0
    for child in box.children:
        if not hasattr(child, "text"):
            found += sum(room(child, part, side) for part in PARTS for side in ("left", "right"))
            found += _own_room(child)
    return found


def _place(box: Any, left: float) -> float:
    """Set the parts of an inline element side by side from ``left``; where they end."""
    for child in box.children if direction(box) == "ltr" else box.children[::-1]:
        child.position_x = left
        if not hasattr(child, "text"):
            begin = child.content_box_x()
            child.width = _place(child, begin) - begin
            left += child.margin_width()
        else:
            left += child.width
    return left
