"""The editor's picture on a cover: upright, in the colours of screens, cut to its place."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from bulletin_press.colours import in_srgb

if TYPE_CHECKING:
    from PIL import Image

_CENTRE = (0.5, 0.42)  # what matters in a picture, such as a face, stands above its middle


def read(data: bytes, ground: str) -> Image.Image | None:
    """The picture of a file, what is transparent on ``ground``; None without one."""
    from PIL import Image, ImageOps

    if not data:
        return None
    with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as opened:
        image = ImageOps.exif_transpose(opened)
        profile = opened.info.get("icc_profile")
        if "transparency" in image.info or image.mode in ("LA", "PA", "RGBA"):
            clear = image.convert("RGBA")
            image = Image.new("RGB", clear.size, ground)
            image.paste(clear, (0, 0), clear)
        return in_srgb(image, profile).convert("RGB")


def is_upright(image: Image.Image) -> bool:
    """Whether a picture is so much higher than wide that it stands beside the titles."""
    return image.height > 1.15 * image.width


def cut(image: Image.Image, width: int, height: int) -> Image.Image:
    """The picture in a place of this size: filled, and what is too much cut off at its edges."""
    from PIL import Image, ImageOps

    return ImageOps.fit(image, (width, height), Image.Resampling.LANCZOS, centering=_CENTRE)
