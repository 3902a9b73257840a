"""Who gets what, how long it takes, and whether what letters link to is up."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from bulletin_press.config import Delivery, Imprint, Publication
from bulletin_press.distribution import keys, tables
from bulletin_press.distribution.database import Database, open_database
from bulletin_press.distribution.readers import subscribers
from bulletin_press.distribution.readers.subscription import Consent
from bulletin_press.distribution.sending import audience, ledger, plan, uplinks
from bulletin_press.distribution.sending.uplinks import File
from bulletin_press.problems import Location, errors, problem

CONSENT = Consent(1, "a form", "Yes, send it to me.")


@pytest.fixture
def database(publication: Publication) -> Iterator[Database]:
    opened = open_database(publication)
    yield opened
    opened.close()


def enlist(database: Database, publication: Publication, *readers: dict[str, Any]) -> None:
    """Add readers; one is active unless it says otherwise."""
    secrets = keys.load(publication)
    with database.write() as connection:
        for reader in readers:
            given = {"language": "en-US", "consent": CONSENT, "source": "test", **reader}
            subscribers.add(connection, secrets, database.clock.now(), **given)


# Audience ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "got"),
    [
        ("az", "az"),
        ("AZ", "az"),
        ("az-Latn-AZ", "az"),
        ("en-US", "en-GB"),
        ("en", "en-GB"),
        ("tr", "en-GB"),
        ("zh-Hant-TW", "zh-Hant"),
        ("zh-Hans", "zh-Hant"),
    ],
)
def test_each_reader_gets_the_nearest_language(wanted: str, got: str) -> None:
    assert audience.match(wanted, ["en-GB", "az", "zh-Hant"]) == got


@given(st.text(max_size=20), st.lists(st.sampled_from(["en", "en-US", "az", "AZ"]), min_size=1))
def test_some_language_is_always_found(wanted: str, languages: list[str]) -> None:
    assert audience.match(wanted, languages) in languages


def test_readers_get_their_form_and_language_and_others_are_left_out_for_a_reason(
    database: Database, publication: Publication
) -> None:
    enlist(
        database,
        publication,
        {"address": "a@example.org"},
        {"address": "b@googlemail.com", "form": "pdf", "language": "az"},
        {"address": "c@gmail.com", "form": "kindle", "device": "c@kindle.com"},
        {"address": "d@example.org", "consent": None},
        {"address": "e@example.org", "state": "paused"},
        {"address": "f@example.org", "state": "unsubscribed"},
        {"address": "g@example.org", "form": "kindle", "device": "g@kindle.com"},
        {"address": "h@example.org"},
    )
    with database.write() as connection:
        row = tables.subscriptions.c
        connection.execute(
            sa.update(tables.subscriptions)
            .where(row.address == "g@example.org")
            .values(device_confirmed_at=None)
        )
        key = connection.scalar(sa.select(row.address_key).where(row.address == "h@example.org"))
        connection.execute(
            sa.insert(tables.suppressions).values(address_key=key, reason="complained", at=1)
        )
    with database.read() as connection:
        found = audience.of_issue(connection, ["en-US", "az"])
    assert found.kinds == {("letter", "en-US"): 1, ("pdf", "az"): 1, ("kindle", "en-US"): 1}
    assert found.domains == {"example.org": 1, "gmail.com": 1, "kindle.com": 1}
    assert found.left_out == {
        "unconfirmed": 1, "paused": 1, "unsubscribed": 1, "suppressed": 1, "device-unconfirmed": 1,
    }  # fmt: skip
    assert found.left_out.keys() <= audience.REASONS.keys()


def test_who_is_in_the_mailing_is_left_out_and_who_got_it_gets_the_erratum(
    database: Database, publication: Publication
) -> None:
    readers = [{"address": f"{name}@example.org", "form": "pdf"} for name in "abcdefg"]
    enlist(database, publication, *readers)
    with database.read() as connection:
        everybody = audience.of_issue(connection, ["az"]).recipients
    mailing = ledger.open_mailing(
        database,
        "2026-02",
        mails=[ledger.Mail("pdf", "az", b"x", 1)],
        audience=everybody,
        message_domain="example.org",
    )
    enlist(database, publication, {"address": "late@example.org"})
    states = ["sent", "doubtful", "failed", "deferred", "suppressed", "sent", "sent"]
    with database.write() as connection:
        for number, state in enumerate(states, 1):
            row = tables.deliveries.c
            connection.execute(
                sa.update(tables.deliveries).where(row.id == number).values(state=state)
            )
        gone = tables.subscriptions.c
        connection.execute(
            sa.update(tables.subscriptions).where(gone.id == 6).values(state="unsubscribed")
        )
        erased = {"state": "erased", "address": None, "address_key": None}
        connection.execute(sa.update(tables.subscriptions).where(gone.id == 7).values(erased))
    with database.read() as connection:
        late = audience.of_issue(connection, ["az"], mailing.id)
        corrected = audience.of_erratum(connection, mailing.id)
    assert [one.subscription for one in late.recipients] == [8]
    assert late.left_out == {"in-mailing": 6}
    assert [(one.subscription, one.form, one.language) for one in corrected.recipients] == [
        (1, "letter", "az"), (2, "letter", "az"),
    ]  # fmt: skip
    assert corrected.left_out == {"unsubscribed": 1, "erased": 1}
    assert corrected.left_out.keys() <= audience.REASONS.keys()


# Pace -------------------------------------------------------------------------------------------


def test_a_quota_a_day_spreads_the_readers_over_days() -> None:
    found = plan.pace({"example.org": 200}, Delivery(rate_per_day=100))
    assert found.days == (100, 100)
    assert found.bound == "100 a day"
    assert plan.pace({"example.org": 200}, Delivery(rate_per_day=100), used=70).days == (
        30, 100, 70,
    )  # fmt: skip


def test_the_slowest_limit_sets_the_pace() -> None:
    slow = Delivery(rate_per_minute=600, domains={"googlemail.com": 10})
    found = plan.pace({"gmail.com": 100, "example.org": 500}, slow)
    assert (found.minutes, found.bound) == (10, "gmail.com: 10 a minute")
    found = plan.pace({"example.org": 1200}, slow)
    assert (found.minutes, found.bound) == (2, "600 a minute")


@given(
    st.dictionaries(st.sampled_from(["a.org", "b.org", "gmail.com"]), st.integers(0, 10_000)),
    st.integers(0, 5_000),
    st.integers(0, 6_000),
)
def test_the_days_hold_all_messages_and_none_is_over_the_quota(
    domains: dict[str, int], quota: int, used: int
) -> None:
    days = plan.pace(domains, Delivery(rate_per_day=quota), used).days
    assert sum(days) == sum(domains.values())
    if quota and len(days) < 400:
        assert days[0] <= max(0, quota - used)
        assert all(day <= quota for day in days)


# Refusals ---------------------------------------------------------------------------------------


def test_a_reason_forces_what_may_be_forced_only() -> None:
    where = Location("x")
    found = [problem(code, "x", where) for code in ("S104", "S201", "T101", "D302", "D304")]
    assert plan.weighed(found, "") == tuple(sorted(found, key=lambda one: one.code))
    forced = plan.weighed(found, "the printer burns")
    assert len(forced) == len(found)
    assert [one.code for one in errors(forced)] == ["T101"]


def test_what_sending_needs_is_asked_for_all_at_once(publication: Publication) -> None:
    found = [one.code for one in plan.configuration(publication)]
    assert found == ["D401", "D402", "D305"]
    whole = Publication(
        publication.root,
        imprint=Imprint(address="1 Example Street"),
        delivery=Delivery(relay="smtp://localhost", sender="b@example.org"),
    )
    assert plan.configuration(whole) == ()


# What letters link to ---------------------------------------------------------------------------


class _Site(BaseHTTPRequestHandler):
    """Pages by path: bytes, or a status with a place to go to."""

    pages: dict[str, bytes | tuple[int, str]]

    def do_GET(self) -> None:
        page = self.pages.get(self.path, (404, ""))
        if isinstance(page, bytes):
            self.send_response(200)
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)
        else:
            self.send_response(page[0])
            self.send_header("Location", page[1])
            self.send_header("Content-Length", "0")
            self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def site() -> Iterator[tuple[str, dict[str, Any]]]:
    """The address of a site on this machine, and its pages to be filled in."""
    handler = type("Site", (_Site,), {"pages": {}})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/b/", handler.pages  # type: ignore[attr-defined]
    server.shutdown()
    thread.join()
    server.server_close()


def file(data: bytes) -> File:
    return File(hashlib.sha256(data).hexdigest(), len(data))


def test_what_is_up_with_the_right_bytes_is_proved(site: tuple[str, dict[str, Any]]) -> None:
    base, pages = site
    pages |= {"/b/2/x.pdf": b"pdf", "/b/2/": b"page", "/b/2/a%20b.html": b"article"}
    links = [f"{base}2/x.pdf", f"{base}2/", f"{base}2/#part", f"{base}2/a%20b.html"]
    listed = {"2/x.pdf": file(b"pdf"), "2/index.html": file(b"page")}
    elsewhere = ["https://unreachable.invalid/"]
    found = uplinks.faults([*links, *elsewhere], base, listed, {"2/x.pdf": file(b"pdf")})
    assert found == ()


def test_each_link_that_is_not_up_is_named_with_what_is_wrong(
    site: tuple[str, dict[str, Any]],
) -> None:
    base, pages = site
    pages |= {
        "/b/old.pdf": b"older",
        "/b/longer.pdf": b"x" * 100,
        "/b/moved": (302, "http://localhost:1/b/x"),
        "/b/file": (302, "file:///etc/passwd"),
        "/b/near": (302, "/b/old.pdf"),
    }
    new, longer = file(b"newer"), file(b"x" * 99)
    names = ["old.pdf", "longer.pdf", "missing", "moved", "file", "unlisted.epub", "other.epub"]
    found = uplinks.faults(
        [*(base + name for name in names), f"{base}near"],
        base,
        {"old.pdf": new, "longer.pdf": longer, "other.epub": file(b"1")},
        {"unlisted.epub": file(b"1"), "other.epub": file(b"2")},
    )
    assert [one.code for one in found] == ["D304"] * len(names)
    said = dict(zip(names, (one.message.partition(base)[2] for one in found), strict=True))
    assert "is not what the site was built with" in said["old.pdf"]
    assert "is not what the site was built with" in said["longer.pdf"]
    assert "404" in said["missing"]
    assert "another place, localhost" in said["moved"]
    assert "file:" in said["file"]
    assert "does not list it" in said["unlisted.epub"]
    assert "another version" in said["other.epub"]


def test_a_server_that_is_not_there_is_a_problem() -> None:
    (found,) = uplinks.faults(["http://127.0.0.1:9/x"], "http://127.0.0.1:9/", {}, {})
    assert found.code == "D304"


def test_the_sites_list_is_read_and_another_form_refused() -> None:
    listed = {"path": "2026-02/b.pdf", "sha256": "AB" * 32, "octets": 3}
    index = {"issues": [{"id": "2026-02", "files": [listed]}, {"id": "2026-01"}]}
    assert uplinks.listed(json.dumps(index).encode()) == {"2026-02/b.pdf": File("ab" * 32, 3)}
    for wrong in (
        b"",
        b"[]",
        b'{"issues": 3}',
        b'{"issues": [{"files": [{}]}]}',
        b"\xff",
        b"[" * 9999,
    ):
        with pytest.raises(ValueError, match="not a list of issues"):
            uplinks.listed(wrong)
