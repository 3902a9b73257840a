"""What the archive's own pages share: shell, style sheet, faces, icon."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from lxml import etree

from bulletin_press import fonts, styles, typefounding, weblinks
from bulletin_press.archive import facts, feeds, searching, ways
from bulletin_press.archive.holdings import Archive, Holding
from bulletin_press.archive.lists import initial
from bulletin_press.archive.tongues import autonym
from bulletin_press.archive.wording import wording
from bulletin_press.config import Publication
from bulletin_press.editions.web import SHEETS
from bulletin_press.editions.web.pages import TEXT
from bulletin_press.editions.web.wording import words as page_words
from bulletin_press.fonts import Face
from bulletin_press.markup import XML_LANG
from bulletin_press.page import element, html, shell
from bulletin_press.source.languages import direction, labels

STYLES = (*SHEETS, "archive.css")
_FACES = (
    fonts.PRIMARY[0], fonts.DISPLAY_FACE, fonts.PRIMARY[6], fonts.SANS_BOLD_FACE,
)  # fmt: skip
_ALWAYS = frozenset(range(0x20, 0x7F)) | frozenset(map(ord, "–—‐‘’“”„«»…·¶©"))


@dataclass(frozen=True)
class Frame:
    """The shell of the pages: ``files`` are what all of them show, by path."""

    archive: Archive
    sheet: str
    preloaded: tuple[str, ...]
    icon: str
    script: str
    files: Mapping[str, bytes] = field(repr=False)

    @property
    def mark(self) -> str:
        """What of the frame stands in every page: two frames of one mark give equal pages."""
        publication = self.archive.publication
        said = (self.sheet, self.icon, self.script, publication.title, publication.language,
                publication.subtitle, publication.base_url, publication.imprint.rights,
                tuple(ways.parts(publication)), self.archive.languages)  # fmt: skip
        return sha256(repr(said).encode()).hexdigest()

    def page(
        self, path: str, title: str, main: Iterable[etree._Element],
        description: str = "", holding: Holding | None = None, scripted: bool = False,
        indexed: bool = True, leads_to: str = "",
    ) -> bytes:  # fmt: skip
        """A page of the archive at ``path``, whose text is ``main``; the first heading is in it.

        ``holding`` is the issue whose cover stands for the page in messages; a page that is
        ``scripted`` loads the search; one that is not ``indexed`` asks search engines to pass;
        one that ``leads_to`` an address goes there by itself.
        """
        publication = self.archive.publication
        language = publication.language
        skip = element("a", text=page_words(language).skip, href=f"#{TEXT}", class_="skip")
        bar = ways.bar(publication, path, language)
        body = element("body", skip, bar, element("main", *main, id=TEXT), class_="archive-page")
        if publication.imprint.rights:
            line = element("p", text=publication.imprint.rights)
            body.append(element("footer", line, class_="page-foot"))
        named = title if path == ways.FRONT else f"{title} · {publication.title}"
        head = [*self._head(path, named, description, holding, scripted, indexed)]
        if leads_to:
            if self.archive.publication.base_url:
                target = self.archive.address(posixpath.normpath(f"{path}/../{leads_to}"))
                head.insert(0, element("link", rel="canonical", href=target))
            head.insert(0, element("meta", http_equiv="refresh", content=f"0; url={leads_to}"))
        root = shell(named, language, direction(language), body, head)
        root.attrib.pop(XML_LANG, "")
        etree.cleanup_namespaces(root)
        return html(root).encode()

    def _head(
        self, path: str, title: str, description: str, holding: Holding | None,
        scripted: bool, indexed: bool,
    ) -> Iterator[etree._Element]:  # fmt: skip
        above = ways.root(path)
        yield element("meta", name="viewport", content="width=device-width, initial-scale=1")
        about = description or self.archive.publication.subtitle
        if about:
            yield element("meta", name="description", content=about)
        yield element("meta", name="generator", content="bulletin-press")
        if indexed:
            yield from facts.head(self.archive, path, title, about, holding)
        else:
            yield element("meta", name="robots", content="noindex")
        for face in self.preloaded:
            yield element("link", rel="preload", href=above + face, as_="font",
                          type="font/woff2", crossorigin="")  # fmt: skip
        yield element("link", rel="stylesheet", href=above + self.sheet)
        yield from linked(self.archive, above, self.icon)
        if scripted:
            yield element("script", type="module", src=above + self.script)


def linked(archive: Archive, above: str, icon: str) -> Iterator[etree._Element]:
    """The links in every page's head, also in those of issues: icon and feeds.

    ``above`` is the way from the page to the site's folder.
    """
    yield element("link", rel="icon", type="image/svg+xml", href=above + icon)
    for language, path, media_type in feeds.addresses(archive):
        title = f"{archive.publication.title} – {autonym(language)}"
        yield element("link", rel="alternate", type=media_type, href=above + path,
                      hreflang=language, title=title)  # fmt: skip


def frame(archive: Archive) -> Frame:
    """The frame of an archive's pages. Raises ProblemsError (L103) for a broken style sheet."""
    publication = archive.publication
    text = "".join(_spoken(archive))
    selection = fonts.select(text)
    codes = _ALWAYS | frozenset(map(ord, text))
    files: dict[str, bytes] = {}
    rules = []
    paths: dict[Face, str] = {}
    for face in (*_FACES, *(one for one in selection.faces if one not in fonts.PRIMARY)):
        able = codes & face.characters()
        data = typefounding.packed(face.subset(able))
        path = weblinks.asset(face.name, data, ".woff2")
        paths[face], files[path] = path, data
        rules.append(
            fonts.font_face_rule(face, path.removeprefix(f"{weblinks.ASSETS}/"), "optional")
        )
    sheet = styles.sheet(
        publication, *STYLES, fallback=selection.fallback, last=styles.BROWSERS
    ).text
    data = ("".join(rules) + sheet).encode()
    sheet_path = weblinks.asset("archive", data, ".css")
    icon_path, drawn = icon(publication)
    files |= {sheet_path: data, icon_path: drawn, **searching.scripts()}
    preloaded = tuple(paths[face] for face in _FACES)
    return Frame(archive, sheet_path, preloaded, icon_path, searching.script(), files)


def _spoken(archive: Archive) -> Iterator[str]:
    """What the archive's own pages say."""
    publication = archive.publication
    yield from wording(publication.language).sentences.values()
    yield from (page_words(publication.language).skip, *map(autonym, archive.languages))
    yield from (label for tag in archive.languages for label in _labels(tag))
    yield from (publication.title, publication.subtitle, publication.imprint.rights)
    yield from publication.names
    for one in archive.holdings:
        yield from (one.title, one.subtitle, one.name, one.line, one.summary, *one.keywords)
        for article in one.articles:
            yield from (article.heading, article.summary, *article.authors, *article.keywords)
            headed = (article.title, *article.authors, *article.keywords, *one.keywords)
            yield from (initial(word) for text in headed for word in text.split())


def _labels(tag: str) -> tuple[str, str]:
    """The words before the pages of the list of names."""
    return labels(tag).page, labels(tag).page_range


def icon(publication: Publication) -> tuple[str, bytes]:
    """The site's icon, a page of two columns in the brand's colours: its path, and its SVG."""
    values = styles.variables(publication)
    space: Any = {None: "http://www.w3.org/2000/svg"}
    root = etree.Element("svg", nsmap=space, viewBox="0 0 32 32")

    def bar(x: float, y: float, width: float, height: float, colour: str) -> None:
        etree.SubElement(root, "rect", x=f"{x:g}", y=f"{y:g}", width=f"{width:g}",
                         height=f"{height:g}", fill=colour)  # fmt: skip

    ground, ink = values["--brand"], values["--paper"]
    bar(0, 0, 32, 32, ground)
    bar(6, 6, 20, 4, ink)
    for row in range(4):
        bar(6, 13 + row * 3.5, 9, 1.8, ink)
        bar(17, 13 + row * 3.5, 9, 1.8, ink)
    data = etree.tostring(root)
    return weblinks.asset("icon", data, ".svg"), data
