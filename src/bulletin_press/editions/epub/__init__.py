"""The e-book edition: an EPUB 3 of reading pages, made of the same tree as the printed pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from lxml import etree

from bulletin_press import fonts, garbage, styles
from bulletin_press.artwork import artwork
from bulletin_press.edition import Edition
from bulletin_press.editions.epub import (
    accessibility,
    container,
    metadata,
    source,
)
from bulletin_press.editions.epub.book import (
    COVER,
    FRONT_PAGE,
    NCX,
    STYLES,
    XHTML_TYPE,
    Part,
    item_name,
)
from bulletin_press.editions.epub.cover import files
from bulletin_press.editions.epub.cover.palette import palette
from bulletin_press.editions.epub.cover.record import record
from bulletin_press.editions.epub.inspection import inspect
from bulletin_press.editions.epub.navigation import navigation, ncx
from bulletin_press.editions.epub.text import pages as reading_pages
from bulletin_press.issue import Issue
from bulletin_press.page import element, shell, xhtml
from bulletin_press.pagination import Pagination
from bulletin_press.reading import Page, pagemarks, relative
from bulletin_press.reading.faces import Dress, dress

if TYPE_CHECKING:
    from PIL import Image

_SHEETS, _FONTS = ("epub.css",), "fonts"
_SCREEN = 300.0  # the width of a chart in CSS pixels, so that a telephone does not make it smaller


@dataclass(frozen=True, slots=True)
class Covers:
    """A drawn cover as files: in the book, and beside it by path."""

    inside: bytes
    beside: Mapping[str, bytes]


def covers(issue: Issue, beside: bool = False) -> Covers:
    """The cover of ``issue``, which asks for no pages; with files ``beside`` the book or without.

    Raises ValueError or OSError as ``record`` does.
    """
    shown, colours = record(issue), palette(styles.variables(issue.publication))

    def drawn() -> Image.Image:
        from bulletin_press.editions.epub.cover.drawing import draw

        return draw(shown, colours).image

    return Covers(*files.made(drawn, (*shown.key(), repr(colours)), issue.stem, beside))


@garbage.kept()
def render(
    issue: Issue,
    draft: bool = False,
    pagination: Pagination | None = None,
    drawn: Covers | None = None,
) -> Edition:
    """Make the EPUB of ``issue``: one file, the same bytes for the same sources.

    ``draft`` heads every page DRAFT. With ``pagination`` the book marks where the pages of that
    PDF begin. ``drawn`` is its cover, if that has been drawn; the files beside it follow as files
    of their own, for catalogues, the web and mail. Nothing is read but the issue's pictures, the
    style sheets and the faces. Raises ProblemsError (E101) if the finished book, opened again,
    breaks a promise, and (E107) if a page begins with other words than the book has there.
    """
    paths, images = _pictures(issue)
    pages, places = reading_pages(issue, paths, draft)
    folios = pagemarks.mark(issue, pages, FRONT_PAGE, pagination) if pagination else ()
    ways = navigation(issue, places, folios)
    dressed = dress(issue.publication, _SHEETS, (*pages, ways))
    dressing = tuple(_dressing(dressed))
    sheet = dressing[0].data.decode()
    found = accessibility.examine(pages, issue.language, sheet, bool(folios), draft)
    statements = metadata.statements(issue, pages, found)
    if pagination:
        statements = (*statements, source.statement(pagination.sha256))
    drawn = drawn or covers(issue)
    parts = (
        _text(issue, ways, "nav", ("nav",)),
        *(_text(issue, page, item_name(page.path)) for page in pages),
        Part(NCX, ncx(issue, pages, places, folios), "application/x-dtbncx+xml", "ncx"),
        Part(COVER, drawn.inside, "image/jpeg", "cover-image", ("cover-image",)),
        *images,
        *dressing,
    )
    name = f"{issue.stem}.epub"
    data = container.pack(issue, statements, parts)
    inspect(data, name)
    return Edition("epub", "application/epub+zip", {name: data, **drawn.beside})


def _dressing(dressed: Dress) -> Iterator[Part]:
    """The style sheet, and the faces it names."""
    rules = fonts.font_face_rules(dressed.faces, f"../{_FONTS}/")
    yield Part(STYLES, (rules + dressed.sheet).encode(), "text/css", "styles")
    for face, data in dressed.faces.items():
        yield Part(f"{_FONTS}/{face.name}.ttf", data, "font/ttf", f"face-{face.name}")


def _pictures(issue: Issue) -> tuple[Mapping[str, str], Iterable[Part]]:
    """The path in the book of each picture, and the files: equal pictures are stored once."""
    paths: dict[str, str] = {}
    parts: dict[str, Part] = {}
    for uri, picture in artwork(issue, _SCREEN, outlined=True).items():
        name = f"picture-{sha256(picture.data).hexdigest()[:16]}"
        paths[uri] = f"images/{name}{picture.suffix}"
        parts[name] = Part(paths[uri], picture.data, picture.media_type, name)
    return paths, parts.values()


def _text(issue: Issue, page: Page, name: str, properties: tuple[str, ...] = ()) -> Part:
    sheet = element("link", rel="stylesheet", type="text/css", href=relative(STYLES, page.path))
    head: list[etree._Element] = [sheet]
    page.body.append(element("main", *page.body))
    root = shell(page.title, issue.language, issue.direction, page.body, head)
    holds = ("mathml",) if page.holds_formulas else ()
    return Part(page.path, xhtml(root), XHTML_TYPE, name, (*properties, *holds), not properties)
