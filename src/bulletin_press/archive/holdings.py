"""What the archive knows of its issues: plain values, kept as JSON from one run to the next."""

from __future__ import annotations

import unicodedata
from collections.abc import ItemsView, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any
from urllib.parse import quote, urlsplit

from bulletin_press.config import Publication

Day = date
_KEPT = "/%:@!$&'()*+,;=~"


@dataclass(frozen=True, slots=True)
class File:
    """A file of the site: its path below the site's folder, its SHA-256 in hex, its size."""

    path: str
    sha256: str
    octets: int


@dataclass(frozen=True, slots=True)
class Download:
    """A file to take away: ``form`` is ``pdf``, ``epub`` or ``large-print``."""

    form: str
    media_type: str
    file: File


@dataclass(frozen=True, slots=True)
class Erratum:
    """A correction: the day on which it was made, and its words."""

    day: date
    text: str


class Terms(Mapping[str, int]):
    """Terms and how often each stands in a text, kept as one string of ``term:count`` words."""

    __slots__ = ("packed",)

    def __init__(self, counted: Mapping[str, int] | str) -> None:
        if isinstance(counted, str):
            self.packed = counted
        elif isinstance(counted, Terms):
            self.packed = counted.packed
        else:
            self.packed = " ".join(f"{term}:{counted[term]}" for term in sorted(counted))

    def _pairs(self) -> Iterator[tuple[str, int]]:
        for word in self.packed.split():
            term, _, count = word.rpartition(":")
            yield term, int(count)

    def __iter__(self) -> Iterator[str]:
        return (term for term, _ in self._pairs())

    def __len__(self) -> int:
        return self.packed.count(":")

    def __getitem__(self, term: str) -> int:
        return dict(self._pairs())[term]

    def items(self) -> ItemsView[str, int]:
        """All terms with their counts, unpacked once."""
        return dict(self._pairs()).items()


@dataclass(frozen=True, slots=True)
class Contribution:
    """An article as the archive lists it.

    ``page`` and ``offprint`` are paths below the site's folder, the second may be empty; ``first``
    and ``last`` the folios of its first and last printed page, empty if no PDF was laid out.
    ``words`` are the terms of its text, each with how often it stands there, as
    ``searching.terms`` finds them; ``names`` the ids of the blocks in which each name of [names]
    stands, ``folios`` the printed page of each of these blocks.
    """

    id: str
    heading: str
    title: str
    page: str
    authors: tuple[str, ...] = ()
    summary: str = ""
    keywords: tuple[str, ...] = ()
    first: str = ""
    last: str = ""
    offprint: str = ""
    words: Mapping[str, int] = field(default_factory=dict)
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    folios: Mapping[str, str] = field(default_factory=dict)
    errata: tuple[Erratum, ...] = ()

    def updated(self, day: date) -> date:
        """The day of its latest correction, else ``day``, that of its issue."""
        return max((day, *(one.day for one in self.errata)))


@dataclass(frozen=True, slots=True)
class Holding:
    """One issue in the archive.

    ``name`` is title and month, ``line`` volume, number and month as printed. ``covers`` are the
    pictures of the cover by their width in pixels, ``card`` the one for previews in messages.
    ``files`` are all files of the issue's folder, pages too, in order of their paths. ``moved``
    leads from the path of each former page to that of today, ``copies`` from that of a former file.
    """

    id: str
    identifier: str
    title: str
    name: str
    line: str
    date: date
    language: str
    publisher: str = ""
    subtitle: str = ""
    summary: str = ""
    rights: str = ""
    issn: str = ""
    volume: int = 0
    number: int = 0
    pages: int = 0
    translation_of: str = ""
    keywords: tuple[str, ...] = ()
    articles: tuple[Contribution, ...] = ()
    downloads: tuple[Download, ...] = ()
    covers: Mapping[int, File] = field(default_factory=dict)
    card: File | None = None
    files: tuple[File, ...] = ()
    errata: tuple[Erratum, ...] = ()
    moved: Mapping[str, str] = field(default_factory=dict)
    copies: Mapping[str, str] = field(default_factory=dict)

    @property
    def page(self) -> str:
        """The path of the issue's own page, below the site's folder, as addresses give it."""
        return f"{self.id}/"

    @property
    def authors(self) -> tuple[str, ...]:
        """The names of all authors, each once, in the order of the articles."""
        return tuple(dict.fromkeys(name for one in self.articles for name in one.authors))

    @property
    def updated(self) -> Day:
        """The day of the latest correction, else the issue's date."""
        own = (one.day for one in self.errata)
        return max((self.date, *own, *(one.updated(self.date) for one in self.articles)))


@dataclass(frozen=True, slots=True)
class Archive:
    """All issues of a publication, the newest first; issues of one day by their ids."""

    publication: Publication
    holdings: tuple[Holding, ...]

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the issues, the publication's own first, then in order of their tags."""
        own = self.publication.language
        return tuple(sorted({one.language for one in self.holdings}, key=lambda t: (t != own, t)))

    def address(self, path: str = "") -> str:
        """The whole address of a path of the site, in ASCII (RFC 3986); base-url must be set."""
        base = urlsplit(self.publication.base_url)
        host = _ascii(base.netloc)
        return f"{base.scheme}://{host}{quote(base.path, _KEPT)}{quote(path)}"


def _ascii(host: str) -> str:
    """A host, and its port if there is one, with each label in ASCII (RFC 5891 §4.4)."""
    if host.isascii():
        return host
    name, colon, port = unicodedata.normalize("NFC", host.lower()).partition(":")
    parts = (
        one if one.isascii() else "xn--" + one.encode("punycode").decode()
        for one in name.split(".")
    )
    return ".".join(parts) + colon + port


def as_json(holding: Holding) -> dict[str, Any]:
    """The holding as values for JSON; dates are given by ISO 8601."""
    articles = tuple(replace(one, words={}) for one in holding.articles)
    values: dict[str, Any] = asdict(replace(holding, articles=articles))
    values["date"] = holding.date.isoformat()
    for kept, one in zip(values["articles"], holding.articles, strict=True):
        kept["words"] = Terms(one.words).packed
    for kept in (values, *values["articles"]):
        for erratum in kept["errata"]:
            erratum["day"] = erratum["day"].isoformat()
    return values


def from_json(values: Mapping[str, Any]) -> Holding:
    """The holding of such values. Raises KeyError, TypeError or ValueError for other ones."""
    known = dict(values)
    known["date"] = date.fromisoformat(known["date"])
    known["articles"] = tuple(_contribution(one) for one in known["articles"])
    known["downloads"] = tuple(
        Download(one["form"], one["media_type"], File(**one["file"])) for one in known["downloads"]
    )
    known["covers"] = {int(width): File(**one) for width, one in known["covers"].items()}
    known["card"] = File(**known["card"]) if known["card"] else None
    known["files"] = tuple(File(**one) for one in known["files"])
    known["errata"] = _errata(known["errata"])
    known["keywords"] = tuple(known["keywords"])
    return Holding(**known)


def _contribution(values: Mapping[str, Any]) -> Contribution:
    known = dict(values)
    known["authors"], known["keywords"] = tuple(known["authors"]), tuple(known["keywords"])
    known["names"] = {name: tuple(blocks) for name, blocks in known["names"].items()}
    known["errata"] = _errata(known["errata"])
    known["words"] = Terms(str(known["words"]))
    return Contribution(**known)


def _errata(values: Any) -> tuple[Erratum, ...]:
    return tuple(Erratum(date.fromisoformat(one["day"]), one["text"]) for one in values)
