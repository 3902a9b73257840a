"""What a mail server's reply means for a delivery: whose fault it is, and what follows from it.

After RFC 5321 §4.2 (the code), RFC 3463 (the status in the text) and what relays are known to say.
"""

from __future__ import annotations

import re
import unicodedata

SENT = "sent"
DEFERRED = "deferred"  # this message, for now
FAILED = "failed"  # this reader, for good
TOO_LARGE = "too-large"  # this message, because of its size
THROTTLED = "throttled"  # all messages, until they come slower; no attempt
BLOCKED = "blocked"  # all messages, until a person has done something
LOST = "lost"  # the connection; the message was certainly not taken
DOUBTFUL = "doubtful"  # the connection; nobody knows whether the message was taken
KINDS = (SENT, DEFERRED, FAILED, TOO_LARGE, THROTTLED, BLOCKED, LOST, DOUBTFUL)

_LONGEST = 500
_OPENING = ("greeting", "ehlo", "starttls", "auth")
_STATUS = re.compile(r"([245])\.([0-9]{1,3})\.([0-9]{1,3})\b")
_RATE = re.compile(r"throttl|rate.?limit|(sending|message|maximum) rate|too fast", re.IGNORECASE)
_GREYLIST = re.compile(r"gr[ea]y.?list", re.IGNORECASE)
_MAILBOX, _SYSTEM, _POLICY = "2", "3", "7"  # subjects of a status, RFC 3463 §3
_OUR_SENDER = (("1", "7"), ("1", "8"))
_SIZES = ((_SYSTEM, "4"), (_MAILBOX, "3"))
_QUOTA = ("4", "5")
_IDLE = ("4", "2")
_COMMANDS = (500, 502, 503, 504, 530, 534, 535, 538, 555)  # about what we said, or who we are
_READERS = (550, 551, 553, 556)  # about a mailbox


def kind_of(step: str, code: int, text: str) -> str:
    """The kind, one of KINDS, of a reply of 400 to 599 at a step of the conversation."""
    status = _status(code, text)
    return _temporary(step, code, text, status) if code < 500 else _permanent(step, code, status)


def cleaned(text: bytes, secrets: tuple[str, ...] = ()) -> str:
    """A reply as text that can be printed and kept: one line, at most 500 signs, no secret."""
    decoded = text[: 8 * _LONGEST].decode("utf-8", "replace")
    for one in filter(None, secrets):
        decoded = decoded.replace(one, "…")
    if decoded.isascii() and decoded.isprintable():
        return decoded[:_LONGEST].strip()
    signs = (" " if unicodedata.category(s)[0] in "CZ" else s for s in decoded)
    return " ".join("".join(signs).split())[:_LONGEST]


def _status(code: int, text: str) -> tuple[str, str] | None:
    """Subject and detail of the status at the start of a reply, if it agrees with the code."""
    found = _STATUS.match(text)
    return (found[2], found[3]) if found and found[1] == str(code)[0] else None


def _temporary(step: str, code: int, text: str, status: tuple[str, str] | None) -> str:
    subject = status[0] if status else ""
    if code == 421:
        return LOST if status == _IDLE else THROTTLED
    if step in _OPENING:
        return THROTTLED
    if subject == _POLICY:
        return DEFERRED if _GREYLIST.search(text) else THROTTLED
    slow = _RATE.search(text) and subject not in ("1", _MAILBOX)
    return THROTTLED if code == 454 or status == ("5", "3") or slow else DEFERRED


def _permanent(step: str, code: int, status: tuple[str, str] | None) -> str:
    subject = status[0] if status else ""
    if step in _OPENING:
        return BLOCKED
    if status in _SIZES or (code == 552 and subject in ("", _SYSTEM)):
        return TOO_LARGE
    if status == _QUOTA:
        return THROTTLED
    if step == "mail" or subject == _POLICY or status in _OUR_SENDER or code in _COMMANDS:
        return BLOCKED
    if step == "rcpt" or subject in ("1", _MAILBOX, "4"):
        return FAILED
    return FAILED if code in _READERS and subject in ("", "0", "5") else BLOCKED
