"""Writes the patterns by which words are divided in languages that pyphen has none for.

    python -m scripts.patterns

A file of ``src/bulletin_press/editions/pdf/patterns`` for each language, in the form of Hunspell:
an odd number is a place for a hyphen, an even one is none, the highest number at a place holds.
That each part of a word has a vowel cannot be said so; ``divisions`` sees to that.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "src/bulletin_press/editions/pdf/patterns"
Rule = tuple[str, list[str]]

TURKISH = "aâeıiîoöuûü", "bcçdfgğhjklmnpqrsştvwxyz"
AZERBAIJANI = "aeəıioöuü", "bcçdfgğhxjkqlmnprsştvwyz"
GEORGIAN = "აეიოუ", "ბგდვზთკლმნპჟრსტფქღყშჩცძწჭხჯჰ"
ARMENIAN = "աեէըիոօև", "բգդզթժլխծկհձղճմյնշչպջռսվտրցփքֆ"

UNITED = "ბღ დღ ძღ ჯღ ფხ თხ ცხ ჩხ პყ ტყ წყ ჭყ".split()
OTHERS = "ზღ ბგ დგ ძგ ჯგ ფქ თქ ცქ ჩქ პკ ტკ წკ ჭკ".split()

LOUDNESS = "բգդթծկձճպջտցչփք", "զժխհսշվֆ", "մն", "լղռր", "յ"
ENDINGS = "կտ պտ քտ կս պս քս".split()


def joined(*parts: str | list[str]) -> list[str]:
    """Each of the first with each of the second and so on."""
    return ["".join(one) for one in product(*parts)]


def latin(vowels: str, consonants: str) -> Iterator[Rule]:
    """Of Turkish and Azerbaijani: the last consonant begins a syllable, as does each vowel."""
    yield "before a vowel", joined("1", vowels)
    yield "but not after a consonant", joined(consonants, "2")
    yield "before the last consonant in front of a vowel", joined("3", consonants, vowels)


def azerbaijani() -> Iterator[Rule]:
    """The same, but for two words that are often met."""
    yield from latin(*AZERBAIJANI)
    yield "oktyabr, sentyabr; yarım-stansiya", ["4t4yab", "m5s4tansi"]


def georgian() -> Iterator[Rule]:
    """The first of some consonants ends a syllable, the others begin the next."""
    vowels, consonants = GEORGIAN
    yield "before a consonant in front of a vowel", joined("1", consonants, vowels)
    yield "but not after another", joined(consonants, "2")
    yield "after the first of some", joined(vowels, consonants, "3")
    yield "before two that are spoken as one", joined("1", UNITED, vowels)
    yield "after them", joined(vowels, UNITED, "3")
    yield "never between them", ["4".join(pair) for pair in UNITED]
    yield "nowhere near two that books differ on", ["4" + "4".join(pair) for pair in OTHERS]
    yield "not before a vowel", joined("4", vowels)
    yield "but between two", joined(vowels, "5", vowels)


def armenian() -> Iterator[Rule]:
    """The last consonant begins a syllable, with a glide behind it."""
    vowels, consonants = ARMENIAN
    yield "before the last consonant in front of a vowel", joined("1", consonants, vowels)
    yield "before a consonant with a glide, never between", joined("1", consonants, ["4յ"])
    yield "between vowels, none of which is ու or և", joined(vowels[:-1], "1", vowels[:-1])
    pairs = [*product(consonants, consonants.replace("յ", ""))]
    yield (
        "not after two with an unwritten ը between them",
        [
            f"{one}{other}4"
            for one, other in pairs
            if loudness(one) <= loudness(other) and one + other not in ENDINGS
        ],
    )


def loudness(letter: str) -> int:
    """How loud a consonant of Armenian is: a syllable grows softer to its end."""
    return next(at for at, letters in enumerate(LOUDNESS) if letter in letters)


LANGUAGES = {
    "az": ("Azerbaijani", azerbaijani),
    "hy": ("Armenian", armenian),
    "ka": ("Georgian", georgian),
    "tr": ("Turkish", lambda: latin(*TURKISH)),
}


def text(language: str) -> str:
    """The file of a language."""
    name, rules = LANGUAGES[language]
    lines = ["UTF-8", f"% {name}, written by scripts/patterns.py"]
    for title, patterns in rules():
        lines += [f"% {title}", *patterns]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write all of them."""
    for language in LANGUAGES:
        (FOLDER / f"hyph_{language}.dic").write_text(text(language), "utf-8")


if __name__ == "__main__":
    main()
