"""One source file, parsed and parted: its title, its fields, and the rest of its blocks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from docutils import nodes
from docutils.utils import new_document

from bulletin_press.problems import Location, Problem, problem
from bulletin_press.source import metadata, terms
from bulletin_press.source.encoding import decode
from bulletin_press.source.mastheads import MASTHEAD_FILE, SOURCE_FOLDER, TERMS_FILE
from bulletin_press.source.metadata import Entry
from bulletin_press.source.parse import parse
from bulletin_press.source.proofreading import lint
from bulletin_press.source.session import Session, Terms, line_of

_OF_LISTS = ("S110", "S203", "S205", "S212")


@dataclass(slots=True)
class File:
    """One parsed source file; its title and fields are taken out of its blocks."""

    path: Path
    session: Session
    document: nodes.document
    title: nodes.Element | None = None
    subtitle: nodes.Element | None = None
    named: frozenset[str] = frozenset()
    fields: dict[str, Entry] = field(default_factory=dict)
    blocks: list[nodes.Node] = field(default_factory=list)
    group: str = ""


def load(session: Session, problems: list[Problem]) -> File | None:
    """Parse a session's file and part its title and fields from its blocks; None if unreadable."""
    text = _text(session, problems)
    if text is None:
        return None
    file = File(session.file, session, parse(text, session))
    if file.path.name == MASTHEAD_FILE:
        _open_masthead(file)
    else:
        _open_article(file)
    return file


def load_terms(
    root: Path, folder: Path, problems: list[Problem], sessions: Callable[..., Session]
) -> Terms:
    """The terms of the issue in ``folder``, over those of the publication."""
    shared = Terms()
    for path in dict.fromkeys((root / SOURCE_FOLDER / TERMS_FILE, folder / TERMS_FILE)):
        session = sessions(path, terms=shared)
        text = _text(session, problems)
        if text is not None:
            shared = terms.collect(text, parse(text, session), session)
            problems.extend(session.problems)
    return shared


def _text(session: Session, problems: list[Problem]) -> str | None:
    """The cleaned text of a session's file; None if there is none, or none that can be read."""
    root, path = session.root, session.file
    if not path.resolve().is_relative_to(root):
        where = Location(path.name)
        problems.append(problem("S103", "the file leads out of the publication's folder", where))
        return None
    if not path.is_file():
        return None
    if not session.admits(path, session.place(None, None)):
        problems.extend(session.problems)
        return None
    text = decode(path.read_bytes(), session)
    if text is None:
        problems.extend(session.problems)
        return None
    return lint.clean(text, session)


def unread(session: Session) -> File:
    """What stands in a draft for an article whose file was refused: its name as title."""
    document = new_document(session.file.as_posix())
    name = session.file.name
    title = nodes.title(name, name)
    title.source, title.line = session.file.as_posix(), 1
    return File(session.file, session, document, title)


def _open_masthead(file: File) -> None:
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


def _open_article(file: File) -> None:
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
    document["ids"] = [*document["ids"], *sections[0]["ids"]]
    blocks = _without_fields(file, blocks, metadata.ARTICLE)
    file.blocks = [*blocks, *others, *sections[1:]]
    numeral = lint.NUMERAL.match(file.title.astext())
    if numeral and isinstance(file.title[0], nodes.Text):
        message = f"the title begins with the numeral “{numeral[0].strip()}”, which is left out"
        session.report("S207", message, session.place(*line_of(file.title)))
        file.title[0] = nodes.Text(str(file.title[0])[numeral.end() :])
    if not file.blocks:
        where, hint = session.place(*line_of(file.title)), "write it below the title and the fields"
        session.report("S105", "the article has no text", where, hint)


def _begins_block(where: Location, session: Session) -> bool:
    """Whether an empty line stands above a line: then it is no further line of a field's words."""
    lines = session.texts.get(where.path, ())
    return 1 < where.line <= len(lines) and not lines[where.line - 2].strip()


def _without_fields(
    file: File, blocks: list[nodes.Node], schema: Mapping[str, metadata.Field]
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
        if one.where.path != path
        or one.where.line not in lines
        or one.code not in _OF_LISTS
        or (one.code == "S110" and _begins_block(one.where, session))
    ]
    file.named = metadata.names(fields)
    file.fields = metadata.read(fields, schema, session)
    return [block for block in blocks if block is not fields]
