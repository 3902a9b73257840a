"""This program itself, as one value that changes with its files and those of its libraries."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path

_BROTLI = "brotli" if sys.implementation.name == "cpython" else "brotlicffi"
_LIBRARIES = (
    "anyascii", _BROTLI, "cffi", "css-inline", "cssselect2", "docutils", "ebooklib",
    "fontpkg-amiri", "fontpkg-literata", "fontpkg-source-code-pro", "fontpkg-source-sans-3",
    "fonttools", "latex2mathml", "lxml", "manimgx-fonts", "pikepdf", "pillow", "pydyf", "pyphen",
    "resvg-py", "tinycss2", "tinyhtml5", "uharfbuzz", "weasyprint", "ziafont", "ziamath", "zopfli",
)  # fmt: skip


@cache
def fingerprint() -> str:
    """A hash of this program: its files, Python, and the versions of what sets and draws for it."""
    digest = sha256(sys.version.encode())
    package = Path(__file__).parent
    roots = (package, package.parents[1] / "styles")
    for above, name in (found for root in roots for found in _names(root)):
        if not name.endswith(".pyc"):
            with open(f"{above}/{name}", "rb") as file:  # noqa: PTH123
                digest.update(f"\0{name}\0{sha256(file.read()).hexdigest()}".encode())
    for library, version in versions(_LIBRARIES).items():
        digest.update(f"\0{library}\0{version}".encode())
    return digest.hexdigest()


def versions(libraries: tuple[str, ...]) -> dict[str, str]:
    """The version of each of these, as the names of the folders that tell of them have it.

    Raises PackageNotFoundError for one that is not installed.
    """
    found: dict[str, str] = {}
    for folder in sys.path:
        try:
            names = os.listdir(folder or ".")  # noqa: PTH208
        except OSError:
            continue
        for name in names:
            if name.endswith(".dist-info"):
                library, _, version = name.removesuffix(".dist-info").partition("-")
                found.setdefault(re.sub(r"[-_.]+", "-", library).lower(), version)
    if any(library not in found for library in libraries):
        from importlib import metadata

        found |= {one: metadata.version(one) for one in libraries if one not in found}
    return {library: found[library] for library in libraries}


def files(folder: Path) -> Iterator[Path]:
    """The files below a folder, in order of their paths, without hidden ones."""
    for above, name in _names(folder):
        yield Path(above, name)


def links(folder: Path) -> Iterator[Path]:
    """The links to folders below a folder, in order; what they lead to is not among its files."""
    for above, folders, _ in os.walk(folder):
        folders.sort()
        yield from (path for name in folders if (path := Path(above, name)).is_symlink())


def _names(folder: Path) -> Iterator[tuple[str, str]]:
    """The same as folder and name."""
    for above, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                yield above, name
