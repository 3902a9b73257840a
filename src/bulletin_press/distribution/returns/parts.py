"""A message taken apart within bounds: its parts, their text, the fields of its reports."""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from email.message import Message

_MOST_PARTS = 200
_MOST_LEVELS = 20
_MOST_TEXT = 200_000
_MOST_GROUPS = 200
_LEVELS = re.compile(rb"(?i)boundary\s*(?:\*[0-9]*\*?)?\s*=|content-type:\s*message/")
_STATUS = ("message/delivery-status", "message/global-delivery-status")
_HEADERS_ALONE = ("message/global-headers", "message/rfc822-headers")
_FEEDBACK = "message/feedback-report"
_FIELD = re.compile(r"([!-9;-~]+):[ \t]*(.*(?:\n[ \t]+.*)*)")


class UnreadableError(ValueError):
    """The message is built as no honest one is; the text says how."""


def parse(head: bytes) -> Message:
    """The message in the octets of mailboxes.Item; raises UnreadableError if nested too deeply."""
    if len(_LEVELS.findall(head)) > _MOST_LEVELS:
        raise UnreadableError("its parts are nested too deeply")
    return email.message_from_bytes(head)


def parts(message: Message) -> Iterator[Message]:
    """The message and the parts within it in their order, up to a bound."""
    for number, part in enumerate(message.walk()):
        if number == _MOST_PARTS:
            return
        yield part


def own_parts(message: Message) -> Iterator[Message]:
    """As ``parts``, without those of messages that it holds."""
    inner = message.get_payload()
    if not isinstance(inner, list):
        yield message
        return
    for part in inner[:_MOST_PARTS]:
        if isinstance(part, Message):
            if part.get_content_maintype() == "multipart":
                yield from own_parts(part)
            else:
                yield part


def text_of(part: Message) -> str:
    """The text of a part that holds no others, decoded as far as it can be; LF ends its lines."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    charset = part.get_content_charset() or "utf-8"
    try:
        text = payload[:_MOST_TEXT].decode(charset, "replace")
    except (LookupError, ValueError):
        text = payload[:_MOST_TEXT].decode("latin-1")
    return text.replace("\r\n", "\n")


def inner_text(part: Message) -> str:
    """The text of a part that may have been taken for a message because of its type."""
    inner = part.get_payload()
    if not isinstance(inner, list):
        return text_of(part)
    text = "\n".join(_as_text(one) for one in inner[:_MOST_GROUPS] if isinstance(one, Message))
    if str(part.get("Content-Transfer-Encoding", "")).strip().lower() not in (
        "base64",
        "quoted-printable",
    ):
        return text
    plain = Message()
    plain["Content-Type"] = "text/plain; charset=utf-8"
    plain["Content-Transfer-Encoding"] = str(part["Content-Transfer-Encoding"])
    plain.set_payload(text.lstrip("\n"))
    return text_of(plain)


def returned_text(message: Message) -> str:
    """All that a message quotes, as text: the letters in it with their headers, and its own words.

    The headers of the message itself are not in it.
    """
    texts: list[str] = []
    for part in parts(message):
        if part is not message:
            texts.append(_headers(part))
        if not part.is_multipart() and part.get_content_maintype() in ("text", "message"):
            texts.append(text_of(part))
        elif part.get_content_type() in _HEADERS_ALONE:
            texts.append(inner_text(part))
    return "\n".join(texts)[: 2 * _MOST_TEXT]


def status_groups(message: Message) -> list[dict[str, str]] | None:
    """The groups of fields of a delivery status (RFC 3464, RFC 6533); None without such a part."""
    return _groups(message, _STATUS)


def feedback(message: Message) -> dict[str, str] | None:
    """The fields of a feedback report (RFC 5965); None without such a part."""
    found = _groups(message, (_FEEDBACK,))
    return (
        None if found is None else {name: value for group in found for name, value in group.items()}
    )


def _groups(message: Message, types: tuple[str, ...]) -> list[dict[str, str]] | None:
    for part in own_parts(message):
        if part.get_content_type() in types:
            groups = re.split(r"\n[ \t]*\n", inner_text(part))
            return [fields for group in groups[:_MOST_GROUPS] if (fields := _fields(group))]
    return None


def _fields(text: str) -> dict[str, str]:
    """Fields by their names in small letters; of several with one name the first."""
    fields: dict[str, str] = {}
    for found in _FIELD.finditer(text):
        value = re.sub(r"\s+", " ", found[2]).strip()
        fields.setdefault(found[1].lower(), value[:1000])
    return fields


def _headers(message: Message) -> str:
    return "\n".join(f"{name}: {value}" for name, value in message.items()) + "\n"


def _as_text(message: Message) -> str:
    payload = message.get_payload()
    return _headers(message) + "\n" + (payload if isinstance(payload, str) else "")
