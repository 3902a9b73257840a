"""What is kept of the list: copies of all, all of one reader, and nothing for too long."""

from __future__ import annotations

import json
import sqlite3
import stat
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bulletin_press.config import Publication
from bulletin_press.distribution import keys, safekeeping, tables
from bulletin_press.distribution.clock import DAY
from bulletin_press.distribution.database import Database, open_database
from bulletin_press.distribution.readers import retention, subscribers
from bulletin_press.distribution.readers.subscription import Consent
from bulletin_press.problems import ProblemsError
from tests.delivery_support import TOML, Office, office

NOW = 1_790_000_000_000
SECRET = "secret.reader@private.example"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path) as open_office:
        yield open_office


def addresses_of(publication: Publication) -> set[str]:
    database = open_database(publication)
    with database.read() as connection:
        found = set(connection.scalars(sa.select(tables.subscriptions.c.address)))
    database.close()
    return found


def state_of(database: Database, id: int) -> str:
    with database.read() as connection:
        known = subscribers.by_id(connection, id)
    return known.state if known else ""


def mailing(desk: Office, state: str) -> int:
    row = {
        "issue": "2026-05", "kind": "issue", "sequence": 0, "state": state, "in_doubt": "hold",
        "domain": "example.org", "created_at": NOW, "send_at": NOW,
    }  # fmt: skip
    with desk.database.write() as connection:
        added = sa.insert(tables.mailings).values(row).returning(tables.mailings.c.id)
        return int(connection.execute(added).scalar_one())


def deliver(desk: Office, subscription: int, number: int, reply: str) -> int:
    row = {
        "mailing": number, "subscription": subscription, "form": "letter", "language": "en",
        "domain": "private.example", "state": "failed", "reply": reply,
    }  # fmt: skip
    with desk.database.write() as connection:
        added = sa.insert(tables.deliveries).values(row).returning(tables.deliveries.c.id)
        return int(connection.execute(added).scalar_one())


# Copies -----------------------------------------------------------------------------------------


def test_a_backup_brings_back_list_and_keys(desk: Office) -> None:
    desk.enlist("a@example.org", "b@example.org")
    target = desk.publication.root / "copy.backup"
    safekeeping.backup(desk.publication, desk.database, target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    desk.enlist("later@example.org")
    desk.database.close()
    secret = desk.publication.root / "subscribers.key"
    secret.unlink()
    other = keys.load(desk.publication)
    assert other != desk.keys
    kept = safekeeping.restore(desk.publication, target, NOW)
    assert keys.load(desk.publication) == desk.keys
    assert addresses_of(desk.publication) == {"a@example.org", "b@example.org"}
    names = {path.name for path in kept}
    assert names == {f"subscribers.{end}.before-2026-09-21T141320Z" for end in ("db", "key")}
    previous = next(path for path in kept if ".db." in path.name)
    with sqlite3.connect(previous) as connection:
        assert connection.execute("SELECT count(*) FROM subscriptions").fetchone() == (3,)
    connection.close()
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (*kept, secret)}
    assert modes == {0o600}


def test_a_backup_goes_to_a_machine_that_has_nothing(desk: Office, tmp_path: Path) -> None:
    desk.enlist("a@example.org")
    target = tmp_path / "copy.backup"
    safekeeping.backup(desk.publication, desk.database, target)
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "bulletin.toml").write_text(TOML, "utf-8")
    fresh = Publication((tmp_path / "new").resolve())
    assert safekeeping.restore(fresh, target, NOW) == []
    assert addresses_of(fresh) == {"a@example.org"}
    assert keys.load(fresh) == desk.keys


def test_a_backup_while_others_write_is_of_one_moment(desk: Office) -> None:
    (reader,) = desk.enlist("a@example.org")
    number = mailing(desk, "done")
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            with desk.database.write() as connection:
                for what in ("one", "other"):
                    subscribers.note(connection, NOW, reader, what, "test")

    writer = threading.Thread(target=write)
    writer.start()
    targets = [desk.publication.root / f"{copy}.backup" for copy in range(5)]
    try:
        for target in targets:
            safekeeping.backup(desk.publication, desk.database, target)
    finally:
        stop.set()
        writer.join()
    assert state_of(desk.database, reader) == "active"
    for target in targets:
        with zipfile.ZipFile(target) as packed:
            packed.extract("list.db", desk.publication.root)
        connection = sqlite3.connect(desk.publication.root / "list.db")
        query = "SELECT what, count(*) FROM changes WHERE what != 'created' GROUP BY what"
        assert len({count for _, count in connection.execute(query)}) <= 1
        assert connection.execute("SELECT id FROM mailings").fetchone() == (number,)
        connection.close()


def test_a_mailing_that_was_under_way_is_paused_when_it_is_restored(desk: Office) -> None:
    number = mailing(desk, "sending")
    target = desk.publication.root / "copy.backup"
    safekeeping.backup(desk.publication, desk.database, target)
    desk.database.close()
    safekeeping.restore(desk.publication, target, NOW)
    database = open_database(desk.publication)
    with database.read() as connection:
        row = connection.execute(sa.select(tables.mailings)).one()
    database.close()
    assert (row.id, row.state) == (number, "paused")
    assert "restored from a backup" in row.reason


def test_a_backup_never_replaces_a_file(desk: Office) -> None:
    target = desk.publication.root / "letter.txt"
    target.write_text("mine")
    for place in (target, desk.publication.root / "missing" / "copy.backup"):
        with pytest.raises(ProblemsError, match="D210"):
            safekeeping.backup(desk.publication, desk.database, place)
    assert target.read_text() == "mine"
    left = {path.name for path in desk.publication.root.iterdir()}
    assert not [name for name in left if name.startswith(".backup")]


def damaged(whole: bytes) -> dict[str, bytes]:
    """Backups that must not be put back."""
    middle = len(whole) // 2
    return {
        "cut": whole[:middle],
        "changed": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
        "empty": b"",
        "other": b"no archive at all",
    }


@pytest.mark.parametrize("kind", ["cut", "changed", "empty", "other", "missing", "stranger"])
def test_a_backup_that_is_not_whole_changes_nothing(desk: Office, kind: str) -> None:
    desk.enlist("a@example.org")
    root = desk.publication.root
    target = root / "copy.backup"
    safekeeping.backup(desk.publication, desk.database, target)
    if kind == "missing":
        target.unlink()
    elif kind == "stranger":
        with zipfile.ZipFile(target, "a") as packed:
            packed.writestr("../evil", "x")
    else:
        target.write_bytes(damaged(target.read_bytes())[kind])
    desk.enlist("b@example.org")
    desk.database.close()
    before = {path.name for path in root.iterdir()}
    with pytest.raises(ProblemsError, match="D211"):
        safekeeping.restore(desk.publication, target, NOW)
    assert {path.name for path in root.iterdir()} == before
    assert addresses_of(desk.publication) == {"a@example.org", "b@example.org"}


@pytest.mark.parametrize("part", ["list.db", "list.key", "manifest.json"])
def test_each_part_of_a_backup_is_proved(desk: Office, part: str) -> None:
    target = desk.publication.root / "copy.backup"
    safekeeping.backup(desk.publication, desk.database, target)
    with zipfile.ZipFile(target) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    parts[part] = b'{"form": 1}' if part == "manifest.json" else parts[part][:-10]
    with zipfile.ZipFile(target, "w") as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    desk.database.close()
    with pytest.raises(ProblemsError, match="D211"):
        safekeeping.restore(desk.publication, target, NOW)


def test_nothing_is_restored_while_a_program_has_the_list_open(desk: Office) -> None:
    target = desk.publication.root / "copy.backup"
    safekeeping.backup(desk.publication, desk.database, target)
    desk.enlist("a@example.org")
    with pytest.raises(ProblemsError, match="D212"):
        safekeeping.restore(desk.publication, target, NOW)
    desk.database.close()
    lock = desk.publication.root / "subscribers.db-sender"
    code = (
        "import fcntl, sys; file = open(sys.argv[1], 'a'); fcntl.flock(file, fcntl.LOCK_EX);"
        " print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as sender:
        assert sender.stdout is not None
        sender.stdout.readline()
        with pytest.raises(ProblemsError, match="D212"):
            safekeeping.restore(desk.publication, target, NOW)
    assert addresses_of(desk.publication) == {"a@example.org"}
    safekeeping.restore(desk.publication, target, NOW)
    assert addresses_of(desk.publication) == set()


def test_a_damaged_list_is_replaced_with_its_log(desk: Office) -> None:
    desk.enlist("a@example.org")
    target = desk.publication.root / "copy.backup"
    safekeeping.backup(desk.publication, desk.database, target)
    desk.database.close()
    file = desk.publication.root / "subscribers.db"
    file.write_bytes(b"damage" * 1000)
    file.with_name("subscribers.db-wal").write_bytes(b"old log" * 1000)
    safekeeping.restore(desk.publication, target, NOW)
    assert addresses_of(desk.publication) == {"a@example.org"}


def test_in_postgresql_its_own_tools_are_named(
    desk: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BULLETIN_PRESS_DATABASE", "postgresql://localhost/list")
    with pytest.raises(ProblemsError, match="pg_restore"):
        safekeeping.restore(desk.publication, desk.publication.root / "copy.backup", NOW)
    other = Database(desk.database.engine, None, desk.database.clock)
    with pytest.raises(ProblemsError, match="pg_dump"):
        safekeeping.backup(desk.publication, other, desk.publication.root / "copy.backup")


# One reader -------------------------------------------------------------------------------------


def everything_about(desk: Office, address: str) -> int:
    """Put what can be stored about one person into every table."""
    with desk.database.write() as connection:
        one = subscribers.add(
            connection, desk.keys, NOW, address, source="test", language="en", name="Sec Ret",
            form="kindle", device=f"d.{address}",
            consent=Consent(NOW, f"letter of {address}", "Yes."),
        )  # fmt: skip
        subscribers.set_state(connection, desk.keys, NOW, one.id, "bounced", "bounce", address)
    number = mailing(desk, "done")
    delivery = deliver(desk, one.id, number, f"550 5.1.1 <{address.upper()}>: no secret.reader")
    with desk.database.write() as connection:
        connection.execute(
            sa.insert(tables.requests).values(
                public_id="x" * 16, kind="address", subscription=one.id, address=address,
                address_key=subscribers.key_of(desk.keys, address), name="Sec Ret", created_at=NOW,
            )
        )  # fmt: skip
        connection.execute(
            sa.insert(tables.returns).values(
                sha256="0" * 64, at=NOW, kind="hard", delivery=delivery, detail=f"no {address}"
            )
        )
        connection.execute(
            sa.insert(tables.entries).values(
                mailing=number, number=1, at=NOW, kind="failed", delivery=delivery, detail="5.1.1",
                hash="0" * 64,
            )
        )  # fmt: skip
    return one.id


def test_history_shows_all_that_is_stored_about_one(desk: Office) -> None:
    id = everything_about(desk, SECRET)
    desk.enlist("other@example.org")
    with desk.database.read() as connection:
        known = subscribers.find(connection, desk.keys, SECRET.upper())
        assert known is not None
        assert known.id == id
        found = retention.history(connection, known)
    assert found["subscription"]["address"] == SECRET
    assert {name: len(rows) for name, rows in found.items() if name != "subscription"} == {
        "changes": 2, "requests": 1, "deliveries": 1, "entries": 1, "returns": 1,
        "suppressions": 1,
    }  # fmt: skip
    assert "other@example.org" not in json.dumps(found)
    assert found["requests"][0]["created_at"] == "2026-09-21T14:13:20Z"


def test_erased_is_erased_from_the_file_and_stays_kept_out(desk: Office) -> None:
    id = everything_about(desk, SECRET)
    desk.enlist("other@example.org")
    with desk.database.write() as connection:
        key = subscribers.key_of(desk.keys, SECRET)
        retention.erase(connection, NOW, id, "command")
        retention.erase(connection, NOW, id, "command")
    desk.database.forget()
    with desk.database.read() as connection:
        assert subscribers.find(connection, desk.keys, SECRET) is None
        row = connection.execute(sa.select(tables.suppressions)).one()
        assert row.address_key == key
        delivery = connection.execute(sa.select(tables.deliveries)).one()
        assert (delivery.reply, delivery.state) == ("550 5.1.1", "failed")
        noted = connection.scalars(
            sa.select(tables.changes.c.what).where(tables.changes.c.subscription == id)
        )
        assert list(noted) == ["created", "bounced", "erased"]
    copy = desk.publication.root / "copy.db"
    desk.database.copy_to(copy)
    files = [path for path in desk.publication.root.iterdir() if path.is_file()]
    for path in files:
        data = path.read_bytes().lower()
        assert b"secret.reader" not in data, path.name
        assert b"sec ret" not in data, path.name
    assert state_of(desk.database, id) == "erased"
    with pytest.raises(subscribers.SuppressedError):
        desk.enlist(SECRET.upper())


def test_limits_of_time_are_kept(desk: Office) -> None:
    delivery = desk.publication.delivery
    ages = {
        "new": ("unconfirmed", 1), "stale": ("unconfirmed", 31), "here": ("active", 9999),
        "left": ("unsubscribed", 1094), "gone": ("unsubscribed", 1096),
        "angry": ("complained", 1096),
    }  # fmt: skip
    with desk.database.write() as connection:
        for name, (state, days) in ages.items():
            at = NOW - days * DAY
            consent = Consent(at, "test", "Yes.") if state == "active" else None
            subscribers.add(
                connection, desk.keys, at, f"{name}@example.org", source="test", language="en",
                consent=consent, state=state,
            )  # fmt: skip
        purged = retention.purge(connection, NOW, delivery)
        assert (purged.unconfirmed, purged.left) == (1, 2)
        left = sa.select(tables.subscriptions.c.address).where(
            tables.subscriptions.c.address.is_not(None)
        )
        assert {one.partition("@")[0] for one in connection.scalars(left)} == {
            "new",
            "here",
            "left",
        }
        assert retention.purge(connection, NOW, delivery) == retention.Purged(0, 0, 0)
    desk.enlist("stale@example.org")
    with pytest.raises(subscribers.SuppressedError):
        desk.enlist("gone@example.org")
