"""What the archive's pages are put together of: links to issues, articles and downloads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lxml import etree

from bulletin_press.archive import ways
from bulletin_press.archive.holdings import Archive, Contribution, Holding
from bulletin_press.archive.tongues import autonym
from bulletin_press.archive.wording import Wording, wording
from bulletin_press.page import element
from bulletin_press.source.languages import labels

_COVERS = (160, 320)  # pixels, of which browsers choose one


def joined(words: Iterable[str], language: str) -> str:
    """Words with the comma of a language between them."""
    return f"{labels(language).comma} ".join(words)


def link(holding: Holding, path: str, language: str) -> etree._Element:
    """A link from the page at ``path`` to an issue, by its name."""
    made = element("a", text=holding.name, href=f"{ways.root(path)}{holding.page}index.html")
    return ways.spoken(made, holding.language, language)


def cover(
    holding: Holding, path: str, sizes: str = "10rem", late: bool = False
) -> Iterator[etree._Element]:
    """The issue's cover, which says nothing that does not stand beside it, if there is one.

    ``sizes`` is how wide it is shown, as CSS writes it; one that is ``late`` is loaded when the
    reader comes near.
    """
    files = {width: holding.covers[width] for width in _COVERS if width in holding.covers}
    if files:
        above, (width, file) = ways.root(path), max(files.items())
        made = element("img", src=above + file.path, alt="")
        made.set("srcset", ", ".join(f"{above}{one.path} {n}w" for n, one in files.items()))
        made.set("sizes", sizes)
        made.set("width", str(width))
        made.set("height", str(width * 8 // 5))
        if late:
            made.set("loading", "lazy")
        yield made


def shelf(archive: Archive, holdings: Iterable[Holding], path: str) -> etree._Element:
    """Issues as their covers, each with its name and line."""
    language = archive.publication.language
    items = []
    for one in holdings:
        item = element("li", *cover(one, path, late=True))
        name = element("p", link(one, path, language), class_="shelf-name")
        item.append(name)
        item.append(element("p", text=one.line))
        if one.language != language:
            item.append(element("p", text=autonym(one.language)))
        items.append(ways.spoken(item, one.language, language))
    return element("ul", *items, class_="shelf")


def listing(
    holding: Holding,
    articles: Iterable[Contribution],
    path: str,
    language: str,
    brief: bool = False,
) -> etree._Element:
    """Articles of an issue by their headings, with authors and, unless ``brief``, summaries."""
    items = []
    for one in articles:
        title = element("a", text=one.heading, href=ways.root(path) + one.page)
        item = element("li", element("p", title, class_="listed"))
        if one.authors:
            item.append(
                element("p", text=joined(one.authors, holding.language), class_="listed-authors")
            )
        if one.summary and not brief:
            item.append(element("p", text=one.summary, class_="listed-summary"))
        items.append(ways.spoken(item, holding.language, language))
    return element("ul", *items, class_="listing")


def downloads(holding: Holding, path: str, language: str) -> etree._Element | None:
    """The issue's files to take away, each with its language and size, if there are any."""
    if not holding.downloads:
        return None
    words = wording(language)
    items = []
    for one in holding.downloads:
        address = ways.root(path) + one.file.path
        name = element("a", text=words(one.form.replace("-", "_")), href=address)
        name.set("type", one.media_type)
        name.set("hreflang", holding.language)
        facts = [autonym(holding.language), size(one.file.octets, words)]
        if one.form == "pdf" and holding.pages:
            facts.insert(1, words("pages", number=holding.pages))
        items.append(element("li", name, " ", element("span", text=f"({joined(facts, language)})")))
    return element("ul", *items, class_="downloads")


def size(octets: int, words: Wording) -> str:
    """A size as readers know it, in kilobytes or megabytes of powers of ten."""
    if octets < 999_500:
        return words("octets_k", number=max(1, round(octets / 1000)))
    return words("octets_m", number=f"{octets / 1_000_000:.1f}")


def search(archive: Archive, path: str, **data: str) -> etree._Element:
    """The form that asks for words; without script it leads to the page of the search.

    ``data`` are attributes for the script.
    """
    words = wording(archive.publication.language)
    asked = element("label", text=words("search_label"), for_=ways.SEARCH_WORDS)
    field = element("input", type="search", name="q", id=ways.SEARCH_WORDS, autocomplete="off")
    button = element("button", text=words("search"))
    page = f"{ways.root(path)}search/index.html"
    made = element("form", asked, field, button, role="search", method="get", id=ways.SEARCH)
    made.set("action", page)
    for name, value in data.items():
        made.set(f"data-{name}", value)
    return made
