"""The web edition: every link arrives, nothing is lost, browsers and judges have no complaint."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag, urlsplit

import pytest
from lxml import html
from playwright.sync_api import Browser

from bulletin_press import press
from bulletin_press.editions import web
from bulletin_press.editions.web.wording import WORDS
from bulletin_press.source.languages import LABELS
from tests import epub_support
from tests.conftest import article, write_issue
from tests.judging.axe import axe
from tests.judging.browser import SCHEMES, Scheme, overflow
from tests.judging.nu import nu
from tests.printing import load
from tests.sites.hosting import hosted
from tests.test_laws import subsequence, tokens, tree_words

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "source" / "2026-02"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Folders with the web pages of the sample, and of an issue with all kinds of blocks."""
    folders = {}
    rich = epub_support.rich(tmp_path_factory.mktemp("rich"))
    for name, source in (("sample", SAMPLE), ("rich", rich)):
        folder = tmp_path_factory.mktemp(name)
        made = press.build(source, ["web"], folder)
        assert made.paths
        folders[name] = folder / "web"
    return folders


def parsed(path: Path) -> Any:
    return html.document_fromstring(path.read_text("utf-8"))


def pages(folder: Path) -> Iterator[tuple[Path, Any]]:
    for path in sorted(folder.glob("*.html")):
        yield path, parsed(path)


def test_every_link_and_file_of_the_pages_is_there(built: dict[str, Path]) -> None:
    for folder in built.values():
        used = set()
        for path, root in pages(folder):
            for address in root.xpath("//@href|//@src"):
                if urlsplit(address).scheme:
                    continue
                file, anchor = urldefrag(unquote(address))
                target = (path.parent / file).resolve() if file else path
                assert target.is_relative_to(folder.resolve()), address
                assert target.is_file(), (path.name, address)
                used.add(target)
                if anchor:
                    other = parsed(target)
                    assert len(other.xpath("//*[@id=$name]", name=anchor)) == 1, address
            ids = root.xpath("//@id")
            assert len(ids) == len(set(ids))
        for sheet in folder.glob("assets/*.css"):
            for address in re.findall(r"url\(([^)]+)\)", sheet.read_text("utf-8")):
                assert (sheet.parent / address).is_file()
                used.add((sheet.parent / address).resolve())
        assert {one.resolve() for one in folder.rglob("*") if one.is_file()} == used | {
            path.resolve() for path, _ in pages(folder)
        }


def test_no_page_asks_for_a_script_a_style_or_another_host(built: dict[str, Path]) -> None:
    for folder in built.values():
        for _, root in pages(folder):
            assert not root.xpath(
                "//script|//style|//iframe|//@style|//@*[starts-with(name(), 'on')]"
            )
            assert all(not urlsplit(one).scheme for one in root.xpath("//@src|//link/@href"))


def test_the_words_are_those_of_the_tree_in_order(built: dict[str, Path]) -> None:
    issue = load(SAMPLE)
    found: list[str] = []
    for one in issue.articles:
        root = parsed(built["sample"] / f"{one.id}.html")
        (main,) = root.xpath("//main")
        for call in main.xpath(".//a[@role='doc-noteref']"):
            call.text = ""
        for part in main.xpath(".//*[not(self::a|self::em|self::strong|self::span|self::code)]"):
            part.text, part.tail = f" {part.text or ''}", f" {part.tail or ''}"
        found += tokens(main.text_content())
    assert subsequence(tree_words(issue), found) is None


def test_marks_stand_where_the_printed_pages_begin(built: dict[str, Path]) -> None:
    work = press.Work(load(SAMPLE), False, True)
    labels = [page.label for page in work.printed().pagination.pages]
    found: list[str] = []
    order = ["index", *(one.id for one in work.issue.articles)]
    for name in order:
        root = parsed(built["sample"] / f"{name}.html")
        found += root.xpath("//*[@role='doc-pagebreak']/@aria-label")
    assert found == labels
    bare = web.render(work.issue)
    assert not any(b'"doc-pagebreak"' in bare.files[f"web/{name}.html"] for name in order)


def test_equal_sources_give_equal_bytes_and_files_are_named_by_theirs(tmp_path: Path) -> None:
    first, second = (web.render(load(SAMPLE)).files for _ in range(2))
    assert first == second
    assets = [name for name in first if "/assets/" in name]
    assert all(re.search(r"-[0-9a-f]{16}\.\w+$", name) for name in assets)


def test_an_article_called_index_has_a_page_of_its_own(tmp_path: Path) -> None:
    folder = write_issue(tmp_path, {"01-index.rst": article("Index", "Words of it.")})
    files = web.render(press.read(folder).issue).files
    assert b"Words of it." in files["web/index_.html"]
    assert b"Words of it." not in files["web/index.html"]


def test_marks_of_closing_parts_come_last(built: dict[str, Path]) -> None:
    name, found = "index.html", list[int]()
    while name:
        root = parsed(built["sample"] / name)
        found += map(int, root.xpath("//*[@role='doc-pagebreak']/@aria-label"))
        following = root.xpath("//a[@rel='next']/@href|//body[@class='issue-page']//li[1]//a/@href")
        name = next(iter(following), "")
    assert (built["sample"] / "colophon_.html").is_file()
    assert found == sorted(found)
    assert len(found) > 2


def test_an_issue_without_imprint_has_no_empty_foot(tmp_path: Path) -> None:
    folder = write_issue(tmp_path, {"01-a.rst": article("A", "Words.")})
    assert b"<footer" not in web.render(press.read(folder).issue).files["web/a.html"]


@pytest.mark.parametrize("name", ["skip", "ways", "low", "page-numbers"])
def test_a_class_of_the_presss_own_is_refused(name: str, tmp_path: Path) -> None:
    folder = write_issue(tmp_path, {"01-a.rst": article("A", f".. class:: {name}\n\nWords.")})
    assert [one.code for one in press.read(folder).problems] == ["S108"]


def test_long_words_and_formulas_stay_on_a_telephone(tmp_path: Path, browser: Browser) -> None:
    long = "Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenauszahlungsstelle"
    formula = ":math:`" + " + ".join(f"a_{{{n}}} x^{{{n}}}" for n in range(12)) + "`"
    bodies = {"01-a": (long, "Words."), "02-b": ("B", f"Text {formula} end."), "03-c": (long, "W.")}
    files = {f"{name}.rst": article(title, body) for name, (title, body) in bodies.items()}
    made = press.build(write_issue(tmp_path / "issue", files), ["web"], tmp_path / "out")
    (path,) = (one for one in made.paths if one.name == "b.html")
    for width in (320, 768):
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.goto(path.as_uri())
        assert overflow(page) == 0
        page.close()


def test_a_draft_says_so_on_every_page(tmp_path: Path) -> None:
    folder = write_issue(tmp_path, {"01-a.rst": article("A", "Words.")})
    files = web.render(press.read(folder).issue, draft=True).files
    assert all(b">DRAFT<" in data for name, data in files.items() if name.endswith(".html"))


def test_a_face_that_is_late_is_replaced_by_the_browsers(built: dict[str, Path]) -> None:
    """If another face of the press came next, it would set those letters that it has a cut of."""
    for folder in built.values():
        (sheet,) = folder.glob("assets/*.css")
        rules = re.sub(r"@font-face\{[^}]*\}", "", sheet.read_text("utf-8"))
        for families in re.findall(r"font(?:-family)?:([^;{}]*Bulletin[^;{}]*)", rules):
            assert len(re.findall(r'"Bulletin (?:Serif|Sans|Display)"', families)) < 2, families
            assert '"Bulletin",' in families or "math" in families


def test_a_first_page_is_light(built: dict[str, Path]) -> None:
    """100 kB for an article with its sheet and all faces, pictures apart."""
    folder = built["sample"]
    shared = sum(one.stat().st_size for one in folder.glob("assets/*")
                 if one.suffix in (".css", ".woff2"))  # fmt: skip
    heaviest = max(one.stat().st_size for one in folder.glob("*.html"))
    assert shared + heaviest < 100_000


def test_pages_speak_every_language_that_the_press_knows() -> None:
    assert WORDS.keys() == LABELS.keys()


def test_the_html_checker_has_no_complaint(built: dict[str, Path]) -> None:
    files = [path for folder in built.values() for path in sorted(folder.rglob("*.html"))]
    files += [path for folder in built.values() for path in folder.glob("assets/*.css")]
    assert nu(*files) == []


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [320, 768, 1440])
def test_axe_has_no_complaint_and_nothing_is_cut_off(
    scheme: Scheme, width: int, built: dict[str, Path], browser: Browser
) -> None:
    for name, folder in built.items():
        for path, _ in pages(folder):
            context = browser.new_context(
                viewport={"width": width, "height": 900}, color_scheme=scheme,
                java_script_enabled=True, offline=True,
            )  # fmt: skip
            page = context.new_page()
            page.goto(path.as_uri())
            assert axe(page, book=True) == [], (name, path.name)
            assert overflow(page) == 0, (name, path.name)
            context.close()


def test_pages_work_under_a_strict_policy_without_script(
    built: dict[str, Path], browser: Browser
) -> None:
    with hosted(built["rich"]) as base:
        context = browser.new_context(java_script_enabled=False)
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda one: complaints.append(one.text))
        page.on("requestfailed", lambda one: complaints.append(one.url))
        page.on("response", lambda one: complaints.append(one.url) if one.status > 399 else None)
        page.goto(f"{base}index.html")
        page.click("nav.contents a")
        page.wait_for_load_state()
        assert page.url != f"{base}index.html"
        mark = page.locator("[role=doc-pagebreak]").first
        hidden = mark.bounding_box()
        page.check("#Page-numbers")
        shown = mark.bounding_box()
        assert (hidden or {"width": 0})["width"] == 0
        assert shown is not None
        assert shown["width"] > 5
        call = page.locator("a.note-call").first
        note = call.get_attribute("href")
        call.click()
        assert page.url.endswith(note or "-")
        page.locator(f"{note} a").first.click()
        assert "#" in page.url
        page.click(".ways .next-way a")
        page.wait_for_load_state()
        context.close()
    assert complaints == []
