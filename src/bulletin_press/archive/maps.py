"""What machines read of the site: sitemap, robots.txt, and the list of all issues and files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from bulletin_press.archive.holdings import Archive, File, Holding
from bulletin_press.archive.wellformed import xml

SITEMAP, ROBOTS = "sitemap.xml", "robots.txt"
_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_MOST = 50_000  # addresses of one map (sitemaps.org)


def sitemaps(archive: Archive, others: Iterable[str]) -> dict[str, bytes]:
    """The site's map (sitemaps.org) and robots.txt (RFC 9309); nothing without base-url.

    ``others`` are the pages of the archive that are no issue's. More than 50,000 addresses are
    parted into several maps, which ``sitemap.xml`` lists.
    """
    base = archive.publication.base_url
    if not base:
        return {}
    listed: list[tuple[str, str]] = [(path, "") for path in others]
    for one in archive.holdings:
        listed.append((one.page, one.updated.isoformat()))
        listed += [
            (article.page, article.updated(one.date).isoformat()) for article in one.articles
        ]
    files = {}
    parts = [listed[at : at + _MOST] for at in range(0, len(listed), _MOST)] or [[]]
    if len(parts) == 1:
        files[SITEMAP] = _urls(archive, parts[0])
    else:
        names = [f"sitemap-{number}.xml" for number in range(1, len(parts) + 1)]
        files |= {name: _urls(archive, part) for name, part in zip(names, parts, strict=True)}
        root = _root("sitemapindex")
        for name in names:
            etree.SubElement(etree.SubElement(root, "sitemap"), "loc").text = archive.address(name)
        files[SITEMAP] = xml(root)
    if urlsplit(base).path == "/":
        files[ROBOTS] = f"User-agent: *\nAllow: /\nSitemap: {archive.address(SITEMAP)}\n".encode()
    return files


def _urls(archive: Archive, listed: Iterable[tuple[str, str]]) -> bytes:
    root = _root("urlset")
    for path, day in listed:
        place = etree.SubElement(root, "url")
        address = archive.address(path.removesuffix("index.html"))
        etree.SubElement(place, "loc").text = address
        if day:
            etree.SubElement(place, "lastmod").text = day
    return xml(root)


def _root(name: str) -> etree._Element:
    space: Any = {None: _SPACE}
    return etree.Element(name, nsmap=space)


def manifest(archive: Archive, files: Mapping[str, File], kept: Iterable[str]) -> Mapping[str, Any]:
    """What issues.json holds: the issues, newest first, each with its files; the other files.

    ``files`` are all of the site. A file at an issue's former address belongs to the issue.
    """
    left = dict(files)
    issues = []
    for one in archive.holdings:
        own = [one.files, [files[path] for path in (*one.moved, *one.copies) if path in files]]
        named = [file for part in own for file in part if left.pop(file.path, None)]
        issues.append(_issue(one, named))
    others = [_file(file) for _, file in sorted(left.items())]
    return {"issues": issues, "files": others, "kept": sorted(kept)}


def _issue(holding: Holding, files: Iterable[File]) -> Mapping[str, Any]:
    return {
        "id": holding.id,
        "identifier": holding.identifier,
        "title": holding.name,
        "date": holding.date.isoformat(),
        "language": holding.language,
        "page": holding.page,
        "articles": [{"id": one.id, "title": one.title, "page": one.page}
                     for one in holding.articles],
        "files": [_file(file) for file in files],
    }  # fmt: skip


def _file(file: File) -> Mapping[str, Any]:
    return {"path": file.path, "sha256": file.sha256, "octets": file.octets}
