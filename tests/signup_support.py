"""A sign-up site for tests: its readers press buttons, its mails are caught, its time is set."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Condition
from typing import Any

import sqlalchemy as sa
from lxml import html
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from bulletin_press.distribution import tables
from bulletin_press.distribution.clock import SECOND, Clock
from bulletin_press.distribution.readers import subscribers
from bulletin_press.distribution.readers.subscription import Subscription
from bulletin_press.distribution.signup import app
from bulletin_press.distribution.signup.mails import MailError
from tests.delivery_support import TOML, Office, office

BASE = "https://notes.example.org/subscribe/"


@dataclass
class Time:
    """Seconds that pass when a test says so."""

    seconds: float = 1_790_000_000

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Box:
    """Mails that were sent; ``full`` refuses them."""

    mails: list[tuple[str, str, str]] = field(default_factory=list)
    full: bool = False
    arrived: Condition = field(default_factory=Condition)

    def __call__(self, address: str, subject: str, text: str) -> None:
        if self.full:
            raise MailError("the relay is away")
        with self.arrived:
            self.mails.append((address, subject, text))
            self.arrived.notify_all()

    def to(self, address: str) -> list[str]:
        """The texts of the mails to an address."""
        return [text for to, _, text in self.mails if to == address]

    def link(self, page: str, address: str = "") -> str:
        """The path of the last link to a page, in mails to an address or to all.

        Mails come after the page that the reader gets: this waits for the first.
        """

        def links() -> list[str]:
            texts = [text for to, _, text in self.mails if address in ("", to)]
            return re.findall(rf"^{BASE}({page}/\S+)$", "\n".join(texts), re.MULTILINE)

        with self.arrived:
            assert self.arrived.wait_for(links, timeout=60)
            return f"/{links()[-1]}"


@dataclass
class Site:
    """A site with its list, its mails, its time and a browser that knows no cookies."""

    office: Office
    box: Box
    time: Time
    app: ASGIApp
    client: TestClient

    def later(self, milliseconds: int) -> None:
        """Let time pass."""
        self.time.seconds += milliseconds / SECOND

    def form(self, **fields: str) -> dict[str, str]:
        """The fields of the form as somebody sends it who took some time to fill it in."""
        given = opened(self.client.get("/").content)
        stamp = given.xpath("string(//input[@name='given']/@value)")
        self.later(20 * SECOND)
        usual = {"given": stamp, "address": "reader@example.org", "form": "letter"}
        return {**usual, "language": "en-US", "name": "", "website": "", **fields}

    def ask(self, path: str = "/", sent: Mapping[str, str] | None = None, **fields: Any) -> int:
        """Send the form, with the headers ``sent``; returns the status."""
        return self.client.post(path, data=self.form(**fields), headers=sent).status_code

    def subscribe(self, address: str = "reader@example.org", **fields: Any) -> str:
        """Subscribe and confirm; returns the reader's token."""
        assert self.ask(address=address, **fields) == 200
        assert self.client.post(self.box.link("confirm", address)).status_code == 200
        return self.token(address)

    def token(self, address: str) -> str:
        """The token that letters to an address carry."""
        return self.office.keys.token("reader", self.reader(address).public_id)

    def reader(self, address: str) -> Subscription:
        """The subscription of an address."""
        with self.office.database.read() as connection:
            found = subscribers.find(connection, self.office.keys, address)
        assert found
        return found

    def state(self, address: str = "reader@example.org") -> str:
        """The state of an address on the list, empty if it is not there."""
        with self.office.database.read() as connection:
            found = subscribers.find(connection, self.office.keys, address)
        return found.state if found else ""

    def set_state(self, address: str, state: str) -> None:
        """Bring a subscription into a state, as a command or a bounce does."""
        now = self.office.database.clock.now()
        with self.office.database.write() as connection:
            subscribers.set_state(
                connection, self.office.keys, now, self.reader(address).id, state, "test"
            )

    def everything(self) -> str:
        """All that the tables of readers hold, to see whether anything has changed."""
        with self.office.database.read() as connection:
            return "\n".join(
                repr(connection.execute(sa.select(table).order_by(*table.primary_key)).all())
                for table in (
                    tables.subscriptions, tables.changes, tables.suppressions, tables.requests,
                )
            )  # fmt: skip


@contextmanager
def site(folder: Path, toml: str = TOML, body_seconds: float = 15) -> Iterator[Site]:
    """A site of the publication in ``folder``."""
    time = Time()
    with office(folder, toml, Clock(0, time, time)) as desk:
        box = Box()
        served = app.application(
            desk.publication, desk.database, desk.keys, box, body_seconds=body_seconds
        )
        client = TestClient(
            served, follow_redirects=False, raise_server_exceptions=False,
            base_url="http://127.0.0.1", client=("192.0.2.7", 40000),
        )  # fmt: skip
        yield Site(desk, box, time, served, client)


def opened(content: bytes) -> Any:
    """A page as a tree."""
    return html.fromstring(content)


def main_text(content: bytes) -> str:
    """The words of a page's main part."""
    return " ".join(opened(content).xpath("//main")[0].text_content().split())
