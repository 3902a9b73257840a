"""An issue's folder becomes one docutils document: parse each article alone, then graft them.

The tree: ``document`` (masthead values as attributes) holds, in order, an optional
``container`` of class ``leader``, ``editorial`` and ``imprint``, one ``section`` of class
``article`` per article, and a ``container`` of class ``colophon`` and ``back-cover``. An article
has the attributes ``numeral``, ``authors``, ``affiliations``, ``keywords`` and ``group``, the
section of the contents that it belongs to; its first children are paragraphs of class
``department`` (where a group begins) and ``kicker``, its title, and paragraphs of class
``standfirst``, ``byline`` and ``summary``. Every block has an id.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from docutils import nodes
from docutils.utils import new_document

from bulletin_press.config import Publication
from bulletin_press.problems import Location, Problem, problem, suggestion
from bulletin_press.source import files, ids, metadata, references, terms
from bulletin_press.source.directives import descriptions, matter
from bulletin_press.source.directives.matter import MASTHEAD_FILE
from bulletin_press.source.files import File
from bulletin_press.source.languages import labels
from bulletin_press.source.session import Session, Taken, line_of

_EDITORIAL = "editorial"
_BEFORE, _AFTER = (matter.LEADER, _EDITORIAL, matter.IMPRINT), (matter.COLOPHON, matter.BACK_COVER)


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
    shared = files.load_terms(publication.root, folder, problems, sessions)
    sessions = partial(sessions, terms=shared)
    failed = len(problems)
    masthead = files.load(sessions(folder / MASTHEAD_FILE), problems)
    document = new_document(_relative(publication.root, folder / MASTHEAD_FILE))
    document["classes"] = ["issue"]
    document["folder"] = folder.name
    if masthead is None and len(problems) == failed:
        where = Location(_relative(publication.root, folder / MASTHEAD_FILE))
        hint = "write issue.rst with the issue's title and fields"
        problems.append(problem("S102", f"the issue has no {MASTHEAD_FILE}", where, hint))
    _masthead(document, masthead, publication, folder, problems)
    if masthead and "language" in masthead.fields:
        sessions = partial(sessions, language=str(masthead.fields["language"].value))
    articles = _articles(publication, folder, masthead, problems, sessions)
    parts = _matter(masthead, document["language"]) if masthead else {}
    named = {*(f"{kind}-" for kind in parts), *articles}
    others: list[references.Target] = []
    if masthead:
        whole = nodes.container("", *parts.values())
        others.append(_target(masthead, whole, f"{_EDITORIAL}-", named))
        for kind, part in parts.items():
            part["ids"] = [f"{kind}-"]
    document.extend(parts[kind] for kind in _BEFORE if kind in parts)
    words = labels(document["language"])
    known: dict[str, references.Target] = {}
    lone = sum(_is_numbered(file) for file in articles.values()) == 1
    position, group = 0, ""
    for name, file in articles.items():
        numbered = _is_numbered(file)
        position += numbered
        numeral = ids.roman(position) if numbered and not lone else ""
        section = _graft(file, name, numeral, group)
        group = section["group"]
        matter.name(section.children, words)
        document += section
        known[name] = _target(file, section, name, named)
    document.extend(parts[kind] for kind in _AFTER if kind in parts)
    document.settings = (masthead.document if masthead else document).settings
    for node in document.findall():
        if isinstance(node, nodes.Element):
            node.document = document
    references.resolve(known, others)
    descriptions.describe_charts(document, document["language"])
    for file in (*articles.values(), *([masthead] if masthead else [])):
        references.inspect_pictures(file.blocks, file.session)
        problems.extend(file.session.problems)
    return Reading(document, tuple(problems), tuple(articles))


def _target(file: File, part: nodes.Element, name: str, named: set[str]) -> references.Target:
    """Give the blocks of a file's part of the tree their ids, and make it known by its labels."""
    labels = ids.assign(part, file.document, name, named)
    explicit = frozenset(label for label, given in file.document.nametypes.items() if given)
    return references.Target(part, labels, explicit, file.session)


def _matter(masthead: File, language: str) -> dict[str, nodes.container]:
    """The text of issue.rst itself in containers, by kind; no article's id ends with a hyphen."""
    found = matter.take(masthead.blocks, masthead.session)
    for part in found.values():
        part.parent.remove(part)
    contents = {
        kind: part.children
        for kind, part in found.items()
        if kind != matter.LEADER and part.children
    }
    if matter.LEADER in found:
        contents[matter.LEADER] = [found[matter.LEADER]]
    if editorial := [one for one in masthead.blocks if one not in found.values()]:
        contents[_EDITORIAL] = editorial
    parts = {
        kind: nodes.container("", *blocks, classes=[kind]) for kind, blocks in contents.items()
    }
    for kind, part in parts.items():
        origin = found[kind] if kind in found else part.children[0]
        part.source, part.line = line_of(origin)
        matter.name(part.children, labels(language))
    return parts


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
        if path.name not in (MASTHEAD_FILE, terms.FILE) and not path.name.startswith(("_", "."))
    )
    session = masthead.session if masthead else None
    listed = session is not None and session.articles is not None
    chosen = _listed(session, present) if session and listed else dict.fromkeys(present, "")
    articles: dict[str, File] = {}
    for path, group in chosen.items():
        name = own = ids.article_id(path.stem, len(articles) + 1)
        while name in articles:
            name = f"{own}-{len(articles) + 1}"
        if name != own:
            place = Location(_relative(publication.root, path))
            message = f"“{articles[own].path.name}” has the id “{own}” already; this is “{name}”"
            problems.append(problem("S210", message, place))
        file = files.load(sessions(path), problems)
        if file is None and path.is_file():
            file = files.unread(sessions(path))
        if file is not None:
            file.group = _group(file, group)
            articles[name] = file
    if not listed:
        read = [*articles.values(), *([masthead] if masthead else [])]
        included = {path for file in read for path in file.session.included}
        articles = {name: file for name, file in articles.items() if file.path not in included}
    if not chosen:
        problems.append(problem("S115", "the issue has no article", where))
    return articles


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


def _is_numbered(file: File) -> bool:
    entry = file.fields.get("numbered")
    return bool(entry.value) if entry else True


def _graft(file: File, name: str, numeral: str, group: str) -> nodes.section:
    """The article's section, made of a file's title, fields and blocks.

    ``group`` is the section of the contents in which the article before stands.
    """
    section = nodes.section(classes=["article"], ids=[name])
    section.source, section.line = file.path.as_posix(), 1
    title = file.title if file.title is not None else nodes.title("", name)
    if title.line is not None:
        section.line = title.line
    fields = file.fields
    people = metadata.authors(fields, file.session)
    section["numeral"] = numeral
    section["authors"] = tuple(one.name for one in people)
    section["affiliations"] = tuple(one.affiliation for one in people)
    section["keywords"] = fields["keywords"].value if "keywords" in fields else ()
    section["group"] = file.group
    where = section.line
    if file.group and file.group != group:
        section += _line(file, "department", where, [nodes.Text(file.group)])
    if "kicker" in fields:
        section += _furniture(file, "kicker")
    section += title
    section.extend(_furniture(file, key) for key in ("standfirst", "summary") if key in fields)
    if "byline" in fields:
        section += _furniture(file, "byline")
    elif people:
        section += _line(file, "byline", fields["authors"].where.line, _names(people))
    section += file.blocks
    return section


def _furniture(file: File, key: str) -> nodes.paragraph:
    entry = file.fields[key]
    return _line(file, key, entry.where.line, entry.inline)


def _line(file: File, key: str, line: int, inline: Iterable[nodes.Node]) -> nodes.paragraph:
    made = nodes.paragraph("", "", *inline, classes=[key])
    made.source, made.line = file.path.as_posix(), line
    return made


def _names(people: Iterable[metadata.Author]) -> Iterator[nodes.Node]:
    """Authors as the byline prints them, each with the body that the author belongs to."""
    for number, person in enumerate(people):
        yield nodes.Text(("; " if number else "") + person.name)
        if person.affiliation:
            text = f", {person.affiliation}"
            yield nodes.inline(text, text, classes=["affiliation"])
