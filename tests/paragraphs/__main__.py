"""Lay out made-up documents and issues; tell what is wrong with paragraphs broken as a whole.

``python -m tests.paragraphs --count 500 --seed 1`` takes the documents of five hundred numbers;
with ``--issues`` whole issues, of which it tells where they are less even than broken line by line.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
import traceback
import warnings
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from bulletin_press.editions.pdf import engine
from tests.paragraphs import figures, issues, trial
from tests.paragraphs.documents import document
from tests.paragraphs.figures import Figures
from tests.samebytes import composed

_Found = tuple[int, list[str], tuple[Figures, Figures]]


def of_document(seed: int) -> _Found:
    """What is wrong with the document of a number; its planned lines."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        engine.isolate(folder)
        found, lines = trial.findings(folder / "kept", document(seed), tagged=seed % 4 == 0)
    return seed, found, (Figures(lines), Figures())


def of_issue(seed: int) -> _Found:
    """Where the issue of a number is worse than plain; the figures of both."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        issue = issues.write(seed, folder / "publication")
        even, plain = figures.both(composed(issue), folder)
    worse = even.worse_than(plain)
    return seed, [f"worse in {one}: {even}; plain: {plain}" for one in worse], (even, plain)


def _one(work: tuple[bool, int]) -> _Found:
    is_issue, seed = work
    warnings.simplefilter("ignore")
    try:
        return of_issue(seed) if is_issue else of_document(seed)
    except Exception:
        return seed, [traceback.format_exc()], (Figures(), Figures())


def main() -> int:
    """The command line; returns the exit status."""
    options = argparse.ArgumentParser(prog="python -m tests.paragraphs", description=__doc__)
    options.add_argument("--issues", action="store_true", help="issues, and not documents")
    options.add_argument("--count", type=int, default=0, help="500 documents or 100 issues")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    chosen = options.parse_args()
    count = chosen.count or (100 if chosen.issues else 500)
    begin, wrong = time.monotonic(), 0
    even, plain = Figures(), Figures()
    with ProcessPoolExecutor(chosen.workers, get_context("fork")) as pool:
        work = [(chosen.issues, seed) for seed in range(chosen.seed, chosen.seed + count)]
        for number, (seed, findings, (one, other)) in enumerate(pool.map(_one, work), 1):
            even, plain = even + one, plain + other
            wrong += bool(findings)
            for finding in findings:
                print(f"{seed}: {finding}", flush=True)
            if number % 20 == 0:
                spent = time.monotonic() - begin
                print(f"{number} of {count} in {spent:.0f} s, {wrong} wrong", flush=True)
    print(f"{count} from seed {chosen.seed}, {even.lines} lines: {wrong} wrong")
    if chosen.issues:
        print(f"broken as a whole: {even}\nplain: {plain}")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
