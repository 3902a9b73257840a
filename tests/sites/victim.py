"""A process that builds a site and is killed at an instant."""

from __future__ import annotations

from pathlib import Path

from bulletin_press.archive import site
from tests.publishing.instants import Instants, watch
from tests.publishing.victim import die


def run(root: str, last: int) -> None:
    with watch(Instants(last, die)):
        site.build(Path(root))
