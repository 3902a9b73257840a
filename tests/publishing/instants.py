"""Ends a run at a chosen instant: just before the n-th thing that it does to the disk."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

from bulletin_press.archive.publishing import exchange

EVENTS = frozenset(
    f"os.{name}" for name in "rename link mkdir remove rmdir symlink chmod chown".split()
)
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class EndedError(BaseException):
    """The run has ended here; whatever it still tries ends likewise."""


def ended() -> None:
    raise EndedError


class Instants:
    """Counts instants from 1; at the one numbered ``last`` and at all later ones it acts.

    ``swap`` is the one just before the folders are exchanged.
    """

    def __init__(self, last: int = 0, act: Callable[[], None] = ended) -> None:
        self.last, self.act, self.count, self.swap = last, act, 0, 0

    def tick(self) -> None:
        self.count += 1
        if self.last and self.count >= self.last:
            self.act()


_watched: list[Instants] = []
_hooked: list[bool] = []


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if not _watched:
        return
    if event in EVENTS or (event == "open" and arguments[2] & WRITING):
        _watched[-1].tick()


@contextlib.contextmanager
def watch(instants: Instants, swap: bool = True) -> Iterator[Instants]:
    """Count what is done to the disk meanwhile; without ``swap`` folders are only renamed."""
    if not _hooked:
        sys.addaudithook(_hook)
        _hooked.append(True)
    fsync, swapped = os.fsync, exchange._swap

    def counted_fsync(handle: int) -> None:
        instants.tick()
        fsync(handle)

    def counted_swap(*folders: Any) -> None:
        instants.tick()
        instants.swap = instants.count
        if not swap:
            raise OSError(22, "Invalid argument")
        swapped(*folders)
        instants.tick()

    with (
        mock.patch.object(os, "fsync", counted_fsync),
        mock.patch.object(exchange, "_swap", counted_swap),
    ):
        _watched.append(instants)
        try:
            yield instants
        finally:
            _watched.pop()
