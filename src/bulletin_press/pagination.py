"""Where each printed page begins: the value that the PDF layout hands to other editions."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PageStart:
    """The beginning of one printed page.

    ``label`` is the folio as printed. ``block`` is the id of the block whose text opens the page,
    empty for a page without text of the issue. ``offset`` counts the characters of that block,
    white space and soft hyphens left out, that stand on earlier pages.
    """

    label: str
    block: str
    offset: int


@dataclass(frozen=True, slots=True)
class Pagination:
    """All pages of one PDF in order, the page label of each anchor, and the PDF's SHA-256."""

    pages: tuple[PageStart, ...]
    anchors: dict[str, str]
    sha256: str
