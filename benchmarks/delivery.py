"""CPU of sending a letter with a ledger, as a ratio to a plain loop of email.message and smtplib.

Usage: python benchmarks/delivery.py [--readers N] [--runs N] [--memory N]

Both hand a letter of 34 kB, made from the same text and HTML, to Postfix's smtp-sink on loopback,
in processes of their own, by turns. The loop builds each reader's message with the standard
library and sends it by SMTP.sendmail, one connection for all, without keeping any account. Ours
is the sender with its ledger on disk, from a frozen mailing to the last outcome. The ratio is the
median of the pairs. Then the memory of one process that sends to many readers is shown.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import resource
import secrets
import shutil
import smtplib
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path

from bulletin_press import config
from bulletin_press.distribution import keys
from bulletin_press.distribution.database import open_database
from bulletin_press.distribution.mail import post
from bulletin_press.distribution.mail.messages import Template
from bulletin_press.distribution.mail.relay import Relay
from bulletin_press.distribution.mail.sender import Sender
from bulletin_press.distribution.readers import addresses, subscribers
from bulletin_press.distribution.readers.subscription import Consent
from bulletin_press.distribution.sending import engine, ledger
from bulletin_press.distribution.sending.ledger import Mail, Recipient
from bulletin_press.edition import UNSUBSCRIBE, Letter

OCTETS = 34_000
NAIVE_SHARE = 10  # the loop sends to so many times fewer readers
CONNECTIONS = 32
INTERVALS = 10
CONFIGURATION = """\
[publication]
id = "notes"
title = "Valley Notes"

[delivery]
relay = "smtp://127.0.0.1:{port}"
from = "Valley Notes <notes@example.org>"
bounces = "bounces.example.org"
signup-url = "https://notes.example.org/subscribe/"
connections = {connections}
rate-per-minute = 1000000
"""
SENTENCE = "Engineers measured the old bridge, which stands in the river since 1911. "


def letter() -> Letter:
    """A letter whose message has about OCTETS octets: a part of them plain, the rest HTML."""
    sentences = OCTETS // len(SENTENCE)
    text = "\n".join([SENTENCE.strip()] * (sentences // 4))
    paragraph = f'<p style="margin:0">{SENTENCE}</p>\n'
    body = paragraph * int(0.68 * OCTETS / len(paragraph))
    html = f'<html lang="en"><body>{body}<a href="{UNSUBSCRIBE}">Leave</a></body></html>'
    return Letter("Valley Notes, March", "en", html, f"{text}\n{UNSUBSCRIBE}\n")


def address(number: int) -> str:
    """The address of a reader."""
    return f"reader{number}@example.org"


def naive(port: int, readers: int) -> None:
    """The loop."""
    made = letter()
    with smtplib.SMTP("127.0.0.1", port) as server:
        for number in range(readers):
            to = address(number)
            link = f"https://notes.example.org/subscribe/unsubscribe/{secrets.token_urlsafe(32)}"
            message = EmailMessage()
            message["From"] = "Valley Notes <notes@example.org>"
            message["To"] = to
            message["Subject"] = made.subject
            message["Date"] = formatdate()
            message["Message-ID"] = f"<{secrets.token_hex(16)}@example.org>"
            message["List-Unsubscribe"] = f"<{link}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
            message.set_content(made.text.replace(UNSUBSCRIBE, link))
            message.add_alternative(made.html.replace(UNSUBSCRIBE, link), subtype="html")
            server.sendmail(f"b+{number}@bounces.example.org", [to], message.as_bytes())


def ours(folder: Path, port: int, readers: int) -> Iterator[tuple[int, int]]:
    """Send to ``readers`` and yield the number sent and the memory held, in kB, as it goes."""
    text = CONFIGURATION.format(port=port, connections=CONNECTIONS)
    (folder / "bulletin.toml").write_text(text, "utf-8")
    publication = config.load(folder)
    database, known = open_database(publication), keys.load(publication)
    now = database.clock.now()
    consent = Consent(now, "benchmark", "I want it.")
    with database.write() as connection:
        for first in range(0, readers, 1000):
            rows = [
                subscribers.row(
                    known, now, address(number), "en", "letter", f"Reader {number}", "", consent
                )
                for number in range(first, min(first + 1000, readers))
            ]
            subscribers.add_rows(connection, now, "benchmark", rows)
    template = Template.make(letter(), Sender.of(publication))
    domain = addresses.domain_group(address(0))
    mailing = ledger.open_mailing(
        database, "2026-03", mails=[Mail("letter", "en", template.data, OCTETS)],
        audience=(Recipient(number + 1, "letter", "en", domain) for number in range(readers)),
        message_domain="example.org",
    )  # fmt: skip
    seen: list[tuple[int, int]] = []

    def watch(progress: engine.Progress) -> None:
        if progress.sent >= (len(seen) + 1) * readers // INTERVALS:
            seen.append((progress.sent, resident()))

    connect = functools.partial(post.Connection.open, Relay.of(publication))
    before, began = cpu(), time.monotonic()
    last = engine.send(database, known, publication, mailing.id, connect=connect, progress=watch)
    print(json.dumps({"cpu": cpu() - before, "seconds": time.monotonic() - began}))
    assert last.sent == readers, last
    database.close()
    yield from seen


def cpu() -> float:
    """The CPU seconds, user and system, of this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def resident() -> int:
    """The memory that this process holds, in kB."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024


@contextmanager
def sink() -> Iterator[int]:
    """Postfix's smtp-sink, which takes all mail and forgets it; gives its port."""
    command = shutil.which("smtp-sink", path=f"{os.environ['PATH']}:/usr/sbin")
    if command is None:
        sys.exit("smtp-sink is not installed: it is in Debian's package “postfix”")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    with subprocess.Popen([command, *user, f"127.0.0.1:{port}", "100"]) as process:
        try:
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                except ConnectionRefusedError:
                    time.sleep(0.02)
            yield port
        finally:
            process.terminate()


def measured(kind: str, port: int, readers: int) -> tuple[dict[str, float], list[list[int]]]:
    """CPU and time of a child that sends to ``readers``, and its memory as it went."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, "--child", kind, folder, str(port), str(readers)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    times, *memory = map(json.loads, done.stdout.splitlines())
    return times, memory


def child(kind: str, folder: str, port: str, readers: str) -> None:
    """One run, as a process of its own."""
    if kind == "ours":
        for seen in ours(Path(folder), int(port), int(readers)):
            print(json.dumps(seen))
    else:
        before, began = cpu(), time.monotonic()
        naive(int(port), int(readers))
        print(json.dumps({"cpu": cpu() - before, "seconds": time.monotonic() - began}))


def main() -> None:
    """Print CPU and throughput of each pair of runs, the median ratio, and the memory."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--readers", type=int, default=5000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--memory", type=int, default=100_000, help="readers; 0 leaves it out")
    parser.add_argument("--child", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(*options.child)
        return
    ratios = []
    with sink() as port:
        for _ in range(options.runs):
            few = max(options.readers // NAIVE_SHARE, 1)
            plain, _ = measured("naive", port, few)
            own, _ = measured("ours", port, options.readers)
            each = plain["cpu"] / few, own["cpu"] / options.readers
            ratios.append(each[0] / each[1])
            print(
                f"CPU of a letter: loop {1e3 * each[0]:.2f} ms, ours {1e3 * each[1]:.3f} ms,"
                f" ratio 1/{ratios[-1]:.1f}; letters a second: loop {few / plain['seconds']:.0f},"
                f" ours {options.readers / own['seconds']:.0f}",
                flush=True,
            )
        print(f"median ratio 1/{statistics.median(ratios):.1f}")
        if options.memory:
            _, memory = measured("ours", port, options.memory)
            for sent, held in memory:
                print(f"{sent:>8} sent, {held / 1024:.1f} MB held")


if __name__ == "__main__":
    main()
