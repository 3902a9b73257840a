"""The marks in a returned message by which it is known that it answers one of our letters."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.message import Message
from urllib.parse import unquote

from bulletin_press.distribution.keys import PUBLIC_ID_LENGTH, TOKEN_LENGTH
from bulletin_press.distribution.mail.messages import DELIVERY_HEADER

_MOST = 50
_ENVELOPE = (
    "delivered-to", "x-original-to", "x-envelope-to", "envelope-to", "x-forwarded-to",
    "x-rcpt-to", "resent-to", "to", "cc", "original-recipient",
)  # fmt: skip
_MARK = r"([1-9][0-9]{0,17}-[a-z0-9]{20})(?![A-Za-z0-9])"
_RETURN_ADDRESS = re.compile(rf"(?i)(?<![A-Za-z0-9])b\+{_MARK}@")
_LONE_MARK = re.compile(rf"(?i)(?<![A-Za-z0-9-]){_MARK}")
_MESSAGE_ID = re.compile(r"<([a-z0-9]{26})@[A-Za-z0-9.-]+>")
_TOKEN = re.compile(
    rf"(?<![\w-])([\w-]{{{PUBLIC_ID_LENGTH}}}\.[\w-]{{{TOKEN_LENGTH - PUBLIC_ID_LENGTH - 1}}})"
    r"(?![\w-])",
    re.ASCII,
)
_WISH = re.compile(rf"(?is)\bunsubscribe[\s:+=]+{_TOKEN.pattern}")


@dataclass(frozen=True, slots=True)
class Clues:
    """What may name a delivery or a reader; each counts only if the keys confirm it.

    In order of their weight: ``marks`` (return marks), ``message_ids`` (our own, without domain),
    ``tokens`` (of readers, from the links of a returned letter).
    """

    marks: tuple[str, ...] = ()
    message_ids: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.marks or self.message_ids or self.tokens)


NOTHING = Clues()


def of_message(message: Message, returned: str) -> Clues:
    """The clues in a message's own headers, and in ``returned``, the text that it quotes."""
    envelope = "\n".join(header(message, name) for name in _ENVELOPE)
    marks = [
        *_RETURN_ADDRESS.findall(envelope),
        *_LONE_MARK.findall("\n".join(_values(returned, DELIVERY_HEADER))),
        *_RETURN_ADDRESS.findall(returned),
    ]
    own = "\n".join([*_values(returned, "Message-ID"), header(message, "in-reply-to")])
    tokens = _TOKEN.findall(unquote("\n".join(_values(returned, "List-Unsubscribe"))))
    return Clues(_few(mark.lower() for mark in marks), _few(_MESSAGE_ID.findall(own)), _few(tokens))


def wish_to_leave(message: Message) -> str:
    """The token in a subject or recipient that asks for unsubscription; empty without one."""
    for name in ("subject", "to", "delivered-to", "x-original-to"):
        found = _WISH.search(header(message, name))
        if found:
            return found[1]
    return ""


def header(message: Message, name: str) -> str:
    """All values of a header in plain text, a line each, cut to what may be needed of them."""
    from email.header import decode_header, make_header

    texts = []
    for value in message.get_all(name, [])[:_MOST]:
        text = str(value)[:4000]
        with contextlib.suppress(ValueError, LookupError, TypeError):
            text = str(make_header(decode_header(text)))
        texts.append(re.sub(r"[\r\n]+[ \t]*", " ", text))
    return "\n".join(texts)


def _values(text: str, name: str) -> Iterator[str]:
    """The values of a header wherever it begins a line of ``text``, quoted or not."""
    pattern = rf"(?im)^[> \t]{{0,8}}{re.escape(name)}:((?:.*)(?:\n[> ]{{0,4}}[ \t]+\S.*){{0,40}})"
    for number, found in enumerate(re.finditer(pattern, text)):
        if number == _MOST:
            return
        yield found[1]


def _few(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))[:_MOST]
