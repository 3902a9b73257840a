"""What the pages and mails of sign-up say, in each language; ``words`` holds a file for each."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from bulletin_press.source.languages import LABELS, direction

LANGUAGES = tuple(LABELS)
_RANGE = re.compile(
    r"\s*([A-Za-z]{1,8})(?:-[A-Za-z0-9-]*)?\s*(?:;\s*q=([01](?:\.[0-9]{0,3})?))?\s*"
)
_LONGEST_HEADER = 500


@dataclass(frozen=True, slots=True)
class Wording:
    """The sentences of one language, by name."""

    language: str
    sentences: Mapping[str, str]

    @property
    def direction(self) -> str:
        """``rtl`` or ``ltr``."""
        return direction(self.language)

    def __call__(self, name: str, **facts: str | int) -> str:
        """The sentence of that name with ``facts`` in their places."""
        return self.sentences[name].format(**facts)


@cache
def wording(tag: str) -> Wording:
    """The wording for a BCP 47 tag by its first subtag; English where the language is unknown."""
    language = tag.split("-")[0].lower()
    if language not in LANGUAGES:
        language = "en"
    file = files(__package__).joinpath("words", f"{language}.toml")
    return Wording(language, MappingProxyType(tomllib.loads(file.read_text("utf-8"))))


def choose(asked: str, known: str, accepted: str, otherwise: str) -> Wording:
    """The wording for a page.

    In this order: the language ``asked`` for, that of the reader's subscription, the one that the
    browser likes best (``accepted``, an Accept-Language header, RFC 9110 §12.5.4), the
    publication's own.
    """
    if asked in LANGUAGES:
        return wording(asked)
    if known.split("-")[0].lower() in LANGUAGES:
        return wording(known)
    liked: list[tuple[float, str]] = []
    for one in accepted[:_LONGEST_HEADER].split(","):
        found = _RANGE.fullmatch(one)
        if found and found[1].lower() in LANGUAGES and (weight := float(found[2] or 1)) > 0:
            liked.append((weight, found[1].lower()))
    best = max(liked, key=lambda one: one[0])[1] if liked else otherwise
    return wording(best)
