"""With the engine's shortcuts and without them, the bytes are the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bulletin_press.editions.pdf.composition import Composition
from bulletin_press.editions.pdf.shortcuts import touchpoints
from tests.documents import documents
from tests.pages.issues import make
from tests.printing import generated, write
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
