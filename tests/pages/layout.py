"""What must be true of the pages, whatever made them: words, places, notes, contents, headings."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import pikepdf

from tests.pages import reading
from tests.pages.content import Box, Content, Run
from tests.pages.model import Expected, Note, Part, Place
from tests.pages.reading import Piece, Word
from tests.pages.words import plain

_FOLIO = re.compile(r"\d{1,3}|[ivxl]+")
_UNORDERED = ("row", "head", "cell")


@dataclass
class Pages:
    """A file's pages: what they show, their boxes (left, bottom, right, top) and their labels."""

    content: Content
    boxes: list[tuple[float, float, float, float]]
    labels: list[str]


def pages(file: pikepdf.Pdf, content: Content, labels: list[str]) -> Pages:
    """The pages of an open file."""
    boxes = []
    for page in file.pages:
        left, bottom, right, top = map(float, page.get("/TrimBox", page.MediaBox))
        boxes.append((left, bottom, right, top))
    return Pages(content, boxes, labels)


@dataclass
class Found:
    """Each expected word where it was found; ``extra`` are words that stand too often."""

    words: dict[Place, Word]
    missing: list[Place]
    extra: list[Word]


def find(pages: Pages, expected: Expected) -> Found:
    """Match the words of the sources with those of the pages, the first with the first."""
    long = {plain(place.word) for place in expected.places if place.nearest("long")}
    known = frozenset(plain(place.word) for place in expected.places) - long
    runs = [one for one in enumerate(pages.content.runs) if not one[1].artifact]
    read = reading.words(runs, known)
    places: defaultdict[str, list[Word]] = defaultdict(list)
    for word in read:
        places[word.text].append(word)
    # between the parts of a long word may stand the address of a note, or initials of a name
    parts = [word.text for word in read if word.text not in known]
    parts = [text for text in parts if any(text in whole for whole in long)]
    together = ["".join(text for text in parts if len(text) > least) for least in (0, 1)]
    found = Found({}, [], [])
    for place in expected.places:
        text = plain(place.word)
        if text in long:
            if all(one.count(text) != 1 for one in together):
                found.missing.append(place)
        elif places[text]:
            found.words[place] = places[text].pop(0)
        else:
            found.missing.append(place)
    repeated = {plain(place.word) for place in expected.places
                if (row := place.nearest("row")) is not None and row.level}  # fmt: skip
    found.extra = [word for text in sorted(known - repeated) for word in places[text]]
    return found


def check(pages: Pages, expected: Expected) -> Iterator[str]:
    """Every fault of the pages, one line each."""
    found = find(pages, expected)
    for place in found.missing:
        yield f"lost: {_called(place)} is not on the pages"
    for word in found.extra:
        yield f"doubled: “{word.text}” stands once too often, on page {word.pieces[0].page + 1}"
    yield from _order(expected, found)
    yield from _inside(pages)
    yield from _overlaps(pages)
    yield from _notes(expected, found)
    yield from _headings(expected, found)
    yield from _contents(pages, expected, found)


def _called(place: Place) -> str:
    held = "/".join(part.kind for part in place.within)
    return f"“{place.word}” of {held}"


def _above(one: Piece, two: Piece) -> bool:
    return two.base > one.base + 0.3 * max(one.size, two.size)


def _follows(one: Piece, two: Piece, leftward: bool) -> bool:
    """Whether a piece stands where the one after another may: beside, below, or a column on."""
    if one.page != two.page:
        return two.page > one.page
    onward = two.right <= one.left + 1 if leftward else two.left >= one.right - 1
    if _above(one, two):  # columns follow each other as the issue reads, not as its passages do
        return two.left >= one.right - 1 or two.right <= one.left + 1
    if one.base - two.base > 0.3 * max(one.size, two.size):
        return True
    return onward


def _order(expected: Expected, found: Found) -> Iterator[str]:
    """Words that follow each other in the source do so on the pages; rows stand side by side."""
    for places in (expected.text, *(note.places for note in expected.notes)):
        held = [place for place in places if place in found.words]
        for one, two in pairwise(held):
            if one.nearest(*_UNORDERED) is not two.nearest(*_UNORDERED):
                continue
            if one.nearest("link") is not two.nearest("link") and two.nearest("long"):
                continue
            leftward = _leftward(one.word)
            if leftward != _leftward(two.word):
                continue
            if one.nearest("words", "link") is not two.nearest("words", "link") and _level(
                found.words[one].pieces[-1], found.words[two].pieces[0]
            ):
                continue
            pieces = [*found.words[one].pieces, *found.words[two].pieces]
            if not all(_follows(a, b, leftward) for a, b in pairwise(pieces)):
                yield f"order: {_called(two)} stands before “{one.word}”"


def _level(one: Piece, two: Piece) -> bool:
    """Whether pieces stand in one line, where those of two languages may be turned round."""
    return one.page == two.page and abs(one.base - two.base) < 0.3 * one.size


def _leftward(word: str) -> bool:
    return unicodedata.bidirectional(word[0]) in ("R", "AL")


def _inside(pages: Pages) -> Iterator[str]:
    for run in pages.content.runs:
        left, bottom, right, top = pages.boxes[run.page]
        if run.left < left or run.right > right or not bottom < run.base < top - 0.5 * run.size:
            text = "".join(glyph.text for glyph in run.glyphs)
            yield f"outside: “{text[:40]}” leaves page {run.page + 1}"
    for box in pages.content.pictures:
        left, bottom, right, top = pages.boxes[box.page]
        if box.left < left or box.right > right or box.bottom < bottom or box.top > top:
            yield f"outside: a picture leaves page {box.page + 1}"


def _core(run: Run) -> Box:
    """The room that small letters of a run take, a little less."""
    low, high = run.base + 0.02 * run.size, run.base + 0.42 * run.size
    inked = [glyph for glyph in run.glyphs if glyph.text.strip()]
    left, right = min(one.left for one in inked), max(one.right for one in inked)
    return Box(run.page, left + 0.5, low, right - 0.5, high)


def _meet(one: Box, two: Box) -> bool:
    return (
        one.left < two.right and two.left < one.right
        and one.bottom < two.top and two.bottom < one.top
    )  # fmt: skip


def _overlaps(pages: Pages) -> Iterator[str]:
    by_page: defaultdict[int, list[tuple[Box, str]]] = defaultdict(list)
    for run in pages.content.runs:
        text = "".join(glyph.text for glyph in run.glyphs)
        if text.strip(" .\xa0\u2060"):
            by_page[run.page].append((_core(run), text))
    for page, boxes in by_page.items():
        boxes.sort(key=lambda one: one[0].bottom)
        for at, (one, text) in enumerate(boxes):
            for two, other in boxes[at + 1 :]:
                if two.bottom >= one.top:
                    break
                if _meet(one, two):
                    yield f"overlap: “{text[:30]}” and “{other[:30]}” on page {page + 1}"
        for picture in pages.content.pictures:
            if picture.page == page and not picture.artifact:
                for box, text in boxes:
                    if _meet(picture, box):
                        yield f"overlap: “{text[:30]}” and a picture on page {page + 1}"


def _notes(expected: Expected, found: Found) -> Iterator[str]:
    """A note is on the page of its call, below those called before it."""
    last: dict[int, tuple[Piece, Note]] = {}
    for note in expected.notes:
        held = [found.words[place] for place in note.places if place in found.words]
        before = expected.text[: note.after]
        if not held or not before or before[-1] not in found.words:
            continue
        call = found.words[before[-1]].pieces[-1]
        first = held[0].pieces[0]
        named = f"the note that begins with “{note.places[0].word}”"
        pages = sorted({piece.page for word in held for piece in word.pieces})
        if pages != [call.page]:
            shown = ", ".join(str(page + 1) for page in pages)
            yield f"note: {named} is on page {shown}, its call on {call.page + 1}"
        if first.page in last and not _follows(last[first.page][0], first, leftward=False):
            yield f"note: {named} stands above the one called before it"
        last[first.page] = (held[-1].pieces[-1], note)


def _headings(expected: Expected, found: Found) -> Iterator[str]:
    """What follows a heading begins below it, in its column."""
    text = [place for place in expected.text if place in found.words]
    for one, two in pairwise(text):
        heading = one.nearest("title", "heading")
        if heading is None or two.nearest("title", "heading") is heading:
            continue
        piece, following = found.words[one].pieces[-1], found.words[two].pieces[0]
        if piece.page != following.page or following.base > piece.base:
            yield f"heading: {_called(one)} is the last of its column"


def _contents(pages: Pages, expected: Expected, found: Found) -> Iterator[str]:
    """The number behind each title of the contents list is the label of the title's page."""
    titles: dict[str, Part] = {}
    for place in expected.text:
        if (title := place.nearest("title", "heading")) is not None:
            titles.setdefault(place.word, title)
    where = {
        place.nearest("title", "heading"): found.words[place].pieces[0].page
        for place in reversed(expected.text)
        if place in found.words and place.nearest("title", "heading")
    }
    entries: dict[Part, list[Place]] = defaultdict(list)
    for place in expected.text:
        if (entry := place.nearest("entry-title")) is not None:
            entries[entry].append(place)
    for places in entries.values():
        title = titles.get(places[0].word)
        held = [found.words[place] for place in places if place in found.words]
        if title not in where or not held:
            continue
        printed = _number_behind(pages, held[-1])
        label = pages.labels[where[title]]
        if printed != label:
            yield f"contents: “{printed}” stands behind “{places[-1].word}”, it is on page {label}"
    yield from _folios(pages)


def _number_behind(pages: Pages, word: Word) -> str:
    """The digits, small letters or nothing that stand last in the line of a word, or below it."""
    piece = word.pieces[-1]
    found: list[tuple[float, str]] = []
    for run in pages.content.runs:
        close = abs(run.base - piece.base) < 0.5 * piece.size
        if run.page == piece.page and close:
            for glyph in run.glyphs:
                found.append((glyph.left, glyph.text))
    ends = _ends(found)
    for end in ends:
        if end.isdigit():
            return end
    low = [run.base for run in pages.content.runs
           if run.page == piece.page and run.base < piece.base - 0.5 * piece.size]  # fmt: skip
    if not low:
        return ""
    below = max(low)
    found = []
    for run in pages.content.runs:
        if run.page == piece.page and abs(run.base - below) < 2:
            found += [(glyph.left, glyph.text) for glyph in run.glyphs]
    return next((end for end in _ends(found) if end.isdigit()), "")


def _ends(glyphs: list[tuple[float, str]]) -> list[str]:
    """The last and the first word of a line."""
    parts = "".join(text for _, text in sorted(glyphs)).replace(".", " ").split()
    return [parts[-1], parts[0]] if parts else []


def _folios(pages: Pages) -> Iterator[str]:
    """A number beside the text is the label of its page."""
    for run in pages.content.runs:
        text = "".join(glyph.text for glyph in run.glyphs).strip()
        label = pages.labels[run.page]
        if run.artifact and _FOLIO.fullmatch(text) and text != label:
            yield f"folio: “{text}” stands on the page labelled {label}"
