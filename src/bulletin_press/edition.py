"""Editions as plain values: their names, their finished bytes, the letter before it is posted."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

NAMES = ("pdf", "epub", "web", "letter")
USUAL = ("pdf", "epub")  # what is made if nobody names an edition
PAGED = ("epub", "web")  # what marks the pages of the PDF, unless it is not to
# for whom a PDF can be set; the first is the usual one
PROFILES = ("screen", "large-print", "booklet", "press")
PDF = "application/pdf"
EPUB = "application/epub+zip"
UNSUBSCRIBE = "bulletin-press:unsubscribe"
PREFERENCES = "bulletin-press:preferences"


def wanted(editions: Iterable[str], profiles: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each edition with for whom it is set."""
    for name in editions:
        for profile in profiles if name == "pdf" else PROFILES[:1]:
            yield name, profile


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition's files, by path relative to the output folder; the first one is the edition."""

    name: str
    media_type: str
    files: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that goes with a letter: attached, or linked where ``url`` is given.

    ``form`` is the form of subscription that asks for it, ``octets`` its size.
    """

    form: str
    name: str
    media_type: str
    octets: int
    url: str = ""


@dataclass(frozen=True, slots=True)
class Places:
    """What stands in a letter's HTML and text where each reader's own addresses will."""

    unsubscribe: str = UNSUBSCRIBE
    preferences: str = PREFERENCES

    @classmethod
    def beside(cls, content: bytes) -> Places:
        """Places that nobody who wrote ``content`` can have written: they follow from all of it."""
        mark = hashlib.sha256(content).hexdigest()[:32]
        return cls(f"{UNSUBSCRIBE}-{mark}", f"{PREFERENCES}-{mark}")


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter of one issue in one language, the same for every reader of one form.

    ``html`` and ``text`` hold ``places`` where each reader's own addresses will stand.
    ``pictures`` are those that the HTML shows from within the letter: by Content-ID, the media
    type and the bytes.
    """

    subject: str
    language: str
    html: str
    text: str
    pictures: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)
    places: Places = Places()
