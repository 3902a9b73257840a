"""The checks of configured values: each returns the value, or raises ValueError for its form."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z")
_ISSN = re.compile(r"[0-9]{4}-[0-9]{3}[0-9X]\Z")
_NO_TEXT = ("Cc", "Cn", "Cs", "Zl", "Zp")
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")


def language_tag(value: str) -> str:
    """Return the BCP 47 tag ``value``; raise ValueError for another form (RFC 5646 §2.1)."""
    if not _TAG.match(value):
        raise ValueError("a language tag such as en-US or az")
    return value


def issn(value: str) -> str:
    """Return the ISSN ``value``; raise ValueError for a wrong form or check digit (ISO 3297)."""
    if not _ISSN.match(value):
        raise ValueError("an ISSN such as 1234-5679")
    digits = value.replace("-", "")
    total = sum(
        weight * int(digit) for weight, digit in zip(range(8, 1, -1), digits[:7], strict=True)
    )
    check = "0123456789X"[-total % 11]
    if digits[7] != check:
        raise ValueError(f"an ISSN whose check digit is right (here {value[:8]}{check})")
    return value


def identifier(value: str) -> str:
    """Small letters, digits and single hyphens."""
    if not _ID.match(value):
        raise ValueError("small letters, digits and hyphens, such as foreign-bulletin")
    return value


def line(value: str) -> str:
    """One line of text, without blanks around it."""
    if not value.strip() or any(unicodedata.category(sign) in _NO_TEXT for sign in value):
        raise ValueError("one line of text")
    return value.strip()


def web_address(value: str) -> str:
    """An address of http or https; it ends with a slash."""
    if not re.match(r"https?://[^\s/?#@]+(/[^\s?#]*)?\Z", value):
        raise ValueError("a web address such as https://bulletin.example.org/")
    return value if value.endswith("/") else value + "/"


def among(*choices: str) -> Callable[[str], str]:
    """A check for one of ``choices``."""

    def check(value: str) -> str:
        if value not in choices:
            raise ValueError("one of " + ", ".join(choices))
        return value

    return check


def whole(low: int, high: int) -> Callable[[int], int]:
    """A check for a whole number from ``low`` to ``high``."""

    def check(value: int) -> int:
        if not low <= value <= high:
            raise ValueError(f"a whole number from {low} to {high}")
        return value

    return check


def matching(pattern: str, example: str) -> Callable[[str], str]:
    """A check for text that the whole ``pattern`` matches."""

    def check(value: str) -> str:
        if not re.match(rf"(?:{pattern})\Z", value):
            raise ValueError(example)
        return value

    return check


def mailbox(value: str) -> str:
    """A mail address, alone or as ``Name <address>``, in a form that is safe in a header."""
    found = re.match(
        r"([^<>\"]+ )?<?([^\s<>@\",:;]+@[A-Za-z0-9.-]+\.[A-Za-z0-9-]+)>?\Z", line(value)
    )
    if not found or (not value.isascii() and not found[1]) or not found[2].isascii():
        raise ValueError("a mail address, such as Bulletin <bulletin@example.org>")
    if bool(found[1]) != value.endswith(">"):
        raise ValueError("a mail address, such as Bulletin <bulletin@example.org>")
    return value.strip()


def domain_rates(value: Mapping[str, Any]) -> Mapping[str, int]:
    """Messages a minute by domain, in small letters."""
    for name, rate in value.items():
        host(name)
        if type(rate) is not int or not 1 <= rate <= 1_000_000:
            raise ValueError("a whole number of messages a minute for each domain")
    return MappingProxyType({name.lower(): rate for name, rate in value.items()})


host = matching(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", "a domain such as bounces.example.org")
database = matching(
    r"sqlite:///[^\s?]+|postgresql(\+psycopg)?://\S+", "sqlite:///FILE or postgresql://…"
)
relay = matching(
    r"smtp(\+starttls|s)?://([^\s/@:]+@)?(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?/?",
    "a relay such as smtp+starttls://user@relay.example.org:587, without its password",
)
