"""A letter as one reader would get it, for a look at it before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from html import escape

from bulletin_press.config import Publication
from bulletin_press.distribution.mail.messages import Reader, Template, as_mail
from bulletin_press.distribution.mail.sender import TOKEN, Sender
from bulletin_press.edition import Letter, Places

SENDER = "bulletin@example.org"
READER = "reader@example.org"
_TOKEN = f"{'sample' * 3:.16}.{'sample' * 8:.43}"


def files(
    publication: Publication, letter: Letter, day: date, stem: str, made: Mapping[str, bytes]
) -> dict[str, bytes]:
    """The files ``made`` of a letter with a sample reader's addresses, and the mail ``stem``.eml.

    The mail is to reader@example.org, dated the ``day`` of the issue, with a token that opens
    nothing; it is from bulletin@example.org if the publication has no ``from``. Raises
    ProblemsError (D401) for a ``from`` or ``reply-to`` that mail servers do not take.
    """
    if not publication.delivery.sender:
        delivery = replace(publication.delivery, sender=f"{publication.title} <{SENDER}>")
        publication = replace(publication, delivery=delivery)
    sender = Sender.of(publication)
    filled = {name: _filled(name, data, letter.places, sender) for name, data in made.items()}
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    dated = max(int(moment.timestamp() * 1000), 0)
    reader = Reader(READER, "", _TOKEN, f"sample.{day.isoformat()}@example.org", dated, "sample")
    template = Template.make(letter, sender, label=("sample",))
    return {**filled, f"{stem}.eml": as_mail(template.join(reader))}


def _filled(name: str, data: bytes, places: Places, sender: Sender) -> bytes:
    """A text file of a letter with a sample reader's addresses in their places."""
    if not name.endswith((".html", ".txt")):
        return data
    text = data.decode()
    addresses = {places.unsubscribe: sender.leave, places.preferences: sender.preferences}
    for place, address in addresses.items():
        own = address.replace(TOKEN, _TOKEN)
        text = text.replace(place, escape(own) if name.endswith(".html") else own)
    return text.encode()
