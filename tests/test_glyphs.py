"""The letters in the finished PDF are those of the faces that they should be set in.

FreeType draws each letter twice: as the face that the product cut has it, and as the font program
in the PDF has it. The two must be equal, pixel by pixel. Then PDFium draws the page, and each
letter on it must look as FreeType draws the face's letter in that size and place.

The second comparison has a tolerance: PDFium puts letters, and what stands above or below them,
on whole pixels. Where the one place is the other's half, dots have been seen to differ by 3.6 % of
their letter's ink; all else differs by less than 1 %. A letter that lacks its mark, the nearest
wrong one, differs by more than 15 %.
"""

from __future__ import annotations

import ctypes
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

import freetype
import pikepdf
import pypdfium2
import pypdfium2.raw
import pytest
from PIL import Image, ImageChops, ImageOps, ImageStat

from bulletin_press import fonts
from bulletin_press.editions import pdf
from tests.conftest import article, write_issue
from tests.printing import load

LETTERS = (
    "ґ" + "əƏğĞşŞıİçÇöÖüÜ" + "жщыЇ" + "λώΩ"
)  # first the one that reaches below what is before it
SPACED = " ".join(LETTERS)
FACES = {
    "roman": fonts.PRIMARY[0],
    "italic": fonts.PRIMARY[1],
    "bold": fonts.PRIMARY[2],
    "slanted": fonts.PRIMARY[3],
    "plain": fonts.PRIMARY[6],
    "oblique": fonts.PRIMARY[7],
    "heavy": fonts.PRIMARY[8],
}
BODY = f"""\
roman {SPACED}

*italic {SPACED}*

**bold {SPACED}**

*slanted {SPACED}*
   A term is bold, and so this one is bold and italic.

.. list-table:: A table is set in the sans.

   * - plain {SPACED}
   * - *oblique {SPACED}*
   * - **heavy {SPACED}**
"""
PIXELS = 64  # to the em, where outlines are compared
SCALE = (
    4  # pixels to the point, where pages are; from 50 to the em PDFium draws no letters but shapes
)
TOLERANCE = 0.05  # of a letter's ink
ASCENT, DESCENT = 0.85, 0.25  # in ems: above and below the line no other ink may stand
NAMES = re.compile(r"[A-Z]{6}\+(.*)")


@dataclass(frozen=True)
class Letter:
    """A letter on a page: where, from the left and the bottom, how large, in which font."""

    sign: str
    font: str
    x: float
    y: float
    size: float


@dataclass(frozen=True)
class Raster:
    """How much of each pixel a glyph covers, of 255; where it begins, from the glyph's origin."""

    left: int
    top: int
    rows: tuple[bytes, ...]

    def picture(self) -> Image.Image:
        return Image.frombytes("L", (len(self.rows[0]), len(self.rows)), b"".join(self.rows))


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    toml = "[design]\ncolumns = 1\n"
    folder = write_issue(tmp_path_factory.mktemp("glyphs"), {"01-a.rst": article("A", BODY)}, toml)
    (data,) = pdf.render(load(folder)).edition.files.values()
    return data


def page_with(data: bytes, word: str) -> pypdfium2.PdfPage:
    for page in pypdfium2.PdfDocument(data):
        if word in page.get_textpage().get_text_bounded():
            return page
    raise AssertionError(word)


def letters(page: pypdfium2.PdfPage, word: str) -> list[Letter]:
    """The letters that follow ``word``, as many as were asked for."""
    text = page.get_textpage()
    whole = [chr(pypdfium2.raw.FPDFText_GetUnicode(text, at)) for at in range(text.count_chars())]
    start = "".join(whole).index(f"{word} {LETTERS[0]}") + len(word)
    found: list[Letter] = []
    for at in range(start, len(whole)):
        if len(found) < len(LETTERS) and whole[at].strip():
            found.append(_letter(text, at))
    return found


def _letter(text: pypdfium2.PdfTextPage, at: int) -> Letter:
    raw = pypdfium2.raw
    x, y, matrix = ctypes.c_double(), ctypes.c_double(), raw.FS_MATRIX()
    raw.FPDFText_GetCharOrigin(text, at, x, y)
    raw.FPDFText_GetMatrix(text, at, matrix)
    name = ctypes.create_string_buffer(200)
    raw.FPDFText_GetFontInfo(text, at, name, len(name), ctypes.c_int())
    size = raw.FPDFText_GetFontSize(text, at) * abs(matrix.d)
    sign = chr(raw.FPDFText_GetUnicode(text, at))
    return Letter(sign, name.value.decode(), x.value, y.value, size)


def embedded(data: bytes) -> Mapping[str, tuple[bytes, dict[str, list[int]]]]:
    """Of each font by name: its program, and the glyphs that stand for each letter in it."""
    out = {}
    with pikepdf.open(io.BytesIO(data)) as file:
        for font in file.objects:
            if not isinstance(font, pikepdf.Dictionary) or font.get("/Subtype") != "/Type0":
                continue
            below = font.DescendantFonts[0]
            glyph_of = below.get("/CIDToGIDMap", pikepdf.Name.Identity)
            table = glyph_of.read_bytes() if isinstance(glyph_of, pikepdf.Stream) else None
            glyphs: dict[str, list[int]] = {}
            for code, sign in _named(font.ToUnicode.read_bytes()):
                glyph = code if table is None else int.from_bytes(table[2 * code : 2 * code + 2])
                glyphs.setdefault(sign, []).append(glyph)
            found = NAMES.fullmatch(str(font.BaseFont)[1:])
            assert found
            out[found[1]] = bytes(below.FontDescriptor.FontFile2.read_bytes()), glyphs
    return out


def _named(cmap: bytes) -> Iterator[tuple[int, str]]:
    """Code and letters of each entry of a ToUnicode map (ISO 32000-1 §9.10.3)."""
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", cmap, re.DOTALL):
        for code, text in re.findall(rb"<(\w+)>\s*<(\w+)>", block):
            yield int(code, 16), bytes.fromhex(text.decode()).decode("utf-16-be")
    assert b"beginbfrange" not in cmap


def drawn(program: bytes, glyph: int, size: float) -> Raster:
    """What FreeType makes of a glyph of a font, ``size`` pixels to the em, without hinting."""
    face = freetype.Face(io.BytesIO(program))
    face.set_char_size(round(size * 64))
    face.load_glyph(glyph, freetype.FT_LOAD_NO_HINTING | freetype.FT_LOAD_NO_BITMAP)
    slot = face.glyph
    slot.render(freetype.FT_RENDER_MODE_NORMAL)
    bitmap = slot.bitmap
    rows = tuple(
        bytes(bitmap.buffer[row * bitmap.pitch : row * bitmap.pitch + bitmap.width])
        for row in range(bitmap.rows)
    )
    return Raster(slot.bitmap_left, slot.bitmap_top, rows)


def glyph_of(face: fonts.Face, sign: str) -> int:
    return int(freetype.Face(io.BytesIO(face.data())).get_char_index(sign))


def unlike(data: bytes, word: str) -> list[str]:
    """The letters whose glyphs in the PDF's font program are not those of the face."""
    face, (program, glyphs) = FACES[word], embedded(data)[name_of(FACES[word])]
    return [
        sign
        for sign in LETTERS
        if not glyphs.get(sign)
        or any(
            drawn(program, glyph, PIXELS) != drawn(face.data(), glyph_of(face, sign), PIXELS)
            for glyph in glyphs[sign]
        )
    ]


def name_of(face: fonts.Face) -> str:
    """The name by which the engine embeds a face."""
    cut = {400: "", 600: "-Semi-Bold", 700: "-Bold"}[face.weight]
    return face.family.replace(" ", "-") + cut + ("-Italic" if face.style == "italic" else "")


def differences(data: bytes, word: str) -> dict[str, float]:
    """How far each printed letter is from FreeType's drawing, as a part of its ink.

    PDFium moves letters to whole pixels, so that the best of the nearest is taken.
    """
    page, face = page_with(data, f"{word} {LETTERS[0]}"), FACES[word]
    width, height = page.get_size()
    picture = ImageOps.invert(page.render(scale=SCALE, grayscale=True).to_pil())
    _, ink = picture.getextrema()
    out = {}
    for letter in letters(page, word):
        x, y = letter.x * picture.width / width, (height - letter.y) * picture.height / height
        size = letter.size * picture.width / width
        wanted = drawn(face.data(), glyph_of(face, letter.sign), size)
        above = max(0, round(ASCENT * size) - wanted.top)
        below = max(0, round(DESCENT * size) - len(wanted.rows) + wanted.top)
        drawing = ImageOps.expand(wanted.picture(), (0, above, 0, below))
        gaps = []
        for right, down in product((-1, 0, 1), repeat=2):
            left, top = round(x) + right + wanted.left, round(y) + down - wanted.top - above
            part = picture.crop((left, top, left + drawing.width, top + drawing.height))
            found = part.point(lambda value: min(255, round(value * 255 / ink)))
            gaps.append(ImageStat.Stat(ImageChops.difference(found, drawing)).sum[0])
        out[letter.sign] = min(gaps) / ImageStat.Stat(drawing).sum[0]
    return out


@pytest.mark.parametrize("word", FACES)
def test_letters_are_set_in_their_face(word: str, printed: bytes) -> None:
    found = letters(page_with(printed, f"{word} {LETTERS[0]}"), word)
    assert "".join(letter.sign for letter in found) == LETTERS
    assert {letter.font.partition("+")[2] for letter in found} == {name_of(FACES[word])}


@pytest.mark.parametrize("word", FACES)
def test_the_pdf_has_the_glyphs_of_the_face(word: str, printed: bytes) -> None:
    assert unlike(printed, word) == []


@pytest.mark.parametrize("word", FACES)
def test_the_page_shows_the_glyphs_of_the_face(word: str, printed: bytes) -> None:
    far = {sign: gap for sign, gap in differences(printed, word).items() if gap > TOLERANCE}
    assert far == {}


@pytest.mark.parametrize(
    ("sign", "other"), [("ı", "i"), ("ş", "s"), ("ə", "e"), ("ç", "c"), ("ö", "o"), ("Ї", "İ")]
)
def test_a_wrong_glyph_is_found(sign: str, other: str, printed: bytes) -> None:
    """One letter of the roman is drawn by another's glyph; the text stays as it was."""
    _, glyphs = embedded(printed)[name_of(FACES["roman"])]
    planted = redirected(printed, FACES["roman"], glyphs[sign], glyphs[other][0])
    assert "".join(one.sign for one in letters(page_with(planted, "roman"), "roman")) == LETTERS
    assert unlike(planted, "roman") == [sign]
    far = [one for one, gap in differences(planted, "roman").items() if gap > 3 * TOLERANCE]
    assert far == [sign]
    assert unlike(planted, "bold") == []


def redirected(data: bytes, face: fonts.Face, codes: list[int], glyph: int) -> bytes:
    """The PDF with one font's ``codes`` drawn by ``glyph`` (ISO 32000-1 §9.7.4.2)."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as file:
        for font in file.objects:
            if not isinstance(font, pikepdf.Dictionary) or "/CIDToGIDMap" not in font:
                continue
            if str(font.BaseFont).endswith(f"+{name_of(face)}"):
                table = [glyph if code in codes else code for code in range(4000)]
                font.CIDToGIDMap = file.make_stream(b"".join(one.to_bytes(2) for one in table))
        file.save(out)
    return out.getvalue()
