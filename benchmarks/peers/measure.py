"""CPU, time and memory of a command and of all that it starts."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36
_PAUSE = 0.1
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Run:
    """What a command took: seconds, and the most MiB that its processes held together.

    ``failed`` is why there is no result, or nothing.
    """

    cpu: float
    wall: float
    memory: float
    failed: str = ""


def run(
    command: list[str], folder: Path, bound: float, environment: Mapping[str, str] | None = None
) -> Run:
    """Run a command in ``folder``, at most ``bound`` CPU seconds; its output goes to ``log`` there.

    Processes that outlive their parents become children of this one, so that their CPU counts
    too. Memory is the sum of the proportional set sizes, looked at ten times a second, or the
    resident size of the largest process where that is more.
    """
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    with (folder / "log").open("wb") as log:
        began = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        watch = _Watch(bound)
        watch.start()
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
    watch.done.set()
    watch.join()
    process.returncode = code = os.waitstatus_to_exitcode(status)
    usages = [used, *_bury()]
    failed = "" if code == 0 else f"exit status {code}"
    if watch.stopped:
        failed = f"over {bound:.0f} s of CPU"
    cpu = sum(one.ru_utime + one.ru_stime for one in usages)
    largest = max(one.ru_maxrss for one in usages) / 1024
    return Run(cpu, wall, max(watch.most / 1024, largest), failed)


class _Watch(threading.Thread):
    """Looks at the processes below this one, and ends them when they take too much."""

    def __init__(self, bound: float) -> None:
        super().__init__(daemon=True)
        self.done = threading.Event()
        self.most = 0
        self.stopped = False
        self._bound, self._began = bound, time.monotonic()

    def run(self) -> None:
        """Look until done."""
        while not self.done.wait(_PAUSE):
            found = list(_below(os.getpid()))
            self.most = max(self.most, sum(map(_share, found)))
            over = time.monotonic() - self._began > 4 * self._bound
            if over or sum(map(_spent, found)) > self._bound:
                self.stopped = True
                for process in found:
                    _end(process)


def _bury() -> Iterator[resource.struct_rusage]:
    """End what a command has left running, and tell what each took."""
    while True:
        for process in _below(os.getpid()):
            _end(process)
        try:
            yield os.wait3(0)[2]
        except ChildProcessError:
            return


def _end(process: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


def _below(process: int) -> Iterator[int]:
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{process}/task").iterdir():
            for child in (task / "children").read_text("ascii").split():
                yield int(child)
                yield from _below(int(child))


def _share(process: int) -> int:
    """The proportional set size of a process, in KiB."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text("ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


def _spent(process: int) -> float:
    """The CPU seconds of a process and of those that it has waited for."""
    with contextlib.suppress(OSError):
        fields = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / _TICK
    return 0.0
