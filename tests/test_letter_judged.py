"""Letters before outside judges: the sample's, and one of an issue that holds every construct."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from bulletin_press import folders
from bulletin_press.edition import Enclosure
from bulletin_press.editions.letter import letter
from bulletin_press.issue import Issue
from tests.conftest import article, read, write_issue
from tests.examples import ARTICLE, MASTHEAD, SHOWN, examples, page
from tests.examples import write_issue as write_example
from tests.judging.axe import axe
from tests.judging.browser import WIDTHS, overflow, shown, views, without_style
from tests.judging.mail import FALLBACKS, mail_features
from tests.judging.nu import nu
from tests.printing import load

pytestmark = pytest.mark.xdist_group("letters")

ROOT = Path(__file__).resolve().parents[1]
TOML = """\
[publication]
id = "valley"
title = "Valley Notes"
base-url = "https://valley.example.org/"

[imprint]
address = "1 Example Street, 00000 Example Town"
"""
WHOLE = TOML + "\n[letter]\nmax-kilobytes = 200\n"


_ALL = re.DOTALL | re.MULTILINE


def every_construct(folder: Path) -> Issue:
    """An issue of all examples of the documentation, an article for each."""
    (folder / "bulletin.toml").write_text(WHOLE, "utf-8")
    issue = folder / "source" / "2026-03"
    write_example(issue, [])
    masthead = [(issue / MASTHEAD).read_text("utf-8")]
    for example in (one for name in SHOWN for one in examples(page(name))):
        texts = []
        for block in example.blocks:
            if block.kind == "rst" and block.file == MASTHEAD:
                masthead += re.findall(
                    r"^\.\. (?:leader|colophon|back-cover)::.*", block.text, 16 | 8
                )
            elif block.kind == "rst" and block.file in ("", ARTICLE):
                texts.append(block.text)
            elif block.kind == "rst":
                with (issue / block.file).open("a", encoding="utf-8") as file:
                    file.write(block.text)
        if text := "\n\n".join(texts):
            whole = re.match(r".+\n=+\n", text)
            title = "" if whole else f"About {example.name}\n{'=' * 60}\n\n"
            (issue / f"10-{example.name}.rst").write_text(title + text, "utf-8")
    (issue / MASTHEAD).write_text("\n".join(masthead), "utf-8")
    return load(issue)


def leftward(folder: Path) -> Issue:
    masthead = "========\nالوادي\n========\n\n:Date: 2026-05-29\n:Language: ar\n"
    files = {
        "issue.rst": masthead,
        "01-a.rst": article("الجسر الجديد", "فُتح الجسر [#n]_.\n\n.. [#n] في مارس."),
    }
    return read(write_issue(folder, files, TOML)).issue


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The HTML of letters, by what they are letters of."""
    sample = load(folders.locate("2026-02", ROOT))
    enclosure = Enclosure("pdf", "bulletin.pdf", "application/pdf", 700_000)
    made = {
        "constructs": letter(every_construct(tmp_path_factory.mktemp("constructs"))),
        "sample": letter(sample),
        "short": letter(sample, enclosure, full=False),
        "leftward": letter(leftward(tmp_path_factory.mktemp("leftward"))),
    }
    return {name: one.html for name, one in made.items()}


def test_the_letter_of_all_constructs_is_whole(letters: dict[str, str]) -> None:
    for words in ("06:25", "no data yet", "Trams by line", "Set in Literata", "A. Painter"):
        assert words in letters["constructs"]


def test_nu_has_nothing_to_say(letters: dict[str, str]) -> None:
    pages = [*letters.values(), *map(without_style, letters.values())]
    assert nu(*pages, warnings=True) == []


@pytest.mark.parametrize("name", ["constructs", "sample", "short", "leftward"])
def test_mail_programs_show_it_or_something_as_good(name: str, letters: dict[str, str]) -> None:
    assert mail_features(letters[name]) == []


def test_the_list_of_what_mail_programs_lack_is_not_longer_than_it_need_be(
    letters: dict[str, str],
) -> None:
    lacking = {
        one.feature for text in letters.values() for one in mail_features(text, fallbacks=())
    }
    assert lacking == set(FALLBACKS)


def looks(browser: Browser, letters: dict[str, str]) -> Iterator[tuple[str, Page]]:
    """Letters as mail programs show them, those of all constructs in every way."""
    for opened in views(browser, letters["constructs"]):
        yield "constructs", opened
    for opened in views(browser, without_style(letters["constructs"])):
        yield "constructs without style", opened
    for name in ("sample", "short", "leftward"):
        with shown(browser, letters[name], 320, "dark") as opened:
            yield name, opened


def test_axe_finds_no_fault_in_light_and_dark_at_any_width(
    browser: Browser, letters: dict[str, str]
) -> None:
    found = {
        f"{name} at {opened.viewport_size}: {fault}"
        for name, opened in looks(browser, letters)
        for fault in axe(opened)
    }
    assert found == set()


def test_nobody_has_to_scroll_aside(browser: Browser, letters: dict[str, str]) -> None:
    for name, text in letters.items():
        for version in (text, without_style(text)):
            wide = [overflow(opened) for opened in views(browser, version, WIDTHS, ["light"])]
            assert wide == [0, 0, 0], name


def test_text_is_large_enough_on_a_telephone(browser: Browser, letters: dict[str, str]) -> None:
    smallest = """() => Math.min(...[...document.querySelectorAll('p, li, td, th, h1, h2, h3')]
        .filter(one => one.innerText.trim())
        .map(one => parseFloat(getComputedStyle(one).fontSize)))"""
    for name in ("constructs", "leftward"):
        with shown(browser, letters[name], 320) as opened:
            assert opened.evaluate(smallest) >= 12
