"""PDFs for screens and archives: pictures in the colours of screens, what is drawn in one piece."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pydyf
from PIL import Image

from bulletin_press.colours import in_srgb
from bulletin_press.source.pictures import JPEG_QUALITY


def settle(pdf: Any) -> None:
    """Make the pictures of a pydyf document such as PDF/A takes.

    Its colours being those of screens, inks may not be used beside them (ISO 19005-2 §6.2.4.3);
    and viewers shall not smooth pictures in ways of their own (§6.2.8).
    """
    for one in pdf.objects:
        if isinstance(one, pydyf.Stream) and one.extra.get("Subtype") == "/Image":
            one.extra["Interpolate"] = "false"
            if one.extra["ColorSpace"] == "/DeviceCMYK":
                _show(one)


@contextmanager
def joined() -> Iterator[None]:
    """Let what is drawn on a page be one piece as soon as the page is done.

    Its thousands of pieces take several times the room, in a document of many pages more than all
    else that is written.
    """
    from weasyprint.document import Page

    paint = Page.paint

    def painted(page: Any, stream: Any, *given: Any, **more: Any) -> None:
        paint(page, stream, *given, **more)
        stream.stream[:] = [b"\n".join(map(pydyf._to_bytes, stream.stream))]

    Page.paint = painted
    try:
        yield
    finally:
        Page.paint = paint


def _show(picture: Any) -> None:
    """Give a JPEG in inks the colours of screens."""
    (data,) = picture.stream
    with Image.open(io.BytesIO(getattr(data, "data", data))) as opened:
        shown = in_srgb(opened, opened.info.get("icc_profile")).convert("RGB")
    out = io.BytesIO()
    shown.info = {}
    shown.save(out, "JPEG", quality=JPEG_QUALITY, subsampling=0)
    picture.stream = [out.getvalue()]
    picture.extra["ColorSpace"] = "/DeviceRGB"
    picture.extra.pop("Decode", None)
