"""An e-reader whose address is gone: it gets nothing until its reader confirms it again."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bulletin_press.distribution import tables
from bulletin_press.distribution.readers import subscribers


def withdraw(connection: Connection, now: int, subscription: int, source: str, said: str) -> None:
    """Take back the confirmation of a subscription's e-reader, and keep what was said of it.

    The reader's own address stays as it is.
    """
    row = tables.subscriptions
    connection.execute(
        sa.update(row).where(row.c.id == subscription).values(device_confirmed_at=None)
    )
    subscribers.note(connection, now, subscription, "device bounced", source, said)
