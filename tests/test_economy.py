"""Threads kept on one processor while they take turns, and free again afterwards."""

from __future__ import annotations

import os
import threading

import pytest

from bulletin_press.distribution.sending.economy import one_processor

pytestmark = pytest.mark.skipif(
    not hasattr(os, "sched_getaffinity"), reason="this system gives no choice of processor"
)


def test_threads_begun_within_share_one_processor_and_are_free_again() -> None:
    before = os.sched_getaffinity(0)
    seen: list[set[int]] = []
    with one_processor():
        seen.append(os.sched_getaffinity(0))
        thread = threading.Thread(target=lambda: seen.append(os.sched_getaffinity(0)))
        thread.start()
        thread.join()
    assert seen[0] == seen[1]
    assert len(seen[0]) == 1
    assert seen[0] <= before
    assert os.sched_getaffinity(0) == before


def test_an_error_frees_them_too() -> None:
    before = os.sched_getaffinity(0)
    with pytest.raises(KeyError), one_processor():
        raise KeyError
    assert os.sched_getaffinity(0) == before
