"""Search over all articles of an archive: the terms of texts, and an index that a page reads.

The index is files that never change, named by their bytes, and ``search/index.json``, which lists
them; ``scripts/search.js`` loads those that a query needs. All are JSON.

``search/index.json`` is an object. ``articles`` is how many there are; they are numbered from 0,
those of the newest issue first. ``fields`` are pairs of a field's name and its boost. ``common``
are terms that stand in the text of more than half of the articles, and are not listed for it.
``terms`` are the shards of terms: the first term, the hash in the file's name, its octets; terms
are in order of their UTF-16 units, as browsers compare. ``documents`` tells ``each``, how many
articles a shard has, and in ``files`` the hash and the octets of each shard.

``search/terms-HASH.json`` is an array: a term, its postings, the next term, and so on. Postings
are one text for each field, in the order of ``fields``, parted by blanks; those at the end that
are empty are left out. A text is numbers as ``encoded`` writes them. For each article that has the
term there is twice the difference to the article before (to -1 at first) less 1, plus 1 if the
term stands there more than once; then one more number follows: how often, less 2.

``search/articles-HASH.json`` is an object: ``issues``, each its line, date and language, and
``articles``, each the number of its issue in ``issues``, its title, its address below the site's
folder, its authors and its summary.
"""

from __future__ import annotations

import json
import re
import unicodedata
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bulletin_press.archive.holdings import Archive, Contribution, Holding

FOLDER, ASSETS = "search", "assets"
INDEX = f"{FOLDER}/index.json"
FIELDS: Mapping[str, int] = {"text": 1, "title": 4, "authors": 3, "keywords": 3}
SHARD = 16_000  # octets of a shard of terms, but for a term that has more
EACH = 10  # articles of a shard: the results of one page come from many of them
SUMMARY = 200  # characters
FEW = 50  # articles, among which no term is too common
SHORTEST, LONGEST = 2, 40  # characters of a term

_SCRIPTS = Path(__file__).parent / "scripts"
_SOURCE_MAP = re.compile(rb"^//# sourceMappingURL=.*\n?", re.MULTILINE)
# What came to Unicode after version 14 parts words, so that every Python and every browser agree.
_NEWER = (
    "88f-897 c5c cdc cf3 ece 1acf-1aeb 1c89-1c8a a7cb-a7cf a7d2 a7d4 a7da-a7f1 105c0-105f3 "
    "10940-10959 10d40-10d85 10ec2-10eff 1123f-11241 11380-113e2 116d0-116e3 11b60-11bf9 "
    "11db0-11de9 11f00-11f5a 1342f-143fa 16100-16139 16d40-16d79 16ea0-16ed3 16ff2-16ff6 "
    "187f8-187ff 18cff 18d09-18df2 1b132 1b155 1ccd6-1ccf9 1d2c0-1d2d3 1df25-1df2a 1e030-1e08f "
    "1e4d0-1e6ff 2b739-2b73f 2cea2-2cead 2ebf0-2ee5d 31350-33479"
)
# Signs that vanish inside words: invisible ones, tatweel, the half rings of transliterations.
_DROPPED = "ad 200b-200f 2060 feff 61c 640 2be-2bf"
_PARTING = "2b9-2bd"  # apostrophes that Unicode takes for letters
_EQUAL = (
    "ı:i ə:e ß:ss ς:σ ł:l ø:o đ:d æ:ae œ:oe ک:ك ی:ي ى:ي "
    "٠:0 ١:1 ٢:2 ٣:3 ٤:4 ٥:5 ٦:6 ٧:7 ٨:8 ٩:9 ۰:0 ۱:1 ۲:2 ۳:3 ۴:4 ۵:5 ۶:6 ۷:7 ۸:8 ۹:9"
)

_TABLES = {"NEWER": _NEWER, "DROPPED": _DROPPED, "PARTING": _PARTING, "EQUAL": _EQUAL}


def _codes(ranges: str) -> Iterator[int]:
    """The code points of ranges in hex."""
    for one in ranges.split():
        first, _, last = one.partition("-")
        yield from range(int(first, 16), int(last or first, 16) + 1)


_UNKNOWN = frozenset(_codes(_NEWER))
_CHANGED: Mapping[str, str] = {
    **{chr(code): "" for code in _codes(_DROPPED)},
    **{chr(code): " " for code in _codes(_PARTING)},
    **dict(pair.split(":") for pair in _EQUAL.split()),
}


class _Signs(dict[int, str]):
    """What each character is in a term, found when it is first met; a blank parts terms."""

    def __missing__(self, code: int) -> str:
        kept = " " if code in _UNKNOWN else "".join(map(_kept, _plain(chr(code))))
        self[code] = kept
        return kept


def _plain(sign: str) -> str:
    return unicodedata.normalize("NFKD", sign).lower()


def _kept(sign: str) -> str:
    if sign in _CHANGED:
        return _CHANGED[sign]
    kind = unicodedata.category(sign)[0]
    return sign if kind in "LN" else "" if kind == "M" else " "


_SIGNS = _Signs()


def terms(text: str) -> Counter[str]:
    """The terms of ``text``, each with how often it stands there.

    A term is a run of letters and digits of at least 2 characters, the first 40 of it, in lower
    case, without marks; letters that people type for one another are one. ``terms`` of search.js,
    as ``scripts`` gives it, finds the same in every text.
    """
    return Counter(one[:LONGEST] for one in text.translate(_SIGNS).split() if len(one) >= SHORTEST)


def files(archive: Archive) -> dict[str, bytes]:
    """The index of all articles of ``archive``: files by their paths below the site's folder.

    All but ``search/index.json`` have names that follow from their bytes. Equal archives give
    equal bytes.
    """
    listed = [(holding, one) for holding in archive.holdings for one in holding.articles]
    fields = _postings(one for _, one in listed)
    common: list[str] = []
    if len(listed) > FEW:
        common = fields["text"].taken_out(above=len(listed) // 2)
    made: dict[str, bytes] = {}
    pointer = {
        "articles": len(listed),
        "fields": list(FIELDS.items()),
        "common": common,
        "terms": [
            (first, *_added(made, "terms", data)) for first, data in _term_shards(fields.values())
        ],
        "documents": {
            "each": EACH,
            "files": [
                _added(made, "articles", _document_shard(listed[start : start + EACH]))
                for start in range(0, len(listed), EACH)
            ],
        },
    }
    return {INDEX: _json(pointer), **made}


def scripts() -> dict[str, bytes]:
    """The scripts of the search page, by their paths below the site's folder.

    Their names follow from their bytes. The first is MiniSearch with its licence, which the second
    imports; that one's path is ``script()``.
    """
    licence = (_SCRIPTS / "minisearch.LICENSE.txt").read_bytes()
    engine = _SOURCE_MAP.sub(b"", (_SCRIPTS / "minisearch.js").read_bytes())
    engine = b"/*!\nMiniSearch 7.2.0\n\n%b\n*/\n%b" % (licence.strip(), engine)
    name = f"minisearch-{_hash(engine)}.js"
    text = (_SCRIPTS / "search.js").read_text("utf-8").replace("./minisearch.js", f"./{name}")
    for place, signs in _TABLES.items():
        text = text.replace(f"@{place}@", signs)
    search = text.encode()
    return {f"{ASSETS}/{name}": engine, f"{ASSETS}/search-{_hash(search)}.js": search}


def script() -> str:
    """The path of the script that the search page loads as a module, below the site's folder."""
    return next(path for path in scripts() if path.startswith(f"{ASSETS}/search-"))


class _Postings:
    """Which articles have each term in one field, and how often, coded as they come."""

    def __init__(self) -> None:
        self._slots: dict[str, int] = {}
        self._codes: list[bytearray] = []
        self._latest = array("l")
        self._articles = array("l")

    def add(self, number: int, counted: Mapping[str, int]) -> None:
        """Add the terms of an article; ``number`` is higher than those before."""
        slots, codes, latest, articles = self._slots, self._codes, self._latest, self._articles
        for term, times in counted.items():
            slot = slots.get(term)
            if slot is None:
                slot = slots[term] = len(codes)
                codes.append(bytearray())
                latest.append(-1)
                articles.append(0)
            value = 2 * (number - latest[slot] - 1) + (times > 1)
            codes[slot] += _SHORT[value] if value < len(_SHORT) else encoded(value)
            if times > 1:
                codes[slot] += encoded(times - 2)
            latest[slot] = number
            articles[slot] += 1

    def taken_out(self, above: int) -> list[str]:
        """Take out the terms of more than ``above`` articles; returns them in order."""
        many = sorted(one for one, slot in self._slots.items() if self._articles[slot] > above)
        for term in many:
            del self._slots[term]
        return many

    def __iter__(self) -> Iterator[str]:
        return iter(self._slots)

    def of(self, term: str) -> bytes | bytearray:
        """The coded postings of a term, empty if it has none."""
        slot = self._slots.get(term)
        return b"" if slot is None else self._codes[slot]


def encoded(number: int) -> bytes:
    """A number that is not negative, in printable ASCII without ``"``, backslash and blank.

    The last sign is one of 34, from ``]`` on; those before are of 57, from ``#`` on, the lowest
    first. A sign before the last means its place from 0, plus 34.
    """
    signs = bytearray()
    while number >= 34:
        number, low = divmod(number - 34, 57)
        signs.append(35 + low)
    signs.append(93 + number)
    return bytes(signs)


_SHORT = [encoded(number) for number in range(10_000)]


def _postings(articles: Iterable[Contribution]) -> dict[str, _Postings]:
    """The postings of each field."""
    made = {name: _Postings() for name in FIELDS}
    for number, article in enumerate(articles):
        made["text"].add(number, article.words)
        made["title"].add(number, terms(article.title))
        made["authors"].add(number, terms(" ".join(article.authors)))
        made["keywords"].add(number, terms(" ".join(article.keywords)))
    return made


def _term_shards(fields: Iterable[_Postings]) -> Iterator[tuple[str, bytes]]:
    """The first term and the bytes of each shard."""
    columns = list(fields)
    known = sorted(set().union(*columns), key=lambda term: term.encode("utf-16-be"))
    first, entries, size = "", list[bytes](), 0
    for term in known:
        postings = b" ".join(column.of(term) for column in columns).rstrip(b" ")
        entry = b'%b,"%b"' % (_json(term), postings)
        if entries and size + len(entry) >= SHARD:
            yield first, b"[%b]" % b",".join(entries)
            entries, size = [], 0
        if not entries:
            first = term
        entries.append(entry)
        size += len(entry) + 1
    if entries:
        yield first, b"[%b]" % b",".join(entries)


def _document_shard(listed: Iterable[tuple[Holding, Contribution]]) -> bytes:
    issues: dict[tuple[str, str, str], int] = {}
    articles = []
    for holding, one in listed:
        issue = (holding.line, holding.date.isoformat(), holding.language)
        number = issues.setdefault(issue, len(issues))
        articles.append((number, one.title, quote(one.page), one.authors, _cut(one.summary)))
    return _json({"issues": list(issues), "articles": articles})


def _cut(text: str) -> str:
    """The text, or its beginning up to the end of a word."""
    text = " ".join(text.split())
    if len(text) <= SUMMARY:
        return text
    begun = text[:SUMMARY].rsplit(" ", 1)[0]
    return f"{begun.rstrip(' ,;:–—-')} …"


def _added(made: dict[str, bytes], kind: str, data: bytes) -> tuple[str, int]:
    """Add a file to those made; returns its hash and its octets."""
    name = _hash(data)
    made[f"{FOLDER}/{kind}-{name}.json"] = data
    return name, len(data)


def _hash(data: bytes) -> str:
    return sha256(data).hexdigest()[:16]


def _json(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")
