"""A process that stays, and lays out one text after another from where they begin to differ."""

from __future__ import annotations

import gc
import multiprocessing
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from bulletin_press.config import Limits
from bulletin_press.editions.pdf import Printed, engine, render, shortcuts, worker
from bulletin_press.editions.pdf.composition import Composition
from bulletin_press.editions.pdf.layout import Glimpse, Layout
from bulletin_press.issue import Issue

_PATIENCE = 5  # seconds for a process that has nothing to do to put away what it keeps


def _unseen(_: Glimpse) -> None:
    """Nobody looks."""


class Resident:
    """Layouts in a process that is started when it is needed, and again when it came to an end."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._child: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._busy = False
        self._sent: dict[str, bytes] | None = None

    def render(
        self, issue: Issue, draft: bool = False, glimpse: Callable[[Glimpse], None] = _unseen
    ) -> Printed:
        """The usual PDF of ``issue``, with the bytes that ``pdf.render`` would give it.

        ``glimpse`` is shown what can be seen before that. Raises ProblemsError as that does.
        """
        return render(issue, draft, begin=partial(_Asked, self, glimpse))

    def close(self) -> None:
        """End the process, at once if it is laying out."""
        if self._pipe:
            self._pipe.close()
        if self._child:
            if not self._busy:
                self._child.join(_PATIENCE)
            self._child.terminate()
            self._child.join()
        if self._folder:
            self._folder.cleanup()
        self._child = self._pipe = self._folder = self._sent = None
        self._busy = False

    def lay_out(
        self, glimpse: Callable[[Glimpse], None], composition: Composition, limits: Limits
    ) -> Layout:
        """The layout of ``composition``. Raises worker.LayoutError."""
        ends = time.monotonic() + limits.seconds
        if limits != self._limits:
            self.close()
            self._limits = limits
        try:
            pipe = self._started()
            self._busy = True
            known = composition.resources == self._sent
            pipe.send(replace(composition, resources={}) if known else composition)
            self._sent = composition.resources
            found: worker.Outcome | Glimpse | None = None
            while found is None or isinstance(found, Glimpse):
                if found:
                    glimpse(found)
                if not pipe.poll(max(ends - time.monotonic(), 0)):
                    raise worker.LimitError(f"the layout took more than {limits.seconds} s")
                found = pipe.recv()
            self._busy = False
            return worker.result(found)
        except (EOFError, BrokenPipeError, ConnectionResetError):
            self.close()
            raise worker.LimitError(
                f"the layout ended early; it may have needed more than {limits.megabytes} MB"
            ) from None
        except BaseException:
            self.close()
            raise

    def _started(self) -> Connection:
        if self._pipe is None or self._child is None or not self._child.is_alive():
            self.close()
            context = multiprocessing.get_context("fork")
            self._pipe, other = context.Pipe()
            self._folder = tempfile.TemporaryDirectory(prefix="bulletin-press-")
            given = (other, self._pipe, self._limits, Path(self._folder.name))
            self._child = context.Process(target=_work, args=given, daemon=True)
            self._child.start()
            other.close()
        return self._pipe


class _Asked:
    """A layout that a resident press makes when it is asked for."""

    def __init__(
        self,
        resident: Resident,
        glimpse: Callable[[Glimpse], None],
        composition: Composition,
        limits: Limits,
    ) -> None:
        self._resident, self._given = resident, (glimpse, composition, limits)

    def result(self) -> Layout:
        return self._resident.lay_out(*self._given)

    def end(self) -> None:
        self._resident.close()


@contextmanager
def opened(limits: Limits) -> Iterator[Resident]:
    """A resident press, closed at the end."""
    resident = Resident(limits)
    try:
        yield resident
    finally:
        resident.close()


def _work(pipe: Connection, others: Connection, limits: Limits, folder: Path) -> None:
    others.close()
    worker.bind(limits, folder, None)
    try:
        composition: Composition = pipe.recv()
        used, first = composition.faces(), True
        with engine.opened(folder, shortcuts.chosen(), used, resuming=True) as session:
            while True:
                seen = None if first else pipe.send
                found = worker.outcome(partial(session.lay_out, composition, seen), limits)
                pipe.send(found)
                if not isinstance(found, Layout):
                    return
                first = False
                gc.collect()
                resources, composition = composition.resources, pipe.recv()
                if not composition.resources:
                    composition = replace(composition, resources=resources)
    except (EOFError, OSError):
        return
