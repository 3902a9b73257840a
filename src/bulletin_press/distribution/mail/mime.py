"""The forms of a mail on the wire: headers, quoted-printable text, files in base64, parts of parts.

Everything made here is ASCII in lines of at most 76 octets that end with CR LF. What differs from
reader to reader is left out: a ``Place``, one octet beyond ASCII, stands for it.
"""

from __future__ import annotations

import binascii
import re
import textwrap
from collections.abc import Iterable, Sequence
from enum import IntEnum
from urllib.parse import quote

NEWLINE = b"\r\n"
UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")  # ends or hides a line
_WIDTH = 75
_WORD = 45  # octets in an encoded word, RFC 2047 §2
_PLAIN = re.compile(r"[!-~]+( [!-~]+)*\Z")
_QUOTABLE = re.compile(r"[A-Za-z0-9.,'&()_+/-]+( [A-Za-z0-9.,'&()_+/-]+)*\Z")
_TYPE = re.compile(r"[a-z0-9]+/[a-z0-9][a-z0-9.+-]*\Z")
_CONTENT_ID = re.compile(r"[A-Za-z0-9._@+-]+\Z")


class Place(IntEnum):
    """What is each reader's own; the number is the octet that stands for it."""

    TO = 0x80
    MESSAGE_ID = 0x81
    DATE = 0x82
    TOKEN = 0x83
    RETURN_MARK = 0x84

    @property
    def octet(self) -> bytes:
        """The octet that stands for it."""
        return bytes([self])


def unstructured(text: str) -> bytes:
    """A header's text, folded and where need be in encoded words (RFC 2047).

    Raises ValueError for text that ends a line, or hides one.
    """
    if UNSAFE.search(text):
        raise ValueError("a header is one line of text")
    if _PLAIN.match(text) and "=?" not in text and max(map(len, text.split(" "))) < 60:
        lines = textwrap.wrap(text, 64, break_long_words=False, break_on_hyphens=False)
        return "\r\n ".join(lines).encode()
    return b"\r\n ".join(_encoded_words(text))


def phrase(name: str) -> bytes:
    """A name in front of an address: in quotation marks, or in encoded words.

    Raises ValueError for a name that ends a line, or hides one.
    """
    if len(name) < 60 and _QUOTABLE.match(name):
        return b'"' + name.encode() + b'"'
    if UNSAFE.search(name):
        raise ValueError("a name is one line of text")
    return b"\r\n ".join(_encoded_words(name))


def mailbox(name: str, address: str) -> bytes:
    """An address with its name, if it has one, in the form of a header (RFC 5322 §3.4)."""
    if not name:
        return address.encode()
    shown = phrase(name)
    short = len(shown) + len(address) < _WIDTH - 12 and NEWLINE not in shown
    return shown + (b" <" if short else b"\r\n <") + address.encode() + b">"


def header(name: str, *values: bytes) -> bytes:
    """A header; several values go on lines of their own, with commas."""
    return name.encode() + b": " + b",\r\n ".join(values) + NEWLINE


def text_part(subtype: str, pieces: Iterable[str | Place]) -> bytes:
    """A part of text in quoted-printable, with soft line breaks around places.

    Raises ValueError for text that UTF-8 cannot hold.
    """
    head = f"Content-Type: text/{subtype}; charset=utf-8\r\n"
    return head.encode() + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + _quoted(pieces)


def file_part(data: bytes, media_type: str, *, name: str = "", content_id: str = "") -> bytes:
    """A part of a file in base64: attached under ``name``, or shown where ``content_id`` is named.

    Raises ValueError for a type, name or id that has no place in a header.
    """
    if not _TYPE.match(media_type):
        raise ValueError(f"“{media_type}” is no media type")
    head = [f"Content-Type: {media_type}", "Content-Transfer-Encoding: base64"]
    if content_id:
        if not _CONTENT_ID.match(content_id):
            raise ValueError(f"“{content_id}” is no Content-ID")
        head += [f"Content-ID: <{content_id}>", "Content-Disposition: inline"]
    else:
        head.append("Content-Disposition: attachment;\r\n " + _file_name(name))
    encoded = (
        binascii.b2a_base64(data[start : start + 57], newline=False)
        for start in range(0, len(data), 57)
    )
    return "\r\n".join(head).encode() + b"\r\n\r\n" + NEWLINE.join(encoded)


def multipart(kind: str, boundary: bytes, parts: Sequence[bytes]) -> bytes:
    """Parts as one part; ``boundary`` occurs in none of them."""
    opening = b"--" + boundary + NEWLINE
    head = f'Content-Type: multipart/{kind};\r\n boundary="'.encode() + boundary + b'"\r\n\r\n'
    body = b"".join(opening + part + NEWLINE for part in parts)
    return head + body + b"--" + boundary + b"--\r\n"


def stuffed(message: bytes) -> bytes:
    """A message with the dots of lines that begin with one doubled (RFC 5321 §4.5.2)."""
    return message.replace(b"\r\n.", b"\r\n..")


def unstuffed(message: bytes) -> bytes:
    """A message as it was before ``stuffed``."""
    return message.replace(b"\r\n..", b"\r\n.") if b"\r\n.." in message else message


def _file_name(name: str) -> str:
    if UNSAFE.search(name) or len(name) > 200 or not name.strip(". "):
        raise ValueError("the name of a file is one line of text")
    if re.match(r"[A-Za-z0-9 ._()+-]+\Z", name) and len(name) < 60:
        return f'filename="{name}"'
    encoded = quote(name, safe="")
    pieces = re.findall(r"(?:%..|[^%]){1,50}", encoded)  # RFC 2231 §3, 4
    pieces[0] = "utf-8''" + pieces[0]
    return ";\r\n ".join(f"filename*{n}*={piece}" for n, piece in enumerate(pieces))


def _encoded_words(text: str) -> Iterable[bytes]:
    start, octets = 0, 0
    for end, sign in enumerate(text):
        width = len(sign.encode())
        if octets + width > _WORD:
            yield _encoded_word(text[start:end])
            start, octets = end, 0
        octets += width
    yield _encoded_word(text[start:])


def _encoded_word(text: str) -> bytes:
    return b"=?utf-8?b?" + binascii.b2a_base64(text.encode(), newline=False) + b"?="


_SIGNS = [bytes([octet]) if 32 <= octet < 127 or octet == 9 else b"" for octet in range(256)]
_ESCAPES = [b"=%02X" % octet for octet in range(256)]
_SIGNS[ord("=")] = b""
_RISKY_AT_START = b".F"  # a line of one dot ends the message; “From ” is changed by old mailboxes
_RISKY_AT_END = b" \t"


def _quoted(pieces: Iterable[str | Place]) -> bytes:
    """Text in quoted-printable (RFC 2045 §6.7); line ends of any kind become CR LF."""
    out, column = bytearray(), 0
    for piece in pieces:
        if isinstance(piece, Place):
            out += (b"=\r\n" if column else b"") + piece.octet + b"=\r\n"
            column = 0
            continue
        for number, line in enumerate(re.split("\r\n|\r|\n", piece)):
            if number:
                out += NEWLINE
                column = 0
            octets = line.encode()
            last = len(octets) - 1
            for index, octet in enumerate(octets):
                sign = _SIGNS[octet]
                if not sign or (index == last and octet in _RISKY_AT_END):
                    sign = _ESCAPES[octet]
                if column + len(sign) > _WIDTH:
                    out += b"=\r\n"
                    column = 0
                if not column and octet in _RISKY_AT_START:
                    sign = _ESCAPES[octet]
                out += sign
                column += len(sign)
    return bytes(out)
