"""Whether mail in the publication's name can be seen to come from it: SPF, DKIM, DMARC."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator

from bulletin_press.config import Publication
from bulletin_press.distribution.doctor.findings import Finding, error, ok, warning
from bulletin_press.distribution.doctor.records import NoAnswerError, Records
from bulletin_press.distribution.mail.mailbox import domain_of

_MOST_LOOKUPS = 10  # RFC 7208 §4.6.4
_LOOKING_UP = ("include", "a", "mx", "ptr", "exists", "redirect")
_MOST_STEPS = 8  # of the walk up a tree of names


def examine(publication: Publication, records: Records) -> Iterator[Finding]:
    """SPF and mail servers of the domain that mail returns to, DKIM and DMARC of the sender's."""
    author = domain_of(publication.delivery.sender)
    if not author:
        return
    envelope = publication.delivery.bounces.lower() or author
    try:
        yield _mailbox(records, "bounces", envelope)
        for name, mailbox in (
            ("reply-to", publication.delivery.reply_to),
            ("unsubscribe", publication.delivery.unsubscribe),
        ):
            if mailbox and domain_of(mailbox) != envelope:
                yield _mailbox(records, name, domain_of(mailbox))
        yield _spf(records, envelope)
        yield _dkim(records, publication, author)
        yield _dmarc(records, publication, author, envelope)
    except NoAnswerError:
        yield warning(
            "names",
            "could not ask the network's names for SPF, DKIM and DMARC",
            "try again on a machine with DNS",
        )


def _mailbox(records: Records, check: str, domain: str) -> Finding:
    if records.takes_mail(domain):
        return ok(check, f"{domain} takes mail")
    return error(check, f"no server takes mail for {domain}", f"give {domain} an MX record")


def _spf(records: Records, domain: str) -> Finding:
    found = [text for text in records.texts(domain) if _is_spf(text)]
    example = f'give {domain} the text "v=spf1 include:(your relay’s) -all"'
    if not found:
        return error("SPF", f"{domain} does not say who sends its mail", example)
    if len(found) > 1:
        return error("SPF", f"{domain} says it {len(found)} times: that is as good as not", example)
    terms = found[0].lower().split()[1:]
    lookups = _lookups(records, terms, 0)
    if lookups > _MOST_LOOKUPS:
        return error("SPF", f"{domain} needs {lookups} look-ups, 10 are allowed", "include less")
    if {"+all", "all", "?all"} & set(terms):
        return warning("SPF", f"{domain} lets everybody send its mail", "end it with ~all or -all")
    if not any(term.endswith("all") or term.startswith("redirect=") for term in terms):
        return warning("SPF", f"{domain} leaves open who else sends", "end it with ~all or -all")
    return ok("SPF", f"{domain} names its senders; see that your relay is among them")


def _is_spf(text: str) -> bool:
    return text.lower() == "v=spf1" or text.lower().startswith("v=spf1 ")


def _lookups(records: Records, terms: list[str], spent: int) -> int:
    for term in terms:
        name, _, value = re.sub(r"^[+?~-]", "", term).replace("=", ":", 1).partition(":")
        if name.partition("/")[0] not in _LOOKING_UP:
            continue
        spent += 1
        if spent > _MOST_LOOKUPS:
            break
        if name in ("include", "redirect") and value and "%" not in value:
            inner = next((text for text in records.texts(value) if _is_spf(text)), "")
            spent = _lookups(records, inner.lower().split()[1:], spent)
    return spent


def _dkim(records: Records, publication: Publication, author: str) -> Finding:
    selector = publication.delivery.dkim_selector
    if not selector:
        message = f"left to the relay; it must sign with d={author}"
        return ok("DKIM", f"{message}: look for it in the test message")
    name = f"{selector}._domainkey.{author}"
    tags = [tags_of(text) for text in records.texts(name) if "p=" in text.replace(" ", "")]
    if not tags:
        return error("DKIM", f"there is no key at {name}", "publish the key of dkim-key-file there")
    public = re.sub(r"\s", "", tags[0].get("p", ""))
    if not public:
        return error("DKIM", f"the key at {name} is revoked", "take a new selector and key")
    if not publication.delivery.dkim_key_file:
        return ok("DKIM", f"{name} holds a key")
    try:
        own, bits = _public_key(publication)
    except (OSError, ValueError):
        return error(
            "DKIM", "dkim-key-file holds no key in PEM", "name the file of the private key"
        )
    if own != _comparable(public):
        return error(
            "DKIM", f"the key at {name} is not that of dkim-key-file", "publish the right one"
        )
    if bits and bits < 1024:
        return error("DKIM", f"the key has {bits} bits: nobody accepts it", "make one of 2048 bits")
    return ok("DKIM", f"{name} holds the key of dkim-key-file")


def _public_key(publication: Publication) -> tuple[bytes, int]:
    """The public part of the signing key, comparable, and the bits of an RSA key."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    data = (publication.root / publication.delivery.dkim_key_file).read_bytes()
    try:
        public = serialization.load_pem_private_key(data, password=None).public_key()
    except TypeError as encrypted:
        raise ValueError from encrypted
    if isinstance(public, Ed25519PublicKey):
        return public.public_bytes_raw(), 0
    if not isinstance(public, RSAPublicKey):
        raise ValueError
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return public.public_bytes(serialization.Encoding.DER, form), public.key_size


def _comparable(text: str) -> bytes:
    """A published key as SubjectPublicKeyInfo, whatever of the two allowed forms it has."""
    from cryptography.hazmat.primitives import serialization

    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        return b""
    try:
        public = serialization.load_der_public_key(data)
    except ValueError:
        return data
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return public.public_bytes(serialization.Encoding.DER, form)


def _dmarc(records: Records, publication: Publication, author: str, envelope: str) -> Finding:
    found = [(name, tags) for name in _upwards(author) if (tags := _policy(records, name))]
    if not found:
        remedy = f'give _dmarc.{author} the text "v=DMARC1; p=none; rua=mailto:…"'
        return warning("DMARC", f"{author} has no policy; large providers ask for one", remedy)
    tags = found[0][1]
    policy = tags.get("p", "").lower()
    if policy not in ("none", "quarantine", "reject"):
        return error(
            "DMARC", f"the policy of {found[0][0]} is none at all", "write p=none at least"
        )
    if tags.get("aspf", "r").lower().strip() == "s":
        aligned = envelope == author
    else:
        aligned = organisation(records, envelope) == organisation(records, author)
    if aligned:
        return ok("DMARC", f"{author} has the policy {policy}; {envelope} stands for it")
    message = f"{envelope} does not stand for {author}: only a DKIM signature of {author} does"
    remedy = f"let bounces be a domain below {author}"
    if policy == "none" or publication.delivery.dkim_selector:
        return warning("DMARC", message, remedy)
    return error("DMARC", f"{message}, and its policy is {policy}", remedy)


def organisation(records: Records, domain: str) -> str:
    """The organisational domain, by the walk up the tree of names that DMARC describes.

    Raises NoAnswerError.
    """
    highest = domain
    for name in _upwards(domain):
        tags = _policy(records, name)
        if not tags:
            continue
        if tags.get("psd", "").lower() == "y":
            break
        highest = name
        if tags.get("psd", "").lower() == "n":
            break
    return highest


def _upwards(domain: str) -> Iterator[str]:
    labels = domain.split(".")
    starts = range(len(labels))
    if len(labels) > _MOST_STEPS:
        starts = range(len(labels) - _MOST_STEPS + 1, len(labels))
        yield domain
    for start in starts:
        yield ".".join(labels[start:])


def _policy(records: Records, domain: str) -> dict[str, str]:
    found = [text for text in records.texts(f"_dmarc.{domain}") if _is_dmarc(text)]
    return tags_of(found[0]) if len(found) == 1 else {}


def _is_dmarc(text: str) -> bool:
    return bool(re.match(r"v\s*=\s*DMARC1\s*(?:;|\Z)", text))


def tags_of(text: str) -> dict[str, str]:
    """The tags of a record such as ``v=DMARC1; p=none``, by their names in small letters."""
    pairs = (pair.partition("=") for pair in text.split(";") if "=" in pair)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}
