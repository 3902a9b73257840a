"""What stands on the reading pages: front, articles, imprint and closing parts, as sections."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import cast
from urllib.parse import urlsplit

from lxml import etree

from bulletin_press import markup
from bulletin_press.contents import Entry, contents
from bulletin_press.issue import Article, Issue
from bulletin_press.markup import EPUB_TYPE
from bulletin_press.page import element
from bulletin_press.problems import Problem, ProblemsError, problem
from bulletin_press.reading import Page, Places
from bulletin_press.reading.frames import frame_tables
from bulletin_press.source.directives import matter
from bulletin_press.source.languages import labels

CONTENTS, IMPRINT = "Contents", "Imprint"  # ids with a capital cannot meet those of the sources
_PRINTED = etree.XPath("descendant-or-self::*[@*[starts-with(name(), 'data-')]]")
_LINKS = etree.XPath("descendant::*[@href]")


def _typed(
    profile: markup.Profile,
    tag: str,
    kind: str,
    *children: etree._Element | str,
    **attributes: str,
) -> etree._Element:
    """An element with its role; in an e-book also with EPUB's type."""
    made = element(tag, *children, **attributes)
    if profile.epub:
        made.set(EPUB_TYPE, kind)
    return made


def front(issue: Issue, profile: markup.Profile) -> etree._Element:
    """The nameplate, the leader, the contents list, and the editorial."""
    words = labels(issue.language)
    plate = element("header", element("h1", text=issue.title, class_="nameplate-title"))
    plate.set("class", "nameplate")
    if issue.subtitle:
        plate.append(
            _typed(
                profile,
                "p",
                "subtitle",
                issue.subtitle,
                class_="nameplate-subtitle",
                role="doc-subtitle",
            )
        )
    plate.append(element("p", text=issue.line, class_="issue-line"))
    articles = {article.id: article for article in issue.articles}
    heading = element("h2", text=words.contents, id=f"{CONTENTS}-Title", class_="contents-title")
    listed = _entries(issue, contents(issue), articles, profile)
    listing = element("nav", heading, listed, id=CONTENTS, role="doc-toc", class_="contents")
    listing.set("aria-labelledby", f"{CONTENTS}-Title")
    leader = issue.matter(matter.LEADER)
    section = _typed(profile, "section", "titlepage", plate, class_="front")
    if leader is not None:
        section.extend(_flow(issue, profile, markup.blocks(issue, leader.children, profile)))
    section.append(listing)
    if issue.editorial is not None:
        section.extend(_flow(issue, profile, markup.blocks(issue, [issue.editorial], profile)))
    return section


def imprint(issue: Issue, profile: markup.Profile) -> etree._Element | None:
    """The imprint, which paper has at the foot of its first page, if the issue has one."""
    lines = [element("p", text=line) for line in issue.imprint]
    lines += [markup.inline(issue, line, "p", profile) for line in issue.imprint_nodes]
    if not lines:
        return None
    heading = element(
        "h1", text=labels(issue.language).imprint, id=f"{IMPRINT}-Title", class_="matter-title"
    )
    section = _typed(profile, "section", "imprint", heading, *lines, class_="imprint", id=IMPRINT)
    section.set("aria-labelledby", heading.get("id", ""))
    return section


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


def article(issue: Issue, article: Article, profile: markup.Profile) -> etree._Element:
    """An article: its opening, its blocks, its notes."""
    heading = markup.heading(issue, article, "h1", profile)
    opening = markup.opening(issue, article, heading, profile)
    section = _typed(profile, "section", "chapter", opening, id=article.id, role="doc-chapter")
    section.set("aria-labelledby", heading.get("id", ""))
    section.extend(_flow(issue, profile, markup.blocks(issue, article.body, profile)))
    return section


def closing(issue: Issue) -> Iterator[tuple[str, str, str]]:
    """What follows the articles: kind, title and id of each part."""
    words = labels(issue.language)
    for kind, title in ((matter.COLOPHON, words.colophon), (matter.BACK_COVER, words.back_cover)):
        part = issue.matter(kind)
        if part is not None:
            yield kind, title, str(part["ids"][0])


def closing_part(
    issue: Issue, kind: str, title: str, name: str, profile: markup.Profile
) -> etree._Element:
    """One of the parts that ``closing`` lists."""
    part = issue.matter(kind)
    assert part is not None
    heading = element("h1", text=title, id=kind.title(), class_="matter-title")
    section = element("section", heading, class_=kind, id=name)
    section.set("aria-labelledby", heading.get("id", ""))
    if kind == matter.COLOPHON:
        if profile.epub:
            section.set(EPUB_TYPE, "colophon")
        section.set("role", "doc-colophon")
    section.extend(_flow(issue, profile, markup.blocks(issue, part.children, profile)))
    return section


def _flow(issue: Issue, profile: markup.Profile, made: markup.Blocks) -> Iterator[etree._Element]:
    """Blocks, and after them their notes in a section of their own.

    It has no heading to be seen: where reading systems show notes where they are called and not
    here, a heading would stand over nothing.
    """
    yield from made.body
    if made.notes:
        notes = _typed(
            profile, "section", "endnotes", *made.notes, role="doc-endnotes", class_="notes"
        )
        notes.set("aria-label", labels(issue.language).notes)
        yield notes


def finish(issue: Issue, pages: Sequence[Page], found: Places) -> None:
    """Give tables their frames and links their addresses; take away what only print uses.

    Raises ProblemsError (E101) for a link whose target is on none of the pages.
    """
    broken: list[Problem] = []
    for page in pages:
        frame_tables(page)
        broken.extend(_lead(issue, page, found))
    if broken:
        raise ProblemsError(broken)


def _lead(issue: Issue, page: Page, found: Places) -> Iterator[Problem]:
    for part in cast("list[etree._Element]", _PRINTED(page.body)):
        for key in [key for key in part.attrib if str(key).startswith("data-")]:
            del part.attrib[key]
    for part in cast("list[etree._Element]", _LINKS(page.body)):
        address = part.get("href", "")
        if address.startswith("#") and address[1:] in found.pages:
            part.set("href", found.address(address[1:], page.path))
        elif address and not urlsplit(address).scheme:
            block = next((str(up.get("id")) for up in part.iterancestors() if up.get("id")), "")
            message = f"the link to “{address}” leads to nothing in the issue"
            hint = "write the whole address, with https://, or the name of a heading or label"
            yield problem("E101", message, issue.place(block or issue.document), hint)
