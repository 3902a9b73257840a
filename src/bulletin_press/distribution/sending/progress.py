"""How far a sender has come, as it tells whoever started it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run stands: its counts, when the next message is due, and what is amiss."""

    sent: int = 0
    failed: int = 0
    deferred: int = 0
    gone: int = 0
    due: int | None = None
    trouble: str = ""
