"""Proof that what letters link to is up: listed by the site, fetched, and the same bytes."""

from __future__ import annotations

import hashlib
import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from bulletin_press import __version__
from bulletin_press.problems import Location, Problem, problem

SECONDS = 20.0
PAGE_OCTETS = 5_000_000
_AT_ONCE = 4
_CHUNK = 65536


@dataclass(frozen=True, slots=True)
class File:
    """A file as the site's list or the output folder has it: its hash, in hex, and its size."""

    sha256: str
    octets: int


def listed(index: bytes) -> Mapping[str, File]:
    """The files that the site's issues.json names, by path below base-url.

    Raises ValueError with a plain reason if it has another form.
    """
    try:
        issues = json.loads(index)["issues"]
        named = [file for issue in issues for file in issue.get("files", ())]
        return {
            str(file["path"]): File(str(file["sha256"]).lower(), int(file["octets"]))
            for file in named
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("it is not a list of issues with their files") from error


def faults(
    links: Iterable[str],
    base_url: str,
    site: Mapping[str, File],
    built: Mapping[str, File],
    seconds: float = SECONDS,
) -> tuple[Problem, ...]:
    """What is wrong with the ``links`` below ``base_url`` (D304), each link's fault once.

    ``site`` are the files that the site lists and ``built`` those of the output folder, by path
    below base-url. A link to a file must find the bytes that are listed, and those must be the
    ones that were built; any other link must find a page. ``seconds`` bounds each fetch.
    """
    wanted = dict.fromkeys(link.partition("#")[0] for link in links)
    below = [link for link in wanted if link.startswith(base_url)]

    def fault(link: str) -> str:
        path = unquote(urlsplit(link[len(base_url) :]).path)
        known = site.get(path + "index.html" if not path or path.endswith("/") else path)
        made = built.get(path)
        if made and not known:
            return "the site does not list it"
        if made and known and made.sha256 != known.sha256:
            return "the site has another version of the file than was built"
        return _fetched(link, known, seconds)

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = zip(below, pool.map(fault, below), strict=True)
        return tuple(
            problem("D304", f"{link}: {said}", Location("build/site"))
            for link, said in found
            if said
        )


class _SameHost(urllib.request.HTTPRedirectHandler):
    """Follows redirects within a host, from http to https too, and no others."""

    def redirect_request(
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        before, after = urlsplit(req.full_url), urlsplit(newurl)
        if before.hostname != after.hostname or after.scheme not in ("https", before.scheme):
            raise urllib.error.URLError(f"it leads to another place, {after.hostname or newurl}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _fetched(link: str, known: File | None, seconds: float) -> str:
    """What is wrong with the bytes at an address, or nothing."""
    opener = urllib.request.build_opener(_SameHost())
    agent = {"User-Agent": f"bulletin-press/{__version__}", "Accept-Encoding": "identity"}
    request = urllib.request.Request(link, headers=agent)
    most = known.octets if known else PAGE_OCTETS
    digest, size, end = hashlib.sha256(), 0, time.monotonic() + seconds
    try:
        with opener.open(request, timeout=seconds) as answer:
            while size <= most and (part := answer.read(_CHUNK)):
                digest.update(part)
                size += len(part)
                if time.monotonic() > end:
                    return f"it did not come within {seconds:g} seconds"
    except urllib.error.HTTPError as error:
        error.close()
        return f"the server answers {error.code} {error.reason}"
    except TimeoutError:
        return f"it did not come within {seconds:g} seconds"
    except urllib.error.URLError as error:
        return f"{error.reason}"
    except (OSError, http.client.HTTPException, ValueError) as error:
        return f"it cannot be fetched: {error}"
    if known and (size != known.octets or digest.hexdigest() != known.sha256):
        return "what is up is not what the site was built with"
    return ""
