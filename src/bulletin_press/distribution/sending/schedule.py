"""When: waits after a refusal, rates by the generic cell rate algorithm, the breaker of a relay."""

from __future__ import annotations

import random
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bulletin_press.config import Delivery
from bulletin_press.distribution import tables
from bulletin_press.distribution.clock import DAY, HOUR, MINUTE, SECOND
from bulletin_press.distribution.prepared import Prepared

_AHEAD = 50  # messages at most that are asked for in advance
SLOWEST = 64  # times the configured interval
_QUICKER_AFTER = 50  # messages taken, before a slowed rate recovers by a step


@dataclass(frozen=True, slots=True)
class Policy:
    """The waits of a sender, in milliseconds, and its bounds.

    ``waits`` follow the first, second … refusal of a message for the time being; the last one
    repeats. After ``attempts``, or ``patience`` after the first, the delivery has failed.
    """

    waits: tuple[int, ...] = (5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR, 12 * HOUR)
    attempts: int = 8
    patience: int = 48 * HOUR
    after_loss: int = 10 * SECOND
    after_throttling: int = 5 * SECOND
    after_doubt: int = 5 * MINUTE
    lease: int = MINUTE
    breaker: int = 20
    cool_off: int = 30 * SECOND
    openings: int = 8

    def wait(self, attempts: int) -> int:
        """How long to wait after the given number of attempts, give or take a fifth."""
        wait = self.waits[min(attempts, len(self.waits)) - 1]
        return int(wait * random.uniform(0.8, 1.2))


class Breaker:
    """Stops connecting to a relay that has failed too often in a row; tries again ever later."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._failures = 0
        self.openings = 0
        self.closed_until = 0

    def succeeded(self) -> None:
        """The relay has answered."""
        self._failures = 0
        self.openings = 0

    def failed(self, now: int) -> bool:
        """The relay has not answered; returns whether it is to be given up."""
        self._failures += 1
        if self._failures >= self._policy.breaker or self.openings:
            wait = min(self._policy.cool_off * 2**self.openings, 15 * MINUTE)
            self.closed_until = now + wait
            self._failures = 0
            self.openings += 1
        return self.openings >= self._policy.openings


class Allowance:
    """How many messages the relay may be given; asks the database for some in advance."""

    def __init__(self, delivery: Delivery) -> None:
        self._per_minute, self._per_day = delivery.rate_per_minute, delivery.rate_per_day
        self._reserved = 0

    def asked(self, connection: Connection, wanted: int, now: int) -> tuple[int, int]:
        """How many of ``wanted`` messages may go now, and when to ask again."""
        again = now + SECOND
        if not wanted:
            return 0, again
        if self._per_day:
            left, at = left_today(connection, self._per_day, now)
            if not left:
                return 0, at
            wanted = min(wanted, left)
        if self._reserved < wanted:
            ahead = max(wanted, min(_AHEAD, self._per_minute // 60)) - self._reserved
            taken, at = take(connection, relay_key(), self._per_minute, ahead, now)
            self._reserved += taken
            if self._reserved < wanted:
                return self._reserved, at
        return wanted, again

    def spent(self, messages: int) -> None:
        """So many messages have gone."""
        self._reserved -= messages


def relay_key() -> str:
    """The key of the rate of the whole relay."""
    return "relay"


def domain_key(domain: str) -> str:
    """The key of the rate of one domain group."""
    return f"domain:{domain}"


def take(
    connection: Connection, key: str, per_minute: int, wanted: int, now: int
) -> tuple[int, int]:
    """How many of ``wanted`` messages may go now, and when the next one may.

    A second's worth may go at once. A rate that was slowed recovers as messages are taken.
    """
    allowed = MINUTE * 1000 // per_minute
    kept = _select_rate(connection, {"of": key})
    due, interval, before = kept[0] if kept else (0, allowed, allowed)
    if before != allowed:
        interval = allowed
    moment = now * 1000
    burst = max(0, SECOND * 1000 - interval)
    due = max(due, moment)
    granted = min(wanted, max(0, (moment + burst - due) // interval + 1))
    due += granted * interval
    if granted and interval > allowed:
        interval = max(allowed, interval - granted * max(1, allowed // _QUICKER_AFTER))
    if not kept:
        values = {"key": key, "due": due, "interval": interval, "allowed": allowed}
        connection.execute(sa.insert(tables.rates), values)
    else:
        values = {"of": key, "at": due, "wide": interval, "may": allowed}
        _set_rate(connection, values)
    return granted, -(-(due - burst) // 1000)


def slow_down(connection: Connection, key: str, now: int, wait: int) -> None:
    """Halve a rate, for all workers, and let nothing go for ``wait`` milliseconds."""
    table = tables.rates
    slower = sa.case(
        (table.c.interval * 2 > table.c.allowed * SLOWEST, table.c.allowed * SLOWEST),
        else_=table.c.interval * 2,
    )
    connection.execute(
        sa.update(table).where(table.c.key == key).values(interval=slower, due=(now + wait) * 1000)
    )


def left_today(connection: Connection, quota: int, now: int) -> tuple[int, int]:
    """How many messages of a daily quota are left in the last 24 hours, and when one comes free."""
    started = tables.deliveries.c.started_at
    used = connection.scalars(
        sa.select(started).where(started > now - DAY).order_by(started.desc()).limit(quota)
    ).all()
    if len(used) < quota:
        return quota - len(used), now
    return 0, int(used[-1] or now) + DAY


_rate = tables.rates.c
_select_rate = Prepared(
    sa.select(_rate.due, _rate.interval, _rate.allowed).where(_rate.key == sa.bindparam("of"))
)
_set_rate = Prepared(
    sa.update(tables.rates)
    .where(_rate.key == sa.bindparam("of"))
    .values(due=sa.bindparam("at"), interval=sa.bindparam("wide"), allowed=sa.bindparam("may"))
)
