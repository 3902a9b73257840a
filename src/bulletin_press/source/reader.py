"""An issue's folder becomes one docutils document: parse each article alone, then graft them.

The tree: ``document`` (masthead values as attributes) holds, in order, an optional
``container`` of class ``leader``, ``editorial`` and ``imprint``, one ``section`` of class
``article`` per article, and a ``container`` of class ``colophon`` and ``back-cover``. An article
has the attributes ``numeral``, ``authors``, ``affiliations``, ``keywords``, ``errata``,
``formerly`` and ``group``, the section of the contents that it belongs to; its first children are
paragraphs of class ``department`` (where a group begins) and ``kicker``, its title, and paragraphs
of class ``standfirst``, ``byline`` and ``summary``. Every block has an id.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from docutils import nodes
from docutils.utils import new_document

from bulletin_press.config import Publication
from bulletin_press.problems import Location, Problem, problem
from bulletin_press.source import covers, files, grafting, ids, mastheads, references
from bulletin_press.source.articles import articles as articles_of
from bulletin_press.source.articles import relative
from bulletin_press.source.directives import descriptions, matter
from bulletin_press.source.files import File
from bulletin_press.source.grafting import EDITORIAL
from bulletin_press.source.languages import labels
from bulletin_press.source.mastheads import MASTHEAD_FILE
from bulletin_press.source.proofreading import consequences
from bulletin_press.source.session import Session, Taken

_NEARLY = ("issue.rst", "issue.rst.txt", "issue.txt", "issue.rest")
_BEFORE, _AFTER = (matter.LEADER, EDITORIAL, matter.IMPRINT), (matter.COLOPHON, matter.BACK_COVER)


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading an issue gives: its tree, all problems, and which files were read."""

    document: nodes.document
    problems: tuple[Problem, ...]
    files: frozenset[Path] = frozenset()


def read(publication: Publication, folder: Path, encoding: str = "") -> Reading:
    """Read the issue in ``folder``, which lies in the publication's folder.

    ``encoding`` is the codec for files that are not UTF-8; without it they are refused.
    Problems are returned, not raised; with an error among them the tree is fit for a draft only.
    """
    folder = folder.resolve()
    problems: list[Problem] = []
    texts: dict[str, list[str]] = {}
    language = publication.language if publication.configured else ""
    taken = Taken()
    sessions = partial(
        Session,
        publication.root,
        taken=taken,
        encoding=encoding,
        language=language,
        texts=texts,
    )
    shared = files.load_terms(publication.root, folder, problems, sessions)
    sessions = partial(sessions, terms=shared)
    failed = len(problems)
    masthead = files.load(sessions(folder / MASTHEAD_FILE), problems)
    document = new_document(relative(publication.root, folder / MASTHEAD_FILE))
    document["classes"] = ["issue"]
    document["folder"] = folder.name
    if masthead is None and len(problems) == failed:
        where = Location(relative(publication.root, folder / MASTHEAD_FILE))
        near = next((one.name for one in folder.iterdir() if one.name.lower() in _NEARLY), "")
        hint = f"name {near} so" if near else "write it, with the issue's title and fields"
        problems.append(problem("S102", f"the issue has no {MASTHEAD_FILE}", where, hint))
    _masthead(document, masthead, publication, folder, problems)
    if masthead and "language" in masthead.fields:
        sessions = partial(sessions, language=str(masthead.fields["language"].value))
    articles = articles_of(publication.root, folder, masthead, problems, sessions)
    parts = grafting.parts(masthead, document["language"]) if masthead else {}
    named = {*(f"{kind}-" for kind in parts), *articles}
    others: list[references.Target] = []
    if masthead:
        whole = nodes.container("", *parts.values())
        others.append(_target(masthead, whole, f"{EDITORIAL}-", named))
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
        section = grafting.section(file, name, numeral, group, words)
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
    without = tuple(consequences.without(problems, texts))
    return Reading(document, without, frozenset(taken.files))


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
    document["translation_of"] = values.get("translation_of", "")
    document["summary"] = values.get("summary", "")
    for key in ("keywords", "errata", "formerly"):
        document[key] = values.get(key, ())
    document["unpublished"] = values.get("unpublished", False)
    document["date"] = values.get("date") or mastheads.date_of_folder(folder.name)
    if file and document["date"] is None and "date" not in file.named:
        where = file.session.place(None, 1)
        file.session.report("S113", "the issue has no date", where, "write :Date: 2026-02-28")
    if document["date"] is None:
        document["date"] = date(1980, 1, 1)
    document["cover"] = covers.picture(file.fields, file.session) if file else ""
    document["cover_alt"] = values.get("cover_alt", "")
    entry = file.fields.get("issn") if file else None
    if entry and publication.issn and entry.value != publication.issn:
        message = f"the ISSN {entry.value} is not the publication's {publication.issn}"
        problems.append(problem("S211", message, entry.where))


def _target(file: File, part: nodes.Element, name: str, named: set[str]) -> references.Target:
    """Give the blocks of a file's part of the tree their ids, and make it known by its labels."""
    labels = ids.assign(part, file.document, name, named)
    explicit = frozenset(label for label, given in file.document.nametypes.items() if given)
    return references.Target(part, labels, explicit, file.session)


def _is_numbered(file: File) -> bool:
    entry = file.fields.get("numbered")
    return bool(entry.value) if entry else True
