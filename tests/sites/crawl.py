"""What a reader, a feed reader and an e-reader find of a site, and what is wrong with it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from lxml import etree, html

_REFRESH = re.compile(r"0; url=(.+)")


class Site:
    """A site as a host serves it, below the address ``base``; ``faults`` are found by ``crawl``."""

    def __init__(self, folder: Path, base: str) -> None:
        self.folder, self.base = folder, base
        self.faults: list[str] = []
        self.reached: set[str] = set()

    def crawl(self) -> list[str]:
        """Everything that is wrong with the site."""
        waiting = ["index.html", "404.html", "feed.atom", "feed.rss", "feed.json", "sitemap.xml"]
        waiting += ["opds/index.xml", "opds/index.json", "search/index.json"]
        listed = set(self._listed())
        while waiting:
            path = waiting.pop()
            if path in self.reached:
                continue
            self.reached.add(path)
            if not (self.folder / path).is_file():
                self.faults.append(f"{path} is not there")
                continue
            waiting += self._ways(path)
        lost = {one for one in listed - self.reached if not one.startswith(("search/", "assets/"))}
        self.faults += [f"nothing leads to {one}" for one in sorted(lost - self._former(lost))]
        return self.faults

    def _former(self, paths: set[str]) -> set[str]:
        """Former addresses, to which only what is elsewhere leads."""
        pages = {one for one in paths if one.endswith(".html")
                 and b'http-equiv="refresh"' in (self.folder / one).read_bytes()}  # fmt: skip
        folders = {one.partition("/")[0] for one in pages}
        copies = {one for one in paths if one.partition("/")[0] in folders}
        kept = {one for one in copies if one.endswith((".pdf", ".epub", ".png"))}
        return pages | kept | {"robots.txt"}

    def _listed(self) -> Iterator[str]:
        """What issues.json names; its hashes and sizes are proved, and that it names all."""
        found = json.loads((self.folder / "issues.json").read_bytes())
        files = [file for one in found["issues"] for file in one["files"]] + found["files"]
        for file in files:
            path = self.folder / file["path"]
            data = path.read_bytes() if path.is_file() else b""
            if (sha256(data).hexdigest(), len(data)) != (file["sha256"], file["octets"]):
                self.faults.append(f"{file['path']} is not as issues.json says")
            yield file["path"]
        named = {file["path"] for file in files} | {*found["kept"], "issues.json"}
        there = {
            one.relative_to(self.folder).as_posix()
            for one in self.folder.rglob("*") if one.is_file()
        }  # fmt: skip
        self.faults += [f"{path} is in no list" for path in sorted(there - named)]

    def _ways(self, path: str) -> Iterator[str]:
        for address in self._addresses(path):
            target = urljoin(self.base + path, address)
            if not target.startswith(self.base):
                if address.startswith(("http:", "https:", "mailto:", "urn:", "tag:", "data:")):
                    continue
                self.faults.append(f"{path}: {address} leads out of the site")
                continue
            parts = urlsplit(target[len(self.base) :])
            found = unquote(parts.path)
            found = f"{found}index.html" if not found or found.endswith("/") else found
            file = self.folder / found
            if not file.is_file():
                self.faults.append(f"{path}: {address} leads to nothing")
                continue
            anchor = unquote(parts.fragment) if found.endswith(".html") else ""
            if anchor and anchor not in ids(file, file.stat().st_mtime_ns):
                self.faults.append(f"{path}: {address} leads to no such place")
            yield found

    def _addresses(self, path: str) -> Iterator[str]:
        file = self.folder / path
        if path.endswith(".html"):
            root: Any = html.document_fromstring(file.read_bytes())
            yield from root.xpath("//@href|//@src|//@action|//@data-index")
            for given in root.xpath("//@srcset"):
                yield from (one.split()[0] for one in given.split(","))
            for given in root.xpath("//meta[@http-equiv='refresh']/@content"):
                yield _REFRESH.fullmatch(given)[1]  # type: ignore[index]
            yield from root.xpath("//meta[@property='og:image' or @property='og:url']/@content")
        elif path.endswith(".css"):
            yield from re.findall(r"url\(([^)]+)\)", file.read_text("utf-8"))
        elif path.endswith((".atom", ".rss", ".xml")):
            yield from self._of_feed(etree.parse(file))
        elif path.endswith(".json") and not path.startswith("search/"):
            yield from _strings(json.loads(file.read_bytes()), self.base)

    def _of_feed(self, tree: Any) -> Iterator[str]:
        for link in tree.iter(etree.Element):
            name = etree.QName(link).localname
            length = link.get("length")
            address = link.get("href") or link.get("url")
            if address:
                yield address
            if length and address and address.startswith(self.base):
                file = self.folder / unquote(address[len(self.base) :])
                data = file.read_bytes() if file.is_file() else b""
                hashes = [one.text for one in link if etree.QName(one).localname == "hash"]
                if len(data) != int(length) or hashes not in ([], [sha256(data).hexdigest()]):
                    self.faults.append(f"{address} is another file")
            if name in ("loc", "link", "content") and link.text:
                text = link.text.strip()
                if text.startswith("http"):
                    yield text
                elif text:
                    fragment: Any = html.fragment_fromstring(text, create_parent=True)
                    yield from fragment.xpath("//@href|//@src")


@cache
def ids(file: Path, changed: int) -> frozenset[str]:
    root: Any = html.document_fromstring(file.read_bytes())
    return frozenset(root.xpath("//@id"))


def _strings(value: Any, base: str) -> Iterator[str]:
    if isinstance(value, dict):
        for one in value.values():
            yield from _strings(one, base)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one, base)
    elif isinstance(value, str) and value.startswith(base):
        yield value


def contents(folder: Path) -> dict[str, bytes]:
    """All files of a folder by path."""
    return {
        one.relative_to(folder).as_posix(): one.read_bytes()
        for one in sorted(folder.rglob("*")) if one.is_file()
    }  # fmt: skip
