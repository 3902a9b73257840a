"""The progress of long work on stderr: a live bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator

import click

Show = Callable[[int, str], None]
_SAME, _COUNT, _SENTENCE = 60.0, 10.0, 2.0  # seconds before a line: the same, with a new count …


@contextlib.contextmanager
def shown(issue: str, readers: int) -> Iterator[Show]:
    """A function that shows how many of the readers are done with, and a sentence beside it."""
    if sys.stderr.isatty():
        with _bar(issue, readers) as show:
            yield show
    else:
        yield lines(issue, readers)


@contextlib.contextmanager
def steps(name: str, total: int) -> Iterator[Callable[[int], None]]:
    """A function that shows how many of several works are done, on a terminal only.

    The bar is drawn when it is called and at no other time, so that no thread is at work while
    processes are begun.
    """
    if total < 2 or not sys.stderr.isatty():
        yield lambda done: None
        return
    with _bar(name, total, live=False) as show:
        yield lambda done: show(done, "")


@contextlib.contextmanager
def counted(name: str) -> Iterator[Callable[[int, int, str], None]]:
    """The same for work whose size comes with its first word: how many done, of how many, what."""
    with contextlib.ExitStack() as stack:
        showing: list[Show] = []

        def show(done: int, total: int, said: str) -> None:
            if not showing:
                showing.append(stack.enter_context(shown(name, total)))
            showing[0](done, said)

        yield show


@contextlib.contextmanager
def _bar(issue: str, readers: int, live: bool = True) -> Iterator[Show]:
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
    console = Console(stderr=True)
    with Progress(*columns, console=console, refresh_per_second=4, auto_refresh=live) as progress:
        task = progress.add_task(Text(issue).plain, total=readers, said="")
        yield lambda done, said: progress.update(task, completed=done, said=said, refresh=not live)


def lines(issue: str, readers: int, clock: Callable[[], float] = time.monotonic) -> Show:
    """A function that writes a line for its first call, and then not too many."""
    told, at = (-1, ""), 0.0

    def show(done: int, said: str) -> None:
        nonlocal told, at
        now = clock()
        patience = _SENTENCE if said != told[1] else _COUNT if done != told[0] else _SAME
        if told[0] < 0 or now - at >= patience:
            line = f"{issue}: {done:,} of {readers:,}{'; ' if said else ''}{said}"
            click.echo(line, err=True)
            told, at = (done, said), now

    return show
