"""Colours of a screen become inks of a press, by its ICC profile."""

from __future__ import annotations

import io
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from PIL import Image, ImageCms

Inks = tuple[float, float, float, float]

_GREY, _PALE = 12.0, 85.0
_NIGHT, _SOLID = 15.0, 0.92


@cache
def srgb() -> bytes:
    """The ICC profile of sRGB: WeasyPrint's, which only the process of a layout may import."""
    found = find_spec("weasyprint")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).with_name("pdf").joinpath("sRGB2014.icc").read_bytes()


def described(profile: ImageCms.ImageCmsProfile) -> str:
    """What a profile calls itself, in one line of signs that can be printed."""
    name = " ".join(ImageCms.getProfileDescription(profile).split())
    return "".join(sign for sign in name if sign.isprintable())[:100] or "a profile without name"


class Press:
    """The inks of one press: cyan, magenta, yellow and black, each from 0 to 1.

    Colours keep their look (relative colorimetric) with black point compensation. Black and greys
    as dark as text are printed in black ink alone, as dark as they look: of four inks, fine lines
    would show coloured edges where the plates are not exactly one above the other.
    """

    def __init__(self, profile: bytes) -> None:
        """Take the bytes of a CMYK profile; raises ValueError for one that cannot be used."""
        try:
            self._profile = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            described(self._profile)
            self._inks = self._to_inks(srgb())
            lab = ImageCms.createProfile("LAB")
            self._look = _transform(srgb(), lab, "RGB", "LAB")
            self._from_lab = _transform(lab, self._profile, "LAB", "CMYK")
            ramp = Image.new("CMYK", (101, 1))
            for step in range(101):
                ramp.putpixel((step, 0), (0, 0, 0, round(step * 2.55)))
            shown = ImageCms.applyTransform(ramp, _transform(self._profile, lab, "CMYK", "LAB"))
            self._lightness = tuple(_lab(shown, step)[0] for step in range(101))
        except (ImageCms.PyCMSError, OSError) as error:
            raise ValueError(f"an ICC profile that can be used: {error}") from None
        self._known: dict[tuple[int, ...], Inks] = {}

    def of(self, red: float, green: float, blue: float) -> Inks:
        """The inks of an sRGB colour, whose parts are from 0 to 1, in hundredths."""
        levels = tuple(round(255 * one) for one in (red, green, blue))
        if levels not in self._known:
            dot = Image.new("RGB", (1, 1), levels)
            look = _lab(ImageCms.applyTransform(dot, self._look))
            self._known[levels] = self._black(*look) or _hundredths(
                ImageCms.applyTransform(dot, self._inks)
            )
        return self._known[levels]

    def of_lab(self, lightness: float, a: float, b: float) -> Inks:
        """The same of a colour of CIE L*a*b*."""
        levels = round(lightness * 2.55), round(a) + 128, round(b) + 128
        dot = Image.new("LAB", (1, 1), levels)
        return self._black(lightness, a, b) or _hundredths(
            ImageCms.applyTransform(dot, self._from_lab)
        )

    def picture(self, image: Image.Image, source: bytes = b"") -> Image.Image:
        """An RGB picture in inks; ``source`` is the profile of its colours, else they are sRGB."""
        transform = self._inks
        if source[16:20] == b"RGB ":
            try:
                transform = self._to_inks(source)
            except (ImageCms.PyCMSError, OSError):
                transform = self._inks
        made = ImageCms.applyTransform(image, transform)
        assert made is not None  # it is changed in place only where that is asked
        return made

    def _to_inks(self, source: bytes) -> Any:
        return _transform(source, self._profile, "RGB", "CMYK")

    def _black(self, lightness: float, a: float, b: float) -> Inks | None:
        """The black ink that looks as a dark grey does, nearly solid ink as solid."""
        if (a * a + b * b) ** 0.5 > _GREY or lightness >= _PALE:
            return None
        steps = self._lightness
        nearest = min(range(101), key=lambda step: (abs(steps[step] - lightness), -step)) / 100
        solid = nearest >= _SOLID or lightness <= _NIGHT
        return 0.0, 0.0, 0.0, 1.0 if solid else nearest


def _transform(source: Any, target: Any, before: str, after: str) -> Any:
    profile = ImageCms.ImageCmsProfile(io.BytesIO(source)) if isinstance(source, bytes) else source
    return ImageCms.buildTransform(
        profile,
        target,
        before,
        after,
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
        ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )


def _lab(image: Any, x: int = 0) -> tuple[float, float, float]:
    """A pixel's lightness, from 0 to 100, and its distances from grey."""
    lightness, a, b = image.getpixel((x, 0))
    return lightness / 2.55, a - 128, b - 128


def _hundredths(dot: Any) -> Inks:
    c, m, y, k = (round(one / 255, 2) for one in dot.getpixel((0, 0)))
    return c, m, y, k
