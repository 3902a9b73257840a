"""Marks in the e-book at the words where the pages of the printed issue begin."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from lxml import etree

from bulletin_press.editions.epub.book import FRONT_PAGE, Page
from bulletin_press.issue import Issue
from bulletin_press.markup import EPUB_TYPE
from bulletin_press.page import element
from bulletin_press.pagination import IGNORED, INLINE, PageStart, Pagination
from bulletin_press.problems import Problem, ProblemsError, problem

_WORD = re.compile("[\\w'’\u00ad\u2060]")
_BEFORE = frozenset("h1 h2 h3 h4 h5 h6 caption figure img table".split())


class PageMark(NamedTuple):
    """A mark: the page's label, and the address of the mark in the book."""

    label: str
    path: str
    id: str


class _Sign(NamedTuple):
    """A character of a block: the element whose text, or whose tail, has it, and where."""

    sign: str
    holder: etree._Element
    tail: bool
    place: int


def mark(issue: Issue, pages: Sequence[Page], pagination: Pagination) -> tuple[PageMark, ...]:
    """Put a mark into ``pages`` where each printed page begins; blank pages have none.

    A mark never stands within a word: one that is broken over two pages is on the second.
    Raises ProblemsError (E107) where the e-book has other words than the page.
    """
    blocks = {
        str(part.get("id")): (page, part)
        for page in pages
        for part in page.body.iter(etree.Element)
        if part.get("id")
    }
    made: list[PageMark] = []
    wrong: list[Problem] = []
    for number, start in enumerate(pagination.pages):
        if number == 0:
            page, front = _front(pages)
            front.insert(0, _mark(start.label))
        elif not start.block:
            continue
        elif start.block not in blocks or not _place(blocks[start.block][1], start):
            message = f"page {start.label} begins with other words than the e-book has there"
            wrong.append(problem("E107", message, issue.place(start.block)))
            continue
        else:
            page = blocks[start.block][0]
        made.append(PageMark(start.label, page.path, _id(start.label)))
    if wrong:
        raise ProblemsError(wrong)
    return tuple(made)


def _front(pages: Iterable[Page]) -> tuple[Page, etree._Element]:
    page = next(one for one in pages if one.path == FRONT_PAGE)
    return page, page.body[0]


def _id(label: str) -> str:
    return f"Page-{label}"


def _mark(label: str) -> etree._Element:
    made = element("span", id=_id(label), role="doc-pagebreak", aria_label=label)
    made.set(EPUB_TYPE, "pagebreak")
    return made


def _place(block: etree._Element, start: PageStart) -> bool:
    """Mark the beginning of a page in its block, if the words there are those of the page."""
    made = _mark(start.label)
    if start.offset == 0 and block.tag in ("section", "article"):
        block.insert(0, made)
        return True
    signs = list(_signs(block))
    shown = [at for at, one in enumerate(signs) if not IGNORED.fullmatch(one.sign)]
    if start.offset == 0:
        if block.tag in _BEFORE:
            _above(block).addprevious(made)
        else:
            made.tail, block.text = block.text, None
            block.insert(0, made)
    elif start.offset >= len(shown):
        return False
    else:
        at = shown[start.offset]
        while at and _WORD.match(signs[at].sign) and _WORD.match(signs[at - 1].sign):
            at -= 1
        _insert(made, signs[at], block)
    text = "".join(signs[at].sign for at in shown[start.offset :])
    length = min(len(text), len(start.text))
    return text[:length] == start.text[:length]


def _above(block: etree._Element) -> etree._Element:
    """The element before which a mark may stand: a table, not its caption, with its frame."""
    tables = [block, *block.iterancestors("table", "figure")]
    outer = tables[-1]
    parent = outer.getparent()
    return parent if parent is not None and parent.get("class") == "frame" else outer


def _insert(made: etree._Element, sign: _Sign, block: etree._Element) -> None:
    """Part the text before a character; at the beginning of an inline element, stand before it."""
    holder, tail, index = sign.holder, sign.tail, sign.place
    while not tail and index == 0 and holder is not block:
        before = holder.getprevious()
        parent = holder.getparent()
        assert parent is not None
        if before is not None:
            holder, tail, index = before, True, len(before.tail or "")
        else:
            holder, index = parent, len(parent.text or "")
            if index:
                break
    text = (holder.tail if tail else holder.text) or ""
    made.tail = text[index:]
    if tail:
        holder.tail = text[:index]
        parent = holder.getparent()
        assert parent is not None
        parent.insert(parent.index(holder) + 1, made)
    else:
        holder.text = text[:index]
        holder.insert(0, made)


def _signs(block: etree._Element) -> Iterator[_Sign]:
    """The characters of a block in order, as ``PageStart`` counts them."""
    for index, sign in enumerate(block.text or ""):
        yield _Sign(sign, block, False, index)
    for child in block.iterchildren(etree.Element):
        if _counts(child):
            yield from _signs(child)
        for index, sign in enumerate(child.tail or ""):
            yield _Sign(sign, child, True, index)


def _counts(child: etree._Element) -> bool:
    """Whether the text of an element is that of the block around it."""
    classes = child.get("class", "").split()
    if "note" in classes or "numeral" in classes:
        return False
    if etree.QName(child).namespace:
        return False
    return child.tag in INLINE or not child.get("id")
