"""Several works side by side, each in a process of its own, and as many at once as are allowed."""

from __future__ import annotations

import multiprocessing
import pickle
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from multiprocessing import connection
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from typing import Any, TypeVar

from bulletin_press import kept
from bulletin_press.config import BUILD_FOLDER
from bulletin_press.problems import Location, ProblemsError, problem

_Result = TypeVar("_Result")
_Running = dict[Connection, tuple[int, ForkProcess]]
_ENDING = frozenset({signal.SIGINT, signal.SIGTERM})  # held back while a process is begun
_PATIENCE = 2.0  # seconds that a process has to end
_ENDED = 143  # the status of a process that was told to end


def side_by_side(
    works: Sequence[Callable[[], _Result]],
    most: int,
    show: Callable[[int], None] = lambda done: None,
) -> list[_Result]:
    """What the works return, in their order; at most so many processes are at work at once.

    A single work, or ``most`` of one, needs no other process. ``show`` is told how many are done.
    What a work raises is raised here, with the traceback of its process as a note; then, as with
    Ctrl-C, the others are ended first. Raises ProblemsError (E102) if one is ended from outside.
    """
    if most < 2 or len(works) < 2:
        return [_shown(work, number, show) for number, work in enumerate(works, 1)]
    found: dict[int, Any] = {}
    running: _Running = {}
    waiting = list(enumerate(works))
    try:
        show(0)
        while waiting or running:
            while waiting and len(running) < most:
                number, work = waiting.pop(0)
                _begin(work, number, running)
            for ready in connection.wait(list(running)):
                assert isinstance(ready, Connection)
                number, process = running[ready]
                found[number] = _received(ready, process)
                del running[ready]
                show(len(found))
    finally:
        _end(running)
    return [found[number] for number in range(len(works))]


def _shown(work: Callable[[], _Result], number: int, show: Callable[[int], None]) -> _Result:
    result = work()
    show(number)
    return result


def _begin(work: Callable[[], object], number: int, running: _Running) -> None:
    """Begin a process at the work; ``running`` has it by where its result comes from."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(work, receiver, sender))
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    try:
        process.start()
        running[receiver] = number, process
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    sender.close()


def _end(running: _Running) -> None:
    """End all, and tell again one that did not hear: what is raised in a finalizer is lost."""
    for _, process in running.values():
        process.terminate()
    for receiver, (_, process) in running.items():
        process.join(_PATIENCE)
        while process.is_alive():
            process.terminate()
            process.join(_PATIENCE)
        receiver.close()


def _received(receiver: Connection, process: ForkProcess) -> object:
    """The result that a process sends. Raises what the work raised."""
    try:
        done, result = receiver.recv()
    except EOFError:
        process.join()
        message = f"a process that made an issue was ended from outside ({process.exitcode})"
        hint = "see whether there is enough memory, or take fewer --jobs"
        raise ProblemsError([problem("E102", message, Location(BUILD_FOLDER), hint)]) from None
    process.join()
    receiver.close()
    if not done:
        raise result
    return result


def _work(work: Callable[[], object], receiver: Connection, sender: Connection) -> None:
    """Do the work in this process, which its parent alone tells when to end."""
    receiver.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(_ENDED))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
    try:
        with kept.using(kept.store()):
            sender.send((True, work()))
    except Exception as error:
        error.add_note(traceback.format_exc())
        sender.send((False, _sendable(error)))
    finally:
        sender.close()


def _sendable(error: Exception) -> Exception:
    """The error, or one that says the same where it cannot leave its process."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError("".join(traceback.format_exception(error)))
    return error
