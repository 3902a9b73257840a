"""What web pages have beside the text as it was printed: corrections, addresses of paragraphs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from lxml import etree

from bulletin_press.editions.web.wording import Words
from bulletin_press.page import element

_ADDRESSED = frozenset({"p", "h2", "h3", "h4", "h5", "h6", "figure"})
_BESIDE = frozenset({"header", "nav", "aside", "figure", "table"})  # and what is in notes


def errata(given: Iterable[tuple[date, str]], words: Words) -> Iterator[etree._Element]:
    """A notice with all corrections, the latest first, if there are any."""
    lines = []
    for day, text in sorted(given, reverse=True):
        time = element("time", text=day.isoformat(), datetime=day.isoformat())
        head = element("strong", f"{words.correction} (", time, "):")
        lines.append(element("p", head, f" {text}"))
    if lines:
        yield element("aside", *lines, class_="erratum", aria_label=words.correction)


def address(section: etree._Element, words: Words) -> None:
    """Put into each paragraph, heading and figure of ``section`` a link to its own address.

    The link has no text: the style sheet shows it to those who ask for addresses.
    """
    for part in list(_addressed(section)):
        name = part.get("id", "")
        link = element("a", href=f"#{name}", class_="paragraph-address")
        link.set("aria-label", f"{words.address} {name}")
        shown = part.find("figcaption") if part.tag == "figure" else part
        if shown is not None:
            shown.append(link)


def _addressed(part: etree._Element) -> Iterator[etree._Element]:
    for child in part.iterchildren(etree.Element):
        if child.tag in _ADDRESSED and child.get("id"):
            yield child
        if child.tag not in _BESIDE and child.get("role") != "doc-endnotes":
            yield from _addressed(child)
