"""The reading pages: cover, front page with the contents, and one page for each article."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bulletin_press import markup
from bulletin_press.editions.epub.book import (
    COVER,
    COVER_PAGE,
    FRONT_PAGE,
    IMPRINT_PAGE,
    article_path,
)
from bulletin_press.issue import Issue
from bulletin_press.markup import EPUB_TYPE, spoken
from bulletin_press.page import element
from bulletin_press.reading import Page, Places, places, relative, sections
from bulletin_press.source.languages import labels


def pages(
    issue: Issue, pictures: Mapping[str, str], draft: bool = False
) -> tuple[tuple[Page, ...], Places]:
    """The pages of the book in reading order, their links set, and the places of all anchors.

    ``pictures`` gives the path in the book of each picture's path in the publication; ``draft``
    heads every page DRAFT. Raises ProblemsError (E101) for a link whose target is in no page.
    """
    made = (_cover(issue), *_text(issue, pictures))
    whole = [article.id for article in issue.articles]
    whole += [sections.IMPRINT, *(name for _, _, name in sections.closing(issue))]
    found = places(made, whole)
    sections.finish(issue, made[1:], found)
    if draft:
        for page in made:
            page.body.insert(0, spoken(element("p", text="DRAFT", class_="draft"), "en"))
    return made, found


def _text(issue: Issue, pictures: Mapping[str, str]) -> Iterator[Page]:
    """All pages but the cover."""
    front = sections.front(issue, _profile(FRONT_PAGE, pictures))
    yield Page(FRONT_PAGE, issue.name, element("body", front))
    imprint = sections.imprint(issue, _profile(IMPRINT_PAGE, {}))
    if imprint is not None:
        yield Page(IMPRINT_PAGE, labels(issue.language).imprint, element("body", imprint))
    for article in issue.articles:
        path = article_path(article.id)
        section = sections.article(issue, article, _profile(path, pictures))
        yield Page(path, article.heading, element("body", section))
    for kind, title, name in sections.closing(issue):
        path = f"{kind}.xhtml"
        part = sections.closing_part(issue, kind, title, name, _profile(path, pictures))
        yield Page(path, title, element("body", part))


def _profile(path: str, pictures: Mapping[str, str]) -> markup.Profile:
    return markup.Profile(
        link=lambda anchor: f"#{anchor}",
        picture=lambda uri: relative(pictures[uri], path),
        epub=True,
    )


def _cover(issue: Issue) -> Page:
    word = labels(issue.language).cover
    shown = f"{word}: {issue.title}, {issue.line}"
    if issue.cover_alt:
        shown += f". {issue.cover_alt}"
    picture = element("img", src=COVER, alt=shown, role="doc-cover")
    section = element("section", element("h1", picture), class_="cover")
    section.set(EPUB_TYPE, "cover")
    return Page(COVER_PAGE, word, element("body", section, class_="cover-page"))
