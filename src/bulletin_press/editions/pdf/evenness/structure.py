"""The boxes of a paragraph as the engine has them, and where in its text each begins."""

from __future__ import annotations

import re
from typing import Any

from bulletin_press.editions.pdf.evenness.paragraph import Paragraph

PARTS = ("margin", "border", "padding")
_FORCED = re.compile("[\n\t\r\f\x0b\x85\u2028\u2029]")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ud7ff\uf900-\ufaff\uff00-\uffef]"
)


class _Refused(Exception):  # noqa: N818
    """A paragraph that is left to the engine."""


class Structure:
    """The boxes of a line box that holds a whole paragraph.

    ``is_refused`` says that they are left to the engine: not all are text and inline elements in
    their places, or the text breaks in other ways. ``at`` is the octet at which each box begins, by
    its identity, ``texts`` are those with text, ``spaces`` as in ``paragraph.Content``.
    """

    def __init__(self, line: Any, containing_block: Any) -> None:
        self.at: dict[int, int] = {}
        self.texts: list[Any] = []
        self.spaces: list[tuple[int, float]] = []
        self._seen: list[tuple[Any, str, Any]] = []
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
        return all(getattr(box, name) is known for box, name, known in self._seen)

    def _walk(self, box: Any) -> None:
        from weasyprint.formatting_structure import boxes
        from weasyprint.layout import inline

        self.at[id(box)] = self._octets
        self._seen.append((box, "children", box.children))
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
            if style["box_decoration_break"] == "clone" or style["direction"] != "ltr" != direction(
                box
            ):
                raise _Refused
            inline.resolve_percentages(child, self._block)
            begin = self._octets
            self._walk(child)
            if self._octets > begin:
                for side, octet in (("left", begin), ("right", self._octets - 1)):
                    own = sum(room(child, part, side) for part in PARTS)
                    if own:
                        self.spaces.append((octet, own))

    def _text(self, box: Any) -> None:
        style = box.style
        if (
            style["white_space"] != "normal" or style["word_break"] != "normal"
            or not style["font_size"] or _FORCED.search(box.text) or _UNSPACED.search(box.text)
        ):  # fmt: skip
            raise _Refused
        self.at[id(box)] = self._octets
        self._seen.append((box, "text", box.text))
        if box.text:
            self.texts.append(box)
            self._octets += len(box.text.encode())

    def place(self, line: Any, skip: Any) -> int:
        """The octet at which a line begins that the engine would begin at ``skip``."""
        box, octet = line, 0
        while skip is not None:
            ((index, skip),) = skip.items()
            if hasattr(box, "text"):
                return octet + (index or 0)
            if index >= len(box.children):
                return self._octets
            box = box.children[index]
            octet = self.at[id(box)]
        return octet


def direction(box: Any) -> str:
    """The direction in which a box reads."""
    return str(box.style["direction"])


def room(box: Any, part: str, side: str) -> float:
    """How wide a part of an element is at a side, in CSS pixels."""
    value = getattr(box, f"border_{side}_width" if part == "border" else f"{part}_{side}")
    return 0.0 if value == "auto" else float(value)


def known(line: Any, containing_block: Any) -> Structure:
    """The structure of a line box, noted there while it is true."""
    own = vars(line)
    owner, structure = own.get("press_structure", (None, None))
    if owner is line and structure.is_true():
        return structure  # type: ignore[no-any-return]
    structure = Structure(line, containing_block)
    own["press_structure"] = line, structure
    return structure
