"""The command line: what is printed where, exit statuses, and what a failed build leaves."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bulletin_press import cli, press
from bulletin_press.edition import USUAL, Edition
from bulletin_press.press import Work
from bulletin_press.problems import CODES, Location, Problem, ProblemsError, exit_status, problem
from tests.conftest import MASTHEAD, article, write_issue

TOML = '[publication]\nid = "valley"\n'
GOOD = {"01-weir.rst": article("Weir"), "02-mill.rst": article("Mill")}
THREE_MISTAKES = {
    "01-weir.rst": article("Weir", "The plan\n-----\n\nSee nowhere_ now.\n"),
    "02-mill.rst": article("Mill", "Text.\n\n.. figure:: figures/wheel.png\n   :alt: A wheel.\n"),
}
THREE_LINES = [
    "source/2026-05/01-weir.rst:6: error S104: the heading's underline is too short",
    "source/2026-05/01-weir.rst:8: error S107: nothing is named “nowhere”",
    "source/2026-05/02-mill.rst:7: error S102: there is no file “figures/wheel.png”",
]
# how Visual Studio Code's problem matcher $gcc reads a line
GCC = re.compile(r"(.*):(\d+):(\d+):\s+(warning|error):\s+(.*)")
COUNTS = re.compile(
    r"(\d+ errors?)?(, )?(\d+ warnings?)?( in \d+ files?)?(; warnings count as errors \(-W\))?"
)
Render = Callable[[Work, str], tuple[Edition, tuple[Problem, ...]]]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Each test works in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> dict[str, Render]:
    """Editions of a few bytes, so that no test waits for a layout."""

    def edition(name: str) -> Render:
        def render(work: Work, profile: str) -> tuple[Edition, tuple[Problem, ...]]:
            state = "draft" if work.draft else "final"
            text = f"{name} {state} {work.issue.document.astext()}"
            return Edition(name, "text/plain", {f"{work.issue.stem}.{name}": text.encode()}), ()

        return render

    editions = {name: edition(name) for name in press.EDITIONS}
    monkeypatch.setattr(press, "EDITIONS", editions)
    return editions


def run(*words: str) -> Result:
    result = CliRunner().invoke(cli.main, list(words))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result


def printed(result: Result) -> list[str]:
    """The problems printed, without hints and counts."""
    *lines, last = result.stderr.splitlines()
    assert COUNTS.fullmatch(last), last
    return [line for line in lines if not line.startswith("  hint: ")]


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# check


def test_one_check_shows_every_mistake_of_every_file(here: Path) -> None:
    write_issue(here, THREE_MISTAKES, TOML)
    result = run("check", "2026-05")
    assert (result.exit_code, result.stdout) == (3, "")
    assert printed(result) == THREE_LINES
    assert result.stderr.count("\n  hint: ") == 3


def test_a_check_of_a_good_issue_says_nothing(here: Path) -> None:
    write_issue(here, GOOD, TOML)
    for words in (("check",), ("check", "2026-05"), ("check", "source/2026-05")):
        result = run(*words)
        assert (result.exit_code, result.output) == (0, "")


def test_a_check_writes_nothing(here: Path) -> None:
    write_issue(here, THREE_MISTAKES, TOML)
    before = files(here)
    run("check")
    assert files(here) == before


def test_json_gives_the_same_to_machines(here: Path) -> None:
    write_issue(here, THREE_MISTAKES, TOML)
    result = run("check", "--json")
    report = json.loads(result.stdout)
    assert (result.exit_code, result.stderr) == (3, "")
    assert list(report) == ["schema", "version", "problems", "counts", "outputs"]
    assert report["counts"] == {"error": 3, "warning": 0}
    assert report["outputs"] == []
    keys = ["code", "severity", "path", "line", "column", "message", "hint"]
    assert [list(one) for one in report["problems"]] == [keys] * 3
    lines = ["{path}:{line}: {severity} {code}: {message}".format(**p) for p in report["problems"]]
    assert lines == THREE_LINES
    assert all(one["hint"] for one in report["problems"])


def test_the_last_line_counts(here: Path) -> None:
    write_issue(here, THREE_MISTAKES, TOML)
    assert run("check").stderr.splitlines()[-1] == "3 errors in 2 files"
    write_issue(here, {"01-weir.rst": article("Weir", "A `title` here.\n\nSee nowhere_.")}, TOML)
    assert run("check").stderr.splitlines()[-1] == "2 errors, 1 warning in 2 files"
    write_issue(
        here, {"01-weir.rst": article("Weir", "A `title`."), "02-mill.rst": article("M")}, TOML
    )
    assert run("check").stderr.splitlines()[-1] == "1 warning in 1 file"
    for verb in ("check", "build"):
        last = run(verb, "-W").stderr.splitlines()[-1]
        assert last == "1 warning in 1 file; warnings count as errors (-W)"
    (here / "bulletin.toml").unlink()
    assert run("check", "nowhere").stderr.splitlines()[-1] == "1 error"


def test_the_form_of_gcc_has_a_line_for_each_problem(here: Path) -> None:
    (here / "valley notes").mkdir()
    write_issue(here / "valley notes", THREE_MISTAKES, TOML)
    result = run("check", "valley notes/source/2026-05", "--format", "gcc")
    assert (result.exit_code, result.stdout) == (3, "")
    *lines, last = result.stderr.splitlines()
    matches = [GCC.fullmatch(line) for line in lines]
    assert last == "3 errors in 2 files"
    assert [(m[1], m[2], m[4]) for m in matches if m] == [
        ("valley notes/source/2026-05/01-weir.rst", "6", "error"),
        ("valley notes/source/2026-05/01-weir.rst", "8", "error"),
        ("valley notes/source/2026-05/02-mill.rst", "7", "error"),
    ]
    assert lines[0].endswith(
        ":6:1: error: the heading's underline is too short [S104]"
        " (make the line under a heading as long as the heading)"
    )
    assert all((here / m[1]).is_file() for m in matches if m)


def test_paths_for_an_editor_lead_from_the_current_folder(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_issue(here, THREE_MISTAKES, TOML)
    monkeypatch.chdir(folder)
    assert run("check", "--format", "gcc").stderr.startswith("01-weir.rst:6:1: ")
    (here / "elsewhere").mkdir()
    monkeypatch.chdir(here / "elsewhere")
    first = run("check", str(folder), "--format", "gcc").stderr
    assert first.startswith("../source/2026-05/01-weir.rst:6:1: ")
    assert run("check", str(folder)).stderr.startswith("source/2026-05/01-weir.rst:6: ")


def test_github_gets_workflow_commands(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    (here / "a,b: 5%").mkdir()
    folder = write_issue(here / "a,b: 5%", THREE_MISTAKES, TOML)
    monkeypatch.chdir(here / "a,b: 5%")
    lines = run("check", "--format", "github").stderr.splitlines()
    assert lines[0] == (
        "::error file=source/2026-05/01-weir.rst,line=6,title=S104::the heading's underline is too"
        " short%0Amake the line under a heading as long as the heading"
    )
    monkeypatch.setenv("GITHUB_WORKSPACE", str(here))
    lines = run("check", "--format", "github").stderr.splitlines()
    assert lines[0].startswith("::error file=a%2Cb%3A 5%25/source/2026-05/01-weir.rst,line=6,")
    assert len(lines) == 4
    (folder / "01-weir.rst").write_bytes(article("Weir", "A caf\xe9 at 5%.").encode("cp1252"))
    (folder / "02-mill.rst").unlink()
    (line, _) = run("check", "--format", "github").stderr.splitlines()
    assert ",line=5,col=6,title=S101::line 5 is not UTF-8" in line


@pytest.mark.parametrize("form", ["people", "gcc", "github", "json"])
@pytest.mark.parametrize("verb", [["check"], ["build", "-e", "pdf"], ["show", "2026-05", "pages"]])
def test_no_form_breaks_on_what_stands_in_names(form: str, verb: list[str], here: Path) -> None:
    folder = write_issue(here, THREE_MISTAKES, TOML)
    name = b"03-\xff\x1b[31m\n::error::x.rst".decode("utf-8", "surrogateescape")
    (folder / name).write_text("x\n", "utf-8")
    result = run(*verb, "--format", form)
    assert result.exit_code == 3
    assert "\x1b" not in result.output
    assert not any(line.startswith("::error::") for line in result.output.splitlines())


def test_json_is_a_form_and_goes_with_no_other(here: Path) -> None:
    write_issue(here, THREE_MISTAKES, TOML)
    assert run("check", "--json").stdout == run("check", "--format", "json").stdout
    assert run("check", "--json", "--format", "gcc").exit_code == 2
    assert run("check", "--format", "xml").exit_code == 2
    show = ("show", "2026-05", "metadata")
    assert run(*show, "--json").stdout == run(*show, "--format", "json").stdout
    assert run(*show, "--format", "gcc").stderr.startswith("source/2026-05/01-weir.rst:6:1: error:")


def test_colours_are_for_terminals_that_want_them(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    write_issue(here, THREE_MISTAKES, TOML)

    def coloured(*words: str) -> bool:
        return "\x1b[" in CliRunner().invoke(cli.main, [*words], color=True).output

    assert coloured("check")
    assert "\x1b[" not in run("check").output
    for form in ("gcc", "github", "json"):
        assert not coloured("check", "--format", form)
    monkeypatch.setenv("NO_COLOR", "1")
    assert not coloured("check")


def test_equal_problems_of_two_publications_are_both_printed(here: Path) -> None:
    for name in ("x", "y"):
        write_issue(here / name, {"01-a.rst": article("A", "See nowhere_.")}, name="2026-02")
    result = run("build", "x/2026-02", "y/2026-02", "--format", "gcc")
    assert [line.partition(":")[0] for line in result.stderr.splitlines()] == [
        "x/2026-02/01-a.rst", "y/2026-02/01-a.rst", "2 errors in 2 files"]  # fmt: skip


def test_the_json_has_the_keys_and_kinds_of_its_documentation(here: Path) -> None:
    page = (Path(__file__).parents[1] / "docs" / "commands.md").read_text("utf-8")
    table = page.partition("| key | value | what it is |")[2].partition("\n\n")[0]
    documented = {
        cells[1].strip(" `"): {kind.strip() for kind in cells[2].split(",")}
        for cells in (line.split("|") for line in table.splitlines()[2:])
    }
    kinds = {int: "number", str: "string", list: "list", dict: "object", type(None): "null"}
    found: dict[str, set[str]] = {}

    def walk(value: Any, name: str) -> None:
        found.setdefault(name, set()).add(kinds[type(value)])
        inner = value.items() if isinstance(value, dict) else ()
        for key, one in inner:
            walk(one, f"{name}.{key}")
        for one in value if isinstance(value, list) else ():
            for key, part in one.items() if isinstance(one, dict) else ():
                walk(part, f"{name}.{key}")

    write_issue(here, THREE_MISTAKES, TOML)
    (here / "source" / "2026-05" / "03-old.rst").write_bytes(b"Old\n===\n\nCaf\xe9.\n")
    report = json.loads(run("check", "--json").stdout)
    assert report["schema"] == 1
    for key, value in report.items():
        walk(value, key)
    assert list(found) == list(documented)
    assert all(found[key] <= documented[key] for key in found)
    assert found["problems.column"] == {"number", "null"}


def test_json_says_null_where_a_place_is_not_known(here: Path) -> None:
    folder = write_issue(here, GOOD, TOML)
    (folder / "01-weir.rst").unlink()
    (folder / "02-mill.rst").unlink()
    (one,) = json.loads(run("check", "--json").stdout)["problems"]
    assert (one["code"], one["line"], one["column"]) == ("S115", None, None)


def test_warnings_fail_only_when_asked(here: Path) -> None:
    write_issue(here, {"01-weir.rst": article("Weir", "A `title` here.")}, TOML)
    assert run("check").exit_code == 0
    assert run("check", "-W").exit_code == 3
    assert "warning S206" in run("check").stderr
    assert run("build", "-e", "pdf").exit_code == 0
    built = files(here / "build")
    assert run("build", "-e", "pdf", "--strict").exit_code == 3
    assert files(here / "build") == built


def test_wrong_configuration_is_said_at_once_with_suggestions(here: Path) -> None:
    toml = '[publication]\ntittle = "x"\nlanguage = "no such"\n\n[desing]\ncolumns = 2\n'
    write_issue(here, THREE_MISTAKES, toml)
    for words in (("check",), ("build", "-e", "pdf"), ("show", "2026-05", "metadata")):
        result = run(*words)
        assert result.exit_code == 4
        assert [line.partition(": error ")[0] for line in printed(result)] == [
            "bulletin.toml:2", "bulletin.toml:3", "bulletin.toml:5"]  # fmt: skip
        assert "did you mean “title”?" in result.stderr
        assert "did you mean “design”?" in result.stderr
    assert not (here / "build").exists()


@pytest.mark.parametrize("verb", [("check",), ("build", "-e", "pdf"), ("show", "X", "tree")])
def test_an_unknown_issue_is_named_with_the_nearest(verb: tuple[str, ...], here: Path) -> None:
    write_issue(here, GOOD, TOML)
    name = "2026-06"
    words = [name if word == "X" else word for word in verb]
    result = run(*words, *([] if "X" in verb else [name]))
    assert (result.exit_code, result.stdout) == (4, "")
    assert f"there is no issue “{name}”" in result.stderr
    assert "did you mean “2026-05”?" in result.stderr


@pytest.mark.parametrize("name", ["", ".", "..", "/", "/nowhere/else", "a\nb", "\x00", "x" * 5000,
                                  "source", "bulletin.toml", "-"])  # fmt: skip
def test_no_name_of_an_issue_is_a_crash(name: str, here: Path) -> None:
    write_issue(here, GOOD, TOML)
    result = run("check", "--", name)
    assert result.exit_code == 4
    assert "error C103" in result.stderr


def test_outside_of_any_publication_the_hint_says_what_to_name(here: Path) -> None:
    result = run("check")
    assert result.exit_code == 4
    assert "bulletin.toml" in result.stderr
    write_issue(here, GOOD)
    assert run("check", "2026-05").exit_code == 0


def test_the_newest_issue_is_that_of_the_latest_date(here: Path) -> None:
    for name, date in (("a", "2026-04-01"), ("b", "2026-06-01"), ("c", "2026-05-01")):
        masthead = MASTHEAD.replace("2026-05-29", date)
        write_issue(here, {"issue.rst": masthead, **GOOD}, TOML, name)
    result = run("build", "-e", "pdf")
    assert result.stdout == "build/b/valley-b.pdf\n"


@pytest.mark.parametrize(
    "words",
    [["--nothing"], ["nothing"], ["check", "--nothing"], ["check", "a", "b"],
     ["build", "-e", "docx"], ["build", "-e"], ["build", "-o"], ["show"], ["show", "a"],
     ["show", "a", "b"]],
)  # fmt: skip
def test_wrong_usage_has_its_own_status(words: list[str]) -> None:
    result = run(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Error: " in result.stderr


def test_help_and_version_need_no_publication() -> None:
    for words in (
        ["--help"],
        ["-h"],
        ["check", "-h"],
        ["build", "--help"],
        ["show", "-h"],
        ["--version"],
    ):
        assert run(*words).exit_code == 0


# build


def test_a_build_prints_the_paths_it_made(here: Path) -> None:
    write_issue(here, GOOD, TOML)
    result = run("build")
    assert (result.exit_code, result.stderr) == (0, "")
    made = [f"build/2026-05/valley-2026-05.{name}" for name in USUAL]
    assert result.stdout.splitlines() == made
    found = [name for name in files(here / "build") if not name.startswith(".made/")]
    assert sorted(found) == sorted(name.removeprefix("build/") for name in made)


def test_json_of_a_build_names_its_outputs(here: Path) -> None:
    write_issue(here, GOOD, TOML)
    result = run("build", "-e", "epub", "--json")
    assert json.loads(result.stdout)["outputs"] == ["build/2026-05/valley-2026-05.epub"]


def test_without_a_publication_the_build_folder_is_beside_the_issue(here: Path) -> None:
    write_issue(here, GOOD)
    result = run("build", "2026-05", "-e", "pdf")
    assert (result.exit_code, result.stdout) == (0, "build/2026-05/bulletin-2026-05.pdf\n")


def test_an_output_folder_takes_the_files_themselves(here: Path) -> None:
    write_issue(here, GOOD, TOML)
    result = run("build", "-e", "pdf", "-o", "out/deep")
    assert result.stdout == "out/deep/valley-2026-05.pdf\n"
    write_issue(here, GOOD, TOML, "2026-06")
    result = run("build", "2026-05", "2026-06", "-e", "pdf", "-o", "all")
    assert sorted(files(here / "all")) == [
        "2026-05/valley-2026-05.pdf", "2026-06/valley-2026-06.pdf"]  # fmt: skip


def test_a_failed_build_leaves_what_was_built_byte_for_byte(here: Path) -> None:
    folder = write_issue(here, GOOD, TOML)
    assert run("build").exit_code == 0
    built = files(here / "build")
    for name, text in THREE_MISTAKES.items():
        (folder / name).write_text(text, "utf-8")
    result = run("build", "-e", "pdf")
    assert (result.exit_code, result.stdout) == (3, "")
    assert printed(result) == THREE_LINES
    assert files(here / "build") == built


def test_one_edition_that_fails_keeps_the_others_from_being_written(
    here: Path, quick: dict[str, Render]
) -> None:
    write_issue(here, GOOD, TOML)
    assert run("build").exit_code == 0
    built = files(here / "build")

    def failing(work: Work, profile: str) -> Any:
        where = Location("source/2026-05/01-weir.rst", 1)
        raise ProblemsError([problem("L102", "the layout took too long", where)])

    quick["epub"] = failing
    write_issue(here, {"01-weir.rst": article("Weir", "Changed.")}, TOML)
    result = run("build")
    assert (result.exit_code, result.stdout) == (6, "")
    assert printed(result) == ["source/2026-05/01-weir.rst:1: error L102: the layout took too long"]
    assert files(here / "build") == built


def test_a_good_issue_is_built_beside_a_bad_one(here: Path) -> None:
    earlier = {**GOOD, "issue.rst": MASTHEAD.replace(":Number: 5", ":Number: 4")}
    write_issue(here, earlier, TOML, "2026-04")
    write_issue(here, THREE_MISTAKES, TOML)
    result = run("build", "2026-05", "2026-04", "nowhere", "-e", "pdf")
    assert (result.exit_code, result.stdout) == (3, "build/2026-04/valley-2026-04.pdf\n")
    assert len(printed(result)) == 4


def test_other_files_in_the_output_folder_stay(here: Path) -> None:
    write_issue(here, GOOD, TOML)
    other = here / "build" / "2026-05" / "poster.txt"
    other.parent.mkdir(parents=True)
    other.write_text("poster", "utf-8")
    assert run("build", "-e", "epub").exit_code == run("build", "-e", "pdf").exit_code == 0
    assert sorted(files(here / "build" / "2026-05")) == [
        "poster.txt", "valley-2026-05.epub", "valley-2026-05.pdf"]  # fmt: skip


def test_a_draft_is_written_despite_errors_and_still_fails(here: Path) -> None:
    write_issue(here, THREE_MISTAKES, TOML)
    result = run("build", "-e", "pdf", "--draft")
    assert (result.exit_code, result.stdout) == (3, "build/2026-05/valley-2026-05.pdf\n")
    assert printed(result) == THREE_LINES
    text = (here / "build/2026-05/valley-2026-05.pdf").read_text("utf-8")
    assert text.startswith("pdf draft ")
    assert "nowhere" in text
    assert "figures/wheel.png" in text


@pytest.mark.parametrize(
    "obstacle", ["build", "build/2026-05", "build/2026-05/valley-2026-05.epub"]
)
def test_a_place_that_cannot_be_written_is_a_problem(obstacle: str, here: Path) -> None:
    write_issue(here, GOOD, TOML)
    path = here / obstacle
    if path.suffix:
        path.mkdir(parents=True)
        (path / "x").write_text("x", "utf-8")
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x", "utf-8")
    before = files(here)
    result = run("build", "-e", "epub", "-e", "pdf")
    assert (result.exit_code, result.stdout) == (6, "")
    (line,) = printed(result)
    assert line.startswith("build/2026-05: error E102: cannot write: ")
    assert files(here) == before


def test_a_full_disk_leaves_what_was_built(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_issue(here, GOOD, TOML)
    assert run("build").exit_code == 0
    built = files(here / "build")
    write_issue(here, {"01-weir.rst": article("Weir", "Changed.")}, TOML)
    count = iter(range(9))

    def full(_: int) -> None:
        if next(count):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    result = run("build")
    assert (result.exit_code, result.stdout) == (6, "")
    assert "No space left" in result.stderr
    assert files(here / "build") == built


# show


def test_show_gives_the_metadata_and_the_tree(here: Path) -> None:
    write_issue(here, {"01-weir.rst": article("Weir", "Text.", ":Author: A. Writer")}, TOML)
    metadata = json.loads(run("show", "2026-05", "metadata", "--json").stdout)
    assert (metadata["title"], metadata["authors"], metadata["date"]) == (
        "Valley Notes", ["A. Writer"], "2026-05-29")  # fmt: skip
    assert "Valley Notes" in run("show", "2026-05", "metadata").stdout
    assert "<section" in run("show", "2026-05", "tree").stdout


def test_show_refuses_an_issue_with_errors_but_shows_its_tree(here: Path) -> None:
    write_issue(here, THREE_MISTAKES, TOML)
    result = run("show", "2026-05", "metadata")
    assert (result.exit_code, result.stdout) == (3, "")
    assert printed(result) == THREE_LINES
    assert run("show", "2026-05", "tree").exit_code == 0


# Statuses


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_has_its_status(code: str) -> None:
    status = {"S": 3, "C": 4, "T": 5, "E": 6, "L": 6, "J": 7, "D": 8}[code[0]]
    one = problem(code, "x", Location("a"))
    assert exit_status([one], strict=True) == status
    assert exit_status([one]) == (status if one.severity == "error" else 0)


def test_of_several_statuses_the_lowest_counts() -> None:
    found = [problem(code, "x", Location("a")) for code in ("J101", "E101", "C101", "S101")]
    assert [exit_status(found[:count]) for count in range(5)] == [0, 7, 6, 4, 3]


def test_two_issues_that_would_share_a_folder_are_refused(here: Path) -> None:
    for name in ("x", "y"):
        write_issue(here / name, {"01-a.rst": article("A")}, name="2026-02")
    result = run("build", "x/2026-02", "y/2026-02", "-o", "out")
    assert result.exit_code == 2
    assert "would both go into" in result.output
    assert not (here / "out").exists()
