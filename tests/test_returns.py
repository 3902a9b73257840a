"""Returned mail: what each kind brings about, and what no forged or broken mail can."""

from __future__ import annotations

import email
import io
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from bulletin_press import cli, config
from bulletin_press.distribution import keys, tables
from bulletin_press.distribution.clock import DAY, Clock
from bulletin_press.distribution.database import Database, open_database
from bulletin_press.distribution.mail import post
from bulletin_press.distribution.mail.messages import Template
from bulletin_press.distribution.mail.relay import Relay
from bulletin_press.distribution.mail.sender import Sender
from bulletin_press.distribution.readers import subscribers
from bulletin_press.distribution.readers.subscription import Consent, Subscription
from bulletin_press.distribution.returns import effects, mailboxes, reading, verdicts
from bulletin_press.distribution.returns.effects import Summary
from bulletin_press.distribution.sending import chain, engine, ledger
from bulletin_press.edition import Letter
from bulletin_press.problems import ProblemsError
from tests.delivery_support import office
from tests.sink import Sink

SAMPLES = Path(__file__).parent / "returns"
NAMES = sorted(path.stem for path in SAMPLES.glob("*.eml"))
CONFIGURATION = """\
[delivery]
from = "Bulletin <bulletin@example.org>"
bounces = "bounces.example.org"
unsubscribe = "unsubscribe@example.org"
bounce-limit = 5
complaint-limit = 1
"""


@dataclass
class Press:
    """A publication with a reader to whom issues were sent, and what came back."""

    publication: config.Publication
    keys: keys.Keys
    database: Database
    time: list[float] = field(default_factory=lambda: [1_780_000_000.0])

    def add(self, address: str = "reader@example.net") -> Subscription:
        with self.database.write() as connection:
            now = self.database.clock.now()
            consent = Consent(now, "a test", "Yes, send it.")
            return subscribers.add(
                connection, self.keys, now, address, source="test", language="en", consent=consent
            )

    def send(self, issue: str, *readers: Subscription, form: str = "letter") -> list[int]:
        """Send an issue, by the ledger alone; the ids of the deliveries."""
        mailing = ledger.open_mailing(
            self.database,
            issue,
            mails=[ledger.Mail(form, "en", b"template", 8)],
            audience=[ledger.Recipient(one.id, form, "en", "example.net") for one in readers],
            message_domain="example.org",
        )
        with self.database.write() as connection:
            now = self.database.clock.now()
            d = tables.deliveries
            connection.execute(
                sa.update(d)
                .where(d.c.mailing == mailing.id)
                .values(state="sent", dated=now, started_at=now, finished_at=now)
            )
            found = sa.select(d.c.id).where(d.c.mailing == mailing.id).order_by(d.c.id)
            return list(connection.scalars(found))

    def message(self, name: str, delivery: int) -> bytes:
        """A sample, about a delivery."""
        d, s = tables.deliveries.c, tables.subscriptions.c
        query = sa.select(d.mailing, d.form, s.public_id).join(tables.subscriptions)
        with self.database.read() as connection:
            row = connection.execute(query.where(d.id == delivery)).one()
            mailing = ledger.by_id(connection, row.mailing)
        text = (SAMPLES / f"{name}.eml").read_text("utf-8")
        values = {
            "{MARK}": self.keys.return_mark(delivery),
            "{MESSAGE}": ledger.message_id(self.keys, mailing, row.public_id, row.form).partition(
                "@"
            )[0],
            "{TOKEN}": self.keys.token("reader", row.public_id),
        }
        for name, value in values.items():
            text = text.replace(name, value)
        return text.encode()

    def take(self, *messages: bytes, rehearse: bool = False) -> Summary:
        """Read messages as they come."""
        folder = self.publication.root / "incoming"
        folder.mkdir(exist_ok=True)
        for path in folder.iterdir():
            path.unlink()
        for number, message in enumerate(messages):
            (folder / f"{number:04}.eml").write_bytes(message)
        found = mailboxes.items([str(folder)], io.BytesIO())
        return effects.apply(self.database, self.keys, self.publication, found, rehearse=rehearse)

    def reader(self, id: int) -> Subscription:
        with self.database.read() as connection:
            found = subscribers.by_id(connection, id)
        assert found
        return found

    def suppressed(self) -> list[str]:
        with self.database.read() as connection:
            return list(connection.scalars(sa.select(tables.suppressions.c.reason)))

    def days(self, number: int) -> None:
        self.time[0] += number * DAY / 1000


@pytest.fixture
def press(tmp_path: Path) -> Iterator[Press]:
    (tmp_path / "bulletin.toml").write_text(CONFIGURATION, "utf-8")
    publication = config.load(tmp_path)
    moment = [1_780_000_000.0]
    clock = Clock(wall=lambda: moment[0], monotonic=lambda: moment[0])
    database = open_database(publication, clock)
    yield Press(publication, keys.load(publication), database, moment)
    database.close()


def kinds(summary: Summary) -> dict[str, int]:
    return {kind: count for kind, count in summary.counts.items() if count}


# What each kind brings about ---------------------------------------------------------------------

OUTCOMES = {
    "authentication-report": ("feedback", "active"),
    "complaint": ("complaint", "complained"),
    "delayed": ("delayed", "active"),
    "exchange": ("hard", "bounced"),
    "exim": ("hard", "bounced"),
    "forged-for-a-stranger": ("unknown", "active"),
    "international": ("hard", "bounced"),
    "international-base64": ("hard", "bounced"),
    "letter-of-thanks": ("unknown", "active"),
    "mailbox-full": ("soft", "active"),
    "one-of-two-mailboxes": ("delivered", "active"),
    "out-of-office": ("away", "active"),
    "postfix-unknown-user": ("hard", "bounced"),
    "qmail": ("hard", "bounced"),
    "reader-known-letter-unknown": ("hard", "bounced"),
    "relay-listed": ("refused", "active"),
    "unsubscribe": ("unsubscribe", "unsubscribed"),
    "unsubscribe-forwarded": ("unsubscribe", "unsubscribed"),
    "without-anything": ("unknown", "active"),
    "without-original": ("hard", "bounced"),
}


def test_every_sample_has_its_outcome() -> None:
    assert list(OUTCOMES) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_message_does_to_its_reader_what_it_should_and_nothing_to_another(
    press: Press, name: str
) -> None:
    reader, other = press.add(), press.add("other@example.net")
    delivery, _ = press.send("2026-05", reader, other)
    kind, state = OUTCOMES[name]
    message = press.message(name, delivery)
    rehearsed = press.take(message, rehearse=True)
    assert press.reader(reader.id).state == "active"
    summary = press.take(message)
    assert kinds(summary) == {kind: 1} == kinds(rehearsed)
    assert press.reader(reader.id).state == state
    assert press.reader(other.id).state == "active"
    again = press.take(message)
    assert (again.repeated, kinds(again)) == ((0, {kind: 1}) if kind == "unknown" else (1, {}))
    assert press.suppressed() == ([state] if state in ("bounced", "complained") else [])
    assert press.reader(reader.id).soft_bounces == (1 if kind == "soft" else 0)


@pytest.mark.parametrize("name", NAMES)
def test_a_message_is_the_same_with_other_line_ends_and_after_a_mail_program_has_shown_it(
    press: Press, name: str
) -> None:
    [delivery] = press.send("2026-05", press.add())
    message = press.message(name, delivery)
    first, second, third = (
        press.take(one)
        for one in (message, message.replace(b"\n", b"\r\n"), b"X-Status: RO\n" + message)
    )
    known = OUTCOMES[name][0] != "unknown"
    assert (second.repeated, third.repeated) == ((1, 1) if known else (0, 0)), first


@pytest.mark.parametrize(
    "head",
    [
        "To: unsubscribe+{TOKEN}@example.org\nSubject: \n",
        "To: unsubscribe@example.org\nSubject: Re: Unsubscribe: {TOKEN}\n",
        "To: unsubscribe@example.org\nSubject: =?utf-8?q?unsubscribe_{TOKEN}?=\n",
        "To: unsubscribe@example.org\nSubject: UNSUBSCRIBE\n\t{TOKEN}\nAuto-Submitted: yes\n",
    ],
)
def test_a_wish_to_leave_is_read_however_it_is_written(press: Press, head: str) -> None:
    reader = press.add()
    token = press.keys.token("reader", reader.public_id)
    token = token.replace("_", "=5F") if "?q?" in head else token
    summary = press.take((head.replace("{TOKEN}", token) + "\n").encode())
    assert kinds(summary) == {"unsubscribe": 1}
    assert press.reader(reader.id).state == "unsubscribed"


@pytest.mark.parametrize("position", [0, 10, 16, 17, 40, 59])
def test_a_token_with_another_sign_unsubscribes_nobody(press: Press, position: int) -> None:
    reader = press.add()
    token = press.keys.token("reader", reader.public_id)
    other = "A" if token[position] != "A" else "E"
    wrong = token[:position] + other + token[position + 1 :]
    for forged in (wrong, token[:-1], token + "A", press.keys.token("confirm", reader.public_id)):
        assert kinds(press.take(f"Subject: unsubscribe {forged}\n\n".encode())) == {"unknown": 1}
    assert press.reader(reader.id).state == "active"


@pytest.mark.parametrize("name", ["postfix-unknown-user", "complaint", "qmail", "exim"])
def test_a_mark_with_another_sign_stops_nobody(press: Press, name: str) -> None:
    reader, other = press.add(), press.add("other@example.net")
    delivery, second = press.send("2026-05", reader, other)
    mark = press.keys.return_mark(delivery)
    message = press.message(name, delivery)
    message = re.sub(rb"<[a-z0-9]{26}@|unsubscribe[^\n]*", b"", message)
    stolen = f"{second}-{mark.partition('-')[2]}"
    for forged in (mark[:-1] + ("a" if mark[-1] != "a" else "b"), mark[:-1], stolen, f"0{mark}"):
        found = press.take(message.replace(mark.encode(), forged.encode()))
        assert kinds(found) == {"unknown": 1}, forged
    assert press.reader(reader.id).state == press.reader(other.id).state == "active"


def test_what_came_back_stands_in_the_ledger_without_any_address(press: Press) -> None:
    readers = [press.add(f"reader{number}@example.net") for number in range(2)]
    hard, complaint = press.send("2026-05", *readers)
    press.take(press.message("postfix-unknown-user", hard), press.message("complaint", complaint))
    with press.database.read() as connection:
        e = tables.entries.c
        found = connection.execute(sa.select(e.kind, e.delivery, e.detail).order_by(e.number))
        entries = [tuple(row) for row in found][1:]
        told = " ".join(connection.scalars(sa.select(tables.returns.c.detail)))
    assert [entry[:2] for entry in entries] == [("bounced", hard), ("complained", complaint)]
    assert "hard 5.1.1" in entries[0][2]
    assert "@" not in told + entries[0][2]


def test_the_operator_reads_why_mail_is_refused_and_which_message_is_unknown(press: Press) -> None:
    [delivery] = press.send("2026-05", press.add())
    names = ("relay-listed", "forged-for-a-stranger", "without-anything")
    summary = press.take(*(press.message(name, delivery) for name in names))
    [refused] = summary.refused
    assert refused.source.endswith("0000.eml")
    assert "blocked" in refused.reason
    assert "@" not in refused.reason
    assert [Path(one.source).name for one in summary.unknown] == ["0001.eml", "0002.eml"]
    assert ["keys" in one.reason for one in summary.unknown] == [True, False]


# Soft bounces ------------------------------------------------------------------------------------


def test_five_issues_in_a_row_end_a_subscription_and_one_that_stays_begins_anew(
    press: Press,
) -> None:
    reader = press.add()
    counted = []
    for number, comes_back in enumerate([1, 1, 1, 0, 1, 1, 1, 1, 1]):
        [delivery] = press.send(f"issue-{number}", reader)
        press.days(7)
        if comes_back:
            press.take(press.message("mailbox-full", delivery))
            counted.append(press.reader(reader.id).soft_bounces)
    assert counted == [1, 2, 3, 1, 2, 3, 4, 5]
    assert press.reader(reader.id).state == "bounced"
    assert "5 letters" in press.reader(reader.id).state_reason


def test_many_soft_bounces_of_one_issue_count_once(press: Press) -> None:
    reader = press.add()
    [delivery] = press.send("2026-05", reader)
    message = press.message("mailbox-full", delivery)
    press.take(*(message + b"%d\n" % number for number in range(8)))
    assert press.reader(reader.id).soft_bounces == 1


def test_a_letter_under_way_does_not_end_a_row(press: Press) -> None:
    reader = press.add()
    [first] = press.send("first", reader)
    press.send("second", reader)
    press.take(press.message("mailbox-full", first))
    assert press.reader(reader.id).soft_bounces == 1


# Readers who have changed since ------------------------------------------------------------------


def test_a_bounce_of_the_old_address_does_nothing_to_the_new_one(press: Press) -> None:
    reader = press.add()
    [delivery] = press.send("2026-05", reader)
    press.days(1)
    with press.database.write() as connection:
        subscribers.change(
            connection, press.keys, press.database.clock.now(), reader.id, "signup",
            address="new@example.net",
        )  # fmt: skip
    summary = press.take(
        press.message("postfix-unknown-user", delivery), press.message("mailbox-full", delivery)
    )
    assert kinds(summary) == {"hard": 1, "soft": 1}
    assert press.reader(reader.id).state == "active"
    assert press.reader(reader.id).soft_bounces == 0
    assert press.suppressed() == []


@pytest.mark.parametrize("state", ["unsubscribed", "complained", "bounced"])
@pytest.mark.parametrize("name", ["postfix-unknown-user", "mailbox-full", "unsubscribe"])
def test_who_has_left_stays_as_before(press: Press, state: str, name: str) -> None:
    reader = press.add()
    [delivery] = press.send("2026-05", reader)
    with press.database.write() as connection:
        subscribers.set_state(connection, press.keys, 1, reader.id, state, "test")
    press.take(press.message(name, delivery))
    expected = "unsubscribed" if (state, name) == ("bounced", "unsubscribe") else state
    assert press.reader(reader.id).state == expected


@pytest.mark.parametrize("name", NAMES)
def test_a_mark_of_somebody_who_was_erased_is_harmless(press: Press, name: str) -> None:
    reader = press.add()
    [delivery] = press.send("2026-05", reader)
    message = press.message(name, delivery)
    with press.database.write() as connection:
        s = tables.subscriptions
        connection.execute(
            sa.update(s)
            .where(s.c.id == reader.id)
            .values(state="erased", address=None, address_key=None)
        )
    press.take(message)
    with press.database.read() as connection:
        column = tables.subscriptions.c
        found = connection.execute(sa.select(column.state, column.address)).one()
    assert tuple(found) == ("erased", None)


def test_an_unreachable_device_leaves_its_reader_reachable(press: Press) -> None:
    with press.database.write() as connection:
        reader = subscribers.add(
            connection, press.keys, 1, "reader@example.net", source="test", language="en",
            form="kindle", device="device@example.com", consent=Consent(1, "a test", "Yes."),
        )  # fmt: skip
    [delivery] = press.send("2026-05", reader, form="kindle")
    press.take(press.message("postfix-unknown-user", delivery))
    found = press.reader(reader.id)
    assert (found.state, found.device_confirmed_at) == ("active", None)
    assert press.suppressed() == []


# Limits ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "sent", "back", "state"),
    [
        ("postfix-unknown-user", 60, 2, "sending"),
        ("postfix-unknown-user", 60, 3, "paused"),
        ("postfix-unknown-user", 61, 3, "sending"),
        ("mailbox-full", 60, 6, "sending"),
        ("complaint", 60, 2, "sending"),
        ("complaint", 60, 3, "paused"),
        ("postfix-unknown-user", 19, 9, "sending"),
    ],
)
def test_too_many_returns_pause_a_mailing(
    press: Press, name: str, sent: int, back: int, state: str
) -> None:
    readers = [press.add(f"reader{number}@example.net") for number in range(sent)]
    sent_to = press.send("2026-05", *readers)
    summary = press.take(*(press.message(name, one) for one in sent_to[:back]))
    with press.database.read() as connection:
        mailing = ledger.mailing(connection, "2026-05")
    assert mailing
    assert mailing.state == state
    assert [one.source for one in summary.paused] == (["2026-05"] if state == "paused" else [])


def test_a_mailing_that_was_resumed_pauses_only_for_new_returns(press: Press) -> None:
    readers = [press.add(f"reader{number}@example.net") for number in range(60)]
    sent_to = press.send("2026-05", *readers)
    messages = [press.message("postfix-unknown-user", one) for one in sent_to]
    assert press.take(*messages[:3]).paused
    press.days(1)
    with press.database.write() as connection:
        ledger.change_state(connection, press.database.clock.now(), 1, "sending")
    assert not press.take(*messages[3:5]).paused
    assert press.take(*messages[5:6]).paused


# Where mail lies ---------------------------------------------------------------------------------


def test_messages_are_found_in_a_maildir_an_mbox_a_file_and_a_pipe(
    press: Press, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers = [press.add(f"reader{number}@example.net") for number in range(6)]
    messages = [
        press.message("postfix-unknown-user", one) for one in press.send("2026-05", *readers)
    ]
    maildir = tmp_path / "Maildir"
    for name in ("new", "cur", "tmp"):
        (maildir / name).mkdir(parents=True)
    (maildir / "new" / "1.host").write_bytes(messages[0])
    (maildir / "cur" / "2.host:2,S").write_bytes(messages[1])
    (maildir / "tmp" / "3.host").write_bytes(b"half a mess")
    mbox = tmp_path / "mbox"
    mbox.write_bytes(
        b"".join(b"From MAILER-DAEMON Sat May 30\n%s\n>From here on\n\n" % m for m in messages[2:4])
    )
    single = tmp_path / "single.eml"
    single.write_bytes(messages[4])
    monkeypatch.chdir(tmp_path)
    press.database.close()
    result = CliRunner().invoke(
        cli.main, ["bounces", "--json", "Maildir", "mbox", "single.eml", "-"], input=messages[5]
    )
    assert result.exit_code == 0, result.output
    shown = json.loads(result.stdout)
    assert shown["counts"]["hard"] == 6
    assert shown["stopped"] == {"bounced": 6}
    assert {press.reader(one.id).state for one in readers} == {"bounced"}


def test_the_table_names_unknown_messages(
    press: Press, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    press.database.close()
    (tmp_path / "a.eml").write_bytes((SAMPLES / "letter-of-thanks.eml").read_bytes())
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(cli.main, ["bounces", "a.eml"])
    assert result.exit_code == 0
    assert "unknown: a.eml: " in result.stdout


@pytest.mark.parametrize("headers", ["", "Subject: failure notice\n"])
def test_a_message_without_a_sender_is_read_without_a_word_on_stderr(
    press: Press, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, headers: str
) -> None:
    monkeypatch.chdir(tmp_path)
    press.database.close()
    result = CliRunner().invoke(cli.main, ["bounces", "-"], input=headers + "X-Any: 1\n\nText.\n")
    assert result.exit_code == 0
    assert result.stderr == ""
    assert "unknown: standard input: " in result.stdout


def test_what_cannot_be_read_is_said_before_anything_is_done(
    press: Press, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    press.database.close()
    result = CliRunner().invoke(cli.main, ["bounces", "missing.eml", "gone"])
    assert result.exit_code == 8
    assert result.stderr.count("D601") == 2


def test_nothing_is_taken_from_a_missing_file() -> None:
    with pytest.raises(ProblemsError):
        mailboxes.items(["/nonexistent/file"], io.BytesIO())


# Hostile mail ------------------------------------------------------------------------------------


def bombs() -> Iterator[tuple[str, bytes]]:
    head = b"To: b+1-aaaaaaaaaaaaaaaaaaaa@x.example\nMIME-Version: 1.0\n"
    part = b"--b\nContent-Type: message/delivery-status\n\nFinal-Recipient: rfc822; a@b.example\n\n"
    yield "parts", head + b'Content-Type: multipart/report; boundary="b"\n\n' + part * 10_000
    nested = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(10_000)
    )
    yield "depth", head + nested
    yield "messages", head + b"Content-Type: message/rfc822\n\n" * 10_000
    yield "size", head + b"\n" + b"x" * 50_000_000
    yield "lines", head + b"\n" + b"\n" * 5_000_000
    yield "parameters", head + b"Content-Type: multipart/mixed" + b';\n a="b' * 100_000 + b"\n\n"
    yield "quotes", head + b'Content-Type: text/plain; a="' + b'\\";' * 100_000 + b"\n\n"
    yield "recipients", b"To: " + b"(" * 200_000 + b"\nSubject: " + b"=?u?q?" * 50_000 + b"\n\n"
    yield "words", b"Subject: x\n\n" + b"user mailbox address recipient " * 20_000
    yield "postmarks", b"From a\n\n" * 100_000
    groups = b"Final-Recipient: rfc822; a@b.example\nStatus: 5.1.1\n\n" * 10_000
    yield (
        "groups",
        head
        + b'Content-Type: multipart/report; boundary="b"\n\n--b\n'
        + b"Content-Type: message/delivery-status\n\n"
        + groups,
    )
    yield "unsubscribe", b"Subject: " + b"unsubscribe " * 40_000 + b"\n\n"
    yield "headers", b"List-Unsubscribe: x\n y\n" * 20_000 + b"\n"


@pytest.mark.parametrize("name", [name for name, _ in bombs()])
def test_a_bomb_is_read_within_bounds(press: Press, name: str) -> None:
    message = dict(bombs())[name]
    assert set(kinds(press.take(message))) <= {"unknown"}


@given(st.binary(max_size=400))
def test_any_octets_are_read(data: bytes) -> None:
    [*found] = mailboxes.items(["-"], io.BytesIO(b"X-Any: 1\n" + data))
    for item in found:
        reading.read(item.head)


@given(st.sampled_from(NAMES), st.integers(0, 2**32))
def test_a_damaged_sample_is_read_and_never_believed_of_a_stranger(name: str, seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray((SAMPLES / f"{name}.eml").read_bytes())
    for _ in range(chance.randrange(1, 12)):
        start = chance.randrange(len(data))
        match chance.randrange(4):
            case 0:
                data[start] = chance.randrange(256)
            case 1:
                del data[start : start + chance.randrange(40)]
            case 2:
                data[start:start] = data[start : start + chance.randrange(80)]
            case _:
                data[start:start] = chance.choice([b"\n\n", b"\0", b"--f\n", b";", b'"', b"\xff"])
        if not data:
            data += b"x"
    for item in mailboxes.items(["-"], io.BytesIO(bytes(data))):
        report = reading.read(item.head)
        assert report.kind == "unknown" or report.reason != "it cannot be taken apart"


@given(st.text(max_size=60), st.text(max_size=200))
def test_a_verdict_is_one_of_three_for_any_words(status: str, reply: str) -> None:
    assert verdicts.verdict(status, reply) in ("hard", "soft", "refused")


@pytest.mark.parametrize(
    ("status", "reply", "expected"),
    [
        ("5.1.1", "", "hard"),
        ("5.1.10", "", "hard"),
        ("5.1.8", "", "refused"),
        ("5.2.1", "", "hard"),
        ("5.2.2", "", "soft"),
        ("4.2.2", "550 5.1.1 no such user", "soft"),
        ("5.4.1", "", "hard"),
        ("5.4.4", "", "hard"),
        ("5.4.7", "", "soft"),
        ("5.3.4", "", "refused"),
        ("5.6.0", "", "refused"),
        ("5.7.26", "", "refused"),
        ("5.0.0", "550 5.1.1 unknown", "hard"),
        ("5.0.0", "550 Unknown user", "hard"),
        ("5.0.0", "550 user unknown: blocked by policy", "refused"),
        ("5.0.0", "554 rejected", "soft"),
        ("", "no words of use", "soft"),
        ("4.4.1", "", "soft"),
    ],
)
def test_the_status_decides(status: str, reply: str, expected: str) -> None:
    one = verdicts.Recipient("a@example.org", "failed", status, reply)
    assert one.verdict == expected


def test_the_readers_own_address_decides_among_several() -> None:
    mine = verdicts.Recipient("Reader@Example.net", "failed", "4.2.2")
    other = verdicts.Recipient("x@example.net", "failed", "5.1.1")
    assert verdicts.of_report((other, mine), "reader@example.net") == mine
    assert verdicts.of_report((mine, other), "x@example.net") == other
    assert verdicts.of_report((other, mine), None).verdict == "soft"


def test_the_chain_with_returns_is_verified(press: Press) -> None:
    [delivery] = press.send("2026-05", press.add())
    press.take(press.message("qmail", delivery))
    with press.database.read() as connection:
        assert chain.verify(chain.export(connection, 1)) == []


# A letter as it was sent -------------------------------------------------------------------------

REPORT = """\
To: {to}
Content-Type: multipart/report; report-type=delivery-status; boundary="f"

--f
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example.org

Final-Recipient: rfc822; nobody@example.com
Action: failed
Status: 5.1.1

--f
Content-Type: text/rfc822-headers

{headers}

--f--
"""


@pytest.mark.parametrize(
    "kept", ["envelope", "Message-ID", "X-Bulletin-Delivery", "List-Unsubscribe"]
)
def test_a_letter_from_the_engine_is_known_by_any_one_of_its_marks(
    tmp_path: Path, kept: str
) -> None:
    letter = Letter("News", "en-US", "<p>News</p>", "News\n")
    with office(tmp_path) as here, Sink() as sink:
        [reader, other] = here.enlist("reader@example.net", "other@example.net")
        template = Template.make(letter, Sender.of(here.publication))
        mails = [ledger.Mail("letter", "en-US", template.data, 9)]
        mailing = ledger.open_mailing(
            here.database, "2026-05", mails=mails, audience=here.recipients(),
            message_domain="example.org",
        )  # fmt: skip
        relay = Relay("smtp", "127.0.0.1", sink.port)
        engine.send(
            here.database, here.keys, here.publication, mailing.id,
            connect=lambda: post.Connection.open(relay),
        )  # fmt: skip
        [sent] = [one for one in sink.accepted if one.recipients == ("reader@example.net",)]
        headers = email.message_from_bytes(sent.data)
        quoted = "" if kept == "envelope" else f"{kept}: {headers[kept]}".replace("\r", "")
        to = sent.sender if kept == "envelope" else "notes@example.org"
        bounce = tmp_path / "bounce.eml"
        bounce.write_text(REPORT.format(to=to, headers=quoted), "utf-8")
        found = mailboxes.items([str(bounce)], io.BytesIO())
        summary = effects.apply(here.database, here.keys, here.publication, found)
        assert kinds(summary) == {"hard": 1}
        with here.database.read() as connection:
            states = [subscribers.by_id(connection, one) for one in (reader, other)]
    assert [one and one.state for one in states] == ["bounced", "active"]
