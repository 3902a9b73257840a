"""What the Nu HTML checker says of pages and letters."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

from tests.judging import MODULES

JAR = MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"
JAVA = ("java", "-Xss4m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar")


def nu(*pages: str | Path, warnings: bool = False) -> list[str]:
    """Every error in pages, given as HTML or as the paths of files: ``name:line: message``.

    A page given as text has its place in the list as its name. All pages are judged in one run of
    Java, so give many at once. With ``warnings``, what the checker only advises against is listed
    too.
    """
    with tempfile.TemporaryDirectory() as folder:
        names = dict(_files(pages, Path(folder)))
        command = [*JAVA, str(JAR), "--also-check-css", "--also-check-svg", "--format", "json"]
        done = subprocess.run(
            [*command, "--stdout", *map(str, names)], capture_output=True, text=True, check=False
        )
    assert done.stdout.startswith("{"), done.stderr
    found = json.loads(done.stdout)["messages"]
    return [
        f"{names.get(Path(one['url'].removeprefix('file:')), '')}:"
        f"{one.get('lastLine', 0)}: {one['message']}"
        for one in found
        if warnings or one["type"] != "info"
    ]


def _files(pages: Iterable[str | Path], folder: Path) -> Iterable[tuple[Path, str]]:
    for number, page in enumerate(pages):
        if isinstance(page, Path):
            yield page.resolve(), page.name
        else:
            path = folder / f"{number}.html"
            path.write_text(page, "utf-8")
            yield path.resolve(), str(number)
