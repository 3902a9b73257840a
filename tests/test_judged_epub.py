"""EPUBs before outside judges: whatever an issue is made of, they find nothing."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from bulletin_press import press
from tests import epub_support
from tests.epub_support import simple
from tests.judging.ace import ace
from tests.judging.epub import axe_on_pages
from tests.judging.epubcheck import epubcheck
from tests.judging.issues import magazine, plain

ROOT = Path(__file__).resolve().parents[1]
PLAIN = {f"plain-{seed}": seed for seed in range(2)}
MAGAZINES = {f"magazine-{seed}": seed for seed in (2, 5, 7)}
ARABIC: dict[str, str | bytes] = {
    "issue.rst": f"{'=' * 20}\nمجلة المثال\n{'=' * 20}\n\n"
    ":Volume: 1\n:Number: 2\n:Date: 2026-02-28\n:Language: ar\n",
    "01-a.rst": simple(
        "مؤتمر الموانئ",
        "نص *مائل* و **غليظ** و :en:`Baku`. [#]_ ثم [#]_\n\n.. [#] حاشية.\n.. [#] حاشية أخرى.",
    ),
    "02-b.rst": simple("الجدول", "نص.\n\n- بند\n- بند آخر"),
}

pytestmark = pytest.mark.xdist_group("judged-epub")


def built(issue: Path, folder: Path) -> bytes:
    made = press.build(issue, ["epub"], folder)
    assert made.paths, made.problems
    return next(path for path in made.paths if path.suffix == ".epub").read_bytes()


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Each kind of issue as an EPUB, by name."""
    new = tmp_path_factory.mktemp
    found = {
        "sample": built(ROOT / "source" / "2026-02", new("sample")),
        "rich": built(epub_support.rich(new("rich")), new("built")),
        "arabic": built(epub_support.write(new("arabic"), ARABIC), new("built")),
    }
    for seeds, make in ((PLAIN, plain), (MAGAZINES, magazine)):
        for name, seed in seeds.items():
            data = make(seed, new(name), "epub")
            assert data is not None
            found[name] = data
    return found


def test_epubcheck_has_nothing_to_say(books: dict[str, bytes]) -> None:
    assert epubcheck(books) == dict.fromkeys(books, ())


def test_ace_has_nothing_to_say(books: dict[str, bytes]) -> None:
    assert ace(books) == dict.fromkeys(books, ())


def test_axe_has_nothing_to_say(books: dict[str, bytes], browser: Browser) -> None:
    assert axe_on_pages(browser, books) == dict.fromkeys(books, ())


def spoilt(book: bytes, path: str, pattern: str, new: str) -> bytes:
    """A book with a text replaced in one of its files."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w") as made:
        for info in old.infolist():
            data = old.read(info)
            if info.filename == path:
                text, count = re.subn(pattern, new, data.decode())
                assert count
                data = text.encode()
            made.writestr(info, data)
    return out.getvalue()


@pytest.fixture(scope="module")
def broken(books: dict[str, bytes]) -> bytes:
    """A book with a dead link, a picture without description, and no access mode."""
    port, book = "EPUB/articles/port.xhtml", books["rich"]
    book = spoilt(book, port, r'href="tides\.xhtml"', 'href="nowhere.xhtml"')
    book = spoilt(book, port, r' alt="[^"]+"', "")
    mode = r'<meta property="schema:accessMode"[^>]*>[^<]*</meta>'
    return spoilt(book, "EPUB/content.opf", mode, "")


def test_each_judge_sees_its_faults_and_those_of_one_book_only(
    broken: bytes, books: dict[str, bytes], browser: Browser
) -> None:
    asked = {"broken": broken, "whole": books["arabic"]}
    found = epubcheck(asked)
    assert {fault.split()[1] for fault in found["broken"]} == {"RSC-007:"}
    assert found["whole"] == ()
    found = ace(asked)
    assert {fault.split(":")[0] for fault in found["broken"]} == {
        "Ace image-alt", "Ace metadata-accessmode",
    }  # fmt: skip
    assert found["whole"] == ()
    found = axe_on_pages(browser, asked)
    assert {fault.split(": ")[1] for fault in found["broken"]} == {"image-alt"}
    assert found["whole"] == ()


@pytest.mark.parametrize("judge", [epubcheck, ace])
def test_what_is_no_book_is_refused(
    judge: Callable[[dict[str, bytes]], dict[str, tuple[str, ...]]],
) -> None:
    assert judge({"a": b"no book"})["a"]
