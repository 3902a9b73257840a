"""The cover: its size and bytes, that nothing leaves its margins, and lines of every script."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from bulletin_press import fonts, styles
from bulletin_press.editions.epub import cover
from bulletin_press.lettering import Lettering, visual_runs
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


def draw(folder: Path, issue: str, titles: list[str], css: str = "") -> Image.Image:
    """The cover of an issue with articles of these titles."""
    files: dict[str, str | bytes] = {"issue.rst": issue}
    for number, title in enumerate(titles, 1):
        files[f"{number:02}-{number}.rst"] = simple(title)
    if css:
        files["styles/base.css"] = css
    made = load(epub_support.write(folder, files))
    image = Image.open(io.BytesIO(cover.draw(made, styles.variables(made.publication))))
    image.load()
    return image


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
        for y in range(40, cover.HEIGHT)
        if not (is_field(image, y, 0, 3) and is_field(image, y, cover.WIDTH - 3, cover.WIDTH))
    ]
    return rows[0], rows[-1]


def test_cover_is_a_baseline_jpeg_of_one_size(tmp_path: Path) -> None:
    image = draw(tmp_path, masthead("Harbour"), ["One"])
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (1562, 2500))
    assert "progressive" not in image.info
    assert pixel(image, 20, 60) == pytest.approx(BRAND, abs=4)


@pytest.mark.parametrize("title", [LONG, "Donaudampfschifffahrtsgesellschaft", "Ox", "M" * 60])
def test_nothing_leaves_the_margins(title: str, tmp_path: Path) -> None:
    titles = [f"Article {n} with a title that fills more than one line of it" for n in range(20)]
    titles[1] = "Rindfleischetikettierungsueberwachungsaufgabenuebertragungsgesetz" * 2
    image = draw(tmp_path, masthead(title, "Sub " * 50, ":Date: 2026-11-30"), titles)
    for first, last in ((0, 100), (cover.WIDTH - 100, cover.WIDTH)):
        top, bottom = band(image)
        assert marks(image, (first, 40, last, top - 10)) is None
        assert marks(image, (first, bottom + 10, last, cover.HEIGHT)) is None
    assert bottom < 1500


def test_titles_end_above_the_publisher(tmp_path: Path) -> None:
    fields = (":Date: 2026-11-30", ":Publisher: The Institute of " + "Very Long Names " * 12)
    image = draw(tmp_path, masthead("Harbour", "", *fields), [f"Title {n}" for n in range(40)])
    free = [y for y in range(2150, cover.HEIGHT) if is_field(image, y, 0, cover.WIDTH)]
    assert any(all(y + step in free for step in range(30)) for y in free if y < 2390)
    assert marks(image, (0, 2420, cover.WIDTH, cover.HEIGHT)) is None
    assert marks(image, (100, 2300, cover.WIDTH, 2420)) is not None


@pytest.mark.parametrize("month", [1, 7, 12])
def test_the_month_has_the_accent_in_the_band(month: int, tmp_path: Path) -> None:
    fields = (f":Date: 2026-{month:02}-28",)
    image = draw(tmp_path, masthead("Harbour", "", *fields), ["One", "Two"])
    top, bottom = band(image)
    rows = 3 if bottom - top > 800 else 2
    side = cover.WIDTH * rows // 12
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
    found = marks(image, (0, bottom + 10, cover.WIDTH, 2390))
    assert found is not None
    assert found[0] > cover.WIDTH / 2
    assert found[2] > cover.WIDTH - 130


def test_letters_take_the_colour_that_stands_out(tmp_path: Path) -> None:
    css = ":root { --brand: #ffe9a0; --ink: #111111; --accent: #c00; --paper: #ffffff }"
    image = draw(tmp_path, masthead("Harbour"), ["One"], css)
    assert near(pixel(image, 20, 60), (0xFF, 0xE9, 0xA0))
    darkest = image.crop((0, 40, cover.WIDTH, 160)).convert("L").getextrema()[0]
    assert isinstance(darkest, int | float)
    assert darkest < 60


def test_title_is_legible_on_a_small_grey_screen(tmp_path: Path) -> None:
    image = draw(tmp_path, masthead("Bulletin"), ["One"]).convert("L").resize((100, 160))
    low, high = image.crop((0, 12, 100, 40)).getextrema()
    assert isinstance(low, int | float)
    assert isinstance(high, int | float)
    assert high - low > 150


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


@pytest.mark.parametrize("text", ["ภาษาไทยคำคำคำคำ", "क्षेत्रक्षेत्रक्षेत्र", "e\u0301" * 12, "W" * 40])
def test_words_too_long_are_broken_and_nothing_is_lost(text: str) -> None:
    letters = voice(text)
    lines = letters.wrap(text, 60, 160)
    assert len(lines) > 1
    assert "".join(lines) == text
    assert not any(line[0] in "ำ\u0301\u094d\u0947" for line in lines)
