"""The parts of an issue beside articles, and the blocks of a magazine, in each edition."""

from __future__ import annotations

from pathlib import Path

import pytest
from docutils import nodes

from bulletin_press import press
from bulletin_press.contents import contents
from bulletin_press.editions import epub, pdf
from bulletin_press.issue import Issue
from tests.conftest import MASTHEAD, article, read, write_issue
from tests.epub_support import Book as EBook
from tests.epub_support import png, words
from tests.printing import Book

ISSUE = (
    MASTHEAD
    + """
.. leader:: fig/valley.png
   :alt: Two hills under a pale sky
   :credit: Photo: Valley Society

   The hills in May.

.. articles::

   letter

   Water and works
      weir
      mill

   Town
      bus

Words of the editor. [#e]_

.. imprint::

   Printed by *Mill Press*.

   | Editor: A. Writer
   | Design: B. Painter

.. colophon::

   Set in Literata, with a note. [#e]_

.. back-cover::

   .. figure:: fig/valley.png
      :alt: The hills again

   The next issue appears in June.

.. [#e] Edited twice.
"""
)
WEIR = """\
The Weir Is Open
================

:Kicker: Public *works*
:Authors: A. Writer (Valley Society); B. Second-Writer
:Standfirst: After three years.
:Summary: Three years.

The weir was opened on Monday.

Gates
-----

.. key-facts::

   - Length: 40 m

.. key-facts:: In figures

   - Height: 6 m

.. timeline:: How it came about

   1998
      The old weir breaks.
   2026
      The weir is opened.

.. events::

   3 June
      Guided walk.

.. box:: What is a weir?

   A low dam.

.. document:: Resolution
   :place: full

   Resolved:

   1. that the weir be opened;
   2. that it be paid.

   -- Minutes of 12 May

.. quote::

   We waited for this.

   -- The mayor

.. pull-quote::
   :place: full

   Thirty years!

.. advertisement:: fig/valley.png
   :alt: Advertisement: spring water

.. keep-together::

   One of two.

   Two of two.

.. page-break::

After the break.

.. table:: Grain
   :stub-columns: 1
   :place: full

   ====== =====
   Year   2024
   ====== =====
   Rye    10
   ====== =====
"""
FILES: dict[str, str | bytes] = {
    "issue.rst": ISSUE,
    "00-letter.rst": article("To Our Readers", "Dear readers.", ":Numbered: no"),
    "01-weir.rst": WEIR,
    "02-mill.rst": article("Mill", "It turns.", ":Author: C. Miller", ":Affiliation: Mill Trust"),
    "03-bus.rst": article("Bus", "It came."),
    "fig/valley.png": png(),
}


@pytest.fixture(scope="module")
def issue(tmp_path_factory: pytest.TempPathFactory) -> Issue:
    found = read(write_issue(tmp_path_factory.mktemp("parts"), FILES, "[publication]\n"))
    assert found.lines == []
    return found.issue


@pytest.fixture(scope="module")
def printed(issue: Issue) -> Book:
    (data,) = pdf.render(issue).edition.files.values()
    return Book(data)


@pytest.fixture(scope="module")
def ebook(issue: Issue) -> EBook:
    (data,) = epub.render(issue).files.values()
    return EBook(data)


def test_sections_group_articles_in_contents_bookmarks_and_navigation(
    issue: Issue, printed: Book, ebook: EBook
) -> None:
    listed = [(one.heading, [below.heading for below in one.entries]) for one in contents(issue, 1)]
    assert listed == [
        ("To Our Readers", []),
        ("Water and works", ["I. The Weir Is Open", "II. Mill"]),
        ("Town", ["III. Bus"]),
    ]
    assert [(depth, title) for depth, title, _ in printed.outline] == [
        (0, "To Our Readers"), (0, "Water and works"), (1, "I. The Weir Is Open"), (2, "Gates"),
        (1, "II. Mill"), (0, "Town"), (1, "III. Bus"),
    ]  # fmt: skip
    links = ebook.find("nav.xhtml", "//h:nav[@id='toc']//h:a/text()")
    printed_titles = [title for _, title, _ in printed.outline]
    assert links == ["Imprint", *printed_titles, "Colophon", "Back cover"]
    front = " ".join(printed.sheets[0].lines + printed.sheets[1].lines)
    assert front.index("Water and works") < front.index("The Weir Is Open") < front.index("Town")


def test_a_section_may_be_named_by_the_article_itself(tmp_path: Path) -> None:
    files = {
        "01-weir.rst": article("Weir", "Text.", ":Section: Water"),
        "02-mill.rst": article("Mill", "Text.", ":Section: Water"),
    }
    found = read(write_issue(tmp_path / "a", files))
    assert [len(one.entries) for one in contents(found.issue)] == [2]
    listed = MASTHEAD + "\n.. articles::\n\n   Works\n      weir\n      mill\n"
    twice = read(write_issue(tmp_path / "b", {**files, "issue.rst": listed}))
    assert twice.codes == ["S113", "S113"]
    assert [one.title for one in contents(twice.issue)] == ["Works"]


def test_a_section_is_named_above_its_first_article_alone(printed: Book, ebook: EBook) -> None:
    assert sum(sheet.text.count("Water and works") for sheet in printed.sheets[2:]) == 1
    opening = ebook.find("articles/weir.xhtml", "//h:header/h:*")
    assert [words(one) for one in opening] == [
        "Water and works", "Public works", "I. The Weir Is Open", "After three years.",
        "A. Writer, Valley Society; B. Second-Writer",
    ]  # fmt: skip
    assert not ebook.find("articles/mill.xhtml", "//h:p[@class='department']")


def test_standing_matter_has_its_place(printed: Book, ebook: EBook) -> None:
    first, last = printed.sheets[0], printed.sheets[-1]
    assert "Printed by Mill Press. Editor: A. Writer Design: B. Painter" in first.text
    assert "The hills in May. Photo: Valley Society" in first.text
    assert (last.head, last.folio) == ("", "")
    assert "The next issue appears in June." in last.text
    assert "Set in Literata" in printed.sheets[-2].text
    assert ebook.spine[-2:] == ["colophon.xhtml", "back-cover.xhtml"]
    assert ebook.find("colophon.xhtml", "//h:section/@role")[0] == "doc-colophon"
    front = words(ebook.tree("front.xhtml"))
    for text in ("The hills in May.", "Words of the editor."):
        assert front.count(text) == 1
    assert words(ebook.tree("imprint.xhtml")).count("Design: B. Painter") == 1


def test_blocks_are_printed_and_in_the_e_book_once_and_in_order(
    printed: Book, ebook: EBook
) -> None:
    order = [
        "Key facts", "Length: 40 m", "In figures", "Height: 6 m", "How it came about", "1998",
        "The old weir breaks.", "2026", "3 June", "Guided walk.", "What is a weir?", "A low dam.",
        "Resolution", "Resolved:", "Minutes of 12 May", "We waited for this.", "The mayor",
        "Thirty years!", "Advertisement", "One of two.", "Two of two.", "After the break.", "Grain",
    ]  # fmt: skip
    text = words(ebook.tree("articles/weir.xhtml"))
    text = text[text.index("Gates") :]
    places = [text.index(one) for one in order]
    assert places == sorted(places)
    pages = " ".join(sheet.text for sheet in printed.sheets)
    assert [one for one in order if one not in pages] == []


def test_the_advertisement_keeps_its_words_for_listeners(ebook: EBook) -> None:
    (alt,) = ebook.find("articles/weir.xhtml", "//h:figure[@class]//h:img/@alt")
    assert alt == "Advertisement: spring water"


def test_a_page_begins_after_the_break_in_print_alone(printed: Book, ebook: EBook) -> None:
    (page,) = [one for one in printed.sheets if "After the break." in one.text]
    assert page.lines[0] == "After the break."
    assert "page-break" not in ebook.read("articles/weir.xhtml").decode()


def test_row_heads_of_a_drawn_table(ebook: EBook) -> None:
    heads = ebook.find("articles/weir.xhtml", "//h:tbody//h:th[@scope='row']")
    assert [words(one) for one in heads] == ["Rye"]


def test_affiliations_stand_with_their_authors(issue: Issue, ebook: EBook) -> None:
    weir, mill = issue.articles[1:3]
    assert weir.authors == ("A. Writer", "B. Second-Writer")
    assert weir.section["affiliations"] == ("Valley Society", "")
    assert words(ebook.find("articles/mill.xhtml", "//h:p[@class='byline']")[0]) == (
        "C. Miller, Mill Trust"
    )
    assert [one.text for one in ebook.opf("//dc:creator")] == [
        "A. Writer", "B. Second-Writer", "C. Miller",
    ]  # fmt: skip
    assert mill.authors == ("C. Miller",)


@pytest.mark.parametrize(
    "fields",
    [
        (":Affiliation: Nowhere",),
        (":Authors: A; B", ":Affiliation: X; Y; Z"),
        (":Author: A (X)", ":Affiliation: Y"),
        (":Author: A", ":Byline: By A", ":Affiliation: Y"),
    ],
)
def test_an_affiliation_without_its_author_is_refused(
    fields: tuple[str, ...], tmp_path: Path
) -> None:
    found = read(write_issue(tmp_path, {"01-weir.rst": article("Weir", "Text.", *fields)}))
    assert found.codes == ["S113"]
    assert found.problems[0].where.line == 3 + len(fields)


def test_key_facts_are_headed_in_the_language_of_the_issue(tmp_path: Path) -> None:
    files = {
        "issue.rst": MASTHEAD + ":Language: az\n",
        "01-weir.rst": article("Bənd", ".. key-facts::\n\n   - Uzunluq: 40 m"),
    }
    found = read(write_issue(tmp_path, files))
    (box,) = found.issue.document.findall(nodes.admonition)
    assert isinstance(box[0], nodes.title)
    assert box[0].astext() == "Əsas faktlar"


def test_two_files_of_one_id_are_both_built(tmp_path: Path) -> None:
    files = {"01-h.rst": article("One"), "02-h.rst": article("Two")}
    folder = write_issue(tmp_path, files)
    assert read(folder).codes == ["S210"]
    assert list(read(folder).articles) == ["h", "h-2"]
    listed = MASTHEAD + "\n.. articles::\n\n   h\n"
    unclear = read(write_issue(tmp_path / "b", {**files, "issue.rst": listed}))
    assert "write 01-h or 02-h" in [one.hint for one in unclear.problems]


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (".. articles::\n\n   weir", 4),
        ("- .. colophon::\n\n     Set by hand.", 4),
        (".. box::\n\n   .. leader:: a.png\n      :alt: A", 6),
    ],
)
def test_a_part_of_the_issue_in_another_block_is_refused(
    body: str, line: int, tmp_path: Path
) -> None:
    files: dict[str, str | bytes] = {"01-weir.rst": f"Weir\n====\n\n{body}\n", "a.png": png()}
    found = read(write_issue(tmp_path / "a", files))
    assert f"01-weir.rst:{line}: error S129" in " ".join(found.lines)
    listed: dict[str, str | bytes] = {
        "issue.rst": f"{MASTHEAD}\n{body}\n",
        "01-weir.rst": article("Weir"),
    }
    inside = read(write_issue(tmp_path / "b", {**listed, "a.png": png()}))
    assert ("S129" in inside.codes) is (not body.startswith(".. articles"))


def test_lists_keep_their_numbers_in_both_editions(tmp_path: Path) -> None:
    body = "5. five\n6. six\n\n(c) three\n(d) four\n\n0. nought\n1. one"
    issue = read(write_issue(tmp_path, {"01-a.rst": article("Lists", body)})).issue
    (data,) = pdf.render(issue).edition.files.values()
    lines = Book(data).sheets[-1].lines
    assert [one for one in ("5.", "6.", "(c)", "(d)", "0.", "1.") if one not in lines] == []
    (book,) = epub.render(issue).files.values()
    lists = EBook(book).find("articles/a.xhtml", "//h:ol")
    assert [(one.get("start"), one.get("class")) for one in lists] == [
        ("5", None), ("3", "parentheses"), ("0", None),
    ]  # fmt: skip


def test_notes_are_counted_by_their_calls(tmp_path: Path) -> None:
    body = (
        "One [#b]_ two [#a]_ three [#]_ four [#b]_.\n\n.. [#a] A\\ .\n.. [#b] B\\ .\n.. [#] C\\ ."
    )
    issue = read(write_issue(tmp_path, {"01-a.rst": article("Notes", body)})).issue
    (book,) = epub.render(issue).files.values()
    made = EBook(book)
    calls = made.find("articles/a.xhtml", "//h:a[@class='note-call']/text()")
    assert calls == ["1", "2", "3", "1"]
    notes = [words(one) for one in made.find("articles/a.xhtml", "//h:aside")]
    assert [(note[0], note.rstrip(".")[-1]) for note in notes] == [
        ("1", "B"),
        ("2", "A"),
        ("3", "C"),
    ]


def test_a_file_that_is_nearly_an_article_is_named(tmp_path: Path) -> None:
    files = {"01-a.rst": article("A"), "02-b.rst.txt": article("B"), "03-c.RST": article("C")}
    found = read(write_issue(tmp_path, files))
    assert [line.partition(":")[0] for line in found.lines] == ["02-b.rst.txt", "03-c.RST"]


def test_two_issues_of_one_number_are_named(tmp_path: Path) -> None:
    for name in ("2026-05", "2026-06"):
        write_issue(tmp_path, {"01-a.rst": article("A")}, "[publication]\n", name)
    found = press.read(tmp_path / "source" / "2026-05").problems
    assert [one.code for one in found] == ["S211"]


def test_an_advertisement_without_words_is_refused(tmp_path: Path) -> None:
    body = ".. advertisement:: fig/a.png"
    found = read(write_issue(tmp_path, {"01-a.rst": article("A", body), "fig/a.png": png()}))
    assert found.codes == ["S117"]


def test_a_width_may_be_a_length(tmp_path: Path) -> None:
    body = ".. figure:: a.png\n   :alt: A\n   :width: 8 cm\n"
    folder = write_issue(tmp_path, {"01-a.rst": article("A", body), "a.png": png()})
    (data,) = epub.render(read(folder).issue).files.values()
    assert EBook(data).find("articles/a.xhtml", "//h:img/@style") == ["width:8cm"]


def test_the_whole_issue_is_fit_for_the_judge(issue: Issue, tmp_path: Path) -> None:
    built = press.build(
        issue.publication.root / "source" / issue.id, ["epub"], tmp_path, judge=True
    )
    assert [str(one) for one in built.problems] == []
