"""Where an issue is on the web: the addresses that letters and files give, below base-url."""

from __future__ import annotations

from urllib.parse import quote

from bulletin_press.config import Publication


def issue_page(publication: Publication, issue: str) -> str:
    """The address of an issue's own page, empty without base-url."""
    return f"{publication.base_url}{quote(issue)}/" if publication.base_url else ""


def article_page(publication: Publication, issue: str, article: str) -> str:
    """The address of one article of an issue, empty without base-url."""
    page = issue_page(publication, issue)
    return f"{page}{quote(article)}.html" if page else ""


def file(publication: Publication, issue: str, name: str) -> str:
    """The address of a file of an issue, as its output folder names it; empty without base-url."""
    page = issue_page(publication, issue)
    return f"{page}{quote(name)}" if page else ""
