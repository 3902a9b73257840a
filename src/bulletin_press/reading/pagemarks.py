"""Marks at the words where the pages of the printed issue begin."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import count, pairwise, repeat
from typing import NamedTuple

from lxml import etree

from bulletin_press.issue import Issue
from bulletin_press.markup import EPUB_TYPE
from bulletin_press.page import element
from bulletin_press.pagination import IGNORED, INLINE, OPENING, PageStart, Pagination
from bulletin_press.problems import Problem, ProblemsError, problem
from bulletin_press.reading import Page

_IN_WORDS = frozenset("_'’\u00ad\u00b7\u2060\u200c\u200d\u05f3\u05f4")
_HYPHENS = frozenset("-\u2010\u2011")
_WHOLE = frozenset({"a", "code"})
_BEFORE = frozenset("h1 h2 h3 h4 h5 h6 caption figure img table".split())
_HOLDING_BLOCKS = frozenset("ul ol dl table thead tbody tr".split())
_UNCOUNTED = frozenset({"note", "numeral"})


class PageMark(NamedTuple):
    """A mark: the page's label, and the address of the mark in the book."""

    label: str
    path: str
    id: str


_is_ignored = lru_cache(maxsize=4096)(IGNORED.fullmatch)


class _Sign(NamedTuple):
    """A character of a block: the element whose text, or whose tail, has it, and where."""

    sign: str
    holder: etree._Element
    tail: bool
    place: int


def mark(
    issue: Issue, pages: Sequence[Page], front: str, pagination: Pagination
) -> tuple[PageMark, ...]:
    """Put a mark into ``pages`` where each printed page begins; blank pages have none.

    The first one opens the page at the path ``front``.

    A mark never stands within a word: one that is broken over two pages is on the second.
    Raises ProblemsError (E107) where the e-book has other words than the page, or has the
    pages in another order.
    """
    blocks = {name: (page, part) for page in pages for name, part in page.named}
    made: list[PageMark] = []
    wrong: list[Problem] = []
    for number, start in enumerate(pagination.pages):
        if number == 0:
            page = next(one for one in pages if one.path == front)
            next(page.body.iter("section")).insert(0, _mark(start.label))
        elif not start.block:
            continue
        elif start.block not in blocks or not _place(blocks[start.block][1], start):
            message = f"page {start.label} begins with other words than this edition has there"
            wrong.append(problem("E107", message, issue.place(start.block)))
            continue
        else:
            page = blocks[start.block][0]
        made.append(PageMark(start.label, page.path, _id(start.label)))
    wrong.extend(_disorder(issue, pages, made))
    if wrong:
        raise ProblemsError(wrong)
    return tuple(made)


def _disorder(issue: Issue, pages: Iterable[Page], made: Sequence[PageMark]) -> Iterator[Problem]:
    """Marks that do not stand in the order of the printed pages."""
    names = (name for page in pages for name, _ in page.named)
    places = {name: place for place, name in enumerate(names)}
    for one, two in pairwise(made):
        if places[one.id] > places[two.id]:
            message = f"page {two.label} begins in this edition before page {one.label}"
            yield problem("E107", message, issue.place(issue.document))


def _id(label: str) -> str:
    return f"Page-{label}"


def _mark(label: str) -> etree._Element:
    made = element("span", id=_id(label), role="doc-pagebreak", aria_label=label)
    made.set(EPUB_TYPE, "pagebreak")
    return made


def _place(block: etree._Element, start: PageStart) -> bool:
    """Mark the beginning of a page in its block, if the words there are those of the page."""
    made, top = _mark(start.label), block
    if block.tag in ("section", "article"):
        block = next(block.iter("h1", "h2", "h3", "h4", "h5", "h6"))
    signs: list[_Sign] = []
    shown: list[int] = []
    for text, holder, tail in _texts(block):
        shown += (at for at, sign in enumerate(text, len(signs)) if not _is_ignored(sign))
        signs += map(_Sign, text, repeat(holder), repeat(tail), count())
        if len(shown) > start.offset + OPENING:
            break
    following = shown[start.offset :]
    if "".join(signs[at].sign for at in following[:OPENING]) != start.text:
        return False
    if start.offset == 0 and top is not block:
        top.insert(0, made)
    elif start.offset == 0 and block.tag in _BEFORE:
        _above(block).addprevious(made)
    elif start.offset == 0 and block.tag not in _HOLDING_BLOCKS:
        made.tail, block.text = block.text, None
        block.insert(0, made)
    elif start.picture and 0 < start.offset <= len(shown):
        _insert(made, _behind(signs, shown[start.offset - 1]), block)
    elif following:
        _insert(made, signs[_beginning(signs, following[0])], block)
    else:
        return False
    return True


def _behind(signs: Sequence[_Sign], at: int) -> _Sign:
    """The place behind a character and the white space after it."""
    found = signs[at]
    while at + 1 < len(signs) and signs[at + 1].sign.isspace():
        if (signs[at + 1].holder, signs[at + 1].tail) != (found.holder, found.tail):
            break
        at += 1
    return found._replace(place=signs[at].place + 1)


def _beginning(signs: Sequence[_Sign], at: int) -> int:
    """Where the word begins that holds a character."""
    while at and _goes_on(signs, at):
        at -= 1
    return at


def _goes_on(signs: Sequence[_Sign], at: int) -> bool:
    """Whether a character is in one word with that before it.

    Compounds with hyphens are words; so is, in links and code, all without white space.
    """
    left, right = signs[at - 1], signs[at]
    if left.sign.isspace() or right.sign.isspace():
        return False
    whole = _whole(right)
    if whole is not None and whole is _whole(left):
        return True
    if left.sign in _HYPHENS:
        return at > 1 and _in_word(signs[at - 2].sign) and _in_word(right.sign)
    if right.sign in _HYPHENS:
        following = signs[at + 1 : at + 2]
        return _in_word(left.sign) and bool(following) and _in_word(following[0].sign)
    return _in_word(left.sign) and _in_word(right.sign)


def _in_word(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LMN" or sign in _IN_WORDS


def _whole(sign: _Sign) -> etree._Element | None:
    """The link or the code that holds a character."""
    around = [sign.holder, *sign.holder.iterancestors()][sign.tail :]
    return next((one for one in around if one.tag in _WHOLE), None)


def _above(block: etree._Element) -> etree._Element:
    """The element before which a mark may stand: a table, not its caption, with its frame."""
    tables = [block, *block.iterancestors("table", "figure")]
    outer = tables[-1]
    parent = outer.getparent()
    return parent if parent is not None and parent.get("class") == "frame" else outer


def _insert(made: etree._Element, sign: _Sign, block: etree._Element) -> None:
    """Part the text before a character; at the beginning of an inline element, stand before it."""
    holder, tail, index = sign.holder, sign.tail, sign.place
    while not tail and index == 0 and holder is not block and holder.tag in INLINE:
        before, parent = holder.getprevious(), holder.getparent()
        assert parent is not None
        if before is not None:
            holder, tail, index = before, True, len(before.tail or "")
            break
        holder, index = parent, len(parent.text or "")
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


def _texts(block: etree._Element) -> Iterator[tuple[str, etree._Element, bool]]:
    """The texts of a block in order, as ``PageStart`` counts them, and what has each."""
    if block.text:
        yield block.text, block, False
    for child in block.iterchildren(etree.Element):
        if _counts(child):
            yield from _texts(child)
        if child.tail:
            yield child.tail, child, True


def _counts(child: etree._Element) -> bool:
    """Whether the text of an element is that of the block around it."""
    if _UNCOUNTED.intersection(child.get("class", "").split()):
        return False
    if "{" in child.tag or child.tag == "details":
        return False
    return child.tag in INLINE or not child.get("id")
