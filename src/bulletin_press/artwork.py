"""Every picture that an issue shows, read from its file or drawn by the press, as safe bytes."""

from __future__ import annotations

from bulletin_press.issue import Issue
from bulletin_press.source import pictures
from bulletin_press.source.pictures import Picture


def artwork(issue: Issue) -> dict[str, Picture]:
    """The pictures of ``issue`` by the address that its tree gives them, in order.

    An address is a path relative to the publication's folder. Raises ValueError or OSError for a
    file that has changed since it was checked.
    """
    root = issue.publication.root
    return {uri: pictures.load(root / uri) for uri in issue.pictures}
