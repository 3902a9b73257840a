"""What the doctor finds: a check, how it went, and the remedy."""

from __future__ import annotations

from dataclasses import dataclass

OK, WARNING, ERROR = "ok", "warning", "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's: ``level`` is OK, WARNING or ERROR. Never holds a secret."""

    check: str
    level: str
    message: str
    remedy: str = ""


def ok(check: str, message: str) -> Finding:
    """All is well."""
    return Finding(check, OK, message)


def warning(check: str, message: str, remedy: str) -> Finding:
    """Letters can be sent, but something should be mended."""
    return Finding(check, WARNING, message, remedy)


def error(check: str, message: str, remedy: str) -> Finding:
    """Letters will be lost, refused or unlawful, or secrets are open."""
    return Finding(check, ERROR, message, remedy)
