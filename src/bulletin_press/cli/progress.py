"""The progress of a mailing on stderr: a live bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator

import click

Show = Callable[[int, str], None]
_SECONDS = 10.0


@contextlib.contextmanager
def shown(issue: str, readers: int) -> Iterator[Show]:
    """A function that shows how many of the readers are done with, and a sentence beside it."""
    if sys.stderr.isatty():
        with _bar(issue, readers) as show:
            yield show
    else:
        yield _lines(issue, readers)


@contextlib.contextmanager
def _bar(issue: str, readers: int) -> Iterator[Show]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    columns = (
        TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(),
        TimeRemainingColumn(), TextColumn("{task.fields[said]}", markup=False),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), refresh_per_second=4) as progress:
        task = progress.add_task(Text(issue).plain, total=readers, said="")
        yield lambda done, said: progress.update(task, completed=done, said=said)


def _lines(issue: str, readers: int) -> Show:
    told, at = "", -_SECONDS

    def show(done: int, said: str) -> None:
        nonlocal told, at
        now = time.monotonic()
        if said != told or now - at >= _SECONDS:
            line = f"{issue}: {done:,} of {readers:,}{'; ' if said else ''}{said}"
            click.echo(line, err=True)
            told, at = said, now

    return show
