"""The PDF for a printing house, read back by pikepdf: boxes, marks, inks, pictures, its sheet."""

from __future__ import annotations

import base64
import io
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageCms, ImageOps

from bulletin_press import config, folders
from bulletin_press.editions import pdf
from bulletin_press.editions.pdf.prepress import inspection, verdict
from bulletin_press.editions.pdf.prepress.inks import srgb
from bulletin_press.problems import Problem, ProblemsError
from tests.conftest import article, write_issue
from tests.inkprofile import NAME, profile
from tests.printing import load

ROOT = Path(__file__).resolve().parents[1]
MM = 72 / 25.4


def printed(folder: Path) -> tuple[pdf.Printed, bytes]:
    """The press PDF of an issue."""
    made = pdf.render(load(folder), profile="press")
    name = next(iter(made.edition.files))
    assert name.endswith("-press.pdf")
    return made, made.edition.files[name]


@pytest.fixture(scope="module")
def sample() -> bytes:
    made, data = printed(folders.locate("2026-02", ROOT))
    assert made.problems == ()
    return data


Shade = Callable[[int, float, float], tuple[int, ...]]


def shades(data: bytes) -> Shade:
    """The colour of a point of a page, in millimetres from the cut page's left and upper edge."""

    @cache
    def picture(page: int) -> tuple[Any, float, float]:
        with pypdfium2.PdfDocument(data) as document:
            sheet = document[page]
            left, _, _, top = sheet.get_mediabox()
            height = sheet.get_trimbox()[3]
            image = sheet.render(scale=4).to_pil()
            sheet.close()
        return image, left, top - height

    def shade(page: int, x: float, y: float) -> tuple[int, ...]:
        image, left, above = picture(page)
        at = round((x * MM - left) * 4), round((y * MM + above) * 4)
        return tuple(image.getpixel(at)[:3])

    return shade


def test_the_boxes_are_those_of_a_page_that_is_cut(sample: bytes) -> None:
    with pikepdf.open(io.BytesIO(sample)) as file:
        for page in file.pages:
            trim, bleed, media = (
                [float(side) for side in page[f"/{name}Box"]] for name in ("Trim", "Bleed", "Media")
            )
            assert trim == pytest.approx([0, 0, 210 * MM, 297 * MM], abs=0.01)
            around = [
                trim[0] - bleed[0],
                trim[1] - bleed[1],
                bleed[2] - trim[2],
                bleed[3] - trim[3],
            ]
            assert around == pytest.approx([3 * MM] * 4, abs=0.01)
            beyond = [
                bleed[0] - media[0],
                bleed[1] - media[1],
                media[2] - bleed[2],
                media[3] - bleed[3],
            ]
            assert min(beyond) > 6 * MM


def test_marks_stand_outside_the_bleed_and_show_where_to_cut(sample: bytes) -> None:
    white, shade = (255, 255, 255), shades(sample)
    for page in (0, 4):
        for x in (0.0, 210.0):
            for y in (-7.0, 304.0):
                assert shade(page, x, y) != white
                assert shade(page, x + 1, y) == white
        for y in (0.0, 297.0):
            for x in (-7.0, 217.0):
                assert shade(page, x, y) != white
    for x, y in ((0, 298.5), (-1.5, 297), (0, 295), (211.5, 297)):
        assert shade(0, x, y) == white


def test_what_touches_the_edge_runs_into_the_bleed_and_no_further(sample: bytes) -> None:
    shade = shades(sample)
    brand = shade(0, 2, 2)
    assert brand == (20, 50, 92)
    for x, y in ((-2.8, -2.8), (100, -2.8), (212.8, -2.8), (-2.8, 60), (212.8, 60)):
        assert shade(0, x, y) == brand
    assert shade(0, -2.8, 76) == shade(0, 212.8, 76) == (168, 50, 45)
    for x, y in ((-3.5, 40), (100, -3.5), (213.5, 40)):
        assert shade(0, x, y) == (255, 255, 255)


def test_it_claims_neither_archive_nor_accessibility(sample: bytes) -> None:
    for claim in (b"pdfaid", b"pdfuaid", b"GTS_PDFXVersion"):
        assert claim not in sample


TOML = '[pdf]\nicc-profile = "house.icc"\n'
DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="300"'
    ' height="200" viewBox="0 0 300 200"><defs><linearGradient id="g"><stop offset="0"'
    ' stop-color="#ff0000"/><stop offset="1" stop-color="#0000ff" stop-opacity="0.3"/>'
    '</linearGradient><mask id="m"><rect width="300" height="200" fill="#888"/></mask></defs>'
    '<rect width="300" height="90" fill="url(#g)"/><g opacity="0.5"><circle cx="50" cy="150"'
    ' r="40" fill="#0a0"/></g><g mask="url(#m)"><rect x="120" y="110" width="80" height="80"'
    ' fill="#c0c"/></g><image x="210" y="110" width="20" height="20" xlink:href="DATA"/></svg>'
)
COLOURED = ("photo.jpg", "turned.jpg", "indexed.png", "clear.png", "drawing.svg")
SHOWN = (*COLOURED, "grey.jpg", "inks.jpg", "coarse.png")


def shades_of(width: int, height: int) -> Image.Image:
    """A picture of many colours."""
    grey = Image.linear_gradient("L")
    parts = (grey, grey.rotate(90), Image.radial_gradient("L"))
    return Image.merge("RGB", [one.resize((width, height)) for one in parts])


def encoded(image: Image.Image, form: str, **more: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **more)
    return out.getvalue()


def pictures() -> dict[str, bytes]:
    """Pictures of every kind, by file name."""
    photo, turn = shades_of(960, 660), Image.Exif()
    turn[0x112] = 6
    clear = photo.copy()
    clear.putalpha(Image.radial_gradient("L").resize(photo.size))
    inner = base64.b64encode(encoded(shades_of(90, 90), "PNG")).decode()
    return {
        "photo.jpg": encoded(photo, "JPEG", quality=92),
        "turned.jpg": encoded(photo, "JPEG", quality=92, exif=turn),
        "indexed.png": encoded(photo.convert("P"), "PNG"),
        "clear.png": encoded(clear, "PNG"),
        "grey.jpg": encoded(photo.getchannel(0).convert("RGB"), "JPEG", quality=92),
        "inks.jpg": encoded(photo.convert("CMYK"), "JPEG", quality=92),
        "coarse.png": encoded(shades_of(300, 200), "PNG"),
        "drawing.svg": DRAWING.replace("DATA", f"data:image/png;base64,{inner}").encode(),
    }


def publication(folder: Path, toml: str = TOML, body: str = "Some words.", **more: str) -> Path:
    """An issue of a publication with the tests' ICC profile."""
    (folder / "house.icc").write_bytes(profile())
    for name, text in more.items():
        (folder / "styles").mkdir(exist_ok=True)
        (folder / "styles" / f"{name}.css").write_text(text, "utf-8")
    return write_issue(folder, {"01-a.rst": article("A bridge", body)}, toml)


def illustrated(folder: Path, toml: str = TOML) -> Path:
    figures = [f".. figure:: {name}\n   :alt: Shades.\n\n   {name}\n" for name in SHOWN]
    chart = (
        ".. chart::\n   :kind: bar\n   :caption: Freight\n\n   Year,Port\n   2021,5\n   2022,7\n"
    )
    issue = publication(folder, toml, "\n".join(["Some words.\n", *figures, chart]))
    for name, data in pictures().items():
        (issue / name).write_bytes(data)
    return issue


@dataclass(frozen=True)
class Made:
    """A press PDF with what the product says of it."""

    problems: tuple[Problem, ...]
    data: bytes
    sheet: str

    @classmethod
    def of(cls, folder: Path) -> Made:
        made = pdf.render(load(folder), profile="press")
        (name, data), (beside, sheet) = made.edition.files.items()
        assert beside == name.removesuffix(".pdf") + ".txt"
        return cls(made.problems, data, sheet.decode())

    def fact(self, label: str) -> str:
        """The first line of the printer's sheet that begins so."""
        lines = (line for line in self.sheet.splitlines() if line.startswith(label))
        return next(lines).removeprefix(label).strip()


@pytest.fixture(scope="module")
def inked(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return Made.of(illustrated(tmp_path_factory.mktemp("inked")))


@pytest.fixture(scope="module")
def screened(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return Made.of(illustrated(tmp_path_factory.mktemp("screened"), ""))


def streams(file: pikepdf.Pdf) -> Iterator[pikepdf.Stream]:
    return (one for one in file.objects if isinstance(one, pikepdf.Stream))


def images(file: pikepdf.Pdf) -> list[pikepdf.Stream]:
    """The pictures in the order of the pages, without what makes them transparent."""
    masks = {one.SMask.objgen for one in streams(file) if "/SMask" in one}
    found = [one for one in streams(file) if one.get("/Subtype") == "/Image"]
    return [one for one in found if one.objgen not in masks]


def operators(file: pikepdf.Pdf) -> Iterator[tuple[str, list[Any]]]:
    """Every operator of every page, form and pattern."""
    forms = [
        one for one in streams(file) if one.get("/Subtype") == "/Form" or "/PatternType" in one
    ]
    for content in (*file.pages, *forms):
        for one in pikepdf.parse_content_stream(content):
            assert isinstance(one, pikepdf.ContentStreamInstruction)
            yield str(one.operator), list(one.operands)


def test_nothing_is_left_in_rgb(inked: Made) -> None:
    with pikepdf.open(io.BytesIO(inked.data)) as file:
        used = {name for name, _ in operators(file)}
        assert not used & {"rg", "RG"}
        assert used >= {"k", "sh"}
        spaces = {str(parts[0]) for name, parts in operators(file) if name in ("cs", "CS")}
        assert spaces <= {"/registration", "/Pattern"}
        assert {str(one.ColorSpace) for one in images(file)} == {"/DeviceCMYK", "/DeviceGray"}
        gradients = [
            one
            for one in file.objects
            if isinstance(one, pikepdf.Dictionary) and "/ShadingType" in one
        ]
        assert {str(one.ColorSpace) for one in gradients} == {"/DeviceCMYK", "/DeviceGray"}
        groups = {str(one.Group.CS) for one in streams(file) if "/Group" in one}
        assert groups <= {"/DeviceCMYK", "/DeviceGray"}
        named = [key for page in file.pages for key in page.Resources.get("/ColorSpace", {})]
        assert set(named) == {"/registration"}


def test_the_profile_is_named_as_output_intent(inked: Made, screened: Made) -> None:
    for made, inside, name in ((inked, profile(), NAME), (screened, srgb(), "sRGB2014")):
        with pikepdf.open(io.BytesIO(made.data)) as file:
            (intent,) = file.Root.OutputIntents
            assert intent.DestOutputProfile.read_bytes() == inside
            assert int(intent.DestOutputProfile.N) == (4 if made is inked else 3)
            assert str(intent.S) == "/GTS_PDFX"
            assert str(intent.OutputConditionIdentifier) == name


def test_black_and_grey_text_is_of_black_ink_alone(inked: Made) -> None:
    colour: tuple[float, ...] = ()
    found = Counter[tuple[float, ...]]()
    with pikepdf.open(io.BytesIO(inked.data)) as file:
        for name, parts in operators(file):
            if name == "k":
                colour = tuple(map(float, parts))
            elif name == "TJ":
                found[colour] += 1
    assert (0, 0, 0, 1) in found
    for cyan, magenta, yellow, black in found:
        assert black < 0.5 or cyan == magenta == yellow == 0
    greys = [one for one in found if one[:3] == (0, 0, 0) and 0 < one[3] < 1]
    assert len(greys) == 1  # running heads and the like


def test_pictures_are_in_inks_at_full_resolution(inked: Made) -> None:
    given = pictures()
    before, after = (ImageCms.ImageCmsProfile(io.BytesIO(one)) for one in (srgb(), profile()))
    transform = ImageCms.buildTransform(
        before, after, "RGB", "CMYK", ImageCms.Intent.RELATIVE_COLORIMETRIC,
        ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )  # fmt: skip
    with pikepdf.open(io.BytesIO(inked.data)) as file:
        found = images(file)
        sizes = [(int(one.Width), int(one.Height)) for one in found]
        assert sorted(sizes) == sorted([(960, 660)] * 5 + [(660, 960), (300, 200), (90, 90)])
        photo = found[sizes.index((960, 660))]
        with Image.open(io.BytesIO(given["photo.jpg"])) as opened:
            wanted = ImageCms.applyTransform(opened.convert("RGB"), transform)
        assert wanted is not None
        assert photo.read_bytes() == wanted.tobytes()
        turned = found[sizes.index((660, 960))]
        with Image.open(io.BytesIO(given["turned.jpg"])) as opened:
            wanted = ImageCms.applyTransform(
                ImageOps.exif_transpose(opened).convert("RGB"), transform
            )
        assert wanted is not None
        assert turned.read_bytes() == wanted.tobytes()
        (grey,) = [one for one in found if one.ColorSpace == "/DeviceGray"]
        assert len(grey.read_bytes()) == 960 * 660
        (kept,) = [one for one in found if one.get("/Filter") == "/DCTDecode"]
        assert kept.read_raw_bytes() == given["inks.jpg"]
        (clear,) = [one for one in found if "/SMask" in one]
        with Image.open(io.BytesIO(given["clear.png"])) as opened:
            assert clear.SMask.read_bytes() == opened.getchannel("A").tobytes()


def test_without_a_profile_pictures_stay_as_they_were_given(screened: Made) -> None:
    given = pictures()
    with pikepdf.open(io.BytesIO(screened.data)) as file:
        raw = {one.read_raw_bytes() for one in images(file)}
        assert {given["photo.jpg"], given["grey.jpg"], given["inks.jpg"]} <= raw
        (turned,) = [one for one in images(file) if one.Width == 660]
        with Image.open(io.BytesIO(given["turned.jpg"])) as opened:
            assert turned.read_bytes() == ImageOps.exif_transpose(opened).convert("RGB").tobytes()


def test_a_picture_with_too_few_dots_is_named_with_its_line(inked: Made) -> None:
    (found,) = inked.problems
    assert (found.code, found.severity) == ("L120", "warning")
    line = SHOWN.index("coarse.png") * 5 + 7
    assert (found.where.path, found.where.line) == ("source/2026-05/01-a.rst", line)
    dots = round(300 / ((210 - 40 - 6.5) / 2) * 25.4)
    assert f"“coarse.png” is printed with {dots} dots to an inch, 82 × 55 mm large" in found.message
    assert "644 × 430 pixels" in found.hint


def test_the_printers_sheet_says_what_the_file_holds(inked: Made) -> None:
    with pikepdf.open(io.BytesIO(inked.data)) as file:
        pages = len(file.pages)
        fonts = {
            str(one.FontName).partition("+")[2] for one in file.objects
            if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/FontDescriptor"
        }  # fmt: skip
        inks = [
            Image.frombytes("CMYK", (int(one.Width), int(one.Height)), one.read_bytes())
            for one in images(file)
            if one.ColorSpace == "/DeviceCMYK" and one.Filter == "/FlateDecode"
        ]
    bands = [[band.tobytes() for band in one.split()] for one in inks]
    most = max(sum(pixel) for one in bands for pixel in zip(*one, strict=True))
    assert inked.fact("Publication") == "Valley Notes · Volume 2 · Number 5 · May 2026"
    assert inked.fact("Date of issue") == "2026-05-29"
    assert inked.fact("File") == "bulletin-2026-05-press.pdf"
    assert f"SHA-256 {sha256(inked.data).hexdigest()}" in inked.sheet
    assert f"{len(inked.data)} bytes; claims no PDF/X or PDF/A" in inked.sheet
    assert re.match(rf"{pages}\b", inked.fact("Pages"))
    assert inked.fact("Binding") == "left edge"
    assert inked.fact("Trimmed size") == "210 × 297 mm"
    assert inked.fact("Bleed") == "3 mm on all sides"
    assert inked.fact("Whole page").startswith("232 × 319 mm")
    assert inked.fact("Inks") == "cyan, magenta, yellow, black"
    assert inked.fact("Profile") == f"{NAME} (CMYK), as output intent; from house.icc"
    assert inked.fact("Most ink").startswith(f"{round(most / 2.55)} %, in a picture on page")
    for name in fonts:
        assert re.search(rf"^(Fonts)? +{re.escape(name)}$", inked.sheet, re.MULTILINE), name
    assert re.search(r"298 dpi  81\.8 × 56\.2 mm, 960 × 660 pixels, CMYK  photo\.jpg", inked.sheet)
    assert re.search(r" 93 dpi .* coarse\.png", inked.sheet)
    checked = re.findall(r"(yes|NO) +(.*)", inked.sheet)
    assert [what for holds, what in checked if holds == "NO"] == ["pictures have 200 dpi"]
    assert "there is no RGB" in [what for _, what in checked]


def test_a_sheet_without_profile_says_that_inks_are_to_be_made(screened: Made) -> None:
    assert screened.fact("Inks").startswith("none yet: the colours are RGB, and inks (CMYK) in")
    assert screened.fact("Profile") == "sRGB2014 (RGB), as output intent"
    assert "there is no RGB" not in screened.sheet


def test_crosses_stand_outside_the_bleed_where_a_sheet_asks_for_them(tmp_path: Path) -> None:
    sheet = (ROOT / "styles/press.css").read_text("utf-8")
    made = Made.of(publication(tmp_path, press=sheet.replace("crop", "crop cross")))
    shade = shades(made.data)
    for x, y in ((105.0, -6.5), (105.0, 303.5), (-6.5, 148.5), (216.5, 148.5)):
        assert shade(1, x, y) != (255, 255, 255)
        assert shade(1, x + 4, y + 1) == (255, 255, 255)


def test_the_same_sources_give_the_same_bytes(inked: Made, tmp_path: Path) -> None:
    again = Made.of(illustrated(tmp_path))
    assert (again.data, again.sheet) == (inked.data, inked.sheet)


def test_pages_for_stitching_and_the_side_of_the_spine(tmp_path: Path) -> None:
    toml = '[publication]\nlanguage = "ar"\n' + TOML
    made = Made.of(publication(tmp_path, toml, "كلمة " * 40))
    assert made.fact("Binding") == "right edge"
    assert made.fact("Pages") == "2"
    assert "stitched: 4, 2 of them blank, at the end" in made.sheet


@pytest.mark.parametrize(
    ("more", "code", "message"),
    [
        (
            {"press": "p { color: device-cmyk(0.6 0.5 0.5 0.9) }"},
            "L121",
            "is printed in four inks, C 60 M 50 Y 50 K 90",
        ),
        ({"press": "@page { bleed: 3mm }"}, "L122", "something on page 1 ends at the paper's edge"),
        ({"toml": f"{TOML}ink-limit = 180\n"}, "L123", "more than 180 %"),
    ],
)
def test_what_a_printing_house_would_send_back(
    more: dict[str, str], code: str, message: str, tmp_path: Path
) -> None:
    found = {one.code: one.message for one in Made.of(publication(tmp_path, **more)).problems}
    assert list(found) == [code]
    assert message in found[code]


def test_colours_that_are_left_in_rgb_are_an_error(screened: Made, tmp_path: Path) -> None:
    issue = load(publication(tmp_path))
    facts = inspection.inspect(screened.data)
    found = {one.code: one for one in verdict.check(issue, facts, ["1"] * 9, {})}
    assert found["L124"].severity == "error"
    assert found["L124"].message == "colours are left that are no inks: RGB"


def test_inks_that_a_sheet_gives_are_printed_as_they_are(tmp_path: Path) -> None:
    sheet = "@page { bleed: 3mm } .nameplate { background: device-cmyk(1 0.5 0 0.1) }"
    made = Made.of(publication(tmp_path, press=sheet))
    assert re.search(r"C 100 M 50 K 10 +160 % +rules and grounds", made.sheet)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (None, "cannot be read"),
        (b"no profile", "“house.icc” is none"),
        (srgb(), "of class mntr, colour space RGB"),
        (profile(b"spac"), "of class spac, colour space CMYK"),
        (profile()[:-4], "154984"),
    ],
)
def test_a_profile_that_cannot_be_the_press_is_refused(
    data: bytes | None, reason: str, tmp_path: Path
) -> None:
    if data is not None:
        (tmp_path / "house.icc").write_bytes(data)
    (tmp_path / "bulletin.toml").write_text(f"\n{TOML}", "utf-8")
    with pytest.raises(ProblemsError) as refused:
        config.load(tmp_path)
    (found,) = refused.value.problems
    assert (found.code, str(found.where)) == ("C103", "bulletin.toml:3")
    assert reason in found.message


def test_a_profile_stands_inside_the_publication(tmp_path: Path) -> None:
    (tmp_path / "house.icc").write_bytes(profile())
    (tmp_path / "here").mkdir()
    (tmp_path / "here/bulletin.toml").write_text(TOML.replace("house", "../house"), "utf-8")
    with pytest.raises(ProblemsError, match="a file inside the publication's folder"):
        config.load(tmp_path / "here")


def test_a_profile_is_read_without_the_engine(tmp_path: Path) -> None:
    (tmp_path / "house.icc").write_bytes(profile())
    code = (
        "import sys; from pathlib import Path\n"
        "from bulletin_press.editions.pdf.prepress import inks\n"
        "inks.Press(Path('house.icc').read_bytes()); sys.exit('weasyprint' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True, timeout=60)


def test_a_profile_without_colours_is_refused_before_anything_is_laid_out(tmp_path: Path) -> None:
    issue = publication(tmp_path)
    whole = profile()
    (tmp_path / "house.icc").write_bytes(whole[:300] + bytes(len(whole) - 300))
    with pytest.raises(ProblemsError) as refused:
        pdf.render(load(issue), profile="press")
    assert [one.code for one in refused.value.problems] == ["C103"]
