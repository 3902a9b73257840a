"""Read made-up and crippled issues for a time, and save whatever the press gets wrong.

``python -m tests.fuzz`` runs for ``SECONDS`` (60); ``--again FOLDER`` reads a saved case once more;
``--faults`` shows that planted faults are found.
"""

from __future__ import annotations

import argparse
import itertools
import os
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.fuzz import pool
from tests.fuzz.case import Case, saved
from tests.fuzz.grammar import generate
from tests.fuzz.hostile import bomb
from tests.fuzz.mutations import corpus, mutant
from tests.fuzz.shrink import kind, shrink

SAVED = pool.ROOT / "build" / "fuzz"
SHRINK_READINGS = 300


def cases(seed: int, until: float | None = None, most: int | None = None) -> Iterator[Case]:
    """Cases of all kinds in turn, from ``seed`` on, until a time of ``time.monotonic``."""
    issues = corpus()
    for number in itertools.count(seed) if most is None else range(seed, seed + most):
        if until is not None and time.monotonic() >= until:
            return
        if number % 50 == 0:
            yield bomb(number // 50)
        elif number % 2:
            yield generate(number)
        else:
            yield mutant(issues, number)


def fuzz(seed: int, seconds: float, workers: int) -> int:
    """Run, print and save; returns how many kinds of findings there were."""
    seen: dict[str, str] = {}
    waiting: list[tuple[Case, str]] = []

    def found(case: Case, findings: list[str]) -> bool:
        for finding in findings:
            if kind(finding) not in seen:
                seen[kind(finding)] = finding
                waiting.append((case, finding))
                print(f"{case.name}: {finding}", flush=True)
        return len(seen) >= 40

    begin = time.monotonic()
    total = pool.run(cases(seed, begin + seconds), workers, found)
    worker = pool.Worker()
    for case, finding in waiting:
        small = shrink(case, finding, worker.evaluate, SHRINK_READINGS)
        folder = SAVED / f"{case.name}-{len(list(SAVED.glob(f'{case.name}-*')))}"
        small.save(folder)
        case.save(folder / "whole")
        (folder / "finding.txt").write_text(finding + "\n", "utf-8")
        shown = folder.relative_to(pool.ROOT)
        print(
            f"\n{finding}\n  read again: {Path(sys.executable).name} -m tests.fuzz --again {shown}"
        )
    worker.close()
    spent = time.monotonic() - begin
    print(f"\n{total} issues read in {spent:.0f} s from seed {seed}: {len(seen)} findings")
    return len(seen)


def main() -> int:
    """The command line; returns the exit status."""
    options = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    options.add_argument("--again", type=Path, help="a folder below build/fuzz")
    options.add_argument("--seed", type=int, default=int(os.environ.get("SEED", "1")))
    options.add_argument("--seconds", type=float, default=float(os.environ.get("SECONDS", "60")))
    options.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options.add_argument("--faults", action="store_true")
    chosen = options.parse_args()
    if chosen.again:
        worker = pool.Worker()
        findings = worker.evaluate(saved(chosen.again))
        worker.close()
        print("\n".join(findings) or "no finding")
        return bool(findings)
    if chosen.faults:
        from tests.fuzz.faults import plant

        return plant(chosen.seconds, chosen.workers)
    shutil.rmtree(SAVED, ignore_errors=True)
    return bool(fuzz(chosen.seed, chosen.seconds, chosen.workers))


if __name__ == "__main__":
    sys.exit(main())
