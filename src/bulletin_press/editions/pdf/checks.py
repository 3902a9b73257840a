"""What a finished layout must hold; each broken promise becomes a problem at its source line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bulletin_press.editions.pdf.composition import BACK_COVER
from bulletin_press.editions.pdf.engine import Layout
from bulletin_press.issue import Issue
from bulletin_press.problems import Problem, problem
from bulletin_press.styles import Sheet


def check(issue: Issue, layout: Layout, sheet: Sheet) -> Iterator[Problem]:
    """The contents list and page references are true, the folios agree, no text is lost."""
    masthead = issue.place(issue.document)
    for message in layout.warnings:
        found = re.search(r" at (\d+):\d+", message)
        where = sheet.place(int(found[1])) if found else None
        text = re.sub(r" at \d+:\d+", "", message)[:200]
        yield problem("L103", f"the layout engine says: {text}", where or masthead)
    if not layout.settled:
        message = "the page numbers in the contents list do not settle"
        yield problem("L101", message, masthead)
    for name, number in layout.printed:
        page = layout.anchors.get(name)
        if page is None or layout.labels[page - 1] != number:
            message = f"“{number}” is printed for a page that is not there"
            yield problem("L101", message, issue.place(name))
    last = layout.anchors.get(BACK_COVER, len(layout.labels) + 1) - 1
    for label, margins in zip(layout.labels[1:last], layout.margins[1:last], strict=True):
        if label not in margins:
            hint = "let an own styles/print.css print counter(page); without one, report a bug"
            yield problem("E101", f"page {label} does not show its folio", masthead, hint)
    if len(layout.labels) - last > 1:
        message = f"the back cover takes {len(layout.labels) - last} pages"
        yield problem("L106", message, issue.place(BACK_COVER))
    for name in layout.incomplete:
        yield problem("E101", "text of this block is missing from the pages", issue.place(name))
    for page, name, text, cut in layout.overflows:
        code, what = ("L105", "is cut off by the paper's edge") if cut else (
            "L104", "runs out of its column"
        )  # fmt: skip
        message = f"“{text[:60]}” {what} on page {layout.labels[page - 1]}"
        yield problem(code, message, issue.place(name))
