"""The cover as drawn: nothing leaves its margins, all can be read in grey, in every script."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, strategies
from PIL import Image, ImageChops

from bulletin_press import fonts, styles
from bulletin_press.editions.epub.cover import drawing, titles
from bulletin_press.editions.epub.cover.board import HEIGHT, WIDTH, Board
from bulletin_press.editions.epub.cover.palette import contrast, palette
from bulletin_press.editions.epub.cover.record import record
from bulletin_press.lettering import Lettering, visual_runs
from bulletin_press.source.languages import LABELS
from tests import epub_support
from tests.epub_support import load, simple

BRAND, ACCENT = (0x14, 0x32, 0x5C), (0xA8, 0x32, 0x2D)
LONG = (
    "The Very Long and Distinguished Quarterly Review of International Maritime Cooperation"
    " and Inland Waterways"
)


def masthead(title: str, subtitle: str = "", *fields: str) -> str:
    rule, under = "=" * (2 * len(title)), "-" * (2 * len(subtitle))
    lines = [rule, title, rule, *([under, subtitle, under] if subtitle else []), ""]
    lines += [":Volume: 3", ":Number: 5", *(fields or (":Date: 2026-11-30",))]
    return "\n".join(lines) + "\n"


def whole(folder: Path, issue: str, titles: list[str], css: str = "") -> drawing.Cover:
    """The cover of an issue with articles of these titles."""
    files: dict[str, str | bytes] = {"issue.rst": issue}
    for number, title in enumerate(titles, 1):
        files[f"{number:02}-{number}.rst"] = simple(title)
    if css:
        files["styles/base.css"] = css
    made = load(epub_support.write(folder, files))
    return drawing.draw(record(made), palette(styles.variables(made.publication)))


def draw(folder: Path, issue: str, titles: list[str], css: str = "") -> Image.Image:
    """The same as a picture."""
    return whole(folder, issue, titles, css).image


def near(one: tuple[int, ...], other: tuple[int, ...], most: int = 24) -> bool:
    return all(abs(a - b) <= most for a, b in zip(one, other, strict=True))


def pixel(image: Image.Image, x: int, y: int) -> tuple[int, ...]:
    value = image.getpixel((x, y))
    assert isinstance(value, tuple)
    return value


def marks(image: Image.Image, box: tuple[int, int, int, int]) -> tuple[int, int, int, int] | None:
    """The part of ``box`` that is not of the field's colour, relative to the box."""
    part = image.crop(box).convert("RGB")
    red, green, blue = ImageChops.difference(part, Image.new("RGB", part.size, BRAND)).split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return most.point([0] * 13 + [255] * 243).getbbox()


def is_field(image: Image.Image, y: int, left: int, right: int) -> bool:
    return marks(image, (left, y, right, y + 1)) is None


def band(image: Image.Image) -> tuple[int, int]:
    """First and last row of the band: the only rows whose edges are not of the field's colour."""
    rows = [
        y
        for y in range(40, HEIGHT)
        if not (is_field(image, y, 0, 3) and is_field(image, y, WIDTH - 3, WIDTH))
    ]
    return rows[0], rows[-1]


@pytest.mark.parametrize("title", [LONG, "Donaudampfschifffahrtsgesellschaft", "Ox", "M" * 60])
def test_nothing_leaves_the_margins(title: str, tmp_path: Path) -> None:
    titles = [f"Article {n} with a title that fills more than one line of it" for n in range(20)]
    titles[1] = "Rindfleischetikettierungsueberwachungsaufgabenuebertragungsgesetz" * 2
    image = draw(tmp_path, masthead(title, "Sub " * 50, ":Date: 2026-11-30"), titles)
    for first, last in ((0, 100), (WIDTH - 100, WIDTH)):
        top, bottom = band(image)
        assert marks(image, (first, 40, last, top - 10)) is None
        assert marks(image, (first, bottom + 10, last, HEIGHT)) is None
    assert bottom < 1560


def test_titles_end_above_the_publisher(tmp_path: Path) -> None:
    fields = (":Date: 2026-11-30", ":Publisher: The Institute of " + "Very Long Names " * 12)
    image = draw(tmp_path, masthead("Harbour", "", *fields), [f"Title {n}" for n in range(40)])
    free = [y for y in range(2200, HEIGHT) if is_field(image, y, 0, WIDTH)]
    assert any(all(y + step in free for step in range(30)) for y in free if y < 2450)
    assert marks(image, (0, 2480, WIDTH, HEIGHT)) is None
    assert marks(image, (100, 2360, WIDTH, 2480)) is not None


@pytest.mark.parametrize("month", [1, 7, 12])
def test_the_month_has_the_accent_in_the_band(month: int, tmp_path: Path) -> None:
    fields = (f":Date: 2026-{month:02}-28",)
    image = draw(tmp_path, masthead("Harbour", "", *fields), ["One", "Two"])
    top, bottom = band(image)
    rows = 3 if bottom - top > 800 else 2
    side = WIDTH * rows // 12
    found = set()
    for field in range(12):
        row, column = divmod(field, 12 // rows)
        tile = image.crop(
            (column * side, top + row * side, (column + 1) * side, top + (row + 1) * side)
        )
        pixels = [pixel(tile, x, y) for x in range(8, side - 8, 16) for y in range(8, side - 8, 16)]
        if sum(near(one, ACCENT) for one in pixels) > len(pixels) / 5:
            found.add(field + 1)
    assert found == {month}


def test_right_to_left_covers_are_mirrored(tmp_path: Path) -> None:
    fields = (":Date: 2026-11-30", ":Language: ar")
    image = draw(tmp_path, masthead("مجلة", "", *fields), ["الأول", "الثاني"])
    _, bottom = band(image)
    found = marks(image, (0, bottom + 10, WIDTH, 2450))
    assert found is not None
    assert found[0] > WIDTH / 2
    assert found[2] > WIDTH - 130


def test_letters_take_the_colour_that_stands_out(tmp_path: Path) -> None:
    css = ":root { --brand: #ffe9a0; --ink: #111111; --accent: #c00; --paper: #ffffff }"
    image = draw(tmp_path, masthead("Harbour"), ["One"], css)
    assert near(pixel(image, 20, 60), (0xFF, 0xE9, 0xA0))
    darkest = image.crop((0, 40, WIDTH, 160)).convert("L").getextrema()[0]
    assert isinstance(darkest, int | float)
    assert darkest < 60


def grey_contrast(image: Image.Image, box: tuple[int, int, int, int]) -> float:
    """The contrast of darkest and lightest in a part of a picture on a grey screen."""
    low, high = image.convert("L").crop(box).getextrema()
    assert isinstance(low, int | float)
    assert isinstance(high, int | float)
    dark, light = (f"#{f'{int(value):02x}' * 3}" for value in (low, high))
    return contrast(dark, light)


BRANDS = {
    "dark": "",
    "light": ":root { --brand: #ffe9a0; --ink: #111111; --accent: #c00; --paper: #ffffff }",
    "middle": ":root { --brand: #5b8fd0; --ink: #16181d; --accent: #c00; --paper: #ffffff }",
    "red": ":root { --brand: #e0302a; --ink: #16181d; --accent: #fc0; --paper: #ffffff }",
    "dim": ":root { --brand: #808080; --ink: #555555; --accent: #777; --paper: #999999 }",
}


@pytest.mark.parametrize("css", BRANDS.values(), ids=BRANDS)
def test_title_and_date_are_read_in_grey(css: str, tmp_path: Path) -> None:
    made = whole(tmp_path, masthead("Bulletin"), ["One"], css)
    for part in ("title", "date"):
        assert grey_contrast(made.image, made.places[part]) >= 7
    small = made.image.resize((100, 160))
    for part in ("title", "date"):
        left, top, right, bottom = (value * 100 // WIDTH for value in made.places[part])
        assert grey_contrast(small, (left, top, right, bottom)) >= 5


@given(strategies.tuples(*[strategies.integers(0, 0xFFFFFF)] * 4))
def test_every_brand_has_letters_that_can_be_read(values: tuple[int, ...]) -> None:
    names = ("--ink", "--brand", "--accent", "--paper")
    colours = {name: f"#{value:06x}" for name, value in zip(names, values, strict=True)}
    found = palette(colours)
    assert contrast(found.letters, found.field) >= 7
    assert contrast(found.quiet, found.field) >= 4.5


def is_large_enough(made: drawing.Cover) -> bool:
    """Whether title and date have their share of a cover's height, the date above what follows."""
    heights = {part: box[3] - box[1] for part, box in made.places.items()}
    return (
        heights["title"] >= HEIGHT * 0.1
        and heights["date"] >= HEIGHT * 0.06
        and made.places["date"][3] < made.places["device"][1]
    )


@pytest.mark.parametrize("title", [LONG, "Ox", "Bulletin", "Foreign Bulletin", "M" * 60])
def test_the_title_has_its_share_of_the_cover(title: str, tmp_path: Path) -> None:
    assert is_large_enough(whole(tmp_path, masthead(title), ["One"]))


@pytest.mark.parametrize("language", LABELS)
def test_the_date_has_its_share_of_the_cover(language: str, tmp_path: Path) -> None:
    longest = max(range(12), key=lambda month: len(LABELS[language].months[month])) + 1
    fields = (f":Date: 2026-{longest:02}-28", f":Language: {language}")
    made = whole(tmp_path, masthead("Bulletin", "", *fields), ["One"])
    assert is_large_enough(made)
    assert made.places["date"][2] <= WIDTH - 100


def apart(places: Mapping[str, tuple[int, int, int, int]]) -> bool:
    """Whether no part of a cover touches another."""
    boxes = list(places.values())
    return not any(
        one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
        for at, one in enumerate(boxes)
        for other in boxes[:at]
    )


TONGUES = {
    "az": ("Xarici siyasət bülleteni", "Mərkəzi Asiya Xəzərin o tayına baxır"),
    "ru": ("Вестник внешней политики", "Новый мост через реку открыт"),
    "ka": ("საგარეო ბიულეტენი", "მარცვალი მდინარეს უბრუნდება"),
    "ar": ("نشرة السياسة الخارجية", "عودة الحبوب إلى الميناء"),
    "fa": ("خبرنامه سیاست خارجی", "پل تازه‌ای بر رودخانه"),
    "el": ("Δελτίο εξωτερικής πολιτικής", "Μια νέα γέφυρα ανοίγει"),
}


@pytest.mark.parametrize("tongue", TONGUES)
@pytest.mark.parametrize("count", [1, 12])
def test_no_part_touches_another_in_any_script(tongue: str, count: int, tmp_path: Path) -> None:
    title, article = TONGUES[tongue]
    fields = (":Date: 2026-09-30", f":Language: {tongue}", ":Publisher: Institute")
    issue = masthead(title, article, *fields, ":ISSN: 1234-5679")
    made = whole(tmp_path, issue, [f"{article} {n} {article}" for n in range(count)])
    assert apart(made.places), made.places
    for left, top, right, bottom in made.places.values():
        assert 0 <= left < right <= WIDTH
        assert 0 <= top < bottom <= HEIGHT


def test_a_light_cover_has_a_thin_grey_border(tmp_path: Path) -> None:
    light = draw(tmp_path / "light", masthead("Harbour"), ["One"], BRANDS["light"])
    dark = draw(tmp_path / "dark", masthead("Harbour"), ["One"])
    for image, bordered in ((light, True), (dark, False)):
        for x, y in ((0, 600), (3, 600), (1599, 600), (800, 2559)):
            red, green, blue = pixel(image, x, y)
            assert (red == green == blue and 90 < red < 170) is bordered


@pytest.mark.parametrize("count", [2, 12])
def test_all_titles_stand_whole_if_there_is_room(count: int, tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"issue.rst": masthead("Harbour")}
    for number in range(1, count + 1):
        files[f"{number:02}-a{number}.rst"] = simple(f"A Title of Some Words, {number}")
    made = load(epub_support.write(tmp_path, files))
    board = Board(record(made), palette({}))
    listed = titles.listing(record(made).articles, board.voices, (104, 76, 46), 1200, 1300)
    assert listed.whole
    assert [" ".join(lines) for _, lines in listed.entries] == [a.title for a in made.articles]


@pytest.mark.parametrize(
    ("text", "direction", "runs"),
    [
        ("abc 12", "ltr", [("abc 12", False)]),
        ("אבג", "ltr", [("אבג", True)]),
        ("ab אבג cd", "ltr", [("ab ", False), ("אבג", True), (" cd", False)]),
        ("אב 12 גד", "rtl", [(" גד", True), ("12", False), ("אב ", True)]),
        ("אב NATO גד", "rtl", [(" גד", True), ("NATO", False), ("אב ", True)]),
        ("ab אב 12 גד cd", "ltr", [
            ("ab ", False), (" גד", True), ("12", False), ("אב ", True), (" cd", False),
        ]),
        ("אב 9.50 גד", "rtl", [(" גד", True), ("9.50", False), ("אב ", True)]),
        ("أب 1,250 جد", "rtl", [(" جد", True), ("1,250", False), ("أب ", True)]),
        ("אב 40% גד", "rtl", [(" גד", True), ("40%", False), ("אב ", True)]),
        ("9-5, 7", "rtl", [("7", False), (", ", True), ("9-5", False)]),
        ("أب 9-5", "rtl", [("5", False), ("-", True), ("9", False), ("أب ", True)]),
        ("", "rtl", []),
    ],
)  # fmt: skip
def test_runs_stand_in_visual_order(
    text: str, direction: str, runs: list[tuple[str, bool]]
) -> None:
    assert visual_runs(text, direction) == runs


def voice(text: str) -> Lettering:
    return Lettering(fonts.select(text).faces, text, "ltr")


def test_lines_are_wrapped_between_words_and_kept_even() -> None:
    text = "several words of rather different lengths make an even paragraph"
    letters = voice(text)
    lines = letters.balanced(text, 50, 700)
    assert " ".join(lines) == text
    widths = [letters.line(line, 50).width for line in lines]
    assert max(widths) <= 700
    assert len(lines) == len(letters.wrap(text, 50, 700))
    assert min(widths) > max(widths) / 2


@pytest.mark.parametrize(
    "text", ["International Relations", "Внешнеэкономический бюллетень", "Bundesverwaltungsblatt a"]
)
@pytest.mark.parametrize("share", [1.0, 1.2, 1.9])
def test_no_word_that_fits_is_broken(text: str, share: float) -> None:
    letters = voice(text)
    widest = max(letters.width(word, 50) for word in text.split())
    lines = letters.balanced(text, 50, widest * share)
    assert " ".join(lines) == text


@pytest.mark.parametrize("text", ["ภาษาไทยคำคำคำคำ", "क्षेत्रक्षेत्रक्षेत्र", "e\u0301" * 12, "W" * 40])
def test_words_too_long_are_broken_and_nothing_is_lost(text: str) -> None:
    letters = voice(text)
    lines = letters.wrap(text, 60, 160)
    assert len(lines) > 1
    assert "".join(lines) == text
    assert not any(line[0] in "ำ\u0301\u094d\u0947" for line in lines)
