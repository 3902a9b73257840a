"""What a designer sees: level lines, tables as wide as they need, a full first page, contrast."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pypdfium2.raw
import pytest

from bulletin_press import folders, press, styles
from bulletin_press.config import Publication
from bulletin_press.editions.pdf.fitting import is_roomy
from tests.printing import load, masthead, render, write
from tests.test_pdf import LONG, article, cells

ROOT = Path(__file__).resolve().parents[1]
LEADING = 14.2
APART = (
    ".. box:: A box\n\n   Words in the box that go over two of its lines, at the very least.",
    ".. pull-quote::\n\n   We measured it twice.\n\n   -- The harbour master",
    ".. csv-table:: Trams\n   :header-rows: 1\n\n   Line,2024\n   Red,10\n   Blue,12",
    ".. timeline:: How it came\n\n   1996\n      It closed.",
    ".. rubric:: Small",
    "=====\n\nAnother heading\n---------------"[7:],
)


def letters(page: pypdfium2.PdfPage) -> Iterator[tuple[float, float, float, str]]:
    """Place, size and face of each letter, in points from the lower left corner."""
    text = page.get_textpage()
    x, y = ctypes.c_double(), ctypes.c_double()
    name, flags = ctypes.create_string_buffer(99), ctypes.c_int()
    for number in range(text.count_chars()):
        if not chr(pypdfium2.raw.FPDFText_GetUnicode(text.raw, number)).isalpha():
            continue
        pypdfium2.raw.FPDFText_GetCharOrigin(text.raw, number, x, y)
        pypdfium2.raw.FPDFText_GetFontInfo(text.raw, number, name, 99, flags)
        matrix = pypdfium2.raw.FS_MATRIX()
        pypdfium2.raw.FPDFText_GetMatrix(text.raw, number, matrix)
        size = pypdfium2.raw.FPDFText_GetFontSize(text.raw, number) * abs(matrix.d)
        yield x.value, y.value, round(size, 1), name.value.decode()


@pytest.mark.parametrize("apart", APART)
def test_lines_of_neighbouring_columns_are_level(apart: str, tmp_path: Path) -> None:
    body = f"{LONG * 2}\n\n{apart}\n\n{LONG * 20}\n\n{apart}\n\n{LONG * 16}\n"
    files = {"issue.rst": masthead(), "01-a.rst": article("Docks", body)}
    _, book = render(load(write(tmp_path, files)))
    found = [
        (x, y) for x, y, size, face in letters(book.document[1])
        if size == 10 and "Serif" in face and 80 < y < 700
    ]  # fmt: skip
    left, right = ([y for x, y in found if (x > 300) == side] for side in (False, True))
    assert len(set(map(round, left))) > 20
    assert len(set(map(round, right))) > 20
    for y in (*left, *right):
        lines = (y - left[0]) / LEADING
        assert abs(lines - round(lines)) < 0.02


def test_what_begins_a_column_begins_at_its_top(tmp_path: Path) -> None:
    body = f".. quote::\n\n   {LONG * 2}\n\n{LONG * 2}"
    files = {"issue.rst": masthead(), "01-a.rst": article("Docks", body)}
    _, book = render(load(write(tmp_path, files)))
    found = [(x, y) for x, y, size, _ in letters(book.document[1]) if size == 10]
    tops = [max(y for x, y in found if (x > 300) == side) for side in (False, True)]
    assert tops[0] == pytest.approx(tops[1], abs=0.1)


@pytest.mark.parametrize(("count", "across"), [(3, False), (7, True), (12, True)])
def test_a_table_is_as_wide_as_its_words_need(count: int, across: bool, tmp_path: Path) -> None:
    files = {"issue.rst": masthead(), "01-a.rst": article("Docks", cells(count))}
    printed, book = render(load(write(tmp_path, files)))
    assert not printed.problems
    table = [
        (x, size)
        for x, y, size, face in letters(book.document[1])
        if size < 8.5 and "Sans" in face and 60 < y < 770
    ]
    places = [x for x, _ in table]
    assert (max(places) - min(places) > 240) == across
    assert {size for _, size in table} == {7.0 if count == 12 else 8.2}


def test_columns_of_figures_are_flush_right_beside_joined_cells(tmp_path: Path) -> None:
    table = """
+------+------+-------+
| Port | Year | Tons  |
+======+======+=======+
| Alat | 2024 | 1,200 |
|      +------+-------+
|      | 2025 | 900   |
+------+------+-------+
"""
    files = {"issue.rst": masthead(), "01-a.rst": article("Docks", table)}
    _, book = render(load(write(tmp_path, files)))
    text = book.document[1].get_textpage()
    ends = {}
    for word in ("2024", "2025", "1,200", "900"):
        index, count = text.search(word).get_next()
        ends[word] = max(text.get_charbox(at)[2] for at in range(index, index + count))
    assert ends["2024"] == pytest.approx(ends["2025"], abs=0.5)
    assert ends["1,200"] == pytest.approx(ends["900"], abs=0.5)


@pytest.mark.parametrize(
    ("title", "heading"),
    [("Landeswissenschaftsverwaltung", "Infrastrukturfinanzierungsgesellschaft"),
     ("Mitteilungen der Hafenverwaltungsgesellschaft", "Verkehrsinfrastrukturfinanzierung")],
)  # fmt: skip
def test_a_long_word_of_a_title_is_set_smaller_or_parted_with_a_hyphen(
    title: str, heading: str, tmp_path: Path
) -> None:
    front = f"{'=' * 50}\n{title}\n{'=' * 50}\n\n:Date: 2026-05-31\n:Language: de\n"
    body = f"Text.\n\n{heading}\n{'-' * 50}\n\nText."
    files = {"issue.rst": front, "01-a.rst": article(heading, body), "02-b.rst": article("B", "T.")}
    toml = '[design]\npage = "A5"\ncolumns = 2\n'
    _, book = render(load(write(tmp_path, files, toml)))
    assert title.split()[-1] in "\n".join(book.sheets[0].lines)
    text = book.document[1].get_textpage().get_text_bounded()
    parted = "[\u2010\u00ad\u0002\ufffe-]"
    assert re.search(f"\\w{parted}\\s*\\w", text)
    assert re.sub(f"{parted}\\s*", "", text).count(heading) == 2
    first = next(line for line in book.sheets[1].lines if line.startswith("I."))
    assert len(first) > 10


def test_a_contents_list_that_leaves_page_one_empty_is_set_wider(tmp_path: Path) -> None:
    def apart(count: int, folder: Path) -> float:
        folder.mkdir()
        files = {"issue.rst": masthead()}
        files |= {f"{n:02}-a{n}.rst": article(f"Docks {n}", LONG) for n in range(1, count + 1)}
        _, book = render(load(write(folder, files)))
        rows = sorted({round(y) for x, y, size, _ in letters(book.document[0]) if size == 14})
        return rows[-1] - rows[-2]

    assert apart(5, tmp_path / "few") > apart(12, tmp_path / "many") + 10
    sample = press.read(folders.locate("2026-02", ROOT)).issue
    assert is_roomy(sample, 210, 297, 14, 18)
    assert not is_roomy(sample, 148, 210, 14, 18)


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2.2 between two colours such as ``#16181d``."""

    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    lower, upper = sorted((light(one), light(other)))
    return (upper + 0.05) / (lower + 0.05)


GROUNDS = {
    "#ffffff": ("--ink", "--brand", "--accent", "--muted"),
    "--tint": ("--ink", "--brand", "--accent", "--muted"),
    "--brand": ("--paper",),
    "--accent": ("--paper",),
    "#ffe08a": ("--ink",),
}


def test_every_colour_of_text_can_be_read_on_its_ground(tmp_path: Path) -> None:
    values = styles.variables(Publication(tmp_path))
    for ground, colours in GROUNDS.items():
        for colour in colours:
            assert contrast(values[colour], values.get(ground, ground)) >= 4.5, (colour, ground)


def test_no_other_colour_is_text_or_ground() -> None:
    """The table above is whole: print.css sets text and grounds in these colours alone."""
    for name in ("print.css", "large-print.css", "press.css"):
        text = (ROOT / "styles" / name).read_text("utf-8")
        for kind, value in re.findall(r"[\s{;](color|background(?:-color)?):\s*([^;}]+)", text):
            plain = re.sub(r"var\((--[\w-]+)\)", r"\1", value).strip()
            allowed = {one for colours in GROUNDS.values() for one in colours} | {"inherit"}
            if kind != "color":
                allowed = set(GROUNDS)
            assert plain in allowed, (name, kind, value)


def test_the_rebrand_of_the_design_page_is_as_it_says(tmp_path: Path) -> None:
    text = (ROOT / "docs/design.md").read_text("utf-8")
    sheets = dict(re.findall(r"```css styles/(\w+)\.css\n(.*?)```", text, re.DOTALL))
    assert sheets.keys() == {"base", "print"}
    whole = (ROOT / "styles/print.css").read_text("utf-8")
    rules = re.findall(r"^([^\s{][^{]*) \{[^}]*\}", sheets["print"], re.MULTILINE)
    assert len(rules) == 2
    for selector in rules:
        place = re.compile(rf"^{re.escape(selector)} \{{[^}}]*\}}", re.MULTILINE)
        (old,), (new,) = place.findall(whole), place.findall(sheets["print"])
        whole = whole.replace(old, new)
    fields = ":Standfirst: Words that lead.\n"
    body = f"{LONG * 4}\n\nQuays\n-----\n\n{LONG * 4}"
    folder = write(
        tmp_path, {"issue.rst": masthead(), "01-a.rst": article("Docks", body, fields)}, ""
    )
    (tmp_path / "styles").mkdir()
    (tmp_path / "styles/base.css").write_text(sheets["base"], "utf-8")
    (tmp_path / "styles/print.css").write_text(whole, "utf-8")
    issue = load(folder)
    printed, book = render(issue)
    assert printed.problems == ()
    assert not [name for name, _ in book.fonts() if "Display" in name]
    values = styles.variables(issue.publication)
    pixels = book.document[0].render(scale=1).to_pil().convert("RGB")
    brand, accent = (tuple(bytes.fromhex(values[name][1:])) for name in ("--brand", "--accent"))
    assert pixels.getpixel((20, 20)) == brand
    assert accent in {pixels.getpixel((20, y)) for y in range(100, 300)}
    faces = {(size, face.partition("+")[2]) for _, _, size, face in letters(book.document[1])}
    assert {name for size, name in faces if size == 21} == {"Bulletin-Sans-Semi-Bold"}
    assert {name for size, name in faces if size == 12} == {"Bulletin-Serif"}
    assert {name for size, name in faces if size == 10.5} == {"Bulletin-Serif-Bold"}
    for ground, colours in GROUNDS.items():
        for colour in colours:
            assert contrast(values[colour], values.get(ground, ground)) >= 4.5
