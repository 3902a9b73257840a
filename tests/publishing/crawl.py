"""What a reader finds of a site: the files, their links, and what is wrong with them."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterable, Mapping
from hashlib import sha256

from bulletin_press.archive.publishing import manifest
from tests.publishing.sites import BASE

POINTERS = ("feed.atom", "feed.json", "opds/index.xml", "sitemap.xml", "search/index.json")
_LINK = re.compile(r'(?:href|src)="([^"]*)"|url\(([^)]*)\)|<loc>([^<]*)</loc>')


def links(path: str, data: bytes) -> list[str]:
    """The paths to which a file leads within the site."""
    if path.endswith(".json"):
        found = re.findall(r'"url": "([^"]*)"', json.dumps(json.loads(data)))
    elif path.endswith((".html", ".css", ".atom", ".xml")):
        found = ["".join(one) for one in _LINK.findall(data.decode())]
    else:
        found = []
    paths = []
    for one in found:
        below = one.removeprefix(BASE) if one.startswith(BASE) else None
        target = below if below is not None else posixpath.join(posixpath.dirname(path), one)
        whole = f"{target}index.html" if target.endswith("/") or not target else target
        paths.append(posixpath.normpath(whole))
    return paths


def walk(served: Mapping[str, bytes], roots: Iterable[str]) -> tuple[set[str], list[str]]:
    """What is reached from ``roots``, as far as those are there, and what links lead nowhere."""
    waiting = [root for root in roots if root in served]
    reached, lost = set(waiting), []
    while waiting:
        path = waiting.pop()
        for link in links(path, served[path]):
            if link not in served:
                lost.append(f"{path} -> {link}")
            elif link not in reached:
                reached.add(link)
                waiting.append(link)
    return reached, lost


def faults(served: Mapping[str, bytes]) -> list[str]:
    """What is wrong with a site that should be whole: links, hashes, marks of two versions."""
    reached, lost = walk(served, ["index.html", *POINTERS])
    found = list(lost)
    known = manifest.read(served["issues.json"])
    for path, file in known.files.items():
        if path not in served:
            found.append(f"{path} is missing")
        elif sha256(served[path]).hexdigest() != file.sha256:
            found.append(f"{path} is another file")
        elif path not in reached and path.endswith(".html"):
            found.append(f"{path} is not reached")
    for issue, files in known.issues.items():
        marks = {mark(served[one.path]) for one in files if one.path.endswith(".html")}
        if len(marks) != 1:
            found.append(f"{issue} shows {sorted(marks)}")
    return found


def mark(data: bytes) -> str:
    """The version that a page shows."""
    (found,) = re.findall(r'data-mark="([^"]*)"', data.decode())
    return str(found)


def mixed_faults(served: Mapping[str, bytes], before: bytes, *ended: bytes) -> list[str]:
    """What is wrong with a bucket on the way from one manifest to others, one after the other.

    No link may lead nowhere, from the front page, feeds and lists, and from pages that a reader
    of the last whole version may have open and that stay; no issue is linked before it is whole.
    Before there is a front page, nobody has the site's address, and only what feeds and lists
    name is proved.
    """
    old = manifest.read(before) if before else manifest.Manifest()
    *_, new = ways = [manifest.read(one) for one in ended]
    stay = set(old.files).intersection(*(one.files for one in ways))
    open_pages = [path for path in stay if path.endswith(".html")]
    known = {issue for one in (old, *ways[:-1]) for issue in one.issues}
    if "index.html" not in served:
        named = [link for path in POINTERS for link in links(path, served.get(path, b"{}"))]
        return [link for link in named if link not in served]
    reached, lost = walk(served, ["index.html", *POINTERS, *open_pages])
    for issue, files in new.issues.items():
        if issue in known or f"{issue}/index.html" not in reached:
            continue
        for file in files:
            if sha256(served.get(file.path, b"")).hexdigest() != file.sha256:
                lost.append(f"{issue} is linked without {file.path}")
    return lost
