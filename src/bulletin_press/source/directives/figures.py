"""What the directives of pictures and charts share: the credit, and what a draft shows instead."""

from __future__ import annotations

from docutils import nodes
from docutils.parsers.rst import Directive

from bulletin_press.source import marks


def add_credit(directive: Directive, figure: nodes.figure, credit: str) -> None:
    """Add a line of credit, inline markup read, to the legend of a figure."""
    inline, messages = directive.state.inline_text(" ".join(credit.split()), directive.lineno)
    line = nodes.paragraph(credit, "", *inline, *messages, classes=["credit"])
    line.source, line.line = figure.source, figure.line
    legend = next((child for child in figure if isinstance(child, nodes.legend)), None)
    if legend is None:
        legend = nodes.legend()
        figure += legend
    legend += line


def stand_in(directive: Directive) -> list[nodes.Node]:
    """What stands in a draft for a picture or chart that cannot be shown: its source."""
    return [marks.unread(directive)]
