"""Who a publication's mail comes from: the facts of its headers and of its readers' links."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bulletin_press.config import CONFIGURATION_FILE, Publication
from bulletin_press.distribution import links
from bulletin_press.distribution.mail.mailbox import ADDRESS, domain_of, parsed
from bulletin_press.problems import Location, ProblemsError, problem

TOKEN = "the-token-of-the-reader"  # stands in addresses for what Reader.token holds


@dataclass(frozen=True, slots=True)
class Sender:
    """The sender's side of every mail.

    ``unsubscribe`` holds the addresses of the List-Unsubscribe header, ``leave`` and
    ``preferences`` those that a letter links to, all with TOKEN in the place of the reader's.
    ``bounces`` is the domain to which undeliverable mail returns, if it has one of its own.
    """

    name: str
    address: str
    reply_to: str
    title: str
    list_id: str
    publication: str
    bounces: str
    unsubscribe: tuple[str, ...]
    leave: str
    preferences: str
    one_click: bool

    @classmethod
    def of(cls, publication: Publication) -> Sender:
        """The sender that bulletin.toml describes. Raises ProblemsError (D401)."""
        delivery = publication.delivery
        name, address = parsed(delivery.sender)
        _, answers = parsed(delivery.reply_to)
        wrong = [
            problem("D401", message, Location(CONFIGURATION_FILE))
            for message, found in (
                ("[delivery] “from” is missing", bool(delivery.sender)),
                (
                    "[delivery] “from” has no address that every mail server takes",
                    not delivery.sender or bool(ADDRESS.match(address)),
                ),
                (
                    "[delivery] “reply-to” has no address that every mail server takes",
                    not delivery.reply_to or bool(ADDRESS.match(answers)),
                ),
            )
            if not found
        ]
        if wrong:
            raise ProblemsError(wrong)
        reached = publication
        if not delivery.signup_url and not delivery.unsubscribe:
            reached = replace(
                publication, delivery=replace(delivery, unsubscribe=answers or address)
            )
        both = (
            links.signup(reached, "unsubscribe", TOKEN),
            links.mail(reached, "unsubscribe", TOKEN),
        )
        return cls(
            name=name,
            address=address,
            reply_to=delivery.reply_to,
            title=publication.title,
            list_id=delivery.list_id or _list_id(address),
            publication=publication.id,
            bounces=delivery.bounces,
            unsubscribe=tuple(filter(None, both)),
            leave=links.for_readers(reached, "unsubscribe", TOKEN),
            preferences=links.for_readers(reached, "preferences", TOKEN),
            one_click=bool(both[0]) and links.one_click(publication),
        )

    @property
    def domain(self) -> str:
        """The domain of the address, in small letters."""
        return domain_of(self.address)

    def envelope(self, return_mark: str) -> str:
        """The address to which a delivery returns if it fails."""
        return f"b+{return_mark}@{self.bounces}" if self.bounces else self.address


def _list_id(address: str) -> str:
    local, _, domain = address.lower().partition("@")
    return f"{re.sub(r'[^a-z0-9]+', '-', local).strip('-') or 'list'}.{domain}"
