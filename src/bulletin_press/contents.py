"""The contents of an issue: the one list behind the printed page, the outline and the e-book."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from docutils import nodes

from bulletin_press.issue import Issue
from bulletin_press.source.references import plain


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the contents: label (``I.`` or nothing), title, anchor, and the lines below it."""

    label: str
    title: str
    anchor: str
    entries: tuple[Entry, ...] = ()

    @property
    def heading(self) -> str:
        """Label and title in one line."""
        return f"{self.label} {self.title}" if self.label else self.title

    def walk(self) -> Iterator[Entry]:
        """This entry and all below it, in reading order."""
        yield self
        for entry in self.entries:
            yield from entry.walk()


def contents(issue: Issue, depth: int | None = None) -> tuple[Entry, ...]:
    """The entries of an issue: its articles, and their sections down to ``depth`` levels in all.

    Without ``depth`` the publication's ``contents-depth`` holds.
    """
    levels = issue.publication.design.contents_depth if depth is None else depth
    return tuple(
        Entry(
            f"{article.numeral}." if article.numeral else "",
            article.title,
            article.id,
            _sections(article.section, levels - 1),
        )
        for article in issue.articles
    )


def outline(issue: Issue) -> tuple[Entry, ...]:
    """The entries of bookmarks and navigation, which go down to three levels in every edition."""
    return contents(issue, 3)


def _sections(parent: nodes.section, levels: int) -> tuple[Entry, ...]:
    if levels < 1:
        return ()
    entries = []
    for child in parent:
        title = child[0] if isinstance(child, nodes.section) else None
        if isinstance(child, nodes.section) and isinstance(title, nodes.title):
            below = _sections(child, levels - 1)
            entries.append(Entry("", plain(title), str(child["ids"][0]), below))
    return tuple(entries)
