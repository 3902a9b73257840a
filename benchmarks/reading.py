"""CPU of reading and proving an issue, as a ratio to docutils parsing the same files.

Usage: python benchmarks/reading.py [ISSUE_FOLDER] [--runs N]

Both run in this process, by turns, after everything is imported and one run of each; the ratio is
the median of the pairs. What is more than 1 is the price of everything that docutils does not
say: places, mistakes that pass in silence, guards, references between articles.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from docutils.core import publish_doctree

from bulletin_press import press
from bulletin_press.source.parse import SETTINGS

HERE = Path(__file__).parent


def plain(folder: Path) -> None:
    """Let docutils parse every file of an issue; what it does not know is a message."""
    for path in sorted(folder.glob("*.rst")):
        publish_doctree(path.read_text("utf-8"), settings_overrides=dict(SETTINGS))


def seconds(work: Callable[[Path], object], folder: Path) -> float:
    """The CPU seconds that ``work`` takes."""
    before = time.process_time()
    work(folder)
    return time.process_time() - before


def main() -> None:
    """Print the CPU of each pair of runs and the median ratio."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("issue", nargs="?", type=Path, default=HERE.parent / "source" / "2026-02")
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    folder = options.issue.resolve()
    ratios = []
    for run in range(options.runs + 1):
        ours, peer = seconds(press.read, folder), seconds(plain, folder)
        if run:
            ratios.append(ours / peer)
            print(f"ours {ours:.3f} s, docutils {peer:.3f} s, ratio {ratios[-1]:.2f}")
    print(f"median ratio {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()
