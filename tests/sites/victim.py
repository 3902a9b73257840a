"""A process that builds a site and is killed at an instant."""

from __future__ import annotations

import os
import time
from pathlib import Path

from bulletin_press.archive import site
from tests.publishing.instants import Instants, watch
from tests.publishing.victim import die


def run(root: str, last: int) -> None:
    with watch(Instants(last, die)):
        site.build(Path(root))


def run_with_helpers(root: str, told: str) -> None:
    """Build with helpers, which all hold the open end of the pipe ``told`` until they end."""
    pipe = os.open(told, os.O_WRONLY)
    os.set_inheritable(pipe, True)

    def show(done: int, total: int, what: str) -> None:
        os.write(pipe, b"x")
        time.sleep(3600)

    site.build(Path(root), processes=2, show=show)
