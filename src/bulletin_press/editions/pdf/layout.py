"""A finished layout as plain values, fit to leave the process that made it and to be kept."""

from __future__ import annotations

from dataclasses import dataclass

from bulletin_press.editions.pdf.promises import Fault


@dataclass(frozen=True, slots=True)
class Cutting:
    """The PDF of one article of the issue, by its id.

    ``crowded`` says that its citation has no room on its pages, which begin with ``label``.
    """

    article: str
    pdf: bytes
    label: str
    crowded: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """A finished layout as plain values, fit to leave the process that made it.

    Where offprints are asked for, they are there and ``pdf`` is empty.
    """

    pdf: bytes
    labels: tuple[str, ...]
    starts: tuple[tuple[str, int, str, bool], ...]
    anchors: dict[str, int]
    printed: tuple[tuple[str, str], ...]
    margins: tuple[tuple[str, ...], ...]
    faults: tuple[Fault, ...]
    incomplete: tuple[str, ...]
    warnings: tuple[str, ...]
    settled: bool
    offprints: tuple[Cutting, ...] = ()


@dataclass(frozen=True, slots=True)
class Glimpse:
    """A PDF of some of the pages that are laid out anew, before all are written.

    ``first`` is the number of the first of them, counted from 0. They look as they will in the
    whole file.
    """

    first: int
    pdf: bytes
