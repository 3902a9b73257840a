"""How much colours stand out from one another, by WCAG 2.2."""

from __future__ import annotations

from collections.abc import Iterable


def linear(part: float) -> float:
    """The light of a red, green or blue part of sRGB, both from 0 to 1."""
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def luminance(parts: Iterable[float]) -> float:
    """The relative luminance, from 0 to 1, of a colour of sRGB whose parts are from 0 to 1."""
    red, green, blue = map(linear, parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: float, other: float) -> float:
    """The contrast of two luminances, from 1 to 21."""
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)
