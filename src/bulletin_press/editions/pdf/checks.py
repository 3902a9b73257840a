"""What a finished layout must hold; each broken promise becomes a problem at its source line."""

from __future__ import annotations

from collections.abc import Iterator

from bulletin_press.editions.pdf.engine import Layout
from bulletin_press.issue import Issue
from bulletin_press.problems import Problem, problem


def check(issue: Issue, layout: Layout) -> Iterator[Problem]:
    """The contents list and page references are true, the folios agree, no text is lost."""
    masthead = issue.place(issue.document)
    for message in layout.warnings:
        yield problem("L103", f"the layout engine says: {message[:200]}", masthead)
    if not layout.settled:
        message = "the page numbers in the contents list do not settle"
        yield problem("L101", message, masthead)
    for name, number in layout.printed:
        page = layout.anchors.get(name)
        if page is None or layout.labels[page - 1] != number:
            message = f"“{number}” is printed for a page that is not there"
            yield problem("L101", message, issue.place(name))
    for label, margins in zip(layout.labels[1:], layout.margins[1:], strict=True):
        if label not in margins:
            yield problem("E101", f"page {label} does not show its folio", masthead)
    for name in layout.incomplete:
        yield problem("E101", "text of this block is missing from the pages", issue.place(name))
    for page, name, text in layout.overflows:
        message = f"“{text[:60]}” runs out of its column on page {layout.labels[page - 1]}"
        yield problem("L104", message, issue.place(name))
