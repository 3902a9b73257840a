"""The archive in a browser: judged on every page; with and without script; by keys; printed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import partial
from hashlib import sha256
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, ViewportSize, expect

from bulletin_press.archive import site
from tests import sites
from tests.judging.axe import axe
from tests.judging.browser import SCHEMES, Scheme, overflow
from tests.judging.nu import nu
from tests.sites.hosting import hosted

ROOT = Path(__file__).parents[1]
SHIFTS = """() => new Promise(done => {
    let sum = 0;
    new PerformanceObserver(list => {
        for (const entry of list.getEntries()) sum += entry.value;
    }).observe({type: 'layout-shift', buffered: true});
    requestAnimationFrame(() => requestAnimationFrame(() => done(sum)));
})"""


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The sites of the sample, and of a publication with all that an archive can have."""
    made = {}
    sample = tmp_path_factory.mktemp("sample")
    shutil.copy(ROOT / "bulletin.toml", sample)
    shutil.copytree(ROOT / "source", sample / "source")
    valley = sites.publication(tmp_path_factory.mktemp("valley"))
    for name, root in (("sample", sample), ("valley", valley)):
        built = site.build(root)
        assert built.folder, built.problems
        made[name] = built.folder
    return made


@pytest.fixture
def address(folders: dict[str, Path]) -> Iterator[str]:
    with hosted(folders["valley"]) as found:
        yield found


def pages(folder: Path) -> Iterator[Path]:
    """All pages but those that lead on by themselves, and the one that is shown elsewhere."""
    for path in sorted(folder.rglob("*.html")):
        if b'http-equiv="refresh"' not in path.read_bytes() and path.name != "404.html":
            yield path


def kinds(folder: Path) -> Iterator[Path]:
    """One page of each kind: of a publication other than the sample, for what takes long."""
    found: dict[tuple[Path, str], Path] = {}
    for path in pages(folder):
        found.setdefault((path.parent, path.stem if path.stem == "index" else ""), path)
    return iter(found.values())


def test_the_html_checker_has_no_complaint(folders: dict[str, Path]) -> None:
    files = [path for folder in folders.values() for path in sorted(folder.rglob("*.html"))]
    files += [path for folder in folders.values() for path in folder.glob("assets/*.css")]
    files += [path for folder in folders.values() for path in folder.glob("*/assets/*.css")]
    assert nu(*files) == []


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("width", "size"), [(320, "100%"), (768, "100%"), (1440, "200%")])
def test_axe_has_no_complaint_and_nothing_is_cut_off(
    scheme: Scheme, width: int, size: str, folders: dict[str, Path], browser: Browser
) -> None:
    """``size`` is that of the browser's letters: at 200 % the text must still fit (WCAG 1.4.4)."""
    view: ViewportSize = {"width": width, "height": 900}
    for name, folder in folders.items():
        context = browser.new_context(viewport=view, color_scheme=scheme, offline=True)
        page = context.new_page()
        for path in pages(folder) if name == "sample" else kinds(folder):
            page.goto(path.as_uri())
            if size != "100%":
                page.add_style_tag(content=f"html {{ font-size: calc(112.5% * 2) }} /*{size}*/")
            assert axe(page, book=True) == [], path
            assert overflow(page) == 0, path
        context.close()


def _console(complaints: list[str], one: ConsoleMessage) -> None:
    complaints.append(one.text)


def _response(complaints: list[str], base: str, one: Response) -> None:
    if one.status > 399 or not one.url.startswith(base):
        complaints.append(one.url)


def _weigh(sizes: list[int], one: Response) -> None:
    if one.request.resource_type != "image":
        sizes.append(len(one.body()))


def test_pages_need_no_script_and_ask_no_other_host(
    folders: dict[str, Path], browser: Browser
) -> None:
    for name, folder in folders.items():
        with hosted(folder) as base:
            context = browser.new_context(java_script_enabled=False)
            page = context.new_page()
            complaints: list[str] = []
            page.on("console", partial(_console, complaints))
            page.on("response", partial(_response, complaints, base))
            for path in pages(folder):
                page.goto(base + path.relative_to(folder).as_posix())
                expect(page.locator("h1").first).to_be_visible()
            assert complaints == [], name
            context.close()


def test_a_first_page_is_light_and_does_not_move(
    folders: dict[str, Path], browser: Browser
) -> None:
    """100 kB without pictures, and no layout shift (Core Web Vitals count from 0.1)."""
    for folder in folders.values():
        with hosted(folder) as base:
            for path in ("index.html", *_some(folder)):
                context = browser.new_context(viewport={"width": 412, "height": 900})
                page = context.new_page()
                sizes: list[int] = []
                page.on("response", partial(_weigh, sizes))
                page.goto(base + path, wait_until="networkidle")
                assert sum(sizes) < 100_000, path
                assert page.evaluate(SHIFTS) < 0.01, path
                context.close()


def _some(folder: Path) -> list[str]:
    """An issue's page, an article's, a list's."""
    issue = max(path.parent for path in folder.glob("20??-??/index.html"))
    article = next(path for path in sorted(issue.glob("*.html")) if path.name != "index.html")
    found = (issue / "index.html", article, folder / "subjects" / "index.html")
    return [path.relative_to(folder).as_posix() for path in found]


def test_the_front_page_leads_to_the_search_and_from_there_to_an_article(
    address: str, browser: Browser
) -> None:
    page = browser.new_page()
    page.goto(address)
    page.fill("input[type=search]", "milltown bridge")
    page.keyboard.press("Enter")
    results = page.locator("#Search-results li")
    expect(results).to_have_count(2)
    expect(page.locator("#Search-status")).to_have_text("2 articles")
    results.first.locator("a").click()
    expect(page.locator("h1")).to_contain_text("A Bridge 2025-02")
    page.go_back()
    expect(results).to_have_count(2)
    page.close()


def test_notes_marks_and_addresses_work(address: str, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"{address}2025-03/report.html")
    mark = page.locator("[role=doc-pagebreak]").first
    assert (mark.bounding_box() or {"width": 0})["width"] == 0
    page.check("#Page-numbers")
    assert (mark.bounding_box() or {"width": 0})["width"] > 5
    link = page.locator(".paragraph-address").first
    expect(link).to_be_hidden()
    page.check("#Addresses")
    expect(link).to_be_visible()
    link.click()
    assert page.url.endswith(link.get_attribute("href") or "-")
    page.goto(f"{address}2025-01/bridge.html")
    page.click("a.note-call")
    assert "#bridge-note-1" in page.url
    page.locator("#bridge-note-1 a").first.click()
    assert "#bridge-call-1" in page.url
    page.close()


def test_downloads_are_the_files(address: str, folders: dict[str, Path], browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"{address}2025-03/index.html")
    for link in page.locator(".downloads a[type]").all():
        path = f"2025-03/{(link.get_attribute('href') or '').rpartition('/')[2]}"
        answer = page.request.get(address + path)
        data = (folders["valley"] / path).read_bytes()
        assert sha256(answer.body()).digest() == sha256(data).digest()
        assert answer.headers["content-type"] == link.get_attribute("type")
    page.close()


def test_both_themes_differ(address: str, browser: Browser) -> None:
    grounds = set()
    for scheme in SCHEMES:
        page = browser.new_page(color_scheme=scheme)
        page.goto(address)
        grounds.add(page.evaluate("getComputedStyle(document.documentElement).backgroundColor"))
        page.close()
    assert len(grounds) == 2


def test_a_former_address_leads_on_by_itself(address: str, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"{address}spring/index.html")
    page.wait_for_url(f"{address}2025-03/index.html")
    page.close()


def test_an_unknown_address_shows_the_page_for_it(
    folders: dict[str, Path], browser: Browser
) -> None:
    with hosted(folders["sample"]) as base:
        page = browser.new_page()
        answer = page.goto(f"{base}no/such/page.html")
        assert answer is not None
        assert answer.status == 404
        page.locator("nav.archive a").first.click()
        page.wait_for_url(f"{base}index.html")
        page.close()


def test_keys_alone_reach_the_text_and_every_way(address: str, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"{address}2025-03/report.html")
    page.keyboard.press("Tab")
    skip = page.locator("a.skip")
    expect(skip).to_be_focused()
    assert (skip.bounding_box() or {"width": 0})["width"] > 10
    page.keyboard.press("Enter")
    assert page.url.endswith("#Text")
    page.goto(f"{address}2025-03/report.html")
    reached = _tabbed(page)
    wanted = page.locator("a:visible, input:visible").count()
    assert len(reached) >= wanted
    page.close()


def _tabbed(page: Page) -> set[str]:
    """Which elements the key Tab reaches, each of them seen to be so."""
    found: set[str] = set()
    for _ in range(200):
        page.keyboard.press("Tab")
        told = page.evaluate("""() => {
            const one = document.activeElement;
            if (one === document.body) return null;
            one.dataset.at ??= String(document.querySelectorAll('[data-at]').length);
            const style = getComputedStyle(one);
            return [one.dataset.at, style.outlineStyle];
        }""")
        if told is None or told[0] in found:
            return found
        assert told[1] != "none"
        found.add(told[0])
    return found


def test_print_is_the_text_alone(address: str, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"{address}2025-03/report.html")
    page.emulate_media(media="print")
    for selector in ("nav.archive", ".archive-part", ".ways", ".page-numbers", ".skip"):
        expect(page.locator(selector).first).to_be_hidden()
    expect(page.locator("main h1")).to_be_visible()
    expect(page.locator("main table")).to_be_visible()
    page.close()
