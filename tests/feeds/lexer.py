"""How the strictest e-reader takes an OPDS 1.2 feed: KOReader's lexer and browser, told anew.

It reads bytes through a small machine of states. What a state does not expect is passed over
without a word, so a document is not refused: parts of it go missing. That is what the tests look
for. After its opdsparser.lua, luxl.lua and opdsbrowser.lua, none of whose lines stand here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
REPEATED = ("entry", "link", "Url")
FOLLOWED = (
    "subsection",
    "http://opds-spec.org/subsection",
    "http://opds-spec.org/crawlable",
    "http://opds-spec.org/sort/popular",
    "http://opds-spec.org/sort/new",
)
_WORD, _BLANK, _ANY = "word", "blank", "any"
# State by state: what may come, the state that follows, and what happens. A "mark" remembers where
# a token begins, unless one is remembered; the other happenings give out what follows the mark.
_STATES = {
    "outside": ((_BLANK, "gap", ""), ("<", "tag", ""), (_ANY, "text", "mark")),
    "gap": ((_BLANK, "gap", ""), ("<", "tag", "text"), (_ANY, "text", "mark")),
    "text": ((_BLANK, "gap", ""), ("<", "tag", "text"), (_ANY, "text", "")),
    "tag": ((_WORD, "name", "mark"), ("/", "end", "mark"), (_BLANK, "tag", "")),
    "name": (
        (_WORD, "name", ""),
        (_BLANK, "within", "start"),
        ("/", "empty", "end"),
        (">", "outside", "start"),
    ),
    "within": (
        (_WORD, "attribute", "mark"),
        (_BLANK, "within", ""),
        (">", "outside", "start"),
        ("/", "empty", "mark"),
    ),
    "empty": ((">", "outside", "end"),),
    "end": ((_WORD, "ending", ""),),
    "ending": ((_WORD, "ending", ""), (">", "outside", "end"), (_BLANK, "ended", "end")),
    "ended": ((_BLANK, "ended", ""), (">", "outside", "")),
    "attribute": (
        (_WORD, "attribute", "mark"),
        (_BLANK, "attributed", "attribute"),
        ("=", "value", "attribute"),
    ),
    "attributed": ((_BLANK, "attributed", ""), (_WORD, "attribute", "mark"), ("=", "value", "")),
    "value": (('"', "quoted", ""), (_BLANK, "value", "")),
    "quoted": (('"', "within", "value"), (_WORD, "quoted", "mark"), ("/", "quoted", "mark")),
}


class UnreadableError(ValueError):
    """The e-reader says that it cannot get the catalogue."""


@dataclass
class Item:
    """A line of the list that the e-reader shows."""

    title: str = "Unknown"
    author: str = "Unknown Author"
    content: Any = None
    address: str = ""
    image: str = ""
    thumbnail: str = ""
    acquisitions: list[dict[str, str]] = field(default_factory=list)


def read(document: bytes) -> dict[str, Any]:
    """The document as nested tables; an element whose last token is text becomes that text."""
    tokens = _tokens(_prepared(document.decode("utf-8")).encode("utf-8"))
    found = _table(tokens)
    if not isinstance(found, dict):
        raise UnreadableError("text alone")
    return found


def items(document: bytes) -> list[Item]:
    """The lines of the list for a feed."""
    feed = _feed(document)
    return [_item(one) for one in feed.get("entry", [])]


def ways(document: bytes) -> dict[str, str]:
    """The addresses that the feed itself links to, by relation; of two with one the last."""
    found = {}
    for link in _feed(document).get("link", []):
        if "application/atom+xml" in link.get("type", "") and "rel" in link and "href" in link:
            found[link["rel"]] = link["href"]
    return found


def _feed(document: bytes) -> dict[str, Any]:
    table = read(document)
    feed = table.get("feed", table)
    assert isinstance(feed, dict)
    return feed


def _item(entry: dict[str, Any]) -> Item:
    item = Item(content=entry.get("content", entry.get("summary")))
    for link in entry.get("link", []):
        if "href" not in link:
            raise UnreadableError("a link without an address")
        relation, href, kind = link.get("rel", ""), link["href"], link.get("type", "")
        if "application/atom+xml" in kind and (not relation or relation in FOLLOWED):
            item.address = href
        if relation.startswith("http://opds-spec.org/acquisition"):
            item.acquisitions.append(
                {name: link[name] for name in ("type", "href", "title") if name in link}
            )
        elif relation == "http://opds-spec.org/image/thumbnail":
            item.thumbnail = href
        elif relation == "http://opds-spec.org/image":
            item.image = href
    if isinstance(entry.get("title"), str):
        item.title = entry["title"]
    author = entry.get("author")
    if isinstance(author, dict) and isinstance(author.get("name"), str):
        item.author = author["name"]
    return item


def _prepared(text: str) -> str:
    """The text after the patches by which the e-reader helps its lexer."""

    def patched(pattern: str, by: Any, words: str) -> str:
        return re.sub(pattern, by, words, flags=re.DOTALL)

    def escaped(signs: str, words: str) -> str:
        names = {sign: f"&{name};" for name, sign in ENTITIES.items() if sign in signs}
        return "".join(names.get(sign, sign) for sign in words)

    text = patched(r"<\?xml-stylesheet.*?\?>", "", text)
    text = patched("<!--.*?-->", "", text)
    text = patched("<([a-z:]+)/>", r"<\1 />", text)
    text = patched("<([bh]r)>", r"<\1 />", text)
    text = patched(r"<!\[CDATA\[(.*?)\]\]>", lambda found: escaped("&<>", found[1]), text)
    text = patched('<content type=".*?">', "<content>", text)

    def whole(found: re.Match[str]) -> str:
        inner = escaped("<>\"'", found[1])
        return f'<content type="text">{inner}</content>'

    return patched("<content>(.*?)</content>", whole, text)


def _tokens(data: bytes) -> Iterator[tuple[str, str]]:
    state, mark = "outside", 0
    for place, byte in enumerate(data):
        for expected, following, happening in _STATES[state]:
            if not _fits(byte, expected):
                continue
            state = following
            if happening == "mark":
                mark = mark or place
            elif happening and mark:
                yield happening, data[mark:place].decode("utf-8", "replace")
                mark = 0
            break


def _fits(byte: int, expected: str) -> bool:
    sign = chr(byte)
    if expected == _WORD:
        return sign.isascii() and (sign.isalnum() or sign == ".")
    if expected == _BLANK:
        return sign in "\t\n\r "
    return expected in (_ANY, sign)


def _table(tokens: Iterator[tuple[str, str]]) -> dict[str, Any] | str:
    current: dict[str, Any] | str = {}
    attribute = ""
    for happening, words in tokens:
        if happening == "start" and words != "xml":
            inner = _table(tokens)
            if isinstance(current, dict):
                if words in REPEATED:
                    current.setdefault(words, []).append(inner)
                else:
                    current.setdefault(words, inner)
            elif words in REPEATED:
                raise UnreadableError(f"{words} after text")
        elif happening == "attribute":
            attribute = _unescaped(words)
        elif happening == "value":
            if not attribute or not isinstance(current, dict):
                raise UnreadableError("a value without its attribute")
            current[attribute] = _unescaped(words)
            attribute = ""
        elif happening == "text":
            current = _unescaped(words)
        elif happening == "end":
            return current
    return current


def _unescaped(words: str) -> str:
    def sign(found: re.Match[str]) -> str:
        if found[2] in ENTITIES:
            return ENTITIES[found[2]]
        if not found[1]:
            return found[0]
        if not found[2].isdigit():
            raise UnreadableError(f"{found[0]} is no number to it")
        return chr(int(found[2]))

    return re.sub("&(#?)([0-9A-Za-z]+);", sign, words)
