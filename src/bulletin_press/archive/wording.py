"""What the pages of the archive say, in each language; ``words`` holds a file for each."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from bulletin_press.source.languages import LABELS


@dataclass(frozen=True, slots=True)
class Wording:
    """The sentences of one language, by name."""

    sentences: Mapping[str, str]

    def __call__(self, name: str, **facts: str | int) -> str:
        """The sentence of that name with ``facts`` in their places, if any are given."""
        sentence = self.sentences[name]
        return sentence.format(**facts) if facts else sentence


@cache
def wording(tag: str) -> Wording:
    """The wording for a BCP 47 tag by its first subtag; English where the language is unknown."""
    language = tag.split("-")[0].lower()
    if language not in LABELS:
        language = "en"
    file = files(__package__).joinpath("words", f"{language}.toml")
    return Wording(MappingProxyType(tomllib.loads(file.read_text("utf-8"))))
