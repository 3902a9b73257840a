"""How long it takes from a save to the new page's picture, by the command that serves the preview.

Usage: python benchmarks/preview.py [ISSUE_FOLDER] [--edits N]

A copy of the issue is served. By turns a word is added to the last long paragraph of its last
article, and taken out again. After each save the news of the server are awaited, and the first page
that has changed is fetched as PNG; both times are from the end of the save. At the end, the PDF of
the preview is compared with that of a build from scratch.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bulletin_press import config

HERE = Path(__file__).parent
WIDTH = 900  # dots, as for a usual screen
PAUSE = 1.0  # seconds between edits, as somebody types


def news(address: str) -> Iterator[dict[str, Any]]:
    """What the server tells a browser, from now on."""
    with urllib.request.urlopen(f"{address}events") as answer:
        for line in answer:
            if line.startswith(b"data: "):
                yield json.loads(line[6:])


def hashes(view: dict[str, Any]) -> list[str]:
    """The looks of the pages shown."""
    return [page["sha256"] for page in view["pages"]]


def copied(issue: Path, folder: Path) -> Path:
    """A publication in ``folder`` with this issue alone; returns the issue's folder."""
    root = config.find_root(issue)
    made = folder / "source" / issue.name
    shutil.copytree(issue, made)
    target = folder / "bulletin.toml"
    if root:
        shutil.copy(root / "bulletin.toml", target)
    else:
        target.write_text("")
    return made


def texts(issue: Path) -> tuple[Path, str, str]:
    """The last article, its text, and the same with a word more."""
    path = sorted(one for one in issue.glob("*.rst") if one.name != "issue.rst")[-1]
    text = path.read_text("utf-8")
    blocks = text.split("\n\n")
    long = [one for one in blocks if len(one) > 200 and one[0].isalpha() and "::" not in one][-1]
    return path, text, text.replace(long, f"{long} Furthermore.")


def main() -> None:
    """Print the times of each edit, their medians, and whether the bytes are those of a build."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("issue", nargs="?", type=Path, default=HERE.parent / "source" / "2026-02")
    parser.add_argument("--edits", type=int, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        issue = copied(options.issue.resolve(), Path(temporary))
        path, *both = texts(issue)
        command = [sys.executable, "-m", "bulletin_press"]
        serve = [*command, "serve", "--no-open", "--port", "0", str(issue)]
        with subprocess.Popen(serve, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            address = process.stdout.readline().strip()
            views = news(address)
            before = hashes(next(view for view in views if view["pages"] and not view["busy"]))
            told, shown = [], []
            for number in range(options.edits):
                time.sleep(PAUSE)
                path.write_text(both[(number + 1) % 2], "utf-8")
                saved = time.perf_counter()
                view = next(one for one in views if one["pages"] and hashes(one) != before)
                told.append(time.perf_counter() - saved)
                after = hashes(view)
                changed = next(one for one in after if one not in before)
                urllib.request.urlopen(f"{address}pages/{changed}-{WIDTH}.png").read()
                shown.append(time.perf_counter() - saved)
                while view["busy"]:
                    view = next(views)
                before = hashes(view)
                print(f"news after {told[-1]:.2f} s   picture after {shown[-1]:.2f} s")
            served = urllib.request.urlopen(f"{address}issue.pdf").read()
            process.terminate()
        built = [*command, "build", str(issue), "-e", "pdf", "--no-cache", "-o", f"{temporary}/out"]
        subprocess.run(built, check=True, capture_output=True)
        (fresh,) = (one.read_bytes() for one in Path(temporary, "out").glob("*.pdf"))
    print(
        f"medians: news {statistics.median(told):.2f} s, picture {statistics.median(shown):.2f} s"
    )
    print("the bytes are those of a build" if fresh == served else "THE BYTES ARE OTHERS")


if __name__ == "__main__":
    main()
