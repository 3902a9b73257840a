"""The faces of the book: subsets of those that its pages use, and the style sheet with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lxml import etree

from bulletin_press import fonts, styles
from bulletin_press.config import Publication
from bulletin_press.editions.epub.book import STYLES, Page, Part
from bulletin_press.fonts import DISPLAY, SANS, SERIF, Face, Selection

_FOLDER = "fonts"
_FAMILIES = {
    "h1": DISPLAY, "nameplate-title": DISPLAY, "entry-line": DISPLAY,
    "h2": SANS, "h3": SANS, "h4": SANS, "h5": SANS, "h6": SANS, "table": SANS, "figcaption": SANS,
    "legend": SANS, "box": SANS, "byline": SANS, "nameplate-subtitle": SANS, "issue-line": SANS,
    "imprint": SANS, "numeral": SANS, "entry-label": SANS, "note-call": SANS, "note-number": SANS,
    "note-back": SANS, "code": SANS, "pre": SANS, "footer": SANS, "draft": SANS,
}  # fmt: skip
_BOLD = frozenset(
    "h1 h2 h3 h4 h5 h6 strong th caption dt rubric byline box-title issue-line numeral entry-label"
    " entry-line note-number draft".split()
)
_ITALIC = frozenset("em cite standfirst pull-quote epigraph".split())


def dress(publication: Publication, pages: Iterable[Page]) -> tuple[Part, ...]:
    """The style sheet and the faces for ``pages``, each face with the characters it sets there.

    A character that the face of its place lacks is set by the first face that has it.
    """
    spoken = [voice for page in pages for voice in _voices(page.body, (SERIF, False, False))]
    selection = fonts.select("".join(text for _, text in spoken))
    wanted: dict[Face, set[int]] = {}
    for (family, bold, italic), text in spoken:
        for code in map(ord, text):
            face = _face(selection, family, bold, italic, code)
            if face is not None:
                wanted.setdefault(face, set()).add(code)
    used = [face for face in selection.faces if face in wanted]
    rules = fonts.font_face_rules(used, f"../{_FOLDER}/")
    sheet = styles.sheet(publication, "epub.css", fallback=selection.fallback, before=rules)
    return (
        Part(STYLES, sheet.text.encode(), "text/css", "styles"),
        *(
            Part(
                f"{_FOLDER}/{face.name}.ttf",
                face.subset(frozenset(wanted[face])),
                "font/ttf",
                f"face-{face.name}",
            )
            for face in used
        ),
    )


_Voice = tuple[str, bool, bool]


def _voices(part: etree._Element, voice: _Voice) -> Iterator[tuple[_Voice, str]]:
    """The texts below an element with the family, weight and slope that the style sheet gives."""
    names = [str(part.tag), *part.get("class", "").split()]
    family, bold, italic = voice
    for name in names:
        family = _FAMILIES.get(name, family)
    voice = (family, bold or not _BOLD.isdisjoint(names), italic or not _ITALIC.isdisjoint(names))
    yield voice, part.text or ""
    for child in part.iterchildren(etree.Element):
        yield from _voices(child, voice)
        yield voice, child.tail or ""


def _face(selection: Selection, family: str, bold: bool, italic: bool, code: int) -> Face | None:
    """The face that sets a character: of its family if that has it, else the nearest that has."""
    families = [family, *selection.fallback, SERIF, SANS]
    able = [face for face in selection.faces if code in face.characters()]
    return min(
        (face for face in able if face.family in families),
        key=lambda face: (
            families.index(face.family),
            (face.weight > 400) != bold,
            (face.style == "italic") != italic,
        ),
        default=None,
    )
