"""Charts: what a table of numbers becomes in the tree, in words, as a picture and as a table."""

from __future__ import annotations

import copy
import itertools
import re
from pathlib import Path
from typing import NamedTuple

import pytest
from docutils import nodes
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from bulletin_press import charts
from bulletin_press.editions import epub, pdf
from bulletin_press.editions.pdf.composition import compose
from bulletin_press.source import pictures
from bulletin_press.source.directives import datasheets
from bulletin_press.source.directives.charts import Chart, ChartDirective
from bulletin_press.source.directives.descriptions import description
from tests.conftest import Sources, article, read, write_issue
from tests.epub_support import Book as EBook
from tests.epub_support import words
from tests.printing import Book

COLUMN, PAGE = 84 / 25.4 * 96, 170 / 25.4 * 96
TRADE = "Year,Exports,Imports\n2023,12.5,10\n2024,-3,11\n2025,16.2,8\n"


def chart_of(text: str, kind: str = "bar", unit: str = "", delimiter: str = "") -> Chart:
    sheet, faults = datasheets.read(text.splitlines(), delimiter, kind == "line", kind != "stacked")
    assert sheet is not None, faults
    series = tuple(zip(sheet.columns, zip(*sheet.numbers, strict=True), strict=True))
    return Chart(kind, unit, sheet.corner, sheet.rows, series, sheet.cells)


def faults_of(text: str, kind: str = "bar") -> list[tuple[int, str]]:
    sheet, faults = datasheets.read(text.splitlines(), "", kind == "line", kind != "stacked")
    assert sheet is None
    return [(fault.line, fault.message) for fault in faults]


def issue_with(tmp_path: Path, body: str, masthead: str = "", **data: str) -> Sources:
    files: dict[str, str | bytes] = {"01-weir.rst": article("Weir", body)}
    files |= {f"data/{name}.csv": text for name, text in data.items()}
    if masthead:
        files["issue.rst"] = masthead
    return read(write_issue(tmp_path, files))


def figures_of(found: Sources) -> list[nodes.figure]:
    return list(found.issue.document.findall(nodes.figure))


# Numbers as people and spreadsheets write them


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("a,b\nx,1\ny,-2.5", (1, -2.5)),
        ("a;b\nx;1,5\ny;−2", (1.5, -2)),
        ("a\tb\nx\t1,5\ny\t2", (1.5, 2)),
        ('a,b\nx,"1,5"\ny,"1,25"', (1.5, 1.25)),
        ('a,b\nx,"1,234"\ny,"1,234,567"', (1234, 1234567)),
        ('a,b\nx,"1,234.5"\ny,2', (1234.5, 2)),
        ("a;b\nx;1.234,5\ny;1.234", (1234.5, 1234)),
        ("a;b\nx;1 234,5\ny;12\u202f345", (1234.5, 12345)),
        ("a;b\nx;0.125\ny;1.234", (0.125, 1.234)),
        ("a,b\nx,1.234\ny,12", (1.234, 12)),
        ("a,b\nx,٣\ny,١٢٫٥", (3, 12.5)),
        ("a,b\n\nx,1\n\n\ny, 2 ,\n", (1, 2)),
        ('"a; b",c\n"x; y",1\nz,2', (1, 2)),
    ],
)
def test_numbers_are_read_as_their_writer_means_them(text: str, numbers: tuple[float]) -> None:
    assert chart_of(text).series[0][1] == numbers


@pytest.mark.parametrize(
    ("text", "kind", "line", "message"),
    [
        ("", "bar", 0, "the table is empty"),
        ("a,b", "bar", 0, "the table has no rows below its head"),
        ("a\nx\ny", "bar", 0, "the table has one column"),
        ("a,b\nx,1\ny,12 t", "bar", 2, "“12 t” is no number to draw, in the row “y”, column “b”"),
        ("a,b\nx,nan", "bar", 1, "“nan” is no number to draw, in the row “x”, column “b”"),
        ("a,b\nx,1e5", "bar", 1, "“1e5” is no number to draw, in the row “x”, column “b”"),
        ("a;b\nx;1,5\ny;2.5", "bar", 2, "“2.5” is no number to draw, in the row “y”, column “b”"),
        ("a;b\nx;1.234", "bar", 1,
         "“1.234” may be read as 1234 or as a fraction, in the row “x”, column “b”"),
        ("a,b\nx,1\n\ny,2\nx,3", "bar", 4, "two rows are named “x”"),
        ("a,b,b\nx,1,2", "bar", 0, "two columns are named “b”"),
        ("a,,b\nx,1,2", "bar", 0, "column 2 has no name in the first row"),
        ("a,b\n,1", "bar", 1, "the row has no name in its first cell"),
        ("a,b\nx,1,2", "bar", 1, "the row has 3 cells, the first row 2"),
        ("a,b\nx,1\ny,", "bar", 2, "a number is missing in the row “y”, column “b”"),
        ("a,b,c\nx,1,\ny,2,–", "line", 0, "the column “c” has no number"),
        ("a,b\nx,-1", "stacked", 1, "a stacked chart cannot show -1, in the row “x”, column “b”"),
        ("a,b,c,d,e,f,g,h,i,j\nx,1,2,3,4,5,6,7,8,9", "bar", 0,
         "the table has 9 columns of numbers; 8 can be told apart"),
        ("a,b\n" + "".join(f"{n},1\n" for n in range(201)), "bar", 201,
         "the table has 201 rows; 200 can be told apart"),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_drawn_is_refused_at_its_row(
    text: str, kind: str, line: int, message: str
) -> None:
    assert faults_of(text, kind) == [(line, message)]


@given(st.text(alphabet=st.sampled_from('ab1234567890.,;-\t\n" \u202f–'), max_size=60),
       st.sampled_from(("bar", "line", "stacked")))  # fmt: skip
def test_any_text_is_a_table_or_refused(text: str, kind: str) -> None:
    sheet, faults = datasheets.read(text.split("\n"), "", kind == "line", kind != "stacked")
    assert (sheet is None) == bool(faults)
    assert all(fault.message and fault.line <= text.count("\n") for fault in faults)


# The directive


def test_a_file_is_drawn_with_the_caption_below_it(tmp_path: Path) -> None:
    body = """\
.. chart:: data/trade.csv
   :kind: line
   :unit: million tonnes
   :place: full
   :credit: Source: *Customs*

   Trade over *three* years.

   More of it."""
    found = issue_with(tmp_path, body, trade=TRADE)
    assert found.lines == []
    (figure,) = figures_of(found)
    assert figure["classes"] == ["chart", "place-full"]
    image, caption, legend = figure.children
    assert isinstance(image, nodes.image)
    assert isinstance(caption, nodes.caption)
    assert caption.astext() == "Trade over three years."
    assert [one.astext() for one in legend.children] == ["More of it.", "Source: Customs"]
    chart = image["chart"]
    assert (chart.kind, chart.unit, chart.head) == ("line", "million tonnes", "Year")
    assert chart.categories == ("2023", "2024", "2025")
    assert chart.series == (("Exports", (12.5, -3.0, 16.2)), ("Imports", (10.0, 11.0, 8.0)))
    assert chart.cells[0] == ("12.5", "10")
    assert re.fullmatch(r"chart:[0-9a-f]{12}", image["uri"])


def test_a_table_may_be_typed_in_place(tmp_path: Path) -> None:
    body = ".. chart::\n   :caption: Trade by *sea*\n   :alt: Exports rise.\n\n   "
    found = issue_with(tmp_path, body + TRADE.replace("\n", "\n   "))
    assert found.lines == []
    image, caption = figures_of(found)[0].children
    assert isinstance(image, nodes.image)
    assert (image["alt"], image["chart"].kind) == ("Exports rise.", "bar")
    assert caption.astext() == "Trade by sea"


def test_what_is_wrong_is_reported_in_the_file_or_at_its_line_of_the_article(
    tmp_path: Path,
) -> None:
    body = """\
.. chart:: data/trade.csv

.. chart::
   :unit: tonnes
   :kind: pie

   Year,Exports
   2024,1

.. chart::

   Year,Exports
   2024,1
   2025,many

.. chart::
   Year,Exports
   2024,1

.. chart:: data/trad.csv

.. chart:: ../../secret.csv

.. chart:: data/odd.csv

   - no caption"""
    found = issue_with(tmp_path, body, trade="Year,Exports\n2024,x\n", odd="a,b\nc,1\n")
    assert found.lines == [
        "01-weir.rst:9: error S126: there is no chart of the kind “pie”",
        "01-weir.rst:18: error S126: “many” is no number to draw, in the row “2025”,"
        " column “Exports”",
        "01-weir.rst:20: error S126: the table begins without an empty line before it",
        "01-weir.rst:24: error S102: there is no file “data/trad.csv”",
        "01-weir.rst:26: error S103: “../../secret.csv” lies outside the publication's folder",
        "01-weir.rst:28: error S126: what stands first below a chart is its caption, one paragraph",
        "data/trade.csv:2: error S126: “x” is no number to draw, in the row “2024”,"
        " column “Exports”",
    ]


def test_the_tree_with_a_chart_prints_copies_and_compares(tmp_path: Path) -> None:
    found = issue_with(tmp_path, ".. chart:: data/trade.csv\n\n   Trade.", trade=TRADE)
    (figure,) = figures_of(found)
    twin = copy.deepcopy(figure)
    assert twin.pformat() == figure.pformat()
    assert 'chart="bar: Exports, Imports (3 rows)"' in figure.pformat()
    (ours,), (other,) = ([one["chart"] for one in part.findall(nodes.image)]
                         for part in (figure, twin))  # fmt: skip
    theirs = copy.deepcopy(other)
    assert ours == theirs
    assert ours.uri == theirs.uri != chart_of(TRADE, "line").uri


# The description


def test_the_description_gives_first_last_highest_and_lowest(tmp_path: Path) -> None:
    rows = "".join(f"{year},{value}\n" for year, value in zip(
        range(2018, 2026), ["5", "7", "-1", "6", "", "9", "8", "6"], strict=True))  # fmt: skip
    chart = chart_of("Year,Exports\n" + rows, "line", "tonnes")
    assert description(chart, "en-GB") == (
        "Line chart: Exports (tonnes); 2018 – 2025. Exports – 2018: 5 (first); 2020: -1 (lowest);"
        " 2023: 9 (highest); 2025: 6 (last)."
    )


def test_the_description_is_in_the_language_of_the_issue(tmp_path: Path) -> None:
    masthead = "Xəbərlər\n========\n\n:Date: 2026-05-29\n:Language: az\n"
    body = ".. chart:: data/trade.csv\n\n   Trade."
    found = issue_with(tmp_path, body, masthead, trade=TRADE)
    assert found.lines == []
    (image,) = figures_of(found)[0].findall(nodes.image)
    assert image["alt"].startswith("Sütunlu diaqram: Exports, Imports; 2023")


# The picture


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box, play: float = 0.15) -> bool:
        return (
            min(self.right, other.right) - max(self.left, other.left) > play
            and min(self.bottom, other.bottom) - max(self.top, other.top) > play
        )


def svg_of(chart: Chart, width: float = COLUMN, direction: str = "ltr") -> etree._Element:
    picture = charts.draw(chart, {}, width, direction)
    assert picture == charts.draw(chart, {}, width, direction)
    root = etree.fromstring(picture.data)
    view = [float(one) for one in root.get("viewBox", "").split()]
    assert view == pytest.approx([0, 0, picture.width, picture.height], abs=0.01)
    return root


def named(root: etree._Element, name: str) -> list[etree._Element]:
    return [one for one in root if etree.QName(one).localname == name]


def value(element: etree._Element, name: str) -> float:
    return float(element.get(name, "nan"))


def box_of(element: etree._Element) -> Box:
    name = etree.QName(element).localname
    if name == "text":
        width, x, y = (value(element, one) for one in ("textLength", "x", "y"))
        left = x - width * {"start": 0, "middle": 0.5, "end": 1}[element.get("text-anchor", "")]
        return Box(left, y - 7, left + width, y + 2.5)
    if name == "rect":
        x, y, width, height = (value(element, one) for one in ("x", "y", "width", "height"))
        assert width >= 0 <= height
        return Box(x, y, x + width, y + height)
    if name == "circle":
        x, y, r = (value(element, one) for one in ("cx", "cy", "r"))
        return Box(x - r, y - r, x + r, y + r)
    if name == "line":
        x1, y1, x2, y2 = (value(element, one) for one in ("x1", "y1", "x2", "y2"))
        return Box(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))
    assert name == "path"
    numbers = [float(one) for one in re.findall(r"-?[\d.]+", element.get("d", ""))]
    across, down = numbers[::2], numbers[1::2]
    return Box(min(across), min(down), max(across), max(down))


def texts(root: etree._Element) -> list[Box]:
    """The boxes of all text: as text, or as the outlines of letters, which may reach out."""
    outlined = [box_of(one) for one in named(root, "path") if one.get("stroke") is None]
    inner = [Box(a + 1, b + 1, max(c - 1, a + 1), max(d - 1, b + 1)) for a, b, c, d in outlined]
    return [*(box_of(one) for one in named(root, "text")), *inner]


SIGNS = st.characters(max_codepoint=0x6FF, categories=("L", "N", "P"))
NAMES = st.lists(
    st.one_of(
        st.integers(1900, 2099).map(str),
        st.text(SIGNS, min_size=1, max_size=12),
        st.sampled_from(
            ["Ministry of Foreign Affairs", "وزارة الخارجية", "Donaudampfschifffahrtsgesellschaft",
             "Q1 2024", "x" * 60, "Xarici İşlər Nazirliyi", "Министерство энергетики"]
        ),
    ),
    min_size=1, max_size=30, unique=True,
)  # fmt: skip
NUMBERS = st.one_of(
    st.integers(-1000, 1000).map(float),
    st.floats(-1e15, 1e15, allow_nan=False).map(lambda one: one if abs(one) >= 1e-9 else 0.0),
    st.floats(-1, 1).map(lambda one: round(one, 6) + 0.0),
)


@st.composite
def any_chart(draw: st.DrawFn) -> Chart:
    kind = draw(st.sampled_from(("bar", "line", "stacked")))
    categories = draw(NAMES)
    names = draw(NAMES)[:8]
    count = len(categories)
    cell = NUMBERS.map(abs) if kind == "stacked" else NUMBERS
    series = []
    for name in names:
        column: list[float | None] = list(draw(st.lists(cell, min_size=count, max_size=count)))
        if kind == "line" and count > 1:
            column[draw(st.integers(0, count - 1))] = None
        series.append((name, tuple(column)))
    rows = zip(*(column for _, column in series), strict=True)
    cells = tuple(tuple("" if one is None else f"{one:g}" for one in row) for row in rows)
    return Chart(kind, draw(st.sampled_from(("", "tonnes"))), "", tuple(categories), tuple(series),
                 cells)  # fmt: skip


@settings(max_examples=120)
@given(any_chart(), st.sampled_from((COLUMN, PAGE, 240)), st.sampled_from(("ltr", "rtl")))
def test_any_numbers_give_a_picture_with_all_marks_inside_and_no_words_that_meet(
    chart: Chart, width: float, direction: str
) -> None:
    root = svg_of(chart, width, direction)
    edge = Box(-1, -1, width + 1, value(root, "height") + 1)
    for element in root:
        box = box_of(element)
        assert edge.left <= box.left <= box.right <= edge.right, etree.tostring(element)
        assert edge.top <= box.top <= box.bottom <= edge.bottom, etree.tostring(element)
    for one, other in itertools.combinations(texts(root), 2):
        assert not one.meets(other), (one, other)


@given(st.lists(st.integers(-500, 500), min_size=2, max_size=9).filter(any))
def test_bars_are_as_high_as_their_numbers(numbers: list[int]) -> None:
    rows = "".join(f"{2000 + n},{number}\n" for n, number in enumerate(numbers))
    root = svg_of(chart_of("Year,Trade\n" + rows))
    bars = [box_of(one) for one in named(root, "rect")]
    most = max(numbers, key=abs)
    per = (bars[numbers.index(most)].bottom - bars[numbers.index(most)].top) / abs(most)
    for bar, number in zip(bars, numbers, strict=True):
        assert bar.bottom - bar.top == pytest.approx(abs(number) * per, abs=0.03)
    ground = box_of(named(root, "line")[-1]).top
    for bar, number in zip(bars, numbers, strict=True):
        assert (bar.top if number < 0 else bar.bottom) == pytest.approx(ground, abs=0.02)


def test_lying_and_stacked_bars_are_as_long_as_their_numbers() -> None:
    text = "Office,Staff\n" + "".join(
        f"{letter}-Donaudampfschifffahrtsgesellschaft,{number}\n"
        for letter, number in (("A", 10), ("B", 30), ("C", 60))
    )
    bars = [box_of(one) for one in named(svg_of(chart_of(text)), "rect")]
    lengths = [bar.right - bar.left for bar in bars]
    assert lengths == pytest.approx([lengths[0], 3 * lengths[0], 6 * lengths[0]], abs=0.03)
    stacked = svg_of(chart_of("Year,A,B\n2024,10,30\n2025,20,5\n", "stacked"))
    first, second, third, fourth = [box_of(one) for one in named(stacked, "rect")][-4:]
    assert (second.bottom, fourth.bottom) == pytest.approx((first.top, third.top), abs=0.02)
    assert second.bottom - second.top == pytest.approx(3 * (first.bottom - first.top), abs=0.03)


@pytest.mark.parametrize("kind", ["bar", "line", "stacked"])
def test_long_names_are_broken_and_never_cut(kind: str) -> None:
    names = [
        "Rotterdam-Europoort-Maasvlakte", "Donaudampfschifffahrtsgesellschaft", "Antwerp",
        "The ministry of foreign affairs and of European integration", "x" * 60,
    ]  # fmt: skip
    rows = "".join(f"{name},{number},{number}\n" for number, name in enumerate(names, 1))
    heads = "Deepwater-terminals-of-the-northern-and-eastern-sea " + "y" * 70
    root = svg_of(chart_of(f"Port,{heads},Rail\n{rows}", kind))
    shown = "".join(one.text or "" for one in named(root, "text"))
    for name in (*names, heads):
        assert re.sub(r"\s", "", name) in re.sub(r"\s", "", shown)
    assert "…" not in shown


def test_a_name_ends_a_line_at_a_blank_or_hyphen_and_years_stay_whole() -> None:
    rows = "Rotterdam-Europoort-Maasvlakte,4\nHamburg,2\nAntwerp,3\nLe Havre,1\nSplit-Rijeka,2\n"
    lines = {one.text for one in named(svg_of(chart_of("Port,Trade\n" + rows)), "text")}
    assert {"Rotterdam-", "Split-Rijeka"} & lines
    assert not {"Rotterdam", "Europoort"} & lines
    years = "".join(f"{year}-{year % 100 + 1},{year % 7}\n" for year in range(2001, 2013))
    lines = {one.text for one in named(svg_of(chart_of("Year,Trade\n" + years)), "text")}
    assert not any((text or "").endswith("-") for text in lines)


def test_right_to_left_is_the_mirror_image() -> None:
    one, other = svg_of(chart_of(TRADE)), svg_of(chart_of(TRADE), direction="rtl")
    for bar, mirrored in zip(named(one, "rect"), named(other, "rect"), strict=True):
        assert box_of(bar).left == pytest.approx(COLUMN - box_of(mirrored).right, abs=0.02)


def test_letters_that_must_be_joined_are_drawn_as_outlines() -> None:
    root = svg_of(chart_of("السنة,الصادرات\n2024,1\n2025,2\n"), direction="rtl")
    shown = "".join(one.text or "" for one in named(root, "text"))
    assert "2024" in shown
    assert "ا" not in shown
    assert any(one.get("stroke") is None for one in named(root, "path"))


def test_lines_end_in_their_names_and_break_where_a_number_is_missing() -> None:
    whole = chart_of("Year,Exports,Imports\n2023,1,5\n2024,2,6\n2025,3,4\n", "line")
    labels = {one.text: box_of(one) for one in named(svg_of(whole), "text")}
    assert labels["Imports"].top < labels["Exports"].top
    assert labels["Imports"].left > COLUMN / 2
    broken = svg_of(chart_of("Year,A\n1,1\n2,2\n3,\n4,3\n5,2\n", "line"))
    (line,) = (one for one in named(broken, "path") if one.get("fill") == "none")
    assert line.get("d", "").count("M") == 2


def test_series_differ_by_more_than_colour() -> None:
    names = ",".join("ABCDEFGH")
    lines = named(svg_of(chart_of(f"Year,{names}\n1,{'1,' * 8}\n2,{'2,' * 8}\n", "line")), "path")
    looks = [(one.get("stroke-dasharray"), one.get("stroke")) for one in lines
             if one.get("stroke-width") == "1.7"]  # fmt: skip
    assert len(set(looks)) == 8

    def grey(colour: str) -> int:
        return sum(int(colour[at : at + 2], 16) for at in (1, 3, 5))

    bars = named(svg_of(chart_of("Year,A,B\n1,1,2\n")), "rect")
    assert abs(grey(bars[-1].get("fill", "")) - grey(bars[-2].get("fill", ""))) > 250


def test_the_picture_is_plain_svg_that_the_press_would_take(tmp_path: Path) -> None:
    for kind in ("bar", "line"):
        picture = charts.draw(chart_of(TRADE, kind, "tonnes"), {"--brand": "rebeccapurple"}, PAGE)
        (tmp_path / "chart.svg").write_bytes(picture.data)
        assert pictures.load(tmp_path / "chart.svg").width == pytest.approx(PAGE, abs=0.01)
        assert b"style" not in picture.data
        assert b" id=" not in picture.data
        assert b"#663399" in picture.data


def test_a_variable_that_is_no_colour_leaves_the_presss_own() -> None:
    own = charts.draw(chart_of(TRADE), {}, COLUMN)
    assert charts.draw(chart_of(TRADE), {"--brand": "currentcolor", "--ink": "x"}, COLUMN) == own


# The data table


def test_the_data_table_holds_every_cell_as_typed_with_its_heads() -> None:
    table = charts.data_table(chart_of("Year;Exports;Imports\n2024;1,50;\n2025;2;3\n", "line", "t"))
    rows = [[cell.text or "" for cell in row] for row in table.iter("tr")]
    assert rows == [["Year", "Exports, t", "Imports, t"], ["2024", "1,50", ""], ["2025", "2", "3"]]
    assert [cell.get("scope") for cell in table.iter("th")] == ["col"] * 3 + ["row"] * 2


@pytest.mark.parametrize(
    ("design", "width"),
    [
        ('page = "A4"\ncolumns = 1', 506.7),
        ('page = "A4"\ncolumns = 2', 309.0),
        ('page = "A5"\ncolumns = 1', 452.9),
    ],
)
def test_a_chart_is_drawn_as_wide_as_its_place_on_the_page(
    design: str, width: float, tmp_path: Path
) -> None:
    body = ".. chart::\n   :caption: Trams\n\n   Year,Red\n   2024,10.4\n   2025,12"
    folder = write_issue(tmp_path, {"01-a.rst": article("Lines", body)}, f"[design]\n{design}\n")
    issue = read(folder).issue
    composed = compose(issue)
    (address,) = composed.pictures
    picture = etree.fromstring(composed.resources[address])
    assert float(picture.get("width", "")) == pytest.approx(width, abs=0.1)


def test_every_option_is_documented_and_no_other() -> None:
    writing = (Path(__file__).parents[1] / "docs" / "reference.md").read_text("utf-8")
    section = writing.split("\n## Charts\n")[1].split("\n## ")[0]
    listed = set(re.findall(r"^\| `:(\w+):`", section, re.MULTILINE))
    assert listed == ChartDirective.option_spec.keys() - {"name", "class"}


def test_a_chart_is_a_picture_on_the_page_and_has_its_numbers_in_the_e_book(tmp_path: Path) -> None:
    body = (
        ".. chart::\n   :caption: Trams\n   :place: full\n\n   Year,Red\n   2024,10.4\n   2025,12"
    )
    folder = write_issue(tmp_path, {"01-a.rst": article("Lines", body)})
    issue = read(folder).issue
    (book,) = epub.render(issue).files.values()
    made = EBook(book)
    rows = made.find("articles/a.xhtml", "//h:details//h:tr")
    assert [[words(cell) for cell in row] for row in rows] == [
        ["Year", "Red"], ["2024", "10.4"], ["2025", "12"],
    ]  # fmt: skip
    (alt,) = made.find("articles/a.xhtml", "//h:figure//h:img/@alt")
    assert "12" in alt
    (printed,) = pdf.render(issue).edition.files.values()
    assert "Trams" in " ".join(sheet.text for sheet in Book(printed).sheets)
