"""Paragraphs as even as their words allow: lines broken as a whole, marks hung, letters tracked.

The engine breaks one line after another, each as full as it gets, and stretches its blanks. Here a
paragraph is measured once (``measuring``), all breaks that it may have are found (``breaks``) and
weighed (``weighing``) by the house's ``manner``, those chosen that leave all of it most even
(``plan``) with few hyphens (``sparing``), and its lines set so (``setting``). ``paragraph`` is
where these meet, ``keeping`` hands them on to the next build. ``words`` are shaped once, known by
their letters in a ``vocabulary``, and ``drawn`` again without Pango.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bulletin_press.editions.pdf.shortcuts.touchpoints import strange

FILES = (
    "weasyprint/draw/text.py", "weasyprint/formatting_structure/boxes.py",
    "weasyprint/layout/inline.py", "weasyprint/layout/percent.py", "weasyprint/text/ffi.py",
    "weasyprint/text/line_break.py",
)  # fmt: skip
"""The files of the engine that this was made for; where one is another, nothing is done."""


def hindrances() -> tuple[str, ...]:
    """The files of the engine for which paragraphs are set plainly."""
    return tuple(name for name in strange() if name in FILES)


@contextmanager
def taken(wanted: bool, faces: bytes) -> Iterator[dict[Any, str]]:
    """Let justified paragraphs be even, if ``wanted`` and the engine is as it was.

    ``faces`` is a hash of all font files that are used. Gives the elements of paragraphs that
    could not be, each with the error.
    """
    failed: dict[Any, str] = {}
    if not wanted or hindrances():
        yield failed
        return
    from bulletin_press.editions.pdf.evenness import setting

    with setting.even(failed.setdefault, faces):
        yield failed
