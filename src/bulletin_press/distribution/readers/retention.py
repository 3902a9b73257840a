"""What is known about a person: shown whole, taken away on request, and after its time."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bulletin_press.config import Delivery
from bulletin_press.distribution import clock, tables
from bulletin_press.distribution.readers import subscribers
from bulletin_press.distribution.readers.subscribers import TABLE
from bulletin_press.distribution.readers.subscription import Subscription
from bulletin_press.distribution.signup import wishes

# The code of a reply and its enhanced code (RFC 5321 §4.2, RFC 3463 §2), which name nobody.
_CODES = re.compile(r"\d{3}(?:[ -][245]\.\d{1,3}\.\d{1,3})?")
_MOMENTS = ("at", "send_at", "dated")
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Purged:
    """How many were taken away: addresses never confirmed, readers who left, requests."""

    unconfirmed: int
    left: int
    requests: int


def history(connection: Connection, known: Subscription) -> dict[str, Any]:
    """All that is stored about one person, as values for JSON; moments as RFC 3339 text."""
    key = _key(connection, known)
    mine = sa.select(tables.deliveries.c.id).where(tables.deliveries.c.subscription == known.id)
    delivered = tables.deliveries.join(tables.mailings)
    columns = tables.deliveries.c
    deliveries = sa.select(
        tables.mailings.c.issue, tables.mailings.c.kind, columns.form, columns.language,
        columns.state, columns.attempts, columns.dated, columns.started_at, columns.finished_at,
        columns.reply,
    ).select_from(delivered)  # fmt: skip
    asked, came = tables.requests.c, tables.returns.c
    requests = sa.select(
        asked.kind, asked.address, asked.name, asked.language, asked.form, asked.device,
        asked.wording, asked.origin, asked.created_at, asked.mailed_at, asked.confirmed_at,
    )  # fmt: skip
    entries = sa.select(
        tables.entries.c.mailing, tables.entries.c.at, tables.entries.c.kind,
        tables.entries.c.detail,
    )  # fmt: skip
    change, barred = tables.changes.c, tables.suppressions.c
    queries = {
        "changes": sa.select(change.at, change.what, change.source, change.detail)
        .where(change.subscription == known.id)
        .order_by(change.id),
        "requests": requests.where(
            sa.or_(asked.subscription == known.id, asked.address_key == key)
        ).order_by(asked.id),
        "deliveries": deliveries.where(columns.subscription == known.id).order_by(columns.id),
        "entries": entries.where(tables.entries.c.delivery.in_(mine)).order_by(
            tables.entries.c.mailing, tables.entries.c.number
        ),
        "returns": sa.select(came.at, came.kind, came.status, came.detail)
        .where(sa.or_(came.subscription == known.id, came.delivery.in_(mine)))
        .order_by(came.at),
        "suppressions": sa.select(barred.reason, barred.at).where(barred.address_key == key),
    }
    return {
        "subscription": _shown({k: v for k, v in asdict(known).items() if k != "id"}),
        **{
            name: [_shown(dict(row._mapping)) for row in connection.execute(query)]
            for name, query in queries.items()
        },
    }


def erase(
    connection: Connection, now: int, id: int, source: str, *, suppress: str = "erased"
) -> None:
    """Take away all that names a person; rows and their numbers stay for the ledger.

    The address is kept as a keyed hash alone, under the reason ``suppress``, so that no import
    brings it back; with an empty one not at all. Erasing twice changes nothing.
    """
    key = connection.scalar(sa.select(TABLE.c.address_key).where(TABLE.c.id == id))
    if key is None:
        return
    mine = sa.select(tables.deliveries.c.id).where(tables.deliveries.c.subscription == id)
    asked, came, sent = tables.requests, tables.returns, tables.deliveries
    connection.execute(
        sa.delete(asked).where(sa.or_(asked.c.subscription == id, asked.c.address_key == key))
    )
    connection.execute(
        sa.update(came)
        .where(sa.or_(came.c.subscription == id, came.c.delivery.in_(mine)))
        .values(detail="")
    )
    replies = sa.select(sent.c.id, sent.c.reply).where(sent.c.subscription == id)
    for row in connection.execute(replies.where(sent.c.reply != "")).all():
        codes = _CODES.match(row.reply)
        connection.execute(
            sa.update(sent).where(sent.c.id == row.id).values(reply=codes[0] if codes else "")
        )
    nobody = {
        "address": None,
        "address_key": None,
        "name": "",
        "device": "",
        "device_confirmed_at": None,
        "consent_source": "",
        "state": "erased",
        "state_reason": "",
        "changed_at": now,
    }
    connection.execute(sa.update(TABLE).where(TABLE.c.id == id).values(nobody))
    subscribers.note(connection, now, id, "erased", source)
    if suppress:
        subscribers.suppress(connection, key, suppress, now)


def purge(connection: Connection, now: int, delivery: Delivery) -> Purged:
    """Erase what the publication's limits do not let it keep.

    Addresses that were not confirmed for ``keep_unconfirmed_days`` may be added again; those of
    readers who left, complained or could not be reached for ``keep_unsubscribed_days`` may not.
    """
    days = delivery.keep_unconfirmed_days
    old = now - days * clock.DAY
    gone = now - delivery.keep_unsubscribed_days * clock.DAY
    open_ones = TABLE.c.state == "unconfirmed"
    left = TABLE.c.state.in_((*subscribers.LEFT_STATES, "bounced"))
    return Purged(
        _purge(connection, now, sa.and_(open_ones, TABLE.c.changed_at < old), ""),
        _purge(connection, now, sa.and_(left, TABLE.c.changed_at < gone), "erased"),
        wishes.forget(connection, now, days),
    )


def _purge(
    connection: Connection, now: int, condition: sa.ColumnElement[bool], suppress: str
) -> int:
    counted = 0
    while ids := connection.scalars(sa.select(TABLE.c.id).where(condition).limit(_BATCH)).all():
        for id in ids:
            erase(connection, now, id, "retention", suppress=suppress)
        counted += len(ids)
    return counted


def _key(connection: Connection, known: Subscription) -> str:
    return connection.scalar(sa.select(TABLE.c.address_key).where(TABLE.c.id == known.id)) or ""


def _shown(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: clock.text(value) if value and (name in _MOMENTS or name.endswith("_at")) else value
        for name, value in values.items()
    }
