"""The engine's layout of a planned text, drawn from the words of its run."""

from __future__ import annotations

from typing import Any

from weasyprint.text.line_break import Layout

from bulletin_press.editions.pdf.evenness.words import UNITS, Face, Shape, Word, as_foretold
from bulletin_press.editions.pdf.shortcuts.breaking import of_style


class Planned(Layout):  # type: ignore[misc]
    """A text from ``begin`` to ``end`` of ``shape``, in octets, and its ``hyphen``."""

    shape: Shape | None
    begin: int
    end: int
    hyphen: str = ""
    max_width = None

    def words(self, style: Any) -> tuple[Face, list[Word]] | None:
        """The face and all words of the line; None if Pango has to shape it."""
        if self.shape is None or not as_foretold(style):
            return None
        spacing = int(self.justification_spacing * UNITS)
        number, _ = of_style(style)
        found = self.shape.line(self.begin, self.end, self.hyphen, spacing, style, number)
        return None if found is None else (self.shape.face, found)
