"""The page of preferences: what readers change by themselves, and what they confirm by mail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from bulletin_press.distribution.readers import subscribers
from bulletin_press.distribution.readers.subscription import Subscription
from bulletin_press.distribution.signup import fields, pages, wishes
from bulletin_press.distribution.signup.desk import Answer, Desk, ViewOf
from bulletin_press.distribution.signup.fields import Wish
from bulletin_press.distribution.signup.layout import View


class Settings:
    """Serves readers who hold the link to their preferences."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def show(self, view_of: ViewOf, token: str, said: tuple[str, ...] = ()) -> Answer:
        """The page as the subscription is now; ``said`` names what it tells of what was done."""
        known = self.desk.reader(token)
        if known is None or known.state == "erased":
            return Answer(pages.dead(view_of("")), 404)
        view = view_of(known.language)
        if known.state not in wishes.LIVING:
            return Answer(pages.not_active(view))
        return Answer(pages.preferences(view, known, token, _as_known(known), said))

    def change(self, view_of: ViewOf, token: str, given: Mapping[str, str]) -> Answer:
        """Do what a reader asks for; every answer is the page."""
        known = self.desk.reader(token)
        if known is None or known.state not in wishes.LIVING:
            return self.show(view_of, token)
        what = given.get("do")
        if what == "pause":
            return self._turn(view_of, token, "active", "paused", "paused")
        if what == "resume":
            return self._turn(view_of, token, "paused", "active", "resumed")
        if what == "save":
            return self._save(view_of, token, known, given)
        if what == "move":
            return self._move(view_of, token, known, given)
        return self.show(view_of, token)

    def _turn(self, view_of: ViewOf, token: str, before: str, after: str, said: str) -> Answer:
        desk = self.desk
        with desk.database.write() as connection:
            found = desk.keys.read_token("reader", token) or ""
            known = subscribers.by_public_id(connection, found)
            if known and known.state == before:
                now = desk.database.keep_time(connection)
                subscribers.set_state(connection, desk.keys, now, known.id, after, wishes.SOURCE)
        return self.show(view_of, token, (said,))

    def _save(
        self, view_of: ViewOf, token: str, known: Subscription, given: Mapping[str, str]
    ) -> Answer:
        desk, view = self.desk, view_of(known.language)
        confirmed = known.device if known.device_confirmed_at is not None else ""
        wish = fields.wish(given, {known.language, *pages.languages(view)}, confirmed)
        if wish.wrong:
            return Answer(pages.preferences(view, known, token, wish), 422)
        new = wish.form == "kindle" and wish.device not in ("", confirmed)
        number = None
        with desk.database.write() as connection:
            now = desk.database.keep_time(connection)
            current = subscribers.by_id(connection, known.id)
            if current is None or current.state not in wishes.LIVING:
                return Answer(pages.not_active(view))
            subscribers.change(
                connection, desk.keys, now, known.id, wishes.SOURCE,
                name=wish.name, language=wish.language, form=None if new else wish.form,
            )  # fmt: skip
            if new:
                number = wishes.keep(
                    connection, desk.keys, now, "device", current.address, subscription=known.id,
                    language=wish.language, form="kindle", device=wish.device,
                )  # fmt: skip
        if not new:
            return self.show(view_of, token, ("saved",))
        return self._asked(view_of, token, number, ("saved", "sent_text"))

    def _move(
        self, view_of: ViewOf, token: str, known: Subscription, given: Mapping[str, str]
    ) -> Answer:
        desk, view = self.desk, view_of(known.language)
        typed = given.get("new_address", "")
        address, wrong = fields.address_of(typed)
        if wrong:
            wish = replace(
                _as_known(known), address=fields.shown(typed), wrong={"new_address": wrong}
            )
            return Answer(pages.preferences(view, known, token, wish), 422)
        with desk.database.write() as connection:
            now = desk.database.keep_time(connection)
            number = wishes.keep(
                connection, desk.keys, now, "address", address,
                subscription=known.id, language=known.language,
            )  # fmt: skip
        return self._asked(view_of, token, number, ("sent_text",))

    def _asked(
        self, view_of: ViewOf, token: str, number: int | None, said: tuple[str, ...]
    ) -> Answer:
        known = self.desk.reader(token)
        view: View = view_of(known.language if known else "")
        if number is None:
            return Answer(pages.refused(view, "throttled", "throttled_text"), 429)
        answer = self.show(view_of, token, said)
        return replace(answer, afterwards=partial(self.desk.invite, view, number))


def _as_known(known: Subscription) -> Wish:
    return Wish(name=known.name, language=known.language, form=known.form)
