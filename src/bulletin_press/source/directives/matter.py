"""What belongs to an issue as a whole: the order of its articles, and its standing matter."""

from __future__ import annotations

from collections.abc import Iterable

from docutils import nodes
from docutils.parsers.rst import Directive

from bulletin_press.source.languages import Labels
from bulletin_press.source.mastheads import MASTHEAD_FILE
from bulletin_press.source.session import Listed, Session, line_of, session_of

OPENING = frozenset({"department", "kicker", "standfirst", "byline", "summary"})
LEADER, IMPRINT, COLOPHON, BACK_COVER = "leader", "imprint", "colophon", "back-cover"
KINDS = (LEADER, IMPRINT, COLOPHON, BACK_COVER)


class Articles(Directive):
    """``.. articles::``: the order of an issue's articles, one file name or id to a line.

    A line with lines indented below it is the heading of a section of the contents.
    """

    has_content = True

    def run(self) -> list[nodes.Node]:
        session = session_of(self.state.document)
        if not is_in_place(self):
            return []
        session.articles = session.articles or []
        lines = [(text, *self.content.info(at)) for at, text in enumerate(self.content)]
        lines = [line for line in lines if line[0].strip()]
        heading = ""
        for at, (text, source, line) in enumerate(lines):
            indented = text[:1].isspace()
            above = at + 1 < len(lines) and lines[at + 1][0][:1].isspace()
            if not indented:
                heading = " ".join(text.split()) if above else ""
            if indented or not above:
                where = session.place(source, (line or 0) + 1)
                session.articles.append(Listed(text.strip(), heading, where))
        return []


class Matter(Directive):
    """``.. imprint::``, ``.. colophon::``, ``.. back-cover::``: parts of the issue itself."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        self.assert_has_content()
        if not is_in_place(self):
            return []
        made = nodes.container("\n".join(self.content), matter=self.name)
        made.source, made.line = self.state_machine.get_source_and_line(self.lineno)
        self.state.nested_parse(self.content, self.content_offset, made)
        return [made]


def is_in_place(directive: Directive) -> bool:
    """Whether a part of the issue stands in issue.rst, outside lists and boxes; else S129."""
    session = session_of(directive.state.document)
    where = session.place(*directive.state_machine.get_source_and_line(directive.lineno))
    if session.file.name != MASTHEAD_FILE:
        session.report("S129", f"“{directive.name}” is no part of an article", where)
    elif not isinstance(directive.state.parent, (nodes.document, nodes.section)):
        session.report("S129", f"“{directive.name}” stands within another block", where)
    else:
        return True
    return False


def take(blocks: Iterable[nodes.Node], session: Session) -> dict[str, nodes.Element]:
    """Take the standing matter out of the blocks of a file, by kind.

    What stands there a second time is refused (S129).
    """
    found: dict[str, nodes.Element] = {}
    for block in list(blocks):
        for part in list(block.findall(nodes.Element)):
            kind = part.get("matter")
            if kind is None:
                continue
            where = session.place(*line_of(part))
            if kind in found:
                session.report("S129", f"“{kind}” stands above already", where)
            elif kind == IMPRINT and not _is_lines(part):
                session.report("S129", "the imprint takes plain lines and paragraphs", where)
            else:
                found[kind] = part
            del part["matter"]
    return found


def _is_lines(part: nodes.Element) -> bool:
    return all(isinstance(one, (nodes.paragraph, nodes.line_block)) for one in part)


def name(blocks: Iterable[nodes.Node], words: Labels) -> None:
    """Give boxes of key facts without a title, and advertisements, the press's own words."""
    for block in blocks:
        for box in block.findall(nodes.admonition):
            if "key-facts" in box["classes"] and not isinstance(box[0], nodes.title):
                _open(box, nodes.title("", words.key_facts))
        for figure in block.findall(nodes.figure):
            if "advertisement" in figure["classes"]:
                _open(figure, nodes.paragraph("", words.advertisement, classes=["label"]))


def _open(part: nodes.Element, line: nodes.Element) -> None:
    line.source, line.line = part.source, part.line
    part.insert(0, line)


MATTER: dict[str, type[Directive]] = {
    "articles": Articles,
    IMPRINT: Matter,
    COLOPHON: Matter,
    BACK_COVER: Matter,
}
