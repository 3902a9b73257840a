"""A draft is written despite errors, and every error is said where it stands."""

from __future__ import annotations

import html
import re
import shutil
import zipfile
from pathlib import Path

import pypdfium2
import pytest
from docutils import nodes
from hypothesis import example, given
from hypothesis import strategies as st

from bulletin_press import press
from bulletin_press.problems import Problem, errors
from bulletin_press.source import marks
from tests.conftest import article, write_issue

PROBLEMS = Path(__file__).parent / "problems"
FOLDERS = sorted(path.name for path in PROBLEMS.iterdir() if path.name.startswith("S1"))


def letters(text: str) -> str:
    """The text without blanks and hyphens, which a page may place as it likes."""
    return re.sub(r"[\s\ufffe\u00ad-]+", "", text)


def draft(name: str, folder: Path, edition: str) -> tuple[Path, tuple[Problem, ...]]:
    issue = folder / name
    shutil.copytree(PROBLEMS / name, issue)
    (issue / "expected.txt").unlink()
    built = press.build(issue, [edition], folder / "out", draft=True)
    path = next(one for one in built.paths if one.suffix in {".pdf", ".epub"})
    found = tuple(one for one in errors(built.problems) if one.code.startswith("S1"))
    assert found
    return path, found


@pytest.mark.parametrize("name", FOLDERS)
def test_an_e_book_in_draft_says_every_error(name: str, tmp_path: Path) -> None:
    path, problems = draft(name, tmp_path, "epub")
    with zipfile.ZipFile(path) as book:
        pages = [book.read(one).decode() for one in book.namelist() if one.endswith(".xhtml")]
    text = letters(html.unescape(re.sub(r"<[^>]*>", "", "".join(pages))))
    assert [one for one in problems if letters(f"{one.code}: {one.message}") not in text] == []


@pytest.mark.parametrize("name", ["S101", "S102", "S120"])
def test_a_pdf_in_draft_says_every_error(name: str, tmp_path: Path) -> None:
    path, problems = draft(name, tmp_path, "pdf")
    document = pypdfium2.PdfDocument(path)
    text = letters("".join(one.get_textpage().get_text_range() for one in document))
    assert [one for one in problems if letters(f"{one.code}: {one.message}") not in text] == []


def marked(folder: Path) -> list[list[str]]:
    """The blocks of the only article with those of its errors: a list for each box."""
    found = press.read(folder)
    marks.mark(found.issue.document, found.issue.publication.root, errors(found.problems))
    (only,) = found.issue.articles
    return [
        [part.astext() for part in block] if isinstance(block, nodes.system_message)
        else [block.astext()]
        for block in only.body
    ]  # fmt: skip


def test_a_box_follows_the_block_with_the_error(tmp_path: Path) -> None:
    body = "First.\n\nSee nowhere_ now.\n\n.. figure:: none.png\n   :alt: A weir.\n\nLast.\n"
    folder = write_issue(tmp_path, {"01-weir.rst": article("Weir", body)})
    assert marked(folder) == [
        ["First."],
        ["See nowhere_ now."],
        ["S107: nothing is named “nowhere” (01-weir.rst, line 7)"],
        ["S102: there is no file “none.png” (01-weir.rst, line 9)",
         ".. figure:: none.png\n   :alt: A weir."],
        ["Last."],
    ]  # fmt: skip


def test_docutils_own_words_are_not_printed(tmp_path: Path) -> None:
    body = "Text.\n\n.. figur:: none.png\n\n.. list-table::\n\n   * - a\n     - b\n   * - c\n"
    folder = write_issue(tmp_path, {"01-weir.rst": article("Weir", body)})
    text = str(marked(folder))
    assert "Unknown directive" not in text
    assert "ERROR/3" not in text
    assert "figur:: none.png" in text


def test_a_refused_file_keeps_its_place_in_the_issue(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "01-weir.rst": article("Weir", "See :article:`mill`."),
        "02-mill.rst": "Mühle\n=====\n".encode("cp1252"),
        "03-lock.rst": article("Lock"),
    }
    found = press.read(write_issue(tmp_path, files))
    assert [one.code for one in found.problems] == ["S101"]
    assert [one.title for one in found.issue.articles] == ["Weir", "02-mill.rst", "Lock"]


@given(body=st.text(st.sampled_from("ab*_`|[]#:.-= \n\\<>{}")) | st.text())
@example(body="x_ y_\n\nz_\n")
@example(body=".. include:: a.txt\n\n.. csv-table::\n   :file: b\n")
@example(body="*a\n\n====\n\n.. x_\n")
def test_of_any_text_every_error_is_marked_once(
    body: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("any")
    found = press.read(write_issue(folder, {"01-weir.rst": article("Weir", body)}))
    document, problems = found.issue.document, errors(found.problems)
    marks.mark(document, found.issue.publication.root, problems)
    said = [
        part.astext()
        for box in document.findall(nodes.system_message)
        for part in box
        if isinstance(part, nodes.paragraph)
    ]
    assert len(said) == len(problems)
    assert all(any(f"{one.code}: {one.message}" in text for text in said) for one in problems)
    names = [name for node in document.findall(nodes.Element) for name in node["ids"]]
    assert len(names) == len(set(names))
