"""What a reader sends: the body of a request within its bounds, and the values of its fields."""

from __future__ import annotations

import asyncio
import re
import unicodedata
from collections.abc import AsyncGenerator, Collection, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from bulletin_press.distribution.readers import addresses
from bulletin_press.distribution.words import FORMS

LARGEST_BODY = 16 * 1024
MOST_FIELDS = 20
LONGEST_NAME = 100
E_READERS = ("kindle.com", "pbsync.com")  # as addresses.domain_group names them
_JOINERS = "\u200c\u200d"  # parts of words in some scripts
_NO_TEXT = ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp")
_WEB = re.compile(r"[<>@\\|{}\[\]/:]|[Ww]{3}\.|\.(?:[a-z]{2,}|[A-Z]{2,})\b")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a reader filled in. ``wrong`` names the fields that must be corrected, and why."""

    address: str = ""
    name: str = ""
    language: str = ""
    form: str = "letter"
    device: str = ""
    wrong: Mapping[str, str] = field(default_factory=dict)


async def submitted(request: Request, seconds: float) -> Mapping[str, str]:
    """The fields of a posted form, urlencoded or multipart; of several values the first.

    A body that cannot be read has no fields. Raises HTTPException: 413 for more than LARGEST_BODY
    octets, 408 if it takes more than ``seconds`` to arrive.
    """
    body = await _body(request, seconds)
    kind, options = parse_options_header(request.headers.get("Content-Type", ""))
    if kind == b"multipart/form-data":
        pairs = await _multipart(body, options.get(b"boundary", b""))
    else:
        try:
            pairs = parse_qsl(
                body.decode("utf-8", "replace"),
                keep_blank_values=True,
                errors="replace",
                max_num_fields=MOST_FIELDS,
            )
        except ValueError:
            pairs = []
    return dict(reversed(pairs))


def address_of(text: str) -> tuple[str, str]:
    """A reader's address in its one form, and the name of the sentence that says what is wrong."""
    try:
        address = addresses.normalise(text)
    except ValueError:
        return "", "address_wrong"
    if addresses.domain_group(address) in E_READERS:
        return "", "address_device"
    return address, ""


def wish(fields: Mapping[str, str], languages: Collection[str], device: str = "") -> Wish:
    """The values of a form about what is sent; ``device`` is the e-reader's address known so far.

    The address is not among them. Values that are wrong are kept, fit to be shown again.
    """
    wrong: dict[str, str] = {}
    name = unicodedata.normalize("NFC", fields.get("name", "")).strip()
    if not _is_name(name):
        wrong["name"] = "person_wrong"
    language = fields.get("language", "")
    if language not in languages:
        wrong["language"] = "language_wrong"
    form = fields.get("form", "")
    if form not in FORMS:
        wrong["form"] = "form_wrong"
    given = fields.get("device", "").strip() if form == "kindle" else ""
    if form == "kindle" and (given or not device):
        try:
            given = addresses.normalise(given)
            if addresses.domain_group(given) not in E_READERS:
                raise ValueError
        except ValueError:
            wrong["device"] = "device_wrong"
    return Wish(
        name=shown(name),
        language=language if language in languages else "",
        form=form if form in FORMS else "",
        device=shown(given),
        wrong=wrong,
    )


def shown(text: str) -> str:
    """What was typed, without what cannot stand in a page, and of bounded length."""
    return "".join(filter(_is_text, text[:320]))


def _is_name(name: str) -> bool:
    return (
        len(name) <= LONGEST_NAME
        and all(map(_is_text, name))
        and not _WEB.search(unicodedata.normalize("NFKC", name))
    )


def _is_text(sign: str) -> bool:
    return sign in _JOINERS or unicodedata.category(sign) not in _NO_TEXT


async def _body(request: Request, seconds: float) -> bytes:
    announced = request.headers.get("Content-Length", "")
    if announced.isdecimal() and int(announced[:20]) > LARGEST_BODY:
        raise HTTPException(413)
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.stream():
                body += chunk
                if len(body) > LARGEST_BODY:
                    raise HTTPException(413)
    except TimeoutError as error:
        raise HTTPException(408, headers={"Connection": "close"}) from error
    return bytes(body)


async def _multipart(body: bytes, boundary: bytes) -> list[tuple[str, str]]:
    async def stream() -> AsyncGenerator[bytes, None]:
        yield body

    described = b'multipart/form-data; boundary="' + boundary.replace(b'"', b"") + b'"'
    headers = Headers(raw=[(b"content-type", described)])
    try:
        parser = MultiPartParser(headers, stream(), max_files=0, max_fields=MOST_FIELDS)
        form = await parser.parse()
    except (MultiPartException, FormParserError, ValueError):
        return []
    return [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
