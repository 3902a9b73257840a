"""The preview in Chromium: what an editor sees between one save and the next."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.judging.axe import axe
from tests.judging.browser import SCHEMES, overflow, shown
from tests.judging.nu import nu
from tests.preview_support import (
    LONGEST,
    MILL,
    WEIR,
    Served,
    edit,
    eventually,
    serving,
    valley,
)

ROOT = Path(__file__).parents[1]
FILES = ROOT / "src/bulletin_press/preview/page"
EDITS = 50
_MILLISECONDS = LONGEST * 1000
_WHOLE = """[...document.images].every(one => one.getBoundingClientRect().top > innerHeight
    || one.complete && one.naturalWidth)"""


class Window:
    """A window of the browser on the preview of a small issue."""

    def __init__(self, page: Page, issue: Path, served: Served) -> None:
        self.page, self.issue, self.served = page, issue, served
        self.pictures: list[str] = []
        self.said: list[str] = []
        page.on("request", lambda one: self._asked(urlsplit(one.url).path))
        page.on("console", lambda one: self.said.append(one.text))
        page.on("pageerror", lambda one: self.said.append(str(one)))

    def _asked(self, path: str) -> None:
        if path.startswith("/pages/"):
            self.pictures.append(path)

    def open(self) -> None:
        self.page.goto(self.served.address)
        expect(self.page.locator(".sheet").first).to_be_visible(timeout=_MILLISECONDS)
        self.settle()

    def settle(self) -> None:
        """Wait until all pictures in sight are there."""
        eventually(lambda: self.page.evaluate(_WHOLE))

    def hashes(self) -> list[str]:
        of = "all => all.map(one => one.srcset.slice(7, 71))"
        found: list[str] = self.page.eval_on_selector_all(".sheet img", of)
        return found

    def save(self, old: str, new: str, name: str = WEIR) -> None:
        """Save, and wait until the page shows other pages."""
        before = self.hashes()
        edit(self.issue / name, old, new)
        eventually(lambda: self.hashes() != before)
        self.settle()

    def expect(self, selector: str, text: str) -> None:
        expect(self.page.locator(selector)).to_have_text(text, timeout=_MILLISECONDS)


@contextmanager
def _window(browser: Browser, folder: Path, density: float = 1) -> Iterator[Window]:
    issue = valley(folder)
    size = {"width": 1280, "height": 900}
    context = browser.new_context(viewport=size, device_scale_factor=density)  # type: ignore[arg-type]
    context.set_default_timeout(_MILLISECONDS)
    try:
        with serving(folder) as served:
            opened = Window(context.new_page(), issue, served)
            opened.open()
            yield opened
    finally:
        context.close()


@pytest.fixture
def window(tmp_path: Path, browser: Browser) -> Iterator[Window]:
    with _window(browser, tmp_path) as opened:
        yield opened


def test_a_save_draws_the_changed_page_and_leaves_the_others(window: Window) -> None:
    page = window.page
    for item in page.locator(".sheet").all():
        item.scroll_into_view_if_needed()
        window.settle()
    page.evaluate("[...document.images].forEach((one, at) => one.same = at)")
    before, asked = window.hashes(), len(window.pictures)
    window.save("day 23, holds", "day 23, did hold")
    after = window.hashes()
    changed = [at for at, name in enumerate(after) if name != before[at]]
    assert 0 < len(changed) < len(before)
    assert 0 not in changed
    wanted = {f"/pages/{after[at]}-900.png" for at in changed}
    assert set(window.pictures[asked:]) == wanted
    assert page.evaluate("[...document.images].every((one, at) => one.same === at)")
    expect(page.locator(".sheet.changed")).to_have_count(len(changed))
    expect(page.locator("#changed a")).to_have_count(len(changed))
    expect(page.locator(".sheet img").last).to_have_attribute("alt", f"Page {len(after)}")
    assert window.said == []


def test_dense_screens_get_larger_pictures(tmp_path: Path, browser: Browser) -> None:
    with _window(browser, tmp_path, density=2) as window:
        assert window.pictures
        assert all(path.endswith("-1800.png") for path in window.pictures)


def test_problems_are_listed_and_the_last_good_pages_stay_until_they_are_gone(
    window: Window,
) -> None:
    page, before = window.page, window.hashes()
    window.expect("#state", "Up to date")
    assert page.title() == "Valley Notes, 2026-05"
    edit(window.issue / MILL, "Text.", "See nowhere_ and `this`.")
    window.expect("#state", "1 error, 1 warning")
    assert page.title() == "1 error, 1 warning – Valley Notes, 2026-05"
    assert window.hashes() == before
    window.expect("[data-severity=error] .count", "1")
    window.expect("[data-severity=error] .place", f"source/2026-05/{MILL}:5")
    window.expect("[data-severity=error] .code", "S107")
    window.expect("[data-severity=error] .message", "nothing is named “nowhere”")
    expect(page.locator("[data-severity=error] .hint")).not_to_be_empty()
    expect(page.locator("#stale")).to_contain_text("These pages are of an earlier text")
    kept = page.locator("[data-severity=error] .problem").element_handle()
    edit(window.issue / MILL, "and `this`", "and this")
    window.expect("#state", "1 error")
    assert page.evaluate("one => one.isConnected", kept)
    edit(window.issue / MILL, "nowhere_", "everywhere")
    window.expect("#state", "Up to date")
    expect(page.locator("#stale")).to_be_hidden()
    expect(page.locator(".problem")).to_have_count(0)
    expect(page.locator("#none")).to_be_visible()
    assert window.said == []


def test_an_issue_that_is_broken_from_the_start_says_so(tmp_path: Path, browser: Browser) -> None:
    issue = valley(tmp_path)
    edit(issue / MILL, "Text.", "See nowhere_.")
    with serving(tmp_path) as served, shown(browser, served.address, 1280) as page:
        expect(page.locator("#empty")).to_be_visible(timeout=_MILLISECONDS)
        expect(page.locator(".problem")).to_have_count(1)
        edit(issue / MILL, "nowhere_", "everywhere")
        expect(page.locator(".sheet").first).to_be_visible(timeout=_MILLISECONDS)
        expect(page.locator("#empty")).to_be_hidden()


def test_the_place_scrolled_to_is_kept(window: Window) -> None:
    page = window.page
    place = "[scrollY, document.querySelector('.sheet').getBoundingClientRect().top]"
    page.evaluate("scrollTo(0, 700)")
    before = page.evaluate(place)
    assert before[0] == 700
    window.save("day 1, holds", "day 1, did hold")
    assert page.evaluate(place) == before
    edit(window.issue / MILL, "Text.", "See nowhere_.")
    window.expect("#state", "1 error")
    assert page.evaluate(place) == before
    page.reload()
    expect(page.locator(".sheet").first).to_be_visible()
    eventually(lambda: page.evaluate(place) == before)


def test_on_wish_the_window_goes_to_what_has_changed(window: Window) -> None:
    page = window.page
    page.get_by_label("Go to changes").check()
    window.save("day 23, holds", "day 23, did hold")
    first = page.locator(".sheet.changed").first
    eventually(lambda: page.evaluate("scrollY") > 0)
    expect(first).to_be_in_viewport()


def test_a_server_that_comes_back_is_found_again(window: Window) -> None:
    page, port = window.page, str(urlsplit(window.served.address).port)
    assert window.served.stop() == 0
    window.expect("#state", "Not connected")
    expect(page.locator("#lost")).to_be_visible()
    edit(window.issue / WEIR, "day 1, holds", "day 1, did hold")
    before = window.hashes()
    with serving(window.issue.parents[1], "--port", port):
        expect(page.locator("#lost")).to_be_hidden(timeout=_MILLISECONDS)
        eventually(lambda: window.hashes() != before)
        window.expect("#state", "Up to date")


def test_all_can_be_reached_by_keys(window: Window) -> None:
    edit(window.issue / MILL, "Text.", "See nowhere_.")
    window.expect("#state", "1 error")
    page = window.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    reached = []
    for _ in range(4):
        page.keyboard.press("Tab")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        reached.append(
            page.evaluate("document.activeElement.className || document.activeElement.id")
        )
    assert reached == ["skip", "follow", "pdf", "place"]
    page.keyboard.press("Enter")
    expect(page.locator(".place")).to_have_attribute("data-copied", "yes")
    assert page.evaluate("navigator.clipboard.readText()") == f"source/2026-05/{MILL}:5"


def test_judges_have_no_complaint(window: Window) -> None:
    assert nu(FILES / "index.html", FILES / "style.css", FILES / "icon.svg") == []
    page = window.page
    for text, state in (("See `this`.", "1 warning"), ("See nowhere_.", "1 error")):
        (window.issue / MILL).write_text(f"Mill\n====\n\n{text}\n", "utf-8")
        window.expect("#state", state)
        for width in (320, 500, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                assert axe(page) == [], (state, width, scheme)
                assert overflow(page) == 0, (state, width)


def test_fifty_edits_leave_nothing_behind(window: Window) -> None:
    """The first edits fill what is kept: pictures of two printings, fonts, code."""
    page, served = window.page, window.served
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")

    def counted() -> tuple[int, int, int]:
        """Nodes and listeners of the page, and open connections of the server."""
        session.send("HeapProfiler.collectGarbage")
        found = {
            one["name"]: int(one["value"])
            for one in session.send("Performance.getMetrics")["metrics"]
        }
        links = Path(f"/proc/{served.process.pid}/fd").iterdir()
        return found["Nodes"], found["JSEventListeners"], len(list(links))

    told, early, late = "holds", (0, 0, 0), (0, 0, 0)
    memory = 0
    for number in range(EDITS):
        word = f"holds {'o' * (number % 7)} {number}"
        window.save(f"day 1, {told} the", f"day 1, {word} the")
        told = word
        if number == 9:
            early, memory = counted(), served.resident()
    late = counted()
    assert late[0] <= early[0] + 50
    assert late[1] <= early[1]
    assert late[2] <= early[2] + 2
    assert served.resident() < memory + 40_000
    assert len(page.locator(".sheet").all()) < 10
    assert window.said == []
