"""From the press to the post: an issue in all its languages, as letters and files to be sent."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path

from bulletin_press import config, folders, freshness, press, weblinks
from bulletin_press.config import Publication
from bulletin_press.distribution.sending.composing import Piece
from bulletin_press.distribution.sending.uplinks import File
from bulletin_press.edition import EPUB, PDF, Enclosure, Letter
from bulletin_press.issue import Issue
from bulletin_press.problems import Location, Problem, ProblemsError, problem
from bulletin_press.source import siblings

SITE_INDEX = "site/issues.json"
KINDLE_OCTETS = 35_000_000
# What stands in the output folder after ID-ISSUE for a form, what it is, and the command.
_ENCLOSED: Mapping[str, tuple[str, str, str]] = {
    "pdf": (".pdf", PDF, "-e pdf"),
    "epub": (".epub", EPUB, "-e epub"),
    "kindle": (".epub", EPUB, "-e epub"),
    "large-print": ("-large-print.pdf", PDF, "--profile large-print"),
}


@dataclass(frozen=True)
class Issues:
    """One issue in all its languages, the original first: folders, and what was read."""

    publication: Publication
    folders: tuple[Path, ...]
    reads: tuple[press.Read, ...]

    @property
    def id(self) -> str:
        """The id of the original, by which the ledger knows the issue."""
        return self.folders[0].name

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All problems of the sources."""
        return tuple(problem for read in self.reads for problem in read.problems)

    @cached_property
    def by_language(self) -> Mapping[str, tuple[Issue, Path]]:
        """The issue in each language and its folder, the original first."""
        pairs = zip(self.reads, self.folders, strict=True)
        return {read.issue.language: (read.issue, folder) for read, folder in pairs}

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that the issue has, the original's first."""
        return tuple(self.by_language)


def original(name: str | None, here: Path) -> Path:
    """The folder of the issue that is sent where ``name`` is asked for: that of its original.

    Raises ProblemsError as ``folders.locate`` does.
    """
    folder = folders.locate(name, here)
    root = config.find_root(folder) or folder
    found = siblings.family(root, folder)[0]
    return found if found.is_dir() else folder


def read(folder: Path) -> Issues:
    """Read the issue in ``folder`` and its translations. Raises ProblemsError."""
    publication = config.load(config.find_root(folder) or folder)
    folders = siblings.family(publication.root, folder)
    return Issues(publication, folders, tuple(press.read(one) for one in folders))


def pieces(
    issues: Issues, kinds: Iterable[tuple[str, str]]
) -> tuple[tuple[Piece, ...], tuple[Problem, ...]]:
    """A letter with its file for each form and language, and what keeps one from being sent.

    A file that is missing (D301) or too large (D303) leaves out its piece; one that is older than
    its sources (D302) does not.
    """
    from bulletin_press.editions.letter import letter

    made: list[Piece] = []
    problems: list[Problem] = []
    for form, language in kinds:
        issue, folder = issues.by_language[language]
        if form == "link" and not issues.publication.base_url:
            message = "readers of the form link get an address, and no base-url is set"
            problems.append(problem("D303", message, Location(config.CONFIGURATION_FILE)))
            continue
        try:
            if form not in _ENCLOSED:
                made.append(Piece(form, language, letter(issue, full=form == "letter")))
                continue
            enclosure, data, older = _enclosure(issue, folder, form)
            problems += older
            short = letter(issue, enclosure, full=False)
        except ProblemsError as error:
            problems += error.problems
            continue
        except (ValueError, OSError) as error:
            message = f"the letter of the form {form} in {language} cannot be made: {error}"
            problems.append(
                problem("D301", message, Location(folder.name), "check the issue again")
            )
            continue
        made.append(Piece(form, language, short, enclosure, data))
    return tuple(made), tuple(problems)


def links(letters: Iterable[Letter]) -> Iterator[str]:
    """The addresses that letters lead to or show pictures from."""
    for one in letters:
        reader = _Links()
        reader.feed(one.html)
        reader.close()
        yield from reader.found


def site_index(publication: Publication) -> bytes | None:
    """The site's list of files, None if no site was built."""
    path = publication.build / SITE_INDEX
    return path.read_bytes() if publication.base_url and path.is_file() else None


def built(issues: Issues) -> Mapping[str, File]:
    """The files in the issue's output folders by their path below base-url."""
    found = {}
    for folder in issues.folders:
        target = folders.destination(issues.publication, folder)
        for path in sorted(target.glob("*")):
            if path.is_file() and path.suffix in (".pdf", ".epub"):
                data = path.read_bytes()
                found[f"{folder.name}/{path.name}"] = File(
                    hashlib.sha256(data).hexdigest(), len(data)
                )
    return found


def _enclosure(
    issue: Issue, folder: Path, form: str
) -> tuple[Enclosure, bytes, tuple[Problem, ...]]:
    """The file of a form and its bytes; whether it is older than its sources (D302).

    Raises ProblemsError (D301, D303).
    """
    ending, media_type, options = _ENCLOSED[form]
    publication = issue.publication
    path = folders.destination(publication, folder) / f"{issue.stem}{ending}"
    shown = path.relative_to(publication.root) if publication.configured else path
    where = Location(shown.as_posix())
    hint = f"type: bulletin-press build {folder.name} {options}"
    try:
        data = path.read_bytes()
        made = path.stat().st_mtime_ns
    except OSError as error:
        message = f"readers of the form {form} get this file, and it is not there"
        raise ProblemsError([problem("D301", message, where, hint)]) from error
    older: tuple[Problem, ...] = ()
    newest = max(_sources(issue, folder), key=lambda one: one.stat().st_mtime_ns)
    if newest.stat().st_mtime_ns > made and not _noted(issue, folder, path):
        named = newest.relative_to(publication.root).as_posix()
        message = f"{named} has changed since the file was made"
        older = (problem("D302", message, where, hint),)
    url = ""
    if form == "kindle":
        if len(data) > KINDLE_OCTETS:
            message = f"{_megabytes(len(data))} are too many for an e-reader’s address, which takes"
            message, hint = f"{message} {_megabytes(KINDLE_OCTETS)}", "make its pictures smaller"
            raise ProblemsError([problem("D303", message, where, hint)])
    elif len(data) > publication.delivery.attach_kilobytes * 1000:
        url = weblinks.file(publication, issue.id, path.name)
        if not url:
            message = (
                f"{_megabytes(len(data))} are too many to attach, and no base-url to link to is set"
            )
            raise ProblemsError([problem("D303", message, where)])
    return Enclosure(form, path.name, media_type, len(data), url), data, older


def _noted(issue: Issue, folder: Path, path: Path) -> bool:
    """Whether a file is noted to be of the sources as they are, though these look newer."""
    note = freshness.note(path.parent)
    return (
        note is not None
        and note.holds(path.parent, [path.name])
        and note.sources == freshness.fingerprint(issue.publication, folder, note.outside)
    )


def _sources(issue: Issue, folder: Path) -> Iterator[Path]:
    root = issue.publication.root
    found = [path for path in folder.rglob("*") if not path.name.startswith(".")]
    found += [root / config.CONFIGURATION_FILE, *(root / name for name in issue.pictures)]
    found += [root / issue.cover] if issue.cover else []
    found += (root / "styles").glob("*.css")
    return (path for path in found if path.is_file())


def _megabytes(octets: int) -> str:
    return f"{octets / 1_000_000:.1f} MB"


class _Links(HTMLParser):
    """Collects the addresses of links and pictures."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, None] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """One element's addresses."""
        for name, value in attrs:
            if name in ("href", "src") and value and value.startswith(("http://", "https://")):
                self.found[value] = None
