"""Finished editions as plain values: named bytes, and the letter before it is posted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

PDF = "application/pdf"
EPUB = "application/epub+zip"
UNSUBSCRIBE = "bulletin-press:unsubscribe"
PREFERENCES = "bulletin-press:preferences"


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
class Letter:
    """A letter of one issue in one language, the same for every reader of one form.

    ``html`` and ``text`` hold the addresses UNSUBSCRIBE and PREFERENCES where each reader's own
    will stand. ``pictures`` are those that the HTML shows from within the letter: by Content-ID,
    the media type and the bytes.
    """

    subject: str
    language: str
    html: str
    text: str
    pictures: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)
