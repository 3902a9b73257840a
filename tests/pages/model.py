"""What an issue's sources say, as parts within parts: what its readers must find."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(eq=False)
class Part:
    """A block, or words in it; ``kind`` names it, ``inside`` holds words and parts in order.

    ``language`` is set where it differs from that of what is around. ``level`` is that of a
    heading; 1 for a row that is printed again where its table goes on. ``alt`` describes a
    picture, which has no words. A part of kind “note” stands where it is first called.
    """

    kind: str
    inside: list[str | Part] = field(default_factory=list)
    language: str = ""
    level: int = 0
    alt: str = ""

    def parts(self, *kinds: str) -> Iterator[Part]:
        """This part and all within it of these kinds, in order."""
        if self.kind in kinds:
            yield self
        for one in self.inside:
            if isinstance(one, Part):
                yield from one.parts(*kinds)


@dataclass(frozen=True, eq=False, slots=True)
class Place:
    """One word that must be found, and the parts that hold it, the outermost first."""

    word: str
    within: tuple[Part, ...]

    def nearest(self, *kinds: str) -> Part | None:
        """The innermost part of these kinds around the word."""
        return next((part for part in reversed(self.within) if part.kind in kinds), None)

    @property
    def language(self) -> str:
        """The language of the word, empty for the issue's."""
        return next((part.language for part in reversed(self.within) if part.language), "")


@dataclass(eq=False)
class Note:
    """A note's words, and after how many words of the text it is called."""

    part: Part
    after: int
    places: list[Place]


@dataclass(eq=False)
class Expected:
    """An issue's words in the order of reading, text and notes apart, and the parts they are of."""

    parts: list[Part]
    text: list[Place]
    notes: list[Note]

    @property
    def places(self) -> list[Place]:
        """All words."""
        return [*self.text, *(place for note in self.notes for place in note.places)]


def flatten(parts: list[Part]) -> Expected:
    """The words of some parts."""
    found = Expected(parts, [], [])

    def walk(part: Part, within: tuple[Part, ...], into: list[Place]) -> None:
        within = (*within, part)
        for one in part.inside:
            if isinstance(one, str):
                into.append(Place(one, within))
            elif one.kind == "note":
                note = Note(one, len(found.text), [])
                found.notes.append(note)
                walk(one, within, note.places)
            else:
                walk(one, within, into)

    for part in parts:
        walk(part, (), found.text)
    return found
