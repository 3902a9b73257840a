"""Pictures for a press: every pixel as the author gave it, in inks where inks are asked for."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from PIL import Image, ImageChops, ImageOps

from bulletin_press.editions.pdf.prepress.inks import Press

_SPACES = MappingProxyType(
    {"L": ("/DeviceGray", 1), "RGB": ("/DeviceRGB", 3), "CMYK": ("/DeviceCMYK", 4)}
)
_INLINE = re.compile(rb'"(data:image/[^"]+)"')
_ORIENTATION = 0x0112
_UPRIGHT = 1


def inner(drawing: bytes) -> tuple[str, ...]:
    """The addresses of the pictures that a drawing holds within itself."""
    return tuple(found.decode() for found in _INLINE.findall(drawing))


def prepare(
    document: Any, pictures: dict[str, Any], sources: Mapping[str, bytes], press: Press | None
) -> None:
    """Let the pictures of a WeasyPrint document be written for ``press``, without it in RGB.

    Both are by address: the engine's pictures, and the files that they were read from. A picture
    is written as it is wherever that can be. One that its camera turned the engine would compress
    anew; it and one whose colours become inks are written whole, without loss. Pictures within
    drawings are loaded for that, which the engine does when it draws them.
    """
    from weasyprint import DEFAULT_OPTIONS
    from weasyprint.images import RasterImage, SVGImage, get_image_from_uri

    for address, image in list(pictures.items()):
        if isinstance(image, SVGImage):
            for one in inner(sources.get(address, b"")):
                get_image_from_uri(pictures, document.url_fetcher, DEFAULT_OPTIONS, one)
    for address, image in pictures.items():
        if isinstance(image, RasterImage):
            data = sources.get(address) or image.image_data.data
            image.get_x_object = partial(_x_object, image, data, press)


def _x_object(engine: Any, data: bytes, press: Press | None, interpolate: bool, _: float) -> Any:
    with Image.open(io.BytesIO(data)) as opened:
        mode, form, profile = opened.mode, opened.format, opened.info.get("icc_profile") or b""
        turned = opened.getexif().get(_ORIENTATION, _UPRIGHT) != _UPRIGHT
        loss = turned and form in ("JPEG", "MPO")
        if not loss and (press is None or mode in ("CMYK", "L", "LA")):
            return type(engine).get_x_object(engine, interpolate, 1)
        upright = ImageOps.exif_transpose(opened)
        alpha = upright.convert("RGBA").getchannel("A") if upright.has_transparency_data else None
        colours = upright if mode in ("L", "CMYK") else upright.convert("RGB")
    if press is not None and colours.mode == "RGB":
        colours = colours.getchannel(0) if _is_grey(colours) else press.picture(colours, profile)
    made = _written(engine, colours, interpolate)
    if alpha is not None and alpha.getextrema() != (255, 255):
        made.extra["SMask"] = _written(engine, alpha, interpolate)
    return made


def _is_grey(image: Image.Image) -> bool:
    """Whether a picture has no colour; it needs black ink alone then."""
    red, green, blue = image.split()
    return not (
        ImageChops.difference(red, green).getbbox() or ImageChops.difference(green, blue).getbbox()
    )


def _written(engine: Any, image: Image.Image, interpolate: bool) -> Any:
    """A picture as a pydyf object, compressed without loss as PNG does (ISO 32000-1 §7.4.4.4)."""
    import pydyf

    space, colours = _SPACES[image.mode]
    if image.mode == "CMYK":  # of four parts PNG knows RGBA only, and does with them the same
        image = Image.frombytes("RGBA", image.size, image.tobytes())
    width, height = image.size
    parameters = {
        "Predictor": 15, "Colors": colours, "Columns": width, "BitsPerComponent": 8
    }  # fmt: skip
    extra = {
        "Type": "/XObject",
        "Subtype": "/Image",
        "Width": width,
        "Height": height,
        "ColorSpace": space,
        "BitsPerComponent": 8,
        "Interpolate": "true" if interpolate else "false",
        "Filter": "/FlateDecode",
        "DecodeParms": pydyf.Dictionary(parameters),
    }
    return pydyf.Stream([engine._get_png_data(image)], pydyf.Dictionary(extra))
