"""The booklet: folded, its pages are those of the usual PDF in order, each drawn as it is there."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat

from bulletin_press.editions import pdf
from bulletin_press.editions.pdf.booklet import order
from tests.conftest import article, write_issue
from tests.printing import load

Side = tuple[int | None, int | None]
SIDES: dict[int, list[Side]] = {
    1: [(None, 1), (None, None)],
    2: [(None, 1), (2, None)],
    3: [(None, 1), (2, 3)],
    4: [(4, 1), (2, 3)],
    5: [(None, 1), (2, None), (None, 3), (4, 5)],
    6: [(None, 1), (2, None), (6, 3), (4, 5)],
    7: [(None, 1), (2, 7), (6, 3), (4, 5)],
    8: [(8, 1), (2, 7), (6, 3), (4, 5)],
    9: [(None, 1), (2, None), (None, 3), (4, 9), (8, 5), (6, 7)],
}
COVERED: dict[int, list[Side]] = {
    1: [(1, None), (None, None)],
    2: [(2, 1), (None, None)],
    3: [(3, 1), (2, None)],
    5: [(5, 1), (2, None), (None, 3), (4, None)],
    8: SIDES[8],
    9: [(9, 1), (2, None), (None, 3), (4, None), (8, 5), (6, 7)],
}


def counted(pages: int, **how: bool) -> list[Side]:
    """The order with pages counted from 1."""

    def number(page: int | None) -> int | None:
        return None if page is None else page + 1

    return [(number(left), number(right)) for left, right in order(pages, **how)]


@pytest.mark.parametrize("pages", SIDES)
def test_order_of_few_pages(pages: int) -> None:
    assert counted(pages) == SIDES[pages]
    assert counted(pages, leftward=True) == [pair[::-1] for pair in SIDES[pages]]


@pytest.mark.parametrize("pages", COVERED)
def test_the_back_cover_is_outside(pages: int) -> None:
    assert counted(pages, back_cover=True) == COVERED[pages]


@given(st.integers(1, 400), st.booleans(), st.booleans())
def test_folded_and_nested_sheets_read_in_order(pages: int, cover: bool, leftward: bool) -> None:
    """Fold the sheets as a reader does, leaf by leaf: page n is where the order puts it."""
    sides = order(pages, back_cover=cover, leftward=leftward)
    assert len(sides) == 2 * -(-pages // 4)
    if leftward:
        sides = tuple((right, left) for left, right in sides)
    fronts, backs = sides[::2], sides[1::2]
    first_half = [
        page for front, back in zip(fronts, backs, strict=True) for page in (front[1], back[0])
    ]
    second_half = [
        page for front, back in zip(fronts, backs, strict=True) for page in (front[0], back[1])
    ]
    read = first_half + second_half[::-1]
    assert [page for page in read if page is not None] == list(range(pages))
    blanks = [place for place, page in enumerate(read) if page is None]
    assert len(blanks) < 4
    end = len(read) - 1 if cover else len(read)
    assert blanks == list(range(end - len(blanks), end))


@dataclass
class Made:
    """A booklet beside the pages that it is made of."""

    name: str
    data: bytes
    usual: bytes

    def halves(self, number: int) -> tuple[str, str]:
        """The text in the left and the right half of a sheet's side."""
        sheet = self.sheets[number]
        width, height = sheet.get_size()
        text = sheet.get_textpage()
        return (
            text.get_text_bounded(0, 0, width / 2, height),
            text.get_text_bounded(width / 2, 0, width, height),
        )

    @property
    def sheets(self) -> pypdfium2.PdfDocument:
        return pypdfium2.PdfDocument(self.data)

    @property
    def pages(self) -> pypdfium2.PdfDocument:
        return pypdfium2.PdfDocument(self.usual)


def build(folder: Path) -> Made:
    ((name, data),) = pdf.render(load(folder), profile="booklet").edition.files.items()
    ((_, usual),) = pdf.render(load(folder)).edition.files.items()
    return Made(name, data, usual)


BODY = " ".join(["The council of the northern harbour measured the bridge twice."] * 60)
FILES = {
    "01-a.rst": article("A bridge", f"{BODY}\n\n{BODY}\n\nA heading\n---------\n\n{BODY} [#n]_\n\n"
                        ".. [#n] See https://example.org/bridge for more."),
    "02-b.rst": article("A harbour", BODY),
}  # fmt: skip
BACK = """
.. back-cover::

   Ask for the next issue.
"""
MASTHEAD = "============\nValley Notes\n============\n\n:Date: 2026-05-29\n"
SOURCES = {"issue.rst": MASTHEAD + BACK, **FILES}
TOML = '[design]\npage = "A5"\ncolumns = 1\n'


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("booklet")
    return build(write_issue(folder, SOURCES, TOML))


def letters(text: str) -> str:
    return re.sub(r"[\s\u0002\ufffe]", "", text)


def check_halves(made: Made, *, cover: bool, leftward: bool) -> None:
    """Each half of each sheet has the text, and nearly the pixels, of its page."""
    sides = order(len(made.pages), back_cover=cover, leftward=leftward)
    assert len(made.sheets) == len(sides)
    for number, side in enumerate(sides):
        picture = made.sheets[number].render(scale=1).to_pil().convert("L")
        middle = picture.width // 2
        for place, (index, text) in enumerate(zip(side, made.halves(number), strict=True)):
            half = picture.crop((place * middle, 0, (1 + place) * middle, picture.height))
            if index is None:
                assert text == ""
                assert half.getextrema() == (255, 255)
                continue
            page = made.pages[index]
            assert letters(text) == letters(page.get_textpage().get_text_bounded())
            drawn = Image.new("L", half.size, 255)
            drawn.paste(page.render(scale=1).to_pil())
            difference = ImageStat.Stat(ImageChops.difference(half, drawn))
            assert difference.mean[0] < 5  # pages can start between two pixels


def test_each_page_is_drawn_in_its_half(made: Made) -> None:
    assert made.name == "bulletin-2026-05-booklet.pdf"
    check_halves(made, cover=True, leftward=False)
    assert "Ask for the next issue." in made.halves(0)[0]
    assert "Valley Notes" in made.halves(0)[1]


def test_right_to_left_has_its_spine_on_the_right(tmp_path: Path) -> None:
    body = " ".join(["אבגד הוזח טיכל מנסע פצקר שת."] * 250)
    toml = '[publication]\nlanguage = "he"\n[design]\npage = "A5"\n'
    made = build(write_issue(tmp_path, {"01-a.rst": article("אבגד", body)}, toml))
    assert len(made.pages) > 2
    check_halves(made, cover=False, leftward=True)
    assert "Valley Notes" in made.halves(0)[0]


@pytest.mark.parametrize(
    ("page", "sheet"),
    [("A4", (1191, 842)), ("A5", (839, 595)), ("B5", (998, 709)), ("letter", (1224, 792))],
)
def test_a_sheet_is_two_pages_wide(page: str, sheet: tuple[int, int], tmp_path: Path) -> None:
    folder = write_issue(tmp_path, {"01-a.rst": article("A")}, f'[design]\npage = "{page}"\n')
    (data,) = pdf.render(load(folder), profile="booklet").edition.files.values()
    sheets = pypdfium2.PdfDocument(data)
    assert {tuple(map(round, one.get_size())) for one in sheets} == {sheet}
    assert len(sheets) == 2


def test_a_viewer_and_a_printer_are_told_what_it_is(made: Made) -> None:
    with pikepdf.open(io.BytesIO(made.data)) as file, pikepdf.open(io.BytesIO(made.usual)) as usual:
        wishes = file.Root.ViewerPreferences
        assert (str(wishes.Duplex), str(wishes.PrintScaling)) == ("/DuplexFlipShortEdge", "/None")
        assert bool(wishes.DisplayDocTitle)
        assert str(file.docinfo.Title) == str(usual.docinfo.Title) == "Valley Notes – May 2026"
        assert str(file.docinfo.CreationDate) == str(usual.docinfo.CreationDate)
        assert str(file.Root.Lang) == "en-US"
    labels = [made.sheets.get_page_label(number) for number in range(len(made.sheets))]
    count = len(made.pages)
    assert labels == [
        ", ".join("–" if index is None else str(index + 1) for index in side)
        for side in order(count, back_cover=True)
    ]


def test_bookmarks_lead_to_the_half_with_the_title(made: Made) -> None:
    marks = list(made.sheets.get_toc())
    assert [(mark.level, mark.get_title()) for mark in marks] == [
        (mark.level, mark.get_title()) for mark in made.pages.get_toc()
    ]
    width = made.sheets[0].get_width() / 2
    for mark in marks:
        _, (left, _, _) = mark.get_dest().get_view()
        assert mark.get_title() in made.halves(mark.get_dest().get_index())[left > width]


def test_it_claims_nothing_that_is_for_screens(made: Made) -> None:
    with pikepdf.open(io.BytesIO(made.data)) as file:
        for key in (
            "/StructTreeRoot",
            "/MarkInfo",
            "/Metadata",
            "/OutputIntents",
            "/Names",
            "/AcroForm",
        ):
            assert key not in file.Root
        for sheet in file.pages:
            assert "/Annots" not in sheet
        streams = [thing for thing in file.objects if isinstance(thing, pikepdf.Stream)]
        forms = [one for one in streams if one.get("/Subtype") == "/Form"]
        assert len(forms) == len(made.pages)
        for form in forms:
            assert not re.search(rb"\bBDC\b|\bBMC\b|\bMCID\b", form.read_bytes())


def test_faces_are_in_it_once(made: Made) -> None:
    programs = []
    for data in (made.data, made.usual):
        with pikepdf.open(io.BytesIO(data)) as file:
            found = [
                str(thing.FontName)
                for thing in file.objects
                if isinstance(thing, pikepdf.Dictionary) and "/FontFile2" in thing
            ]
            programs.append(sorted(found))
            streams = sum(
                "/Length1" in one for one in file.objects if isinstance(one, pikepdf.Stream)
            )
            assert streams == len(found) == len(set(found))
    assert programs[0] == programs[1]
    assert len(made.data) < len(made.usual) * 1.1


def test_the_same_sources_give_the_same_bytes(tmp_path: Path, made: Made) -> None:
    folder = write_issue(tmp_path, SOURCES, TOML)
    ((_, data),) = pdf.render(load(folder), profile="booklet").edition.files.items()
    assert data == made.data
