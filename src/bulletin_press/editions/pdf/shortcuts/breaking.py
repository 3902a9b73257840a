"""Where lines break, remembered by the text, its style and the room: within a build and after it.

The engine breaks the same lines again and again: to balance columns, for each height it tries, for
each page it lays out anew. ``split_first_line`` gives the same for the same text, values of style
and room; Pango counts room in 1/1024 of a pixel, so that widths within one such step are one.
``split_first_line`` of ``weasyprint.text.line_break`` is replaced, as the other modules know it.
What a build has used is kept for the next, with the hash of all faces as its key: plain values,
without Pango's objects, which no line needs until it is drawn.
"""

from __future__ import annotations

import marshal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from math import floor, inf
from typing import Any

from bulletin_press import kept
from bulletin_press.editions.pdf.shortcuts.replacing import replacements
from bulletin_press.editions.pdf.shortcuts.shaping import SHAPING, noted, values

_BREAKING = (
    *SHAPING, "white_space", "letter_spacing", "word_spacing", "overflow_wrap", "word_break",
    "hyphens", "hyphenate_character", "hyphenate_limit_chars", "hyphenate_limit_zone", "tab_size",
)  # fmt: skip
_STEPS = 1024  # of Pango, in a pixel
_EDGE = 1e-4  # of a step, within which rounding may decide
_RATIO = 4  # of the engine: how many letters it looks at first
_LATELY = 4_000  # lines: those of some pages, as often as they are tried
_MOST = 40_000
_KIND = "lines"
_PLAIN = frozenset({
    "text", "justification_spacing", "first_line_direction", "ascent", "underline_position",
    "strikethrough_position", "underline_thickness", "strikethrough_thickness",
})  # fmt: skip


class _Lines:
    """Results by key, the latest in two heaps of which the older is dropped when one is full."""

    def __init__(self) -> None:
        self._new: dict[Any, Any] = {}
        self._old: dict[Any, Any] = {}

    def get(self, key: Any) -> Any:
        found = self._new.get(key)
        if found is None and (found := self._old.get(key)) is not None:
            self.put(key, found)
        return found

    def put(self, key: Any, value: Any) -> None:
        if len(self._new) >= _LATELY:
            self._old, self._new = self._new, {}
        self._new[key] = value


def _harfbuzz() -> tuple[int, ...]:
    """The version of HarfBuzz, of which the engine asks only whether it is at least some other."""
    from weasyprint.text.ffi import harfbuzz

    found = [0, 0, 0]
    for place in range(3):
        while harfbuzz.hb_version_atleast(*found[:place], found[place] + 1, *[0] * (2 - place)):
            found[place] += 1
    return tuple(found)


def shapers() -> str:
    """The versions of what shapes text."""
    from weasyprint.text.ffi import pango

    return f"{pango.pango_version()} {_harfbuzz()}"


class Kept:
    """Texts of earlier builds, broken or shaped with ``faces``, and those of this one for later."""

    def __init__(self, store: kept.Store, kind: str, faces: bytes) -> None:
        self._store = store
        versions = f"{sys.version} {shapers()}"
        self._key = (kind, versions, faces)
        found = store.get(*self._key)
        self._before: dict[Any, Any] = marshal.loads(found) if found else {}
        self._now: dict[Any, Any] = {}

    def get(self, key: Any) -> Any:
        """The plain values of a text, if an earlier build met it."""
        found = self._before.get(key)
        if found is not None:
            self._now[key] = found
        return found

    def put(self, key: Any, plain: Any) -> None:
        """Keep plain values for the next build, unless there are too many."""
        if len(self._now) < _MOST:
            self._now[key] = plain

    def save(self) -> None:
        """Put all texts of this build into the store, unless it used those it found and no more."""
        if self._now.keys() - self._before.keys():
            self._store.put(marshal.dumps(self._now), *self._key)


def _width(room: Any, style: Any) -> Any:
    """What of the room decides on the break."""
    if room is None or room == inf or room <= 0:
        return room
    steps = room * _STEPS
    whole = floor(steps)
    zone = style["hyphenate_limit_zone"]
    exact = style["letter_spacing"] != "normal" or getattr(zone, "value", None) != 0
    if exact or not _EDGE < steps - whole < 1 - _EDGE:
        return room
    size = style["font_size"]
    return whole, int(room / size * _RATIO) if size else 0, size * _RATIO > room


def of_style(style: Any) -> tuple[int, str]:
    """A number for all that a style says on breaking lines, and its name for other builds.

    The name is empty where the style has values that are known in this build only.
    """
    return noted(style, "press_breaking", _numbered)  # type: ignore[no-any-return]


def _numbered(style: Any) -> tuple[int, str]:
    known = vars(style.font_config).setdefault("press_breaking", {})
    key = values(style, _BREAKING)
    if key not in known:
        name = sha256(repr(key).encode()).hexdigest()[:32] if _is_told(key) else ""
        known[key] = len(known), name
    return known[key]  # type: ignore[no-any-return]


def _is_told(value: Any) -> bool:
    """Whether ``repr`` of a value tells all of it."""
    if isinstance(value, tuple):
        return all(map(_is_told, value))
    return value is None or isinstance(value, (str, int, float))


@contextmanager
def remembered(faces: bytes) -> Iterator[None]:
    """Break each line once; take from the store those that were broken before with ``faces``."""
    from weasyprint.layout import inline, preferred
    from weasyprint.text import line_break
    from weasyprint.text.line_break import Layout

    split = line_break.split_first_line
    lines: dict[int, tuple[Any, _Lines]] = {}
    store = kept.store()
    keeping = Kept(store, _KIND, faces) if store else None

    def split_first_line(
        text: str, style: Any, context: Any, max_width: Any, justification_spacing: float,
        is_line_start: bool = True, minimum: bool = False,
    ) -> Any:  # fmt: skip
        number, name = of_style(style)
        known = lines.get(id(style.font_config))
        if known is None:
            known = lines[id(style.font_config)] = style.font_config, _Lines()
        rest = _width(max_width, style), justification_spacing, is_line_start, minimum
        keeps = keeping if name else None
        key = text, number, *rest
        found = known[1].get(key)
        if found is None and keeps:
            plain = keeps.get((text, name, *rest))
            if plain is not None:
                layout = Layout.__new__(Layout)
                vars(layout).update(plain[0])
                found = layout, *plain[1]
                known[1].put(key, found)
        if found is None:
            found = split(
                text, style, context, max_width, justification_spacing, is_line_start, minimum
            )
            known[1].put(key, found)
            if keeps:
                plain = {one: value for one, value in vars(found[0]).items() if one in _PLAIN}
                keeps.put((text, name, *rest), (plain, found[1:]))
        layout = Layout.__new__(Layout)
        vars(layout).update(vars(found[0]), max_width=max_width)
        return layout, *found[1:]

    with replacements() as replace:
        for module in (inline, preferred, line_break):
            replace(module, "split_first_line", split_first_line)
        yield
    if keeping:
        keeping.save()
