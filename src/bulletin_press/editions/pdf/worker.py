"""Run one layout in a process of its own, bounded in time and memory."""

from __future__ import annotations

import multiprocessing
import resource
import signal
import tempfile
import traceback
from multiprocessing.connection import Connection
from pathlib import Path

from bulletin_press.config import Limits
from bulletin_press.editions.pdf.composition import Composition
from bulletin_press.editions.pdf.engine import Layout, lay_out


class LayoutError(Exception):
    """The layout did not come to an end; the message says why."""


class LimitError(LayoutError):
    """The layout took more time or memory than the publication allows."""


def run(composition: Composition, limits: Limits) -> Layout:
    """Lay out ``composition`` in a child process.

    Raises LimitError past the limits, LayoutError, with the child's traceback, if it fails.
    """
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    with tempfile.TemporaryDirectory(prefix="bulletin-press-") as folder:
        arguments = (receiver, sender, composition, limits, Path(folder))
        child = context.Process(target=_work, args=arguments, daemon=True)
        child.start()
        sender.close()
        try:
            if not receiver.poll(limits.seconds):
                raise LimitError(f"the layout took more than {limits.seconds} s")
            outcome = receiver.recv()
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
    if isinstance(outcome, Layout):
        return outcome
    raise LimitError(outcome[1]) if outcome[0] == "limit" else LayoutError(outcome[1])


def _work(
    receiver: Connection,
    sender: Connection,
    composition: Composition,
    limits: Limits,
    folder: Path,
) -> None:
    receiver.close()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    memory = limits.megabytes * 1024 * 1024
    for kind, bound in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, limits.seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        if hard == resource.RLIM_INFINITY or bound <= hard:
            resource.setrlimit(kind, (bound, hard))
    try:
        sender.send(lay_out(composition, folder))
    except MemoryError:
        sender.send(("limit", f"the layout needed more than {limits.megabytes} MB"))
    except RecursionError:
        sender.send(("limit", "the text is nested too deeply to be laid out"))
    except BaseException:
        sender.send(("failure", traceback.format_exc()))
    finally:
        sender.close()
