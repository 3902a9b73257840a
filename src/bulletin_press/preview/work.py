"""What the server asks of the process that sets an issue, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bulletin_press.problems import Problem

LENGTH = 8  # octets before each message, which say how long it is


@dataclass(frozen=True, slots=True)
class Order:
    """An issue to be set: its folder, and the codec for files that are not UTF-8.

    ``fresh`` asks for pages to which nothing set before lends a part.
    """

    folder: Path
    encoding: str = ""
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its folio label, the hash of its looks, its size in points."""

    label: str
    sha256: str
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Look:
    """Some pages of a setting before it is done: their looks, and a PDF of them alone.

    ``first`` is the number of the first of them, counted from 0.
    """

    first: int
    pages: tuple[Page, ...]
    pdf: bytes


@dataclass(frozen=True, slots=True)
class Setting:
    """What came of an order; without ``pages`` the issue could not be set, and problems say why.

    ``files`` are those that were read, ``seconds`` is how long it took. ``fault`` is the traceback
    of a failure of the press itself.
    """

    title: str = ""
    pages: tuple[Page, ...] = ()
    pdf: bytes = b""
    problems: tuple[Problem, ...] = ()
    files: frozenset[Path] = frozenset()
    seconds: float = 0
    fault: str = ""
