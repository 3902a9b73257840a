"""What a cover shows, as values: one with equal ones is the same picture."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from bulletin_press.issue import Issue
from bulletin_press.source import pictures


class Named(NamedTuple):
    """An article by its Roman numeral, if it has one, and its title."""

    numeral: str
    title: str


@dataclass(frozen=True, slots=True)
class Record:
    """An issue as its cover shows it; ``picture`` is the editor's as a file, or nothing."""

    title: str
    subtitle: str
    position: str
    month: str
    month_number: int
    publisher: str
    issn: str
    identifier: str
    direction: str
    articles: tuple[Named, ...]
    picture: bytes

    def key(self) -> tuple[str, bytes]:
        """All of it, to keep by it what is made of it."""
        return repr(replace(self, picture=b"")), self.picture


def record(issue: Issue) -> Record:
    """The record of ``issue``.

    Raises ValueError or OSError for a picture that has changed since it was checked.
    """
    picture = pictures.load(issue.publication.root / issue.cover).data if issue.cover else b""
    return Record(
        issue.title,
        issue.subtitle,
        issue.position,
        issue.month,
        issue.date.month,
        issue.publisher,
        issue.issn,
        issue.identifier,
        issue.direction,
        tuple(Named(one.numeral, one.title) for one in issue.articles),
        picture,
    )
