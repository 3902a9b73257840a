"""Own signatures: dkimpy, which is another's work, finds them right for every form of mail."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from bulletin_press.config import Delivery, Publication
from bulletin_press.distribution.keys import Keys
from bulletin_press.distribution.mail.messages import Template, as_mail, note
from bulletin_press.distribution.mail.post import Connection
from bulletin_press.distribution.mail.relay import Relay
from bulletin_press.distribution.mail.sender import Sender
from bulletin_press.distribution.mail.signing import Signer
from bulletin_press.distribution.sending import proofs
from bulletin_press.distribution.sending.ledger import Mail
from bulletin_press.edition import PDF, Enclosure, Letter
from bulletin_press.problems import ProblemsError
from tests.sink import Sink
from tests.test_messages import LETTER, NAMES, READER, SERVED, TEXTS

Private = rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey
KEYS: dict[str, rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey] = {
    "rsa": rsa.generate_private_key(65537, 2048),
    "ed25519": ed25519.Ed25519PrivateKey.generate(),
}


def written(key: Private, path: Path) -> Path:
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    path.chmod(0o600)
    return path


@pytest.fixture(scope="module", params=KEYS)
def signer(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Signer:
    folder = tmp_path_factory.mktemp("keys")
    written(KEYS[request.param], folder / "dkim.pem")
    found = Signer.of(signing(folder))
    assert found
    return found


def signing(folder: Path, **changes: str) -> Publication:
    keys: dict[str, Any] = {"dkim_selector": "news", "dkim_key_file": "dkim.pem", **changes}
    return replace(SERVED, root=folder, delivery=replace(SERVED.delivery, **keys))


def record(name: bytes, timeout: int = 5) -> bytes:
    """What the DNS says of the keys."""
    assert name == b"news._domainkey.example.org."
    return RECORD[0]


RECORD = [b""]


def verified(data: bytes, signer: Signer) -> bool:
    kind = signer.algorithm.partition("-")[0]
    public = KEYS[kind].public_key()
    if isinstance(public, ed25519.Ed25519PublicKey):
        shown = public.public_bytes_raw()
    else:
        shown = public.public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    RECORD[0] = f"v=DKIM1; k={kind}; p=".encode() + base64.b64encode(shown)
    return bool(dkim.verify(as_mail(data), dnsfunc=record))


def mails() -> dict[str, bytes]:
    pictured = replace(LETTER, pictures={"p@notes": ("image/png", b"\x89PNG")})
    file = (Enclosure("pdf", "5.pdf", PDF, 9), b"%PDF-1.7\n" * 1000)
    sender = Sender.of(SERVED)
    return {
        "letter": Template.make(LETTER, sender).join(READER),
        "pictures": Template.make(pictured, sender).join(READER),
        "file": Template.make(pictured, sender, *file).join(READER),
        "long name": Template.make(LETTER, sender).join(replace(READER, name="é" * 200)),
        "note": note(sender, "a@example.org", "S" * 300, "T\n\n\n", dated=0, message_id="a@b.org"),
        "stuffed": b"From: <notes@example.org>\r\n\r\n..\r\n...\r\n\r\n\r\n",
        "empty": b"From: <notes@example.org>\r\n\r\n",
    }


@pytest.mark.parametrize("form", mails())
def test_every_form_of_mail_is_signed_rightly(form: str, signer: Signer) -> None:
    data = mails()[form]
    signed = signer.sign(data)
    assert signed.endswith(data)
    assert signed == signer.sign(data)
    assert verified(signed, signer)
    assert max(map(len, signed[: -len(data)].split(b"\r\n"))) <= 100
    assert not verified(signed.replace(b"notes@", b"motes@"), signer)
    if form != "empty":
        assert not verified(signed.removesuffix(b"\r\n") + b"x\r\n", signer)
    assert not verified(signed.replace(b"\r\nFrom:", b"\r\nFrom: <x@y.org>\r\nFrom:", 1), signer)


def test_the_signature_covers_what_lets_readers_leave(signer: Signer) -> None:
    signed = signer.sign(mails()["letter"])
    head, _, _ = signed.partition(b"bh=")
    for name in ("from", "to", "subject", "date", "list-unsubscribe", "list-unsubscribe-post"):
        assert name in head.decode()
    assert not verified(signed.replace(b"One-Click", b"Two-Click"), signer)


@settings(max_examples=30)
@given(TEXTS, NAMES, st.text("abc =?", max_size=40).filter(lambda text: text.strip() == text))
def test_any_letter_is_signed_rightly(text: str, name: str, subject: str) -> None:
    key = KEYS["ed25519"]
    assert isinstance(key, ed25519.Ed25519PrivateKey)
    signer = Signer(
        "example.org",
        "news",
        "ed25519-sha256",
        lambda data: key.sign(hashlib.sha256(data).digest()),
    )
    letter = Letter(subject, "en", text, text)
    data = Template.make(letter, Sender.of(SERVED)).join(replace(READER, name=name))
    assert verified(signer.sign(data), signer)


def test_what_goes_to_the_relay_is_signed(tmp_path: Path) -> None:
    written(KEYS["rsa"], tmp_path / "dkim.pem")
    with Sink() as sink:
        publication = signing(tmp_path, relay=f"smtp://127.0.0.1:{sink.port}")
        connection = Connection.open(Relay.of(publication))
        outcome = connection.deliver("b@example.org", "a@example.org", mails()["letter"])
        connection.close()
        assert outcome.kind == "sent"
        signer = Signer.of(publication)
        assert signer
        assert verified(sink.accepted[0].data, signer)
    assert Signer.of(SERVED) is None


def test_a_proof_copy_is_signed_once(tmp_path: Path) -> None:
    written(KEYS["rsa"], tmp_path / "dkim.pem")
    secrets = Keys(b"a" * 32, (b"b" * 32,))
    with Sink() as sink:
        publication = signing(tmp_path, relay=f"smtp://127.0.0.1:{sink.port}")
        template = Template.make(LETTER, Sender.of(publication))
        copy = Mail("letter", "en", template.data, len(template.data))
        outcomes = proofs.send(publication, [copy], secrets, 0, "a@example.org")
        assert outcomes == (("letter, en", ""),)
        signer = Signer.of(publication)
        assert signer
        assert sink.accepted[0].data.count(b"DKIM-Signature:") == 1
        assert verified(sink.accepted[0].data, signer)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"dkim_selector": ""}, "both"),
        ({"dkim_key_file": ""}, "both"),
        ({"dkim_key_file": "none.pem"}, "cannot read"),
        ({"dkim_key_file": "open.pem"}, "others may read"),
        ({"dkim_key_file": "text.pem"}, "not a private key"),
        ({"dkim_key_file": "short.pem"}, "neither RSA"),
        ({"dkim_key_file": "curve.pem"}, "neither RSA"),
    ],
)
def test_a_key_that_cannot_sign_is_refused(
    changes: dict[str, str], said: str, tmp_path: Path
) -> None:
    written(KEYS["rsa"], tmp_path / "open.pem").chmod(0o644)
    written(rsa.generate_private_key(65537, 1024), tmp_path / "short.pem")
    written(ec.generate_private_key(ec.SECP256R1()), tmp_path / "curve.pem")
    (tmp_path / "text.pem").write_text("key")
    (tmp_path / "text.pem").chmod(0o600)
    with pytest.raises(ProblemsError) as caught:
        Signer.of(signing(tmp_path, **changes))
    (problem,) = caught.value.problems
    assert problem.code == "D404"
    assert said in problem.message


def test_a_publication_without_delivery_signs_nothing() -> None:
    assert Signer.of(Publication(Path("/nowhere"), delivery=Delivery())) is None
