"""Cut one article from a laid-out issue: its pages, with nothing on them that is not its own.

The issue is laid out as always, so that the article's lines, notes and page numbers are the
issue's. Then the boxes of all else are left out of copies of its pages; running heads and folios
stay. The citation is laid out alone and put on the first page: above the article where it begins
below the text of another, else below the text, beside a folio that is there. Where that is too
little room, it stands at the article's end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from weasyprint.document import Page
from weasyprint.formatting_structure import boxes
from weasyprint.pdf.metadata import DocumentMetadata

from bulletin_press.editions.pdf.citation import PAGES, Cut

_MILLIMETRE = 96 / 25.4
_GAP = 7 * _MILLIMETRE  # between the citation and the article, the citation and the folio
_BELOW, _LEAST = 5 * _MILLIMETRE, 3 * _MILLIMETRE  # from the text to a citation below it
_EDGE = 4 * _MILLIMETRE  # at the paper's edge, where many printers print nothing


@dataclass(frozen=True, slots=True)
class Offprint:
    """Some pages of an issue, ready to be written: the engine's document, and their labels.

    ``crowded`` says that the citation has no room and is left out.
    """

    document: Any
    labels: tuple[str, ...]
    crowded: bool


def take(
    document: Any, tree: Any, labels: Sequence[str], cut: Cut, parse: Callable[[str], Any]
) -> Offprint:
    """The pages of the article that ``cut`` names, from the ``document`` laid out for ``tree``.

    ``labels`` are those of all pages; ``parse`` makes of a document's text a source for the
    engine. Puts the citation into ``tree``, and makes plain text of the article's links to other
    articles.
    """
    article = next(
        one for one in tree.iter("article")
        if any(title.get("id") == cut.article for title in one.iter("h1"))
    )  # fmt: skip
    own = frozenset(article.iter())
    kept = [
        (label, box)
        for label, page in zip(labels, document.pages, strict=True)
        if (box := _pruned(page._page_box, own)) is not None
    ]
    printed, sheets = tuple(label for label, _ in kept), [box for _, box in kept]
    names = frozenset(name for one in own if (name := one.get("id")))
    for sheet in sheets:
        _unlink(sheet, names)
    source = parse(cut.citation)
    first, last = printed[0], printed[-1]
    number = f"{cut.page} {first}" if first == last else f"{cut.pages} {first}–{last}"
    next(
        one for one in source.etree_element.iter("span") if one.get("class") == PAGES
    ).text = number
    fonts = document.font_config
    cited = _open(sheets[0], article, source, fonts) or _close(sheets[-1], article, source, fonts)
    copy = document.copy([Page(sheet) for sheet in sheets])
    given = document.metadata
    copy.metadata = DocumentMetadata(
        cut.title, list(cut.authors), cut.subject, list(cut.keywords), given.generator,
        given.created, given.modified, lang=given.lang,
    )  # fmt: skip
    return Offprint(copy, printed, not cited)


def _pruned(box: Any, own: frozenset[Any]) -> Any:
    """A copy of a page without what is not of ``own`` elements; None if none of them is on it."""
    children, found = [], False
    for child in box.children:
        child = getattr(child, "_box", child)
        if isinstance(child, boxes.MarginBox):
            children.append(child)
        elif child.element in own:
            children.append(child)
            found = True
        elif isinstance(child, boxes.ParentBox) and (rest := _pruned(child, own)) is not None:
            children.append(rest)
            found = True
    if not found:
        return None
    copy = box.copy()
    copy.children = children
    if isinstance(box, boxes.FootnoteAreaBox):
        removed = children[0].position_y - box.children[0].position_y
        copy.position_y += removed
        copy.height -= removed
    return copy


def _unlink(box: Any, names: frozenset[str]) -> None:
    """Make of the links to what is not there words like those around them."""
    for child in box.all_children():
        child = getattr(child, "_box", child)
        kind, target = child.link[1] if child.link else ("", "")
        if kind == "internal" and target not in names:
            child.link = None
            child.element_tag = child.element.tag = "span"
            for one in _descendants(child):
                one.style["color"] = box.style["color"]
        _unlink(child, names)


def _descendants(box: Any) -> Iterator[Any]:
    yield box
    for child in box.all_children():
        yield from _descendants(getattr(child, "_box", child))


def _open(page: Any, article: Any, source: Any, fonts: Any) -> bool:
    """Put the citation on the first page, if it has room there."""
    whole = next(one for one in _descendants(page) if one.element is article)
    left, top = page.content_box_x(), page.content_box_y()
    citation = _laid_out(source, fonts, page, page.width, "above")
    if whole.border_box_y() - top >= citation.margin_height() + _GAP:
        _put(citation, left, top, whole, 0)
        return True
    folio = list(_foot(page))
    x, width = _beside(folio, left, page.width)
    citation = _laid_out(source, fonts, page, width, "below")
    lowest = page.margin_height() - _EDGE - citation.margin_height()
    y = max(top + page.height + _LEAST, min(top + page.height + _BELOW, lowest))
    if folio:
        y = _base(folio[0]) - _base(next(_lines(citation))) + citation.position_y
    if y > lowest:
        return False
    _put(citation, x, y, whole, 1)
    return True


def _close(page: Any, article: Any, source: Any, fonts: Any) -> bool:
    """Put the citation below the article's end, if it has room there."""
    whole = next(one for one in _descendants(page) if one.element is article)
    notes = [one.position_y for one in page.children if isinstance(one, boxes.FootnoteAreaBox)]
    lowest = min([*notes, page.content_box_y() + page.height]) - _GAP
    citation = _laid_out(source, fonts, page, page.width, "below")
    y = whole.border_box_y() + whole.border_height() + _GAP
    if y + citation.margin_height() > lowest:
        return False
    _put(citation, page.content_box_x(), y, whole, len(article))
    return True


def _put(citation: Any, x: float, y: float, whole: Any, place: int) -> None:
    """Make the citation a part of the article's box ``whole``, at a place among its elements."""
    citation.translate(x - citation.position_x, y - citation.position_y)
    whole.element.insert(place, citation.element)
    whole.children = [*whole.children[:place], citation, *whole.children[place:]]


def _foot(page: Any) -> Iterator[Any]:
    """The words in the page's lower margin."""
    for box in page.children:
        if isinstance(box, boxes.MarginBox) and box.at_keyword.startswith("@bottom"):
            yield from _lines(box)


def _beside(words: Sequence[Any], left: float, width: float) -> tuple[float, float]:
    """Where the wider room beside words in a margin begins, and its width."""
    if not words:
        return left, width
    before = min(one.position_x for one in words) - left
    behind = left + width - max(one.position_x + one.width for one in words)
    room = max(before, behind) - _GAP
    return (left if before >= behind else left + width - room), room


def _lines(box: Any) -> Iterator[Any]:
    return (one for one in box.descendants() if isinstance(one, boxes.TextBox) and one.text.strip())


def _base(text: Any) -> float:
    return float(text.position_y + text.baseline)


def _laid_out(source: Any, fonts: Any, page: Any, width: float, place: str) -> Any:
    """The box of the citation, as wide as its page is made."""
    element = next(source.etree_element.iter("p"))
    element.set("class", f"citation {place}")
    size = f"{width}px {page.margin_height()}px"
    *_, style = source.etree_element.iter("style")
    style.text = f"@page citation:first{{size:{size};margin:0}}body{{page:citation}}"
    sheet = source.render(font_config=fonts).pages[0]._page_box
    return next(one for one in _descendants(sheet) if one.element is element)
