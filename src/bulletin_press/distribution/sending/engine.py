"""The sender: some carriers to the relay, and one writer that commits for all of them at once.

Each carrier hands over how its last message ended and asks for the next. The writer gathers what
they say, writes all outcomes and the next intents in one transaction, and only then lets them go
on: no message is on the wire whose intent is not on the disk, and after a crash no more are in
doubt than there are connections.
"""

from __future__ import annotations

import contextlib
import queue
import re
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from bulletin_press.config import Publication
from bulletin_press.distribution.clock import SECOND
from bulletin_press.distribution.database import Database, Write
from bulletin_press.distribution.keys import Keys
from bulletin_press.distribution.mail import verdict
from bulletin_press.distribution.mail.messages import Reader, Template
from bulletin_press.distribution.mail.sender import Sender
from bulletin_press.distribution.readers import devices, subscribers
from bulletin_press.distribution.readers.addresses import group_rates
from bulletin_press.distribution.sending import chain, leases, ledger, schedule, turns
from bulletin_press.distribution.sending.carrier import Carrier, Message, Post, Said
from bulletin_press.distribution.sending.chain import Entry
from bulletin_press.distribution.sending.economy import few_collections, one_processor
from bulletin_press.distribution.sending.leases import LostLeaseError
from bulletin_press.distribution.sending.ledger import Mailing
from bulletin_press.distribution.sending.progress import Progress
from bulletin_press.distribution.sending.schedule import Allowance, Breaker, Policy
from bulletin_press.distribution.sending.spill import Spill
from bulletin_press.distribution.sending.turns import Result, Task

POOL = 200  # deliveries claimed ahead
FAILURES = 10  # addresses that a run finds gone before it looks at their share
_GONE = re.compile(r"\b5\.1\.(?:1|2|3|6|10)\b|\b5\.2\.1\b")
_RENEWALS = 12  # of a lease, before it would run out
_LAST_TRIES = 10  # to write down how messages ended
_RETRY_SECONDS = 1.0  # before a database that failed is tried again
_LONGEST_WAIT = SECOND
_GATHERING = 0.005  # seconds in which others may finish too, so that one commit serves more of them


class BusyError(Exception):
    """Another process is sending from this database."""


def send(
    database: Database,
    keys: Keys,
    publication: Publication,
    mailing: int,
    *,
    connect: Callable[[], Post],
    limit: int | None = None,
    wait: bool = True,
    stop: threading.Event | None = None,
    progress: Callable[[Progress], None] = lambda _: None,
    policy: Policy | None = None,
) -> Progress:
    """Send a mailing until it is done, no longer in state ``sending``, or ``stop`` is set.

    ``connect`` opens a connection or raises post.NotOpenError. At most ``limit`` messages are
    begun. Without ``wait`` the run ends as soon as nothing is due at once. Messages under way are
    finished first, whatever ends the run but a crash. Returns the last progress.
    Raises BusyError and LostLeaseError.
    """
    with database.sole_sender() as alone:
        if not alone:
            raise BusyError
        run = _Run(database, keys, publication, mailing, connect, policy or Policy())
        with one_processor(), few_collections():
            return run.whole(limit, wait, stop or threading.Event(), progress)


class _Run:
    """One process's work at one mailing; only the thread that calls ``whole`` writes."""

    def __init__(
        self, database: Database, keys: Keys, publication: Publication, mailing: int,
        connect: Callable[[], Post], policy: Policy,
    ) -> None:  # fmt: skip
        self._database, self._keys, self._policy = database, keys, policy
        self._delivery = publication.delivery
        self._domain_rates = group_rates(self._delivery.domains)
        self._sender = Sender.of(publication)
        with database.read() as connection:
            self._mailing: Mailing = ledger.by_id(connection, mailing)
        self._worker = secrets.token_hex(8)
        self._spill = Spill(database.file)
        self._inbox: queue.SimpleQueue[Said] = queue.SimpleQueue()
        self._carriers = [
            Carrier(connect, self._inbox, database.clock.now)
            for _ in range(self._delivery.connections)
        ]
        self._ready: list[Carrier] = []
        self._cut_off: list[Carrier] = []
        self._under_way: set[int] = set()  # deliveries that carriers have
        self._results: list[Result] = []
        self._unsure = False  # whether the last commit may have been made or not
        self._recorded: set[int] = set()  # results that such a commit has written down
        self._pool: list[Task] = []
        self._put_off: dict[str, int] = {}
        self._templates: dict[tuple[str, str], Template] = {}
        self._breaker = Breaker(policy)
        self._leased_at = 0
        self._pause = ""  # why the relay makes the mailing pause
        self._trouble = ""  # what is amiss with it, for now
        self._progress = Progress()
        self._next_at = 0
        self._allowance = Allowance(self._delivery)

    def whole(
        self, limit: int | None, wait: bool, stop: threading.Event,
        progress: Callable[[Progress], None],
    ) -> Progress:  # fmt: skip
        """Begin, take turns until it is over, and leave nothing behind."""
        with self._database.write() as connection:
            self._take_up(connection)
        self._spill.clear()
        for carrier in self._carriers:
            carrier.start()
        try:
            with self._database.writer() as write:
                self._take_turns(write, limit, wait, stop, progress)
        finally:
            self._end()
        return self._progress

    def _take_turns(
        self, write: Write, limit: int | None, wait: bool, stop: threading.Event,
        progress: Callable[[Progress], None],
    ) -> None:  # fmt: skip
        begun, over = 0, False
        while not over:
            self._gather()
            ending = stop.is_set() or begun == limit
            most = 0 if ending else len(self._ready)
            most = most if limit is None else min(most, limit - begun)
            try:
                granted, over = self._turn(write, most, wait, ending)
            except DBAPIError as error:
                self._unsure = True
                trouble = f"the database cannot be written: {error.orig}"
                self._progress = replace(self._progress, trouble=trouble)
                over = stop.wait(_RETRY_SECONDS)
            else:
                begun += granted
            progress(self._progress)

    def _take_up(self, connection: Connection) -> None:
        """Record what an earlier sender could not, then see what it left in doubt."""
        now = self._database.keep_time(connection)
        alone = not self._database.shared
        leases.enrol(connection, self._worker, now, self._policy, alone=alone)
        self._leased_at = now
        worker, kept = self._spill.get()
        for mailing in dict.fromkeys(mailing for mailing, _ in kept):
            results = [one for of, one in kept if of == mailing]
            entries = turns.record(connection, worker, "hold", results, self._policy)
            chain.append(connection, mailing, now, entries)
        turns.recover(connection, self._mailing.id, self._mailing.in_doubt, now)

    def _gather(self) -> None:
        """Wait until a carrier has something to say or something may be due, and hear them all."""
        ahead = max(1, min(self._next_at - self._database.clock.now(), _LONGEST_WAIT))
        with contextlib.suppress(queue.Empty):
            self._hear(self._inbox.get(timeout=ahead / SECOND))
            if self._under_way:
                time.sleep(_GATHERING)
            while True:
                self._hear(self._inbox.get_nowait())

    def _hear(self, said: Said) -> None:
        if said.fault is not None:
            raise said.fault
        if said.result is not None:
            self._under_way.discard(said.result.task.id)
            self._results.append(said.result)
            self._judge(said.result.kind, said.result.reply)
        if said.refusal is not None:
            self._cut_off.append(said.carrier)
            self._judge(said.refusal.kind, said.refusal.reply)
        if said.ready:
            self._ready.append(said.carrier)

    def _judge(self, kind: str, reply: str) -> None:
        """What the end of one attempt says of the relay itself."""
        if kind == verdict.BLOCKED:
            self._pause = f"the relay refuses our mail: {reply}"
        elif kind == verdict.LOST:
            self._trouble = f"the relay does not answer: {reply}"
            if self._breaker.failed(self._database.clock.now()):
                self._pause = self._trouble
        else:
            slower = f"slower, as the relay wants: {reply}"
            self._trouble = slower if kind == verdict.THROTTLED else ""
            self._breaker.succeeded()

    def _turn(self, write: Write, most: int, wait: bool, ending: bool) -> tuple[int, bool]:
        """One commit; returns how many messages were begun, and whether the run is over."""
        now = self._database.clock.now()
        mailing, over = self._mailing.id, False
        with write() as connection:
            leased_at = self._renewed(connection, now)
            self._make_sure(connection, now)
            entries, progress = self._written(connection, now)
            pool = self._pool
            if len(pool) < most:
                pool = pool + turns.claim(
                    connection, mailing, self._worker, now, POOL, self._domain_rates,
                    self._put_off,
                )  # fmt: skip
            granted, next_at = self._allowance.asked(connection, min(most, len(pool)), now)
            chosen = pool[:granted]
            dates, intents = turns.intend(connection, mailing, self._worker, chosen, now)
            if len(dates) < len(chosen):
                refused = [one.id for one in chosen if one.id not in dates]
                turns.release(connection, self._worker, refused)
            chain.append(connection, mailing, now, [*entries, *intents])
            progress = replace(progress, due=None)
            if not dates and not self._under_way:
                over, due = self._over(connection, now, bool(pool[granted:]), wait, ending)
                progress = replace(progress, due=due)
                if due and due > now:
                    next_at = min(next_at, due)
            self._read_templates(connection, chosen)
        self._leased_at, self._pool, self._results = leased_at, pool[granted:], []
        self._unsure, self._recorded = False, set()
        self._next_at, self._progress = next_at, progress
        self._allowance.spent(granted)
        for task in chosen:
            if task.id in dates:
                self._order(task, dates[task.id], now)
        self._try_again(now)
        return len(dates), over

    def _renewed(self, connection: Connection, now: int) -> int:
        """Raise LostLeaseError if another sender took over; now and then, take over from others."""
        if not leases.enrolled(connection, self._worker):
            raise LostLeaseError
        if now - self._leased_at < self._policy.lease // _RENEWALS:
            return self._leased_at
        now = self._database.keep_time(connection)
        leases.renew(connection, self._worker, now, self._policy)
        turns.recover(connection, self._mailing.id, self._mailing.in_doubt, now)
        return now

    def _make_sure(self, connection: Connection, now: int) -> None:
        """After a commit of which nobody knows whether it was made, see what is written."""
        if self._unsure:
            ended = {one.task.id for one in self._results}
            handed_over = self._under_way | ended
            sending = turns.regain(connection, self._mailing.id, self._worker, handed_over, now)
            self._recorded, self._pool = ended - sending, []

    def _written(self, connection: Connection, now: int) -> tuple[list[Entry], Progress]:
        """Write down how messages ended, and what follows from that."""
        fresh = [one for one in self._results if one.task.id not in self._recorded]
        entries = turns.record(
            connection, self._worker, self._mailing.in_doubt, fresh, self._policy
        )
        counted = Counter(one.kind for one in self._results)
        gone = 0
        for one in self._results:
            if one.kind == verdict.FAILED and _GONE.search(one.reply):
                gone += 1
                self._stop(connection, now, one)
            elif one.kind == verdict.TOO_LARGE:
                turns.fall_back(connection, self._mailing.id, one.task.id, now)
        if counted[verdict.THROTTLED]:
            wait = self._policy.after_throttling
            schedule.slow_down(connection, schedule.relay_key(), now, wait)
        failed = counted[verdict.FAILED] + counted[verdict.TOO_LARGE]
        progress = Progress(
            self._progress.sent + counted[verdict.SENT],
            self._progress.failed + failed,
            self._progress.deferred + len(self._results) - counted[verdict.SENT] - failed,
            self._progress.gone + gone,
            self._progress.due,
            self._pause or self._trouble,
        )
        ended = progress.sent + progress.failed
        if progress.gone >= FAILURES and progress.gone * 100 > self._delivery.bounce_limit * ended:
            self._pause = f"{progress.gone} of {ended} addresses do not exist"
        if self._pause:
            ledger.change_state(connection, now, self._mailing.id, "paused", self._pause)
        return entries, progress

    def _stop(self, connection: Connection, now: int, one: Result) -> None:
        """Write no more to an address that is gone."""
        source = f"issue {self._mailing.issue}"
        reader = one.task.subscription
        if one.task.form == "kindle":
            devices.withdraw(connection, now, reader, source, one.reply)
            return
        with contextlib.suppress(LookupError, ValueError):
            subscribers.set_state(connection, self._keys, now, reader, "bounced", source, one.reply)

    def _over(
        self, connection: Connection, now: int, held_back: bool, wait: bool, ending: bool
    ) -> tuple[bool, int | None]:
        """Whether the run is over, with nothing under way, and when the next message is due."""
        if ledger.by_id(connection, self._mailing.id).state != "sending":
            return True, None
        left, due = turns.unfinished(connection, self._mailing.id)
        if not left:
            ledger.change_state(connection, now, self._mailing.id, "done")
            return True, None
        due = max(due or 0, self._mailing.send_at)
        return ending or not (wait or held_back or due <= now), due

    def _read_templates(self, connection: Connection, tasks: list[Task]) -> None:
        for form, language in {(one.form, one.language) for one in tasks}:
            if (form, language) not in self._templates:
                data = ledger.template(connection, self._mailing.id, form, language)
                self._templates[form, language] = Template.load(data)

    def _order(self, task: Task, dated: int, now: int) -> None:
        """Give a message to a carrier that waits for one."""
        mark = self._keys.return_mark(task.id)

        def reader() -> Reader:
            token = self._keys.token("reader", task.public_id)
            known = ledger.message_id(self._keys, self._mailing, task.public_id, task.form)
            return Reader(task.address, task.name, token, known, dated, mark)

        carrier = self._ready.pop(0)
        self._under_way.add(task.id)
        join = self._templates[task.form, task.language].join
        carrier.orders.put(Message(task, self._sender.envelope(mark), reader, join, now))

    def _try_again(self, now: int) -> None:
        """Let carriers without connection try again: after a failed time, one alone."""
        if now >= self._breaker.closed_until:
            tried = self._cut_off[:1] if self._breaker.openings else self._cut_off
            self._cut_off = self._cut_off[len(tried) :]
            for carrier in tried:
                carrier.orders.put(True)

    def _end(self) -> None:
        """Wait for messages under way, write down how they ended, and give back what is left."""
        for carrier in self._carriers:
            carrier.orders.put(False)
        for carrier in self._carriers:
            carrier.join()
        while not self._inbox.empty():
            said = self._inbox.get()
            self._results += [said.result] if said.result else []
        progress = self._progress
        for tries in range(_LAST_TRIES):
            try:
                with self._database.write() as connection:
                    if leases.enrolled(connection, self._worker):
                        progress = self._sign_off(connection)
                    elif not tries:
                        raise LostLeaseError
                break
            except DBAPIError:
                self._unsure = True
                kept = [(self._mailing.id, one) for one in self._results]
                if self._spill.put(self._worker, kept):
                    break
                time.sleep(_RETRY_SECONDS)
        self._progress = progress

    def _sign_off(self, connection: Connection) -> Progress:
        now = self._database.keep_time(connection)
        self._make_sure(connection, now)
        entries, progress = self._written(connection, now)
        chain.append(connection, self._mailing.id, now, entries)
        turns.release(connection, self._worker)
        leases.resign(connection, self._worker)
        return progress
