"""A sender at work in this terminal: its progress, a clean end by Ctrl-C, another one watched."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, NoReturn

import click

from bulletin_press.cli import progress
from bulletin_press.cli.mailings import Desk
from bulletin_press.cli.output import DELIVERY

if TYPE_CHECKING:
    from bulletin_press.distribution.sending.ledger import Mailing
    from bulletin_press.distribution.sending.progress import Progress
    from bulletin_press.distribution.sending.status import Standing

_STOPPING = b"\nStopping; messages under way are finished first.\n"
_WATCH_SECONDS = 1.0
_STARTING = 20  # looks at a sender that holds the database and has nothing on record yet


def run(desk: Desk, mailing: Mailing, limit: int | None = None) -> NoReturn:
    """Send until nobody is left, the mailing stops, or Ctrl-C; then say how it stands, and end.

    If another process is sending, its progress is shown, and its work taken over if it ends early.
    The status is 0 only if nobody is left over.
    """
    from bulletin_press.distribution.mail.post import Connection
    from bulletin_press.distribution.mail.relay import Relay
    from bulletin_press.distribution.sending.engine import BusyError, send
    from bulletin_press.distribution.sending.leases import LostLeaseError

    standing = desk.standing(mailing)
    if standing.mailing.state == "sending" and standing.words["waiting"]:
        relay, keys = Relay.of(desk.publication), desk.keys()
        with _stoppable() as stop, progress.shown(standing.name, standing.readers) as show:
            done = standing.readers - standing.words["waiting"]

            def told(now: Progress) -> None:
                show(done + now.sent + now.failed, _said(desk, now))

            while not stop.is_set():
                try:
                    send(
                        desk.database, keys, desk.publication, mailing.id,
                        connect=lambda: Connection.open(relay), limit=limit, stop=stop,
                        progress=told,
                    )  # fmt: skip
                except BusyError:
                    if _watch(desk, mailing, stop, show):
                        continue
                except LostLeaseError:
                    click.echo(
                        "This sender stood still for too long, so that another one may have taken"
                        " its work; it sends nothing more.", err=True,
                    )  # fmt: skip
                break
    finish(desk, mailing)


def finish(desk: Desk, mailing: Mailing) -> NoReturn:
    """Say how a mailing stands and what to do now; end with 0 only if nobody is left over."""
    from bulletin_press.cli.accounts import sentence

    standing = desk.standing(mailing)
    click.echo(f"{standing.name}: {sentence(standing)}", err=True)
    sys.exit(0 if standing.state == "done" else DELIVERY)


def _watch(desk: Desk, mailing: Mailing, stop: threading.Event, show: progress.Show) -> bool:
    """Show what another sender does; whether it ended and left work to be done."""
    idle = 0
    while not stop.is_set():
        standing = desk.standing(mailing)
        if not _goes_on(standing):
            return False
        idle = 0 if standing.busy else idle + 1
        if idle > _STARTING:
            return True
        done = standing.readers - standing.words["waiting"]
        show(done, "another sender is at work; this one watches")
        stop.wait(_WATCH_SECONDS)
        if not standing.busy:
            return True
    return False


def _goes_on(standing: Standing) -> bool:
    return standing.mailing.state == "sending" and bool(standing.words["waiting"])


def _said(desk: Desk, now: Progress) -> str:
    from bulletin_press.cli.wording import moment

    said = []
    at = desk.database.clock.now()
    if now.failed:
        said.append(f"{now.failed:,} failed")
    if now.due and now.due > at + 1000:
        said.append(f"the next at {moment(now.due, at)}")
    if now.trouble:
        said.append(now.trouble.partition("\n")[0])
    return "; ".join(said)


@contextlib.contextmanager
def _stoppable() -> Iterator[threading.Event]:
    """An event that Ctrl-C and SIGTERM set, once; a second Ctrl-C ends the program at once."""
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def ask(number: int, _: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        with contextlib.suppress(OSError, ValueError):  # a stream may be in the midst of a line
            os.write(sys.stderr.fileno(), _STOPPING)

    for number in before:
        signal.signal(number, ask)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
