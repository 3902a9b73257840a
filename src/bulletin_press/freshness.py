"""Notes of what editions were made of, so that those that are still true are not made again."""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from hashlib import sha256
from pathlib import Path
from typing import Any

from bulletin_press import program
from bulletin_press.config import Publication
from bulletin_press.pagination import PageStart, Pagination
from bulletin_press.problems import Location, Problem, Severity
from bulletin_press.source import terms
from bulletin_press.source.files import SOURCE_FOLDER

_NOTES = ".made"  # beside the folders of the issues' editions
_ELSEWHERE = ("root", "delivery", "limits", "site", "names", "letter")  # what they do not show
_SHEETS_ELSEWHERE = frozenset({"web.css", "archive.css", "letter.css"})
_TEXTS = frozenset({".rst", ".csv", ".tsv", ".txt"})
_WEB_FIELDS = re.compile(rb"^:(?:errata|formerly|unpublished):.*\n(?:[ \t]+\S.*\n)*", re.I | re.M)


@dataclass(frozen=True, slots=True)
class Stamp:
    """A file as it was made: its SHA-256 in hex, its size, its time of change in nanoseconds."""

    sha256: str
    octets: int
    changed: int

    @classmethod
    def of(cls, path: Path) -> Stamp:
        """The stamp of a file. Raises OSError."""
        data, state = path.read_bytes(), path.stat()
        return cls(sha256(data).hexdigest(), state.st_size, state.st_mtime_ns)

    def fits(self, path: Path) -> bool:
        """Whether the file at ``path`` is the one that was made, by its time, else by its bytes."""
        with contextlib.suppress(OSError):
            state = path.stat()
            if state.st_size != self.octets:
                return False
            if state.st_mtime_ns == self.changed:
                return True
            return sha256(path.read_bytes()).hexdigest() == self.sha256
        return False


@dataclass(frozen=True, slots=True)
class Note:
    """What lies in an issue's output folder: the fingerprint of its sources, and the files.

    ``program`` is that of the program which made them, ``problems`` what it met in doing so.
    ``outside`` are the files read that do not lie in the issue's folder, by their paths below the
    publication's. ``pagination`` is that of the usual PDF, if its pages were laid out.
    """

    sources: str
    outside: tuple[str, ...] = ()
    files: Mapping[str, Stamp] = field(default_factory=dict)
    pagination: Pagination | None = None
    program: str = ""
    problems: tuple[Problem, ...] = ()

    def holds(self, folder: Path, names: Iterable[str]) -> bool:
        """Whether all files of these names lie in ``folder`` as they were made."""
        return all(name in self.files and self.files[name].fits(folder / name) for name in names)


def fingerprint(
    publication: Publication,
    folder: Path,
    outside: Iterable[str] = (),
    encoding: str = "",
    web: bool = False,
) -> str:
    """A hash of the sources that editions of the issue in ``folder`` follow from.

    It covers the facts of bulletin.toml that editions show, the style sheets, the folder's files,
    and those named in ``outside``; ``encoding`` where texts are not UTF-8. With ``web`` also what
    only web pages show: their sheets, and the fields that PDF and EPUB leave out. It does not
    cover the program: an issue that is out is not laid out anew because a newer version could.
    """
    digest = sha256()
    facts = {
        one.name: getattr(publication, one.name)
        for one in fields(publication)
        if one.name not in _ELSEWHERE
    }
    digest.update(repr(facts).encode())
    root = publication.root
    sheets = (
        path for path in program.files(root / "styles") if web or path.name not in _SHEETS_ELSEWHERE
    )
    shared = (root / SOURCE_FOLDER / terms.FILE, root / (publication.printing.icc_profile or "-"))
    for path in (
        *program.files(folder),
        *sheets,
        *shared,
        *(root / name for name in sorted(outside)),
    ):
        with contextlib.suppress(OSError):
            data = path.read_bytes()
            if path.suffix in _TEXTS and encoding and not _is_utf8(data):
                digest.update(encoding.encode())
            if path.suffix == ".rst" and not web:
                data = _WEB_FIELDS.sub(b"", data)
            name = os.path.relpath(path, root)
            digest.update(os.fsencode(f"\0{name}\0{sha256(data).hexdigest()}"))
    return digest.hexdigest()


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return True


class Watch:
    """Whether an issue's sources stay as they are from before they are read to the end."""

    def __init__(self, publication: Publication, folder: Path, encoding: str = "") -> None:
        self._publication, self._folder, self._encoding = publication, folder, encoding
        self._begun = self._fingerprint(())
        self._read = ""
        self.outside: tuple[str, ...] = ()

    def read(self, files: Iterable[Path]) -> None:
        """The issue has been read, from these files."""
        self.outside = outside(self._publication, self._folder, files)
        self._read = self._fingerprint(self.outside)

    def sources(self, web: bool = False) -> str:
        """The fingerprint of what was read, nothing if it has changed since."""
        if self._begun != self._fingerprint(()) or self._read != self._fingerprint(self.outside):
            return ""
        return self._read if web else self._fingerprint(self.outside, web=False)

    def _fingerprint(self, outside: Iterable[str], web: bool = True) -> str:
        return fingerprint(self._publication, self._folder, outside, self._encoding, web)


def outside(publication: Publication, folder: Path, read: Iterable[Path]) -> tuple[str, ...]:
    """The files among those ``read`` that lie elsewhere than in ``folder``, as a note has them."""
    root, own = publication.root, folder.resolve()
    elsewhere = (path for path in read if path.is_relative_to(root) and own not in path.parents)
    return tuple(sorted(path.relative_to(root).as_posix() for path in elsewhere))


def note(target: Path) -> Note | None:
    """The note of the folder ``target``, None if there is none that can be read."""
    try:
        values = json.loads(_path(target).read_text("utf-8"))
        given = values["pagination"]
        pages = given and tuple(PageStart(**one) for one in given["pages"])
        return Note(
            str(values["sources"]),
            tuple(values["outside"]),
            {name: Stamp(**one) for name, one in values["files"].items()},
            Pagination(pages, dict(given["anchors"]), given["sha256"]) if given else None,
            str(values["program"]),
            tuple(problem_of(one) for one in values["problems"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def remember(target: Path, made: Note, paths: Iterable[Path]) -> None:
    """Note that ``paths`` below ``target`` were made of the sources of ``made``.

    Files that the same program made of the same sources before stay noted. Raises OSError.
    """
    before = note(target)
    known: dict[str, Stamp] = {}
    pagination, problems = made.pagination, dict.fromkeys(made.problems)
    now = program.fingerprint()
    kind = (made.sources, made.outside, now)
    if before and (before.sources, before.outside, before.program) == kind:
        known.update(before.files)
        pagination = pagination or before.pagination
        problems = dict.fromkeys((*before.problems, *made.problems))
    known |= {path.relative_to(target).as_posix(): Stamp.of(path) for path in paths}
    whole = Note(
        made.sources, made.outside, known, pagination, program.fingerprint(), tuple(problems)
    )
    write(_path(target), asdict(whole))


def problem_of(values: Mapping[str, Any]) -> Problem:
    """The problem that was written as JSON. Raises KeyError, TypeError or ValueError."""
    severity, where = Severity(values["severity"]), Location(**values["where"])
    return Problem(**{**values, "severity": severity, "where": where})


def write(path: Path, values: Any) -> None:
    """Write values as JSON, whole or not at all; folders are made. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    waiting = path.with_suffix(f".{os.getpid()}.part")
    try:
        waiting.write_text(json.dumps(values), "utf-8")
        waiting.replace(path)
    finally:
        waiting.unlink(missing_ok=True)


def _path(target: Path) -> Path:
    return target.parent / _NOTES / f"{target.name}.json"


def forget(target: Path) -> None:
    """Let what lies in the folder ``target`` count as not fresh. Raises OSError."""
    _path(target).unlink(missing_ok=True)
