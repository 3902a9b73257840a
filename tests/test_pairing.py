"""A list is opened with the keys it was begun with, and with no others."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from bulletin_press.cli import main
from bulletin_press.distribution import database, keys, pairing
from bulletin_press.distribution.sending.spill import Spill
from bulletin_press.problems import ProblemsError
from tests.delivery_support import TOML, office


def run(folder: Path, *words: str) -> tuple[int, str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        result = CliRunner().invoke(main, words)
    return result.exit_code, result.output


def test_a_list_keeps_its_keys(tmp_path: Path) -> None:
    (tmp_path / "bulletin.toml").write_text(TOML, "utf-8")
    assert run(tmp_path, "subscribers", "add", "a@example.org") == (0, "")
    secret = tmp_path / "subscribers.key"
    copy = secret.read_bytes()
    secret.unlink()
    status, said = run(tmp_path, "subscribers", "list")
    assert status == 8
    assert "D102: the keys of the list are gone" in said
    assert not secret.exists()
    secret.touch(0o600)
    secret.write_text(keys.serialised(keys.Keys(b"1" * 32, (b"2" * 32,))))
    status, said = run(tmp_path, "subscribers", "add", "a@example.org")
    assert status == 8
    assert "not the keys with which the list was begun" in said
    assert "not the keys with which" in run(tmp_path, "doctor", "--offline")[1]
    secret.write_bytes(copy)
    assert run(tmp_path, "subscribers", "list")[0] == 0


def test_a_list_of_before_takes_the_keys_that_are_there_and_makes_none(tmp_path: Path) -> None:
    with office(tmp_path) as here:
        here.enlist("a@example.org")
        secret = tmp_path / "subscribers.key"
        secret.rename(tmp_path / "copy")
        with pytest.raises(ProblemsError, match="are gone"):
            pairing.keys_of(here.publication, here.database)
        (tmp_path / "copy").rename(secret)
        assert pairing.keys_of(here.publication, here.database) == here.keys
        with here.database.read() as connection:
            names = connection.exec_driver_sql("SELECT name FROM settings").scalars().all()
        assert "keys" in names


def test_new_tokens_are_no_new_keys(tmp_path: Path) -> None:
    with office(tmp_path) as here:
        found = pairing.keys_of(here.publication, here.database)
        renewed = keys.Keys(found.addresses, (b"3" * 32, *found.tokens))
        (tmp_path / "subscribers.key").write_text(keys.serialised(renewed))
        assert pairing.keys_of(here.publication, here.database) == renewed


def test_keys_below_build_are_refused(tmp_path: Path) -> None:
    (tmp_path / "build").mkdir()
    (tmp_path / "bulletin.toml").write_text(TOML + 'secret-file = "build/k"\n', "utf-8")
    status, said = run(tmp_path, "subscribers", "list")
    assert status == 8
    assert "D102: k lies below build/" in said
    assert not list((tmp_path / "build").iterdir())


def test_a_file_that_is_no_database_keeps_its_contents_and_its_mode(tmp_path: Path) -> None:
    (tmp_path / "bulletin.toml").write_text(TOML + 'database = "sqlite:///notes"\n', "utf-8")
    notes = tmp_path / "notes"
    notes.write_text("not a database, and long enough to be one")
    notes.chmod(0o644)
    status, said = run(tmp_path, "subscribers", "list")
    assert status == 8
    assert "D101: notes is no database" in said
    assert notes.stat().st_mode & 0o777 == 0o644


def test_a_damaged_database_is_no_fault_of_the_program(tmp_path: Path) -> None:
    (tmp_path / "bulletin.toml").write_text(TOML, "utf-8")
    rows = "address\n" + "".join(f"reader{number}@example.org\n" for number in range(3000))
    (tmp_path / "readers.csv").write_text(rows)
    assert run(tmp_path, "subscribers", "import", "readers.csv")[0] == 0
    file = tmp_path / "subscribers.db"
    half = file.stat().st_size // 2
    file.write_bytes(file.read_bytes()[:half] + b"\xa5" * half)
    for words in (("export", "out.csv"), ("backup", "copy"), ("import", "readers.csv")):
        status, said = run(tmp_path, "subscribers", *words)
        assert status == 8, said
        assert "malformed" in said
    left = {path.name for path in tmp_path.iterdir()} - {"subscribers.db-shm", "subscribers.db-wal"}
    assert left == {"bulletin.toml", "readers.csv", "subscribers.db", "subscribers.key"}


def test_what_the_database_says_has_its_remedy(tmp_path: Path) -> None:
    import sqlite3

    from sqlalchemy.exc import OperationalError

    for said, remedy in (
        ("database or disk is full", "make room"),
        ("database is locked", "wait"),
        ("database disk image is malformed", "backup"),
    ):
        error = OperationalError(None, None, sqlite3.OperationalError(said))
        (found,) = database.refusal(error).problems
        assert said in found.message
        assert remedy in found.hint


def test_no_room_beside_the_database_is_said_before_anything_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(ProblemsError, match="No space left"):
        Spill(tmp_path / "list.db")
    assert not list(tmp_path.iterdir())


def test_a_stdout_that_is_full_is_no_fault_of_the_program(tmp_path: Path) -> None:
    (tmp_path / "bulletin.toml").write_text(TOML, "utf-8")
    assert run(tmp_path, "subscribers", "add", "a@example.org")[0] == 0
    for verb in ("list", "export"):
        with Path("/dev/full").open("w") as full:
            ended = subprocess.run(
                [sys.executable, "-m", "bulletin_press", "subscribers", verb],
                cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True, check=False,
            )  # fmt: skip
        assert ended.returncode == 6
        assert ended.stderr == "the output cannot be written: No space left on device\n"
