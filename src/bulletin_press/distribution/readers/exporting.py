"""The list as rows: for a sheet that an import takes back, and for what is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bulletin_press.distribution import clock
from bulletin_press.distribution.readers import spellings, subscribers
from bulletin_press.distribution.readers.subscribers import TABLE
from bulletin_press.distribution.readers.subscription import Subscription

COLUMNS = spellings.COLUMNS
_BATCH = 1000


def subscriptions(
    connection: Connection, chosen: Mapping[str, Sequence[str]] | None = None
) -> Iterator[Subscription]:
    """All subscriptions but erased ones, in the order in which they came.

    ``chosen`` are the values that a row may have, by the name of its column; none are all.
    """
    last = 0
    query = sa.select(*subscribers.COLUMNS).where(TABLE.c.state != "erased")
    for name, values in (chosen or {}).items():
        if values:
            query = query.where(TABLE.c[name].in_(values))
    while True:
        found = connection.execute(
            query.where(TABLE.c.id > last).order_by(TABLE.c.id).limit(_BATCH)
        ).all()
        yield from map(subscribers.of_row, found)
        if len(found) < _BATCH:
            return
        last = found[-1].id


def cells(one: Subscription) -> tuple[str, ...]:
    """The cells of a subscription below COLUMNS."""
    return (
        one.address, one.name, one.language, one.form, one.device, _moment(one.device_confirmed_at),
        one.state, _moment(one.consent_at), one.consent_source, one.consent_wording,
    )  # fmt: skip


def _moment(moment: int | None) -> str:
    return "" if moment is None else clock.text(moment)
