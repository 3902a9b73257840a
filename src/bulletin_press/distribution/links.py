"""The addresses by which a reader acts: sign up, confirm, change, leave."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from bulletin_press.config import Publication
from bulletin_press.distribution.mail.mailbox import parsed

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def signup(publication: Publication, page: str = "", token: str = "") -> str:
    """A page of the sign-up server: ``confirm``, ``unsubscribe``, ``preferences``, or its form.

    Empty if the publication has no such server.
    """
    base = publication.delivery.signup_url
    return base and f"{base}{page}{'/' if page else ''}{token}"


def mail(publication: Publication, wish: str, token: str) -> str:
    """A mailto address that expresses a wish (``unsubscribe``); empty without such a mailbox."""
    mailbox = parsed(publication.delivery.unsubscribe)[1]
    return mailbox and f"mailto:{mailbox}?subject={quote(f'{wish} {token}')}"


def for_readers(publication: Publication, page: str, token: str) -> str:
    """What a letter links to for ``unsubscribe`` or ``preferences``: the server, else mail.

    Empty if the publication has neither.
    """
    return signup(publication, page, token) or mail(publication, page, token)


def one_click(publication: Publication) -> bool:
    """Whether unsubscription by one POST can be offered: over https, or on this machine alone."""
    parts = urlsplit(publication.delivery.signup_url)
    return parts.scheme == "https" or parts.hostname in _LOOPBACK
