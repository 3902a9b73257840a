"""A few made-up and crippled issues, always the same; ``make fuzz`` reads as many as wanted."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz import faults, pool
from tests.fuzz.__main__ import cases
from tests.fuzz.case import Block, Case, saved


def test_made_up_and_crippled_issues_are_read_whole_or_with_an_error_that_has_a_place() -> None:
    found: list[str] = []

    def note(case: Case, findings: list[str]) -> bool:
        found.extend(f"{case.name}: {finding}" for finding in findings)
        return False

    assert pool.run(cases(1, most=100), 1, note) == 100
    assert found == []


@pytest.mark.parametrize("fault", faults.FAULTS, ids=lambda fault: fault.name)
def test_every_planted_fault_fits_the_package(fault: faults.Fault) -> None:
    with faults.faulty(fault) as source:
        assert source.is_dir()


def test_a_fault_is_found(tmp_path: Path) -> None:
    blocks = [Block("Title\n=====\n\n"), Block("Text Qx1z.\n\nQx2z.\n", ("Qx1z", "Qx3z"))]
    files = {"issue.rst": [Block(":Date: 2026-05-29\n")], "01-a.rst": blocks}
    case = Case("by-hand", files, marked=True)
    case.save(tmp_path / "saved")
    worker = pool.Worker()
    found = worker.evaluate(saved(tmp_path / "saved"))
    worker.close()
    assert found == ["lost: Qx3z is 0 times in the tree: 01-a.rst:4"]
