"""The plan of a mailing as a value: what goes out to whom, for how long, and what forbids it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bulletin_press.config import CONFIGURATION_FILE, Delivery, Publication
from bulletin_press.distribution.mail.relay import Relay
from bulletin_press.distribution.mail.sender import Sender
from bulletin_press.distribution.mail.signing import Signer
from bulletin_press.distribution.readers.addresses import group_rates
from bulletin_press.problems import (
    Location,
    Problem,
    ProblemsError,
    Severity,
    errors,
    ordered,
    problem,
)

# What --force may send in spite of: faults of the text, older editions, a site that is not up.
FORCIBLE = ("S", "C", "L", "E", "D302", "D304")
_FOREVER = 400


@dataclass(frozen=True, slots=True)
class Line:
    """The mail of one form and language.

    ``octets`` is the size of one message; ``file`` goes with it, inside if ``attached``, else by a
    link.
    """

    form: str
    language: str
    readers: int
    octets: int
    file: str = ""
    attached: bool = False


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a mailing takes at the known limits.

    ``minutes`` are those of the first day alone if a quota a day spreads it over several;
    ``bound`` says what sets the pace, and ``days`` how many messages go on each day, from today.
    """

    minutes: float
    bound: str
    days: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What sending an issue would do. The errors among ``problems`` forbid it."""

    issue: str
    languages: tuple[str, ...]
    lines: tuple[Line, ...]
    domains: Mapping[str, int]
    left_out: Mapping[str, int]
    pace: Pace
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    forced: str = ""

    @property
    def readers(self) -> int:
        """How many readers get a mail."""
        return sum(one.readers for one in self.lines)

    @property
    def octets(self) -> int:
        """How much goes over the wire in all."""
        return sum(one.readers * one.octets for one in self.lines)

    def as_dict(self) -> dict[str, Any]:
        """The plan as plain values, for programs."""
        return {
            "issue": self.issue,
            "languages": list(self.languages),
            "readers": self.readers,
            "octets": self.octets,
            "mails": [
                {
                    "form": one.form, "language": one.language, "readers": one.readers,
                    "octets": one.octets, "file": one.file or None, "attached": one.attached,
                }
                for one in self.lines
            ],
            "domains": dict(self.domains),
            "left-out": dict(self.left_out),
            "minutes": round(self.pace.minutes, 1),
            "bound": self.pace.bound,
            "days": list(self.pace.days),
            "forced": self.forced,
            "notes": list(self.notes),
            "refused": bool(errors(self.problems)),
            "problems": [one.as_dict() for one in self.problems],
        }  # fmt: skip


def weighed(problems: Iterable[Problem], forced: str) -> tuple[Problem, ...]:
    """The problems, where those that a reason may force are warnings if there is a reason."""
    return ordered(
        replace(one, severity=Severity.WARNING) if forced and one.code.startswith(FORCIBLE) else one
        for one in problems
    )


def pace(domains: Mapping[str, int], delivery: Delivery, used: int = 0) -> Pace:
    """How long so many messages to each domain group take; ``used`` went in the last 24 hours."""
    total = sum(domains.values())
    days = _days(total, delivery.rate_per_day, used)
    share = days[0] / total if total and len(days) > 1 else 1
    limits = [(total / delivery.rate_per_minute, f"{delivery.rate_per_minute:,} a minute")]
    for group, rate in group_rates(delivery.domains).items():
        limits.append((domains.get(group, 0) / rate, f"{group}: {rate:,} a minute"))
    minutes, bound = max(limits, key=lambda limit: limit[0])
    if len(days) > 1:
        bound = f"{delivery.rate_per_day:,} a day"
    return Pace(minutes * share, bound, days)


def configuration(publication: Publication) -> tuple[Problem, ...]:
    """What bulletin.toml lacks for sending, all at once (D305, D401 to D404)."""
    problems: list[Problem] = []
    for facts in (Sender, Relay, Signer):
        try:
            facts.of(publication)
        except ProblemsError as error:
            problems += error.problems
    if not publication.imprint.address:
        message = "the postal address that each letter gives is not named"
        where = Location(CONFIGURATION_FILE)
        problems.append(problem("D305", message, where, "set [imprint] address"))
    return tuple(problems)


def _days(total: int, quota: int, used: int) -> tuple[int, ...]:
    """How many messages go on each day, today first; the last stands for all beyond a year."""
    if not quota:
        return (total,)
    days = [min(total, max(0, quota - used))]
    while (left := total - sum(days)) > 0:
        days.append(left if len(days) > _FOREVER else min(left, quota))
    return tuple(days)
