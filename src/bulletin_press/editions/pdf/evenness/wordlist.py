"""Words of kept paragraphs, each once and by number, so that what is drawn again is not shaped.

Of Pango's own only the font is missing: one word of each script is shaped in each style to have it,
and must become what was kept.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import Any

from bulletin_press.editions.pdf.evenness.words import Face, Part, Shape, Word, probed
from bulletin_press.editions.pdf.shortcuts.breaking import of_style


class Listing:
    """Words as they are put down: ``values`` has each that was met, as plain values.

    ``parts`` are the parts of words that the faces of the runs have shaped, by their numbers.
    """

    def __init__(self) -> None:
        self.values: list[Any] = []
        self.parts: dict[Part, list[int]] = {}
        self._faces: set[int] = set()
        self._numbers: dict[int, int] = {}
        self._words: list[Word] = []

    def put(self, shape: Shape | None) -> Any:
        """A run as plain values, its words by their numbers."""
        if shape is None:
            return None
        if id(shape.face) not in self._faces:
            self._faces.add(id(shape.face))
            for part, words in shape.face.parts_shaped.items():
                self.parts[part] = [self._number(one) for one in words]
        return shape.script, shape.starts.tobytes(), [self._number(one) for one in shape.words]

    def _number(self, word: Word) -> int:
        number = self._numbers.get(id(word))
        if number is None:
            number = self._numbers[id(word)] = len(self.values)
            text, glyphs, clusters, advances, counts, is_plain = word
            self.values.append(
                (text, glyphs, clusters, advances.tobytes(), counts.tobytes(), is_plain)
            )
            self._words.append(word)  # whose identity is not to become another's
        return number


class Wordlist:
    """Words by the numbers that a listing gave them, from its ``values`` and ``parts``."""

    def __init__(self, values: list[Any], parts: dict[Part, list[int]]) -> None:
        self._values, self._parts = values, parts
        self._words: dict[int, Word] = {}

    def take(self, values: Any, style: Any) -> Shape | None:
        """The run of such values in its style; None where it cannot be had without Pango."""
        if values is None:
            return None
        script, starts, numbers = values
        words = self._numbered(numbers)
        face = _face(style, script, words)
        if face is None:
            return None
        face.earlier = self._part
        return Shape(face, script, array("i", starts), words)

    def _part(self, part: Part) -> list[Word] | None:
        numbers = self._parts.get(part)
        return self._numbered(numbers) if numbers is not None else None

    def _numbered(self, numbers: Iterable[int]) -> list[Word]:
        return [self._words.get(one) or self._word(one) for one in numbers]

    def _word(self, number: int) -> Word:
        text, glyphs, clusters, advances, counts, is_plain = self._values[number]
        word = Word(text, glyphs, clusters, array("i", advances), array("i", counts), is_plain)
        self._words[number] = word
        return word


def _face(style: Any, script: int, words: Iterable[Word]) -> Face | None:
    """The face of a style for a script, which some of ``words`` are of."""
    known: dict[Any, Face | None] = vars(style.font_config).setdefault("press_kept_faces", {})
    key = of_style(style)[0], script
    if key not in known:
        telling = next((one for one in words if one.is_telling), None)
        if telling is None:
            return None
        shape = probed(style, telling.text.decode(), 0).shape
        same = shape and shape.script == script and shape.words == [telling]
        known[key] = shape.face if shape and same else None
    return known[key]
