"""Page numbers are guessed, put right at little cost, and the pages are as with true ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from bulletin_press.editions import pdf
from bulletin_press.editions.pdf import engine, numbering
from bulletin_press.editions.pdf.composition import Composition
from tests.printing import generated, load, write
from tests.samebytes import composed, differences

ROOT = Path(__file__).resolve().parents[1]
ISSUES = {"sample": ROOT / "source" / "2026-02", "clean": ROOT / "tests" / "clean"}


def _always(number: str) -> Callable[[Composition, Any], dict[str, str]]:
    return lambda _, tree: {name: number for _, name in numbering.links(tree)}


@pytest.mark.parametrize("number", ["1", "88888888888888888888"])
@pytest.mark.parametrize("name", ISSUES)
def test_wrong_guesses_are_put_right_with_and_without_shortcuts(
    name: str, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(numbering, "guessed", _always(number))
    assert differences({name: composed(ISSUES[name])}) == []


@pytest.mark.parametrize("number", ["1", "777", "88888888888888888888"])
def test_what_was_guessed_leaves_no_trace(number: str, monkeypatch: pytest.MonkeyPatch) -> None:
    issue = load(ISSUES["sample"])
    usual = pdf.render(issue)
    monkeypatch.setattr(numbering, "guessed", _always(number))
    assert pdf.render(issue) == usual


def test_all_is_laid_out_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parse, parsed = engine._parse, tmp_path / "parsed"

    def counted(*given: Any) -> Any:
        with parsed.open("a") as file:
            file.write("x")
        return parse(*given)

    monkeypatch.setattr(engine, "_parse", counted)
    monkeypatch.setattr(numbering, "guessed", _always("1"))
    pdf.render(load(write(tmp_path, generated(1, 4, 6))))
    assert parsed.read_text() == "x"


def test_each_number_that_is_printed_is_guessed() -> None:
    composition = composed(ISSUES["sample"])
    tree = ElementTree.fromstring(composition.html)
    guesses = numbering.guessed(composition, tree)
    targets = [name for _, name in numbering.links(tree)]
    assert set(guesses) == set(targets)
    first, *_, last = (int(guesses[name]) for name in dict.fromkeys(targets))
    assert 1 < first < last
