"""What lies in a published folder: its files, and what others have put there."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from bulletin_press.archive.publishing import manifest
from bulletin_press.archive.publishing.manifest import Manifest
from bulletin_press.archive.publishing.outcome import refusal


@dataclass(frozen=True, slots=True)
class Census:
    """What lies below a folder, by path: sizes of files, symbolic links, folders.

    Symbolic links are not followed.
    """

    files: dict[str, int] = field(default_factory=dict)
    links: set[str] = field(default_factory=set)
    folders: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Foreign:
    """What no manifest names, by path: files, symbolic links, and folders without files of ours."""

    files: frozenset[str] = frozenset()
    links: frozenset[str] = frozenset()
    folders: frozenset[str] = frozenset()

    def of(self, path: str, wanted: frozenset[str], wanted_folders: frozenset[str]) -> bool:
        """Whether a foreign path keeps the files ``wanted`` from lying where they should."""
        above = manifest.folders(path)
        if not wanted.isdisjoint(above) or path in wanted:
            return True
        return path not in self.folders and path in wanted_folders


def take(folder: Path) -> Census:
    """All that lies below a folder; nothing if there is no folder.

    Raises OSError, and ProblemsError (E133) for what can neither be linked nor copied.
    """
    found = Census()
    if not folder.is_dir():
        return found
    device = folder.stat().st_dev
    waiting = [""]
    while waiting:
        below = waiting.pop()
        with os.scandir(folder / below) as entries:
            for entry in entries:
                path = f"{below}{entry.name}"
                known = entry.stat(follow_symlinks=False)
                if stat.S_ISLNK(known.st_mode):
                    found.links.add(path)
                elif stat.S_ISREG(known.st_mode):
                    found.files[path] = known.st_size
                elif stat.S_ISDIR(known.st_mode) and known.st_dev == device:
                    found.folders.add(path)
                    waiting.append(f"{path}/")
                else:
                    message = f"{path} is neither a file nor a folder of the same disk"
                    raise refusal(message, str(folder), "take it away, or name another folder")
    return found


def foreign(found: Census, known: Manifest) -> Foreign:
    """What of ``found`` no manifest names."""
    ours = {*known.paths, manifest.NAME}
    ours_above = {above for path in known.paths for above in manifest.folders(path)}
    return Foreign(
        frozenset(found.files.keys() - ours),
        frozenset(found.links),
        frozenset(found.folders - ours_above),
    )
