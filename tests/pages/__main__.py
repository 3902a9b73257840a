"""Lay out made-up issues and read them back; save what goes wrong, made small.

``python -m tests.pages --count 1000 --seed 1`` takes the issues of a thousand numbers.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from pathlib import Path

from tests.fuzz.shrink import kind, shrink
from tests.pages import trial
from tests.pages.issues import make

SAVED = Path(__file__).resolve().parents[2] / "build" / "pages"


def one(seed: int) -> list[str]:
    """The findings of the issue of a number."""
    return trial.findings(make(seed))


def run(seeds: range, workers: int) -> Iterator[tuple[int, list[str]]]:
    """Numbers and findings of issues, as they are done."""
    with ProcessPoolExecutor(workers) as pool:
        left = iter(seeds)
        at_work: dict[Future[list[str]], int] = {}
        while True:
            while len(at_work) < 2 * workers and (seed := next(left, None)) is not None:
                at_work[pool.submit(one, seed)] = seed
            if not at_work:
                return
            done, _ = wait(at_work, return_when=FIRST_COMPLETED)
            for future in done:
                yield at_work.pop(future), future.result()


def save(seed: int, findings: list[str], readings: int) -> Path:
    """Write a failing issue, made small, and its findings; returns the folder."""
    made = make(seed)
    small = shrink(made.case, findings[0], lambda case: trial.findings(made, case), readings)
    folder = SAVED / str(seed)
    shutil.rmtree(folder, ignore_errors=True)
    made.write(folder, small)
    (folder / "findings.txt").write_text("\n".join(findings) + "\n", "utf-8")
    return folder


def main() -> int:
    """The command line; returns the exit status."""
    options = argparse.ArgumentParser(prog="python -m tests.pages", description=__doc__)
    options.add_argument("--count", type=int, default=int(os.environ.get("COUNT") or 1000))
    options.add_argument("--seed", type=int, default=int(os.environ.get("SEED") or 1))
    options.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options.add_argument("--readings", type=int, default=60, help="layouts to make one small")
    chosen = options.parse_args()
    begin, wrong = time.monotonic(), 0
    seen: set[str] = set()
    for number, (seed, findings) in enumerate(
        run(range(chosen.seed, chosen.seed + chosen.count), chosen.workers), 1
    ):
        wrong += bool(findings)
        kinds = {kind(finding): finding for finding in findings}
        for finding in kinds.values():
            print(f"issue {seed}: {finding}", flush=True)
        if kinds.keys() - seen and chosen.readings:
            print(f"  saved in {save(seed, findings, chosen.readings)}", flush=True)
        seen |= kinds.keys()
        if number % 20 == 0:
            spent = time.monotonic() - begin
            print(f"{number} of {chosen.count} issues in {spent:.0f} s, {wrong} wrong", flush=True)
    print(f"{chosen.count} issues from seed {chosen.seed}: {wrong} wrong")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
