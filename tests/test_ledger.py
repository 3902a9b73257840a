"""The ledger: frozen audiences, states, doubts, the chain of hashes, rates."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from bulletin_press.distribution import tables
from bulletin_press.distribution.clock import DAY, HOUR, MINUTE, SECOND, Clock
from bulletin_press.distribution.readers import subscribers
from bulletin_press.distribution.sending import chain, leases, ledger, schedule, turns
from bulletin_press.distribution.sending.ledger import Mail, Mailing
from bulletin_press.distribution.sending.schedule import Breaker, Policy
from bulletin_press.distribution.sending.turns import Result
from tests.delivery_support import Office, office

READERS = [f"reader{number}@example.org" for number in range(7)]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path) as made:
        made.enlist(*READERS)
        yield made


def begin(desk: Office, **facts: Any) -> Mailing:
    mails = [Mail("letter", "en-US", b"letter", 6), Mail("link", "en-US", b"link", 4)]
    return ledger.open_mailing(
        desk.database, "2026-05", mails=mails, audience=desk.recipients(),
        message_domain="example.org", **facts,
    )  # fmt: skip


def taken(desk: Office, mailing: Mailing, wanted: int = 100) -> list[turns.Task]:
    """Claim and intend, as a sender does."""
    now = desk.database.clock.now()
    with desk.database.write() as connection:
        leases.enrol(connection, "me", now, Policy(), alone=True)
        tasks = turns.claim(connection, mailing.id, "me", now, wanted, {}, {})
        dates, entries = turns.intend(connection, mailing.id, "me", tasks, now)
        chain.append(connection, mailing.id, now, entries)
    return [task for task in tasks if task.id in dates]


def recorded(desk: Office, mailing: Mailing, *results: Result, in_doubt: str = "resend") -> None:
    with desk.database.write() as connection:
        entries = turns.record(connection, "me", in_doubt, results, Policy())
        chain.append(connection, mailing.id, 1, entries)


def counts(desk: Office, mailing: Mailing) -> dict[str, int]:
    with desk.database.read() as connection:
        return dict(ledger.counts(connection, mailing.id))


def exported(desk: Office, mailing: Mailing) -> list[str]:
    with desk.database.read() as connection:
        return list(chain.export(connection, mailing.id))


def test_a_second_start_joins_the_mailing_that_is_there(desk: Office) -> None:
    first = begin(desk)
    desk.enlist("late@example.org")
    assert begin(desk, forced="in a hurry") == first
    assert counts(desk, first) == {"queued": 7}


def test_a_recipient_without_letter_leaves_nothing_behind(desk: Office) -> None:
    desk.enlist("pdf@example.org", form="pdf")
    with pytest.raises(ValueError, match="form pdf in en-US"):
        begin(desk)
    with desk.database.read() as connection:
        assert ledger.mailings(connection) == []
        assert connection.scalar(sa.select(sa.func.count()).select_from(tables.parts)) == 0


def test_an_erratum_is_a_mailing_of_its_own_each_time(desk: Office) -> None:
    begin(desk)
    made = [
        ledger.open_mailing(
            desk.database, "2026-05", "erratum", mails=[Mail("letter", "en-US", b"x", 1)],
            audience=desk.recipients(), message_domain="example.org",
        )
        for _ in range(2)
    ]  # fmt: skip
    assert [one.sequence for one in made] == [1, 2]
    with desk.database.read() as connection:
        assert len(ledger.mailings(connection, "2026-05")) == 3


@pytest.mark.parametrize("state", ["unsubscribed", "paused", "bounced", "complained"])
@pytest.mark.parametrize("when", ["before the claim", "between claim and intent"])
def test_who_has_left_is_not_written_to(desk: Office, state: str, when: str) -> None:
    mailing = begin(desk)
    now = desk.database.clock.now()

    def leave() -> None:
        with desk.database.write() as connection:
            reader = subscribers.find(connection, desk.keys, READERS[3])
            assert reader is not None
            subscribers.set_state(connection, desk.keys, now, reader.id, state, "test")

    if when == "before the claim":
        leave()
        assert len(taken(desk, mailing)) == 6
    else:
        with desk.database.write() as connection:
            tasks = turns.claim(connection, mailing.id, "me", now, 100, {}, {})
        leave()
        with desk.database.write() as connection:
            dates, _ = turns.intend(connection, mailing.id, "me", tasks, now)
            turns.release(connection, "me")
        assert len(dates) == 6
        assert taken(desk, mailing) == []
    assert counts(desk, mailing)["suppressed"] == 1


def test_a_paused_mailing_grants_no_intent(desk: Office) -> None:
    mailing = begin(desk)
    assert ledger.set_state(desk.database, mailing.id, "paused", "lunch")
    assert taken(desk, mailing) == []
    assert ledger.set_state(desk.database, mailing.id, "sending")
    assert len(taken(desk, mailing)) == 7


def test_a_cancelled_mailing_stays_cancelled(desk: Office) -> None:
    mailing = begin(desk)
    one = taken(desk, mailing, 1)[0]
    ledger.set_state(desk.database, mailing.id, "cancelled", "wrong issue")
    assert not ledger.set_state(desk.database, mailing.id, "sending")
    recorded(desk, mailing, Result(one, "sent", "250 ok", 1, 2))
    assert counts(desk, mailing) == {"cancelled": 6, "sent": 1}


def test_the_date_of_the_first_intent_is_that_of_every_copy(desk: Office) -> None:
    mailing = begin(desk)
    first = taken(desk, mailing, 1)[0]
    before = desk.database.clock.now() - HOUR
    recorded(desk, mailing, Result(first, "lost", "gone", before, before))
    with desk.database.read() as connection:
        row = connection.execute(
            sa.select(tables.deliveries).order_by(tables.deliveries.c.id)
        ).first()
    assert row is not None
    again = next(one for one in taken(desk, mailing) if one.id == first.id)
    assert again.dated == row.dated


@pytest.mark.parametrize(
    ("kind", "in_doubt", "state", "attempts"),
    [
        ("sent", "resend", "sent", 1),
        ("failed", "resend", "failed", 1),
        ("too-large", "resend", "failed", 1),
        ("deferred", "resend", "deferred", 1),
        ("lost", "resend", "deferred", 1),
        ("throttled", "resend", "deferred", 0),
        ("blocked", "resend", "deferred", 0),
        ("doubtful", "resend", "deferred", 1),
        ("doubtful", "hold", "doubtful", 1),
    ],
)
def test_each_outcome_leads_to_its_state(
    desk: Office, kind: str, in_doubt: str, state: str, attempts: int
) -> None:
    mailing = begin(desk)
    one = taken(desk, mailing, 1)[0]
    recorded(desk, mailing, Result(one, kind, "reply", 1, 2), in_doubt=in_doubt)
    with desk.database.read() as connection:
        [found] = ledger.deliveries(connection, mailing.id, [state])
    assert (found.id, found.attempts) == (one.id, attempts)


def test_attempts_and_patience_are_bounded(desk: Office) -> None:
    mailing = begin(desk)
    first, second = taken(desk, mailing, 2)
    tired = dataclasses.replace(first, attempts=7)
    late = dataclasses.replace(second, dated=0)
    recorded(
        desk, mailing, Result(tired, "deferred", "451", 1, 2),
        Result(late, "deferred", "451", 1, 49 * HOUR),
    )  # fmt: skip
    assert counts(desk, mailing)["failed"] == 2


def test_waits_grow_and_those_of_many_readers_do_not_end_together() -> None:
    hours = [5 / 60, 15 / 60, 1, 4, 12, 12, 12]
    for attempts, expected in enumerate(hours, 1):
        waits = [Policy().wait(attempts) for _ in range(50)]
        assert all(
            0.8 * expected * HOUR <= one + 1 and one <= 1.2 * expected * HOUR for one in waits
        )
        assert len(set(waits)) > 10


@pytest.mark.parametrize(("in_doubt", "state"), [("resend", "queued"), ("hold", "doubtful")])
def test_what_a_killed_sender_left_is_taken_up(desk: Office, in_doubt: str, state: str) -> None:
    mailing = begin(desk, in_doubt=in_doubt)
    left = taken(desk, mailing, 3)
    now = desk.database.clock.now()
    with desk.database.write() as connection:
        turns.claim(connection, mailing.id, "me", now, 2, {}, {})
        leases.enrol(connection, "successor", now, Policy(), alone=True)
        assert turns.recover(connection, mailing.id, in_doubt, now) == 3
    found = counts(desk, mailing)
    assert found == ({"queued": 7} if state == "queued" else {"queued": 4, "doubtful": 3})
    doubts = [json.loads(line) for line in exported(desk, mailing) if '"doubtful"' in line]
    assert {row["delivery"] for row in doubts if "kind" in row} == {one.id for one in left}


def test_a_worker_without_lease_changes_nothing(desk: Office) -> None:
    mailing = begin(desk)
    tasks = taken(desk, mailing, 2)
    now = desk.database.clock.now()
    with desk.database.write() as connection:
        assert leases.enrolled(connection, "me")
        leases.enrol(connection, "successor", now + HOUR, Policy(), alone=False)
        assert not leases.enrolled(connection, "me")
        turns.recover(connection, mailing.id, "hold", now)
    recorded(desk, mailing, Result(tasks[0], "deferred", "451", 1, 2))
    assert counts(desk, mailing) == {"queued": 5, "doubtful": 2}


def test_doubts_are_settled_or_sent_again(desk: Office) -> None:
    mailing = begin(desk, in_doubt="hold")
    for task in taken(desk, mailing):
        recorded(desk, mailing, Result(task, "doubtful", "", 1, 2), in_doubt="hold")
    with desk.database.read() as connection:
        first, second, *_ = ledger.doubts(connection, mailing.id)
    assert ledger.settle(desk.database, first.id, "sent", "seen in the relay's log")
    assert not ledger.settle(desk.database, first.id, "failed", "twice")
    assert ledger.resend_doubts(desk.database, mailing.id, [second.id]) == 1
    assert counts(desk, mailing) == {"sent": 1, "queued": 1, "doubtful": 5}


def test_a_link_goes_to_whom_the_file_was_too_large_once(desk: Office) -> None:
    mailing = begin(desk)
    one = taken(desk, mailing, 1)[0]
    with desk.database.write() as connection:
        assert turns.fall_back(connection, mailing.id, one.id, 5)
        assert not turns.fall_back(connection, mailing.id, one.id, 5)


def test_failed_deliveries_queued_again_leave_the_chain_whole(desk: Office) -> None:
    mailing = begin(desk)
    recorded(desk, mailing, Result(taken(desk, mailing, 1)[0], "failed", "550 no", 1, 2))
    assert ledger.requeue_failed(desk.database, mailing.id) == 1
    assert chain.verify(exported(desk, mailing)) == []


def test_what_failed_to_readers_who_are_gone_stays_failed(desk: Office) -> None:
    mailing = begin(desk)
    gone, here = taken(desk, mailing, 2)
    recorded(desk, mailing, Result(gone, "failed", "550 5.1.1 no", 1, 2))
    recorded(desk, mailing, Result(here, "failed", "550 5.2.2 full", 1, 2))
    with desk.database.write() as connection:
        subscribers.set_state(connection, desk.keys, 3, gone.subscription, "bounced", "test")
        assert ledger.failed(connection, mailing.id) == (1, 1)
    assert ledger.requeue_failed(desk.database, mailing.id) == 1
    assert counts(desk, mailing)["failed"] == 1


# The chain --------------------------------------------------------------------------------------


@pytest.fixture
def proof(desk: Office) -> list[str]:
    mailing = begin(desk)
    for number, task in enumerate(taken(desk, mailing)):
        kind = "failed" if number == 2 else "sent"
        recorded(desk, mailing, Result(task, kind, "250 x@y.example z", 1, 2))
    return exported(desk, mailing)


def test_an_exported_chain_is_whole_and_names_nobody(proof: list[str]) -> None:
    assert chain.verify(proof) == []
    assert "@" not in "".join(proof)


def test_every_change_of_an_exported_chain_is_found(proof: list[str]) -> None:
    for number, line in enumerate(proof):
        assert chain.verify(proof[:number] + proof[number + 1 :]), line
        row = json.loads(line)
        for key, value in row.items():
            other = value + 1 if isinstance(value, int) else f"{value}x"
            changed = json.dumps({**row, key: other}, separators=(",", ":"))
            told = chain.verify([*proof[:number], changed, *proof[number + 1 :]])
            harmless = key in ("issue", "kind", "sequence") and number == 0
            assert bool(told) != harmless, (line, key)
    assert chain.verify(proof[:-1])
    assert chain.verify([])


def test_an_ended_delivery_cannot_be_listed_otherwise(proof: list[str]) -> None:
    changed = [line.replace('"state":"failed"', '"state":"sent"') for line in proof]
    assert "was failed" in chain.verify(changed)[0]


@pytest.mark.parametrize("line", ["[" * 100_000, '["issue"]', "[]", "1", '{"issue":1}', "null"])
def test_json_of_another_kind_is_no_ledger(line: str) -> None:
    assert chain.verify([line])


@given(st.lists(st.text(max_size=40), max_size=8))
def test_no_line_of_any_kind_stops_the_verifier(lines: list[str]) -> None:
    assert chain.verify(lines)


# Time -------------------------------------------------------------------------------------------


def test_the_clock_never_runs_backwards(tmp_path: Path) -> None:
    wall = iter([1_000_000.0, 990_000.0])
    first = Clock(wall=lambda: next(wall), monotonic=lambda: 5.0)
    with office(tmp_path, clock=first) as made, made.database.write() as connection:
        assert made.database.keep_time(connection) == 1_000_000_000
    second = Clock(1_000_000_000, wall=lambda: next(wall), monotonic=lambda: 5.0)
    assert second.now() == 1_000_000_000


@given(st.integers(1, 100_000), st.integers(1, 50), st.lists(st.integers(0, 3000), max_size=40))
def test_a_rate_is_kept_whatever_is_asked(
    tmp_path_factory: pytest.TempPathFactory, rate: int, wanted: int, pauses: list[int]
) -> None:
    engine = sa.create_engine("sqlite://")
    tables.metadata.create_all(engine)
    now, total = 10 * DAY, 0
    with engine.begin() as connection:
        for pause in pauses:
            granted, at = schedule.take(connection, "relay", rate, wanted, now)
            assert 0 <= granted <= wanted
            assert granted == wanted or at > now
            total += granted
            now += pause
    engine.dispose()
    assert total <= rate * (now - 10 * DAY) / MINUTE + max(1, rate / 60) + 1


def test_a_slowed_rate_recovers_as_messages_are_taken() -> None:
    engine = sa.create_engine("sqlite://")
    tables.metadata.create_all(engine)
    with engine.begin() as connection:
        schedule.take(connection, "relay", 600, 1, DAY)
        for _ in range(9):
            schedule.slow_down(connection, "relay", DAY, SECOND)
        assert schedule.take(connection, "relay", 600, 9, DAY) == (0, DAY + SECOND)
        interval = connection.scalar(sa.select(tables.rates.c.interval))
        assert interval == 64 * 100_000
        now = DAY
        for _ in range(4000):
            now += 6400
            schedule.take(connection, "relay", 600, 1, now)
        assert connection.scalar(sa.select(tables.rates.c.interval)) == 100_000
    engine.dispose()


def test_a_daily_quota_is_counted_over_any_24_hours(desk: Office) -> None:
    mailing = begin(desk)
    taken(desk, mailing, 4)
    now = desk.database.clock.now()
    with desk.database.read() as connection:
        assert schedule.left_today(connection, 10, now)[0] == 6
        left, at = schedule.left_today(connection, 4, now)
        assert left == 0
        assert now < at <= now + DAY
        assert schedule.left_today(connection, 4, at + 1)[0] == 4


def test_a_breaker_opens_waits_longer_and_gives_up() -> None:
    policy = Policy(breaker=3, openings=3)
    breaker = Breaker(policy)
    assert [breaker.failed(0) for _ in range(2)] == [False, False]
    assert breaker.closed_until == 0
    assert not breaker.failed(0)
    assert breaker.closed_until == policy.cool_off
    assert not breaker.failed(100)
    assert breaker.closed_until == 100 + 2 * policy.cool_off
    assert breaker.failed(200)
    breaker.succeeded()
    assert not breaker.failed(300)


def test_a_domain_with_a_rate_of_its_own_is_spread_out(desk: Office) -> None:
    mailing = begin(desk)
    now = desk.database.clock.now()
    with desk.database.write() as connection:
        tasks = turns.claim(connection, mailing.id, "me", now, 100, {"example.org": 60}, {})
    assert len(tasks) == 1
    with desk.database.read() as connection:
        due = [one.next_at for one in ledger.deliveries(connection, mailing.id, ["queued"])]
    assert due == [now + SECOND * number for number in range(1, 7)]
