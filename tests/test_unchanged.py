"""A build when nothing has changed: the same words and paths, at once, and only then."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from bulletin_press import cli, freshness, press, program
from bulletin_press.edition import Edition
from bulletin_press.freshness import Made, Note
from bulletin_press.press import Work
from bulletin_press.problems import Location, Problem, problem
from tests.conftest import MASTHEAD, article, write_issue

ROOT = Path(__file__).resolve().parents[1]
TOML = '[publication]\nid = "valley"\n'
WARNING = article("Weir", "A `title` here.\n\n.. image:: figures/x.svg\n   :alt: X.\n")
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9"/></svg>'
FILES = {"01-weir.rst": WARNING, "02-mill.rst": article("Mill"), "figures/x.svg": SVG}
HEAVY = frozenset(
    "docutils lxml weasyprint PIL fontTools uharfbuzz ebooklib sqlalchemy rich pikepdf tinycss2"
    " cssselect2 pydyf cffi tomli chardet multiprocessing concurrent asyncio email".split()
)
Calls = list[tuple[str, str]]


@pytest.fixture(autouse=True)
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Calls:
    """Which editions are made, of a few bytes each; each has a warning of its own."""
    made: Calls = []

    def edition(name: str) -> Callable[[Work, str], tuple[Edition, tuple[Problem, ...]]]:
        def render(work: Work, profile: str) -> tuple[Edition, tuple[Problem, ...]]:
            made.append((name, profile))
            suffix = "" if profile == "screen" else f"-{profile}"
            text = f"{name} {profile} {work.draft} {work.issue.document.astext()}".encode()
            files = {f"{work.issue.stem}{suffix}.{name}": text, f"{name}/more{suffix}": text}
            met = problem("L108", f"in {name} {profile}", Location("source/2026-05/01-weir.rst", 1))
            return Edition(name, "text/plain", files), (met,)

        return render

    monkeypatch.setattr(press, "EDITIONS", {name: edition(name) for name in press.EDITIONS})
    monkeypatch.chdir(tmp_path)
    write_issue(tmp_path, FILES, TOML)
    return made


def run(*words: str) -> Result:
    result = CliRunner().invoke(cli.main, list(words))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def told(result: Result) -> tuple[int, str, str]:
    return result.exit_code, result.stdout, result.stderr


NOTE = Path("build/.made/2026-05.json")
SOURCE = Path("source/2026-05")


def values() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(NOTE.read_text("utf-8"))
    return found


@pytest.mark.parametrize(
    "words",
    [
        ("build",),
        ("build", "2026-05"),
        ("build", "source/2026-05", "-e", "pdf"),
        ("build", "-e", "all"),
        ("build", "-e", "web", "-e", "letter"),
        ("build", "--profile", "large-print", "--profile", "screen"),
        ("build", "--json"),
        ("build", "--format", "gcc"),
        ("build", "--encoding", "windows-1252"),
    ],
)
def test_the_same_is_told_again_and_nothing_made(calls: Calls, words: tuple[str, ...]) -> None:
    first = told(run(*words))
    assert calls
    assert "S206" in str(first)
    assert "L108" in str(first)
    calls.clear()
    assert told(run(*words)) == first
    assert calls == []


def test_each_set_of_editions_tells_its_own_problems(calls: Calls) -> None:
    pdf = told(run("build", "-e", "pdf"))
    epub = told(run("build", "-e", "epub"))
    both = told(run("build"))
    calls.clear()
    assert [told(run("build", "-e", "pdf")), told(run("build"))] == [pdf, both]
    assert calls == []
    assert told(run("build", "-e", "epub")) == epub


def test_several_issues_stand_each_for_itself(tmp_path: Path, calls: Calls) -> None:
    write_issue(tmp_path, {"01-a.rst": article("A")}, TOML, "2026-06")
    masthead = tmp_path / "source/2026-06/issue.rst"
    masthead.write_text(MASTHEAD.replace("5\n:Date: 2026-05-29", "6\n:Date: 2026-06-29"), "utf-8")
    run("build", "-j", "1", "2026-05", "2026-06")
    first = told(run("build", "-j", "1", "2026-05", "2026-06"))
    calls.clear()
    assert told(run("build", "-j", "1", "2026-05", "2026-06")) == first
    assert calls == []
    (tmp_path / "source/2026-06/01-a.rst").write_text(article("B"), "utf-8")
    again = told(run("build", "-j", "1", "2026-05", "2026-06"))
    assert calls == [("pdf", "screen"), ("epub", "screen")]
    assert again == first


def test_a_folder_that_is_no_publication(tmp_path: Path, calls: Calls) -> None:
    (tmp_path / "bulletin.toml").unlink()
    first = told(run("build", "source/2026-05"))
    calls.clear()
    assert told(run("build", "source/2026-05")) == first
    assert calls == []


@pytest.mark.parametrize(
    "words",
    [
        ("--draft",), ("-W",), ("--no-pages",), ("--no-cache",), ("-o", "out"),
        ("--encoding", "windows-1254"), ("-e", "all"), ("--profile", "press"),
    ],
)  # fmt: skip
def test_what_asks_for_something_else_is_made(calls: Calls, words: tuple[str, ...]) -> None:
    run("build")
    before = run("build")
    calls.clear()
    after = run("build", *words)
    assert calls or (words == ("-W",) and after.exit_code == 3 and "-W" in after.stderr)
    assert before.exit_code == 0


def test_a_judge_is_asked(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def judged(edition: Edition) -> tuple[Problem, ...]:
        asked.append(edition.name)
        return ()

    monkeypatch.setattr(press, "judged", judged)
    run("build", "--judge")
    run("build", "--judge")
    assert asked == ["pdf", "epub"] * 2


def test_strict_tells_again_what_has_no_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def render(work: Work, profile: str) -> tuple[Edition, tuple[Problem, ...]]:
        made.append(profile)
        return Edition("pdf", "text/plain", {"a.pdf": b"a"}), ()

    monkeypatch.setattr(press, "EDITIONS", {"pdf": render})
    write_issue(tmp_path, {"01-weir.rst": article("Weir")}, TOML)
    first = told(run("build", "-W", "-e", "pdf"))
    assert first == told(run("build", "-W", "-e", "pdf")) == (0, "build/2026-05/a.pdf\n", "")
    assert len(made) == 1


def changed(path: str, text: str) -> Callable[[], object]:
    return lambda: Path(path).write_text(text, "utf-8")


OTHER = MASTHEAD.replace("2026-05-29", "2026-05-30")
CHANGES: dict[str, Callable[[], object]] = {
    "a text": changed("source/2026-05/02-mill.rst", article("Mill", "Other words.")),
    "a new text": changed("source/2026-05/03-new.rst", article("New")),
    "a picture": changed("source/2026-05/figures/x.svg", SVG.replace("h9", "h8")),
    "a sheet": changed("styles/epub.css", "p{margin:0}"),
    "the facts": changed("bulletin.toml", TOML + 'publisher = "Another"\n'),
    "shared terms": changed("source/terms.rst", ".. |x| replace:: y\n"),
    "fields of web pages, which move lines": lambda: (SOURCE / "issue.rst").write_text(
        (SOURCE / "issue.rst").read_text("utf-8") + ":Unpublished: yes\n", "utf-8"
    ),
    "a file made": changed("build/2026-05/valley-2026-05.pdf", "cut"),
    "a lost file": lambda: Path("build/2026-05/pdf/more").unlink(),
    "a lost note": lambda: NOTE.unlink(),
    "another issue of the same number": lambda: write_issue(
        Path(), {"issue.rst": OTHER, "01-a.rst": article("A")}, TOML, "2026-05b"
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_seen(calls: Calls, name: str) -> None:
    (SOURCE.parent.parent / "styles").mkdir()
    run("build", "2026-05")
    calls.clear()
    CHANGES[name]()
    run("build", "2026-05")
    assert calls == [("pdf", "screen"), ("epub", "screen")]


def test_what_another_issue_says_is_told_and_no_longer_told(calls: Calls) -> None:
    assert "S211" not in run("build", "2026-05").stderr
    other = write_issue(Path(), {"issue.rst": OTHER, "01-a.rst": article("A")}, TOML, "2026-05b")
    assert "S211" in run("build", "2026-05").stderr
    assert "S211" in run("build", "2026-05").stderr
    (other / "issue.rst").write_text(OTHER.replace(":Number: 5", ":Number: 6"), "utf-8")
    assert "S211" not in run("build", "2026-05").stderr


def test_what_is_touched_only_stands(calls: Calls) -> None:
    run("build")
    calls.clear()
    for path in (SOURCE / "issue.rst", Path("build/2026-05/valley-2026-05.pdf")):
        os.utime(path, (2_000_000_000, 2_000_000_000))
    run("build")
    assert calls == []


@pytest.mark.parametrize(("sheet", "made"), [("web.css", ["web"]), ("letter.css", ["letter"])])
def test_sheets_of_other_editions_do_not_count(calls: Calls, sheet: str, made: list[str]) -> None:
    Path("styles").mkdir()
    run("build", "-e", "all")
    Path("styles", sheet).write_text("p{margin:0}", "utf-8")
    calls.clear()
    run("build")
    assert calls == []
    run("build", "-e", made[0])
    assert [name for name, _ in calls] == made


def test_another_program_makes_all_anew(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    run("build")
    calls.clear()
    monkeypatch.setattr(program, "fingerprint", lambda: "another")
    run("build")
    assert len(calls) == 2


def test_an_edition_beside_others_of_other_pages_is_made(calls: Calls) -> None:
    run("build")
    Path("build/2026-05/valley-2026-05.pdf").write_text("another", "utf-8")
    calls.clear()
    run("build", "-e", "epub")
    assert calls == [("epub", "screen")]


def test_a_hidden_file_that_is_shown_counts(calls: Calls) -> None:
    hidden = SOURCE / "figures/.x.svg"
    hidden.write_text(SVG, "utf-8")
    text = (SOURCE / "01-weir.rst").read_text("utf-8").replace("figures/x.svg", "figures/.x.svg")
    (SOURCE / "01-weir.rst").write_text(text, "utf-8")
    run("build")
    hidden.write_text(SVG.replace("h9", "h8"), "utf-8")
    calls.clear()
    run("build")
    assert calls


def test_where_a_linked_folder_leads_counts(tmp_path: Path, calls: Calls) -> None:
    for name in ("one", "other"):
        (tmp_path / "shared" / name).mkdir(parents=True)
        (tmp_path / "shared" / name / "x.svg").write_text(SVG.replace("h9", f"h{len(name)}"))
    link = SOURCE / "shared"
    link.symlink_to(tmp_path / "shared" / "one")
    text = (SOURCE / "01-weir.rst").read_text("utf-8").replace("figures/x.svg", "shared/x.svg")
    (SOURCE / "01-weir.rst").write_text(text, "utf-8")
    assert run("build").exit_code == 0
    calls.clear()
    assert run("build").exit_code == 0
    assert not calls
    link.unlink()
    link.symlink_to(tmp_path / "shared" / "other")
    assert run("build").exit_code == 0
    assert calls


# The note ---------------------------------------------------------------------------------------


def test_a_note_is_read_as_it_was_written(tmp_path: Path) -> None:
    run("build", "-e", "all")
    found = freshness.note(Path("build/2026-05"))
    assert found
    assert found.editions.keys() == {"pdf", "epub", "web", "letter"}
    assert found.editions["pdf"].files == ("valley-2026-05.pdf", "pdf/more")
    assert {one.code for one in found.editions["pdf"].problems} == {"S206", "L108"}


@given(st.data())
def test_a_truncated_note_is_none(tmp_path_factory: pytest.TempPathFactory, data: Any) -> None:
    target = tmp_path_factory.getbasetemp() / "cut" / "2026-05"
    target.mkdir(parents=True, exist_ok=True)
    (target / "a").write_bytes(b"a")
    freshness.remember(target, Note("x", editions={"pdf": Made("y", ("a",))}))
    path = target.parent / ".made" / "2026-05.json"
    text = path.read_text("utf-8")
    path.write_text(text[: data.draw(st.integers(0, len(text) - 1))], "utf-8")
    assert freshness.note(target) is None


ODD: list[tuple[str, Any]] = [
    ("sources", 1), ("outside", "abc"), ("outside", ["../x"]), ("outside", ["/etc/passwd"]),
    ("outside", [1]), ("files", []), ("files", {"../x": {"sha256": "", "octets": 1, "changed": 1}}),
    ("files", {"x": {"sha256": "", "octets": "1", "changed": 1}}), ("files", {"x": {}}),
    ("program", None), ("problems", {}), ("problems", [{}]), ("pagination", []),
    ("pagination", {"pages": [], "anchors": {}}), ("editions", []), ("editions", {"pdf": {}}),
    ("editions", {"pdf": {"state": "", "files": ["../x"], "problems": []}}),
    ("editions", {"pdf": {"state": "", "files": ["a\0b"], "problems": []}}),
    ("editions", {"pdf": {"state": "", "files": "abc", "problems": []}}),
    ("editions", {"pdf": {"state": "", "files": [], "problems": [{"code": "X1"}]}}),
]  # fmt: skip


@pytest.mark.parametrize(("key", "value"), ODD)
def test_a_note_of_odd_values_is_none(calls: Calls, key: str, value: Any) -> None:
    first = told(run("build"))
    NOTE.write_text(json.dumps(values() | {key: value}), "utf-8")
    assert freshness.note(Path("build/2026-05")) is None
    calls.clear()
    assert told(run("build")) == first
    assert len(calls) == 2


@pytest.mark.parametrize("text", ["", "[]", "null", "[" * 100_000, "\udcff", '{"sources": 1}'])
def test_what_is_no_note_is_none(text: str) -> None:
    NOTE.parent.mkdir(parents=True)
    NOTE.write_bytes(text.encode("utf-8", "surrogateescape"))
    assert freshness.note(Path("build/2026-05")) is None


# What it costs ----------------------------------------------------------------------------------

ASK = """
import sys
sys.argv = ["bulletin-press", "build", "-e", "all"]
from bulletin_press.cli import main
try:
    main()
finally:
    print(*sys.modules, file=sys.stderr)
"""


def python(code: str, here: Path) -> tuple[float, subprocess.CompletedProcess[str]]:
    """The seconds of processor that a program takes, and what it says."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=here, env=environment, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done


def test_it_is_quick_and_loads_no_library(tmp_path: Path, calls: Calls) -> None:
    shutil.copytree(ROOT / "source/2026-02", tmp_path / "source/2026-02")
    (tmp_path / "source/2026-05/issue.rst").write_text(MASTHEAD.replace("2026", "2020"), "utf-8")
    built = press.build(tmp_path / "source/2026-02", ["pdf", "epub", "web", "letter"])
    assert built.paths
    asked = python(ASK, tmp_path)[1]
    assert asked.stdout.splitlines() == [
        path.relative_to(tmp_path).as_posix() for path in built.paths
    ]
    loaded = {name.partition(".")[0] for name in asked.stderr.splitlines()[-1].split()}
    assert not loaded & HEAVY
    bare, used = (min(python(code, tmp_path)[0] for _ in range(7)) for code in ("", ASK))
    assert used <= max(0.12, 10 * bare)  # where Python itself starts slowly, in proportion


def test_help_lists_every_verb_and_a_wrong_one_is_told(calls: Calls) -> None:
    listed = run("--help").stdout
    for name in cli._VERBS:
        assert f"\n  {name} " in listed
    assert "build" in run("biuld").stderr
