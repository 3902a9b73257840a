"""The editions of an issue that the archive offers: fresh ones as they lie, missing ones built."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from bulletin_press import folders, freshness, offprints, press, program
from bulletin_press.edition import EPUB, PDF, PROFILES, USUAL
from bulletin_press.freshness import Note
from bulletin_press.issue import Issue
from bulletin_press.pagination import Pagination
from bulletin_press.problems import Location, Problem, ProblemsError, errors, problem

COVERS = {1600: ".jpg", 640: "-640.png", 320: "-320.jpg", 160: "-160.jpg"}  # by width in pixels
_LARGE = "large-print"


@dataclass(frozen=True, slots=True)
class Offered:
    """What the archive takes from an issue's output folder: files by path, and the pages."""

    files: dict[str, bytes]
    pagination: Pagination
    problems: tuple[Problem, ...] = ()


def forms(issue: Issue) -> dict[str, tuple[str, str]]:
    """The files to be taken away, by form: name and media type."""
    found = {"pdf": (f"{issue.stem}.pdf", PDF), "epub": (f"{issue.stem}.epub", EPUB)}
    if issue.publication.site.large_print:
        found[_LARGE] = (f"{issue.stem}-{_LARGE}.pdf", PDF)
    return found


def offered(found: press.Read, folder: Path, encoding: str = "") -> Offered:
    """The editions of an issue as read from ``folder``; what is missing or not fresh is built.

    Raises ProblemsError for what keeps an edition from being built.
    """
    issue = found.issue
    target = folders.destination(issue.publication, folder)
    names = (*_usual(issue), *_large(issue), *_offprints(issue))
    note = _fresh(found, folder, target, encoding)
    if not _whole(note, target, names):
        for built in _built(found, folder, target, encoding):
            if errors(built.problems):
                raise ProblemsError(built.problems)
        note = _fresh(found, folder, target, encoding)
    if note is None or note.pagination is None or not _whole(note, target, names):
        message = "the sources changed while the issue was built, or it cannot be noted as built"
        hint = "see that build/.made can be written, and build the site again"
        raise ProblemsError([problem("E102", message, issue.place(issue.document), hint)])
    files = {name: _proved(target / name, note, name) for name in names}
    return Offered(files, note.pagination, note.problems)


def forget(issue: Issue, folder: Path) -> None:
    """Let the editions of an issue be built anew when they are asked for. Raises OSError."""
    freshness.forget(folders.destination(issue.publication, folder))


def _usual(issue: Issue) -> tuple[str, ...]:
    covers = (f"covers/{issue.stem}{ending}" for ending in COVERS.values())
    return (f"{issue.stem}.pdf", f"{issue.stem}.epub", *covers)


def _large(issue: Issue) -> tuple[str, ...]:
    return (forms(issue)[_LARGE][0],) if _LARGE in forms(issue) else ()


def _offprints(issue: Issue) -> tuple[str, ...]:
    if not issue.publication.site.offprints:
        return ()
    return tuple(f"{offprints.FOLDER}/{one.id}.pdf" for one in issue.articles)


def _fresh(found: press.Read, folder: Path, target: Path, encoding: str) -> Note | None:
    """The note of the output folder, if it is of the sources as they are."""
    publication = found.issue.publication
    outside = freshness.outside(publication, folder, found.files)
    note = freshness.note(target)
    if note and note.sources == freshness.fingerprint(publication, folder, outside, encoding):
        return note
    return None


def _whole(note: Note | None, target: Path, names: Iterable[str]) -> bool:
    """Whether files of these names are there, and the pages noted are those of the PDF."""
    if note is None or note.pagination is None or not note.holds(target, names):
        return False
    return note.pagination.sha256 in {one.sha256 for one in note.files.values()}


def _built(found: press.Read, folder: Path, target: Path, encoding: str) -> Iterator[press.Built]:
    """Build what is lacking: each step only if what it makes is not fresh.

    Where another version of the program made the rest, all is built, so that all are of the same
    pages.
    """
    issue = found.issue
    note = _fresh(found, folder, target, encoding)
    if note and note.program != program.fingerprint():
        note = None
    wanted = (_LARGE,) if _large(issue) else ()
    if note and note.holds(target, _large(issue)):
        wanted = ()
    if not _whole(note, target, _usual(issue)):
        profiles = (PROFILES[0], *wanted)
        yield press.build(folder, USUAL, encoding=encoding, profiles=profiles)
    elif wanted:
        yield press.build(folder, USUAL[:1], encoding=encoding, profiles=wanted)
    if not (note and note.holds(target, _offprints(issue))):
        yield offprints.make(folder, (), encoding=encoding)


def _proved(path: Path, note: Note, name: str) -> bytes:
    """The bytes of a file as the note has them. Raises ProblemsError (E102) for others."""
    try:
        data = path.read_bytes()
    except OSError as error:
        said = f"cannot read: {error.strerror or error}"
        raise ProblemsError([problem("E102", said, Location(path.name))]) from None
    if sha256(data).hexdigest() != note.files[name].sha256:
        message = "the file is not the one that was built"
        raise ProblemsError([problem("E102", message, Location(path.name), "build it again")])
    return data
