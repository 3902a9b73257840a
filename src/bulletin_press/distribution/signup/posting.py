"""Sign-up's mails handed to the relay, one connection for each: they are few and cannot wait."""

from __future__ import annotations

from bulletin_press.config import Publication
from bulletin_press.distribution.clock import Clock
from bulletin_press.distribution.mail import messages, verdict
from bulletin_press.distribution.mail.post import Connection, NotOpenError
from bulletin_press.distribution.mail.relay import Patience, Relay
from bulletin_press.distribution.mail.sender import Sender
from bulletin_press.distribution.signup.mails import Mail, MailError

_PATIENCE = Patience(connect=10, command=30, data=30, block=30, end=60)
_MARK = "signup"  # of the address to which such a mail returns


def relayed(publication: Publication, clock: Clock) -> Mail:
    """What sends a mail through the publication's relay.

    Raises ProblemsError (D401, D402, D403) if the sender or the relay is not fit for it.
    """
    sender, relay = Sender.of(publication), Relay.of(publication)

    def mail(address: str, subject: str, text: str) -> None:
        note = messages.note(sender, address, subject, text, dated=clock.now())
        try:
            connection = Connection.open(relay, _PATIENCE)
        except NotOpenError as error:
            raise MailError(f"the relay cannot be reached: {error.outcome.kind}") from None
        try:
            outcome = connection.deliver(sender.envelope(_MARK), address, note)
        finally:
            connection.close()
        if outcome.kind not in (verdict.SENT, verdict.DOUBTFUL):
            raise MailError(f"{outcome.kind} at {outcome.step}")

    return mail
