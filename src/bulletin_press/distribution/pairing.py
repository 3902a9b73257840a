"""The keys that belong to a list: one that was begun with some keys is not opened with others."""

from __future__ import annotations

import contextlib
import hmac
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from bulletin_press.config import Publication
from bulletin_press.distribution import keys, tables
from bulletin_press.distribution.database import Database
from bulletin_press.distribution.keys import Keys
from bulletin_press.problems import Location, ProblemsError, problem

_NAME = "keys"  # of the setting that holds what is known of the keys: a mark made with them
_HINT = "put back your copy of {}: by no other is anybody on the list found, or kept from mail"


def keys_of(publication: Publication, database: Database) -> Keys:
    """The keys of an open list; made for a new one, which is known by them from then on.

    Raises ProblemsError (D102) as ``keys.load`` does, and for keys that are not the list's.
    """
    found, known = _looked_at(publication, database)
    if not known:
        with contextlib.suppress(DBAPIError), database.write() as connection:
            values = {"name": _NAME, "value": found.mark(_NAME)}
            connection.execute(sa.insert(tables.settings).values(values))
    return found


def check(publication: Publication, database: Database) -> None:
    """Raise ProblemsError (D102) if the keys are not the list's; change nothing of the list."""
    _looked_at(publication, database)


def _looked_at(publication: Publication, database: Database) -> tuple[Keys, bool]:
    """The keys, and whether the list says that they are its own."""
    path = publication.root / publication.delivery.secret_file
    row = tables.settings.c
    with database.read() as connection:
        kept = connection.scalar(sa.select(row.value).where(row.name == _NAME))
        begun = kept or connection.scalar(sa.select(tables.subscriptions.c.id).limit(1))
    if begun and not path.exists():
        raise _refused(path, "the keys of the list are gone")
    found = keys.load(publication)
    if kept and not hmac.compare_digest(kept, found.mark(_NAME)):
        raise _refused(path, "these are not the keys with which the list was begun")
    return found, bool(kept)


def _refused(path: Path, message: str) -> ProblemsError:
    where = Location(path.name)
    return ProblemsError([problem("D102", message, where, _HINT.format(path.name))])
