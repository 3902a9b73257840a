"""The doctor: each fault is found and named with its remedy, and what is well is called well."""

from __future__ import annotations

import base64
import json
import os
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import dns.message
import dns.rrset
import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from bulletin_press import cli, config
from bulletin_press.distribution import doctor, tables
from bulletin_press.distribution.doctor import domains, records
from bulletin_press.distribution.doctor.records import NoAnswerError, Records
from tests.delivery_support import TOML, office
from tests.sink import Rule, Sink

GOOD = {
    ("bounces.example.org", "MX"): ["mx.example.org."],
    ("example.org", "MX"): ["mx.example.org."],
    ("bounces.example.org", "TXT"): ["v=spf1 include:spf.relay.example -all"],
    ("spf.relay.example", "TXT"): ["v=spf1 ip4:192.0.2.0/24 -all"],
    ("_dmarc.example.org", "TXT"): ["v=DMARC1; p=quarantine; rua=mailto:dmarc@example.org"],
}
Names = Mapping[tuple[str, str], list[str]]


def examine(folder: Path, names: Names = GOOD, toml: str = TOML, **how: object) -> dict[str, str]:
    """What the doctor says: the level and message of each check."""
    (folder / "bulletin.toml").write_text(toml, "utf-8")
    publication = config.load(folder)
    found = doctor.examine(
        publication,
        ask=lambda name, kind: names.get((name, kind), []),
        **how,  # type: ignore[arg-type]
    )
    assert all(one.remedy for one in found if one.level != "ok")
    return {one.check: f"{one.level}: {one.message}" for one in found}


def with_relay(port: int, toml: str = TOML) -> str:
    return toml.replace(":2525", f":{port}")


@pytest.fixture
def relay() -> Iterator[Sink]:
    with Sink() as sink:
        yield sink


# Whole -------------------------------------------------------------------------------------------


def test_where_all_is_well_nothing_is_said_against_it(tmp_path: Path, relay: Sink) -> None:
    toml = with_relay(relay.port) + 'privacy-url = "https://notes.example.org/privacy"\n'
    with office(tmp_path, toml):
        found = examine(tmp_path, toml=toml, send_test="editor@example.org")
    assert {level.partition(":")[0] for level in found.values()} == {"ok"}, found
    [message] = relay.accepted
    assert message.recipients == ("editor@example.org",)
    assert message.sender == "b+test@bounces.example.org"
    assert b"Auto-Submitted: auto-generated" in message.data


def test_the_command_says_it_and_ends_with_8_if_anything_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bulletin.toml").write_text(TOML, "utf-8")
    well = CliRunner().invoke(cli.main, ["doctor", "--offline"])
    assert well.exit_code == 0, well.output
    assert not list(tmp_path.glob("subscribers.*"))
    (tmp_path / "bulletin.toml").write_text(TOML.replace("address =", "rights ="), "utf-8")
    ill = CliRunner().invoke(cli.main, ["doctor", "--offline", "--json"])
    assert ill.exit_code == 8
    shown = json.loads(ill.stdout)
    assert not shown["healthy"]
    assert [one["check"] for one in shown["findings"] if one["level"] == "error"] == ["address"]
    both = CliRunner().invoke(cli.main, ["doctor", "--offline", "--send-test", "a@example.org"])
    assert both.exit_code == 2


# Files -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "check"),
    [
        ("subscribers.key", "keys"),
        ("subscribers.db", "database"),
        ("subscribers.db-wal", "database"),
        ("relay.password", "password"),
        ("dkim.pem", "DKIM key"),
    ],
)
def test_what_others_may_read_is_an_error(tmp_path: Path, name: str, check: str) -> None:
    toml = TOML + 'relay-password-file = "relay.password"\ndkim-key-file = "dkim.pem"\n'
    with office(tmp_path, toml):
        for other in ("relay.password", "dkim.pem", name):
            path = tmp_path / other
            path.touch(0o600)
        before = examine(tmp_path, toml=toml, offline=True)
        assert before[check].startswith("ok")
        (tmp_path / name).chmod(0o640)
        after = examine(tmp_path, toml=toml, offline=True)
    assert after[check].startswith("error: others may read")


def test_a_database_without_its_keys_is_an_error(tmp_path: Path) -> None:
    with office(tmp_path):
        (tmp_path / "subscribers.key").unlink()
        assert examine(tmp_path, offline=True)["keys"].startswith("error")
    assert not (tmp_path / "subscribers.key").exists()


def test_a_database_below_build_is_an_error(tmp_path: Path) -> None:
    toml = TOML + 'database = "sqlite:///build/subscribers.db"\n'
    assert examine(tmp_path, toml=toml, offline=True)["database"].startswith("error")


@pytest.mark.parametrize(("made", "level"), [(None, "warning"), (40, "warning"), (2, "ok")])
def test_a_backup_is_asked_for(tmp_path: Path, made: int | None, level: str) -> None:
    with office(tmp_path) as here:
        here.enlist("reader@example.org")
        if made is not None:
            moment = here.database.clock.now() - made * 86_400_000
            os.utime(tmp_path / "subscribers.key", (1_600_000_000, 1_600_000_000))
            with here.database.write() as connection:
                connection.execute(
                    sa.insert(tables.settings).values(name="backup", value=str(moment))
                )
        assert examine(tmp_path, offline=True)["backup"].startswith(level)


def test_a_clock_that_was_set_back_is_an_error(tmp_path: Path) -> None:
    with office(tmp_path) as here:
        with here.database.write() as connection:
            ahead = str(here.database.clock.now() + 3_600_000)
            connection.execute(sa.delete(tables.settings))
            connection.execute(sa.insert(tables.settings).values(name="clock", value=ahead))
        assert examine(tmp_path, offline=True)["clock"].startswith("error")


# Letters -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "check", "level"),
    [
        ('from = "Valley Notes <notes@example.org>"\n', "", "from", "error"),
        ('bounces = "bounces.example.org"', 'bounces = "mail.example.net"', "from", "warning"),
        ("https://notes.example.org/subscribe/", "http://notes.example.org/", "leaving", "error"),
        ('signup-url = "https://notes.example.org/subscribe/"\n', "", "leaving", "warning"),
        (
            'unsubscribe = "leave@example.org"\n'
            'signup-url = "https://notes.example.org/subscribe/"\n',
            "",
            "leaving",
            "warning: by mail alone, to the mailbox that takes the answers",
        ),
        ('address = "1 Example Street, 00000 Example Town"\n', "", "address", "error"),
    ],
)
def test_what_letters_lack_is_found(
    tmp_path: Path, old: str, new: str, check: str, level: str
) -> None:
    assert old in TOML
    found = examine(tmp_path, toml=TOML.replace(old, new), offline=True)
    assert found[check].startswith(level)


# Domains -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "texts", "check", "level"),
    [
        ("bounces.example.org", [], "SPF", "error"),
        ("bounces.example.org", ["v=spf1 -all", "v=spf1 mx -all"], "SPF", "error"),
        ("bounces.example.org", ["v=spf1 " + "a:x.example.org " * 11 + "-all"], "SPF", "error"),
        ("bounces.example.org", ["v=spf1 include:bounces.example.org -all"], "SPF", "error"),
        ("bounces.example.org", ["v=spf1 +all"], "SPF", "warning"),
        ("bounces.example.org", ["v=spf1 mx"], "SPF", "warning"),
        ("bounces.example.org", ["google-site", "v=spf1 mx ~all"], "SPF", "ok"),
        ("_dmarc.example.org", [], "DMARC", "warning"),
        ("_dmarc.example.org", ["v=DMARC1; p=nothing"], "DMARC", "error"),
        ("_dmarc.example.org", ["v=DMARC1; p=reject; aspf=s"], "DMARC", "error"),
        ("_dmarc.example.org", ["v=DMARC1; p=none; aspf=s"], "DMARC", "warning"),
        ("_dmarc.example.org", ["v=DMARC1; p=none"], "DMARC", "ok"),
    ],
)
def test_records_are_judged(
    tmp_path: Path, relay: Sink, name: str, texts: list[str], check: str, level: str
) -> None:
    names = {**GOOD, (name, "TXT"): texts}
    found = examine(tmp_path, names, with_relay(relay.port))
    assert found[check].startswith(level), found[check]


def test_a_domain_that_takes_no_mail_loses_bounces(tmp_path: Path, relay: Sink) -> None:
    for exchanges in ([], ["."]):
        names = {**GOOD, ("bounces.example.org", "MX"): exchanges}
        found = examine(tmp_path, names, with_relay(relay.port))
        assert found["bounces"].startswith("error")
    names = {**GOOD, ("bounces.example.org", "MX"): [], ("bounces.example.org", "A"): ["192.0.2.1"]}
    assert examine(tmp_path, names, with_relay(relay.port))["bounces"].startswith("ok")


def test_a_stranger_does_not_stand_for_the_sender(tmp_path: Path, relay: Sink) -> None:
    toml = with_relay(relay.port, TOML.replace('"bounces.example.org"', '"b.relay.example"'))
    names = {
        **GOOD,
        ("b.relay.example", "TXT"): ["v=spf1 mx -all"],
        ("_dmarc.relay.example", "TXT"): ["v=DMARC1; p=none"],
    }
    assert examine(tmp_path, names, toml)["DMARC"].startswith("error")


@pytest.mark.parametrize(
    ("policies", "domain", "expected"),
    [
        ({}, "a.b.example.org", "a.b.example.org"),
        ({"example.org": ""}, "a.b.example.org", "example.org"),
        ({"b.example.org": "", "example.org": ""}, "a.b.example.org", "example.org"),
        ({"b.example.org": "psd=n", "example.org": ""}, "a.b.example.org", "b.example.org"),
        ({"example.org": "", "org": "psd=y"}, "a.example.org", "example.org"),
    ],
)
def test_the_organisation_is_found_by_walking_up(
    policies: dict[str, str], domain: str, expected: str
) -> None:
    names = {f"_dmarc.{name}": f"v=DMARC1; p=none; {more}" for name, more in policies.items()}
    asked = Records(lambda name, kind: [names[name]] if name in names else [])
    assert domains.organisation(asked, domain) == expected


@pytest.mark.parametrize(
    ("published", "level"), [("right", "ok"), ("other", "error"), ("", "error"), (None, "error")]
)
def test_the_published_key_is_that_of_the_file(
    tmp_path: Path, relay: Sink, published: str | None, level: str
) -> None:
    keys = {name: rsa.generate_private_key(65537, 2048) for name in ("right", "other")}
    pem = keys["right"].private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (tmp_path / "dkim.pem").write_bytes(pem)
    (tmp_path / "dkim.pem").chmod(0o600)
    texts = []
    if published is not None:
        key = keys.get(published)
        der = key and key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        texts = [f"v=DKIM1; k=rsa; p={base64.b64encode(der or b'').decode()}"]
    toml = with_relay(relay.port) + 'dkim-selector = "news"\ndkim-key-file = "dkim.pem"\n'
    found = examine(tmp_path, {**GOOD, ("news._domainkey.example.org", "TXT"): texts}, toml)
    assert found["DKIM"].startswith(level), found["DKIM"]


def test_names_that_do_not_answer_are_a_warning_and_are_asked_once(
    tmp_path: Path, relay: Sink
) -> None:
    asked = []

    def ask(name: str, kind: str) -> list[str]:
        asked.append(name)
        raise NoAnswerError

    (tmp_path / "bulletin.toml").write_text(with_relay(relay.port), "utf-8")
    found = doctor.examine(config.load(tmp_path), ask=ask)
    assert [one.level for one in found if one.check == "names"] == ["warning"]
    assert not [one for one in found if one.level == "error"]
    assert len(asked) == 1


def test_the_resolver_reads_real_answers() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))

        def serve() -> None:
            while True:
                data, client = server.recvfrom(4096)
                question = dns.message.from_wire(data)
                answer = dns.message.make_response(question)
                name = question.question[0].name
                if str(name) == "end.example.":
                    return
                if str(name) == "a.example.":
                    answer.answer.append(
                        dns.rrset.from_text(name, 60, "IN", "TXT", '"v=spf1 " "mx -all"')
                    )
                server.sendto(answer.to_wire(), client)

        thread = threading.Thread(target=serve)
        thread.start()
        port = server.getsockname()[1]
        ask = records.resolver(("127.0.0.1",), port)
        assert ask("a.example", "TXT") == ["v=spf1 mx -all"]
        assert ask("b.example", "TXT") == []
        server.sendto(dns.message.make_query("end.example", "TXT").to_wire(), ("127.0.0.1", port))
        thread.join(10)


# The relay ---------------------------------------------------------------------------------------


def test_a_relay_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        toml = with_relay(closed.getsockname()[1])
        assert examine(tmp_path, toml=toml)["relay"].startswith("error")
    without = TOML.replace('relay = "smtp://127.0.0.1:2525"\n', "")
    assert examine(tmp_path, toml=without)["relay"].startswith("error")


def test_a_relay_with_a_small_bound_is_a_warning(tmp_path: Path) -> None:
    with Sink(features=("SIZE 1000000",)) as sink:
        found = examine(tmp_path, toml=with_relay(sink.port))
    assert found["size"].startswith("warning")
    assert "one command at a time" in found["speed"]


@pytest.mark.parametrize(("days", "level"), [(5, "warning"), (90, "ok")])
def test_a_certificate_that_ends_soon_is_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: int, level: str
) -> None:
    file = tmp_path / "relay.pem"
    file.write_bytes(certificate(days))
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(file)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with Sink(features=("STARTTLS",), context=serving) as sink:
        found = examine(tmp_path, toml=with_relay(sink.port).replace("smtp:", "smtp+starttls:"))
    assert found["certificate"].startswith(level)
    assert "TLSv1." in found["relay"]


def certificate(days: int) -> bytes:
    """A key and a certificate of 127.0.0.1 that vouches for itself, in PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(now - timedelta(1))
        .not_valid_after(now + timedelta(days))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(True, None), True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return private + made.public_bytes(serialization.Encoding.PEM)


def test_a_test_message_that_is_refused_is_an_error(tmp_path: Path) -> None:
    with Sink(Rule("rcpt", "550 5.7.1 not you")) as sink:
        found = examine(tmp_path, toml=with_relay(sink.port), send_test="editor@example.org")
    assert found["test"].startswith("error")
    assert "5.7.1 not you" in found["test"]


def test_the_password_is_never_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BULLETIN_PRESS_RELAY_PASSWORD", "a-very-secret-word")
    encoded = base64.b64encode(b"\0user\0a-very-secret-word").decode()
    with Sink(Rule("auth", f"535 5.7.8 you said {encoded}"), features=("AUTH PLAIN",)) as sink:
        toml = with_relay(sink.port).replace("smtp://", "smtp://user@")
        found = examine(tmp_path, toml=toml)
    assert found["relay"].startswith("error")
    assert "secret" not in str(found)
    assert encoded not in str(found)
