"""What the package says of the issue: Dublin Core, series, and accessibility as it really is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bulletin_press.editions.epub.book import COVER_PAGE, Page
from bulletin_press.issue import Issue
from bulletin_press.markup import XML_LANG

PREFIXES = {
    "dcterms": "http://purl.org/dc/terms/",
    "ibooks": "http://vocabulary.itunes.apple.com/rdf/ibooks/vocabulary-extensions-1.0/",
    "marc": "http://id.loc.gov/vocabulary/",
    "schema": "http://schema.org/",
}
_TEXTUAL = (
    "All text can be enlarged, restyled and read aloud. The book has a table of contents, headings"
    " for every article and section, and notes with links in both directions."
)
_VISUAL = " Pictures that carry meaning have a description."


@dataclass(frozen=True, slots=True)
class Statement:
    """One element of the metadata: a Dublin Core ``name``, or a ``meta`` with a property."""

    name: str
    value: str
    attributes: dict[str, str] = field(default_factory=dict)


def statements(issue: Issue, pages: Sequence[Page], paged: bool) -> tuple[Statement, ...]:
    """All statements, in order; ``pages`` are those the book holds, for what they show.

    ``paged`` says whether the book marks the pages of the printed issue.

    Identifier, title, language and time of change are the package's own and not among them.
    """
    return (
        *_description(issue),
        *_series(issue),
        *(_source(issue) if paged else ()),
        *_accessibility(pages, paged),
    )


def _description(issue: Issue) -> Iterator[Statement]:
    yield _meta("title-type", "main", refines="#title")
    if issue.issn:
        yield Statement("identifier", f"urn:issn:{issue.issn}", {"id": "issn"})
    for number, name in enumerate(issue.authors, 1):
        yield Statement("creator", name, {"id": f"creator-{number}"})
        yield _meta("role", "aut", refines=f"#creator-{number}", scheme="marc:relators")
    if not issue.authors:
        yield Statement("creator", issue.publisher or issue.title, {"id": "creator-1"})
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


def _series(issue: Issue) -> Iterator[Statement]:
    place = (issue.volume, issue.number) if issue.number else (issue.date.year, issue.date.month)
    yield _meta("belongs-to-collection", issue.title, id="series")
    yield _meta("collection-type", "series", refines="#series")
    position = ".".join(str(part) for part in place if part)
    yield _meta("group-position", position, refines="#series")
    if issue.issn:
        yield _meta("dcterms:identifier", f"urn:issn:{issue.issn}", refines="#series")


def _source(issue: Issue) -> Iterator[Statement]:
    """Whose pages are marked: the PDF's, by its identifier; also in the form of EPUB 3.2."""
    yield _meta("pageBreakSource", issue.printed_identifier)
    yield Statement("source", issue.printed_identifier, {"id": "printed"})
    yield _meta("source-of", "pagination", refines="#printed")


def _accessibility(pages: Sequence[Page], paged: bool) -> Iterator[Statement]:
    described = any(
        picture.get("alt")
        for page in pages
        if page.path != COVER_PAGE
        for picture in page.body.iter("img")
    )
    yield _meta("schema:accessMode", "textual")
    if described:
        yield _meta("schema:accessMode", "visual")
    yield _meta("schema:accessModeSufficient", "textual")
    features = [
        "structuralNavigation",
        "tableOfContents",
        "readingOrder",
        "displayTransformability",
    ]
    if paged:
        features += ["pageBreakMarkers", "pageNavigation"]
    if described:
        features.append("alternativeText")
    if any(page.holds_formulas for page in pages):
        features += ["MathML", "describedMath"]
    for feature in features:
        yield _meta("schema:accessibilityFeature", feature)
    yield _meta("schema:accessibilityHazard", "none")
    summary = _TEXTUAL + (_VISUAL if described else "")
    yield Statement("meta", summary, {"property": "schema:accessibilitySummary", XML_LANG: "en"})


def _meta(kind: str, value: str, **attributes: str) -> Statement:
    return Statement("meta", value, {"property": kind, **attributes})
