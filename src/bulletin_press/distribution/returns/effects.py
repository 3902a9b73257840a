"""What returned messages bring about on the list and in the ledger, each message once."""

from __future__ import annotations

import contextlib
import itertools
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bulletin_press.config import Publication
from bulletin_press.distribution import tables
from bulletin_press.distribution.database import Database
from bulletin_press.distribution.keys import Keys
from bulletin_press.distribution.readers import devices, subscribers
from bulletin_press.distribution.readers.addresses import blotted
from bulletin_press.distribution.returns import limits, reading, streaks, verdicts
from bulletin_press.distribution.returns.mailboxes import Item
from bulletin_press.distribution.returns.reading import (
    AWAY,
    BOUNCE,
    COMPLAINT,
    FEEDBACK,
    UNKNOWN,
    UNSUBSCRIBE,
    Report,
)
from bulletin_press.distribution.returns.tracing import Owner, Tracer, settled_at
from bulletin_press.distribution.returns.verdicts import (
    DELAYED,
    DELIVERED,
    HARD,
    REFUSED,
    SOFT,
)
from bulletin_press.distribution.sending import chain
from bulletin_press.distribution.sending.chain import Entry

KINDS = (
    HARD, SOFT, REFUSED, DELAYED, DELIVERED, COMPLAINT, FEEDBACK, UNSUBSCRIBE, AWAY, UNKNOWN,
)  # fmt: skip
SOURCE = "returned mail"
_BATCH = 100
_WRITTEN_TO = ("active", "paused", "unconfirmed")
_FORGED = "no mark in it was made with the keys of this publication"
_NO_MARK = "nothing in it names a letter of this publication"


@dataclass(frozen=True, slots=True)
class Line:
    """One message that a person should look at: where it is, and why; addresses are left out."""

    source: str
    reason: str


@dataclass(slots=True)
class Summary:
    """What a run found: messages by kind, and what changed because of them.

    ``repeated`` messages were known from earlier runs. ``stopped`` counts readers who are not
    written to any more, by their new state. ``paused`` and ``over`` name the mailings that went
    over a limit, those still being sent and those that had ended.
    """

    counts: Counter[str] = field(default_factory=Counter)
    repeated: int = 0
    stopped: Counter[str] = field(default_factory=Counter)
    unknown: list[Line] = field(default_factory=list)
    refused: list[Line] = field(default_factory=list)
    paused: list[Line] = field(default_factory=list)
    over: list[Line] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Found:
    kind: str
    owner: Owner | None = None
    status: str = ""
    detail: str = ""


class _UndoneError(Exception):
    """Ends a transaction that was only a rehearsal."""


def apply(
    database: Database,
    keys: Keys,
    publication: Publication,
    items: Iterable[Item],
    *,
    rehearse: bool = False,
) -> Summary:
    """Act on every message; some are handled in one transaction, and none is counted twice.

    With ``rehearse`` nothing is changed, and the summary says what would be.
    """
    summary = Summary()
    tracer = Tracer(keys)
    waiting = iter(items)
    with contextlib.suppress(_UndoneError):
        while batch := list(itertools.islice(waiting, None if rehearse else _BATCH)):
            reports = [(item, reading.read(item.head)) for item in batch]
            with database.write() as connection:
                now = database.keep_time(connection)
                work = _Work(connection, keys, now, tracer, summary)
                for item, report in reports:
                    work.take(item, report)
                paused, over = limits.enforce(connection, now, publication.delivery, work.mailings)
                summary.paused += [Line(*one) for one in paused]
                summary.over = [Line(*one) for one in over] or summary.over
                if rehearse:
                    raise _UndoneError
    return summary


class _Work:
    """The messages of one transaction."""

    def __init__(
        self, connection: Connection, keys: Keys, now: int, tracer: Tracer, summary: Summary
    ) -> None:
        self._connection, self._keys, self._now = connection, keys, now
        self._tracer, self._summary = tracer, summary
        self.mailings: set[int] = set()

    def take(self, item: Item, report: Report) -> None:
        """Record one message and act on it, unless it was recorded before."""
        r = tables.returns
        known = self._connection.scalar(sa.select(r.c.kind).where(r.c.sha256 == item.sha256))
        if known not in (None, UNKNOWN):
            self._summary.repeated += 1
            return
        found = self._classify(report)
        detail = _plain(found.detail)
        values = {
            "at": self._now,
            "kind": found.kind,
            "subscription": found.owner and found.owner.subscription,
            "delivery": found.owner and found.owner.delivery,
            "status": found.status[:20],
            "detail": detail,
        }
        if known is None:
            self._connection.execute(sa.insert(r).values(sha256=item.sha256, **values))
        else:
            self._connection.execute(sa.update(r).where(r.c.sha256 == item.sha256).values(**values))
        self._summary.counts[found.kind] += 1
        if found.kind == UNKNOWN:
            self._summary.unknown.append(Line(item.source, detail))
        elif found.kind in (REFUSED, FEEDBACK):
            said = " ".join(filter(None, [found.status, detail]))
            self._summary.refused.append(Line(item.source, said))
        if found.owner:
            self._act(found, found.owner, detail)

    def _classify(self, report: Report) -> _Found:
        if report.kind == UNKNOWN:
            return _Found(UNKNOWN, detail=report.reason)
        if report.kind == UNSUBSCRIBE:
            owner = self._tracer.reader(self._connection, report.token)
            if owner is None:
                return _Found(UNKNOWN, detail="its token is not one of this publication's")
            return _Found(UNSUBSCRIBE, owner)
        owner = self._tracer.owner(self._connection, report.clues)
        if report.kind == AWAY:
            return _Found(AWAY, owner)
        if owner is None:
            return _Found(UNKNOWN, detail=_FORGED if report.clues else _NO_MARK)
        if report.kind == BOUNCE:
            one = verdicts.of_report(report.recipients, owner.address)
            return _Found(one.verdict, owner, one.code, one.diagnostic)
        return _Found(report.kind, owner, detail=report.reason)

    def _act(self, found: _Found, owner: Owner, detail: str) -> None:
        said = " ".join(filter(None, [found.status, detail]))
        if found.kind in (HARD, SOFT):
            self._enter(owner, "bounced", f"{found.kind} {said}".strip())
            since = settled_at(self._connection, owner)
            if owner.started_at is not None and owner.started_at <= since:
                return
            if found.kind == HARD:
                self._hard(owner, said)
            else:
                self._soft(owner, said, since)
        elif found.kind == COMPLAINT:
            self._enter(owner, "complained", "")
            self._stop(
                owner, "complained", "a complaint", (*_WRITTEN_TO, "bounced", "unsubscribed")
            )
        elif found.kind == UNSUBSCRIBE:
            self._stop(owner, "unsubscribed", "by mail", (*_WRITTEN_TO, "bounced"))

    def _hard(self, owner: Owner, said: str) -> None:
        if owner.form == "kindle":
            devices.withdraw(self._connection, self._now, owner.subscription, SOURCE, said)
        else:
            self._stop(owner, "bounced", said)

    def _soft(self, owner: Owner, said: str, since: int) -> None:
        if owner.form == "kindle" or owner.state == "erased":
            return
        count = streaks.soft(self._connection, self._now, owner.subscription, since)
        s = tables.subscriptions
        self._connection.execute(
            sa.update(s).where(s.c.id == owner.subscription).values(soft_bounces=count)
        )
        if count >= streaks.LIMIT:
            self._stop(owner, "bounced", f"{count} letters in a row came back: {said}")

    def _stop(
        self, owner: Owner, state: str, reason: str, states: tuple[str, ...] = _WRITTEN_TO
    ) -> None:
        s = tables.subscriptions.c
        now_in = self._connection.scalar(sa.select(s.state).where(s.id == owner.subscription))
        if now_in in states:
            subscribers.set_state(
                self._connection, self._keys, self._now, owner.subscription, state, SOURCE, reason
            )
            self._summary.stopped[state] += 1

    def _enter(self, owner: Owner, kind: str, detail: str) -> None:
        """Note a return in the chain of the mailing, once for each delivery and kind."""
        if owner.delivery is None or owner.mailing is None:
            return
        self.mailings.add(owner.mailing)
        e = tables.entries.c
        entered = sa.select(sa.func.count()).where(
            e.delivery == owner.delivery, e.kind == kind, e.detail == detail
        )
        if not self._connection.scalar(entered):
            chain.append(
                self._connection, owner.mailing, self._now, [Entry(kind, owner.delivery, detail)]
            )


def _plain(text: str) -> str:
    """A server's words as one short line without addresses."""
    line = "".join(sign if sign.isprintable() else " " for sign in blotted(text))
    return " ".join(line.split())[:300]
