"""How many letters in a row have come back from a reader for a passing reason."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bulletin_press.distribution import tables
from bulletin_press.distribution.clock import DAY
from bulletin_press.distribution.returns.verdicts import SOFT

LIMIT = 5
SETTLED = 5 * DAY  # as long as a mail server tries before it gives a message back
_LOOKED_AT = 100


def soft(connection: Connection, now: int, subscription: int, since: int) -> int:
    """The soft bounces in a row, at most one for a mailing, of letters begun after ``since``.

    A letter sent at least SETTLED ago that has not come back ends the row; a newer one may yet
    come back and is passed over. Soft bounces of unknown letters count as one.
    """
    d, r = tables.deliveries.c, tables.returns.c
    returned = sa.select(r.delivery).where(r.subscription == subscription, r.kind == SOFT)
    back = set(connection.scalars(returned))
    newest = connection.execute(
        sa.select(d.id, d.mailing, d.state, d.finished_at)
        .where(d.subscription == subscription, d.form != "kindle", d.started_at > since)
        .order_by(d.id.desc())
        .limit(_LOOKED_AT)
    )
    mailings: dict[int, tuple[bool, bool]] = {}
    for row in newest:
        came, stayed = mailings.get(row.mailing, (False, False))
        old = row.state == "sent" and now - (row.finished_at or now) >= SETTLED
        mailings[row.mailing] = (came or row.id in back, stayed or (old and row.id not in back))
    count = int(None in back)
    for came, stayed in mailings.values():
        if came:
            count += 1
        elif stayed:
            break
    return count
