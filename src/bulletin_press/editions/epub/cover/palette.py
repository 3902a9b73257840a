"""The colours of a cover: the brand's, moved as far as its letters need on a grey screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bulletin_press import contrast as wcag

READABLE = 7.0  # the contrast of title and date with their field, by WCAG 2.2, colours and grey
_AIM, _QUIET = 7.5, 4.8  # a little more than is asked for, since JPEG rounds
_LIGHT = 0.4  # the luminance from which a white page hides a cover's edge
_DEFAULTS = {"--ink": "#16181d", "--brand": "#14325c", "--accent": "#a8322d", "--paper": "#ffffff"}


@dataclass(frozen=True, slots=True)
class Palette:
    """A cover's colours: its field, its letters, quiet letters, the accent, tones of the band.

    ``border`` is the colour of a line round a light cover, or nothing.
    """

    field: str
    letters: str
    quiet: str
    accent: str
    tones: tuple[str, ...]
    border: str


def palette(colours: Mapping[str, str]) -> Palette:
    """The palette of a brand, whose variables are ``colours``.

    The field is the brand's colour. Where neither paper nor ink stands out from it, it becomes
    darker or lighter until letters do, also on a grey screen.
    """
    brand, accent, ink, paper = (
        _colour(colours, name) for name in ("--brand", "--accent", "--ink", "--paper")
    )
    letters = max((paper, ink), key=lambda colour: contrast(colour, brand))
    away = "#000000" if luminance(letters) > luminance(brand) else "#ffffff"
    if contrast(letters, away) < _AIM:
        letters = "#ffffff" if away == "#000000" else "#000000"
    field = _until(brand, away, letters, _AIM)
    dark, light = (ink, letters) if away == "#000000" else ("#ffffff", letters)
    shades = ((dark, 0.35), (light, 0.1), (light, 0.3), (light, 0.78))
    tones = tuple(_mix(field, other, part) for other, part in shades)
    quiet = _until(_mix(field, letters, 0.72), letters, field, _QUIET)
    border = "#8a8a8a" if luminance(field) > _LIGHT else ""
    return Palette(field, letters, quiet, accent, tones, border)


def contrast(one: str, other: str) -> float:
    """The contrast of two colours by WCAG 2.2, or of their greys if that is less."""
    shown = wcag.ratio(luminance(one), luminance(other))
    return min(shown, wcag.ratio(_grey(one), _grey(other)))


def luminance(colour: str) -> float:
    """The relative luminance of a colour such as ``#14325c``, from 0 to 1, by WCAG 2.2."""
    return wcag.luminance(value / 255 for value in _channels(colour))


def _grey(colour: str) -> float:
    """The luminance of a colour's grey (ITU-R BT.601, the luma of JPEG)."""
    red, green, blue = _channels(colour)
    return wcag.linear((0.299 * red + 0.587 * green + 0.114 * blue) / 255)


def _until(colour: str, towards: str, other: str, wanted: float) -> str:
    """A colour, mixed with ``towards`` only as much as gives its contrast with ``other``."""
    mixed = (_mix(colour, towards, step / 50) for step in range(51))
    return next((one for one in mixed if contrast(one, other) >= wanted), towards)


def _colour(colours: Mapping[str, str], name: str) -> str:
    value = colours.get(name, "")
    digits = value.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(sign * 2 for sign in digits)
    try:
        return "#" + bytes.fromhex(digits).hex() if len(digits) == 6 else _DEFAULTS[name]
    except ValueError:
        return _DEFAULTS[name]


def _channels(colour: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(colour[1:])
    return red, green, blue


def _mix(one: str, other: str, part: float) -> str:
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + bytes(round(a + (b - a) * part) for a, b in pairs).hex()
