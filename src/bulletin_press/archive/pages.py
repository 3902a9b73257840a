"""The archive's pages that are no issue's: front, years, lists, search, what is not found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from bulletin_press.archive import feeds, lists, opds, parts, ways
from bulletin_press.archive.frame import Frame
from bulletin_press.archive.holdings import Archive, Holding
from bulletin_press.archive.lists import Heading, Reference
from bulletin_press.archive.tongues import autonym
from bulletin_press.archive.wording import wording
from bulletin_press.page import element
from bulletin_press.source.languages import labels

MISSING = "404.html"
_EARLIER = 12  # issues on the front page, beside the newest
_WHOLE = 60  # issues of an archive whose years need no pages of their own
_PAGE = 400  # headings of a list that stands on one page
_KINDS = {".atom": "Atom", ".rss": "RSS", ".json": "JSON Feed"}


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page to be made: its path, all that it follows from beside the frame, and its making."""

    path: str
    facts: Any
    make: Callable[[], bytes]


def leaves(frame: Frame) -> Iterator[Leaf]:
    """All pages of the archive that are no issue's, in no order that matters."""
    archive = frame.archive
    yield _front(frame)
    yield from _years(frame)
    yield from _list(frame, "articles", lists.articles(archive), own=False)
    yield from _list(frame, "contributors", lists.contributors(archive))
    yield from _list(frame, "subjects", lists.subjects(archive))
    if archive.publication.names:
        yield from _list(frame, "names", lists.names(archive))
    yield _search(frame)
    yield _missing(frame)
    for holding in archive.holdings:
        for path, target in holding.moved.items():
            yield _moved(frame, path, target)


def _front(frame: Frame) -> Leaf:
    archive = frame.archive
    publication, path = archive.publication, ways.FRONT
    words, language = wording(publication.language), publication.language
    own = (one for one in archive.holdings if one.language == language)
    newest = next(own, archive.holdings[0])
    earlier = [one for one in archive.holdings if one is not newest][:_EARLIER]

    def main() -> Iterator[etree._Element]:
        plate = element("header", element("h1", text=publication.title, class_="nameplate-title"))
        plate.set("class", "nameplate")
        if publication.subtitle:
            plate.append(element("p", text=publication.subtitle, class_="nameplate-subtitle"))
        yield plate
        yield parts.search(archive, path)
        yield _newest(archive, newest)
        if earlier:
            more = element("a", text=words("all_issues"), href="archive/index.html")
            yield element(
                "section", element("h2", text=words("earlier"), id="Earlier"),
                parts.shelf(archive, earlier, path), element("p", more, class_="more"),
                aria_labelledby="Earlier",
            )  # fmt: skip
        yield from _following(archive, language)

    facts = [_told(one) for one in (newest, *earlier)]
    facts.append([publication.subtitle, publication.delivery.signup_url])
    title, about = publication.title, publication.subtitle
    return Leaf(path, facts, lambda: frame.page(path, title, main(), about, newest))


def _newest(archive: Archive, holding: Holding) -> etree._Element:
    """The newest issue on the front page: cover, contents, downloads."""
    path, language = ways.FRONT, archive.publication.language
    words = wording(language)
    title = element("h2", text=words("newest"), id="Newest")
    name = element("p", parts.link(holding, path, language), class_="newest-name")
    text = element("div", title, name)
    text.append(ways.spoken(element("p", text=holding.line), holding.language, language))
    if holding.summary:
        made = element("p", text=holding.summary, class_="newest-summary")
        text.append(ways.spoken(made, holding.language, language))
    text.append(parts.listing(holding, holding.articles, path, language))
    files = parts.downloads(holding, path, language)
    if files is not None:
        text.append(element("h3", text=words("downloads")))
        text.append(files)
    section = element("section", class_="newest", aria_labelledby="Newest")
    picture = list(parts.cover(holding, path, "20rem"))
    if picture:
        section.append(element("div", *picture, class_="newest-cover"))
    section.append(text)
    return section


def _following(archive: Archive, language: str) -> Iterator[etree._Element]:
    """How to hear of new issues: subscription, feeds, the catalogue of e-readers."""
    words, publication = wording(language), archive.publication
    if publication.delivery.signup_url:
        link = element("a", text=words("subscribe"), href=publication.delivery.signup_url)
        yield element("p", link, class_="subscribe")
    addresses = feeds.addresses(archive)
    if addresses:
        items = []
        for tongue, group in groupby(addresses, lambda one: one[0]):
            item = element("li")
            if len(archive.languages) > 1:
                item.append(element("span", text=autonym(tongue), lang=tongue))
            for _, path, media_type in group:
                kind = _KINDS[path[path.rindex(".") :]]
                item.append(element("a", text=kind, href=path, type=media_type))
            items.append(item)
        yield element(
            "section", element("h2", text=words("feeds"), id="Feeds"),
            element("p", text=words("feeds_how")), element("ul", *items, class_="feeds"),
            aria_labelledby="Feeds",
        )  # fmt: skip
    if opds.addresses(archive):
        address = archive.address(opds.ADDRESS)
        yield element(
            "section", element("h2", text=words("catalogue"), id="Catalogue"),
            element("p", words("catalogue_how"), " ", element("code", text=address)),
            aria_labelledby="Catalogue",
        )  # fmt: skip


def _years(frame: Frame) -> Iterator[Leaf]:
    """The issues by year: on one page while they are few, else on a page for each year."""
    archive = frame.archive
    words, path = wording(archive.publication.language), "archive/index.html"
    years = [
        (str(year), tuple(group))
        for year, group in groupby(archive.holdings, lambda one: one.date.year)
    ]
    whole = len(archive.holdings) <= _WHOLE
    shown = years if whole else years[:1]

    def main() -> Iterator[etree._Element]:
        yield element("h1", text=words("issues"))
        if not whole:
            items = [
                element("li", element("a", text=year, href=f"{year}.html"), f" ({len(group)})")
                for year, group in years
            ]
            yield element("ul", *items, class_="years")
        for year, group in shown:
            yield element("h2", text=year, id=f"Y{year}")
            yield parts.shelf(archive, group, path)

    counts = [(year, len(group)) for year, group in years]
    facts = [counts, [_told(one) for _, group in shown for one in group]]
    yield Leaf(path, facts, lambda: frame.page(path, words("issues"), main()))
    if not whole:
        yield from (_year(frame, year, group) for year, group in years)


def _year(frame: Frame, year: str, holdings: tuple[Holding, ...]) -> Leaf:
    archive, path = frame.archive, f"archive/{year}.html"
    language = archive.publication.language

    def main() -> Iterator[etree._Element]:
        yield element("h1", text=f"{wording(language)('issues')} {year}")
        for one in holdings:
            heading = element("h2", parts.link(one, path, language))
            yield element(
                "section", *parts.cover(one, path, "7rem", late=True), heading,
                parts.listing(one, one.articles, path, language, brief=True), class_="year-issue",
            )  # fmt: skip

    return Leaf(
        path,
        [[_told(one), [_listed(article) for article in one.articles]] for one in holdings],
        lambda: frame.page(path, f"{wording(language)('issues')} {year}", main()),
    )


def _list(
    frame: Frame, kind: str, headings: tuple[Heading, ...], own: bool = True
) -> Iterator[Leaf]:
    """A list: on one page while it is short, else on a page for each letter; its headings' pages.

    ``own`` says that each heading has a page of its own, with all that it leads to.
    """
    words = wording(frame.archive.publication.language)
    letters = [(letter, group) for letter, group in lists.by_initial(headings)]
    path, title = f"{kind}/index.html", words(kind)
    if len(headings) <= _PAGE:
        yield _headed(frame, path, title, letters, kind, own)
    else:
        pages = [(letter, f"initial_{_code(letter)}.html") for letter, _ in letters]
        counts = [len(group) for _, group in letters]
        yield Leaf(
            path,
            [pages, counts],
            lambda: frame.page(
                path, title, [element("h1", text=title), _initials(pages, words, counts)]
            ),
        )
        for (letter, name), (_, group) in zip(pages, letters, strict=True):
            at = f"{kind}/{name}"
            yield _headed(frame, at, f"{title}: {letter}", [(letter, group)], kind, own, pages)
    if own:
        yield from (_heading(frame, kind, one) for one in headings)


def _code(letter: str) -> str:
    """A letter in the name of a page."""
    return letter.lower() if letter.isascii() and letter.isalpha() else f"{ord(letter[0]):x}"


def _initials(
    pages: Iterable[tuple[str, str]], words: Callable[[str], str], counts: Iterable[int] = ()
) -> etree._Element:
    """The ways to all letters, each with how many headings it has, if that is given."""
    items = [element("li", element("a", text=letter, href=name)) for letter, name in pages]
    for item, count in zip(items, counts, strict=False):
        item[-1].tail = f" ({count})"
    nav = element("nav", element("ul", *items), class_="initials")
    nav.set("aria-label", words("other_letters"))
    return nav


def _headed(
    frame: Frame, path: str, title: str, letters: Iterable[tuple[str, tuple[Heading, ...]]],
    kind: str, own: bool, pages: Iterable[tuple[str, str]] = (),
) -> Leaf:  # fmt: skip
    """A page of a list: its headings under their letters."""
    archive = frame.archive
    language = archive.publication.language
    letters, pages = list(letters), list(pages)

    def main() -> Iterator[etree._Element]:
        yield element("h1", text=title)
        if pages:
            yield _initials(pages, wording(language))
        made = element("div", class_="headings")
        for letter, group in letters:
            if not pages:
                made.append(element("h2", text=letter, class_="letter"))
            items = [_line(one, path, language, own) for one in group]
            made.append(element("ul", *items))
        yield made

    facts = [title, pages, [[letter, [_heading_facts(one, own) for one in group]]
                            for letter, group in letters]]  # fmt: skip
    return Leaf(path, facts, lambda: frame.page(path, title, main()))


def _line(heading: Heading, path: str, language: str, own: bool) -> etree._Element:
    first = heading.references[0]
    if own:
        link = element("a", text=heading.name, href=f"{heading.slug}.html")
        return element("li", link, f" ({len(heading.references)})")
    link = element("a", text=heading.name, href=ways.root(path) + first.article.page)
    item = element("li", ways.spoken(link, first.holding.language, language))
    rest = parts.joined((*first.article.authors, first.holding.name), first.holding.language)
    item.append(element("span", text=rest, class_="listed-issue"))
    return item


def _heading(frame: Frame, kind: str, heading: Heading) -> Leaf:
    """The page of one heading: the articles that it leads to, by issue."""
    language = frame.archive.publication.language
    words, path = wording(language), f"{kind}/{heading.slug}.html"

    def main() -> Iterator[etree._Element]:
        way = element("a", text=words(kind), href="index.html")
        yield element("p", way, class_="part-way")
        yield element("h1", text=heading.name)
        yield element("p", text=words("count", count=len(heading.references)))
        items = [_place(one, path, language) for one in heading.references]
        yield element("ul", *items, class_="listing")

    facts = [heading.name, [_reference_facts(one) for one in heading.references]]
    return Leaf(path, facts, lambda: frame.page(path, f"{heading.name} · {words(kind)}", main()))


def _place(reference: Reference, path: str, language: str) -> etree._Element:
    holding, article = reference.holding, reference.article
    page = ways.root(path) + article.page
    title = element("a", text=article.heading, href=page)
    item = element("li", element("p", title, class_="listed"))
    line = parts.joined((*article.authors, holding.name), holding.language)
    item.append(element("p", text=line, class_="listed-authors"))
    if reference.places:
        said_of = labels(holding.language)
        word = said_of.page_range if len(reference.places) > 1 else said_of.page
        said = element("p", f"{word} ", class_="places")
        for number, (label, block) in enumerate(reference.places):
            if number:
                said[-1].tail = f"{said_of.comma} "
            said.append(element("a", text=label, href=f"{page}#{block}"))
        item.append(said)
    return ways.spoken(item, holding.language, language)


def _search(frame: Frame) -> Leaf:
    archive = frame.archive
    words, path = wording(archive.publication.language), "search/index.html"

    def main() -> Iterator[etree._Element]:
        yield element("h1", text=words("search"))
        data = {"index": "index.json", "root": "../"}
        names = ("none", "one", "many", "common", "failed", "more")
        data |= {name: words.sentences[f"search_{name}"] for name in names}
        yield parts.search(archive, path, **data)
        yield element("noscript", element("p", text=words("search_script")))
        yield element("p", role="status", id="Search-status")
        yield element("ol", id="Search-results")

    return Leaf(path, [], lambda: frame.page(path, words("search"), main(), scripted=True))


def _missing(frame: Frame) -> Leaf:
    """The page for addresses that lead to nothing, which a host shows at any of them."""
    publication = frame.archive.publication
    words = wording(publication.language)
    base = urlsplit(publication.base_url).path or "/"

    def make() -> bytes:
        text = [element("h1", text=words("missing")), element("p", text=words("missing_how"))]
        page = frame.page(MISSING, words("missing"), text, indexed=False)
        return _rooted(page, base)

    return Leaf(MISSING, [base], make)


def _rooted(page: bytes, base: str) -> bytes:
    """The page with addresses from the host's root, so that it works wherever it is shown."""
    from lxml import html as parser

    from bulletin_press.page import html

    root = parser.document_fromstring(page.decode())
    for part in root.iter(etree.Element):
        for name in ("href", "src", "action"):
            address = part.get(name, "")
            if address and not address.startswith("#") and not urlsplit(address).scheme:
                part.set(name, base + address)
    return html(root).encode()


def _moved(frame: Frame, path: str, target: str) -> Leaf:
    """A page at a former address, which leads on by itself and says so."""
    words = wording(frame.archive.publication.language)
    address = ways.root(path) + target

    def make() -> bytes:
        link = element("a", text=target, href=address)
        text = [element("h1", text=words("moved")), element("p", words("moved_how"), " ", link)]
        return frame.page(path, words("moved"), text, leads_to=address, indexed=False)

    return Leaf(path, [target], make)


def _told(holding: Holding) -> list[Any]:
    """What pages say of an issue."""
    files = [[one.form, one.file.path, one.file.octets] for one in holding.downloads]
    return [holding.id, holding.name, holding.line, holding.language, holding.summary,
            holding.pages, files, sorted(holding.covers), holding.card is not None,
            [_listed(one) for one in holding.articles]]  # fmt: skip


def _listed(article: Any) -> list[Any]:
    return [article.heading, article.page, article.authors, article.summary]


def _reference_facts(one: Reference) -> list[Any]:
    return [one.holding.name, one.holding.language, *_listed(one.article), one.places]


def _heading_facts(one: Heading, own: bool) -> list[Any]:
    rest: Any = len(one.references) if own else _reference_facts(one.references[0])
    return [one.name, one.slug, rest]
