"""One SVG drawn as PNG by resvg; run as a program, within bounds of time and memory."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Iterable

SECONDS = 20
_MEMORY = 2 * 1024 * 1024 * 1024


class DrawingError(Exception):
    """A drawing did not come to an end within the bounds, or cannot be drawn."""


def png(svg: str, width: int, faces: Iterable[str]) -> bytes:
    """``svg`` on white, ``width`` points wide; ``faces`` are the files of the only faces it has.

    For drawings of the press's own. Raises ValueError for one that is no SVG.
    """
    import resvg_py

    data = resvg_py.svg_to_bytes(
        svg_string=svg, width=width, background="#ffffff", skip_system_fonts=True,
        font_files=list(faces), font_family="Source Sans 3", sans_serif_family="Source Sans 3",
        serif_family="Literata", monospace_family="Source Code Pro",
    )  # fmt: skip
    return bytes(data)


def bounded(svg: str, width: int, faces: Iterable[str]) -> bytes:
    """The same for a drawing of others, in a process of its own.

    Raises DrawingError if it takes more than 20 seconds of computing or 2 GB.
    """
    command = [sys.executable, "-P", __file__, str(width), *faces]
    try:
        done = subprocess.run(
            command, input=svg.encode(), capture_output=True, timeout=3 * SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise DrawingError from None
    if done.returncode or not done.stdout:
        raise DrawingError
    return done.stdout


def _main() -> None:
    width, *faces = sys.argv[1:]
    for kind, bound in (
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_AS, _MEMORY),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        if hard == resource.RLIM_INFINITY or bound <= hard:
            resource.setrlimit(kind, (bound, hard))
    svg = sys.stdin.buffer.read().decode()
    sys.stdout.buffer.write(png(svg, int(width), faces))


if __name__ == "__main__":
    _main()
