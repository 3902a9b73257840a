"""A reading system: epub.js in Chromium, turned and asked as a reader would.

It gets the EPUB as one file, and nothing else: any other request is a fault.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from playwright.sync_api import Browser, ConsoleMessage, FrameLocator, Page, Route

from tests.judging import MODULES

_HOST = "http://reader.example/"
_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Reader</title><link rel="icon" href="data:,">
<style>html, body, #viewer { height: 100%; margin: 0; overflow: hidden }</style>
<script src="jszip.js"></script><script src="epub.js"></script></head>
<body><div id="viewer"></div><script>
const book = ePub('book.epub');
const view = book.renderTo(
    'viewer', {width: '100%', height: '100%', flow: 'paginated', spread: 'none'});

async function moved(move) {
    const told = new Promise(resolve => view.once('relocated', resolve));
    await move();
    const { start, end, atEnd = false } = await told;
    return { file: start.href, page: start.displayed.page, last: end.displayed.page,
             total: start.displayed.total, atEnd };
}

function flat(entries) {
    return entries.flatMap(one => [[one.label.trim(), one.href], ...flat(one.subitems)]);
}

function seen(id) {
    const frame = document.querySelector('iframe');
    const mark = frame.contentDocument.getElementById(id);
    const box = mark.getClientRects()[0] ?? mark.getBoundingClientRect();
    const { x: left, y: top } = frame.getBoundingClientRect();
    const [x, y] = [left + box.x, top + box.y];
    const range = frame.contentDocument.createRange();
    range.selectNodeContents(frame.contentDocument.body);
    range.setStartBefore(mark);
    const shown = -1 <= x && x < innerWidth && -1 <= y && y < innerHeight;
    return { shown, text: range.toString() };
}
</script></body></html>
"""
_FILES = {
    "jszip.js": MODULES / "jszip" / "dist" / "jszip.min.js",
    "epub.js": MODULES / "epubjs" / "dist" / "epub.min.js",
}


class Screen(NamedTuple):
    """What a window shows: a file of the book, and which of its screens."""

    file: str
    page: int
    last: int
    total: int
    at_end: bool


class Place(NamedTuple):
    """An element of the file that is shown: whether it is on the screen, the text from it on."""

    shown: bool
    text: str


@dataclass
class Reader:
    """An open book. ``faults`` are failed requests and what Chromium's console complains of."""

    page: Page
    faults: list[str] = field(default_factory=list)

    @property
    def contents(self) -> list[tuple[str, str]]:
        """Label and address of every entry of the contents, those below others included."""
        found = self.page.evaluate("book.loaded.navigation.then(nav => flat(nav.toc))")
        return [(str(label), str(address)) for label, address in found]

    @property
    def pages(self) -> list[tuple[int, str]]:
        """Number and address of every entry of the page list."""
        found = self.page.evaluate(
            "book.ready.then(() => book.pageList.pageList.map(one => [one.page, one.href]))"
        )
        return [(int(number), str(address)) for number, address in found]

    @property
    def spine(self) -> list[str]:
        """The book's files, in order."""
        found = self.page.evaluate(
            "book.loaded.spine.then(() => book.spine.spineItems.map(one => one.href))"
        )
        return [str(path) for path in found]

    @property
    def text(self) -> FrameLocator:
        """What is on the screen, to find links in and click them."""
        return self.page.frame_locator("iframe")

    def open(self, address: str = "") -> Screen:
        """Go to an address within the book, or to its beginning."""
        return self._moved("address => moved(() => view.display(address || undefined))", address)

    def turn(self, *, back: bool = False) -> Screen:
        """Turn to the next screen, or the one before."""
        return self._moved(f"() => moved(() => view.{'prev' if back else 'next'}())")

    def follow(self, address: str) -> Screen:
        """Click the first link on the screen's file that leads to that address."""
        self.page.evaluate("() => { window.told = moved(() => {}) }")
        self.text.locator(f"a[href='{address}']").first.click()
        return self._moved("() => window.told")

    def place(self, anchor: str) -> Place:
        """Where the element with that id is."""
        found = self.page.evaluate("seen", anchor)
        return Place(bool(found["shown"]), str(found["text"]))

    def _moved(self, script: str, *given: Any) -> Screen:
        found = self.page.evaluate(script, *given)
        return Screen(
            str(found["file"]), int(found["page"]), int(found["last"]), int(found["total"]),
            bool(found["atEnd"]),
        )  # fmt: skip


@contextmanager
def reading(browser: Browser, book: bytes, width: int = 600, height: int = 800) -> Iterator[Reader]:
    """A book open at its beginning, in a window of that many pixels."""
    context = browser.new_context(viewport={"width": width, "height": height})
    try:
        page = context.new_page()
        reader = Reader(page)

        def answer(route: Route) -> None:
            address = route.request.url
            name = address.removeprefix(_HOST)
            if address == _HOST:
                route.fulfill(body=_PAGE, content_type="text/html")
            elif name in _FILES:
                route.fulfill(path=_FILES[name])
            elif name == "book.epub":
                route.fulfill(body=book, content_type="application/epub+zip")
            else:
                reader.faults.append(f"asks for {address}")
                route.abort()

        def hear(message: ConsoleMessage) -> None:
            if message.type in ("error", "warning"):
                reader.faults.append(f"console: {message.text}")

        context.route("**/*", answer)
        page.on("console", hear)
        page.on("pageerror", lambda error: reader.faults.append(f"script: {error}"))
        page.on(
            "requestfailed", lambda one: reader.faults.append(f"failed: {one.url} {one.failure}")
        )
        page.goto(_HOST)
        reader.open()
        yield reader
    finally:
        context.close()
