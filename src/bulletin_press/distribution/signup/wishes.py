"""What readers ask for and then confirm by mail: subscriptions, new addresses, e-readers.

A wish is a row of ``requests``. It is kept before the reader gets an answer, always in the same
way; whether a mail follows is decided after the answer. So nobody learns from either who is
subscribed. Once a wish is too old, its address is forgotten; the keyed hash stays, so that an
address nobody confirms gets no more than MOST_MAILS mails for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bulletin_press.distribution import tables
from bulletin_press.distribution.clock import DAY, HOUR
from bulletin_press.distribution.keys import Keys, public_id
from bulletin_press.distribution.readers import subscribers
from bulletin_press.distribution.readers.subscription import Consent, Subscription

SOURCE = "signup"
PER_NETWORK = ((HOUR, 20), (DAY, 60))  # wishes of one network that are taken
PER_READER = ((DAY, 6),)  # wishes of one reader for another address or e-reader
MOST_MAILS = 3
BETWEEN_MAILS = DAY
_KNOWN_WINDOW = 30 * DAY  # within which somebody subscribed already gets MOST_MAILS at most
_MOST_DEVICE_MAILS = 3  # in a day, to the reader's own mailbox
LIVING = ("active", "paused")
_requests = tables.requests


@dataclass(frozen=True, slots=True)
class Wish:
    """A row of ``requests``: ``kind`` is subscribe, address or device."""

    id: int
    public_id: str
    kind: str
    subscription: int | None
    address: str | None
    address_key: str
    name: str
    language: str
    form: str
    device: str
    wording: str
    created_at: int
    confirmed_at: int | None


@dataclass(frozen=True, slots=True)
class Moved:
    """A subscription that went to another address, and the address it had."""

    subscription: Subscription
    before: str


_COLUMNS = tuple(_requests.c[name] for name in Wish.__slots__)


def keep(
    connection: Connection, keys: Keys, now: int, kind: str, mailbox: str, **values: Any
) -> int | None:
    """Keep a wish of the ``kind``, to be confirmed at ``mailbox``; return its number.

    ``values`` are further columns. None, and nothing is kept, if the network (``origin``) or the
    reader (``subscription``) has asked for too much.
    """
    limits = PER_READER if "subscription" in values else PER_NETWORK
    asker = "subscription" if "subscription" in values else "origin"
    for window, most in limits:
        recent = (_requests.c.created_at > now - window) & (_requests.c[asker] == values[asker])
        if _count(connection, recent) >= most:
            return None
    insert = sa.insert(_requests).values(
        public_id=public_id(),
        kind=kind,
        address=mailbox,
        address_key=subscribers.key_of(keys, mailbox),
        created_at=now,
        **values,
    )
    return int(connection.execute(insert.returning(_requests.c.id)).scalar_one())


def claim_mail(
    connection: Connection, keys: Keys, now: int, id: int
) -> tuple[Wish, Subscription | None] | None:
    """The wish for which a mail may go out now, and the living subscription of its mailbox.

    The mail counts as sent. None if the mailbox has got enough.
    """
    wish = _one(connection, _requests.c.id == id)
    if wish is None or wish.address is None:
        return None
    known = subscribers.find(connection, keys, wish.address)
    living = known if known and known.state in LIVING else None
    mails = (_requests.c.address_key == wish.address_key) & _requests.c.mailed_at.is_not(None)
    if wish.kind == "device":
        window, most = DAY, _MOST_DEVICE_MAILS
        mails &= _requests.c.kind == "device"
    else:
        window, most = BETWEEN_MAILS, 1
        mails &= _requests.c.kind != "device"
        confirmed = connection.scalar(
            sa.select(sa.func.max(_requests.c.confirmed_at)).where(
                _requests.c.address_key == wish.address_key
            )
        )
        since = max(confirmed or 0, now - _KNOWN_WINDOW if living else 0)
        mails &= _requests.c.mailed_at > since
        if _count(connection, mails) >= MOST_MAILS:
            return None
    if _count(connection, mails & (_requests.c.mailed_at > now - window)) >= most:
        return None
    connection.execute(sa.update(_requests).where(_requests.c.id == id).values(mailed_at=now))
    return wish, living


def unclaim_mail(connection: Connection, id: int) -> None:
    """Take back that a mail went out: the relay did not take it."""
    connection.execute(sa.update(_requests).where(_requests.c.id == id).values(mailed_at=None))


def named(connection: Connection, keys: Keys, now: int, token: str, days: int) -> Wish | None:
    """The wish that a token of a mail names, if it can be or was confirmed; else None."""
    found = keys.read_token("confirm", token)
    if found is None:
        return None
    wish = _one(connection, _requests.c.public_id == found)
    if wish is None or wish.confirmed_at is not None:
        return wish
    if wish.address is None or wish.created_at + days * DAY < now:
        return None
    if wish.kind != "subscribe" and _subscription(connection, wish) is None:
        return None
    return wish


def confirm(
    connection: Connection, keys: Keys, now: int, token: str, days: int
) -> tuple[Wish, Subscription | Moved | None] | None:
    """Do what the wish says that a token names; the second time nothing is done.

    Returns the wish, and the subscription as it is if something was done. None for a token that
    names no living wish.
    """
    wish = named(connection, keys, now, token, days)
    if wish is None:
        return None
    changed = connection.execute(
        sa.update(_requests)
        .where(_requests.c.id == wish.id, _requests.c.confirmed_at.is_(None))
        .values(confirmed_at=now)
    )
    if not changed.rowcount or wish.address is None:
        return wish, None
    if wish.kind == "subscribe":
        return wish, subscribers.confirm(
            connection, keys, now, wish.address, source=SOURCE,
            consent=Consent(now, SOURCE, wish.wording), language=wish.language, form=wish.form,
            name=wish.name, device=wish.device,
        )  # fmt: skip
    known = _subscription(connection, wish)
    if known is None:
        return None
    if wish.kind == "device":
        return wish, subscribers.change(
            connection, keys, now, known.id, SOURCE,
            form="kindle", device=wish.device, device_confirmed=True,
        )  # fmt: skip
    return wish, _move(connection, keys, now, known, wish.address)


def forget(connection: Connection, now: int, days: int) -> int:
    """Forget who asked for what more than that many days ago, but for the keyed hash.

    Returns how many wishes that were.
    """
    forgotten = connection.execute(
        sa.update(_requests)
        .where(_requests.c.created_at < now - days * DAY, _requests.c.address.is_not(None))
        .values(address=None, name="", device="", wording="", origin="")
    )
    return forgotten.rowcount


def _move(
    connection: Connection, keys: Keys, now: int, known: Subscription, address: str
) -> Subscription | Moved:
    """Move a subscription to an address whose reader agreed, whatever was known of that before.

    If the address has a subscription, that one takes over the choices, and the other one ends.
    """
    if subscribers.key_of(keys, address) == subscribers.key_of(keys, known.address):
        return subscribers.change(connection, keys, now, known.id, SOURCE, address=address)
    other = subscribers.find(connection, keys, address)
    if other is None:
        subscribers.lift(connection, keys, address)
        moved = subscribers.change(connection, keys, now, known.id, SOURCE, address=address)
        return Moved(moved, known.address)
    wording = known.consent_wording or "moved by the reader"
    moved = subscribers.confirm(
        connection, keys, now, address, source=SOURCE, consent=Consent(now, SOURCE, wording),
        language=known.language, form=known.form, name=known.name, device=known.device,
    )  # fmt: skip
    if known.state == "paused":
        moved = subscribers.set_state(connection, keys, now, moved.id, "paused", SOURCE)
    subscribers.set_state(connection, keys, now, known.id, "unsubscribed", SOURCE, "moved")
    return Moved(moved, known.address)


def _subscription(connection: Connection, wish: Wish) -> Subscription | None:
    known = subscribers.by_id(connection, wish.subscription or 0)
    return known if known and known.state in LIVING else None


def _count(connection: Connection, condition: sa.ColumnElement[bool]) -> int:
    count = sa.select(sa.func.count()).select_from(_requests).where(condition)
    return int(connection.scalar(count) or 0)


def _one(connection: Connection, condition: sa.ColumnElement[bool]) -> Wish | None:
    found = connection.execute(sa.select(*_COLUMNS).where(condition)).one_or_none()
    return Wish(**found._mapping) if found else None
