"""The contents of an issue: the one list behind the printed page, the outline and the e-book."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from docutils import nodes

from bulletin_press.issue import Issue
from bulletin_press.source.references import plain


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the contents: label (``I.`` or nothing), title, anchor, and the lines below it.

    ``groups`` marks a section of the issue, which leads to the first of its articles.
    """

    label: str
    title: str
    anchor: str
    entries: tuple[Entry, ...] = ()
    groups: bool = False

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

    Articles of one section of the issue stand below an entry of its own, which counts as no
    level. Without ``depth`` the publication's ``contents-depth`` holds.
    """
    levels = issue.publication.design.contents_depth if depth is None else depth
    entries: list[Entry] = []
    for article in issue.articles:
        label = f"{article.numeral}." if article.numeral else ""
        below = _sections(article.section, levels - 1)
        entry = Entry(label, article.title, article.id, below)
        if not article.group:
            entries.append(entry)
        elif article.furniture("department") is not None:
            entries.append(Entry("", article.group, article.id, (entry,), groups=True))
        else:
            group = entries.pop()
            entries.append(replace(group, entries=(*group.entries, entry)))
    return tuple(entries)


def outline(issue: Issue) -> tuple[Entry, ...]:
    """The entries of bookmarks and navigation: three levels in every edition, and the sections."""
    return contents(issue, 3)


def _sections(parent: nodes.section, levels: int) -> tuple[Entry, ...]:
    if levels < 1:
        return ()
    entries = []
    for child in parent.children:
        title = child[0] if isinstance(child, nodes.section) else None
        if isinstance(child, nodes.section) and isinstance(title, nodes.title):
            below = _sections(child, levels - 1)
            entries.append(Entry("", plain(title), str(child["ids"][0]), below))
    return tuple(entries)
