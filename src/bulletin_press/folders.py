"""Where things lie: an issue by its path or id, its publication, and the editions made of it."""

from __future__ import annotations

from pathlib import Path

from bulletin_press import config
from bulletin_press.config import BUILD_FOLDER, Publication
from bulletin_press.problems import Location, ProblemsError, problem, suggestion
from bulletin_press.source import mastheads, siblings
from bulletin_press.source.mastheads import SOURCE_FOLDER


def locate(name: str | None, here: Path) -> Path:
    """The folder of an issue named by path or by id, of the newest issue where name is None.

    An id is looked for in the publication that holds the folder ``here``. Raises ProblemsError.
    """
    if name is not None and _is_issue(Path(here, name)):
        return Path(here, name).resolve()
    root = config.find_root(here.resolve())
    if root is None:
        wanted = f"“{name}” is no issue folder" if name else "there is no bulletin.toml here"
        hint = "name a folder that holds issue.rst, or go to the publication's folder"
        raise ProblemsError([problem("C103", wanted, Location(here.name or "."), hint)])
    issues = {path.parent.name: path.parent for path in (root / SOURCE_FOLDER).glob("*/issue.rst")}
    if name is None:
        if not issues:
            where = Location(SOURCE_FOLDER)
            raise ProblemsError([problem("S115", "the publication has no issue", where)])
        originals = [one for one in issues.values() if siblings.FIELD not in mastheads.glance(one)]
        return max(originals or issues.values(), key=lambda one: (mastheads.date_of(one), one.name))
    if name not in issues:
        message = f"there is no issue “{name}”"
        hint = suggestion(name, issues) if issues else ""
        raise ProblemsError([problem("C103", message, Location(SOURCE_FOLDER), hint)])
    return issues[name]


def root_of(folder: Path | None, here: Path) -> Path:
    """The folder to which the paths of an issue's problems are relative.

    Without an issue's ``folder``, that of the problems of a search for one from ``here``.
    """
    if folder is None:
        return config.find_root(here.resolve()) or here.resolve().parent
    return config.find_root(folder.resolve()) or folder.resolve()


def _is_issue(path: Path) -> bool:
    try:
        return path.is_dir() and any(path.glob("*.rst"))
    except (OSError, ValueError):
        return False


def destination(publication: Publication, folder: Path) -> Path:
    """Where an issue's editions go if the user names no folder."""
    if publication.configured:
        return publication.build / folder.resolve().name
    return folder.resolve().parent / BUILD_FOLDER / folder.resolve().name
