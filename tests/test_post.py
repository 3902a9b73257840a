"""The conversation with a relay: every fault at every step ends as it should, and nobody twice."""

from __future__ import annotations

import base64
import datetime
import ipaddress
import socket
import ssl
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from bulletin_press.config import Delivery, Publication
from bulletin_press.distribution.mail import verdict
from bulletin_press.distribution.mail.messages import Reader, Template, as_mail
from bulletin_press.distribution.mail.post import Connection, NotOpenError, Outcome
from bulletin_press.distribution.mail.relay import ENVIRONMENT, Patience, Relay
from bulletin_press.distribution.mail.sender import Sender
from bulletin_press.edition import Letter
from bulletin_press.problems import ProblemsError
from tests.sink import DROP, LOST, MUTE, STALL, Rule, Sink

FROM, TO = "b+17-abc@bounces.example.org", "reader@example.org"
PIPELINING = ("PIPELINING", "SIZE 50000000")
DATA = b"Message-ID: <1@example.org>\r\n\r\nText.\r\n..dot\r\n"
LARGE = b"Message-ID: <1@example.org>\r\n\r\n" + (b"x" * 76 + b"\r\n") * 200_000
SHORT = Patience(connect=0.4, command=0.4, data=0.4, block=0.4, end=0.4, quit=0.4)


def relay_of(sink: Sink, **changes: object) -> Relay:
    return replace(Relay("smtp", "127.0.0.1", sink.port), **changes)  # type: ignore[arg-type]


def attempt(
    *rules: Rule, features: Sequence[str] = PIPELINING, data: bytes = DATA, end: bool = True
) -> tuple[Outcome, int]:
    """What comes of one message, and how many the server took; then another has to go well."""
    patience = SHORT if {rule.do for rule in rules} & {STALL, MUTE} else Patience(quit=1)
    with Sink(*rules, features=features) as sink:
        try:
            connection = Connection.open(relay_of(sink), patience)
        except NotOpenError as error:
            return error.outcome, len(sink.accepted)
        outcome = connection.deliver(FROM, TO, data)
        taken = len(sink.accepted)
        assert outcome.usable == connection.usable
        following = connection.deliver(FROM, TO, DATA) if end else None
        if following and outcome.usable:
            assert following.kind == verdict.SENT, following
            assert len(sink.accepted) == taken + 1
        elif following:
            assert following.kind == verdict.LOST
            assert len(sink.accepted) == taken
        connection.close()
    return outcome, taken


# Faults and steps -------------------------------------------------------------------------------

REPLIES = {
    # fault: what the server says, and the kind at greeting, EHLO, MAIL, RCPT, DATA and the dot
    "4xx": ("450 4.3.2 later", "throttled throttled deferred deferred deferred deferred"),
    "bare 4xx": ("451 later", "throttled throttled deferred deferred deferred deferred"),
    "421": ("421 4.3.2 closing", "throttled throttled throttled throttled throttled throttled"),
    "421 idle": ("421 4.4.2 idle", "lost lost lost lost lost lost"),
    "454": ("454 too fast", "throttled throttled throttled throttled throttled throttled"),
    "4.7.x": ("450 4.7.1 slow down", "throttled throttled throttled throttled throttled throttled"),
    "greylisting": (
        "450 4.7.1 Greylisting in action", "throttled throttled deferred deferred deferred deferred"
    ),
    "5xx": ("554 no", "blocked blocked blocked failed blocked blocked"),
    "550": ("550 no", "blocked blocked blocked failed failed failed"),
    "5.1.x": ("550 5.1.1 unknown", "blocked blocked blocked failed failed failed"),
    "5.7.x": ("554 5.7.1 listed", "blocked blocked blocked blocked blocked blocked"),
    "552": ("552 too big", "blocked blocked too-large too-large too-large too-large"),
    "5.3.4": ("554 5.3.4 too big", "blocked blocked too-large too-large too-large too-large"),
    "5.2.2": ("552 5.2.2 mailbox full", "blocked blocked blocked failed failed failed"),
    "quota": ("550 5.4.5 daily quota", "blocked blocked throttled throttled throttled throttled"),
    "several lines": (
        "550-5.1.1 no\r\n550 5.1.1 such", "blocked blocked blocked failed failed failed"
    ),
    "garbage": ("hello?", "lost lost lost lost lost doubtful"),
    "two codes": ("250-5.1.1 no\r\n550 no", "lost lost lost lost lost doubtful"),
    "out of turn": ("334 go on", "lost lost lost lost sent doubtful"),
    "long": ("2" * 5000, "lost lost lost lost lost doubtful"),
    "endless": ("\r\n".join(["250-on"] * 200), "lost lost lost lost lost doubtful"),
    "odd 2xx": ("299 5.7.1 odd", "sent sent sent sent lost sent"),
    "no text": ("250", "sent sent sent sent lost sent"),
    "drop": (DROP, "lost lost lost lost lost doubtful"),
    "stall": (STALL, "lost lost lost lost lost doubtful"),
    "lost": (LOST, "lost lost lost lost lost doubtful"),
    "mute": (MUTE, "lost lost lost lost lost doubtful"),
}  # fmt: skip
STEPS = ("greeting", "ehlo", "mail", "rcpt", "data", "dot")
TABLE = [
    pytest.param(step, said, kind, id=f"{fault} at {step}")
    for fault, (said, kinds) in REPLIES.items()
    for step, kind in zip(STEPS, kinds.split(), strict=True)
]


@pytest.mark.parametrize("features", [PIPELINING, ()], ids=["at once", "one by one"])
@pytest.mark.parametrize(("step", "said", "kind"), TABLE)
def test_every_fault_at_every_step_ends_as_it_should(
    step: str, said: str, kind: str, features: tuple[str, ...]
) -> None:
    outcome, taken = attempt(Rule(step, said, times=1), features=features)
    assert (outcome.kind, outcome.step) == (kind, "dot" if kind == "sent" else step)
    assert len(outcome.reply) <= 500
    assert outcome.reply.isprintable()
    assert taken <= 1
    if kind == verdict.SENT:
        assert taken == 1
    elif kind != verdict.DOUBTFUL:
        assert taken == 0
    broken = said.startswith("421") or kind in ("lost", "doubtful") or step in STEPS[:2]
    assert outcome.usable == (not broken or kind == "sent")


@pytest.mark.parametrize(
    ("said", "kind"),
    [(DROP, "lost"), (STALL, "lost"), ("552 5.3.4 too big", "too-large"), ("421 x", "throttled")],
)
def test_what_ends_within_the_message_is_clean(said: str, kind: str) -> None:
    outcome, taken = attempt(Rule("body", said, times=1), data=LARGE)
    assert (outcome.kind, taken, outcome.usable) == (kind, 0, False)


def test_a_message_that_went_whole_before_the_end_is_doubtful() -> None:
    data = DATA + b"x" * 70 + b"\r\n" + b"x" * 70 + b"\r\n"
    outcome, taken = attempt(Rule("body", DROP, times=1), data=data)
    assert (outcome.kind, taken) == ("doubtful", 0)


@pytest.mark.parametrize("said", ["450 no", "421 no", "550 no", "hm", DROP, STALL, "354 odd"])
def test_a_reset_that_fails_ends_the_connection_only(said: str) -> None:
    outcome, _ = attempt(Rule("rcpt", "550 5.1.1 no", times=1), Rule("rset", said, times=1))
    assert (outcome.kind, outcome.step, outcome.usable) == ("failed", "rcpt", False)


@pytest.mark.parametrize("said", ["450 no", "421 no", "550 no", "hm", DROP, STALL, "250 odd"])
def test_a_farewell_that_fails_changes_nothing(said: str) -> None:
    outcome, taken = attempt(Rule("quit", said))
    assert (outcome.kind, taken) == ("sent", 1)


def test_a_server_that_is_not_there_is_lost() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(NotOpenError) as caught:
        Connection.open(Relay("smtp", "127.0.0.1", port))
    assert (caught.value.outcome.kind, caught.value.outcome.step) == ("lost", "connect")


def test_an_old_server_is_greeted_in_the_old_way() -> None:
    with Sink(Rule("ehlo", "500 what?")) as sink:
        connection = Connection.open(relay_of(sink))
        assert connection.deliver(FROM, TO, DATA).kind == "sent"
        connection.close()
        assert sink.said(b"HELO") == [b"HELO [127.0.0.1]\r\n"] or sink.said(b"HELO")


# One message after another ----------------------------------------------------------------------


def test_a_refused_reader_whose_message_is_asked_for_gets_none() -> None:
    refused = Rule("rcpt", "550 5.1.1 no", match="gone@")
    with Sink(refused, Rule("early-data", "354")) as sink:
        connection = Connection.open(relay_of(sink))
        for address in ("gone@example.org", TO, "gone@example.org", TO):
            outcome = connection.deliver(FROM, address, DATA)
            assert outcome.kind == ("failed" if "gone" in address else "sent")
            assert outcome.usable
        connection.close()
        assert [one.recipients for one in sink.accepted] == [(TO,), (TO,)]
        assert len(sink.said(b"RSET")) == 2


@pytest.mark.parametrize("features", [PIPELINING, ()])
def test_a_refused_sender_does_not_take_the_next_down(features: tuple[str, ...]) -> None:
    outcome, _ = attempt(Rule("mail", "450 4.1.8 later", times=1), features=features)
    assert (outcome.kind, outcome.usable) == ("deferred", True)


def test_a_server_that_takes_few_messages_a_session_gets_all_of_them_once() -> None:
    with Sink(Rule("mail", "421 4.7.0 too many", after=3, session=True)) as sink:
        kinds, waiting, connection = [], [f"r{n}@example.org" for n in range(10)], None
        while waiting:
            connection = connection or Connection.open(relay_of(sink))
            outcome = connection.deliver(FROM, waiting[0], DATA)
            kinds.append(outcome.kind)
            if outcome.kind == "sent":
                waiting.pop(0)
            if not outcome.usable:
                connection.close()
                connection = None
        if connection:
            connection.close()
        assert kinds.count("throttled") == 3
        assert [one.recipients[0] for one in sink.accepted] == [
            f"r{n}@example.org" for n in range(10)
        ]


def test_a_quota_after_the_message_is_no_fault_of_the_reader() -> None:
    with Sink(Rule("dot", "454 Throttling failure: Maximum sending rate", every=3)) as sink:
        connection = Connection.open(relay_of(sink))
        kinds = [connection.deliver(FROM, TO, DATA).kind for _ in range(6)]
        connection.close()
        assert kinds == ["sent", "sent", "throttled"] * 2
        assert len(sink.accepted) == 4


def test_a_connection_has_served_after_so_many_messages() -> None:
    with Sink() as sink:
        connection = Connection.open(relay_of(sink, renew=2))
        assert [connection.deliver(FROM, TO, DATA).usable for _ in range(2)] == [True, False]
        connection.close()
        assert len(sink.said(b"QUIT")) == 1


def test_a_server_that_left_while_nothing_was_said_lost_nothing() -> None:
    with Sink(Rule("dot", "250 ok", ends=True)) as sink:
        connection = Connection.open(relay_of(sink))
        assert connection.deliver(FROM, TO, DATA).kind == "sent"
        outcome = connection.deliver(FROM, TO, DATA)
        assert (outcome.kind, outcome.step, outcome.usable) == ("lost", "mail", False)
        connection.close()
        assert len(sink.accepted) == 1


def test_a_message_beyond_the_servers_size_is_not_begun() -> None:
    with Sink(features=("SIZE 40",)) as sink:
        connection = Connection.open(relay_of(sink))
        assert connection.largest == 40
        outcome = connection.deliver(FROM, TO, DATA)
        assert (outcome.kind, outcome.usable) == ("too-large", True)
        assert not sink.said(b"MAIL")
        connection.close()
    with Sink(features=("SIZE", "8BITMIME")) as sink:
        connection = Connection.open(relay_of(sink))
        assert connection.largest == 0
        assert connection.deliver(FROM, TO, DATA).kind == "sent"
        connection.close()
        assert sink.said(b"MAIL") == [f"MAIL FROM:<{FROM}> SIZE={len(DATA)}\r\n".encode()]


@pytest.mark.parametrize(
    ("sender", "address", "data"),
    [
        (FROM + ">\r\nRCPT TO:<x@example.org", TO, DATA),
        (FROM, TO + "\r\nDATA", DATA),
        (FROM, "réader@example.org", DATA),
        (FROM, "", DATA),
        (FROM, TO, b"X: y\r\n\r\n.\r\nMAIL FROM:<a@b.org>\r\n"),
        (FROM, TO, b".\r\n"),
        (FROM, TO, b"no end"),
    ],
)
def test_what_is_unsafe_is_refused_before_anything_is_said(
    sender: str, address: str, data: bytes
) -> None:
    with Sink() as sink:
        connection = Connection.open(relay_of(sink))
        with pytest.raises(ValueError, match=r"unsafe|before its end"):
            connection.deliver(sender, address, data)
        assert [line[:4] for _, line in sink.commands] == [b"ehlo"]
        assert connection.deliver(FROM, TO, DATA).kind == "sent"
        connection.close()


def test_what_a_server_says_is_kept_short_and_printable() -> None:
    said = "550 5.1.1 \x1b[31mno\x07 \x00\xe9 " + "x" * 2000
    outcome, _ = attempt(Rule("rcpt", said, times=1))
    assert outcome.kind == "failed"
    assert outcome.reply.startswith("550 5.1.1 [31mno � x")
    assert len(outcome.reply) == 500


SENDER = Sender.of(Publication(Path("/nowhere"), delivery=Delivery(sender="notes@example.org")))
SMUGGLED = "\n.\r\n", "\r\n.\n", "\r\n.\r\n", "\n.\n", "\r.\r", "MAIL FROM:<a@b.org>", "x", "é", "."


@settings(max_examples=20)
@given(st.lists(st.sampled_from(SMUGGLED), max_size=30).map("".join), st.booleans())
def test_no_letter_holds_a_second_message(text: str, lenient: bool) -> None:
    token, mark = "A" * 16 + "." + "A" * 43, "1-" + "a" * 20
    reader = Reader(TO, text.replace("\n", "").replace("\r", ""), token, "1@example.org", 0, mark)
    data = Template.make(Letter("S", "en", text, text), SENDER).join(reader)
    with Sink(lenient=lenient) as sink:
        connection = Connection.open(relay_of(sink))
        assert connection.deliver(FROM, TO, data).kind == "sent"
        connection.close()
        assert [one.data for one in sink.accepted] == [as_mail(data)]


# What a reply means -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "code", "text", "kind"),
    [
        ("rcpt", 550, "5.1.8 bad sender", "blocked"),
        ("rcpt", 503, "bad sequence", "blocked"),
        ("rcpt", 501, "5.1.3 bad address", "failed"),
        ("rcpt", 530, "log in first", "blocked"),
        ("rcpt", 556, "5.1.10 null MX", "failed"),
        ("rcpt", 550, "5.5.0 mailbox unavailable", "failed"),
        ("rcpt", 450, "4.2.1 receiving mail at a high rate: rate limit", "deferred"),
        ("rcpt", 452, "4.5.3 too many recipients", "throttled"),
        ("rcpt", 450, "5.7.1 status and code differ", "deferred"),
        ("dot", 552, "5.7.0 content", "blocked"),
        ("dot", 552, "5.2.3 larger than the mailbox takes", "too-large"),
        ("dot", 554, "5.4.6 loop", "failed"),
        ("dot", 550, "5.6.0 malformed", "blocked"),
        ("dot", 451, "4.3.0 rate limit", "throttled"),
        ("mail", 553, "5.7.1 not yours", "blocked"),
    ],
)
def test_a_reply_means(step: str, code: int, text: str, kind: str) -> None:
    assert verdict.kind_of(step, code, text) == kind


# Encryption and password ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a key and a certificate of 127.0.0.1 that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "relay")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "relay.pem"
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    pem = serialization.Encoding.PEM
    path.write_bytes(key.private_bytes(pem, form, plain) + made.public_bytes(pem))
    return path


@pytest.fixture(scope="module")
def serving(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture(scope="module")
def trusting(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate))


AUTH = ("PIPELINING", "STARTTLS", "AUTH LOGIN PLAIN")
PASSWORD = "pass wörd"


@pytest.mark.parametrize("scheme", ["smtp+starttls", "smtps"])
@pytest.mark.parametrize("offered", ["AUTH PLAIN LOGIN", "AUTH LOGIN"])
def test_mail_goes_encrypted_and_with_the_password(
    scheme: str, offered: str, serving: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    features = ("STARTTLS", "PIPELINING", offered)
    with Sink(features=features, context=serving, implicit=scheme == "smtps") as sink:
        relay = relay_of(sink, scheme=scheme, user="u", password=PASSWORD, context=trusting)
        connection = Connection.open(relay)
        assert connection.encryption.startswith("TLS")
        assert "pipelining" in connection.features
        assert connection.deliver(FROM, TO, DATA).kind == "sent"
        connection.close()
        words = b" ".join(line for _, line in sink.commands).split()
        plain = base64.b64encode(f"\0u\0{PASSWORD}".encode())
        assert (plain if "PLAIN" in offered else base64.b64encode(PASSWORD.encode())) in words


@pytest.mark.parametrize("scheme", ["smtp+starttls", "smtps"])
def test_a_certificate_that_nobody_vouches_for_is_refused(
    scheme: str, serving: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    unknown = ssl.create_default_context()
    for host, context in (("127.0.0.1", unknown), ("localhost", trusting)):
        with Sink(features=AUTH, context=serving, implicit=scheme == "smtps") as sink:
            relay = relay_of(
                sink, scheme=scheme, host=host, user="u", password="p", context=context
            )
            with pytest.raises(NotOpenError) as caught:
                Connection.open(relay)
            assert (caught.value.outcome.kind, caught.value.outcome.step) == ("blocked", "starttls")
            assert "certificate is not trusted" in caught.value.outcome.reply
            assert not sink.said(b"AUTH")


def test_a_server_that_offers_no_encryption_gets_no_password(trusting: ssl.SSLContext) -> None:
    with Sink(features=("AUTH PLAIN",)) as sink:
        relay = relay_of(sink, scheme="smtp+starttls", user="u", password="p", context=trusting)
        with pytest.raises(NotOpenError) as caught:
            Connection.open(relay)
        assert (caught.value.outcome.kind, caught.value.outcome.step) == ("blocked", "starttls")
        assert [line[:4].upper() for _, line in sink.commands] == [b"EHLO", b"QUIT"]


def test_what_is_said_before_encryption_is_forgotten(
    serving: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    spoken = Rule("starttls", "220 go on\r\n250-x\r\n250 INJECTED")
    with Sink(spoken, features=("STARTTLS",), context=serving) as sink:
        relay = relay_of(sink, scheme="smtp+starttls", context=trusting)
        connection = Connection.open(relay)
        assert "injected" not in connection.features
        assert connection.deliver(FROM, TO, DATA).kind == "sent"
        connection.close()


@pytest.mark.parametrize(
    ("step", "said", "kind"),
    [
        ("starttls", "454 4.7.0 not now", "throttled"), ("starttls", "421 no", "throttled"),
        ("starttls", "500 no", "blocked"), ("starttls", DROP, "lost"), ("starttls", STALL, "lost"),
        ("starttls", "hm", "lost"), ("starttls", "354 odd", "lost"),
        ("auth", "454 4.7.0 not now", "throttled"), ("auth", "421 no", "throttled"),
        ("auth", "535 5.7.8 no", "blocked"), ("auth", "550 no", "blocked"), ("auth", DROP, "lost"),
        ("auth", STALL, "lost"), ("auth", "hm", "lost"), ("auth", "334 odd", "lost"),
    ],
)  # fmt: skip
def test_every_fault_of_encryption_and_login_ends_as_it_should(
    step: str, said: str, kind: str, serving: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    patience = SHORT if said == STALL else Patience(quit=1)
    with Sink(Rule(step, said), features=AUTH, context=serving) as sink:
        relay = relay_of(sink, scheme="smtp+starttls", user="u", password="p", context=trusting)
        with pytest.raises(NotOpenError) as caught:
            Connection.open(relay, patience)
        assert (caught.value.outcome.kind, caught.value.outcome.step) == (kind, step)


def test_a_login_that_the_server_cannot_take_is_blocked(
    serving: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    with Sink(features=("STARTTLS", "AUTH CRAM-MD5"), context=serving) as sink:
        relay = relay_of(sink, scheme="smtp+starttls", user="u", password="p", context=trusting)
        with pytest.raises(NotOpenError) as caught:
            Connection.open(relay)
        assert caught.value.outcome.kind == "blocked"


def test_the_password_is_never_shown() -> None:
    forms = [PASSWORD, base64.b64encode(PASSWORD.encode()).decode()]
    forms.append(base64.b64encode(f"\0u\0{PASSWORD}".encode()).decode())
    with Sink(Rule("auth", f"535 5.7.8 {' '.join(forms[1:])}"), features=("AUTH PLAIN",)) as sink:
        relay = relay_of(sink, user="u", password=PASSWORD)
        with pytest.raises(NotOpenError) as caught:
            Connection.open(relay)
    shown = caught.value.outcome.reply + str(caught.value) + repr(relay)
    assert not any(form in shown for form in forms)
    assert caught.value.outcome.reply == "535 5.7.8 … …"


# The relay of a publication ---------------------------------------------------------------------


def relay_with(root: Path, **delivery: str) -> Relay:
    return Relay.of(Publication(root, delivery=Delivery(**delivery)))  # type: ignore[arg-type]


def test_a_relay_is_read_from_the_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    assert relay_with(tmp_path, relay="smtp://localhost") == Relay("smtp", "localhost", 25)
    assert relay_with(tmp_path, relay="smtp://[::1]:2525").host == "::1"
    secured = relay_with(tmp_path, relay="smtps://relay.example.org/")
    assert (secured.port, secured.context is None) == (465, False)
    file = tmp_path / "relay.password"
    file.write_text("s p\n")
    file.chmod(0o600)
    address = "smtp+starttls://u%40example.org@relay.example.org"
    relay = relay_with(tmp_path, relay=address, relay_password_file=file.name)
    assert (relay.user, relay.password, relay.port) == ("u@example.org", "s p", 587)
    monkeypatch.setenv(ENVIRONMENT, "first")
    relay = relay_with(tmp_path, relay=address, relay_password_file=file.name)
    assert relay.password == "first"


@pytest.mark.parametrize(
    ("delivery", "code", "said"),
    [
        ({}, "D402", "“relay” is missing"),
        ({"relay": "smtp://relay.example.org"}, "D402", "without encryption"),
        ({"relay": "smtp://192.0.2.1:25"}, "D402", "without encryption"),
        ({"relay": "smtps://localhost:99999"}, "D402", "port"),
        ({"relay": "smtps://u@localhost"}, "D403", "is missing"),
        ({"relay": "smtps://u@localhost", "relay_password_file": "none"}, "D403", "cannot read"),
        ({"relay": "smtps://u@localhost", "relay_password_file": "empty"}, "D403", "is empty"),
        ({"relay": "smtps://u@localhost", "relay_password_file": "open"}, "D403", "others may"),
    ],
)
def test_a_relay_that_cannot_be_used_is_refused(
    delivery: dict[str, str], code: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    for name, text, mode in (("empty", "\n", 0o600), ("open", "secret", 0o644)):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(mode)
    with pytest.raises(ProblemsError) as caught:
        relay_with(tmp_path, **delivery)
    (problem,) = caught.value.problems
    assert problem.code == code
    assert said in problem.message
