"""How even the paragraphs of an issue are, broken as a whole and one line after another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from bulletin_press.editions.pdf import engine, shortcuts
from bulletin_press.editions.pdf.composition import Composition

_HYPHENS = "-\u2010\u00ad"
_LADDER = 3  # lines in a row that end with a hyphen


@dataclass(frozen=True, slots=True)
class Figures:
    """Of justified lines: all, those with blanks over 1.5 and 2 times the natural, the hyphens.

    ``ladders`` are hyphens at the end of a third line in a row or a later one.
    """

    lines: int = 0
    over_half: int = 0
    over_twice: int = 0
    hyphens: int = 0
    ladders: int = 0

    def __add__(self, other: Figures) -> Figures:
        pairs = zip(astuple(self), astuple(other), strict=True)
        return Figures(*(one + another for one, another in pairs))

    def worse_than(self, other: Figures) -> list[str]:
        """In what these are worse: shares of loose lines, hyphens, ladders."""
        whole, others = max(self.lines, 1), max(other.lines, 1)
        found = []
        if self.over_half * others > other.over_half * whole:
            found.append("over 1.5")
        if self.over_twice * others > other.over_twice * whole:
            found.append("over 2")
        if self.hyphens > other.hyphens:
            found.append("hyphens")
        if self.ladders > other.ladders:
            found.append("ladders")
        return found

    def __str__(self) -> str:
        whole = max(self.lines, 1)
        return (
            f"{self.lines} lines, over 1.5: {100 * self.over_half / whole:.1f} %, over 2: "
            f"{100 * self.over_twice / whole:.1f} %, {self.hyphens} hyphens, {self.ladders} ladders"
        )


def both(composition: Composition, folder: Path) -> tuple[Figures, Figures]:
    """The figures of an issue with paragraphs broken as a whole, and one line after another.

    Both with the limits on hyphens of the first. The engine must not have been loaded before
    ``folder`` was made its own.
    """
    even = _laid(replace(composition, even=True), folder)
    return even, _laid(replace(composition, even=False), folder)


def _laid(composition: Composition, folder: Path) -> Figures:
    from bulletin_press.editions.pdf import placed

    read, found = placed.read, [Figures()]

    def noted(document: Any, tree: Any) -> Any:
        found[0] = sum(map(_of_paragraph, _paragraphs(document)), Figures())
        return read(document, tree)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(placed, "read", noted)
        engine.lay_out(composition, folder, shortcuts.chosen())
    return found[0]


def _paragraphs(document: Any) -> Iterator[list[Any]]:
    """The lines of each paragraph in their order, those parted by a page included."""
    found: defaultdict[Any, list[Any]] = defaultdict(list)

    def walk(box: Any) -> None:
        from weasyprint.formatting_structure import boxes

        box = getattr(box, "_box", box)
        if isinstance(box, boxes.LineBox):
            if box.style["text_align_all"] == "justify":
                found[box.element].append(box)
            return
        for child in getattr(box, "children", ()):
            walk(child)

    for page in document.pages:
        walk(page._page_box)
    yield from found.values()


def _of_paragraph(lines: list[Any]) -> Figures:
    from weasyprint.formatting_structure import boxes

    found, row = Figures(), 0
    for line in lines:
        texts = [
            one for one in line.descendants()
            if isinstance(one, boxes.TextBox) and one.text.strip() and "::" not in one.element_tag
        ]  # fmt: skip
        if not texts:
            continue
        texts.sort(key=lambda one: one.position_x)
        ends = texts[0] if line.style["direction"] == "rtl" else texts[-1]
        is_hyphen = line is not lines[-1] and ends.text.rstrip()[-1:] in _HYPHENS
        row = row + 1 if is_hyphen else 0
        ratio = max(1 + one.justification_spacing / _blank(one) for one in texts)
        is_full = any(one.justification_spacing for one in texts)
        found += Figures(
            is_full, is_full and ratio > 1.5, is_full and ratio > 2, is_hyphen, row >= _LADDER
        )
    return found


def _blank(box: Any) -> float:
    """The natural width of a blank in the style of a text, in CSS pixels."""
    from weasyprint.text.line_break import create_layout, line_size

    known = vars(box.style).setdefault("blank_of_tests", [])
    if not known:
        widths = []
        for text in ("a a", "aa"):
            layout = create_layout(text, box.style, None, None, 0)
            line, _ = layout.get_first_line()
            widths.append(line_size(line, box.style)[0])
        known.append(widths[0] - widths[1])
    return float(known[0])
