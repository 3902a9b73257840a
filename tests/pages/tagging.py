"""What must be true of the tags, whatever made them: one element a block, order, notes, language.

After ISO 32000-1 §14.8 and ISO 14289-1 §7.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pikepdf

from tests.pages import reading, tables
from tests.pages.content import Content
from tests.pages.layout import Pages
from tests.pages.model import Expected, Note, Part, Place
from tests.pages.reading import Word
from tests.pages.structure import Element, Tree
from tests.pages.words import plain

_INLINE = frozenset(
    "Span Link Reference Quote Code Annot BibEntry NonStruct Private Em Strong".split()
)
_PARTS: tuple[tuple[tuple[str, ...], frozenset[str]], ...] = (
    (("article",), frozenset({"Art"})),
    (("list",), frozenset({"L"})),
    (("item",), frozenset({"LI"})),
    (("table",), frozenset({"Table"})),
    (("row",), frozenset({"TR"})),
    (("cell", "head"), frozenset({"TD", "TH"})),
    (("quote",), frozenset({"BlockQuote"})),
    (("note",), frozenset({"Note"})),
    (("caption", "legend"), frozenset({"Caption"})),
)
_LEAVES = ("text", "title", "heading", "term", "caption", "legend", "entry-title", "summary")
_LOOSE = ("legend", "contents", "terms", "imprint")


@dataclass
class Reading:
    """The words of the tree in its order, each with the element that holds it."""

    words: list[tuple[Word, Element]]
    places: dict[Place, tuple[Word, Element]]


def check(
    file: pikepdf.Pdf, content: Content, tree: Tree, pages: Pages, expected: Expected,
    language: str,
) -> Iterator[str]:  # fmt: skip
    """Every fault of the tags, one line each."""
    yield from tree.faults
    for one in content.unmarked:
        yield f"unmarked: {one}"
    read = _read(content, tree, expected)
    yield from _order(read, expected)
    yield from _partitions(read)
    yield from _headings(tree, read)
    yield from _languages(file, read, language)
    yield from _figures(tree, content, pages, expected)
    yield from _descriptions(tree, expected)
    yield from _notes(file, tree, read, expected)
    yield from _contents(tree, expected)
    yield from _links(file, tree)
    yield from tables.check(tree)
    yield from _lists(tree)


def nearest(element: Element, types: frozenset[str]) -> Element | None:
    """The innermost element of these types around and with an element."""
    return next((one for one in element.up() if one.type in types), None)


def _read(content: Content, tree: Tree, expected: Expected) -> Reading:
    runs: defaultdict[tuple[int, int | None], list[int]] = defaultdict(list)
    for number, run in enumerate(content.runs):
        runs[run.page, run.mark].append(number)
    order = [number for mark in tree.root.marks() for number in runs[mark]]
    known = frozenset(plain(one.word) for one in expected.places if not one.nearest("long"))
    words = []
    for word in reading.words(((number, content.runs[number]) for number in order), known):
        run = content.runs[word.runs[0]]
        if word.text in known and run.mark is not None:
            words.append((word, tree.owners[run.page, run.mark]))
    return Reading(words, {})


def _order(read: Reading, expected: Expected) -> Iterator[str]:
    """Text and notes stand in the order of the source; each note after its call."""
    note = frozenset({"Note"})
    text = [one for one in read.words if nearest(one[1], note) is None]
    noted = [one for one in read.words if nearest(one[1], note) is not None]
    in_notes = [place for one in expected.notes for place in one.places]
    for places, words, name in ((expected.text, text, "text"), (in_notes, noted, "notes")):
        sought = [place for place in places if not place.nearest("long")]
        for place, (word, element) in zip(sought, words, strict=False):
            if plain(place.word) != word.text:
                yield f"tree-order: “{word.text}” in {element} where “{place.word}” is due ({name})"
                break
            read.places[place] = (word, element)
        else:
            if len(sought) != len(words):
                yield f"tree-order: {len(words)} words of {name} where {len(sought)} are due"
    yield from _after_calls(read, expected)


def _after_calls(read: Reading, expected: Expected) -> Iterator[str]:
    ends: dict[Part, int] = {}
    for number, place in enumerate(expected.text):
        ends[place.within[min(1, len(place.within) - 1)]] = number + 1
    before: dict[int, int] = {}
    count = 0
    numbers = {id(read.places[place][0]): number for number, place in enumerate(expected.text)
               if place in read.places}  # fmt: skip
    for word, _ in read.words:
        if id(word) in numbers:
            count = numbers[id(word)] + 1
        else:
            before[id(word)] = count
    for note in expected.notes:
        if not note.places or note.places[0] not in read.places or not note.after:
            continue
        call = expected.text[note.after - 1]
        end = ends[call.within[min(1, len(call.within) - 1)]]
        if not note.after <= before.get(id(read.places[note.places[0]][0]), -1) <= end:
            text = f"“{note.places[0].word}” is not read after its call or the block that calls it"
            yield f"note-order: the note that begins with {text}"


def _partitions(read: Reading) -> Iterator[str]:
    """One element for each block, and none for two, however many columns it goes over."""
    for kinds, types in _PARTS:
        yield from _pair(
            "/".join(sorted(types)), kinds[0],
            [(place.nearest(*kinds), nearest(element, types), place)
             for place, (_, element) in read.places.items() if not place.nearest(*_LOOSE)],
        )  # fmt: skip
    leaves = []
    for place, (_, element) in read.places.items():
        if (leaf := place.nearest(*_LEAVES)) is not None and leaf is place.nearest(
            *_LEAVES, "code", "lines", *(kind for kinds, _ in _PARTS for kind in kinds)
        ):
            leaves.append((leaf, next(e for e in element.up() if e.type not in _INLINE), place))
    yield from _pair("block", "block", leaves)


def _pair(
    element_name: str, part_name: str, pairs: Sequence[tuple[Part | None, Element | None, Place]]
) -> Iterator[str]:
    by_part: dict[Part | None, Element | None] = {}
    by_element: dict[Element | None, Part | None] = {}
    told: set[Part | None] = set()
    for part, element, place in pairs:
        if part in told:
            continue
        if (element is None) != (part is None):
            told.add(part)
            held = element or f"no {element_name}"
            yield f"element: “{place.word}” of {_kinds(place)} is in {held}"
        elif by_part.setdefault(part, element) is not element:
            told.add(part)
            yield f"parted: one {part_name} ({_kinds(place)}, “{place.word}”) is two {element_name}"
        elif by_element.setdefault(element, part) is not part:
            told.add(part)
            yield f"merged: two of {part_name} ({_kinds(place)}, “{place.word}”) are one {element}"


def _kinds(place: Place) -> str:
    return "/".join(part.kind for part in place.within)


def _headings(tree: Tree, read: Reading) -> Iterator[str]:
    levels = [int(one.type[1:]) for one in tree.elements if re.fullmatch(r"H\d", one.type)]
    for one, two in pairwise([0, *levels]):
        if two > one + 1:
            yield f"headings: H{two} comes after H{one}"
    for place, (_, element) in read.places.items():
        part = place.nearest("title", "heading")
        if part is not None and nearest(element, frozenset({f"H{part.level}"})) is None:
            yield f"headings: “{place.word}” of a heading of level {part.level} is in {element}"
    for element in tree.elements:
        for types in ({"P"}, {"Link"}, {"H1", "H2", "H3", "H4", "H5", "H6"}):
            if element.type in types and any(one.type in types for one in [*element.up()][1:]):
                yield f"nesting: {element}"


def _languages(file: pikepdf.Pdf, read: Reading, language: str) -> Iterator[str]:
    whole = str(file.Root.get("/Lang", ""))
    told: set[Part] = set()
    for place, (_, element) in read.places.items():
        said = next((e.text("/Lang") for e in element.up() if "/Lang" in e.facts), whole)
        due = place.language or language
        if said.partition("-")[0].lower() != due and place.within[-1] not in told:
            told.add(place.within[-1])
            yield f"language: “{place.word}” in {element} is said to be “{said}”, not “{due}”"


def _figures(tree: Tree, content: Content, pages: Pages, expected: Expected) -> Iterator[str]:
    drawn = {(box.page, box.mark): box for box in content.pictures}
    for element in tree.elements:
        if element.type not in ("Figure", "Formula"):
            continue
        alt = element.text("/Alt")
        if not alt.strip():
            yield f"figure: {element} has no description"
        marks = list(element.marks())
        if not marks:
            yield f"figure: {element} holds no content: {alt[:30]}"
            continue
        values = element.attribute("/Layout", "/BBox")
        if values is None:
            yield f"figure: {element} has no BBox: {alt[:30]}"
            continue
        box = [float(value) for value in values]
        page = pages.boxes[marks[0][0]]
        if not (page[0] <= box[0] < box[2] <= page[2] and page[1] <= box[1] < box[3] <= page[3]):
            yield f"figure: the BBox {box} is not on page {marks[0][0] + 1}: {alt[:30]}"
        for mark in marks:
            if mark in drawn:
                place = drawn[mark]
                real = (place.left, place.bottom, place.right, place.top)
                if any(abs(a - b) > 1 for a, b in zip(real, box, strict=True)):
                    yield f"figure: the BBox {box} is not where the picture is: {real}"


def _descriptions(tree: Tree, expected: Expected) -> Iterator[str]:
    """Every description of a picture is in the tree once, in order."""
    due = [one.alt for part in expected.parts for one in part.parts("picture")]
    said = [" ".join(one.text("/Alt").split()) for one in tree.elements if one.type == "Figure"]
    found = [one for one in said if one in due]
    if found != due:
        yield f"figure: the descriptions {found} are in the tree, not {due}"


def _destination(file: pikepdf.Pdf, names: dict[str, Any], link: Any) -> Any:
    target = link.get("/Dest")
    if target is None and "/A" in link and link.A.get("/S") == "/GoTo":
        target = link.A.D
    if target is None or isinstance(target, pikepdf.Array):
        return target
    held = names.get(str(target))
    return held.D if isinstance(held, pikepdf.Dictionary) else held


def _named(file: pikepdf.Pdf) -> dict[str, Any]:
    held: Any = file.Root.get("/Names", {})
    names = held.get("/Dests")
    return dict(pikepdf.NameTree(names)) if names is not None else {}


def _notes(file: pikepdf.Pdf, tree: Tree, read: Reading, expected: Expected) -> Iterator[str]:
    notes = [one for one in tree.elements if one.type == "Note"]
    ids = Counter(one.text("/ID") for one in notes)
    names = _named(file)
    pages = {page.objgen: number for number, page in enumerate(file.pages)}

    def targets(element: Element) -> list[tuple[int, float]]:
        found = []
        for one in element.walk():
            for kid in one.kids:
                if isinstance(kid, str) and one.type == "Link":
                    target = _destination(file, names, tree.annotations[kid][1])
                    if target is not None:
                        found.append((pages[target[0].objgen], float(target[3])))
        return found

    for name, times in ids.items():
        if not name or times > 1:
            yield f"note: {times} notes have the ID “{name}”"
    calls = [place for one in tree.elements if one.type == "Reference" for place in targets(one)]
    for note in expected.notes:
        if not note.places or note.places[0] not in read.places:
            continue
        word, held = read.places[note.places[0]]
        element = nearest(held, frozenset({"Note"}))
        piece = word.pieces[0]
        if not any(page == piece.page and -9 < y - piece.base < 40 for page, y in calls):
            yield f"note: no Reference has a Link to the note that begins with “{word.text}”"
        if element is None:
            continue
        yield from _link_back(targets(element), note, expected, read)


def _link_back(
    targets: list[tuple[int, float]], note: Note, expected: Expected, read: Reading
) -> Iterator[str]:
    name = f"the note that begins with “{note.places[0].word}”"
    if not targets:
        yield f"note: {name} has no Link back"
    elif note.after and (call := expected.text[note.after - 1]) in read.places:
        piece = read.places[call][0].pieces[-1]
        page, height = targets[0]
        if page != piece.page or not -9 < height - piece.base < 40:
            yield f"note: {name} does not lead back to its call, but to {targets[0]}"


def _contents(tree: Tree, expected: Expected) -> Iterator[str]:
    lists = [one for one in tree.elements if one.type == "TOC"]
    outer = [one for one in lists if nearest_above(one, "TOC") is None]
    if len(outer) != 1:
        yield f"toc: there are {len(outer)} TOC"
    items = [one for one in tree.elements if one.type == "TOCI"]
    due = {place.nearest("entry-title") for place in expected.text} - {None}
    if len(items) != len(due):
        yield f"toc: there are {len(items)} TOCI for {len(due)} entries"
    for one in items:
        if one.parent is None or one.parent.type != "TOC":
            yield f"toc: {one} is not in a TOC"
        if not any(below.type == "Link" for below in one.walk()):
            yield f"toc: {one} has no Link"


def nearest_above(element: Element, name: str) -> Element | None:
    """The innermost element of a type around, but not with, an element."""
    return next((one for one in [*element.up()][1:] if one.type == name), None)


def _links(file: pikepdf.Pdf, tree: Tree) -> Iterator[str]:
    for name, (_, link) in tree.annotations.items():
        owner = tree.links.get(name)
        if link.get("/Subtype") == "/Link" and owner is not None and owner.type != "Link":
            yield f"link: {name} is in {owner}"
        said = str(link.get("/Contents", "")).strip()
        target = str(link.get("/Dest") or link.get("/A", {}).get("/D") or "")
        if not said or said.lstrip("#") == target:
            yield f"link: {name} does not say where it leads, but “{said}”"


def _lists(tree: Tree) -> Iterator[str]:
    rules = {"LI": {"L"}, "LBody": {"LI"}, "TOCI": {"TOC"}}
    inner = {"L": {"LI", "L", "Caption"}, "LI": {"Lbl", "LBody"}}
    for element in tree.elements:
        parent = element.parent
        while parent is not None and parent.type == "NonStruct":
            parent = parent.parent
        above = parent.type if parent is not None else ""
        if element.type in rules and above not in rules[element.type]:
            yield f"list: {element} is not in {' or '.join(rules[element.type])}"
        if above in inner and element.type not in (*inner[above], "NonStruct"):
            yield f"list: {element} may not be in {above}"
        if element.type in inner and any(not isinstance(kid, Element) for kid in element.kids):
            yield f"list: {element} holds content itself"
