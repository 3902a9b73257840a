"""List, ledger and keys in one file, made while the list is in use, and put back whole."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from bulletin_press.config import Publication
from bulletin_press.distribution import clock, keys, secretfile, tables
from bulletin_press.distribution.database import (
    Database,
    fault_of,
    file_of,
    open_file,
    release,
    sender_lock,
)
from bulletin_press.distribution.sending import ledger
from bulletin_press.problems import Location, ProblemsError, problem

FORM = 1
BACKUP = "backup"  # the name in settings under which the moment of the newest one is kept
_MANIFEST, _LIST, _KEYS = "manifest.json", "list.db", "list.key"
_MAXIMUM_KEYS = 1_000_000
_CHUNK = 1 << 20


def backup(publication: Publication, database: Database, target: Path) -> None:
    """Write list, ledger and keys, as they are at one moment, to a new file of mode 0600.

    Others may write at the same time. Raises ProblemsError (D210) if the file exists or cannot be
    written, or the database is PostgreSQL's, which has tools for that; D102 without keys.
    """
    if database.file is None:
        hint = "back it up by pg_dump, and copy the file of keys"
        raise _refused("D210", target, "the database is in PostgreSQL", hint)
    keys.load(publication)
    secret = publication.root / publication.delivery.secret_file
    if target.exists():
        raise _refused("D210", target, "the file exists")
    try:
        with _folder(target.parent) as folder:
            copy, archive = folder / _LIST, folder / target.name
            database.copy_to(copy)
            parts = {_LIST: copy, _KEYS: secret}
            manifest = {
                "form": FORM,
                "publication": publication.id,
                "made": clock.text(database.clock.now()),
                "sha256": {name: _digest(path) for name, path in parts.items()},
            }
            with secretfile.create(archive) as file:
                with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
                    packed.writestr(_MANIFEST, json.dumps(manifest, indent=2))
                    for name, path in parts.items():
                        packed.write(path, name)
                file.flush()
                os.fsync(file.fileno())
            archive.rename(target)
    except (OSError, DBAPIError) as error:
        message = f"the backup cannot be written: {getattr(error, 'strerror', None) or error}"
        raise _refused("D210", target, message) from error
    with contextlib.suppress(DBAPIError), database.write() as connection:
        database.keep_moment(connection, BACKUP)


def restore(publication: Publication, archive: Path, now: int) -> list[Path]:
    """Put a backup in the place of list, ledger and keys; returns where the previous ones are.

    The backup is looked through whole before anything is touched. A mailing that it holds as not
    finished is paused: who got it after the backup is not in it. Raises ProblemsError: D211 for a
    backup that cannot be used, D212 while a program has the list open, D210 for PostgreSQL or
    where files cannot be written.
    """
    file = file_of(publication)
    if file is None:
        hint = "restore it by pg_restore, and put back the file of keys"
        raise _refused("D210", archive, "the database is in PostgreSQL", hint)
    secret = publication.root / publication.delivery.secret_file
    try:
        with _folder(file.parent) as folder:
            made = _unpack(archive, folder)
            _pause(folder / _LIST, now, made)
            with sender_lock(file) as quiet:
                if not quiet or (file.exists() and not release(file)):
                    raise _refused("D212", file, "another program has the list open")
                return _exchange({folder / _KEYS: secret, folder / _LIST: file}, file, now)
    except OSError as error:
        message = f"the backup cannot be put back: {error.strerror or error}"
        raise _refused("D210", archive, message) from error


@contextlib.contextmanager
def _folder(beside: Path) -> Iterator[Path]:
    """A folder for files in the making, which nobody else can read."""
    path = Path(tempfile.mkdtemp(prefix=".backup-", dir=beside))
    try:
        yield path
    finally:
        shutil.rmtree(path)


def _unpack(archive: Path, folder: Path) -> str:
    """Unpack a backup into a folder and look at every part; returns when it was made."""
    try:
        with zipfile.ZipFile(archive) as packed:
            sizes = {part.filename: part.file_size for part in packed.infolist()}
            if sorted(sizes) != sorted((_MANIFEST, _LIST, _KEYS)):
                raise _refused("D211", archive, "the file is no backup of a list")
            if sizes[_MANIFEST] + sizes[_KEYS] > _MAXIMUM_KEYS:
                raise _refused("D211", archive, "the file is no backup of a list")
            manifest: dict[str, Any] = json.loads(packed.read(_MANIFEST))
            if manifest["form"] != FORM:
                raise _refused("D211", archive, "it was made by a newer version of bulletin-press")
            for name in (_LIST, _KEYS):
                path = folder / name
                with secretfile.create(path) as file, packed.open(name) as part:
                    shutil.copyfileobj(part, file, _CHUNK)
                    file.flush()
                    os.fsync(file.fileno())
                if _digest(path) != manifest["sha256"][name]:
                    raise _refused("D211", archive, "the backup is damaged")
            made = str(manifest["made"])
    except FileNotFoundError as error:
        raise _refused("D211", archive, "there is no such file") from error
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, NotImplementedError) as error:
        raise _refused("D211", archive, "the file is no backup, or a damaged one") from error
    except (ValueError, KeyError, TypeError, RuntimeError) as error:
        raise _refused("D211", archive, "the file is no backup of a list") from error
    keys.parse((folder / _KEYS).read_text("ascii", errors="replace"), archive)
    fault = fault_of(folder / _LIST)
    if fault:
        raise _refused("D211", archive, fault)
    return made


def _pause(file: Path, now: int, made: str) -> None:
    """Pause what the copy holds as not finished, and leave it as one file without a log."""
    database = open_file(file)
    row = tables.mailings.c
    try:
        with database.write() as connection:
            going = row.state == "sending"
            for id in connection.scalars(sa.select(row.id).where(going)).all():
                reason = f"restored from a backup of {made}: later deliveries are not in it"
                ledger.change_state(connection, now, id, "paused", reason)
    finally:
        database.close()
    release(file)


def _exchange(parts: dict[Path, Path], file: Path, now: int) -> list[Path]:
    """Put each part in its place, what was there beside it under a name with the time."""
    mark = clock.text(now).replace(":", "")
    kept = []
    for place in parts.values():
        if place.exists():
            aside = place.with_name(f"{place.name}.before-{mark}")
            shutil.copy2(place, aside)
            aside.chmod(0o600)
            kept.append(aside)
    for ending in ("-wal", "-shm"):  # only a damaged database still has them
        with contextlib.suppress(FileNotFoundError):
            file.with_name(file.name + ending).rename(f"{file}.before-{mark}{ending}")
    for part, place in parts.items():
        part.replace(place)
    return kept


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _refused(code: str, path: Path, message: str, hint: str = "") -> ProblemsError:
    return ProblemsError([problem(code, message, Location(path.name), hint)])
