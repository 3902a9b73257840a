"""What must hold of an issue that was read, right or wrong; each breach is one line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from lxml import etree

from tests.fuzz import scanner
from tests.fuzz.case import FOLDER, MARKER, SECRET, Case

# Problems of a file or an issue as a whole, which have no line.
_WHOLE = frozenset({"S102", "S103", "S105", "S113", "S114", "S115", "S119", "S210", "S211", "S212"})
_READ_AS_COMMENTS, _COMMENT = ("S209", "S214"), 12  # and how many lines one may have
_SAYS_UNPRINTED = frozenset({"S209", "S212", "S214"})
_ALLOWED_LINK = re.compile(r"(#|https?://|mailto:|tel:|[\w./-]+\.xhtml(#|\Z))", re.IGNORECASE)


def judge(case: Case, read: Any, root: Path, bodies: Iterable[etree._Element]) -> Iterator[str]:
    """All that is wrong with what the press made of ``case``.

    ``read`` is the issue with its problems, ``root`` its publication's folder; ``bodies`` are the
    reading pages of the e-book.
    """
    pages = list(bodies)
    yield from _places(read.problems, root)
    yield from _secrets(read, pages)
    yield from _links(pages)
    if case.valid:
        for one in read.problems:
            if one.severity.value == "error":
                yield f"refused: {one.code} {one.where}: {one.message}"
    prefix = FOLDER.partition("/")[2] + "/"
    if case.marked:
        yield from _markers(case, read, pages, prefix)
    elif not any(one.severity.value == "error" for one in read.problems):
        yield from _scanned(case, read, pages, prefix)


def _places(problems: Iterable[Any], root: Path) -> Iterator[str]:
    lengths: dict[str, int] = {}
    for one in problems:
        path, line = one.where.path, one.where.line
        if path not in lengths:
            file = root / path
            inside = file.resolve().is_relative_to(root.resolve())
            data = file.read_bytes() if inside and file.is_file() else b""
            lengths[path] = len(re.split(rb"\r\n|\r|\n", data)) if file.is_file() else -1
        if lengths[path] < 0 and one.code not in ("S102", "S103", "S115"):
            yield f"place: {one.code} names “{path}”, which is no file: {one.message}"
        elif not line and one.code not in _WHOLE:
            yield f"place: {one.code} has no line: {path}: {one.message}"
        elif line < 0 or (line > lengths[path] > -1):
            yield f"place: {one.code} is at line {line} of {lengths[path]}: {path}: {one.message}"
        if not one.message.strip() or not one.hint.strip():
            yield f"place: {one.code} says nothing, or has no hint"


def _secrets(read: Any, pages: list[etree._Element]) -> Iterator[str]:
    shown = read.issue.document.pformat() + "".join(map(str, read.problems))
    shown += "".join(etree.tostring(page, encoding="unicode") for page in pages)
    if SECRET in shown:
        yield "secret: the text of a file outside the publication is in the issue"


def _links(pages: list[etree._Element]) -> Iterator[str]:
    for page in pages:
        for element in page.iter(etree.Element):
            address = str(element.get("href") or "#")
            if not _ALLOWED_LINK.match(address):
                yield f"link: the book links to “{address[:60]}”"


def _markers(case: Case, read: Any, pages: list[etree._Element], prefix: str) -> Iterator[str]:
    """Every marker is in tree and book once, or a problem stands at its block's lines."""
    troubled: dict[str, set[int]] = {}
    wrong: dict[str, set[int]] = {}
    for one in read.problems:
        path = one.where.path.removeprefix(prefix)
        if one.severity.value == "error" or one.code in _SAYS_UNPRINTED:
            troubled.setdefault(path, set()).add(one.where.line)
        if one.code == "S219":  # the block below is printed as it is written
            for found in (troubled, wrong):
                found.setdefault(path, set()).add(one.where.line + 2)
        if one.severity.value == "error":
            wrong.setdefault(path, set()).add(one.where.line)
    tree = Counter(MARKER.findall(_text(read.issue.document)))
    attributes = set[str]()
    book: Counter[str] = Counter()
    for page in pages:
        book.update(MARKER.findall("".join(map(str, page.itertext()))))
        for element in page.iter(etree.Element):
            attributes.update(MARKER.findall(" ".join(map(str, element.attrib.values()))))
    for image in read.issue.document.findall(nodes.image):
        tree.update(MARKER.findall(image.get("alt", "")))
    tree.update(MARKER.findall(str(read.issue.document.attributes)))
    for article in read.issue.articles:
        tree.update(MARKER.findall(str(article.authors)))
    written = "".join(
        part.block.text
        for part in case.parts()
        if not wrong.get(part.path, set()).intersection(range(part.first, part.last + 1))
    )
    for part in case.parts():
        if "/" in part.path and f"include:: {part.path}" not in written:
            continue
        lines = range(part.first, part.last + 1)
        noted = any(line in lines or not line for line in troubled.get(part.path, ()))
        told = wrong.values() if case.name.startswith("bomb") else [wrong.get(part.path, set())]
        if part.block.error and not any(
            line in lines or not line or case.name.startswith("bomb")
            for found in told
            for line in found
        ):
            yield f"unreported: {part.path}:{part.first}-{part.last}: {part.block.text[:60]!r}"
        if noted:
            continue
        for word in part.block.words:
            if tree[word] != 1:
                yield f"lost: {word} is {tree[word]} times in the tree: {part.path}:{part.first}"
            elif book[word] != 1:
                yield f"lost: {word} is {book[word]} times in the book: {part.path}:{part.first}"
        for word in part.block.loose:
            if word not in tree:
                yield f"lost: {word} is not in the tree: {part.path}:{part.first}"
            elif word not in book and word not in attributes:
                yield f"lost: {word} is not in the book: {part.path}:{part.first}"
    yield from _order(case, read, troubled, written)


def _order(case: Case, read: Any, troubled: dict[str, set[int]], written_in: str) -> Iterator[str]:
    """Markers of blocks without notes and figures stand in the order of their source."""
    for part in case.parts():
        if "/" in part.path and f"include:: {part.path}" not in written_in:
            continue
        lines = range(part.first, part.last + 1)
        if any(line in lines or not line for line in troubled.get(part.path, ())):
            continue
        if re.search(r"\[[#\w]+\]|figure::|image::|subtitle|csv-table|^\+", part.block.text, re.M):
            continue
        written = [word for word in MARKER.findall(part.block.text) if word in part.block.words]
        mine = set(written)
        found = [word for word in MARKER.findall(_text(read.issue.document)) if word in mine]
        if found != written:
            yield f"order: the words of {part.path}:{part.first} are {found}, not {written}"


def _text(node: nodes.Node) -> str:
    """The text of a tree without the numbers of notes; blocks on lines of their own."""
    if isinstance(node, nodes.Text):
        return node.astext()
    if isinstance(node, (nodes.footnote_reference, nodes.label)):
        return ""
    joined = "".join(map(_text, node.children))
    return joined if isinstance(node, nodes.Inline) else f"\n{joined}\n"


def _scanned(case: Case, read: Any, pages: list[etree._Element], prefix: str) -> Iterator[str]:
    """Without an error, every word of the sources is in tree and book, in its order."""
    document = read.issue.document
    values = (str(value) for value in document.attributes.values())
    tree = scanner.WORD.findall(_text(document) + " ".join(values))
    counted = Counter(tree)
    book = Counter(
        word
        for page in pages
        for word in scanner.WORD.findall("\n".join(map(str, page.itertext())))
    )
    warned = {(one.where.path.removeprefix(prefix), one.where.line) for one in read.problems}
    commented = {
        (one.where.path.removeprefix(prefix), one.where.line + by)
        for one in read.problems
        if one.code in _READ_AS_COMMENTS
        for by in range(_COMMENT)
    }
    left_out = any("left out" in one.message for one in read.problems)
    expected: Counter[str] = Counter()
    for name, data in case.contents().items():
        if left_out or not name.endswith(".rst") or name.startswith(("_", ".")) or "/" in name:
            continue
        remaining = iter(tree)
        for line in scanner.scan(data.decode("utf-8", "replace")):
            near = any((name, line.number + by) in warned for by in (-1, 0, 1))
            if near or (name, line.number) in commented:
                continue
            expected.update(line.words)
            lost = [word for word in line.words if counted[word] < expected[word]]
            if lost:
                yield f"lost: {name}:{line.number}: {lost} not in the tree"
                return
            unseen = [word for word in line.words if not book[word]]
            if unseen and name != "issue.rst":
                yield f"lost: {name}:{line.number}: {unseen} not in the book"
                return
            if line.ordered and len(line.words) > 3:
                at = [word for word in line.words if word in remaining]
                if len(at) < len(line.words):
                    yield f"order: {name}:{line.number}: {' '.join(line.words)}"
                    return
