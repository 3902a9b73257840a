"""Lines of text in the making: words in other clothes, links, notes; what an issue shares."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from PIL import Image

from tests.pages.model import Part
from tests.pages.words import Words

Made = tuple[str, list[Part]]
OTHERS = ("az", "tr", "ru", "el", "ar", "he", "de")
FORMULAS = (r"E = mc^2", r"\frac{a_1}{b}", r"\sum_{i=1}^{n} x_i", r"\mathrm{CO_2}")


@dataclass
class Store:
    """What all articles of an issue share: chance, words, files, names."""

    random: Random
    words: Words
    language: str
    columns: int
    narrow: bool
    files: dict[str, bytes] = field(default_factory=dict)
    titles: dict[str, Part] = field(default_factory=dict)
    counter: int = 0

    def number(self) -> int:
        """A number never given before."""
        self.counter += 1
        return self.counter

    def chance(self, share: float) -> bool:
        """True in that share of cases."""
        return self.random.random() < share

    def picture(self, size: tuple[int, int]) -> str:
        """A new picture file; gives its path in the issue's folder."""
        kind, ending = self.random.choice((("PNG", "png"), ("JPEG", "jpg")))
        out = io.BytesIO()
        colour = tuple(self.random.randrange(60, 220) for _ in range(3))
        Image.new("RGB", size, colour).save(out, kind)
        name = f"figures/p{self.number()}.{ending}"
        self.files[name] = out.getvalue()
        return name


class Lines:
    """Makes the lines of one article; ``notes`` holds the notes called since it was emptied."""

    def __init__(self, store: Store) -> None:
        self.store, self.random = store, store.random
        self.notes: list[str] = []
        self.language = store.language
        self.noted = True
        self.long = 1.0
        self.repeat = ""

    # Words in a line

    def line(self, least: int, most: int, rich: bool = True) -> tuple[str, list[str | Part]]:
        """From ``least`` to ``most`` words, some of them in other clothes or with a note."""
        source: list[str] = []
        found: list[str | Part] = []
        words = self.store.words.some(self.language, least, most)
        while words:
            if rich and len(words) > 2 and self.store.chance(0.06):
                text, parts = self.random.choice(self.INLINES)(self, words)
                source.append(text)
                found += parts
                continue
            found.append(words[0])
            source.append(words.pop(0))
            if rich and self.noted and self.store.chance(0.02):
                text, note = self.note()
                source.append(text)
                found.append(note)
        return " ".join(source), found

    def _styled(self, words: list[str]) -> tuple[str, list[str | Part]]:
        sign = self.random.choice(("*", "**", "``"))
        taken, words[:2] = words[:2], []
        return f"{sign}{' '.join(taken)}{sign}", [*taken]

    def _foreign(self, words: list[str]) -> tuple[str, list[str | Part]]:
        language = self.random.choice([one for one in OTHERS if one != self.language])
        taken: list[str | Part] = [*self.store.words.some(language, 1, 3)]
        return f":{language}:`{' '.join(map(str, taken))}`", [Part("words", taken, language)]

    def _linked(self, words: list[str]) -> tuple[str, list[str | Part]]:
        taken, words[:2] = words[:2], []
        name = f"https://example.org/{self.store.number()}"
        return f"`{' '.join(taken)} <{name}>`__", [Part("link", [*taken])]

    def _address(self, words: list[str]) -> tuple[str, list[str | Part]]:
        path = "/".join(str(self.store.number()) * 3 for _ in range(self.random.randrange(1, 6)))
        return f"https://www.example.org/{path}", []

    def _referred(self, words: list[str]) -> tuple[str, list[str | Part]]:
        if not self.noted or not self.store.titles:
            return self._styled(words)
        name = self.random.choice(sorted(self.store.titles))
        taken, words[:1] = words[:1], []
        return f":article:`{taken[0]} <{name}>`", [Part("link", [*taken])]

    def _formula(self, words: list[str]) -> tuple[str, list[str | Part]]:
        return f":math:`{self.random.choice(FORMULAS)}`", []

    def note(self) -> tuple[str, Part]:
        if self.repeat and self.store.chance(0.2):
            name, self.repeat = self.repeat, ""
            return f"[#{name}]_", Part("again")
        name = f"n{self.store.number()}"
        before, self.noted = self.noted, False
        first, words = self.line(2, int(14 * self.long) + 2)
        note = Part("note", [Part("text", words)])
        text = f".. [#{name}] {first}\n"
        if self.store.chance(0.12):
            more, words = self.line(3, 12)
            text += f"\n   {more}\n"
            note.inside.append(Part("text", words))
        self.noted = before
        self.notes.append(text)
        self.repeat = name
        return f"[#{name}]_", note

    INLINES: tuple[Callable[[Lines, list[str]], tuple[str, list[str | Part]]], ...] = (
        _styled, _styled, _foreign, _linked, _address, _referred, _formula,
    )  # fmt: skip

    def noteless(self, make: Callable[[], Made]) -> Made:
        """A block in which no note is called."""
        before, self.noted = self.noted, False
        made = make()
        self.noted = before
        return made
