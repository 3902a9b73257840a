"""The one clock of distribution: milliseconds since 1970 in UTC, which never run backwards."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class Clock:
    """Counts on from the later of the machine's time and ``floor``, by the monotonic clock.

    So neither a clock that is set back while a send runs, nor one that was set back between two
    runs, makes a lease or a waiting time longer or an event older than the one before it.
    ``wall`` and ``monotonic`` give seconds; a test gives its own.
    """

    def __init__(
        self,
        floor: int = 0,
        wall: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._monotonic = monotonic
        self._start = monotonic()
        self._base = max(int(wall() * SECOND), floor)

    def now(self) -> int:
        """The time in milliseconds since 1970-01-01T00:00Z."""
        return self._base + self._gone()

    def reach(self, moment: int) -> None:
        """Count on from ``moment`` if it is not reached yet."""
        self._base = max(self._base, moment - self._gone())

    def _gone(self) -> int:
        return int((self._monotonic() - self._start) * SECOND)


def text(moment: int) -> str:
    """A moment as RFC 3339 text in UTC, to the second."""
    return moment_of(moment).isoformat(timespec="seconds").replace("+00:00", "Z")


def minute(moment: int) -> str:
    """A moment to the minute, for people: “2026-03-01 09:00 UTC”."""
    return f"{moment_of(moment):%Y-%m-%d %H:%M} UTC"


def moment_of(moment: int) -> datetime:
    """A moment in milliseconds as a datetime in UTC."""
    return datetime.fromtimestamp(moment // SECOND, UTC)
