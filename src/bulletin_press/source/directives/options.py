"""Options of directives: what many take, and what is taken away since it would do nothing."""

from __future__ import annotations

from typing import Any

from docutils.parsers.rst import directives


def without(options: dict[str, Any] | None, *names: str) -> dict[str, Any]:
    """A directive's options but for those that would have no effect, or a bad one."""
    return {key: value for key, value in (options or {}).items() if key not in names}


def place(value: str) -> str:
    """The option ``:place:``, ``column`` or ``full``; raises ValueError for another value."""
    return str(directives.choice(value, ("column", "full")))
