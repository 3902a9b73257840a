"""Which senders are at work: each holds a lease; one that let it run out may be taken for gone."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bulletin_press.distribution import tables
from bulletin_press.distribution.prepared import Prepared
from bulletin_press.distribution.sending.schedule import Policy


class LostLeaseError(Exception):
    """This process stood still for so long that another one took over its work."""


def enrolled(connection: Connection, worker: str) -> bool:
    """Whether nobody has taken the worker for gone; until somebody does, its claims are its own."""
    return bool(_enrolled(connection, {"by": worker}))


def renew(connection: Connection, worker: str, now: int, policy: Policy) -> None:
    """Hold the worker's claims for another while, and take those whose leases ran out for gone.

    A worker whose own lease ran out gives the others time to come back, as after an outage.
    """
    table = tables.workers.c
    gone = table.until < now
    awake = connection.scalar(sa.select(table.id).where(table.id == worker, ~gone))
    renewed = {"until": now + policy.lease}
    connection.execute(sa.update(tables.workers).where(table.id == worker).values(renewed))
    if awake:
        connection.execute(sa.delete(tables.workers).where(gone))


def enrol(connection: Connection, worker: str, now: int, policy: Policy, *, alone: bool) -> None:
    """Begin to work; ``alone`` says that no other worker can be alive, whatever their leases."""
    table = tables.workers
    gone = sa.true() if alone else table.c.until < now
    connection.execute(sa.delete(table).where(gone))
    connection.execute(sa.insert(table).values(id=worker, until=now + policy.lease))


def resign(connection: Connection, worker: str) -> None:
    """Work no more."""
    connection.execute(sa.delete(tables.workers).where(tables.workers.c.id == worker))


_enrolled = Prepared(
    sa.select(tables.workers.c.id).where(tables.workers.c.id == sa.bindparam("by"))
)
