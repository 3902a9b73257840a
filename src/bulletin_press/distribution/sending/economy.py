"""What makes a long run of many small steps cheap: one processor, and few collections."""

from __future__ import annotations

import contextlib
import gc
import os
from collections.abc import Iterator
from pathlib import Path

_PROCESSOR = 36  # field 39 of proc_pid_stat(5), counted from the third, which follows the name
_STAT = Path("/proc/thread-self/stat")


_NEW_OBJECTS = 50_000  # between two collections; Python's own 700 fit short runs


@contextlib.contextmanager
def few_collections() -> Iterator[None]:
    """Look for garbage in cycles seldom, and never through what is loaded by now."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


@contextlib.contextmanager
def one_processor() -> Iterator[None]:
    """Keep this thread, and those that it starts, on the processor that it runs on now.

    Python runs one thread at a time. Where its threads are spread over processors, each hand-over
    wakes another one: half of a sender's work. Does nothing where the system has no such choice.
    """
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    allowed = os.sched_getaffinity(0)
    _keep_to({_running_on(allowed)})
    try:
        yield
    finally:
        _keep_to(allowed)


def _running_on(allowed: set[int]) -> int:
    """The processor that this thread runs on, one of ``allowed``."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        after_name = _STAT.read_text("ascii", "replace").rpartition(")")[2].split()
        found = int(after_name[_PROCESSOR])
        if found in allowed:
            return found
    return min(allowed)


def _keep_to(processors: set[int]) -> None:
    with contextlib.suppress(OSError):  # a processor may be taken away meanwhile
        os.sched_setaffinity(0, processors)
