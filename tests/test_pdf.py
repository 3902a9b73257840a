"""The printed edition: what is promised of its pages, read back from the finished file."""

from __future__ import annotations

import dataclasses
import io
import random
import re
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from docutils import nodes

from bulletin_press.config import Limits
from bulletin_press.contents import contents
from bulletin_press.editions import pdf
from bulletin_press.editions.pdf import checks
from bulletin_press.editions.pdf.faults import Fault
from bulletin_press.editions.pdf.layout import Layout
from bulletin_press.issue import Issue
from bulletin_press.problems import ProblemsError
from bulletin_press.styles import Sheet
from tests.printing import WORDS, Book, generated, load, masthead, render, write

LONG = "The council of the northern harbour met again and the engineers measured the river. "


def article(title: str, body: str, fields: str = "") -> str:
    return f"{title}\n{'=' * len(title)}\n\n{fields}\n{body}\n"


def squeezed(text: str) -> str:
    """Text without white space and without the hyphens of broken words."""
    return re.sub("[\u2010\u00ad\u0002\ufffe]|\\s+", "", text)


def assert_true_contents(issue_folder: Path) -> Book:
    """The contents list's numbers are the folios of the pages on which the titles stand."""
    issue = load(issue_folder)
    printed, book = render(issue)
    opening = min(index for level, _, index in book.outline if level == 0)
    listed = " ".join(line for sheet in book.sheets[:opening] for line in sheet.lines)
    for depth, title, index in book.outline:
        if depth:
            continue
        sheet = book.sheets[index]
        assert squeezed(title) in squeezed(sheet.text), title
        found = re.search(re.escape(squeezed(title)) + r"\.*?(\d+)", squeezed(listed))
        assert found, title
        assert found[1] == sheet.label
        if index:
            assert sheet.folio == sheet.label
    anchors = printed.pagination.anchors
    tops = [(entry.heading, anchors[entry.anchor]) for entry in contents(issue, 3)]
    assert tops == [
        (title, book.sheets[index].label) for depth, title, index in book.outline if depth == 0
    ]
    return book


@pytest.mark.parametrize("seed", range(4))
def test_contents_numbers_are_the_folios_of_the_titles(seed: int, tmp_path: Path) -> None:
    assert_true_contents(write(tmp_path, generated(seed, 5, 9)))


def test_contents_numbers_are_true_when_the_list_takes_several_pages(tmp_path: Path) -> None:
    book = assert_true_contents(write(tmp_path, generated(99, 45, 2)))
    assert min(index for level, _, index in book.outline if level == 0) >= 2


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> tuple[pdf.Printed, Book, Path]:
    folder = write(
        tmp_path_factory.mktemp("book"),
        {
            "issue.rst": masthead(":ISSN: 1234-5679", ":Publisher: Harbour Society"),
            "01-docks.rst": article(
                "Docks [#t]_ & Çəkiliş",
                f"First. [#a]_ {LONG * 3}\n\nSecond [#b]_ and again [#a]_.\n\nA heading [#h]_\n"
                f"----------------\n\n{LONG * 40}\n\nLast [#c]_ call, see :article:`rails`.\n\n"
                ".. [#t] Titlenote.\n.. [#a] Firstnote.\n.. [#b] Secondnote.\n"
                ".. [#h] Headnote.\n.. [#c] Lastnote.\n",
                ":Author: A. Writer\n:Summary: On docks.\n",
            ),
            "02-rails.rst": article(
                "Rails",
                f"{LONG * 30}\n\nSee :article:`docks` and :article:`the heading <docks#a heading>`."
                f"\n\n{LONG * 60}\n",
                ":Author: B. Writer\n",
            ),
        },
    )
    printed, read = render(load(folder))
    return printed, read, folder


def test_outline_has_the_headings_without_note_marks(book: tuple[pdf.Printed, Book, Path]) -> None:
    assert [(depth, title) for depth, title, _ in book[1].outline] == [
        (0, "I. Docks & Çəkiliş"),
        (1, "A heading"),
        (0, "II. Rails"),
    ]


def test_notes_stand_at_the_foot_of_the_page_with_their_first_call(
    book: tuple[pdf.Printed, Book, Path],
) -> None:
    sheets = book[1].sheets
    calls = {"Firstnote": "First.", "Secondnote": "Second", "Lastnote": "Last"}
    for note, call in calls.items():
        pages = [number for number, sheet in enumerate(sheets) if note in sheet.text]
        assert len(pages) == 1, note
        assert call in sheets[pages[0]].text
        lines = sheets[pages[0]].lines
        assert next(n for n, line in enumerate(lines) if note in line) >= len(lines) - 6
    everything = " ".join(sheet.text for sheet in sheets)
    assert all(everything.count(note) == 1 for note in (*calls, "Titlenote", "Headnote"))


def test_notes_in_columns_stay_on_the_pages_of_their_calls(tmp_path: Path) -> None:
    chance, parts, notes = random.Random(7), [], []
    for number in range(24):
        text = " ".join(chance.choices(WORDS, k=chance.randint(8, 60)))
        if chance.random() < 0.7:
            text += f" Word{number:02} [#n{number}]_"
            words = " ".join(chance.choices(WORDS, k=chance.randint(3, 40)))
            notes.append(f".. [#n{number}] Note{number:02} {words}")
        parts.append(f"{text}.")
    body = "\n\n".join([*parts, "\n".join(notes)])
    files = {"issue.rst": masthead(), "01-a.rst": article("Part", body)}
    _, book = render(load(write(tmp_path, files)))
    for sheet in book.sheets:
        called, printed = (re.findall(rf"{word}(\d\d)", sheet.text) for word in ("Word", "Note"))
        assert sorted(called) == sorted(printed), sheet.label


def test_references_name_the_page_they_lead_to(book: tuple[pdf.Printed, Book, Path]) -> None:
    text = " ".join(sheet.text for sheet in book[1].sheets).replace("\u00a0", " ")
    labels = {title: book[1].sheets[index].label for _, title, index in book[1].outline}
    assert f"see Rails (page {labels['II. Rails']})" in text
    assert f"Docks & Çəkiliş (page {labels['I. Docks & Çəkiliş']})" in text
    assert f"the heading (page {labels['A heading']})" in text
    targets = {name for page in range(len(book[1].sheets)) for name, _ in book[1].links(page)}
    assert {"docks", "rails"} <= targets


def test_running_heads_name_the_article_or_where_one_starts_the_issue(
    book: tuple[pdf.Printed, Book, Path],
) -> None:
    starts = {index for depth, _, index in book[1].outline if depth == 0}
    for number, sheet in enumerate(book[1].sheets[1:], 1):
        head = sheet.head
        if number % 2 or number in starts:
            assert head == "Harbour Quarterly · May 2026"
        else:
            assert head in ("Docks & Çəkiliş", "Rails")


def test_document_properties_come_from_the_issue(book: tuple[pdf.Printed, Book, Path]) -> None:
    with pikepdf.open(io.BytesIO(book[1].data)) as file:
        assert str(file.docinfo["/Title"]) == "Harbour Quarterly – May 2026"
        assert str(file.docinfo["/Author"]) == "A. Writer; B. Writer"
        assert "Volume 3 · Number 5" in str(file.docinfo["/Subject"])
        assert str(file.docinfo["/CreationDate"]).startswith("D:20260531")
        assert str(file.Root.Lang) == "en-US"
        assert file.Root.MarkInfo.Marked
        assert str(file.Root.PageMode) == "/UseOutlines"
        assert file.Root.ViewerPreferences.DisplayDocTitle


def test_every_font_is_an_embedded_subset_of_a_shipped_face(
    book: tuple[pdf.Printed, Book, Path],
) -> None:
    fonts = book[1].fonts()
    assert fonts
    for name, embedded in fonts:
        assert embedded
        assert re.match(r"/[A-Z]{6}\+Bulletin-", name), name


def test_every_word_of_the_tree_is_printed_once_and_in_order(
    book: tuple[pdf.Printed, Book, Path],
) -> None:
    issue = load(book[2])
    pages = "".join(squeezed("".join(sheet.lines)) for sheet in book[1].sheets[1:])
    for part in issue.articles:
        for paragraph in part.section.findall(nodes.paragraph):
            if "summary" in paragraph["classes"] or paragraph.next_node(nodes.footnote_reference):
                continue
            for sentence in squeezed(paragraph.astext()).split("."):
                if len(sentence) > 60 and "(page" not in sentence:
                    assert sentence in pages


def test_first_article_can_begin_on_page_one(tmp_path: Path) -> None:
    files = generated(7, 3, 8)
    folder = write(tmp_path, files, '[design]\nfirst-page = "article"\n')
    book = assert_true_contents(folder)
    assert [sheet.label for sheet in book.sheets[:3]] == ["i", "1", "2"]
    assert book.sheets[1].folio == "1"


def test_contents_list_can_show_sections(tmp_path: Path) -> None:
    text = article("Docks", f"{LONG}\n\nQuays\n-----\n\n{LONG}\n\nCranes\n------\n\n{LONG}\n")
    files = {"issue.rst": masthead(), "01-a.rst": text, "02-b.rst": text.replace("-", "~")}
    folder = write(tmp_path, files, "[design]\ncontents-depth = 2\n")
    _, book = render(load(folder))
    listed = [line for line in book.sheets[0].lines if re.search("Docks|Quays|Cranes", line)]
    assert [re.sub(r"[.\s]*\d*$", "", line) for line in listed] == [
        "I. Docks", "Quays", "Cranes", "II. Docks", "Quays", "Cranes",
    ]  # fmt: skip


def test_lone_article_has_no_numeral(tmp_path: Path) -> None:
    folder = write(tmp_path, {"issue.rst": masthead(), "01-a.rst": article("Docks", LONG)})
    _, book = render(load(folder))
    assert [title for _, title, _ in book.outline] == ["Docks"]
    assert not any(line.startswith("I.") for sheet in book.sheets for line in sheet.lines)


def test_the_title_of_the_bulletin_fits_a_small_page_in_one_line(tmp_path: Path) -> None:
    title = "Valley Notes\n============\n\n:Date: 2026-05-31\n"
    files = {"issue.rst": title, "01-a.rst": "Alpha\n=====\n\nText.\n"}
    _, book = render(load(write(tmp_path, files, '[design]\npage = "A5"\n')))
    assert "Valley Notes" in book.sheets[0].lines


def test_titles_in_other_scripts_use_shipped_faces(tmp_path: Path) -> None:
    titles = ["Встреча в порту", "საზღვარი", "مؤتمر الموانئ", "Şərq İşığı", "Λιμάνι"]
    files = {f"{n}-{n}.rst": article(title, LONG) for n, title in enumerate(titles, 1)}
    issue = load(write(tmp_path, {"issue.rst": masthead(), **files}))
    _, book = render(issue)
    assert [title for _, title, _ in book.outline] == [
        f"{numeral}. {title}"
        for numeral, title in zip("I II III IV V".split(), titles, strict=True)
    ]
    assert all("Bulletin-" in name and embedded for name, embedded in book.fonts())


def test_long_title_is_one_line_in_the_outline_and_wraps_in_the_contents(tmp_path: Path) -> None:
    title = "Long " + " ".join(["harbour"] * 24)
    files = {
        "issue.rst": masthead(),
        "01-a.rst": article(title, LONG),
        "02-b.rst": article("B", LONG),
    }
    _, book = render(load(write(tmp_path, files)))
    assert book.outline[0][1] == f"I. {title}"
    listed = book.sheets[0].text
    assert re.search(r"harbour[\s.]+2 II\. B[\s.]+2", listed), listed


def test_draft_heads_every_page_draft(tmp_path: Path) -> None:
    folder = write(tmp_path, generated(5, 2, 9))
    (data,) = pdf.render(load(folder), draft=True).edition.files.values()
    assert all(sheet.head.startswith("DRAFT ") for sheet in Book(data).sheets[1:])


def test_layout_past_its_limits_is_refused(tmp_path: Path) -> None:
    issue = load(write(tmp_path, generated(1, 2, 2)))
    slow = dataclasses.replace(issue.publication, limits=Limits(seconds=0))
    with pytest.raises(ProblemsError) as refused:
        pdf.render(dataclasses.replace(issue, publication=slow))
    assert [one.code for one in refused.value.problems] == ["L102"]


def test_style_sheet_cannot_fetch_anything(tmp_path: Path) -> None:
    folder = write(tmp_path, generated(1, 2, 2), "")
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "styles").mkdir()
    sheet = f"body {{ background: url(file://{tmp_path}/secret.txt) }}"
    (tmp_path / "styles" / "print.css").write_text(sheet)
    with pytest.raises(ProblemsError) as refused:
        pdf.render(load(folder))
    assert "L103" in {one.code for one in refused.value.problems}


def test_overlong_address_is_broken_at_the_edge_of_its_column(tmp_path: Path) -> None:
    body = f"{LONG}\n\nSee https://example.org/{'x' * 90} now.\n"
    files = {"issue.rst": masthead(), "01-a.rst": article("Docks", body)}
    printed, book = render(load(write(tmp_path, files)))
    assert {one.code for one in printed.problems} <= {"L112"}
    assert "x" * 90 in squeezed(book.sheets[1].text)


def cells(count: int) -> str:
    return f"{LONG}\n\n.. csv-table::\n\n   " + ",".join(["engineers"] * count) + "\n"


def test_table_over_the_edge_of_the_paper_is_refused(tmp_path: Path) -> None:
    files = {"issue.rst": masthead(), "01-a.rst": article("Docks", cells(20))}
    with pytest.raises(ProblemsError) as refused:
        pdf.render(load(write(tmp_path, files)))
    assert "L105" in {one.code for one in refused.value.problems}


def test_table_wider_than_the_page_is_reported_with_its_source_line(tmp_path: Path) -> None:
    files = {"issue.rst": masthead(), "01-a.rst": article("Docks", cells(15))}
    printed, _ = render(load(write(tmp_path, files)))
    found = {(one.code, Path(one.where.path).name, one.where.line) for one in printed.problems}
    assert found == {("L104", "01-a.rst", 9)}


@pytest.mark.parametrize("columns", [1, 2])
def test_inline_markup_loses_and_repeats_no_word(columns: int, tmp_path: Path) -> None:
    forms = ("plain{}", "*slant{}*", "**bold{}**", "`link{} <https://example.org/{}>`__")
    count, parts = 0, []
    for _ in range(40):
        marks = []
        for form in forms:
            count += 1
            marks.append(form.format(count, count))
        parts.append(
            f"The council {marks[0]} met {marks[1]} and {marks[2]} of {marks[3]}. {LONG * 2}"
        )
    files = {"issue.rst": masthead(), "01-a.rst": article("Words", "\n\n".join(parts))}
    folder = write(tmp_path, files, f"[design]\ncolumns = {columns}\n")
    _, book = render(load(folder))
    text = " ".join(sheet.text for sheet in book.sheets)
    found = [int(number) for number in re.findall(r"(?:plain|slant|bold|link)(\d+)", text)]
    assert found == list(range(1, count + 1))


def test_same_note_name_in_two_articles_means_two_notes(tmp_path: Path) -> None:
    files = {"issue.rst": masthead()}
    for name in ("Alpha", "Beta"):
        body = f"Text of {name} [#src]_ and [RPT]_.\n\n.. [#src] Source of {name}.\n"
        files[f"{name.lower()}.rst"] = article(name, body + f".. [RPT] Report of {name}.\n")
    _, book = render(load(write(tmp_path, files)))
    text = " ".join(sheet.text for sheet in book.sheets)
    for name in ("Alpha", "Beta"):
        assert f"Text of {name}1 and [RPT]." in text
        assert text.count(f"1 Source of {name}.") == 1
        assert text.count(f"RPT Report of {name}.") == 1


def test_note_call_stays_on_the_line_of_its_word(tmp_path: Path) -> None:
    words = [f"{'harbour ' * (number % 7 + 5)}word{number}, [#]_" for number in range(30)]
    notes = "".join(f".. [#] Note {number}.\n" for number in range(30))
    body = "\n\n".join(" ".join(words[n : n + 10]) for n in (0, 10, 20)) + f"\n\n{notes}"
    files = {"issue.rst": masthead(), "01-a.rst": article("Calls", body)}
    _, book = render(load(write(tmp_path, files)))
    lines = [line for sheet in book.sheets for line in sheet.lines]
    for number in range(30):
        assert any(f"word{number},{number + 1}" in line.replace("\u2060", "") for line in lines)


def test_signs_in_titles_break_no_link(tmp_path: Path) -> None:
    title = "Display (Temperature) 100% #1 & <more>"
    heading = "Units (°C) & % of <Total>"
    body = f"See `{heading}`_ here.\n\n{heading}\n{'-' * 25}\n\n{LONG}\n"
    files = {
        "issue.rst": masthead(),
        "01-a.rst": article(title, body),
        "02-b.rst": article("B", LONG),
    }
    _, book = render(load(write(tmp_path, files)))
    titles = [title for _, title, _ in book.outline]
    assert titles[:2] == [f"I. {title}", "Units (°C) & % of <Total>"]
    (name,) = {name for name, _ in book.links(1)}
    assert re.fullmatch(r"[a-z][a-z0-9-]*", name)


def test_two_articles_with_one_title_are_two_entries(tmp_path: Path) -> None:
    files = {
        "issue.rst": masthead(),
        "01-news.rst": article("In Brief", LONG * 60),
        "02-more.rst": article("In Brief", LONG * 60),
    }
    book = assert_true_contents(write(tmp_path, files))
    assert len({index for _, _, index in book.outline}) == 2


def laid_out(issue: Issue, **changes: Any) -> Layout:
    """A layout of two pages that keeps every promise, but for ``changes``."""
    layout = Layout(
        pdf=b"",
        labels=("1", "2"),
        starts=(("", 0, "", False), (issue.articles[0].id, 0, "", False)),
        anchors={article.id: 2 for article in issue.articles},
        printed=tuple((article.id, "2") for article in issue.articles),
        margins=((), ("2",)),
        faults=(),
        incomplete=(),
        warnings=(),
        settled=True,
    )
    return dataclasses.replace(layout, **changes)


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"settled": False}, ["L101"]),
        ({"printed": (("docks", "3"),)}, ["L101"]),
        ({"printed": (("nowhere", "2"),)}, ["L101"]),
        ({"margins": ((), ("3",))}, ["E101"]),
        ({"incomplete": ("docks-2",)}, ["E101"]),
        ({"warnings": ("Ignored `colour: red`",)}, ["L103"]),
        ({"faults": (Fault("L104", "docks-2", 2, "overlong"),)}, ["L104"]),
    ],
)
def test_a_broken_promise_of_a_layout_is_a_problem(
    changes: dict[str, Any], codes: list[str], tmp_path: Path
) -> None:
    files = {"issue.rst": masthead(), "01-docks.rst": article("Docks", LONG)}
    issue = load(write(tmp_path, files))
    assert [
        one.code for one in checks.check(issue, laid_out(issue, **changes), Sheet("", ()))
    ] == codes


def test_picture_may_have_any_file_name(tmp_path: Path) -> None:
    picture = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 2"><path d="M0 0h4v2z"/></svg>'
    )
    body = f"{LONG}\n\n.. figure:: my ü photo.svg\n   :alt: A sign.\n\n   Caption.\n"
    files = {"issue.rst": masthead(), "01-a.rst": article("Docks", body)}
    printed, _ = render(load(write(tmp_path, {**files, "my ü photo.svg": picture})))
    assert not printed.problems


def test_byline_keeps_its_note(tmp_path: Path) -> None:
    body = f"{LONG}\n\n.. [#] Who they are.\n"
    text = article("Docks", body, ":Byline: By *Anna* and **Bob** [#]_\n")
    _, book = render(load(write(tmp_path, {"issue.rst": masthead(), "01-a.rst": text})))
    assert "By Anna and Bob1" in book.sheets[1].text.replace("\u2060", "")
    assert book.sheets[1].lines[-1] == "1 Who they are."


def test_notes_stand_in_the_order_of_their_numbers_also_when_one_calls_another(
    tmp_path: Path,
) -> None:
    notes = ".. [#] Outer [#]_ note.\n.. [#] Inner note.\n"
    files = {"issue.rst": masthead(), "01-a.rst": article("Docks", f"Text. [#]_\n\n{notes}")}
    _, book = render(load(write(tmp_path, files)))
    text = book.sheets[1].text.replace("\u2060", "")
    assert text.index("1 Outer2 note.") < text.index("2 Inner note.")


def test_lists_in_notes_keep_their_numbers(tmp_path: Path) -> None:
    notes = ".. [#] Two things:\n\n   3. third\n   4. fourth\n"
    files = {"issue.rst": masthead(), "01-a.rst": article("Docks", f"Text. [#]_\n\n{notes}")}
    _, book = render(load(write(tmp_path, files)))
    assert "3. third 4. fourth" in book.sheets[1].text


def test_long_table_is_parted_with_its_head_repeated_and_its_caption_attached(
    tmp_path: Path,
) -> None:
    rows = "".join(f"   * - row {n}\n     - {n}\n" for n in range(60))
    table = f".. list-table:: The rows\n   :header-rows: 1\n\n   * - Name\n     - Figure\n{rows}"
    files = {"issue.rst": masthead(), "01-a.rst": article("Docks", f"{LONG * 24}\n\n{table}")}
    _, book = render(load(write(tmp_path, files)))
    page = book.sheets[1]
    assert "Docks" in page.lines[0]
    assert "The rows Name Figure row 0" in page.text
    assert sum(sheet.text.count("Name Figure") for sheet in book.sheets) >= 2


@pytest.mark.parametrize("lines", range(26, 31))
def test_caption_of_a_long_table_is_not_left_behind(lines: int, tmp_path: Path) -> None:
    rows = "".join(f"   * - Row {number}\n     - {number}\n" for number in range(45))
    table = f".. list-table:: The caption\n   :header-rows: 1\n\n   * - A\n     - B\n{rows}"
    text = "A line of words.\n\n" * lines
    files = {"issue.rst": masthead(), "01-a.rst": article("Alpha", f"{text}{table}")}
    _, book = render(load(write(tmp_path, files, '[design]\npage = "A5"\ncolumns = 1\n')))
    (text,) = (sheet.text for sheet in book.sheets if "The caption" in sheet.text)
    assert "The caption A B Row 0" in text


def test_running_head_stands_once_on_every_contents_page(tmp_path: Path) -> None:
    _, book = render(load(write(tmp_path, generated(99, 45, 1))))
    opening = min(index for level, _, index in book.outline if level == 0)
    assert opening >= 2
    for sheet in book.sheets[1:opening]:
        assert sheet.head == "Harbour Quarterly · May 2026"


def test_own_style_sheet_is_blamed_by_its_line(tmp_path: Path) -> None:
    folder = write(tmp_path, generated(1, 2, 2), "")
    (tmp_path / "styles").mkdir()
    shipped = (Path(__file__).parents[1] / "styles" / "print.css").read_text("utf-8")
    sheet = shipped + "\n/* own */\np { colour: red }\n"
    (tmp_path / "styles" / "print.css").write_text(sheet, "utf-8")
    with pytest.raises(ProblemsError) as refused:
        pdf.render(load(folder))
    (found,) = refused.value.problems
    assert (found.code, str(found.where)) == ("L103", f"styles/print.css:{sheet.count(chr(10))}")


@pytest.mark.parametrize("directive", ["image", "figure"])
def test_decorative_picture_is_printed(directive: str, tmp_path: Path) -> None:
    picture = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 2"><path d="M0 0h4v2z"/></svg>'
    )
    body = f"{LONG}\n\n.. {directive}:: sign.svg\n   :decorative:\n\n{LONG}\n"
    files = {"issue.rst": masthead(), "01-a.rst": article("Docks", body), "sign.svg": picture}
    printed, _ = render(load(write(tmp_path, files)))
    assert not printed.problems


def test_words_that_fill_a_line_before_an_element_stay_together(tmp_path: Path) -> None:
    text = (
        "In December 2025 the Union listed the cable as a *Project of Mutual Interest,* which opens"
        " doors to financing and to support from the regulators of all the countries."
    )
    body = f".. pull-quote::\n\n   A cable is only as good as its grids.\n\n{text}"
    files = {"issue.rst": masthead(), "01-cable.rst": article("Cable", body)}
    _, book = render(load(write(tmp_path, files)))
    (line,) = [line for line in book.sheets[-1].lines if line.startswith("In")]
    assert line == "In December 2025 the Union listed the cable as a"


def test_a_word_in_italics_within_a_note_is_not_broken(tmp_path: Path) -> None:
    text = ".. [#] A *word* {}*infrastructure here* and more\n"
    lines = "\n".join(text.format("in " * count) for count in range(84, 104))
    calls = " ".join(["word [#]_"] * 20)
    files = {"issue.rst": masthead(), "01-notes.rst": article("Notes", f"{calls}\n\n{lines}")}
    _, book = render(load(write(tmp_path, files)))
    text = "\n".join(line for sheet in book.sheets for line in sheet.lines)
    assert text.count("infrastructure") == 20
