"""A letter as plain text: the same elements, in lines of 72 columns with numbered links."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from bulletin_press.editions.letter.lines import (
    INDENT,
    WIDTH,
    directed,
    grid,
    records,
    single,
    wrap,
)
from bulletin_press.editions.letter.wording import words
from bulletin_press.issue import list_number
from bulletin_press.monospace import columns
from bulletin_press.source.languages import direction

_INLINE = frozenset("a cite code em img mark span strong sub sup".split())
_RULES = {"h1": "=", "h2": "=", "h3": "-"}
_PARTS = frozenset({"article", "back-cover", "colophon", "contents", "letter-foot"})
_KINDS = {"a": "loweralpha", "A": "upperalpha", "i": "lowerroman", "I": "upperroman"}
_RAISED = dict(zip("0123456789+−-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ", strict=True))
_LOWERED = dict(zip("0123456789+−-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎", strict=True))
Block = list[str]


def text(body: etree._Element, language: str) -> str:
    """The letter's elements as text, and below it the addresses of its links."""
    writer = _Writer(direction(language) == "rtl")
    blocks = list(writer.blocks(body, WIDTH))
    if writer.links:
        heading = words(language).links
        blocks.append(directed([heading, "-" * columns(heading)], writer.leftward))
        blocks.append([f"[{number}] {address}" for address, number in writer.links.items()])
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


class _Writer:
    """Writes elements as blocks of lines, and numbers the addresses of links as they come."""

    def __init__(self, leftward: bool) -> None:
        self.leftward = leftward
        self.links: dict[str, int] = {}

    def blocks(self, parent: etree._Element, width: int) -> Iterator[Block]:
        """What an element holds: its blocks, and words between them as blocks of their own."""
        loose = parent.text or ""
        for child in parent.iterchildren(etree.Element):
            if child.tag in _INLINE:
                loose += self.inline(child)
            else:
                if loose.strip():
                    yield self.lines(parent, loose, width)
                loose = ""
                yield from self.block(child, width)
            loose += child.tail or ""
        if loose.strip():
            yield self.lines(parent, loose, width)

    def block(self, part: etree._Element, width: int) -> Iterator[Block]:
        """One block element as blocks of lines."""
        kinds = (part.get("class") or "").split()
        if part.tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            yield self.heading(part, width)
        elif part.tag in ("ul", "ol"):
            yield from self.items(part, width)
        elif part.tag == "dl":
            yield from self.definitions(part, width)
        elif part.tag == "table":
            yield from self.table(part)
        elif part.tag == "pre":
            yield [INDENT + line for line in self.words(part).rstrip("\n").split("\n")]
        elif part.tag == "hr":
            yield [INDENT + "* * *"]
        elif part.tag == "blockquote" or "math-block" in kinds:
            yield from self.indented(part, width, INDENT)
        elif "line-block" in kinds:
            yield self.verse(part, width)
        elif "note" in kinds and part.tag == "aside":
            yield from self.hanging(part, width, "")
        elif part.tag == "aside":
            yield from self.framed(part, width)
        elif part.tag == "footer" and "letter-foot" not in kinds:
            yield self.lines(part, f"— {single(self.words(part))}", width)
        elif _PARTS.intersection(kinds):
            for number, block in enumerate(self.blocks(part, width)):
                yield block if number else ["", *block]
        else:
            yield from self.blocks(part, width)

    def lines(self, near: etree._Element, text: str, width: int, first: str = "") -> Block:
        """A paragraph, marked where it reads otherwise than its letters say."""
        return directed(wrap(text, width, first), self.reads_leftward(near))

    def reads_leftward(self, part: etree._Element) -> bool:
        for one in (part, *part.iterancestors()):
            if one.get("dir"):
                return one.get("dir") == "rtl"
        return self.leftward

    def heading(self, part: etree._Element, width: int) -> Block:
        lines = wrap(self.words(part), width)
        if part.tag in _RULES:
            lines.append(_RULES[part.tag] * min(max(map(columns, lines)), WIDTH))
        return directed(lines, self.reads_leftward(part))

    def indented(self, part: etree._Element, width: int, before: str) -> Iterator[Block]:
        for block in self.blocks(part, width - columns(before)):
            yield [before + line if line else line for line in block]

    def framed(self, part: etree._Element, width: int) -> Iterator[Block]:
        """A box: one block, with a line down its side."""
        whole: Block = []
        for block in self.blocks(part, width - 2):
            whole += ([""] if whole else []) + block
        if whole:
            yield [f"| {line}".rstrip(" ") for line in whole]

    def hanging(self, part: etree._Element, width: int, sign: str) -> Iterator[Block]:
        """A block behind a sign; its other lines and blocks stand below its first word."""
        room = columns(sign) if sign else 4
        for number, block in enumerate(self.blocks(part, width - room)):
            before = " " * room if sign or number else ""
            first = sign if sign and not number else before
            rest = [" " * room + line if line else line for line in block[1:]]
            yield [first + block[0], *rest] if block else []

    def items(self, part: etree._Element, width: int) -> Iterator[Block]:
        """A list: one block if each item is one."""
        made: list[list[Block]] = []
        start, kind = int(part.get("start", "1")), _KINDS.get(part.get("type", ""), "arabic")
        shape = (part.get("class") or "").split()
        form = "({}) " if "parentheses" in shape else "{}) " if "parenthesis" in shape else "{}. "
        plain = "entries" in shape
        for number, item in enumerate(part.iterchildren("li"), start):
            sign = form.format(list_number(number, kind)) if part.tag == "ol" else "- "
            found = list(self.blocks(item, width) if plain else self.hanging(item, width, sign))
            made.append(found or [[sign.rstrip()]])
        if all(len(found) == 1 for found in made):
            yield [line for found in made for line in found[0]]
        else:
            for found in made:
                yield from found

    def definitions(self, part: etree._Element, width: int) -> Iterator[Block]:
        waiting: Block = []
        for child in part.iterchildren("dt", "dd"):
            if child.tag == "dt":
                waiting += self.lines(child, self.words(child), width)
                continue
            for block in self.indented(child, width, INDENT):
                yield [*waiting, *block]
                waiting = []
        if waiting:
            yield waiting

    def verse(self, part: etree._Element, width: int, before: str = "") -> Block:
        lines: Block = []
        for child in part.iterchildren(etree.Element):
            if "line-block" in (child.get("class") or "").split():
                lines += self.verse(child, width, before + INDENT)
            else:
                lines += self.lines(child, self.words(child), width, before)
        return lines

    def table(self, part: etree._Element) -> Iterator[Block]:
        leftward = self.reads_leftward(part)
        caption = part.find("caption")
        if caption is not None:
            yield self.lines(caption, self.words(caption), WIDTH)
        rows: list[list[str]] = []
        figures: set[int] = set()
        taken: dict[tuple[int, int], bool] = {}
        for number, row in enumerate(part.iter("tr")):
            cells: list[str] = []
            for cell in row.iterchildren("td", "th"):
                while (number, len(cells)) in taken:
                    cells.append("")
                at, wide = len(cells), int(cell.get("colspan", "1"))
                for below in range(1, int(cell.get("rowspan", "1"))):
                    taken.update({(number + below, at + one): True for one in range(wide)})
                if "number" in (cell.get("class") or "").split():
                    figures.add(at)
                words = (line for block in self.blocks(cell, 10_000) for line in block)
                cells += [single(" ".join(words)), *[""] * (wide - 1)]
            rows.append(cells)
        heads = sum(1 for head in part.iter("thead") for _ in head.iter("tr"))
        found = grid(rows, heads, frozenset(figures)) or records(rows, heads)
        yield directed(found, leftward)

    def words(self, part: etree._Element) -> str:
        """The words of an element, with those of what stands in it."""
        whole = part.text or ""
        for child in part.iterchildren(etree.Element):
            whole += self.inline(child) + (child.tail or "")
        return whole

    def inline(self, part: etree._Element) -> str:
        kinds = (part.get("class") or "").split()
        if part.tag == "img":
            alt = part.get("alt", "")
            return alt if not alt or "math" in kinds else f"[{alt}]"
        if "note-back" in kinds:
            return ""
        whole = self.words(part)
        if "note-call" in kinds:
            return f"({whole})"
        if "note-number" in kinds:
            return f"({whole})" if whole == "*" or whole.isdigit() else f"[{whole}]"
        if part.tag == "sup":
            return _small(whole, _RAISED, "^")
        if part.tag == "sub":
            return _small(whole, _LOWERED, "_")
        address = part.get("href", "") if part.tag == "a" else ""
        if not address or address.startswith("#") or address in (whole, f"mailto:{whole}"):
            return whole
        number = self.links.setdefault(address, len(self.links) + 1)
        return f"{whole} [{number}]"


def _small(text: str, signs: dict[str, str], otherwise: str) -> str:
    """Raised or lowered words by signs that are so themselves; letters stay as they are."""
    if all(sign in signs for sign in text):
        return "".join(signs[sign] for sign in text)
    return text if text.isalpha() else f"{otherwise}({text})"
