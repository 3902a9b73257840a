"""Workers that evaluate cases side by side; one that dies is a finding and is replaced."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.fuzz.case import Case
from tests.fuzz.worker import receive, send

ROOT = Path(__file__).resolve().parents[2]
WALL_SECONDS = 120
RENEWED_AFTER = 3000


class Worker:
    """A child process, started when needed; ``source`` is the folder of the package to try."""

    def __init__(self, source: Path = ROOT / "src") -> None:
        self.source = source
        self.process: Any = None
        self.done = 0

    def evaluate(self, case: Case) -> list[str]:
        """The findings of a case, in the child."""
        if self.process is None or self.done >= RENEWED_AFTER:
            self.close()
            self._start()
        assert self.process is not None
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.done += 1
        timer = threading.Timer(WALL_SECONDS, self.process.kill)
        timer.start()
        try:
            send(self.process.stdin, case)
            found = receive(self.process.stdout)
        except (BrokenPipeError, EOFError):
            found = None
        finally:
            timer.cancel()
        if found is not None:
            return list(found)
        status = self.process.wait()
        self.process = None
        if status == -signal.SIGXCPU:
            return ["time: reading takes too long"]
        return [f"death: the reading process ended with {status}"]

    def _start(self) -> None:
        environment = dict(os.environ, PYTHONHASHSEED="0", PYTHONDONTWRITEBYTECODE="1")
        environment["PYTHONPATH"] = os.pathsep.join((str(self.source), str(ROOT)))
        self.done = 0
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.fuzz.worker"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, env=environment,
        )  # fmt: skip

    def close(self) -> None:
        """End the child."""
        if self.process is not None:
            assert self.process.stdin is not None
            assert self.process.stdout is not None
            self.process.stdin.close()
            self.process.stdout.close()
            self.process.wait()
            self.process = None


def run(
    cases: Iterator[Case], count: int, found: Callable[[Case, list[str]], bool],
    source: Path = ROOT / "src",
) -> int:  # fmt: skip
    """Evaluate cases by ``count`` workers until they end or ``found`` returns True.

    ``found`` is called, by one thread at a time, for every case that has findings. Returns how
    many cases were evaluated.
    """
    lock, stop = threading.Lock(), threading.Event()
    total = [0]
    failures: queue.SimpleQueue[BaseException] = queue.SimpleQueue()

    def work() -> None:
        worker = Worker(source)
        try:
            while not stop.is_set():
                with lock:
                    case = next(cases, None)
                    total[0] += case is not None
                if case is None:
                    return
                findings = worker.evaluate(case)
                if findings:
                    with lock:
                        if not stop.is_set() and found(case, findings):
                            stop.set()
        except BaseException as error:
            failures.put(error)
            stop.set()
        finally:
            worker.close()

    threads: list[Any] = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if not failures.empty():
        raise failures.get()
    return total[0]
