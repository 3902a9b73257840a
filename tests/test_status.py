"""How mailings stand: in words, as values, and as a page that needs no script to be understood."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from lxml import html

from bulletin_press.config import Delivery, Publication
from bulletin_press.distribution import keys, tables, words
from bulletin_press.distribution.clock import HOUR, MINUTE
from bulletin_press.distribution.database import Database, open_database
from bulletin_press.distribution.readers import subscribers
from bulletin_press.distribution.readers.subscription import Consent
from bulletin_press.distribution.sending import audience, ledger, status, statusreport


@pytest.fixture
def database(publication: Publication) -> Iterator[Database]:
    opened = open_database(publication)
    secrets = keys.load(publication)
    consent = Consent(1, "a form", "Yes, send it to me.")
    with opened.write() as connection:
        for number in range(8):
            subscribers.add(
                connection, secrets, opened.clock.now(), f"{number}@example.org", source="test",
                language="en-US", form="letter" if number % 2 else "pdf", consent=consent,
            )  # fmt: skip
    yield opened
    opened.close()


def begin(database: Database, issue: str, *states: str, send_at: int = 0, reply: str = "") -> int:
    """A mailing whose deliveries are in these states, the others are sent; returns its id."""
    with database.read() as connection:
        readers = audience.of_issue(connection, ["en-US"]).recipients
    mails = [ledger.Mail(form, "en-US", form.encode(), 1) for form in ("letter", "pdf", "link")]
    mailing = ledger.open_mailing(
        database, issue, mails=mails, audience=readers, message_domain="example.org",
        send_at=send_at,
    )  # fmt: skip
    row, now = tables.deliveries.c, database.clock.now()
    with database.write() as connection:
        ids = connection.scalars(sa.select(row.id).where(row.mailing == mailing.id)).all()
        for count, one in enumerate(sorted(ids)):
            state = states[count] if count < len(states) else "sent"
            values = {"state": state, "finished_at": now if state == "sent" else None}
            change = sa.update(tables.deliveries).where(row.id == one)
            connection.execute(change.values(reply="" if state == "sent" else reply, **values))
    return mailing.id


def standing(database: Database, issue: str = "") -> status.Standing:
    with database.read() as connection:
        return status.standings(connection, database.clock.now(), issue)[-1]


def work(database: Database) -> None:
    """Let a sender be at work."""
    with database.write() as connection:
        until = database.clock.now() + MINUTE
        connection.execute(sa.insert(tables.workers).values(id="w", until=until))


@pytest.mark.parametrize(
    ("states", "word"),
    [
        ([], "done"),
        (["suppressed"], "done"),
        (["failed"], "partial"),
        (["doubtful"], "partial"),
        (["queued", "failed"], "interrupted"),
        (["deferred"], "interrupted"),
        (["sending"], "interrupted"),
    ],
)
def test_a_mailing_is_called_what_it_is(database: Database, states: list[str], word: str) -> None:
    begin(database, "2026-02", *states)
    assert standing(database).state == word


def test_only_a_sender_at_work_makes_it_sending_and_only_time_scheduled(
    database: Database,
) -> None:
    work(database)
    begin(database, "2026-01", "queued")
    assert standing(database).state == "sending"
    begin(database, "2026-02", *["queued"] * 8, send_at=database.clock.now() + HOUR)
    assert standing(database, "2026-02").state == "scheduled"
    assert standing(database, "2026-01").state == "sending"


def test_a_pause_and_its_reason_are_seen(database: Database) -> None:
    number = begin(database, "2026-02", "queued")
    ledger.set_state(database, number, "paused", "the relay refuses our mail")
    one = standing(database)
    assert (one.state, one.mailing.reason) == ("paused", "the relay refuses our mail")


def test_the_words_cover_every_state_once() -> None:
    covered = [state for states in status.WORDS.values() for state in states]
    assert sorted(covered) == sorted(words.DELIVERY_STATES)


def test_counts_by_form_and_the_relays_answers(database: Database) -> None:
    number = begin(database, "2026-02", "failed", "deferred", reply="550 5.1.1 no such mailbox")
    with database.read() as connection:
        counted = status.details(connection, number)
    assert counted.kinds[("pdf", "en-US")]["failed"] == 1
    assert counted.kinds[("letter", "en-US")] == {
        "sent": 3, "waiting": 1, "in doubt": 0, "failed": 0, "left out": 0,
    }  # fmt: skip
    assert counted.replies == {"550 5.1.1 no such mailbox": 2}
    assert json.loads(json.dumps(counted.as_dict()))["replies"][0]["deliveries"] == 2


def test_the_standing_as_values_for_programs(database: Database) -> None:
    begin(database, "2026-02", "queued", "failed")
    shown = json.loads(json.dumps(standing(database).as_dict()))
    assert shown["counts"] == {"sent": 6, "waiting": 1, "in-doubt": 0, "failed": 1, "left-out": 0}
    assert shown["readers"] == 8
    assert shown["sent-last-minute"] == 6


def test_the_limits_that_slow_the_sender_are_said(database: Database) -> None:
    with database.write() as connection:
        connection.execute(
            sa.insert(tables.rates).values(key="relay", due=0, interval=400_000, allowed=100_000)
        )
    with database.read() as connection:
        said = status.limits(connection, Delivery(rate_per_day=100), database.clock.now())
    assert said == (
        "100 of 100 messages a day are left",
        "the relay asked for a slower pace: 150 a minute in place of 600",
    )


def found(node: Any, path: str) -> Any:
    """What an XPath gives."""
    return node.xpath(path)


def page(database: Database, publication: Publication) -> str:
    with database.read() as connection:
        now = database.clock.now()
        standings = status.standings(connection, now)
        details = {one.mailing.id: status.details(connection, one.mailing.id) for one in standings}
    said = {one.mailing.id: "What happened & what now." for one in standings}
    return statusreport.report(publication, standings, details, said, ["a limit"], now)


def test_the_page_is_whole_by_itself(database: Database, publication: Publication) -> None:
    begin(database, "2026-01")
    begin(database, "2026-02", "failed", "queued", reply="550 <script>alert(1)</script>")
    text = page(database, dataclasses.replace(publication, title="A & B"))
    root = html.document_fromstring(text)
    assert root.get("lang") == "en"
    assert found(root, "//script | //link | //img | //iframe | //@src | //@href") == []
    assert "<script>alert" not in text
    assert found(root, "string(//title)") == found(root, "string(//h1)") == "A & B: delivery"
    assert "What happened & what now." in found(root, "string()")


def test_the_pages_chart_has_its_words_and_its_numbers_in_a_table(
    database: Database, publication: Publication
) -> None:
    begin(database, "2026-01")
    begin(database, "2026-02", "failed", "queued")
    root = html.document_fromstring(page(database, publication))
    (drawing,) = found(root, "//*[local-name()='svg']")
    assert drawing.get("role") == "img"
    assert "2026-02: 6 sent, 1 waiting, 1 failed" in drawing.get("aria-label")
    (table,) = found(root, "//table[caption='Mailings']")
    assert [cell.text for cell in found(table, "./thead//th[@scope='col']")][:4] == [
        "Issue", "State", "Readers", "Sent",
    ]  # fmt: skip
    rows = [[cell.text for cell in row] for row in found(table, "./tbody/tr")]
    assert rows[1] == ["2026-02", "interrupted", "8", "6", "1", "0", "1", "0", "0", "0"]
    assert len(found(table, "./tbody//th[@scope='row']")) == 2


def test_the_page_of_a_publication_that_has_sent_nothing(
    database: Database, publication: Publication
) -> None:
    assert "Nothing has been sent yet." in page(database, publication)
