"""A mailbox as bulletin.toml names it, and the addresses that are safe on the wire."""

from __future__ import annotations

import re

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
ADDRESS = re.compile(
    rf"(?=[^@]{{1,64}}@)(?=.{{3,254}}\Z){_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*\Z"
)


def parsed(mailbox: str) -> tuple[str, str]:
    """The name, which may be empty, and the address of a configured mailbox."""
    name, _, address = mailbox.rpartition("<")
    return name.strip(), address.rstrip(">").strip()


def domain_of(mailbox: str) -> str:
    """The domain of a configured mailbox or an address, in small letters; empty without one."""
    return parsed(mailbox)[1].rpartition("@")[2].lower()
