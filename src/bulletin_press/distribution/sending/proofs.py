"""Proof copies: each mail of an issue to one address, to be looked at; no deliveries."""

from __future__ import annotations

from collections.abc import Iterable

from bulletin_press.config import Publication
from bulletin_press.distribution.keys import Keys
from bulletin_press.distribution.mail import verdict
from bulletin_press.distribution.mail.post import Connection, NotOpenError
from bulletin_press.distribution.mail.relay import Relay
from bulletin_press.distribution.mail.sender import Sender
from bulletin_press.distribution.sending import composing
from bulletin_press.distribution.sending.ledger import Mail


def send(
    publication: Publication, mails: Iterable[Mail], keys: Keys, now: int, address: str
) -> tuple[tuple[str, str], ...]:
    """Send each mail to ``address``: its form and language, and the reply if it was not taken.

    After the first connection that does not come about, nothing more is tried. Raises
    ProblemsError for a sender, relay or key that is not configured right.
    """
    sender, relay = Sender.of(publication), Relay.of(publication)
    outcomes: list[tuple[str, str]] = []
    connection: Connection | None = None
    try:
        for mail in mails:
            name = f"{mail.form}, {mail.language}"
            if connection is None or not connection.usable:
                if connection is not None:
                    connection.close()
                connection = Connection.open(relay)
            data = composing.sample(mail, sender, keys, now, address)
            outcome = connection.deliver(sender.address, address, data)
            taken = outcome.kind == verdict.SENT
            outcomes.append((name, "" if taken else f"{outcome.kind}: {outcome.reply}"))
    except NotOpenError as error:
        outcomes.append(("the relay", f"{error}"))
    finally:
        if connection is not None:
            connection.close()
    return tuple(outcomes)
