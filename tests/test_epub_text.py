"""Law 4 of the e-book: each block of the tree is in the finished file, the same to the character.

White space within lines counts. What the e-book adds to a block is listed in ``plain`` and nothing
else is.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from docutils import nodes
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from bulletin_press.editions import epub
from bulletin_press.issue import Issue
from bulletin_press.markup.writer import Writer
from tests.conftest import MASTHEAD, article, read, write_issue
from tests.epub_support import Book
from tests.fuzz.grammar import generate
from tests.planting import CLEAN
from tests.printing import load

ROOT = Path(__file__).parents[1]
XHTML = "{http://www.w3.org/1999/xhtml}"
MATH = "{http://www.w3.org/1998/Math/MathML}math"
BLOCKS = {
    XHTML + tag for tag in ("p", "div", "figcaption", "ul", "ol", "dl", "table", "blockquote")
}
WITH_BLANK = {"numeral", "note-number", "note-back"}


def tree_text(block: nodes.Element) -> str:
    """The text of a block of the tree; formulas apart, which are no text in either."""
    return "".join(
        text.astext()
        for text in block.findall(nodes.Text)
        if not isinstance(text.parent, (nodes.math, nodes.math_block))
    )


def plain(element: etree._Element) -> Iterator[str]:
    """The text of a block of the book without what the edition adds to it.

    That is: the numeral of a title, the number of a note and its ways back, each with the blank
    after it; the brackets of a citation's call; formulas; marks of pages, which hold no text.
    Blocks within it are not its own text, nor are the line ends between them.
    """
    yield element.text or ""
    for child in element:
        classes = set(child.get("class", "").split())
        tail = child.tail or ""
        if child.tag in BLOCKS:
            assert not tail.strip()
            continue
        if classes & WITH_BLANK:
            assert tail.startswith(" ")
            tail = tail[1:]
        elif "citation-call" in classes:
            words = "".join(plain(child))
            assert (words[0], words[-1]) == ("[", "]")
            yield words[1:-1]
        elif child.tag != MATH:
            yield from plain(child)
        yield tail


def differences(issue: Issue) -> tuple[int, list[tuple[str, str, list[str]]]]:
    """How many blocks were compared, and those whose text is another: id, tree, book."""
    (data,) = epub.render(issue).files.values()
    places: dict[str, list[etree._Element]] = {}
    for page in Book(data).trees.values():
        for element in page.iter(f"{XHTML}*"):
            places.setdefault(element.get("id", ""), []).append(element)
            if element.get("class") == "imprint":
                places["imprint"] = list(element.iter(f"{XHTML}p"))[len(issue.imprint) :]
    imprint = dict(zip(map(id, issue.imprint_nodes), places.get("imprint", ()), strict=True))
    summaries = {
        id(one.summary_node): f"Summary-{one.id}" for one in issue.articles if one.summary_node
    }
    compared, found = 0, []
    for block in issue.document.findall(nodes.TextElement):
        if isinstance(block, (nodes.Inline, nodes.label, nodes.math_block)):
            continue
        name = block["ids"][0] if block["ids"] else ""
        elements = places.get(name, []) if name else []
        if id(block) in imprint:
            elements = [imprint[id(block)]]
        elif id(block) in summaries:
            elements = places[summaries[id(block)]]
        elif isinstance(block, nodes.subtitle):
            heading = block.parent[0]
            assert isinstance(heading, nodes.title)
            (title,) = places[heading["ids"][0]]
            below = title.getnext()
            elements = [] if below is None else [below]
        shown = ["".join(plain(one)) for one in elements]
        compared += 1
        if shown != [tree_text(block)]:
            found.append((name or type(block).__name__, tree_text(block), shown))
    return compared, found


@pytest.mark.parametrize("folder", [ROOT / "source" / "2026-02", CLEAN], ids=["sample", "clean"])
def test_every_block_is_the_same_to_the_character(folder: Path) -> None:
    compared, found = differences(load(folder))
    assert found == []
    assert compared > 100


@pytest.mark.parametrize("seed", [seed for seed in range(1, 25) if generate(seed).valid])
def test_so_it_is_in_made_up_issues(seed: int, tmp_path: Path) -> None:
    compared, found = differences(load(generate(seed).write(tmp_path)))
    assert found == []
    assert compared > 5


WORDS = st.text("abcəñяش0 \u00a0\u202f–’", min_size=1, max_size=12).map(
    lambda text: f"x{text.strip(' ')}y"
)
FORMS = (
    "*{}*", "**{}**", "``{}``", ":sub:`{}`", ":sup:`{}`", ":title:`{}`", ":az:`{}`",
    "`{} <https://example.org/>`__", ":article:`{} <mill>`", "{}", "{}", "{} [#n]_",
    ":math:`x^2`", "{} [Rep]_", ":lang:`{} <ru>`",
)  # fmt: skip
PIECES = st.tuples(st.sampled_from(FORMS), WORDS).map(lambda pair: pair[0].format(pair[1]))
GLUE = st.sampled_from([" ", "\n", "\\ ", ", ", " \n", "  "])
LINES = st.lists(st.tuples(PIECES, GLUE), min_size=1, max_size=9).map(
    lambda pairs: "".join(piece + glue for piece, glue in pairs[:-1]) + pairs[-1][0]
)
NOTES = "\n\n.. [#n] A *note*.\n.. [Rep] A report.\n"


@settings(max_examples=30, deadline=None)
@given(st.lists(LINES, min_size=1, max_size=6))
def test_so_it_is_however_inline_markup_meets(paragraphs: list[str]) -> None:
    body = "\n\n".join([*paragraphs, "Called [#n]_ and [Rep]_."]) + NOTES
    title = paragraphs[0].replace("\n", " ")
    files = {
        "01-weir.rst": article("Weir", body, f":Standfirst: {title}"),
        "02-mill.rst": article("Mill", "Text.\n"),
    }
    with tempfile.TemporaryDirectory() as folder:
        issue = read(write_issue(Path(folder), {"issue.rst": MASTHEAD, **files})).issue
        compared, found = differences(issue)
    assert found == []
    assert compared > len(paragraphs)


@pytest.mark.parametrize("lost", [str.rstrip, lambda text: text.replace("\n", " ")])
def test_a_blank_that_is_lost_or_changed_is_seen(
    lost: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    true = Writer.visit_Text

    def changed(self: Writer, node: nodes.Text) -> None:
        true(self, nodes.Text(lost(node.astext())))

    monkeypatch.setattr(Writer, "visit_Text", changed)
    assert differences(load(CLEAN))[1]
