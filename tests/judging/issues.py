"""Made-up issues as PDFs and EPUBs, by numbers from which each is made again."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from bulletin_press import press
from bulletin_press.problems import errors
from tests.fuzz.grammar import generate
from tests.printing import generated, write

ARTICLES, PARAGRAPHS = 3, 6


def plain(seed: int, folder: Path, edition: str = "pdf") -> bytes:
    """An issue of articles with headings, notes and references, made in an empty folder."""
    made = _built(write(folder, generated(seed, ARTICLES, PARAGRAPHS)), folder, [edition])
    assert made is not None
    return made[edition]


def magazine(seed: int, folder: Path, edition: str = "pdf") -> bytes | None:
    """An issue of all constructs in any order; None where its grammar made a mistake on purpose."""
    made = _built(generate(seed).write(folder), folder, [edition])
    return made[edition] if made else None


def made(seed: int, folder: Path, editions: Collection[str]) -> dict[str, bytes] | None:
    """Some editions of an issue of either kind, by their names."""
    issue = generated(seed, ARTICLES, PARAGRAPHS) if seed % 2 else None
    return _built(write(folder, issue) if issue else generate(seed).write(folder), folder, editions)


def _built(issue: Path, folder: Path, editions: Collection[str]) -> dict[str, bytes] | None:
    read = press.read(issue)
    if errors(read.problems):
        return None
    built = press.build(issue, list(editions), folder / "built")
    assert built.paths, [str(one) for one in errors(built.problems)]
    files = {path.suffix[1:]: path for path in built.paths}
    return {edition: files[edition].read_bytes() for edition in editions}
