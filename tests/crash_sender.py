"""A sender that can be killed: opens the publication's database and sends one mailing."""

from __future__ import annotations

import functools
import resource
import signal
import threading
from multiprocessing.synchronize import Event
from pathlib import Path

from bulletin_press import config
from bulletin_press.distribution import keys
from bulletin_press.distribution.database import open_database
from bulletin_press.distribution.mail import post
from bulletin_press.distribution.mail.relay import Relay
from bulletin_press.distribution.sending import engine
from bulletin_press.distribution.sending.progress import Progress
from bulletin_press.distribution.sending.schedule import Policy
from bulletin_press.distribution.sending.spill import SIZE

QUICK = Policy(
    waits=(5,), after_loss=5, after_throttling=5, after_doubt=5, cool_off=5, openings=1000
)


def run(folder: str, mailing: int, disk_fills: bool, troubled: Event) -> None:
    """Send until it is done, or told to end by SIGTERM.

    If the disk is to fill, no file may be written beyond a small size once messages go out;
    ``troubled`` is set when that is felt.
    """
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    publication = config.load(Path(folder))
    database = open_database(publication)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    connect = functools.partial(post.Connection.open, Relay.of(publication))
    found = keys.load(publication)

    def tell(progress: Progress) -> None:
        if disk_fills and progress.sent:
            _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (SIZE, most))
        if "cannot be written" in progress.trouble:
            troubled.set()

    engine.send(
        database, found, publication, mailing, connect=connect, policy=QUICK, stop=stop,
        progress=tell,
    )  # fmt: skip
    database.close()
