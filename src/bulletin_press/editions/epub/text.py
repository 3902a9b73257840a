"""The reading pages: cover, front page with the contents, and one page for each article."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import cast
from urllib.parse import urlsplit

from lxml import etree

from bulletin_press import markup
from bulletin_press.contents import Entry, contents
from bulletin_press.editions.epub.book import (
    CONTENTS,
    COVER,
    COVER_PAGE,
    FRONT_PAGE,
    IMPRINT,
    IMPRINT_PAGE,
    Page,
    Places,
    article_path,
    places,
    relative,
)
from bulletin_press.editions.epub.frames import frame_tables
from bulletin_press.issue import Article, Issue
from bulletin_press.markup import EPUB_TYPE, spoken
from bulletin_press.page import element
from bulletin_press.problems import Problem, ProblemsError, problem
from bulletin_press.source.directives import matter
from bulletin_press.source.languages import labels

_PRINTED = etree.XPath("descendant-or-self::*[@*[starts-with(name(), 'data-')]]")
_LINKS = etree.XPath("descendant::*[@href]")


def pages(
    issue: Issue, pictures: Mapping[str, str], draft: bool = False
) -> tuple[tuple[Page, ...], Places]:
    """The pages of the book in reading order, their links set, and the places of all anchors.

    ``pictures`` gives the path in the book of each picture's path in the publication; ``draft``
    heads every page DRAFT. Raises ProblemsError (E101) for a link whose target is in no page.
    """
    made = (
        _cover(issue),
        _front(issue, pictures),
        *_imprint(issue),
        *(_article(issue, article, pictures) for article in issue.articles),
        *_matter(issue, pictures),
    )
    whole = [article.id for article in issue.articles]
    whole += [IMPRINT, *(name for _, _, name in closing(issue))]
    found = places(made, whole)
    broken: list[Problem] = []
    for page in made:
        if page.path != COVER_PAGE:
            frame_tables(page)
            broken.extend(_finish(issue, page, found))
        if draft:
            page.body.insert(0, spoken(element("p", text="DRAFT", class_="draft"), "en"))
    if broken:
        raise ProblemsError(broken)
    return made, found


def _profile(path: str, pictures: Mapping[str, str]) -> markup.Profile:
    return markup.Profile(
        link=lambda anchor: f"#{anchor}",
        picture=lambda uri: relative(pictures[uri], path),
        epub=True,
    )


def _typed(
    tag: str, kind: str, *children: etree._Element | str, **attributes: str
) -> etree._Element:
    made = element(tag, *children, **attributes)
    made.set(EPUB_TYPE, kind)
    return made


def _cover(issue: Issue) -> Page:
    word = labels(issue.language).cover
    shown = f"{word}: {issue.title}, {issue.line}"
    if issue.cover_alt:
        shown += f". {issue.cover_alt}"
    picture = element("img", src=COVER, alt=shown, role="doc-cover")
    section = _typed("section", "cover", element("h1", picture), class_="cover")
    return Page(COVER_PAGE, word, element("body", section, class_="cover-page"))


def _front(issue: Issue, pictures: Mapping[str, str]) -> Page:
    profile = _profile(FRONT_PAGE, pictures)
    words = labels(issue.language)
    plate = element("header", element("h1", text=issue.title, class_="nameplate-title"))
    plate.set("class", "nameplate")
    if issue.subtitle:
        plate.append(
            _typed(
                "p", "subtitle", issue.subtitle, class_="nameplate-subtitle", role="doc-subtitle"
            )
        )
    plate.append(element("p", text=issue.line, class_="issue-line"))
    articles = {article.id: article for article in issue.articles}
    heading = element("h2", text=words.contents, id=f"{CONTENTS}-Title", class_="contents-title")
    listed = _entries(issue, contents(issue), articles, profile)
    listing = element("nav", heading, listed, id=CONTENTS, role="doc-toc", class_="contents")
    listing.set("aria-labelledby", f"{CONTENTS}-Title")
    leader = issue.matter(matter.LEADER)
    front = _typed("section", "titlepage", plate, class_="front")
    if leader is not None:
        front.extend(_flow(issue, markup.blocks(issue, leader.children, profile)))
    front.append(listing)
    if issue.editorial is not None:
        front.extend(_flow(issue, markup.blocks(issue, [issue.editorial], profile)))
    return Page(FRONT_PAGE, issue.name, element("body", front))


def _imprint(issue: Issue) -> Iterator[Page]:
    """The page of the imprint, which paper has at the foot of its first page."""
    profile = _profile(IMPRINT_PAGE, {})
    lines = [element("p", text=line) for line in issue.imprint]
    lines += [markup.inline(issue, line, "p", profile) for line in issue.imprint_nodes]
    if lines:
        title = labels(issue.language).imprint
        heading = element("h1", text=title, id=f"{IMPRINT}-Title", class_="matter-title")
        section = _typed("section", "imprint", heading, *lines, class_="imprint", id=IMPRINT)
        section.set("aria-labelledby", heading.get("id", ""))
        yield Page(IMPRINT_PAGE, title, element("body", section))


def _entries(
    issue: Issue,
    entries: Iterable[Entry],
    articles: Mapping[str, Article],
    profile: markup.Profile,
) -> etree._Element:
    listed = element("ol")
    for entry in entries:
        kind = "Group" if entry.groups else "Entry"
        line = element("p", class_="entry-line", id=f"{kind}-{entry.anchor}")
        if entry.label:
            label = element("span", text=entry.label, class_="entry-label")
            label.tail = " "
            line.append(label)
        line.append(element("a", text=entry.title, href=f"#{entry.anchor}"))
        item = element("li", line, class_="entry group" if entry.groups else "entry")
        article = None if entry.groups else articles.get(entry.anchor)
        summary = article.summary_node if article else None
        if summary is not None:
            name = f"Summary-{entry.anchor}"
            made = markup.inline(issue, summary, "p", profile, class_="entry-summary", id=name)
            item.append(made)
        if entry.entries:
            item.append(_entries(issue, entry.entries, articles, profile))
        listed.append(item)
    return listed


def _article(issue: Issue, article: Article, pictures: Mapping[str, str]) -> Page:
    path = article_path(article.id)
    profile = _profile(path, pictures)
    name = str(article.title_node["ids"][0])
    heading = markup.inline(issue, article.title_node, "h1", profile, id=name)
    if article.numeral:
        numeral = element("span", text=f"{article.numeral}.", class_="numeral")
        numeral.tail = f" {heading.text or ''}"
        heading.text = None
        heading.insert(0, numeral)
    opening = markup.opening(issue, article, heading, profile)
    section = _typed("section", "chapter", opening, id=article.id, role="doc-chapter")
    section.set("aria-labelledby", name)
    section.extend(_flow(issue, markup.blocks(issue, article.body, profile)))
    return Page(path, article.heading, element("body", section))


def closing(issue: Issue) -> Iterator[tuple[str, str, str]]:
    """What follows the articles: kind, title and id of each part."""
    words = labels(issue.language)
    for kind, title in ((matter.COLOPHON, words.colophon), (matter.BACK_COVER, words.back_cover)):
        part = issue.matter(kind)
        if part is not None:
            yield kind, title, str(part["ids"][0])


def _matter(issue: Issue, pictures: Mapping[str, str]) -> Iterator[Page]:
    """The pages of the colophon and the back cover."""
    for kind, title, name in closing(issue):
        part = issue.matter(kind)
        assert part is not None
        path = f"{kind}.xhtml"
        profile = _profile(path, pictures)
        heading = element("h1", text=title, id=kind.title(), class_="matter-title")
        section = element("section", heading, class_=kind, id=name)
        section.set("aria-labelledby", heading.get("id", ""))
        if kind == matter.COLOPHON:
            section.set(EPUB_TYPE, "colophon")
            section.set("role", "doc-colophon")
        section.extend(_flow(issue, markup.blocks(issue, part.children, profile)))
        yield Page(path, title, element("body", section))


def _flow(issue: Issue, made: markup.Blocks) -> Iterator[etree._Element]:
    """Blocks, and after them their notes in a section of their own.

    It has no heading to be seen: where reading systems show notes where they are called and not
    here, a heading would stand over nothing.
    """
    yield from made.body
    if made.notes:
        notes = _typed("section", "endnotes", *made.notes, role="doc-endnotes", class_="notes")
        notes.set("aria-label", labels(issue.language).notes)
        yield notes


def _finish(issue: Issue, page: Page, found: Places) -> Iterator[Problem]:
    """Lead links to their files, and take away what only the printed page uses."""
    for part in cast("list[etree._Element]", _PRINTED(page.body)):
        for key in [key for key in part.attrib if str(key).startswith("data-")]:
            del part.attrib[key]
    for part in cast("list[etree._Element]", _LINKS(page.body)):
        address = part.get("href", "")
        if address.startswith("#") and address[1:] in found.pages:
            part.set("href", found.address(address[1:], page.path))
        elif address and not urlsplit(address).scheme:
            block = next((str(up.get("id")) for up in part.iterancestors() if up.get("id")), "")
            message = f"the link to “{address}” leads to nothing in the book"
            hint = "write the whole address, with https://, or the name of a heading or label"
            yield problem("E101", message, issue.place(block or issue.document), hint)
