"""Faces from font packages: complete static cuts for layout, subsets for e-books, coverage."""

from __future__ import annotations

import json
import unicodedata
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING

from bulletin_press import kept, program, typefounding

if TYPE_CHECKING:
    import uharfbuzz

SERIF, DISPLAY, SANS = "Bulletin Serif", "Bulletin Display", "Bulletin Sans"
CODE, MATHS = "Bulletin Code", "Bulletin Maths"
_LITERATA = ("fontpkg_literata", "files/Literata[opsz,wght].ttf")
_LITERATA_ITALIC = ("fontpkg_literata", "files/Literata-Italic[opsz,wght].ttf")
_SANS = ("fontpkg_source_sans_3", "files/SourceSans3[wght].ttf")
_CODE = ("fontpkg_source_code_pro", "files/SourceCodePro[wght].ttf")
_MATHS = ("ziamath", "fonts/STIXTwoMath-Regular.ttf")
_SANS_ITALIC = ("fontpkg_source_sans_3", "files/SourceSans3-Italic[wght].ttf")
_NASKH = (
    ("Regular", "normal", 400), ("Italic", "italic", 400),
    ("Bold", "normal", 700), ("BoldItalic", "italic", 700),
)  # fmt: skip
_NASKH_SIZE = 1.12  # beside Literata, whose small letters are large
_KERN = int.from_bytes(b"kern", "big")
_SCRIPTS = (
    "Naskh", "Arabic", "Hebrew", "Georgian", "Armenian", "Devanagari", "Bengali", "Gujarati",
    "Gurmukhi", "Tamil", "Telugu", "Kannada", "Malayalam", "Oriya", "Sinhala", "Thai", "Lao",
    "Khmer", "Myanmar", "Ethiopic", "", "Symbols",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Face:
    """One cut of a family: where its font lies and, if variable, its place on the axes.

    ``size`` is how much larger its letters are made than the font has them. A face that is not
    ``kerned`` leaves out the font's kerning; one that is not ``joined``, strokes between letters.
    """

    family: str
    style: str
    weight: int
    package: str
    file: str
    axes: tuple[tuple[str, float], ...]
    size: float = 1
    kerned: bool = True
    joined: bool = True

    @property
    def name(self) -> str:
        """A file name without suffix, unique among the faces."""
        return f"{self.family.replace(' ', '')}-{self.weight}{self.style[:1].strip('n')}"

    @property
    def identity(self) -> str:
        """A word that changes with any octet of the face."""
        return sha256(f"{self!r} {program.fingerprint()}".encode()).hexdigest()

    def data(self) -> bytes:
        """The complete static face as TrueType bytes."""
        return _cut(self, None)

    def subset(self, characters: frozenset[int]) -> bytes:
        """The face with only what the code points in ``characters`` need, as TrueType bytes.

        Shaping takes some characters apart (UAX 15), so what they decompose into comes with them.
        """
        parts = unicodedata.normalize("NFKD", "".join(map(chr, sorted(characters))))
        return _cut(self, characters.union(map(ord, parts)))

    def characters(self) -> frozenset[int]:
        """The code points that the face can show."""
        return _coverage(self.package, self.file)


def _face(
    family: str, style: str, weight: int, source: tuple[str, str], optical: float = 0
) -> Face:
    axes = (("wght", float(weight)),) + ((("opsz", optical),) if optical else ())
    return Face(family, style, weight, *source, axes)


PRIMARY = (
    _face(SERIF, "normal", 400, _LITERATA, 11),
    _face(SERIF, "italic", 400, _LITERATA_ITALIC, 11),
    _face(SERIF, "normal", 700, _LITERATA, 11),
    _face(SERIF, "italic", 700, _LITERATA_ITALIC, 11),
    _face(DISPLAY, "normal", 600, _LITERATA, 40),
    _face(DISPLAY, "italic", 400, _LITERATA_ITALIC, 24),
    _face(SANS, "normal", 400, _SANS),
    _face(SANS, "italic", 400, _SANS_ITALIC),
    _face(SANS, "normal", 600, _SANS),
    _face(CODE, "normal", 400, _CODE),
)
MATHS_FACE = Face(MATHS, "normal", 400, *_MATHS, ())
_STYLED = range(0x1D400, 0x1D800)  # Mathematical Alphanumeric Symbols


def width(text: str, face: Face) -> float:
    """The width of ``text`` set in ``face`` on one line, in ems."""
    return widths([text], face)[0]


def widths(texts: Sequence[str], face: Face) -> list[float]:
    """The widths of some texts, each set in ``face`` on one line, in ems."""

    def measured() -> bytes:
        import uharfbuzz

        shaped = font(face)
        found = []
        for text in texts:
            buffer = uharfbuzz.Buffer()
            buffer.add_str(text)
            buffer.guess_segment_properties()
            uharfbuzz.shape(shaped, buffer)
            found.append(sum(one.x_advance for one in buffer.glyph_positions or ()))
        return json.dumps([one / shaped.face.upem for one in found]).encode()

    if not texts:
        return []
    found: list[float] = json.loads(kept.made(measured, "widths", repr(face), "\0".join(texts)))
    return found


DISPLAY_FACE, SANS_BOLD_FACE = PRIMARY[4], PRIMARY[8]


@dataclass(frozen=True, slots=True)
class Selection:
    """The faces that a text needs: the primary ones, and others for what those lack."""

    faces: tuple[Face, ...]
    fallback: tuple[str, ...]
    missing: frozenset[int]


def select(characters: Iterable[str]) -> Selection:
    """Choose faces for all ``characters``; code points that no face has are in ``missing``."""
    wanted = {ord(sign) for sign in set(characters) if not _invisible(sign)}
    lacking = wanted - PRIMARY[0].characters() - PRIMARY[6].characters()
    chosen: list[Face] = []
    for script in _SCRIPTS:
        if not lacking:
            break
        faces = _script(script)
        if lacking & faces[0].characters():
            lacking -= faces[0].characters()
            chosen += faces
    families = tuple(dict.fromkeys(face.family for face in chosen))
    return Selection((*PRIMARY, *chosen), families, frozenset(lacking))


def _script(name: str) -> tuple[Face, ...]:
    """The faces of a script, the regular one first."""
    family = f"Bulletin {name or 'Signs'}"
    if name == "Naskh":
        # Readers of a PDF take the white that Amiri kerns in after a reh for a blank, and a
        # stroke that it puts after a lam for a letter.
        return tuple(
            Face(family, style, weight, "fontpkg_amiri", f"files/Amiri-{cut}.ttf", (),
                 _NASKH_SIZE, kerned=False, joined=False)
            for cut, style, weight in _NASKH
        )  # fmt: skip
    source = ("manimgx_fonts", f"NotoSans{name}[wght].ttf")
    return tuple(_face(family, "normal", weight, source) for weight in (400, 700))


def maths(text: str) -> frozenset[int]:
    """The code points that formulas of ``text`` may be set in: slanted, bold and the like too.

    The sign of a root is drawn without being written.
    """
    styled = (code for code in _STYLED if unicodedata.normalize("NFKC", chr(code)) in text)
    return frozenset({*map(ord, text + "√"), *styled})


def font_face_rules(faces: Iterable[Face], folder: str) -> str:
    """The @font-face rules of ``faces``, whose files lie in ``folder`` under their names."""
    return "".join(font_face_rule(face, f"{folder}{face.name}.ttf") for face in faces)


def font_face_rule(face: Face, address: str, display: str = "") -> str:
    """The @font-face rule of a face at an address; ``display`` as CSS has it."""
    shown = f"font-display:{display};" if display else ""
    return (
        f'@font-face{{font-family:"{face.family}";font-style:{face.style};'
        f"font-weight:{face.weight};{shown}src:url({address})}}\n"
    )


def _invisible(sign: str) -> bool:
    """White space, controls and joiners, which need no glyph."""
    return unicodedata.category(sign) in ("Cc", "Cf", "Zs", "Zl", "Zp") or (
        0xFE00 <= ord(sign) <= 0xFE0F
    )


def _bytes(package: str, file: str) -> bytes:
    return files(package).joinpath(file).read_bytes()


@cache
def font(face: Face) -> uharfbuzz.Font:
    """A complete face as HarfBuzz shapes with it."""
    import uharfbuzz

    return uharfbuzz.Font(uharfbuzz.Face(face.data()))


@cache
def _coverage(package: str, file: str) -> frozenset[int]:
    def codes() -> bytes:
        import uharfbuzz

        return array("I", uharfbuzz.Face(_bytes(package, file)).unicodes).tobytes()

    return frozenset(array("I", kept.made(codes, "coverage", package, file)))


@cache
def _cut(face: Face, characters: frozenset[int] | None) -> bytes:
    """A static face: complete, or with what ``characters`` need."""
    wanted = "all" if characters is None else repr(sorted(characters))
    return kept.made(lambda: _made(face, characters), "faces", repr(face), wanted)


def _made(face: Face, characters: frozenset[int] | None) -> bytes:
    import uharfbuzz

    font = uharfbuzz.Face(_bytes(face.package, face.file))
    plan = uharfbuzz.SubsetInput()
    if characters is None:
        plan.keep_everything()
    else:
        plan.unicode_set.update(characters)
    if not face.kerned:
        plan.layout_feature_tag_set.discard(_KERN)
    for tag, value in face.axes:
        plan.pin_axis_location(font, tag, value)
    data = bytes(uharfbuzz.subset(font, plan).blob.data)
    if not face.joined:
        data = typefounding.without_strokes(data)
    return data if face.size == 1 else typefounding.enlarged(data, face.size)
