"""What a status says: the address is gone, is in trouble for now, or the sender is at fault."""

from __future__ import annotations

import re
from dataclasses import dataclass

HARD, SOFT, REFUSED = "hard", "soft", "refused"
DELAYED, DELIVERED = "delayed", "delivered"
_SERIOUS = (DELIVERED, DELAYED, SOFT, REFUSED, HARD)
_ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.])([45]\d\d)(?![\d.])")
_GONE_NETWORK = ("1", "4", "6", "310", "312")  # no such host, no route, a loop, no such domain
_OUR_ADDRESS = ("7", "8")  # X.1.7 and X.1.8 complain of the sender's address
_NOBODY = re.compile(
    r"(?i)\b(?:no (?:such|mailbox)|unknown) ?(?:user|mailbox|recipient|address|here)?\b"
    r"|\b(?:user|mailbox|recipient|address|account)\b[^.\n]{0,60}?\b(?:unknown|not found|disabled"
    r"|does(?: not|n.t) exist|unavailable|inactive|invalid|not exist)"
)
_POLICY = re.compile(r"(?i)spam|polic(?:y|ies)|block|black|reputation|denied|dmarc|spf|dkim")


@dataclass(frozen=True, slots=True)
class Recipient:
    """What a report says of one recipient: an address as given, RFC 3464 action, status, reply."""

    address: str = ""
    action: str = ""
    status: str = ""
    diagnostic: str = ""

    @property
    def verdict(self) -> str:
        """HARD, SOFT, REFUSED (the sender's fault), DELAYED (still tried) or DELIVERED.

        A failure is weighed by its status (RFC 3463), never by the action alone: many servers say
        “failed” of a mailbox that is full, or of a sender they will not hear.
        """
        if self.action in ("delivered", "relayed", "expanded"):
            return DELIVERED
        if self.action == "delayed":
            return DELAYED
        return verdict(self.code, self.diagnostic)

    @property
    def code(self) -> str:
        """The status; that of the reply instead where the report's own says nothing."""
        given = _ENHANCED.search(self.status)
        if given and (given[2], given[3]) != ("0", "0"):
            return given[0]
        told = _ENHANCED.search(self.diagnostic)
        return told[0] if told else given[0] if given else ""


def verdict(status: str, reply: str = "") -> str:
    """HARD, SOFT or REFUSED for a status such as ``5.1.1`` (RFC 3463) and a server's words.

    What is not known to be final counts as SOFT, which ends a subscription only after several.
    """
    found = _ENHANCED.search(status)
    if not found:
        code = _REPLY.search(reply)
        return _by_words(reply) if code and code[1].startswith("5") else SOFT
    family, subject, detail = found.groups()
    if family != "5":
        return SOFT
    if subject == "1":
        return REFUSED if detail in _OUR_ADDRESS else HARD
    if subject == "2":
        return {"1": HARD, "3": REFUSED}.get(detail, SOFT)
    if subject == "4":
        return HARD if detail in _GONE_NETWORK else SOFT
    if (subject, detail) in (("0", "0"), ("5", "0")):
        return _by_words(reply)
    return REFUSED if subject in ("5", "6", "7") or (subject, detail) == ("3", "4") else SOFT


def _by_words(reply: str) -> str:
    if _POLICY.search(reply):
        return REFUSED
    code = _REPLY.search(reply)
    gone = code and code[1] in ("550", "551", "553") and _NOBODY.search(reply)
    return HARD if gone else SOFT


def of_report(recipients: tuple[Recipient, ...], address: str | None) -> Recipient:
    """The recipient who decides: the one with the reader's address, else the mildest verdict.

    A reader's address may stand for several mailboxes of which one fails; with one of them
    served, the reader is.
    """
    named = [one for one in recipients if address and one.address.casefold() == address.casefold()]
    return min(named or recipients, key=lambda one: _SERIOUS.index(one.verdict))
