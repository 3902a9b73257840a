"""Where an issue is on the web: the addresses that letters and files give, below base-url."""

from __future__ import annotations

from hashlib import sha256
from urllib.parse import quote

from bulletin_press.config import Publication

ASSETS = "assets"


def asset(stem: str, data: bytes, suffix: str) -> str:
    """The path of a file that pages show, which no other bytes have: it can be kept for ever."""
    return f"{ASSETS}/{stem}-{sha256(data).hexdigest()[:16]}{suffix}"


def issue_page(publication: Publication, issue: str) -> str:
    """The address of an issue's own page, empty without base-url."""
    return f"{publication.base_url}{quote(issue)}/" if publication.base_url else ""


def article_page(publication: Publication, issue: str, article: str) -> str:
    """The address of one article of an issue, empty without base-url."""
    page = issue_page(publication, issue)
    return f"{page}{quote(article_file(article))}" if page else ""


def article_file(article: str) -> str:
    """The name of an article's page; no article takes that of the issue's own."""
    return f"{article}_.html" if article == "index" else f"{article}.html"


def file(publication: Publication, issue: str, name: str) -> str:
    """The address of a file of an issue, as its output folder names it; empty without base-url."""
    page = issue_page(publication, issue)
    return f"{page}{quote(name)}" if page else ""
