"""Page numbers put right within a finished layout, at the cost of the lines that print them.

A document is laid out with numbers that were guessed. Where one turns out to be another, its
paragraph's lines are broken again: if they end where they did, the line that prints it is put in
the place of the old one, and no page moves. If they do not, the paragraph's pages are made again,
and those after them for as long as they begin elsewhere. What comes of it is the document as it is
with the true numbers from the beginning. Where that is not sure, as with a number in a table or a
note, all is left as it is.
Replaced, while a document is laid out, are ``make_all_pages`` of ``weasyprint.layout`` and
``remake_page`` of ``weasyprint.layout.page``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bulletin_press.editions.pdf import numbering
from bulletin_press.editions.pdf.shortcuts.replacing import replacements

_LAST_WORD = re.compile(r"(\w+)(?=\W*$)")
_FLOATING = frozenset({"left", "right", "inline-start", "inline-end"})
_MARK, _RECEIVED = "press_numbered", "press_received"
Labels = Callable[[int, Mapping[str, int]], tuple[str, ...]]


@dataclass(slots=True)
class _Printed:
    """A number: the link that prints it, the box of its text, the paragraph if it is a plain one.

    ``fragments`` are the paragraph's parts on pages, each with the place of its page.
    """

    link: Any
    target: str
    text: Any
    paragraph: Any
    fragments: list[tuple[int, Any]] = field(default_factory=list)

    @property
    def number(self) -> str:
        found = _LAST_WORD.search(self.text.text)
        return found[1] if found else ""


@contextmanager
def true(labels: Labels, rounds: int) -> Iterator[None]:
    """Let pages be laid out with true numbers, as far as ``rounds`` are enough.

    ``labels`` gives the labels of as many pages as it is told, with the pages of anchors.
    """
    from weasyprint import layout
    from weasyprint.layout import page as paging

    make, remake = layout.make_all_pages, paging.remake_page

    def make_all_pages(context: Any, root: Any, html: Any, pages: list[Any]) -> Iterator[Any]:
        notes = context.footnotes.copy()
        printed = list(_printed(root, notes))
        made = list(make(context, root, html, pages))
        for _ in range(rounds - 1):
            anchors = _anchors(context)
            names = {one.target for one in printed}
            numbers = numbering.true(names, labels(len(made), anchors), anchors)
            wrong = [one for one in printed if numbers.get(one.target, one.number) != one.number]
            if not wrong or not _located(wrong, made):
                break
            for one in wrong:
                _write(one, numbers[one.target])
            marked = set[int]()
            paragraphs = {id(one.paragraph): one for one in wrong}
            for one in paragraphs.values():
                if not _set_again(context, one):
                    marked.update(index for index, _ in one.fragments)
            if not marked:
                break
            for index in _with_handed_on(marked, made):
                context.page_maker[index][-1]["content_changed"] = True
            context.footnotes = notes.copy()
            made = list(make(context, root, html, made))
        yield from made

    def remake_page(index: int, context: Any, *others: Any) -> Any:
        received = bool(context.reported_footnotes or context.broken_out_of_flow)
        page, resume_at = remake(index, context, *others)
        vars(page)[_RECEIVED] = received
        if context.reported_footnotes or context.broken_out_of_flow:
            for state in context.page_maker[index + 1 : index + 2]:
                state[-1]["content_changed"] = True
        return page, resume_at

    with replacements() as replace:
        replace(layout, "make_all_pages", make_all_pages)
        replace(paging, "remake_page", remake_page)
        yield


def _printed(root: Any, notes: list[Any]) -> Iterator[_Printed]:
    """The numbers printed in a document that is not laid out yet; paragraphs of some are marked."""
    links = dict(numbering.links(root.element))
    if not links:
        return
    alone = not any(box.style["float"] in _FLOATING for box in root.descendants())
    yield from _below(root, links, None, plain=alone)
    for note in notes:
        yield from _below(note, links, None, plain=False)


def _below(box: Any, links: dict[Any, str], paragraph: Any, plain: bool) -> Iterator[_Printed]:
    """The numbers in a box; ``plain`` is whether paragraphs in it depend on nothing else."""
    from weasyprint.formatting_structure import boxes

    for child in box.children:
        kind = type(child)
        if kind is boxes.TextBox:
            if child.element_tag == "a::after" and child.element in links:
                one = _Printed(child.element, links[child.element], child, paragraph)
                if one.number != child.element.get(numbering.NUMBER):
                    one.paragraph = None
                if one.paragraph is not None:
                    vars(paragraph)[_MARK] = id(paragraph)
                if one.number:
                    yield one
        elif kind is boxes.LineBox:
            whole = plain and len(box.children) == 1 and _stands_plainly(child)
            yield from _below(child, links, box if whole else None, plain=False)
        elif kind is boxes.InlineBox:
            yield from _below(child, links, paragraph, plain=False)
        elif child.children:
            flows = kind is boxes.BlockBox and plain and _flows(child)
            yield from _below(child, links, None, plain=flows)


def _flows(box: Any) -> bool:
    style = box.style
    flows = style["position"] == "static" and style["float"] == "none" and style["height"] == "auto"
    styled = box.first_letter_style or box.first_line_style or style["max_lines"] != "none"
    return flows and not (styled or box.is_table_wrapper or _is_told(box))


def _is_told(box: Any) -> bool:
    """Whether what stands in a box may be printed elsewhere too."""
    style = box.style
    tokens = [] if style["bookmark_level"] == "none" else [*style["bookmark_label"]]
    if style["string_set"] != "none":
        tokens += [token for _, those in style["string_set"] for token in those]
    return any(kind.startswith("content") for kind, *_ in tokens)


def _stands_plainly(line: Any) -> bool:
    """Whether nothing in a paragraph leaves its place or is told elsewhere."""
    for box in line.descendants():
        style = box.style
        moves = style["position"] != "static" or style["float"] not in ("none", "footnote")
        if moves or _is_told(box) or box.missing_link:
            return False
    return True


def _anchors(context: Any) -> dict[str, int]:
    """The page of each anchor, counted from 1."""
    found: dict[str, int] = {}
    for number, (*_, state) in enumerate(context.page_maker, 1):
        for name in state["anchors"]:
            found.setdefault(name, number)
    return found


def _located(wrong: list[_Printed], pages: list[Any]) -> bool:
    """Find the paragraphs of numbers on the pages, in order; false if one is not a plain one."""
    found: dict[int, list[tuple[int, Any]]] = {id(one.paragraph): [] for one in wrong}
    if any(one.paragraph is None for one in wrong):
        return False
    for index, page in enumerate(pages):
        for box in _marked(page.children[0]):
            mark = vars(box)[_MARK]
            if mark in found:
                found[mark].append((index, box))
    for one in wrong:
        one.fragments = found[id(one.paragraph)]
    return all(one.fragments for one in wrong)


def _marked(box: Any) -> Iterator[Any]:
    """The parts of marked paragraphs in a laid-out box."""
    for child in box.children:
        child = getattr(child, "_box", child)
        if _MARK in vars(child):
            yield child
        elif child.children and "::" not in child.element_tag:
            yield from _marked(child)


def _write(one: _Printed, number: str) -> None:
    """Write a number into the tree and the box of its text; the paragraph is another then."""
    one.link.set(numbering.NUMBER, number)
    one.text.text = _LAST_WORD.sub(number, one.text.text)
    (line,) = one.paragraph.children
    line.children = type(line.children)([*line.children])


def _set_again(context: Any, one: _Printed) -> bool:
    """Put lines with true numbers in the place of a paragraph's, if all end as before."""
    places: list[tuple[Any, list[Any]]] = []
    skip = None
    for _, fragment in one.fragments:
        lines = _broken_again(context, one.paragraph, fragment, skip)
        if lines is None or not all(map(_same_heights, fragment.children, lines)):
            return False
        places.append((fragment, lines))
        skip = fragment.children[-1].resume_at
    if skip is not None:
        return False
    for fragment, lines in places:
        fragment.children = lines
    return True


def _broken_again(context: Any, paragraph: Any, fragment: Any, skip: Any) -> list[Any] | None:
    """The lines of a part of a paragraph, if they end where the old ones do and are as high."""
    from weasyprint.layout import inline

    old, (whole,) = fragment.children, paragraph.children
    room = fragment.copy()
    room.height = "auto"
    out_of_flow: list[Any] = []
    lines = []
    context.create_block_formatting_context()
    try:
        more = inline.iter_line_boxes(
            context, whole, old[0].position_y, 0, skip, room, out_of_flow, out_of_flow, None, None
        )
        for before, (line, resume_at) in zip(old, more, strict=False):
            if resume_at != before.resume_at or line.height != before.height or out_of_flow:
                return None
            line.resume_at = resume_at
            lines.append(line)
    finally:
        context.finish_block_formatting_context()
    return lines if len(lines) == len(old) else None


def _same_heights(old: Any, new: Any) -> bool:
    """Give each part of a new line the height of the old line's; false if it has other parts."""
    new.position_y = old.position_y
    if new.is_leader and old.children:
        for dot in new.children:
            dot.position_y = old.children[0].position_y
        return True
    alike = type(new) is type(old) and len(new.children) == len(old.children)
    return alike and all(map(_same_heights, old.children, new.children))


def _with_handed_on(marked: set[int], pages: list[Any]) -> set[int]:
    """These pages, with those that hand notes or floats on to them, or are handed on to."""
    found = set[int]()
    for index in marked:
        first = last = index
        while first and vars(pages[first]).get(_RECEIVED, True):
            first -= 1
        while last + 1 < len(pages) and vars(pages[last + 1]).get(_RECEIVED, True):
            last += 1
        found.update(range(first, last + 1))
    return found
