"""The subscriptions: one for an address, each with its state, its consent and its changes.

All functions take an open connection, so that the caller says what is done together or not at
all. ``source`` is who or what made a change: ``import FILE``, ``command``, ``signup``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from bulletin_press import checks
from bulletin_press.distribution import clock, tables
from bulletin_press.distribution.keys import Keys, public_id
from bulletin_press.distribution.readers import addresses
from bulletin_press.distribution.readers.subscription import (
    MAXIMUM_SOURCE,
    Consent,
    Subscription,
    form_name,
    label,
    language_tag,
)
from bulletin_press.distribution.words import LISTED_STATES

DEFAULT_FORM = "letter"
SUPPRESSED_STATES = ("bounced", "complained")  # what also forbids that the address is added anew
LEFT_STATES = ("unsubscribed", "complained")  # what only a later consent of the reader ends
_NOTED = ("name", "language", "form", "device", "device_confirmed_at", "address")
TABLE = tables.subscriptions


class ListedError(ValueError):
    """The address has a subscription already."""


class SuppressedError(ValueError):
    """The address must not be written to; ``reason`` says why, ``at`` since when (ms)."""

    def __init__(self, reason: str, at: int) -> None:
        super().__init__(f"the address must not be written to any more ({reason})")
        self.reason = reason
        self.at = at


COLUMNS = tuple(TABLE.c[name] for name in Subscription.__slots__)


def of_row(row: sa.Row[Any]) -> Subscription:
    """The view of a row that was selected by COLUMNS, among others."""
    values = {name: row._mapping[name] for name in Subscription.__slots__}
    return Subscription(**values | {"address": values["address"] or ""})


def by_id(connection: Connection, id: int) -> Subscription | None:
    """The subscription with this number, None without one."""
    return _one(connection, TABLE.c.id == id)


def by_public_id(connection: Connection, public_id: str) -> Subscription | None:
    """The subscription that a token names, None without one."""
    return _one(connection, TABLE.c.public_id == public_id)


def find(connection: Connection, keys: Keys, address: str) -> Subscription | None:
    """The subscription of an address in any spelling; None without one, or for no address."""
    try:
        key = key_of(keys, addresses.normalise(address))
    except ValueError:
        return None
    return _one(connection, TABLE.c.address_key == key)


def key_of(keys: Keys, address: str) -> str:
    """What the list knows a normalised address by."""
    return keys.address_key(addresses.comparable(address))


def suppression(connection: Connection, keys: Keys, address: str) -> SuppressedError | None:
    """Why a normalised address must not be written to, as an error that may be raised."""
    row = tables.suppressions.c
    found = connection.execute(
        sa.select(row.reason, row.at).where(row.address_key == key_of(keys, address))
    ).one_or_none()
    return SuppressedError(*found) if found else None


def add(
    connection: Connection,
    keys: Keys,
    now: int,
    address: str,
    *,
    source: str,
    language: str,
    form: str = DEFAULT_FORM,
    name: str = "",
    device: str = "",
    consent: Consent | None = None,
    state: str = "",
) -> Subscription:
    """Add a reader: ``active`` with a consent, else ``unconfirmed``, unless a state is given.

    A device is confirmed by the consent. Raises ListedError if the address has a subscription,
    SuppressedError if it must not be written to, ValueError for a value that does not fit.
    """
    address = addresses.normalise(address)
    found = suppression(connection, keys, address)
    if found:
        raise found
    values = row(keys, now, address, language, form, name, device, consent, state)
    try:
        with connection.begin_nested():
            add_rows(connection, now, source, [values])
    except IntegrityError as error:
        raise ListedError("the address is on the list already") from error
    added = by_public_id(connection, values["public_id"])
    assert added is not None
    return added


def row(
    keys: Keys,
    now: int,
    address: str,
    language: str,
    form: str,
    name: str,
    device: str,
    consent: Consent | None,
    state: str = "",
) -> dict[str, Any]:
    """The values of a new row for a normalised address; raises ValueError for one that is wrong."""
    state = state or ("active" if consent else "unconfirmed")
    checks.among(*LISTED_STATES)(state)
    if state in ("active", "paused") and not consent:
        raise ValueError("nobody is written to without consent")
    device = addresses.normalise(device) if device else ""
    _needs_device(form, device)
    return {
        "public_id": public_id(),
        "address": address,
        "address_key": key_of(keys, address),
        "name": label(name),
        "language": language_tag(language),
        "form": form_name(form),
        "device": device,
        "device_confirmed_at": consent.at if consent and device else None,
        "state": state,
        "consent_at": consent.at if consent else None,
        "consent_source": consent.source if consent else "",
        "consent_wording": consent.wording if consent else "",
        "created_at": now,
        "changed_at": now,
    }


def add_rows(
    connection: Connection, now: int, source: str, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Add many rows, made by ``row``, for addresses that are not on the list."""
    connection.execute(sa.insert(TABLE), rows)
    source = _safe(source)
    at = sa.literal(now, sa.BigInteger())
    created = sa.select(
        TABLE.c.id, at, sa.literal("created"), sa.literal(source), TABLE.c.state
    ).where(TABLE.c.address_key.in_([one["address_key"] for one in rows]))
    into = ["subscription", "at", "what", "source", "detail"]
    connection.execute(sa.insert(tables.changes).from_select(into, created))
    for one in rows:
        if one["state"] in SUPPRESSED_STATES:
            suppress(connection, one["address_key"], one["state"], now)


def consented(
    connection: Connection, now: int, id: int, source: str, consent: Consent
) -> Subscription:
    """Make a subscription active, as its reader agreed; a suppression is not lifted."""
    known = _known(connection, id)
    agreed = {
        "state": "active",
        "state_reason": "",
        "soft_bounces": 0,
        "consent_at": consent.at,
        "consent_source": consent.source,
        "consent_wording": consent.wording,
    }
    _update(connection, now, id, agreed)
    note(connection, now, id, "confirmed", source, f"{known.state} → active")
    return _known(connection, id)


def confirm(
    connection: Connection,
    keys: Keys,
    now: int,
    address: str,
    *,
    source: str,
    consent: Consent,
    language: str,
    form: str = DEFAULT_FORM,
    name: str = "",
    device: str = "",
) -> Subscription:
    """What follows from a reader's own confirmation: an active subscription, old or new.

    Nothing that was said before stands against it: a suppression is lifted. Raises ValueError for
    a value that does not fit.
    """
    address = addresses.normalise(address)
    lift(connection, keys, address)
    known = find(connection, keys, address)
    if known is None:
        return add(
            connection, keys, now, address, source=source, language=language, form=form,
            name=name, device=device, consent=consent,
        )  # fmt: skip
    change(
        connection, keys, now, known.id, source, language=language, form=form,
        name=name or None, device=device or None, device_confirmed=bool(device),
    )  # fmt: skip
    return consented(connection, now, known.id, source, consent)


def outdated(connection: Connection, keys: Keys, address: str, consent: Consent) -> bool:
    """Whether a consent is younger than what keeps an address from being written to.

    That is an unconfirmed subscription, one that was left, or a suppression. Raises ListedError
    for a subscription that needs no consent, ValueError if the consent is older.
    """
    known = find(connection, keys, address)
    barred = suppression(connection, keys, addresses.normalise(address))
    if known and known.state in ("active", "paused"):
        raise ListedError("the address is on the list already; “subscribers set” changes it")
    moments = [barred.at] if barred else []
    if known and known.state != "unconfirmed":
        moments.append(known.changed_at)
    if any(consent.at <= moment for moment in moments):
        state = known.state if known else barred.reason if barred else ""
        since = clock.text(max(moments))
        raise ValueError(f"the reader has been {state} since {since}, and the consent is older")
    return bool(known or barred)


def change(
    connection: Connection,
    keys: Keys,
    now: int,
    id: int,
    source: str,
    *,
    name: str | None = None,
    language: str | None = None,
    form: str | None = None,
    device: str | None = None,
    address: str | None = None,
    device_confirmed: bool = False,
) -> Subscription:
    """Change what is given; a new device is unconfirmed unless it is said to be confirmed.

    A new address keeps the subscription with its history; a suppression of it is not lifted.
    Raises ListedError or SuppressedError for an address that cannot be had, ValueError for a value
    that does not fit, or if there is no such subscription.
    """
    known = _known(connection, id)
    values: dict[str, Any] = {}
    if name is not None and label(name) != known.name:
        values["name"] = label(name)
    if language is not None and language_tag(language) != known.language:
        values["language"] = language_tag(language)
    if form is not None and form_name(form) != known.form:
        values["form"] = form
    if device is not None:
        device = addresses.normalise(device) if device else ""
        if device != known.device:
            values |= {"device": device, "device_confirmed_at": None}
    confirms = "device" in values or known.device_confirmed_at is None
    if device_confirmed and confirms and values.get("device", known.device):
        values["device_confirmed_at"] = now
    if address is not None and addresses.normalise(address) != known.address:
        address = addresses.normalise(address)
        found = suppression(connection, keys, address)
        if found:
            raise found
        values |= {"address": address, "address_key": key_of(keys, address), "soft_bounces": 0}
    _needs_device(values.get("form", known.form), values.get("device", known.device))
    if not values:
        return known
    _update(connection, now, id, values)
    for what in [one for one in _NOTED if values.get(one) is not None]:
        told = what in ("form", "language")
        detail = f"{getattr(known, what)} → {values[what]}" if told else ""
        what = what.removesuffix("_at").replace("_", " ")
        note(connection, now, id, what, source, detail)
    return _known(connection, id)


def set_state(
    connection: Connection,
    keys: Keys,
    now: int,
    id: int,
    state: str,
    source: str,
    reason: str = "",
) -> Subscription:
    """Bring a subscription into a state; one that is in it already stays as it is.

    ``bounced`` and ``complained`` suppress the address; from ``bounced`` back to ``active`` lifts
    that. Raises ValueError for ``erased``, without consent, and for a reader who left: then only
    ``confirm`` helps.
    """
    known = _known(connection, id)
    checks.among(*LISTED_STATES)(state)
    if known.state == state:
        return known
    if state in ("active", "paused"):
        if known.consent_at is None:
            raise ValueError("nobody is written to without consent")
        if known.state in LEFT_STATES:
            raise ValueError(f"the reader has {known.state}; only a new consent ends that")
        if known.state in SUPPRESSED_STATES:
            lift(connection, keys, known.address)
    reason = addresses.blotted(reason)[:200]
    values: dict[str, Any] = {"state": state, "state_reason": reason}
    if state == "active":
        values["soft_bounces"] = 0
    _update(connection, now, id, values)
    note(connection, now, id, state, source, reason or f"was {known.state}")
    if state in SUPPRESSED_STATES:
        suppress(connection, key_of(keys, known.address), state, now)
    return _known(connection, id)


def suppress(connection: Connection, key: str, reason: str, now: int) -> None:
    """Keep that the address of a key must not be written to; the first reason stands."""
    table = tables.suppressions
    if connection.scalar(sa.select(table.c.at).where(table.c.address_key == key)) is None:
        connection.execute(sa.insert(table).values(address_key=key, reason=reason, at=now))


def lift(connection: Connection, keys: Keys, address: str) -> None:
    """Let an address be written to again."""
    table = tables.suppressions
    connection.execute(sa.delete(table).where(table.c.address_key == key_of(keys, address)))


def note(
    connection: Connection, now: int, id: int, what: str, source: str, detail: str = ""
) -> None:
    """Write a line of a subscription's history; it never holds an address."""
    connection.execute(
        sa.insert(tables.changes).values(
            subscription=id,
            at=now,
            what=what,
            source=_safe(source),
            detail=addresses.blotted(detail),
        )
    )


def _safe(source: str) -> str:
    return addresses.blotted(source)[:MAXIMUM_SOURCE]


def _one(connection: Connection, condition: sa.ColumnElement[bool]) -> Subscription | None:
    found = connection.execute(sa.select(*COLUMNS).where(condition)).one_or_none()
    return of_row(found) if found else None


def _known(connection: Connection, id: int) -> Subscription:
    """The subscription, which must be there and not be erased."""
    known = by_id(connection, id)
    if known is None or known.state == "erased":
        raise ValueError("there is no such subscription")
    return known


def _needs_device(form: str, device: str) -> None:
    if form == "kindle" and not device:
        raise ValueError("the form kindle needs the address of a device")


def _update(connection: Connection, now: int, id: int, values: dict[str, Any]) -> None:
    try:
        with connection.begin_nested():
            statement = sa.update(TABLE).where(TABLE.c.id == id)
            connection.execute(statement.values(**values, changed_at=now))
    except IntegrityError as error:
        raise ListedError("the address is on the list already") from error
