"""The page numbers that links print: guessed before there are pages, and written into a document.

The engine would fill them in itself, after a first layout without them, and where pages move then,
leave some as they were. With a number in each link from the beginning it has nothing to fill in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bulletin_press.editions.pdf import finish
from bulletin_press.editions.pdf.composition import Composition

_PRINTING = frozenset({"entry-title", "page-reference"})
_CHARACTERS = 3_400  # on a page, about: a guess need only be as long as the true number
NUMBER = "data-number"


def links(tree: Any) -> Iterator[tuple[Any, str]]:
    """The links of an element tree that print a page number, each with the id it leads to."""
    for link in tree.iter("a"):
        if _PRINTING.intersection(link.get("class", "").split()):
            yield link, link.get("href", "")[1:]


def write(tree: Any, numbers: Mapping[str, str]) -> None:
    """Write numbers into the links that print them, where they are known."""
    for link, name in links(tree):
        if name in numbers:
            link.set(NUMBER, numbers[name])


def guessed(composition: Composition, tree: Any) -> dict[str, str]:
    """A number for each id that a link prints the page of, by how much text stands before it."""
    wanted = {name for _, name in links(tree)}
    pages: dict[str, int] = {}
    before = 0
    for element in tree.iter():
        if element.tag == "main":
            before = -(-before // _CHARACTERS) * _CHARACTERS
        name = element.get("id")
        if name in wanted or name == composition.opening:
            pages.setdefault(name, 1 + before // _CHARACTERS)
        if element.tag != "style":
            before += len(element.text or "") + len(element.tail or "")
    labels = finish.page_labels(composition, max(pages.values(), default=0), pages)
    return {name: labels[page - 1] for name, page in pages.items() if name in wanted}


def true(names: set[str], labels: tuple[str, ...], anchors: Mapping[str, int]) -> dict[str, str]:
    """The numbers of the pages on which ids stand, as those pages print them."""
    return {name: labels[anchors[name] - 1] for name in names if name in anchors}
