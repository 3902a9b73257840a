"""Whether keys, database and secrets are safe on this machine, with room and the right time."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from bulletin_press.config import BUILD_FOLDER, Publication
from bulletin_press.distribution import database, keys, pairing, tables
from bulletin_press.distribution.clock import DAY, MINUTE
from bulletin_press.distribution.database import Database
from bulletin_press.distribution.doctor.findings import Finding, error, ok, warning
from bulletin_press.distribution.safekeeping import BACKUP
from bulletin_press.problems import ProblemsError

_MOST_DAYS = 30
_LITTLE, _TOO_LITTLE = 1_000_000_000, 100_000_000


def examine(publication: Publication) -> Iterator[Finding]:
    """Files, room on the disk, the clock, the backup, deliveries in doubt."""
    delivery = publication.delivery
    file = database.file_of(publication)
    secret = publication.root / delivery.secret_file
    made = file is None or file.exists()
    yield _keys(publication, secret, made)
    if file:
        yield _database_file(publication, file)
    for check, name in (
        ("password", delivery.relay_password_file),
        ("DKIM key", delivery.dkim_key_file),
    ):
        if name:
            yield _guarded(check, publication.root / name)
    yield _room(file.parent if file else publication.root)
    if not made or not secret.exists():
        return
    try:
        opened = database.open_database(publication)
    except ProblemsError as wrong:
        yield from (error("database", one.message, one.hint) for one in wrong.problems)
        return
    try:
        try:
            pairing.check(publication, opened)
        except ProblemsError as wrong:
            yield from (error("keys", one.message, one.hint) for one in wrong.problems)
        yield from _inside(opened, secret)
    finally:
        opened.close()


def largest_letter(publication: Publication) -> int:
    """The octets of the largest letter that the ledger holds for sending; 0 without any."""
    file = database.file_of(publication)
    if file and not file.exists():
        return 0
    try:
        opened = database.open_database(publication)
    except ProblemsError:
        return 0
    try:
        with opened.read() as connection:
            return connection.scalar(sa.select(sa.func.max(tables.templates.c.octets))) or 0
    finally:
        opened.close()


def _keys(publication: Publication, file: Path, database_made: bool) -> Finding:
    if not file.exists():
        if database_made:
            return error("keys", f"{file.name} is gone", "put back your copy of it")
        return ok("keys", f"{file.name} is made at first use")
    try:
        keys.load(publication)
    except ProblemsError as wrong:
        return error("keys", wrong.problems[0].message, wrong.problems[0].hint)
    return ok("keys", f"{file.name} is whole, and its owner’s alone")


def _database_file(publication: Publication, file: Path) -> Finding:
    if publication.disposable(file):
        return error("database", f"{file.name} lies below {BUILD_FOLDER}/", "move it out of there")
    found = [file.with_name(file.name + end) for end in ("", "-wal", "-shm")]
    if not file.exists():
        return ok("database", f"{file.name} is made at first use")
    open_to_others = [one.name for one in found if one.exists() and one.stat().st_mode & 0o077]
    if open_to_others:
        return error(
            "database", f"others may read {', '.join(open_to_others)}",
            f"type: chmod 600 {' '.join(open_to_others)}",
        )  # fmt: skip
    return ok("database", f"{file.name} is its owner’s alone")


def _guarded(check: str, file: Path) -> Finding:
    try:
        mode = file.stat().st_mode
    except OSError:
        return error(check, f"there is no file {file.name}", "correct its name in bulletin.toml")
    if mode & 0o077:
        return error(check, f"others may read {file.name}", f"type: chmod 600 {file.name}")
    return ok(check, f"{file.name} is its owner’s alone")


def _room(folder: Path) -> Finding:
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        return error("disk", f"there is no folder {folder.name}", "make the folder of the database")
    message = f"{free // 1_000_000:,} MB are free"
    if free < _TOO_LITTLE:
        return error("disk", message, "make room before you send")
    return warning("disk", message, "make room") if free < _LITTLE else ok("disk", message)


def _inside(opened: Database, secret: Path) -> Iterator[Finding]:
    with opened.read() as connection:
        kept = {
            row.name: int(row.value)
            for row in connection.execute(sa.select(tables.settings))
            if row.name in ("clock", BACKUP) and row.value.isdecimal()
        }
        count = sa.select(sa.func.count())
        readers = connection.scalar(count.select_from(tables.subscriptions)) or 0
        doubts = connection.scalar(count.where(tables.deliveries.c.state == "doubtful")) or 0
    yield _clock(kept.get("clock", 0))
    yield _backup(kept.get(BACKUP, 0), int(secret.stat().st_mtime * 1000), readers)
    if doubts:
        yield warning(
            "doubts",
            f"of {doubts} deliveries nobody knows whether they arrived",
            "see bulletin-press doubts list",
        )
    else:
        yield ok("doubts", "there are none")


def _clock(kept: int) -> Finding:
    behind = kept - int(time.time() * 1000)
    if behind > MINUTE:
        return error(
            "clock",
            f"this machine’s clock is {behind // MINUTE:,} minutes behind what the list has seen",
            "set the clock",
        )
    return ok("clock", "it has not been set back")


def _backup(last: int, keys_made: int, readers: int) -> Finding:
    now = int(time.time() * 1000)
    remedy = "type: bulletin-press subscribers backup FILE, and keep the file elsewhere"
    if last and last < keys_made:
        return warning("backup", "the keys were changed after the last backup", remedy)
    if not last:
        days = max(0, now - keys_made) // DAY
        if not readers:
            return ok("backup", "nobody is on the list yet")
        return warning("backup", f"there is none; the keys are {days} days old", remedy)
    days = max(0, now - last) // DAY
    if days > _MOST_DAYS:
        return warning("backup", f"the last one is {days} days old", remedy)
    return ok("backup", f"the last one is {days} days old")
