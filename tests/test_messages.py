"""Letters as mail: what a mail program reads of a joined message is what went in, for any input."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import replace
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin_press.config import Delivery, Publication
from bulletin_press.distribution.mail.messages import Reader, Template, as_mail, note
from bulletin_press.distribution.mail.sender import Sender
from bulletin_press.edition import PDF, PREFERENCES, UNSUBSCRIBE, Enclosure, Letter
from bulletin_press.problems import ProblemsError

TOKEN = "abcdefghijklmn-_." + "Z" * 43
SERVED = Publication(
    Path("/nowhere"),
    id="valley-notes",
    title="Valley Notes",
    delivery=Delivery(
        sender="Valley Notes <notes@example.org>",
        reply_to="editors@example.org",
        list_id="notes.example.org",
        bounces="bounces.example.org",
        unsubscribe="leave@example.org",
        signup_url="https://notes.example.org/subscribe/",
    ),
)
READER = Reader(
    "reader@example.org", "A. Reader", TOKEN, "abc@example.org", 1_780_000_000_123,
    "17-abcdefghijklmnopqrst",
)  # fmt: skip
LETTER = Letter(
    "Valley Notes, number 5",
    "en-GB",
    f'<p>Text</p><a href="{UNSUBSCRIBE}">Leave</a> <a href="{PREFERENCES}">Choose</a>',
    f"Text\n\nLeave: {UNSUBSCRIBE}\nChoose: {PREFERENCES}\n",
)
LEAVE = f"https://notes.example.org/subscribe/unsubscribe/{TOKEN}"
CHOOSE = f"https://notes.example.org/subscribe/preferences/{TOKEN}"
HEADERS = [
    "From", "Reply-To", "To", "Subject", "Date", "Message-ID", "List-Id", "List-Unsubscribe",
    "List-Unsubscribe-Post", "Feedback-ID", "X-Bulletin-Delivery", "MIME-Version", "Content-Type",
]  # fmt: skip


def publication_with(**delivery: Any) -> Publication:
    return replace(SERVED, delivery=Delivery(sender="notes@example.org", **delivery))


def read(data: bytes) -> EmailMessage:
    """The message as a mail program sees it, after it was checked to be fit for the wire."""
    assert data.isascii()
    assert data.endswith(b"\r\n")
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", data)
    assert not re.search(rb"\r\n\.(?!\.)", data)
    assert max(map(len, data.split(b"\r\n"))) <= 998
    message = email.message_from_bytes(as_mail(data), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    for part in message.walk():
        assert part.defects == []
    return message


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def joined(letter: Letter = LETTER, reader: Reader = READER) -> EmailMessage:
    return read(Template.make(letter, Sender.of(SERVED)).join(reader))


def test_a_letter_has_its_headers_and_both_its_texts() -> None:
    message = joined()
    assert list(message.keys()) == HEADERS
    assert message["From"] == "Valley Notes <notes@example.org>"
    assert message["Reply-To"] == "editors@example.org"
    assert message["To"].addresses[0].display_name == "A. Reader"
    assert message["To"].addresses[0].addr_spec == "reader@example.org"
    assert message["Subject"] == "Valley Notes, number 5"
    assert message["Date"] == "Thu, 28 May 2026 20:26:40 +0000"
    assert message["Message-ID"] == "<abc@example.org>"
    assert message["List-Id"] == '"Valley Notes" <notes.example.org>'
    assert message["List-Unsubscribe"] == (
        f"<{LEAVE}>, <mailto:leave@example.org?subject=unsubscribe%20{TOKEN}>"
    )
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["X-Bulletin-Delivery"] == READER.return_mark
    assert message.get_content_type() == "multipart/alternative"
    assert body(message, "plain") == f"Text\n\nLeave: {LEAVE}\nChoose: {CHOOSE}\n"
    assert f'<a href="{LEAVE}">' in body(message, "html")
    assert f'<a href="{CHOOSE}">' in body(message, "html")


def test_pictures_and_a_file_go_with_the_letter() -> None:
    letter = replace(LETTER, pictures={"p1@notes": ("image/png", b"\x89PNG\r\n.\r\n")})
    enclosure = Enclosure("pdf", "Vərəq “5”.pdf", PDF, 9)
    file = b"%PDF\r\n.\r\n" + bytes(range(256))
    message = read(Template.make(letter, Sender.of(SERVED), enclosure, file).join(READER))
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed", "multipart/related", "multipart/alternative", "text/plain", "text/html",
        "image/png", PDF,
    ]  # fmt: skip
    *_, picture, attached = message.walk()
    assert picture["Content-ID"] == "<p1@notes>"
    assert picture.get_content() == b"\x89PNG\r\n.\r\n"
    assert attached.get_filename() == "Vərəq “5”.pdf"
    assert attached.get_content() == file
    linked = Template.make(letter, Sender.of(SERVED), replace(enclosure, url="https://e.org/5.pdf"))
    assert read(linked.join(READER)).get_content_type() == "multipart/related"


def test_equal_letters_and_readers_give_equal_bytes() -> None:
    one, two = (Template.make(LETTER, Sender.of(SERVED), label=("5", "pdf")) for _ in range(2))
    assert one.data == two.data
    assert Template.load(one.data).join(READER) == one.join(READER)
    later = replace(READER, dated=READER.dated + 1000)
    assert one.join(later) != one.join(READER)
    assert joined()["Feedback-ID"] == "valley-notes"
    assert read(one.join(READER))["Feedback-ID"] == "5:pdf:valley-notes"


@pytest.mark.parametrize(
    "data", [b"", b"bulletin-press mail 0\r\n", b"bulletin-press mail 1\r\n\xff"]
)
def test_what_is_no_template_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"template|Place"):
        Template.load(data)


def test_a_publication_without_a_server_takes_unsubscriptions_by_mail() -> None:
    by_mailbox = publication_with(unsubscribe="leave@example.org")
    message = read(Template.make(LETTER, Sender.of(by_mailbox)).join(READER))
    assert (
        message["List-Unsubscribe"] == f"<mailto:leave@example.org?subject=unsubscribe%20{TOKEN}>"
    )
    assert message["List-Unsubscribe-Post"] is None
    assert f"mailto:leave@example.org?subject=preferences%20{TOKEN}" in body(message, "plain")
    for given_reply, answers in (("", "notes@example.org"), ("e@example.org", "e@example.org")):
        sender = Sender.of(publication_with(reply_to=given_reply))
        message = read(Template.make(LETTER, sender).join(READER))
        assert message["List-Unsubscribe"].startswith(f"<mailto:{answers}?")
        assert message["List-Id"].endswith("<notes.example.org>")


def test_one_press_is_offered_only_where_the_press_is_private() -> None:
    sender = Sender.of(publication_with(signup_url="http://notes.example.org/"))
    message = read(Template.make(LETTER, sender).join(READER))
    assert message["List-Unsubscribe"].startswith("<http://")
    assert message["List-Unsubscribe-Post"] is None


def test_the_envelope_names_the_delivery_where_bounces_have_a_domain() -> None:
    sender = Sender.of(SERVED)
    assert sender.envelope("17-abc") == "b+17-abc@bounces.example.org"
    assert Sender.of(publication_with()).envelope("17-abc") == "notes@example.org"


@pytest.mark.parametrize(
    ("delivery", "said"),
    [
        (Delivery(), "“from” is missing"),
        (Delivery(sender="a..b@example.org"), "“from” has no address"),
        (Delivery(sender="a@example.org", reply_to="(x)@example.org"), "“reply-to” has no"),
    ],
)
def test_a_publication_that_cannot_send_says_so(delivery: Delivery, said: str) -> None:
    with pytest.raises(ProblemsError) as caught:
        Sender.of(replace(SERVED, delivery=delivery))
    assert [problem.code for problem in caught.value.problems] == ["D401"]
    assert said in caught.value.problems[0].message


# Any input --------------------------------------------------------------------------------------

LINE_ENDS = (
    "\n.\r\n",
    "\r\n.\r\n",
    "\n.\n",
    "\r.\r",
    "\r\n..\r\n",
    ".",
    "From ",
    "--=_",
    " \n",
    "\t",
)
SIGNS = st.characters(exclude_categories=["Cs"])
TEXTS = st.lists(
    st.one_of(st.text(SIGNS), st.sampled_from([*LINE_ENDS, UNSUBSCRIBE, PREFERENCES, "=" * 80])),
    max_size=20,
).map("".join)
LINES = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=200
).filter(lambda text: text.strip() == text)
NAMES = st.one_of(
    LINES,
    st.sampled_from(["=?utf-8?q?x?=", 'A "B" C', "Reader, A.", "a\\b", "<x@y>", "", "é" * 200]),
)
ATOM = st.text("abcXYZ019!#$%&'*+/=?^_`{|}~-", min_size=1, max_size=30)
ADDRESSES = st.builds("{}.{}@{}.example.org".format, ATOM, ATOM, st.sampled_from(["a", "x-1"]))


@given(TEXTS, TEXTS, LINES, NAMES, ADDRESSES)
def test_any_letter_to_any_reader_is_read_as_it_was_written(
    text: str, html: str, subject: str, name: str, address: str
) -> None:
    letter = Letter(subject, "en", html + "<p>", text + ".", {})
    message = joined(letter, replace(READER, name=name, address=address))
    assert list(message.keys()) == HEADERS
    assert [to.addr_spec for to in message["To"].addresses] == [address]
    (raw,) = [value for header, value in message.raw_items() if header == "To"]
    assert str(make_header(decode_header(parseaddr(raw)[0]))) == name
    assert message["Subject"] == subject
    assert body(message, "plain") == filled(letter.text)
    assert body(message, "html") == filled(letter.html)


def filled(text: str) -> str:
    """The text as it should arrive: with the reader's addresses, line ends of one kind."""
    found = text.replace(UNSUBSCRIBE, LEAVE).replace(PREFERENCES, CHOOSE)
    return re.sub("\r\n?", "\n", found)


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "a@b.org\r\nBcc: c@d.org"}, {"address": "a@b.org\n"}, {"address": "<a@b.org>"},
        {"address": "a b@c.org"}, {"address": "a@b.org>"}, {"address": "é@b.org"},
        {"address": "a@b..org"}, {"address": ".a@b.org"}, {"address": "a" * 65 + "@b.org"},
        {"address": '"a"@b.org'}, {"address": "a@" + "b." * 127 + "org"}, {"address": ""},
        {"name": "A\r\nBcc: c@d.org"}, {"name": "A\nB"}, {"name": "A\0"}, {"name": "A\u2028B"},
        {"name": "A\x85B"}, {"name": "a" * 201}, {"name": "\ud800"},
        {"token": TOKEN[:-1]}, {"token": TOKEN + "\n"}, {"token": TOKEN.replace("Z", "=")},
        {"message_id": "a@b.org>\r\nX: y"}, {"message_id": "<a@b.org>"}, {"message_id": "a"},
        {"return_mark": "17-abc\r\nX: y"}, {"return_mark": "17-ABCDEFGHIJKLMNOPQRST"},
        {"return_mark": ""}, {"dated": -1}, {"dated": 10**15},
    ],
    ids=repr,
)  # fmt: skip
def test_no_reader_can_hold_what_is_unsafe(wrong: dict) -> None:
    with pytest.raises(ValueError, match=r"unsafe|form|bounds"):
        replace(READER, **wrong)


@pytest.mark.parametrize(
    "letter",
    [
        replace(LETTER, subject="One\nTwo"),
        replace(LETTER, text="\ud800"),
        replace(LETTER, pictures={"a>\r\nX: y": ("image/png", b"")}),
        replace(LETTER, pictures={"a": ("image/png\r\nX: y", b"")}),
    ],
)
def test_a_letter_that_has_no_place_in_a_mail_is_refused(letter: Letter) -> None:
    with pytest.raises(ValueError, match=r"line|surrogates|no media type|no Content-ID"):
        Template.make(letter, Sender.of(SERVED))


def test_no_line_can_be_too_long() -> None:
    sender = Sender.of(publication_with(signup_url="https://example.org/" + "a" * 900 + "/"))
    with pytest.raises(ValueError, match="longer than a line"):
        Template.make(LETTER, sender)


def test_a_name_for_a_file_that_ends_a_header_is_refused() -> None:
    for name in ("a\r\nX: y.pdf", "", "..", "a" * 201):
        with pytest.raises(ValueError, match="name of a file"):
            Template.make(LETTER, Sender.of(SERVED), Enclosure("pdf", name, PDF, 1), b"%")


# Notes ------------------------------------------------------------------------------------------


def test_a_note_says_that_no_person_wrote_it() -> None:
    sender = Sender.of(SERVED)
    data = note(sender, "a@example.org", "Bitte bestätigen", ".\nhttps://e.org/\n", name="Ä")
    message = read(data)
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Subject"] == "Bitte bestätigen"
    assert message["To"].addresses[0].display_name == "Ä"
    assert message.get_content_type() == "text/plain"
    assert body(message, "plain") == ".\nhttps://e.org/\n"
    assert message["List-Unsubscribe"] is None
    again = note(
        sender, "a@example.org", "S", "T", "<p>T", message_id="m@example.org", dated=86_400_000
    )
    assert read(again)["Date"] == "Fri, 02 Jan 1970 00:00:00 +0000"
    assert read(again)["Message-ID"] == "<m@example.org>"
    assert body(read(again), "html") == "<p>T"
    for wrong in ("a@example.org\r\nBcc: b@example.org", "a"):
        with pytest.raises(ValueError, match="unsafe"):
            note(sender, wrong, "S", "T")
