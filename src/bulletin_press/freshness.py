"""Notes of what editions were made of, so that those that are still true are not made again."""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from bulletin_press import program
from bulletin_press.config import Publication
from bulletin_press.edition import PROFILES
from bulletin_press.pagination import PageStart, Pagination
from bulletin_press.problems import Problem, problem_of
from bulletin_press.source import mastheads
from bulletin_press.source.mastheads import MASTHEAD_FILE, SOURCE_FOLDER, TERMS_FILE

_NOTES = ".made"  # beside the folders of the issues' editions
_ELSEWHERE = ("root", "delivery", "limits", "site", "names", "letter")  # what they do not show
_NOWHERE = ("root", "limits")  # what no edition shows
_SHEETS_ELSEWHERE = frozenset({"web.css", "archive.css", "letter.css"})
_TEXTS = frozenset({".rst", ".csv", ".tsv", ".txt"})
_PLAIN = {"str": str, "int": int, "bool": bool}
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
        with contextlib.suppress(OSError, ValueError):
            state = path.stat()
            if state.st_size != self.octets:
                return False
            if state.st_mtime_ns == self.changed:
                return True
            return sha256(path.read_bytes()).hexdigest() == self.sha256
        return False


_Values = TypeVar("_Values", Stamp, PageStart)


@dataclass(frozen=True, slots=True)
class Made:
    """One edition as it was made: its files in order, and all problems that its build told.

    ``state`` is that of all it follows from, as ``state`` has it.
    """

    state: str
    files: tuple[str, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """What lies in an issue's output folder: the fingerprint of its sources, and the files.

    ``program`` is that of the program which made them, ``problems`` what it met in doing so.
    ``outside`` are the files read that do not lie in the issue's folder, by their paths below the
    publication's. ``pagination`` is that of the usual PDF, if its pages were laid out.
    ``editions`` are those that were built, by the names that ``key`` gives them.
    """

    sources: str
    outside: tuple[str, ...] = ()
    files: Mapping[str, Stamp] = field(default_factory=dict)
    pagination: Pagination | None = None
    program: str = ""
    problems: tuple[Problem, ...] = ()
    editions: Mapping[str, Made] = field(default_factory=dict)

    def holds(self, folder: Path, names: Iterable[str]) -> bool:
        """Whether all files of these names lie in ``folder`` as they were made."""
        return all(name in self.files and self.files[name].fits(folder / name) for name in names)


def key(edition: str, profile: str) -> str:
    """The name of an edition in notes; ``profile`` is for whom it is set."""
    return edition if profile == PROFILES[0] else f"{edition} {profile}"


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
    digest = sha256(_facts(publication, _ELSEWHERE))
    for name, data in _sources(publication, folder, outside, web):
        if encoding and PurePosixPath(name).suffix in _TEXTS and not _is_utf8(data):
            digest.update(encoding.encode())
        if name.endswith(".rst") and not web:
            data = _WEB_FIELDS.sub(b"", data)
        digest.update(os.fsencode(f"\0{name}\0{sha256(data).hexdigest()}"))
    return digest.hexdigest()


def state(
    publication: Publication,
    folder: Path,
    outside: Iterable[str],
    encoding: str,
    edition: str,
) -> str:
    """A hash of all that one edition follows from, and the problems that its build tells.

    That is more than ``fingerprint`` covers: lines of fields that are not shown count, since they
    move the lines below them, and so does what mastheads of other issues say of themselves.
    """
    wide = edition not in ("pdf", "epub")
    digest = sha256(_facts(publication, _NOWHERE if wide else _ELSEWHERE))
    digest.update(repr((encoding, neighbours(publication, folder))).encode())
    for name, data in _sources(publication, folder, outside, wide):
        digest.update(os.fsencode(f"\0{name}\0{sha256(data).hexdigest()}"))
    return digest.hexdigest()


def neighbours(publication: Publication, folder: Path) -> tuple[tuple[str, str], ...]:
    """What the mastheads of all issues beside the one in ``folder`` say, by their ids."""
    source = publication.root / SOURCE_FOLDER
    if folder.parent != source:
        return ()
    issues = sorted(path.parent for path in source.glob(f"*/{MASTHEAD_FILE}"))
    return tuple((one.name, repr(sorted(mastheads.glance(one).items()))) for one in issues)


def _facts(publication: Publication, without: tuple[str, ...]) -> bytes:
    facts = {
        one.name: getattr(publication, one.name)
        for one in fields(publication)
        if one.name not in without
    }
    return repr(facts).encode()


def _sources(
    publication: Publication, folder: Path, outside: Iterable[str], web: bool
) -> Iterator[tuple[str, bytes]]:
    """The files that editions are made of, by their paths from the publication's folder.

    For a link to a folder, where it leads.
    """
    root = publication.root
    for link in (*program.links(folder), *program.links(root / "styles")):
        yield os.path.relpath(link, root), os.fsencode(os.path.realpath(link))
    sheets = (
        path for path in program.files(root / "styles") if web or path.name not in _SHEETS_ELSEWHERE
    )
    shared = (root / SOURCE_FOLDER / TERMS_FILE, root / (publication.printing.icc_profile or "-"))
    others = (root / name for name in sorted(outside))
    for path in (*program.files(folder), *sheets, *shared, *others):
        with contextlib.suppress(OSError, ValueError):
            yield os.path.relpath(path, root), path.read_bytes()


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
        self._neighbours = neighbours(publication, folder)
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

    def state(self, edition: str) -> str:
        """The ``state`` of an edition of what was read, if that has not changed since.

        Nothing if another issue's masthead has.
        """
        if self._neighbours != neighbours(self._publication, self._folder):
            return ""
        return state(self._publication, self._folder, self.outside, self._encoding, edition)

    def _fingerprint(self, outside: Iterable[str], web: bool = True) -> str:
        return fingerprint(self._publication, self._folder, outside, self._encoding, web)


def outside(publication: Publication, folder: Path, read: Iterable[Path]) -> tuple[str, ...]:
    """The files among those ``read`` that ``folder`` does not show, as a note has them.

    They lie elsewhere in the publication, or are hidden.
    """
    root, own = publication.root, folder.resolve()
    inside = (path.relative_to(root) for path in read if path.is_relative_to(root))
    return tuple(
        sorted(
            path.as_posix()
            for path in inside
            if own not in (root / path).parents or any(name[0] == "." for name in path.parts)
        )
    )


def note(target: Path) -> Note | None:
    """The note of the folder ``target``, None if there is none that can be read.

    One of other types than were written, or that names what does not lie below its folder, is none.
    """
    try:
        values = json.loads(_path(target).read_text("utf-8"))
        given = values["pagination"]
        return Note(
            _text(values["sources"]),
            tuple(_below(name) for name in _list(values["outside"])),
            {_below(name): _plain(Stamp, one) for name, one in values["files"].items()},
            _pagination(given) if given is not None else None,
            _text(values["program"]),
            tuple(problem_of(one) for one in _list(values["problems"])),
            {name: _made(one) for name, one in values["editions"].items()},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _made(values: Mapping[str, Any]) -> Made:
    return Made(
        _text(values["state"]),
        tuple(_below(name) for name in _list(values["files"])),
        tuple(problem_of(one) for one in _list(values["problems"])),
    )


def _pagination(values: Mapping[str, Any]) -> Pagination:
    pages = tuple(_plain(PageStart, one) for one in _list(values["pages"]))
    anchors = {name: _text(label) for name, label in values["anchors"].items()}
    return Pagination(pages, anchors, _text(values["sha256"]))


def _text(value: Any) -> str:
    """A value that is to be text. Raises TypeError for another, as the next ones do."""
    if not isinstance(value, str):
        raise TypeError("not text")
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("not a list")
    return value


def _below(value: Any) -> str:
    """A path below a folder. Raises ValueError for one that leads out of it."""
    path = PurePosixPath(_text(value))
    if path.is_absolute() or ".." in path.parts or not path.parts or "\0" in value:
        raise ValueError("not below the folder")
    return str(value)


def _plain(kind: type[_Values], values: Mapping[str, Any]) -> _Values:
    """A value of nothing but texts and numbers, all of them given. Raises TypeError, KeyError."""
    for one in fields(kind):
        if type(values[one.name]) is not _PLAIN[str(one.type)]:
            raise TypeError(one.name)
    return kind(**values)


def remember(target: Path, made: Note) -> None:
    """Note that the files of ``made.editions``, below ``target``, were made of its sources.

    Files that the same program made of the same sources before stay noted. Raises OSError.
    """
    before = note(target)
    known: dict[str, Stamp] = {}
    pagination, problems = made.pagination, dict.fromkeys(made.problems)
    editions = dict(made.editions)
    now = program.fingerprint()
    kind = (made.sources, made.outside, now)
    if before and (before.sources, before.outside, before.program) == kind:
        known.update(before.files)
        pagination = pagination or before.pagination
        problems = dict.fromkeys((*before.problems, *made.problems))
        editions = {**before.editions, **editions}
    paths = (name for one in made.editions.values() for name in one.files)
    known |= {name: Stamp.of(target / name) for name in paths}
    whole = Note(made.sources, made.outside, known, pagination, now, tuple(problems), editions)
    write(_path(target), asdict(whole))


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
