"""Where lines, pictures and tables stand on the laid-out pages, as plain values.

Beside ``pagemap`` the one module that walks the engine's private page boxes (``Page._page_box``).
All lengths are in CSS pixels from the top left corner of the paper.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import count
from typing import Any

from weasyprint.formatting_structure import boxes

from bulletin_press.editions.pdf.blocks import Owners, classes, is_note
from bulletin_press.editions.pdf.evenness.measuring import measured
from bulletin_press.editions.pdf.evenness.words import UNITS
from bulletin_press.editions.pdf.shortcuts.breaking import of_style

_ASCENT, _DESCENT = 0.7, 0.2  # of letters above and below their line, in ems
_RAISED = 0.75  # of a line's largest size: smaller letters may stand above or below it
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "caption"})
_HEADING_CLASSES = frozenset({"opening", "box-title", "rubric", "group"})
_DATED = frozenset({"timeline", "events"})
HAIR = 1.0  # CSS pixels that things may share, or stand out of their room


class Kind(StrEnum):
    """What stands in a place."""

    LINE = "line"
    PICTURE = "picture"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Place:
    """One thing on a page.

    ``block`` is the id of the block that it belongs to, ``article`` the number of its article,
    0 outside of all, ``column`` that of its column, ``table`` that of its table. ``heading`` tells
    whether it announces what follows, ``in_foot`` whether it stands among the notes, ``note`` of
    which of them, in the order of their texts; 0 for none. The sides are those of what is
    printed, without white space; ``start`` and ``end`` are those of the room it has, that of
    signs that hang included, and ``outside`` are the words of a line that leave it. ``looseness``
    is how wide the blanks of a justified line are on average, 1 being the natural width of their
    face. ``calls`` are the notes that are called there.
    """

    kind: Kind
    block: str
    article: int
    column: int
    table: int
    heading: bool
    in_foot: bool
    note: int
    left: float
    right: float
    top: float
    bottom: float
    start: float
    end: float
    text: str = ""
    outside: str = ""
    looseness: float = 1.0
    calls: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page: its things in reading order; where its text may begin and must end.

    ``foot`` is where text ends above the notes; ``width`` is that of the paper.
    """

    width: float
    top: float
    bottom: float
    foot: float
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class _Room:
    start: float
    end: float
    column: int = 0
    in_foot: bool = False
    note: int = 0
    table: int = 0


def read(document: Any, tree: Any) -> tuple[Sheet, ...]:
    """All pages of a rendered document whose element tree is ``tree``."""
    reader = _Reader(tree)
    return tuple(reader.sheet(page._page_box) for page in document.pages)


def names(tree: Any) -> tuple[str, ...]:
    """The ids of the notes, by their numbers less 1."""
    return tuple(element.get("id", "") for element in tree.iter() if is_note(element))


class _Reader:
    def __init__(self, tree: Any) -> None:
        self.owners = Owners(tree)
        self.notes = {name: number for number, name in enumerate(names(tree), 1)}
        articles = (one for one in tree.iter() if one.tag == "article")
        self.articles = {article: number for number, article in enumerate(articles, 1)}
        self.known: dict[Any, tuple[int, bool]] = {}
        self.blanks: dict[int, float] = {}
        self.columns, self.tables = count(1), count(1)
        self.foot = 0.0

    def sheet(self, page: Any) -> Sheet:
        top = page.content_box_y()
        self.foot = bottom = top + page.height
        room = _Room(page.content_box_x(), page.content_box_x() + page.width)
        places = tuple(self.walk(page, room))
        return Sheet(page.margin_width(), top, bottom, self.foot, places)

    def walk(self, box: Any, room: _Room) -> Iterator[Place]:
        box = getattr(box, "_box", box)
        if isinstance(box, boxes.MarginBox):
            return
        if isinstance(box, boxes.LineBox):
            yield from self.line(box, room)
        elif isinstance(box, boxes.ReplacedBox):
            yield self.place(Kind.PICTURE, box, room, *_sides(box), text=_words(box))
        elif isinstance(box, boxes.FootnoteAreaBox):
            if box.children:
                self.foot = box.border_box_y()
            for child in box.children:
                note = self.notes.get(child.element.get("id", ""), 0)
                yield from self.walk(child, _Room(room.start, room.end, 0, True, note))
        else:
            if isinstance(box, boxes.TableBox):
                room = replace(room, table=room.table or next(self.tables))
                yield self.place(Kind.TABLE, box, room, *_sides(box))
            inner = self.inside(box, room)
            for child in getattr(box, "children", ()):
                yield from self.walk(child, inner)

    def inside(self, box: Any, room: _Room) -> _Room:
        """The room that a box gives to what stands in it."""
        start = box.content_box_x() if isinstance(box, boxes.BlockContainerBox) else room.start
        if getattr(box, "is_column", False):
            return replace(room, start=start, end=start + box.width, column=next(self.columns))
        if isinstance(box, boxes.TableCellBox):
            end = min(room.end, start + box.width)
            return replace(room, start=max(room.start, start), end=end)
        return room

    def line(self, line: Any, room: _Room) -> Iterator[Place]:
        parts = [part for part in _parts(line) if not isinstance(part, boxes.TextBox) or part.text]
        words = [part for part in parts if isinstance(part, boxes.TextBox) and part.text.strip()]
        pictures = [part for part in parts if isinstance(part, boxes.ReplacedBox)]
        if not words and not pictures:
            return
        left_out, right_out = getattr(line, "press_hanging", (0.0, 0.0))
        room = replace(room, start=room.start - left_out, end=room.end + right_out)
        size = max((part.style["font_size"] for part in words), default=0.0)
        sides = [_sides(part) for part in pictures]
        sides += [_ink(part, size) for part in words]
        left, right, top, bottom = zip(*sides, strict=True)
        outside = next(
            (
                _words(part)
                for part, (one, other, *_) in zip([*pictures, *words], sides, strict=True)
                if other > room.end + HAIR or one < room.start - HAIR
            ),
            "",
        )
        calls = (self.notes.get(name, 0) for name in dict.fromkeys(map(_called, words)))
        yield self.place(
            Kind.LINE, line, room, min(left), max(right), min(top), max(bottom),
            text=" ".join("".join(_words(part, whole=True) for part in parts).split()),
            outside=outside, looseness=self.looseness(words),
            calls=tuple(filter(None, calls)),
        )  # fmt: skip

    def looseness(self, parts: list[Any]) -> float:
        """How wide the blanks of a line's texts are on average beside their natural width."""
        widths = natural = 0.0
        for part in parts:
            blanks = part.text.count(" ")
            if blanks and part.justification_spacing:
                width = self.blank(part.style)
                tracking, scale = vars(part).get("press_drawn", (0.0, 1.0))
                widths += blanks * (scale * (width + tracking) + part.justification_spacing)
                natural += blanks * width
        return widths / natural if natural else 1.0

    def blank(self, style: Any) -> float:
        """The natural width of a style's blank."""
        number, _ = of_style(style)
        if number not in self.blanks:
            self.blanks[number] = sum(measured(" ", style, None).advances) / UNITS
        return self.blanks[number]

    def place(
        self, kind: Kind, box: Any, room: _Room, left: float, right: float, top: float,
        bottom: float, text: str = "", outside: str = "", looseness: float = 1.0,
        calls: tuple[int, ...] = (),
    ) -> Place:  # fmt: skip
        article, heading = self.about(box.element)
        return Place(
            kind, self.owners.name(box.element), article, room.column, room.table, heading,
            room.in_foot, room.note, left, right, top, bottom, room.start, room.end,
            text, outside, looseness, calls,
        )  # fmt: skip

    def about(self, element: Any) -> tuple[int, bool]:
        """The number of an element's article, and whether the element is of a heading."""
        if element is None:
            return 0, False
        if element not in self.known:
            parent = self.owners.parents.get(element)
            article, heading = self.about(parent)
            heading = (
                heading or element.tag in _HEADINGS or bool(_HEADING_CLASSES & classes(element))
            )
            if element.tag == "dt":
                above = self.owners.parents.get(parent)
                heading = heading or (above is not None and bool(_DATED & classes(above)))
            self.known[element] = self.articles.get(element, article), heading
        return self.known[element]


def _parts(box: Any) -> Iterator[Any]:
    """The texts and pictures within a line."""
    for child in box.children:
        child = getattr(child, "_box", child)
        if isinstance(child, boxes.TextBox | boxes.ReplacedBox):
            yield child
        elif hasattr(child, "children"):
            yield from _parts(child)


def _sides(box: Any) -> tuple[float, float, float, float]:
    """Left, right, top and bottom of a box with its border."""
    left, top = box.border_box_x(), box.border_box_y()
    return left, left + box.border_width(), top, top + box.border_height()


def _ink(box: Any, size: float) -> tuple[float, float, float, float]:
    """The sides of a text's letters; of raised and lowered ones only left and right."""
    own = box.style["font_size"]
    baseline = box.position_y + box.baseline
    right = box.position_x + box.width * len(box.text.rstrip()) / len(box.text)
    if own < size * _RAISED:
        return box.position_x, right, baseline, baseline
    return box.position_x, right, baseline - _ASCENT * own, baseline + _DESCENT * own


def _called(box: Any) -> str:
    """The id of the note that a text calls, or nothing."""
    element = box.element
    if element.tag == "a" and classes(element) & {"note-call", "citation-call"}:
        return str(element.get("href", ""))[1:]
    return ""


def _words(box: Any, whole: bool = False) -> str:
    if isinstance(box, boxes.TextBox):
        numeral = box.element_tag == "h1::before"
        return str(f"{box.text} " if numeral else box.text if whole else box.text.strip())
    return str(box.element.get("alt", ""))
