"""How the e-book looks: the reader's choices hold, and nothing is cut off on any screen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tinycss2
from lxml import etree
from playwright.sync_api import Browser

from bulletin_press.page import element
from bulletin_press.reading import Page
from bulletin_press.reading.frames import frame_tables
from tests import epub_support
from tests.epub_support import Book, render
from tests.judging.browser import overflow
from tests.planting import CLEAN
from tests.screens import DAY, NIGHT, SCREENS, TABLET, read, unpacked

pytestmark = pytest.mark.xdist_group("screens")

GENERIC = ("serif", "sans-serif", "monospace", "math")
TITLES = {"h1", "h2", "h3", "h4", "h5", "h6", ".nameplate-title"}
RAISED = {"sup", "sub", ".note-call"}
# what an element of running text may be called: these keep the reader's size and leading
RUNNING = {"html", "body", "p", "li", "ul", "ol", "dl", "dt", "dd", "section", "article", "div"}


def faults(sheet: str) -> list[str]:
    """What in a style sheet would take something out of the reader's hands."""
    found = []
    for rule in tinycss2.parse_stylesheet(sheet, skip_whitespace=True):
        if rule.type == "at-rule" and rule.lower_at_keyword == "font-face":
            continue
        if rule.type != "qualified-rule":
            found.append(f"{rule.type} on line {rule.source_line}")
            continue
        selectors = {one.strip() for one in tinycss2.serialize(rule.prelude).split(",")}
        for one in tinycss2.parse_blocks_contents(rule.content, True, True):
            value = tinycss2.serialize(one.value).strip() if one.type == "declaration" else ""
            name = one.lower_name if one.type == "declaration" else one.type
            if one.type != "declaration" or one.important or not kind(name, value, selectors):
                found.append(f"{', '.join(sorted(selectors))}: {name}: {value}")
    return found


def kind(name: str, value: str, selectors: set[str]) -> bool:
    """Whether a declaration leaves the reader what is the reader's."""
    pictures = all("img" in one for one in selectors)
    if re.search(r"\d(?:px|pt|pc|cm|mm|in|q|rem|vw|vmin|vmax)\b", value, re.IGNORECASE):
        return False
    if re.search(r"\d(?:vh)\b", value):
        return name == "max-height" and pictures
    if re.search(r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|black|white|gr[ae]y)\b", value):
        return pictures and name in ("background", "outline")
    if name == "line-height":
        return selectors <= TITLES or (selectors <= RAISED and value == "0")
    if name == "font-family":
        return value.split(",")[-1].strip() in GENERIC
    if name in ("font-size", "font"):
        size = re.fullmatch(r"([\d.]+)em", value)
        return bool(size) and float(size[1]) >= 0.6 and not selectors & RUNNING  # type: ignore[index]
    if selectors & {"html", "body"}:
        return name in ("margin", "overflow-wrap") or value in ("0 0.3em",)
    refused = {
        "color": value not in ("inherit", "currentColor"),
        "background": value != "transparent" and not pictures,
        "background-color": True,
        "text-align": value == "justify",
        "display": value not in ("block", "inline"),
        "visibility": True,
        "position": True,
        "float": True,
        "opacity": True,
        "letter-spacing": not value.endswith("em"),
        "text-indent": value.startswith("-"),
    }
    return not (name.startswith("--") or "var(" in value or refused.get(name, False))


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return render(epub_support.rich(tmp_path_factory.mktemp("looks")))


def test_the_sheet_leaves_to_the_reader_what_is_the_readers(book: Book) -> None:
    sheet = book.read("styles/bulletin.css").decode()
    assert faults(sheet) == []
    assert "/*" not in sheet
    first = next(one for one in sheet.splitlines() if one.startswith("html"))
    assert first.endswith("serif }")


@pytest.mark.parametrize(
    "rule",
    [
        "p { color: #333333 }", ".box { background: #eef2f7 }", "td { font-size: 12px }",
        "p { font-size: 0.9em }", "body { font-size: 1.1em }", "html { line-height: 1.4 }",
        "h2, p { line-height: 1.2 }", "p { text-align: justify }", ".box { display: none }",
        ".box { display: flex }", ".box { width: 4rem }", ".box { margin: 3mm }",
        ".box { font-family: \"Bulletin Sans\" }", "p { margin: 0 !important }",
        ":root { --ink: red }", ".box { border-color: var(--ink) }", ".note { visibility: hidden }",
        ".note { font-size: 0 }", "@media (prefers-color-scheme: dark) { p { margin: 0 } }",
        "body { padding: 2em }", ".note { height: 2vh }", ".note { color: grey }",
        "@import 'a.css';", ".box { border-top: thin solid black }",
    ],
)  # fmt: skip
def test_a_rule_that_takes_it_away_is_seen(rule: str) -> None:
    assert faults(rule)


# Tables


def framed(table: etree._Element) -> etree._Element:
    page = Page("a.xhtml", "A", element("body", table))
    frame_tables(page)
    (frame,) = page.body
    assert frame.get("class") == "frame"
    return table


def table_of(*rows: tuple[str, ...], numbers: bool = False) -> etree._Element:
    made = element("table")
    for row in rows:
        line = etree.SubElement(made, "tr")
        for words in row:
            cell = etree.SubElement(line, "td")
            cell.text = words
            if numbers:
                cell.set("class", "number")
    return made


@pytest.mark.parametrize(
    ("table", "names"),
    [
        (
            table_of(("Month", "Level"), ("May", "a long text of short words that may be broken")),
            "",
        ),
        (table_of(("1 250",) * 6, numbers=True), ""),
        (table_of(("12 500",) * 7, numbers=True), "dense"),
        (table_of(("12 500",) * 9, numbers=True), "dense crammed"),
        (table_of(("Characteristics",) * 6), "dense crammed broken"),
        (table_of(("one-two–three/four",) * 6), ""),
        (table_of(("",), ()), ""),
    ],
)
def test_tables_are_set_as_small_as_their_words_need(table: etree._Element, names: str) -> None:
    assert framed(table).get("class", "") == names


def test_cells_over_rows_and_columns_are_counted_where_they_stand() -> None:
    table = table_of(("Characteristics", "a"), ("Characteristics", "b"), ("Characteristics" * 9,))
    table[0][0].set("rowspan", "2")
    table[2][0].set("colspan", "3")
    assert framed(table).get("class") is None
    assert framed(table_of(*[("Characteristics",) * 3] * 3)).get("class") == "dense"


WIDE = """\
Words before.

.. list-table:: Exports by month
   :header-rows: 1

   * - Country
     - January
     - February
     - March
     - April
     - May
     - June
     - July
     - August
   * - Bosnia and Herzegovina
     - 1 250
     - 1 310
     - 1 402
     - 1 377
     - 1 290
     - 1 205
     - 1 198
     - 1 240

.. list-table:: Far too wide
   :header-rows: 1

   * - Characteristics
     - Circumstances
     - Responsibilities
     - Recommendations
     - Administration
     - Representatives
     - Implementation
     - Considerations
   * - one
     - two
     - three
     - four
     - five
     - six
     - seven
     - eight

Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenauszahlungsstellenleiterin and
``a_name_of_code_that_is_much_too_long_for_any_line_of_a_telephone(argument)``, see
https://www.example.org/a/very/long/path/that/does/not/break/anywhere/index.html.

::

   a line of code that is longer than a line of the page of a telephone and is broken, not cut off

.. chart::
   :kind: line
   :caption: Freight
   :unit: tonnes

   Year,Rail,Road
   2023,70,68
   2024,100,76
   2025,82,62

.. math::

   \\sum_{i=1}^{n} x_i = \\frac{a_1}{b^{x+1}}

.. box:: Facts

   - one fact
"""


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory, book: Book) -> dict[str, Path]:
    """The unpacked books that are looked at."""
    folder = tmp_path_factory.mktemp("books")
    sources = tmp_path_factory.mktemp("wide")
    files = {"issue.rst": epub_support.MASTHEAD, "01-a.rst": epub_support.simple("Wide", WIDE)}
    wide = render(epub_support.write(sources, {**files}))
    books = {"rich": book, "wide": wide, "clean": render(CLEAN)}
    return {name: unpacked(one.data, folder / name) for name, one in books.items()}


def pages_of(folders: dict[str, Path]) -> Iterator[tuple[str, Path]]:
    for name, folder in folders.items():
        for path in sorted(folder.rglob("*.xhtml")):
            yield f"{name}/{path.name}", path


def test_nothing_is_cut_off_on_any_screen(browser: Browser, folders: dict[str, Path]) -> None:
    """No page is wider than its screen, nothing larger than its frame: paper does not scroll."""
    wider = """() => [...document.querySelectorAll('.frame, .math-block, pre')]
        .filter(one => one.scrollWidth > one.clientWidth + 1 ||
                       one.scrollHeight > one.clientHeight).map(one => one.textContent)"""
    for name, path in pages_of(folders):
        for device, screen in SCREENS.items():
            with read(browser, path, screen) as page:
                assert overflow(page) == 0, (name, device)
                assert page.evaluate(wider) == [], (name, device)


COMPUTED = """() => [...document.body.querySelectorAll('*')]
    .filter(one => one.namespaceURI.endsWith('xhtml') && !one.closest('[hidden]'))
    .map(one => {
        const style = getComputedStyle(one);
        return {tag: one.localName, color: style.color, ground: style.backgroundColor,
                size: parseFloat(style.fontSize), leading: style.lineHeight,
                family: style.fontFamily, align: style.textAlign, shown: style.display,
                border: style.borderTopStyle == 'none' ? style.color : style.borderTopColor};
    })"""


def test_passages_in_other_languages_begin_like_paragraphs(
    browser: Browser, tmp_path: Path
) -> None:
    body = "One.\n\n.. lang:: az\n\n   Iki.\n\n.. lang:: ru\n\n   Три.\n\n   Четыре.\n\nFive."
    files = {"issue.rst": epub_support.MASTHEAD, "01-a.rst": epub_support.simple("A", body)}
    sources = epub_support.write(tmp_path / "sources", {**files})
    made = unpacked(render(sources).data, tmp_path / "book")
    indents = """() => [...document.querySelectorAll('section > p, div > p')].map(one =>
        [one.textContent, getComputedStyle(one).textIndent == '0px'])"""
    (path,) = made.rglob("a.xhtml")
    with read(browser, path, TABLET) as page:
        found = page.evaluate(indents)
    assert found == [
        ["One.", True], ["Iki.", False], ["Три.", False], ["Четыре.", False], ["Five.", False]
    ]  # fmt: skip


def computed(browser: Browser, path: Path, theme: tuple[str, str], more: str = "") -> Any:
    with read(browser, path, TABLET, theme, more) as page:
        return page.evaluate(COMPUTED)


def test_ink_and_ground_are_the_readers(browser: Browser, folders: dict[str, Path]) -> None:
    ink = "rgb(216, 216, 216)"
    for name, path in pages_of(folders):
        for one in computed(browser, path, NIGHT):
            assert one["color"] == ink, (name, one)
            assert one["border"] == ink, (name, one)
            assert one["tag"] == "img" or one["ground"] == "rgba(0, 0, 0, 0)", (name, one)
            assert one["shown"] != "none", (name, one)


def test_size_and_leading_are_the_readers(browser: Browser, folders: dict[str, Path]) -> None:
    larger = "html { font-size: 36px; line-height: 2 }"
    for name, path in pages_of(folders):
        before, after = computed(browser, path, DAY), computed(browser, path, DAY, larger)
        for small, large in zip(before, after, strict=True):
            assert large["size"] == pytest.approx(small["size"] * 2, abs=0.1), (name, small)
            if large["tag"] in ("p", "li", "td", "th", "dd", "dt", "pre", "figcaption"):
                assert float(large["leading"][:-2]) == pytest.approx(large["size"] * 2, abs=0.1)
            assert large["align"] != "justify"


def test_text_is_in_the_readers_face_and_all_have_one_to_fall_back_on(
    browser: Browser, folders: dict[str, Path]
) -> None:
    own = "html { font-family: cursive }"
    for name, path in pages_of(folders):
        for one in computed(browser, path, DAY, own):
            assert one["family"].split(", ")[-1] in (*GENERIC, "cursive"), (name, one)
    path = folders["clean"] / "articles" / "harbour.xhtml"
    texts = [one["family"] for one in computed(browser, path, DAY, own) if one["tag"] == "p"]
    assert texts.count("cursive") > len(texts) / 2


def test_letters_of_charts_and_tables_can_be_read(
    browser: Browser, folders: dict[str, Path]
) -> None:
    path = folders["wide"] / "articles" / "a.xhtml"
    drawn = "() => document.querySelector('.chart img').getBoundingClientRect().width / 300 * 10"
    smallest = """() => Math.min(...[...document.querySelectorAll('td, th, figcaption')]
        .map(one => parseFloat(getComputedStyle(one).fontSize)))"""
    for screen in SCREENS.values():
        with read(browser, path, screen) as page:
            assert 0.65 <= page.evaluate(drawn) / screen.letters <= 0.95
            assert page.evaluate(smallest) >= 9.5


def test_charts_hold_no_text_that_asks_for_a_face(folders: dict[str, Path]) -> None:
    (chart,) = (folders["wide"] / "images").glob("picture-*.svg")
    drawing = etree.fromstring(chart.read_bytes())
    assert not list(drawing.iter("{*}text"))
    assert len(list(drawing.iter("{*}path"))) > 8


def test_series_of_a_chart_are_told_apart_without_colour(folders: dict[str, Path]) -> None:
    (chart,) = (folders["wide"] / "images").glob("picture-*.svg")
    drawing = etree.fromstring(chart.read_bytes())
    dashes = {one.get("stroke-dasharray") for one in drawing.iter(etree.Element)}
    assert len(dashes) > 1
