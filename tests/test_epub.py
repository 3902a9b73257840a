"""The e-book: what is promised of it, read back from the finished file."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import uharfbuzz
from docutils import nodes
from lxml import etree

from bulletin_press import fonts
from bulletin_press.contents import Entry, contents
from bulletin_press.editions import epub
from bulletin_press.editions.epub.inspection import inspect
from bulletin_press.problems import ProblemsError, exit_status
from tests import epub_support
from tests.epub_support import (
    EPUB_TYPE,
    MASTHEAD,
    NAMES,
    XML_LANG,
    Book,
    load,
    render,
    simple,
    words,
)

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return epub_support.rich(tmp_path_factory.mktemp("rich"))


@pytest.fixture(scope="module")
def book(folder: Path) -> Book:
    return render(folder)


def arabic(folder: Path) -> Path:
    fields = ":Volume: 1\n:Number: 2\n:Date: 2026-02-28\n:Language: ar\n"
    return epub_support.write(
        folder,
        {
            "issue.rst": f"{'=' * 20}\nمجلة المثال\n{'=' * 20}\n\n{fields}",
            "01-a.rst": simple("مؤتمر الموانئ", "نص *مائل* و **غليظ**. [#]_\n\n.. [#] حاشية."),
        },
    )


def walk(nav: etree._Element) -> Iterator[tuple[int, str, str]]:
    """Depth, label and address of every entry of a nav or a navMap."""
    for link in nav.iterfind(".//h:a", NAMES):
        yield len(list(link.iterancestors("{*}ol"))), words(link), str(link.get("href"))
    for point in nav.iterfind(".//n:navPoint", NAMES):
        label = point.find("n:navLabel", NAMES)
        target = point.find("n:content", NAMES)
        assert label is not None
        assert target is not None
        depth = 1 + len(list(point.iterancestors("{*}navPoint")))
        yield depth, words(label), str(target.get("src"))


def outline(entries: tuple[Entry, ...], depth: int = 1) -> Iterator[tuple[int, str]]:
    for entry in entries:
        yield depth, entry.heading
        yield from outline(entry.entries, depth + 1)


def test_navigation_and_ncx_give_the_contents_of_the_issue(book: Book, folder: Path) -> None:
    (toc,) = book.find("nav.xhtml", "//h:nav[@e:type='toc']")
    (ncx,) = book.find("toc.ncx", "//n:navMap")
    expected = [(1, "Imprint"), *outline(contents(load(folder), 3))]
    assert [(depth, label) for depth, label, _ in walk(toc)] == expected
    assert list(walk(toc)) == list(walk(ncx))
    assert [label for _, label in expected] == [
        "Imprint",
        "I. The Port at <Night> & Day",
        "Work & wages",
        "Pay",
        "II. Tides",
        "Spring tide",
    ]
    for _, label, address in walk(toc):
        target = book.target("nav.xhtml", address)
        if isinstance(target, bytes):
            target = etree.fromstring(target)
        (heading, *_) = target.iterfind(".//{*}h1") if "#" not in address else [target[0]]
        shown = re.sub(r" *\d+$", "", words(heading)) if label.startswith("I.") else words(heading)
        assert shown == label


def test_ncx_and_package_have_one_identifier(book: Book) -> None:
    (name,) = book.opf("/o:package/@unique-identifier")
    (identifier,) = book.opf(f"//dc:identifier[@id='{name}']/text()")
    assert book.find("toc.ncx", "//n:meta[@name='dtb:uid']/@content") == [identifier]
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", identifier)


def test_landmarks_name_cover_contents_and_body(book: Book) -> None:
    links = book.find("nav.xhtml", "//h:nav[@e:type='landmarks']//h:a")
    assert [(link.get(EPUB_TYPE), link.get("href")) for link in links] == [
        ("cover", "cover.xhtml"),
        ("titlepage", "front.xhtml"),
        ("toc", "front.xhtml#Contents"),
        ("bodymatter", "articles/port.xhtml"),
        ("imprint", "imprint.xhtml"),
    ]


def test_reading_order_is_cover_front_and_articles(book: Book) -> None:
    assert book.spine == [
        "cover.xhtml", "front.xhtml", "imprint.xhtml", "articles/port.xhtml",
        "articles/tides.xhtml",
    ]  # fmt: skip


def test_every_link_of_the_book_arrives(book: Book) -> None:
    checked = 0
    for path, tree in book.trees.items():
        for part in tree.iter(etree.Element):
            address = str(part.get("href") or part.get("src") or "")
            if address and "://" not in address:
                book.target(path, address)
                checked += 1
    assert checked > 30


def test_references_between_articles_cross_files(book: Book) -> None:
    links = book.find("articles/port.xhtml", "//h:a[contains(@class, 'article-reference')]")
    assert [(words(link), link.get("href")) for link in links] == [
        ("Tides", "tides.xhtml"),
        ("the spring tide", "tides.xhtml#tides-spring"),
    ]
    (link,) = book.find("articles/tides.xhtml", "//h:a[contains(., 'buoy')]")
    assert link.get("href") == "port.xhtml#port-buoy"


def test_outer_addresses_stay_as_they_are(book: Book) -> None:
    (link,) = book.find("articles/port.xhtml", "//h:a[contains(., 'register')]")
    assert link.get("href") == "https://example.org/a?b=1&c=2#d"


@pytest.mark.parametrize("address", [{"refuri": "Total"}, {"refid": "gone"}])
def test_a_link_to_nothing_is_refused_with_its_place(
    address: dict[str, str], tmp_path: Path
) -> None:
    body = "Fine words.\n\nA `link <https://example.org>`_ to nothing."
    epub_support.write(tmp_path, {"issue.rst": MASTHEAD, "01-a.rst": simple("Links", body)})
    issue = load(tmp_path)
    (link,) = issue.document.findall(nodes.reference)
    link.attributes.pop("refuri")
    link.attributes.update(address)
    with pytest.raises(ProblemsError) as caught:
        epub.render(issue)
    (found,) = caught.value.problems
    assert (found.code, found.where.path, found.where.line) == ("E101", "01-a.rst", 8)
    assert exit_status(caught.value.problems) == 6


def test_ids_are_plain_and_given_once_in_a_file(book: Book) -> None:
    for path, tree in book.trees.items():
        ids = [part.get("id") for part in tree.iter(etree.Element) if part.get("id")]
        assert len(ids) == len(set(ids)), path
        assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", str(one)) for one in ids), path


def tree_text(part: nodes.Element) -> str:
    """The words of an article's tree: its summary left out, its notes put last."""
    body: list[str] = []
    notes: list[str] = []
    for text in part.findall(nodes.Text):
        above: nodes.Element | None = text.parent
        kinds = set()
        while above is not None:
            kinds.add(type(above).__name__)
            kinds.update(above.get("classes", []))
            above = above.parent
        if not kinds & {"label", "summary", "footnote_reference"}:
            (notes if "footnote" in kinds else body).append(text.astext())
    return re.sub(r"\s+", "", "".join(body + notes))


def page_text(page: etree._Element) -> str:
    """The words of an article's page without its furniture."""
    for part in list(page.iter(etree.Element)):
        names = set(str(part.get("class", "")).split())
        if names & {"numeral", "note-call", "note-number", "note-back"}:
            for child in list(part):
                part.remove(child)
            part.text = None
    (body,) = page.iterfind("{*}body")
    return re.sub(r"\s+", "", "".join(map(str, body.itertext())))


def test_every_word_of_the_tree_is_in_the_book_once_and_in_order(book: Book, folder: Path) -> None:
    for article in load(folder).articles:
        assert page_text(book.tree(f"articles/{article.id}.xhtml")) == tree_text(article.section)


def test_tree_is_equal_before_and_after(folder: Path) -> None:
    issue = load(folder)
    before = issue.document.pformat()
    epub.render(issue)
    assert issue.document.pformat() == before


def test_front_page_has_nameplate_contents_and_editorial(book: Book) -> None:
    path = "front.xhtml"
    assert [words(h) for h in book.find(path, "//h:h1")] == ["Harbour"]
    assert book.find(path, "//h:p[@role='doc-subtitle']/text()") == ["Notes on ports & people"]
    assert book.find(path, "//h:p[@class='issue-line']/text()") == [
        "Volume 3 · Number 5 · May 2026"
    ]
    entries = book.find(path, "//h:nav[@id='Contents']/h:ol/h:li")
    assert [words(entry) for entry in entries] == [
        "I. The Port at <Night> & Day How the port works after dark.",
        "II. Tides",
    ]
    (editorial,) = book.find(path, "//*[contains(@class, 'editorial')]")
    assert words(editorial) == "Words of the editor, with a note1."
    assert book.find("imprint.xhtml", "//h:section[@class='imprint']/h:p/text()") == [
        "Harbour Press", "ISSN 1234-5679", "© 2026 Harbour Press",
    ]  # fmt: skip


def test_notes_have_ways_back_to_each_call(book: Book) -> None:
    path = "articles/port.xhtml"
    calls = book.find(path, "//h:a[@e:type='noteref']")
    assert [words(call) for call in calls] == ["1", "2", "2"]
    for call in calls:
        assert len(call) == 0
        note = book.target(path, call.get("href"))
        assert isinstance(note, etree._Element)
        assert note.get("role") == "doc-footnote"
        back = [str(one.get("href")) for one in note.iterfind(".//*[@role='doc-backlink']")]
        assert f"#{call.get('id')}" in back
    (section,) = book.find(path, "//h:section[@role='doc-endnotes']")
    assert section.get(EPUB_TYPE) == "endnotes"
    assert section.get("aria-label") == "Notes"
    assert len(section.findall("{*}aside")) == 2


def test_elements_have_no_prefix(book: Book) -> None:
    for tree in book.trees.values():
        assert {part.prefix for part in tree.iter(etree.Element)} == {None}


def test_nothing_of_the_printed_page_is_left(book: Book) -> None:
    for tree in book.trees.values():
        for part in tree.iter(etree.Element):
            assert not [key for key in part.attrib if str(key).startswith("data-")]
            assert part.get("href") != ""
            if len(part) == 0 and not part.text:
                assert etree.QName(part).localname in (
                    "meta",
                    "link",
                    "img",
                    "br",
                    "hr",
                    "td",
                    "th",
                )


def test_pictures_are_stored_once_with_their_type(tmp_path: Path) -> None:
    body = (
        ".. image:: a.png\n   :alt: A\n\n.. image:: b.png\n   :alt: B\n\n"
        ".. image:: c.svg\n   :alt: C\n"
    )
    files: dict[str, str | bytes] = {"issue.rst": MASTHEAD, "01-a.rst": simple("Pictures", body)}
    files |= {"a.png": epub_support.png(), "b.png": epub_support.png(), "c.svg": epub_support.SVG}
    book = render(epub_support.write(tmp_path, files))
    items = book.opf("//o:item[starts-with(@href, 'images/picture')]")
    assert sorted(item.get("media-type") for item in items) == ["image/png", "image/svg+xml"]
    pictures = book.find("articles/a.xhtml", "//h:img")
    assert [one.get("alt") for one in pictures] == ["A", "B", "C"]
    assert pictures[0].get("src") == pictures[1].get("src")
    assert book.target("articles/a.xhtml", pictures[0].get("src")) == epub_support.png()


def test_metadata_describe_the_issue(book: Book) -> None:
    def one(name: str) -> list[str]:
        return [str(value) for value in book.opf(f"//dc:{name}/text()")]

    assert one("title") == ["Harbour – May 2026"]
    assert one("language") == ["en-US"]
    assert one("creator") == ["Ada Ferry", "Jon Quay"]
    assert one("publisher") == ["Harbour Press"]
    assert one("date") == ["2026-05-31"]
    assert one("identifier")[1:] == ["urn:issn:1234-5679"]
    assert one("rights") == ["© 2026 Harbour Press"]
    assert one("subject") == ["ports", '"trade" & tides', "night"]
    metas = {
        (meta.get("property"), meta.text): meta.get("refines") for meta in book.opf("//o:meta")
    }
    assert ("dcterms:modified", "2026-05-31T00:00:00Z") in metas
    assert metas["role", "aut"] == "#creator-2"
    assert metas["group-position", "3.5"] == "#series"
    assert metas["dcterms:identifier", "urn:issn:1234-5679"] == "#series"
    assert ("belongs-to-collection", "Harbour") in metas
    assert book.opf("/o:package/@version") == ["3.0"]
    assert book.package.get(XML_LANG) == "en-US"
    (generator,) = book.opf("//o:meta[@name='generator']/@content")
    assert generator.startswith("bulletin-press ")
    (cover,) = book.opf("//o:meta[@name='cover']/@content")
    assert book.opf("//o:item[@properties='cover-image']/@id") == [cover]


def test_accessibility_metadata_tell_what_is_there(book: Book, tmp_path: Path) -> None:
    plain = render(epub_support.write(tmp_path, {"issue.rst": MASTHEAD, "01-a.rst": simple("One")}))

    def values(of: Book, name: str) -> list[str]:
        return [str(v) for v in of.opf(f"//o:meta[@property='schema:{name}']/text()")]

    assert values(book, "accessMode") == ["textual", "visual"]
    assert values(book, "accessModeSufficient") == ["textual", "textual,visual"]
    assert values(plain, "accessModeSufficient") == ["textual"]
    assert values(plain, "accessMode") == ["textual"]
    assert "alternativeText" in values(book, "accessibilityFeature")
    assert "alternativeText" not in values(plain, "accessibilityFeature")
    for of in (book, plain):
        assert values(of, "accessibilityHazard") == ["none"]
        assert "structuralNavigation" in values(of, "accessibilityFeature")
        assert len(values(of, "accessibilitySummary")) == 1


def test_publisher_is_creator_where_no_author_is_named(tmp_path: Path) -> None:
    book = render(epub_support.write(tmp_path, {"issue.rst": MASTHEAD, "01-a.rst": simple("One")}))
    assert book.opf("//dc:creator/text()") == ["Harbour Press"]


def test_single_article_has_no_numeral(tmp_path: Path) -> None:
    book = render(epub_support.write(tmp_path, {"issue.rst": MASTHEAD, "01-a.rst": simple("One")}))
    assert [words(h) for h in book.find("articles/a.xhtml", "//h:h1")] == ["One"]
    (toc,) = book.find("nav.xhtml", "//h:nav[@e:type='toc']")
    assert list(walk(toc))[1:] == [(1, "One", "articles/a.xhtml")]


def test_numerals_stand_in_the_headings(book: Book) -> None:
    (heading,) = book.find("articles/tides.xhtml", "//h:h1")
    assert words(heading) == "II. Tides"
    assert [(part.get("class"), words(part)) for part in heading] == [("numeral", "II.")]
    (section,) = book.find("articles/tides.xhtml", "//h:section[@role='doc-chapter']")
    assert section.get("aria-labelledby") == heading.get("id")


def test_titles_that_are_equal_or_like_our_own_names(tmp_path: Path) -> None:
    names = ("cover", "front", "nav", "contents", "notes", "editorial-two")
    files: dict[str, str | bytes] = {f"{name}.rst": simple("Notes") for name in names}
    book = render(epub_support.write(tmp_path, {"issue.rst": MASTHEAD, **files}))
    (toc,) = book.find("nav.xhtml", "//h:nav[@e:type='toc']")
    entries = list(walk(toc))[1:]
    assert [label.partition(" ")[2] for _, label, _ in entries] == ["Notes"] * len(names)
    assert len({address for _, _, address in entries}) == len(names)
    assert book.spine[3:] == [address for _, _, address in entries]


def test_titles_without_latin_letters(tmp_path: Path) -> None:
    titles = ["Встреча министров", "საზღვარი", "Əsas məsələ: İşıq", "الموانئ"]
    files: dict[str, str | bytes] = {
        f"{number:02}-{title}.rst": simple(title) for number, title in enumerate(titles, 1)
    }
    book = render(epub_support.write(tmp_path, {"issue.rst": MASTHEAD, **files}))
    (toc,) = book.find("nav.xhtml", "//h:nav[@e:type='toc']")
    assert [label.partition(" ")[2] for _, label, _ in list(walk(toc))[1:]] == titles
    assert all(name.isascii() for name in book.names)


def test_right_to_left_issue(tmp_path: Path) -> None:
    book = render(arabic(tmp_path))
    assert book.opf("//o:spine/@page-progression-direction") == ["rtl"]
    assert book.package.get(XML_LANG) == "ar"
    for tree in book.trees.values():
        assert (tree.get("dir"), tree.get("lang"), tree.get(XML_LANG)) == ("rtl", "ar", "ar")
    assert all(href.isascii() for href in book.opf("//o:item/@href"))


def test_faces_are_few_small_and_cover_the_text(book: Book) -> None:
    sheet = book.read("styles/bulletin.css").decode()
    faces = book.opf("//o:item[@media-type='font/ttf']/@href")
    total = sum(len(book.read(face)) for face in faces)
    assert "fonts/BulletinSerif-400.ttf" in faces
    assert "fonts/BulletinSerif-400i.ttf" in faces
    assert total < 150_000
    covered: set[int] = set()
    for face in faces:
        assert f"url(../{face})" in sheet
        covered |= set(uharfbuzz.Face(book.read(face)).unicodes)
    text = "".join(words(tree) for tree in book.trees.values())
    assert {ord(sign) for sign in text if not sign.isspace()} <= covered


@pytest.mark.parametrize(
    "text",
    ["الموانئ لا", "ภาษาไทยคำ", "office fi", "क्षेत्र", "Ə́"],
    ids=["arabic", "thai", "ligatures", "devanagari", "marks"],
)
def test_subset_faces_shape_like_whole_ones(text: str) -> None:
    for face in fonts.select(text).faces:
        if not {ord(sign) for sign in text if not sign.isspace()} & face.characters():
            continue
        shapes = []
        for data in (face.data(), face.subset(frozenset(map(ord, text)))):
            buffer = uharfbuzz.Buffer()
            buffer.add_str(text)
            buffer.guess_segment_properties()
            uharfbuzz.shape(uharfbuzz.Font(uharfbuzz.Face(data)), buffer)
            shapes.append([place.x_advance for place in buffer.glyph_positions or ()])
        assert shapes[0] == shapes[1], face.name


def test_publication_may_replace_the_style_sheet(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "issue.rst": MASTHEAD,
        "01-a.rst": simple("One"),
        "styles/epub.css": "p { font-family: var(--serif) }\n",
    }
    sheet = render(epub_support.write(tmp_path, files)).read("styles/bulletin.css").decode()
    assert sheet.endswith(
        'p { font-family: "Bulletin Serif", "Bulletin Serif", "Bulletin Sans" }\n'
    )


def test_container_is_sealed(book: Book) -> None:
    entries = book.archive.infolist()
    assert [entry.filename for entry in entries[:3]] == [
        "mimetype", "META-INF/container.xml", "EPUB/content.opf",
    ]  # fmt: skip
    assert entries[0].compress_type == zipfile.ZIP_STORED
    assert book.data[30:58] == b"mimetypeapplication/epub+zip"
    assert {entry.date_time for entry in entries} == {(2026, 5, 31, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {0o100644}
    assert len(book.names) == len(set(book.names))


def test_time_before_the_epoch_of_zip_is_clamped(tmp_path: Path) -> None:
    masthead = MASTHEAD.replace("2026-05-31", "1919-05-31")
    book = render(epub_support.write(tmp_path, {"issue.rst": masthead, "01-a.rst": simple("One")}))
    assert {entry.date_time[0] for entry in book.archive.infolist()} == {1980}
    assert "1919-05-31T00:00:00Z" in [meta.text for meta in book.opf("//o:meta")]


SCRIPT = """
import hashlib, sys
from pathlib import Path
sys.path[:0] = sys.argv[2:]
from tests.epub_support import render
print(hashlib.sha256(render(Path(sys.argv[1])).data).hexdigest())
"""


def test_same_sources_give_the_same_bytes(folder: Path, book: Book, tmp_path: Path) -> None:
    other = epub_support.rich(tmp_path / "another folder" / folder.name)
    digests = set()
    for place, seed, zone in ((folder, "1", "Asia/Baku"), (other, "2", "America/Los_Angeles")):
        environment = {"PATH": os.environ["PATH"], "PYTHONHASHSEED": seed, "TZ": zone}
        environment |= {"LANG": "C", "HOME": str(tmp_path), "FONTCONFIG_FILE": "/dev/null"}
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, str(place), str(ROOT / "src"), str(ROOT)],
            env=environment, capture_output=True, text=True, check=True, cwd=tmp_path,
        )  # fmt: skip
        digests.add(done.stdout.strip())
    assert len(digests) == 1
    assert render(folder).data == book.data


def altered(data: bytes, changes: dict[str, bytes | None]) -> bytes:
    """The archive with some files replaced, added, or (None) left out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in [*source.namelist(), *(changes.keys() - set(source.namelist()))]:
            content = changes.get(name, b"") if name in changes else source.read(name)
            if content is not None:
                target.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("EPUB/toc.ncx", None, None, "listed and missing"),
        ("EPUB/stray.txt", None, b"", "not listed"),
        ("EPUB/articles/port.xhtml", b'href="tides.xhtml"', b'href="gone.xhtml"', "no file"),
        ("EPUB/articles/port.xhtml", b'href="#port-', b'href="#gone-', "no place"),
        ("EPUB/front.xhtml", b'id="Contents-Title"', b'id="Contents"', "given twice"),
        ("EPUB/content.opf", b'idref="front"', b'idref="gone"', "nowhere in the package"),
        ("EPUB/nav.xhtml", b"</html>", b"", "cannot be read back"),
        ("EPUB/styles/bulletin.css", b"url(../fonts/", b"url(../gone/", "no file"),
    ],
)
def test_inspection_refuses_a_broken_book(
    book: Book, name: str, old: bytes | None, new: bytes | None, message: str
) -> None:
    content = new if old is None else book.archive.read(name).replace(old, new or b"")
    inspect(altered(book.data, {}), "a.epub")
    with pytest.raises(ProblemsError) as caught:
        inspect(altered(book.data, {name: content}), "a.epub")
    assert {found.code for found in caught.value.problems} == {"E101"}
    assert any(message in found.message for found in caught.value.problems)
    assert all(found.where.path.startswith("a.epub") for found in caught.value.problems)


def test_every_page_of_a_draft_says_so(folder: Path, book: Book) -> None:
    (data,) = epub.render(load(folder), draft=True).files.values()
    draft = Book(data)
    for path in draft.spine:
        (mark,) = draft.find(path, "/h:html/h:body/h:main/*[1]")
        assert (mark.get("lang"), mark.get("dir")) == ("en", "ltr")
        assert (words(mark), mark.get("class")) == ("DRAFT", "draft")
        assert not book.find(path, "//*[@class='draft']")
    assert "font-weight:600" in draft.read("styles/bulletin.css").decode()


def test_edition_is_one_file_named_after_the_issue(folder: Path) -> None:
    edition = epub.render(load(folder))
    assert (edition.name, edition.media_type) == ("epub", "application/epub+zip")
    assert list(edition.files) == [f"bulletin-{folder.name}.epub"]
