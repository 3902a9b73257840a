"""Files that only their owner may read."""

from __future__ import annotations

import contextlib
import io
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, TextIO

from bulletin_press.problems import Location, ProblemsError, problem

_LONGEST = 10_000


def read(path: Path, code: str, what: str) -> str:
    """The text of a file that holds ``what``, at most 10,000 signs of it.

    Raises ProblemsError with ``code`` if it cannot be read, is empty or open to others.
    """
    try:
        with path.open(encoding="utf-8") as file:
            open_to_others = os.fstat(file.fileno()).st_mode & 0o077
            text = file.read(_LONGEST)
    except (OSError, UnicodeDecodeError) as error:
        raise ProblemsError([problem(code, f"cannot read {what}", Location(path.name))]) from error
    if open_to_others:
        message, hint = f"others may read {what}", f"type: chmod 600 {path.name}"
        raise ProblemsError([problem(code, message, Location(path.name), hint)])
    if not text.strip():
        raise ProblemsError([problem(code, f"the file of {what} is empty", Location(path.name))])
    return text


def create(path: Path) -> BinaryIO:
    """A new file of mode 0600, open to be written. Raises OSError, also if it exists."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


@contextlib.contextmanager
def saved(path: Path, codec: str = "utf-8") -> Iterator[TextIO]:
    """A new text file of mode 0600, which takes its place when it is whole. Raises OSError."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with io.TextIOWrapper(create(temporary), codec, newline="") as file:
            yield file
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
