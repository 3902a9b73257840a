"""A sender's turn at the ledger: outcomes written, intents written, work claimed, in one commit.

Every statement that speaks for a worker names it, so that one whose lease ran out changes nothing.
An intent is written only while the mailing is being sent and its reader may be written to: so an
unsubscription holds from the moment it is committed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bulletin_press.distribution import tables, words
from bulletin_press.distribution.clock import MINUTE
from bulletin_press.distribution.mail import verdict
from bulletin_press.distribution.prepared import Prepared
from bulletin_press.distribution.sending import chain, schedule
from bulletin_press.distribution.sending.chain import Entry
from bulletin_press.distribution.sending.schedule import Policy

_d, _s, _m = tables.deliveries.c, tables.subscriptions.c, tables.mailings.c
_suppressed = (
    sa.select(tables.suppressions.c.address_key)
    .where(tables.suppressions.c.address_key == _s.address_key)
    .exists()
)
# Whether the reader of a delivery may be written to now.
MAY_GET = (
    (_s.state == "active")
    & ~_suppressed
    & ((_d.form != "kindle") | _s.device_confirmed_at.is_not(None))
)


@dataclass(frozen=True, slots=True)
class Task:
    """A claimed delivery and what its message needs of the reader; ``dated`` is set by intent."""

    id: int
    subscription: int
    form: str
    language: str
    domain: str
    attempts: int
    dated: int | None
    public_id: str
    address: str
    name: str


@dataclass(frozen=True, slots=True)
class Result:
    """How an attempt ended: the task, one of verdict.KINDS, the server's reply, and when."""

    task: Task
    kind: str
    reply: str
    started_at: int
    finished_at: int


def recover(connection: Connection, mailing: int, in_doubt: str, now: int) -> int:
    """Take up what workers that are gone left behind; returns how many deliveries are in doubt.

    What was claimed only is queued again. What may have been handed over is in doubt: queued with
    its doubt on record (``resend``), or held for a person.
    """
    lost = (_d.mailing == mailing) & _d.worker.not_in(sa.select(tables.workers.c.id))
    connection.execute(
        sa.update(tables.deliveries)
        .where(lost, _d.state == "claimed")
        .values(state="queued", worker="")
    )
    kept = {"state": "queued"} if in_doubt == "resend" else {"state": "doubtful"}
    ids = connection.scalars(
        sa.update(tables.deliveries)
        .where(lost, _d.state == "sending")
        .values(worker="", reply="the sender ended before the reply was written down", **kept)
        .returning(_d.id)
    ).all()
    chain.append(connection, mailing, now, [Entry("doubtful", one) for one in sorted(ids)])
    return len(ids)


def claim(
    connection: Connection, mailing: int, worker: str, now: int, wanted: int,
    domain_rates: Mapping[str, int], later: dict[str, int],
) -> list[Task]:  # fmt: skip
    """Up to ``wanted`` deliveries whose time has come, now this worker's.

    Readers who may no longer be written to are passed over for good, with an entry each. Of a
    domain with a rate of its own, what does not fit is put off: ``later`` keeps, by domain, the
    moment up to which that has been done.
    """
    rows: list[Any] = []
    for state in ("deferred", "queued"):
        if wanted > len(rows):
            rows += connection.execute(
                _candidates,
                {"mailing": mailing, "state": state, "now": now, "most": wanted - len(rows)},
            ).all()
    tasks = []
    claimed, refused, put_off = [], [], []
    taken = _domain_shares(connection, rows, domain_rates, now)
    for row in rows:
        *facts, may_get = row
        task = Task(*facts)
        if not may_get:
            refused.append(task.id)
        elif task.domain in taken and taken[task.domain] == 0:
            interval = MINUTE // domain_rates[task.domain]
            at = max(later.get(task.domain, 0), now) + interval
            later[task.domain] = at
            put_off.append({"one": task.id, "at": at})
        else:
            if task.domain in taken:
                taken[task.domain] -= 1
            claimed.append(task.id)
            tasks.append(task)
    if claimed:
        connection.execute(_set_claimed, {"ids": claimed, "by": worker})
    if put_off:
        connection.execute(_put_off, put_off)
    if refused:
        connection.execute(_set_suppressed, {"ids": refused, "now": now})
        chain.append(connection, mailing, now, [Entry("suppressed", one) for one in refused])
    return tasks


def intend(
    connection: Connection, mailing: int, worker: str, tasks: Sequence[Task], now: int
) -> tuple[dict[int, int], list[Entry]]:
    """Write down that these messages are about to be sent.

    Returns the Date of each that may go, by delivery, and the entries for the chain; one that may
    not is left claimed, and the next ``release`` and ``claim`` pass it over.
    """
    facts = [{"one": one.id, "by": worker, "now": now, "of": mailing} for one in tasks]
    dates = {row[0]: row[1] for row in _set_sending.each(connection, facts)}
    return dates, [Entry("intent", one.id) for one in tasks if one.id in dates]


def regain(
    connection: Connection, mailing: int, worker: str, handed_over: Iterable[int], now: int
) -> set[int]:
    """Bring the ledger back in step with a worker that does not know what it wrote last.

    Queued again is what it has claimed, and what it intended and never handed over. Returns the
    deliveries that are still being sent.
    """
    release(connection, worker)
    mine = (_d.worker == worker) & (_d.state == "sending")
    found = set(connection.scalars(sa.select(_d.id).where(mine)))
    left = sorted(found.difference(handed_over))
    connection.execute(
        sa.update(tables.deliveries)
        .where(_d.id.in_(left))
        .values(state="queued", worker="", next_at=now)
    )
    unsent = [Entry("deferred", one, "not begun: the database did not answer") for one in left]
    chain.append(connection, mailing, now, unsent)
    return found.difference(left)


def release(connection: Connection, worker: str, some: Iterable[int] | None = None) -> None:
    """Queue again what this worker has claimed and not begun, or ``some`` of it."""
    chosen = sa.true() if some is None else _d.id.in_(tuple(some))
    connection.execute(
        sa.update(tables.deliveries)
        .where(chosen, _d.worker == worker, _d.state == "claimed")
        .values(state="queued", worker="")
    )


def unfinished(connection: Connection, mailing: int) -> tuple[int, int | None]:
    """How many deliveries are not yet ended, and when the next one is due."""
    waiting = _d.state.in_(("queued", "deferred"))
    counted, due = connection.execute(
        sa.select(sa.func.count(), sa.func.min(sa.case((waiting, _d.next_at), else_=None))).where(
            _d.mailing == mailing, _d.state.in_(words.OPEN_STATES)
        )
    ).one()
    return int(counted), due


def record(
    connection: Connection, worker: str, in_doubt: str, results: Iterable[Result], policy: Policy
) -> list[Entry]:
    """Write outcomes down; returns their entries for the chain."""
    entries = []
    changed = []
    for one in results:
        state, next_at, attempts, reply = _after(one, in_doubt, policy)
        entries.append(Entry(state, one.task.id, reply))
        changed.append(
            {
                "one": one.task.id, "by": worker, "to": state, "tried": attempts,
                "due": next_at, "answer": reply, "ended": one.finished_at,
            }
        )  # fmt: skip
    _set_outcome.many(connection, changed)
    return entries


def fall_back(connection: Connection, mailing: int, delivery: int, now: int) -> bool:
    """Queue a letter with a link for a reader whose file was too large; False if there is none."""
    row = connection.execute(
        sa.select(_d.subscription, _d.language, _d.domain).where(_d.id == delivery)
    ).one()
    letters = tables.templates.c
    there = sa.select(letters.id).where(
        letters.mailing == mailing, letters.form == "link", letters.language == row.language
    )
    twice = sa.select(_d.id).where(
        _d.mailing == mailing, _d.subscription == row.subscription, _d.form == "link"
    )
    if connection.scalar(there) is None or connection.scalar(twice) is not None:
        return False
    added = connection.execute(
        sa.insert(tables.deliveries)
        .values(
            mailing=mailing, subscription=row.subscription, form="link", language=row.language,
            domain=row.domain, state="queued", next_at=now,
        )
        .returning(_d.id)
    ).scalar_one()  # fmt: skip
    detail = f"delivery {delivery} was too large; a link goes out instead"
    chain.append(connection, mailing, now, [Entry("note", added, detail)])
    return True


def _after(result: Result, in_doubt: str, policy: Policy) -> tuple[str, int, int, str]:
    """The state of a delivery after an attempt, when it is due, its attempts, the words kept."""
    task, kind, reply, now = result.task, result.kind, result.reply, result.finished_at
    attempts = task.attempts + 1
    if kind == verdict.SENT:
        return "sent", 0, attempts, reply
    if kind in (verdict.FAILED, verdict.TOO_LARGE):
        return "failed", 0, attempts, reply
    if kind in (verdict.THROTTLED, verdict.BLOCKED):
        return "deferred", now + policy.after_throttling, task.attempts, reply
    if kind == verdict.DOUBTFUL and in_doubt == "hold":
        return "doubtful", 0, attempts, reply
    since = task.dated or result.started_at
    if attempts >= policy.attempts or now - since > policy.patience:
        ended = "doubtful" if kind == verdict.DOUBTFUL else "failed"
        return ended, 0, attempts, f"given up after {attempts} attempts: {reply}"
    if kind == verdict.LOST:
        return "deferred", now + policy.after_loss * attempts, attempts, reply
    if kind == verdict.DOUBTFUL:
        return "deferred", now + policy.after_doubt, attempts, f"in doubt, sent again: {reply}"
    return "deferred", now + policy.wait(attempts), attempts, reply


def _domain_shares(
    connection: Connection,
    rows: Sequence[Any],
    domain_rates: Mapping[str, int],
    now: int,
) -> dict[str, int]:
    """How many messages each domain with a rate of its own may be sent at once."""
    wanted: dict[str, int] = {}
    for row in rows:
        if row.domain in domain_rates:
            wanted[row.domain] = wanted.get(row.domain, 0) + 1
    shares = {}
    for name, count in wanted.items():
        key = schedule.domain_key(name)
        shares[name], _ = schedule.take(connection, key, domain_rates[name], count, now)
    return shares


_candidates = (
    sa.select(
        _d.id, _d.subscription, _d.form, _d.language, _d.domain, _d.attempts, _d.dated,
        _s.public_id,
        sa.case((_d.form == "kindle", _s.device), else_=sa.func.coalesce(_s.address, "")),
        _s.name, MAY_GET,
    )
    .select_from(
        tables.deliveries.join(tables.mailings, _m.id == _d.mailing).join(
            tables.subscriptions, _s.id == _d.subscription
        )
    )
    .where(_d.mailing == sa.bindparam("mailing"), _d.state == sa.bindparam("state"))
    .where(_d.next_at <= sa.bindparam("now"))
    .where(_m.state == "sending", _m.send_at <= sa.bindparam("now"))
    .order_by(_d.next_at, _d.id)
    .limit(sa.bindparam("most"))
)  # fmt: skip
_chosen = _d.id.in_(sa.bindparam("ids", expanding=True))
_set_claimed = (
    sa.update(tables.deliveries).where(_chosen).values(state="claimed", worker=sa.bindparam("by"))
)
_set_suppressed = (
    sa.update(tables.deliveries)
    .where(_chosen)
    .values(state="suppressed", worker="", finished_at=sa.bindparam("now"))
)
_put_off = (
    sa.update(tables.deliveries)
    .where(_d.id == sa.bindparam("one"))
    .values(next_at=sa.bindparam("at"))
)
_set_sending = Prepared(
    sa.update(tables.deliveries)
    .where(_d.id == sa.bindparam("one"), _d.worker == sa.bindparam("by"), _d.state == "claimed")
    .where(
        sa.select(_s.id).where(_s.id == _d.subscription, MAY_GET).exists(),
        sa.select(_m.id).where(_m.id == sa.bindparam("of"), _m.state == "sending").exists(),
    )
    .values(
        state="sending",
        started_at=sa.bindparam("now"),
        dated=sa.func.coalesce(_d.dated, sa.bindparam("now")),
    )
    .returning(_d.id, _d.dated)
)
_set_outcome = Prepared(
    sa.update(tables.deliveries)
    .where(
        _d.id == sa.bindparam("one"),
        _d.worker == sa.bindparam("by"),
        _d.state == sa.literal_column("'sending'"),
    )
    .values(
        state=sa.bindparam("to"),
        next_at=sa.bindparam("due"),
        attempts=sa.bindparam("tried"),
        reply=sa.bindparam("answer"),
        finished_at=sa.bindparam("ended"),
        worker=sa.literal_column("''"),
    )
)
