"""A promise that laid-out pages break, as a value that needs nothing of the engine."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One promise that the pages break.

    ``code`` is that of its problem, ``block`` the id of the block to blame, ``text`` what is
    printed there, ``page`` where, counted from 1. ``other`` is what the text collides with, the
    error, or how loose the line is, ``called`` the page of a note's call.
    """

    code: str
    block: str
    page: int
    text: str
    other: str = ""
    called: int = 0
