"""CPU, memory and contents lists of typesetters that set the same text, ours among them.

Usage: python -m benchmarks.peers [--sizes 1,10,100] [--rounds 3,2,1] [--peers a,b] [--tools FOLDER]
                                  [--bound SECONDS] [--json FILE] [--read FILE] [--document]

benchmarks/peers-setup installs the others into FOLDER. The text is the sample issue, so many times
over. All setters run once in each round, one after the other; the ratio is the median of what each
took in a round to what plain WeasyPrint took in it. The results are written to a file as JSON;
``--document`` puts them into docs/performance.md, and ``--read`` takes earlier ones.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from benchmarks.peers import forms, measure, report
from benchmarks.peers.contents import check
from benchmarks.peers.forms import Text
from benchmarks.peers.report import Outcome, Report
from benchmarks.peers.setters import SETTERS, Setter, Tools
from bulletin_press import press

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Run the setters by turns, or read what they took, and tell it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", default="1,10,100")
    parser.add_argument("--rounds", default="3,2,1", help="of each size; the last one of the rest")
    every = ",".join(one.key for one in SETTERS)
    parser.add_argument("--peers", default=every, help=every)
    parser.add_argument("--tools", type=Path, default=ROOT.parent / "peers")
    parser.add_argument("--bound", type=float, default=600, help="CPU seconds for one run")
    parser.add_argument("--json", type=Path, default=ROOT / "build" / "peers.json")
    parser.add_argument("--read", type=Path)
    parser.add_argument("--document", action="store_true")
    given = parser.parse_args()
    if given.read:
        told = Report.load(given.read)
    else:
        told = Report(report.machine(), {})
        keys = given.peers.split(",")
        if unknown := set(keys) - {one.key for one in SETTERS}:
            sys.exit(f"unknown: {', '.join(sorted(unknown))}")
        chosen = [one for one in SETTERS if one.key in keys]
        given.json.parent.mkdir(parents=True, exist_ok=True)
        sizes, rounds = (
            [int(number) for number in numbers.split(",")]
            for numbers in (given.sizes, given.rounds)
        )
        rounds += rounds[-1:] * len(sizes)
        for size, times in zip(sizes, rounds, strict=False):
            told.sizes[size] = compare(
                chosen, Tools(given.tools.resolve()), size, times, given.bound
            )
            given.json.write_text(json.dumps(asdict(told), indent=1) + "\n", "utf-8")
    print(report.tables(told))
    if given.document:
        report.document(told, ROOT / "docs")


def compare(
    setters: list[Setter], tools: Tools, size: int, rounds: int, bound: float
) -> dict[str, Outcome]:
    """Run each setter once in each round."""
    issue = press.read(ROOT / "source" / "2026-02").issue
    with tempfile.TemporaryDirectory() as temporary:
        text = forms.write(issue, size, Path(temporary).resolve(), tools.pandoc)
        print(f"{size} times: {len(text.titles)} articles, {text.words} words", flush=True)
        outcomes = {
            one.key: Outcome(one.name, one.version(tools), one.absent(tools)) for one in setters
        }
        for number in range(rounds):
            for one in setters:
                if not outcomes[one.key].failed:
                    once(one, tools, text, bound, outcomes[one.key], number)
    return outcomes


def once(
    setter: Setter, tools: Tools, text: Text, bound: float, outcome: Outcome, number: int
) -> None:
    """Run a setter, and look at what it made."""
    folder = text.folder / f"run-{setter.key}"
    folder.mkdir()
    job = setter.job(tools, text, folder)
    if job.before:
        job.before()
    made = measure.run(job.command, folder, bound, job.environment)
    outcome.failed = made.failed or ("" if job.result.exists() else "wrote no PDF")
    print(
        f"  {number + 1}  {setter.name:30}{made.cpu:9.2f} s CPU{made.wall:9.2f} s"
        f"{made.memory:7.0f} MiB  {outcome.failed}",
        flush=True,
    )
    outcome.cpu.append(made.cpu)
    outcome.wall.append(made.wall)
    outcome.memory = max(outcome.memory, made.memory)
    if outcome.failed:
        print((folder / "log").read_text("utf-8", "replace")[-1500:], file=sys.stderr)
    else:
        contents = check(job.result, text.titles)
        outcome.pages, outcome.contents = contents.pages, str(contents)
        outcome.kilobytes = job.result.stat().st_size / 1000
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
