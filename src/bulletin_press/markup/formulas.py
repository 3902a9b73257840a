"""Formulas: MathML where readers know it, drawings with their words where they do not."""

from __future__ import annotations

from docutils import nodes

from bulletin_press.markup.writer import Writer
from bulletin_press.source import formulas

_COLUMN = 22.0


class Formulas(Writer):
    """A formula within a line, and one that stands by itself in a block."""

    def visit_math(self, node: nodes.math) -> None:
        self.formula(node, display=False)
        raise nodes.SkipNode

    def visit_math_block(self, node: nodes.math_block) -> None:
        block = self.open("div", node)
        if self.profile.epub:
            block.set("tabindex", "0")  # it scrolls where it is too wide
        drawn = self.formula(node, display=True)
        if drawn is not None and drawn.width > _COLUMN:
            block.set("class", f"{block.get('class', '')} place-full")
        self.close()
        raise nodes.SkipNode

    def formula(self, node: nodes.Element, display: bool) -> formulas.Drawing | None:
        """Write a formula below the element on top; give its drawing where it is drawn."""
        tex = node.astext()
        if not self.profile.drawn:
            made = formulas.mathml(tex, display)
            if not display:
                self.common(made, node)
            self.stack[-1].append(made)
            return None
        drawn = formulas.drawing(tex, display)
        picture = self.open("img", None if display else node, alt=formulas.words(tex))
        picture.set("src", formulas.address(tex, display))
        picture.set("class", " ".join(["math", *(picture.get("class") or "").split()]))
        picture.set("style", f"width:{drawn.width:g}em;vertical-align:{-drawn.depth:g}em")
        self.close()
        return drawn
