"""The hash chain of a mailing: each entry is bound to those before it, so that none can be changed.

An entry's hash is the SHA-256, in hexadecimal digits, of the hash before it and of the entry as
JSON without blanks, its keys in the order of ``FIELDS``. The first entry, ``frozen``, is bound to
the whole audience and to the files. Nothing in the chain names a person: a reader is the number of
a delivery, and addresses in a server's reply are blotted out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bulletin_press.distribution import tables
from bulletin_press.distribution.prepared import Prepared
from bulletin_press.distribution.readers.addresses import blotted

FIELDS = ("number", "at", "kind", "delivery", "detail")


class Entry(NamedTuple):
    """What happened to a mailing or one of its deliveries: a kind of words.ENTRY_KINDS."""

    kind: str
    delivery: int | None = None
    detail: str = ""


def append(connection: Connection, mailing: int, at: int, happened: Iterable[Entry]) -> None:
    """Add entries to the chain of a mailing, in order, within the transaction of ``connection``."""
    happened = list(happened)
    if not happened:
        return
    [(number, head)] = _select_head(connection, {"of": mailing})
    rows = []
    for entry in happened:
        number += 1
        detail = blotted(entry.detail)
        head = _hash(head, number, at, entry.kind, entry.delivery, detail)
        rows.append(
            {
                "mailing": mailing, "number": number, "at": at, "kind": entry.kind,
                "delivery": entry.delivery, "detail": detail, "hash": head,
            }
        )  # fmt: skip
    _insert.many(connection, rows)
    _set_head(connection, {"of": mailing, "last": number, "bound": head})


def audience_hash(rows: Iterable[tuple[int, str, str, str]]) -> str:
    """The SHA-256 of who is to get what: delivery, reader's public id, form, language, in order."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(json.dumps(row, separators=(",", ":")).encode() + b"\n")
    return digest.hexdigest()


def export(connection: Connection, mailing: int) -> Iterator[str]:
    """The chain as lines of JSON: the mailing, its deliveries, its entries.

    ``verify`` needs nothing else. A reader is named by the public id alone.
    """
    m, d, e, s = tables.mailings, tables.deliveries, tables.entries, tables.subscriptions
    head = connection.execute(sa.select(m).where(m.c.id == mailing)).one()
    yield _line(
        issue=head.issue, kind=head.kind, sequence=head.sequence,
        entries=head.head_number, hash=head.head_hash,
    )  # fmt: skip
    listed = (
        sa.select(d.c.id, s.c.public_id, d.c.form, d.c.language, d.c.state)
        .join(s, s.c.id == d.c.subscription)
        .where(d.c.mailing == mailing)
        .order_by(d.c.id)
    )
    for row in connection.execute(listed.execution_options(yield_per=1000)):
        yield _line(reader=row[1], delivery=row[0], form=row[2], language=row[3], state=row[4])
    chained = sa.select(e).where(e.c.mailing == mailing).order_by(e.c.number)
    for row in connection.execute(chained.execution_options(yield_per=1000)):
        yield _line(**{name: getattr(row, name) for name in FIELDS}, hash=row.hash)


def verify(lines: Iterable[str]) -> list[str]:
    """What is wrong with an exported chain, a sentence each; nothing if it is whole."""
    head: dict[str, Any] = {}
    deliveries: list[tuple[int, str, str, str]] = []
    states: dict[int, str] = {}
    last: dict[int, str] = {}
    frozen, counted = "", 0
    before, number = "", 0
    faults: list[str] = []
    for position, line in enumerate(lines, 1):
        try:
            row = dict(json.loads(line))
            if "issue" in row:
                head = row
            elif "reader" in row:
                deliveries.append((row["delivery"], row["reader"], row["form"], row["language"]))
                states[row["delivery"]] = row["state"]
            else:
                number += 1
                before = _hash(before, *(row[name] for name in FIELDS))
                if row["number"] != number or row["hash"] != before:
                    return [
                        *faults,
                        f"line {position}: entry {row['number']} is not what was written",
                    ]
                if row["kind"] == "frozen":
                    detail = json.loads(row["detail"])
                    frozen, counted = str(detail["audience"]), int(detail["deliveries"])
                if row["delivery"] is not None:
                    last[row["delivery"]] = row["kind"]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return [*faults, f"line {position} is no line of an exported ledger"]
    if not head:
        faults.append("the first line, which names the mailing, is missing")
    elif head.get("entries") != number or head.get("hash") != before:
        faults.append(f"{number} entries are there, {head.get('entries')} were written")
    if not frozen:
        faults.append("the entry that names the audience is missing")
    elif audience_hash(deliveries[:counted]) != frozen:
        faults.append("the deliveries are not those of the audience")
    for delivery, state in last.items():
        if state in _FINAL and states.get(delivery) != state:
            listed = f"listed as {states[delivery]}" if delivery in states else "not listed"
            faults.append(f"delivery {delivery} is {listed}, but was {state}")
    return faults


_FINAL = ("sent", "failed")


def _hash(before: str, number: int, at: int, kind: str, delivery: int | None, detail: str) -> str:
    named = "null" if delivery is None else delivery
    line = (
        f'{{"number":{number},"at":{at},"kind":{_quoted(kind)},"delivery":{named},'
        f'"detail":{_quoted(detail)}}}'
    )
    return hashlib.sha256(f"{before}{line}".encode()).hexdigest()


def _line(**values: Any) -> str:
    return _encode(values)


_quoted = json.encoder.encode_basestring
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_mailing = tables.mailings.c
_select_head = Prepared(
    sa.select(_mailing.head_number, _mailing.head_hash).where(_mailing.id == sa.bindparam("of"))
)
_set_head = Prepared(
    sa.update(tables.mailings)
    .where(_mailing.id == sa.bindparam("of"))
    .values(head_number=sa.bindparam("last"), head_hash=sa.bindparam("bound"))
)
_insert = Prepared(
    sa.insert(tables.entries).values(
        {column.name: sa.bindparam(column.name) for column in tables.entries.c}
    )
)
