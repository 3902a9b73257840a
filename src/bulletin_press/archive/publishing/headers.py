"""What a web server says of each file: its type, how long it is kept, where it leads."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

IMMUTABLE = re.compile(r"-[0-9a-f]{16}\.\w+$")
FEED = re.compile(r"(feed|atom|rss)(-[\w-]+)?\.(xml|json)|[\w-]+\.(atom|rss)", re.ASCII)
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK = "no-cache"
_TOLD = ("ContentType", "CacheControl", "WebsiteRedirectLocation")
_HEAD = 1000
_REFRESH = re.compile(
    r"<meta\b(?=[^>]*\bhttp-equiv\s*=\s*[\"']?refresh\b)"
    r"[^>]*\bcontent\s*=\s*(?:\"\s*0\s*;\s*url\s*=\s*([^\">]*)\"|'\s*0\s*;\s*url\s*=\s*([^'>]*)')",
    re.IGNORECASE,
)
_CANONICAL = re.compile(r"<link rel=\"canonical\" href=\"([^\"]+)\"", re.IGNORECASE)
_PLAIN_FEEDS = {
    "xml": "application/atom+xml",
    "atom": "application/atom+xml",
    "rss": "application/rss+xml",
    "json": "application/feed+json",
}
_CITATIONS = "application/vnd.citationstyles.csl+json"
_CATALOGUES = {
    "xml": "application/atom+xml;profile=opds-catalog",
    "json": "application/opds+json",
}
TYPES = {
    "atom": "application/atom+xml",
    "avif": "image/avif",
    "bib": "application/x-bibtex",
    "css": "text/css; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "epub": "application/epub+zip",
    "gif": "image/gif",
    "html": "text/html; charset=utf-8",
    "ico": "image/x-icon",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "pdf": "application/pdf",
    "png": "image/png",
    "ris": "application/x-research-info-systems",
    "rss": "application/rss+xml",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
    "webmanifest": "application/manifest+json",
    "webp": "image/webp",
    "woff2": "font/woff2",
    "xml": "application/xml",
    "zip": "application/zip",
}


def content_type(path: str) -> str:
    """The media type of a file of the site, by its path."""
    name = PurePosixPath(path)
    suffix = name.suffix[1:].lower()
    if path.startswith("opds/") and suffix in _CATALOGUES:
        return _CATALOGUES[suffix]
    if FEED.fullmatch(name.name):
        rss = name.name.startswith("rss") and suffix == "xml"
        return TYPES["rss"] if rss else _PLAIN_FEEDS[suffix]
    if name.name.endswith(".csl.json"):
        return _CITATIONS
    return TYPES.get(suffix, "application/octet-stream")


def cache_control(path: str) -> str:
    """How long a file of the site may be kept: for ever if its name is made of its bytes."""
    return _FOR_EVER if IMMUTABLE.search(path) else _ASK


def redirect(data: bytes) -> str:
    """Where an HTML page leads at once, as a bucket takes it; empty for other pages.

    Only an address that is whole, or begins at the site's root, can be given: that of the
    refresh, else that which the page names as canonical.
    """
    head = data[:_HEAD].decode(errors="replace")
    found = _REFRESH.search(head)
    if not found:
        return ""
    address = html.unescape(found[1] or found[2] or "").strip()
    canonical = _CANONICAL.search(head)
    if canonical and not re.match(r"https?:|/", address, re.IGNORECASE):
        address = html.unescape(canonical[1])
    whole = re.match(r"https?://[^/]|/(?!/)", address, re.IGNORECASE)
    if not whole or not address.isprintable():
        return ""
    return quote(address, safe="!#$%&'()*+,/:;=?@[]~")


def fit(path: str, data: bytes, known: Mapping[str, Any]) -> bool:
    """Whether an object of which that is ``known`` has these bytes and what is given with them.

    Its SHA-256 is compared, or where the service does not tell it, the MD5 that is its ETag.
    """
    given = of(path, data)
    if any(known.get(name) != given.get(name) for name in _TOLD):
        return False
    if digest := known.get("ChecksumSHA256"):
        return bool(digest == given["ChecksumSHA256"])
    md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()
    return str(known.get("ETag", "")).strip('"') == md5


def of(path: str, data: bytes) -> dict[str, str]:
    """What is given with the bytes of a file as it is put into a bucket."""
    digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
    given = {
        "ContentType": content_type(path),
        "CacheControl": cache_control(path),
        "ChecksumAlgorithm": "SHA256",
        "ChecksumSHA256": digest,
    }
    if path.endswith(".html") and (address := redirect(data)):
        given["WebsiteRedirectLocation"] = address
    return given
