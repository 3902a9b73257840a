"""Whether a build would give again what lies there: its paths and problems, with nothing made.

Only what tells that is imported here, since it is asked before anything else is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bulletin_press import config, folders, freshness, program
from bulletin_press.config import Publication
from bulletin_press.edition import PROFILES, wanted
from bulletin_press.freshness import Note
from bulletin_press.problems import Problem, ProblemsError, errors, ordered


@dataclass(frozen=True, slots=True)
class Standing:
    """Editions that stand as they were built: their paths, and what that build told."""

    paths: tuple[Path, ...]
    problems: tuple[Problem, ...]


def standing(
    folder: Path,
    editions: Iterable[str],
    profiles: Iterable[str] = PROFILES[:1],
    *,
    strict: bool = False,
    encoding: str = "",
) -> Standing | None:
    """What ``press.build`` would return for the issue in ``folder``, if it need not run for that.

    None if anything has changed that an edition or a problem follows from, if a file is not as it
    was made, or if that is not known. With ``strict`` also if there was any problem.
    """
    folder = folder.resolve()
    try:
        publication = config.load(config.find_root(folder) or folder)
    except ProblemsError:
        return None
    target = folders.destination(publication, folder)
    note = freshness.note(target)
    names = {freshness.key(*one): one[0] for one in wanted(editions, profiles)}
    if note is None or not names.keys() <= note.editions.keys():
        return None
    if note.program != program.fingerprint() or not _alike(note, publication, folder, names):
        return None
    states: dict[str, str] = {}
    for key, name in names.items():
        if name not in states:
            states[name] = freshness.state(publication, folder, note.outside, encoding, name)
        made = note.editions[key]
        if made.state != states[name] or not note.holds(target, made.files):
            return None
    made_of = [note.editions[key] for key in names]
    problems = ordered(one for made in made_of for one in made.problems)
    if problems if strict else errors(problems):
        return None
    return Standing(tuple(target / name for made in made_of for name in made.files), problems)


def _alike(note: Note, publication: Publication, folder: Path, names: Iterable[str]) -> bool:
    """Whether PDF and e-book are known to be of the same pages, where one alone is asked for."""
    target = folders.destination(publication, folder)
    stem = f"{publication.id}-{folder.name}"
    printed = note.pagination.sha256 if note.pagination else ""
    pdf, book = f"{stem}.pdf", f"{stem}.epub"
    asked = {pdf: "pdf" in names, book: "epub" in names}
    for name in (one for one in asked if not asked[one] and any(asked.values())):
        if (target / name).exists() and not note.holds(target, [name]):
            return False
        if name == pdf and pdf in note.files and note.files[pdf].sha256 != printed:
            return False
    return True
