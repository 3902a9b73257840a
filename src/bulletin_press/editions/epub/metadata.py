"""What the package says of the issue: Dublin Core, series, and accessibility as it really is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from bulletin_press.editions.epub.accessibility import CONFORMANCE, Accessibility
from bulletin_press.editions.epub.book import article_path, item_name
from bulletin_press.editions.epub.contributors import editors, sorted_name
from bulletin_press.editions.epub.summary import summary
from bulletin_press.editions.epub.tongues import long_passages
from bulletin_press.issue import Issue
from bulletin_press.markup import XML_LANG
from bulletin_press.reading import Page
from bulletin_press.source.languages import direction

PREFIXES = {
    "a11y": "http://www.idpf.org/epub/vocab/package/a11y/#",
    "dcterms": "http://purl.org/dc/terms/",
    "ibooks": "http://vocabulary.itunes.apple.com/rdf/ibooks/vocabulary-extensions-1.0/",
    "marc": "http://id.loc.gov/vocabulary/",
    "schema": "http://schema.org/",
}


@dataclass(frozen=True, slots=True)
class Statement:
    """One element of the metadata: a Dublin Core ``name``, or a ``meta`` with a property."""

    name: str
    value: str
    attributes: dict[str, str] = field(default_factory=dict)


def statements(issue: Issue, pages: Sequence[Page], found: Accessibility) -> tuple[Statement, ...]:
    """All statements, in order; ``pages`` are those the book holds, ``found`` what they show.

    Identifier, title, first language and time of change are the package's own and not among them.
    """
    return (
        *_description(issue, pages),
        *_people(issue),
        *_series(issue),
        *(_source(issue) if found.paged else ()),
        *_accessibility(issue, found),
    )


def _description(issue: Issue, pages: Sequence[Page]) -> Iterator[Statement]:
    yield _meta("title-type", "main", refines="#title")
    for language in long_passages(pages, issue.language):
        yield Statement("language", language)
    if issue.issn:
        yield Statement("identifier", f"urn:issn:{issue.issn}", {"id": "issn"})
    if issue.publisher:
        yield Statement("publisher", issue.publisher)
    yield Statement("date", issue.date.isoformat())
    about = issue.summary or " · ".join(filter(None, (issue.subtitle, issue.line)))
    yield Statement("description", about)
    for word in issue.keywords:
        yield Statement("subject", word)
    if issue.rights:
        yield Statement("rights", issue.rights)
    yield _meta("ibooks:specified-fonts", "true")


def _people(issue: Issue) -> Iterator[Statement]:
    """The authors of the issue and of each article, and the editors."""
    yield from _persons(issue, "creator", "aut", issue.authors)
    if not issue.authors:
        yield Statement("creator", issue.publisher or issue.title, {"id": "creator-1"})
    yield from _persons(issue, "contributor", "edt", editors(issue))
    for article in issue.articles:
        item = f"#{item_name(article_path(article.id))}"
        for name in article.authors:
            yield _meta("dcterms:creator", name, refines=item)


def _persons(issue: Issue, kind: str, role: str, names: Iterable[str]) -> Iterator[Statement]:
    for number, name in enumerate(names, 1):
        yield Statement(kind, name, {"id": f"{kind}-{number}"})
        yield _meta("role", role, refines=f"#{kind}-{number}", scheme="marc:relators")
        if sorting := sorted_name(name, issue.language):
            yield _meta("file-as", sorting, refines=f"#{kind}-{number}")


def _series(issue: Issue) -> Iterator[Statement]:
    place = (issue.volume, issue.number) if issue.number else (issue.date.year, issue.date.month)
    yield _meta("belongs-to-collection", issue.title, id="series")
    yield _meta("collection-type", "series", refines="#series")
    position = ".".join(str(part) for part in place if part)
    yield _meta("group-position", position, refines="#series")
    if issue.issn:
        yield _meta("dcterms:identifier", f"urn:issn:{issue.issn}", refines="#series")
    if issue.volume:
        yield _meta("schema:volumeNumber", str(issue.volume))
    if issue.number:
        yield _meta("schema:issueNumber", str(issue.number))


def _source(issue: Issue) -> Iterator[Statement]:
    """Whose pages are marked: the PDF's, by its identifier; also in the form of EPUB 3.2."""
    yield _meta("pageBreakSource", issue.printed_identifier)
    yield Statement("source", issue.printed_identifier, {"id": "printed"})
    yield _meta("source-of", "pagination", refines="#printed")


def _accessibility(issue: Issue, found: Accessibility) -> Iterator[Statement]:
    for mode in found.modes:
        yield _meta("schema:accessMode", mode)
    for modes in found.sufficient:
        yield _meta("schema:accessModeSufficient", modes)
    for feature in found.features:
        yield _meta("schema:accessibilityFeature", feature)
    yield _meta("schema:accessibilityHazard", "none" if found.still else "unknown")
    words, language = summary(found, issue.language)
    direct = {"dir": "rtl"} if direction(language) == "rtl" else {}
    described = {"property": "schema:accessibilitySummary", XML_LANG: language, **direct}
    yield Statement("meta", words, described)
    if found.conforms:
        yield _meta("dcterms:conformsTo", CONFORMANCE, id="conformance")
        yield _meta("a11y:certifiedBy", issue.publisher or issue.title, refines="#conformance")


def _meta(kind: str, value: str, **attributes: str) -> Statement:
    return Statement("meta", value, {"property": kind, **attributes})
