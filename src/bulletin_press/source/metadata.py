"""The fields of an issue's masthead and of an article: names, forms, checks."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple, cast

from docutils import nodes

from bulletin_press.checks import issn, language_tag
from bulletin_press.problems import Location, suggestion
from bulletin_press.source.session import Session, line_of


def _line(value: str) -> str:
    return " ".join(value.split())


def _number(value: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,5}", value.strip()):
        raise ValueError("a whole number such as 7")
    return int(value)


def _date(value: str) -> date:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value.strip()):
        raise ValueError("a date such as 2026-02-28")
    try:
        return date.fromisoformat(value.strip())
    except ValueError:
        raise ValueError("a date that exists in the calendar, such as 2026-02-28") from None


def _issue(value: str) -> str:
    if not re.fullmatch(r"[^\s/\\.][^\s/\\]*", value.strip()):
        raise ValueError("the name of another issue's folder, such as 2026-02")
    return value.strip()


_NOTICE = re.compile(r"(?:^|\s)(\d{4}-\d{2}-\d{2}):\s+")


def _errata(value: str) -> tuple[tuple[date, str], ...]:
    """Corrections, each after its day and a colon; the days are as they are written."""
    before, *parts = _NOTICE.split(_line(value))
    pairs = list(zip(parts[::2], parts[1::2], strict=True))
    if before or not pairs or not all(words for _, words in pairs):
        raise ValueError("a day, a colon and the correction: 2026-03-05: It is 4 km, not 14.")
    return tuple((_date(day), words.strip()) for day, words in pairs)


def _former(value: str) -> tuple[str, ...]:
    found = tuple(one.strip() for one in re.split(r"[,;]", value) if one.strip())
    if not found or not all(map(addressable, found)):
        raise ValueError("names of folders that an address can hold, such as 2025-12")
    return found


def addressable(name: str) -> bool:
    """Whether a folder's name can be a part of an address without signs in place of others."""
    return re.fullmatch(r"[^\W_][\w~-]*(\.[\w~-]+)*", name) is not None


def _former_places(value: str) -> tuple[tuple[str, str], ...]:
    """Former addresses of an article: the issue, or nothing if it was this one, and the id."""
    found = [re.fullmatch(r"(?:([^\W_][\w.~-]*)/)?([a-z][a-z0-9-]*)", one.strip())
             for one in re.split(r"[,;]", value) if one.strip()]  # fmt: skip
    if not found or None in found:
        raise ValueError("an id that the article had, or its issue and the id: 2025-12/ports")
    return tuple((one[1] or "", one[2]) for one in found if one)


def _keywords(value: str) -> tuple[str, ...]:
    return tuple(word for word in (_line(part) for part in re.split(r"[,;]", value)) if word)


class Author(NamedTuple):
    """An author's name, and the body that the author belongs to, or nothing."""

    name: str
    affiliation: str = ""


def _lines(value: str) -> tuple[str, ...]:
    return tuple(name for name in (_line(part) for part in value.split(";")) if name)


def _people(value: str) -> tuple[Author, ...]:
    names = (_line(one) for one in re.split(r";(?![^()]*\))", value))
    found = (re.fullmatch(r"(.*?\S)(?: \(([^()]+)\))?", name) for name in names if name)
    return tuple(Author(person[1], person[2] or "") for person in found if person)


def _yes_or_no(value: str) -> bool:
    if value.strip().lower() not in ("yes", "no"):
        raise ValueError("yes or no")
    return value.strip().lower() == "yes"


@dataclass(frozen=True, slots=True)
class Field:
    """How one field is kept: under which key, and what reads its raw text."""

    key: str
    read: Callable[[str], Any]


MASTHEAD: Mapping[str, Field] = MappingProxyType(
    {
        "volume": Field("volume", _number),
        "number": Field("number", _number),
        "date": Field("date", _date),
        "issn": Field("issn", issn),
        "publisher": Field("publisher", _line),
        "language": Field("language", language_tag),
        "translation-of": Field("translation_of", _issue),
        "cover": Field("cover", _line),
        "cover-alt": Field("cover_alt", _line),
        "summary": Field("summary", _line),
        "rights": Field("rights", _line),
        "keywords": Field("keywords", _keywords),
        "errata": Field("errata", _errata),
        "formerly": Field("formerly", _former),
        "unpublished": Field("unpublished", _yes_or_no),
    }
)
ARTICLE: Mapping[str, Field] = MappingProxyType(
    {
        "author": Field("authors", _people),
        "authors": Field("authors", _people),
        "affiliation": Field("affiliations", _lines),
        "byline": Field("byline", _line),
        "kicker": Field("kicker", _line),
        "section": Field("section", _line),
        "standfirst": Field("standfirst", _line),
        "summary": Field("summary", _line),
        "keywords": Field("keywords", _keywords),
        "numbered": Field("numbered", _yes_or_no),
        "errata": Field("errata", _errata),
        "formerly": Field("formerly", _former_places),
    }
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One field as read: its value, its place, and its inline nodes where it is plain text."""

    value: Any
    where: Location
    inline: tuple[nodes.Node, ...]


def names(fields: nodes.field_list) -> frozenset[str]:
    """The names of all fields, right or wrong, in small letters."""
    found = (one[0].astext() for one in fields if isinstance(one, nodes.field))
    return frozenset(name.strip().lower() for name in found)


def read(
    fields: nodes.field_list | None, schema: Mapping[str, Field], session: Session
) -> dict[str, Entry]:
    """The values of a field list by key; what is wrong with a field goes to the session.

    Values come from the raw text, since docutils reads “A. Writer” as a list (S112, S113).
    """
    found: dict[str, Entry] = {}
    for field in fields or ():
        if not isinstance(field, nodes.field):
            continue
        name, body = field[0].astext(), cast(nodes.Element, field[1])
        where = session.place(*line_of(field))
        known = schema.get(name.strip().lower())
        if known is None:
            hint = suggestion(name.strip(), schema)
            session.report("S112", f"there is no field “{name}”", where, hint)
            continue
        if known.key in found:
            session.report("S113", f"the field “{name}” says again what stands above", where)
            continue
        raw = str(getattr(body, "rawsource", "")) or body.astext()
        if not raw.strip():
            session.report("S113", f"the field “{name}” is empty", where)
            continue
        parts = [one for one in body if not isinstance(one, nodes.system_message)]
        text = raw.strip()
        inline: list[nodes.Node] = [nodes.Text(_line(raw))]
        if all(isinstance(one, nodes.paragraph) for one in parts):
            text = " ".join(one.astext() for one in parts)
            inline = [node for one in parts for node in (nodes.Text(" "), *one.children)][1:]
        elif known.read is _line:
            session.report("S113", f"the field “{name}” takes text without lists or boxes", where)
            continue
        try:
            found[known.key] = Entry(known.read(text), where, tuple(inline))
        except ValueError as error:
            session.report("S113", f"the field “{name}” takes {error}", where)
    return found


def authors(fields: Mapping[str, Entry], session: Session) -> tuple[Author, ...]:
    """The authors of an article with their affiliations, which a field of its own may give.

    One affiliation is that of all authors, else each author has one (S113).
    """
    entry, given = fields.get("authors"), fields.get("affiliations")
    people: tuple[Author, ...] = entry.value if entry else ()
    if given is None:
        return people
    bodies = given.value * len(people) if len(given.value) == 1 else given.value
    if "byline" in fields:
        message = "the byline takes the place of names and affiliation"
        session.report("S113", message, given.where, "write the affiliation into the byline")
    elif len(bodies) != len(people) or not people:
        message = f"{len(bodies)} affiliations stand against {len(people)} authors"
        hint = "write one for all, or one for each author, with semicolons between"
        session.report("S113", message, given.where, hint)
    elif any(person.affiliation for person in people):
        message = "affiliations stand both here and after the authors' names"
        session.report("S113", message, given.where, "write them in one place")
    else:
        return tuple(Author(person.name, body) for person, body in zip(people, bodies, strict=True))
    return people


def span(fields: nodes.field_list | None, session: Session) -> range:
    """The source lines that a field list takes, to drop what docutils says of their contents."""
    if fields is None or not len(fields):
        return range(0)
    lines = [line for node in fields if (line := line_of(node)[1]) is not None]
    if not lines:
        return range(0)
    last = str(getattr(fields[-1].children[-1], "rawsource", "")).count("\n")
    return range(min(lines), max(lines) + last + 1)
