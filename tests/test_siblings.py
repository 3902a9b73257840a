"""One issue in several languages: which folders are one issue, and what is wrong with a tie."""

from __future__ import annotations

from pathlib import Path

import pytest

from bulletin_press import folders, press
from bulletin_press.source import siblings
from tests.conftest import article, write_issue

TOML = '[publication]\nlanguage = "en"\n'


def masthead(*fields: str) -> str:
    return "\n".join(["Notes", "=====", "", ":Date: 2026-02-01", ":Number: 2", *fields, ""])


def issue(root: Path, name: str, *fields: str) -> Path:
    files = {"issue.rst": masthead(*fields), "01-a.rst": article("A")}
    return write_issue(root, files, TOML, name)


def messages(folder: Path) -> list[str]:
    return [str(one).partition("\n")[0] for one in press.read(folder).problems]


def test_an_issue_and_its_translations_are_one_family_in_either_order(tmp_path: Path) -> None:
    first = issue(tmp_path, "2026-02")
    second = issue(tmp_path, "2026-02-az", ":Language: az", ":Translation-of: 2026-02")
    third = issue(tmp_path, "2026-02-tr", ":Language: tr", ":Translation-of: 2026-02")
    issue(tmp_path, "2026-03")
    for one in (first, second, third):
        assert siblings.family(tmp_path, one) == (first, second, third)


def test_siblings_may_share_their_number_but_not_their_identifier(tmp_path: Path) -> None:
    first = issue(tmp_path, "2026-02")
    second = issue(tmp_path, "2026-02-az", ":Language: az", ":Translation-of: 2026-02")
    assert messages(first) == messages(second) == []
    one, other = press.read(first).issue, press.read(second).issue
    assert one.identifier != other.identifier
    assert other.translation_of == "2026-02"


def test_the_newest_issue_is_the_original(tmp_path: Path) -> None:
    first = issue(tmp_path, "2026-02")
    issue(tmp_path, "2026-02-az", ":Language: az", ":Translation-of: 2026-02")
    assert folders.locate(None, tmp_path) == first


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ([":Language: az", ":Translation-of: 2026-01"], "there is no issue “2026-01”"),
        ([":Language: az", ":Translation-of: 2026-02-az"], "an issue is no translation of itself"),
        ([":Translation-of: 2026-02"], "2026-02 is the same issue in the same language, en"),
        ([":Language: az", ":Translation-of: ../x"], "takes the name of another issue's folder"),
    ],
)
def test_a_wrong_tie_is_named(tmp_path: Path, fields: list[str], words: str) -> None:
    issue(tmp_path, "2026-02")
    found = messages(issue(tmp_path, "2026-02-az", *fields))
    assert any(words in line and "S113" in line for line in found)


def test_a_translation_of_a_translation_names_the_original(tmp_path: Path) -> None:
    issue(tmp_path, "2026-02")
    issue(tmp_path, "2026-02-az", ":Language: az", ":Translation-of: 2026-02")
    third = issue(tmp_path, "2026-02-tr", ":Language: tr", ":Translation-of: 2026-02-az")
    assert any("name 2026-02, its original" in line for line in messages(third))
