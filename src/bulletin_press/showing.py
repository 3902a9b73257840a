"""What the press makes of an issue, as plain values for print or JSON."""

from __future__ import annotations

from typing import Any

from bulletin_press.contents import Entry, contents
from bulletin_press.issue import Issue


def show(issue: Issue, what: str) -> Any:
    """One view of an issue.

    ``contents`` gives entries with their pages, ``pages`` the beginning of each page, ``metadata``
    the masthead, ``tree`` the document tree as text. The first two lay out the PDF.
    Raises ProblemsError.
    """
    if what == "tree":
        return issue.document.pformat()
    if what == "metadata":
        return _metadata(issue)
    from bulletin_press.editions import pdf

    pagination = pdf.render(issue).pagination
    if what == "pages":
        return [
            {"label": page.label, "block": page.block, "offset": page.offset}
            for page in pagination.pages
        ]

    def plain(entry: Entry) -> dict[str, Any]:
        below = [plain(one) for one in entry.entries]
        page = pagination.anchors[entry.anchor]
        return {"page": page, "heading": entry.heading, "anchor": entry.anchor, "entries": below}

    return [plain(entry) for entry in contents(issue)]


def _metadata(issue: Issue) -> dict[str, Any]:
    values = {
        "id": issue.id,
        "identifier": issue.identifier,
        "title": issue.title,
        "subtitle": issue.subtitle,
        "volume": str(issue.volume or ""),
        "number": str(issue.number or ""),
        "date": issue.date.isoformat(),
        "language": issue.language,
        "translation-of": issue.translation_of,
        "issn": issue.issn,
        "publisher": issue.publisher,
        "rights": issue.rights,
        "summary": issue.summary,
        "keywords": list(issue.keywords),
        "authors": list(issue.authors),
    }
    return {key: value for key, value in values.items() if value}
