"""Whether a document is Atom: by its grammar, and by what RFC 4287 says beyond any grammar."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

SPACE = "http://www.w3.org/2005/Atom"
_NAMES = {"atom": SPACE}


@cache
def _grammar() -> Any:
    return etree.RelaxNG(etree.parse(Path(__file__).with_name("atom.rng")))


def faults(document: bytes) -> list[str]:
    """What is wrong with a feed, nothing for a right one."""
    root = etree.fromstring(document)
    grammar = _grammar()
    grammar.validate(root)
    return [str(one) for one in grammar.error_log] + list(_beyond(root))


def _beyond(root: Any) -> Iterator[str]:
    def found(place: Any, path: str) -> list[Any]:
        return list(place.xpath(path, namespaces=_NAMES))

    entries = found(root, "//atom:entry")
    ids = found(root, "atom:entry/atom:id/text()")
    if len(set(ids)) < len(ids):
        yield "two entries of one id (4.2.6)"
    for entry in entries:
        if not found(entry, "atom:author|../atom:author|atom:source/atom:author"):
            yield "an entry without an author (4.1.2)"
        if not found(entry, "atom:content|atom:link[@rel='alternate' or not(@rel)]"):
            yield "an entry without content or alternate (4.1.2)"
    for place in (root, *entries):
        ways = found(place, "atom:link[@rel='alternate' or not(@rel)]")
        kinds = {(one.get("type"), one.get("hreflang")) for one in ways}
        if len(kinds) < len(ways):
            yield "two alternates of one type and language (4.1.1)"
    for one in found(root, "//atom:id"):
        if ":" not in (one.text or "") or one.text != one.text.strip():
            yield "an id that is no IRI (4.2.6)"
