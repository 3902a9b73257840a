"""A carrier: a thread with one connection to the relay, which hands over one message at a time."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import NamedTuple, Protocol

from bulletin_press.distribution.mail import verdict
from bulletin_press.distribution.mail.messages import Reader
from bulletin_press.distribution.mail.post import NotOpenError, Outcome
from bulletin_press.distribution.sending.turns import Result, Task


class Post(Protocol):
    """A connection to a relay, as post.Connection is one."""

    def deliver(self, sender: str, address: str, data: bytes, *, joined: bool = False) -> Outcome:
        """Hand one message over."""

    def close(self) -> None:
        """Take leave."""


class Message(NamedTuple):
    """A task with all that goes over the wire, put together when a carrier takes it up."""

    task: Task
    envelope: str
    reader: Callable[[], Reader]
    join: Callable[[Reader], bytes]
    begun_at: int


class Said(NamedTuple):
    """What a carrier tells the writer: how its message ended, whether it can take another.

    ``refusal`` says why there is no connection, ``fault`` is a fault of the program.
    """

    carrier: Carrier
    result: Result | None = None
    ready: bool = False
    refusal: Outcome | None = None
    fault: BaseException | None = None


class Carrier(threading.Thread):
    """Takes orders: a message, True to try to connect again, False to end."""

    def __init__(
        self, connect: Callable[[], Post], inbox: queue.SimpleQueue[Said], now: Callable[[], int]
    ) -> None:
        super().__init__(daemon=True)
        self.orders: queue.SimpleQueue[Message | bool] = queue.SimpleQueue()
        self._connect, self._inbox, self._now = connect, inbox, now
        self._connection: Post | None = None
        self._fresh = False

    def run(self) -> None:
        """Connect, say so, take an order, again and again."""
        try:
            while self._connected():
                self._inbox.put(Said(self, ready=True))
                while isinstance(order := self.orders.get(), Message):
                    outcome = self._hand_over(order)
                    result = Result(
                        order.task, outcome.kind, outcome.reply, order.begun_at, self._now()
                    )
                    self._inbox.put(Said(self, result, ready=self._connection is not None))
                    if self._connection is None:
                        break
                else:
                    return
        except BaseException as fault:
            self._inbox.put(Said(self, fault=fault))
        finally:
            self._part()

    def _connected(self) -> bool:
        """Whether there is a connection; without one, wait until told to try again or to end."""
        while True:
            try:
                self._connection, self._fresh = self._connect(), True
            except NotOpenError as error:
                self._inbox.put(Said(self, refusal=error.outcome))
                if not self.orders.get():
                    return False
            else:
                return True

    def _hand_over(self, message: Message) -> Outcome:
        """Deliver; once more where a connection that has stood open proves to be closed."""
        try:
            reader = message.reader()
        except ValueError as error:
            return Outcome(verdict.FAILED, str(error), "mail", usable=True)
        data = message.join(reader)
        fresh = self._fresh
        outcome = self._delivered(message.envelope, reader.address, data)
        stale = (
            outcome.kind in (verdict.LOST, verdict.THROTTLED)
            and outcome.step == "mail"
            and not fresh
        )
        if stale:
            self._part()
            try:
                self._connection = self._connect()
            except NotOpenError:
                return outcome
            outcome = self._delivered(message.envelope, reader.address, data)
        return outcome

    def _delivered(self, envelope: str, address: str, data: bytes) -> Outcome:
        assert self._connection is not None
        outcome = self._connection.deliver(envelope, address, data, joined=True)
        self._fresh = False
        if not outcome.usable:
            self._part()
        return outcome

    def _part(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
