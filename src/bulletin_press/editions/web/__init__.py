"""The web edition: an issue as pages that need no script, and the files that they show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from hashlib import sha256

from lxml import etree

from bulletin_press import fonts, garbage, styles, typefounding, weblinks
from bulletin_press.artwork import artwork
from bulletin_press.edition import Edition
from bulletin_press.editions.web.around import Around, nothing
from bulletin_press.editions.web.pages import INDEX, furnish, pages
from bulletin_press.fonts import Face
from bulletin_press.issue import Issue
from bulletin_press.markup import EPUB_TYPE, XML_LANG
from bulletin_press.page import element, html, shell
from bulletin_press.pagination import Pagination
from bulletin_press.reading import Page, pagemarks
from bulletin_press.reading.faces import Dress, dress
from bulletin_press.source.formulas.elements import MATHML

FOLDER = "web"
HTML = "text/html"
SHEETS = ("epub.css", "web.css")
_CHART = 300.0  # CSS pixels: a telephone shows its letters in their size, wider screens larger


@garbage.kept()
def render(
    issue: Issue,
    draft: bool = False,
    pagination: Pagination | None = None,
    around: Around = nothing,
    sheets: tuple[str, ...] = SHEETS,
) -> Edition:
    """Make the web pages of ``issue``: ``web/index.html``, ``web/ARTICLE.html``, and their files.

    What a page shows lies in ``web/assets`` under a name that follows from its bytes, so that it
    never changes. ``draft`` heads every page DRAFT. With ``pagination`` the pages mark where those
    of that PDF begin. ``around`` gives what stands around each page, ``sheets`` are its styles.
    Raises ProblemsError (E101) for a link that leads nowhere, (E107) if a
    printed page begins with other words than the web page has there, and (L103) for a style sheet
    that is broken.
    """
    pictures = _pictures(issue)
    made = pages(issue, {uri: path for uri, (path, _) in pictures.items()}, draft)
    if pagination:
        pagemarks.mark(issue, made, INDEX, pagination)
    beside = {page.path: around(page) for page in made}
    furnish(issue, made, bool(pagination), beside)
    styled = _without_styles(made)
    dressed = dress(issue.publication, sheets, made, styles.BROWSERS)
    faces = _faces(dressed)
    sheet = _sheet(dressed, faces, styled)
    path = weblinks.asset("bulletin", sheet, ".css")
    shown = [name for face, (name, _) in faces.items() if face is not fonts.MATHS_FACE]
    head = list(_head(issue, path, shown))
    texts = {page.path: _text(issue, page, (*head, *beside[page.path].head)) for page in made}
    files = {path: sheet, **dict(faces.values()), **dict(pictures.values())}
    whole = {f"{FOLDER}/{path}": data for path, data in {**texts, **files}.items()}
    return Edition("web", HTML, whole)


def _pictures(issue: Issue) -> dict[str, tuple[str, bytes]]:
    """The path and the bytes of each picture by its address in the tree."""
    found = artwork(issue, _CHART, outlined=True)
    return {
        uri: (weblinks.asset("picture", one.data, one.suffix), one.data)
        for uri, one in found.items()
    }


def _without_styles(pages: Sequence[Page]) -> str:
    """Take style attributes away, which a strict host forbids; returns rules in their place."""
    rules: dict[str, str] = {}
    for page in pages:
        for part in page.body.iter(etree.Element):
            if style := part.get("style", ""):
                del part.attrib["style"]
                name = f"s-{sha256(style.encode()).hexdigest()[:8]}"
                rules[name] = style
                part.set("class", " ".join([*part.get("class", "").split(), name]))
    return "".join(f".{name}{{{style}}}\n" for name, style in sorted(rules.items()))


def _faces(dressed: Dress) -> dict[Face, tuple[str, bytes]]:
    """The path and the bytes of each face."""
    packed = {face: typefounding.packed(data) for face, data in dressed.faces.items()}
    return {
        face: (weblinks.asset(face.name, data, ".woff2"), data) for face, data in packed.items()
    }


def _sheet(dressed: Dress, faces: Mapping[Face, tuple[str, bytes]], rules: str) -> bytes:
    """The style sheet: a face that comes late is not shown on that page, so that nothing moves."""
    named = (
        fonts.font_face_rule(face, path.removeprefix(f"{weblinks.ASSETS}/"), "optional")
        for face, (path, _) in faces.items()
    )
    return ("".join(named) + dressed.sheet + rules).encode()


def _text(issue: Issue, page: Page, head: Sequence[etree._Element]) -> bytes:
    """The page as HTML: without what only XML has."""
    own = [deepcopy(part) for part in head]
    title = page.title if page.path == INDEX else f"{page.title} · {issue.name}"
    root = shell(title, issue.language, issue.direction, page.body, own)
    for part in root.iter(etree.Element):
        for name in (EPUB_TYPE, XML_LANG):
            part.attrib.pop(name, "")
        part.tag = str(part.tag).removeprefix(f"{{{MATHML}}}")
    etree.cleanup_namespaces(root)
    return html(root).encode()


def _head(issue: Issue, sheet: str, faces: Sequence[str]) -> Iterator[etree._Element]:
    yield element("meta", name="viewport", content="width=device-width, initial-scale=1")
    values: Mapping[str, str] = {
        "description": issue.summary or " · ".join(filter(None, (issue.subtitle, issue.line))),
        "generator": "bulletin-press",
    }
    for name, value in values.items():
        yield element("meta", name=name, content=value)
    for face in faces:
        yield element(
            "link", rel="preload", href=face, as_="font", type="font/woff2", crossorigin=""
        )
    yield element("link", rel="stylesheet", href=sheet)
