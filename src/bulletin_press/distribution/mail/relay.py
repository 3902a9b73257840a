"""The relay that takes all mail: where it is, how it is reached, and its password."""

from __future__ import annotations

import base64
import ipaddress
import os
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from bulletin_press.config import CONFIGURATION_FILE, Publication
from bulletin_press.distribution import secretfile
from bulletin_press.distribution.mail.signing import Signer
from bulletin_press.problems import Location, ProblemsError, problem

ENVIRONMENT = "BULLETIN_PRESS_RELAY_PASSWORD"
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds to wait; the defaults are those of RFC 5321 §4.5.3.2.

    ``block`` is for each 256 kB of a message, ``end`` for the reply to its final dot.
    """

    connect: float = 30
    command: float = 300
    data: float = 120
    block: float = 180
    end: float = 600
    quit: float = 5


@dataclass(frozen=True, slots=True)
class Relay:
    """A mail server. ``scheme`` is ``smtp``, ``smtp+starttls`` or ``smtps``.

    ``context`` says whose certificates are trusted, None where nothing is encrypted. After
    ``renew`` messages a connection has served its time: many relays end it then. ``sign`` signs a
    message where the relay does not.
    """

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    context: ssl.SSLContext | None = field(default=None, repr=False, compare=False)
    renew: int = 100
    sign: Callable[[bytes], bytes] | None = field(default=None, repr=False, compare=False)

    @classmethod
    def of(cls, publication: Publication) -> Relay:
        """The relay that bulletin.toml names.

        Raises ProblemsError if there is none, or one on another machine to which nothing would be
        encrypted (D402), if its password cannot be had (D403), or the key that signs (D404).
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
        signer = Signer.of(publication)
        return cls(
            scheme=address.scheme,
            host=host,
            port=port,
            user=user,
            password=_password(publication) if user else "",
            context=None if address.scheme == "smtp" else ssl.create_default_context(),
            sign=signer.sign if signer else None,
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
    return secretfile.read(publication.root / name, "D403", "the relay's password").strip("\r\n")


def encoded(text: str) -> str:
    """Text in Base64, as AUTH wants it."""
    return base64.b64encode(text.encode()).decode()


def plain_login(relay: Relay) -> str:
    """What AUTH PLAIN says (RFC 4616 §2)."""
    return encoded(f"\0{relay.user}\0{relay.password}")


def secret_forms(relay: Relay) -> tuple[str, ...]:
    """What must not be shown if a relay repeats it."""
    if not relay.password:
        return ()
    return (plain_login(relay), encoded(relay.password), relay.password)
