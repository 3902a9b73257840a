"""A built site on the disk: what its manifest names is there, and its bytes are proved as read."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bulletin_press.archive.publishing import manifest
from bulletin_press.archive.publishing.manifest import Manifest
from bulletin_press.archive.publishing.outcome import refusal
from bulletin_press.problems import ProblemsError

AGAIN = "build the site again"
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Tree:
    """A site in its ``folder``, with its manifest as read and as bytes, and each file's size."""

    folder: Path
    manifest: Manifest
    data: bytes
    sizes: dict[str, int]

    def parts(self, path: str) -> Iterator[bytes]:
        """The bytes of a file, in parts; the last is given only when the whole is proved.

        A kept file is not proved, as the manifest has no hash of it. Raises ProblemsError (E133)
        where it cannot be read or its bytes are not those of the manifest.
        """
        known = self.manifest.files.get(path)
        digest, size, last = hashlib.sha256(), 0, b""
        try:
            with (self.folder / path).open("rb") as file:
                while part := file.read(_CHUNK):
                    digest.update(part)
                    size += len(part)
                    if last:
                        yield last
                    last = part
        except OSError as error:
            message = f"cannot read {path}: {error.strerror or error}"
            raise refusal(message, str(self.folder), AGAIN) from None
        if known and (size, digest.hexdigest()) != (known.octets, known.sha256):
            raise changed(self.folder, path)
        yield last

    def read(self, path: str) -> bytes:
        """The bytes of a file, proved. Raises as ``parts`` does."""
        return b"".join(self.parts(path))


def changed(folder: Path, path: str, others: int = 0) -> ProblemsError:
    """The error for a file of a site in ``folder`` that is not as its manifest says."""
    more = f", nor are {others} more" if others else ""
    message = f"{path} is not as {manifest.NAME} says{more}"
    return refusal(message, str(folder), AGAIN)


def load(site: Path) -> Tree:
    """The site in that folder.

    Raises ProblemsError (E133) where there is none, or its manifest has another form, or a file
    that it names is missing or has another size.
    """
    try:
        data = (site / manifest.NAME).read_bytes()
    except FileNotFoundError:
        raise refusal("there is no site", str(site), "build the site first") from None
    except OSError as error:
        raise refusal(f"cannot read: {error.strerror or error}", str(site)) from None
    try:
        known = manifest.read(data)
    except ValueError as error:
        message = f"{manifest.NAME} is not the list of a site: {error}"
        raise refusal(message, str(site), AGAIN) from None
    sizes = {path: _size(site / path) for path in sorted(known.paths)}
    wrong = [
        path
        for path, size in sizes.items()
        if size < 0 or (path in known.files and size != known.files[path].octets)
    ]
    if wrong:
        raise changed(site, wrong[0], len(wrong) - 1)
    return Tree(site, known, data, sizes)


def _size(path: Path) -> int:
    """The size of a regular file, -1 where there is none."""
    try:
        found = path.lstat()
    except OSError:
        return -1
    return found.st_size if stat.S_ISREG(found.st_mode) else -1
