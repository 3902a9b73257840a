"""The engine's layout of a planned text: Pango is asked for nothing until it must be.

Before it draws a text the engine lets Pango shape it. Here that waits until something of Pango's is
looked at, which is never if the line is drawn from the words of its run.
"""

from __future__ import annotations

from typing import Any

from weasyprint.text.line_break import Layout

from bulletin_press.editions.pdf.evenness.words import UNITS, Shape, Word, as_foretold
from bulletin_press.editions.pdf.shortcuts.breaking import of_style


class Planned(Layout):  # type: ignore[misc]
    """A text from ``begin`` to ``end`` of ``shape``, in octets, and its ``hyphen``."""

    shape: Shape | None
    begin: int
    end: int
    hyphen: str

    def __getattr__(self, name: str) -> Any:
        own = vars(self)
        if not name.startswith("__") and "style" in own and "layout" not in own:
            super().reactivate(own["style"])
            return getattr(self, name)
        raise AttributeError(name)

    def reactivate(self, style: Any) -> None:
        """Note that the text is to be shaped, if Pango is needed."""
        self.style = style

    def deactivate(self) -> None:
        """Give Pango's objects back, if there are some."""
        if "layout" in vars(self):
            super().deactivate()
        else:
            self.__dict__.pop("style", None)

    def words(self, style: Any) -> tuple[Any, list[Word]] | None:
        """Pango's font and all words of the line; None if Pango has to shape it."""
        if self.shape is None or not as_foretold(style):
            return None
        spacing = int(self.justification_spacing * UNITS)
        number, _ = of_style(style)
        found = self.shape.line(self.begin, self.end, self.hyphen, spacing, style, number)
        return None if found is None else (self.shape.face.font, found)
