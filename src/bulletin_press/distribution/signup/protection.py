"""What keeps the sign-up pages from being used against others: headers, stamps, networks."""

from __future__ import annotations

import hmac
import re
from ipaddress import IPv6Address, ip_address, ip_network

from starlette.datastructures import Address

from bulletin_press.distribution.clock import DAY, SECOND
from bulletin_press.distribution.keys import Keys

QUICKEST = 3 * SECOND  # nobody fills in the form in less
LONGEST = DAY  # how long a form may stay open
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'"
    )
}


def stamp(keys: Keys, now: int) -> str:
    """A text that proves later when a form was given out."""
    return f"{now}.{keys.mark('form', now)}"


def age(keys: Keys, now: int, stamped: str) -> int | None:
    """How old a stamp is in milliseconds; None for one that these keys did not make."""
    number = stamped.partition(".")[0]
    if not re.fullmatch(r"[1-9][0-9]{0,15}", number):
        return None
    made = stamp(keys, int(number)).encode()
    return now - int(number) if hmac.compare_digest(made, stamped.encode()) else None


def origin(keys: Keys, client: Address | None) -> str:
    """The keyed hash of the network a request comes from: an IPv4 address, or 64 bits of IPv6.

    A client that is not known stands for all of them.
    """
    try:
        address = ip_address(client.host.partition("%")[0] if client else "")
    except ValueError:
        return keys.mark("network", "unknown")
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or ip_network((int(address), 64), strict=False)[0]
    return keys.mark("network", str(address))
