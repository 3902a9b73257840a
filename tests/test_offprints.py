"""Offprints: one article as it stands in its issue, and nothing else, read back from the files."""

from __future__ import annotations

import dataclasses
import io
import json
from collections import Counter
from pathlib import Path

import pikepdf
import pytest
from click.testing import CliRunner

from bulletin_press import judges
from bulletin_press.cli import main
from bulletin_press.contents import contents
from bulletin_press.edition import Edition
from bulletin_press.editions import pdf
from bulletin_press.issue import Issue
from bulletin_press.source.languages import LABELS
from tests.printing import Book, generated, load, masthead, render, write

LONG = "The council of the northern harbour met again and the engineers measured the river. "
ISSUE = {
    "issue.rst": masthead(":ISSN: 1234-5679", ":Publisher: Harbour Society"),
    "01-docks.rst": f"""\
Docks & Çəkiliş
===============

:Author: A. Writer; B. Writer
:Summary: On docks.
:Keywords: docks, water

First. [#a]_ {LONG * 4}

A heading
---------

{LONG * 12}

See :article:`rails` and :article:`the heading <docks#a heading>`.

.. figure:: plan.png
   :alt: A plan of docks

   The plan.

.. [#a] Firstnote.
""",
    "02-rails.rst": f"""\
Rails?
======

:Author: C. Writer

Second. [#b]_ {LONG * 62}

Last call. [#c]_

.. [#b] Railnote.
.. [#c] Lastnote.
""",
    "03-bridges.rst": f"""\
Bridges
=======

Third. [#d]_ {LONG}

.. [#d] Bridgenote.
""",
}
# a picture of one pixel
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc0"
    "000003010100c9fe92ef0000000049454e44ae426082"
)


def cut(issue: Issue) -> dict[str, Book]:
    """The offprints of all articles, by id."""
    edition, _ = pdf.offprints(issue, issue.articles)
    return {name.removesuffix(".pdf"): Book(data) for name, data in edition.files.items()}


@dataclasses.dataclass(frozen=True, slots=True)
class Set:
    issue: Issue
    whole: Book
    offprints: dict[str, Book]


def publish(folder: Path, files: dict[str, str], toml: str | None = None) -> Path:
    written = write(folder, files, toml)
    (written / "plan.png").write_bytes(PICTURE)
    return written


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Set:
    issue = load(publish(tmp_path_factory.mktemp("three"), ISSUE))
    return Set(issue, render(issue)[1], cut(issue))


def texts(book: Book) -> list[str]:
    """All that can be extracted from each page, with single spaces."""
    return [
        " ".join(page.get_textpage().get_text_range().replace("\u00a0", " ").split())
        for page in book.document
    ]


def plain(lines: list[str]) -> list[str]:
    return [line.replace("\u00a0", " ") for line in lines]


def without(lines: list[str], citation: str) -> list[str]:
    """The lines but those that are the citation."""
    for start in range(len(lines)):
        for end in range(start + 1, min(start + 5, len(lines)) + 1):
            if " ".join(lines[start:end]) == citation:
                return lines[:start] + lines[end:]
    raise AssertionError(f"{citation} is not in {lines}")


def cited(issue: Issue, name: str, book: Book) -> str:
    article = next(one for one in issue.articles if one.id == name)
    first, last = book.sheets[0].label, book.sheets[-1].label
    pages = f"page {first}" if first == last else f"pages {first}–{last}"
    title = article.title if article.title.endswith("?") else f"{article.title}."
    authors = "; ".join(article.authors)
    parts = [
        authors if authors.endswith(".") or not authors else f"{authors}.",
        title,
        "Harbour Quarterly. Volume 3, Number 5, May 2026,",
        f"{pages}.",
        f"ISSN {issue.issn}." if issue.issn else "",
    ]
    return " ".join(filter(None, parts))


def assert_parts_of(whole: Book, offprints: dict[str, Book], issue: Issue) -> None:
    """On every page, line by line, the issue is what the offprints hold of it, no more, no less.

    But for the citation, which is on the first page of each.
    """
    lines: dict[str, Counter[str]] = {}
    for name, book in offprints.items():
        for number, sheet in enumerate(book.sheets):
            own = plain(sheet.lines)
            own = own if number else without(own, cited(issue, name, book))
            lines.setdefault(sheet.label, Counter()).update(own)
            issues = next(one for one in whole.sheets if one.label == sheet.label)
            assert (sheet.head, sheet.folio) == (issues.head, sheet.label)
    first = min(int(label) for label in lines)
    for sheet in whole.sheets:
        if sheet.label.isdigit() and int(sheet.label) >= first:
            assert lines[sheet.label] == Counter(plain(sheet.lines)), sheet.label


@pytest.mark.parametrize("seed", [3, 4])
def test_the_lines_of_all_offprints_are_those_of_the_issue(seed: int, tmp_path: Path) -> None:
    issue = load(write(tmp_path, generated(seed, 4, 9)))
    assert_parts_of(render(issue)[1], cut(issue), issue)


def test_pages_keep_their_numbers_where_page_1_is_the_first_articles(tmp_path: Path) -> None:
    toml = '[design]\nfirst-page = "article"\npage = "A5"\n'
    issue = load(publish(tmp_path, ISSUE, toml))
    offprints = cut(issue)
    assert [sheet.label for sheet in offprints["docks"].sheets][:2] == ["1", "2"]
    assert_parts_of(render(issue)[1], offprints, issue)


def test_nothing_of_the_rest_of_the_issue_is_in_the_file(three: Set) -> None:
    marks = {
        "docks": ("Firstnote", "First.", "The plan."),
        "rails": ("Railnote", "Lastnote", "Second."),
        "bridges": ("Bridgenote", "Third."),
    }
    for name, book in three.offprints.items():
        text = " ".join(texts(book))
        for other, words in marks.items():
            assert [text.count(word) for word in words] == [int(other == name)] * len(words)
        with pikepdf.open(io.BytesIO(book.data)) as file:
            anchors = {str(key) for key in pikepdf.NameTree(file.Root.Names.Dests)}
            images = [
                one for one in file.objects
                if isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Image"
            ]  # fmt: skip
        assert name in anchors
        assert {anchor.split("-")[0] for anchor in anchors} == {name}
        assert bool(images) == (name == "docks")


def test_the_citation_stands_on_the_first_page_only(three: Set) -> None:
    for name, book in three.offprints.items():
        citation = cited(three.issue, name, book)
        found = [citation in text for text in texts(book)]
        assert found == [True, *[False] * (len(found) - 1)]
    opened = cited(three.issue, "docks", three.offprints["docks"])
    assert opened.startswith("A. Writer; B. Writer. Docks & Çəkiliş. Harbour Quarterly. Volume 3")


def place(book: Book, words: str) -> tuple[float, float, float, float]:
    """Left, lower, right and upper edge of words on the first page, in points."""
    text = book.document[0].get_textpage()
    found = text.search(words).get_next()
    assert found is not None
    boxes = [text.get_charbox(found[0] + number) for number in range(found[1])]
    left, low, right, high = zip(*boxes, strict=True)
    return min(left), min(low), max(right), max(high)


def test_the_citation_stands_in_free_room(three: Set) -> None:
    docks, bridges = three.offprints["docks"], three.offprints["bridges"]
    assert place(docks, "ISSN")[3] < place(docks, "Firstnote")[1]
    assert place(docks, "ISSN")[1] > 11
    assert place(bridges, "III.")[3] < place(bridges, "ISSN")[1]
    assert place(bridges, "ISSN")[3] < bridges.document[0].get_height() - 60


def test_where_an_own_sheet_prints_the_folio_at_the_foot_the_citation_stands_beside_it(
    tmp_path: Path,
) -> None:
    folder = publish(tmp_path, ISSUE, '[publication]\nid = "harbour"\n')
    sheet = (Path(__file__).parents[1] / "styles/print.css").read_text("utf-8")
    (tmp_path / "styles").mkdir()
    (tmp_path / "styles/print.css").write_text(
        sheet + "@page :left { @bottom-left { content: 'f. ' counter(page) } }", "utf-8"
    )
    book = cut(load(folder))["docks"]
    folio, citation = place(book, "f. 2"), place(book, "Quarterly. Volume")
    assert folio[2] + 15 < citation[0]
    assert abs(folio[1] - citation[1]) < 3


def test_the_file_says_which_article_it_is(three: Set) -> None:
    with pikepdf.open(io.BytesIO(three.offprints["docks"].data)) as file:
        assert str(file.docinfo["/Title"]) == "Docks & Çəkiliş – Harbour Quarterly"
        assert "A. Writer" in str(file.docinfo["/Author"])
        assert "C. Writer" not in str(file.docinfo["/Author"])
        assert str(file.docinfo["/Subject"]) == "On docks."
        assert str(file.docinfo["/Keywords"]) == "docks, water"
        assert str(file.Root.Lang) == "en-US"
        assert file.Root.MarkInfo.Marked
    assert three.offprints["docks"].outline == [(0, "I. Docks & Çəkiliş", 0), (1, "A heading", 0)]
    assert three.offprints["rails"].outline == [(0, "II. Rails?", 0)]


def test_references_to_other_articles_keep_their_words_and_lead_nowhere(three: Set) -> None:
    book = three.offprints["docks"]
    rails = next(sheet.label for sheet in three.offprints["rails"].sheets)
    assert f"See Rails? (page {rails})" in " ".join(texts(book))
    links = [link for page in range(len(book.sheets)) for link in book.links(page)]
    heading = next(one.anchor for one in contents(three.issue, 2)[0].entries)
    assert (heading, 0) in links
    assert {name.split("-")[0] for name, _ in links} == {"docks"}


def test_the_same_sources_give_the_same_offprint(three: Set) -> None:
    again, _ = pdf.offprints(three.issue, three.issue.articles[1:2])
    assert again.files == {"rails.pdf": three.offprints["rails"].data}


def test_the_judges_pass_every_offprint_and_each_is_one_article(three: Set) -> None:
    files = {f"{name}.pdf": book.data for name, book in three.offprints.items()}
    assert judges.JUDGES["pdf"](Edition("pdf", "application/pdf", files)) == ()
    for book in three.offprints.values():
        with pikepdf.open(io.BytesIO(book.data)) as file:
            kinds = Counter(
                str(one.S)
                for one in file.objects
                if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/StructElem"
            )
        assert (kinds["/Art"], kinds["/H1"], kinds["/TOC"]) == (1, 1, 0)


def test_an_offprint_in_arabic_reads_leftwards(tmp_path: Path) -> None:
    text = "اجتمع وزراء النقل في مدينة الميناء لمناقشة خطة المحطة الشمالية. " * 60
    issue = load(
        write(
            tmp_path,
            {
                "issue.rst": masthead(":Language: ar"),
                "01-a.rst": f"الأول\n=====\n\n{text}\n",
                "02-b.rst": f"الثاني\n======\n\n{text}\n",
            },
        )
    )
    offprints = cut(issue)
    assert [len(book.sheets) for book in offprints.values()] == [1, 2]
    assert "الصفحات" in texts(offprints["b"])[0]
    left, _, right, _ = place(offprints["a"], "المجلد")
    width = offprints["a"].document[0].get_width()
    assert width / 2 < left < right < width - 40


def test_each_language_has_words_for_one_page_and_for_several() -> None:
    assert all(words.page and words.page_range for words in LABELS.values())


def test_sections_of_the_issue_are_no_level_of_an_offprints_outline(tmp_path: Path) -> None:
    files = {
        "issue.rst": masthead() + "\n.. articles::\n\n   News\n      one\n      two\n",
        "one.rst": f"One\n===\n\n{LONG}\n\nPart\n----\n\n{LONG}\n",
        "two.rst": f"Two\n===\n\n{LONG}\n",
    }
    offprints = cut(load(write(tmp_path, files)))
    assert [mark[:2] for mark in offprints["one"].outline] == [(0, "I. One"), (1, "Part")]
    assert [mark[:2] for mark in offprints["two"].outline] == [(0, "II. Two")]
    assert "News" in texts(offprints["one"])[0]
    assert "News" not in texts(offprints["two"])[0]


# The verb ---------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    publish(tmp_path, ISSUE, "[publication]\nid = 'harbour'\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_articles_are_named_by_id_numeral_or_number(folder: Path) -> None:
    made = CliRunner().invoke(main, ["offprint", "2026-05", "rails", "III", "ii", "3"])
    assert (made.exit_code, made.stderr) == (0, "")
    assert made.stdout.splitlines() == [
        "build/2026-05/offprints/rails.pdf",
        "build/2026-05/offprints/bridges.pdf",
    ]
    made = CliRunner().invoke(main, ["offprint", "2026-05", "-o", "cut", "--json"])
    assert json.loads(made.stdout)["outputs"] == [
        "cut/docks.pdf",
        "cut/rails.pdf",
        "cut/bridges.pdf",
    ]
    assert sorted(path.name for path in (folder / "cut").iterdir()) == [
        "bridges.pdf", "docks.pdf", "rails.pdf",
    ]  # fmt: skip


def test_a_wrong_name_is_answered_with_the_nearest(folder: Path) -> None:
    refused = CliRunner().invoke(main, ["offprint", "2026-05", "rails", "dokcs", "9"])
    assert refused.exit_code == 6
    assert "error E106: there is no article “dokcs”" in refused.stderr
    assert "did you mean “docks”?" in refused.stderr
    assert "known: bridges, docks, rails" in refused.stderr
    assert not (folder / "build").exists()


def test_a_long_citation_stands_at_the_end(folder: Path) -> None:
    names = "; ".join(f"Bartholomew Longfellow Writer {chr(65 + n)}." for n in range(24))
    (folder / "source/2026-05/01-docks.rst").write_text(
        f"Docks\n=====\n\n:Author: {names}\n\nText.\n", "utf-8"
    )
    assert CliRunner().invoke(main, ["offprint", "2026-05", "docks", "-o", "."]).exit_code == 0
    book = Book((folder / "docks.pdf").read_bytes())
    assert place(book, "Text.")[1] > place(book, "Quarterly. Volume")[3]
    assert place(book, "Quarterly. Volume")[1] > 400


def test_a_citation_without_room_is_refused_and_nothing_is_written(folder: Path) -> None:
    (folder / "styles").mkdir()
    (folder / "styles/offprint.css").write_text(".citation { font: 90pt/2 serif }", "utf-8")
    refused = CliRunner().invoke(main, ["offprint", "2026-05"])
    assert refused.exit_code == 6
    assert "01-docks.rst:2: error E108" in refused.stderr
    assert not (folder / "build").exists()


def test_warnings_and_errors_of_the_sources_stop_it_as_they_stop_a_build(folder: Path) -> None:
    path = folder / "source/2026-05/03-bridges.rst"
    path.write_text("Bridges\n=======\n\nText.\n- no list\n", "utf-8")
    assert CliRunner().invoke(main, ["offprint", "2026-05", "-W", "rails"]).exit_code == 3
    assert not (folder / "build").exists()
    assert CliRunner().invoke(main, ["offprint", "2026-05", "rails"]).exit_code == 0
    (folder / "build/2026-05/offprints/rails.pdf").unlink()
    (folder / "build/2026-05/offprints/rails.pdf").mkdir()
    refused = CliRunner().invoke(main, ["offprint", "2026-05", "rails"])
    assert refused.exit_code == 6
    assert "E102" in refused.stderr
