"""The parts of a letter in order, as the press's own elements: what both its forms are made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import Any

from lxml import etree

from bulletin_press import markup, weblinks
from bulletin_press.contents import Entry, contents
from bulletin_press.edition import Enclosure, Places
from bulletin_press.editions.letter.wording import size, words
from bulletin_press.issue import Article, Issue
from bulletin_press.page import element
from bulletin_press.source.directives import matter
from bulletin_press.source.languages import labels

_PROFILE = markup.Profile(
    link=lambda anchor: f"#{anchor}", picture=lambda uri: uri, flat=True, drawn=True
)
_CALLS = frozenset({"note-call", "citation-call"})
_LOWEST = 6


class Extent(Enum):
    """How much of the issue a letter holds."""

    WHOLE = "every article to its end"
    LEADS = "the editor's words, and of each article its opening and first words"
    OPENINGS = "of each article its opening"
    TITLES = "of each article its title"


def body(
    issue: Issue, extent: Extent, enclosure: Enclosure | None, draft: bool = False
) -> tuple[etree._Element, Places]:
    """The letter as a ``body`` element: masthead, contents, articles, foot.

    Every link leads to an element of the letter or is a whole address; where the reader's own
    addresses will stand are the places returned. The address of a picture is that of its tree.
    """
    whole = extent is Extent.WHOLE
    page = weblinks.issue_page(issue.publication, issue.id)
    main = element("main")
    made = element("body", _masthead(issue, page, draft), main)
    if enclosure is not None:
        main.append(_enclosure(issue, enclosure))
    if whole or extent is Extent.LEADS:
        leader = issue.matter(matter.LEADER)
        main.extend(_flow(issue, leader.children) if leader is not None else ())
    if whole or (extent is not Extent.TITLES and len(issue.articles) > 1):
        main.append(_contents(issue, whole))
    if issue.editorial is not None and (whole or extent is Extent.LEADS):
        main.extend(_flow(issue, [issue.editorial]))
    for article in issue.articles:
        main.append(_article(issue, article) if whole else _lead(issue, article, extent))
    if whole:
        main.extend(_matter(issue))
    foot = _foot(issue)
    made.append(foot)
    places = Places.beside(etree.tostring(made))
    foot.append(_ways(issue, page, places))
    _finish(issue, made)
    return made, places


def _masthead(issue: Issue, page: str, draft: bool) -> etree._Element:
    header = element("header")
    if draft:
        header.append(element("p", text="DRAFT", class_="letter-draft"))
    if page:
        link = element("a", text=words(issue.language).web, href=page)
        header.append(element("p", link, class_="letter-web"))
    plate = element("div", class_="nameplate")
    plate.append(element("h1", text=issue.title, class_="nameplate-title"))
    if issue.subtitle:
        plate.append(element("p", text=issue.subtitle, class_="nameplate-subtitle"))
    header.extend([plate, element("p", text=issue.line, class_="issue-line")])
    return header


def _enclosure(issue: Issue, enclosure: Enclosure) -> etree._Element:
    own = words(issue.language)
    octets = size(enclosure.octets, issue.language)
    if enclosure.url:
        link = element("a", text=own.download, href=enclosure.url)
        made = element("p", link, class_="enclosure")
        link.tail = f": {enclosure.name} ({octets})"
        return made
    return element("p", text=f"{own.attached}: {enclosure.name} ({octets})", class_="enclosure")


def _contents(issue: Issue, whole: bool) -> etree._Element:
    """The contents list; above leads, of titles alone."""
    articles = {article.id: article for article in issue.articles}
    heading = element("h2", text=labels(issue.language).contents, class_="contents-title")
    listed = _entries(issue, contents(issue), articles, whole)
    return element("nav", heading, listed, class_="contents")


def _entries(
    issue: Issue, entries: Iterable[Entry], articles: Mapping[str, Article], whole: bool,
    below: bool = False,
) -> etree._Element:  # fmt: skip
    listed = element("ol", class_="entries")
    for entry in entries:
        link = element("a", text="" if entry.label else entry.title, href=f"#{entry.anchor}")
        if entry.label:
            label = element("span", text=entry.label, class_="entry-label")
            label.tail = f" {entry.title}"
            link.append(label)
        line = element("p", link, class_="entry-line")
        kind = "entry group" if entry.groups else "entry below" if below else "entry"
        item = element("li", line, class_=kind)
        article = None if entry.groups else articles.get(entry.anchor)
        summary = article.summary_node if article else None
        if whole and summary is not None:
            item.append(markup.inline(issue, summary, "p", _PROFILE, class_="entry-summary"))
        if entry.entries and (whole or entry.groups):
            item.append(_entries(issue, entry.entries, articles, whole, not entry.groups))
        listed.append(item)
    return listed


def _article(issue: Issue, article: Article) -> etree._Element:
    opening = markup.opening(
        issue, article, markup.heading(issue, article, "h2", _PROFILE), _PROFILE
    )
    made = element("article", opening, class_="article", id=article.id)
    made.extend(_flow(issue, article.body))
    return made


def _lead(issue: Issue, article: Article, extent: Extent) -> etree._Element:
    """An article's opening and first words, and the way to the rest."""
    page = weblinks.article_page(issue.publication, issue.id, article.id)
    heading = markup.heading(issue, article, "h2", _PROFILE)
    if extent is Extent.TITLES:
        return element("article", heading, class_="article", id=article.id)
    opening = markup.opening(issue, article, heading, _PROFILE)
    made = element("article", opening, class_="article", id=article.id)
    first = article.summary_node
    if extent is Extent.LEADS:
        if first is None:
            first = article.first_words
        if first is not None:
            made.append(markup.inline(issue, first, "p", _PROFILE))
    if page:
        link = element("a", text=words(issue.language).read_on, href=page)
        link.set("aria-label", f"{words(issue.language).read_on}: {article.title}")
        made.append(element("p", link, class_="read-on"))
    return made


def _matter(issue: Issue) -> Iterator[etree._Element]:
    """The colophon and the back cover."""
    own = labels(issue.language)
    for kind, title in ((matter.COLOPHON, own.colophon), (matter.BACK_COVER, own.back_cover)):
        part = issue.matter(kind)
        if part is not None:
            made = element("section", element("h2", text=title), class_=kind)
            made.set("id", str(part["ids"][0]))
            made.extend(_flow(issue, part.children))
            yield made


def _foot(issue: Issue) -> etree._Element:
    own = words(issue.language)
    foot = element("footer", class_="letter-foot")
    foot.extend(element("p", text=line) for line in issue.imprint)
    foot.extend(markup.inline(issue, line, "p", _PROFILE) for line in issue.imprint_nodes)
    foot.append(element("p", text=own.why.replace("{title}", issue.title)))
    return foot


def _ways(issue: Issue, page: str, places: Places) -> etree._Element:
    own = words(issue.language)
    ways = [(own.preferences, places.preferences), (own.unsubscribe, places.unsubscribe)]
    ways += [(own.web, page)] if page else []
    links = [element("li", element("a", text=text, href=address)) for text, address in ways]
    return element("ul", *links, class_="ways")


def _flow(issue: Issue, parts: Iterable[Any]) -> Iterator[etree._Element]:
    """Blocks with their headings one level lower, and after them their notes."""
    made = markup.blocks(issue, parts, _PROFILE)
    for block in made.body:
        for part in [block, *block.iterdescendants()]:
            if isinstance(part.tag, str) and part.tag in ("h2", "h3", "h4", "h5"):
                part.tag = f"h{min(int(part.tag[1]) + 1, _LOWEST)}"
        yield block
    if made.notes:
        heading = element("h3", text=labels(issue.language).notes, class_="notes-title")
        yield element("section", heading, *made.notes, class_="notes", role="doc-endnotes")


def _finish(issue: Issue, made: etree._Element) -> None:
    """Lead links into what the letter leaves out to the web, or take them away."""
    here = {str(one.get("id")) for one in made.iter(etree.Element) if one.get("id")}
    homes = {name: article.id for article in issue.articles for name in article.anchors}
    for part in list(made.iter(etree.Element)):
        for key in [key for key in part.attrib if str(key).startswith("data-")]:
            del part.attrib[key]
        address = part.get("href", "")
        if not address.startswith("#") or address[1:] in here:
            continue
        home = homes.get(address[1:], "")
        page = weblinks.article_page(issue.publication, issue.id, home) if home else ""
        if _CALLS.intersection((part.get("class") or "").split()):
            _remove(part)
        elif page:
            part.set("href", page if address[1:] == home else f"{page}{address}")
        else:
            part.tag = "span"
            del part.attrib["href"]


def _remove(part: etree._Element) -> None:
    """Take an element out, and leave what follows it."""
    parent, before = part.getparent(), part.getprevious()
    assert parent is not None
    if part.tail:
        if before is not None:
            before.tail = (before.tail or "") + part.tail
        else:
            parent.text = (parent.text or "") + part.tail
    parent.remove(part)
