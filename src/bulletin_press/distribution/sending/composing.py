"""From letters and files to the mails that a ledger freezes, and to files that people open."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bulletin_press.distribution import tables
from bulletin_press.distribution.keys import PUBLIC_ID_LENGTH, Keys
from bulletin_press.distribution.mail.messages import Reader, Template, as_mail
from bulletin_press.distribution.mail.sample import READER
from bulletin_press.distribution.mail.sender import Sender
from bulletin_press.distribution.sending.ledger import Mail, Recipient
from bulletin_press.edition import Enclosure, Letter

_NOBODY = "A" * PUBLIC_ID_LENGTH
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Piece:
    """A letter in one form and language; ``data`` are the bytes of the file that goes with it."""

    form: str
    language: str
    letter: Letter
    enclosure: Enclosure | None = None
    data: bytes = b""

    @property
    def attached(self) -> bool:
        """Whether the file travels inside the letter."""
        return self.enclosure is not None and not self.enclosure.url


def mail(piece: Piece, sender: Sender, issue: str) -> Mail:
    """The mail of a piece of ``issue``, ready to be frozen.

    Raises ValueError for text that has no place in a mail.
    """
    enclosed = piece.enclosure if piece.attached else None
    label = (issue, f"{piece.form}-{piece.language}")
    template = Template.make(
        piece.letter, sender, enclosed, piece.data if piece.attached else None, label
    )
    octets = len(template.join(_reader(READER, f"{_NOBODY}.{'A' * 43}", "", sender, 0)))
    name = piece.enclosure.name if piece.enclosure else ""
    digest = hashlib.sha256(piece.data).hexdigest() if piece.enclosure else ""
    return Mail(piece.form, piece.language, template.data, octets, name, digest)


def frozen(connection: Connection, mailing: int) -> tuple[Mail, ...]:
    """The mails of a mailing that was begun, as it froze them."""
    row, part = tables.templates.c, tables.parts.c
    found = connection.execute(
        sa.select(row.form, row.language, part.data, row.octets, row.file, row.file_sha256)
        .join(tables.parts, part.sha256 == row.sha256)
        .where(row.mailing == mailing)
        .order_by(row.id)
    )
    return tuple(Mail(*one) for one in found)


def enlisted(connection: Connection, mailing: int) -> Iterator[Recipient]:
    """The readers of a mailing that was begun, but for those who have been erased."""
    row, reader = tables.deliveries.c, tables.subscriptions.c
    found = connection.execute(
        sa.select(row.subscription, row.form, row.language, row.domain)
        .join(tables.subscriptions, reader.id == row.subscription)
        .where(row.mailing == mailing, reader.address.is_not(None))
        .order_by(row.id)
        .execution_options(yield_per=_BATCH)
    )
    for one in found:
        yield Recipient(*one)


def sample(made: Mail, sender: Sender, keys: Keys, now: int, address: str) -> bytes:
    """A mail as ``address`` would get it, as it goes over the wire.

    It is no delivery: its links name nobody, so that none of them changes a subscription.
    """
    token = keys.token("reader", _NOBODY)
    return Template.load(made.template).join(
        _reader(address, token, f"{made.form} {made.language}", sender, now)
    )


def proof(piece: Piece) -> Piece:
    """The same letter with a mark before its subject, for a copy to look at."""
    return replace(piece, letter=replace(piece.letter, subject=f"[Proof] {piece.letter.subject}"))


def outbox(
    mails: Iterable[Mail], sender: Sender, keys: Keys, now: int
) -> Iterator[tuple[str, bytes]]:
    """A file for each form and language, by name, as a mail program opens it."""
    for made in mails:
        data = sample(made, sender, keys, now, READER)
        yield f"{made.form}-{made.language}.eml", as_mail(data)


def readers_outbox(
    connection: Connection,
    mails: Iterable[Mail],
    recipients: Iterable[Recipient],
    sender: Sender,
    keys: Keys,
    now: int,
) -> Iterator[tuple[str, bytes]]:
    """Each reader's mail, by a name that shows no address, one after the other."""
    templates = {(one.form, one.language): Template.load(one.template) for one in mails}
    waiting = iter(recipients)
    while some := list(itertools.islice(waiting, _BATCH)):
        known = _people(connection, [one.subscription for one in some])
        for one in some:
            name, shown, address, device = known[one.subscription]
            mark = keys.mark("sample", one.subscription, one.form)
            reader = Reader(
                device if one.form == "kindle" else address, name, keys.token("reader", shown),
                f"{mark}@{sender.domain}", now, "sample",
            )  # fmt: skip
            data = templates[one.form, one.language].join(reader)
            yield f"{one.form}-{one.language}-{shown}.eml", as_mail(data)


def _people(
    connection: Connection, subscriptions: list[int]
) -> Mapping[int, tuple[str, str, str, str]]:
    """Name, public id, address and device of some subscriptions, by their numbers."""
    row = tables.subscriptions.c
    found = connection.execute(
        sa.select(row.id, row.name, row.public_id, row.address, row.device).where(
            row.id.in_(subscriptions)
        )
    )
    return {one.id: (one.name, one.public_id, one.address, one.device) for one in found}


def _reader(address: str, token: str, kind: str, sender: Sender, now: int) -> Reader:
    digest = hashlib.sha256(f"{address}\0{kind}\0{now}".encode()).hexdigest()
    return Reader(address, "", token, f"sample.{digest[:32]}@{sender.domain}", now, "sample")
