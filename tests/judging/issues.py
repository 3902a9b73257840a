"""Made-up issues as PDFs, by numbers from which each is made again."""

from __future__ import annotations

from pathlib import Path

from bulletin_press import press
from bulletin_press.problems import errors
from tests.fuzz.grammar import generate
from tests.printing import generated, write

ARTICLES, PARAGRAPHS = 3, 6


def plain(seed: int, folder: Path) -> bytes:
    """An issue of articles with headings, notes and references, made in an empty folder."""
    pdf = _built(write(folder, generated(seed, ARTICLES, PARAGRAPHS)), folder)
    assert pdf is not None
    return pdf


def magazine(seed: int, folder: Path) -> bytes | None:
    """An issue of all constructs in any order; None where its grammar made a mistake on purpose."""
    return _built(generate(seed).write(folder), folder)


def made(seed: int, folder: Path) -> bytes | None:
    """One of either kind."""
    return plain(seed, folder) if seed % 2 else magazine(seed, folder)


def _built(issue: Path, folder: Path) -> bytes | None:
    read = press.read(issue)
    if errors(read.problems):
        return None
    built = press.build(issue, ["pdf"], folder / "built")
    assert built.paths, [str(one) for one in errors(built.problems)]
    return built.paths[0].read_bytes()
