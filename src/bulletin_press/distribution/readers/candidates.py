"""A row of a sheet becomes a candidate for the list, or the reasons why it cannot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from bulletin_press.distribution.clock import DAY
from bulletin_press.distribution.keys import Keys
from bulletin_press.distribution.readers import addresses, spellings, subscribers
from bulletin_press.distribution.readers.sheets import Row
from bulletin_press.distribution.readers.subscription import Consent, label

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Supplied:
    """What the person who imports knows of rows that do not say it: consent, and its source."""

    source: str
    wording: str = ""
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a row says of a reader; an empty value is one that it does not give."""

    line: int
    address: str
    key: str
    name: str
    language: str
    form: str
    device: str
    state: str
    consent: Consent | None
    device_confirmed_at: int | None


def read(row: Row, keys: Keys, now: int, supplied: Supplied) -> Candidate | list[str]:
    """The candidate that a row names, or all reasons against it."""
    cells = {name: cell.strip() for name, cell in row.cells.items()}
    faults: list[str] = []

    def value(column: str, read: Callable[[str], _T], otherwise: _T) -> _T:
        if not cells.get(column):
            return otherwise
        try:
            return read(cells[column])
        except ValueError as error:
            faults.append(str(error) if column in _SAYS_ITSELF else _of(column, cells, error))
            return otherwise

    if row.surplus > 0:
        faults.append("the row has more cells than the first line has names")
    if not cells.get("address"):
        faults.append("the row has no address")
    address = value("address", addresses.normalise, "")
    name = cells.get("name") or f"{cells.get('first-name', '')} {cells.get('last-name', '')}"
    cells["name"] = name.strip()
    device = value("device", addresses.normalise, "")
    form = value("form", spellings.form, "")
    at = value("consent-date", spellings.moment, None)
    if at is not None and at > now + DAY:
        faults.append("the consent is dated in the future")
    consent = None
    at = supplied.at if at is None else at
    wording = cells.get("consent-wording") or supplied.wording
    if at is not None and wording:
        try:
            consent = Consent(at, cells.get("consent-source") or supplied.source, wording)
        except ValueError as error:
            faults.append(str(error))
    found = Candidate(
        row.line,
        address,
        subscribers.key_of(keys, address) if address else "",
        value("name", label, ""),
        value("language", spellings.language, ""),
        form,
        device,
        value("state", spellings.state, ""),
        consent,
        value("device-confirmed", spellings.moment, consent.at if consent else None),
    )
    return faults or found


_SAYS_ITSELF = ("form", "state", "language", "name")
_NAMES: Mapping[str, str] = {
    "address": "the address",
    "device": "the device's address",
    "consent-date": "the date of consent",
    "device-confirmed": "the date of the device",
}


def _of(column: str, cells: Mapping[str, str], error: ValueError) -> str:
    if column.endswith(("-date", "-confirmed")):
        return f"{_NAMES[column]}: {error}"
    return f"“{spellings.shown(cells[column])}” cannot be {_NAMES[column]}: {error}"
