"""The constructs of a magazine for the grammar: boxes, charts, terms, the parts of an issue."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.fuzz.case import Block, Case

if TYPE_CHECKING:
    from tests.fuzz.grammar import Grammar

_FORMULAS = (
    r"E = mc^2", r"\frac{a_1}{b^{x+1}}", r"\sum_{i=1}^{n} x_i", r"\sqrt[3]{x} \le \infty",
    r"\left( \frac{a}{b} \right)", r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}",
    r"\bar{x} \to 10{,}000", r"\mathrm{CO_2} \cdot \alpha",
)  # fmt: skip
_LANGUAGES = ("az", "ru", "ar", "tr", "de", "sr-Latn")


def _box(g: Grammar) -> str:
    kind = g.random.choice(("box", "key-facts", "document", "timeline", "events"))
    title = f" {g.text()}" if kind == "document" or g.random.random() < 0.6 else ""
    place = "   :place: full\n" if g.depth < 2 and g.random.random() < 0.2 else ""
    if kind in ("timeline", "events"):
        body = "".join(f"{g.mark()}\n{g.inside(g.blocks(2))}\n" for _ in range(2))
    else:
        body = g.blocks()
    return f".. {kind}::{title}\n{place}\n{g.inside(body)}"


def _quote(g: Grammar) -> str:
    return f".. quote::\n\n   {g.text()}\n\n   {g.text()}\n\n   -- {g.text(plain=True)}\n"


def _language(g: Grammar) -> str:
    if g.random.random() < 0.5:
        return f".. lang:: {g.random.choice(_LANGUAGES)}\n\n{g.inside(g.blocks())}"
    tag = g.random.choice(_LANGUAGES)
    return f"{g.text()} :az:`{g.mark()} {g.filler()}` and :lang:`*{g.mark()}* x <{tag}>`.\n"


def _together(g: Grammar) -> str:
    return f".. keep-together::\n\n{g.inside(g.blocks())}"


def _break(g: Grammar) -> str:
    if g.depth > 1:
        return g.text() + "\n"
    return f"{g.text()}\n\n.. page-break::\n\n{g.text()}\n"


def _chart(g: Grammar) -> str:
    kind = g.random.choice(("bar", "line", "stacked"))
    columns = [g.mark(loose=True) for _ in range(g.random.randrange(1, 4))]
    rows = [",".join([g.mark(loose=True), *(str(g.random.randrange(1, 99)) for _ in columns)])
            for _ in range(g.random.randrange(2, 6))]  # fmt: skip
    table = "\n".join([",".join(["Year", *columns]), *rows]) + "\n"
    options = f"   :kind: {kind}\n   :unit: {g.filler()}\n   :credit: {g.mark(loose=True)}\n"
    if g.random.random() < 0.5:
        return f".. chart::\n   :caption: {g.mark(loose=True)}\n{options}\n{g.inside(table)}"
    name = f"data/c{len(g.case.data)}.csv"
    g.case.data[name] = table.encode()
    return f".. chart:: {g.up}{name}\n{options}\n   {g.mark(loose=True)} {g.filler()}\n"


def _referred(g: Grammar) -> str:
    g.counter[0] += 1
    name = f"r{g.counter[0]}"
    table = f".. list-table:: {g.text(loose=True)}\n   :name: {name}\n\n   * - {g.text()}\n"
    return f"{table}\n{g.text()} :ref:`{name}` and :ref:`{g.mark()} <{name}>`, :page:`{name}`.\n"


def _advertisement(g: Grammar) -> str:
    alt = f"   :alt: {g.mark(loose=True)} {g.filler()}\n"
    return f".. advertisement:: {g.up}figures/a.png\n{alt}"


def _termed(g: Grammar) -> str:
    return f"{g.text()} |shared| and shared_, {g.mark()}.\n"


def _formula(g: Grammar) -> str:
    tex = g.random.choice(_FORMULAS)
    if g.random.random() < 0.5:
        return f"{g.text()} :math:`{tex} \\text{{{g.mark(loose=True)}}}` and {g.text()}\n"
    return f"{g.text()}\n\n.. math::\n\n   {tex} \\text{{{g.mark(loose=True)}}}\n"


BLOCKS: tuple[Callable[[Grammar], str], ...] = (
    _box, _box, _quote, _language, _together, _break, _chart, _formula, _referred, _advertisement,
    _termed,
)  # fmt: skip


def terms(case: Case) -> None:
    """What every article of the issue may call by a short name."""
    text = ".. |shared| replace:: *Common* words\n.. _shared: https://example.org/shared\n"
    case.files["terms.rst"] = [Block(text)]


def parts(g: Grammar, articles: list[str]) -> list[Block]:
    """The parts of an issue that stand in its masthead's file."""
    made: list[Callable[[], str]] = [
        lambda: f".. leader:: figures/a.jpg\n   :alt: {g.mark(loose=True)} x\n\n   {g.text()}\n",
        lambda: f".. imprint::\n\n   {g.text(plain=True)}\n\n   | {g.text(plain=True)}\n",
        lambda: f".. colophon::\n\n{g.inside(g.blocks())}",
        lambda: f".. back-cover::\n\n   {g.text(plain=True)}\n",
        lambda: (
            ".. articles::\n\n"
            + g.inside("".join(f"{g.mark(loose=True)} section\n   {name}\n" for name in articles))
        ),
    ]
    found = []
    for make in made:
        if g.random.random() < 0.3:
            g.words, g.loose, g.after, g.depth = [], [], [], 3
            text = f"{make()}\n"
            notes = "\n".join(note for note in g.after if note)
            found.append(Block(text + (f"{notes}\n" if notes else ""), tuple(g.words),
                               tuple(g.loose)))  # fmt: skip
    return found
