"""The objects below a prefix of a bucket, and what goes wrong with them in plain words."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

from bulletin_press.archive.publishing import manifest
from bulletin_press.archive.publishing.outcome import refusal
from bulletin_press.problems import Location, ProblemsError, problem

_T = TypeVar("_T")
BATCH = 1000  # as many as one request may remove
SCHEME = "s3://"
_BUCKET = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]{1,254}", re.ASCII)
_LONGEST = 1024  # octets of a key
_MISSING = frozenset(("404", "NoSuchKey", "NotFound"))
_RIGHTS = "the key needs s3:GetObject, s3:PutObject, s3:DeleteObject and s3:ListBucket"
_KEYS = "give the right AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
_SAID = {
    "NoSuchBucket": ("there is no such bucket", "make it, or check the name"),
    "AccessDenied": ("the bucket refuses", _RIGHTS),
    "AllAccessDisabled": ("the bucket refuses", _RIGHTS),
    "403": ("the bucket refuses", _RIGHTS),
    "InvalidAccessKeyId": ("the key is not known there", _KEYS),
    "SignatureDoesNotMatch": ("the key's secret is wrong", _KEYS),
    "ExpiredToken": ("the key has expired", "get a new one"),
    "RequestTimeTooSkewed": ("the clock of this machine is wrong", "set it"),
    "PermanentRedirect": ("the bucket lies in another region", "set AWS_DEFAULT_REGION"),
    "AuthorizationHeaderMalformed": ("the region is wrong", "set AWS_DEFAULT_REGION"),
    "BadDigest": ("a file did not arrive as it was sent", "publish again"),
    "QuotaExceeded": ("the bucket is full", "make room"),
}
_FAILED = {
    "NoCredentialsError": ("there are no credentials", _KEYS),
    "PartialCredentialsError": ("the credentials are not complete", _KEYS),
    "ProfileNotFound": ("the profile of AWS_PROFILE is not there", "check its name"),
    "ParamValidationError": ("the service takes no such name", "check bucket and prefix"),
}
_HINT = "check AWS_ENDPOINT_URL and the network, then publish again"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a site lies: a bucket, and the prefix of its keys, empty or ending with a slash."""

    shown: str
    bucket: str
    prefix: str


def address(text: str) -> Address:
    """The address written as ``s3://bucket/prefix``. Raises ProblemsError (E133) for another."""
    bucket, _, prefix = text.removeprefix(SCHEME).partition("/")
    prefix = prefix.removesuffix("/")
    wrong = not text.startswith(SCHEME) or not _BUCKET.fullmatch(bucket)
    if wrong or (prefix and (manifest.fault(prefix) or set("?#") & set(prefix))):
        shown = SCHEME if "@" in text else text
        hint = "write it as s3://bucket/prefix; keys come from the environment"
        raise refusal("it is no address of a bucket", shown, hint)
    return Address(text, bucket, f"{prefix}/" if prefix else "")


def connect(place: Address) -> Any:
    """A client for buckets, by what boto3 finds in the environment.

    Raises ProblemsError: T101 where boto3 is not installed, E133 for settings that are wrong.
    """
    try:
        import boto3
    except ImportError:
        message = "boto3, which speaks to buckets, is not installed"
        hint = "pip install bulletin-press[s3]"
        raise ProblemsError([problem("T101", message, Location(place.shown), hint)]) from None
    with _plainly(place, ""):
        try:
            return boto3.client("s3")
        except ValueError:
            raise refusal("AWS_ENDPOINT_URL is no address", place.shown, "correct it") from None


class Store:
    """The objects of a site, by their paths below the prefix.

    Each method raises ProblemsError (E133) for what the service refuses, after boto3's retries.
    """

    def __init__(self, client: Any, place: Address) -> None:
        self._client, self.place = client, place

    def key(self, path: str) -> str:
        """The key of an object. Raises ProblemsError (E133) where it would be too long."""
        key = self.place.prefix + path
        if len(key.encode()) > _LONGEST:
            raise refusal(f"the name is too long for a bucket: {path}", self.place.shown)
        return key

    def get(self, path: str) -> bytes | None:
        """The bytes of an object, None where there is none."""

        def read(**asked: str) -> bytes:
            data: bytes = self._client.get_object(**asked)["Body"].read()
            return data

        return self._found(path, read)

    def head(self, path: str) -> Mapping[str, Any] | None:
        """What the service knows of an object, None where there is none."""

        def read(**asked: str) -> Mapping[str, Any]:
            found: Mapping[str, Any] = self._client.head_object(ChecksumMode="ENABLED", **asked)
            return found

        return self._found(path, read)

    def put(self, path: str, data: bytes, given: Mapping[str, str]) -> None:
        """Put an object, with what is ``given`` of it."""
        with _plainly(self.place, path):
            self._client.put_object(
                Bucket=self.place.bucket, Key=self.key(path), Body=data, **given
            )

    def remove(self, paths: Sequence[str]) -> None:
        """Remove at most BATCH objects, some of which may be missing."""
        objects = [{"Key": self.key(path)} for path in paths]
        with _plainly(self.place, paths[0]):
            answer = self._client.delete_objects(
                Bucket=self.place.bucket, Delete={"Objects": objects, "Quiet": True}
            )
        for one in answer.get("Errors", ()):
            raise _refused(self.place, str(one.get("Key", "")), one)

    def _found(self, path: str, ask: Callable[..., _T]) -> _T | None:
        """The answer, None if it is that there is no such object."""
        from botocore.exceptions import ClientError

        with _plainly(self.place, path):
            try:
                return ask(Bucket=self.place.bucket, Key=self.key(path))
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") in _MISSING:
                    return None
                raise


@contextlib.contextmanager
def _plainly(place: Address, path: str) -> Iterator[None]:
    """Turns what boto3 raises into a ProblemsError."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        raise _refused(place, path, error.response.get("Error", {})) from None
    except BotoCoreError as error:
        name = type(error).__name__
        words = "the service cannot be reached, or breaks off"
        message, hint = _FAILED.get(name, (f"{words} ({name})", _HINT))
        raise refusal(message, place.shown, hint) from None


def _refused(place: Address, path: str, error: Mapping[str, Any]) -> ProblemsError:
    code = str(error.get("Code", ""))
    said = str(error.get("Message", "")).rstrip(".")
    message, hint = _SAID.get(code, (f"the service says {code}: {said}", _HINT))
    return refusal(f"{path}: {message}" if path else message, place.shown, hint)


def is_address(text: str) -> bool:
    """Whether a target is meant for a bucket."""
    return urlsplit(text).scheme.lower() == "s3"
