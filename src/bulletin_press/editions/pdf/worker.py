"""Run one layout in a process of its own, bounded in time and memory."""

from __future__ import annotations

import multiprocessing
import resource
import signal
import tempfile
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

from bulletin_press.config import Limits
from bulletin_press.editions.pdf import shortcuts
from bulletin_press.editions.pdf.composition import Composition
from bulletin_press.editions.pdf.engine import Layout, lay_out


class LayoutError(Exception):
    """The layout did not come to an end; the message says why."""


class LimitError(LayoutError):
    """The layout took more time or memory than the publication allows."""


def run(composition: Composition, limits: Limits, plain: bool = False) -> Layout:
    """Lay out ``composition`` in a child process; ``plain`` has the engine take no shortcuts.

    Raises LimitError past the limits, LayoutError, with the child's traceback, if it fails.
    """
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    with tempfile.TemporaryDirectory(prefix="bulletin-press-") as folder:
        arguments = (receiver, sender, composition, limits, Path(folder), plain)
        child = context.Process(target=_work, args=arguments, daemon=True)
        child.start()
        sender.close()
        try:
            if not receiver.poll(limits.seconds):
                raise LimitError(f"the layout took more than {limits.seconds} s")
            found: Outcome = receiver.recv()
        except EOFError:
            child.join()
            raise LimitError(
                f"the layout ended early (status {child.exitcode}); it may have needed more than"
                f" {limits.megabytes} MB or {limits.seconds} seconds"
            ) from None
        finally:
            if child.is_alive():
                child.terminate()
            child.join()
            receiver.close()
    return result(found)


def _work(
    receiver: Connection,
    sender: Connection,
    composition: Composition,
    limits: Limits,
    folder: Path,
    plain: bool,
) -> None:
    receiver.close()
    bind(limits, limits.seconds)
    wanted = shortcuts.chosen(plain)
    sender.send(outcome(lambda: lay_out(composition, folder, wanted), limits))
    sender.close()


def bind(limits: Limits, seconds: int | None) -> None:
    """Bound what this process may use, by memory and by ``seconds`` of its processor."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
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
