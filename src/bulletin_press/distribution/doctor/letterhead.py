"""Whether letters say who sends them, where answers go, and how to leave."""

from __future__ import annotations

from collections.abc import Iterator

from bulletin_press.config import Publication
from bulletin_press.distribution import links
from bulletin_press.distribution.doctor.findings import Finding, error, ok, warning
from bulletin_press.distribution.mail.mailbox import domain_of
from bulletin_press.distribution.mail.sender import Sender
from bulletin_press.problems import ProblemsError


def examine(publication: Publication) -> Iterator[Finding]:
    """The sender, the domains beside the sender's, unsubscription, the postal address."""
    try:
        sender = Sender.of(publication)
    except ProblemsError as wrong:
        for one in wrong.problems:
            yield error("from", one.message, one.hint)
    else:
        yield _domains(publication, sender)
    yield _leaving(publication)
    if publication.delivery.signup_url and not publication.delivery.privacy_url:
        yield warning(
            "privacy",
            "the sign-up form has no privacy notice to link to",
            "write privacy-url below [delivery]",
        )
    if publication.imprint.address:
        yield ok("address", "letters end with the postal address")
    else:
        yield error(
            "address",
            "letters have no postal address, which the law of many countries asks for",
            "write address below [imprint]",
        )


def _domains(publication: Publication, sender: Sender) -> Finding:
    delivery = publication.delivery
    own = domain_of(sender.address)
    others = {
        "reply-to": domain_of(delivery.reply_to),
        "bounces": delivery.bounces.lower(),
        "unsubscribe": domain_of(delivery.unsubscribe),
        "list-id": sender.list_id.lower(),
    }
    strange = [f"{name} ({domain})" for name, domain in others.items() if not _related(own, domain)]
    if not strange:
        return ok("from", f"{sender.address}; all other addresses are of the same house")
    return warning(
        "from",
        f"{', '.join(strange)}: not of the house of {own}, which filters distrust",
        f"take domains that end with {own}",
    )


def _related(one: str, other: str) -> bool:
    """Whether two domains share a parent that is more than a country or a kind."""
    if not other or one == other:
        return True
    shared = 0
    for mine, its in zip(reversed(one.split(".")), reversed(other.split(".")), strict=False):
        if mine != its:
            break
        shared += 1
    return shared >= 2


def _leaving(publication: Publication) -> Finding:
    delivery = publication.delivery
    if delivery.signup_url and links.one_click(publication):
        return ok("leaving", f"one click, at {delivery.signup_url}")
    if delivery.signup_url:
        return error(
            "leaving",
            "signup-url is not https: no mail program will unsubscribe by one click",
            "serve signup behind https",
        )
    where = "" if delivery.unsubscribe else ", to the mailbox that takes the answers"
    return warning(
        "leaving",
        f"by mail alone{where}; large providers ask senders of many letters for one click",
        "write signup-url below [delivery] and run signup; have bounces read that mailbox",
    )
