"""An issue's folder becomes one docutils document: parse each article alone, then graft them.

The tree: ``document`` (masthead values as attributes) holds, in order, an optional
``container`` of class ``editorial`` and one ``section`` of class ``article`` per article. Such a
section has the attributes ``numeral``, ``file``, ``authors`` and ``keywords``; its first
children are its title and the paragraphs of class ``byline``, ``standfirst`` and ``summary``.
Every block has an id.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from docutils import nodes
from docutils.utils import new_document

from bulletin_press.config import Publication
from bulletin_press.problems import Location, Problem, problem
from bulletin_press.source import ids, lint, metadata, references
from bulletin_press.source.metadata import Entry
from bulletin_press.source.parse import parse
from bulletin_press.source.session import MAXIMUM_INCLUDED_BYTES, Session, line_of

MASTHEAD_FILE = "issue.rst"
_OF_LISTS = ("S110", "S203", "S205", "S212")


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading an issue gives: its tree, all problems, and the files that were read."""

    document: nodes.document
    problems: tuple[Problem, ...]
    article_ids: tuple[str, ...]


@dataclass(slots=True)
class _File:
    """One parsed source file: its one section, its fields, and the rest of its blocks."""

    path: Path
    session: Session
    document: nodes.document
    title: nodes.Element | None = None
    subtitle: nodes.Element | None = None
    fields: dict[str, Entry] = field(default_factory=dict)
    blocks: list[nodes.Node] = field(default_factory=list)


def read(publication: Publication, folder: Path) -> Reading:
    """Read the issue in ``folder``, which lies in the publication's folder.

    Problems are returned, not raised; with an error among them the tree is fit for a draft only.
    """
    folder = folder.resolve()
    problems: list[Problem] = []
    masthead = _file(publication.root, folder / MASTHEAD_FILE, problems)
    document = new_document(_relative(publication.root, folder / MASTHEAD_FILE))
    document["classes"] = ["issue"]
    document["folder"] = folder.name
    if masthead is None and not problems:
        where = Location(_relative(publication.root, folder / MASTHEAD_FILE))
        hint = "write issue.rst with the issue's title and fields"
        problems.append(problem("S102", f"the issue has no {MASTHEAD_FILE}", where, hint))
    _masthead(document, masthead, publication, folder, problems)
    articles = _articles(publication, folder, masthead, problems)
    box = None
    if masthead and masthead.blocks:
        box = nodes.container("", *masthead.blocks, classes=["editorial"])
        box["ids"] = ["editorial"]
        document += box
        ids.assign(box, masthead.document, "editorial", {"editorial"} | articles.keys())
    known: dict[str, references.Target] = {}
    taken = {"editorial", *articles}
    lone = sum(_is_numbered(file) for file in articles.values()) == 1
    position = 0
    for name, file in articles.items():
        numbered = _is_numbered(file)
        position += numbered
        numeral = roman(position) if numbered and not lone else ""
        section = _graft(file, name, numeral)
        document += section
        labels = ids.assign(section, file.document, name, taken)
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


def roman(number: int) -> str:
    """The Roman numeral of a number from 1 to 3999."""
    signs = (
        (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"),
        (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
    )  # fmt: skip
    out = ""
    for value, sign in signs:
        out += sign * (number // value)
        number %= value
    return out


def _relative(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


def _file(root: Path, path: Path, problems: list[Problem]) -> _File | None:
    """Parse one file and part its title and fields from its blocks; None if unreadable."""
    session = Session(root, path)
    if not path.resolve().is_relative_to(root):
        where = Location(path.name)
        problems.append(problem("S103", "the file leads out of the publication's folder", where))
        return None
    if not path.is_file():
        return None
    if path.stat().st_size > MAXIMUM_INCLUDED_BYTES:
        where = session.place(None, None)
        problems.append(problem("S119", "the file is too large", where, "part it into articles"))
        return None
    text = lint.decode(path.read_bytes(), session)
    if text is None:
        problems.extend(session.problems)
        return None
    document = parse(lint.clean(text, session), session)
    file = _File(path, session, document)
    if path.name == MASTHEAD_FILE:
        _open_masthead(file)
    else:
        _open_article(file)
    return file


def _open_masthead(file: _File) -> None:
    blocks = list(file.document.children)
    while blocks and isinstance(blocks[0], nodes.section) and _heads(blocks):
        title, *inner = blocks[0].children
        assert isinstance(title, nodes.title)
        if file.title is None:
            file.title = title
        elif file.subtitle is None and not file.fields:
            file.subtitle = title
        else:
            break
        blocks = [*inner, *blocks[1:]]
    file.blocks = _without_fields(file, blocks, metadata.MASTHEAD)


def _heads(blocks: list[nodes.Node]) -> bool:
    return not any(isinstance(block, nodes.section) for block in blocks[1:])


def _open_article(file: _File) -> None:
    session, document = file.session, file.document
    sections = [block for block in document if isinstance(block, nodes.section)]
    others = [
        block
        for block in document
        if not isinstance(block, (nodes.section, nodes.system_message, nodes.Invisible))
    ]
    if not sections:
        if others or not session.problems:
            session.report("S105", "the file has no title", session.place(None, 1))
        file.blocks = list(document.children)
        return
    if others:
        where = session.place(*line_of(others[0]))
        session.report("S105", "text stands before the article's title", where)
    for extra in sections[1:]:
        message = f"the heading “{extra[0].astext()}” is underlined like the article's title"
        session.report("S105", message, session.place(*line_of(extra[0])))
    title, *blocks = sections[0].children
    assert isinstance(title, nodes.title)
    file.title = title
    _label_of_title(file.document, sections[0])
    blocks = _without_fields(file, blocks, metadata.ARTICLE)
    file.blocks = [*blocks, *others, *sections[1:]]
    numeral = lint.NUMERAL.match(file.title.astext())
    if numeral and isinstance(file.title[0], nodes.Text):
        message = f"the title begins with the numeral “{numeral[0].strip()}”, which is left out"
        session.report("S207", message, session.place(*line_of(file.title)))
        file.title[0] = nodes.Text(str(file.title[0])[numeral.end() :])
    if not file.blocks:
        session.report("S105", "the article has no text", session.place(*line_of(file.title)))


def _label_of_title(document: nodes.document, section: nodes.section) -> None:
    """Keep the names of an article's own section, so that references to them lead to it."""
    document["ids"] = [*document["ids"], *section["ids"]]


def _without_fields(
    file: _File, blocks: list[nodes.Node], schema: dict[str, metadata._Field] | object
) -> list[nodes.Node]:
    at = next((i for i, b in enumerate(blocks) if not isinstance(b, nodes.Invisible)), None)
    fields = blocks[at] if at is not None else None
    if not isinstance(fields, nodes.field_list):
        return blocks
    session = file.session
    lines = metadata.span(fields, session)
    path = session.place(None, None).path
    session.problems = [
        one
        for one in session.problems
        if one.where.path != path or one.where.line not in lines or one.code not in _OF_LISTS
    ]
    file.fields = metadata.read(fields, schema, session)  # type: ignore[arg-type]
    return [block for block in blocks if block is not fields]


def _masthead(
    document: nodes.document,
    file: _File | None,
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
    given = file is not None and any("“date”" in p.message.lower() for p in file.session.problems)
    if file and document["date"] is None and not given:
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
    publication: Publication, folder: Path, masthead: _File | None, problems: list[Problem]
) -> dict[str, _File]:
    """The article files in order, by id."""
    where = Location(_relative(publication.root, folder / MASTHEAD_FILE))
    present = sorted(
        path
        for path in folder.glob("*.rst")
        if path.name != MASTHEAD_FILE and not path.name.startswith(("_", "."))
    )
    chosen = present
    if masthead and masthead.session.articles is not None:
        chosen = _listed(masthead.session, present)
    elif masthead:
        present = [path for path in present if not _is_included(masthead, path)]
        chosen = present
    articles: dict[str, _File] = {}
    for path in chosen:
        name = ids.article_id(path.stem, len(articles) + 1)
        if name in articles:
            place = Location(_relative(publication.root, path))
            message = f"“{articles[name].path.name}” has the same id “{name}”"
            problems.append(problem("S114", message, place))
            continue
        file = _file(publication.root, path, problems)
        if file is not None:
            articles[name] = file
    if not chosen:
        problems.append(problem("S115", "the issue has no article", where))
    return articles


def _is_included(masthead: _File, path: Path) -> bool:
    return any(
        node.source and Path(node.source).name == path.name
        for node in masthead.document.findall(nodes.paragraph)
    )


def _listed(session: Session, present: list[Path]) -> list[Path]:
    from bulletin_press.problems import suggestion

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


def _is_numbered(file: _File) -> bool:
    entry = file.fields.get("numbered")
    return bool(entry.value) if entry else True


def _graft(file: _File, name: str, numeral: str) -> nodes.section:
    """The article's section, made of a file's title, fields and blocks."""
    section = nodes.section(classes=["article"], ids=[name])
    section.source, section.line = file.path.as_posix(), 1
    title = file.title if file.title is not None else nodes.title("", name)
    if title.line is not None:
        section.line = title.line
    section["numeral"] = numeral
    section["file"] = file.session.place(None, None).path
    for key in ("authors", "keywords"):
        section[key] = file.fields[key].value if key in file.fields else ()
    section += title
    lines: dict[str, Entry] = {
        key: file.fields[key] for key in ("standfirst", "summary") if key in file.fields
    }
    byline = file.fields.get("byline") or file.fields.get("authors")
    if byline:
        text = byline.value if "byline" in file.fields else "; ".join(byline.value)
        lines["byline"] = Entry(text, byline.where, (nodes.Text(text),))
    for key, entry in lines.items():
        line = nodes.paragraph("", "", *entry.inline, classes=[key])
        line.source, line.line = file.path.as_posix(), entry.where.line
        section += line
    section += file.blocks
    return section
