"""Issues made by a grammar: every construct, nested, in several languages, right and half right.

Each place where an editor writes text gets a word that stands nowhere else. Whoever reads the
result must find each word once, or a problem at a line of the block that held it.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Callable
from random import Random

from PIL import Image

from tests.fuzz import magazine
from tests.fuzz.case import Block, Case
from tests.fuzz.hostile import hostile

_WORDS = (
    "bridge river council opened crossing trams minutes decision winter harbour",
    "körpü çay şəhər açıldı iclas qərar yol qış liman məsələ",
    "мост река город открыт заседание решение дорога зима порт вопрос",
    "Brücke Fluss Straße öffnet Sitzung Beschluss Größe Über Maß Häfen",
    "puente río año ciudad abrió sesión decisión camino niño señal",
)
_LIST_SIGNS = (
    ["- "] * 3, ["* "] * 3, ["#. "] * 3, ["1. ", "2. ", "3. "], ["(a) ", "(b) ", "(c) "],
    ["i. ", "ii. ", "iii. "],
)  # fmt: skip
_SIGNS = '-~^"'
_BOXES = ("note", "tip", "hint", "important", "attention", "caution", "warning", "danger", "error")


@functools.cache
def picture(kind: str) -> bytes:
    """A small picture of a kind that Pillow writes."""
    out = io.BytesIO()
    Image.new("RGB", (6, 4), "navy").save(out, kind)
    return out.getvalue()


class Grammar:
    """One article's text in the making; every method gives a block, its lines end with one."""

    def __init__(self, random: Random, counter: list[int], case: Case, name: str) -> None:
        self.random, self.counter, self.case, self.name = random, counter, case, name
        self.words: list[str] = []
        self.loose: list[str] = []
        self.after: list[str] = []
        self.notes = 0
        self.up = ""
        self.depth = 0

    def mark(self, loose: bool = False) -> str:
        """A new word that must be found."""
        self.counter[0] += 1
        word = f"Qx{self.counter[0]}z"
        (self.loose if loose else self.words).append(word)
        return word

    def filler(self) -> str:
        words = self.random.choice(_WORDS).split()
        return " ".join(self.random.choices(words, k=self.random.randrange(1, 5)))

    def text(self, plain: bool = False, loose: bool = False) -> str:
        """A few words with at least one marker, some of them with inline markup."""
        parts = []
        for _ in range(self.random.choice((1, 1, 1, 2, 3))):
            way = None if plain or loose else self.random.choice((None, *self.INLINES))
            parts.append(self.filler())
            parts.append(way(self) if way else self.mark(loose))
        parts.append(self.filler())
        return " ".join(parts)

    def _link(self) -> str:
        return f"`{self.mark()} {self.filler()} <https://example.org/{self.filler().split()[0]}>`__"

    def _note(self) -> str:
        self.notes += 1
        kind = self.random.randrange(4)
        word = f"Qxnote{self.counter[0]}n{self.notes}"
        if kind == 0 or self.depth > 2:
            self.after.append(f".. [#{word}] {self.mark()} here.\n")
            return f"{self.mark()} [#{word}]_"
        if kind == 1:
            self.after.append(f".. [#{word}] {self.text(plain=True)}\n\n   {self.mark()} more.\n")
            return f"{self.mark()} [#{word}]_ again [#{word}]_"
        if kind == 2:
            self.after.append(f".. [{word}] {self.mark()}, *a book*.\n")
            return f"{self.mark()} [{word}]_"
        self.after.append(f".. [#{word}] - {self.mark()}\n   - {self.mark()}\n")
        return f"{self.mark()} [#{word}]_"

    def _article(self) -> str:
        return f":article:`{self.mark()} {self.filler()} <{self.name}>`"

    INLINES: tuple[Callable[[Grammar], str], ...] = (
        lambda g: f"*{g.mark()} {g.filler()}*",
        lambda g: f"**{g.mark()}**",
        lambda g: f"``{g.mark()} {g.filler()}``",
        lambda g: f"x\\ :sub:`{g.mark()}`",
        lambda g: f"x\\ :sup:`{g.mark()}`",
        lambda g: f"\\*{g.mark()}\\*",
        lambda g: f"un\\ *{g.mark()}*\\ able",
        lambda g: f"{g.mark()}@example.org",
        lambda g: f":lang{g.name}:`{g.mark()} {g.filler()}`",
        _link,
        _note,
        _note,
        _article,
    )

    # Blocks

    def block(self) -> str:
        """Any block that may stand in any other."""
        if self.depth > 3:
            return self.text() + "\n"
        self.depth += 1
        try:
            return self.random.choice(self.BLOCKS + magazine.BLOCKS)(self)
        finally:
            self.depth -= 1

    def blocks(self, most: int = 3) -> str:
        """Some blocks with empty lines between."""
        return "\n".join(self.block() for _ in range(self.random.randrange(1, most + 1)))

    def inside(self, text: str, by: str = "   ") -> str:
        """A text moved in."""
        return "".join(by + line if line.strip() else line for line in text.splitlines(True))

    def item(self, sign: str, text: str) -> str:
        """A text behind a list sign."""
        return sign + self.inside(text, " " * len(sign))[len(sign) :]

    def _paragraph(self) -> str:
        return "\n".join(self.text() for _ in range(self.random.choice((1, 1, 2, 3)))) + "\n"

    def _list(self) -> str:
        signs = self.random.choice(_LIST_SIGNS)
        items = [self.item(sign, self.text() + "\n\n" + self.blocks(2) if self.depth < 3
                           and self.random.random() < 0.4 else self.text() + "\n")
                 for sign in signs[: self.random.randrange(2, 4)]]  # fmt: skip
        return "\n".join(items)

    def _definitions(self) -> str:
        return "".join(f"{self.text()}\n{self.inside(self.blocks(2))}\n" for _ in range(2))

    def _quotation(self) -> str:
        end = f"\n\n   -- {self.text()}" if self.random.random() < 0.5 else ""
        return f"..\n\n   {self.text()}\n\n   {self.text()}{end}\n"

    def _lines(self) -> str:
        return f"| {self.text()}\n|   {self.text()}\n| {self.text()}\n"

    def _literal(self) -> str:
        head = self.random.choice(("", "::", ".. code::", ".. code:: python"))
        head = head or f"{self.text()}::"
        return f"{head}\n\n   {self.mark()} *{self.mark()}*\n\n     {self.mark()} `\n"

    def _box(self) -> str:
        kind = self.random.choice((*_BOXES, "topic", "admonition"))
        title = f" {self.text()}" if kind in ("topic", "admonition") else ""
        if kind == "topic" and self.depth > 1:
            kind = "admonition"
        return f".. {kind}::{title}\n\n{self.inside(self.blocks())}"

    def _quote(self) -> str:
        kind = self.random.choice(("pull-quote", "epigraph"))
        return f".. {kind}::\n\n   {self.text()}\n\n   -- {self.text()}\n"

    def _rubric(self) -> str:
        return f".. rubric:: {self.text()}\n"

    def _figure(self) -> str:
        name = self.random.choice(("a.png", "a.jpg", "a.webp", "a.svg"))
        kind = self.random.randrange(4)
        alt = f"   :alt: {self.text(loose=True)}\n"
        if kind == 0:
            return f".. image:: {self.up}figures/{name}\n{alt}"
        options = self.random.choice(("", "   :place: full\n", "   :width: 50%\n"))
        if self.random.random() < 0.5:
            options += f"   :credit: {self.text(plain=True)}\n"
        legend = f"\n{self.inside(self.blocks(2))}" if kind == 2 else ""
        return f".. figure:: {self.up}figures/{name}\n{alt}{options}\n   {self.text()}\n{legend}"

    def _list_table(self) -> str:
        columns = self.random.randrange(1, 4)
        rows = []
        for _ in range(self.random.randrange(2, 5)):
            cells = [self.item("- ", self.blocks(2) if self.random.random() < 0.2
                               else self.text() + "\n") for _ in range(columns)]  # fmt: skip
            rows.append(self.item("* ", "".join(cells)))
        head = self.random.choice(("", "   :header-rows: 1\n"))
        return f".. list-table:: {self.text()}\n{head}\n{self.inside(''.join(rows))}"

    def _csv_table(self) -> str:
        rows = "".join(
            f'{self.text(plain=True)},"{self.text(plain=True)}, {self.mark()}"\n' for _ in range(3)
        )
        head = f".. csv-table:: {self.text()}\n   :header-rows: 1\n"
        if self.random.random() < 0.5:
            return f"{head}\n{self.inside(rows)}"
        name = f"data/t{len(self.case.data)}.csv"
        self.case.data[name] = rows.encode()
        return f"{head}   :file: {self.up}{name}\n"

    def _grid(self) -> str:
        cells = [[self.text() for _ in range(2)] for _ in range(3)]
        wide = [max(len(row[column]) for row in cells) for column in (0, 1)]
        rule = f"+{'-' * (wide[0] + 2)}+{'-' * (wide[1] + 2)}+\n"
        rows = [f"| {a.ljust(wide[0])} | {b.ljust(wide[1])} |\n" for a, b in cells]
        drawn = rule + rows[0] + rule.replace("-", "=") + rule.join(rows[1:]) + rule
        if self.random.random() < 0.5:
            return drawn
        return f".. table:: {self.text()}\n\n{self.inside(drawn)}"

    def _simple(self) -> str:
        cells = [[self.text() for _ in range(2)] for _ in range(3)]
        wide = [max(len(row[column]) for row in cells) for column in (0, 1)]
        rule = f"{'=' * wide[0]}  {'=' * wide[1]}\n"
        rows = [f"{a.ljust(wide[0])}  {b}\n" for a, b in cells]
        return rule + rows[0] + rule + "".join(rows[1:]) + rule

    def _classed(self) -> str:
        name = self.random.choice(("language-az", "language-ar", "full", "keep-together"))
        return f".. class:: {name}\n\n{self._paragraph()}"

    def _targeted(self) -> str:
        self.counter[0] += 1
        name = f"t{self.counter[0]}"
        return f".. _{name}:\n\n{self.text()} `{name}`_\n"

    def _phrased(self) -> str:
        return f"{self.text()} |phrase{self.name}| {self.mark()}\n"

    BLOCKS: tuple[Callable[[Grammar], str], ...] = (
        _paragraph, _paragraph, _paragraph, _list, _list, _definitions, _quotation, _lines,
        _literal, _box, _box, _quote, _rubric, _figure, _figure, _list_table, _csv_table, _grid,
        _simple, _classed, _targeted, _phrased,
    )  # fmt: skip

    def whole(self) -> Block:
        """A block at the outermost level, with the notes that it calls."""
        self.words, self.loose, self.after, self.depth = [], [], [], 0
        kind = self.random.randrange(12)
        if kind == 0:
            title = self.text(loose=True)
            sign = self.random.choice(_SIGNS[:1])
            text = f"{title}\n{sign * len(title)}\n\n{self.block()}"
        elif kind == 1:
            text = f".. sidebar:: {self.text()}\n   :subtitle: {self.text()}\n\n" + self.inside(
                self.blocks()
            )
        elif kind == 2:
            text = f"{self.text()}\n\n----\n\n{self.text()}\n"
        elif kind == 3:
            text = f".. A comment, {self.filler()}.\n\n{self.block()}"
        else:
            text = self.block()
        notes = "\n".join(note for note in self.after if note)
        text = f"{text}\n{notes}\n" if notes else f"{text}\n"
        return Block(text, tuple(self.words), tuple(self.loose))

    def whole_editorial(self) -> Block:
        """The editorial: a paragraph of plain words."""
        self.words = []
        return Block(f"{self.text(plain=True)}\n\n", tuple(self.words))

    def opening(self) -> Block:
        """An article's title and fields, and what its phrases need."""
        self.words, self.loose = [], []
        title = self.text(loose=True)
        fields = "".join(
            f":{name}: {self.text(loose=True)}\n"
            for name in ("Author", "Standfirst", "Summary")
            if self.random.random() < 0.3
        )
        text = f"{title}\n{'=' * len(title)}\n\n{fields}\n{self.needs()}{self.filler()}.\n\n"
        return Block(text, (), tuple(self.loose))

    def needs(self) -> str:
        """The role and the phrase that a file's text may use."""
        return (
            f".. role:: lang{self.name}\n   :class: language-az\n\n"
            f".. |phrase{self.name}| replace:: *{self.filler()}* words\n\n"
        )

    def included(self, wrong: bool) -> Block:
        """An include, whose file has blocks of its own; with ``wrong`` a faulty one too."""
        name = f"parts/p{len(self.case.files)}.txt"
        self.up = "../"
        self.case.files[name] = [self.whole()]
        self.up = ""
        if wrong:
            self.case.files[name].append(hostile(self.random, self.counter, self.case))
        return Block(f".. include:: {name}\n\n")


def generate(seed: int) -> Case:
    """An issue by the grammar, a third of them with hostile or half-right pieces."""
    random = Random(seed)
    case = Case(f"grammar-{seed}", {}, marked=True)
    case.data = {
        "figures/a.png": picture("PNG"),
        "figures/a.jpg": picture("JPEG"),
        "figures/a.webp": picture("WEBP"),
        "figures/a.svg": b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>',
    }
    counter = [0]
    masthead = Grammar(random, counter, case, "aaa")
    names = ("aaa", "bbb", "ccc")[: random.choice((1, 2, 2, 3))]
    case.files["issue.rst"] = [
        Block("The Bulletin\n============\n\n:Date: 2026-05-29\n\n" + masthead.needs()),
        masthead.whole_editorial(),
    ]
    magazine.terms(case)
    case.valid = seed % 3 != 0
    for name in names:
        grammar = Grammar(random, counter, case, name)
        case.files[f"0{ord(name[0]) - 96}-{name}.rst"] = blocks = [grammar.opening()]
        for _ in range(random.randrange(1, 7)):
            included = random.random() < 0.05
            blocks.append(grammar.included(not case.valid) if included else grammar.whole())
            if not case.valid and random.random() < 0.4:
                blocks.append(hostile(random, counter, case))
    case.files["issue.rst"] += magazine.parts(masthead, [*names])
    return case
