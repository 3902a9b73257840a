"""A whole issue from a number, and all that a reader must find of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

from tests.fuzz.case import Block, Case
from tests.pages.blocks import LONG, USUAL, Blocks, inside
from tests.pages.lines import Store
from tests.pages.model import Expected, Part, flatten
from tests.pages.words import Words

_LANGUAGES = ("en", "en", "en", "en", "de", "az", "tr", "ru", "el", "ar", "he")
SECONDS = 900
_PAGES = ("A4", "A4", "A5", "B5", "letter")


@dataclass
class Made:
    """An issue's files as blocks, what each block says, and how its pages are to be set."""

    case: Case
    says: dict[str, list[Part]]
    language: str
    page: str
    columns: int
    depth: int
    cover: bool

    def write(self, folder: Path, case: Case | None = None) -> Path:
        """Write the issue, or a smaller ``case`` of it; returns the issue's folder."""
        issue = (case or self.case).write(folder)
        toml = (
            f'[publication]\nlanguage = "{self.language}"\n[pdf]\nseconds = {SECONDS}\n'
            f'[design]\npage = "{self.page}"\n'
            f"columns = {self.columns}\ncontents-depth = {self.depth}\n"
            f'first-page = "{"cover" if self.cover else "article"}"\n'
        )
        (folder / "publication" / "bulletin.toml").write_text(toml, "utf-8")
        return issue

    def articles(self, case: Case | None = None) -> list[Part]:
        """The articles, each a part."""
        files = (case or self.case).files
        return [
            Part("article", [part for block in blocks for part in self.says[block.text]])
            for name, blocks in sorted(files.items())
            if name != "issue.rst"
        ]

    def expected(self, case: Case | None = None) -> Expected:
        """All words in the order of reading."""
        articles = self.articles(case)
        masthead = [
            part for block in (case or self.case).files["issue.rst"]
            for part in self.says[block.text]
        ]  # fmt: skip
        entries: list[str | Part] = []
        for article in articles:
            titles = ("title", "heading")[: 1 if self.depth == 1 else 2]
            for title in article.parts(*titles):
                if title.level <= self.depth:
                    entries.append(Part("entry", [Part("entry-title", _shown(title))]))
                    if title.kind == "title":
                        entries += article.parts("summary")

        def standing(*kinds: str) -> list[Part]:
            return [part for part in masthead if part.kind in kinds]

        bodies = [
            Part("article", [one for one in whole.inside
                             if not (isinstance(one, Part) and one.kind == "summary")])
            for whole in articles
        ]  # fmt: skip
        front = [*standing("leader"), Part("contents", entries), *standing("editorial")]
        return flatten([*front, *bodies, *standing("colophon"), *standing("back-cover")])


def _shown(title: Part) -> list[str | Part]:
    return [one for one in title.inside if isinstance(one, str)]


class _Article:
    """One article in the making."""

    def __init__(self, store: Store, says: dict[str, list[Part]], title: Part) -> None:
        self.store, self.says, self.title = store, says, title
        self.blocks = Blocks(store)
        self.made: list[Block] = []

    def add(self, make: Callable[[], tuple[str, list[Part]]]) -> None:
        """A block and the notes that it calls."""
        self.blocks.notes, self.blocks.repeat = [], ""
        text, parts = make()
        text = "\n".join([text, *self.blocks.notes]) + "\n"
        self.says[text] = parts
        self.made.append(Block(text))

    def opening(self) -> tuple[str, list[Part]]:
        """Title and fields."""
        line, store = self.blocks.line, self.store
        parts, fields = [self.title], ""
        if store.chance(0.3):
            text, words = line(1, 3, rich=False)
            fields += f":Kicker: {text}\n"
            parts.insert(0, Part("text", words))
        if store.chance(0.4):
            text, words = line(4, 20, rich=False)
            fields += f":Standfirst: {text}\n"
            parts.append(Part("text", words))
        if store.chance(0.5):
            fields += ":Authors: A. Writer (Institute); B. Second-Writer\n"
        if store.chance(0.5):
            text, words = line(4, 20, rich=False)
            fields += f":Summary: {text}\n"
            parts.append(Part("summary", words))
        title = " ".join(map(str, self.title.inside))
        rule = "=" * (2 * len(title))
        return f"{title}\n{rule}\n\n{fields}\n", parts

    def heading(self, level: int) -> tuple[str, list[Part]]:
        """A heading and the paragraph below it."""
        text, words = self.blocks.line(1, 7, rich=False)
        rule = "-~"[level - 2] * (2 * len(text))
        more, parts = self.blocks.paragraph()
        return f"{text}\n{rule}\n\n{more}", [Part("heading", words, level=level), *parts]

    def write(self, count: int, dense: bool) -> list[Block]:
        """All blocks of the article."""
        random, level = self.store.random, 1
        self.add(self.opening)
        self.add(self.blocks.paragraph)
        for _ in range(count):
            if self.store.chance(0.22):
                level = random.randint(2, min(level + 1, 3))
                self.add(partial(self.heading, level))
            if dense and self.store.chance(0.5):
                self.add(self.blocks.dense)
            make = random.choice(LONG if self.store.chance(0.05) else USUAL)
            self.add(partial(make, self.blocks))
        return self.made


def make(seed: int, size: int = 0) -> Made:
    """The issue of a number; ``size`` 0 has few pages, 1 and more have more."""
    random = Random(seed)
    language = random.choice(_LANGUAGES)
    page = random.choice(_PAGES)
    columns = random.choice((1, 2, 2, 2, 3))
    if page in ("A5", "B5"):
        columns = min(columns, 2)
    narrow = columns == 3 or (page in ("A5", "B5") and columns == 2)
    store = Store(random, Words(random), language, columns, narrow)
    case = Case(f"pages-{seed}", {}, marked=True, valid=True)
    made = Made(case, {}, language, page, columns, random.choice((1, 1, 2, 3)),
                random.random() < 0.7)  # fmt: skip
    shape = random.choice(("few", "few", "many", "one"))
    count = {"few": random.randint(2, 3), "many": random.randint(4, 9), "one": 1}[shape]
    most = {"few": 7, "many": 2, "one": 14}[shape] * size
    if not size:
        count, most = (count + 1) // 2, {"few": 3, "many": 1, "one": 5}[shape]
    for number in range(count):
        long = 20 if store.chance(0.1) else 7
        title = Part("title", [*store.words.some(language, 1, long)], level=1)
        store.titles[f"part-{chr(97 + number)}"] = title
    case.files["issue.rst"] = _masthead(store, made.says)
    for number, (name, title) in enumerate(store.titles.items()):
        article = _Article(store, made.says, title)
        article.blocks.long = random.choice((1, 1, 2, 3))
        blocks = article.write(random.randint(1, most), dense=random.random() < 0.15)
        case.files[f"{number + 1:02}-{name}.rst"] = blocks
    case.data = store.files
    return made


def _masthead(store: Store, says: dict[str, list[Part]]) -> list[Block]:
    """Title, date, editorial, and what stands beside the articles."""
    blocks = Blocks(store)
    blocks.noted = False
    head = "The Bulletin\n============\n\n:Date: 2026-05-29\n:Volume: 3\n\n"
    says[head] = []
    made = [Block(head)]

    def add(kind: str, text: str, parts: list[Part]) -> None:
        text = f"{text}\n"
        says[text] = [Part(kind, [*parts])]
        made.append(Block(text))

    if store.chance(0.3):
        add("editorial", *blocks.paragraph(10, 40))
    if store.chance(0.2):
        text, parts = blocks.figure()
        lines = [line for line in text.splitlines(True) if ":place:" not in line]
        text = "".join(lines).replace(".. figure::", ".. leader::")
        add("leader", text, parts)
    if store.chance(0.2):
        text, parts = blocks.several(3)
        add("colophon", f".. colophon::\n\n{inside(text)}", parts)
    if store.chance(0.2):
        text, parts = blocks.short()
        add("back-cover", f".. back-cover::\n\n{inside(text)}", parts)
    return made
