"""A site of one search page, served as a strict host does, and asked by a browser."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser, Page, Response, expect

from bulletin_press.archive import searching
from bulletin_press.archive.holdings import Archive
from tests.sites.hosting import hosted

NONE, FAILED = "No article has these words.", "The index could not be loaded."
_PAGE = """\
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Search</title>
<script type="module" src="../{script}"></script></head>
<body><main>
<form role="search" action="./" method="get" id="Search" data-index="index.json" data-root="../"
 data-none="{none}" data-one="1 article" data-many="{{count}} articles"
 data-common="{{words}}: in too many articles to be looked for" data-failed="{failed}"
 data-more="More"><label for="Search-words">Words</label>
<input type="search" name="q" id="Search-words"><button>Search</button></form>
<p role="status" id="Search-status"></p><ol id="Search-results"></ol>
</main></body></html>
"""


@contextmanager
def served(archive: Archive, folder: Path) -> Iterator[str]:
    """Write the search page of an archive to ``folder``, serve it, and yield its address."""
    page = _PAGE.format(script=searching.script(), none=NONE, failed=FAILED)
    files: Mapping[str, bytes] = {
        **searching.files(archive),
        **searching.scripts(),
        f"{searching.FOLDER}/index.html": page.encode(),
    }
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    with hosted(folder) as base:
        yield f"{base}{searching.FOLDER}/"


@dataclass
class Asked:
    """The search page in a browser, and what went wrong or was loaded there."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)
    responses: list[Response] = field(default_factory=list)

    def open(self, query: str | None = None) -> None:
        """Load the page; with a query, as a link to its results does."""
        self.page.goto(self.address + (f"?q={quote(query)}" if query is not None else ""))

    def ask(self, query: str) -> list[str]:
        """Type a query and submit it; returns the titles that are listed then."""
        self.page.fill("#Search-words", query)
        self.page.press("#Search-words", "Enter")
        return self.titles()

    def titles(self) -> list[str]:
        """The titles listed, when the status says that all are there."""
        expect(self.page.locator("#Search-status")).not_to_be_empty()
        return self.page.locator("#Search-results > li > a").all_text_contents()

    @property
    def status(self) -> str:
        """What is announced."""
        return self.page.locator("#Search-status").text_content() or ""


@contextmanager
def asked(browser: Browser, address: str) -> Iterator[Asked]:
    """The search page at ``address``, in a window of its own; at the end nothing went wrong."""
    context = browser.new_context()
    page = context.new_page()
    made = Asked(page, address)
    page.on("console", lambda one: made.complaints.append(one.text))
    page.on("pageerror", lambda one: made.complaints.append(one.message))
    page.on("dialog", lambda one: made.complaints.append(one.message))
    page.on("response", lambda one: made.responses.append(one))
    made.open()
    yield made
    context.close()
    assert made.complaints == []
