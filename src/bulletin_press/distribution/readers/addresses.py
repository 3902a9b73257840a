"""Mail addresses: one form of each that is safe on the wire, and what makes two the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

MAXIMUM_LENGTH = 254  # RFC 5321 §4.5.3.1.3, less the angle brackets
_MAXIMUM_LOCAL = 64  # RFC 5321 §4.5.3.1.1
_INVISIBLE = ("Cc", "Cf", "Zl", "Zp", "Zs")
_ANY = re.compile(r"<?[^\s<>(),;:\[\]]*@[^\s<>(),;:\[\]]*>?")
_SAFE = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[a-z0-9.-]+\Z")
_GROUPS = {
    domain: group
    for group, domains in (
        ("gmail.com", "googlemail.com"),
        (
            "outlook.com",
            "hotmail.com hotmail.co.uk hotmail.de hotmail.es hotmail.fr hotmail.it live.ca"
            " live.co.uk live.com live.de live.fr live.it live.nl msn.com outlook.de outlook.es"
            " outlook.fr outlook.it passport.com windowslive.com",
        ),
        (
            "yahoo.com",
            "rocketmail.com yahoo.ca yahoo.co.in yahoo.co.uk yahoo.com.au yahoo.com.br"
            " yahoo.com.tr yahoo.de yahoo.es yahoo.fr yahoo.in yahoo.it ymail.com",
        ),
        ("icloud.com", "mac.com me.com"),
        ("aol.com", "aim.com aol.co.uk aol.de aol.fr love.com"),
        ("gmx.net", "gmx.at gmx.ch gmx.com gmx.de web.de"),
        ("mail.ru", "bk.ru inbox.ru internet.ru list.ru"),
        (
            "yandex.ru",
            "ya.ru yandex.az yandex.by yandex.com yandex.com.tr yandex.kz yandex.ua yandex.uz",
        ),
        ("proton.me", "pm.me protonmail.ch protonmail.com"),
        ("kindle.com", "free.kindle.com kindle.cn"),
        ("orange.fr", "wanadoo.fr"),
    )
    for domain in domains.split()
}


def normalise(text: str) -> str:
    """The address in its one form: ASCII, the domain in small letters as the DNS has it.

    Blanks and invisible signs around it are taken off. Raises ValueError with the reason if it is
    no address, or one that not every server takes: with letters beyond ASCII before the @, in
    quotation marks, or with a number for its domain. What is returned needs no quoting in a
    header or an SMTP command (RFC 5321 §4.1.2, RFC 5891).
    """
    from email_validator import EmailNotValidError, validate_email

    trimmed = unicodedata.normalize("NFC", _trim(text))
    if not trimmed:
        raise ValueError("there is no address")
    if len(trimmed) > MAXIMUM_LENGTH:
        raise ValueError(f"an address has at most {MAXIMUM_LENGTH} signs")
    if "@" not in trimmed:
        raise ValueError("an address has an @ in it")
    local, _, domain = trimmed.rpartition("@")
    if not local.isascii():
        raise ValueError("letters beyond a to z before the @ are not taken by every mail server")
    if re.search(r"\s", trimmed):
        raise ValueError("an address has no blanks in it")
    if "." not in domain and domain.isascii():
        raise ValueError("an address ends with a domain, such as example.org")
    if len(local) > _MAXIMUM_LOCAL:
        raise ValueError(f"an address has at most {_MAXIMUM_LOCAL} signs before the @")
    try:
        found = validate_email(
            trimmed, allow_smtputf8=False, check_deliverability=False, test_environment=True
        )
    except EmailNotValidError as error:
        reason = str(error).rstrip(".")
        raise ValueError(reason[:1].lower() + reason[1:]) from error
    name, _, domain = (found.ascii_email or "").rpartition("@")
    address = f"{name}@{domain.lower()}"
    if not _SAFE.match(address) or len(address) > MAXIMUM_LENGTH:
        raise ValueError("the address cannot be used in a mail")
    return address


def comparable(address: str) -> str:
    """What two spellings of one address have in common; the key of an address is made of it."""
    return address.casefold()


def domain_group(address: str) -> str:
    """The domain of an address, one name for all those that one provider's servers receive for."""
    domain = address.rpartition("@")[2].lower()
    return _GROUPS.get(domain, domain)


def group_rates(domains: Mapping[str, int]) -> Mapping[str, int]:
    """Rates by domain as rates by domain group; of two for one group, the lower."""
    rates: dict[str, int] = {}
    for name, rate in domains.items():
        group = domain_group(f"@{name}")
        rates[group] = min(rate, rates.get(group, rate))
    return rates


def blotted(text: str) -> str:
    """A text with every address in it blotted out, whole or broken: there is no @ left."""
    return _ANY.sub("…", text) if "@" in text else text


def _trim(text: str) -> str:
    start, end = 0, len(text)
    while start < end and unicodedata.category(text[start]) in _INVISIBLE:
        start += 1
    while start < end and unicodedata.category(text[end - 1]) in _INVISIBLE:
        end -= 1
    return text[start:end]
