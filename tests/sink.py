"""A scripted SMTP server for tests: any reply, drop or stall at any step, and what it accepted.

``Sink(Rule("rcpt", "550 5.1.1 no such mailbox", match="gone@"))`` serves while its ``with`` block
runs, in threads. As a program, ``python -m tests.sink --port 0 --log FILE`` prints its port and
serves until it is killed; FILE gets a line of JSON for each message that it accepted, written
before it answers. ``--delay 1 12`` waits so many milliseconds between the two, and
``--rule STEP DO EVERY`` does something else than answer at every so manieth step.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import random
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import BinaryIO

STEPS = (
    "greeting", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "body", "dot", "rset", "quit",
)  # fmt: skip
DROP = "drop"  # the connection ends without a reply
STALL = "stall"  # nothing is said any more
LOST = "lost"  # at the dot: accepted, then the connection ends without a reply
MUTE = "mute"  # at the dot: accepted, then nothing is said any more


@dataclass(frozen=True)
class Rule:
    """What happens at a step instead of the usual: a reply as text, or one of the words above.

    Applies where ``match`` is found in the command, from the one after ``after`` on, to every
    ``every``-th, at most ``times``. What is counted are such steps of the whole server, or, with
    ``session``, the messages accepted on the connection. 421 ends the connection, as ``ends`` does.
    """

    step: str
    do: str
    match: str = ""
    after: int = 0
    every: int = 1
    times: int = 1_000_000_000
    session: bool = False
    ends: bool = False


@dataclass(frozen=True)
class Accepted:
    """A message for which the server answered, or would have: it is responsible for it."""

    sender: str
    recipients: tuple[str, ...]
    message_id: str
    sha256: str
    octets: int
    at: float
    connection: int
    data: bytes = field(repr=False, default=b"")


class Ended(Exception):  # noqa: N818
    """The connection is over."""


class Sink:
    """The server; ``commands`` holds all that clients said, with the number of the connection."""

    def __init__(
        self,
        *rules: Rule,
        port: int = 0,
        features: Sequence[str] = ("PIPELINING", "SIZE 50000000", "8BITMIME"),
        log: Path | None = None,
        delay: tuple[float, float] = (0, 0),
        context: ssl.SSLContext | None = None,
        implicit: bool = False,
        keep: bool = True,
        lenient: bool = False,
    ) -> None:
        self.rules = rules
        self.features = features
        self.delay = delay
        self.context = context
        self.implicit = implicit
        self.keep = keep
        self.lenient = lenient
        self.accepted: list[Accepted] = []
        self.commands: list[tuple[int, bytes]] = []
        self.connections = 0
        self.lock = threading.Lock()
        self.over = threading.Event()
        self._counts = [0] * len(rules)
        self._used = [0] * len(rules)
        self._log = (
            None if log is None else os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        )
        self._listener = socket.create_server(("127.0.0.1", port), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        self._sockets: set[socket.socket] = set()
        self._threads = [threading.Thread(target=self._listen, daemon=True)]
        self._threads[0].start()

    def __enter__(self) -> Sink:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all connections, and wait for their threads."""
        self.over.set()
        with self.lock:
            listed = [self._listener, *self._sockets]
        for one in listed:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        self._listener.close()
        if self._log is not None:
            os.close(self._log)
            self._log = None

    def said(self, start: bytes) -> list[bytes]:
        """The commands that begin with ``start``."""
        with self.lock:
            return [line for _, line in self.commands if line.upper().startswith(start)]

    def accept(self, message: Accepted) -> None:
        """Take responsibility: on the disk before anybody is told."""
        with self.lock:
            self.accepted.append(message)
            if self._log is not None:
                shown = {name: value for name, value in asdict(message).items() if name != "data"}
                os.write(self._log, json.dumps(shown).encode() + b"\n")
        if self.delay[1]:
            time.sleep(random.uniform(*self.delay) / 1000)

    def rule(self, step: str, command: str, accepted: int) -> Rule | None:
        """The rule that applies now, if any."""
        with self.lock:
            for index, rule in enumerate(self.rules):
                if rule.step != step or not re.search(rule.match, command):
                    continue
                self._counts[index] += 1
                count = accepted if rule.session else self._counts[index] - 1
                if count < rule.after or (count - rule.after + 1) % rule.every:
                    continue
                if self._used[index] < rule.times:
                    self._used[index] += 1
                    return rule
        return None

    def _listen(self) -> None:
        while not self.over.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self.lock:
                self.connections += 1
                self._sockets.add(connection)
                number = self.connections
                thread = threading.Thread(target=self._serve, args=(connection, number))
                self._threads = [one for one in self._threads if one.is_alive()] + [thread]
            thread.start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        session = Session(self, connection, number)
        try:
            session.run()
        except (Ended, OSError, ValueError):
            pass
        finally:
            session.close()
            with self.lock:
                self._sockets.discard(connection)
            connection.close()


class Session:
    """One connection: RFC 5321's order of commands is kept to, and 503 said to any other."""

    def __init__(self, sink: Sink, connection: socket.socket, number: int) -> None:
        self.sink = sink
        self.number = number
        self.socket = connection
        self.lines: BinaryIO | None = None
        self.sender: str | None = None
        self.recipients: list[str] = []
        self.sent = 0
        self.secured = False

    def run(self) -> None:
        if self.sink.implicit:
            self.secure()
        self.lines = self.socket.makefile("rb")
        self.reply("greeting", "220 sink.example.org ESMTP")
        for line in self.read():
            with self.sink.lock:
                self.sink.commands.append((self.number, line))
            verb, _, rest = line.decode("latin-1").strip().partition(" ")
            handler = getattr(self, f"on_{verb.lower()}", None)
            if handler is None:
                self.say("500 5.5.1 no such command")
            else:
                handler(rest)

    def read(self) -> Iterator[bytes]:
        while self.lines and (line := self.lines.readline(100_000)):
            yield line

    def close(self) -> None:
        with contextlib.suppress(OSError):
            if self.lines:
                self.lines.close()
            if self.secured:
                self.socket.close()

    def secure(self) -> None:
        assert self.sink.context
        self.socket = self.sink.context.wrap_socket(self.socket, server_side=True)
        self.secured = True

    def say(self, reply: str) -> None:
        self.socket.sendall(reply.encode("latin-1") + b"\r\n")
        if reply.startswith("421"):
            raise Ended

    def reply(self, step: str, usual: str, command: str = "") -> str:
        """Say the usual, or do what a rule says; returns what was said."""
        rule = self.sink.rule(step, command, self.sent)
        if rule is None:
            self.say(usual)
            return usual
        if rule.do in (DROP, LOST):
            raise Ended
        if rule.do in (STALL, MUTE):
            self.sink.over.wait()
            raise Ended
        self.say(rule.do)
        if rule.ends:
            raise Ended
        return rule.do

    def on_ehlo(self, name: str) -> None:
        offered = [one for one in self.sink.features if one != "STARTTLS" or not self.secured]
        lines = [f"sink.example.org greets {name}", *offered]
        *firsts, last = lines
        self.reply("ehlo", "".join(f"250-{one}\r\n" for one in firsts) + f"250 {last}")

    def on_helo(self, name: str) -> None:
        self.say("250 sink.example.org")

    def on_starttls(self, _: str) -> None:
        if self.reply("starttls", "220 2.0.0 go on").startswith("2"):
            self.secure()
            self.lines = self.socket.makefile("rb")

    def on_auth(self, rest: str) -> None:
        if rest.upper().startswith("LOGIN"):
            for asked in ("VXNlcm5hbWU6", "UGFzc3dvcmQ6"):
                self.say(f"334 {asked}")
                line = self.lines.readline() if self.lines else b""
                with self.sink.lock:
                    self.sink.commands.append((self.number, line))
        self.reply("auth", "235 2.7.0 welcome", rest)

    def on_mail(self, rest: str) -> None:
        if self.sender is not None:
            self.say("503 5.5.1 sender already specified")
        elif self.reply("mail", "250 2.1.0 ok", rest).startswith("2"):
            self.sender = rest.partition("<")[2].partition(">")[0]

    def on_rcpt(self, rest: str) -> None:
        if self.sender is None:
            self.say("503 5.5.1 no sender")
        elif self.reply("rcpt", "250 2.1.5 ok", rest).startswith("2"):
            self.recipients.append(rest.partition("<")[2].partition(">")[0])

    def on_data(self, _: str) -> None:
        if self.sender is None:
            self.say("503 5.5.1 no sender")
            return
        if not self.recipients and not self.sink.rule("early-data", "", self.sent):
            self.say("554 5.5.1 no valid recipients")
            return
        if self.reply("data", "354 go on").startswith("3"):
            self.take()

    def take(self) -> None:
        command = f"{self.sender} {self.recipients}"
        body = self.sink.rule("body", command, self.sent)
        ends = (b".\r\n", b".\n") if self.sink.lenient else (b".\r\n",)
        data, before = bytearray(), b"\r\n"
        for line in self.read():
            if line in ends and (self.sink.lenient or before.endswith(b"\r\n")):
                break
            data += line[1:] if line.startswith(b".") else line
            before = line
            if body is not None and len(data) > 100:
                self.stop(body)
        else:
            raise Ended
        self.finish(bytes(data), command)

    def stop(self, rule: Rule) -> None:
        if rule.do == STALL:
            self.sink.over.wait()
        elif rule.do != DROP:
            self.say(rule.do)
        raise Ended

    def finish(self, data: bytes, command: str) -> None:
        if not self.recipients:
            self.sender = None
            self.say("554 5.5.1 no valid recipients")
            return
        rule = self.sink.rule("dot", command, self.sent)
        if rule is None or rule.do in (LOST, MUTE) or not re.match("[45]|drop|stall", rule.do):
            found = re.search(rb"(?mi)^Message-ID:\s*<([^>]*)>", data)
            self.sent += 1
            self.sink.accept(
                Accepted(
                    self.sender or "",
                    tuple(self.recipients),
                    found[1].decode("latin-1") if found else "",
                    hashlib.sha256(data).hexdigest(),
                    len(data),
                    time.time(),
                    self.number,
                    data if self.sink.keep else b"",
                )
            )
        self.sender, self.recipients = None, []
        if rule is None:
            self.say(f"250 2.0.0 queued as {self.number}-{self.sent}")
        elif rule.do in (DROP, LOST):
            raise Ended
        elif rule.do in (STALL, MUTE):
            self.sink.over.wait()
            raise Ended
        else:
            self.say(rule.do)
            if rule.ends:
                raise Ended

    def on_rset(self, _: str) -> None:
        self.sender, self.recipients = None, []
        self.reply("rset", "250 2.0.0 ok")

    def on_noop(self, _: str) -> None:
        self.say("250 2.0.0 ok")

    def on_quit(self, _: str) -> None:
        self.reply("quit", "221 2.0.0 goodbye")
        raise Ended


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--delay", type=float, nargs=2, default=(0, 0), metavar=("MIN", "MAX"))
    parser.add_argument("--rule", nargs=3, action="append", default=[])
    given = parser.parse_args()
    rules = [Rule(step, do, every=int(every)) for step, do, every in given.rule]
    sink = Sink(*rules, port=given.port, log=given.log, delay=tuple(given.delay), keep=False)
    print(sink.port, flush=True)
    sink.over.wait()


if __name__ == "__main__":
    main()
