"""The ledger: a mailing with its frozen letters and audience, and what its operator does to it."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bulletin_press.distribution import tables
from bulletin_press.distribution.database import Database
from bulletin_press.distribution.keys import Keys
from bulletin_press.distribution.sending import chain, turns
from bulletin_press.distribution.sending.chain import Entry

_BATCH = 1000

_mailings, _deliveries = tables.mailings, tables.deliveries


@dataclass(frozen=True, slots=True)
class Mail:
    """The letter of one form and language as it will be sent: messages.Template.data.

    ``octets`` is the size of one message on the wire, ``file`` the edition's file that it carries
    or links to, with its SHA-256 in hexadecimal digits.
    """

    form: str
    language: str
    template: bytes
    octets: int
    file: str = ""
    file_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Recipient:
    """A subscription with what it is to get; ``domain`` is addresses.domain_group's."""

    subscription: int
    form: str
    language: str
    domain: str


@dataclass(frozen=True, slots=True)
class Mailing:
    """One issue, or one erratum to it, on its way to its audience; moments in milliseconds."""

    id: int
    issue: str
    kind: str
    sequence: int
    state: str
    reason: str
    in_doubt: str
    forced: str
    domain: str
    created_at: int
    send_at: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery as the ledger knows it, with the address of its reader if not erased."""

    id: int
    subscription: int
    address: str
    form: str
    language: str
    state: str
    attempts: int
    next_at: int
    started_at: int | None
    finished_at: int | None
    reply: str


def mailing(
    connection: Connection, issue: str, kind: str = "issue", sequence: int = 0
) -> Mailing | None:
    """The mailing of an issue, None if it was never begun."""
    table = _mailings.c
    wanted = (table.issue == issue) & (table.kind == kind) & (table.sequence == sequence)
    return _one_mailing(connection, wanted)


def mailings(connection: Connection, issue: str = "") -> list[Mailing]:
    """All mailings, of one issue or of all, in the order in which they were begun."""
    chosen = _mailings.c.issue == issue if issue else sa.true()
    rows = connection.execute(_select_mailing.where(chosen).order_by(_mailings.c.id))
    return [Mailing(*row) for row in rows]


def by_id(connection: Connection, mailing_id: int) -> Mailing:
    """The mailing with an id. Raises LookupError."""
    found = _one_mailing(connection, _mailings.c.id == mailing_id)
    if found is None:
        raise LookupError(mailing_id)
    return found


def open_mailing(
    database: Database,
    issue: str,
    kind: str = "issue",
    *,
    mails: Iterable[Mail],
    audience: Iterable[Recipient],
    message_domain: str,
    in_doubt: Literal["resend", "hold"] = "resend",
    send_at: int = 0,
    forced: str = "",
) -> Mailing:
    """Begin the mailing of an issue: letters and audience are frozen together, or nothing is.

    A mailing of this issue that was begun before is returned as it is; an erratum is always a new
    one. Raises ValueError for a recipient whose form and language have no letter.
    """
    with database.write() as connection:
        existing = mailing(connection, issue, kind)
        if existing is not None and kind == "issue":
            return existing
        now = database.keep_time(connection)
        sequence = 0 if kind == "issue" else _next_sequence(connection, issue, kind)
        found = connection.execute(
            sa.insert(_mailings)
            .values(
                issue=issue, kind=kind, sequence=sequence, state="sending", in_doubt=in_doubt,
                forced=forced, domain=message_domain, created_at=now, send_at=send_at,
            )
            .returning(_mailings.c.id)
        ).scalar_one()  # fmt: skip
        listed = [_freeze(connection, found, mail) for mail in mails]
        known = {(mail["form"], mail["language"]) for mail in listed}
        counted = _enlist(connection, found, audience, known)
        frozen = {
            "audience": chain.audience_hash(_audience(connection, found)),
            "deliveries": counted,
            "letters": listed,
            "forced": forced,
        }
        detail = json.dumps(frozen, ensure_ascii=False, separators=(",", ":"))
        chain.append(connection, found, now, [Entry("frozen", detail=detail)])
        return by_id(connection, found)


def set_state(database: Database, mailing_id: int, state: str, reason: str = "") -> bool:
    """Pause, resume (``sending``) or cancel a mailing; returns whether it was not ended before.

    A cancelled mailing's deliveries that have not begun are cancelled with it.
    """
    with database.write() as connection:
        return change_state(connection, database.keep_time(connection), mailing_id, state, reason)


def change_state(
    connection: Connection, now: int, mailing_id: int, state: str, reason: str = ""
) -> bool:
    """The same as ``set_state``, within a transaction."""
    changed = connection.execute(
        sa.update(_mailings)
        .where(_mailings.c.id == mailing_id, _mailings.c.state != "cancelled")
        .where(_mailings.c.state != state)
        .values(state=state, reason=reason)
    )
    if not changed.rowcount:
        return False
    happened = [Entry("note", detail=f"{state}: {reason}" if reason else state)]
    if state == "cancelled":
        waiting = (_deliveries.c.mailing == mailing_id) & _deliveries.c.state.in_(
            ("queued", "claimed", "deferred")
        )
        ids = connection.scalars(sa.select(_deliveries.c.id).where(waiting)).all()
        happened += [Entry("cancelled", one) for one in ids]
        connection.execute(sa.update(_deliveries).where(waiting).values(state="cancelled"))
    chain.append(connection, mailing_id, now, happened)
    return True


def counts(connection: Connection, mailing_id: int) -> Mapping[str, int]:
    """How many deliveries are in each state; states without any are left out."""
    state = _deliveries.c.state
    rows = connection.execute(
        sa.select(state, sa.func.count()).where(_deliveries.c.mailing == mailing_id).group_by(state)
    )
    return {row[0]: row[1] for row in rows}


def deliveries(
    connection: Connection, mailing_id: int, states: Iterable[str] = ()
) -> Iterable[Delivery]:
    """The deliveries of a mailing, of some states or all, in order, read as they are asked for."""
    d, s = _deliveries.c, tables.subscriptions.c
    chosen = d.state.in_(tuple(states)) if states else sa.true()
    query = (
        sa.select(
            d.id, d.subscription, sa.func.coalesce(s.address, ""), d.form, d.language, d.state,
            d.attempts, d.next_at, d.started_at, d.finished_at, d.reply,
        )
        .join(tables.subscriptions, s.id == d.subscription)
        .where(d.mailing == mailing_id, chosen)
        .order_by(d.id)
    )  # fmt: skip
    for row in connection.execute(query.execution_options(yield_per=_BATCH)):
        yield Delivery(*row)


def doubts(connection: Connection, mailing_id: int) -> list[Delivery]:
    """The deliveries that may have arrived or not: neither the ledger nor the relay knows."""
    return list(deliveries(connection, mailing_id, ["doubtful"]))


def settle(
    database: Database, delivery: int, outcome: Literal["sent", "failed"], note: str
) -> bool:
    """Say how a doubtful delivery ended; returns False if it is not, or no longer, in doubt."""
    with database.write() as connection:
        now = database.keep_time(connection)
        found = _move(connection, _deliveries.c.id == delivery, ("doubtful",), outcome, now)
        for mailing_id, one in found:
            chain.append(connection, mailing_id, now, [Entry("settled", one, f"{outcome}: {note}")])
        return bool(found)


def resend_doubts(database: Database, mailing_id: int, only: Iterable[int] = ()) -> int:
    """Queue doubtful deliveries again, all or some; the same Message-ID and bytes will go out."""
    chosen = _deliveries.c.mailing == mailing_id
    if only := tuple(only):
        chosen &= _deliveries.c.id.in_(only)
    return _requeue(database, mailing_id, chosen, ("doubtful",), "queued again")


def requeue_failed(database: Database, mailing_id: int) -> int:
    """Queue the failed deliveries of a mailing again whose readers may still be written to.

    Returns how many those were.
    """
    chosen = (_deliveries.c.mailing == mailing_id) & _reachable()
    return _requeue(database, mailing_id, chosen, ("failed",), "failed, queued again")


def failed(connection: Connection, mailing_id: int) -> tuple[int, int]:
    """How many failed deliveries have readers who may still be written to, and how many not."""
    number = sa.select(sa.func.count()).where(
        _deliveries.c.mailing == mailing_id, _deliveries.c.state == "failed"
    )
    open_to_us = int(connection.scalar(number.where(_reachable())) or 0)
    return open_to_us, int(connection.scalar(number) or 0) - open_to_us


def _reachable() -> sa.ColumnElement[bool]:
    row = tables.subscriptions.c
    return sa.select(row.id).where(row.id == _deliveries.c.subscription, turns.MAY_GET).exists()


def _requeue(
    database: Database, mailing_id: int, chosen: sa.ColumnElement[bool], states: tuple[str, ...],
    note: str,
) -> int:  # fmt: skip
    with database.write() as connection:
        now = database.keep_time(connection)
        found = _move(connection, chosen, states, "queued", now)
        chain.append(connection, mailing_id, now, [Entry("note", one, note) for _, one in found])
        if found:
            connection.execute(
                sa.update(_mailings)
                .where(_mailings.c.id == mailing_id, _mailings.c.state == "done")
                .values(state="sending")
            )
        return len(found)


def _move(
    connection: Connection, chosen: sa.ColumnElement[bool], states: tuple[str, ...], state: str,
    now: int,
) -> list[tuple[int, int]]:  # fmt: skip
    """Put deliveries into another state; returns their mailings and ids, in order."""
    fresh = {"attempts": 0, "next_at": now} if state == "queued" else {"finished_at": now}
    moved = connection.execute(
        sa.update(_deliveries)
        .where(chosen, _deliveries.c.state.in_(states))
        .values(state=state, worker="", **fresh)
        .returning(_deliveries.c.mailing, _deliveries.c.id)
    )
    return sorted((row.mailing, row.id) for row in moved)


def _freeze(connection: Connection, mailing_id: int, mail: Mail) -> dict[str, str]:
    digest = hashlib.sha256(mail.template).hexdigest()
    parts = tables.parts
    if connection.scalar(sa.select(sa.func.count()).where(parts.c.sha256 == digest)) == 0:
        connection.execute(sa.insert(parts).values(sha256=digest, data=mail.template))
    connection.execute(
        sa.insert(tables.templates).values(
            mailing=mailing_id, form=mail.form, language=mail.language, sha256=digest,
            octets=mail.octets, file=mail.file, file_sha256=mail.file_sha256,
        )
    )  # fmt: skip
    return {
        "form": mail.form, "language": mail.language, "letter": digest,
        "file": mail.file, "sha256": mail.file_sha256,
    }  # fmt: skip


def _enlist(
    connection: Connection,
    mailing_id: int,
    audience: Iterable[Recipient],
    known: set[tuple[str, str]],
) -> int:
    waiting = iter(audience)
    counted = 0
    while batch := list(itertools.islice(waiting, _BATCH)):
        for one in batch:
            if (one.form, one.language) not in known:
                raise ValueError(f"there is no letter of form {one.form} in {one.language}")
        connection.execute(
            sa.insert(_deliveries),
            [
                {
                    "mailing": mailing_id, "subscription": one.subscription, "form": one.form,
                    "language": one.language, "domain": one.domain, "state": "queued",
                }
                for one in batch
            ],
        )  # fmt: skip
        counted += len(batch)
    return counted


def _audience(connection: Connection, mailing_id: int) -> Iterable[tuple[int, str, str, str]]:
    d, s = _deliveries.c, tables.subscriptions.c
    query = (
        sa.select(d.id, s.public_id, d.form, d.language)
        .join(tables.subscriptions, s.id == d.subscription)
        .where(d.mailing == mailing_id)
        .order_by(d.id)
    )
    for row in connection.execute(query.execution_options(yield_per=_BATCH)):
        yield row[0], row[1], row[2], row[3]


def _next_sequence(connection: Connection, issue: str, kind: str) -> int:
    m = _mailings.c
    highest = sa.select(sa.func.max(m.sequence)).where(m.issue == issue, m.kind == kind)
    return int(connection.scalar(highest) or 0) + 1


_select_mailing = sa.select(
    *(_mailings.c[name] for name in Mailing.__slots__)  # the fields, in order
)


def _one_mailing(connection: Connection, wanted: sa.ColumnElement[bool]) -> Mailing | None:
    row = connection.execute(_select_mailing.where(wanted)).one_or_none()
    return Mailing(*row) if row else None


def message_id(keys: Keys, of: Mailing, public_id: str, form: str) -> str:
    """The Message-ID of a delivery, without angle brackets, the same for every copy of it."""
    return f"{keys.mark('message', of.issue, of.kind, of.sequence, public_id, form)}@{of.domain}"


def template(connection: Connection, mailing_id: int, form: str, language: str) -> bytes:
    """The frozen letter of a form and language: the data of a messages.Template."""
    t, parts = tables.templates.c, tables.parts
    chosen = (t.mailing == mailing_id) & (t.form == form) & (t.language == language)
    query = sa.select(parts.c.data).join(tables.templates, t.sha256 == parts.c.sha256).where(chosen)
    return bytes(connection.execute(query).scalar_one())
