"""The press: read an issue, prove it, render its editions, and write them whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from bulletin_press import companions, config, folders, freshness, garbage, proof
from bulletin_press.config import Publication
from bulletin_press.edition import PAGED, PROFILES, Edition, wanted
from bulletin_press.freshness import Made, Note
from bulletin_press.issue import Issue
from bulletin_press.pagination import Pagination
from bulletin_press.problems import (
    Location,
    Problem,
    ProblemsError,
    errors,
    ordered,
    problem,
)
from bulletin_press.source import marks, mastheads, reader, siblings
from bulletin_press.source.mastheads import SOURCE_FOLDER

if TYPE_CHECKING:
    from bulletin_press.editions.epub import Covers
    from bulletin_press.editions.pdf import Printed, Printing


@dataclass(frozen=True, slots=True)
class Read:
    """An issue as read, with all problems of its sources, and the files that were read."""

    issue: Issue
    problems: tuple[Problem, ...]
    files: frozenset[Path] = frozenset()


@dataclass(frozen=True, slots=True)
class Built:
    """What a build gave: the paths written and all problems met."""

    paths: tuple[Path, ...] = ()
    problems: tuple[Problem, ...] = field(default=())


class Work:
    """One issue in the making, whose pages are laid out once for all editions that need them.

    ``planned`` are the profiles whose PDF will be asked for. At most so many ``jobs`` are done at
    once; if there may be several, the cover is drawn while pages are laid out where a book is
    ``bound``. ``plain`` has the engine of the PDF take no shortcuts.
    """

    def __init__(
        self, issue: Issue, draft: bool, paged: bool, planned: Iterable[str] = (),
        jobs: int = 1, bound: bool = False, plain: bool = False,
    ) -> None:  # fmt: skip
        self.issue, self.draft, self.paged = issue, draft, paged
        self._planned, self._jobs, self._bound = list(planned), jobs, bound
        self._plain = plain
        self._printing: dict[str, Printing | ProblemsError] = {}
        self._printed: dict[str, Printed | ProblemsError] = {}
        self._covers: Covers | None = None

    def printed(self, profile: str = PROFILES[0]) -> Printed:
        """The PDF of a profile. Raises ProblemsError, the same one each time."""
        if profile not in self._printed:
            self._begin(profile)
            while self._planned and len(self._printing) < self._jobs:
                self._begin(self._planned[0])
            if self._bound and self._jobs > 1:
                self.covers()
            begun = self._printing.pop(profile)
            try:
                self._printed[profile] = _finished(begun)
            except ProblemsError as error:
                self._printed[profile] = error
        found = self._printed[profile]
        if isinstance(found, ProblemsError):
            raise found
        return found

    def covers(self) -> Covers:
        """The cover of the book, drawn once."""
        from bulletin_press.editions import epub

        if self._covers is None:
            self._covers = epub.covers(self.issue, beside=True)
        return self._covers

    @property
    def pagination(self) -> Pagination | None:
        """The pages of the usual PDF, None if nobody asked for them."""
        printed = self._printed.get(PROFILES[0])
        if printed is None or isinstance(printed, ProblemsError):
            return None
        return printed.pagination

    def close(self) -> None:
        """Lay out nothing that nobody will ask for."""
        for begun in self._printing.values():
            if not isinstance(begun, ProblemsError):
                begun.end()

    def _begin(self, profile: str) -> None:
        from bulletin_press.editions import pdf

        if profile in self._planned:
            self._planned.remove(profile)
        if profile not in self._printing:
            begin = pdf.plainly if self._plain else None
            try:
                self._printing[profile] = pdf.Printing(self.issue, self.draft, profile, begin)
            except ProblemsError as error:
                self._printing[profile] = error


def _finished(begun: Printing | ProblemsError) -> Printed:
    if isinstance(begun, ProblemsError):
        raise begun
    return begun.printed()


_Made = tuple[Edition, tuple[Problem, ...]]


def _pdf(work: Work, profile: str) -> _Made:
    printed = work.printed(profile)
    return printed.edition, printed.problems


def _epub(work: Work, _: str) -> _Made:
    from bulletin_press.editions import epub

    pagination = work.printed().pagination if work.paged else None
    return epub.render(work.issue, work.draft, pagination, work.covers()), ()


def _web(work: Work, _: str) -> _Made:
    from bulletin_press.editions import web

    pagination = work.printed().pagination if work.paged else None
    return web.render(work.issue, work.draft, pagination), ()


def _letter(work: Work, _: str) -> _Made:
    from bulletin_press.distribution.mail import sample
    from bulletin_press.editions import letter

    issue = work.issue
    made = letter.render(issue, work.draft)
    given, stem = made.edition.files, f"letter/{issue.stem}"
    files = sample.files(issue.publication, made.letter, issue.date, stem, given)
    return replace(made.edition, files=files), made.problems


def judged(edition: Edition) -> tuple[Problem, ...]:
    """What the outside judge of an edition says, if it has one."""
    from bulletin_press import judges

    judge = judges.JUDGES.get(edition.name)
    return judge(edition) if judge else ()


EDITIONS: Mapping[str, Callable[[Work, str], _Made]] = {
    "pdf": _pdf,
    "epub": _epub,
    "web": _web,
    "letter": _letter,
}


def read(folder: Path, encoding: str = "") -> Read:
    """Read and prove the issue in ``folder``; problems of sources are returned, not raised.

    ``encoding`` is the codec for files that are not UTF-8; without it they are refused.
    Raises ProblemsError for a bulletin.toml that is wrong.
    """
    publication = config.load(config.find_root(folder.resolve()) or folder)
    return read_in(publication, folder, encoding)


def read_in(publication: Publication, folder: Path, encoding: str = "") -> Read:
    """The same for a publication that has been loaded."""
    reading = reader.read(publication, folder, encoding)
    issue = Issue(publication, reading.document)
    others = (*_twins(issue, folder), *_siblings(issue, folder))
    problems = ordered((*reading.problems, *proof.check(issue), *others))
    return Read(issue, problems, reading.files)


def _siblings(issue: Issue, folder: Path) -> Iterable[Problem]:
    """An issue that is no translation of what it says it translates (S113)."""
    publication = issue.publication
    if message := siblings.fault(publication.root, folder.resolve(), publication.language):
        yield problem("S113", message, issue.place(issue.document), "correct :Translation-of:")


def _twins(issue: Issue, folder: Path) -> Iterable[Problem]:
    """Another issue of the publication with this one's volume or year, and number (S211).

    Of issues without number, another of the same day: both would have one identifier.
    """
    root = issue.publication.root / SOURCE_FOLDER
    if folder.resolve().parent != root:
        return
    own = (str(issue.volume or issue.date.year), str(issue.number or ""))
    same = siblings.family(issue.publication.root, folder.resolve())
    for other in sorted(path.parent for path in root.glob("*/issue.rst")):
        fields = mastheads.glance(other)
        if other in same or fields.get("number", "") != own[1]:
            continue
        if not issue.number:
            if other != folder.resolve() and mastheads.date_of(other) == issue.date:
                message = f"the issue {other.name} is of the same day, and neither has a number"
                where = issue.place(issue.document)
                yield problem("S211", message, where, "give each its own :Number:")
                return
        elif own[0] == (fields.get("volume") or str(mastheads.date_of(other).year)):
            message = f"the issue {other.name} has the same volume or year, and the same number"
            yield problem(
                "S211", message, issue.place(issue.document), "give each its own :Number:"
            )
            return


@garbage.kept()
def build(
    folder: Path,
    editions: Iterable[str],
    output: Path | None = None,
    *,
    draft: bool = False,
    strict: bool = False,
    judge: bool = False,
    encoding: str = "",
    profiles: Iterable[str] = PROFILES[:1],
    paged: bool = True,
    jobs: int = 1,
    plain: bool = False,
) -> Built:
    """Render the named editions of the issue in ``folder`` and write them.

    Nothing is written unless every edition is whole. ``strict`` lets warnings stop the build.
    ``draft`` writes despite problems of the sources. With ``judge`` an outside judge must pass
    each edition that has one. ``encoding`` is the codec for files that are not UTF-8. Of the PDF
    one is made for each of ``profiles``, which are among ``edition.PROFILES``. ``paged`` lets the
    EPUB mark the pages of the usual PDF, which is laid out for it; at most so many ``jobs`` are
    done at once. ``plain`` has the engine of the PDF take no shortcuts. Problems are returned, with
    those of all editions together; only a wrong bulletin.toml raises ProblemsError.
    """
    folder = folder.resolve()
    publication = config.load(config.find_root(folder) or folder)
    watch = freshness.Watch(publication, folder, encoding)
    found = read_in(publication, folder, encoding)
    watch.read(found.files)
    problems = list(found.problems)

    def stops(some: Iterable[Problem]) -> bool:
        return bool(tuple(some) if strict else errors(some)) and not draft

    if stops(problems):
        return Built(problems=tuple(problems))
    if draft:
        marks.mark(found.issue.document, publication.root, errors(problems))
    made: list[Edition] = []
    noted: dict[str, Made] = {}
    failed = False
    asked = tuple(wanted(editions, profiles))
    planned = [profile for name, profile in asked if name == "pdf"]
    if paged and any(name in PAGED for name, _ in asked):
        planned.append(PROFILES[0])
    bound = any(name == "epub" for name, _ in asked)
    work = Work(found.issue, draft, paged, dict.fromkeys(planned), jobs, bound, plain)
    with contextlib.closing(work):
        for name, profile in asked:
            try:
                edition, more = EDITIONS[name](work, profile)
                told = ordered((*found.problems, *more))
                if judge:
                    more = (*more, *judged(edition))
            except ProblemsError as error:
                failed = True
                problems.extend(one for one in error.problems if one not in problems)
            else:
                made.append(edition)
                if paged or name not in PAGED:
                    key = freshness.key(name, profile)
                    noted[key] = Made(watch.state(name), tuple(edition.files), told)
                problems.extend(more)
                failed = failed or stops(more)
    target = output or folders.destination(publication, folder)
    met = [one for one in problems if one not in found.problems]
    if not failed:
        files = {name: data for one in made for name, data in one.files.items()}
        printed = work.pagination.sha256 if work.pagination else ""
        unlike = tuple(companions.unlike(work.issue.stem, files, printed, target))
        problems.extend(unlike)
        failed = stops(unlike)
    if failed:
        return Built(problems=ordered(problems))
    built = put(made, target, publication.root, problems)
    if built.paths and target == folders.destination(publication, folder) and not draft:
        remember(watch, target, noted, met, work.pagination)
    return built


def remember(
    watch: freshness.Watch,
    target: Path,
    made: Mapping[str, Made],
    met: Iterable[Problem],
    pagination: Pagination | None = None,
) -> None:
    """Note in ``target`` what the editions ``made`` there were made of, and the problems ``met``.

    If the sources have changed since ``watch`` began, or the note cannot be written, nothing is
    noted, and the editions count as not fresh.
    """
    sources = watch.sources()
    if sources:
        note = Note(
            sources, watch.outside, pagination=pagination, problems=tuple(met), editions=made
        )
        with contextlib.suppress(OSError):
            freshness.remember(target, note)


def put(made: Iterable[Edition], target: Path, root: Path, problems: Iterable[Problem]) -> Built:
    """Write editions below ``target``; what is in the way becomes a problem (E102)."""
    try:
        paths = write(made, target)
    except OSError as error:
        shown = target.relative_to(root) if target.is_relative_to(root) else target
        message = f"cannot write: {error.strerror or error}"
        refused = problem("E102", message, Location(shown.as_posix()))
        return Built(problems=ordered((*problems, refused)))
    return Built(paths, ordered(problems))


def write(editions: Iterable[Edition], folder: Path) -> tuple[Path, ...]:
    """Write all files of ``editions`` below ``folder``; return their paths, in order.

    Every file is complete on disk under another name before the first one takes its place, so
    that what stood there before stays if anything fails. Raises OSError.
    """
    waiting: list[tuple[str, Path]] = []
    try:
        for edition in editions:
            for name, data in edition.files.items():
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                if path.is_dir():
                    raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
                handle, temporary = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
                waiting.append((temporary, path))
                with os.fdopen(handle, "wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                Path(temporary).chmod(0o644)
        for temporary, path in waiting:
            Path(temporary).replace(path)
    finally:
        for temporary, _ in waiting:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
    return tuple(path for _, path in waiting)
