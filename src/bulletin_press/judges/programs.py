"""Judges that are programs: where they lie, how they are run, how their absence is told."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bulletin_press.problems import Location, Problem, ProblemsError, problem

SECONDS = 300
_JAVA = ("java", "-Xss4m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")


def missing(judge: str, message: str, hint: str = "") -> Problem:
    """The problem (T101) of a judge that cannot be asked."""
    return problem("T101", message, Location(judge), hint)


def packaged(package: str, file: str) -> Path | None:
    """A file of an installed Python package, which is not imported; None where there is none."""
    try:
        spec = find_spec(package)
    except (ImportError, ValueError):
        spec = None
    for place in (spec.submodule_search_locations or ()) if spec else ():
        if (path := Path(place, file)).is_file():
            return path
    return None


def java(judge: str) -> list[str]:
    """How Java is called, for a judge of that name. Raises ProblemsError (T101) without one."""
    found = shutil.which(_JAVA[0])
    if found is None:
        message = f"there is no Java to run {judge} with"
        raise ProblemsError([missing(judge, message, "install Java 11 or newer")])
    return [found, *_JAVA[1:]]


def ask(
    judge: str, command: Sequence[str], report: Path, seconds: float, folder: Path | None = None
) -> Any:
    """Run a judge in ``folder`` for at most so many seconds; return the JSON of its ``report``.

    Raises ProblemsError (T101) where it gives none.
    """
    try:
        done = subprocess.run(
            command, capture_output=True, timeout=seconds, check=False, cwd=folder,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        message = f"{judge} gave no verdict in {seconds:g} seconds"
        raise ProblemsError([missing(judge, message)]) from None
    except OSError as error:
        message = f"{judge} gave no verdict: {error.strerror or error}"
        raise ProblemsError([missing(judge, message)]) from None
    try:
        return json.loads(report.read_text("utf-8"))
    except (OSError, ValueError):
        said = done.stderr.decode(errors="replace").strip().splitlines()
        reason = f": {said[-1]}" if said else ""
        raise ProblemsError([missing(judge, f"{judge} gave no verdict{reason}")]) from None
