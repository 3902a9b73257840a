"""Pictures in the colours of screens, sRGB, whatever colours their author gave them."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL import Image


def in_srgb(image: Image.Image, profile: Any) -> Image.Image:
    """The image in sRGB by its own ICC ``profile``; as it is without one that can be read."""
    if profile and image.mode in ("RGB", "CMYK", "L"):
        from PIL import ImageCms

        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            made = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            return image
        return image if made is None else made
    return image
