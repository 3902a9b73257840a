"""Mistakes that show in the parsed tree: blocks that are not what their writer can have meant."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import chain

from docutils import nodes

from bulletin_press.problems import Location
from bulletin_press.source import metadata
from bulletin_press.source.kinds import Kinds
from bulletin_press.source.proofreading import lists, places, signs
from bulletin_press.source.proofreading.places import Passage
from bulletin_press.source.session import Session, line_of

_RULE = re.compile(r"([!-/:-@\[-`{-~–—])\1*\Z")
_ATTRIBUTION = re.compile(r"(?:---?(?!-)|[—―]) *\S")
_WEAK_ATTRIBUTION = re.compile(r"[–―-] *[^\W\d_]")
_DELIBERATE = re.compile(r"#|todo\b|fixme\b|note to\b|xxx\b|-\*-|vim?:|local variables:|\|", re.I)
_FIELD_NAMES = metadata.MASTHEAD.keys() | metadata.ARTICLE.keys()
_NEAR = 120
_PROSE_WORDS = 8
_WHOLE = (nodes.section, nodes.document)
_FIELD_WORDS = 40


def inspect_tree(
    document: nodes.document, kinds: Kinds, session: Session, directives: Collection[str]
) -> None:
    """Report what the tree shows to be other than its writer can have meant.

    ``kinds`` are its nodes, ``directives`` the names of all that an issue may use.
    """
    for passage in places.passages(document, session):
        signs.inspect(passage, session)
        if isinstance(passage.node, nodes.paragraph):
            _inspect_paragraph(passage, session)
        elif isinstance(passage.node, nodes.title):
            _inspect_heading(passage, session)
    signs.inspect_phrases(kinds, session)
    last = dict[str, int]()
    for comment in kinds.all(nodes.comment):
        _inspect_comment(comment, session, directives, last)
    for quotation in kinds.all(nodes.block_quote):
        _inspect_quotation(quotation, session)
    for item in kinds.all(nodes.definition_list_item):
        _inspect_definition(item, session)
    for numbered in kinds.all(nodes.enumerated_list):
        lists.inspect_numbered(numbered, session)
    for bulleted in kinds.all(nodes.bullet_list):
        if not bulleted.astext().strip() and isinstance(bulleted.parent, nodes.list_item):
            place = session.place(*line_of(bulleted))
            session.report("S223", "stars or dashes with blanks between them are a list", place,
                           "write a break as ---- between empty lines")  # fmt: skip
    for block in kinds.all(nodes.literal_block):
        _inspect_literal(block, session)
    for fields in kinds.all(nodes.field_list):
        _inspect_fields(fields, session)
    _inspect_notes(kinds, session)


def _inspect_notes(kinds: Kinds, session: Session) -> None:
    called = {call.get("refid") for call in kinds.all(nodes.footnote_reference)}
    for note in kinds.all(nodes.footnote):
        if not called.intersection(note["ids"]) and not note.get("dupnames"):
            place = places.first_line(note, session)
            session.report("S202", "no call in the text leads to this note", place)
    _inspect_citations(kinds, session)


def _inspect_citations(kinds: Kinds, session: Session) -> None:
    """Report a book that no text cites, unless several stand there and none is cited."""
    written = kinds.all(nodes.citation)
    called = {call.get("refid") for call in kinds.all(nodes.citation_reference)}
    uncalled = [one for one in written if not called.intersection(one["ids"])]
    if len(uncalled) == len(written) > 1:
        return  # a bibliography
    for citation in uncalled:
        if not citation.get("dupnames"):
            label = citation[0].astext()
            session.report("S202", f"no call in the text leads to the book “{label}”",
                           session.place(*line_of(citation)),
                           f"cite it in the text as [{label}]_ or delete it")  # fmt: skip


def _inspect_paragraph(passage: Passage, session: Session) -> None:
    lines = passage.lines
    if len(lines) > 1:
        for index, line in enumerate(lines):
            if _RULE.match(line.strip()) and line.strip() not in ("...", "::", "```", "~~~"):
                if any(one.code == "S104" and one.where == passage.at_line(index)
                       for one in session.problems):  # fmt: skip
                    return
                message = f"“{line.strip()[:20]}” is printed, since it stands within a paragraph"
                session.report("S223", message, passage.at_line(index))
                return
    elif _RULE.match(passage.raw) and len(passage.raw) == 3 and passage.raw != "...":
        session.report("S223", f"“{passage.raw}” is printed as it stands", passage.where,
                       "write a break as ---- between empty lines")  # fmt: skip
    lists.inspect_words(passage, session)
    _inspect_field_like(passage, session)
    _inspect_cell(passage, session)


def _inspect_cell(passage: Passage, session: Session) -> None:
    """Report a bar within a cell of a drawn table, whose bars do not stand below one another."""
    text, line = session.texts.get(passage.where.path, ()), passage.where.line
    drawn = 0 < line <= len(text) and text[line - 1].lstrip().startswith("|")
    if isinstance(passage.node.parent, nodes.entry) and drawn and "|" in passage.bare:
        session.report("S221", "a bar of the drawn table stands within a cell and is printed",
                       passage.where, "put each bar below a + of the first line")  # fmt: skip


def _inspect_heading(passage: Passage, session: Session) -> None:
    """A sentence above a line of ``-`` was probably not meant to be a heading."""
    section = passage.node.parent
    above = section.parent if section is not None else None
    sentence = passage.raw.rstrip().endswith(".") and len(passage.raw.split()) > 4
    if isinstance(section, nodes.section) and isinstance(above, nodes.section) and sentence:
        session.report("S223", "the sentence becomes a heading by the line below it", passage.where)


def _inspect_field_like(passage: Passage, session: Session) -> None:
    """Report a first paragraph that looks like a field, and is none."""
    first = passage.lines[0]
    found = re.match(r"\s*(:?)\s*([A-Za-z]+)\s*:(?!:)(?!`)\s*\S", first) or re.match(
        r"(:)([A-Za-z]+) +\S", first
    )
    if not found or found[2].lower() not in _FIELD_NAMES:
        return
    before = places.before(passage.node)
    if found[1] or isinstance(before, (nodes.title, nodes.field_list)):
        message = f"“{found[0][:-1].strip()}” is no field as it is written, and is printed"
        session.report("S222", message, passage.where, f"write it as :{found[2].title()}: words")


def _inspect_comment(
    comment: nodes.comment, session: Session, known: Collection[str], last: dict[str, int]
) -> None:
    """Report a comment that is none; ``last`` is the line of the comment before, in each file."""
    words = comment.astext()
    first = words.partition("\n")[0]
    place = session.place(*line_of(comment))
    text = session.texts.get(place.path, ())
    after = max(place.line - 2, last.get(place.path, 0) + 1)
    at, alone = _start_of_comment(text, after, first)
    last[place.path] = max(at, last.get(place.path, 0))
    place = Location(place.path, at or place.line)
    if alone:
        return
    found = re.match(r"([A-Za-z][\w-]*)\s*(:{0,3})(?=\S|\s|\Z)", first)
    name = found[1].lower() if found else ""
    if found and name in known and (found[2] or first.strip() == found[1]):
        message = f"“.. {found[0].strip()}” is read as a comment and not printed"
        session.report("S209", message, place)
    elif len(words.split()) > 1 and not _DELIBERATE.match(first):
        shown = " ".join(words.split())
        shown = shown if len(shown) <= 40 else shown[:40] + "…"
        session.report("S214", f"“{shown}” is a comment and is not printed", place)


def _start_of_comment(text: Sequence[str], after: int, first: str) -> tuple[int, bool]:
    """The line of a comment's dots, and whether they stand alone; it is sought from a line on."""
    wanted = " ".join(first.split())
    below = range(max(after, 1), len(text) + 1)
    above = range(below.start - 1, max(below.start - _NEAR, 0), -1)
    for at in chain(below, above):
        if ".." not in text[at - 1]:
            continue
        here = " ".join(text[at - 1].split())
        if here.endswith(f".. {wanted}"):
            return at, False
        if here.endswith("..") and at < len(text) and " ".join(text[at].split()) == wanted:
            return at, True
    return 0, False


def _inspect_quotation(quotation: nodes.block_quote, session: Session) -> None:
    below = quotation.next_node(nodes.paragraph, descend=False, siblings=True, ascend=False)
    first = isinstance(places.before(quotation), (nodes.title, type(None)))
    if first and below is not None and not isinstance(quotation.parent, _WHOLE):
        session.report("S215", "the line is indented less than those above, and belongs to them",
                       places.first_line(below, session),
                       "remove the blanks at its start, or add what lacks")  # fmt: skip
    last = quotation[-1] if len(quotation) else None
    if isinstance(last, nodes.attribution) or isinstance(quotation.parent, nodes.system_message):
        return
    if isinstance(last, nodes.paragraph) and last.rawsource:
        passage = places.passage(last, session)
        lines = passage.lines
        for index, line in enumerate(lines):
            strong = _ATTRIBUTION.match(line) and (index or quotation["classes"])
            last_line = index == len(lines) - 1
            weak = _WEAK_ATTRIBUTION.match(line) and last_line and len(line) < 80
            if last_line and (strong or (weak and (index or len(quotation) > 1))):
                message = f"“{line[:40]}” runs into the quotation"
                session.report("S220", message, passage.at_line(index))
                return
    if not quotation["classes"] and not quotation["names"]:
        place = places.first_line(quotation, session)
        session.report("S215", "the indented lines become a quotation", place)


def _inspect_definition(item: nodes.definition_list_item, session: Session) -> None:
    term, definition = item[0], item[-1]
    words, explained = term.astext(), definition.astext().lstrip()
    owner = item.parent.parent
    if owner is not None and {"timeline", "events"}.intersection(owner["classes"]):
        return
    in_item = isinstance(owner, nodes.list_item) and owner.index(item.parent) == 0
    count = len(words.split())
    runs_on = explained[:1].islower() and count > 4
    if in_item or count > _PROSE_WORDS or len(words) > 60 or runs_on:
        assert isinstance(definition, nodes.Element)
        session.report("S216", "the indented line is taken for the explanation of the one above",
                       places.first_line(definition, session))  # fmt: skip


def _inspect_literal(block: nodes.literal_block, session: Session) -> None:
    """Report a quotation printed as code, since the paragraph above it ends in two colons."""
    before = places.before(block)
    if not isinstance(before, nodes.paragraph) or block["classes"]:
        return
    if not before.rawsource.endswith("::") or before.rawsource.endswith(" ::"):
        return
    passage = places.passage(before, session)
    place = passage.at_line(len(passage.lines) - 1)
    words = block.astext().split()
    prose = [word for word in words if re.fullmatch(r"\W?[^\W\d_]+(?:['’-]\w+)*\W{0,2}", word)]
    is_prose = len(words) > 3 and len(prose) > 0.8 * len(words) and "  " not in block.astext()
    if is_prose or _is_flush(session.texts.get(place.path, ()), place.line):
        session.report("S219", "“::” makes the lines below it code", place)


def _is_flush(text: Sequence[str], line: int) -> bool:
    """Whether the text after a line begins no further in than that line."""
    below = next((one for one in text[line:] if one.strip()), "")
    above = text[line - 1] if 0 < line <= len(text) else ""
    return len(below) - len(below.lstrip()) <= len(above) - len(above.lstrip())


def _inspect_fields(fields: nodes.field_list, session: Session) -> None:
    before = places.before(fields)
    for body in (field[-1] for field in fields if isinstance(field, nodes.field)):
        if isinstance(body, nodes.field_body) and len(body.astext().split()) > _FIELD_WORDS:
            second = next(iter(body[1:]), None)
            if isinstance(second, (nodes.paragraph, nodes.block_quote)):
                session.report("S215", "the indented lines belong to the field above",
                               places.first_line(second, session),
                               "remove the blanks at the start of the lines")  # fmt: skip
    if before is None or (isinstance(before, nodes.title) and _is_highest(fields.parent)):
        return
    for field in fields:
        name = field[0].astext().strip() if isinstance(field, nodes.field) else ""
        if name.lower() in _FIELD_NAMES:
            message = f"the field “{name}” stands too late to be read as one"
            session.report("S222", message, session.place(*line_of(field)))


def _is_highest(section: nodes.Element | None) -> bool:
    above = section.parent if section is not None else None
    return not (isinstance(above, nodes.section) and isinstance(above.parent, nodes.section))
