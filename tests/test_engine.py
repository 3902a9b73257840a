"""The sender against a scripted mail server: who gets it, what is tried again, what stops it."""

from __future__ import annotations

import contextlib
import functools
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from bulletin_press.distribution import safekeeping, tables
from bulletin_press.distribution.database import Database
from bulletin_press.distribution.mail import post
from bulletin_press.distribution.mail.messages import Template
from bulletin_press.distribution.mail.relay import Patience, Relay
from bulletin_press.distribution.mail.sender import Sender
from bulletin_press.distribution.readers import retention, subscribers
from bulletin_press.distribution.readers.subscription import Consent
from bulletin_press.distribution.sending import chain, engine, ledger, turns
from bulletin_press.distribution.sending.ledger import Mail, Mailing
from bulletin_press.distribution.sending.progress import Progress
from bulletin_press.distribution.sending.schedule import Policy
from bulletin_press.distribution.sending.spill import Spill
from bulletin_press.edition import Letter
from tests.delivery_support import Office, office
from tests.sink import DROP, LOST, STALL, Rule, Sink

QUICK = Policy(waits=(5,), after_loss=5, after_throttling=5, after_doubt=5, cool_off=5)
LETTER = Letter("News", "en-US", "<p>News <a href='bulletin-press:unsubscribe'>x</a></p>", "News\n")
READERS = [f"reader{number}@example.org" for number in range(12)]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path) as made:
        made.enlist(*READERS)
        yield made


def begin(desk: Office, issue: str = "2026-05", **facts: Any) -> Mailing:
    template = Template.make(LETTER, Sender.of(desk.publication))
    mails = [Mail(form, "en-US", template.data, 1000) for form in ("letter", "link", "pdf")]
    return ledger.open_mailing(
        desk.database, issue, mails=mails, audience=desk.recipients(),
        message_domain="example.org", **facts,
    )  # fmt: skip


def sent(
    desk: Office, mailing: Mailing, sink: Sink, policy: Policy = QUICK, delivery: Any = None,
    **options: Any,
) -> Progress:  # fmt: skip
    facts = {"relay": f"smtp://127.0.0.1:{sink.port}", **(delivery or {})}
    publication = replace(desk.publication, delivery=replace(desk.publication.delivery, **facts))
    connect = functools.partial(post.Connection.open, Relay.of(publication))
    options = {"policy": policy, "connect": connect, **options}
    return engine.send(desk.database, desk.keys, publication, mailing.id, **options)


def counts(desk: Office, mailing: Mailing) -> dict[str, int]:
    with desk.database.read() as connection:
        return dict(ledger.counts(connection, mailing.id))


def state(desk: Office, mailing: Mailing) -> tuple[str, str]:
    with desk.database.read() as connection:
        found = ledger.by_id(connection, mailing.id)
        assert chain.verify(chain.export(connection, mailing.id)) == []
    return found.state, found.reason


def readers(sink: Sink) -> Counter[str]:
    return Counter(one.recipients[0] for one in sink.accepted)


def reader(desk: Office, address: str) -> Any:
    with desk.database.read() as connection:
        return subscribers.find(connection, desk.keys, address)


def test_everybody_gets_it_once_with_a_return_address_of_their_own(desk: Office) -> None:
    mailing = begin(desk)
    with Sink() as sink:
        assert sent(desk, mailing, sink).sent == 12
        assert sent(desk, mailing, sink).sent == 0
    assert readers(sink) == Counter(READERS)
    assert len({one.sender for one in sink.accepted}) == 12
    for one in sink.accepted:
        mark = one.sender.removeprefix("b+").partition("@")[0]
        assert desk.keys.read_return_mark(mark)
    assert state(desk, mailing) == ("done", "")


def test_a_full_mailbox_is_tried_again_and_a_missing_one_left_out_for_good(desk: Office) -> None:
    mailing = begin(desk)
    rules = [
        Rule("rcpt", "452 4.2.2 mailbox full", match="reader1@", times=1),
        Rule("rcpt", "550 5.1.1 <reader2@example.org> unknown", match="reader2@"),
    ]
    with Sink(*rules) as sink:
        sent(desk, mailing, sink)
        assert readers(sink) == Counter(set(READERS) - {"reader2@example.org"})
        assert counts(desk, mailing) == {"sent": 11, "failed": 1}
        assert reader(desk, "reader2@example.org").state == "bounced"
        assert reader(desk, "reader1@example.org").state == "active"
        sent(desk, begin(desk, "2026-06"), sink)
    assert readers(sink)["reader2@example.org"] == 0
    with desk.database.read() as connection:
        [failed] = ledger.deliveries(connection, mailing.id, ["failed"])
    assert "5.1.1" in failed.reply


def test_a_relay_that_wants_it_slower_fails_nobody(desk: Office) -> None:
    mailing = begin(desk)
    with Sink(Rule("dot", "454 4.7.0 throttling", every=3, times=5)) as sink:
        sent(desk, mailing, sink)
    assert readers(sink) == Counter(READERS)
    with desk.database.read() as connection:
        assert {one.attempts for one in ledger.deliveries(connection, mailing.id)} == {1}
        slowed = connection.scalar(sa.select(tables.rates.c.interval))
    assert slowed is not None
    assert slowed > 60


def test_a_session_that_may_carry_only_some_messages_is_begun_anew(desk: Office) -> None:
    mailing = begin(desk)
    with Sink(Rule("mail", "421 4.7.0 enough", after=2, session=True)) as sink:
        sent(desk, mailing, sink, delivery={"connections": 1})
    assert readers(sink) == Counter(READERS)
    assert sink.connections >= 6


def test_connections_that_end_before_the_dot_lose_nothing(desk: Office) -> None:
    mailing = begin(desk)
    with Sink(Rule("data", DROP, every=4, times=6), Rule("mail", DROP, every=5, times=4)) as sink:
        sent(desk, mailing, sink)
    assert readers(sink) == Counter(READERS)


@pytest.mark.parametrize(("in_doubt", "copies"), [("resend", 2), ("hold", 1)])
def test_a_lost_reply_is_a_doubt(desk: Office, in_doubt: str, copies: int) -> None:
    mailing = begin(desk, in_doubt=in_doubt)
    with Sink(Rule("dot", LOST, match="reader5@", times=1)) as sink:
        sent(desk, mailing, sink)
        assert readers(sink)["reader5@example.org"] == copies
        if in_doubt == "hold":
            assert counts(desk, mailing) == {"sent": 11, "doubtful": 1}
            with desk.database.read() as connection:
                assert [one.address for one in ledger.doubts(connection, mailing.id)] == [
                    "reader5@example.org"
                ]
            ledger.resend_doubts(desk.database, mailing.id)
            sent(desk, mailing, sink)
    twice = [one for one in sink.accepted if one.recipients == ("reader5@example.org",)]
    assert len({(one.message_id, one.sha256) for one in twice}) == 1
    assert counts(desk, mailing) == {"sent": 12}


def test_a_relay_that_refuses_us_pauses_the_issue_and_blames_no_reader(desk: Office) -> None:
    mailing = begin(desk)
    with Sink(Rule("mail", "550 5.7.1 your network is listed")) as sink:
        sent(desk, mailing, sink)
    assert state(desk, mailing)[0] == "paused"
    assert "5.7.1" in state(desk, mailing)[1]
    assert set(counts(desk, mailing)) <= {"queued", "deferred"}
    assert {reader(desk, one).state for one in READERS} == {"active"}
    ledger.set_state(desk.database, mailing.id, "sending")
    with Sink() as sink:
        sent(desk, mailing, sink)
    assert readers(sink) == Counter(READERS)


def test_many_addresses_that_do_not_exist_pause_the_issue(desk: Office) -> None:
    desk.enlist(*(f"old{number}@example.org" for number in range(60)))
    mailing = begin(desk)
    with Sink(Rule("rcpt", "550 5.1.1 unknown", match="old")) as sink:
        sent(desk, mailing, sink)
    assert state(desk, mailing)[0] == "paused"
    assert "do not exist" in state(desk, mailing)[1]


def test_an_e_reader_that_is_gone_is_not_its_reader(desk: Office) -> None:
    (reader,) = desk.enlist("owner@example.org", form="kindle")
    template = Template.make(LETTER, Sender.of(desk.publication))
    mailing = ledger.open_mailing(
        desk.database, "2026-06", mails=[Mail("kindle", "en-US", template.data, 1000)],
        audience=desk.recipients("kindle"), message_domain="example.org",
    )  # fmt: skip
    with desk.database.write() as connection:
        confirmed = sa.update(tables.subscriptions).values(device_confirmed_at=1)
        connection.execute(confirmed)
    with Sink(Rule("rcpt", "550 5.1.1 unknown", match="@kindle.com")) as sink:
        sent(desk, mailing, sink)
    with desk.database.read() as connection:
        found = subscribers.by_id(connection, reader)
        assert found is not None
        noted = subscribers.suppression(connection, desk.keys, "owner@example.org")
    assert (found.state, found.device_confirmed_at, noted) == ("active", None, None)


def test_a_message_too_large_becomes_a_link(desk: Office) -> None:
    desk.enlist("heavy@example.org", form="pdf")
    mailing = begin(desk)
    with Sink(Rule("dot", "552 5.3.4 too big", match="heavy@", times=1)) as sink:
        sent(desk, mailing, sink)
    assert readers(sink)["heavy@example.org"] == 1
    with desk.database.read() as connection:
        found = {
            (one.form, one.state)
            for one in ledger.deliveries(connection, mailing.id)
            if one.address == "heavy@example.org"
        }
    assert found == {("pdf", "failed"), ("link", "sent")}


def test_a_relay_that_always_hangs_up_is_given_up(desk: Office) -> None:
    mailing = begin(desk)
    with Sink(Rule("greeting", DROP)) as sink:
        sent(desk, mailing, sink, replace(QUICK, breaker=5, openings=2))
    assert state(desk, mailing) == ("paused", state(desk, mailing)[1])
    assert "does not answer" in state(desk, mailing)[1]
    assert counts(desk, mailing) == {"queued": 12}
    assert sink.connections < 30


def test_a_relay_that_is_away_is_said_to_be(desk: Office) -> None:
    mailing = begin(desk)
    told: list[str] = []
    stop = threading.Event()

    def watch(progress: Progress) -> None:
        told.append(progress.trouble)
        if progress.trouble:
            stop.set()

    with Sink() as sink:
        pass
    sent(desk, mailing, sink, stop=stop, progress=watch)
    assert "the relay does not answer: " in told[-1]
    assert counts(desk, mailing) == {"queued": 12}


def test_attempts_are_bounded(desk: Office) -> None:
    mailing = begin(desk)
    with Sink(Rule("rcpt", "451 4.3.0 later", match="reader3@")) as sink:
        sent(desk, mailing, sink)
    assert counts(desk, mailing) == {"sent": 11, "failed": 1}
    assert len([one for one in sink.said(b"RCPT") if b"reader3@" in one]) == QUICK.attempts


def test_a_limit_a_pause_and_a_stop_leave_the_rest_queued(desk: Office) -> None:
    mailing = begin(desk)
    with Sink() as sink:
        assert sent(desk, mailing, sink, limit=5).sent == 5
        assert counts(desk, mailing) == {"sent": 5, "queued": 7}
        stop = threading.Event()
        stop.set()
        sent(desk, mailing, sink, stop=stop)
        ledger.set_state(desk.database, mailing.id, "paused", "lunch")
        sent(desk, mailing, sink)
        assert counts(desk, mailing) == {"sent": 5, "queued": 7}
        ledger.set_state(desk.database, mailing.id, "sending")
        sent(desk, mailing, sink)
    assert readers(sink) == Counter(READERS)


def test_another_rate_and_a_new_start_amid_a_mailing_lose_nobody(desk: Office) -> None:
    mailing = begin(desk)
    with Sink() as sink:
        sent(desk, mailing, sink, limit=5)
        for rate in (6000, 60_000):
            assert state(desk, mailing) == ("sending", "")
            sent(desk, mailing, sink, delivery={"rate_per_minute": rate}, limit=3)
        sent(desk, mailing, sink)
    assert readers(sink) == Counter(READERS)
    assert state(desk, mailing) == ("done", "")


def test_readers_whose_server_is_silent_are_put_off_and_tried_again(desk: Office) -> None:
    desk.enlist(*(f"slow{number}@example.org" for number in range(3)))
    mailing = begin(desk)
    patience = Patience(connect=5, command=0.2, data=5, block=5, end=5, quit=1)
    with Sink(Rule("rcpt", STALL, match="slow", times=3)) as sink:
        relay = replace(Relay.of(desk.publication), port=sink.port)
        connect = functools.partial(post.Connection.open, relay, patience)
        lazy = replace(QUICK, after_loss=3_600_000)
        sent(desk, mailing, sink, lazy, connect=connect, wait=False)
        assert counts(desk, mailing) == {"sent": 12, "deferred": 3}
        assert state(desk, mailing) == ("sending", "")
        with desk.database.read() as connection:
            found = ledger.deliveries(connection, mailing.id, ["deferred"])
            assert {one.address for one in found} == {f"slow{n}@example.org" for n in range(3)}
        with desk.database.write() as connection:
            connection.execute(sa.update(tables.deliveries).values(next_at=0))
        sent(desk, mailing, sink)
    assert set(readers(sink).values()) == {1}
    assert counts(desk, mailing) == {"sent": 15}


def test_without_waiting_what_is_put_off_stays(desk: Office) -> None:
    mailing = begin(desk)
    with Sink(Rule("rcpt", "451 4.3.0 later", match="reader3@", times=1)) as sink:
        found = sent(desk, mailing, sink, Policy(), wait=False)
    assert counts(desk, mailing) == {"sent": 11, "deferred": 1}
    assert found.due is not None
    assert found.due > desk.database.clock.now()
    assert state(desk, mailing)[0] == "sending"


def test_before_its_time_nothing_goes_out(desk: Office) -> None:
    mailing = begin(desk, send_at=desk.database.clock.now() + 3_600_000)
    with Sink() as sink:
        assert sent(desk, mailing, sink, wait=False).due == mailing.send_at
    assert sink.accepted == []


def test_a_daily_quota_leaves_the_rest_for_tomorrow(desk: Office) -> None:
    mailing = begin(desk)
    stop = threading.Event()

    def watch(progress: Progress) -> None:
        if progress.sent == 7 and progress.due is not None:
            stop.set()

    with Sink() as sink:
        sent(desk, mailing, sink, delivery={"rate_per_day": 7}, stop=stop, progress=watch)
    assert counts(desk, mailing) == {"sent": 7, "queued": 5}


def test_the_rate_of_a_providers_domain_holds_for_all_its_domains(desk: Office) -> None:
    desk.enlist("a@hotmail.com", "b@outlook.com", "c@live.com")
    mailing = begin(desk)
    with Sink() as sink:
        sent(desk, mailing, sink, wait=False, delivery={"domains": {"hotmail.com": 60}})
    assert counts(desk, mailing) == {"sent": 13, "queued": 2}


def test_of_two_senders_one_sends(desk: Office) -> None:
    mailing = begin(desk)
    refused: list[BaseException] = []

    def second(_: Progress) -> None:
        if not refused:
            try:
                sent(desk, mailing, sink)
            except engine.BusyError as error:
                refused.append(error)

    with Sink() as sink:
        sent(desk, mailing, sink, progress=second)
    assert len(refused) == 1
    assert readers(sink) == Counter(READERS)


@pytest.mark.parametrize("recovers", [True, False])
def test_a_database_that_cannot_be_written_for_a_while_costs_no_copy(
    desk: Office, monkeypatch: pytest.MonkeyPatch, recovers: bool
) -> None:
    mailing = begin(desk)
    stop = threading.Event()
    failures = iter(range(2 if recovers else 1000))
    write = desk.database.write
    troubles: list[str] = []

    def failing() -> Any:
        if len(sink.accepted) >= 4 and next(failures, None) is not None:
            raise OperationalError("COMMIT", None, Exception("database or disk is full"))
        return write()

    def watch(progress: Progress) -> None:
        troubles.append(progress.trouble)
        if "disk is full" in progress.trouble and not recovers:
            stop.set()

    with Sink() as sink:
        monkeypatch.setattr(desk.database, "write", failing)
        monkeypatch.setattr(desk.database, "writer", lambda: contextlib.nullcontext(failing))
        sent(desk, mailing, sink, stop=stop, progress=watch)
        monkeypatch.undo()
        sent(desk, mailing, sink)
    assert any("disk is full" in one for one in troubles)
    assert readers(sink) == Counter(READERS)
    assert counts(desk, mailing) == {"sent": 12}


def test_a_database_that_turns_read_only_costs_no_copy(desk: Office) -> None:
    mailing = begin(desk)
    stop = threading.Event()
    connections: list[Any] = []

    @sa.event.listens_for(desk.database.engine, "connect")
    def _(connection: Any, record: Any) -> None:
        connections.append(connection)

    def watch(progress: Progress) -> None:
        if progress.sent >= 3:
            for one in connections:
                one.execute("PRAGMA query_only=ON")
        if "readonly database" in progress.trouble:
            stop.set()

    desk.database.engine.dispose()
    with Sink() as sink:
        sent(desk, mailing, sink, limit=8, stop=stop, progress=watch)
        assert stop.is_set()
        desk.database.engine.dispose()
        sent(desk, mailing, sink)
    assert readers(sink) == Counter(READERS)
    assert counts(desk, mailing) == {"sent": 12}


def test_a_clock_that_was_set_back_holds_nobody_up(
    desk: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailing = begin(desk)
    with Sink(Rule("rcpt", "451 4.3.0 later", match="reader3@", times=1)) as sink:
        sent(desk, mailing, sink, limit=5)
        before = time.time
        monkeypatch.setattr(time, "time", lambda: before() - 86_400)
        opened = Database(desk.database.engine, desk.database.file)
        sent(replace(desk, database=opened), mailing, sink)
    assert readers(sink) == Counter(READERS)
    with desk.database.read() as connection:
        moments = connection.scalars(
            sa.select(tables.entries.c.at).order_by(tables.entries.c.number)
        ).all()
    assert list(moments) == sorted(moments)


def test_a_backup_made_while_letters_go_out_is_whole_and_costs_no_copy(desk: Office) -> None:
    mailing = begin(desk)
    copies: list[tuple[Path, int]] = []

    def back_up(progress: Progress) -> None:
        if len(copies) < 4:
            path = desk.publication.root / f"{len(copies)}.backup"
            safekeeping.backup(desk.publication, desk.database, path)
            copies.append((path, progress.sent))

    with Sink(delay=(5, 20)) as sink:
        sent(desk, mailing, sink, delivery={"connections": 1}, progress=back_up)
    assert readers(sink) == Counter(READERS)
    assert any(0 < before < 12 for _, before in copies)
    (desk.publication.root / "new").mkdir()
    for path, least in copies:
        with office(desk.publication.root / "new") as empty:
            elsewhere = empty.publication
        safekeeping.restore(elsewhere, path, 0)
        with office(elsewhere.root) as restored:
            found = counts(restored, mailing)
            assert found.get("sent", 0) >= least
            assert sum(found.values()) == 12
            assert state(restored, mailing)[0] == "paused"
            assert restored.keys == desk.keys


def test_what_could_not_be_recorded_survives_damage_without_harm(tmp_path: Path) -> None:
    spill = Spill(tmp_path / "list.db")
    (tmp_path / "list.db-outcomes").write_bytes(b'["worker", [[1, {"task"')
    assert spill.get() == ("", [])
    assert (tmp_path / "list.db-outcomes").stat().st_mode & 0o077 == 0


# A thousand interleavings -----------------------------------------------------------------------

LEAVE = ("unsubscribed", "paused", "complained", "erased")


class Turns:
    """A sender's transactions and a reader's, one after the other in an order drawn by chance."""

    def __init__(
        self, desk: Office, mailing: Mailing, readers: list[int], chance: random.Random
    ) -> None:
        self.desk, self.mailing, self.readers, self.chance = desk, mailing, readers, chance
        self.claimed: list[turns.Task] = []
        self.intended: dict[int, int] = {}
        self.gone: dict[int, int] = {}
        self.step = 0

    def claim(self) -> None:
        with self.desk.database.write() as connection:
            self.claimed += turns.claim(
                connection, self.mailing.id, "me", self.step, self.chance.randint(1, 3), {}, {}
            )

    def intend(self) -> None:
        tasks, self.claimed = self.claimed[:2], self.claimed[2:]
        with self.desk.database.write() as connection:
            dates, entries = turns.intend(connection, self.mailing.id, "me", tasks, self.step)
            turns.release(connection, "me", [one.id for one in tasks if one.id not in dates])
            chain.append(connection, self.mailing.id, self.step, entries)
        self.intended |= {one.subscription: self.step for one in tasks if one.id in dates}

    def leave(self) -> None:
        with self.desk.database.write() as connection:
            row = tables.subscriptions.c
            listed = connection.scalars(
                sa.select(row.id).where(row.id.in_(self.readers), row.state == "active")
            ).all()
            if listed:
                one, how = self.chance.choice(listed), self.chance.choice(LEAVE)
                if how == "erased":
                    retention.erase(connection, self.step, one, "command")
                else:
                    subscribers.set_state(connection, self.desk.keys, self.step, one, how, "signup")
                self.gone.setdefault(one, self.step)

    def suppress(self) -> None:
        with self.desk.database.write() as connection:
            one = self.chance.choice(self.readers)
            row = tables.subscriptions.c
            key = connection.scalar(sa.select(row.address_key).where(row.id == one))
            if key is not None:
                subscribers.suppress(connection, key, "complained", self.step)
                self.gone.setdefault(one, self.step)


def test_who_leaves_at_any_moment_is_not_written_to_after_it(desk: Office) -> None:
    @sa.event.listens_for(desk.database.engine, "connect")
    def _(connection: Any, record: Any) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    desk.database.engine.dispose()
    consent = Consent(1, "a test", "I want it.")
    rows = [
        subscribers.row(desk.keys, 1, f"r{n}@example.org", "en", "letter", "", "", consent)
        for n in range(6000)
    ]
    row = tables.subscriptions.c
    with desk.database.write() as connection:
        before = connection.scalar(sa.select(sa.func.max(row.id)))
        subscribers.add_rows(connection, 1, "test", rows)
        everybody = list(connection.scalars(sa.select(row.id).where(row.id > before)))
    for seed in range(1000):
        chance = random.Random(seed)
        readers = everybody[6 * seed : 6 * seed + 6]
        audience = [ledger.Recipient(one, "letter", "en-US", "example.org") for one in readers]
        mailing = ledger.open_mailing(
            desk.database, f"issue-{seed}", mails=[Mail("letter", "en-US", b"", 0)],
            audience=audience, message_domain="example.org",
        )  # fmt: skip
        run = Turns(desk, mailing, readers, chance)
        actions: list[Callable[[], None]] = [run.claim, run.intend, run.leave, run.suppress]
        for run.step in range(1, 15):
            chance.choices(actions, [4, 5, 2, 1])[0]()
        for one, when in run.intended.items():
            assert when < run.gone.get(one, 100), f"seed {seed}: reader {one}"
        with desk.database.read() as connection:
            assert chain.verify(chain.export(connection, mailing.id)) == []
