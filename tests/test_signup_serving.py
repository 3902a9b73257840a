"""The verb signup as a program: what it needs, where it listens, and its mails at a relay."""

from __future__ import annotations

import email
import email.policy
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlencode

import pytest
from click.testing import CliRunner

from bulletin_press import config
from bulletin_press.cli import main
from bulletin_press.distribution import keys
from bulletin_press.distribution.clock import Clock
from bulletin_press.distribution.mail.messages import as_mail
from bulletin_press.distribution.signup import posting, protection
from bulletin_press.distribution.signup.mails import MailError
from tests.delivery_support import TOML
from tests.sink import Rule, Sink


@pytest.mark.parametrize("missing", ["from", "relay", "signup-url"])
def test_it_does_not_start_without_what_it_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    kept = [line for line in TOML.splitlines() if not line.startswith(f"{missing} =")]
    (tmp_path / "bulletin.toml").write_text("\n".join(kept), "utf-8")
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["signup"])
    assert done.exit_code == 8
    assert "D501" in done.stderr
    assert f"“{missing}”" in done.stderr
    assert not (tmp_path / "subscribers.db").exists()


def test_it_warns_without_https_and_says_when_it_cannot_listen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = TOML.replace("https://notes.example.org/subscribe/", "http://notes.example.org/s/")
    (tmp_path / "bulletin.toml").write_text(plain, "utf-8")
    monkeypatch.chdir(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = CliRunner().invoke(main, ["signup", "--port", str(taken.getsockname()[1])])
    assert done.exit_code == 8
    assert "warning D502" in done.stderr
    assert "D503" in done.stderr


def test_it_serves_until_it_is_stopped_and_mails_through_the_relay(tmp_path: Path) -> None:
    with Sink() as sink:
        toml = TOML.replace("127.0.0.1:2525", f"127.0.0.1:{sink.port}")
        (tmp_path / "bulletin.toml").write_text(toml, "utf-8")
        secrets = keys.load(config.load(tmp_path))
        command = [sys.executable, "-m", "bulletin_press", "signup", "--port", "0"]
        with subprocess.Popen(
            command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as server:
            assert server.stdout
            assert server.stderr
            line = server.stdout.readline()
            given = {
                "address": "reader@example.org", "form": "letter", "language": "en-US",
                "given": protection.stamp(secrets, int(time.time() * 1000) - 10_000),
            }  # fmt: skip
            address, _, _ = line.partition(" ")
            with urllib.request.urlopen(address, urlencode(given).encode()) as answer:
                assert answer.status == 200
                assert "Server" not in answer.headers
            server.send_signal(signal.SIGTERM)
            assert server.wait(60) == 0
            assert "reader" not in server.stderr.read()
        [mail] = sink.accepted
    assert mail.recipients == ("reader@example.org",)
    read = email.message_from_bytes(as_mail(mail.data), policy=email.policy.default)
    assert read["Subject"] == "Please confirm your subscription – Valley Notes"
    assert read["Auto-Submitted"] == "auto-generated"
    assert "List-Unsubscribe" not in read
    assert "https://notes.example.org/subscribe/confirm/" in read.get_content()


@pytest.mark.parametrize(
    "rule", [Rule("rcpt", "550 5.1.1 unknown"), Rule("greeting", "421 busy"), Rule("dot", "451 no")]
)
def test_a_mail_that_is_refused_is_told_without_its_address(tmp_path: Path, rule: Rule) -> None:
    with Sink(rule) as sink:
        toml = TOML.replace("127.0.0.1:2525", f"127.0.0.1:{sink.port}")
        (tmp_path / "bulletin.toml").write_text(toml, "utf-8")
        mail = posting.relayed(config.load(tmp_path), Clock())
        with pytest.raises(MailError) as refused:
            mail("reader@example.org", "Subject", "Text.\n")
    assert "reader" not in str(refused.value)
