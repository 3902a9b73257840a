"""Where the names of [names] stand in an article, and on which printed page each block is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from bulletin_press.issue import Article, Issue
from bulletin_press.pagination import Pagination

# languages whose endings follow a name without a sign between, and how long they may be
_ENDINGS = {"az": 7, "tr": 7, "ka": 5}


class Names:
    """The names to be found: each heading with the spellings that count as it."""

    def __init__(self, names: Mapping[str, Iterable[str]], language: str) -> None:
        headings: dict[str, str] = {}
        for heading, others in names.items():
            for spelling in (heading, *others):
                headings.setdefault(" ".join(spelling.split()), heading)
        self._headings = headings
        longest = sorted(headings, key=lambda one: (-len(one), one))
        ending = _ENDINGS.get(language.split("-")[0].lower(), 0)
        words = "|".join(r"\s+".join(map(re.escape, one.split())) for one in longest)
        after = rf"(?:[^\W\d_]{{0,{ending}}})(?!\w)" if ending else r"(?!\w)"
        self._pattern = re.compile(rf"(?<!\w)({words}){after}") if headings else None

    def of(self, texts: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
        """The names that stand in ``texts``, the words of blocks by their ids: the ids of each."""
        found: dict[str, dict[str, None]] = {}
        if self._pattern:
            for name, text in texts.items():
                for one in self._pattern.finditer(text):
                    heading = self._headings[" ".join(one[1].split())]
                    found.setdefault(heading, {})[name] = None
        return {heading: tuple(found[heading]) for heading in sorted(found)}


class Folios:
    """The printed pages of an issue's blocks, by the order of the tree."""

    def __init__(self, issue: Issue, pagination: Pagination | None) -> None:
        self._order = {name: number for number, name in enumerate(issue.anchors)}
        self._anchors = pagination.anchors if pagination else {}
        starts = pagination.pages if pagination else ()
        self._starts = [
            (self._order[one.block], one.offset, one.label)
            for one in starts
            if one.block in self._order
        ]

    def first(self, block: str) -> str:
        """The folio of the page on which a block begins; nothing without pages."""
        place = (self._order.get(block, -1), 0)
        found = [label for number, offset, label in self._starts if (number, offset) <= place]
        return found[-1] if found else ""

    def opening(self, article: Article) -> str:
        """The folio of the page on which an article begins; nothing without pages."""
        return self._anchors.get(article.id, "")

    def last(self, article: Article) -> str:
        """The folio of the page on which an article ends; nothing without pages."""
        end = max(self._order[name] for name in article.anchors)
        found = [label for number, _, label in self._starts if number <= end]
        return found[-1] if found else ""
