"""What readers who listen, feel or enlarge rely on, read from finished e-books with lxml alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from docutils import nodes
from lxml import etree

from bulletin_press.editions import epub
from bulletin_press.editions.epub.contributors import sorted_name
from bulletin_press.editions.epub.summary import _SENTENCES
from bulletin_press.source.languages import LABELS
from tests.epub_support import (
    EPUB_TYPE,
    MASTHEAD,
    NAMES,
    RICH,
    SVG,
    TIDES,
    XML_LANG,
    Book,
    load,
    png,
    render,
    simple,
    words,
    write,
)  # fmt: skip

CLAIM = "EPUB Accessibility 1.1 - WCAG 2.2 Level AA"
TOML = """\
[publication]
title = "Harbour"
publisher = "Harbour Press"
language = "en-US"

[imprint]
address = "1 Quay Street"
editors = ["A. Writer (chief)", "Managing editor: Bea van den Reader"]
"""
MORE = """

.. epigraph::

   Old words.

.. tip:: Look twice.

.. sidebar:: Beside

   Text.

.. chart::
   :kind: bar
   :caption: Freight
   :alt: Freight grows.

   Year, Tonnes, Ships
   2024, 10, 4
   2025, 12, 5

.. table:: Spans

   +-----+-----------+
   |     | Years     |
   |     +-----+-----+
   |     | a   | b   |
   +=====+=====+=====+
   | c   | 1   | 2   |
   +-----+-----+-----+

The work :math:`W = F s`, and words of welcome: :fa:`خوش آمدید دوستان`.

.. lang:: az

   Bu parça uzun bir mətndir və onu oxumaq üçün vaxt lazımdır, çünki burada iyirmi beşdən çox söz
   var və hər söz sayılır, hətta kiçik sözlər də sayılır, amma yenə də mətn davam edir.
"""
COLOPHON = "\n.. colophon::\n\n   Set in type.\n"
ROLES = {
    "abstract": "doc-abstract", "backlink": "doc-backlink", "chapter": "doc-chapter",
    "colophon": "doc-colophon", "credit": "doc-credit", "endnotes": "doc-endnotes",
    "epigraph": "doc-epigraph", "footnote": "doc-footnote", "noteref": "doc-noteref",
    "page-list": "doc-pagelist", "pagebreak": "doc-pagebreak", "pullquote": "doc-pullquote",
    "subtitle": "doc-subtitle", "tip": "doc-tip", "toc": "doc-toc",
}  # fmt: skip


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    files: dict[str, str | bytes] = {
        "issue.rst": MASTHEAD + "\nWords of the editor, with a note [#e]_.\n\n.. [#e] Edited.\n"
        + COLOPHON,
        "01-port.rst": RICH + MORE,
        "02-tides.rst": TIDES,
        "figures/quay.png": png(),
        "figures/map.svg": SVG,
    }  # fmt: skip
    return render(write(tmp_path_factory.mktemp("access"), files, TOML))


def one_article(folder: Path, body: str, fields: str = "", toml: str = TOML) -> Book:
    """The book of an issue with one article."""
    files: dict[str, str | bytes] = {"issue.rst": MASTHEAD, "01-a.rst": simple("One", body, fields)}
    return render(write(folder, files, toml))


def values(book: Book, name: str) -> list[str]:
    """The values of a property of the package's metadata."""
    return [str(value) for value in book.opf(f"//o:meta[@property='{name}']/text()")]


def elements(book: Book) -> Iterator[tuple[str, etree._Element]]:
    """Every element of every page."""
    for path, tree in book.trees.items():
        for element in tree.iter(etree.Element):
            yield path, element


def test_the_claim_stands_where_nothing_is_against_it(book: Book) -> None:
    (claim,) = book.opf("//o:meta[@property='dcterms:conformsTo']")
    assert claim.text == CLAIM
    (by,) = book.opf("//o:meta[@property='a11y:certifiedBy']")
    assert (by.text, by.get("refines")) == ("Harbour Press", f"#{claim.get('id')}")


BARE = "=====  =====\none    two\nthree  four\n=====  =====\n"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (BARE, "Some tables have no heads."),
        ("He said: Добро пожаловать в наш порт.", "in which language they are"),
        ("He said: خوش آمدید دوستان عزیز.", "in which language they are"),
        ("He said: 歡迎來到我們的港口。", "in which language they are"),
    ],
    ids=["table", "cyrillic", "persian", "chinese"],
)
def test_the_claim_falls_where_the_pages_do_not_bear_it_out(
    body: str, says: str, tmp_path: Path
) -> None:
    book = one_article(tmp_path, body)
    assert values(book, "dcterms:conformsTo") == []
    assert values(book, "a11y:certifiedBy") == []
    assert "a11y:" not in str(book.package.get("prefix"))
    assert says in values(book, "schema:accessibilitySummary")[0]


@pytest.mark.parametrize(
    "body",
    [
        BARE.replace("three", "=====  =====\nthree", 1),
        "He said: :ru:`Добро пожаловать в наш порт`.",
        "The paper Новое время and the Министерство Иностранных Дел said so.",
        ".. lang:: ru\n\n   Добро пожаловать в наш порт.",
    ],
    ids=["table", "role", "name", "block"],
)
def test_the_claim_stands_again_where_it_is_put_right(body: str, tmp_path: Path) -> None:
    assert values(one_article(tmp_path, body), "dcterms:conformsTo") == [CLAIM]


def test_a_picture_without_words_ends_the_claim_and_the_mode_without_sight(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"issue.rst": MASTHEAD, "a.png": png()}
    files["01-a.rst"] = simple("One", ".. image:: a.png\n   :alt: A quay\n")
    issue = load(write(tmp_path, files))
    for alt, claims, sufficient in (
        ("A quay", [CLAIM], ["textual", "textual,visual"]),
        ("", [], ["textual,visual"]),
    ):
        (image,) = issue.document.findall(nodes.image)
        image["alt"] = alt
        (data,) = epub.render(issue).files.values()
        assert values(Book(data), "dcterms:conformsTo") == claims
        assert values(Book(data), "schema:accessModeSufficient") == sufficient


def test_a_draft_and_a_sheet_with_colours_of_its_own_claim_nothing(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"issue.rst": MASTHEAD, "01-a.rst": simple("One")}
    folder = write(tmp_path, files)
    (data,) = epub.render(load(folder), draft=True).files.values()
    assert values(Book(data), "dcterms:conformsTo") == []
    assert values(render(folder), "dcterms:conformsTo") == [CLAIM]
    write(folder, {"styles/epub.css": "p { color: #999999; font-size: 9pt }\n"})
    styled = render(folder)
    assert values(styled, "dcterms:conformsTo") == []
    assert "displayTransformability" not in values(styled, "schema:accessibilityFeature")


def test_features_are_those_that_the_pages_hold(book: Book, tmp_path: Path) -> None:
    always = ["tableOfContents", "readingOrder", "structuralNavigation",
              "displayTransformability", "ARIA"]  # fmt: skip
    plain = one_article(tmp_path, "Words.")
    assert values(plain, "schema:accessibilityFeature") == always
    assert values(book, "schema:accessibilityFeature") == [
        *always, "alternativeText", "longDescription", "MathML", "describedMath",
    ]  # fmt: skip
    assert values(book, "schema:accessMode") == ["textual", "visual", "chartOnVisual"]
    assert values(plain, "schema:accessMode") == ["textual"]
    assert values(plain, "schema:accessibilityHazard") == ["none"]


def test_the_summary_says_what_is_there_and_no_more(book: Book, tmp_path: Path) -> None:
    (rich,) = values(book, "schema:accessibilitySummary")
    (plain,) = values(one_article(tmp_path, "Words."), "schema:accessibilitySummary")
    assert rich.startswith(plain)
    for word in ("Notes", "Pictures", "chart", "MathML"):
        assert word in rich
        assert word not in plain


@pytest.mark.parametrize("language", [*sorted(LABELS), "nl"])
def test_the_summary_is_in_the_language_of_the_issue(language: str, tmp_path: Path) -> None:
    toml = TOML.replace("en-US", language)
    book = one_article(tmp_path, "— [#]_\n\n.. [#] —", toml=toml)
    (summary,) = book.opf("//o:meta[@property='schema:accessibilitySummary']")
    said = language if language in LABELS else "en"
    assert summary.get(XML_LANG) == said
    assert summary.text == f"{_SENTENCES[said].text} {_SENTENCES[said].notes}"
    assert (summary.get("dir") == "rtl") == (said in ("ar", "fa"))


def test_every_language_has_its_own_sentences() -> None:
    assert _SENTENCES.keys() == LABELS.keys()
    said = [one.text for one in _SENTENCES.values()]
    assert len(set(said)) == len(said)


def test_types_have_their_roles(book: Book) -> None:
    seen = set()
    for path, element in elements(book):
        kind = element.get(EPUB_TYPE)
        if kind in ROLES and "landmarks" not in [up.get("id") for up in element.iterancestors()]:
            assert element.get("role") == ROLES[kind], (path, kind)
            seen.add(kind)
        assert element.get("role", "x")
    assert seen == ROLES.keys() - {"page-list", "pagebreak"}


def test_landmarks_lead_to_what_they_name(book: Book) -> None:
    links = book.find("nav.xhtml", "//h:nav[@e:type='landmarks']//h:a")
    kinds = [link.get(EPUB_TYPE) for link in links]
    assert kinds == ["cover", "titlepage", "toc", "bodymatter", "imprint", "colophon"]
    for link, kind in zip(links, kinds, strict=True):
        target = book.target("nav.xhtml", link.get("href"))
        if isinstance(target, bytes) and kind not in ("toc", "bodymatter"):
            tree = etree.fromstring(target)
            assert tree.find(f".//h:section[@e:type='{kind}']", NAMES) is not None


def test_headings_begin_at_one_and_leave_out_no_level(book: Book) -> None:
    for path, tree in book.trees.items():
        levels = [
            int(match[1])
            for one in tree.iter(etree.Element)
            if (match := re.fullmatch(r"h([1-6])", etree.QName(one).localname))
        ]
        assert levels[0] == 1, path
        assert levels.count(1) == 1, path
        assert all(after <= before + 1 for before, after in pairwise(levels))


def test_each_page_is_one_main_part_with_a_title_and_a_language(book: Book) -> None:
    titles = []
    for path, tree in book.trees.items():
        assert tree.get("lang") == tree.get(XML_LANG) == "en-US", path
        assert [etree.QName(one).localname for one in tree.iterfind("h:body/*", NAMES)] == ["main"]
        titles.append(tree.findtext("h:head/h:title", "", NAMES))
    assert all(titles)
    assert len(titles) == len(set(titles))


def test_every_passage_has_language_and_direction(book: Book) -> None:
    found = {}
    for _, element in elements(book):
        if "lang" in element.attrib and etree.QName(element).localname != "html":
            assert element.get("lang") == element.get(XML_LANG)
            found[element.get("lang")] = element.get("dir")
    assert found == {"az": "ltr", "fa": "rtl"}


def test_languages_of_longer_passages_are_those_of_the_book(book: Book) -> None:
    assert book.opf("//dc:language/text()") == ["en-US", "az"]


def test_every_link_and_picture_has_a_name(book: Book) -> None:
    for path, element in elements(book):
        name = etree.QName(element).localname
        pictures = [one.get("alt") for one in element.iter("{*}img")]
        if name == "a":
            assert element.get("aria-label") or words(element) or any(pictures), path
        if name == "img":
            assert element.get("alt") or element.get("role") == "presentation", path
        for reference in ("aria-labelledby", "aria-details", "aria-describedby", "headers"):
            for target in element.get(reference, "").split():
                assert book.find(path, f"//*[@id='{target}']"), (path, reference, target)


def test_a_chart_leads_to_its_numbers(book: Book) -> None:
    (picture,) = book.find("articles/port.xhtml", "//h:img[@aria-details]")
    (details,) = book.find("articles/port.xhtml", f"//*[@id='{picture.get('aria-details')}']")
    table = details.find(".//h:table", NAMES)
    assert [words(cell) for cell in table.iterfind(".//h:td", NAMES)] == ["10", "4", "12", "5"]
    names = [
        words(book.find("articles/port.xhtml", f"//*[@id='{name}']")[0])
        for name in table.get("aria-labelledby").split()
    ]
    assert names == ["Chart data", "Freight"]


def test_heads_have_a_scope_and_words(book: Book) -> None:
    tables = book.find("articles/port.xhtml", "//h:table")
    assert len(tables) == 3
    for table in tables:
        heads = table.findall(".//h:th", NAMES)
        assert heads
        assert all(words(head) and head.get("scope") in ("col", "row") for head in heads)


def test_cells_name_their_heads_where_heads_span(book: Book) -> None:
    (spans,) = book.find("articles/port.xhtml", "//h:table[contains(h:caption, 'Spans')]")
    heads = {head.get("id"): words(head) for head in spans.iterfind(".//h:th", NAMES)}
    said = {
        words(cell): [heads[name] for name in cell.get("headers", "").split()]
        for cell in spans.iterfind(".//h:tbody//h:td", NAMES)
    }
    assert said == {"c": [], "1": ["Years", "a"], "2": ["Years", "b"]}
    (plain,) = book.find("articles/port.xhtml", "//h:table[contains(h:caption, 'Tonnes')]")
    assert not [cell for cell in plain.iter() if cell.get("headers")]


def test_what_may_scroll_can_be_reached_by_keys(book: Book) -> None:
    scrolling = book.find("articles/port.xhtml", "//h:div[@class='frame' or @class='math-block']")
    assert scrolling
    assert all(one.get("tabindex") == "0" for one in scrolling)


def test_notes_open_where_they_are_called(book: Book) -> None:
    for path in ("front.xhtml", "articles/port.xhtml"):
        calls = book.find(path, "//h:a[@e:type='noteref']")
        assert calls
        for call in calls:
            assert len(call) == 0, "an element within the call keeps Apple's reader from opening it"
            file, _, anchor = call.get("href").partition("#")
            assert (file, bool(anchor)) == ("", True)
            (note,) = book.find(path, f"//*[@id='{anchor}']")
            assert etree.QName(note).localname == "aside"
            first = note.find(".//h:a", NAMES)
            assert words(note).startswith(words(first))
            assert first.get("role") == "doc-backlink"
            back = [one.get("href") for one in note.iterfind(".//h:a[@role='doc-backlink']", NAMES)]
            assert back.count(f"#{call.get('id')}") == 1
        (section,) = book.find(path, "//h:section[@role='doc-endnotes']")
        assert section.get("aria-label") == "Notes"
        assert {etree.QName(child).localname for child in section} == {"aside"}


def test_the_imprint_and_the_colophon_are_pages(book: Book) -> None:
    assert book.spine[2] == "imprint.xhtml"
    assert book.spine[-1] == "colophon.xhtml"
    assert book.find("imprint.xhtml", "//h:h1/text()") == ["Imprint"]
    assert "1 Quay Street" in words(book.tree("imprint.xhtml"))
    assert "1 Quay Street" not in words(book.tree("front.xhtml"))
    listed = book.find("nav.xhtml", "//h:nav[@e:type='toc']/h:ol/h:li/h:a/@href")
    assert [listed[0], listed[-1]] == ["imprint.xhtml", "colophon.xhtml"]


def test_people_have_their_parts(book: Book) -> None:
    def people(kind: str) -> list[tuple[str, str, str]]:
        found = []
        for one in book.opf(f"//dc:{kind}"):
            refined = {
                meta.get("property"): meta.text
                for meta in book.opf(f"//o:meta[@refines='#{one.get('id')}']")
            }
            found.append((one.text, refined["role"], refined.get("file-as", "")))
        return found

    assert people("creator") == [
        ("Ada Ferry", "aut", "Ferry, Ada"), ("Jon Quay", "aut", "Quay, Jon"),
    ]  # fmt: skip
    assert people("contributor") == [
        ("A. Writer", "edt", "Writer, A."),
        ("Bea van den Reader", "edt", "Reader, Bea van den"),
    ]
    by = book.opf("//o:meta[@property='dcterms:creator']")
    (item,) = book.opf("//o:item[@href='articles/port.xhtml']/@id")
    assert [(one.get("refines"), one.text) for one in by] == [
        (f"#{item}", "Ada Ferry"), (f"#{item}", "Jon Quay"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "language", "sorting"),
    [
        ("A. Writer", "en", "Writer, A."),
        ("Ludwig van Beethoven", "de", "Beethoven, Ludwig van"),
        ("Leyla Əliyeva", "az", "Əliyeva, Leyla"),
        ("Reuters", "en", ""),
        ("Example Institute", "en", ""),
        ("Editorial Board", "en", ""),
        ("van Gogh", "nl", ""),
        ("Nagy Anna", "hu", ""),
        ("ليلى حسن", "ar", ""),
        ("Martin King Jr.", "en", ""),
    ],
)
def test_a_name_is_turned_round_only_where_that_is_sure(
    name: str, language: str, sorting: str
) -> None:
    assert sorted_name(name, language) == sorting


def test_the_issue_has_its_place_in_the_series(book: Book) -> None:
    assert values(book, "belongs-to-collection") == ["Harbour"]
    assert values(book, "collection-type") == ["series"]
    assert values(book, "group-position") == ["3.5"]
    assert values(book, "schema:volumeNumber") == ["3"]
    assert values(book, "schema:issueNumber") == ["5"]
    assert values(book, "dcterms:identifier") == ["urn:issn:1234-5679"]


def test_prefixes_are_those_in_use(book: Book) -> None:
    declared = set(re.findall(r"(\S+): ", str(book.package.get("prefix"))))
    used = {
        value.partition(":")[0]
        for meta in book.opf("//o:meta")
        for value in (meta.get("property", ""), meta.get("scheme", ""))
        if ":" in value
    }
    assert declared == used == {"a11y", "dcterms", "ibooks", "marc", "schema"}
