"""Outcomes that the database would not take, kept in a file that needs no further room on the disk.

Beside a database in a file lies another of fixed size, made before the first message goes out. If
the disk is full or the database may not be written when the sender is told to end, what relays
have answered is written there, and the next sender begins by reading it: so nobody is sent a
second copy because a reply could not be recorded.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from bulletin_press.distribution.sending.turns import Result, Task
from bulletin_press.problems import Location, ProblemsError, problem

SIZE = 65_536


class Spill:
    """The file beside a database; ``file`` is None where there is no such place.

    Raises ProblemsError (D101) if it cannot be made whole.
    """

    def __init__(self, file: Path | None) -> None:
        self._path = file and file.with_name(file.name + "-outcomes")
        if self._path and not self._path.exists():
            try:
                self._write(b"")
            except OSError as error:
                self._path.unlink(missing_ok=True)
                message = f"cannot make {self._path.name} beside the database: {error.strerror}"
                hint = "make room on the disk, or let its folder be written to"
                where = Location(self._path.name)
                raise ProblemsError([problem("D101", message, where, hint)]) from error

    def put(self, worker: str, results: Iterable[tuple[int, Result]]) -> bool:
        """Keep results, each with its mailing; whether there is a place. Raises OSError."""
        text = json.dumps([worker, [[mailing, asdict(one)] for mailing, one in results]])
        data = text.encode()
        fits = self._path is not None and len(data) <= SIZE
        if fits:
            self._write(data)
        return fits

    def get(self) -> tuple[str, list[tuple[int, Result]]]:
        """The worker whose results were kept, and those; empty if there are none."""
        try:
            data = self._path.read_bytes().strip() if self._path else b""
            worker, kept = json.loads(data) if data else ("", [])
            return worker, [
                (mailing, Result(**{**one, "task": Task(**one["task"])})) for mailing, one in kept
            ]
        except (OSError, ValueError, TypeError, KeyError):
            return "", []

    def clear(self) -> None:
        """Forget what was kept, once the database has it."""
        if self._path:
            self._write(b"")

    def _write(self, data: bytes) -> None:
        """Fill the file in place, with blanks up to its size."""
        assert self._path is not None
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data.ljust(SIZE))
            file.flush()
            os.fsync(file.fileno())
