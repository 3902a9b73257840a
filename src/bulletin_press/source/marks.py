"""A draft's marks: each error of the sources is said in the tree, where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import Directive

from bulletin_press.problems import Problem
from bulletin_press.source.directives.matter import LEADER, OPENING
from bulletin_press.source.session import Session, session_of

_EDITORIAL = "editorial"


def unread(directive: Directive, path: Path | None = None) -> nodes.system_message:
    """What stands in the tree for a directive that cannot be shown: its source.

    ``path`` is the file that it was to read, if the fault lies there.
    """
    source, line = directive.state_machine.get_source_and_line(directive.lineno)
    text = directive.block_text.strip()
    shown = nodes.literal_block(text, text)
    box = nodes.system_message("", shown, level=3, type="ERROR", source=source, line=line)
    if path:
        box["file"] = session_of(directive.state.document).place(str(path), None).path
    return box


def mark(document: nodes.document, root: Path, problems: Iterable[Problem]) -> None:
    """Put a box with code and message after the block in which each problem lies.

    What docutils left where it could not read gives its place and its source to the box, and its
    words are dropped. A problem of a file of which nothing is in the tree is said in the
    editorial. ``root`` is the folder to which the problems' paths are relative.
    """
    _Marks(document, root, list(problems)).put()


class _Marks:
    def __init__(self, document: nodes.document, root: Path, problems: list[Problem]) -> None:
        self.document, self.problems = document, problems
        self.session = Session(root, Path(str(document["source"])))
        self.taken = {name for node in document.findall(nodes.Element) for name in node["ids"]}

    def put(self) -> None:
        """Fill the boxes that stand in the tree, and add those that do not."""
        left = list(self.problems)
        for box in list(self.document.findall(nodes.system_message)):
            found = [one for one in left if self._belongs(one, box)]
            left = [one for one in left if one not in found]
            source = [part for part in box.children if isinstance(part, nodes.literal_block)]
            if found or source:
                self._fill(box, found, source)
            else:
                box.parent.remove(box)
        last: dict[nodes.Element, nodes.Element] = {}
        blocks = list(self._blocks(self.document))
        for one in left:
            block = self._block(one, blocks)
            box = nodes.system_message("", level=3, type="ERROR", source=one.where.path)
            self._fill(box, [one], [])
            before = last.get(block, block)
            if isinstance(block, nodes.container):
                block.append(box)
            else:
                before.parent.insert(before.parent.index(before) + 1, box)
            last[block] = box

    def _belongs(self, one: Problem, box: nodes.system_message) -> bool:
        if box.get("file"):
            return bool(one.where.path == box["file"])
        place = self.session.place(box.get("source"), box.get("line"))
        source = [part for part in box.children if isinstance(part, nodes.literal_block)]
        last = place.line + (source[0].astext().count("\n") if source else 0)
        return one.where.path == place.path and place.line <= one.where.line <= last

    def _fill(
        self, box: nodes.system_message, found: list[Problem], source: list[nodes.literal_block]
    ) -> None:
        box["classes"] = ["language-en"]
        box.children = []
        for one in found:
            line = f"{one.where.path}, line {one.where.line}" if one.where.line else one.where.path
            text = f"{one.code}: {one.message} ({line})"
            box += nodes.paragraph(text, text)
        box += source
        for part in box.children:
            if isinstance(part, nodes.Element) and not part["ids"]:
                part["ids"] = [self._id()]

    def _id(self) -> str:
        number = 1
        while (name := f"error-mark-{number}") in self.taken:
            number += 1
        self.taken.add(name)
        return name

    def _blocks(self, part: nodes.Element) -> Iterator[tuple[str, int, nodes.Element]]:
        """Path, first line and node of each block after which a box may stand."""
        for child in part.children:
            if not isinstance(child, nodes.Element):
                continue
            if isinstance(child, nodes.section) or _EDITORIAL in child["classes"]:
                yield from self._blocks(child)
            elif child.parent is not self.document:
                places = [(node.source, node.line) for node in child.findall(nodes.Element)]
                if isinstance(child, nodes.system_message):
                    places = [(child.get("source"), child.get("line"))]
                place = next((self.session.place(*one) for one in places if all(one)), None)
                if place:
                    yield place.path, place.line, self._after_opening(child)

    def _after_opening(self, block: nodes.Element) -> nodes.Element:
        """The block, or in place of a part of an article's opening the last part of it."""
        if block.parent.parent is not self.document:
            return block
        opening = [
            part
            for part in block.parent.children
            if isinstance(part, nodes.title)
            or (isinstance(part, nodes.paragraph) and OPENING.intersection(part["classes"]))
        ]
        return opening[-1] if block in opening else block

    def _block(self, one: Problem, blocks: list[tuple[str, int, nodes.Element]]) -> nodes.Element:
        """The block after which the problem is said, or the editorial."""
        of_file = [(line, block) for path, line, block in blocks if path == one.where.path]
        before = [(line, block) for line, block in of_file if line <= one.where.line]
        if before:
            nearest = max(line for line, _ in before)
            return next(block for line, block in before if line == nearest)
        return of_file[0][1] if of_file else self._editorial()

    def _editorial(self) -> nodes.container:
        for part in self.document:
            if isinstance(part, nodes.container) and _EDITORIAL in part["classes"]:
                return part
        made = nodes.container("", classes=[_EDITORIAL], ids=[f"{_EDITORIAL}-"])
        first = self.document[0] if len(self.document) else None
        leads = isinstance(first, nodes.container) and LEADER in first["classes"]
        self.document.insert(int(leads), made)
        return made
