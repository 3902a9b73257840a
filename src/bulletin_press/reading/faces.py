"""The faces of an edition: subsets of those that its pages use, and the style sheet with them."""

from __future__ import annotations

import json
import re
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from lxml import etree

from bulletin_press import fonts, kept, styles
from bulletin_press.config import Publication
from bulletin_press.fonts import SANS, SERIF, Face, Selection
from bulletin_press.reading import Page
from bulletin_press.source.formulas.elements import MATHML

# what reading systems give elements by themselves (HTML, 15.3)
_READING_SYSTEM = """
h1, h2, h3, h4, h5, h6, th, b, strong { font-weight: 700 }
i, em, cite, dfn, var, address { font-style: italic }
"""
# what reading systems put before the items of a list, by its type; else figures
_NUMBERS = {
    "a": string.ascii_lowercase,
    "A": string.ascii_uppercase,
    "i": "cdilmvx",
    "I": "CDILMVX",
}
_ATTRIBUTE = re.compile(r"\[\s*([\w-]+)")
# siblings, pseudo-classes and namespaces: what depends on more than an element and those above
_MATHML = f"{{{MATHML}}}"
_BESIDE = re.compile(r"[+~|]|(?<!:):(?!:)")


class _Voice(NamedTuple):
    """How a text is set: families by preference, weight and slope."""

    families: tuple[str, ...]
    bold: bool
    italic: bool


@dataclass(frozen=True, slots=True)
class Dress:
    """A style sheet, brand values filled in, and the faces that it uses by their names.

    Each face is TrueType and has the characters that the pages set in it.
    """

    sheet: str
    faces: Mapping[Face, bytes]


def dress(
    publication: Publication,
    sheets: Iterable[str],
    pages: Iterable[Page],
    last: Iterable[str] = styles.OWN,
) -> Dress:
    """The style sheets of the names ``sheets`` as one for ``pages``, and their faces.

    A character that the face of its place lacks is set by the first face that has it; ``last`` is
    as ``styles.sheet`` has it.
    Raises ProblemsError (L103) as ``styles.sheet`` does.
    """
    bodies = [page.body for page in pages]
    selection = fonts.select("".join("".join(map(str, body.itertext())) for body in bodies))
    text = styles.sheet(publication, *sheets, fallback=selection.fallback, last=last).text
    cascade = _Cascade(_READING_SYSTEM + text)
    wanted: dict[Face, set[int]] = {}
    for voice, signs in cascade.voices(bodies).items():
        for code in map(ord, signs):
            face = _face(selection, voice, code)
            if face is not None:
                wanted.setdefault(face, set()).add(code)
    used = [face for face in selection.faces if face in wanted]
    formulas = "".join(
        "".join(map(str, one.itertext())) for body in bodies for one in body.iter(f"{_MATHML}math")
    )
    if formulas:
        wanted[fonts.MATHS_FACE] = set(fonts.maths(formulas))
        used.append(fonts.MATHS_FACE)
    return Dress(text, {face: face.subset(frozenset(wanted[face])) for face in used})


class _Stand:
    """Where an element stands as far as the selectors see: its voice, and what stands below."""

    __slots__ = ("below", "voice")

    def __init__(self, voice: _Voice) -> None:
        self.voice = voice
        self.below: dict[Any, _Stand] = {}


class _Cascade:
    """The rules of a style sheet that choose faces, as reading systems apply them.

    An element's rules are looked for once for all elements that are alike in what the selectors
    ask for, and whose ancestors are.
    """

    def __init__(self, sheet: str) -> None:
        import cssselect2

        self.matcher = cssselect2.Matcher()
        self.asked = ["class", "lang"]
        self.alike = True
        for prelude, chosen in _rules(sheet):
            try:
                selectors = cssselect2.compile_selector_list(prelude)
            except (cssselect2.SelectorError, SyntaxError, RecursionError):
                continue  # wrong, or too deep for what cssselect2 makes of it
            self._note(prelude)
            for selector in selectors:
                if selector.pseudo_element is None:
                    self.matcher.add_selector(selector, chosen)
        self.wrap = cssselect2.ElementWrapper.from_html_root

    def _note(self, prelude: str) -> None:
        """What selectors ask for: attributes by name, or more than an element and those above."""
        self.alike = self.alike and _BESIDE.search(prelude) is None
        names = {*_ATTRIBUTE.findall(prelude), *(("id",) if "#" in prelude else ())}
        self.asked += sorted(names.difference(self.asked))

    def voices(self, bodies: Iterable[etree._Element]) -> dict[_Voice, set[str]]:
        """The characters below some elements, by their voices."""
        root = self._voice(self.wrap(etree.Element("html")), _Voice((SERIF,), False, False))
        top = _Stand(root)
        found: dict[_Voice, set[str]] = {}
        for body in bodies:
            wrapped = {body: self.wrap(body)}
            self._gather(body, self._stand(body, top, wrapped), wrapped, found)
        return found

    def _gather(
        self,
        part: etree._Element,
        stand: _Stand,
        wrapped: dict[etree._Element, Any],
        found: dict[_Voice, set[str]],
    ) -> None:
        if part.tag.startswith(_MATHML):
            return  # set in the reader's own face of formulas
        signs = found.setdefault(stand.voice, set())
        if part.tag == "ol":
            signs.update(_NUMBERS.get(part.get("type", ""), string.digits) + ".")
        signs.update(part.text or "")
        for child in part.iterchildren(etree.Element):
            self._gather(child, self._stand(child, stand, wrapped), wrapped, found)
            signs.update(child.tail or "")

    def _stand(
        self, part: etree._Element, above: _Stand, wrapped: dict[etree._Element, Any]
    ) -> _Stand:
        look = (part.tag, *map(part.get, self.asked)) if self.alike else part
        known = above.below.get(look)
        if known is None:
            voice = self._voice(_wrapper(part, wrapped), above.voice)
            known = above.below[look] = _Stand(voice)
        return known

    def _voice(self, part: Any, above: _Voice) -> _Voice:
        families, bold, italic = above
        for *_, chosen in self.matcher.match(part):
            for name, value in chosen.items():
                if name in ("font", "font-family") and (named := re.findall('"([^"]+)"', value)):
                    families = tuple(named)
                if name in ("font", "font-weight"):
                    bold = re.search(r"\b([6-9]00|bold)\b", value) is not None
                if name in ("font", "font-style"):
                    italic = re.search(r"\b(italic|oblique)\b", value) is not None
        return _Voice(families, bold, italic)


def _rules(sheet: str) -> list[tuple[str, dict[str, str]]]:
    """The selectors of a sheet, and what is declared on faces there, where something is."""

    def read() -> bytes:
        import tinycss2

        found = []
        for rule in tinycss2.parse_stylesheet(sheet, True, True):
            if rule.type != "qualified-rule":
                continue
            chosen = {
                one.lower_name: tinycss2.serialize(one.value).strip()
                for one in tinycss2.parse_blocks_contents(rule.content, True, True)
                if one.type == "declaration" and one.lower_name.startswith("font")
            }
            if chosen:
                found.append((tinycss2.serialize(rule.prelude), chosen))
        return json.dumps(found).encode()

    return [(prelude, chosen) for prelude, chosen in json.loads(kept.made(read, "voices", sheet))]


def _wrapper(part: etree._Element, wrapped: dict[etree._Element, Any]) -> Any:
    """The element as selectors take it, with all beside and above it."""
    if part not in wrapped:
        parent = part.getparent()
        assert parent is not None
        for one in _wrapper(parent, wrapped).iter_children():
            wrapped[one.etree_element] = one
    return wrapped[part]


def _face(selection: Selection, voice: _Voice, code: int) -> Face | None:
    """The face that sets a character: of its family if that has it, else the nearest that has."""
    families = [*voice.families, *selection.fallback, SERIF, SANS]
    able = [face for face in selection.faces if code in face.characters()]
    return min(
        (face for face in able if face.family in families),
        key=lambda face: (
            families.index(face.family),
            (face.weight > 400) != voice.bold,
            (face.style == "italic") != voice.italic,
        ),
        default=None,
    )
