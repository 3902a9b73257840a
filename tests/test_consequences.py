"""One mistake gives one message, at its line; two mistakes far apart give two."""

from __future__ import annotations

from pathlib import Path

import pytest
from docutils import nodes
from hypothesis import given
from hypothesis import strategies as st

from bulletin_press.problems import CODES, Location, Problem, problem
from bulletin_press.source import marks
from bulletin_press.source.proofreading import consequences
from tests.conftest import article, read, write_issue
from tests.planting import ROWS, plant

# What an editor types below a title of two lines, and the one line that a check prints of it.
SINGLE = {
    "first line indented": ("   The town\nis old and\nfull.", "4: error S110"),
    "lines indented": ("   The town\n   is old and\nfull.", "4: error S110"),
    "first line indented after fields": (":Author: A. B\n\n  The town\nis old.", "6: error S110"),
    "lost comment": (".. and then the\ncouncil met.", "4: warning S214"),
    "text touches a note": ("One [#]_.\n\n.. [#] Here.\nText.", "7: error S110"),
    "text touches the fields": (":Author: Jane\nText.\n\nMore.", "5: error S110"),
    "rule below an item": ("- The town is old.\n  -----\n\nMore.", "5: error S104"),
    "rule below a sentence": ("The town is old and full of it.\n-----\n\nMore.", "5: error S104"),
    "initials in a list of terms": ("N. Hald\n   A man.\nH. Nilsen\n   One.", "6: error S110"),
    "note called, not written": ("One [#nobody]_ and [#]_.\n\n.. [#] Note.", "4: error S111"),
    "citation not written": ("As [Orlov1999]_ says.", "4: error S111"),
    "link to a name": ("See `the page <nowhere_>`_ now.", "4: error S107"),
    "list touches a line": ("These:\n- one goes\n  on\n- two goes\n  on", "5: warning S203"),
    "number left out": ("1. one\n2. two\n\n4. four", "7: warning S205"),
    "number left out after one": ("1. one\n\n3. three\n4. four", "6: warning S205"),
    "crooked table": (
        ".. table:: Levels\n\n   +----+----+\n   | a  | b |\n   +----+----+", "7: error S123",
    ),
    "bar left out": (
        "+---+---+\n| a | b |\n+---+---+\n  c | d |\n+---+---+", "7: error S123",
    ),
    "dots without a blank": ("..box:: News\n\n   The text\n   is here.", "4: warning S209"),
    "glued call": ("A word[#]_ and another [#]_.\n\n.. [#] One.\n.. [#] Two.", "4: warning S204"),
    "HTML tags": ("It is <b>bold</b> here.", "4: warning S206"),
    "HTML entities": ("It is &laquo;bold&raquo; here.", "4: warning S206"),
    "fence": ("```\nx = 1\n\ny = 2\n```\n\nText.", "4: warning S206"),
    "fence with a language": ("```python\nx = [1](2)\n\n* y\n```\n\nText.", "4: warning S206"),
    "picture as code": (
        "See::\n\n.. figure:: a.png\n   :alt: A.\n\n   Caption.", "4: warning S219",
    ),
    "missing picture that is referred to": (
        "See :ref:`fig` and lake_.\n\n.. _lake:\n\n.. figure:: a.png\n   :name: fig\n   :alt: A.",
        "8: error S102",
    ),
    "note number written twice": (
        "One [1]_.\n\n.. [1] Here.\n\nTwo [1]_.\n\n.. [1] There.", "10: error S116",
    ),
    "label written twice": (
        "See map_.\n\n.. _map:\n\nOne.\n\n.. _map:\n\nTwo.", "10: error S116",
    ),
    "unknown option": (".. note::\n   :widht: 50%\n\n   Text.", "5: error S123"),
    "uneven rows": (".. list-table::\n\n   * - a\n     - b\n   * - c", "8: error S123"),
    "broken data": ('.. csv-table::\n\n   a,b\n   "a "b" c",d', "7: error S123"),
}  # fmt: skip
TITLES = {
    "title underlined too short": ("A long title\n=====", 2),
    "title underlined with two signs": ("A long title\n==", 2),
    "title between unlike lines": ("=====\nA long title\n============", 1),
}
BELOW = (
    "\n\n:Author: A. Writer\n:Keywords: towns\n\nText.\n\nOne\n---\n\nText.\n\nTwo\n---\n\nText."
)


@pytest.mark.parametrize("name", SINGLE)
def test_one_mistake_gives_one_message(name: str, tmp_path: Path) -> None:
    text, expected = SINGLE[name]
    found = read(write_issue(tmp_path, {"01-weir.rst": f"Weir\n====\n\n{text}\n"})).lines
    assert [line[: len(f"01-weir.rst:{expected}")] for line in found] == [f"01-weir.rst:{expected}"]


@pytest.mark.parametrize("name", TITLES)
def test_a_broken_title_is_told_once(name: str, tmp_path: Path) -> None:
    title, line = TITLES[name]
    found = read(write_issue(tmp_path, {"01-weir.rst": title + BELOW})).problems
    assert [(one.where.line, one.code) for one in found] == [(line, "S104")]


def test_a_broken_title_hides_no_other_mistake(tmp_path: Path) -> None:
    title = "A long title\n==\n\n:Author: A. Writer\n\nText.\n"
    rest = ["One\n===", "Text.", ":Author: B. Writer", "Two\n===", "Text `x`."]
    found = read(write_issue(tmp_path, {"01-weir.rst": "\n\n".join([title, *rest])})).problems
    assert [(one.where.line, one.code) for one in found] == [
        (2, "S104"), (14, "S222"), (17, "S105"), (19, "S206"),
    ]  # fmt: skip


def test_all_tags_of_a_line_are_named(tmp_path: Path) -> None:
    body = "A <b>bold</b>, <i>fine</i> &amp; <u>long</u> word."
    found = read(write_issue(tmp_path, {"01-weir.rst": article("Weir", body)})).problems
    assert [one.message.partition("; ")[2] for one in found] == [
        "so are “</b>”, “<i>”, “</i>” and 2 more", "",
    ]  # fmt: skip


def test_every_call_without_a_note_is_named(tmp_path: Path) -> None:
    body = "One [#]_, [#nobody]_, [#]_\nand [#]_.\n\n.. [#] The only one."
    found = read(write_issue(tmp_path, {"01-weir.rst": article("Weir", body)})).problems
    assert [(one.where.line, one.column) for one in found] == [(5, 11), (5, 23), (6, 5)]
    assert {one.code for one in found} == {"S111"}


def test_words_of_docutils_are_not_an_editors(tmp_path: Path) -> None:
    for text, _ in SINGLE.values():
        found = read(write_issue(tmp_path, {"01-weir.rst": article("Weir", text)})).problems
        said = " ".join(f"{one.message} {one.hint}" for one in found)
        for jargon in ("explicit markup", "field list", "bullet list", "block quote", "id=“",
                       "indirect", "content block", "exactly one"):  # fmt: skip
            assert jargon not in said.lower(), said


PROSE = "\n\n".join(["The weir has been closed since the spring, and nobody knows why."] * 50)
APART = [name for name in SINGLE if "fields" not in name]


@given(st.sampled_from(APART), st.sampled_from(APART))
def test_two_mistakes_far_apart_are_both_reported(
    tmp_path_factory: pytest.TempPathFactory, one: str, other: str
) -> None:
    first, second = SINGLE[one][0], SINGLE[other][0]
    text = article("Weir", f"{first}\n\n{PROSE}\n\n{second}")
    folder = tmp_path_factory.mktemp("apart")
    lines = [one.where.line for one in read(write_issue(folder, {"01-weir.rst": text})).problems]
    start = text.count("\n", 0, text.rindex(second)) + 1
    middle = text.count("\n", 0, text.index(PROSE)) + 1
    assert any(line < middle for line in lines)
    assert any(line >= start for line in lines)


@pytest.mark.parametrize("row", sorted(ROWS))
def test_a_planted_mistake_has_few_messages(row: str, tmp_path: Path) -> None:
    planted = plant(7, row)
    found = read(write_issue(tmp_path, planted.files)).problems
    assert 1 <= len(found) <= 2, [str(one) for one in found]


LINES = st.lists(
    st.sampled_from(
        [
            "",
            "Text.",
            "   Text.",
            "- one",
            "  - two",
            ".. note::",
            "   :name: x",
            ".. _x:",
            "===",
            "```",
            ".. [#] Note.",
            "A word[#]_.",
        ]
    ),
    min_size=1,
    max_size=40,
)
CODE = st.sampled_from(sorted(code for code in CODES if code.startswith("S")))
PLACES = st.lists(st.tuples(CODE, st.integers(0, 45), st.integers(0, 12)), max_size=20)


def _made(places: list[tuple[str, int, int]]) -> list[Problem]:
    return [
        problem(code, f"“x” {code}", Location("a.rst", line), "", column)
        for code, line, column in places
    ]


@given(LINES, PLACES)
def test_where_there_are_problems_one_remains(
    lines: list[str], places: list[tuple[str, int, int]]
) -> None:
    problems = _made(places)
    kept = consequences.without(problems, {"a.rst": lines})
    assert bool(kept) == bool(problems)
    assert {one.where for one in kept} <= {one.where for one in problems}


@given(LINES, PLACES)
def test_the_order_of_problems_does_not_matter(
    lines: list[str], places: list[tuple[str, int, int]]
) -> None:
    problems = _made(places)
    kept = consequences.without(problems, {"a.rst": lines})
    again = consequences.without(problems[::-1], {"a.rst": lines})
    assert {(one.where, one.code) for one in kept} == {(one.where, one.code) for one in again}


def test_no_rules_run_in_a_circle() -> None:
    follows: dict[str, set[str]] = {}
    for rule in consequences.RULES:
        follows.setdefault(rule.cause, set()).update(rule.effects)

    def reached(code: str, above: tuple[str, ...]) -> None:
        assert code not in above, (*above, code)
        for effect in follows.get(code, ()):
            reached(effect, (*above, code))

    for code in follows:
        reached(code, ())
        assert code in CODES
        assert follows[code] <= CODES.keys()


def test_of_many_problems_in_one_block_those_without_a_cause_remain() -> None:
    lines = ["- word"] * 500
    problems = [
        problem(code, "“x”", Location("a.rst", line), "", 1)
        for line in range(1, 501)
        for code in ("S203", "S110", "S206", "S123")
    ]
    assert len(consequences.without(problems, {"a.rst": lines})) == 1500


def test_a_draft_says_the_mistake_in_the_box_that_shows_the_lost_block(tmp_path: Path) -> None:
    names = ("uneven rows", "broken data", "unknown option", "crooked table")
    body = "\n\n".join(f"{SINGLE[name][0]}\n\nText." for name in names)
    found = read(write_issue(tmp_path, {"01-weir.rst": article("Weir", body)}))
    marks.mark(found.issue.document, found.issue.publication.root, found.problems)
    boxes = list(found.issue.document.findall(nodes.system_message))
    assert len(boxes) == len(found.problems) == len(names)
    for box in boxes:
        said, shown = box.children
        assert said.astext().startswith("S123: ")
        assert shown.astext().startswith(".. ")
