"""The mails that sign-up sends: to confirm, to welcome, to tell that something has changed."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass

from bulletin_press.config import Publication
from bulletin_press.distribution import clock, links
from bulletin_press.distribution.keys import Keys
from bulletin_press.distribution.mail.mailbox import parsed
from bulletin_press.distribution.readers.subscription import Subscription
from bulletin_press.distribution.signup.wishes import Wish
from bulletin_press.distribution.signup.wording import Wording, wording

_WIDTH = 72
Mail = Callable[[str, str, str], None]
"""Sends a mail: to an address, with a subject and a text. Raises MailError if it cannot."""


class MailError(Exception):
    """A mail that was not taken by the relay; the message never holds an address."""


@dataclass(frozen=True, slots=True)
class Note:
    """One mail: to whom, its subject, its text."""

    address: str
    subject: str
    text: str


def to_confirm(publication: Publication, keys: Keys, words: Wording, wish: Wish) -> Note:
    """The mail with the link that confirms a wish; it holds nothing that the asker chose to say.

    The one exception is an e-reader's address, in a mail to the reader whose it is.
    """
    kind = {"subscribe": "confirm", "address": "address", "device": "device"}[wish.kind]
    until = wish.created_at + publication.delivery.keep_unconfirmed_days * clock.DAY
    return _note(
        publication, words, wish.address or "", f"mail_{kind}",
        words(f"mail_{kind}_text", device=wish.device),
        _link(publication, words, "confirm", keys.token("confirm", wish.public_id), wish.language),
        words("mail_until", date=clock.moment_of(until).date().isoformat()),
        words("mail_ignore") if kind == "confirm" else "",
    )  # fmt: skip


def to_known(publication: Publication, keys: Keys, words: Wording, known: Subscription) -> Note:
    """The mail to somebody who has subscribed already and is asked for again."""
    return _note(
        publication, words, known.address, "mail_known",
        words("mail_known_text"), _own(publication, keys, words, known, "preferences"),
    )  # fmt: skip


def to_welcome(publication: Publication, keys: Keys, known: Subscription) -> Note:
    """The mail to somebody who has just subscribed, with the links to change and to leave."""
    words = wording(known.language)
    return _note(
        publication, words, known.address, "mail_welcome",
        words("mail_welcome_text"), _own(publication, keys, words, known, "preferences"),
        words("mail_leave"), _own(publication, keys, words, known, "unsubscribe"),
    )  # fmt: skip


def to_moved(publication: Publication, known: Subscription, before: str) -> Note:
    """The mail to the address that a subscription had before."""
    words = wording(known.language)
    text = words("mail_moved_text", contact=contact(publication))
    return _note(publication, words, before, "mail_moved", text)


def contact(publication: Publication) -> str:
    """The address at which the publication answers its readers."""
    return parsed(publication.delivery.reply_to or publication.delivery.sender)[1]


def from_address(publication: Publication) -> str:
    """The address that all mail comes from."""
    return parsed(publication.delivery.sender)[1]


def publisher(publication: Publication) -> str:
    """Who stores the readers' data."""
    return publication.publisher or publication.title


def _own(
    publication: Publication, keys: Keys, words: Wording, known: Subscription, page: str
) -> str:
    return _link(publication, words, page, keys.token("reader", known.public_id), known.language)


def _link(publication: Publication, words: Wording, page: str, token: str, usual: str) -> str:
    """A page's address, from the configuration alone; it names a language that is not usual."""
    address = links.signup(publication, page, token)
    same = usual.split("-")[0].lower() == words.language
    return address if same else f"{address}?lang={words.language}"


def _note(
    publication: Publication, words: Wording, address: str, subject: str, *paragraphs: str
) -> Note:
    signature = dict.fromkeys(
        filter(None, [publication.title, publication.publisher, publication.imprint.address])
    )
    text = "\n\n".join(
        textwrap.fill(one, _WIDTH, break_long_words=False, break_on_hyphens=False)
        for one in paragraphs
        if one
    )
    text += "\n\n-- \n" + "\n".join(signature) + "\n"
    return Note(address, f"{words(subject)} – {publication.title}", text)
