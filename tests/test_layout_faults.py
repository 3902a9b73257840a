"""What is wrong on pages is told with its place in the source, and what is right is not."""

from __future__ import annotations

from pathlib import Path

import pyphen
import pytest
from lxml import etree

from bulletin_press import folders, kept
from bulletin_press.editions import pdf
from bulletin_press.editions.pdf import faults, hyphens
from bulletin_press.editions.pdf.placed import Kind, Place, Sheet
from bulletin_press.issue import Issue
from bulletin_press.problems import Problem, ProblemsError
from tests.printing import Book, generated, load, masthead, write

ROOT = Path(__file__).resolve().parents[1]
LONG = "The council of the northern harbour met again and the engineers measured the river.\n"
SMALL = '[design]\npage = "A5"\ncolumns = 1\n'


def laid_out(
    folder: Path, body: str, toml: str = "", css: str = "", profile: str = "screen"
) -> tuple[tuple[Problem, ...], Book]:
    """What is said of an issue of one article, and its pages, which a draft has in any case."""
    issue = write(folder, {"issue.rst": masthead(), "01-a.rst": f"Docks\n=====\n\n{body}\n"}, toml)
    if css:
        (folder / "styles").mkdir()
        shipped = (ROOT / "styles" / "print.css").read_text("utf-8")
        (folder / "styles" / "print.css").write_text(f"{shipped}\n{css}\n", "utf-8")
    printed = pdf.render(load(issue), draft=True, profile=profile)
    (data,) = printed.edition.files.values()
    return printed.problems, Book(data)


def told(problems: tuple[Problem, ...], body: str) -> set[tuple[str, str]]:
    """Codes of problems with the lines of the article to which they point."""
    return {(one.code, body.splitlines()[one.where.line - 4]) for one in problems}


@pytest.mark.parametrize("profile", ["screen", "large-print"])
def test_the_sample_has_no_fault(profile: str) -> None:
    assert pdf.render(load(folders.locate("2026-02", ROOT)), profile=profile).problems == ()


# Collisions -------------------------------------------------------------------------------------

QUOTE = f"{LONG * 3}\n\n.. pull-quote::\n\n   A quotation of some words.\n\n{LONG * 8}"


def test_text_printed_over_text_is_refused(tmp_path: Path) -> None:
    problems, _ = laid_out(tmp_path, QUOTE, css=".pull-quote { position: relative; top: -15mm }")
    assert ("L107", "   A quotation of some words.") in told(problems, QUOTE)
    assert "“A quotation of some words.” is printed over “" in problems[0].message


def test_text_printed_over_notes_is_refused(tmp_path: Path) -> None:
    body = f"{LONG * 150}Called. [#]_\n{LONG * 150}\n\n.. [#] A note.\n"
    css = "@page { @footnote { margin-top: -15mm } }"
    problems, _ = laid_out(tmp_path, body, css=css)
    assert "L107" in {one.code for one in problems}


def test_raised_signs_quotations_and_boxes_collide_with_nothing(tmp_path: Path) -> None:
    body = (
        f"Water is H\\ :sub:`2`\\ O and m\\ :sup:`3`. [#]_ {LONG * 3}\n\n{QUOTE}\n\n"
        f".. sidebar:: A box\n\n   {LONG}\n\n{LONG * 15}\n\n- One item. [#]_\n- Another.\n\n"
        ".. [#] A note with H\\ :sub:`2`\\ O.\n.. [#] Another.\n"
    )
    assert laid_out(tmp_path, body)[0] == ()


# Headings ---------------------------------------------------------------------------------------


def test_a_heading_without_its_text_below_it_is_told_of(tmp_path: Path) -> None:
    body = f"{LONG * 10}\n\nOn quays\n--------\n\n{LONG * 10}"
    problems, _ = laid_out(tmp_path, body, css="h2 { break-after: column }")
    assert told(problems, body) == {("L108", "--------")}
    assert "“On quays”" in problems[0].message


# Notes ------------------------------------------------------------------------------------------


def note(words: int) -> str:
    return "\n   ".join(f"word{number} of a note" for number in range(words))


def with_note(words: int, before: int) -> str:
    return f"{LONG * before}\n\nCalled [#]_ here.\n\n{LONG * 100}\n\n.. [#] {note(words)}\n"


def test_a_note_of_half_a_page_stands_below_its_call(tmp_path: Path) -> None:
    problems, book = laid_out(tmp_path, with_note(250, 2))
    assert problems == ()
    assert "Called1" in book.sheets[1].text.replace("\u2060", "")
    assert "word249" in book.sheets[1].text


def test_a_note_on_another_page_than_its_call_is_told_of(tmp_path: Path) -> None:
    body = with_note(450, 2)
    problems, book = laid_out(tmp_path, body)
    assert told(problems, body) == {("L109", ".. [#] word0 of a note")}
    assert "called on page 2 and printed on page 3" in problems[0].message
    assert sum("word449 " in f"{sheet.text} " for sheet in book.sheets) == 1


@pytest.mark.parametrize("words", [900, 1800])
@pytest.mark.parametrize("before", [2, 150])
def test_a_note_longer_than_a_page_is_refused(words: int, before: int, tmp_path: Path) -> None:
    body = with_note(words, before)
    problems, _ = laid_out(tmp_path, body)
    assert ("L111", ".. [#] word0 of a note") in told(problems, body)
    assert {one.code for one in problems} <= {"L109", "L111"}


@pytest.mark.parametrize("words", [80, 100, 300])
def test_long_notes_in_large_print_stand_alone_or_are_refused(words: int, tmp_path: Path) -> None:
    problems, book = laid_out(tmp_path, with_note(words, 2), profile="large-print")
    codes = {one.code for one in problems}
    assert codes <= {"L109", "L111", "L113"}
    assert "L111" in codes or any(f"word{words - 1} " in sheet.text for sheet in book.sheets)


def test_notes_too_long_together_go_on_from_page_to_page(tmp_path: Path) -> None:
    notes = "".join(f".. [#] Note{number} {note(250)}\n" for number in range(4))
    body = f"{LONG * 30}Here [#]_ and [#]_ and [#]_ and [#]_ called.\n{LONG * 60}\n\n{notes}"
    problems, book = laid_out(tmp_path, body)
    assert {one.code for one in problems} == {"L109"}
    text = " ".join(sheet.text for sheet in book.sheets)
    assert [text.count(f"Note{number} ") for number in range(4)] == [1] * 4
    assert f"{text} ".count("word249 ") == 4


@pytest.mark.parametrize("profile", ["screen", "large-print"])
def test_notes_stay_with_calls_near_the_foot_of_a_page(profile: str, tmp_path: Path) -> None:
    body, notes = "", ""
    for number in range(60):
        body += f"{LONG * (number % 3 + 1)}Said. [#]_\n{LONG * (number % 2)}\n\n"
        notes += f".. [#] Note {number} says what is said {'of the harbour ' * (number % 9)}.\n"
    problems, _ = laid_out(tmp_path, body + notes, profile=profile)
    assert {one.code for one in problems} <= {"L113"}


# Lines ------------------------------------------------------------------------------------------


def test_a_loose_line_is_told_of_once_in_its_paragraph(tmp_path: Path) -> None:
    one, other = "1234567890" * 4, "2345678901" * 4
    body = f"{LONG}\n\nNow see the {one} of {other} in the {one} there."
    problems, _ = laid_out(tmp_path, body)
    assert [one.code for one in problems] == ["L112"]
    assert "Now see" in body.splitlines()[problems[0].where.line - 4]


def test_long_words_and_addresses_run_out_of_no_column(tmp_path: Path) -> None:
    address = "https://example.org/" + "abcdefghij" * 9
    word = "Donau" + "dampfschiff" * 8
    body = (
        f"{address} and {word}.\n\n- {address} {word}\n\n1. {word}\n\n"
        f"term {word}\n   {address}\n\n   {word}\n\n    {word}\n\n"
        f"{word}\n{'-' * len(word)}\n\n"
        f".. sidebar:: {word}\n\n   {address} {word}\n\n"
        f".. pull-quote::\n\n   {word}\n\n"
        f"::\n\n   {word}\n\n"
        f"Called [#]_.\n\n.. [#] {address} {word}\n"
    )
    problems, _ = laid_out(tmp_path, body)
    assert not {one.code for one in problems} & {"L104", "L105", "L107"}, problems


def picture(width: int, height: int) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<path d="M0 0h{width}v{height}z"/></svg>'
    )


@pytest.mark.parametrize("directive", ["figure", "image"])
@pytest.mark.parametrize("design", ["", SMALL, '[design]\npage = "A5"\n'])
def test_a_tall_picture_fits_its_page(directive: str, design: str, tmp_path: Path) -> None:
    files = {
        "issue.rst": masthead(),
        "tall.svg": picture(10, 40),
        "01-a.rst": f"Docks\n=====\n\n{LONG}\n\n.. {directive}:: tall.svg\n   :alt: A mast.\n"
        f"   :width: 100%\n\n{LONG}\n",
    }
    problems = pdf.render(load(write(tmp_path, files, design))).problems
    assert {one.code for one in problems} <= {"L108", "L113"}


def test_a_picture_wider_than_its_column_fits_it(tmp_path: Path) -> None:
    files = {
        "issue.rst": masthead(),
        "wide.svg": picture(400, 10),
        "01-a.rst": f"Docks\n=====\n\n{LONG}\n\n.. image:: wide.svg\n   :alt: A quay.\n"
        f"   :width: 400mm\n\n{LONG}\n",
    }
    assert pdf.render(load(write(tmp_path, files))).problems == ()


def test_a_row_higher_than_its_page_is_parted(tmp_path: Path) -> None:
    row = f"   * - one\n     - {note(700)}\n".replace("\n   word", "\n       word")
    problems, book = laid_out(tmp_path, f"{LONG}\n\n.. list-table::\n\n{row}\n{LONG * 15}", SMALL)
    assert {one.code for one in problems} <= {"L113"}
    assert sum("word699 " in sheet.text for sheet in book.sheets) == 1


def test_a_picture_over_the_foot_of_its_page_is_refused(tmp_path: Path) -> None:
    files = {
        "issue.rst": masthead(),
        "tall.svg": picture(10, 40),
        "01-a.rst": f"Docks\n=====\n\n{LONG}\n\n.. figure:: tall.svg\n   :alt: A mast.\n\n{LONG}\n",
    }
    (tmp_path / "styles").mkdir()
    shipped = (ROOT / "styles" / "print.css").read_text("utf-8")
    (tmp_path / "styles" / "print.css").write_text(
        f"{shipped}img {{ max-height: none }}\n", "utf-8"
    )
    with pytest.raises(ProblemsError) as refused:
        pdf.render(load(write(tmp_path, files, "")))
    assert ("L114", 7) in {(one.code, one.where.line) for one in refused.value.problems}


# The last page ----------------------------------------------------------------------------------


def lines(count: int) -> str:
    return "\n".join(f"| Line {number}." for number in range(count))


def rows(book: Book, page: int) -> int:
    """How many of the lines stand on a page."""
    return book.sheets[page].text.count("Line ")


@pytest.mark.parametrize("design", ["", "[design]\ncolumns = 1\n"])
def test_a_last_page_of_a_few_lines_is_spared(design: str, tmp_path: Path) -> None:
    _, book = laid_out(tmp_path / "many", lines(900), design)
    room = rows(book, 1) + 2 * rows(book, 2)
    problems, book = laid_out(tmp_path / "one", lines(room + 1), design)
    assert problems == ()
    assert len(book.sheets) == 4
    assert rows(book, 3) > rows(book, 2) - 8


def test_a_last_page_that_cannot_be_spared_is_told_of(tmp_path: Path) -> None:
    _, book = laid_out(tmp_path / "many", lines(200), SMALL)
    problems, book = laid_out(tmp_path / "few", lines(rows(book, 1) + 3), SMALL)
    assert {one.code for one in problems} == {"L113"}
    assert (len(book.sheets), rows(book, 2)) == (3, 3)
    problems, book = laid_out(tmp_path / "four", lines(rows(book, 1) + 4), SMALL)
    assert (problems, rows(book, 2)) == ((), 4)


def test_a_short_article_alone_on_its_page_is_no_fault(tmp_path: Path) -> None:
    assert laid_out(tmp_path, "A line.")[0] == ()


# Faults that the engine does not make by itself -------------------------------------------------


def line(text: str, top: float, **more: object) -> Place:
    values = {
        "kind": Kind.LINE, "block": text, "article": 1, "column": 0, "table": 0, "heading": False,
        "in_foot": False, "note": 0, "left": 50.0, "right": 200.0, "top": top,
        "bottom": top + 10, "start": 50.0, "end": 200.0, "text": text,
    }  # fmt: skip
    return Place(**{**values, **more})  # type: ignore[arg-type]


def found(*places: Place) -> list[str]:
    sheet = Sheet(250, 20, 400, 400, places)
    return [one.code for one in faults.find((sheet,), 1, 1)]


def test_notes_out_of_order_are_found() -> None:
    call = line("call", 30, calls=(1, 2))
    first = line("first", 300, in_foot=True, note=1)
    second = line("second", 320, in_foot=True, note=2)
    assert found(call, first, second) == []
    assert found(call, second, first) == ["L110"]


def test_lines_share_a_hair_but_no_more() -> None:
    assert found(line("a", 30), line("b", 39.5)) == []
    assert found(line("a", 30), line("b", 38)) == ["L107"]
    assert found(line("a", 30), line("b", 38, left=199.5, right=250, end=250)) == []


# Patterns ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "patterns"),
    [
        ("en", "en_US"), ("en-US", "en_US"), ("en-GB", "en_GB"), ("en-IE", "en_GB"),
        ("de", "de"), ("fr", "fr"), ("ru", "ru_RU"), ("uk", "uk_UA"), ("no", "nb_NO"),
        ("az", None), ("tr", None), ("ka", None), ("ar", None),
    ],
)  # fmt: skip
def test_words_are_divided_by_the_patterns_of_their_language(
    language: str, patterns: str | None
) -> None:
    element = etree.Element("p", lang=language)
    hyphens.choose_patterns(element)
    chosen = pyphen.language_fallback(element.get("lang"))
    if patterns is None:
        assert chosen is None
    else:
        assert pyphen.LANGUAGES[chosen].name.startswith(f"hyph_{patterns}")


def test_a_passage_in_english_is_divided_as_an_issue_in_english(tmp_path: Path) -> None:
    words = " ".join([f"{'a' * number} significant" for number in range(1, 9)] * 9)
    body = f"Текст.\n\n.. class:: language-en\n\n{words}\n"
    title = masthead(":Language: ru")
    issue = write(tmp_path, {"issue.rst": title, "01-a.rst": f"Порт\n====\n\n{body}"})
    (data,) = pdf.render(load(issue)).edition.files.values()
    text = "\n".join(Book(data).sheets[1].lines)
    assert "nifi\u2010" in text
    assert "signific\u2010" not in text


def with_sheet(folder: Path, rule: str) -> Issue:
    """An issue whose publication has its own print.css: the press's, and a rule."""
    (folder / "styles").mkdir()
    usual = (ROOT / "styles" / "print.css").read_text("utf-8")
    (folder / "styles" / "print.css").write_text(f"{usual}\n{rule}\n", "utf-8")
    return load(write(folder, generated(1, 2, 2), ""))


@pytest.mark.parametrize(
    "rule",
    [
        "p { font-size: 1e308pt }",
        "p { letter-spacing: 1e9pt; word-spacing: -1e9pt }",
        f"p{':not(div' * 150}{')' * 150} {{ color: red }}",
    ],
)
def test_what_an_own_sheet_asks_too_much_of_is_no_traceback(rule: str, tmp_path: Path) -> None:
    issue = with_sheet(tmp_path, rule)
    with pytest.raises(ProblemsError) as refused:
        pdf.render(issue)
    (one,) = refused.value.problems
    assert (one.code, str(one.where)) == ("L103", "styles/print.css")
    assert one.message.startswith("the layout engine fails: ")
    assert "\n" not in one.message


def test_own_sheets_may_set_boxes_side_by_side_and_nest_deeply(tmp_path: Path) -> None:
    deep = f"p {{ --x: {'(' * 200}{')' * 200} }}"
    grid = "dl, ul { display: grid; grid-template-columns: 1fr 1fr }"
    issue = with_sheet(tmp_path, f"{deep}\n{grid}")
    with kept.using(kept.Store(tmp_path / "kept")):
        cold, again = pdf.render(issue), pdf.render(issue, begin=pdf.plainly)
    assert cold.edition == again.edition
