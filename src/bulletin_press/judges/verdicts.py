"""What a judge of PDFs says of one file and one standard, as plain values."""

from __future__ import annotations

from dataclasses import dataclass

from bulletin_press.problems import Location, Problem, problem


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule that a file breaks: what is wrong, the first object where it is, and how often."""

    rule: str
    message: str
    place: str = ""
    count: int = 1

    def __str__(self) -> str:
        more = f", and {self.count - 1} more" if self.count > 1 else ""
        where = f" ({self.place}{more})" if self.place else ""
        return f"{self.rule}: {self.message}{where}" if self.rule else self.message


@dataclass(frozen=True, slots=True)
class Verdict:
    """One judge's verdict of one file: it passes if there are no faults.

    ``flavour`` is the standard by veraPDF's short name, as ``2a`` for PDF/A-2a and ``ua1`` for
    PDF/UA-1; none where the file cannot be read. ``code`` is that of the judge's problems.
    """

    judge: str
    code: str
    file: str
    flavour: str
    faults: tuple[Fault, ...] = ()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Each fault as a problem of the file."""
        who = f"{self.judge} {standard(self.flavour)}".rstrip()
        where = Location(self.file)
        return tuple(problem(self.code, f"{who} {fault}", where) for fault in self.faults)


def standard(flavour: str) -> str:
    """What people call a standard: ``PDF/A-2a`` for ``2a``, ``PDF/UA-1`` for ``ua1``."""
    if not flavour:
        return ""
    return f"PDF/UA-{flavour[2:]}" if flavour.startswith("ua") else f"PDF/A-{flavour}"
