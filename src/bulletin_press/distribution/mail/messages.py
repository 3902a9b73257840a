"""Letters as mail: rendered once into a template, joined for each reader in microseconds.

A template is the whole message as it goes over the wire, with a ``Place`` wherever something is
the reader's own. ``Reader`` is the only door for what comes from data: it takes nothing that could
end a header, a line or the message.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from html import escape

from bulletin_press.distribution.mail import mime
from bulletin_press.distribution.mail.mailbox import ADDRESS, parsed
from bulletin_press.distribution.mail.mime import NEWLINE, Place
from bulletin_press.distribution.mail.sender import TOKEN, Sender
from bulletin_press.edition import Enclosure, Letter, Places

DELIVERY_HEADER = "X-Bulletin-Delivery"
_FORMAT = b"bulletin-press mail 1\r\n"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]{43}\Z")
_MARK = re.compile(r"(?:[0-9]{1,18}-[a-z0-9]{20}|[a-z]{1,20})\Z")
_LONGEST_NAME = 200
_LONGEST_LINE = 998  # RFC 5322 §2.1.1
_LATEST = 253_402_300_800_000  # the year 10000
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec").split()


@dataclass(frozen=True, slots=True)
class Reader:
    """What is one reader's own in a message.

    ``message_id`` is without its angle brackets, ``dated`` in milliseconds; ``token`` is one of
    ``Keys.token``, ``return_mark`` one of ``Keys.return_mark`` or a word for mail that is no
    delivery. Raises ValueError for anything that is unsafe on the wire.
    """

    address: str
    name: str
    token: str
    message_id: str
    dated: int
    return_mark: str

    def __post_init__(self) -> None:
        if not ADDRESS.match(self.address):
            raise ValueError("an address that is unsafe in a header")
        if mime.UNSAFE.search(self.name) or len(self.name) > _LONGEST_NAME:
            raise ValueError("a name that is unsafe in a header")
        if not _TOKEN.match(self.token):
            raise ValueError("a token of another form")
        if not ADDRESS.match(self.message_id):
            raise ValueError("a Message-ID of another form")
        if not 0 <= self.dated < _LATEST:
            raise ValueError("a date out of bounds")
        if not _MARK.match(self.return_mark):
            raise ValueError("a return mark of another form")


@dataclass(frozen=True, slots=True)
class Template:
    """The mail of one form and language; equal ``data`` and readers give equal bytes.

    ``segments`` is ``data`` cut at its places, with nothing where they are; ``places`` says what
    belongs there.
    """

    data: bytes
    segments: tuple[bytes, ...] = field(repr=False, compare=False)
    places: tuple[int, ...] = field(repr=False, compare=False)

    @classmethod
    def make(
        cls,
        letter: Letter,
        sender: Sender,
        enclosure: Enclosure | None = None,
        file: bytes | None = None,
        label: Sequence[str] = (),
    ) -> Template:
        """Render a letter, with the file if it is attached.

        ``label`` (issue and form, say) tells mailings apart in the reports of mail providers.
        Raises ValueError for text that has no place in a mail: a subject of two lines, a file
        name with control characters, an address longer than a line may be.
        """
        attached = None
        if enclosure is not None and file is not None:
            attached = mime.file_part(file, enclosure.media_type, name=enclosure.name)
        message = _head(
            sender,
            b"To: " + Place.TO.octet,
            letter.subject,
            b"Date: " + Place.DATE.octet,
            b"Message-ID: <" + Place.MESSAGE_ID.octet + b">",
        )
        message += _list_head(sender, label) + _body(
            _own(letter.text, letter.places, sender, str),
            _own(letter.html, letter.places, sender, escape),
            letter,
            attached,
        )
        template = cls.load(_FORMAT + mime.stuffed(message))
        if max(map(len, template.join(_WIDEST).split(NEWLINE))) > _LONGEST_LINE:
            raise ValueError("an address is longer than a line of mail may be")
        return template

    @classmethod
    def load(cls, data: bytes) -> Template:
        """The template that ``data`` freezes. Raises ValueError for bytes of another form."""
        if not data.startswith(_FORMAT):
            raise ValueError("not a template of this version")
        if b"\r\n.\r\n" in data:
            raise ValueError("a template that would end before its end")
        cut = re.split(rb"([\x80-\xff])", data[len(_FORMAT) :])
        places = tuple(list(Place).index(Place(one[0])) for one in cut[1::2])
        return cls(data, tuple(b"" if n % 2 else one for n, one in enumerate(cut)), places)

    def join(self, reader: Reader) -> bytes:
        """The message to a reader as it goes over the wire, but for the dot that ends it.

        In ASCII, in lines of at most 998 octets that end with CR LF, their first dots doubled.
        """
        own = (
            mime.mailbox(reader.name, reader.address),
            reader.message_id.encode(),
            _date(reader.dated),
            reader.token.encode(),
            reader.return_mark.encode(),
        )
        message = [*self.segments]
        message[1::2] = [own[place] for place in self.places]
        return b"".join(message)


def note(
    sender: Sender,
    address: str,
    subject: str,
    text: str,
    html: str = "",
    *,
    name: str = "",
    message_id: str = "",
    dated: int | None = None,
) -> bytes:
    """A mail that the program writes by itself, to one person, in the form of ``Template.join``.

    It says so in its headers, so that no machine answers it (RFC 3834 §5). Without ``message_id``
    and ``dated`` it gets a random one and the time now. Raises ValueError as ``Reader`` does.
    """
    made = message_id or f"{secrets.token_hex(16)}@{sender.domain}"
    now = int(time.time() * 1000) if dated is None else dated
    reader = replace(_WIDEST, address=address, name=name, message_id=made, dated=now)
    message = _head(
        sender,
        b"To: " + mime.mailbox(reader.name, reader.address),
        subject,
        b"Date: " + _date(reader.dated),
        b"Message-ID: <" + reader.message_id.encode() + b">",
    )
    message += mime.header("Auto-Submitted", b"auto-generated")
    return mime.stuffed(message + _body([text], [html] if html else [], None, None))


def as_mail(data: bytes) -> bytes:
    """A joined message as a mail program opens it, for a file that ends with .eml."""
    return mime.unstuffed(data)


def _head(sender: Sender, to: bytes, subject: str, date: bytes, message_id: bytes) -> bytes:
    head = mime.header("From", mime.mailbox(sender.name, sender.address))
    if sender.reply_to:
        head += mime.header("Reply-To", mime.mailbox(*parsed(sender.reply_to)))
    return head + NEWLINE.join(
        [to, b"Subject: " + mime.unstructured(subject), date, message_id, b""]
    )


def _list_head(sender: Sender, label: Sequence[str]) -> bytes:
    """The headers by which mail programs know a list, and let readers leave it.

    RFC 2369, 2919 and 8058.
    """
    where = [b"<" + _bytes(_pieces(address)) + b">" for address in sender.unsubscribe]
    marks = [*label, sender.publication]
    feedback = ":".join(re.sub(r"[^A-Za-z0-9._-]+", "-", mark) for mark in marks)
    head = [
        mime.header("List-Id", mime.phrase(sender.title) + f"\r\n <{sender.list_id}>".encode()),
        mime.header("List-Unsubscribe", *where),
        mime.header("Feedback-ID", feedback.encode()),
        mime.header(DELIVERY_HEADER, Place.RETURN_MARK.octet),
    ]
    if sender.one_click:
        head.insert(2, mime.header("List-Unsubscribe-Post", b"List-Unsubscribe=One-Click"))
    return b"".join(head)


def _body(
    text: Iterable[str | Place],
    html: Iterable[str | Place],
    letter: Letter | None,
    attached: bytes | None,
) -> bytes:
    """The version of MIME and the parts: text beside HTML, its pictures around them, the file."""
    part = mime.text_part("plain", text)
    shown = mime.text_part("html", html) if html else b""
    pictures = [
        mime.file_part(data, media_type, content_id=name)
        for name, (media_type, data) in (letter.pictures.items() if letter else ())
    ]
    digest = hashlib.sha256(b"\0".join([part, shown, *pictures, attached or b""])).hexdigest()
    boundary = f"=_{digest[:32]}".encode()
    if shown:
        part = mime.multipart("alternative", boundary + b"_a", [part, shown])
    if pictures:
        part = mime.multipart("related", boundary + b"_r", [part, *pictures])
    if attached is not None:
        part = mime.multipart("mixed", boundary + b"_m", [part, attached])
    return b"MIME-Version: 1.0\r\n" + part.removesuffix(NEWLINE) + NEWLINE


def _own(
    text: str, places: Places, sender: Sender, written: Callable[[str], str]
) -> list[str | Place]:
    """A letter's text with the reader's own addresses in the places that it left for them."""
    addresses = {places.unsubscribe: sender.leave, places.preferences: sender.preferences}
    pieces: list[str | Place] = []
    for piece in re.split(f"({'|'.join(map(re.escape, addresses))})", text):
        pieces += _pieces(written(addresses[piece])) if piece in addresses else [piece]
    return pieces


def _pieces(address: str) -> list[str | Place]:
    before, *after = address.split(TOKEN)
    pieces: list[str | Place] = [before]
    for part in after:
        pieces += [Place.TOKEN, part]
    return pieces


def _bytes(pieces: Iterable[str | Place]) -> bytes:
    return b"".join(one.octet if isinstance(one, Place) else one.encode() for one in pieces)


def _date(moment: int) -> bytes:
    """A moment in milliseconds as a Date header has it (RFC 5322 §3.3)."""
    year, month, day, hour, minute, second, weekday, *_ = time.gmtime(moment // 1000)
    return (
        f"{_DAYS[weekday]}, {day:02} {_MONTHS[month - 1]} {year:04}"
        f" {hour:02}:{minute:02}:{second:02} +0000"
    ).encode()


_WIDEST = Reader(
    address="a" * 64 + "@" + ".".join(["b" * 62] * 3),
    name="",
    token="A" * 16 + "." + "A" * 43,
    message_id="a" * 64 + "@" + ".".join(["b" * 62] * 3),
    dated=0,
    return_mark="9" * 18 + "-" + "a" * 20,
)
