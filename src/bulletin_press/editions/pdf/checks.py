"""What a finished layout must hold; each broken promise becomes a problem at its source line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from bulletin_press.editions.pdf.composition import BACK_COVER
from bulletin_press.editions.pdf.layout import Layout
from bulletin_press.issue import Issue
from bulletin_press.problems import Problem, problem
from bulletin_press.styles import Sheet

_QUOTED = 60
_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "L104": "{text} runs out of its column on page {page}",
        "L105": "{text} is cut off by the paper's edge on page {page}",
        "L107": "{text} is printed over {other} on page {page}",
        "L108": "the heading {text} is the last line of its column on page {page}",
        "L109": "the note {text} is called on page {called} and printed on page {page}",
        "L110": "the note {text} stands after a later one on page {page}",
        "L111": "the note {text} does not fit page {page}",
        "L112": "the blanks in the line {text} on page {page} are {times} times as wide as usual",
        "L113": "the last page, {page}, has fewer than four lines of text",
        "L114": "{text} runs over the foot of page {page}",
        "L116": "the lines of {text} are broken one by one: {error}",
    }
)


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
    for fault in layout.faults:
        words = _WORDS[fault.code].format(
            text=_short(fault.text) or f"a {fault.other}",
            other=_short(fault.other) or "the notes",
            page=layout.labels[fault.page - 1],
            called=layout.labels[fault.called - 1],
            error=fault.other,
            times=fault.other,
        )
        yield problem(fault.code, words, issue.place(fault.block))


def _short(text: str) -> str:
    return f"“{text if len(text) <= _QUOTED else f'{text[:_QUOTED].rstrip()}…'}”" if text else ""
