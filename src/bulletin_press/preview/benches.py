"""A bench: the process that sets an issue, as the server starts, asks and ends it."""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable, Callable
from contextlib import suppress

from bulletin_press.preview.work import LENGTH, Look, Order, Setting

_PROGRAM = "bulletin_press.preview.setting"  # by name: the server imports nothing that lays out
_PATIENCE = 2.0  # seconds that a process has to end by itself


class BenchError(Exception):
    """The process ended before it had answered; the message has its exit status."""


async def _reply(replies: asyncio.StreamReader) -> object:
    length = await replies.readexactly(LENGTH)
    return pickle.loads(await replies.readexactly(int.from_bytes(length, "big")))


class Bench:
    """A process that is started when it is first asked, and again after it has ended.

    It leads a session of its own, so that Ctrl-C in the terminal does not reach it, and all that
    it starts can be ended with it.
    """

    def __init__(self) -> None:
        self._process: Process | None = None
        self.show: Callable[[Look], Awaitable[None]] | None = None

    async def ask(self, order: Order) -> Setting:
        """What comes of an order. Whoever gives up waiting has to ``close``.

        What can be seen before is given to ``show``. Raises BenchError.
        """
        process = self._process or await self._start()
        assert process.stdin
        assert process.stdout
        message = pickle.dumps(order)
        try:
            process.stdin.write(len(message).to_bytes(LENGTH, "big") + message)
            await process.stdin.drain()
            while isinstance(reply := await _reply(process.stdout), Look):
                if self.show:
                    await self.show(reply)
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            await self.close()
            said = f"the process that sets the issue ended with status {process.returncode}"
            raise BenchError(said) from error
        assert isinstance(reply, Setting)
        return reply

    async def _start(self) -> Process:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", _PROGRAM,
            stdin=PIPE, stdout=PIPE, start_new_session=True,
        )  # fmt: skip
        return self._process

    async def close(self) -> None:
        """End the process and all that it started."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin:
            process.stdin.close()
        with suppress(ProcessLookupError):
            process.terminate()
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), _PATIENCE)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
