"""What feeds and catalogues have in common: ids, addresses, titles, people and dates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import PurePosixPath
from types import MappingProxyType
from urllib.parse import urlsplit

from bulletin_press.archive.holdings import Archive, Download, File, Holding
from bulletin_press.archive.tongues import autonym
from bulletin_press.archive.wellformed import line
from bulletin_press.archive.wording import wording
from bulletin_press.source.languages import labels

HTML = "text/html"
COVER_WIDTH, LARGEST_COVER = 640, 1600
_PLAIN_LABELS = MappingProxyType({"epub": "EPUB", "pdf": "PDF", "large-print": "PDF, large print"})
_PICTURES = MappingProxyType(
    {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".gif": "image/gif"}
)


def tag(archive: Archive, day: date, path: str) -> str:
    """A tag URI for a path of the site (RFC 4151 §2.1).

    It never changes while base-url and the path stay; ``day`` is one on which the publication
    had its host already.
    """
    found = urlsplit(archive.address(path))
    return f"tag:{found.hostname},{day.isoformat()}:{found.path}"


def moment(day: date) -> str:
    """The beginning of a day in UTC (RFC 3339 §5.6)."""
    return f"{day.isoformat()}T00:00:00Z"


def of_language(archive: Archive, language: str) -> tuple[Holding, ...]:
    """The issues in a language, the newest first."""
    return tuple(one for one in archive.holdings if one.language == language)


def founded(holdings: Sequence[Holding]) -> date:
    """The date of the first issue."""
    return min(one.date for one in holdings)


def updated(holdings: Sequence[Holding]) -> date:
    """The day of the latest issue or correction."""
    return max(one.updated for one in holdings)


def title(archive: Archive, holdings: Sequence[Holding]) -> str:
    """The title of a feed with these issues, all in one language; named if there are others."""
    language = holdings[0].language
    names = [autonym(one) for one in archive.languages]
    own = line(holdings[0].title)
    if len(names) == 1:
        return own
    name = autonym(language)
    return f"{own} – {name}" if names.count(name) == 1 else f"{own} – {name} ({language})"


def house(archive: Archive) -> str:
    """Who stands behind the publication: its publisher, else its title."""
    return line(archive.publication.publisher) or line(archive.publication.title)


def authors(archive: Archive, holding: Holding) -> tuple[str, ...]:
    """The names of an issue's authors; without any, of its publisher or the publication."""
    return distinct(holding.authors) or (line(holding.publisher) or house(archive),)


def distinct(words: Sequence[str]) -> tuple[str, ...]:
    """Each of the words once, in one line, those without a letter or sign left out."""
    return tuple(dict.fromkeys(filter(None, map(line, words))))


def summary(holding: Holding) -> str:
    """The issue's summary in plain text, else the headings of its articles."""
    headings = distinct([one.heading for one in holding.articles])
    return line(holding.summary) or f"{labels(holding.language).semicolon} ".join(headings)


def label(download: Download, language: str) -> str:
    """What a file is, in the words of a language."""
    sentence = wording(language).sentences.get(download.form.replace("-", "_"))
    return sentence or download.form


def plain_label(download: Download) -> str:
    """The same in ASCII and from a letter on: some e-readers cut off what stands before."""
    return _PLAIN_LABELS.get(download.form, download.form)


def pictures(holding: Holding) -> tuple[tuple[int, File, str], ...]:
    """The covers as width, file and media type, the smallest first; of kinds that all show."""
    known = (
        (width, one, _PICTURES.get(PurePosixPath(one.path).suffix.lower(), ""))
        for width, one in sorted(holding.covers.items())
    )
    return tuple(one for one in known if one[2])


def cover(holding: Holding) -> tuple[int, File, str] | None:
    """The cover of 640 pixels, else the largest that an e-reader can hold, else any."""
    found = pictures(holding)
    fit = [one for one in found if one[0] <= LARGEST_COVER] or list(found[:1])
    return next((one for one in fit if one[0] == COVER_WIDTH), fit[-1] if fit else None)
