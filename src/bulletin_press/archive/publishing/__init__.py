"""A finished site is put where readers find it, a folder or a bucket, and never half of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bulletin_press.archive.publishing import bucket, folder
from bulletin_press.archive.publishing.outcome import Report, unheard
from bulletin_press.archive.publishing.store import is_address

__all__ = ["Report", "publish"]


def publish(site: Path, target: str, progress: Callable[[int, int], None] | None = None) -> Report:
    """Put the site in the folder ``site`` at ``target``: ``s3://bucket/prefix``, else a folder.

    ``progress`` is told how many of how many files are done. Raises ProblemsError, as
    ``folder.publish`` and ``bucket.publish`` say.
    """
    if is_address(target):
        return bucket.publish(site, target, progress or unheard)
    return folder.publish(site, Path(target), progress or unheard)
