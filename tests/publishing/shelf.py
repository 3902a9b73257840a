"""A bucket in memory with boto3's words, and a client that breaks off."""

from __future__ import annotations

import base64
import io
import threading
from hashlib import sha256
from typing import Any

from botocore.exceptions import ClientError


class BrokenOffError(BaseException):
    """The run has ended; the service was not asked."""


class Shelf:
    """A bucket in memory; it refuses objects whose checksum is wrong."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.given: dict[str, dict[str, Any]] = {}

    def get_object(self, Bucket: str, Key: str) -> Any:  # noqa: N803
        if Key not in self.objects:
            raise ClientError({"Error": {"Code": "NoSuchKey"}}, "GetObject")
        return {"Body": io.BytesIO(self.objects[Key])}

    def head_object(self, Bucket: str, Key: str, ChecksumMode: str) -> Any:  # noqa: N803
        if Key not in self.objects:
            raise ClientError({"Error": {"Code": "404"}}, "HeadObject")
        return self.given[Key]

    def put_object(self, Bucket: str, Key: str, Body: bytes, **given: Any) -> Any:  # noqa: N803
        if base64.b64decode(given["ChecksumSHA256"]) != sha256(Body).digest():
            raise ClientError({"Error": {"Code": "BadDigest"}}, "PutObject")
        self.objects[Key], self.given[Key] = Body, given
        return {}

    def delete_objects(self, Bucket: str, Delete: Any) -> Any:  # noqa: N803
        assert len(Delete["Objects"]) <= 1000
        for one in Delete["Objects"]:
            self.objects.pop(one["Key"], None)
        return {}


class Breaking:
    """A client that does so many operations and then breaks off, at each further one too."""

    def __init__(self, client: Any, left: int) -> None:
        self.client, self.left, self.count = client, left, 0
        self.calls: list[tuple[str, str]] = []
        self.lock = threading.Lock()

    def __getattr__(self, name: str) -> Any:
        whole = getattr(self.client, name)

        def call(**arguments: Any) -> Any:
            with self.lock:
                self.count += 1
                if self.left and self.count > self.left:
                    raise BrokenOffError
                self.calls.append((name, arguments.get("Key", "")))
            return whole(**arguments)

        return call
