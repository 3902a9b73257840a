"""What is said to whoever sits at the terminal: neither too much nor too little."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bulletin_press.cli import main, progress
from tests.delivery_support import TOML


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "bulletin.toml").write_text(TOML, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words, catch_exceptions=False)


def test_help_and_editions_load_nothing_that_only_delivery_needs() -> None:
    heavy = "alembic cryptography dns email_validator rich smtplib sqlalchemy starlette uvicorn"
    code = f"import sys, bulletin_press.cli; print(set({heavy.split()}) & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_an_import_names_what_it_changed_and_says_why_nothing_is_sent(here: Path) -> None:
    (here / "list.csv").write_text("E-Mail;Name\na@example.org;A\nb@example.org;B\n")
    first = run("subscribers", "import", "list.csv")
    assert "--consent-date" in first.stderr
    again = run("subscribers", "import", "list.csv")
    assert again.stdout.splitlines() == [
        "taken: 0, unconfirmed: 0, changed: 0, left: 2, kept out: 0, refused: 0"
    ]
    assert again.stderr == ""


def test_a_postal_address_is_not_taken_for_the_mail_address_nor_suggested(here: Path) -> None:
    (here / "list.csv").write_text("address,email\n1 Example Street,a@example.org\n")
    done = run("subscribers", "import", "list.csv")
    assert "not used: “address”" in done.stderr
    assert "did you mean" not in done.stderr
    assert run("subscribers", "list").stdout.startswith("a@example.org\t")


def test_a_dash_is_stdout(here: Path) -> None:
    run("subscribers", "add", "a@example.org")
    assert "a@example.org" in run("subscribers", "export", "-").stdout
    assert not (here / "-").exists()


@pytest.mark.parametrize("own", ["bulletin.toml", "subscribers.db", "./subscribers.key"])
def test_nothing_is_written_over_the_publications_own_files(here: Path, own: str) -> None:
    run("subscribers", "add", "a@example.org")
    (here / "list.csv").write_text("b@example.org\n")
    before = (here / own).read_bytes()
    for words in (
        ("subscribers", "export", own),
        ("subscribers", "import", "list.csv", "--report", own),
        ("status", "--html", own),
    ):
        done = run(*words)
        assert done.exit_code == 8, done.output
        assert "belongs to the publication" in done.stderr
    assert (here / own).read_bytes() == before


TERMINAL = """
import io, sys

class Terminal(io.TextIOWrapper):
    def isatty(self):
        return True

for name in ("stdout", "stderr"):
    stream = Terminal(getattr(sys, name).detach(), "utf-8", write_through=True)
    setattr(sys, name, stream)

from bulletin_press.__main__ import main

main()
"""


def seen(command: str, columns: int, **environment: str) -> str:
    """What a command shows on a terminal of so many columns; not every machine can open one."""
    done = subprocess.run(
        [sys.executable, "-c", TERMINAL, *command.split()],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8",
        env={**os.environ, "TERM": "xterm", "COLUMNS": str(columns), **environment},
    )  # fmt: skip
    return done.stdout


def test_on_a_narrow_terminal_addresses_stay_whole() -> None:
    address = "a.reader.with.a.long.name@subdomain.example.org"
    run("subscribers", "add", address, "--name", "A. Reader")
    for columns in (40, 80):
        shown = seen("subscribers list", columns)
        assert ("│" in shown) == (columns == 80)
        assert "…" not in shown
    assert address in seen("subscribers list", 40)


def test_no_colour_is_shown_to_whom_wants_none() -> None:
    assert "\x1b[" in seen("doctor --offline", 80)
    assert "\x1b[" not in seen("doctor --offline", 80, NO_COLOR="1")


def test_a_change_of_nothing_is_wrong_usage() -> None:
    run("subscribers", "add", "a@example.org")
    done = run("subscribers", "set", "a@example.org")
    assert done.exit_code == 2
    assert "say what to change" in done.stderr


def test_a_proxy_is_an_address_or_a_network() -> None:
    for wrong in ("nonsense", "10.0.0.7/24", "*"):
        done = run("signup", "--proxy", wrong)
        assert done.exit_code == 2
        assert "is no IP address" in done.stderr


def test_the_doctor_looks_at_the_relays_address_without_asking_it(here: Path) -> None:
    assert "127.0.0.1:2525, which is not asked" in run("doctor", "--offline").stdout
    away = TOML.replace("127.0.0.1:2525", "relay.example.org")
    (here / "bulletin.toml").write_text(away, "utf-8")
    done = run("doctor", "--offline")
    assert done.exit_code == 8
    assert "without encryption" in done.stdout


def test_progress_without_a_terminal_is_a_line_now_and_then(
    capsys: pytest.CaptureFixture[str],
) -> None:
    moments = iter(tenth / 10 for tenth in range(1, 301))
    show = progress.lines("2026-02", 300, lambda: next(moments))
    for number in range(300):
        show(number, "the next at 22:22" if number % 2 else "")
    assert 3 <= len(capsys.readouterr().err.splitlines()) <= 15


def test_progress_on_a_terminal_is_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    for name, value in {"TERM": "xterm", "COLUMNS": "100"}.items():
        monkeypatch.setenv(name, value)
    with progress.shown("2026-02 [erratum]", 12) as show:
        show(7, "1 failed; the [next] at 22:22")
    shown = re.sub(r"\x1b\[[^A-Za-z]*[A-Za-z]", "", terminal.getvalue())
    assert "2026-02 [erratum]" in shown
    assert "━" in shown
    assert "7/12" in shown
    assert "1 failed; the [next] at 22:22" in shown


def test_ctrl_c_while_the_verbs_are_loaded_leaves_no_traceback() -> None:
    script = (
        "import os, signal, sys\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "class Interrupted:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'bulletin_press.cli.issues': os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Interrupted())\n"
        "from bulletin_press.__main__ import main\n"
        "main()\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (1, "\nAborted!\n")
