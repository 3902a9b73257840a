"""The keys of a publication: tokens that readers hold, hashes of addresses, names of messages."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import hmac
import os
import re
import secrets
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from itsdangerous import BadSignature, Signer
from itsdangerous.encoding import base64_decode, base64_encode

from bulletin_press.config import BUILD_FOLDER, Publication
from bulletin_press.distribution import secretfile
from bulletin_press.problems import Location, ProblemsError, problem

Purpose = Literal["reader", "confirm"]  # of a letter's links; of the mail that confirms
PUBLIC_ID_LENGTH = 16
TOKEN_LENGTH = PUBLIC_ID_LENGTH + 1 + 43
_HEADER = """\
# The keys of this publication. Keep a copy in a safe place, and show them to nobody: with them
# anybody can unsubscribe readers; without them no reader can, and what is suppressed is forgotten.
# The first of "tokens" signs, all of them are accepted.
"""


@dataclass(frozen=True, slots=True)
class Keys:
    """The secrets of a publication: ``addresses`` never changes, of ``tokens`` the first signs."""

    addresses: bytes
    tokens: tuple[bytes, ...]

    def token(self, purpose: Purpose, public_id: str) -> str:
        """A token of TOKEN_LENGTH signs, for one purpose, that names ``public_id``."""
        return self._signer(purpose).sign(public_id).decode()

    def read_token(self, purpose: Purpose, token: str) -> str | None:
        """The id that a token for this purpose names, None for every other text."""
        if len(token) != TOKEN_LENGTH or not token.isascii():
            return None
        signer = self._signer(purpose)
        try:
            found = signer.unsign(token)
        except BadSignature:
            return None
        signature = token.encode().rpartition(signer.sep)[2]  # in its one spelling (RFC 4648 §3.5)
        return found.decode() if base64_encode(base64_decode(signature)) == signature else None

    def _signer(self, purpose: Purpose) -> Signer:
        return _signer(self.tokens, purpose)

    def address_key(self, address: str) -> str:
        """The keyed hash under which a normalised address is found again, 64 signs."""
        return hmac.digest(self.addresses, b"address:" + address.encode(), "sha256").hex()

    def mark(self, kind: str, *facts: str | int, length: int = 26) -> str:
        """A name of hexadecimal digits that follows from ``facts`` and that nobody can forge.

        By keyed BLAKE2b (RFC 7693 §2.5): every message needs two, and OpenSSL's HMAC takes ten
        times as long for texts this short.
        """
        message = "\0".join([kind, *map(str, facts)]).encode()
        return hashlib.blake2b(message, key=self.addresses, digest_size=32).hexdigest()[:length]

    def return_mark(self, delivery: int) -> str:
        """The text by which a delivery is known when something comes back for it."""
        return f"{delivery}-{self.mark('return', delivery, length=20)}"

    def read_return_mark(self, mark: str) -> int | None:
        """The delivery that a return mark names, None for one that was not made by these keys."""
        number = mark.lower().partition("-")[0]
        if not re.fullmatch(r"[1-9][0-9]{0,17}", number):
            return None
        right = hmac.compare_digest(self.return_mark(int(number)).encode(), mark.lower().encode())
        return int(number) if right else None


@functools.cache
def _signer(tokens: tuple[bytes, ...], purpose: Purpose) -> Signer:
    derived = [hmac.digest(one, purpose.encode(), "sha256") for one in reversed(tokens)]
    return Signer(derived, key_derivation="none", digest_method=hashlib.sha256)


def public_id() -> str:
    """A new random id of PUBLIC_ID_LENGTH signs, safe in URLs."""
    return secrets.token_urlsafe(PUBLIC_ID_LENGTH * 3 // 4)


def load(publication: Publication) -> Keys:
    """The keys from the publication's secret file, which is made with mode 0600 if missing.

    Raises ProblemsError (D102) if it cannot be read or written, is damaged, others may read it, or
    it lies where files are deleted at will.
    """
    path = publication.root / publication.delivery.secret_file
    if publication.disposable(path):
        message = f"{path.name} lies below {BUILD_FOLDER}/, which may be deleted at any time"
        raise _refused(path, message, "move it out of there, and name it in secret-file")
    if not path.exists():
        try:
            _make(path)
        except OSError as error:
            raise _refused(path, f"cannot make the file: {error.strerror}") from error
    return parse(secretfile.read(path, "D102", "the keys"), path)


def parse(text: str, path: Path) -> Keys:
    """The keys that the text of a secret file holds. Raises ProblemsError (D102)."""
    try:
        data = tomllib.loads(text)
        found = [data["addresses"], *data["tokens"]]
        if len(found) < 2 or not all(re.fullmatch(r"[0-9a-f]{64}", key) for key in found):
            raise ValueError
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise _refused(path, "the keys are damaged", "put back your copy of the file") from error
    first, *others = (bytes.fromhex(key) for key in found)
    return Keys(first, tuple(others))


def serialised(keys: Keys) -> str:
    """The text of a secret file that holds ``keys``."""
    listed = ", ".join(f'"{key.hex()}"' for key in keys.tokens)
    return f'{_HEADER}addresses = "{keys.addresses.hex()}"\ntokens = [{listed}]\n'


def _make(path: Path) -> None:
    """Make the file whole, once: of two programs that start together, the second reads it."""
    made = serialised(Keys(secrets.token_bytes(32), (secrets.token_bytes(32),)))
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with secretfile.create(temporary) as file:
            file.write(made.encode("ascii"))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(temporary)
    finally:
        temporary.unlink(missing_ok=True)


def _refused(path: Path, message: str, hint: str = "") -> ProblemsError:
    return ProblemsError([problem("D102", message, Location(path.name), hint)])
