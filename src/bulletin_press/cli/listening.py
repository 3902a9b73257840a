"""Where a verb that serves pages listens."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from bulletin_press.problems import Location, ProblemsError, problem


@contextmanager
def listening(host: str, port: int, verb: str, code: str) -> Iterator[socket.socket]:
    """A socket that listens for ``verb``. Raises ProblemsError with ``code`` if that cannot be."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.create_server((host, port), family=family)
    except OSError as error:
        message = f"cannot listen on {host}, port {port}: {error.strerror}"
        raise ProblemsError([problem(code, message, Location(verb))]) from error
    with listener:
        yield listener
