"""Killed at any instant, a sender loses nobody; what may have gone twice is bounded and the same.

What went out is counted from the log of the mail server, never from the ledger.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bulletin_press.distribution import tables
from bulletin_press.distribution.mail.messages import Template
from bulletin_press.distribution.mail.sender import Sender
from bulletin_press.distribution.sending import chain, ledger
from bulletin_press.distribution.sending.ledger import Mail, Mailing
from bulletin_press.edition import Letter
from tests import crash_sender
from tests.delivery_support import TOML, Office, office
from tests.sink import DROP, LOST, Accepted, Rule, Sink

READERS = 600
KILLS = 20
CONNECTIONS = 4
LETTER = Letter("News", "en-US", "<p>News <a href='bulletin-press:unsubscribe'>x</a></p>", "News\n")


class Killing(Sink):
    """Kills a process when it has accepted so many more messages: before it answers, or after."""

    left = 0
    wait: float | None = None
    victim = 0

    def __enter__(self) -> Killing:
        return self

    def arm(self, victim: int, after: int, delay: float | None) -> None:
        self.victim, self.left, self.wait = victim, after, delay

    def accept(self, message: Accepted) -> None:
        super().accept(message)
        with self.lock:
            self.left -= 1
            due = self.left == 0
        if due and self.wait is None:
            os.kill(self.victim, signal.SIGKILL)
        elif due:
            threading.Timer(self.wait or 0, os.kill, [self.victim, signal.SIGKILL]).start()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path, TOML) as made:
        made.enlist(*(f"reader{number}@example.org" for number in range(READERS)))
        yield made


def begin(desk: Office, in_doubt: Any) -> Mailing:
    template = Template.make(LETTER, Sender.of(desk.publication))
    return ledger.open_mailing(
        desk.database, "2026-05", mails=[Mail("letter", "en-US", template.data, 1000)],
        audience=desk.recipients(), message_domain="example.org", in_doubt=in_doubt,
    )  # fmt: skip


class Press:
    """Starts senders, one after the other, from a process that has all modules loaded."""

    def __init__(self, folder: Path, mailing: Mailing) -> None:
        self.context = multiprocessing.get_context("forkserver")
        self.context.set_forkserver_preload(["tests.crash_sender"])
        self.folder, self.mailing = folder, mailing
        self.toml = (folder / "bulletin.toml").read_text("utf-8")

    def start(self, port: int, disk_fills: bool = False) -> tuple[ForkServerProcess, Event]:
        moved = self.toml.replace("127.0.0.1:2525", f"127.0.0.1:{port}")
        (self.folder / "bulletin.toml").write_text(moved, "utf-8")
        troubled = self.context.Event()
        process = self.context.Process(
            target=crash_sender.run, args=(str(self.folder), self.mailing.id, disk_fills, troubled)
        )
        process.start()
        return process, troubled


def under_way(desk: Office) -> set[int]:
    state, ids = tables.deliveries.c.state, tables.deliveries.c.id
    with desk.database.read() as connection:
        return set(connection.scalars(sa.select(ids).where(state == "sending")))


@dataclass
class Campaign:
    """What the server took in all, how often it failed after that, and kills in the gap."""

    mailing: Mailing
    taken: list[Accepted] = field(default_factory=list)
    failures: int = 0
    in_gap: int = 0
    disk_full: int = 0


def campaign(desk: Office, in_doubt: str, seed: int) -> Campaign:
    """Send, with a kill of the sender each time, the server or the disk failing now and then."""
    chance = random.Random(seed)
    made = Campaign(begin(desk, in_doubt))
    press = Press(desk.publication.root, made.mailing)
    for kill in range(KILLS):
        failing = [Rule("dot", chance.choice([DROP, LOST]), every=9)] if kill % 4 == 2 else []
        with Killing(*failing, delay=(1, 12)) as sink:
            process, troubled = press.start(sink.port, disk_fills=kill % 4 == 3)
            assert process.pid
            if kill % 4 != 3:
                wait = None if kill % 2 == 0 else chance.uniform(0, 0.01)
                sink.arm(process.pid, chance.randint(4, 24), wait)
            elif troubled.wait(60):
                made.disk_full += 1
                os.kill(process.pid, signal.SIGTERM if kill % 8 == 3 else signal.SIGKILL)
            process.join()
            seen = {one.message_id for one in sink.accepted}
            made.in_gap += bool(seen & message_ids(desk, made.mailing, under_way(desk)))
            made.failures += sum(sink._used) if failing and failing[0].do == LOST else 0
            made.taken += sink.accepted
    with Sink() as sink:
        process, _ = press.start(sink.port)
        process.join()
        assert process.exitcode == 0
        made.taken += sink.accepted
    return made


def message_ids(desk: Office, mailing: Mailing, some: set[int] | None = None) -> set[str]:
    d, s = tables.deliveries.c, tables.subscriptions.c
    query = sa.select(d.id, s.public_id, d.form).join(tables.subscriptions, s.id == d.subscription)
    with desk.database.read() as connection:
        return {
            ledger.message_id(desk.keys, mailing, public_id, form)
            for delivery, public_id, form in connection.execute(query)
            if some is None or delivery in some
        }


def exported(desk: Office, mailing: Mailing) -> list[str]:
    with desk.database.read() as connection:
        return list(chain.export(connection, mailing.id))


def test_kills_lose_nobody_and_copies_are_few_and_equal(desk: Office) -> None:
    made = campaign(desk, "resend", 1)
    copies = Counter(one.message_id for one in made.taken)
    assert copies.keys() == message_ids(desk, made.mailing)
    assert (made.in_gap >= 5, made.disk_full) == (True, 5)
    assert copies.total() - READERS <= CONNECTIONS * KILLS + made.failures
    assert len({(one.message_id, one.sha256) for one in made.taken}) == READERS
    assert {one.recipients for one in made.taken} == {
        (f"reader{number}@example.org",) for number in range(READERS)
    }
    with desk.database.read() as connection:
        assert ledger.counts(connection, made.mailing.id) == {"sent": READERS}
    assert chain.verify(exported(desk, made.mailing)) == []


def test_held_doubts_are_never_sent_twice_and_all_are_listed(desk: Office) -> None:
    made = campaign(desk, "hold", 2)
    copies = Counter(one.message_id for one in made.taken)
    assert copies.total() == len(copies)
    assert (made.in_gap >= 5, made.disk_full) == (True, 5)
    with desk.database.read() as connection:
        doubtful = {one.id for one in ledger.doubts(connection, made.mailing.id)}
    missing = message_ids(desk, made.mailing) - copies.keys()
    assert missing <= message_ids(desk, made.mailing, doubtful)
    assert len(doubtful) <= CONNECTIONS * KILLS + made.failures
    assert chain.verify(exported(desk, made.mailing)) == []
