"""This program itself, as one value that changes with its files and those of its libraries."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib import metadata
from pathlib import Path

_LIBRARIES = (
    "anyascii", "cffi", "docutils", "ebooklib", "fontpkg-amiri", "fontpkg-literata",
    "fontpkg-source-code-pro", "fontpkg-source-sans-3", "fonttools", "latex2mathml", "lxml",
    "manimgx-fonts", "pikepdf", "pillow", "pydyf", "pyphen", "resvg-py", "uharfbuzz", "weasyprint",
    "ziamath",
)  # fmt: skip


@cache
def fingerprint() -> str:
    """A hash of this program: its files, and the versions of what sets and draws for it."""
    digest = sha256()
    package = Path(__file__).parent
    roots = (package, package.parents[1] / "styles")
    for path in (one for root in roots if root.is_dir() for one in files(root)):
        if path.suffix != ".pyc":
            digest.update(f"\0{path.name}\0{sha256(path.read_bytes()).hexdigest()}".encode())
    for name in _LIBRARIES:
        digest.update(f"\0{name}\0{metadata.version(name)}".encode())
    return digest.hexdigest()


def files(folder: Path) -> Iterator[Path]:
    """The files below a folder, in order of their paths, without hidden ones."""
    for above, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                yield Path(above, name)
