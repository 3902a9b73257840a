"""The list of subscribers: addresses, consent, states, and what stays when a reader leaves."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import Connection

from bulletin_press.config import Publication
from bulletin_press.distribution import keys, tables
from bulletin_press.distribution.database import open_database
from bulletin_press.distribution.keys import Keys
from bulletin_press.distribution.readers import addresses, subscribers
from bulletin_press.distribution.readers.subscription import (
    Consent,
    Subscription,
    label,
    language_tag,
)

NOW = 1_780_000_000_000
CONSENT = Consent(NOW - 1000, "the fair of 2026", "Send me the bulletin.")


@pytest.fixture
def secret(publication: Publication) -> Keys:
    return keys.load(publication)


@pytest.fixture
def connection(publication: Publication) -> Iterator[Connection]:
    database = open_database(publication)
    with database.write() as connection:
        yield connection
    database.close()


def add(
    connection: Connection, secret: Keys, address: str = "reader@example.org", **values
) -> Subscription:
    given = {"source": "test", "language": "en", "consent": CONSENT, **values}
    return subscribers.add(connection, secret, NOW, address, **given)


def changes_of(connection: Connection, id: int) -> list[tuple[str, str]]:
    row = tables.changes.c
    query = sa.select(row.what, row.detail).where(row.subscription == id).order_by(row.id)
    return [tuple(found) for found in connection.execute(query)]


# Addresses --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  Reader@EXAMPLE.org\u200b\n", "Reader@example.org"),
        ("reader@bücher.example", "reader@xn--bcher-kva.example"),
        ("reader@bu\u0308cher.example", "reader@xn--bcher-kva.example"),
        ("reader@XN--BCHER-KVA.example", "reader@xn--bcher-kva.example"),
        ("o'neil+news@example.org", "o'neil+news@example.org"),
        ("reader@example。org", "reader@example.org"),
    ],
)
def test_an_address_has_one_form(written: str, kept: str) -> None:
    assert addresses.normalise(written) == kept


@pytest.mark.parametrize(
    "written",
    [
        "", "reader", "reader@", "@example.org", "reader@example", "a b@example.org",
        "reader@example..org", ".reader@example.org", "reader@-example.org", "reader@1.2.3.4",
        "reader@[1.2.3.4]", '"a b"@example.org', "A. Reader <reader@example.org>",
        "größe@example.org", "reader＠example.org", "a@example.org,b@example.org",
        "reader@example.org\r\nBcc: b@example.org", "reader@exam\0ple.org", "reader>@example.org",
        "reader@example.org>\r\nRCPT TO:<b@example.org", "reader@ex\u2028ample.org",
        "a" * 65 + "@example.org", "a@" + "b." * 130 + "org", "=?utf-8?q?a?= @example.org",
    ],
)  # fmt: skip
def test_what_is_unsafe_on_the_wire_is_no_address(written: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        addresses.normalise(written)


@given(st.text() | st.emails() | st.emails().map(str.upper) | st.from_regex(r".{1,9}@.{1,9}\..."))
def test_whatever_is_taken_as_an_address_is_plain_and_stays_as_it_is(text: str) -> None:
    try:
        address = addresses.normalise(text)
    except ValueError:
        return
    assert address.isascii()
    assert address.isprintable()
    assert not set(address) & set(' <>()[]\\",:;')
    assert address.count("@") == 1
    assert addresses.normalise(address) == address
    assert addresses.normalise(unicodedata.normalize("NFD", text)) == address


def test_one_providers_domains_are_one_group() -> None:
    assert addresses.domain_group("a@googlemail.com") == addresses.domain_group("a@GMAIL.com")
    assert addresses.domain_group("a@example.org") == "example.org"


@given(st.text(alphabet="ab.@<>()\"' ;:", max_size=60))
def test_no_address_is_left_where_they_are_blotted_out(text: str) -> None:
    assert "@" not in addresses.blotted(text)
    assert "@" in text or addresses.blotted(text) == text


def test_only_the_address_is_blotted_out() -> None:
    said = "550 5.1.1 <A.Reader@example.org>: unknown (to=b@example.org; see rfc822;c@example.org)"
    assert addresses.blotted(said) == "550 5.1.1 …: unknown (…; see rfc822;…)"


def test_a_name_is_one_line_and_a_language_has_its_capitals() -> None:
    assert label(" A.\r\n Writer\u2028 ") == "A. Writer"
    assert language_tag("EN_us") == "en-US"
    assert language_tag("AZ-latn-AZ") == "az-Latn-AZ"
    for wrong in ("a\0b", "a\x1bb", "x" * 201):
        with pytest.raises(ValueError, match="a name"):
            label(wrong)


# The list ---------------------------------------------------------------------------------------


def test_a_reader_is_active_only_with_consent(connection: Connection, secret: Keys) -> None:
    active = add(connection, secret)
    assert active.state == "active"
    assert (active.consent_at, active.consent_source) == (CONSENT.at, CONSENT.source)
    unconfirmed = add(connection, secret, "b@example.org", consent=None)
    assert unconfirmed.state == "unconfirmed"
    with pytest.raises(ValueError, match="consent"):
        subscribers.set_state(connection, secret, NOW, unconfirmed.id, "active", "command")
    with pytest.raises(ValueError, match="consent"):
        add(connection, secret, "c@example.org", consent=None, state="active")
    for consent in (("", "words"), ("source", " ")):
        with pytest.raises(ValueError, match="source and a wording"):
            Consent(NOW, *consent)


@pytest.mark.parametrize(
    "spelling", ["READER@example.org", "reader@EXAMPLE.ORG ", "Reader@example.org"]
)
def test_an_address_has_one_subscription(
    connection: Connection, secret: Keys, spelling: str
) -> None:
    first = add(connection, secret)
    with pytest.raises(subscribers.ListedError):
        add(connection, secret, spelling)
    assert subscribers.find(connection, secret, spelling) == first
    assert subscribers.by_public_id(connection, first.public_id) == first
    assert subscribers.find(connection, secret, "nobody@example.org") is None
    assert subscribers.find(connection, secret, "no address") is None


def test_every_change_is_noted_without_an_address(connection: Connection, secret: Keys) -> None:
    one = add(connection, secret)
    values: dict[str, Any] = {
        "form": "pdf",
        "language": "de",
        "name": "A. Reader",
        "address": "new@example.org",
    }
    changed = subscribers.change(connection, secret, NOW + 1, one.id, "command", **values)
    assert (changed.form, changed.language, changed.name) == ("pdf", "de", "A. Reader")
    assert changed.address == "new@example.org"
    assert subscribers.find(connection, secret, "new@example.org") == changed
    assert subscribers.find(connection, secret, one.address) is None
    subscribers.set_state(
        connection, secret, NOW + 2, one.id, "bounced", "bounce", "no <new@example.org> here"
    )
    noted = changes_of(connection, one.id)
    assert noted == [
        ("created", "active"), ("name", ""), ("language", "en → de"), ("form", "letter → pdf"),
        ("address", ""), ("bounced", "no … here"),
    ]  # fmt: skip
    same = subscribers.change(connection, secret, NOW + 3, one.id, "command", form="pdf")
    assert same.changed_at == NOW + 2
    assert len(changes_of(connection, one.id)) == len(noted)


def test_an_address_of_another_reader_cannot_be_had(connection: Connection, secret: Keys) -> None:
    one, other = add(connection, secret), add(connection, secret, "b@example.org")
    with pytest.raises(subscribers.ListedError):
        subscribers.change(connection, secret, NOW, one.id, "signup", address=other.address)
    assert subscribers.by_id(connection, one.id) == one


@pytest.mark.parametrize("state", ["bounced", "complained"])
def test_a_bounce_or_complaint_suppresses(connection: Connection, secret: Keys, state: str) -> None:
    one, other = add(connection, secret), add(connection, secret, "b@example.org")
    subscribers.set_state(connection, secret, NOW, one.id, state, "bounce")
    found = subscribers.suppression(connection, secret, one.address)
    assert found is not None
    assert found.reason == state
    subscribers.change(connection, secret, NOW, one.id, "command", address="new@example.org")
    for address in (one.address, one.address.upper()):
        with pytest.raises(subscribers.SuppressedError):
            add(connection, secret, address)
    with pytest.raises(subscribers.SuppressedError):
        subscribers.change(connection, secret, NOW, other.id, "signup", address=one.address)


def test_who_left_comes_back_by_a_new_confirmation_only(
    connection: Connection, secret: Keys
) -> None:
    for state in ("unsubscribed", "complained"):
        one = add(connection, secret, f"{state}@example.org")
        subscribers.set_state(connection, secret, NOW, one.id, state, "one-click")
        with pytest.raises(ValueError, match="new consent"):
            subscribers.set_state(connection, secret, NOW, one.id, "active", "command")
        consent = Consent(NOW + 5, "signup", "Yes, again.")
        back = subscribers.confirm(
            connection, secret, NOW + 5, one.address, source="signup", consent=consent,
            language="az", form="epub",
        )  # fmt: skip
        assert (back.id, back.state, back.form, back.language) == (one.id, "active", "epub", "az")
        assert back.consent_wording == "Yes, again."
        assert subscribers.suppression(connection, secret, one.address) is None


def test_a_mailbox_that_works_again_is_written_to_again(
    connection: Connection, secret: Keys
) -> None:
    one = add(connection, secret)
    subscribers.set_state(connection, secret, NOW, one.id, "bounced", "bounce")
    back = subscribers.set_state(connection, secret, NOW, one.id, "active", "command")
    assert back.state == "active"
    assert subscribers.suppression(connection, secret, one.address) is None


def test_a_device_is_confirmed_with_consent_and_doubted_when_it_changes(
    connection: Connection, secret: Keys
) -> None:
    with pytest.raises(ValueError, match="kindle"):
        add(connection, secret, form="kindle")
    one = add(connection, secret, form="kindle", device="Reader_1@KINDLE.com")
    assert (one.device, one.device_confirmed_at) == ("Reader_1@kindle.com", CONSENT.at)
    change: dict[str, Any] = {"device": "reader_2@kindle.com"}
    other = subscribers.change(connection, secret, NOW, one.id, "command", **change)
    assert other.device_confirmed_at is None
    sure = subscribers.change(
        connection, secret, NOW, one.id, "signup", device_confirmed=True, **change
    )
    assert sure.device_confirmed_at == NOW
    with pytest.raises(ValueError, match="kindle"):
        subscribers.change(connection, secret, NOW, one.id, "command", device="")
