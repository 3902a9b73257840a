"""The engine's layout at less cost, with the same bytes: a module for each stage of its work.

``declarations`` before it is imported, ``patterns``, ``sheets``, ``cascading``, ``shaping``,
``breaking``, ``lines`` and ``values`` while it lays out, ``renumbering`` for one document at a
time, ``drawing`` and ``writing`` while it writes. ``touchpoints`` names what of the engine they
replace; where that is not as they know it, none is
taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from bulletin_press.editions.pdf.shortcuts import declarations
from bulletin_press.editions.pdf.shortcuts.touchpoints import strange

__all__ = ["Shortcuts", "chosen", "strange", "taken"]


@dataclass(frozen=True, slots=True)
class Shortcuts:
    """Whether shortcuts are taken; ``strange`` are files of the engine that forbid it."""

    wanted: bool = True
    strange: tuple[str, ...] = ()

    @property
    def taken(self) -> bool:
        """Whether they are wanted and the engine is the one they were made for."""
        return self.wanted and not self.strange


def chosen(plain: bool = False) -> Shortcuts:
    """The shortcuts for this engine; none with ``plain``."""
    return Shortcuts(False) if plain else Shortcuts(True, strange())


@contextmanager
def taken(shortcuts: Shortcuts, faces: bytes) -> Iterator[None]:
    """Take ``shortcuts`` while the engine works; imports it.

    ``faces`` is a hash of all font files that it will use: what lines it breaks with them is kept
    for the next time.
    """
    if not shortcuts.taken:
        yield
        return
    declarations.load()
    from bulletin_press.editions.pdf.shortcuts import (
        breaking,
        cascading,
        drawing,
        lines,
        patterns,
        shaping,
        sheets,
        values,
        writing,
    )

    with ExitStack() as stack:
        for stage in (
            patterns.parsed(), sheets.kept(), cascading.taken(), values.known(), shaping.shared(),
            breaking.remembered(faces), lines.remembered(), drawing.quick(faces), writing.once(),
        ):  # fmt: skip
            stack.enter_context(stage)
        yield
