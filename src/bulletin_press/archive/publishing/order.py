"""In which order files are put into a bucket, so that no link leads to what is not there yet.

All that is new comes before all that changes: as long as nothing old was changed, nobody finds
what is new, and when the first page changes, all that it may link to is there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import groupby

from bulletin_press.archive.publishing.headers import FEED, IMMUTABLE
from bulletin_press.archive.publishing.manifest import Manifest

FRONT = "index.html"


def classes(
    manifest: Manifest, new: Collection[str], changed: Collection[str]
) -> Iterator[list[str]]:
    """The paths ``new`` and ``changed`` in classes: one is put whole before the next is begun.

    Within the new ones and then within the changed ones: files named by their bytes; downloads
    and pictures; the pages of issues, the deepest first; each issue's own page; pages outside of
    issues; feeds, catalogues, the site's map, the search; the front page.
    """
    pages = {file.path for files in manifest.issues.values() for file in files}
    own = {f"{issue}/index.html" for issue in manifest.issues}

    def rank(path: str) -> tuple[bool, int, int]:
        return (path in changed, *_rank(path, pages, own))

    for _, found in groupby(sorted({*new, *changed}, key=lambda p: (rank(p), p)), key=rank):
        yield list(found)


def goodbye(paths: Collection[str]) -> list[str]:
    """The paths to be removed, in order: what links before what is linked to."""
    return sorted(paths, key=lambda path: (not path.endswith(".html"), path.count("/"), path))


def _rank(path: str, of_issues: Collection[str], own: Collection[str]) -> tuple[int, int]:
    if IMMUTABLE.search(path):
        return 0, 0
    if path == FRONT:
        return 6, 0
    if _points(path):
        return 5, 0
    if not path.endswith(".html"):
        return 1, 0
    if path in own:
        return 3, 0
    return (2, -path.count("/")) if path in of_issues else (4, 0)


def _points(path: str) -> bool:
    """Whether a file leads readers' programs to what is new."""
    if "/" not in path:
        return bool(FEED.fullmatch(path)) or (path.startswith("sitemap") and path.endswith(".xml"))
    return path.startswith("opds/") or (path.startswith("search/") and path.endswith(".json"))
