"""EPUBCheck, the judge of e-books, asked and answered as problems."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from bulletin_press.judges import programs
from bulletin_press.problems import Location, Problem, ProblemsError, Severity, ordered, problem

_EPUBCHECK = "EPUBCheck"
_SEVERITIES = {
    "FATAL": Severity.ERROR,
    "ERROR": Severity.ERROR,
    "WARNING": Severity.WARNING,
}


def epubcheck(book: bytes | Path, name: str = "") -> tuple[Problem, ...]:
    """What EPUBCheck finds wrong with an EPUB, given as bytes or as the path of its file.

    ``name`` stands for the file in the places of the problems. Mere notes on usage are left out.
    Raises ProblemsError (T101) where Java or EPUBCheck is missing or gives no verdict.
    """
    asked = command()
    with tempfile.TemporaryDirectory(prefix="bulletin-press-") as folder:
        path = book if isinstance(book, Path) else Path(folder, "book.epub")
        if isinstance(book, bytes):
            path.write_bytes(book)
        report = Path(folder, "report.json")
        asked += [str(path.resolve()), "--quiet", "--json", str(report)]
        verdict = programs.ask(_EPUBCHECK, asked, report, programs.SECONDS)
    return ordered(_problems(verdict, name or path.name))


def command() -> list[str]:
    """How EPUBCheck is run here: the jar of its package, else the command of that name."""
    jar = programs.packaged("epubcheck", "epubcheck.jar")
    if jar:
        return [*programs.java(_EPUBCHECK), "-jar", str(jar)]
    own = shutil.which("epubcheck")
    if own is None:
        hint = "install the Python package “epubcheck”, or the program of that name"
        raise ProblemsError([programs.missing(_EPUBCHECK, "EPUBCheck is not installed", hint)])
    return [own]


def _problems(report: Mapping[str, Any], name: str) -> Iterator[Problem]:
    for message in report["messages"]:
        severity = _SEVERITIES.get(message["severity"])
        if severity is None:
            continue
        text = f"{_EPUBCHECK} {message['ID']}: {message['message']}"
        hint = message.get("suggestion") or ""
        places: list[dict[str, Any]] = message["locations"] or [{}]
        for place in places:
            inner = str(place.get("path") or "")
            path = f"{name}/{inner}" if inner and not inner.endswith(".epub") else name
            line, column = (max(int(place.get(key) or 0), 0) for key in ("line", "column"))
            found = problem("J101", text, Location(path, line), hint, column)
            yield replace(found, severity=severity)
