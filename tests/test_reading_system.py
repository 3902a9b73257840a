"""The e-book in a reading system: epub.js turns its pages and follows its links in Chromium."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from bulletin_press import press
from tests import epub_support
from tests.epub_support import Book, simple, words
from tests.judging.reader import Reader, Screen, reading
from tests.printing import Book as Printed

ROOT = Path(__file__).resolve().parents[1]
PARAGRAPH = (
    "اجتمع وزراء النقل في مدينة الميناء لمناقشة خطة الممر وجدول أعمال الربيع، ووافق المجلس"
    " الإقليمي على ميزانية عبور النهر بعد دراسة طويلة."
)
ARABIC: dict[str, str | bytes] = {
    "issue.rst": f"{'=' * 24}\nمجلة المثال\n{'=' * 24}\n\n"
    ":Volume: 1\n:Number: 2\n:Date: 2026-02-28\n:Language: ar\n",
    **{
        f"0{number}-{name}.rst": simple(
            title,
            f"{PARAGRAPH} [#]_\n\n" + f"{PARAGRAPH * 4}\n\n" * 6 + ".. [#] حاشية واحدة.",
        )
        for number, (name, title) in enumerate(
            {"port": "مؤتمر الموانئ", "rail": "طريق السكك", "sea": "لوحة البحر"}.items(), 1
        )
    },
}
SAMPLE, RIGHT_TO_LEFT = "the sample", "from right to left"

pytestmark = pytest.mark.xdist_group("reading-system")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[bytes, bytes]]:
    """EPUB and PDF of each issue, by name."""
    new = tmp_path_factory.mktemp
    issues = {
        SAMPLE: ROOT / "source" / "2026-02",
        RIGHT_TO_LEFT: epub_support.write(new("arabic"), ARABIC),
    }
    found = {}
    for name, issue in issues.items():
        made = press.build(issue, ["epub", "pdf"], new("built"))
        assert made.paths, made.problems
        files = {path.suffix: path.read_bytes() for path in made.paths}
        found[name] = (files[".epub"], files[".pdf"])
    return found


@pytest.fixture(scope="module", params=[SAMPLE, RIGHT_TO_LEFT])
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def reader(name: str, built: dict[str, tuple[bytes, bytes]], browser: Browser) -> Iterator[Reader]:
    """The issue's EPUB, open; in the end nothing may have failed."""
    with reading(browser, built[name][0]) as opened:
        yield opened
        assert opened.faults == []


@pytest.fixture
def book(name: str, built: dict[str, tuple[bytes, bytes]]) -> Book:
    return Book(built[name][0])


def letters(text: str) -> str:
    """Only the letters and figures of a text, as small ones."""
    return re.sub(r"[\W_]+", "", text).casefold()


def turned(reader: Reader) -> list[Screen]:
    """Every screen from the beginning to the end."""
    screens = [reader.open()]
    while not screens[-1].at_end:
        screens.append(reader.turn())
        assert screens[-1] != screens[-2]
    return screens


def test_all_pages_turn_from_the_first_to_the_last(reader: Reader, book: Book) -> None:
    screens = turned(reader)
    assert list(dict.fromkeys(one.file for one in screens)) == reader.spine == book.spine
    wanted = [
        (path, number)
        for path in book.spine
        for number in range(1, next(one.total for one in screens if one.file == path) + 1)
    ]
    assert [(one.file, one.page) for one in screens] == wanted
    assert len(screens) > len(book.spine)
    for before in reversed(screens[-4:-1]):
        assert reader.turn(back=True) == before


def test_contents_lead_to_their_headings(reader: Reader, book: Book) -> None:
    entries = reader.contents
    assert len(entries) >= 3
    for label, address in entries:
        file, _, anchor = address.partition("#")
        screen = reader.open(address)
        assert screen.file == file
        if anchor:
            place = reader.place(anchor)
            assert place.shown
            assert letters(place.text).startswith(letters(label))
        else:
            (heading,) = book.find(file, "//h:h1")
            assert words(heading) == label


def test_the_page_list_leads_to_the_first_words_of_each_page(
    reader: Reader, name: str, built: dict[str, tuple[bytes, bytes]]
) -> None:
    sheets = Printed(built[name][1]).sheets
    pages = reader.pages
    assert [str(number) for number, _ in pages] == [sheet.label for sheet in sheets]
    for (number, address), sheet in zip(pages, sheets, strict=True):
        file, _, anchor = address.partition("#")
        assert reader.open(address).file == file
        place = reader.place(anchor)
        assert place.shown, number
        _, *printed = sheet.text.split()
        assert letters("".join(printed[:5])) in letters(place.text[:150]), number


def test_a_note_is_reached_and_leads_back(reader: Reader, book: Book) -> None:
    path = next(path for path in book.spine if book.find(path, "//h:a[@role='doc-noteref']"))
    call = book.find(path, "//h:a[@role='doc-noteref']")[0]
    name, note = str(call.get("id")), str(call.get("href")).removeprefix("#")
    reader.open(f"{path}#{name}")
    assert reader.place(name).shown
    assert reader.follow(f"#{note}").file == path
    assert reader.place(note).shown
    (back,) = book.find(path, f"//*[@id={note!r}]//h:a[@role='doc-backlink'][1]")
    assert str(back.get("href")) == f"#{name}"
    reader.follow(f"#{name}")
    assert reader.place(name).shown


def test_a_request_to_elsewhere_is_noticed(
    built: dict[str, tuple[bytes, bytes]], browser: Browser
) -> None:
    with reading(browser, built[SAMPLE][0]) as opened:
        opened.page.evaluate("fetch('https://example.org/').catch(() => console.warn('no'))")
        assert any("https://example.org/" in fault for fault in opened.faults)
