"""Several senders at one mailing: work shared and taken over, leases lost, commits in doubt."""

from __future__ import annotations

import functools
import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from bulletin_press.distribution import tables
from bulletin_press.distribution.clock import HOUR, Clock
from bulletin_press.distribution.database import open_database
from bulletin_press.distribution.mail import post
from bulletin_press.distribution.mail.messages import Template
from bulletin_press.distribution.mail.relay import Relay
from bulletin_press.distribution.mail.sender import Sender
from bulletin_press.distribution.sending import chain, engine, leases, ledger, turns
from bulletin_press.distribution.sending.leases import LostLeaseError
from bulletin_press.distribution.sending.ledger import Mail, Mailing
from bulletin_press.distribution.sending.progress import Progress
from bulletin_press.distribution.sending.schedule import Policy
from bulletin_press.edition import Letter
from tests.delivery_support import Office, office
from tests.sink import Accepted, Sink

QUICK = Policy(waits=(5,), after_loss=5, after_throttling=5, after_doubt=5, cool_off=5, lease=300)
LETTER = Letter("News", "en-US", "<p>News <a href='bulletin-press:unsubscribe'>x</a></p>", "News\n")
READERS = [f"reader{number}@example.org" for number in range(40)]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path) as made:
        made.database.shared = True
        made.enlist(*READERS)
        yield made


def begin(desk: Office, **facts: Any) -> Mailing:
    template = Template.make(LETTER, Sender.of(desk.publication))
    return ledger.open_mailing(
        desk.database, "2026-05", mails=[Mail("letter", "en-US", template.data, 1000)],
        audience=desk.recipients(), message_domain="example.org", **facts,
    )  # fmt: skip


def send(desk: Office, mailing: Mailing, sink: Sink, **options: Any) -> Progress:
    delivery = replace(desk.publication.delivery, relay=f"smtp://127.0.0.1:{sink.port}")
    publication = replace(desk.publication, delivery=delivery)
    connect = functools.partial(post.Connection.open, Relay.of(publication))
    options = {"policy": QUICK, **options}
    return engine.send(
        desk.database, desk.keys, publication, mailing.id, connect=connect, **options
    )


def readers(sink: Sink) -> Counter[str]:
    return Counter(one.recipients[0] for one in sink.accepted)


def counts(desk: Office, mailing: Mailing) -> dict[str, int]:
    with desk.database.read() as connection:
        assert chain.verify(chain.export(connection, mailing.id)) == []
        return dict(ledger.counts(connection, mailing.id))


def entries(desk: Office, kind: str) -> list[int]:
    e = tables.entries.c
    with desk.database.read() as connection:
        return list(connection.scalars(sa.select(e.delivery).where(e.kind == kind)))


def abandon(desk: Office, mailing: Mailing, worker: str, begun: int, until: int) -> None:
    """What a worker leaves that ends at once: some intents, and claims beside them."""
    now = desk.database.clock.now()
    with desk.database.write() as connection:
        leases.enrol(connection, worker, now, replace(QUICK, lease=until - now), alone=False)
        tasks = turns.claim(connection, mailing.id, worker, now, begun + 5, {}, {})
        _, intents = turns.intend(connection, mailing.id, worker, tasks[:begun], now)
        chain.append(connection, mailing.id, now, intents)


def test_two_senders_share_the_readers(desk: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "POOL", 5)
    mailing = begin(desk)
    other = open_database(desk.publication)
    other.shared = True
    both = threading.Barrier(2, timeout=60)

    class Meeting(Sink):
        """Answers the first message of each sender when the other one has one too."""

        met = 0

        def accept(self, message: Accepted) -> None:
            super().accept(message)
            with self.lock:
                self.met += 1
                first = self.met <= 2
            if first:
                both.wait()

    one_each = replace(desk.publication, delivery=replace(desk.publication.delivery, connections=1))
    with Meeting() as sink:
        patient = replace(QUICK, lease=HOUR)
        second = threading.Thread(
            target=send,
            args=(replace(desk, publication=one_each, database=other), mailing, sink),
            kwargs={"policy": patient},
        )
        second.start()
        done = send(replace(desk, publication=one_each), mailing, sink, policy=patient)
        second.join()
    other.close()
    assert 0 < done.sent < len(READERS)
    assert readers(sink) == Counter(READERS)
    assert counts(desk, mailing) == {"sent": len(READERS)}


@pytest.mark.parametrize("in_doubt", ["resend", "hold"])
def test_a_living_sender_takes_over_from_one_that_is_gone(
    desk: Office, monkeypatch: pytest.MonkeyPatch, in_doubt: str
) -> None:
    monkeypatch.setattr(engine, "_LONGEST_WAIT", 5)
    mailing = begin(desk, in_doubt=in_doubt)
    abandon(desk, mailing, "gone", 3, desk.database.clock.now() + 300)
    with Sink() as sink:
        send(desk, mailing, sink)
    held = len(entries(desk, "doubtful")) if in_doubt == "hold" else 0
    assert len(readers(sink)) + held == len(READERS)
    assert set(readers(sink).values()) == {1}
    assert len(entries(desk, "doubtful")) == 3


def test_a_sender_whose_work_was_taken_over_writes_nothing_more(desk: Office) -> None:
    mailing = begin(desk, in_doubt="hold")

    class Usurped(Sink):
        """Makes another worker take over while a message is under way."""

        done = False

        def accept(self, message: Accepted) -> None:
            super().accept(message)
            with self.lock:
                first, self.done = not self.done, True
            if first:
                now = desk.database.clock.now() + HOUR
                with desk.database.write() as connection:
                    leases.enrol(connection, "successor", now, QUICK, alone=False)
                    turns.recover(connection, mailing.id, "hold", now)

    with Usurped() as sink, pytest.raises(LostLeaseError):
        send(desk, mailing, sink, policy=replace(QUICK, lease=HOUR))
    doubtful = counts(desk, mailing)["doubtful"]
    assert 0 < doubtful <= desk.publication.delivery.connections
    assert len(entries(desk, "doubtful")) == doubtful
    assert len(sink.accepted) <= doubtful + len(entries(desk, "sent"))
    with desk.database.read() as connection:
        assert connection.scalars(sa.select(tables.workers.c.id)).all() == ["successor"]


def test_after_an_outage_a_sender_waits_for_the_others(desk: Office) -> None:
    now = desk.database.clock.now()
    policy = Policy()
    with desk.database.write() as connection:
        for worker in ("first", "second"):
            leases.enrol(connection, worker, now, policy, alone=False)
        now += HOUR
        leases.renew(connection, "first", now, policy)
        assert leases.enrolled(connection, "second")
        leases.renew(connection, "first", now + policy.lease // 2, policy)
        assert not leases.enrolled(connection, "second")


@pytest.mark.parametrize("seed", range(4))
def test_commits_of_which_nobody_knows_cost_no_copy(
    desk: Office, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = random.Random(seed)
    mailing = begin(desk)
    write = desk.database.write
    begun = 0

    @contextmanager
    def unsure() -> Iterator[Any]:
        nonlocal begun
        begun += 1
        with write() as connection:
            yield connection
        if begun > 1 and chance.random() < 0.3:
            raise OperationalError("COMMIT", None, Exception("the server closed the connection"))

    monkeypatch.setattr(desk.database, "write", unsure)
    monkeypatch.setattr(desk.database, "writer", lambda: nullcontext(unsure))
    monkeypatch.setattr(engine, "_LONGEST_WAIT", 1)
    monkeypatch.setattr(engine, "_RETRY_SECONDS", 0.001)
    with Sink() as sink:
        send(desk, mailing, sink, policy=replace(QUICK, lease=HOUR))
    assert readers(sink) == Counter(READERS)
    assert counts(desk, mailing) == {"sent": len(READERS)}
    assert sorted(entries(desk, "sent")) == sorted(set(entries(desk, "sent")))


def test_machines_whose_clocks_differ_agree_once_they_have_written(tmp_path: Path) -> None:
    with office(tmp_path, clock=Clock(wall=lambda: 5000)) as ahead:
        behind = open_database(ahead.publication, Clock(wall=lambda: 1000))
        for database in (ahead.database, behind):
            with database.write() as connection:
                now = database.keep_time(connection)
                assert 5_000_000 <= now < 5_900_000
        behind.close()
