"""The site's new folder in the making: files linked from the old one, or written."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from bulletin_press.archive.holdings import File


class Tree:
    """A folder ``new`` that will take the place of ``old``; ``files`` are those in it, by path."""

    def __init__(self, new: Path, old: Path) -> None:
        self.new, self.old = new, old
        self.files: dict[str, File] = {}
        self.changed: dict[str, int] = {}

    def write(self, path: str, data: bytes) -> None:
        """Put a file with these bytes; the one that stands there already if it has them.

        Raises OSError.
        """
        file = File(path, sha256(data).hexdigest(), len(data))
        if not (self._same(path, data) and self.link(file)):
            target = self._place(path)
            target.write_bytes(data)
            self._note(file)

    def link(self, file: File) -> bool:
        """Take a file from the old folder; whether it could be done. Raises OSError."""
        taken = self._take(file.path)
        if taken:
            self._note(file)
        return taken

    def adopt(self, file: File) -> None:
        """Count a file that was written below the new folder by another. Raises OSError."""
        self._note(file)

    def keep(self, paths: Iterable[str]) -> list[str]:
        """Take over files of the old folder that nothing leads to any more; those that were."""
        return [path for path in paths if path not in self.files and self._take(path)]

    def _take(self, path: str) -> bool:
        source = self.old / path
        if not source.is_file():
            return False
        target = self._place(path)
        try:
            os.link(source, target)
        except (OSError, NotImplementedError):
            shutil.copy2(source, target)
        return True

    def _same(self, path: str, data: bytes) -> bool:
        try:
            return (self.old / path).read_bytes() == data
        except OSError:
            return False

    def _place(self, path: str) -> Path:
        target = self.new / path
        target.parent.mkdir(parents=True, exist_ok=True)
        return target

    def _note(self, file: File) -> None:
        self.files[file.path] = file
        self.changed[file.path] = (self.new / file.path).stat().st_mtime_ns
