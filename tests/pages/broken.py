"""Small issues of long blocks, so that most of their pages begin within one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

from tests.pages.blocks import inside
from tests.pages.words import Words

_FORMULA = ":math:`a_1 + \\frac{b}{c}`"


class Long:
    """Makes long blocks of words that stand once."""

    def __init__(self, seed: int, language: str) -> None:
        self.random = Random(seed)
        self.words = Words(self.random)
        self.language = language

    def text(self, least: int, most: int) -> str:
        """Words, some of them compounds."""
        words = self.words.some(self.language, least, most)
        joints = ("-", " – ", "—", " ", "/")
        for at in range(0, len(words) - 9, 9):
            words[at : at + 2] = [self.random.choice(joints).join(words[at : at + 2])]
        return " ".join(words)

    def paragraph(self) -> str:
        """A paragraph."""
        return self.text(90, 160)

    def clothed(self) -> str:
        """A paragraph of long runs of emphasis, links and code, with formulas and addresses."""
        parts = []
        for _ in range(5):
            words = self.text(15, 30).replace("/", " ")
            name = f"https://example.org/{self.random.randrange(10**9)}"
            forms = (
                f"*{words}*", f"**{words}**", f"`{words} <{name}>`__", f"``{words}``",
                _FORMULA, f"{name}/{'/'.join(self.words.some('en', 2, 4))}",
            )  # fmt: skip
            parts.append(f"{self.random.choice(forms)} {self.text(3, 8)}")
        return " ".join(parts)

    def items(self) -> str:
        """A list of long items, the last with a paragraph more."""
        items = [f"- {self.text(60, 110)}\n" for _ in range(3)]
        return "\n".join([*items, f"  {self.text(20, 40)}"])

    def cells(self) -> str:
        """A table with a head and rows, one of which is higher than a page."""
        rows = [("head", self.text(1, 2)), ("a", self.text(5, 40)), ("b", self.text(300, 330)),
                ("c", self.text(3, 9))]  # fmt: skip
        lines = "".join(f"* - {one} {self.text(1, 2)}\n  - {two}\n" for one, two in rows)
        head = f".. list-table:: {self.text(2, 4)}\n   :header-rows: 1\n   :widths: 30 70\n\n"
        return head + inside(lines)

    def rows(self) -> str:
        """A table of many rows."""
        rows = [f"* - {self.text(1, 3)}\n  - {self.text(1, 6)}\n" for _ in range(20)]
        head = f".. list-table:: {self.text(2, 4)}\n   :header-rows: 1\n\n"
        return head + inside("".join(rows))

    def quotation(self) -> str:
        """A quotation."""
        return f".. quote::\n\n{inside(self.text(220, 320))}\n\n   -- {self.text(2, 3)}"

    def box(self) -> str:
        """A box, or a note in the text."""
        kind = self.random.choice((f"box:: {self.text(2, 3)}", "note::"))
        return f".. {kind}\n\n{inside(self.text(150, 220))}\n\n{inside(self.text(60, 90))}"

    def uncalled(self) -> str:
        """A note that nothing calls."""
        return f".. [{self.random.randrange(100, 999)}] {self.text(220, 320)}\n\n{self.text(5, 9)}"

    def noted(self) -> str:
        """A paragraph that calls a note, and the note."""
        name = f"n{self.random.randrange(10**6)}"
        return (
            f"{self.text(60, 90)} [#{name}]_ {self.text(20, 40)}\n\n.. [#{name}] {self.text(9, 30)}"
        )

    def code(self) -> str:
        """Lines of code."""
        lines = "\n".join(" ".join(self.words.some("en", 2, 3)) for _ in range(20))
        return f"::\n\n{inside(lines)}"

    def lines(self) -> str:
        """A poem."""
        return "\n".join(f"| {self.text(2, 5)}" for _ in range(22))

    def terms(self) -> str:
        """Terms with what they mean."""
        return "\n".join(f"{self.text(1, 3)}\n{inside(self.text(20, 70))}" for _ in range(4))

    def figure(self) -> str:
        """A chart."""
        rows = "".join(f"   {year},{year % 7}\n" for year in range(2020, 2024))
        return f".. chart::\n   :kind: bar\n   :caption: {self.text(3, 6)}\n\n   Y,One\n{rows}"

    def heading(self) -> str:
        """A heading and a paragraph."""
        words = self.words.some(self.language, 2, 4)
        title = " ".join(words)
        return f"{title}\n{'-' * (2 * len(title))}\n\n{self.text(30, 50)}"


KINDS: tuple[Callable[[Long], str], ...] = (
    Long.paragraph, Long.clothed, Long.items, Long.cells, Long.rows, Long.quotation, Long.box,
    Long.uncalled, Long.noted, Long.code, Long.lines, Long.terms, Long.figure, Long.heading,
)  # fmt: skip
_HEAD = "The Bulletin\n============\n\n:Date: 2026-05-29\n:Volume: 3\n"


def write(folder: Path, seed: int) -> Path:
    """Write the issue of a number; returns its folder."""
    random = Random(seed)
    language = "ar" if seed % 8 == 7 else "en"
    long = Long(seed, language)
    issue = folder / "source" / "2026-05"
    issue.mkdir(parents=True)
    kinds = [KINDS[(2 * seed + step) % len(KINDS)] for step in range(2)]
    random.shuffle(kinds)
    files = {"issue.rst": f"{_HEAD}\n{long.text(9, 40)}\n"}
    if seed % 5 == 4:
        files["issue.rst"] += f"\n.. colophon::\n\n{inside(long.text(30, 50))}\n"
        files["issue.rst"] += f"\n.. back-cover::\n\n{inside(long.text(30, 50))}\n"
    bodies = [[kind(long) for kind in kinds], [long.paragraph()]]
    if seed % 15 == 3:
        bodies += [[] for _ in range(18)]
    for number, blocks in enumerate(bodies, 1):
        title = " ".join(long.words.some(language, 2, 5))
        body = "\n\n".join([long.text(5, 60), *blocks, long.text(5, 9)])
        summary = f":Summary: {long.text(4, 16)}\n"
        files[
            f"{number:02}-part-{chr(96 + number)}.rst" if number < 27 else f"{number}-x{number}.rst"
        ] = f"{title}\n{'=' * (2 * len(title))}\n\n{summary}\n{body}\n"
    for name, text in files.items():
        (issue / name).write_text(text, "utf-8")
    (folder / "bulletin.toml").write_text(
        f'[publication]\nlanguage = "{language}"\n[design]\npage = "A5"\n'
        f"columns = {random.choice((1, 2))}\n"
        f'first-page = "{random.choice(("cover", "article"))}"\n',
        "utf-8",
    )
    return issue
