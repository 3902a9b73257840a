"""PDFs before outside judges: PDF/A-2a and PDF/UA-1 hold whatever an issue is made of."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from pikepdf import PdfImage
from PIL import Image, ImageStat

from bulletin_press import press
from bulletin_press.edition import PDF, PROFILES, Edition
from bulletin_press.judges import JUDGES
from bulletin_press.problems import exit_status
from tests.judging.issues import magazine, plain
from tests.judging.pdf import judged
from tests.printing import masthead, write

ROOT = Path(__file__).resolve().parents[1]
SAMPLE, LARGE, PICTURES = "bulletin-2026-02", "bulletin-2026-02-large-print", "pictures"
PLAIN = {f"plain-{seed}": seed for seed in range(10)}
MAGAZINES = {f"magazine-{seed}": seed for seed in (2, 4, 5, 7, 1000, 1018)}
CYAN = (255, 0, 0, 0)
KINDS = {"jpg": ("L", "RGB", "CMYK"), "png": ("1", "L", "LA", "P", "RGB", "RGBA"),
         "webp": ("RGB", "RGBA")}  # fmt: skip

pytestmark = pytest.mark.xdist_group("judged-pdf")


def pictured(folder: Path) -> bytes:
    """An issue with a picture of every kind that the press takes, and a transparent drawing."""
    names, files = [], {}
    for kind, modes in KINDS.items():
        for mode in modes:
            name = f"{mode.replace(';', '-').lower()}.{kind}"
            out = io.BytesIO()
            Image.new(mode, (40, 30), CYAN if mode == "CMYK" else 0).save(
                out, {"jpg": "JPEG"}.get(kind, kind)
            )
            files[name] = out.getvalue()
            names.append(name)
    names.append("drawing.svg")
    text = ["Pictures", "========", ""]
    for name in names:
        text += [f".. figure:: {name}", f"   :alt: What {name} shows.", "", "   A caption.", ""]
    issue = write(folder, {
        "issue.rst": masthead(), "01-pictures.rst": "\n".join(text), "drawing.svg": (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 30"><defs><linearGradient'
            ' id="a"><stop offset="0" stop-color="#036"/><stop offset="1" stop-color="#fc0"'
            ' stop-opacity=".3"/></linearGradient></defs><rect width="40" height="30"'
            ' fill="url(#a)"/><circle cx="20" cy="15" r="9" opacity=".5" fill="red"/></svg>'
        ),
    })  # fmt: skip
    for name, data in files.items():
        (issue / name).write_bytes(data)
    return built(issue, folder)[0]


def built(issue: Path, folder: Path, *profiles: str) -> list[bytes]:
    made = press.build(issue, ["pdf"], folder, profiles=profiles or PROFILES[:1])
    assert made.paths, made.problems
    return [path.read_bytes() for path in made.paths]


Faults = dict[str, tuple[str, ...]]


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The sample as two PDFs, and one full of pictures, by name."""
    issue, folder = ROOT / "source" / "2026-02", tmp_path_factory.mktemp("sample")
    usual, large = built(issue, folder, "screen", "large-print")
    return {SAMPLE: usual, LARGE: large, PICTURES: pictured(tmp_path_factory.mktemp(PICTURES))}


@pytest.fixture(scope="module")
def faults_of_samples(samples: dict[str, bytes]) -> Faults:
    return judged(samples)


@pytest.fixture(scope="module")
def faults_of_generated(tmp_path_factory: pytest.TempPathFactory) -> Faults:
    files = {}
    for kinds, make in ((PLAIN, plain), (MAGAZINES, magazine)):
        for name, seed in kinds.items():
            pdf = make(seed, tmp_path_factory.mktemp(name))
            assert pdf is not None
            files[name] = pdf
    return judged(files)


@pytest.mark.parametrize("name", [SAMPLE, LARGE, PICTURES])
def test_both_judges_pass_the_sample(name: str, faults_of_samples: Faults) -> None:
    assert faults_of_samples[name] == ()


@pytest.mark.parametrize("name", [*PLAIN, *MAGAZINES])
def test_both_judges_pass_generated_issues(name: str, faults_of_generated: Faults) -> None:
    assert faults_of_generated[name] == ()


def test_the_usual_pdf_claims_both_standards(samples: dict[str, bytes]) -> None:
    with pikepdf.open(io.BytesIO(samples[SAMPLE])) as file, file.open_metadata() as metadata:
        claims = [
            str(metadata[name]) for name in ("pdfaid:part", "pdfaid:conformance", "pdfuaid:part")
        ]
    assert claims == ["2", "A", "1"]


def test_a_picture_in_inks_has_the_colours_of_screens(samples: dict[str, bytes]) -> None:
    with pikepdf.open(io.BytesIO(samples[PICTURES])) as file:
        streams = [one for one in file.objects if isinstance(one, pikepdf.Stream)]
        pictures = [PdfImage(one) for one in streams if one.get("/Subtype") == "/Image"]
        means = [ImageStat.Stat(one.as_pil_image().convert("RGB")).mean for one in pictures]
    assert any(red < 60 and green > 120 and blue > 150 for red, green, blue in means), means


def without_language(file: pikepdf.Pdf) -> None:
    del file.Root.Lang
    for thing in file.objects:
        if isinstance(thing, pikepdf.Dictionary) and "/Lang" in thing:
            del thing.Lang


def without_descriptions(file: pikepdf.Pdf) -> None:
    for thing in file.objects:
        if isinstance(thing, pikepdf.Dictionary) and thing.get("/S") == "/Figure":
            del thing.Alt


@pytest.mark.parametrize("spoil", [without_language, without_descriptions])
def test_both_judges_see_what_is_taken_away(
    spoil: Callable[[pikepdf.Pdf], None], samples: dict[str, bytes]
) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(samples[SAMPLE])) as file:
        spoil(file)
        file.save(out)
    found = JUDGES["pdf"](Edition("pdf", PDF, {"a.pdf": out.getvalue()}))
    assert {one.code for one in found} == {"J102", "J103"}
    assert exit_status(found) == 7
