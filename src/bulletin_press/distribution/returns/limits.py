"""Whether too much of a mailing comes back, and the pause that follows."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bulletin_press.config import Delivery
from bulletin_press.distribution import tables
from bulletin_press.distribution.returns.reading import COMPLAINT
from bulletin_press.distribution.returns.verdicts import HARD
from bulletin_press.distribution.sending import ledger

LEAST_SENT = 20  # below it a percentage says nothing
LEAST_RETURNED = 3
_RATES = ((HARD, "bounces"), (COMPLAINT, "complaints"))


def enforce(
    connection: Connection, now: int, delivery: Delivery, mailings: Iterable[int]
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Pause those mailings whose bounces or complaints reach the limits of the configuration.

    Counted are deliveries that came back since the last pause, of all that were sent. Returns the
    issue and the reason of those that were paused, and of those that had ended.
    """
    paused, over = [], []
    for mailing in sorted(mailings):
        reason = _reason(connection, delivery, mailing)
        if not reason:
            continue
        m = tables.mailings.c
        issue, state = connection.execute(sa.select(m.issue, m.state).where(m.id == mailing)).one()
        if state == "sending":
            ledger.change_state(connection, now, mailing, "paused", reason)
            paused.append((issue, reason))
        elif state == "done":
            over.append((issue, reason))
    return paused, over


def _reason(connection: Connection, delivery: Delivery, mailing: int) -> str:
    d, r, e = tables.deliveries.c, tables.returns.c, tables.entries.c
    sent = connection.scalar(
        sa.select(sa.func.count()).where(d.mailing == mailing, d.state == "sent")
    )
    if not sent or sent < LEAST_SENT:
        return ""
    last_pause = connection.scalar(
        sa.select(sa.func.max(e.at)).where(
            e.mailing == mailing, e.kind == "note", e.detail.startswith("paused")
        )
    )
    for (kind, name), limit in zip(
        _RATES, (delivery.bounce_limit, delivery.complaint_limit), strict=True
    ):
        back = connection.scalar(
            sa.select(sa.func.count(sa.distinct(r.delivery)))
            .join(tables.deliveries, d.id == r.delivery)
            .where(d.mailing == mailing, r.kind == kind, r.at > (last_pause or 0))
        )
        if back and back >= LEAST_RETURNED and back * 100 >= limit * sent:
            return f"{back} {name} for {sent} letters: {limit} % is the limit"
    return ""
