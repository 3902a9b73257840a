"""Problems as text: for people, for editors that know GCC's form, for GitHub, and as JSON."""

from __future__ import annotations

import json
import os
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from bulletin_press import __version__
from bulletin_press.problems import Problem, Severity, ordered

SCHEMA = 1
_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow"}


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem, with the folder to which its path is relative."""

    root: Path
    problem: Problem

    def path_from(self, folder: Path) -> str:
        """The path of the file relative to ``folder``; what is no file keeps its name."""
        path = self.root / self.problem.where.path
        if not _exists(path):
            return self.problem.where.path
        try:
            return Path(os.path.relpath(path, folder)).as_posix()
        except ValueError:  # another drive
            return path.as_posix()


def sorted_findings(findings: Iterable[Finding]) -> list[Finding]:
    """The findings without repetition, by file, line and code."""
    unique = list(dict.fromkeys(findings))
    rank = {one: number for number, one in enumerate(ordered(f.problem for f in unique))}
    return sorted(unique, key=lambda one: (rank[one.problem], one.root))


def people(findings: Sequence[Finding], here: Path) -> str:
    """Two lines for each problem, its path relative to the publication, with colours."""
    lines = []
    for one in findings:
        found = one.problem
        kind = click.style(f"{found.severity} {found.code}", fg=_COLOURS[found.severity], bold=True)
        lines.append(f"{_line(str(found.where))}: {kind}: {_line(found.message)}")
        lines.append(f"  {click.style('hint:', dim=True)} {_line(found.hint)}")
    return "\n".join(lines)


def gcc(findings: Sequence[Finding], here: Path) -> str:
    """A line for each problem, in the form of GCC; paths relative to the folder ``here``."""
    lines = []
    for one in findings:
        found = one.problem
        place = f"{one.path_from(here)}:{found.where.line or 1}:{found.column or 1}"
        text = f"{found.message} [{found.code}] ({found.hint})"
        lines.append(f"{_line(place)}: {found.severity}: {_line(text)}")
    return "\n".join(lines)


def github(findings: Sequence[Finding], here: Path) -> str:
    """A workflow command for each problem, which GitHub shows as an annotation.

    Paths are relative to the folder of the checkout, where GitHub names one, else to ``here``.
    """
    checkout = Path(os.environ.get("GITHUB_WORKSPACE") or here)
    lines = []
    for one in findings:
        found = one.problem
        values: Mapping[str, str | int] = {
            "file": one.path_from(checkout if here.is_relative_to(checkout) else here),
            "line": found.where.line,
            "col": found.column,
            "title": found.code,
        }
        shown = ",".join(f"{key}={_property(value)}" for key, value in values.items() if value)
        text = _escaped(f"{_line(found.message)}\n{_line(found.hint)}")
        lines.append(f"::{found.severity} {shown}::{text}")
    return "\n".join(lines)


FORMATS: Mapping[str, Callable[[Sequence[Finding], Path], str]] = {
    "people": people,
    "gcc": gcc,
    "github": github,
}


def as_json(findings: Sequence[Finding], outputs: Iterable[str]) -> str:
    """One JSON object with all problems and the paths of the files made."""
    problems = [one.problem for one in findings]
    report = {
        "schema": SCHEMA,
        "version": __version__,
        "problems": [one.as_dict() for one in problems],
        "counts": {kind.value: sum(p.severity is kind for p in problems) for kind in Severity},
        "outputs": list(outputs),
    }
    return encodable(json.dumps(report, ensure_ascii=False, indent=2))


def counts(findings: Sequence[Finding], strict: bool) -> str:
    """How many problems there are in how many files, such as “2 errors, 1 warning in 3 files”."""
    amounts = {kind: sum(one.problem.severity is kind for one in findings) for kind in Severity}
    shown = ", ".join(_amount(number, kind.value) for kind, number in amounts.items() if number)
    paths = {one.root / one.problem.where.path for one in findings}
    files = sum(_exists(path) for path in paths)
    if files:
        shown += f" in {_amount(files, 'file')}"
    if strict and amounts[Severity.WARNING]:
        shown += "; warnings count as errors (-W)"
    return shown


def encodable(text: str) -> str:
    """The text with a sign for what stands in a file's name without being a character."""
    return text.encode("utf-8", "replace").decode()


def _amount(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _exists(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _line(text: str) -> str:
    """The text on one line, without signs that a terminal would obey."""
    categories = ("Cc", "Cs", "Zl", "Zp")
    shown = (
        "\ufffd" if unicodedata.category(sign) in categories else sign
        for sign in " ".join(text.split("\n"))
    )
    return "".join(shown)


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str | int) -> str:
    return _escaped(_line(str(value))).replace(":", "%3A").replace(",", "%2C")
