"""Sign-up as its readers use it and as others abuse it: requests in, pages, mails and rows out."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import sqlalchemy as sa
from starlette.datastructures import Address

from bulletin_press.distribution import tables
from bulletin_press.distribution.clock import DAY, HOUR, SECOND
from bulletin_press.distribution.keys import Keys
from bulletin_press.distribution.readers import retention, subscribers
from bulletin_press.distribution.signup import protection
from tests.delivery_support import TOML
from tests.signup_support import BASE, Site, main_text, opened, site

READER = "reader@example.org"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ONE_CLICK = "List-Unsubscribe=One-Click"


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Site]:
    with site(tmp_path) as one:
        yield one


# Subscribing ------------------------------------------------------------------------------------


def test_a_reader_subscribes_by_two_presses_and_the_consent_is_kept(here: Site) -> None:
    shown = here.client.get("/?lang=de")
    assert re.search(r"<option[^>]*value=.de.[^>]*selected", shown.text)
    notice = opened(shown.content).xpath("//section[@class='privacy']")[0]
    assert here.ask("/?lang=de", form="pdf", language="de", name="R. Eader") == 200
    assert here.state() == ""
    [(address, subject, text)] = here.box.mails
    assert address == READER
    assert subject.startswith("Bitte bestätigen")
    assert "Eader" not in text
    path = here.box.link("confirm")
    assert here.client.get(path).status_code == 200
    assert here.state() == ""
    before = here.office.database.clock.now()
    assert here.client.post(path).status_code == 200
    reader = here.reader(READER)
    assert (reader.state, reader.form, reader.language, reader.name) == (
        "active", "pdf", "de", "R. Eader",
    )  # fmt: skip
    assert reader.consent_at == before
    assert reader.consent_source == "signup"
    assert "".join(reader.consent_wording.split()) == "".join(notice.text_content().split())
    assert here.box.mails[1][1].startswith("Sie haben abonniert")
    assert here.box.link("preferences").partition("?")[0] == f"/preferences/{here.token(READER)}"


def test_confirming_again_gives_the_same_answer_and_does_nothing(here: Site) -> None:
    here.ask()
    path = here.box.link("confirm")
    first = here.client.post(path)
    mails = len(here.box.mails)
    here.set_state(READER, "unsubscribed")
    later = here.everything()
    again = here.client.post(path)
    assert (again.status_code, again.content) == (200, first.content)
    assert here.everything() == later
    assert len(here.box.mails) == mails


def test_a_link_to_confirm_expires(here: Site) -> None:
    here.ask()
    path = here.box.link("confirm")
    here.later(30 * DAY - HOUR)
    assert here.client.get(path).status_code == 200
    here.later(2 * HOUR)
    assert here.client.get(path).status_code == here.client.post(path).status_code == 404
    assert here.state() == ""


def test_an_old_wish_is_forgotten_but_for_the_keyed_hash(here: Site) -> None:
    here.ask(name="R. Eader")
    here.later(31 * DAY)
    here.ask(address="other@example.org")
    assert READER not in here.everything()
    assert "Eader" not in here.everything()


@pytest.mark.parametrize("state", ["unsubscribed", "complained", "bounced", "unconfirmed"])
def test_who_left_or_was_suppressed_subscribes_anew_by_confirming(here: Site, state: str) -> None:
    here.subscribe()
    here.set_state(READER, state)
    here.later(2 * DAY)
    here.ask(form="epub")
    assert here.state() == state
    here.client.post(here.box.link("confirm"))
    assert (here.state(), here.reader(READER).form) == ("active", "epub")
    with here.office.database.read() as connection:
        assert subscribers.suppression(connection, here.office.keys, READER) is None


def test_an_erased_reader_subscribes_anew_as_somebody_else(here: Site) -> None:
    token = here.subscribe()
    with here.office.database.write() as connection:
        row = tables.subscriptions
        erased = sa.update(row).values(address=None, address_key=None, state="erased", name="")
        connection.execute(erased)
    assert here.client.get(f"/preferences/{token}").status_code == 404
    assert here.client.post(f"/unsubscribe/{token}").status_code == 200
    here.later(2 * DAY)
    assert here.subscribe() != token


def test_an_e_reader_is_confirmed_with_the_subscription(here: Site) -> None:
    assert here.ask(form="kindle") == 422
    assert here.ask(form="kindle", device="victim@example.net") == 422
    assert here.ask(form="kindle", device="me@kindle.com") == 200
    assert here.box.mails[0][0] == READER
    assert "me@kindle.com" in main_text(here.client.get(here.box.link("confirm")).content)
    here.client.post(here.box.link("confirm"))
    assert here.reader(READER).device == "me@kindle.com"
    assert here.reader(READER).device_confirmed_at


@pytest.mark.parametrize("domain", ["kindle.com", "free.kindle.com", "pbsync.com", "KINDLE.COM"])
def test_no_mail_to_confirm_goes_to_an_e_reader(here: Site, domain: str) -> None:
    assert here.ask(address=f"me@{domain}") == 422
    token = here.subscribe()
    move = {"do": "move", "new_address": f"me@{domain}"}
    assert here.client.post(f"/preferences/{token}", data=move).status_code == 422
    assert {to for to, _, _ in here.box.mails} == {READER}


def test_a_mail_that_the_relay_refuses_can_be_asked_for_again(here: Site) -> None:
    here.box.full = True
    assert here.ask() == 200
    here.box.full = False
    assert here.ask() == 200
    assert len(here.box.to(READER)) == 1


# Nobody learns who is subscribed ----------------------------------------------------------------


def test_every_address_gets_the_same_answer(here: Site) -> None:
    for name in ("known", "paused", "unsubscribed", "complained", "bounced"):
        here.subscribe(f"{name}@example.org")
        if name != "known":
            here.set_state(f"{name}@example.org", name)
    here.later(2 * DAY)
    answers = set()
    for name in ("known", "paused", "unsubscribed", "complained", "bounced", "nobody"):
        answer = here.client.post("/", data=here.form(address=f"{name}@example.org"))
        headers = {key: value for key, value in answer.headers.items() if key != "date"}
        answers.add((answer.status_code, answer.content, str(headers)))
    assert len(answers) == 1
    assert "/confirm/" not in here.box.to("known@example.org")[-1]
    assert "/preferences/" in here.box.to("paused@example.org")[-1]
    for name in ("unsubscribed", "complained", "bounced", "nobody"):
        assert "/confirm/" in here.box.to(f"{name}@example.org")[-1]


def test_the_answer_comes_before_anything_is_looked_up(
    here: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mail is decided on afterwards: what is done before is one and the same insert."""
    done: list[str] = []

    async def spied(scope: Any, receive: Any, send: Any) -> None:
        async def sent(message: Any) -> None:
            done.append(message["type"])
            await send(message)

        await here.app(scope, receive, sent)

    find = subscribers.find

    def finding(*given: Any) -> Any:
        done.append("find")
        return find(*given)

    monkeypatch.setattr(subscribers, "find", finding)
    here.client.app = spied
    here.client._transport.app = spied  # type: ignore[attr-defined]
    form = here.form()
    done.clear()
    here.client.post("/", data=form)
    assert done == ["http.response.start", "http.response.body", "find"]


# Bombs and robots -------------------------------------------------------------------------------


def test_an_address_gets_one_mail_a_day_and_three_for_ever(here: Site) -> None:
    for hour in range(24):
        here.ask(sent={"X-Forwarded-For": "198.51.100.1"})
        assert len(here.box.mails) == 1, hour
        here.later(50 * 60 * SECOND)
    for day in range(70):
        here.later(DAY)
        here.ask()
        assert len(here.box.mails) == min(2 + day, 3)


def test_a_purge_forgets_who_asked_and_not_how_often(here: Site) -> None:
    for _ in range(5):
        here.ask(name="R. Eader")
        here.later(31 * DAY)
        with here.office.database.write() as connection:
            now, delivery = here.office.database.clock.now(), here.office.publication.delivery
            assert retention.purge(connection, now, delivery).requests == 1
        assert READER not in here.everything()
        assert "Eader" not in here.everything()
    assert len(here.box.mails) == 3


def test_a_subscriber_is_not_bombed_either(here: Site) -> None:
    here.subscribe()
    here.box.mails.clear()
    for _ in range(20):
        here.later(DAY)
        here.ask()
    assert len(here.box.mails) == 3
    here.later(31 * DAY)
    here.ask()
    assert len(here.box.mails) == 4


def test_five_hundred_addresses_from_one_network_are_throttled(here: Site) -> None:
    form = here.form()
    statuses = [
        here.client.post("/", data={**form, "address": f"r{number}@example.org"}).status_code
        for number in range(500)
    ]
    assert statuses.count(200) == len(here.box.mails) == 20
    assert set(statuses) == {200, 429}
    first = here.client.post("/", data=here.form(address="r1@example.org"))
    other = here.client.post("/", data=here.form(address="unknown@example.org"))
    assert first.status_code == 429
    assert first.headers["Retry-After"]
    assert first.content == other.content
    here.later(DAY)
    assert here.ask(address="late@example.org") == 200


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("fe80::1%eth0", "fe80::2", True),
        ("testclient", "", True),
    ],
)
def test_networks(here: Site, one: str, other: str, same: bool) -> None:
    keys = here.office.keys
    found = [protection.origin(keys, Address(address, 1)) for address in (one, other)]
    assert (found[0] == found[1]) is same
    assert one not in found[0]
    assert len(found[0]) <= 64
    assert protection.origin(keys, None) == protection.origin(keys, Address("", 0))


def test_only_a_known_proxy_says_where_a_request_comes_from(here: Site) -> None:
    for number in range(25):
        here.ask(address=f"r{number}@example.org", sent={"X-Forwarded-For": f"10.0.0.{number}"})
    assert len(here.box.mails) == 20
    here.client._transport.client = ("127.0.0.1", 1)  # type: ignore[attr-defined]
    for number in range(25):
        here.ask(address=f"p{number}@example.org", sent={"X-Forwarded-For": f"10.0.0.{number}"})
    assert len(here.box.mails) == 45
    forged = {"X-Forwarded-For": "1.2.3.4, 198.51.100.9"}
    for number in range(25):
        here.ask(address=f"q{number}@example.org", sent=forged)
    assert len(here.box.mails) == 65


def test_a_robot_that_fills_everything_in_gets_the_usual_answer(here: Site) -> None:
    usual = here.client.post("/", data=here.form())
    trapped = here.client.post("/", data=here.form(address="x@example.org", website="http://x"))
    assert trapped.content == usual.content
    assert len(here.box.mails) == 1


def test_a_form_sent_too_quickly_or_late_is_shown_again_with_what_was_typed(here: Site) -> None:
    form = here.form(name="R. Eader", form="epub")
    for wait, stamp in (
        (0, protection.stamp(here.office.keys, here.office.database.clock.now())),
        (2 * DAY, form["given"]),
        (0, ""),
        (0, "1790000000000.aaaaaaaaaaaaaaaaaaaaaaaaaa"),
        (0, "9" * 5000),
    ):
        here.later(wait)
        answer = here.client.post("/", data={**form, "given": stamp})
        assert answer.status_code == 422
        assert not here.box.mails
        shown = opened(answer.content)
        assert shown.xpath("//input[@name='name']/@value") == ["R. Eader"]
        assert shown.xpath("//input[@name='form'][@checked]/@value") == ["epub"]
        again = shown.xpath("string(//input[@name='given']/@value)")
        here.later(4 * SECOND)
        assert here.client.post("/", data={**form, "given": again}).status_code == 200
        here.box.mails.clear()
        with here.office.database.write() as connection:
            connection.execute(sa.delete(tables.requests))


def test_bodies_have_a_bound(here: Site) -> None:
    token = here.subscribe()
    for path in ("/", f"/unsubscribe/{token}", f"/preferences/{token}"):
        large = here.client.post(path, content=b"a=" + b"x" * 17_000, headers=FORM)
        assert large.status_code == 413, path

        def chunks() -> Iterator[bytes]:
            for _ in range(20):
                yield b"x" * 1000

        assert here.client.post(path, content=chunks(), headers=FORM).status_code == 413
    many = "&".join(f"a{number}=1" for number in range(2000))
    assert here.client.post("/", content=many, headers=FORM).status_code == 422
    assert here.state() == "active"


def test_a_body_that_does_not_arrive_is_given_up(tmp_path: Path) -> None:
    async def ask(app: Any) -> list[int]:
        statuses: list[int] = []

        async def receive() -> Any:
            await asyncio.sleep(3600)

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        scope = {
            "type": "http", "method": "POST", "path": "/", "query_string": b"",
            "headers": [(b"content-length", b"10")], "client": ("192.0.2.7", 1),
        }  # fmt: skip
        await app(scope, receive, send)
        return statuses

    with site(tmp_path, body_seconds=0.01) as slow:
        assert asyncio.run(ask(slow.app)) == [408]


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "multipart/form-data"},
        {"Content-Type": "multipart/form-data; boundary="},
        {"Content-Type": 'multipart/form-data; boundary="a\r"'},
        {"Content-Type": "multipart/form-data; boundary=x; charset=unicode_escape"},
        {"Content-Type": "application/json"},
        {"Content-Type": "\xff\xfe"},
        {},
    ],
)
def test_bodies_of_other_kinds_have_no_fields(here: Site, headers: dict[str, str]) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="address"\r\n\r\n\\ud800@\r\n--x--\r\n'
    for body in (part, b"", b"--", b"\x00\xff", b"%ff%fe=%00&&&=&=="):
        sent = {name: value.encode("latin-1") for name, value in headers.items()}
        assert here.client.post("/", content=body, headers=sent).status_code == 422  # type: ignore[arg-type]


# Hostile fields ---------------------------------------------------------------------------------

BREAKS = ["\r\nBcc: v@example.net", "\n.\r\n", "\x00", "\u2028", "\u2029", "\x85", "\u202e"]


@pytest.mark.parametrize("text", BREAKS)
@pytest.mark.parametrize("field", ["address", "name", "language", "form", "device"])
def test_no_field_ends_a_line(here: Site, field: str, text: str) -> None:
    usual = {"address": READER, "name": "R", "form": "kindle", "device": "r@kindle.com"}
    value = {**usual, "language": "en-US"}[field]
    for typed in (value[:3] + text + value[3:], value + text + "x", text + value):
        fields: dict[str, Any] = {**usual, field: typed}
        if here.ask(**fields) == 200:  # taken off, as the invisible signs around an address are
            here.client.post(here.box.link("confirm"))
            stored = here.reader(READER)
            kept = f"{stored.address}{stored.name}{stored.device}{stored.language}{stored.form}"
            assert re.fullmatch(r"[\x20-\x7e]+", kept)
            assert field in ("address", "device", "name")
    for address, subject, words in here.box.mails:
        assert address == READER
        assert "\n" not in subject
        assert "Bcc" not in words


@pytest.mark.parametrize(
    "name",
    [
        "see https://evil.example", "www.evil.example", "evil.com", "EVIL.COM", "a/b",
        "a@b.example",
        "<script>", "x" * 101, "javascript:alert(1)", "{{7*7}}", "ｅｖｉｌ．ｃｏｍ",
        "evil\u200b", "\ud7ff\U000e0041",
    ],
)  # fmt: skip
def test_names_that_carry_a_message_are_refused(here: Site, name: str) -> None:
    assert here.ask(name=name) == 422
    assert not here.box.mails


@pytest.mark.parametrize(
    "name", ["R. Eader", "J.R.R. Eader", "O’Reader-Smith", "Dr. Əli", "علی‌رضا", "李 雷", "x" * 100]
)
def test_names_of_people_are_taken(here: Site, name: str) -> None:
    here.subscribe(name=name)
    assert here.reader(READER).name == name


@pytest.mark.parametrize("text", ['"><script>alert(1)</script>', "' onfocus=x autofocus '", "]]>"])
@pytest.mark.parametrize("field", ["address", "name", "language", "form", "device", "given"])
def test_what_was_typed_is_shown_as_text(here: Site, field: str, text: str) -> None:
    answer = here.client.post(
        "/?lang=" + quote(text), data=here.form(**{"form": "kindle", field: text})
    )
    shown = opened(answer.content)
    assert answer.status_code == 422
    assert not shown.xpath("//script")
    assert not shown.xpath("//@onfocus")
    if field in ("address", "name", "device"):
        assert text in shown.xpath("//input/@value")


def test_no_address_to_go_to_is_taken_from_a_request(here: Site) -> None:
    token = here.subscribe()
    for target in ("//evil.example", "https:evil.example", "\\\\evil.example", "/%09/evil.example"):
        query = urlencode(dict.fromkeys(("next", "url", "return", "lang", "redirect"), target))
        for path in ("/", f"/unsubscribe/{token}", f"/preferences/{token}", f"/{target}"):
            for method in ("GET", "POST"):
                answer = here.client.request(
                    method, f"http://127.0.0.1{path}?{query}", content=query,
                    headers={"Host": "evil.example", **FORM},
                )  # fmt: skip
                assert "Location" not in answer.headers
                assert "evil" not in answer.text


def test_links_in_mails_come_from_the_configuration(here: Site) -> None:
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil"}
    here.ask(sent=headers)
    here.client.post(here.box.link("confirm"), headers=headers)
    for _, _, text in here.box.mails:
        assert "evil" not in text
        assert BASE in text


# Tokens and scanners ----------------------------------------------------------------------------


def test_every_forged_token_gets_one_and_the_same_answer(here: Site) -> None:
    good = here.subscribe()
    keys = here.office.keys
    reader = here.reader(READER).public_id
    forged = {
        "", "x", good[:-1], good + "A", good * 100, "1", f"{reader}.", reader, f".{good[17:]}",
        keys.token("confirm", reader), Keys(b"1" * 32, (b"2" * 32,)).token("reader", reader),
        keys.token("reader", "A" * 16), "../" + good, good + "/", "%00", "é" * 60, "a/b/c",
    }  # fmt: skip
    for at, sign in enumerate(good):
        forged |= {good[:at] + chr(ord(sign) ^ 1 << bit) + good[at + 1 :] for bit in range(8)}
    before = here.everything()
    for page in ("unsubscribe", "preferences", "confirm"):
        answers = set()
        for token in forged - {good}:
            for method in ("GET", "POST"):
                answer = here.client.request(method, f"/{page}/{quote(token, safe='')}")
                answers.add((answer.status_code, answer.content))
        assert len(answers) == 1
        assert answers.pop()[0] == 404
    assert here.everything() == before


def test_letters_signed_with_an_older_key_still_work(tmp_path: Path) -> None:
    with site(tmp_path) as old:
        token = old.subscribe()
    path = tmp_path / "subscribers.key"
    path.write_text(path.read_text().replace("tokens = [", f'tokens = ["{"ab" * 32}", '))
    with site(tmp_path) as new:
        assert new.token(READER) != token
        assert new.client.post(f"/unsubscribe/{token}").status_code == 200
        assert new.state() == "unsubscribed"


def test_scanners_change_nothing_and_links_still_work_after(here: Site) -> None:
    here.subscribe()
    here.ask(address="other@example.org")
    links = re.findall(r"https://\S+", "\n".join(text for _, _, text in here.box.mails))
    before, mails = here.everything(), len(here.box.mails)
    agents = [
        {"User-Agent": "Mozilla/5.0 (compatible; LinkScanner)"},
        {"User-Agent": "", "Purpose": "prefetch"},
        {"Sec-Purpose": "prefetch;prerender", "Accept": "*/*"},
        {"User-Agent": "curl/8", "X-HTTP-Method-Override": "POST"},
        {"X-Method-Override": "POST", "List-Unsubscribe": "One-Click"},
    ]
    for link in links:
        for headers in agents:
            for method in ("GET", "HEAD", "OPTIONS"):
                for query in ("", f"?{ONE_CLICK}&do=pause"):
                    path = link.removeprefix("https://notes.example.org") + query
                    for _ in range(2):
                        assert here.client.request(method, path, headers=headers).status_code < 400
    assert here.everything() == before
    assert len(here.box.mails) == mails
    here.client.post(here.box.link("confirm", "other@example.org"))
    assert here.state("other@example.org") == "active"
    here.client.post(here.box.link("unsubscribe", READER))
    assert here.state() == "unsubscribed"


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_other_methods_are_refused(here: Site, method: str) -> None:
    token = here.subscribe()
    before = here.everything()
    for path in ("/", f"/unsubscribe/{token}", f"/preferences/{token}", "/signup.css"):
        answer = here.client.request(method, path)
        assert answer.status_code == 405
        assert "GET" in answer.headers["Allow"]
    assert here.everything() == before


# Leaving ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("sent", ["urlencoded", "multipart", "nothing", "garbage"])
def test_one_click_unsubscribes_however_it_is_sent_and_however_often(here: Site, sent: str) -> None:
    token = here.subscribe()
    ways: dict[str, dict[str, Any]] = {
        "urlencoded": {"content": ONE_CLICK, "headers": FORM},
        "multipart": {"files": {"List-Unsubscribe": (None, "One-Click")}},
        "nothing": {},
        "garbage": {"content": b"\xff--", "headers": {"Content-Type": "multipart/form-data"}},
    }
    answers = [here.client.post(f"/unsubscribe/{token}", **ways[sent]) for _ in range(3)]
    assert {(one.status_code, one.content) for one in answers} == {(200, answers[0].content)}
    assert not any("Set-Cookie" in one.headers or "Location" in one.headers for one in answers)
    assert here.state() == "unsubscribed"
    with here.office.database.read() as connection:
        row = tables.changes.c
        sources = connection.scalars(sa.select(row.source).where(row.what == "unsubscribed")).all()
    assert sources == ["one-click" if sent in ("urlencoded", "multipart") else "signup"]


@pytest.mark.parametrize(
    ("before", "after"),
    [("paused", "unsubscribed"), ("bounced", "unsubscribed"), ("complained", "complained")],
)
def test_who_can_leave(here: Site, before: str, after: str) -> None:
    token = here.subscribe()
    here.set_state(READER, before)
    assert here.client.post(f"/unsubscribe/{token}").status_code == 200
    assert here.state() == after
    assert "/subscribe/" in here.client.get(f"/preferences/{token}").text
    assert here.client.post(f"/preferences/{token}", data={"do": "resume"}).status_code == 200
    assert here.state() == after


# Preferences ------------------------------------------------------------------------------------


def test_choices_are_saved(here: Site) -> None:
    token = here.subscribe(name="R")
    path = f"/preferences/{token}"
    shown = here.client.get(path)
    assert READER not in shown.text
    assert "r…\u2060@example.org" in shown.text
    saved = here.client.post(
        path, data={"do": "save", "form": "epub", "language": "tr", "name": "S"}
    )
    assert saved.status_code == 200
    assert 'lang="tr"' in saved.text
    reader = here.reader(READER)
    assert (reader.form, reader.language, reader.name) == ("epub", "tr", "S")
    wrong = here.client.post(path, data={"do": "save", "form": "x", "language": "x", "name": "<"})
    assert wrong.status_code == 422
    assert here.reader(READER) == reader


def test_pause_and_resume(here: Site) -> None:
    path = f"/preferences/{here.subscribe()}"
    for what, state in (
        ("resume", "active"), ("pause", "paused"), ("pause", "paused"), ("resume", "active"),
        ("", "active"), ("erase", "active"),
    ):  # fmt: skip
        assert here.client.post(path, data={"do": what}).status_code == 200
        assert here.state() == state


def test_an_e_reader_waits_until_the_own_mailbox_confirms_it(here: Site) -> None:
    path = f"/preferences/{here.subscribe()}"
    here.box.mails.clear()
    save = {"do": "save", "form": "kindle", "language": "en-US", "device": "me@kindle.com"}
    assert here.client.post(path, data=save).status_code == 200
    assert (here.reader(READER).form, here.reader(READER).device) == ("letter", "")
    assert [to for to, _, _ in here.box.mails] == [READER]
    link = here.box.link("confirm")
    here.client.get(link)
    assert here.reader(READER).form == "letter"
    here.client.post(link)
    reader = here.reader(READER)
    assert (reader.form, reader.device) == ("kindle", "me@kindle.com")
    assert reader.device_confirmed_at
    without = {**save, "device": ""}
    here.client.post(path, data={**without, "form": "pdf"})
    assert here.client.post(path, data=without).status_code == 200
    assert here.reader(READER).form == "kindle"
    assert len(here.box.mails) == 1


def test_another_address_takes_over_once_it_confirms_and_the_old_one_is_told(here: Site) -> None:
    token = here.subscribe()
    path = f"/preferences/{token}"
    move = {"do": "move", "new_address": "New@Example.NET"}
    assert here.client.post(path, data=move).status_code == 200
    assert here.reader(READER).address == READER
    link = here.box.link("confirm", "New@example.net")
    assert READER not in here.client.get(link).text
    here.client.post(link)
    assert here.state() == ""
    assert here.state("new@example.net") == "active"
    assert here.token("new@example.net") == token
    assert "notes@example.org" in here.box.to(READER)[-1]
    assert "example.net" not in here.box.to(READER)[-1]


@pytest.mark.parametrize("state", ["active", "unsubscribed", "complained"])
def test_moving_to_an_address_that_is_known_tells_nothing_and_merges(
    here: Site, state: str
) -> None:
    here.subscribe("other@example.net")
    here.set_state("other@example.net", state)
    here.later(2 * DAY)
    path = f"/preferences/{here.subscribe(form='pdf')}"
    answers = {
        here.client.post(path, data={"do": "move", "new_address": address}).content
        for address in ("other@example.net", "unknown@example.net")
    }
    assert len(answers) == 1
    here.client.post(here.box.link("confirm", "other@example.net"))
    assert here.state() == "unsubscribed"
    assert here.state("other@example.net") == "active"
    assert here.reader("other@example.net").form == "pdf"


def test_a_link_to_move_dies_with_the_subscription(here: Site) -> None:
    token = here.subscribe()
    here.client.post(f"/preferences/{token}", data={"do": "move", "new_address": "n@example.net"})
    here.client.post(f"/unsubscribe/{token}")
    link = here.box.link("confirm", "n@example.net")
    assert here.client.get(link).status_code == here.client.post(link).status_code == 404
    assert here.state("n@example.net") == ""


def test_a_reader_cannot_bomb_by_moving(here: Site) -> None:
    path = f"/preferences/{here.subscribe()}"
    here.box.mails.clear()
    for number in range(50):
        move = {"do": "move", "new_address": f"r{number % 25}@example.net"}
        here.client.post(path, data=move)
    assert len(here.box.mails) <= 6


# The server -------------------------------------------------------------------------------------


def test_pages_work_below_any_path(tmp_path: Path) -> None:
    with site(tmp_path, TOML.replace("/subscribe/", "/a/b/")) as below:
        for prefix in ("", "/a/b"):
            for path in ("/", "/signup.css"):
                assert below.client.get(prefix + path).status_code == 200
            assert below.client.get(prefix + "/nothing").status_code == 404
        shown = opened(below.client.get("/").content)
        assert shown.xpath("//link/@href") == ["/a/b/signup.css"]
        assert below.client.get("/a/bc/").status_code == 404


def test_every_answer_is_bounded_by_its_headers(here: Site) -> None:
    token = here.subscribe()
    for path in ("/", "/x", "/confirm/x", f"/preferences/{token}", "/signup.css"):
        for method in ("GET", "HEAD", "POST", "OPTIONS", "PUT"):
            answer = here.client.request(method, path)
            policy = answer.headers["Content-Security-Policy"]
            assert policy == (
                "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none';"
                " frame-ancestors 'none'"
            )
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "Set-Cookie" not in answer.headers
            if path != "/signup.css" or answer.status_code != 200:
                assert answer.headers["Cache-Control"] == "no-store"


def test_a_database_that_is_away_is_told_and_names_nobody(
    here: Site, caplog: pytest.LogCaptureFixture
) -> None:
    form = here.form()
    with here.office.database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE requests RENAME TO away")
    answer = here.client.post("/", data=form)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert not here.box.mails
    assert READER not in caplog.text


def test_logs_name_nobody(here: Site, caplog: pytest.LogCaptureFixture) -> None:
    here.box.full = True
    here.ask()
    assert "not taken" in caplog.text
    assert "reader" not in caplog.text.replace("a reader", "")
