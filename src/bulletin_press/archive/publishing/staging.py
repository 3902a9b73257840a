"""The new tree is made beside the old one: linked from it, copied from the site, carried over."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from bulletin_press.archive.publishing import exchange, manifest
from bulletin_press.archive.publishing.census import Foreign
from bulletin_press.archive.publishing.tree import Tree


class Staging:
    """A tree in the making in the empty folder ``folder``; ``old`` is the one it will replace."""

    def __init__(self, folder: Path, old: Path) -> None:
        self.folder, self.old = folder, old
        self.octets = 0
        self._written: list[Path] = []
        self._made = {""}

    def link(self, site: Tree, path: str) -> None:
        """Take a file of the site from the old tree, from the site where links do not work.

        Raises OSError, and ProblemsError (E133) as ``copy`` does.
        """
        if not self._linked(path):
            self.copy(site, path)

    def copy(self, site: Tree, path: str) -> None:
        """Take a file from the site. Raises OSError, and ProblemsError (E133) as ``parts``."""
        self.write(path, site.parts(path))

    def write(self, path: str, parts: Iterable[bytes]) -> None:
        """Write a file. Raises OSError, and what ``parts`` raises."""
        target = self._place(path)
        with target.open("xb") as file:
            for part in parts:
                file.write(part)
                self.octets += len(part)
        target.chmod(0o644)
        self._written.append(target)

    def carry(self, foreign: Foreign) -> None:
        """Take over what others have put into the old tree. Raises OSError."""
        for path in sorted(foreign.folders):
            self._place(f"{path}/")
        for path in sorted(foreign.links):
            self._place(path).symlink_to((self.old / path).readlink())
        for path in sorted(foreign.files):
            if not self._linked(path):
                target = self._place(path)
                shutil.copy2(self.old / path, target, follow_symlinks=False)
                self._written.append(target)

    def finish(self) -> None:
        """Give folders the old ones' modes, write all through to the disk. Raises OSError."""
        for file in self._written:
            exchange.sync(file)
        for path in sorted(self._made, reverse=True):
            made, before = self.folder / path, self.old / path
            made.chmod(0o755)
            with contextlib.suppress(OSError):
                _resemble(made, before)
            exchange.sync(made)

    def _linked(self, path: str) -> bool:
        target = self._place(path)
        try:
            os.link(self.old / path, target, follow_symlinks=False)
        except FileExistsError:
            raise
        except (OSError, NotImplementedError):
            return False
        return True

    def _place(self, path: str) -> Path:
        for above in manifest.folders(path):
            if above not in self._made:
                (self.folder / above).mkdir()
                self._made.add(above)
        return self.folder / path


def _resemble(made: Path, before: Path) -> None:
    """Let a folder have the group, mode and attributes of the one before. Raises OSError."""
    if before.is_symlink() or not before.is_dir():
        return
    with contextlib.suppress(OSError):
        os.chown(made, -1, before.stat().st_gid)
    shutil.copystat(before, made)
