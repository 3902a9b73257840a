"""Where each printed page begins: the value that the PDF layout hands to other editions."""

from __future__ import annotations

import re
from dataclasses import dataclass

IGNORED = re.compile("[\\s\u00ad\u200b\u2060]+")
"""What is not counted among the characters of a block."""

INLINE = frozenset("a span em strong code cite sub sup mark i b".split())
"""The elements within a block's lines; others that have an id are blocks of their own."""

OPENING = 40


@dataclass(frozen=True, slots=True)
class PageStart:
    """The beginning of one printed page.

    ``label`` is the folio as printed. ``block`` is the id of the block whose text opens the page,
    empty for a page without text of the issue. ``offset`` counts the characters of that block,
    white space and soft hyphens left out, that stand on earlier pages; ``text`` are those that
    come next, at most ``OPENING``. ``picture`` says that a picture or a formula, which has no
    characters, stands before them.
    """

    label: str
    block: str
    offset: int
    text: str = ""
    picture: bool = False


@dataclass(frozen=True, slots=True)
class Pagination:
    """All pages of one PDF in order, the page label of each anchor, and the PDF's SHA-256."""

    pages: tuple[PageStart, ...]
    anchors: dict[str, str]
    sha256: str
