"""The ways of the archive: the bar above every page, and the addresses of its parts."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from bulletin_press.archive.wording import wording
from bulletin_press.config import Publication
from bulletin_press.page import element
from bulletin_press.source.languages import direction

FRONT = "index.html"
SEARCH, SEARCH_WORDS = "Search", "Search-words"  # ids of the form and of its field
LISTS = ("articles", "contributors", "subjects", "names")
PARTS = ("archive", *LISTS, "search", "opds", "assets")  # folders of the site, no issue's


def root(path: str) -> str:
    """The way from the page at ``path`` to the site's folder, with a slash, or nothing."""
    return "../" * path.count("/")


def parts(publication: Publication) -> Iterator[tuple[str, str]]:
    """Each part that the bar leads to: the name of its words, and its page."""
    yield "issues", "archive/index.html"
    for name in LISTS:
        if name != "names" or publication.names:
            yield name, f"{name}/index.html"
    yield "search", "search/index.html"


def spoken(made: etree._Element, language: str, around: str) -> etree._Element:
    """The element with its language, where that is not the one ``around`` it."""
    if language != around:
        made.set("lang", language)
        if direction(language) != direction(around):
            made.set("dir", direction(language))
    return made


def bar(publication: Publication, path: str, language: str) -> etree._Element:
    """The bar of the page at ``path``, in the words of ``language``.

    The part on whose first page the reader is bears ``aria-current``.
    """
    words, above = wording(language), root(path)
    home = element("a", text=publication.title, href=f"{above}{FRONT}", class_="archive-home")
    spoken(home, publication.language, language)
    items = [element("li", home)]
    for name, page in parts(publication):
        link = element("a", text=words(name), href=f"{above}{page}")
        if page == path:
            link.set("aria-current", "page")
        items.append(element("li", link))
    if path == FRONT:
        home.set("aria-current", "page")
    return element("nav", element("ul", *items), class_="archive", aria_label=words("archive"))
