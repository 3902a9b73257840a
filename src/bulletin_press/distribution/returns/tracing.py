"""From a clue to the delivery or reader it names, with the keys as the only witness."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bulletin_press.distribution import tables
from bulletin_press.distribution.keys import Keys
from bulletin_press.distribution.returns.clues import Clues
from bulletin_press.distribution.sending import ledger

NEWEST = 100_000  # deliveries whose Message-IDs are tried


@dataclass(frozen=True, slots=True)
class Owner:
    """The subscription that a returned message is about, and the delivery where it is known.

    ``started_at`` is when that was first sent, in milliseconds; ``form`` is empty without one.
    """

    subscription: int
    state: str
    address: str
    delivery: int | None = None
    mailing: int | None = None
    form: str = ""
    started_at: int | None = None


class Tracer:
    """Finds the owners of returned messages; Message-IDs are computed once, when first needed."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._by_message_id: dict[str, int] | None = None

    def owner(self, connection: Connection, clues: Clues) -> Owner | None:
        """The owner whom the strongest valid clue names; None if no clue is valid."""
        for mark in clues.marks:
            delivery = self._keys.read_return_mark(mark)
            found = delivery is not None and _of_delivery(connection, delivery)
            if found:
                return found
        for name in clues.message_ids:
            delivery = self._message_ids(connection).get(name)
            found = delivery is not None and _of_delivery(connection, delivery)
            if found:
                return found
        for token in clues.tokens:
            found = self.reader(connection, token)
            if found:
                return found
        return None

    def reader(self, connection: Connection, token: str) -> Owner | None:
        """The subscription that a reader's token names; None for every other text."""
        public_id = self._keys.read_token("reader", token)
        if public_id is None:
            return None
        s = tables.subscriptions.c
        row = connection.execute(
            sa.select(s.id, s.state, s.address).where(s.public_id == public_id)
        ).one_or_none()
        return Owner(row.id, row.state, row.address or "") if row else None

    def _message_ids(self, connection: Connection) -> dict[str, int]:
        if self._by_message_id is None:
            d, s = tables.deliveries.c, tables.subscriptions.c
            newest = connection.execute(
                sa.select(d.id, d.mailing, s.public_id, d.form)
                .join(tables.subscriptions, s.id == d.subscription)
                .where(d.started_at.is_not(None))
                .order_by(d.id.desc())
                .limit(NEWEST)
            )
            mailings = {one.id: one for one in ledger.mailings(connection)}
            named = (
                (ledger.message_id(self._keys, mailings[row.mailing], row.public_id, row.form), row)
                for row in newest
            )
            self._by_message_id = {name.partition("@")[0]: row.id for name, row in named}
        return self._by_message_id


def _of_delivery(connection: Connection, delivery: int) -> Owner | None:
    d, s = tables.deliveries.c, tables.subscriptions.c
    row = connection.execute(
        sa.select(s.id, s.state, s.address, d.mailing, d.form, d.started_at, s.device)
        .join(tables.subscriptions, s.id == d.subscription)
        .where(d.id == delivery)
    ).one_or_none()
    if row is None:
        return None
    address = row.device if row.form == "kindle" else row.address
    return Owner(row.id, row.state, address or "", delivery, row.mailing, row.form, row.started_at)


def settled_at(connection: Connection, owner: Owner) -> int:
    """When the owner's present address was given or last confirmed, in milliseconds; else 0.

    What comes back of a letter begun before says nothing about that address.
    """
    c = tables.changes.c
    what = ("device", "device confirmed") if owner.form == "kindle" else ("address", "confirmed")
    return (
        connection.scalar(
            sa.select(sa.func.max(c.at)).where(
                c.subscription == owner.subscription, c.what.in_(what)
            )
        )
        or 0
    )
