"""Made-up archives: articles of words whose frequencies are like those of a language."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from datetime import date
from itertools import accumulate, islice
from pathlib import Path

from bulletin_press.archive import searching
from bulletin_press.archive.holdings import Archive, Contribution, Holding
from bulletin_press.config import Publication

PER_ISSUE = 10
_SOUNDS = "ba ke di lo mu ra ze shi ta no va cho fi pu ger lan".split()


def contribution(
    name: str,
    title: str,
    text: str = "",
    authors: tuple[str, ...] = (),
    keywords: tuple[str, ...] = (),
) -> Contribution:
    """An article of issue ``2026-01``."""
    page, words = f"2026-01/{name}.html", searching.terms(text)
    return Contribution(name, title, title, page, authors, text[:600], keywords, words=words)


def archive(*issues: Iterable[Contribution], language: str = "en") -> Archive:
    """An archive of issues, each its articles, the newest first."""
    holdings = tuple(
        Holding(
            f"2026-{number:02}", "", "Notes", "Notes", f"No. {number}", date(2026, 1, 1), language,
            articles=tuple(articles),
        )
        for number, articles in enumerate(issues, 1)
    )  # fmt: skip
    return Archive(Publication(Path()), holdings)


def word(number: int) -> str:
    """The word of that rank; no two are equal."""
    parts = [_SOUNDS[number % 16]]
    while number := number // 16:
        parts.append(_SOUNDS[number % 16])
    return "".join(parts)


def large(articles: int, terms: int = 350, known: int = 60_000, seed: int = 1) -> Archive:
    """So many articles, each of so many different terms out of those ``known``, by Zipf's law."""
    chance = random.Random(seed)
    words = [word(number) for number in range(known)]
    weights = list(accumulate(1 / (rank + 3) for rank in range(known)))
    issues = []
    for number in range(articles // PER_ISSUE):
        made = []
        for place in range(PER_ISSUE):
            drawn = chance.choices(words, cum_weights=weights, k=2 * terms)
            counted = dict(islice(Counter(drawn).items(), terms))
            told = chance.choices(words, cum_weights=weights, k=60)
            title, text = " ".join(drawn[:6]).capitalize(), " ".join(told[:40])
            author = f"{told[40]} {told[41]}".title()
            page = f"{number}/{place}-{drawn[7]}.html"
            made.append(
                Contribution(
                    f"a{place}", title, title, page, (author,), text, tuple(told[42:46]),
                    words=counted,
                )
            )  # fmt: skip
        line = f"Volume {1 + number // 12}, number {1 + number % 12}"
        day = date(2026, 1, 1)
        issues.append(
            Holding(f"{number}", "", "Notes", "Notes", line, day, "en", articles=tuple(made))
        )
    return Archive(Publication(Path()), tuple(issues))
