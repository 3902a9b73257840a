"""What an offprint says of itself: the line by which it is cited, and its file's properties."""

from __future__ import annotations

from dataclasses import dataclass

from bulletin_press.issue import Article, Issue
from bulletin_press.page import element, shell, xml
from bulletin_press.source.languages import labels
from bulletin_press.styles import Sheet

PAGES = "citation-pages"
_ENDS = ".!?…؟۔"


@dataclass(frozen=True, slots=True)
class Cut:
    """An article that is to be cut from its issue.

    ``article`` is its id; ``title``, ``authors``, ``subject`` and ``keywords`` are the properties
    of the file. ``citation`` is an HTML document, in the syntax of XML, of nothing but the
    citation. Its element of class ``PAGES`` is still empty: ``page`` and ``pages`` are the words
    before the numbers. So is its last style, which makes a page of it.
    """

    article: str
    title: str
    authors: tuple[str, ...]
    subject: str
    keywords: tuple[str, ...]
    citation: str
    page: str
    pages: str


def cut(issue: Issue, article: Article, sheet: Sheet) -> Cut:
    """The properties and the citation of one article, set by ``sheet``."""
    words = labels(issue.language)
    return Cut(
        article.id,
        f"{article.title} – {issue.title}",
        article.authors or tuple(filter(None, (issue.publisher,))),
        article.summary or f"{issue.title} · {issue.line}",
        article.keywords,
        _citation(issue, article, sheet),
        words.page,
        words.page_range,
    )


def _citation(issue: Issue, article: Article, sheet: Sheet) -> str:
    """Authors, title, publication, volume, number, month, pages, ISSN: the order of ISO 690."""
    words = labels(issue.language)
    comma = f"{words.comma} "
    line = element("p", class_="citation")
    if article.authors:
        authors = f"{words.semicolon} ".join(article.authors)
        line.append(element("span", text=_closed(authors), class_="citation-authors"))
        line[-1].tail = " "
    line.append(element("span", text=_closed(article.title), class_="citation-title"))
    line[-1].tail = " "
    line.append(element("cite", text=issue.title))
    line[-1].tail = f". {issue.line.replace(' · ', comma)}{comma}"
    line.append(element("span", class_=PAGES))
    line[-1].tail = f". ISSN {issue.issn}." if issue.issn else "."
    body = element("body", line)
    head = [element("style", text=sheet.text), element("style")]
    return xml(shell(article.title, issue.language, issue.direction, body, head))


def _closed(text: str) -> str:
    return text if text[-1:] in _ENDS else f"{text}."
