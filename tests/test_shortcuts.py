"""With the engine's shortcuts and without them, the bytes are the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from bulletin_press import cli
from bulletin_press.editions import pdf
from bulletin_press.editions.pdf import shortcuts
from bulletin_press.editions.pdf.composition import Composition
from bulletin_press.editions.pdf.shortcuts import touchpoints
from tests.documents import documents
from tests.pages.issues import make
from tests.printing import generated, load, write
from tests.samebytes import composed, differences

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("profile", ["screen", "large-print", "booklet", "press"])
def test_the_sample(profile: str) -> None:
    assert differences({profile: composed(ROOT / "source" / "2026-02", profile)}) == []


def test_an_issue_of_every_construct() -> None:
    assert differences({"clean": composed(ROOT / "tests" / "clean")}) == []


@pytest.mark.parametrize("tenth", range(10))
def test_generated_issues(tenth: int, tmp_path: Path) -> None:
    assert differences(dict(_generated(tenth, tmp_path))) == []


def _generated(tenth: int, folder: Path) -> Iterator[tuple[str, Composition]]:
    for seed in range(10 * tenth, 10 * tenth + 10):
        if seed % 2:
            issue = write(folder / str(seed), generated(seed, 3, 4))
        else:
            made = make(seed)
            articles = [name for name in made.case.files if name != "issue.rst"]
            for name in articles[1:]:
                del made.case.files[name]
            issue = made.write(folder / str(seed))
        yield f"seed {seed}", composed(issue)


@pytest.mark.parametrize("name", documents(1))
def test_documents_of_the_engine(name: str) -> None:
    assert differences({}, {name: documents(1)[name]}) == []


def test_every_file_that_is_touched_is_known() -> None:
    assert touchpoints.strange() == ()


def test_another_engine_is_left_plain_and_a_warning_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue = load(write(tmp_path, generated(1, 2, 2)))
    usual = pdf.render(issue)
    name = "weasyprint/layout/column.py"
    monkeypatch.setitem(touchpoints.POINTS, name, ("anything", "another digest"))
    touchpoints.strange.cache_clear()
    try:
        other = pdf.render(issue)
    finally:
        touchpoints.strange.cache_clear()
    assert other.edition == usual.edition
    (warning,) = set(other.problems) - set(usual.problems)
    assert (warning.code, warning.severity) == ("L115", "warning")
    assert name in warning.message


def test_no_shortcut_is_taken_where_none_is_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue = write(tmp_path, generated(1, 2, 2))
    wanted: list[bool] = []
    chosen = shortcuts.chosen
    noted = tmp_path / "noted"

    def note(plain: bool = False) -> shortcuts.Shortcuts:
        noted.write_text(str(plain))
        return chosen(plain)

    monkeypatch.setattr(shortcuts, "chosen", note)
    files = []
    for options in ((), ("--plain-engine",)):
        target = tmp_path / f"out{len(options)}"
        command = ["build", str(issue), "-e", "pdf", "-o", str(target), *options]
        assert CliRunner().invoke(cli.main, command).exit_code == 0
        wanted.append(noted.read_text() == "False")
        files.append([path.read_bytes() for path in target.glob("*.pdf")])
    assert wanted == [True, False]
    assert files[0] == files[1]
