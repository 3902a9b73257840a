"""Whether the relay takes mail: connection, encryption, log-in, size, and a test message."""

from __future__ import annotations

import time
from collections.abc import Iterator

from bulletin_press.config import Publication
from bulletin_press.distribution.doctor import premises
from bulletin_press.distribution.doctor.findings import Finding, error, ok, warning
from bulletin_press.distribution.mail import messages, post, verdict
from bulletin_press.distribution.mail.relay import Patience, Relay
from bulletin_press.distribution.mail.sender import Sender
from bulletin_press.distribution.readers import addresses
from bulletin_press.problems import ProblemsError

PATIENCE = Patience(connect=10, command=20, data=20, block=20, end=60, quit=5)
_SOON = 14  # days
_ENCODED = 1.38  # octets of base64 with its line ends for one of a file
_BESIDE_FILE = 400_000  # a letter's own parts


def examine_unasked(publication: Publication) -> Iterator[Finding]:
    """What bulletin.toml says of the relay, without asking it."""
    try:
        relay = Relay.of(publication)
    except ProblemsError as wrong:
        yield from (error("relay", one.message, one.hint) for one in wrong.problems)
        return
    yield ok("relay", f"{relay.host}:{relay.port}, which is not asked")


def examine(publication: Publication, send_test: str) -> Iterator[Finding]:
    """One conversation with the relay, as a sender has it; a message if an address is given."""
    try:
        relay = Relay.of(publication)
    except ProblemsError as wrong:
        for one in wrong.problems:
            yield error("relay", one.message, one.hint)
        return
    try:
        connection = post.Connection.open(relay, PATIENCE)
    except post.NotOpenError as refused:
        outcome = refused.outcome
        message = f"{relay.host}:{relay.port}: {outcome.reply} (at {outcome.step})"
        yield error("relay", message, _REMEDIES.get(outcome.step, "look at the relay’s log"))
        return
    try:
        yield from _described(publication, relay, connection)
        if send_test:
            yield _tested(publication, connection, send_test)
    finally:
        connection.close()


_REMEDIES = {
    "connect": "look at relay below [delivery], and at the network",
    "starttls": "take the name that the relay’s certificate has, and a port with encryption",
    "auth": "look at the relay’s user and password",
}


def _described(
    publication: Publication, relay: Relay, connection: post.Connection
) -> Iterator[Finding]:
    secured = connection.encryption or "on this machine, without encryption"
    logged_in = f", logged in as {relay.user}" if relay.user else ""
    yield ok("relay", f"{relay.host}:{relay.port}: {secured}{logged_in}")
    if connection.trusted_until:
        days = int((connection.trusted_until - time.time()) // 86_400)
        if days < _SOON:
            message = f"the relay’s certificate ends in {days} days"
            yield warning("certificate", message, "see that the relay gets a new one")
        else:
            yield ok("certificate", f"it is trusted, for {days} days more")
    attached = int(publication.delivery.attach_kilobytes * 1000 * _ENCODED)
    needed = max(attached + _BESIDE_FILE, premises.largest_letter(publication))
    largest = connection.largest
    if 0 < largest < needed:
        yield warning(
            "size",
            f"the relay takes {largest:,} octets; a letter with its file may have {needed:,}",
            "make attach-kilobytes smaller: larger files are then linked",
        )
    elif largest:
        yield ok("size", f"the relay takes {largest:,} octets")
    else:
        yield ok("size", "the relay names no bound")
    if "pipelining" in connection.features:
        yield ok("speed", "the relay takes commands together (PIPELINING)")
    else:
        yield ok("speed", "the relay takes one command at a time: sending takes longer")


def _tested(publication: Publication, connection: post.Connection, address: str) -> Finding:
    check = "test"
    try:
        sender = Sender.of(publication)
        data = messages.note(
            sender,
            addresses.normalise(address),
            f"A test message of {publication.title}",
            "This message shows that mail of this publication arrives. Look into its headers:\n"
            "SPF, DKIM and DMARC should say “pass”, DKIM for the domain of the sender.\n",
        )
        outcome = connection.deliver(sender.envelope("test"), addresses.normalise(address), data)
    except ProblemsError as wrong:
        return error(check, wrong.problems[0].message, wrong.problems[0].hint)
    except ValueError as wrong:
        return error(check, f"the test message cannot be made: {wrong}", "give another address")
    if outcome.kind == verdict.SENT:
        return ok(
            check, "the relay has taken the test message: see that it arrives, and its headers"
        )
    message = f"the relay did not take the test message: {outcome.reply}"
    return error(check, f"{message} (at {outcome.step})", "look at the relay’s log")
