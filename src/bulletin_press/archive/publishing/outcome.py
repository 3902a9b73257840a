"""What publishing gives: a report of what was done, or a refusal in plain words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bulletin_press.problems import Location, ProblemsError, problem

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Report:
    """What was done at ``target``, in files of the site; issues.json itself is not counted.

    ``uploaded`` files were written there, with so many ``octets`` in all, ``unchanged`` ones
    stood there already, and ``removed`` ones are there no more.
    """

    target: str
    uploaded: int = 0
    unchanged: int = 0
    removed: int = 0
    octets: int = 0


def refusal(message: str, where: str, hint: str = "") -> ProblemsError:
    """The error (E133) that says why a site is not published ``where`` it should be."""
    return ProblemsError([problem("E133", message, Location(where), hint)])


def unheard(done: int, total: int) -> None:
    """Takes the progress of a run that nobody watches."""
