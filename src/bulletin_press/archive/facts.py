"""What a page is about, for machines: schema.org's terms as microdata, Open Graph, canonical."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from bulletin_press.archive.holdings import Archive, Contribution, Holding
from bulletin_press.editions.epub.contributors import is_body
from bulletin_press.page import element
from bulletin_press.source.languages import labels

_SCHEMA = "https://schema.org/"
_LOCALE = re.compile(r"[a-z]{2,3}-[A-Z]{2}")  # the form that Open Graph takes
Thing = Mapping[str, Any]


def of_issue(archive: Archive, holding: Holding) -> etree._Element:
    """An issue as ``PublicationIssue`` of a ``Periodical`` (schema.org), as microdata of HTML."""
    return _item(_issue(archive, holding))


def of_article(archive: Archive, holding: Holding, article: Contribution) -> etree._Element:
    """An article as ``Article`` that is part of an issue (schema.org), as microdata of HTML."""
    pages = f"{article.first}–{article.last}" if article.first != article.last else article.first
    return _item(
        {
            "type": "Article",
            "headline": article.title,
            "author": [
                {"type": "Organization" if is_body(name) else "Person", "name": name}
                for name in article.authors
            ],
            "datePublished": holding.date.isoformat(),
            "dateModified": article.updated(holding.date).isoformat(),
            "inLanguage": holding.language,
            "abstract": article.summary,
            "keywords": ", ".join(article.keywords),
            "pageStart": article.first,
            "pageEnd": article.last,
            "pagination": pages,
            "url": _address(archive, article.page),
            "image": _address(archive, holding.card.path) if holding.card else "",
            "publisher": {"type": "Organization", "name": holding.publisher},
            "isPartOf": _issue(archive, holding),
        }
    )


def _issue(archive: Archive, holding: Holding) -> Thing:
    return {
        "type": "PublicationIssue",
        "name": holding.name,
        "issueNumber": str(holding.number or ""),
        "datePublished": holding.date.isoformat(),
        "inLanguage": holding.language,
        "description": holding.summary,
        "identifier": holding.identifier,
        "url": _address(archive, holding.page),
        "isPartOf": [
            {"type": "PublicationVolume", "volumeNumber": str(holding.volume or "")},
            {
                "type": "Periodical",
                "name": holding.title,
                "issn": holding.issn,
                "publisher": {"type": "Organization", "name": holding.publisher},
            },
        ],
    }


def _address(archive: Archive, path: str) -> str:
    return archive.address(path) if archive.publication.base_url else ""


def _item(thing: Thing, name: str = "") -> etree._Element:
    """A thing as an element that nobody sees, with its properties in it (HTML, 5.2)."""
    made = element("div", itemscope="", itemtype=f"{_SCHEMA}{thing['type']}", hidden="")
    if name:
        made.set("itemprop", name)
    for key, value in thing.items():
        for one in value if isinstance(value, list) else [value]:
            if key == "type" or not one:
                continue
            if isinstance(one, Mapping):
                if any(said for what, said in one.items() if what != "type"):
                    made.append(_item(one, key))
            elif key in ("url", "image"):
                made.append(element("link", itemprop=key, href=one))
            else:
                made.append(element("meta", itemprop=key, content=one))
    return made


def head(
    archive: Archive, path: str, title: str, description: str, holding: Holding | None = None
) -> Iterator[etree._Element]:
    """The elements of a page's head that tell its address, and how messages show it (ogp.me).

    ``path`` is the page's, below the site's folder; ``holding`` the issue that it is about.
    Without base-url nothing is told.
    """
    publication = archive.publication
    if not publication.base_url:
        return
    address = archive.address(path.removesuffix("index.html"))
    yield element("link", rel="canonical", href=address)
    language = holding.language if holding else publication.language
    told = {
        "og:site_name": publication.title,
        "og:type": "article" if holding and not path.endswith("/index.html") else "website",
        "og:title": title,
        "og:description": description,
        "og:url": address,
        "og:locale": language.replace("-", "_") if _LOCALE.fullmatch(language) else "",
    }
    if holding and holding.card:
        told |= {
            "og:image": archive.address(holding.card.path),
            "og:image:type": "image/jpeg",
            "og:image:width": "1200",
            "og:image:height": "630",
            "og:image:alt": f"{labels(language).cover}: {holding.name}",
        }
    for name, value in told.items():
        if value:
            yield element("meta", property=name, content=value)
    if holding and holding.card:
        yield element("meta", name="twitter:card", content="summary_large_image")
