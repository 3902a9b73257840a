"""Which languages the pages are in, and whether each passage says so."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import cast

from lxml import etree

from bulletin_press.markup import XML_LANG
from bulletin_press.reading import Page

LONG = 25
"""From how many words on a language is one of the book's own."""

_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_PART = re.compile(r"[:;()\[\]·•|]")
_IS_LATIN = re.compile("[\0-\u024f\u2000-\u2bff]*").fullmatch
_SPEAKING = etree.XPath(
    "descendant-or-self::*/@xml:lang",
    namespaces={"xml": "http://www.w3.org/XML/1998/namespace"},
    smart_strings=False,
)
_TEXT = etree.XPath("string()", smart_strings=False)
_UNSPOKEN = frozenset({"code", "pre"})
_FOREIGN, _FOREIGN_LATIN = 3, 4  # words; names of bodies have “of” and “and the” in them
_UNSPACED = frozenset({"CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR"})
_LATIN = frozenset({"LATIN"})
_CYRILLIC = frozenset({"CYRILLIC"})
_ARABIC = frozenset({"ARABIC"})
_SUBTAGS: Mapping[str, frozenset[str]] = MappingProxyType(
    {"latn": _LATIN, "cyrl": _CYRILLIC, "arab": _ARABIC}
)


def _scripts() -> Iterator[tuple[str, frozenset[str]]]:
    for language in "ab av ba be bg ce cv kk kv ky mk mn os ru tg tt uk".split():
        yield language, _CYRILLIC
    for language in "ar azb ckb fa ks ps sd ug ur".split():
        yield language, _ARABIC
    for language in "bs ku sr uz".split():
        yield language, _LATIN | _CYRILLIC | (_ARABIC if language == "ku" else frozenset())
    for pair in (
        "el:GREEK he:HEBREW yi:HEBREW ka:GEORGIAN hy:ARMENIAN th:THAI lo:LAO km:KHMER my:MYANMAR"
        " hi:DEVANAGARI mr:DEVANAGARI ne:DEVANAGARI sa:DEVANAGARI bn:BENGALI as:BENGALI ta:TAMIL"
        " te:TELUGU kn:KANNADA ml:MALAYALAM gu:GUJARATI pa:GURMUKHI or:ORIYA si:SINHALA"
        " bo:TIBETAN dz:TIBETAN am:ETHIOPIC ti:ETHIOPIC dv:THAANA ii:YI zh:CJK,BOPOMOFO"
        " ja:CJK,HIRAGANA,KATAKANA ko:HANGUL,CJK iu:CANADIAN,LATIN"
    ).split():
        language, _, names = pair.partition(":")
        yield language, frozenset(names.split(","))


_SCRIPTS = MappingProxyType(dict(_scripts()))


def scripts(tag: str) -> frozenset[str]:
    """The scripts of a language, by the first words of Unicode's names; Latin if not known."""
    first, *others = tag.lower().split("-")
    named = next((_SUBTAGS[one] for one in others if one in _SUBTAGS), None)
    return named or _SCRIPTS.get(first, _LATIN)


def long_passages(pages: Iterable[Page], language: str) -> tuple[str, ...]:
    """The languages other than ``language`` in which ``LONG`` words or more stand, most first."""
    counted: Counter[str] = Counter()
    for page in (one for one in pages if _SPEAKING(one.body)):
        for text, tag in _texts(page.body, language):
            if tag.lower() != language.lower():
                counted[tag] += len(_WORD.findall(text))
    return tuple(tag for tag, count in counted.most_common() if count >= LONG)


def undeclared(page: Page, language: str) -> str:
    """The first words that the language declared for them cannot be in, or nothing.

    Found by their script, so words in another language of the same script are not. A word or two
    may be a term, and capital letters a name, which are of no language (WCAG 2.2, success criterion
    3.1.2).
    """
    tags = {language, *cast("list[str]", _SPEAKING(page.body))}
    if all("LATIN" in scripts(tag) for tag in tags) and _IS_LATIN(str(_TEXT(page.body))):
        return ""
    for text, tag in _texts(page.body, language):
        own = scripts(tag)
        if not text.isascii() or "LATIN" not in own:
            for part in _PART.split(text):
                if found := _passage(part, own):
                    return found
    return ""


def _passage(text: str, own: frozenset[str]) -> str:
    """The first words in a row that are in none of a language's own scripts, if they are many."""
    run: list[str] = []
    for word in _WORD.findall(text):
        script = _script(word)
        run = [*run, word] if script not in own else []
        if sum(map(_weight, run)) >= (_FOREIGN_LATIN if script == "LATIN" else _FOREIGN):
            return " ".join(run)
    return ""


def _weight(word: str) -> float:
    """How many words a run of letters counts for: none if it may be a name."""
    if _script(word) in _UNSPACED:
        return len(word) / 2
    return 0 if word[0].isupper() else 1


@lru_cache(maxsize=10_000)
def _script(word: str) -> str:
    sign = next((one for one in word if unicodedata.category(one)[0] == "L"), "a")
    return unicodedata.name(sign, "").split(" ")[0].split("-")[0]


def _texts(element: etree._Element, language: str) -> Iterator[tuple[str, str]]:
    """The texts below an element, each with the language that holds for it."""
    tag = element.get(XML_LANG) or language
    spoken = element.tag not in _UNSPOKEN and not etree.QName(element).namespace
    if spoken and element.text:
        yield element.text, tag
    for child in element.iterchildren(etree.Element):
        if spoken:
            yield from _texts(child, tag)
        if spoken and child.tail:
            yield child.tail, tag
