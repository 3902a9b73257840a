"""Issues of paragraphs that look real, in each language that the press knows."""

from __future__ import annotations

from pathlib import Path
from random import Random

from tests.paragraphs.texts import LANGUAGES, paragraph

_PAGES = (("A4", 2), ("A4", 2), ("A4", 1), ("A5", 1), ("letter", 2))


def write(seed: int, folder: Path) -> Path:
    """Write the issue of a number; returns its folder. Languages follow one another."""
    chance = Random(f"issue {seed}")
    language = LANGUAGES[seed % len(LANGUAGES)]
    page, columns = chance.choice(_PAGES)
    issue = folder / "2026-01"
    issue.mkdir(parents=True)
    (folder / "bulletin.toml").write_text(
        f'[publication]\nlanguage = "{language}"\n[pdf]\nseconds = 900\n'
        f'[design]\npage = "{page}"\ncolumns = {columns}\n',
        "utf-8",
    )
    (issue / "issue.rst").write_text("The Bulletin\n============\n\n:Date: 2026-01-31\n", "utf-8")
    for number in range(1, chance.randint(2, 4)):
        words = [" ".join(_marked(chance, language)) for _ in range(chance.randint(8, 16))]
        text = f"Article {number}\n=========\n\n" + "\n\n".join(words) + "\n"
        (issue / f"{number:02}-article.rst").write_text(text, "utf-8")
    return issue


def _marked(chance: Random, language: str) -> list[str]:
    """The words of a paragraph, a few of them in italics or bold."""
    words = paragraph(chance, language)
    for at, word in enumerate(words):
        if chance.random() < 0.03 and word.isalpha():
            words[at] = chance.choice(("*{}*", "**{}**")).format(word)
    return words
