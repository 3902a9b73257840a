"""Chromium, driven by Playwright, and a letter or page as it shows them.

While Chromium runs, an event loop runs in the test's thread: a test that asks for it cannot call
``asyncio.run`` itself. Tests that need one belong into another module.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Literal

from lxml import etree, html
from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
HEIGHT = 900
WIDTHS = (320, 640, 1200)
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


def program() -> str:
    """Where the machine's own Chromium lies."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    assert path, f"no browser found: install one of {', '.join(NAMES)}"
    return path


@contextmanager
def chromium() -> Iterator[Browser]:
    """The machine's own Chromium, running."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def shown(
    browser: Browser,
    page: str,
    width: int = 640,
    scheme: Scheme = "light",
    height: int = HEIGHT,
    *,
    scripts: bool = True,
) -> Iterator[Page]:
    """A page in a window of that many pixels: its HTML, or the address where it is served.

    HTML is shown as by a mail program that blocks pictures: nothing at all is loaded.
    """
    served = page.startswith(("http:", "https:"))
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        java_script_enabled=scripts,
        offline=not served,
    )
    try:
        opened = context.new_page()
        if served:
            opened.goto(page)
        else:
            opened.set_content(page, wait_until="domcontentloaded")
        yield opened
    finally:
        context.close()


def views(
    browser: Browser,
    page: str,
    widths: Iterable[int] = WIDTHS,
    schemes: Iterable[Scheme] = SCHEMES,
) -> Iterator[Page]:
    """A page at each width in light and in dark, one after another, in one window."""
    with shown(browser, page) as opened:
        for width in widths:
            opened.set_viewport_size({"width": width, "height": HEIGHT})
            for scheme in schemes:
                opened.emulate_media(color_scheme=scheme)
                yield opened


def overflow(page: Page) -> int:
    """By how many pixels a page is wider than its window: 0 where nobody has to scroll aside."""
    found = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return max(0, int(found))


def without_style(page: str) -> str:
    """A letter as a mail program shows it that drops ``<style>``."""
    tree = html.document_fromstring(page)
    etree.strip_elements(tree, "style", with_tail=False)
    return str(html.tostring(tree, encoding="unicode", doctype="<!DOCTYPE html>"))
