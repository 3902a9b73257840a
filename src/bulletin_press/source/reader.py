"""An issue's folder becomes one docutils document: parse each article alone, then graft them.

The tree: ``document`` (masthead values as attributes) holds, in order, an optional
``container`` of class ``editorial`` and one ``section`` of class ``article`` per article. Such a
section has the attributes ``numeral``, ``authors`` and ``keywords``; its first
children are its title and the paragraphs of class ``byline``, ``standfirst`` and ``summary``.
Every block has an id.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from docutils import nodes
from docutils.utils import new_document

from bulletin_press.config import Publication
from bulletin_press.problems import Location, Problem, problem, suggestion
from bulletin_press.source import files, ids, references
from bulletin_press.source.files import MASTHEAD_FILE, File
from bulletin_press.source.metadata import Entry
from bulletin_press.source.session import Session, Taken

# No article's id ends with a hyphen.
_EDITORIAL = "editorial-"


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading an issue gives: its tree, all problems, and the ids of its articles."""

    document: nodes.document
    problems: tuple[Problem, ...]
    article_ids: tuple[str, ...]


def read(publication: Publication, folder: Path, encoding: str = "") -> Reading:
    """Read the issue in ``folder``, which lies in the publication's folder.

    ``encoding`` is the codec for files that are not UTF-8; without it they are refused.
    Problems are returned, not raised; with an error among them the tree is fit for a draft only.
    """
    folder = folder.resolve()
    problems: list[Problem] = []
    language = publication.language if publication.configured else ""
    sessions = partial(
        Session, publication.root, taken=Taken(), encoding=encoding, language=language
    )
    masthead = files.load(sessions(folder / MASTHEAD_FILE), problems)
    document = new_document(_relative(publication.root, folder / MASTHEAD_FILE))
    document["classes"] = ["issue"]
    document["folder"] = folder.name
    if masthead is None and not problems:
        where = Location(_relative(publication.root, folder / MASTHEAD_FILE))
        hint = "write issue.rst with the issue's title and fields"
        problems.append(problem("S102", f"the issue has no {MASTHEAD_FILE}", where, hint))
    _masthead(document, masthead, publication, folder, problems)
    if masthead and "language" in masthead.fields:
        sessions = partial(sessions, language=str(masthead.fields["language"].value))
    articles = _articles(publication, folder, masthead, problems, sessions)
    named = {_EDITORIAL, *articles}
    box = None
    if masthead and masthead.blocks:
        box = nodes.container("", *masthead.blocks, classes=["editorial"], ids=[_EDITORIAL])
        document += box
        ids.assign(box, masthead.document, _EDITORIAL, named)
    known: dict[str, references.Target] = {}
    lone = sum(_is_numbered(file) for file in articles.values()) == 1
    position = 0
    for name, file in articles.items():
        numbered = _is_numbered(file)
        position += numbered
        numeral = ids.roman(position) if numbered and not lone else ""
        section = _graft(file, name, numeral)
        document += section
        labels = ids.assign(section, file.document, name, named)
        known[name] = references.Target(section, labels)
    document.settings = (masthead.document if masthead else document).settings
    for node in document.findall():
        if isinstance(node, nodes.Element):
            node.document = document
    for name, file in articles.items():
        references.resolve(known[name].section, known, file.session)
    if masthead and box is not None:
        references.resolve(box, known, masthead.session)
    for file in (*articles.values(), *([masthead] if masthead else [])):
        references.inspect_pictures(file.blocks, file.session)
        problems.extend(file.session.problems)
    return Reading(document, tuple(problems), tuple(articles))


def _relative(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


def _masthead(
    document: nodes.document,
    file: File | None,
    publication: Publication,
    folder: Path,
    problems: list[Problem],
) -> None:
    values = {key: entry.value for key, entry in file.fields.items()} if file else {}
    document["title"] = file.title.astext() if file and file.title else publication.title
    document["subtitle"] = (
        file.subtitle.astext() if file and file.subtitle else publication.subtitle
    )
    document["language"] = values.get("language", publication.language)
    document["issn"] = values.get("issn", publication.issn)
    document["publisher"] = values.get("publisher", publication.publisher)
    document["rights"] = values.get("rights", publication.imprint.rights)
    document["volume"] = values.get("volume", 0)
    document["number"] = values.get("number", 0)
    document["summary"] = values.get("summary", "")
    document["keywords"] = values.get("keywords", ())
    document["date"] = values.get("date") or _date_of_folder(folder.name)
    if file and document["date"] is None and "date" not in file.named:
        where = file.session.place(None, 1)
        file.session.report("S113", "the issue has no date", where, "write :Date: 2026-02-28")
    if document["date"] is None:
        document["date"] = date(1980, 1, 1)
    entry = file.fields.get("issn") if file else None
    if entry and publication.issn and entry.value != publication.issn:
        message = f"the ISSN {entry.value} is not the publication's {publication.issn}"
        problems.append(problem("S211", message, entry.where))


def date_of(folder: Path) -> date:
    """The date of an issue by a glance at its masthead, else by its folder's name."""
    try:
        text = (folder / MASTHEAD_FILE).read_text("utf-8", errors="replace")
    except OSError:
        text = ""
    found = re.search(r"^:date:\s*(\d{4}-\d{2}-\d{2})\s*$", text, re.MULTILINE | re.IGNORECASE)
    try:
        day = date.fromisoformat(found[1]) if found else None
    except ValueError:
        day = None
    return day or _date_of_folder(folder.name) or date.min


def _date_of_folder(name: str) -> date | None:
    found = re.match(r"(\d{4})-(\d{2})(?:-(\d{2}))?", name)
    try:
        return date(int(found[1]), int(found[2]), int(found[3] or 1)) if found else None
    except ValueError:
        return None


def _articles(
    publication: Publication,
    folder: Path,
    masthead: File | None,
    problems: list[Problem],
    sessions: Callable[[Path], Session],
) -> dict[str, File]:
    """The article files in order, by id."""
    where = Location(_relative(publication.root, folder / MASTHEAD_FILE))
    present = sorted(
        path
        for path in folder.glob("*.rst")
        if path.name != MASTHEAD_FILE and not path.name.startswith(("_", "."))
    )
    listed = masthead is not None and masthead.session.articles is not None
    chosen = _listed(masthead.session, present) if masthead and listed else present
    articles: dict[str, File] = {}
    for path in chosen:
        name = ids.article_id(path.stem, len(articles) + 1)
        if name in articles:
            place = Location(_relative(publication.root, path))
            message = f"“{articles[name].path.name}” has the same id “{name}”"
            problems.append(problem("S114", message, place))
            continue
        file = files.load(sessions(path), problems)
        if file is not None:
            articles[name] = file
    if not listed:
        read = [*articles.values(), *([masthead] if masthead else [])]
        included = {path for file in read for path in file.session.included}
        articles = {name: file for name, file in articles.items() if file.path not in included}
    if not chosen:
        problems.append(problem("S115", "the issue has no article", where))
    return articles


def _listed(session: Session, present: list[Path]) -> list[Path]:
    by_name: dict[str, Path] = {}
    for number, path in enumerate(present, 1):
        for name in (ids.article_id(path.stem, number), path.stem, path.name):
            by_name.setdefault(name, path)
    chosen: list[Path] = []
    for name, where in session.articles or ():
        path = by_name.get(name, Path())
        if path == Path():
            hint = suggestion(name, {path.stem for path in present}) if present else ""
            session.report("S115", f"there is no article “{name}”", where, hint)
        elif path in chosen:
            session.report("S115", f"the article “{name}” is listed twice", where)
        else:
            chosen.append(path)
    for path in present:
        if path not in chosen:
            message = f"“{path.name}” is not in the articles list and is left out"
            session.report("S212", message, session.place(None, None))
    return chosen


def _is_numbered(file: File) -> bool:
    entry = file.fields.get("numbered")
    return bool(entry.value) if entry else True


def _graft(file: File, name: str, numeral: str) -> nodes.section:
    """The article's section, made of a file's title, fields and blocks."""
    section = nodes.section(classes=["article"], ids=[name])
    section.source, section.line = file.path.as_posix(), 1
    title = file.title if file.title is not None else nodes.title("", name)
    if title.line is not None:
        section.line = title.line
    section["numeral"] = numeral
    for key in ("authors", "keywords"):
        section[key] = file.fields[key].value if key in file.fields else ()
    section += title
    lines: dict[str, Entry] = {
        key: file.fields[key] for key in ("standfirst", "summary") if key in file.fields
    }
    byline = file.fields.get("byline") or file.fields.get("authors")
    if byline:
        text = byline.value if "byline" in file.fields else "; ".join(byline.value)
        inline = byline.inline if "byline" in file.fields else (nodes.Text(text),)
        lines["byline"] = Entry(text, byline.where, inline)
    for key, entry in lines.items():
        line = nodes.paragraph("", "", *entry.inline, classes=[key])
        line.source, line.line = file.path.as_posix(), entry.where.line
        section += line
    section += file.blocks
    return section
