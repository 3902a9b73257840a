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
