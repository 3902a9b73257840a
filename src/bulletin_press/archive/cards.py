"""The picture that messages and networks show for an issue: its cover on a wide ground."""

from __future__ import annotations

import io

WIDTH, HEIGHT = 1200, 630  # what networks cut previews to (ogp.me)
_EDGE, _GREY = 24, (60, 64, 72)


def card(cover: bytes, ground: str) -> bytes:
    """A JPEG of ``WIDTH`` × ``HEIGHT`` pixels: a cover, a picture's bytes, on a ``ground``.

    ``ground`` is a colour as CSS writes it; one that is not known becomes grey.
    """
    from PIL import Image, ImageColor

    try:
        colour = ImageColor.getrgb(ground)
    except ValueError:
        colour = _GREY

    with Image.open(io.BytesIO(cover)) as given:
        height = HEIGHT - 2 * _EDGE
        size = (round(given.width * height / given.height), height)
        art = given.convert("RGB").resize(size, Image.Resampling.LANCZOS)
    made = Image.new("RGB", (WIDTH, HEIGHT), colour[:3])
    made.paste(art, ((WIDTH - art.width) // 2, _EDGE))
    out = io.BytesIO()
    made.save(out, "JPEG", quality=85, optimize=True, progressive=False)
    return out.getvalue()
