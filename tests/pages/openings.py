"""The words with which each page's text begins, in the order in which the tags say it is read.

Notes, pictures, the signs of lists, and page numbers behind links are not among them.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import pikepdf

from tests.pages import content, reading, structure
from tests.pages.content import Run
from tests.pages.structure import Element
from tests.pages.words import plain

_LEFT_OUT = frozenset({"Note", "Figure", "Formula"})
_NUMBER = re.compile(r"\s*([ivxlc]+|\d+)\s*")
_REFERENCE = re.compile(r"\s*\([^()]*\)$")
_UNSEEN = re.compile("[\\s.\u00ad\u200b\u2010\u2011\u2060-]")


_Runs = defaultdict[tuple[int, int | None], list[tuple[int, Run]]]


@dataclass(frozen=True, slots=True)
class Opening:
    """A page's label, its text and that of the page before, squeezed."""

    label: str
    text: str
    before: str


def squeezed(text: str) -> str:
    """A text as it is compared: small letters, without white space, hyphens and full stops.

    On which side of a word a stop stands is not in the file where the line reads leftwards.
    """
    return _UNSEEN.sub("", unicodedata.normalize("NFC", plain(text)))


def read(data: bytes) -> list[Opening]:
    """The openings of all pages of a PDF."""
    with pikepdf.open(io.BytesIO(data)) as file:
        held = content.read(file)
        tree = structure.read(file, held)
        runs = _by_mark(held)
        pages = [""] * len(file.pages)
        for page, text in _texts(tree.root, runs):
            pages[page] += squeezed(text)
        labels = list(_labels(file))
    return [
        Opening(label, text, before)
        for label, text, before in zip(labels, pages, ["", *pages], strict=False)
    ]


def printed_numbers(data: bytes) -> list[str]:
    """The page numbers that the contents list prints, in order."""
    with pikepdf.open(io.BytesIO(data)) as file:
        held = content.read(file)
        tree = structure.read(file, held)
        runs = _by_mark(held)
        found = []
        for link in tree.elements:
            if link.type == "Link" and "TOCI" in {one.type for one in link.up()}:
                last = _pieces(link, runs)[-1][1]
                if number := _NUMBER.fullmatch(last):
                    found.append(number[1])
        return found


def _by_mark(held: content.Content) -> _Runs:
    runs: _Runs = defaultdict(list)
    for number, run in enumerate(held.runs):
        runs[run.page, run.mark].append((number, run))
    return runs


def _pieces(element: Element, runs: _Runs) -> list[tuple[int, str]]:
    """What an element holds itself, line by line, each with its page."""
    return [
        (kid[0], _line(list(line)))
        for kid in element.kids
        if isinstance(kid, tuple)
        for _, line in groupby(runs[kid], lambda one: round(one[1].base, 1))
    ]


def _texts(element: Element, runs: _Runs) -> Iterator[tuple[int, str]]:
    """Pieces of text with their pages, in the order of the tree."""
    if element.type in _LEFT_OUT or _is_sign(element):
        return
    if element.type == "Link" and (own := _pieces(element, runs)):
        yield from _without_number(element, own)
    for kid in element.kids:
        if isinstance(kid, Element):
            yield from _texts(kid, runs)
        elif element.type != "Link" and isinstance(kid, tuple):
            for _, line in groupby(runs[kid], lambda one: round(one[1].base, 1)):
                yield kid[0], _line(list(line))


def _line(line: list[tuple[int, Run]]) -> str:
    return "".join(glyph.text for _, _, glyph in reading.logical(line))


def _is_sign(element: Element) -> bool:
    """Whether an element is the bullet or number of a list's item, which the press makes."""
    if element.type != "Lbl" or element.parent is None or element.parent.type != "LI":
        return False
    whole = element.parent.parent
    return whole is not None and whole.attribute("/List", "/ListNumbering") != "/None"


def _without_number(link: Element, pieces: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """The text of a link without the number of the page to which it leads."""
    types = [one.type for one in link.up()]
    whole = "".join(text for _, text in pieces)
    if "TOCI" in types:
        end = len(whole) - (len(pieces[-1][1]) if _NUMBER.fullmatch(pieces[-1][1]) else 0)
    elif "Reference" in types:
        end = len(whole)
    else:
        found = _REFERENCE.search(whole)
        end = found.start() if found else len(whole)
    for page, text in pieces:
        yield page, text[: max(end, 0)]
        end -= len(text)


def _labels(file: pikepdf.Pdf) -> Iterator[str]:
    for page in file.pages:
        yield page.label
