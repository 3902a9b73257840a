"""Works side by side: the same results in the same order, and nothing left behind."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import pytest
from click.testing import CliRunner

from bulletin_press import cli, kept, press, presses
from bulletin_press.cli import progress
from bulletin_press.edition import NAMES, USUAL
from bulletin_press.editions import epub
from bulletin_press.editions.pdf import worker
from bulletin_press.problems import ProblemsError
from tests.conftest import MASTHEAD, article, write_issue

ROOT = Path(__file__).resolve().parents[1]


def pid() -> int:
    return os.getpid()


def noted(folder: Path, number: int) -> int:
    """The number, and the process as a file; how many others are at work is its content."""
    mine = folder / f"{os.getpid()}.at-work"
    mine.touch()
    others = len(list(folder.glob("*.at-work")))
    (folder / f"{number}.seen").write_text(str(others))
    mine.unlink()
    return number


@pytest.mark.parametrize("most", [1, 2, 3, 8])
def test_results_come_in_the_order_of_the_works(tmp_path: Path, most: int) -> None:
    told: list[int] = []
    works = [partial(noted, tmp_path, number) for number in range(7)]
    assert presses.side_by_side(works, most, told.append) == list(range(7))
    assert told[-1] == 7
    assert told == sorted(told)
    seen = [int(path.read_text()) for path in tmp_path.glob("*.seen")]
    assert len(seen) == 7
    assert max(seen) <= most


def test_one_work_or_one_job_needs_no_process() -> None:
    assert presses.side_by_side([pid], 8) == [os.getpid()]
    assert presses.side_by_side([pid, pid], 1) == [os.getpid()] * 2
    assert os.getpid() not in presses.side_by_side([pid, pid], 2)
    assert presses.side_by_side([], 2) == []


def fails() -> NoReturn:
    raise LookupError("no such type")


class OddError(Exception):
    """One that cannot leave its process."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(one + other)


def fails_oddly() -> NoReturn:
    raise OddError("no such", " type")


def waits_for(pipe: Path) -> None:
    """At work until it is ended; who waits at the other end of the pipe learns when it began."""
    with pipe.open("w") as file:
        file.write("begun")
    signal.pause()


@pytest.mark.parametrize(("work", "kind"), [(fails, LookupError), (fails_oddly, RuntimeError)])
def test_what_a_work_raises_is_raised_and_ends_the_others(
    tmp_path: Path, work: Callable[[], None], kind: type[Exception]
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    def second() -> None:
        pipe.read_text()
        work()

    with pytest.raises(kind, match="no such type") as raised:
        presses.side_by_side([partial(waits_for, pipe), second], 2)  # type: ignore[arg-type]
    told = "".join(getattr(raised.value, "__notes__", [])) + str(raised.value)
    assert work.__name__ in told
    assert multiprocessing.active_children() == []


def killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_process_that_is_killed_is_told_of() -> None:
    with pytest.raises(ProblemsError, match="ended from outside") as raised:
        presses.side_by_side([killed, pid], 2)
    assert [one.code for one in raised.value.problems] == ["E102"]


def test_what_is_kept_is_kept_by_all(tmp_path: Path) -> None:
    store = kept.Store(tmp_path / "kept")
    works = [partial(kept.made, str(n).encode, "lines", str(n)) for n in range(3)]
    with kept.using(store):
        assert presses.side_by_side(works, 3) == [b"0", b"1", b"2"]
    assert [store.get("lines", str(n)) for n in range(3)] == [b"0", b"1", b"2"]


# The command ------------------------------------------------------------------------------------


def publication(root: Path) -> None:
    write_issue(root, {"01-weir.rst": article("Weir", "A `title` here.")}, "")
    for number in (6, 7):
        masthead = MASTHEAD.replace("Number: 5", f"Number: {number}")
        files = {"issue.rst": masthead, "01-mill.rst": article("Mill", "Words. " * 300)}
        write_issue(root, files, "", f"2026-0{number}")


def built(root: Path, jobs: int, *more: str) -> tuple[int, str, str, dict[str, bytes]]:
    words = ["build", "-j", str(jobs), *more, "2026-05", "2026-06", "2026-07"]
    result = CliRunner().invoke(cli.main, words)
    files = {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted((root / "build").glob("2*/**/*"))
        if path.is_file()
    }
    return result.exit_code, result.stdout, result.stderr, files


def test_the_same_words_and_bytes_with_any_number_of_jobs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for jobs, more in ((1, ["--no-cache"]), (2, ["--no-cache"]), (5, []), (2, [])):
        root = tmp_path / f"{jobs}{len(more)}"
        root.mkdir()
        publication(root)
        monkeypatch.chdir(root)
        found.append(
            built(root, jobs, *more, "--profile", "screen", "--profile", "booklet", "-e", "all")
        )
    assert found[0][0] == 0
    assert "S206" in found[0][2]
    assert len(found[0][3]) > 20
    assert all(one == found[0] for one in found)


@pytest.mark.parametrize("jobs", [2, 4])
def test_one_issue_is_the_same_with_any_number_of_jobs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    most, running = [0], set[int]()

    class Counted(worker.Running):
        def __init__(self, *given: Any) -> None:
            running.add(id(self))
            most.append(len(running))
            super().__init__(*given)

        def end(self) -> None:
            super().end()
            running.discard(id(self))

    monkeypatch.setattr(worker, "Running", Counted)
    folder = write_issue(tmp_path, {"01-a.rst": article("A", "Words. " * 500)}, "")
    profiles = ("screen", "large-print", "booklet")
    made = []
    for number in (1, jobs):
        most[:] = [0]
        target = tmp_path / str(number)
        built = press.build(folder, NAMES, target, profiles=profiles, jobs=number)
        files = [(str(path.relative_to(target)), path.read_bytes()) for path in built.paths]
        made.append((files, built.problems))
        assert max(most) == min(number, len(profiles))
    assert made[0] == made[1]
    assert running == set()


def test_layouts_under_way_are_ended_when_a_build_breaks_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> NoReturn:
        raise OSError("the picture is gone")

    monkeypatch.setattr(epub, "covers", broken)
    folder = write_issue(tmp_path, {"01-a.rst": article("A", "Words. " * 500)}, "")
    with pytest.raises(OSError, match="picture is gone"):
        press.build(folder, USUAL, tmp_path / "out", profiles=("screen", "booklet"), jobs=2)
    assert multiprocessing.active_children() == []
    assert not (tmp_path / "out").exists()


ASK = """
import signal, sys
from bulletin_press.cli import main
from bulletin_press.editions.pdf import worker
def lay_out(*given):
    while True:
        signal.pause()
worker.lay_out = lay_out
signal.signal(signal.SIGINT, signal.default_int_handler)  # where the tests run in the background
sys.argv = ["bulletin-press", "build", "--no-cache", "-j", "2", "2026-05", "2026-06", "2026-07"]
main()
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_all_processes(tmp_path: Path, number: signal.Signals) -> None:
    publication(tmp_path)
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    process = subprocess.Popen(
        [sys.executable, "-c", ASK], cwd=tmp_path, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    while len(members(process.pid)) < 5 and process.poll() is None:
        os.sched_yield()
    if number == signal.SIGINT:  # a terminal sends it to all
        os.killpg(process.pid, number)
    else:
        process.send_signal(number)
    _, said = process.communicate(timeout=60)
    assert process.returncode in (1, 143)
    assert "Traceback" not in said
    assert members(process.pid) == set()
    assert not list(tmp_path.glob("build/2*"))


def members(group: int) -> set[int]:
    """The processes of a group that run."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = path.read_text().rpartition(")")
        except OSError:
            continue
        state, _, owner, *_ = rest.split()
        if int(owner) == group and state != "Z":
            found.add(int(name.split()[0]))
    return found


# Progress ---------------------------------------------------------------------------------------


def test_nothing_is_shown_where_nobody_looks(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with progress.steps("build", 3) as show:
        show(1)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    with progress.steps("build", 1) as show:
        show(1)
    assert capsys.readouterr() == ("", "")


def test_a_terminal_shows_how_many_are_done(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    with progress.steps("build", 3) as show:
        show(2)
    out, said = capsys.readouterr()
    assert out == ""
    assert "build" in said
    assert "2/3" in said
