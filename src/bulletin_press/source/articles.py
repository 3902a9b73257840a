"""Which files are the articles of an issue, in which order, in which section, under which id."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from bulletin_press.problems import Location, Problem, problem, suggestion
from bulletin_press.source import files, ids
from bulletin_press.source.files import File
from bulletin_press.source.mastheads import MASTHEAD_FILE, TERMS_FILE
from bulletin_press.source.session import Session


def articles(
    root: Path,
    folder: Path,
    masthead: File | None,
    problems: list[Problem],
    sessions: Callable[[Path], Session],
) -> dict[str, File]:
    """The article files in order, by id."""
    where = Location(relative(root, folder / MASTHEAD_FILE))
    present = sorted(
        path
        for path in folder.glob("*.rst")
        if path.name not in (MASTHEAD_FILE, TERMS_FILE) and not path.name.startswith(("_", "."))
    )
    for path in sorted(folder.iterdir()):
        if re.search(r"(?i)\.(rst\.txt|rest|rst\.rst|rst)$", path.name) and path.suffix != ".rst":
            hint = f"name it {path.name.split('.')[0]}.rst, if it is one"
            message = "the file looks like an article and is left out"
            problems.append(problem("S212", message, Location(relative(root, path)), hint))
    session = masthead.session if masthead else None
    listed = session is not None and session.articles is not None
    chosen = _listed(session, present) if session and listed else dict.fromkeys(present, "")
    found: dict[str, File] = {}
    for path, group in chosen.items():
        name = own = ids.article_id(path.stem, len(found) + 1)
        while name in found:
            name = f"{own}-{len(found) + 1}"
        if name != own:
            place = Location(relative(root, path))
            message = f"“{found[own].path.name}” has the id “{own}” already; this is “{name}”"
            problems.append(problem("S210", message, place))
        file = files.load(sessions(path), problems)
        if file is None and path.is_file():
            file = files.unread(sessions(path))
        if file is not None:
            file.group = _group(file, group)
            found[name] = file
    if not listed:
        read = [*found.values(), *([masthead] if masthead else [])]
        included = {path for file in read for path in file.session.included}
        found = {name: file for name, file in found.items() if file.path not in included}
    if not chosen:
        problems.append(problem("S115", "the issue has no article", where))
    return found


def _listed(session: Session, present: list[Path]) -> dict[Path, str]:
    """The files that the articles list names, in its order, each with its section's heading."""
    by_name: dict[str, set[Path]] = {}
    for number, path in enumerate(present, 1):
        for name in (ids.article_id(path.stem, number), path.stem, path.name):
            by_name.setdefault(name, set()).add(path)
    chosen: dict[Path, str] = {}
    for name, group, where in session.articles or ():
        paths = by_name.get(name, set())
        if not paths:
            hint = suggestion(name, {path.stem for path in present}) if present else ""
            session.report("S115", f"there is no article “{name}”", where, hint)
        elif len(paths) > 1:
            names = " or ".join(sorted(path.stem for path in paths))
            session.report("S115", f"“{name}” may be several articles", where, f"write {names}")
        elif paths <= chosen.keys():
            session.report("S115", f"the article “{name}” is listed twice", where)
        else:
            chosen.update(dict.fromkeys(paths, group))
    for path in present:
        if path not in chosen:
            message = f"“{path.name}” is not in the articles list and is left out"
            session.report("S212", message, session.place(None, None))
    return chosen


def _group(file: File, listed: str) -> str:
    """The section of the contents that an article belongs to, by its field or by the list."""
    entry = file.fields.get("section")
    if entry and listed and entry.value != listed:
        message = f"the articles list has this article under “{listed}”"
        file.session.report("S113", message, entry.where, "write the section in one place only")
    return listed or (str(entry.value) if entry else "")


def relative(root: Path, path: Path) -> str:
    """A path as problems show it: from the publication's folder, else the name alone."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
