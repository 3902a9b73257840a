"""Blocks of articles: their source text, and the parts that must be found of them."""

from __future__ import annotations

from collections.abc import Callable

from tests.pages.lines import FORMULAS, OTHERS, Lines, Made
from tests.pages.model import Part
from tests.pages.words import LEFTWARD

_SIGNS = (("- ",) * 4, ("1. ", "2. ", "3. ", "4. "), ("(a) ", "(b) ", "(c) ", "(d) "))
_TALL, _WIDE = (40, 90), (160, 70)


def inside(text: str, by: str = "   ") -> str:
    """A text moved in."""
    return "".join(by + line if line.strip() else line for line in text.splitlines(True))


def item(sign: str, text: str) -> str:
    """A text behind a list sign."""
    return sign + inside(text, " " * len(sign))[len(sign) :]


class Blocks(Lines):
    """Makes the blocks of one article."""

    def paragraph(self, least: int = 12, most: int = 60) -> Made:
        text, words = self.line(least, most)
        return f"{text}\n", [Part("text", words)]

    def short(self) -> Made:
        return self.paragraph(3, 14)

    def several(self, most: int) -> Made:
        """Some short blocks."""
        texts: list[str] = []
        parts: list[Part] = []
        for number in range(self.random.randint(1, most)):
            listed = number and parts[-1].kind != "list" and self.store.chance(0.5)
            text, made = self.listed() if listed else self.short()
            texts.append(text)
            parts += made
        return "\n".join(texts), parts

    def listed(self, deep: int = 1) -> Made:
        """A list; items may hold paragraphs and another list."""
        signs, texts, items = self.random.choice(_SIGNS), [], []
        for sign in signs[: self.random.randint(2, 4)]:
            text, parts = self.short()
            if deep and self.store.chance(0.25):
                make = self.random.choice((self.short, lambda: self.listed(deep - 1)))
                more, found = make()
                text, parts = f"{text}\n{more}", [*parts, *found]
            texts.append(item(sign, text))
            items.append(Part("item", [*parts]))
        return "\n".join(texts), [Part("list", [*items])]

    def closed_list(self) -> Made:
        """A list and a paragraph after it, so that no other list goes on where it ends."""
        text, parts = self.listed()
        more, after = self.paragraph(5, 30)
        return f"{text}\n{more}", [*parts, *after]

    def long_list(self) -> Made:
        """A list that goes over columns."""
        texts, items = [], []
        for _ in range(self.random.randint(12, 22)):
            text, parts = self.paragraph(8, 30)
            texts.append(item("- ", text))
            items.append(Part("item", [*parts]))
        more, after = self.short()
        return "\n".join([*texts, more]), [Part("list", [*items]), *after]

    def terms(self) -> Made:
        texts, parts = [], []
        for _ in range(self.random.randint(2, 4)):
            term, words = self.line(1, 3, rich=False)
            text, made = self.several(2)
            texts.append(f"{term}\n{inside(text)}")
            parts += [Part("term", [*words]), Part("definition", [*made])]
        return "\n".join(texts), [Part("terms", [*parts])]

    def quotation(self) -> Made:
        """A quotation, at times one that goes over columns."""
        texts, parts = [], []
        for _ in range(self.random.choice((1, 2, 2, 5))):
            text, made = self.paragraph(10, 50)
            texts.append(text)
            parts += made
        end, words = self.line(2, 4, rich=False)
        parts.append(Part("text", [*words]))
        body = "\n".join(texts) + f"\n-- {end}\n"
        return f".. quote::\n\n{inside(body)}", [Part("quote", [*parts])]

    def pull_quote(self) -> Made:
        text, words = self.line(5, 14, rich=False)
        end, names = self.line(1, 3, rich=False)
        parts: list[str | Part] = [Part("text", words), Part("text", names)]
        place = self.place()
        return f".. pull-quote::\n{place}\n   {text}\n\n   -- {end}\n", [Part("quote", parts)]

    def place(self) -> str:
        """The option by which some blocks go across the page."""
        return "   :place: full\n" if self.store.chance(0.3) else ""

    def box(self) -> Made:
        kind = self.random.choice(("box", "key-facts", "document", "admonition", "note"))
        title, words = ("", []) if kind == "note" else self.line(2, 5, rich=False)
        text, parts = self.several(4)
        place = self.place() if kind in ("box", "key-facts", "document") else ""
        head = [Part("text", words)] if words else []
        return f".. {kind}:: {title}\n{place}\n{inside(text)}", [Part("box", [*head, *parts])]

    def timeline(self) -> Made:
        kind = self.random.choice(("timeline", "events"))
        title, words = self.line(2, 4, rich=False)
        text, parts = self.terms()
        whole = f".. {kind}:: {title}\n\n{inside(text)}"
        return whole, [Part("box", [Part("text", words), *parts])]

    def code(self) -> Made:
        words = self.store.words.some("en", 4, 9)
        lines = "\n".join(" ".join(words[at : at + 2]) for at in range(0, len(words), 2))
        return f"::\n\n{inside(lines)}\n", [Part("code", [*words])]

    def lines(self) -> Made:
        found: list[str | Part] = []
        texts = []
        for _ in range(self.random.randint(2, 5)):
            text, words = self.line(2, 5, rich=False)
            texts.append(f"| {text}\n")
            found += words
        return "".join(texts), [Part("lines", found)]

    def formula(self) -> Made:
        return f".. math::\n\n   {self.random.choice(FORMULAS)}\n", [Part("formula")]

    def rubric(self) -> Made:
        head, words = self.line(2, 4, rich=False)
        text, parts = self.paragraph()
        return f".. rubric:: {head}\n\n{text}", [Part("text", words), *parts]

    def passage(self) -> Made:
        """Blocks in another language."""
        before = self.language
        self.language = self.random.choice([one for one in OTHERS if one != before])
        text, parts = self.noteless(lambda: self.several(3))
        made = Part("passage", [*parts], self.language)
        whole = f".. lang:: {self.language}\n\n{inside(text)}"
        self.language = before
        return whole, [made]

    def figure(self) -> Made:
        """A picture with a caption, and perhaps a legend and a source."""
        size = self.random.choice((_TALL, _WIDE, (90, 60), (20, 20)))
        alt = " ".join(self.store.words.some(self.store.language, 3, 6))
        options = self.place() or self.random.choice(("", "", "   :width: 50%\n"))
        if size == _TALL:
            options = "   :width: 40%\n"
        caption, words = self.line(3, 12)
        parts: list[str | Part] = [Part("picture", alt=alt), Part("caption", [*words])]
        tail = ""
        if self.store.chance(0.2):
            legend, words = self.line(4, 12, rich=False)
            tail = f"\n   {legend}\n"
            parts.append(Part("legend", [*words]))
        name = self.store.picture(size)
        text = f".. figure:: {name}\n   :alt: {alt}\n{options}\n   {caption}\n{tail}"
        return text, [Part("figure", parts)]

    def image(self) -> Made:
        alt = " ".join(self.store.words.some(self.store.language, 2, 4))
        if self.store.chance(0.3):
            options, parts = "   :decorative:\n", []
        else:
            options, parts = f"   :alt: {alt}\n", [Part("picture", alt=alt)]
        return f".. image:: {self.store.picture((60, 30))}\n{options}   :width: 60%\n", parts

    def chart(self) -> Made:
        caption, words = self.line(2, 6, rich=False)
        rows = "".join(
            f"   {year},{self.random.randrange(9, 99)},{self.random.randrange(9, 99)}\n"
            for year in range(2020, 2020 + self.random.randint(2, 6))
        )
        kind = self.random.choice(("bar", "line", "stacked"))
        text = f".. chart::\n   :kind: {kind}\n   :caption: {caption}\n\n   Y,One,Two\n{rows}"
        return text, [Part("figure", [Part("chart"), Part("caption", words)])]

    # Tables

    def cell(self, most: int = 4) -> tuple[str, Part]:
        text, words = self.line(1, most, rich=self.store.chance(0.2))
        return text, Part("cell", [Part("text", words)])

    def table(self, rows: int = 0) -> Made:
        """A table typed as a list, at times longer than a page."""
        across = self.place()
        most = 2 if self.store.narrow and not across else 3
        width = self.random.randint(2, 4 if across else most)
        rows = rows or self.random.randint(2, 7)
        head, stub = self.store.chance(0.8), self.store.chance(0.5)
        title, words = self.line(2, 6, rich=False)
        made: list[str | Part] = [Part("caption", words)]
        lines = []
        for number in range(rows + head):
            cells = [self.cell() for _ in range(width)]
            for place, (_, part) in enumerate(cells):
                if (head and not number) or (stub and not place):
                    part.kind = "head"
            made.append(Part("row", [part for _, part in cells], level=head and not number))
            lines.append(item("* ", "".join(f"- {text}\n" for text, _ in cells)))
        options = across + "   :header-rows: 1\n" * head + "   :stub-columns: 1\n" * stub
        text = f".. list-table:: {title}\n{options}\n{inside(''.join(lines))}"
        return text, [Part("table", made)]

    def long_table(self) -> Made:
        return self.table(self.random.randint(25, 60))

    def sheet(self) -> Made:
        """A table of rows parted by commas, typed or in a file, with columns of numbers."""
        title, words = self.line(2, 5, rich=False)
        made: list[str | Part] = [Part("caption", words)]
        rows = []
        for number in range(self.random.randint(3, 8)):
            (first, one), (second, two) = self.noteless_cells()
            one.kind = "head" if not number else "cell"
            two.kind = one.kind
            last = "No" if not number else str(self.random.randrange(100, 9999))
            rows.append(f"{first},{second},{last}\n")
            made.append(Part("row", [one, two, Part(one.kind)], level=not number))
        data = "".join(rows)
        if self.store.chance(0.5):
            name = f"data/t{self.store.number()}.csv"
            self.store.files[name] = data.encode()
            return f".. csv-table:: {title}\n   :file: {name}\n   :header-rows: 1\n", [
                Part("table", made)
            ]
        text = f".. csv-table:: {title}\n   :header-rows: 1\n\n{inside(data)}"
        return text, [Part("table", made)]

    def noteless_cells(self) -> tuple[tuple[str, Part], tuple[str, Part]]:
        def plain() -> tuple[str, Part]:
            text, words = self.line(1, 3, rich=False)
            return text, Part("cell", [Part("text", words)])

        return plain(), plain()

    def grid(self) -> Made:
        """A drawn table with cells that go over columns and rows."""
        (a, first), (b, second) = self.noteless_cells()
        (c, third), (d, fourth) = self.noteless_cells()
        (e, fifth), (f, sixth) = self.noteless_cells()
        left, right = (max(map(len, texts)) for texts in ((a, c, e), (b, d, f)))
        right = max(right, len(f))
        if self.language in LEFTWARD:
            return self.sheet()
        bar = f"+{'-' * (left + 2)}+{'-' * (right + 2)}+\n"

        def row(one: str, two: str) -> str:
            return f"| {one.ljust(left)} | {two.ljust(right)} |\n"

        head = bar + row(a, b) + bar.replace("-", "=")
        if self.store.chance(0.5):
            text = head + row(c, d) + bar + f"| {e.ljust(left + right + 3)} |\n"
            text += f"+{'-' * (left + right + 5)}+\n"
            rows = [[first, second], [third, fourth], [fifth]]
        else:
            half = f"|{' ' * (left + 2)}+{'-' * (right + 2)}+\n"
            text = head + row(c, d) + half + row("", f) + bar
            rows = [[first, second], [third, fourth], [sixth]]
        first.kind = second.kind = "head"
        title, words = self.line(2, 4, rich=False)
        made = [Part("caption", words), *(Part("row", [*cells]) for cells in rows)]
        made[1].level = 1
        return f".. table:: {title}\n\n{inside(text)}", [Part("table", [*made])]

    def dense(self) -> Made:
        """A paragraph with a note behind every third word, or so."""
        text, words = [], []
        long, self.long = self.long, 1.0
        for _ in range(self.random.randint(5, 10)):
            some, found = self.line(2, 5, rich=False)
            call, note = self.note()
            text.append(f"{some} {call}")
            words += [*found, note]
        self.long = long
        return " ".join(text) + "\n", [Part("text", words)]

    def long_word(self) -> Made:
        text, words = self.line(8, 20)
        long = "".join(self.store.words.some(self.language, 6, 9))
        more, others = self.line(5, 10)
        return f"{text} {long} {more}\n", [Part("text", [*words, Part("long", [long]), *others])]


USUAL: tuple[Callable[[Blocks], Made], ...] = (
    Blocks.paragraph, Blocks.paragraph, Blocks.paragraph, Blocks.paragraph, Blocks.paragraph,
    Blocks.closed_list, Blocks.closed_list, Blocks.terms, Blocks.quotation, Blocks.pull_quote,
    Blocks.box,
    Blocks.timeline, Blocks.code, Blocks.lines, Blocks.formula, Blocks.rubric, Blocks.passage,
    Blocks.figure, Blocks.figure, Blocks.image, Blocks.chart, Blocks.table, Blocks.table,
    Blocks.sheet, Blocks.grid, Blocks.dense, Blocks.long_word,
)  # fmt: skip
LONG: tuple[Callable[[Blocks], Made], ...] = (
    Blocks.long_table, Blocks.long_list, Blocks.quotation,
)  # fmt: skip
