"""From the sources to the mailbox and back: a real Postfix, the sign-up pages, a bounce.

One publication, three languages and every form; mails are opened as a reader's program does.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from bulletin_press import config
from bulletin_press.distribution import keys
from bulletin_press.distribution.signup import protection
from tests.conftest import article
from tests.delivery_support import TOML
from tests.mailserver import BOUNCES, GONE, MailServer, postfix, read_mail

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="Postfix starts for root only"),
    pytest.mark.xdist_group("postfix"),
]

TEXTS = {
    "2026-05": ("en-US", "", "Valley Notes", "A weir", "The weir holds the river back."),
    "2026-05-az": ("az", "2026-05", "Vadi", "Bənd", "Bənd çayı saxlayır, şəhər isə gözləyir."),
    "2026-05-ar": ("ar", "2026-05", "الوادي", "السد", "السد يحجز النهر، والمدينة تنتظر."),
}
FILES = {
    "pdf": "notes-{}.pdf",
    "epub": "notes-{}.epub",
    "kindle": "notes-{}.epub",
    "large-print": "notes-{}-large-print.pdf",
}
FORMS = ("letter", *FILES, "link")
READERS = {
    f"{form}-{language[:2]}@readers.example.org": (form, issue, language)
    for issue, (language, *_) in TEXTS.items()
    for form in FORMS
}
DEVICES = {reader: f"{reader.partition('@')[0]}@kindle.com" for reader in READERS}
CLICK = b"List-Unsubscribe=One-Click"


def run(folder: Path, *words: str, status: int = 0) -> str:
    """What the program prints; it must end with ``status``."""
    command = [sys.executable, "-m", "bulletin_press", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


def write(folder: Path, port: int) -> None:
    """A publication of one issue in three languages, with its list of readers."""
    toml = TOML.replace("127.0.0.1:2525", f"127.0.0.1:{port}")
    (folder / "bulletin.toml").write_text(toml, "utf-8")
    for name, (language, original, title, heading, text) in TEXTS.items():
        source = folder / "source" / name
        source.mkdir(parents=True)
        rule = "=" * 2 * len(title)
        fields = f":Date: 2026-05-29\n:Number: 5\n:Language: {language}\n"
        fields += f":Translation-of: {original}\n" if original else ""
        (source / "issue.rst").write_text(f"{title}\n{rule}\n\n{fields}", "utf-8")
        (source / "01-weir.rst").write_text(article(heading, text), "utf-8")
    rows = [
        f"{reader},Reader {number},{form},{language},{DEVICES[reader] if form == 'kindle' else ''}"
        for number, (reader, (form, _, language)) in enumerate(READERS.items())
    ]
    rows.append(f"{GONE},,letter,en-US,")
    table = "\n".join(["address,name,form,language,device", *rows, ""])
    (folder / "readers.csv").write_text(table, "utf-8")


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    with postfix() as running:
        yield running


@pytest.fixture(scope="module")
def sent(server: MailServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The publication, its issue sent, all mails and the bounce in their mailboxes."""
    folder = tmp_path_factory.mktemp("notes")
    write(folder, server.port)
    run(
        folder, "subscribers", "import", "readers.csv", "--consent", "Please send it.",
        "--consent-date", "2026-04-30",
    )  # fmt: skip
    profiles = ("--profile", "screen", "--profile", "large-print")
    run(folder, "build", "-e", "pdf", "-e", "epub", *profiles, *TEXTS)
    run(folder, "send", "2026-05", "--really")
    server.wait(lambda: len(server.received()) >= len(READERS) + 1)
    return folder


def address_of(reader: str) -> str:
    return DEVICES[reader] if READERS[reader][0] == "kindle" else reader


def mail_to(server: MailServer, reader: str) -> EmailMessage:
    """The one mail that a reader has got."""
    (mail,) = server.mailbox(address_of(reader))
    return mail


def content(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def standing(folder: Path, reader: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(folder, "subscribers", "history", reader, "--json"))
    return found


@contextmanager
def signup(folder: Path) -> Iterator[str]:
    """The address of the running sign-up pages."""
    command = [sys.executable, "-m", "bulletin_press", "signup", "--port", "0"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield process.stdout.readline().partition(" ")[0]
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def at(running: str, link: str) -> str:
    """Where the running server has the page of a link, as the web server in front finds it."""
    return running.rstrip("/") + urlsplit(link).path


def test_everybody_got_one_mail_in_their_form_and_language(server: MailServer, sent: Path) -> None:
    for reader, (form, issue, language) in READERS.items():
        mail = mail_to(server, reader)
        _, _, title, heading, text = TEXTS[issue]
        assert title in mail["Subject"], reader
        assert mail["To"].addresses[0].addr_spec == address_of(reader)
        assert heading in content(mail, "plain")
        assert f'lang="{language}"' in content(mail, "html")
        assert text in content(mail, "plain")
        files = {part.get_filename(): part.get_content() for part in mail.iter_attachments()}
        if form in FILES:
            ((name, data),) = files.items()
            built = sent / "build" / issue / FILES[form].format(issue)
            assert name == built.name
            assert sha256(data) == sha256(built.read_bytes())
        else:
            assert files == {}


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_headers_are_such_as_mail_programs_act_on(server: MailServer, sent: Path) -> None:
    identifiers = set()
    for reader in READERS:
        mail = mail_to(server, reader)
        assert mail["From"] == "Valley Notes <notes@example.org>"
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert re.match(r"<https://notes\.example\.org/subscribe/.+>", mail["List-Unsubscribe"])
        assert mail["Return-Path"].endswith(f"@{BOUNCES}>")
        assert not mail.defects
        identifiers |= {mail["Message-ID"], mail["Return-Path"]}
    assert len(identifiers) == 2 * len(READERS)


def test_sending_again_sends_nothing(server: MailServer, sent: Path) -> None:
    before = len(server.received())
    run(sent, "send", "2026-05", "--really")
    assert json.loads(run(sent, "status", "--json"))
    assert len(server.received()) == before
    run(sent, "ledger", "verify", "2026-05")


def test_one_click_by_the_headers_received_ends_one_subscription(
    server: MailServer, sent: Path
) -> None:
    reader, other = "letter-az@readers.example.org", "letter-en@readers.example.org"
    link = re.findall(r"<(https:[^>]+)>", mail_to(server, reader)["List-Unsubscribe"])[0]
    with signup(sent) as running:
        with urllib.request.urlopen(at(running, link)) as page:  # as programs that test links do
            assert page.status == 200
        assert standing(sent, reader)["subscription"]["state"] == "active"
        for _ in range(2):
            with urllib.request.urlopen(at(running, link), CLICK) as answer:
                assert answer.status == 200
        forged = at(running, link)[:-1] + ("A" if link[-1] != "A" else "B")
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(forged, CLICK)
    assert standing(sent, reader)["subscription"]["state"] == "unsubscribed"
    assert standing(sent, other)["subscription"]["state"] == "active"


def test_a_bounce_comes_back_and_is_understood(
    server: MailServer, sent: Path, tmp_path: Path
) -> None:
    returned = [
        path for path in server.received()
        if str(read_mail(path.read_bytes())["Delivered-To"]).endswith(f"@{BOUNCES}")
    ]  # fmt: skip
    (path,) = returned
    assert standing(sent, GONE)["subscription"]["state"] == "active"
    run(sent, "bounces", str(path))
    assert standing(sent, GONE)["subscription"]["state"] == "bounced"
    run(sent, "bounces", str(path))
    listed = run(sent, "subscribers", "list", "--state", "bounced")
    assert re.findall(r"\S+@\S+", listed) == [GONE]


def test_a_new_reader_subscribes_by_mail_and_press(server: MailServer, sent: Path) -> None:
    reader = "newcomer@readers.example.org"
    stamp = protection.stamp(keys.load(config.load(sent)), int(time.time() * 1000) - 10_000)
    form = {"address": reader, "form": "letter", "language": "en-US", "given": stamp}
    with signup(sent) as running:
        urllib.request.urlopen(running, urlencode(form).encode()).close()
        server.wait(lambda: bool(server.mailbox(reader)))
        (mail,) = server.mailbox(reader)
        (link,) = set(re.findall(r"https://\S+/confirm/[\w.-]+", content(mail, "plain")))
        page = urllib.request.urlopen(at(running, link)).read().decode()
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
        urllib.request.urlopen(at(running, link), urlencode(hidden).encode()).close()
    assert standing(sent, reader)["subscription"]["state"] == "active"
