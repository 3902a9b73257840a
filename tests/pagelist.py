"""The page marks of an EPUB, with the text behind each, as read from the file."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from tests.epub_support import Book
from tests.pages.openings import Opening, squeezed

LENGTH = 40
_XHTML = "{http://www.w3.org/1999/xhtml}"
_MATH = "{http://www.w3.org/1998/Math/MathML}"
_LEFT_OUT = frozenset({"note", "matter-title", "chart-data", "imprint"})
_INLINE = frozenset("a span em strong code cite sub sup".split())
_REACH = 600


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark: its file and id, the tag that holds it, and the text after it, notes left out.

    ``inside`` are the tags, with their classes, of the elements around it that hold text before it.
    ``left`` is the sign before it.
    """

    path: str
    id: str
    parent: str
    inside: tuple[str, ...]
    left: str
    after: str


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks by their labels, and on which page each anchor lies by them, in reading order."""

    marks: dict[str, Mark]
    anchors: dict[str, str]


def read(book: Book) -> Marks:
    """The marks of a book. Fails if two have one label."""
    reader = _Reader()
    for path in book.spine:
        if path != "cover.xhtml":
            (body,) = book.tree(path).iter(f"{_XHTML}body")
            reader.walk(path, body, left_out=False)
    return reader.result()


class _Reader:
    def __init__(self) -> None:
        self.signs: list[str] = []
        self.all = 0
        self.starts: dict[etree._Element, int] = {}
        self.marks: list[tuple[str, etree._Element, int, int]] = []
        self.anchors: dict[str, int] = {}

    def walk(self, path: str, element: etree._Element, left_out: bool) -> None:
        self.starts[element] = self.all
        if element.get("role") == "doc-pagebreak":
            self.marks.append((path, element, len(self.signs), self.all))
            return
        if element.get("id"):
            self.anchors[str(element.get("id"))] = len(self.signs)
        left_out = left_out or _is_left_out(element)
        self._add(element.text, left_out)
        for child in element.iterchildren(etree.Element):
            self.walk(path, child, left_out)
            self._add(child.tail, left_out)
        if _name(element) not in _INLINE:
            self._add("\n", left_out)

    def _add(self, text: str | None, left_out: bool) -> None:
        self.signs.extend("" if left_out else text or "")
        self.all += len((text or "").strip())

    def result(self) -> Marks:
        text = "".join(self.signs)
        made: dict[str, Mark] = {}
        for path, element, at, met in self.marks:
            label = str(element.get("aria-label"))
            assert label not in made, label
            parent = element.getparent()
            assert parent is not None
            inside = tuple(
                ".".join([_name(one), *one.get("class", "").split()])
                for one in element.iterancestors()
                if one in self.starts and self.starts[one] < met
            )
            left, after = text[at - 1 : at], text[at : at + _REACH]
            made[label] = Mark(path, str(element.get("id")), _name(parent), inside, left, after)
        shown = [at + len(text[at:]) - len(text[at:].lstrip()) for at in self.anchors.values()]
        places = [(at, str(one.get("aria-label"))) for _, one, at, _ in self.marks]
        on = [[label for place, label in places if place <= at][-1:] for at in shown]
        return Marks(made, {name: label[0] for name, label in zip(self.anchors, on, strict=True)
                            if label})  # fmt: skip


def faults(mark: Mark, page: Opening) -> list[str]:
    """What differs between the text after a mark and that of its page; [] if all is well."""
    after = squeezed(mark.after)
    due = page.text[:LENGTH]
    if after.startswith(due):
        return []
    cut = parted(mark, page)
    if cut is None:
        return [f"page {page.label}: “{mark.after[:60]}” is marked where “{due}” is due"]
    word, rest = cut
    if not after[len(word) :].startswith(page.text[len(rest) :][:LENGTH]):
        return [f"page {page.label}: other words come after “{word}”"]
    return []


def parted(mark: Mark, page: Opening) -> tuple[str, str] | None:
    """The word that begins before a page, and its end there, if the page begins within one."""
    found = re.match(r"\s*(\S+)", mark.after)
    word = squeezed(found[1]) if found else ""
    for at in range(1, len(word)):
        if page.text.startswith(word[at:]) and page.before.endswith(word[:at]):
            return word, word[at:]
    return None


def _is_left_out(element: etree._Element) -> bool:
    classes = element.get("class", "").split()
    return str(element.tag).startswith(_MATH) or bool(_LEFT_OUT.intersection(classes))


def _name(element: etree._Element) -> str:
    return str(element.tag).removeprefix(_XHTML)
