"""The lists over all issues: articles, contributors, subjects and names, in alphabetical order."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from bulletin_press.archive.holdings import Archive, Contribution, Holding
from bulletin_press.editions.epub.contributors import sorted_name
from bulletin_press.source.ids import spelled

_LONGEST = 60  # letters of a page's name
_DOTLESS = frozenset({"az", "tr"})  # languages that tell i and ı apart
_GEORGIAN = frozenset(map(chr, range(0x10D0, 0x1100)))  # whose capitals head no list


@dataclass(frozen=True, slots=True)
class Reference:
    """A place that a heading of a list leads to: an article, and the blocks in it, if any.

    ``places`` are the label and the id of each block.
    """

    holding: Holding
    article: Contribution
    places: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a list: its words, how it sorts, the stem of its page, where it leads."""

    name: str
    order: str
    slug: str
    references: tuple[Reference, ...]


def contributors(archive: Archive) -> tuple[Heading, ...]:
    """The authors of all articles, by their family names where these are sure."""
    found = ((name, one) for one in _articles(archive) for name in one.article.authors)

    def order(name: str, reference: Reference) -> str:
        return sorted_name(name, reference.holding.language) or name

    return _headings(found, order)


def subjects(archive: Archive) -> tuple[Heading, ...]:
    """The keywords of all articles, and the issues' own, which count for each of their articles."""
    found = (
        (word, one)
        for one in _articles(archive)
        for word in dict.fromkeys((*one.article.keywords, *one.holding.keywords))
    )
    return _headings(found, lambda name, _: name)


def names(archive: Archive) -> tuple[Heading, ...]:
    """The names of [names] that stand in any article, with the blocks in which they stand."""
    found = (
        (name, Reference(one.holding, one.article, _places(one.article, blocks)))
        for one in _articles(archive)
        for name, blocks in one.article.names.items()
    )
    return _headings(found, lambda name, _: name)


def articles(archive: Archive) -> tuple[Heading, ...]:
    """Each article under its title; those of one title stay apart, the newest first."""
    return tuple(
        sorted(
            (
                Heading(one.article.title, sorting(one.article.title), one.article.page, (one,))
                for one in _articles(archive)
            ),
            key=lambda heading: heading.order,
        )
    )


def by_initial(headings: Iterable[Heading]) -> Iterator[tuple[str, tuple[Heading, ...]]]:
    """The headings by the letter that they begin with; what begins with none is under ``#``."""
    found: dict[str, list[Heading]] = {}
    for heading in headings:
        found.setdefault(initial(heading.order), []).append(heading)
    yield from ((letter, tuple(group)) for letter, group in found.items())


def initial(order: str) -> str:
    """The letter that a heading is found under."""
    sign = next((sign for sign in order if sign.isalnum()), "")
    upper = sign if sign in _GEORGIAN else sign.upper()
    return upper if sign.isalpha() else "#"


def sorting(text: str) -> str:
    """A text as it sorts: without capitals, marks, and what is no letter, digit or blank."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("ı", "i").replace("ə", "e\uffff"))
    kept = (sign for sign in plain if sign.isalnum() or sign.isspace() or sign in ",\uffff")
    return " ".join("".join(kept).split())


def _articles(archive: Archive) -> Iterator[Reference]:
    for holding in archive.holdings:
        for article in holding.articles:
            yield Reference(holding, article)


def _headings(
    found: Iterable[tuple[str, Reference]], order: Callable[[str, Reference], str]
) -> tuple[Heading, ...]:
    """One heading for all spellings of a name that differ in capitals only.

    It is shown as most have it; of several, as the first that is not all capitals. Its references
    are in the order of the archive.
    """
    grouped: dict[str, list[tuple[str, Reference]]] = {}
    for name, reference in found:
        key = _folded(name, reference.holding.language)
        grouped.setdefault(key, []).append((name, reference))
    made = []
    for key, pairs in grouped.items():
        spelling = Counter(name for name, _ in pairs).most_common()
        equal = [name for name, count in spelling if count == spelling[0][1]]
        most = next((name for name in equal if not name.isupper()), equal[0])
        references = tuple({one.article.page: one for _, one in pairs}.values())
        made.append(Heading(most, sorting(order(most, references[0])), _slug(key), references))
    return tuple(sorted(made, key=lambda one: (one.order, one.name)))


def _folded(name: str, language: str) -> str:
    """A name without capitals, as its language has them."""
    if language.split("-")[0].lower() in _DOTLESS:
        name = name.replace("I", "ı").replace("İ", "i")
    return " ".join(name.casefold().split())


def _slug(key: str) -> str:
    """The stem of a heading's page, the same for ever, and no other heading's."""
    plain = spelled(key)
    if plain.replace("-", " ") == key and plain != "index" and 0 < len(plain) <= _LONGEST:
        return plain
    return f"{plain[:_LONGEST] or 'heading'}-{sha256(key.encode()).hexdigest()[:8]}"


def _places(article: Contribution, blocks: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The blocks by their printed pages, or by numbers where there are none; one for each page."""
    found: dict[str, str] = {}
    for number, block in enumerate(blocks, 1):
        found.setdefault(article.folios.get(block) or str(number), block)
    return tuple(found.items())
