"""Own DKIM signatures, for a relay that does not sign (RFC 6376; RFC 8463 for Ed25519).

The form is relaxed/simple. Nothing in a signature depends on the time, so that a message sent
again is the same to the octet.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bulletin_press.config import CONFIGURATION_FILE, Publication
from bulletin_press.distribution import secretfile
from bulletin_press.distribution.mail import mime
from bulletin_press.distribution.mail.mailbox import domain_of
from bulletin_press.problems import Location, ProblemsError, problem

SIGNED = (
    b"from", b"to", b"subject", b"date", b"message-id", b"list-id", b"list-unsubscribe",
    b"list-unsubscribe-post", b"content-type", b"mime-version",
)  # fmt: skip
_SHORTEST_KEY = 2048


@dataclass(frozen=True, slots=True)
class Signer:
    """A key whose other half stands in the DNS at ``selector``._domainkey.``domain``."""

    domain: str
    selector: str
    algorithm: str
    signature: Callable[[bytes], bytes] = field(repr=False)

    @classmethod
    def of(cls, publication: Publication) -> Signer | None:
        """The signer that bulletin.toml describes, None if the relay signs.

        Raises ProblemsError (D404) if only a selector or only a key is given, or if the key
        cannot be used: it takes RSA of at least 2048 bits, or Ed25519, in PEM.
        """
        delivery = publication.delivery
        if not delivery.dkim_selector and not delivery.dkim_key_file:
            return None
        if not delivery.dkim_selector or not delivery.dkim_key_file:
            message = "signing needs both “dkim-selector” and “dkim-key-file”"
            raise ProblemsError([problem("D404", message, Location(CONFIGURATION_FILE))])
        algorithm, signature = _key(publication.root / delivery.dkim_key_file)
        domain = domain_of(delivery.sender)
        return cls(domain, delivery.dkim_selector, algorithm, signature)

    def sign(self, data: bytes) -> bytes:
        """A message as it goes over the wire, with its signature in front."""
        message = mime.unstuffed(data)
        end = message.index(b"\r\n\r\n")
        headers = _headers(message[: end + 2])
        names = [name for name in SIGNED if name in headers]
        body = message[end + 4 :].rstrip(b"\r\n") + b"\r\n"
        # From is named twice: nobody can add a second one (RFC 6376 §8.15)
        head = (
            f"DKIM-Signature: v=1; a={self.algorithm}; c=relaxed/simple; d={self.domain};\r\n"
            f" s={self.selector};\r\n h=".encode()
            + b":\r\n  ".join([b":".join(names[:6]), b":".join([*names[6:], b"from"])])
            + b";\r\n bh="
            + base64.b64encode(hashlib.sha256(body).digest())
            + b";\r\n b="
        )
        own = _headers(head + b"\r\n")[b"dkim-signature"]
        listed = b"".join(name + b":" + headers[name] + b"\r\n" for name in names)
        made = base64.b64encode(self.signature(listed + b"dkim-signature:" + own))
        lines = b"\r\n  ".join(made[n : n + 70] for n in range(0, len(made), 70))
        return head + lines + b"\r\n" + data


def _headers(head: bytes) -> dict[bytes, bytes]:
    """Names and values in the relaxed form (RFC 6376 §3.4.2)."""
    found = {}
    for line in re.split(rb"\r\n(?![ \t])", head):
        name, _, value = line.partition(b":")
        found[name.strip().lower()] = b" ".join(value.split())
    return found


def _key(path: Path) -> tuple[str, Callable[[bytes], bytes]]:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    text = secretfile.read(path, "D404", "the key that signs")
    try:
        key = load_pem_private_key(text.encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        message = "the key that signs is not a private key in PEM without a password"
        raise ProblemsError([problem("D404", message, Location(path.name))]) from error
    if isinstance(key, ed25519.Ed25519PrivateKey):
        edwards = key
        return "ed25519-sha256", lambda data: edwards.sign(hashlib.sha256(data).digest())
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= _SHORTEST_KEY:
        modular = key
        return "rsa-sha256", lambda data: modular.sign(data, padding.PKCS1v15(), hashes.SHA256())
    message = f"the key that signs is neither RSA of {_SHORTEST_KEY} bits or more nor Ed25519"
    raise ProblemsError([problem("D404", message, Location(path.name))])
