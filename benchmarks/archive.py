"""Time, CPU and memory of the site of a large archive, whole and after one more issue.

Usage: python benchmarks/archive.py [--issues N ...] [--jobs N]

Generated issues of five articles of 3 kB are published weekly; the words are drawn by Zipf's law
from 60,000. The editions of the first issue are built; those of the others are its files under
other names, noted as fresh, since laying out thousands of pages is not what is measured. For each
number of issues a process of its own makes the whole site, then the site after one more issue, and
once more with nothing new. The growth is that of the CPU per issue from the least to the most.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import resource
import shutil
import tempfile
import time
from datetime import date, timedelta
from hashlib import sha256
from itertools import accumulate
from pathlib import Path
from typing import Any

from bulletin_press import config, folders, freshness, press
from bulletin_press.archive import editions, site
from bulletin_press.freshness import Note
from bulletin_press.pagination import Pagination

ARTICLES, PARAGRAPHS, LENGTH = 5, 6, 80  # of an issue, of an article, of a paragraph
VOCABULARY, AUTHORS, SUBJECTS = 60_000, 400, 600
TOML = """\
[publication]
title = "Valley Notes"
publisher = "Example Institute"
base-url = "https://valley.example.org/"
"""


class Words:
    """Texts of made-up words, the common ones often."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        letters = "aeioubdfgklmnprst"
        size = len(letters)
        self.words = [
            letters[n % size] + letters[n // size % size] + letters[n // size**2 % size]
            + (letters[n // size**3] if n >= size**3 else "")
            for n in range(VOCABULARY)
        ]  # fmt: skip
        self.weights = list(accumulate(1 / (n + 2) for n in range(VOCABULARY)))

    def text(self, length: int) -> str:
        """A sentence of so many words."""
        found = self.chance.choices(self.words, cum_weights=self.weights, k=length)
        return " ".join(found).capitalize() + "."


def write(root: Path, number: int, words: Words) -> Path:
    """Write the sources of the issue of that number; returns its folder."""
    day = date(1990, 1, 1) + timedelta(weeks=number)
    folder = root / "source" / f"{day:%Y-%m-%d}"
    folder.mkdir(parents=True)
    head = "Valley Notes\n============\n\n"
    fields = f":Date: {day}\n:Volume: {day.year}\n:Number: {day.isocalendar().week}\n"
    (folder / "issue.rst").write_text(f"{head}{fields}:Summary: {words.text(12)}\n", "utf-8")
    for one in range(ARTICLES):
        title = words.text(5)
        author, subject = words.chance.randrange(AUTHORS), words.chance.randrange(SUBJECTS)
        lines = [title, "=" * len(title), "", f":Author: Ada {words.words[author].title()}"]
        lines += [f":Keywords: {words.words[subject]}", f":Summary: {words.text(15)}", ""]
        for _ in range(PARAGRAPHS):
            lines += [words.text(LENGTH), ""]
        (folder / f"{one + 1:02}-part-{one}.rst").write_text("\n".join(lines), "utf-8")
    return folder


def adopt(root: Path, folder: Path, first: Path) -> None:
    """Give an issue the editions of the first one, as if they had been built."""
    publication = config.load(root)
    source = folders.destination(publication, first)
    target = folders.destination(publication, folder)
    stems = (f"{publication.id}-{first.name}", f"{publication.id}-{folder.name}")
    paths = []
    for path in source.rglob("*"):
        if path.is_file():
            name = path.relative_to(source).as_posix().replace(*stems)
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            paths.append(Path(shutil.copyfile(path, target / name)))
    sources = freshness.fingerprint(publication, folder)
    printed = sha256((target / f"{stems[1]}.pdf").read_bytes()).hexdigest()
    pages = Pagination((), {f"part-{one}": str(one + 2) for one in range(ARTICLES)}, printed)
    freshness.remember(target, Note(sources, pagination=pages), paths)


def archive(root: Path, issues: int) -> tuple[Path, Words]:
    """Write an archive of so many issues, its editions built; its first issue and its words."""
    words = Words(issues)
    (root / "bulletin.toml").write_text(TOML, "utf-8")
    first = write(root, 0, words)
    editions.offered(press.read(first), first)
    for number in range(1, issues):
        adopt(root, write(root, number, words), first)
    return first, words


def measured(root: Path, jobs: int, answers: Any) -> None:
    """Make the site in this process, and tell seconds, CPU seconds, and megabytes at the most."""
    began = time.perf_counter()
    built = site.build(root, processes=jobs)
    assert built.folder, built.problems
    own, others = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    used = [one.ru_utime + one.ru_stime for one in (own, others)]
    answers.put((time.perf_counter() - began, sum(used), own.ru_maxrss / 1024,
                 others.ru_maxrss / 1024, len(built.shelved)))  # fmt: skip


def run(root: Path, jobs: int) -> tuple[float, float, float, float, int]:
    """The same in a process of its own."""
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    process = context.Process(target=measured, args=(root, jobs, answers))
    process.start()
    found: tuple[float, float, float, float, int] = answers.get()
    process.join()
    return found


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--issues", type=int, nargs="+", default=[125, 250, 500, 1000])
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    print("issues  site       made  seconds    CPU s  MB own  MB of a helper")
    each = {}
    for issues in given.issues:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder).resolve()
            first, words = archive(root, issues)
            for name in ("whole", "one more", "nothing"):
                if name == "one more":
                    adopt(root, write(root, issues, words), first)
                seconds, used, own, others, made = run(root, given.jobs)
                each[issues, name] = used
                row = f"{issues:6}  {name:9}{made:6}{seconds:9.1f}{used:9.1f}{own:8.0f}"
                print(f"{row}{others:8.0f}", flush=True)
    least, most = min(given.issues), max(given.issues)
    grown = (each[most, "whole"] / most) / (each[least, "whole"] / least)
    print(f"CPU of the whole site per issue, {most} issues to {least}: {grown:.2f}")


if __name__ == "__main__":
    main()
