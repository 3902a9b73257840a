"""What each page of sign-up does: values in, a page and perhaps a task for afterwards out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from bulletin_press.config import Publication
from bulletin_press.distribution.database import Database
from bulletin_press.distribution.keys import Keys
from bulletin_press.distribution.readers import subscribers
from bulletin_press.distribution.readers.subscription import Subscription
from bulletin_press.distribution.signup import fields, mails, pages, protection, wishes
from bulletin_press.distribution.signup.fields import Wish
from bulletin_press.distribution.signup.layout import View
from bulletin_press.distribution.signup.mails import Mail, MailError, Note

ONE_CLICK = ("List-Unsubscribe", "One-Click")  # RFC 8058 §3.2
LEAVING = ("active", "paused", "unconfirmed", "bounced")  # states that a reader can end
_LOG = logging.getLogger(__name__)
ViewOf = Callable[[str], View]
"""The view for a reader whose subscription is in that language."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A page with its status, and what is done once it has been sent."""

    page: bytes
    status: int = 200
    afterwards: Callable[[], object] | None = None


class Desk:
    """Serves readers. Each method is one request, and may run in any thread."""

    def __init__(
        self, publication: Publication, database: Database, keys: Keys, mail: Mail
    ) -> None:
        self.publication = publication
        self.database = database
        self.keys = keys
        self.mail = mail
        self.days = publication.delivery.keep_unconfirmed_days

    def form(self, view: View) -> Answer:
        """The form, empty."""
        return Answer(pages.subscribe(view, Wish(), self._stamp()))

    def subscribe(self, view: View, given: Mapping[str, str], origin: str) -> Answer:
        """Keep what somebody asks for, and mail a link afterwards."""
        now = self.database.clock.now()
        if given.get(pages.TRAP):
            return Answer(pages.sent(view))
        wish = fields.wish(given, pages.languages(view))
        address, wrong = fields.address_of(given.get("address", ""))
        typed = address or fields.shown(given.get("address", ""))
        mistakes = {"address": wrong} if wrong else {}
        wish = replace(wish, address=typed, wrong={**mistakes, **wish.wrong})
        stamp = given.get(pages.STAMP, "")
        age = protection.age(self.keys, now, stamp)
        if age is None or age > protection.LONGEST:
            stamp = protection.stamp(self.keys, now - (protection.QUICKEST if age else 0))
        if wish.wrong:
            return Answer(pages.subscribe(view, wish, stamp), 422)
        if age is None or not protection.QUICKEST <= age <= protection.LONGEST:
            wish = replace(wish, wrong={"address": "stale"})
            return Answer(pages.subscribe(view, wish, stamp), 422)
        with self.database.write() as connection:
            number = wishes.keep(
                connection, self.keys, now, "subscribe", address, name=wish.name,
                language=wish.language, form=wish.form, device=wish.device,
                wording=pages.consent(view), origin=origin,
            )  # fmt: skip
        if number is None:
            return Answer(pages.refused(view, "throttled", "throttled_text"), 429)
        return Answer(pages.sent(view), afterwards=partial(self.invite, view, number))

    def invite(self, view: View, number: int) -> None:
        """Mail the link that confirms a wish, unless the mailbox has got enough."""
        with self.database.write() as connection:
            now = self.database.clock.now()
            wishes.forget(connection, now, self.days)
            claimed = wishes.claim_mail(connection, self.keys, now, number)
        if claimed is None:
            return
        wish, known = claimed
        if wish.kind == "subscribe" and known:
            note = mails.to_known(self.publication, self.keys, view.words, known)
        else:
            note = mails.to_confirm(self.publication, self.keys, view.words, wish)
        if not self._send(note):
            with self.database.write() as connection:
                wishes.unclaim_mail(connection, number)

    def show_confirm(self, view_of: ViewOf, token: str) -> Answer:
        """The button that confirms a wish."""
        with self.database.read() as connection:
            now = self.database.clock.now()
            wish = wishes.named(connection, self.keys, now, token, self.days)
        if wish is None:
            return Answer(pages.dead(view_of("")), 404)
        view = view_of(wish.language)
        return Answer(pages.confirm(view, wish.kind, wish.form, wish.language, wish.device))

    def confirm(self, view_of: ViewOf, token: str, given: Mapping[str, str]) -> Answer:
        """Do what was asked for, once; say so every time."""
        with self.database.write() as connection:
            now = self.database.keep_time(connection)
            done = wishes.confirm(connection, self.keys, now, token, self.days)
        if done is None:
            return Answer(pages.dead(view_of("")), 404)
        wish, result = done
        page = pages.confirmed(view_of(wish.language), wish.kind)
        if isinstance(result, wishes.Moved):
            note = mails.to_moved(self.publication, result.subscription, result.before)
            return Answer(page, afterwards=partial(self._send, note))
        if isinstance(result, Subscription) and wish.kind == "subscribe":
            note = mails.to_welcome(self.publication, self.keys, result)
            return Answer(page, afterwards=partial(self._send, note))
        return Answer(page)

    def show_leave(self, view_of: ViewOf, token: str) -> Answer:
        """The button that ends a subscription."""
        known = self.reader(token)
        if known is None:
            return Answer(pages.dead(view_of("")), 404)
        return Answer(pages.leave(view_of(known.language), token))

    def leave(self, view_of: ViewOf, token: str, given: Mapping[str, str]) -> Answer:
        """End a subscription, by a person's press or a mail program's one click (RFC 8058)."""
        source = "one-click" if given.get(ONE_CLICK[0]) == ONE_CLICK[1] else wishes.SOURCE
        found = self.keys.read_token("reader", token)
        with self.database.write() as connection:
            known = subscribers.by_public_id(connection, found) if found else None
            if known and known.state in LEAVING:
                now = self.database.keep_time(connection)
                subscribers.set_state(connection, self.keys, now, known.id, "unsubscribed", source)
        if known is None:
            return Answer(pages.dead(view_of("")), 404)
        return Answer(pages.left(view_of(known.language)))

    def reader(self, token: str) -> Subscription | None:
        """The subscription that a reader's token names."""
        found = self.keys.read_token("reader", token)
        if found is None:
            return None
        with self.database.read() as connection:
            return subscribers.by_public_id(connection, found)

    def _stamp(self) -> str:
        return protection.stamp(self.keys, self.database.clock.now())

    def _send(self, note: Note) -> bool:
        try:
            self.mail(note.address, note.subject, note.text)
        except MailError as error:
            _LOG.warning("a mail to a reader was not taken: %s", error)
            return False
        return True
