"""The relay that takes all mail: where it is, how it is reached, and its password."""

from __future__ import annotations

import ipaddress
import os
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bulletin_press.config import CONFIGURATION_FILE, Publication
from bulletin_press.problems import Location, ProblemsError, problem

ENVIRONMENT = "BULLETIN_PRESS_RELAY_PASSWORD"
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
_LONGEST_PASSWORD = 1000


@dataclass(frozen=True, slots=True)
class Relay:
    """A mail server. ``scheme`` is ``smtp``, ``smtp+starttls`` or ``smtps``.

    ``context`` says whose certificates are trusted, None where nothing is encrypted. After
    ``renew`` messages a connection has served its time: many relays end it then.
    """

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    context: ssl.SSLContext | None = field(default=None, repr=False, compare=False)
    renew: int = 100

    @classmethod
    def of(cls, publication: Publication) -> Relay:
        """The relay that bulletin.toml names.

        Raises ProblemsError if there is none, or one on another machine to which nothing would be
        encrypted (D402), or if its password cannot be had (D403).
        """
        address = urlsplit(publication.delivery.relay)
        host = address.hostname or ""
        if not host:
            raise _refused("[delivery] “relay” is missing: no server takes the mail")
        try:
            port = address.port or _PORTS[address.scheme]
        except ValueError as error:
            raise _refused("[delivery] “relay” has a port beyond 65535") from error
        if address.scheme == "smtp" and not is_loopback(host):
            raise _refused(f"smtp:// sends mail to {host} without encryption")
        user = unquote(address.username or "")
        return cls(
            scheme=address.scheme,
            host=host,
            port=port,
            user=user,
            password=_password(publication) if user else "",
            context=None if address.scheme == "smtp" else ssl.create_default_context(),
        )


def is_loopback(host: str) -> bool:
    """Whether a host name or an IP address is this machine."""
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host == "localhost"


def _refused(message: str) -> ProblemsError:
    return ProblemsError([problem("D402", message, Location(CONFIGURATION_FILE))])


def _password(publication: Publication) -> str:
    given = os.environ.get(ENVIRONMENT, "")
    if given:
        return given
    name = publication.delivery.relay_password_file
    if not name:
        message = "the relay's password is missing"
        raise ProblemsError([problem("D403", message, Location(CONFIGURATION_FILE))])
    return secret(publication.root / name, "D403", "the relay's password").strip("\r\n")


def secret(path: Path, code: str, what: str) -> str:
    """The text of a small file that only its owner may read.

    Raises ProblemsError with ``code`` if it cannot be read, is empty or open to others.
    """
    try:
        with path.open(encoding="utf-8") as file:
            open_to_others = os.fstat(file.fileno()).st_mode & 0o077
            text = file.read(_LONGEST_PASSWORD * 10)
    except (OSError, UnicodeDecodeError) as error:
        raise ProblemsError([problem(code, f"cannot read {what}", Location(path.name))]) from error
    if open_to_others:
        message, hint = f"others may read {what}", f"type: chmod 600 {path.name}"
        raise ProblemsError([problem(code, message, Location(path.name), hint)])
    if not text.strip():
        raise ProblemsError([problem(code, f"{what} is empty", Location(path.name))])
    return text
