"""A publication with an empty list, a database and keys, for the tests of distribution."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from bulletin_press import config
from bulletin_press.config import Publication
from bulletin_press.distribution import keys
from bulletin_press.distribution.clock import Clock
from bulletin_press.distribution.database import Database, open_database
from bulletin_press.distribution.keys import Keys
from bulletin_press.distribution.readers import addresses, subscribers
from bulletin_press.distribution.readers.subscription import Consent
from bulletin_press.distribution.sending import ledger

TOML = """\
[publication]
id = "notes"
title = "Valley Notes"
publisher = "Valley Press"
base-url = "https://notes.example.org/"

[imprint]
address = "1 Example Street, 00000 Example Town"

[delivery]
relay = "smtp://127.0.0.1:2525"
from = "Valley Notes <notes@example.org>"
bounces = "bounces.example.org"
unsubscribe = "leave@example.org"
signup-url = "https://notes.example.org/subscribe/"
rate-per-minute = 1000000
"""


@dataclass(frozen=True)
class Office:
    """A publication with its open database and keys."""

    publication: Publication
    database: Database
    keys: Keys

    def enlist(self, *readers: str, form: str = "letter", language: str = "en-US") -> list[int]:
        """Add active readers; returns the numbers of their subscriptions."""
        consent = Consent(self.database.clock.now(), "a test", "I want it.")
        with self.database.write() as connection:
            return [
                subscribers.add(
                    connection, self.keys, self.database.clock.now(), reader, source="test",
                    language=language, form=form, consent=consent,
                    device="reader@kindle.com" if form == "kindle" else "",
                ).id
                for reader in readers
            ]  # fmt: skip

    def recipients(self, *forms: str) -> list[ledger.Recipient]:
        """Everybody on the list, as recipients of what they chose."""
        with self.database.read() as connection:
            listed = map(subscribers.of_row, connection.execute(sa.select(*subscribers.COLUMNS)))
            return [
                ledger.Recipient(
                    one.id, one.form, one.language, addresses.domain_group(one.address)
                )
                for one in listed
                if not forms or one.form in forms
            ]


@contextmanager
def office(folder: Path, toml: str = TOML, clock: Clock | None = None) -> Iterator[Office]:
    """A publication in ``folder``, with its database, closed at the end."""
    (folder / "bulletin.toml").write_text(toml, "utf-8")
    publication = config.load(folder)
    database = open_database(publication, clock)
    try:
        yield Office(publication, database, keys.load(publication))
    finally:
        database.close()
