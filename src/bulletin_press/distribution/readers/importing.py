"""A sheet is taken into the list, all of it or nothing; what becomes of each row is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bulletin_press.distribution import clock, tables
from bulletin_press.distribution.database import Database
from bulletin_press.distribution.keys import Keys
from bulletin_press.distribution.readers import candidates, subscribers
from bulletin_press.distribution.readers.candidates import Candidate, Supplied
from bulletin_press.distribution.readers.sheets import Sheet
from bulletin_press.distribution.readers.subscription import MAXIMUM_SOURCE, Subscription
from bulletin_press.problems import Location, Problem, ProblemsError, Severity, problem

LISTED = 1000  # how many problems, and how many rows of each outcome, are named
QUIET_OCTETS = 5_000_000  # how large a file may be while a sender needs the database
OUTCOMES = ("taken", "unconfirmed", "changed", "left", "kept out", "refused")
_BATCH = 500
_lines = sa.Table(
    "imported_lines",
    sa.MetaData(),
    sa.Column("address_key", sa.String(64), primary_key=True),
    sa.Column("line", sa.Integer, nullable=False),
    prefixes=["TEMPORARY"],
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row: one of OUTCOMES, and why."""

    line: int
    kind: str
    detail: str = ""
    address: str = ""


@dataclass(slots=True)
class Report:
    """What an import did, or would have done if it is ``undone``.

    ``counts`` has a number for each of OUTCOMES. At most LISTED rows of each outcome, and as many
    problems of each severity, are kept.
    """

    counts: Counter[str] = field(default_factory=Counter)
    rows: list[Outcome] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    undone: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """How a sheet is imported. ``name`` is the file as messages and the history name it."""

    name: str
    language: str
    supplied: Supplied
    skip_refused: bool = False
    dry_run: bool = False


@contextmanager
def _quiet(database: Database, sheet: Sheet, order: Order) -> Iterator[None]:
    """Keeps senders away while a large file is imported."""
    if sheet.octets <= QUIET_OCTETS:
        yield
        return
    with database.without_senders() as quiet:
        if not quiet:
            message = "a send is running, which a file of this size would keep waiting"
            raise ProblemsError([problem("D204", message, Location(order.name))])
        yield


class _UndoneError(Exception):
    pass


def run(
    database: Database,
    keys: Keys,
    sheet: Sheet,
    order: Order,
    tell: Callable[[Outcome], None] = lambda outcome: None,
    progress: Callable[[int], None] = lambda octets: None,
) -> Report:
    """Take a sheet into the list in one transaction, with memory that does not grow with it.

    A row that is wrong, or that says otherwise of an address than a row above, is refused; then
    nothing is taken unless ``skip_refused``. Who left, complained or cannot be reached is kept
    out and keeps nobody else out. ``tell`` is called for each row, ``progress`` with the octets
    read. Raises ProblemsError (D201 in mid-file, D204 for a large file while a send runs).
    """
    report = Report()
    unused = sheet.unused()
    if unused:
        report.problems.append(unused)
    try:
        with _quiet(database, sheet, order), database.write() as connection:
            now = database.keep_time(connection)
            _Import(connection, keys, now, order, report, tell).take(sheet, progress)
            report.undone = order.dry_run or (
                not order.skip_refused and report.counts["refused"] > 0
            )
            if report.undone:
                raise _UndoneError
    except _UndoneError:
        pass
    return report


class _Import:
    def __init__(
        self,
        connection: Connection,
        keys: Keys,
        now: int,
        order: Order,
        report: Report,
        tell: Callable[[Outcome], None],
    ) -> None:
        self.connection = connection
        self.keys = keys
        self.now = now
        self.order = order
        self.report = report
        self.tell = tell
        self.met: list[dict[str, object]] = []
        self.severities: Counter[Severity] = Counter()
        self.source = f"import {order.name}"[:MAXIMUM_SOURCE]

    def take(self, sheet: Sheet, progress: Callable[[int], None]) -> None:
        _lines.create(self.connection)
        rows = sheet.rows()
        batch: dict[str, Candidate] = {}
        while some := list(islice(rows, _BATCH)):
            for row in some:
                found = candidates.read(row, self.keys, self.now, self.order.supplied)
                if not isinstance(found, Candidate):
                    for fault in found:
                        self._problem("D203", fault, row.line)
                    self._count(Outcome(row.line, "refused", "; ".join(found)))
                    continue
                if found.key in batch:
                    self._settle(batch)
                    batch = {}
                batch[found.key] = found
            self._settle(batch)
            batch = {}
            progress(sheet.position)
        _lines.drop(self.connection)

    def _settle(self, batch: dict[str, Candidate]) -> None:
        """Take a batch of rows for as many addresses."""
        if not batch:
            return
        table = subscribers.TABLE
        query = sa.select(table.c.address_key, *subscribers.COLUMNS)
        found = self.connection.execute(query.where(table.c.address_key.in_(batch)))
        known = {row.address_key: subscribers.of_row(row) for row in found}
        row = tables.suppressions.c
        barred = {
            found.address_key: (found.reason, found.at)
            for found in self.connection.execute(
                sa.select(row.address_key, row.reason, row.at).where(row.address_key.in_(batch))
            )
        }
        above = {
            found.address_key: found.line
            for found in self.connection.execute(
                sa.select(_lines).where(_lines.c.address_key.in_(batch))
            )
        }
        fresh = []
        for key, one in batch.items():
            if key in above:
                self._repeated(one, known[key], above[key])
            elif key in barred and not _says_so(one, known.get(key)):
                self._keep_out(one, *barred[key])
            elif key in known:
                self._meet(one, known[key])
            else:
                fresh.append(one)
        self._insert(fresh)
        if self.met:
            self.connection.execute(sa.insert(_lines), self.met)
        self.met = []

    def _insert(self, fresh: Sequence[Candidate]) -> None:
        rows = []
        for one in fresh:
            try:
                rows.append(self._row(one))
            except ValueError as error:
                self._refuse(one, "D203", str(error))
                continue
            kind = "unconfirmed" if rows[-1]["state"] == "unconfirmed" else "taken"
            self._met(one, kind)
        if rows:
            subscribers.add_rows(self.connection, self.now, self.source, rows)

    def _row(self, one: Candidate) -> dict[str, object]:
        agreed = one.state in ("", "active", "paused")
        state = one.state
        if agreed and not one.consent:
            state = "unconfirmed"
        consent = None if state == "unconfirmed" else one.consent
        row = subscribers.row(
            self.keys, self.now, one.address, one.language or self.order.language,
            one.form or subscribers.DEFAULT_FORM, one.name, one.device, consent, state,
        )  # fmt: skip
        if row["device"] and consent:
            row["device_confirmed_at"] = one.device_confirmed_at
        return row

    def _meet(self, one: Candidate, known: Subscription) -> None:
        """A row for an address that is on the list."""
        if known.state in (*subscribers.LEFT_STATES, "bounced") and not _says_so(one, known):
            self._keep_out(one, known.state, known.changed_at)
            return
        if one.state not in ("", known.state, "unconfirmed") and known.state != "unconfirmed":
            message = f"the row says {one.state}, but the list says {known.state}, which stays"
            hint = f"“subscribers set {one.address} --state {one.state}” changes it"
            if one.state not in ("active", "paused", "unsubscribed"):
                hint = "what comes back and who complains is known from bounces alone"
            self._problem("D205", message, one.line, hint)
        told = {
            name: value
            for name in ("name", "language", "form", "device")
            if (value := getattr(one, name)) and value != getattr(known, name)
        }
        agrees = known.state == "unconfirmed" and one.consent and one.state in ("", "active")
        try:
            if told:
                subscribers.change(
                    self.connection, self.keys, self.now, known.id, self.source, **told,
                    device_confirmed="device" in told and one.device_confirmed_at is not None,
                )  # fmt: skip
            if agrees and one.consent:
                subscribers.consented(self.connection, self.now, known.id, self.source, one.consent)
        except ValueError as error:
            self._refuse(one, "D203", str(error))
            return
        changes = [
            f"{name} {getattr(known, name)} → {value}" if name in ("form", "language") else name
            for name, value in told.items()
        ] + (["unconfirmed → active"] if agrees else [])
        self._met(one, "changed" if changes else "left", ", ".join(changes))

    def _repeated(self, one: Candidate, known: Subscription, line: int) -> None:
        """A row for an address of a row above."""
        other = [
            name
            for name in ("form", "language", "device", "name", "state")
            if (value := getattr(one, name)) and value != getattr(known, name)
            and not (name == "state" and known.state == "unconfirmed" and not one.consent)
        ]  # fmt: skip
        if other:
            message = f"line {line} has the same address with another {other[0]}"
            self._refuse(one, "D206", message)
        else:
            self._count(Outcome(one.line, "left", f"as line {line}", one.address))

    def _met(self, one: Candidate, kind: str, detail: str = "") -> None:
        self.met.append({"address_key": one.key, "line": one.line})
        self._count(Outcome(one.line, kind, detail, one.address))

    def _keep_out(self, one: Candidate, reason: str, at: int) -> None:
        day = clock.text(at)[:10]
        message = f"“{one.address}” is kept out: {_REASONS.get(reason, reason)} on {day}"
        self._problem("D205", message, one.line)
        self._count(Outcome(one.line, "kept out", f"{reason} {day}", one.address))

    def _refuse(self, one: Candidate, code: str, message: str) -> None:
        self._problem(code, message, one.line)
        self._count(Outcome(one.line, "refused", message, one.address))

    def _problem(self, code: str, message: str, line: int, hint: str = "") -> None:
        found = problem(code, message, Location(self.order.name, line), hint)
        self.severities[found.severity] += 1
        if self.severities[found.severity] > LISTED:
            return
        if self.order.skip_refused:
            found = replace(found, severity=Severity.WARNING)
        self.report.problems.append(found)

    def _count(self, outcome: Outcome) -> None:
        self.report.counts[outcome.kind] += 1
        if self.report.counts[outcome.kind] <= LISTED:
            self.report.rows.append(outcome)
        self.tell(outcome)


_REASONS = {
    "unsubscribed": "the reader unsubscribed",
    "complained": "the reader complained",
    "bounced": "mail to it came back",
    "erased": "the reader was erased",
}


def _says_so(one: Candidate, known: Subscription | None) -> bool:
    """Whether a row itself says of a reader on the list that nothing is to be sent."""
    return known is not None and one.state == known.state
