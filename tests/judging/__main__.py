"""Have outside judges judge many made-up issues; ends with an error if one is refused.

``python -m tests.judging`` makes ``COUNT`` issues (200) from the number ``SEED`` (1) on, on all
cores. Each is judged as PDF and as EPUB. What is refused is saved, and told with the line that
makes it again.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser

from tests.judging import epub, pdf
from tests.judging.browser import chromium
from tests.judging.issues import made

ROOT = Path(__file__).resolve().parents[2]
SAVED = ROOT / "build" / "judge"
BATCH = 20


class Outcome(NamedTuple):
    """What came of one number: editions, or the words of a failure; neither if it is no issue."""

    seed: int
    files: dict[str, bytes]
    failure: str


def attempt(seed: int) -> Outcome:
    """Make one issue."""
    with tempfile.TemporaryDirectory(prefix="bulletin-judging-") as folder:
        try:
            return Outcome(seed, made(seed, Path(folder), ["pdf", "epub"]) or {}, "")
        except Exception:
            return Outcome(seed, {}, traceback.format_exc())


def outcomes(first: int, count: int, workers: int) -> Iterator[Outcome]:
    """As many issues and failures as are wanted, by the numbers from ``first`` on."""
    with ProcessPoolExecutor(workers) as pool:
        waiting = [pool.submit(attempt, first + number) for number in range(2 * workers)]
        after, wanted = first + len(waiting), count
        while wanted and waiting:
            outcome = waiting.pop(0).result()
            if outcome.files or outcome.failure:
                wanted -= 1
                yield outcome
            if len(waiting) < wanted:
                waiting.append(pool.submit(attempt, after))
                after += 1
        for one in waiting:
            one.cancel()


def judge(batch: list[Outcome], browser: Browser) -> dict[int, tuple[str, ...]]:
    """What is wrong with each of some issues, by its number."""
    found: dict[int, tuple[str, ...]] = {
        one.seed: (one.failure,) if one.failure else () for one in batch
    }
    for edition, ask in (("pdf", pdf.judged), ("epub", partial(epub.judged, browser))):
        files = {str(one.seed): one.files[edition] for one in batch if edition in one.files}
        for seed, faults in ask(files).items():
            found[int(seed)] += faults
    return found


def report(outcome: Outcome, faults: tuple[str, ...]) -> None:
    """Print and save an issue that was refused."""
    print(f"\nissue {outcome.seed}:", *faults, sep="\n  ")
    for edition, data in outcome.files.items():
        SAVED.mkdir(parents=True, exist_ok=True)
        path = SAVED / f"{outcome.seed}.{edition}"
        path.write_bytes(data)
        print(f"  saved as {path.relative_to(ROOT)}")
    print(f"  again: SEED={outcome.seed} COUNT=1 make judge\n", flush=True)


def run(first: int, count: int, workers: int) -> int:
    """Make, judge and print; returns how many issues were refused."""
    begin, done, refused = time.monotonic(), 0, 0
    batch: list[Outcome] = []
    for outcome in outcomes(first, count, workers):
        batch.append(outcome)
        done += 1
        if len(batch) == BATCH or done == count:
            with chromium() as browser:
                faults = judge(batch, browser)
            for one in batch:
                if faults[one.seed]:
                    report(one, faults[one.seed])
                    refused += 1
            print(f"{done} of {count} issues judged, {refused} refused", flush=True)
            batch = []
    spent = time.monotonic() - begin
    verdict = f"{refused} refused" if refused else "all passed"
    print(f"{done} issues from number {first} on in {spent:.0f} s: {verdict}")
    return refused


def main() -> int:
    """The command line; returns the exit status."""
    options = argparse.ArgumentParser(prog="python -m tests.judging", description=__doc__)
    options.add_argument("--seed", type=int, default=int(os.environ.get("SEED") or 1))
    options.add_argument("--count", type=int, default=int(os.environ.get("COUNT") or 200))
    options.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    given = options.parse_args()
    return min(run(given.seed, given.count, given.workers), 1)


if __name__ == "__main__":
    sys.exit(main())
