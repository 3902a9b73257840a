"""Outside judges of finished editions, asked and answered as problems."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from bulletin_press.edition import Edition
from bulletin_press.judges import epub, pdf, precedents
from bulletin_press.judges.epub import epubcheck
from bulletin_press.problems import Problem, ordered

__all__ = ["JUDGES", "epubcheck"]


def _epub(edition: Edition) -> tuple[Problem, ...]:
    (name, data), *_ = edition.files.items()

    def versions() -> tuple[str, ...]:
        return (precedents.version(epub.command()),)

    return precedents.settled(lambda: (epubcheck(data, name), True), versions, {name: data})


def _pdf(edition: Edition) -> tuple[Problem, ...]:
    files = {name: data for name, data in edition.files.items() if name.endswith(".pdf")}

    def judge() -> tuple[tuple[Problem, ...], bool]:
        verdicts = pdf.verdicts(files)
        problems = ordered(one for verdict in verdicts for one in verdict.problems)
        return problems, all(fault.rule for verdict in verdicts for fault in verdict.faults)

    return precedents.settled(judge, pdf.versions, files)


JUDGES: Mapping[str, Callable[[Edition], tuple[Problem, ...]]] = MappingProxyType(
    {"epub": _epub, "pdf": _pdf}
)
"""The judge of each edition that has one, by the edition's name."""
