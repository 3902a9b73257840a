"""Mistakes that people make are reported where they stand, and clean articles give no finding."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import article, read, write_issue
from tests.planting import ARTICLES, CLEAN, ROWS, Planted, clean, plant

SEEDS = range(300)


def is_named(planted: Planted, folder: Path) -> bool:
    """Whether a check names one of the lines where the mistake shows."""
    found = read(write_issue(folder, planted.files)).problems
    places = {(one.where.path.rpartition("/")[2], one.where.line) for one in found}
    return any((planted.path, line) in places for line in planted.lines)


def test_the_clean_articles_give_no_finding(tmp_path: Path) -> None:
    assert read(write_issue(tmp_path, clean(0))).lines == []
    assert read(CLEAN).lines == []
    for name in ARTICLES:
        assert len((CLEAN / name).read_text("utf-8").split()) > 600


@pytest.mark.parametrize("seed", range(1, 9))
def test_the_clean_articles_give_no_finding_at_any_width(seed: int, tmp_path: Path) -> None:
    assert read(write_issue(tmp_path, clean(seed))).lines == []


@pytest.mark.parametrize("row", sorted(ROWS))
def test_every_mistake_is_reported_at_its_line(row: str, tmp_path: Path) -> None:
    planted = plant(1, row)
    assert is_named(planted, tmp_path), (planted.path, planted.lines)


def test_mistakes_drawn_by_seed_are_reported_at_their_lines(tmp_path: Path) -> None:
    missed = [
        (seed, planted.row, planted.path, planted.lines)
        for seed in SEEDS
        for planted in [plant(seed)]
        if not is_named(planted, tmp_path / str(seed))
    ]
    assert len(missed) <= len(SEEDS) // 100, missed


def test_a_label_of_other_articles_is_unclear_and_every_place_is_named(tmp_path: Path) -> None:
    labelled = article("Weir", "Text.\n\n.. _map:\n\nA paragraph. See map_.")
    files = {"01-weir.rst": labelled, "02-mill.rst": labelled.replace("Weir", "Mill")}
    files["03-lock.rst"] = article("Lock", "Text\nand map_.")
    found = read(write_issue(tmp_path, files))
    assert found.lines == [
        "03-lock.rst:6: error S107: “map” is unclear: in this article nothing has that name, but at"
        " 01-weir.rst:7 and 02-mill.rst:7"
    ]
    assert found.problems[0].hint == "name the article, as in :article:`words <weir#map>`"
    assert found.problems[0].column == 5


def test_a_note_number_written_twice_is_named_with_both_lines(tmp_path: Path) -> None:
    body = (
        "One [1]_.\n\n.. [1] Here.\n\nTwo [1]_ and [2], glued[3]_.\n\n.. [1] There.\n.. [3] Third."
    )
    found = read(write_issue(tmp_path, {"01-weir.rst": article("Weir", body)}))
    twice = "the note 1 is written twice, in lines 7 and 11"
    assert [line for line in found.lines if twice in line]
    assert any("[#]_" in one.hint for one in found.problems if twice in one.message)
    assert "01-weir.rst:9: warning S213: “[2]” is a typed number, no note call" in found.lines
    assert any(one.startswith("01-weir.rst:9: warning S204") for one in found.lines)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("One line.\nTwo *stars and", 6, 5),
        ("One line.\nTwo and\na |bar and", 7, 3),
        ("One line.\nThe word[#]_ is glued", 6, 9),
        ("- One item.\n- See [x](https://example.org/).", 6, 7),
        ("One line.\nSee `this", 6, 5),
        (".. note::\n\n   One line.\n   See `this` one.", 8, 8),
    ],
)
def test_a_problem_in_a_line_has_its_column(
    text: str, line: int, column: int, tmp_path: Path
) -> None:
    found = read(write_issue(tmp_path, {"01-weir.rst": article("Weir", text)})).problems
    assert (line, column) in [(one.where.line, one.column) for one in found]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One line.\nTwo and :ref:`no-such`.", ["6 S107"]),
        ("- One item.\n- Two and\n  :article:`no-such` here.", ["7 S107"]),
        (".. note::\n\n   One line.\n   See :page:`no-such`.", ["8 S107"]),
        ("1.\u00a0Pay for that one this.", ["5 S208"]),
        ("1. Pay.\n2.\u00a0Go.\n3. Come.", ["6 S208"]),
        ("1)\u00a0Pay.\n2)\u00a0Go.", ["5 S208", "6 S208"]),
        ("- Weirs:\n\n  1. Pay and\n     wait.\n  2.\u00a0Go.", ["9 S208"]),
        (".. [Weir2019] A book.\n\nText.", ["5 S202"]),
        ("See [Weir2019]_.\n\n.. [Weir2019] A book.\n.. [Mill2020] Another.", ["8 S202"]),
        ("Text.\n\n.. page-break:", ["7 S209"]),
        ("Text.\n\n.. box:\n\n   Words.", ["7 S209"]),
        ('The ``fee", ``rate = 5`` is known.', ["5 S206"]),
        ('The rate and\nthe ``fee",\n``rate = 5`` is known.', ["6 S206"]),
        ("The ``rate, or ``fee`` is known.", ["5 S218"]),
        ("- **Figures in bold are **final**.", ["5 S218"]),
        ("**hello and typed **x** there", ["5 S218"]),
        ("**Words with *one* in them**", ["5 S218"]),
        ("A *lighthouse*s, three wills and a **very** long quarrel.", ["5 S218"]),
        ("Said\nthe *lighthouse, three wills and\na **very** long quarrel.", ["6 S218"]),
        ("He met\nJ. Smith, and said:\n1. the ice,\n2. the dredger.", ["7 S203"]),
        ("He met\nJ. Smith, and said:\n#. the ice,\n#. the dredger.", ["7 S203"]),
        ("It was in\n1992. It had been so:\na) the ice,\nb) the dredger.", ["7 S203"]),
        ("It was so.\n- one", ["6 S203"]),
        ("It was so. [#]_\n- one\n\n.. [#] A note.", ["6 S203"]),
        ("It was so\n* one\n* two", ["6 S203"]),
        ("It was so:\n– one\n– two", ["6 S203"]),
        ("It was so:\ni. one\nii. two", ["6 S203"]),
        ("#. I. the ice\n#. the dredger", ["5 S205"]),
        ("- a. captions\n- text", ["5 S205"]),
        ("A wei\u2060r.", ["5 S208"]),
        ("The __bold__ word.", ["5 S206"]),
    ],
)
def test_a_mistake_gives_the_problem_of_its_line(
    text: str, found: list[str], tmp_path: Path
) -> None:
    problems = read(write_issue(tmp_path, {"01-weir.rst": article("Weir", text)})).problems
    assert [f"{one.where.line} {one.code}" for one in problems] == found


@pytest.mark.parametrize(
    "text",
    [
        "Dashes are a matter of taste: the one\n– so – and the other\n— no, never – are right.",
        "The clerk came and\n- as the man said -\nleft.",
        "It is so.\n- as the man said - it was.",
        "There were\n+ 5 or so there, or\n* 5 of them, and it was\n• cold.",
        "The one was good, the other\n(a) was better, or\n(b) at any rate was cheaper.",
        "We came on\n1. May and left.",
        "It is told in vol.\n1. The others (fig.\n1) and (fig.\n2) say so.",
        "We came on\n1.\u00a0May and on\n12.\u00a0May.",
        "12.\u00a0May was fine.",
        "A.\u00a0Writer came.",
        ".. [#] A. Writer, *Book*,\n   2024.\n\nText [#]_.",
        "- A. Writer, *Book*,\n  2024.\n- Another.",
        "Text.\n\n.. [Weir2019] A book.\n.. [Mill2020] Another.",
        "The method __init__ of __main__.",
        "It is 10\u2060% or 5\u2060–\u20606.",
        'Type ``print("x", "y")`` or ``"``, ``b`` and ``say "x"``.',
        "One *two* and (*three*) and **four** and *x*\\ s, 5 * 6 and **7 * 8**.",
    ],
)
def test_what_is_printed_right_gives_no_finding(text: str, tmp_path: Path) -> None:
    assert read(write_issue(tmp_path, {"01-weir.rst": article("Weir", text)})).lines == []


def test_the_same_comment_twice_is_reported_at_both_lines(tmp_path: Path) -> None:
    body = ".. and then it rose\n\nText.\n\n.. note::\n\n   Words.\n\n   .. and then it rose\n"
    found = read(write_issue(tmp_path, {"01-weir.rst": article("Weir", body)})).problems
    assert [one.where.line for one in found] == [5, 13]


def test_a_comment_in_the_place_of_a_caption_is_reported_at_its_line(tmp_path: Path) -> None:
    picture = (CLEAN / "figures" / "quay.png").read_bytes()
    figure = ".. figure:: quay.png\n   :alt: A quay.\n\n"
    body = (
        f"Text.\n\n{figure}   .. Nets on\n      the quay.\n\n   .. # ask\n\n   A caption.\n\n"
        f"{figure}   .. Nets on the quay.\n\n{figure}   .. figur: x"
    )
    folder = write_issue(tmp_path, {"01-weir.rst": article("Weir", body), "quay.png": picture})
    found = read(folder)
    assert [f"{one.where.line} {one.code}" for one in found.problems] == [
        "10 S214",
        "20 S214",
        "25 S214",
    ]


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ((":Standfirst: Words\n   and :ref:`no-such`.",), 5),
        ((":Author: A. Writer", ":Summary: See :article:`no-such`."), 5),
    ],
)
def test_a_reference_in_a_field_is_reported_at_its_line(
    fields: tuple[str, ...], line: int, tmp_path: Path
) -> None:
    found = read(write_issue(tmp_path, {"01-weir.rst": article("Weir", "Text.", *fields)}))
    assert [(one.code, one.where.line) for one in found.problems] == [("S107", line)]
