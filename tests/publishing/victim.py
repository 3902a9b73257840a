"""A process that publishes into a folder and is killed at an instant."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from bulletin_press.archive import publishing
from tests.publishing.instants import Instants, watch


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def run(site: str, target: str, last: int, swap: bool) -> None:
    with watch(Instants(last, die), swap):
        publishing.publish(Path(site), target)
