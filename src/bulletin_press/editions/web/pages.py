"""The web pages: the issue's own, one for each article and closing part, and the ways between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lxml import etree

from bulletin_press import markup, weblinks
from bulletin_press.editions.web import notices
from bulletin_press.editions.web.around import Surroundings
from bulletin_press.editions.web.wording import words
from bulletin_press.issue import Issue
from bulletin_press.markup import spoken
from bulletin_press.page import element
from bulletin_press.reading import Page, places, sections
from bulletin_press.source.languages import labels

INDEX = "index.html"
# ids with a capital cannot meet those of the sources
TEXT, MARKS, ADDRESSES = "Text", "Page-numbers", "Addresses"
_HEADINGS = ("h1", "h2", "h3", "h4", "h5")


def pages(issue: Issue, pictures: Mapping[str, str], draft: bool = False) -> tuple[Page, ...]:
    """The pages of the issue, their text in ``main`` and their links set, the issue's own first.

    ``pictures`` gives the path of each picture's path in the publication; ``draft`` heads every
    page DRAFT. Raises ProblemsError (E101) for a link whose target is on no page.
    """
    profile = markup.Profile(link=lambda anchor: f"#{anchor}", picture=pictures.__getitem__)
    made = (_issue_page(issue, profile), *_further_pages(issue, profile))
    closing = (name for _, _, name in sections.closing(issue))
    found = places(made, [*(article.id for article in issue.articles), *closing])
    sections.finish(issue, made, found)
    if draft:
        for page in made:
            page.body.insert(0, spoken(element("p", text="DRAFT", class_="draft"), "en"))
    return made


def furnish(
    issue: Issue, pages: Sequence[Page], marked: bool, around: Mapping[str, Surroundings]
) -> None:
    """Set around the text of each page what leads to the others, and what is ``around`` it.

    With ``marked`` a reader can have the numbers of the printed pages shown.
    """
    own = words(issue.language)
    for number, page in enumerate(pages):
        beside = around[page.path]
        main = element("main", *page.body, id=TEXT)
        page.body.append(element("a", text=own.skip, href=f"#{TEXT}", class_="skip"))
        page.body.extend(beside.top)
        if page.path == INDEX:
            for part in reversed(beside.within):
                next(main.iterchildren("section")).addnext(part)
            page.body.append(main)
            page.body.extend(beside.bottom)
            continue
        page.body.append(_head(issue, marked))
        page.body.append(main)
        page.body.extend(beside.bottom)
        ways = _ways(issue, pages[number - 1], pages[number + 1 :][:1])
        page.body.append(element("nav", *ways, class_="ways", aria_label=own.articles))
        if foot := [element("p", text=line) for line in issue.imprint]:
            page.body.append(element("footer", *foot, class_="page-foot"))


def _head(issue: Issue, marked: bool) -> etree._Element:
    """The line above an article, and the switches of marks and addresses."""
    title = element("a", text=issue.title, href=INDEX)
    line = element("p", title, " ", element("span", text=issue.line), class_="issue-line")
    head = element("header", line, class_="page-head")
    own = words(issue.language)
    switches = [(MARKS, own.marks)] if marked else []
    for name, said in (*switches, (ADDRESSES, own.addresses)):
        box = element("input", type="checkbox", id=name)
        label = element("label", " ", said, for_=name)
        head.append(element("p", box, label, class_="page-numbers"))
    return head


def _ways(issue: Issue, before: Page, after: Sequence[Page]) -> Iterator[etree._Element]:
    """Paragraphs with the links to the article before, the contents, and the article after."""
    own = words(issue.language)
    if before.path != INDEX:
        yield _way("previous", own.previous, before.title, before.path)
    name = labels(issue.language).contents
    link = element("a", text=name, href=f"{INDEX}#{sections.CONTENTS}")
    yield element("p", link, class_="contents-way")
    for page in after:
        yield _way("next", own.following, page.title, page.path)


def _way(relation: str, word: str, title: str, path: str) -> etree._Element:
    link = element("a", text=title, href=path, rel=relation.replace("previous", "prev"))
    return element("p", element("span", text=f"{word}:"), " ", link, class_=f"{relation}-way")


def _issue_page(issue: Issue, profile: markup.Profile) -> Page:
    parts = [*notices.errata(issue.errata, words(issue.language)), sections.front(issue, profile)]
    imprint = sections.imprint(issue, profile)
    if imprint is not None:
        parts.append(_lowered(imprint))
    links = [
        element("a", text=title, href=f"#{name}") for _, title, name in sections.closing(issue)
    ]
    if links:
        items = (element("li", link) for link in links)
        parts.append(element("ul", *items, class_="closing"))
    return Page(INDEX, issue.name, element("body", *parts, class_="issue-page"))


def _further_pages(issue: Issue, profile: markup.Profile) -> Iterator[Page]:
    """Those of the articles, and of what follows them; no article has a name like ``colophon_``."""
    for article in issue.articles:
        own, section = words(issue.language), sections.article(issue, article, profile)
        notices.address(section, own)
        for notice in notices.errata(article.errata, own):
            section.insert(1, notice)
        body = element("body", section, class_="article-page")
        yield Page(weblinks.article_file(article.id), article.heading, body)
    for kind, title, name in sections.closing(issue):
        part = sections.closing_part(issue, kind, title, name, profile)
        yield Page(f"{kind}_.html", title, element("body", part, class_="closing-page"))


def _lowered(section: etree._Element) -> etree._Element:
    """The section with each heading one level lower, since the page has a title above it."""
    for level, name in reversed(list(enumerate(_HEADINGS, 1))):
        for heading in list(section.iter(name)):
            heading.tag = f"h{level + 1}"
    return section
