"""CPU of making an EPUB of many articles and pictures, as a ratio to EbookLib's documented way.

Usage: python benchmarks/epub.py [--articles N ...] [--pictures N] [--runs N]

Generated issues of about 6 kB an article, with headings, notes, tables, lists, references, and
pictures of 200 kB, are read once, and given the beginnings of half as many pages again as they
have articles. Ours goes from the tree to the proven bytes, page marks included. The peer has the
same pages' markup and the same pictures at hand as strings and bytes, and gives them to EpubHtml,
EpubItem and write_epub. Both run in processes of their own, by turns; the ratio is the median of
the pairs. Loading and checking the pictures, the cover, and cutting the faces are shown apart;
what reading has left in memory is frozen, since a forked process pays for every page it touches.
"""

from __future__ import annotations

import argparse
import gc
import os
import pickle
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from docutils import nodes
from ebooklib import epub as peer
from lxml import etree
from PIL import Image

from bulletin_press import fonts, press
from bulletin_press.editions import epub as ours
from bulletin_press.editions.epub.cover import drawing, files
from bulletin_press.editions.epub.text import pages as reading_pages
from bulletin_press.issue import Issue
from bulletin_press.pagination import IGNORED, OPENING, PageStart, Pagination

WORDS = (
    "the council measured water of river in stone bridge and harbor with old cranes a line to"
    " station under snow while engineers counted every pillar from quarry by road that led over"
    " hills toward markets where grain was weighed before winter came again"
).split()
SIDE = 450  # pixels of a picture whose noise makes 200 kB


def issue(folder: Path, articles: int, pictures: int) -> None:
    """Write the sources of an issue into ``folder``."""
    chance = random.Random(articles)
    names = [f"report-{number:04}.rst" for number in range(articles)]
    (folder / "issue.rst").write_text(
        "=======\nNotes\n=======\n\n:Number: 1\n:Date: 2026-03-01\n\n.. articles::\n\n"
        + "".join(f"   {name}\n" for name in names),
        "utf-8",
    )
    for number in range(pictures):
        noise = Image.frombytes("L", (SIDE, SIDE), chance.randbytes(SIDE * SIDE))
        noise.save(folder / f"{number}.jpg", quality=90)
    for number, name in enumerate(names):
        (folder / name).write_text(article(chance, number, articles, pictures), "utf-8")


def article(chance: random.Random, number: int, articles: int, pictures: int) -> str:
    """The source of one article."""

    def prose(sentences: int) -> str:
        made = (" ".join(chance.choices(WORDS, k=14)).capitalize() for _ in range(sentences))
        return ". ".join(made) + "."

    title = f"Report {number} on " + " ".join(chance.choices(WORDS, k=4))
    parts = [f"{title}\n{'=' * len(title)}", f":Author: Writer {number % 90}\n:Summary: {prose(1)}"]
    for part in range(2):
        heading = " ".join(chance.choices(WORDS, k=3)).capitalize()
        parts += [f"{heading}\n{'-' * len(heading)}", prose(6)]
        parts += [
            f"{prose(2)} A word is *stressed* and **strong**, with a note. [#n{part}]_",
            prose(5),
        ]
        parts += [f"- {prose(1)}\n- {prose(1)}", f".. [#n{part}] {prose(1)}"]
    other = (number * 7 + 1) % articles
    parts.append(
        f"More is in :article:`the report <report-{other:04}>`, and at https://example.org/."
    )
    parts.append(".. list-table:: Figures\n   :header-rows: 1\n\n" + "\n".join(
        f"   * - {chance.choice(WORDS)}\n     - {chance.randrange(999)}" for _ in range(4)
    ))  # fmt: skip
    if number * pictures // articles != (number + 1) * pictures // articles:
        file = number * pictures // articles
        parts.append(f".. figure:: {file}.jpg\n   :alt: Grey noise\n\n   {prose(1)}")
    return "\n\n".join(parts) + "\n"


def pagination(made: Issue) -> Pagination:
    """Page starts: each article's, and one within the longest paragraph of every second."""
    starts = [PageStart("1", "", 0)]
    for number, one in enumerate(made.articles):
        title = one.title_node
        starts.append(_start(len(starts) + 1, str(title["ids"][0]), 0, title.astext()))
        if number % 2:
            paragraph = max(
                (part for part in one.section.findall(nodes.paragraph) if len(part) == 1),
                key=lambda part: len(part.astext()),
            )
            words = paragraph.astext()
            at = words.index(" ", len(words) // 2) + 1
            starts.append(_start(len(starts) + 1, str(paragraph["ids"][0]), at, words))
    return Pagination(tuple(starts), {}, "")


def _start(folio: int, block: str, at: int, words: str) -> PageStart:
    before, after = IGNORED.sub("", words[:at]), IGNORED.sub("", words[at:])
    return PageStart(str(folio), block, len(before), after[:OPENING])


def plain(given: list[tuple[str, str, str]], pictures: dict[str, bytes], path: Path) -> None:
    """The book in the way that EbookLib's documentation shows."""
    book = peer.EpubBook()
    book.set_identifier("benchmark")
    book.set_title("Notes")
    book.set_language("en")
    book.add_author("A. Writer")
    chapters = []
    for name, title, body in given:
        chapter = peer.EpubHtml(title=title, file_name=name, lang="en")
        chapter.content = body
        book.add_item(chapter)
        chapters.append(chapter)
    for number, (name, data) in enumerate(pictures.items()):
        book.add_item(peer.EpubImage(
            uid=f"picture{number}", file_name=name, media_type="image/jpeg", content=data
        ))  # fmt: skip
    book.toc = tuple(chapters)
    book.add_item(peer.EpubNcx())
    book.add_item(peer.EpubNav())
    book.spine = ["nav", *chapters]
    peer.write_epub(str(path), book, {})


class Clock:
    """CPU seconds by the name of what they were spent on; the work within work counts once."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}

    @contextmanager
    def on(self, name: str) -> Iterator[None]:
        """Count what is done inside."""
        before, known = time.process_time(), sum(self.spent.values())
        yield
        inner = sum(self.spent.values()) - known
        self.spent[name] = self.spent.get(name, 0) + time.process_time() - before - inner

    def watch(self, owner: Any, name: str, kind: str) -> None:
        """Count every call of a function by itself."""
        function = getattr(owner, name)

        def counted(*arguments: Any, **named: Any) -> Any:
            with self.on(kind):
                return function(*arguments, **named)

        setattr(owner, name, counted)


def forked(work: Callable[[], object]) -> Any:
    """What ``work`` gives in a process of its own, which begins as this one stands."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            with open(writing, "wb") as answer:  # noqa: PTH123
                pickle.dump(work(), answer)
        finally:
            os._exit(0)
    os.close(writing)
    with open(reading, "rb") as answer:  # noqa: PTH123
        given = answer.read()
    os.waitpid(child, 0)
    return pickle.loads(given)


def product(made: Issue, paged: Pagination) -> tuple[dict[str, float], str]:
    """Our CPU by kinds of work, and the hash of the book."""
    clock = Clock()
    clock.watch(ours, "artwork", "pictures")
    clock.watch(drawing, "draw", "cover")
    clock.watch(files, "inside", "cover")
    clock.watch(fonts, "_cut", "faces")
    with clock.on("rest"):
        edition = ours.render(made, pagination=paged)
    (data,) = edition.files.values()
    return clock.spent, sha256(data).hexdigest()


def main() -> None:
    """Print the CPU of each pair of runs, the median ratio, and how it grows with the issue."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, nargs="+", default=[250, 500, 1000])
    parser.add_argument("--pictures", type=int, default=200)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--hash", action="store_true", help="show the SHA-256 of the book")
    options = parser.parse_args()
    for articles in options.articles:
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            issue(folder, articles, options.pictures)
            before = time.process_time()
            read = press.read(folder)
            assert not read.problems, read.problems[:5]
            reading = time.process_time() - before
            compare(read.issue, folder, options.runs, options.hash, reading)


def compare(made: Issue, folder: Path, runs: int, hashed: bool, reading: float) -> None:
    """Run both by turns and print what they took."""
    paged = pagination(made)
    pictures = {uri: (folder / uri).read_bytes() for uri in made.pictures}
    given = [
        (page.path, page.title, etree.tostring(page.body, encoding="unicode"))
        for page in reading_pages(made, {uri: uri for uri in pictures})[0]
    ]
    size = sum(len(body) for _, _, body in given)
    print(f"{len(made.articles)} articles, {size / 1e6:.1f} MB of markup, {len(pictures)} pictures"
          f" of {sum(map(len, pictures.values())) / 1e6:.0f} MB, {len(paged.pages)} pages;"
          f" reading the sources took {reading:.1f} s")  # fmt: skip

    def naive() -> float:
        before = time.process_time()
        plain(given, pictures, folder / "peer.epub")
        return time.process_time() - before

    gc.collect()
    gc.freeze()
    ratios, rests = [], []
    for _ in range(runs):
        other = forked(naive)
        spent, digest = forked(lambda: product(made, paged))
        total = sum(spent.values())
        ratios.append(total / other)
        rests.append(spent["rest"])
        kinds = ", ".join(f"{name} {took:.2f}" for name, took in sorted(spent.items()))
        print(f"  EbookLib {other:.2f} s   bulletin-press {total:.2f} s ({kinds})"
              f"   {ratios[-1]:.2f}", digest[:16] if hashed else "", flush=True)  # fmt: skip
    print(f"  median ratio {statistics.median(ratios):.2f}, rest {statistics.median(rests):.2f} s")


if __name__ == "__main__":
    main()
