"""Words that stand once in an issue, in many languages: a loss, a doubling, a swap shows.

A word is a common one with a number behind it that is written in letters, so that it is broken
and hyphenated like a word of its language, and so that no digit stands in the way of its direction.
"""

from __future__ import annotations

import re
from random import Random

LEFTWARD = frozenset({"ar", "he", "fa"})
_LATIN = ("bdfgklmnprstvz", "aeou")
_CYRILLIC = ("бвгдклмнпрст", "аеоу")
_ALPHABETS = {
    "en": _LATIN, "de": _LATIN, "az": _LATIN, "tr": _LATIN, "ru": _CYRILLIC,
    "el": ("βγδκλμνπρτ", "αεοη"), "ar": ("دذرزو", "دذرزو"), "he": ("בגדהו", "בגדהו"),
}  # fmt: skip
_ROOTS = {
    "en": "a the of in at trade minister border harbour council river engine open treaty delay"
    " quarter north announce cooperat transmiss infrastruct",
    "de": "die ein auf und Brücke Fluss Straße Sitzung Beschluss öffnet Größe Hafen Übergang",
    "az": "bu ilə və körpü çay şəhər iclas qərar yol qış liman məsələ açıq münasibət",
    "tr": "bir ile köprü ırmak şehir açık karar yol kış liman mesele görüşme",
    "ru": "и на мост река город открыт заседан решение дорога зима порт вопрос",
    "el": "και στο γέφυρα ποτάμι πόλη δρόμος απόφαση λιμάνι χειμώνας",
    "ar": "في من جسر نهر مدينة طريق شتاء ميناء وزير مجلس تجارة حدود",
    "he": "של על גשר נהר עיר דרך חורף נמל שר מועצה סחר גבול",
}
_SYLLABLES = {"ar": 4, "he": 4}
TOKEN = re.compile(r"[^\W\d_]+")
_DOTS = str.maketrans({"İ": "i", "I": "i", "ı": "i"})


def plain(text: str) -> str:
    """A text in small letters, the two letters i of Turkish as one."""
    return text.translate(_DOTS).casefold()


class Words:
    """The source of an issue's words."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.taken: set[str] = set()

    def word(self, language: str) -> str:
        """A word that was never given before."""
        consonants, vowels = _ALPHABETS[language]
        roots = _ROOTS[language].split()
        while True:
            number = "".join(
                self.random.choice(consonants) + self.random.choice(vowels)
                for _ in range(_SYLLABLES.get(language, 2))
            )
            word = self.random.choice(roots) + number
            if plain(word) not in self.taken:
                self.taken.add(plain(word))
                return word

    def some(self, language: str, least: int, most: int) -> list[str]:
        """From ``least`` to ``most`` words."""
        return [self.word(language) for _ in range(self.random.randint(least, most))]
