"""The laws that every edition keeps, over the sample issue and a generated one."""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from docutils import nodes
from lxml import etree

from bulletin_press import press
from bulletin_press.contents import contents
from bulletin_press.editions import epub, pdf
from bulletin_press.issue import Issue
from bulletin_press.problems import errors
from tests.printing import Book, generated, load, write

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "source" / "2026-02"
XHTML = "{http://www.w3.org/1999/xhtml}"


def issues(kind: str, folder: Path) -> Issue:
    if kind == "sample":
        return load(SAMPLE)
    return load(write(folder, generated(11, 4, 8)))


@pytest.fixture(scope="module", params=["sample", "generated"])
def made(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Issue, Book, zipfile.ZipFile]:
    issue = issues(request.param, tmp_path_factory.mktemp("laws"))
    before = issue.document.pformat()
    (printed,) = pdf.render(issue).edition.files.values()
    (book,) = epub.render(issue).files.values()
    assert issue.document.pformat() == before, "law 1: a render changed the tree"
    return issue, Book(printed), zipfile.ZipFile(io.BytesIO(book))


def tokens(text: str) -> list[str]:
    return re.findall(r"\w+", re.sub("[\u2010\u00ad\u0002\ufffe]\\s*", "", text))


@cache
def page(archive: zipfile.ZipFile, name: str) -> Any:
    return etree.fromstring(archive.read(f"EPUB/{name}"))


def tree_words(issue: Issue) -> list[str]:
    """The words of the articles' paragraphs, notes and labels apart."""
    words: list[str] = []
    for article in issue.articles:
        for part in article.section.findall(nodes.paragraph):
            inside = part.parent
            while inside is not article.section and not isinstance(inside, nodes.footnote):
                inside = inside.parent
            if isinstance(inside, nodes.footnote) or "summary" in part["classes"]:
                continue
            for text in part.findall(nodes.Text):
                if not isinstance(text.parent, (nodes.footnote_reference, nodes.math)):
                    words.extend(tokens(text.astext()))
    return words


def subsequence(words: list[str], text: list[str]) -> str | None:
    """The first of ``words`` that does not follow, in order, in ``text``."""
    rest = iter(text)
    return next((word for word in words if word not in rest), None)


def test_every_word_is_in_the_epub_in_order(
    made: tuple[Issue, Book, zipfile.ZipFile],
) -> None:
    issue, _, archive = made
    text = []
    for article in issue.articles:
        body = page(archive, f"articles/{article.id}.xhtml").find(f"{XHTML}body")
        text.extend(tokens(" ".join(body.itertext())))
    whole = tree_words(issue)
    assert subsequence(whole, text) is None
    assert len(text) <= len(whole) * 1.25


def test_every_paragraph_is_printed_once(made: tuple[Issue, Book, zipfile.ZipFile]) -> None:
    issue, book, _ = made
    printed = "".join("".join(tokens(sheet.text)) for sheet in book.sheets)
    for article in issue.articles:
        for part in article.section.findall(nodes.paragraph):
            runs = (text.astext() for text in part.findall(nodes.Text) if text.parent is part)
            for sentence in (one for run in runs for one in re.split("[.;:]", run)):
                word = "".join(tokens(sentence))
                if 40 < len(word) < 100:
                    assert word in printed or _broken_by_page(word, book), sentence


def _broken_by_page(word: str, book: Book) -> bool:
    """Whether a sentence runs over a page or a column, with notes or a head between its parts."""
    pages = ["".join(tokens(sheet.text)) for sheet in book.sheets]
    whole = "".join(pages)
    return any(word[:at] in whole and word[at:] in whole for at in range(4, len(word) - 3))


def test_notes_are_in_every_edition_once(made: tuple[Issue, Book, zipfile.ZipFile]) -> None:
    issue, book, archive = made
    count = 0
    for article in issue.articles:
        found = page(archive, f"articles/{article.id}.xhtml").iter(f"{XHTML}aside")
        asides = [one for one in found if one.get("role") == "doc-footnote"]
        own = list(article.section.findall(nodes.footnote))
        assert len(asides) == len(own)
        count += len(own)
        for note, aside in zip(own, asides, strict=True):
            words = tokens(" ".join(child.astext() for child in note.children[1:]))
            assert subsequence(words, tokens(" ".join(aside.itertext()))) is None
            start = "".join(words[:4])
            printed = "".join("".join(tokens(sheet.text)) for sheet in book.sheets)
            assert start in printed
    assert count


def test_outline_navigation_and_contents_are_one(
    made: tuple[Issue, Book, zipfile.ZipFile],
) -> None:
    issue, book, archive = made
    expected: list[tuple[int, str]] = []

    def walk(entries: object, depth: int) -> None:
        for entry in entries:  # type: ignore[attr-defined]
            expected.append((depth, entry.heading))
            walk(entry.entries, depth + 1)

    walk(contents(issue, 3), 0)
    assert [(depth, title) for depth, title, _ in book.outline] == expected
    nav = page(archive, "nav.xhtml")
    listed = next(
        one for one in nav.iter(f"{XHTML}nav")
        if one.get("{http://www.idpf.org/2007/ops}type") == "toc"
    )  # fmt: skip
    found = []
    for link in listed.iter(f"{XHTML}a"):
        depth = sum(parent.tag == f"{XHTML}ol" for parent in link.iterancestors()) - 1
        found.append((depth, " ".join("".join(link.itertext()).split())))
    own = [one for one in found if one[1] in ("Imprint", "Colophon")]
    assert [one for one in found if one not in own] == expected


BUILD = """
import sys
from pathlib import Path
from typing import Any
from bulletin_press import press
built = press.build(Path(sys.argv[1]), ["pdf", "epub"], Path(sys.argv[2]))
assert built.paths, built.problems
"""


def test_same_bytes_in_any_folder_time_zone_and_with_any_fonts(tmp_path: Path) -> None:
    digests = []
    for number, (zone, seed, epoch) in enumerate(
        [("UTC", "1", None), ("Pacific/Kiritimati", "7", "86400")]
    ):
        home = tmp_path / f"home {number}"
        home.mkdir()
        shutil.copytree(ROOT / "source", home / "source")
        shutil.copy(ROOT / "bulletin.toml", home)
        environment = {**os.environ, "TZ": zone, "PYTHONHASHSEED": seed, "HOME": str(home)}
        environment.pop("FONTCONFIG_FILE", None)
        if epoch:
            configuration = home / "fonts.conf"
            configuration.write_text(
                '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">'
                "<fontconfig></fontconfig>"
            )
            environment["FONTCONFIG_FILE"] = str(configuration)
        output = tmp_path / f"out{number}"
        command = [sys.executable, "-c", BUILD, str(home / "source" / "2026-02"), str(output)]
        subprocess.run(command, check=True, env=environment, cwd=home)
        digests.append(
            {
                path.relative_to(output): hashlib.sha256(path.read_bytes()).hexdigest()
                for path in output.rglob("*")
                if path.is_file()
            }
        )
    assert {path.suffix for path in digests[0]} == {".pdf", ".epub", ".jpg", ".png"}
    assert digests[0] == digests[1]


def test_sample_has_no_problem() -> None:
    found = press.read(SAMPLE).problems
    assert not errors(found)
    assert not found
