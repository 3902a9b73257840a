"""Run one layout in a process of its own, bounded in time and memory."""

from __future__ import annotations

import gc
import multiprocessing
import resource
import signal
import tempfile
import time
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

from bulletin_press import startup
from bulletin_press.config import Limits
from bulletin_press.editions.pdf import shortcuts
from bulletin_press.editions.pdf.composition import Composition
from bulletin_press.editions.pdf.engine import lay_out
from bulletin_press.editions.pdf.layout import Layout

ENDING = frozenset({signal.SIGINT, signal.SIGTERM})  # held back until the child has its own ways


class LayoutError(Exception):
    """The layout did not come to an end; the message says why."""


class LimitError(LayoutError):
    """The layout took more time or memory than the publication allows."""


class Running:
    """A layout of ``composition`` that a child process has begun.

    ``plain`` has the engine take no shortcuts.
    """

    def __init__(self, composition: Composition, limits: Limits, plain: bool = False) -> None:
        context = multiprocessing.get_context("fork")
        self._limits, self._ends = limits, time.monotonic() + limits.seconds
        self._folder = tempfile.TemporaryDirectory(prefix="bulletin-press-")
        self._receiver, sender = context.Pipe(duplex=False)
        arguments = (self._receiver, sender, composition, limits, Path(self._folder.name), plain)
        self._child = context.Process(target=_work, args=arguments, daemon=True)
        before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
        try:
            try:
                self._child.start()
            finally:
                signal.pthread_sigmask(signal.SIG_SETMASK, before)
        except BaseException:
            if self._child.pid:
                self.end()
            raise
        sender.close()

    def result(self) -> Layout:
        """The layout, once it is there; to be asked for once.

        Raises LimitError past the limits, LayoutError, with the child's traceback, if it fails.
        """
        limits = self._limits
        try:
            if not self._receiver.poll(max(self._ends - time.monotonic(), 0)):
                raise LimitError(f"the layout took more than {limits.seconds} s")
            found: Outcome = self._receiver.recv()
        except EOFError:
            self._child.join()
            raise LimitError(
                f"the layout ended early (status {self._child.exitcode}); it may have needed more"
                f" than {limits.megabytes} MB or {limits.seconds} seconds"
            ) from None
        finally:
            self.end()
        return result(found)

    def end(self) -> None:
        """Leave nothing behind, whether or not the layout is done."""
        if self._receiver.closed:
            return
        if self._child.is_alive():
            self._child.terminate()
        self._child.join()
        self._receiver.close()
        self._folder.cleanup()


def _work(
    receiver: Connection,
    sender: Connection,
    composition: Composition,
    limits: Limits,
    folder: Path,
    plain: bool,
) -> None:
    receiver.close()
    gc.disable()  # what is left of the layout goes with the process
    bind(limits, folder, limits.seconds)
    wanted = shortcuts.chosen(plain)
    made = outcome(lambda: lay_out(composition, folder, wanted), limits)
    startup.keep()  # before the result is sent, after which this process is ended
    sender.send(made)
    sender.close()


def bind(limits: Limits, folder: Path, seconds: int | None) -> None:
    """Bound what this process may use, by memory and by ``seconds`` of its processor.

    ``folder`` is for its temporary files.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
    tempfile.tempdir = str(folder)  # what the engine leaves there goes with it
    memory = limits.megabytes * 1024 * 1024
    bounds = {resource.RLIMIT_AS: memory, resource.RLIMIT_CORE: 0}
    if seconds is not None:
        bounds[resource.RLIMIT_CPU] = seconds
    for kind, bound in bounds.items():
        _, hard = resource.getrlimit(kind)
        if hard == resource.RLIM_INFINITY or bound <= hard:
            resource.setrlimit(kind, (bound, hard))


Outcome = Layout | tuple[str, str]


def outcome(work: Callable[[], Layout], limits: Limits) -> Outcome:
    """What ``work`` gives, or, fit for a pipe, why it gave nothing."""
    try:
        return work()
    except MemoryError:
        return "limit", f"the layout needed more than {limits.megabytes} MB"
    except RecursionError:
        return "limit", "the text is nested too deeply to be laid out"
    except BaseException:
        return "failure", traceback.format_exc()


def result(found: Outcome) -> Layout:
    """The layout of an outcome. Raises LimitError or LayoutError."""
    if isinstance(found, Layout):
        return found
    raise LimitError(found[1]) if found[0] == "limit" else LayoutError(found[1])
