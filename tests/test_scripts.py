"""Issues in other scripts: full lines, words that are found, numbers and lists leftwards."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import cssselect2
import pytest
import tinycss2
from lxml import etree, html

from bulletin_press import charts, fonts, markup, typefounding
from bulletin_press.issue import Issue
from bulletin_press.source.directives.charts import Chart
from tests.conftest import article, read, write_issue
from tests.printing import Book, masthead, render

ARABIC = masthead(":Language: ar")
LONG = " ".join(
    f"*{word}*" if number % 2 else word
    for number, word in enumerate(
        "يحمل القطارات والدراجات ملك على الجسر الجديد في الرياض كل يوم، وقالت الشركة إن"
        " الكلفة ثلاثة ملايين من الميزانية لا أكثر ولا أقل، ثم ذهب المهندسون تلك الليلة"
        " إلى النهر ليقيسوا عمقه وعرضه وسرعة مائه وحرارته قبل الافتتاح بشهرين كما وعد العمدة"
        " سكان المدينة الكبيرة كلهم.".split()
    )
)
PERSIAN = "الگوی گفتگوی پژوهشگران درباره چاپ ژاله در تهران."
TABLE = """\
.. list-table:: الكلفة
   :header-rows: 1
   :stub-columns: 1

   * - البند
     - 2025
   * - القضبان
     - -12.5
   * - الأقواس
     - 1,000
"""


def arabic(folder: Path, *bodies: str, fields: str = "") -> Issue:
    toml = "[design]\ncolumns = 1\n"
    files = {f"{n:02}-{chr(96 + n)}.rst": article("الجسر", body, *fields.split("|"))
             for n, body in enumerate(bodies, 1)}  # fmt: skip
    sources = read(write_issue(folder, {"issue.rst": ARABIC, **files}, toml))
    assert sources.lines == []
    return sources.issue


def plain(text: str) -> str:
    return re.sub(r"[*«»]", "", text)


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> Any:
    fields = ":Kicker: النقل|:Authors: أحمد علي (معهد المثال); سارة حسن"
    body = f"{LONG}\n\n{LONG}\n\n{PERSIAN}"
    issue = arabic(tmp_path_factory.mktemp("lines"), body, "نص.", fields=fields)
    return issue, *render(issue)


def test_no_line_leaves_its_column(lines: Any) -> None:
    _, printed, _ = lines
    assert printed.problems == ()


def test_words_are_found_in_the_file(lines: Any) -> None:
    _, _, book = lines
    words = re.findall(r"\w+", " ".join(sheet.text for sheet in book.sheets))
    assert not set(re.findall(r"\w+", plain(f"{LONG} {PERSIAN}"))).difference(words)


def spans(book: Book, words: str) -> tuple[float, float]:
    """The left and right end of words on the first page of articles, in points."""
    text = book.document[1].get_textpage()
    index, count = text.search(words).get_next()
    boxes = [text.get_charbox(at) for at in range(index, index + count)]
    return min(box[0] for box in boxes), max(box[2] for box in boxes)


def test_the_numeral_hangs_and_the_lines_above_and_below_stand_under_the_title(lines: Any) -> None:
    _, _, book = lines
    ends = [spans(book, words)[1] for words in ("الجسر", "النقل", "أحمد")]
    assert max(ends) - min(ends) < 3
    assert spans(book, "I")[0] > max(ends)


def line_ends(book: Book, first: str, leftward: bool) -> list[tuple[float, float]]:
    """Left and right end of each line, in points, from the one that begins with a word."""
    text = book.document[1].get_textpage()
    boxes = [text.get_rect(at) for at in range(text.count_rects())]
    begin = next(at for at, box in enumerate(boxes) if first in text.get_text_bounded(*box))
    rows: list[list[tuple[float, ...]]] = [[]]
    for box in boxes[begin:]:
        if rows[-1] and (box[2] > rows[-1][-1][2]) is leftward:
            rows.append([])
        rows[-1].append(box)
    return [(min(box[0] for box in row), max(box[2] for box in row)) for row in rows]


def test_justified_lines_fill_the_column_and_indents_stand_at_the_right(lines: Any) -> None:
    _, _, book = lines
    ends = line_ends(book, "يحمل", leftward=True)[:6]
    left, right = 22 / 25.4 * 72, ends[0][1]
    for number, (least, most) in enumerate(ends):
        indent = 4 / 25.4 * 72 if number == 3 else 0
        assert most == pytest.approx(right - indent, abs=2), number
        assert number in (2, 5) or least == pytest.approx(left, abs=2), number


def test_lines_in_a_face_beside_the_first_fill_their_column(tmp_path: Path) -> None:
    words = "ახალი ხიდი გაიხსნა მდინარეზე სამი წლის მუშაობის შემდეგ და ქალაქი მას დიდი ხნის ელოდა"
    files = {"issue.rst": masthead(":Language: ka"), "01-a.rst": article("ხიდი", f"{words} " * 4)}
    _, book = render(read(write_issue(tmp_path, files)).issue)
    rights = [right for _, right in line_ends(book, "ახალი", leftward=False)[:4]]
    assert max(rights) - min(rights) < 1


def test_names_are_joined_by_the_signs_of_the_language(lines: Any) -> None:
    issue, _, _ = lines
    byline = issue.articles[0].furniture("byline")
    assert byline is not None
    assert byline.astext() == "أحمد علي، معهد المثال؛ سارة حسن"


def test_numbers_of_tables_keep_their_sign_before_them(tmp_path: Path) -> None:
    issue = arabic(tmp_path, f"{TABLE}\n.. lang:: en\n\n   Text.")
    profile = markup.Profile(link=str, picture=str)
    (table, _) = markup.blocks(issue, issue.articles[0].body, profile).body
    ways = {"".join(map(str, one.itertext())).strip(): one.get("dir") for one in table.iter("p")}
    assert ways == {"البند": None, "2025": None, "القضبان": None, "-12.5": "ltr",
                    "الأقواس": None, "1,000": "ltr"}  # fmt: skip


def test_numbers_of_an_arabic_table_within_another_language_too(tmp_path: Path) -> None:
    inner = "\n".join(f"   {line}" for line in TABLE.splitlines())
    body = f".. lang:: ar\n\n{inner}\n\n{TABLE.replace('-12.5', '-13')}"
    issue = read(write_issue(tmp_path, {"01-a.rst": article("A", body)})).issue
    found = markup.blocks(issue, issue.articles[0].body, markup.Profile(link=str, picture=str))
    ways = {one.text: one.get("dir") for part in found.body for one in part.iter("p")}
    assert (ways["-12.5"], ways["-13"]) == ("ltr", None)


@pytest.mark.parametrize("leftward", [False, True])
def test_numbers_of_a_charts_table_too(leftward: bool) -> None:
    chart = Chart("bar", "", "السنة", ("2024",), (("س", (-1.0,)),), (("-1",),))
    (cell,) = charts.data_table(chart, leftward).iter("td")
    assert "".join(map(str, cell.itertext())) == "-1"
    assert [one.get("dir") for one in cell] == ["ltr"] * leftward


def test_a_list_from_left_to_right_keeps_its_room_for_bullets() -> None:
    sheet = (Path(__file__).parents[1] / "styles" / "epub.css").read_text("utf-8")
    page = html.fromstring(
        '<html dir="rtl"><body><ul></ul><div dir="ltr"><ul></ul></div></body></html>'
    )
    assert [padding(sheet, one) for one in page.iter("ul")] == [("0", "1.5em"), ("1.5em", "0")]


def padding(sheet: str, element: etree._Element) -> tuple[str, str]:
    """The room that a style sheet leaves at the left and right of an element."""
    matcher: Any = cssselect2.Matcher()
    for rule in tinycss2.parse_stylesheet(sheet, True, True):
        if rule.type == "qualified-rule" and "::" not in tinycss2.serialize(rule.prelude):
            given = {
                one.lower_name: tinycss2.serialize(one.value).strip()
                for one in tinycss2.parse_blocks_contents(rule.content, True, True)
                if one.type == "declaration"
            }
            for selector in cssselect2.compile_selector_list(rule.prelude):
                matcher.add_selector(selector, given)
    root = cssselect2.ElementWrapper.from_html_root(element.getroottree().getroot())
    (wrapped,) = (one for one in root.iter_subtree() if one.etree_element is element)
    values: dict[str, str] = {}
    for *_, given in matcher.match(wrapped):
        values.update(given)
    return values["padding-left"], values["padding-right"]


def test_letters_of_arabic_script_are_whole_and_their_faces_sound() -> None:
    import uharfbuzz

    chosen = fonts.select("جسر").faces[len(fonts.PRIMARY) :]
    assert {(one.family, one.style, one.weight) for one in chosen} == {
        ("Bulletin Naskh", style, weight) for style in ("normal", "italic") for weight in (400, 700)
    }
    for face in chosen:
        font = uharfbuzz.Font(uharfbuzz.Face(face.data()))
        for letter in "ابتثجحخدذرزسشصضطظعغفقكلمنهويىةءأإآؤئپچژگکی":
            buffer = uharfbuzz.Buffer()
            buffer.add_str(letter)
            buffer.guess_segment_properties()
            uharfbuzz.shape(font, buffer)
            assert len(buffer.glyph_infos) == 1, (face.name, letter)
        assert typefounding.checksum(face.data()) == 0xB1B0AFBA
