"""The band of a cover without a picture: twelve fields for the year, the issue's month marked."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

from bulletin_press.editions.epub.cover.palette import Palette
from bulletin_press.editions.epub.cover.record import Record

if TYPE_CHECKING:
    from PIL import Image

_MONTHS = 12
_FINER = 4


def height(columns: int, width: int) -> int:
    """The height of the band of twelve square fields in so many columns."""
    return round(_MONTHS // columns * width / columns)


def draw(canvas: Image.Image, record: Record, top: int, columns: int, palette: Palette) -> None:
    """Twelve fields with quarter rings, turned by the issue's identity, across ``canvas``.

    The field of the issue's month has the accent.
    """
    seed = sha256(record.identifier.encode()).digest()
    side = canvas.width / columns
    for field in range(_MONTHS):
        row, column = divmod(field, columns)
        if record.direction == "rtl":
            column = columns - 1 - column
        left, right = round(column * side), round((column + 1) * side)
        upper, lower = (round(top + place * side) for place in (row, row + 1))
        size = (right - left, lower - upper)
        if field == record.month_number - 1:
            rings = ((1, palette.accent), (0.5, palette.letters))
            tile = _quarter(size, palette.tones[0], rings, seed[field])
        else:
            tile = _quarter(size, *_pattern(seed[field], palette), seed[field + _MONTHS])
        canvas.paste(tile, (left, upper))


def _quarter(
    size: tuple[int, int], ground: str, rings: Sequence[tuple[float, str]], turn: int
) -> Image.Image:
    """A field with quarter discs about one corner, the largest first."""
    from PIL import Image

    tile = Image.new("RGB", size, ground)
    for part, colour in rings:
        tile.paste(colour, None, _disc(size, part))
    turned = tile.rotate(90 * (turn % 4), expand=True)
    return turned if turned.size == size else turned.resize(size)


@lru_cache(maxsize=16)
def _disc(size: tuple[int, int], part: float) -> Image.Image:
    """The mask of a quarter disc whose radius is ``part`` of a field, its edge smooth."""
    from PIL import Image, ImageDraw

    width, height = (_FINER * length for length in size)
    mask = Image.new("L", (width, height))
    ImageDraw.Draw(mask).ellipse((-part * width, -part * height, part * width, part * height), 255)
    return mask.resize(size, Image.Resampling.BOX)


def _pattern(choice: int, palette: Palette) -> tuple[str, Sequence[tuple[float, str]]]:
    dark, middle, light, pale = palette.tones
    patterns: tuple[tuple[str, Sequence[tuple[float, str]]], ...] = (
        (middle, ((1, dark),)),
        (dark, ((1, middle), (0.5, dark))),
        (dark, ((1, light), (0.5, dark))),
        (middle, ((1, light),)),
        (light, ((1, dark), (0.5, light))),
        (dark, ((1, pale),)),
        (middle, ((1, dark), (0.67, middle), (0.33, dark))),
    )
    return patterns[choice % len(patterns)]
