"""Each printed page has its mark in the e-book, at its first word as the finished PDF shows it."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from lxml import etree

from bulletin_press import press
from bulletin_press.contents import contents
from bulletin_press.editions.epub import render as render_book
from bulletin_press.editions.epub.text import pages as reading_pages
from bulletin_press.issue import Issue
from bulletin_press.pagination import PageStart, Pagination
from bulletin_press.problems import ProblemsError
from bulletin_press.reading import pagemarks
from tests.epub_support import NAMES, Book, simple, words, write
from tests.pagelist import Mark, Marks, faults, parted, read
from tests.pages import broken, openings
from tests.pages.openings import Opening, squeezed

ROOT = Path(__file__).resolve().parents[1]
COUNT = 33


@dataclass(frozen=True, slots=True)
class Made:
    """An issue with its PDF's pages, its book, and the marks in it."""

    issue: Issue
    pagination: Pagination
    pdf: bytes
    pages: list[Opening]
    book: Book
    marks: Marks


def made_of(folder: Path) -> Made:
    """Both editions of the issue in a folder, read back."""
    found = press.read(folder)
    assert not [str(one) for one in found.problems if one.severity == "error"]
    printed = press.Work(found.issue, draft=False, paged=True).printed()
    (pdf,) = printed.edition.files.values()
    (data,) = render_book(found.issue, False, printed.pagination).files.values()
    book = Book(data)
    pages = openings.read(pdf)
    return Made(found.issue, printed.pagination, pdf, pages, book, read(book))


@cache
def issue(number: int) -> Made:
    """The issue of a number, the first the sample, made once."""
    if not number:
        return made_of(ROOT / "source" / "2026-02")
    with tempfile.TemporaryDirectory(prefix="bulletin-press-marks-") as folder:
        return made_of(broken.write(Path(folder).resolve(), number))


SAME_PROCESS = pytest.mark.xdist_group("pagelist")


@pytest.fixture(
    params=[pytest.param(number, marks=SAME_PROCESS) for number in range(COUNT + 1)], scope="module"
)
def made(request: pytest.FixtureRequest) -> Made:
    """The sample, and each generated issue."""
    return issue(request.param)


def marked(made: Made) -> Iterator[tuple[Opening, Mark]]:
    """The pages with text, and their marks."""
    return ((page, made.marks.marks[page.label]) for page in made.pages if page.text)


def test_each_page_with_text_has_one_mark(made: Made) -> None:
    assert list(made.marks.marks) == [page.label for page in made.pages if page.text]


def test_the_words_after_a_mark_are_those_of_the_page(made: Made) -> None:
    assert [one for page, mark in marked(made) for one in faults(mark, page)] == []


def test_no_mark_stands_within_a_word(made: Made) -> None:
    for page, mark in marked(made):
        assert not (re.match(r"\w", mark.left) and re.match(r"[\w-]", mark.after)), page
        assert mark.parent not in {"ul", "ol", "dl", "table", "thead", "tbody", "tr", "figure"}


@SAME_PROCESS
def test_pages_break_in_all_places() -> None:
    """The proof above is worth something: this is where the pages of its issues begin."""
    found = Counter[str]()
    for made in map(issue, range(COUNT + 1)):
        for page, mark in marked(made):
            found["page"] += 1
            found["within a word"] += parted(mark, page) is not None
            found.update({part for one in mark.inside for part in (one.split(".")[0], one)})
    assert {kind: found[kind] for kind, many in LEAST.items() if found[kind] < many} == {}


LEAST = {
    "page": 170, "within a word": 20, "p": 55, "li": 7, "td": 4, "tbody": 10, "blockquote": 6,
    "aside.note": 3, "aside.box": 3, "pre": 2, "div.line-block": 2, "dl": 3, "nav.contents": 5,
    "em": 1,
}  # fmt: skip


def test_lists_of_pages_name_each_mark_once(made: Made) -> None:
    expected = [(label, f"{one.path}#{one.id}") for label, one in made.marks.marks.items()]
    nav = made.book.find("nav.xhtml", "//h:nav[@e:type='page-list']//h:a")
    assert [(one.text, one.get("href")) for one in nav] == expected
    ncx = made.book.find("toc.ncx", "//n:pageList/n:pageTarget")
    shown = [one.findtext("n:navLabel/n:text", namespaces=NAMES) for one in ncx]
    assert list(zip(shown, _sources(ncx), strict=True)) == expected
    assert {one.get("type") for one in ncx} <= {"front", "normal"}


def _sources(points: list[Any]) -> list[str]:
    return [one.find("n:content", NAMES).get("src") for one in points]


def test_the_order_of_the_ncx_is_that_of_the_book(made: Made) -> None:
    points = made.book.find("toc.ncx", "//n:navPoint | //n:pageTarget")
    order: dict[str, int] = {}
    for path in made.book.spine:
        order[path] = len(order)
        for one in made.book.tree(path).iter():
            if one.get("id"):
                order[f"{path}#{one.get('id')}"] = len(order)
    places = [order[source] for source in _sources(points)]
    numbers = [int(one.get("playOrder")) for one in points]
    both = sorted(set(zip(places, numbers, strict=True)))
    assert [number for _, number in both] == list(range(1, len(both) + 1))


def test_contents_outline_and_page_numbers_agree(made: Made) -> None:
    """Law 4: one contents list everywhere, and each of its pages is that of the anchor's mark."""
    document = pypdfium2.PdfDocument(made.pdf)
    outline = []
    for mark in document.get_toc():
        target = mark.get_dest()
        assert target is not None
        outline.append((mark.get_title(), document.get_page_label(target.get_index() or 0)))
    document.close()
    entries = [entry for top in contents(made.issue, 3) for entry in top.walk()]
    by_mark = [(entry.heading, made.marks.anchors[entry.anchor]) for entry in entries]
    assert outline == by_mark
    assert [made.pagination.anchors[entry.anchor] for entry in entries] == [
        label for _, label in by_mark
    ]
    listed = [one for top in contents(made.issue) for one in top.walk() if not one.groups]
    assert openings.printed_numbers(made.pdf) == [made.marks.anchors[one.anchor] for one in listed]
    shown = [*_listed(made.book, "nav.xhtml", "//h:nav[@e:type='toc']//h:a")]
    shown_in_ncx = [*_listed(made.book, "toc.ncx", "//n:navPoint/n:navLabel/n:text")]
    assert shown == shown_in_ncx
    headings = [entry.heading for entry in entries]
    assert [one for one in shown if one in headings] == headings


def _listed(book: Book, path: str, expression: str) -> Iterator[str]:
    for one in book.find(path, expression):
        yield words(one)


def test_the_package_names_the_pdf_and_its_bytes() -> None:
    made = issue(0)
    (source,) = made.book.opf("//o:meta[@property='pageBreakSource']/text()")
    assert made.book.opf("//dc:source[@id='printed']/text()") == [source]
    (digest,) = made.book.opf("//o:meta[@refines='#printed'][starts-with(., 'nih:')]/text()")
    assert digest == f"nih:sha-256;{hashlib.sha256(made.pdf).hexdigest()}"
    with pikepdf.open(io.BytesIO(made.pdf)) as file, file.open_metadata() as metadata:
        assert metadata["dc:identifier"] == source


def test_only_the_usual_pdf_has_the_identifier(tmp_path: Path) -> None:
    issue = _small(tmp_path)
    out = tmp_path / "out"
    built = press.build(issue, ["pdf"], out, profiles=["screen", "large-print"])
    told = []
    for path in built.paths:
        with pikepdf.open(path) as file, file.open_metadata() as metadata:
            told.append("dc:identifier" in metadata)
    assert told == [True, False]


def _small(folder: Path, body: str = "Words.", date: str = "2026-05-31") -> Path:
    masthead = f"The Bulletin\n============\n\n:Date: {date}\n"
    files: dict[str, str | bytes] = {"issue.rst": masthead, "01-a.rst": simple("A title", body)}
    return write(folder / "2026-05", files)


def test_a_page_without_text_has_no_mark(tmp_path: Path) -> None:
    issue = press.read(_small(tmp_path)).issue
    pages, _ = reading_pages(issue, {})
    starts = (PageStart("1", "a", 0), PageStart("2", "", 0), PageStart("3", "a", 0, "Atitle"))
    folios = pagemarks.mark(issue, pages, "front.xhtml", Pagination(starts, {}, ""))
    assert [one.label for one in folios] == ["1", "3"]


@pytest.mark.parametrize(
    "starts",
    [
        [PageStart("1", "", 0), PageStart("2", "a-1", 0, "Other")],
        [PageStart("1", "", 0), PageStart("2", "a-1", 2, "Words.")],
        [PageStart("1", "", 0), PageStart("2", "nothing", 0, "Words.")],
        [PageStart("1", "", 0), PageStart("2", "a", 0, "Words.")],
        [PageStart("1", "", 0), PageStart("2", "a-1", 0, "Word")],
        [
            PageStart("1", "", 0),
            PageStart("2", "a-2", 0, "Words."),
            PageStart("3", "a", 0, "Atitle"),
        ],
    ],
)
def test_a_mark_at_other_words_is_refused(starts: list[PageStart], tmp_path: Path) -> None:
    issue = press.read(_small(tmp_path)).issue
    pages, _ = reading_pages(issue, {})
    with pytest.raises(ProblemsError) as raised:
        pagemarks.mark(issue, pages, "front.xhtml", Pagination(tuple(starts), {}, ""))
    assert {one.code for one in raised.value.problems} == {"E107"}


PLACES = [
    ("one two", 3, "one <m/>two"),
    ("one two", 4, "one <m/>two"),
    ("one cross-border two", 8, "one <m/>cross-border two"),
    ("one two—three", 7, "one two—<m/>three"),
    ("one *two* three", 3, "one <m/><em>two</em> three"),
    ("one *two three* four", 6, "one <em>two <m/>three</em> four"),
    ("one ``a/b.c`` two", 5, "one <m/><code>a/b.c</code> two"),
    ("one `two three <https://example.org/>`__", 4,
     'one <m/><a href="https://example.org/">two three</a>'),
    ("one https://example.org/two three", 15,
     'one <m/><a href="https://example.org/two">https://example.org/two</a> three'),
    ("wo\u0308rter mu\u064esi\u0301c end", 8, "wo\u0308rter <m/>mu\u064esi\u0301c end"),
    ("it’s so", 3, "<m/>it’s so"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "offset", "expected"), PLACES)
def test_where_a_mark_stands(source: str, offset: int, expected: str, tmp_path: Path) -> None:
    assert _marked(tmp_path, source, offset) == expected


def test_a_mark_stands_before_a_formula_with_which_the_page_begins(tmp_path: Path) -> None:
    source = "one :math:`a` two"
    assert "<m/><math" in _marked(tmp_path, source, 3, picture=True)
    assert "<m/>two" in _marked(tmp_path, source, 3)
    assert "one <m/><math" in _marked(tmp_path, "one :math:`a`", 3, picture=True)


def test_a_mark_stands_before_the_heading_with_which_the_page_begins(tmp_path: Path) -> None:
    words = "The ministry examined rules for freight and the port despite slow progress. " * 4
    body = "".join(f"Heading {n:02}\n----------\n\n{words * (1 + n % 3)}\n\n" for n in range(30))
    book = made_of(_small(tmp_path, body))
    assert [one for page, mark in marked(book) for one in faults(mark, page)] == []
    marks = book.book.find(
        "articles/a.xhtml", "//h:section/h:span[@role='doc-pagebreak'][following::*[1][self::h:h2]]"
    )
    assert marks


def _marked(folder: Path, source: str, offset: int, picture: bool = False) -> str:
    """The first paragraph of an article, with a page that begins behind ``offset`` signs."""
    shutil.rmtree(folder / "2026-05", ignore_errors=True)
    issue = press.read(_small(folder, source)).issue
    pages, _ = reading_pages(issue, {})
    (block,) = [one for page in pages for one in page.body.iter() if one.get("id") == "a-2"]
    text = re.sub(r"\s", "", "".join(_plain(block)))
    start = PageStart("2", "a-2", offset, text[offset:][:40], picture)
    pagemarks.mark(issue, pages, "front.xhtml", Pagination((PageStart("1", "", 0), start), {}, ""))
    shown = _source(block)
    shown = re.sub(r"<span [^>]*doc-pagebreak[^>]*?(/>|></span>)", "<m/>", shown)
    return re.sub(r' xmlns(:\w+)?="[^"]*"', "", re.sub(r"^<p[^>]*>|</p>$", "", shown))


def _plain(block: etree._Element) -> Iterator[str]:
    yield block.text or ""
    for child in block:
        if "MathML" not in str(child.tag):
            yield from _plain(child)
        yield child.tail or ""


def _source(block: etree._Element) -> str:
    return etree.tostring(block, encoding="unicode", with_tail=False)


def test_other_profiles_change_no_mark_and_no_pages_leaves_all_out(tmp_path: Path) -> None:
    issue = broken.write(tmp_path, 4)
    made = []
    for name, profiles in (("a", ["screen"]), ("b", ["large-print"])):
        built = press.build(issue, ["epub", "pdf"], tmp_path / name, profiles=profiles)
        made.append(next(path for path in built.paths if path.suffix == ".epub").read_bytes())
    assert made[0] == made[1]
    built = press.build(issue, ["epub"], tmp_path / "c", paged=False)
    (path,) = [path for path in built.paths if path.suffix == ".epub"]
    book = Book(path.read_bytes())
    texts = [name[5:] for name in book.names if name.endswith(("xhtml", "opf", "ncx"))]
    whole = " ".join(book.read(name).decode() for name in texts)
    for word in ("pagebreak", "page-list", "pageBreak", "pageList", "pageNavigation", "nih:"):
        assert word not in whole
    assert not book.opf("//dc:source")


def test_a_pdf_of_other_pages_beside_the_book_is_named(tmp_path: Path) -> None:
    issue = _small(tmp_path)
    out = tmp_path / "out"
    assert not press.build(issue, ["pdf", "epub"], out).problems
    assert not press.build(issue, ["epub"], out).problems
    assert not press.build(issue, ["pdf"], out).problems
    (issue / "01-a.rst").write_text(simple("A title", "Other words."), "utf-8")
    assert _codes(press.build(issue, ["epub"], out, strict=True)) == (["E110"], 0)
    assert _codes(press.build(issue, ["epub"], out, paged=False)) == ([], 1)
    assert _codes(press.build(issue, ["epub"], out)) == (["E110"], 1)
    assert _codes(press.build(issue, ["pdf"], out)) == ([], 1)
    (issue / "01-a.rst").write_text(simple("A title", "Words again."), "utf-8")
    assert _codes(press.build(issue, ["pdf"], out)) == (["E111"], 1)
    assert _codes(press.build(issue, ["pdf", "epub"], out)) == ([], 2)
    for path in out.glob("*.epub"):
        path.write_bytes(b"PK\x03\x04 no book")
    assert _codes(press.build(issue, ["pdf"], out)) == ([], 1)


def _codes(built: press.Built) -> tuple[list[str], int]:
    books = [path for path in built.paths if path.suffix in (".pdf", ".epub")]
    return [one.code for one in built.problems], len(books)


def test_the_readers_see_a_mark_that_is_wrong() -> None:
    page = Opening("2", squeezed("border treaty signed"), squeezed("words cross"))
    right = Mark("a.xhtml", "Page-2", "p", (), " ", "cross-border treaty signed and more")
    assert faults(right, page) == []
    assert parted(right, page) == ("crossborder", "border")
    assert faults(Mark("a.xhtml", "Page-2", "p", (), " ", "treaty signed and more"), page)
    assert faults(Mark("a.xhtml", "Page-2", "p", (), " ", "cross-border talks"), page)
