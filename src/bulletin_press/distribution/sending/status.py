"""How mailings stand: counts, what is waited for, why something stopped; for print and programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bulletin_press.config import Delivery
from bulletin_press.distribution import tables
from bulletin_press.distribution.clock import MINUTE, minute, text
from bulletin_press.distribution.readers.addresses import blotted
from bulletin_press.distribution.sending import ledger, schedule
from bulletin_press.distribution.sending.ledger import Mailing
from bulletin_press.distribution.words import OPEN_STATES

# What people are told of the states of deliveries: each word with the states that it covers.
WORDS: Mapping[str, tuple[str, ...]] = {
    "sent": ("sent",),
    "waiting": OPEN_STATES,
    "in doubt": ("doubtful",),
    "failed": ("failed",),
    "left out": ("suppressed", "cancelled"),
}
RETURNS = ("bounced", "complained", "unsubscribed")
_REPLIES = 5


@dataclass(frozen=True, slots=True)
class Standing:
    """How one mailing stands; moments in milliseconds, None where there is none.

    ``counts`` are deliveries by their state, ``rate`` those sent in the last minute, ``next_at``
    the moment from which the next waiting one may go, and ``busy`` whether a sender is at work.
    """

    mailing: Mailing
    counts: Mapping[str, int]
    rate: int
    next_at: int | None
    last_at: int | None
    returned: Mapping[str, int]
    busy: bool
    now: int

    @property
    def name(self) -> str:
        """The issue's id, and the number of an erratum to it."""
        one = self.mailing
        return one.issue if one.kind == "issue" else f"{one.issue}, erratum {one.sequence}"

    @property
    def readers(self) -> int:
        """How many readers the mailing is for."""
        return sum(self.counts.values())

    @property
    def words(self) -> Mapping[str, int]:
        """The counts by the words of WORDS."""
        return {
            word: sum(self.counts.get(state, 0) for state in states)
            for word, states in WORDS.items()
        }

    @property
    def left(self) -> int:
        """How many are neither sent nor left out for good: waiting, in doubt or failed."""
        return sum(self.words[word] for word in ("waiting", "in doubt", "failed"))

    @property
    def state(self) -> str:
        """In a word: scheduled, sending, interrupted, paused, cancelled, partial or done.

        ``partial`` is one that ended with readers who did not get it, or may not have;
        ``interrupted`` one that has readers waiting and no sender at work.
        """
        one = self.mailing
        if one.state in ("paused", "cancelled"):
            return one.state
        if self.words["waiting"]:
            if one.send_at > self.now:
                return "scheduled"
            return "sending" if self.busy else "interrupted"
        return "partial" if self.left else "done"

    def as_dict(self) -> dict[str, Any]:
        """The standing as plain values, for programs."""
        one = self.mailing
        return {
            "issue": one.issue,
            "kind": one.kind,
            "sequence": one.sequence,
            "state": self.state,
            "reason": one.reason,
            "forced": one.forced,
            "readers": self.readers,
            "counts": _keyed(self.words),
            "states": dict(self.counts),
            "returned": dict(self.returned),
            "sent-last-minute": self.rate,
            "begun": text(one.created_at),
            "send-at": text(one.send_at) if one.send_at else None,
            "next": text(self.next_at) if self.next_at else None,
            "last": None if self.last_at is None else text(self.last_at),
        }


@dataclass(frozen=True, slots=True)
class Details:
    """More of one mailing: words and their counts by form and language; replies of failures.

    Addresses in the replies are blotted out.
    """

    kinds: Mapping[tuple[str, str], Mapping[str, int]]
    replies: Mapping[str, int]

    def as_dict(self) -> dict[str, Any]:
        """The details as plain values."""
        return {
            "mails": [
                {"form": form, "language": language, **_keyed(counts)}
                for (form, language), counts in self.kinds.items()
            ],
            "replies": [
                {"reply": reply, "deliveries": number} for reply, number in self.replies.items()
            ],
        }


def _keyed(counts: Mapping[str, int]) -> dict[str, int]:
    return {word.replace(" ", "-"): number for word, number in counts.items()}


def standings(connection: Connection, now: int, issue: str = "") -> list[Standing]:
    """How all mailings stand, or those of one issue, in the order in which they were begun."""
    return [_standing(connection, now, one) for one in ledger.mailings(connection, issue)]


def details(connection: Connection, mailing: int) -> Details:
    """More of the mailing with an id."""
    row = tables.deliveries.c
    words = {state: word for word, states in WORDS.items() for state in states}
    kinds: dict[tuple[str, str], dict[str, int]] = {}
    counted = connection.execute(
        sa.select(row.form, row.language, row.state, sa.func.count())
        .where(row.mailing == mailing)
        .group_by(row.form, row.language, row.state)
        .order_by(row.form, row.language)
    )
    for form, language, state, number in counted:
        found = kinds.setdefault((form, language), dict.fromkeys(WORDS, 0))
        found[words[state]] += number
    replies: Counter[str] = Counter()
    answered = connection.execute(
        sa.select(row.reply, sa.func.count())
        .where(row.mailing == mailing, row.reply != "", row.state.in_(("failed", "deferred")))
        .group_by(row.reply)
    )
    for reply, number in answered:
        replies[blotted(reply)] += number
    return Details(kinds, dict(replies.most_common(_REPLIES)))


def limits(connection: Connection, delivery: Delivery, now: int) -> tuple[str, ...]:
    """Which limits slow the sender now, a sentence each."""
    found = []
    if delivery.rate_per_day:
        left, again = schedule.left_today(connection, delivery.rate_per_day, now)
        said = f"{left:,} of {delivery.rate_per_day:,} messages a day are left"
        found.append(said if left else f"{said}; the next may go at {minute(again)}")
    row = tables.rates.c
    slowed = sa.select(row.key, row.interval, row.allowed).where(row.interval > row.allowed)
    for key, interval, allowed in connection.execute(slowed.order_by(row.key)):
        whose = "the relay" if key == schedule.relay_key() else key.partition(":")[2]
        now_at, usual = (MINUTE * 1000 // value for value in (interval, allowed))
        found.append(f"{whose} asked for a slower pace: {now_at:,} a minute in place of {usual:,}")
    return tuple(found)


def _standing(connection: Connection, now: int, mailing: Mailing) -> Standing:
    row, entry = tables.deliveries.c, tables.entries.c
    own = row.mailing == mailing.id
    waiting = row.state.in_(WORDS["waiting"])
    rate = sa.select(sa.func.count()).where(
        own, row.state == "sent", row.finished_at > now - MINUTE
    )
    returned = connection.execute(
        sa.select(entry.kind, sa.func.count())
        .where(entry.mailing == mailing.id, entry.kind.in_(RETURNS))
        .group_by(entry.kind)
    )
    at_work = sa.select(sa.func.count()).where(tables.workers.c.until > now)
    return Standing(
        mailing,
        ledger.counts(connection, mailing.id),
        int(connection.scalar(rate) or 0),
        connection.scalar(sa.select(sa.func.min(row.next_at)).where(own, waiting)),
        connection.scalar(sa.select(sa.func.max(row.finished_at)).where(own)),
        dict(returned.all()),
        bool(connection.scalar(at_work)),
        now,
    )
