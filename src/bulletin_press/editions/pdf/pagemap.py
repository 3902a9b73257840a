"""What stands on which page, read from the laid-out boxes of a WeasyPrint document.

Beside ``placed`` the one module that walks the engine's private page boxes (``Page._page_box``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from weasyprint.formatting_structure import boxes

from bulletin_press.editions.pdf.blocks import Owners, is_note, name_of
from bulletin_press.pagination import IGNORED, INLINE, OPENING


@dataclass(slots=True)
class Block:
    """A block of text as laid out.

    Its id, its characters without white space, how many of them were met so far, and whether what
    was met differed from what stands in it.
    """

    id: str
    characters: str
    met: int = 0
    differs: bool = False

    @property
    def whole(self) -> bool:
        """Whether every character was met once and in order."""
        return not self.differs and self.met == len(self.characters)

    def meet(self, text: str, hyphen: str) -> None:
        """Take in the text of one line's box, which may end with a hyphen that the engine set."""
        expected = self.characters[self.met : self.met + len(text)]
        if text == expected:
            self.met += len(text)
        elif text.endswith(hyphen) and text[: -len(hyphen)] == expected[: len(text) - len(hyphen)]:
            self.met += len(text) - len(hyphen)
        else:
            self.differs = True


@dataclass(slots=True)
class PageMap:
    """Pages of blocks and of printed page numbers.

    ``starts`` gives for each page the id of the block that opens it, the number of that block's
    characters, white space left out, on earlier pages, those that come next, and whether a picture
    or formula stands before them. ``printed`` gives for each link with a page number its target
    and the number as printed. ``margins`` are the words in each page's margin boxes. ``uneven``
    gives the errors for which lines of a block could not be broken as a whole.
    """

    blocks: dict[str, Block] = field(default_factory=dict)
    starts: list[tuple[str, int, str, bool]] = field(default_factory=list)
    printed: list[tuple[str, str]] = field(default_factory=list)
    margins: list[list[str]] = field(default_factory=list)
    uneven: dict[str, str] = field(default_factory=dict)


def read(document: Any, tree: Any) -> PageMap:
    """Walk all pages of a rendered document whose element tree is ``tree``."""
    reader = _Reader(tree)
    for page in document.pages:
        reader.page(page._page_box)
    reader.missing(tree)
    return reader.map


class _Reader:
    def __init__(self, tree: Any) -> None:
        self.map = PageMap()
        self.owners = Owners(tree)
        self.opened = False
        self.links: dict[Any, str] = {}
        self.heads: set[Any] = set()

    def page(self, box: Any) -> None:
        self.opened = False
        self.links = {}
        self.map.margins.append([])
        self.map.starts.append(("", 0, "", False))
        self.walk(box, apart=False)
        for element, text in self.links.items():
            found = re.search(r"([\w]+)\W*$", text)
            self.map.printed.append((element.get("href", "")[1:], found[1] if found else ""))

    def missing(self, tree: Any) -> None:
        """Add the blocks of text that stand on no page."""
        for element in tree.iter():
            name = name_of(element)
            if self.owners.block(element) is element and name not in self.map.blocks:
                characters = IGNORED.sub("", _text(element))
                if characters:
                    self.map.blocks[name] = Block(name, characters)

    def walk(self, box: Any, apart: bool) -> None:
        """Read a box, if it is no table's head printed again; what is ``apart`` opens no page."""
        box = getattr(box, "_box", box)
        if isinstance(box, boxes.MarginBox):
            words = "".join(one.text for one in box.descendants() if isinstance(one, boxes.TextBox))
            if words.strip():
                self.map.margins[-1].append(" ".join(words.split()))
            return
        if isinstance(box, boxes.TextBox):
            self.text(box, apart)
            return
        if isinstance(box, boxes.LineBox) and "press_failed" in vars(box):
            self.map.uneven[self.owners.name(box.element)] = box.press_failed[1]
        if isinstance(box, boxes.ReplacedBox):
            self.begin(box.element, apart, picture=True)
        apart = apart or isinstance(box, boxes.FootnoteAreaBox)
        if isinstance(box, boxes.TableRowGroupBox) and box.element.tag == "thead":
            if box.element in self.heads:
                return
            self.heads.add(box.element)
        for child in getattr(box, "children", ()):
            self.walk(child, apart)

    def text(self, box: Any, apart: bool) -> None:
        if not box.text.strip():
            return
        if "::" in box.element_tag:
            if box.element_tag == "a::after" and box.element.get("href", "").startswith("#"):
                self.links[box.element] = f"{self.links.get(box.element, '')} {box.text}"
            return
        block = self.begin(box.element, apart)
        if block is not None:
            block.meet(IGNORED.sub("", box.text), box.style["hyphenate_character"])

    def begin(self, element: Any, apart: bool, picture: bool = False) -> Block | None:
        owner = self.owners.block(element)
        if owner is None:
            return None
        name = name_of(owner)
        block = self.map.blocks.get(name)
        if block is None:
            block = self.map.blocks[name] = Block(name, IGNORED.sub("", _text(owner)))
        if not self.opened and not apart:
            self.opened = True
            following = block.characters[block.met :][:OPENING]
            self.map.starts[-1] = (name, block.met, following, picture)
        return block


def _text(element: Any) -> str:
    return "".join(_parts(element))


def _parts(element: Any) -> Iterator[str]:
    """The text of a block, without notes and without blocks that have a name of their own."""
    yield element.text or ""
    for child in element:
        if not is_note(child) and (child.tag in INLINE or not name_of(child)):
            yield from _parts(child)
        yield child.tail or ""
