"""How much ink a picture needs where it needs most."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image, ImageChops, ImageMath

_STRIP = 1_000_000  # pixels that are summed at once


def heaviest(image: Any) -> int:
    """The most ink on one pixel of a picture in a PDF, in percent: 0 if its colours are no inks."""
    space, width, height = image.get("/ColorSpace"), int(image.Width), int(image.Height)
    if space == "/DeviceGray":
        return 100
    if space != "/DeviceCMYK":
        return 0
    if image.get("/Filter") == "/DCTDecode":
        with Image.open(io.BytesIO(image.read_raw_bytes())) as opened:
            opened.load()
            picture = opened if "/Decode" in image else ImageChops.invert(opened)
            return _heaviest(picture)
    return _heaviest(Image.frombytes("CMYK", (width, height), image.read_bytes()))


def _heaviest(picture: Image.Image) -> int:
    rows, most = max(1, _STRIP // picture.width), 0
    for top in range(0, picture.height, rows):
        strip = picture.crop((0, top, picture.width, min(top + rows, picture.height)))
        c, m, y, k = strip.split()
        total = ImageMath.lambda_eval(
            lambda inks: inks["c"] + inks["m"] + inks["y"] + inks["k"], c=c, m=m, y=y, k=k
        )
        extrema = total.getextrema()
        most = max(most, int(extrema[1]))
    return round(most / 2.55)
