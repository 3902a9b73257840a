"""Where a piece of parsed text stands in its file: the line and column an editor must look at."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from docutils import nodes

from bulletin_press.problems import Location
from bulletin_press.source.session import Session, line_of

_REACH = 120
_GAP = 10_000
_LITERAL = re.compile(r"(?<![\\`\w])``(?=[^\s`]).*?(?<=\S)``(?!`)", re.DOTALL)
_VERBATIM_ROLE = re.compile(r":(?:math|code|literal|raw):`[^`]*`")
_ESCAPE = re.compile(r"\\.", re.DOTALL)
_EMPHASIS = re.compile(r"(?<![\w*])(\*{1,2})(?=[^\s*])[^*]+?(?<=\S)\1(?![\w*])")
_HIDDEN = "\x00"


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph, title or other block of words: its source and where each line of it stands.

    ``starts`` are the offsets at which the lines of the source begin.
    """

    node: nodes.TextElement
    raw: str
    where: Location
    columns: tuple[int, ...]
    starts: tuple[int, ...]

    @property
    def lines(self) -> list[str]:
        """The lines of its source, without indentation."""
        return self.raw.split("\n")

    @property
    def words(self) -> str:
        """The source, each sign hidden that stands in ``literal text`` or behind a backslash."""
        return _escaped(self.unquoted)

    @property
    def bare(self) -> str:
        """The words, well-formed *italic* and **bold** ones hidden too."""
        return _hide(_EMPHASIS, "*", self.words)

    @property
    def unquoted(self) -> str:
        """The source, each sign hidden that stands in ``literal text``."""
        return _hide(_VERBATIM_ROLE, "`", _hide(_LITERAL, "``", self.raw))

    def at_line(self, index: int) -> Location:
        """The place of the line of this index, from 0."""
        line = self.where.line
        return Location(self.where.path, line + index if line else 0)

    def at(self, offset: int) -> tuple[Location, int]:
        """The place and the column, from 1, of an offset in the source."""
        index = bisect(self.starts, offset) - 1
        column = self.columns[index] if index < len(self.columns) else 0
        return self.at_line(index), column and column + offset - self.starts[index]


def indent(line: str) -> int:
    """How many blanks a line begins with."""
    return len(line) - len(line.lstrip())


def passages(part: nodes.Element, session: Session) -> Iterator[Passage]:
    """Every block of words below ``part``, in order, but for literal ones."""
    left_out = (nodes.Inline, nodes.FixedTextElement, nodes.Invisible, nodes.field_name)
    for node in part.findall(nodes.TextElement):
        if not isinstance(node, left_out) and node.rawsource:
            yield passage(node, session)


def passage(node: nodes.TextElement, session: Session) -> Passage:
    """The passage of one block of words; its line is sought in the text of the file."""
    known: Passage | None = session.passages.get(node)
    if known is None or known.raw != node.rawsource:
        known = session.passages[node] = _passage(node, session)
    return known


def _passage(node: nodes.TextElement, session: Session) -> Passage:
    raw = str(node.rawsource)
    parts = raw.split("\n")
    starts = tuple(accumulate((len(part) + 1 for part in parts), initial=0))[:-1]
    source, line = line_of(node)
    where = session.place(source, line)
    text = session.texts.get(where.path, ())
    found = nearest(text, where.line, parts)
    if not found:
        return Passage(node, raw, where, (), starts)
    columns = tuple(
        text[found - 1 + index].find(part.strip()) + 1 if found - 1 + index < len(text) else 0
        for index, part in enumerate(parts)
    )
    return Passage(node, raw, Location(where.path, found), columns, starts)


def nearest(text: Sequence[str], line: int, parts: Sequence[str]) -> int:
    """The line nearest to ``line`` where ``parts`` begin, one to a line; 0 if there is none."""
    wanted = [part.strip() for part in parts[:2]]
    for distance in range(_REACH):
        for at in {line + distance, line - distance}:
            if 0 < at <= len(text) - len(wanted) + 1 and all(
                part in text[at - 1 + index] for index, part in enumerate(wanted)
            ):
                return at
    return 0


def _offset_of(node: nodes.Node, block: nodes.Element, session: Session) -> int:
    """Where an inline node begins in the source of the block that holds it."""
    top = node
    while top.parent is not None and top.parent is not block:
        top = top.parent
    if block not in session.offsets:
        session.offsets[block] = _offsets(block)
    known = session.offsets[block].get(top)
    if known is None:  # docutils has put another in its place
        own = str(getattr(top, "rawsource", ""))
        return max(0, _start_of(_escaped(own), _escaped(str(block.rawsource)), 0))
    return known


def _offsets(block: nodes.Element) -> dict[nodes.Node, int]:
    """Where the parts of a block begin in its source."""
    raw = _escaped(str(block.rawsource))
    position, offsets = 0, dict[nodes.Node, int]()
    for child in block.children:
        own = str(getattr(child, "rawsource", "")) if isinstance(child, nodes.Element) else ""
        found = _start_of(_escaped(own), raw, position) if own else -1
        offsets[child] = max(found, position)
        position = found + len(own) if found >= 0 else position
    return offsets


def block_of(node: nodes.Node) -> nodes.TextElement | None:
    """The block of words in which an inline node stands."""
    while node.parent is not None:
        node = node.parent
        if isinstance(node, nodes.TextElement) and not isinstance(node, nodes.Inline):
            return node
    return None


def place_of(node: nodes.Node, session: Session) -> tuple[Location, int]:
    """The line and column of an inline node; column 0 where it is not known."""
    block = block_of(node)
    if block is None or not block.rawsource:
        return _sought(node, session)
    return passage(block, session).at(_offset_of(node, block, session))


def _sought(node: nodes.Node, session: Session) -> tuple[Location, int]:
    """The place of an inline node whose block the press made, as of a field: by its own source."""
    where = session.place(*line_of(node))
    text = session.texts.get(where.path, ())
    own = str(getattr(node, "rawsource", "")).partition("\n")[0]
    for at in range(where.line, min(where.line + _REACH, len(text) + 1)):
        line = text[at - 1] if at else ""
        if not own or not line.strip():
            break
        if own in line:
            return Location(where.path, at), line.find(own) + 1
    return where, 0


def first_line(node: nodes.Element, session: Session) -> Location:
    """Where the first words below a node stand."""
    own = session.place(*line_of(node))
    first = next(passages(node, session), None)
    return first.where if first and first.where.line else own


def before(node: nodes.Node) -> nodes.Node | None:
    """What stands before a node in the same parent, but for what is not printed."""
    parent = node.parent
    if parent is None:
        return None
    above = range(parent.index(node) - 1, -1, -1)
    return next((parent[at] for at in above if not is_nothing(parent[at])), None)


def is_nothing(node: nodes.Node) -> bool:
    """Whether a node is not printed and loses nothing: a comment, a label, a remark."""
    said = isinstance(node, nodes.system_message) and int(node["level"]) < 2
    return said or isinstance(node, nodes.Invisible)


def _start_of(mark: str, raw: str, position: int) -> int:
    """Where ``mark`` begins, if it can as the opening of markup, else where it stands at all."""
    opening = re.compile(r"(?<!\w)" + re.escape(mark) + r"(?=\S)" if len(mark) < 3 else
                         re.escape(mark))  # fmt: skip
    found = opening.search(raw, position, position + _GAP)
    return found.start() if found else raw.find(mark, position, position + _GAP)


def _escaped(text: str) -> str:
    """The text, each sign hidden behind a backslash."""
    return _hide(_ESCAPE, "\\", text)


def _hide(pattern: re.Pattern[str], mark: str, text: str) -> str:
    """Hide what a pattern finds, which always holds a mark."""
    if mark not in text:
        return text
    return pattern.sub(lambda found: re.sub(r"[^\n]", _HIDDEN, found[0]), text)
