"""Sending an issue from the command line: what goes out, what is said, how it is steered."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import IO, Any

import click
import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from bulletin_press import cli
from bulletin_press.cli.sending import Moment
from bulletin_press.distribution import tables
from bulletin_press.distribution.sending import ledger
from tests.conftest import article
from tests.delivery_support import TOML, Office, office
from tests.sink import LOST, Accepted, Rule, Sink

PDF = b"%PDF-1.7 a bulletin"
MASTHEAD = "Valley Notes\n============\n\n:Date: 2026-02-28\n:Number: 2\n"
PAST = 1_700_000_000


def write(folder: Path, name: str, fields: str = "", text: str = "Text of the weir.") -> None:
    """An issue whose PDF and EPUB are built already."""
    source, build = folder / "source" / name, folder / "build" / name
    for path in (source, build):
        path.mkdir(parents=True)
    (source / "issue.rst").write_text(MASTHEAD + fields, "utf-8")
    (source / "01-weir.rst").write_text(article("Weir", text), "utf-8")
    for path in source.iterdir():
        os.utime(path, (PAST, PAST))
    for ending in (".pdf", ".epub", "-large-print.pdf"):
        (build / f"notes-{name}{ending}").write_bytes(PDF + ending.encode() + name.encode())


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as server:
        yield server


def toml(port: int, base_url: str = "") -> str:
    text = TOML.replace("127.0.0.1:2525", f"127.0.0.1:{port}")
    return text.replace('https://notes.example.org/"\n\n[imprint]', f'{base_url}"\n\n[imprint]')


@pytest.fixture
def desk(tmp_path: Path, sink: Sink, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """A publication without a website, with an issue and a mail server."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path, "2026-02")
    lines = toml(sink.port).splitlines()
    text = "\n".join(line for line in lines if not line.startswith("base-url"))
    with office(tmp_path, text) as opened:
        os.utime(tmp_path / "bulletin.toml", (PAST, PAST))
        yield opened


def run(*words: str) -> Result:
    result = CliRunner().invoke(cli.main, list(words))
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def mail(accepted: Accepted) -> EmailMessage:
    return parsed_mail(accepted.data)


def parsed_mail(data: bytes) -> EmailMessage:
    parsed = message_from_bytes(data, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def words(message: EmailMessage) -> str:
    """The plain text of a mail."""
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def readers(sink: Sink) -> list[str]:
    return sorted(one.recipients[0] for one in sink.accepted)


def obey(sink: Sink, rule: Rule) -> None:
    """Let the server follow a rule from now on."""
    sink.rules, sink._counts, sink._used = (rule,), [0], [0]


def states(desk: Office) -> dict[str, int]:
    with desk.database.read() as connection:
        row = tables.deliveries.c
        found = connection.execute(sa.select(row.state, sa.func.count()).group_by(row.state))
        return dict(found.all())


# Plan -------------------------------------------------------------------------------------------


def test_a_plan_counts_everybody_and_sends_nothing(desk: Office, sink: Sink) -> None:
    desk.enlist("a@example.org", "b@gmail.com")
    desk.enlist("c@example.org", form="pdf")
    result = run("plan", "2026-02")
    assert result.exit_code == 0, result.output
    assert "Valley Notes, issue 2026-02: 3 readers" in result.stdout
    assert "notes-2026-02.pdf, attached" in result.stdout
    assert "bulletin-press send 2026-02 --really" in result.stdout
    assert sink.connections == 0
    assert states(desk) == {}


def test_a_plan_for_programs(desk: Office) -> None:
    desk.enlist("a@example.org", "b@googlemail.com")
    shown = json.loads(run("plan", "2026-02", "--json").stdout)
    assert shown["readers"] == 2
    assert shown["domains"] == {"example.org": 1, "gmail.com": 1}
    assert shown["refused"] is False
    assert shown["mails"][0]["octets"] > 1000


def test_a_missing_file_is_refused_with_the_command_that_builds_it(desk: Office) -> None:
    desk.enlist("a@example.org", form="large-print")
    Path("build/2026-02/notes-2026-02-large-print.pdf").unlink()
    for verb in (["plan"], ["send", "--really"]):
        result = run(verb[0], "2026-02", *verb[1:], *(["--force", "x"] if verb[1:] else []))
        assert result.exit_code == 8
        assert "error D301" in result.stderr
        assert "bulletin-press build 2026-02 --profile large-print" in result.stderr
    assert states(desk) == {}


def test_only_files_that_somebody_chose_are_asked_for(desk: Office) -> None:
    desk.enlist("a@example.org")
    Path("build/2026-02/notes-2026-02.pdf").unlink()
    assert run("plan", "2026-02").exit_code == 0


def test_an_older_file_is_refused_unless_forced_and_the_reason_is_kept(
    desk: Office, sink: Sink
) -> None:
    desk.enlist("a@example.org", form="epub")
    os.utime("build/2026-02/notes-2026-02.epub", (PAST - 10, PAST - 10))
    result = run("send", "2026-02", "--really")
    assert (result.exit_code, sink.accepted) == (8, [])
    assert "error D302: source/2026-02/" in result.stderr
    result = run("send", "2026-02", "--really", "--force", "only a comma was added")
    assert (result.exit_code, readers(sink)) == (0, ["a@example.org"])
    assert json.loads(run("status", "--json").stdout)["mailings"][0]["forced"] == (
        "only a comma was added"
    )
    assert "only a comma was added" in run("ledger", "export", "2026-02").stdout


def test_an_issue_with_errors_is_refused(desk: Office, sink: Sink) -> None:
    desk.enlist("a@example.org")
    Path("source/2026-02/01-weir.rst").write_text(article("Weir", "See nowhere_."), "utf-8")
    result = run("send", "2026-02", "--really")
    assert (result.exit_code, sink.accepted) == (3, [])
    assert "error S107" in result.stderr


def test_a_file_that_is_too_large_needs_a_website(desk: Office) -> None:
    desk.enlist("a@example.org", form="pdf")
    desk.enlist("b@example.org", form="link")
    Path("build/2026-02/notes-2026-02.pdf").write_bytes(bytes(2_000_001))
    result = run("plan", "2026-02")
    assert result.exit_code == 8
    assert result.stderr.count("error D303") == 2


def test_an_e_book_beyond_what_e_readers_take_is_refused_with_a_website_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, "2026-02")
    book = tmp_path / "build/2026-02/notes-2026-02.epub"
    with office(tmp_path) as opened:
        os.utime(tmp_path / "bulletin.toml", (PAST, PAST))
        opened.enlist("a@example.org", form="kindle")
        for octets, status in ((35_000_000, 0), (35_000_001, 8)):
            book.write_bytes(b"")
            os.truncate(book, octets)
            result = run("plan", "2026-02")
            assert result.exit_code == status, result.output
    assert "error D303" in result.stderr
    assert "which takes 35.0 MB" in result.stderr
    assert "base-url" not in result.stderr


def test_with_a_website_a_large_file_goes_as_a_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, "2026-02")
    (tmp_path / "build/2026-02/notes-2026-02.pdf").write_bytes(bytes(2_000_001))
    with office(tmp_path) as opened:
        os.utime(tmp_path / "bulletin.toml", (PAST, PAST))
        opened.enlist("a@example.org", form="pdf")
        result = run("plan", "2026-02")
        assert result.exit_code == 0, result.output
        assert "notes-2026-02.pdf, as a link" in result.stdout
        assert "there is no build/site/issues.json" in result.stdout
        sent = run("send", "2026-02")
    text = Path("build/2026-02/outbox/pdf-en-US.eml").read_bytes()
    assert "https://notes.example.org/2026-02/notes-2026-02.pdf" in words(parsed_mail(text))
    assert "build/2026-02/outbox/link-en-US.eml" in sent.stdout  # if the server refuses the file


def test_what_the_site_lists_and_is_not_up_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, "2026-02")
    index = tmp_path / "build/site/issues.json"
    index.parent.mkdir()
    listed = {"path": "2026-02/notes-2026-02.pdf", "sha256": "0" * 64, "octets": 1}
    index.write_text(json.dumps({"issues": [{"id": "2026-02", "files": [listed]}]}), "utf-8")
    text = TOML.replace('https://notes.example.org/"', 'http://127.0.0.1:9/"', 1)
    with office(tmp_path, text) as opened:
        os.utime(tmp_path / "bulletin.toml", (PAST, PAST))
        opened.enlist("a@example.org")
        result = run("plan", "2026-02")
        assert result.exit_code == 8
        assert "error D304: http://127.0.0.1:9/2026-02/" in result.stderr
        assert run("plan", "2026-02", "--force", "the server moves today").exit_code == 0


def test_nobody_to_send_to_is_said(desk: Office) -> None:
    result = run("plan", "2026-02")
    assert result.exit_code == 8
    assert "error D308" in result.stderr


# Dry run ----------------------------------------------------------------------------------------


def test_a_dry_run_lays_each_mail_into_the_outbox_and_sends_nothing(
    desk: Office, sink: Sink
) -> None:
    desk.enlist("a@example.org", "b@example.org")
    desk.enlist("c@example.org", form="pdf")
    result = run("send", "2026-02")
    assert result.exit_code == 0, result.output
    assert result.stdout.split() == [
        "build/2026-02/outbox/letter-en-US.eml", "build/2026-02/outbox/pdf-en-US.eml",
    ]  # fmt: skip
    assert stat.S_IMODE(Path("build/2026-02/outbox").stat().st_mode) == 0o700
    data = Path("build/2026-02/outbox/pdf-en-US.eml").read_bytes()
    message = parsed_mail(data)
    (attached,) = message.iter_attachments()
    assert attached.get_content() == Path("build/2026-02/notes-2026-02.pdf").read_bytes()
    assert message["To"] == "reader@example.org"
    assert (sink.connections, states(desk)) == (0, {})


def test_a_dry_run_of_all_writes_each_readers_mail_in_place_of_the_others(desk: Office) -> None:
    desk.enlist(*(f"{number}@example.org" for number in range(7)))
    run("send", "2026-02")
    assert run("send", "2026-02", "--all").stdout == "build/2026-02/outbox\n"
    written = list(Path("build/2026-02/outbox").iterdir())
    to = {message_from_bytes(path.read_bytes())["To"] for path in written}
    assert to == {f"{number}@example.org" for number in range(7)}
    assert not any("example" in path.name for path in written)
    assert not [path for path in Path("build/2026-02").iterdir() if path.name.startswith(".")]


def test_proof_copies_are_marked_and_are_no_deliveries(desk: Office, sink: Sink) -> None:
    desk.enlist("a@example.org")
    desk.enlist("b@example.org", form="pdf")
    result = run("send", "2026-02", "--to", "Me@Example.ORG")
    assert result.exit_code == 0, result.output
    assert readers(sink) == ["Me@example.org"] * 2
    assert {mail(one)["Subject"][:8] for one in sink.accepted} == {"[Proof] "}
    assert len({one.message_id for one in sink.accepted}) == 2
    assert states(desk) == {}


@pytest.mark.parametrize(
    "given",
    [["--really", "--all"], ["--really", "--to", "a@example.org"], ["--limit", "3"], ["--to", "x"]],
)
def test_options_that_do_not_go_together_are_wrong_usage(desk: Office, given: list[str]) -> None:
    desk.enlist("a@example.org")
    assert run("send", "2026-02", *given).exit_code == 2


# Sending ----------------------------------------------------------------------------------------


def test_each_reader_gets_the_form_chosen_once_however_often_it_is_sent(
    desk: Office, sink: Sink
) -> None:
    desk.enlist("a@example.org")
    desk.enlist("b@example.org", form="pdf")
    desk.enlist("c@example.org", form="kindle")
    result = run("send", "2026-02", "--really")
    assert result.exit_code == 0, result.output
    assert "2026-02: sent to all 3 readers." in result.stderr
    assert run("send", "2026-02", "--really").exit_code == 0
    assert readers(sink) == ["a@example.org", "b@example.org", "reader@kindle.com"]
    files = {
        one.recipients[0]: [part.get_content() for part in mail(one).iter_attachments()]
        for one in sink.accepted
    }
    assert files["b@example.org"] == [Path("build/2026-02/notes-2026-02.pdf").read_bytes()]
    assert files["reader@kindle.com"] == [Path("build/2026-02/notes-2026-02.epub").read_bytes()]
    assert files["a@example.org"] == []


def test_a_second_call_goes_on_with_what_was_frozen(desk: Office, sink: Sink) -> None:
    desk.enlist(*(f"{number}@example.org" for number in range(5)))
    result = run("send", "2026-02", "--really", "--limit", "2")
    assert result.exit_code == 8
    assert "sent to 2 of 5 readers" in result.stderr
    assert "bulletin-press send 2026-02 --really" in result.stderr
    desk.enlist("late@example.org")
    Path("source/2026-02/01-weir.rst").write_text(article("Weir", "Another text."), "utf-8")
    assert "1 reader came since then" in run("plan", "2026-02").stdout
    assert run("send", "2026-02", "--really").exit_code == 0
    assert readers(sink) == [f"{number}@example.org" for number in range(5)]
    texts = {words(mail(one)) for one in sink.accepted}
    assert all("Text of the weir." in text for text in texts)


@pytest.mark.parametrize("verb", [("send", "2026-02"), ("send", "2026-02", "--really")])
def test_a_proof_to_nobody_is_wrong_usage_and_sends_nothing(
    desk: Office, sink: Sink, verb: tuple[str, ...]
) -> None:
    desk.enlist("a@example.org")
    assert run(*verb, "--to", "").exit_code == 2
    assert sink.accepted == []


@contextmanager
def sender_at_work(folder: Path, rate: int) -> Iterator[tuple[subprocess.Popen[str], IO[str]]]:
    """A sender in a process of its own that has begun, and what it says from then on."""
    text = Path("bulletin.toml").read_text("utf-8").replace("= 1000000", f"= {rate}")
    Path("bulletin.toml").write_text(text, "utf-8")
    command = [sys.executable, "-m", "bulletin_press", "send", "2026-02", "--really"]
    with subprocess.Popen(
        command, cwd=folder, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    ) as sender:
        assert sender.stderr is not None
        for line in sender.stderr:
            if line.startswith("2026-02: "):
                break
        yield sender, sender.stderr


def test_a_second_call_while_the_first_one_sends_joins_it(
    desk: Office, sink: Sink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bulletin_press.cli.running._WATCH_SECONDS", 0.05)
    addresses = [f"{number}@example.org" for number in range(60)]
    desk.enlist(*addresses)
    with sender_at_work(tmp_path, 1200) as (sender, said):
        second = run("send", "2026-02", "--really")
        said.read()
        assert sender.wait() == 0
    assert second.exit_code == 0, second.output
    assert "another sender is at work; this one watches" in second.stderr
    assert readers(sink) == sorted(addresses)


def test_each_reader_gets_the_language_chosen(desk: Office, sink: Sink, tmp_path: Path) -> None:
    write(tmp_path, "2026-02-az", ":Language: az\n:Translation-of: 2026-02\n", "Bənd haqqında.")
    desk.enlist("a@example.org", language="en-GB")
    desk.enlist("b@example.org", language="az")
    desk.enlist("c@example.org", language="az", form="pdf")
    result = run("send", "2026-02-az", "--really")
    assert result.exit_code == 0, result.output
    found = {one.recipients[0]: mail(one) for one in sink.accepted}
    assert "Text of the weir" in words(found["a@example.org"])
    assert "Bənd haqqında" in words(found["b@example.org"])
    (attached,) = found["c@example.org"].iter_attachments()
    assert attached.get_filename() == "notes-2026-02-az.pdf"
    assert json.loads(run("status", "--json").stdout)["mailings"][0]["issue"] == "2026-02"


def test_what_failed_is_named_and_can_be_sent_again(desk: Office, sink: Sink) -> None:
    obey(sink, Rule("rcpt", "550 5.2.2 mailbox full", match="full@", times=1))
    desk.enlist("a@example.org", "full@example.org")
    result = run("send", "2026-02", "--really")
    assert result.exit_code == 8
    assert "1 failed; to try them again, type:" in result.stderr
    assert "5.2.2 mailbox full" in run("status", "2026-02").stdout
    assert run("resend", "2026-02", "--failed").exit_code == 0
    assert readers(sink) == ["a@example.org"]
    assert run("resend", "2026-02", "--failed", "--really").exit_code == 0
    assert readers(sink) == ["a@example.org", "full@example.org"]


def test_what_failed_for_good_is_sent_again_only_after_the_reader_is_active_again(
    desk: Office, sink: Sink
) -> None:
    obey(sink, Rule("rcpt", "550 5.1.1 no such user", match="gone@", times=1))
    desk.enlist("a@example.org", "gone@example.org")
    assert run("send", "2026-02", "--really").exit_code == 8
    again = run("resend", "2026-02", "--failed", "--really")
    assert again.exit_code == 8
    assert "subscribers set ADDRESS --state active" in again.stderr
    assert "5.1.1" in run("status", "2026-02").stdout
    assert run("subscribers", "set", "gone@example.org", "--state", "active").exit_code == 0
    assert run("resend", "2026-02", "--failed", "--really").exit_code == 0
    assert readers(sink) == ["a@example.org", "gone@example.org"]


def test_what_everybody_was_sent_cannot_be_stopped(desk: Office, sink: Sink) -> None:
    desk.enlist("a@example.org")
    assert run("send", "2026-02", "--really").exit_code == 0
    for words in (("pause", "2026-02"), ("cancel", "2026-02", "--yes")):
        done = run(*words)
        assert done.exit_code == 8
        assert "everybody has been sent it already" in done.stderr
    assert run("status", "2026-02", "--json").stdout.count('"state": "done"') == 1


def test_doubts_are_held_listed_and_settled(desk: Office, sink: Sink) -> None:
    obey(sink, Rule("dot", LOST, times=2))
    desk.enlist("a@example.org", "b@example.org", "c@example.org")
    result = run("send", "2026-02", "--really", "--in-doubt", "hold")
    assert result.exit_code == 8
    assert "2 may have got it or not" in result.stderr
    listed = json.loads(run("doubts", "list", "2026-02", "--json").stdout)
    assert len(listed) == 2
    assert listed[0]["address"] in run("doubts", "list", "2026-02").stdout
    first, second = (str(one["number"]) for one in listed)
    assert run("doubts", "settle", "2026-02", "sent", "999").exit_code == 8
    settled = run("doubts", "settle", "2026-02", "sent", first, "--note", "the relay's log")
    assert settled.exit_code == 0
    assert run("doubts", "resend", "2026-02", second).exit_code == 0
    assert run("send", "2026-02", "--really").exit_code == 0
    again = [one for one in sink.accepted if one.recipients[0] == listed[1]["address"]]
    assert len(again) == 2
    assert len({(one.message_id, one.sha256) for one in again}) == 1
    assert run("doubts", "list", "2026-02").stdout == ""


def test_a_mailing_is_paused_resumed_and_cancelled(desk: Office, sink: Sink) -> None:
    desk.enlist(*(f"{number}@example.org" for number in range(4)))
    run("send", "2026-02", "--really", "--limit", "1")
    assert run("pause", "2026-02", "--reason", "a mistake").exit_code == 0
    result = run("send", "2026-02", "--really")
    assert result.exit_code == 8
    assert "paused: a mistake" in result.stderr
    assert run("resend", "2026-02", "--failed", "--really").exit_code == 0  # nothing has failed
    assert run("resume", "2026-02").exit_code == 0
    assert run("send", "2026-02", "--really", "--limit", "1").exit_code == 8
    asked = CliRunner().invoke(cli.main, ["cancel", "2026-02"], input="n\n")
    assert asked.exit_code == 1
    assert run("cancel", "2026-02", "--yes").exit_code == 0
    assert run("send", "2026-02", "--really").exit_code == 8
    assert len(sink.accepted) == 2
    assert states(desk) == {"sent": 2, "cancelled": 2}


def test_what_was_never_sent_cannot_be_steered(desk: Office) -> None:
    for verb in (["pause"], ["resume"], ["cancel"], ["doubts", "list"], ["ledger", "export"]):
        result = run(*verb, "2026-02")
        assert result.exit_code == 8
        assert "error D306" in result.stderr


def test_a_moment_is_kept_and_nothing_goes_before_it(desk: Office, sink: Sink) -> None:
    desk.enlist("a@example.org")
    with desk.database.read() as connection:
        assert ledger.mailing(connection, "2026-02") is None
    at = int((datetime.now() + timedelta(hours=2)).timestamp() * 1000)
    ledger.open_mailing(
        desk.database, "2026-02", mails=[ledger.Mail("letter", "en-US", b"x", 1)],
        audience=desk.recipients(), message_domain="example.org", send_at=at,
    )  # fmt: skip
    result = run("status")
    assert "scheduled" in result.stdout
    assert "no sender is waiting for that" in result.stdout
    assert sink.connections == 0


def test_a_time_given_is_written_down_and_nothing_goes_before_it(
    desk: Office, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.enlist("a@example.org")
    begun: list[ledger.Mailing] = []

    def ended(_: object, mailing: ledger.Mailing, *rest: object) -> None:
        begun.append(mailing)
        raise SystemExit(0)

    monkeypatch.setattr("bulletin_press.cli.running.run", ended)
    result = run("send", "2026-02", "--really", "--at", "2999-03-01T09:00+00:00")
    assert "It goes out at" in result.stderr
    assert begun[0].send_at == datetime(2999, 3, 1, 9, tzinfo=UTC).timestamp() * 1000
    assert (sink.accepted, states(desk)) == ([], {"queued": 1})


@pytest.mark.parametrize("text", ["09:61", "tomorrow", "2020-01-01 09:00", "", "2026-13-01T00:00"])
def test_a_time_that_is_none_or_past_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter):
        Moment().convert(text, None, None)


def test_a_time_of_day_is_the_next_one() -> None:
    soon = Moment().convert(f"{datetime.now() + timedelta(minutes=2):%H:%M}", None, None)
    assert 0 < soon - datetime.now().timestamp() * 1000 <= 24 * 3600 * 1000
    utc = Moment().convert("2999-03-01 09:00+00:00", None, None)
    assert utc == datetime(2999, 3, 1, 9, tzinfo=UTC).timestamp() * 1000
    assert Moment().convert("2999-03-01T13:00+04:00", None, None) == utc


def test_ctrl_c_ends_after_what_is_under_way_and_says_how_to_go_on(
    desk: Office, sink: Sink, tmp_path: Path
) -> None:
    desk.enlist(*(f"{number}@example.org" for number in range(300)))
    with sender_at_work(tmp_path, 600) as (sender, said):
        sender.send_signal(signal.SIGINT)
        rest = said.read()
        assert sender.wait() == 8
    assert "messages under way are finished first" in rest
    assert "bulletin-press send 2026-02 --really" in rest
    assert set(states(desk)) <= {"sent", "queued"}
    assert states(desk).get("sent", 0) == len(sink.accepted)


# Errata -----------------------------------------------------------------------------------------


def test_a_correction_goes_to_exactly_those_who_got_the_issue_in_their_language(
    desk: Office, sink: Sink, tmp_path: Path
) -> None:
    write(tmp_path, "2026-02-az", ":Language: az\n:Translation-of: 2026-02\n", "Bənd haqqında.")
    desk.enlist("a@example.org", "left@example.org")
    desk.enlist("b@example.org", language="az", form="kindle")
    run("send", "2026-02", "--really")
    desk.enlist("late@example.org")
    with desk.database.write() as connection:
        left = tables.subscriptions.c.address == "left@example.org"
        change = sa.update(tables.subscriptions).where(left)
        connection.execute(change.values(state="unsubscribed"))
    sink.accepted.clear()
    Path("fix.rst").write_text("A wrong number\n==============\n\nIt is *7*, not 8.\n", "utf-8")
    missing = run("erratum", "2026-02", "fix.rst")
    assert missing.exit_code == 8
    assert "error D309: 1 readers got the issue in az" in missing.stderr
    Path("fix.az.rst").write_text("Səhv rəqəm\n==========\n\n8 deyil, 7.\n", "utf-8")
    dry = run("erratum", "2026-02", "fix.rst", "fix.az.rst")
    assert (dry.exit_code, sink.accepted) == (0, [])
    for _ in range(2):  # the same command again sends nothing again
        result = run("erratum", "2026-02", "fix.rst", "fix.az.rst", "--really")
        assert result.exit_code == 0, result.output
    found = {one.recipients[0]: mail(one) for one in sink.accepted}
    assert {to: one["Subject"] for to, one in found.items()} == {
        "a@example.org": "A wrong number", "b@example.org": "Səhv rəqəm",
    }  # fmt: skip
    assert len(sink.accepted) == 2
    assert "2026-02, erratum 1" in run("status").stdout


def test_a_mistake_in_a_correction_is_at_its_line(desk: Office, sink: Sink) -> None:
    desk.enlist("a@example.org")
    run("send", "2026-02", "--really")
    Path("fix.txt").write_text("It is 7.\n\nSee nowhere_.\n", "utf-8")
    result = run("erratum", "2026-02", "fix.txt", "--subject", "A wrong number", "--really")
    assert result.exit_code == 3
    assert "fix.txt:3: error S107" in result.stderr
    assert len(sink.accepted) == 1
    assert not [path for path in Path("build").iterdir() if path.name.startswith(".")]


# Ledger -----------------------------------------------------------------------------------------


def test_the_exported_ledger_is_whole_and_any_change_is_found(desk: Office) -> None:
    desk.enlist("a@example.org", "b@example.org")
    run("send", "2026-02", "--really")
    assert run("ledger", "export", "2026-02", "proof.jsonl").stdout == "proof.jsonl\n"
    whole = Path("proof.jsonl").read_bytes()
    assert b"a@example.org" not in whole
    assert run("ledger", "verify", "proof.jsonl").exit_code == 0
    assert run("ledger", "verify", "2026-02").exit_code == 0
    assert run("ledger", "export", "2026-02").stdout_bytes == whole
    Path("proof.jsonl").write_bytes(whole.replace(b'"kind":"sent"', b'"kind":"note"', 1))
    result = run("ledger", "verify", "proof.jsonl")
    assert result.exit_code == 8
    assert "is not what was written" in result.stderr
    Path("proof.jsonl").write_bytes(b"\xff\x00" * 1000)
    assert run("ledger", "verify", "proof.jsonl").exit_code == 8


def test_the_status_page_is_written_whole(desk: Office, tmp_path: Path) -> None:
    desk.enlist("a@example.org")
    run("send", "2026-02", "--really")
    assert run("status", "--html", "report.html").stdout == "report.html\n"
    assert "Sent to the one reader." in Path("report.html").read_text("utf-8")


def test_the_outbox_has_the_same_bytes_as_what_is_sent_but_for_the_reader(
    desk: Office, sink: Sink
) -> None:
    desk.enlist("a@example.org")
    run("send", "2026-02", "--all")
    (path,) = Path("build/2026-02/outbox").iterdir()
    run("send", "2026-02", "--really")
    kept, sent = (
        message_from_bytes(data, policy=policy.default)
        for data in (path.read_bytes(), sink.accepted[0].data)
    )
    changing = ("Date", "Message-ID", "X-Bulletin-Delivery")

    def headers(one: Any) -> list[tuple[str, str]]:
        return [(name, value) for name, value in one.items() if name not in changing]

    assert headers(kept) == headers(sent)

    def body(one: Any) -> str:
        return hashlib.sha256(one.as_bytes().partition(b"\n\n")[2]).hexdigest()

    assert body(kept) == body(sent)
