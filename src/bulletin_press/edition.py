"""A finished edition of an issue: named bytes that only the press writes to disk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition's files, by path relative to the output folder; the first one is the edition."""

    name: str
    media_type: str
    files: Mapping[str, bytes]
