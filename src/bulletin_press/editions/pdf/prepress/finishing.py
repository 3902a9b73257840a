"""All that is done to a laid-out document for a printing house, in order."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bulletin_press.editions.pdf.prepress import inks, marks, pictures, separation

if TYPE_CHECKING:
    from bulletin_press.editions.pdf.composition import Composition


def prepare(
    document: Any, engine_pictures: dict[str, Any], composition: Composition
) -> Callable[[Any], None]:
    """Prepare WeasyPrint's document; return what finishes the pydyf document that comes of it.

    With ``composition.profile`` all colours become inks of that press.
    """
    press = inks.Press(composition.profile) if composition.profile else None
    wanted = marks.taken(document)
    pictures.prepare(document, engine_pictures, composition.resources, press)

    def finish(pdf: Any) -> None:
        if press is not None:
            separation.separate(pdf, press)
        _declare(pdf, composition.profile)
        marks.set_up(pdf, wanted, inks=press is not None)

    return finish


def _declare(pdf: Any, profile: bytes) -> None:
    """Name the output intent (ISO 32000-1 §14.11.5): the press's profile, or sRGB without one."""
    import pydyf
    from PIL import ImageCms

    stream = pydyf.Stream(
        [profile or inks.srgb()], pydyf.Dictionary({"N": 4 if profile else 3}), compress=True
    )
    pdf.add_object(stream)
    opened = ImageCms.ImageCmsProfile(io.BytesIO(profile or inks.srgb()))
    name = pydyf.String(inks.described(opened))
    intent = {
        "Type": "/OutputIntent",
        "S": "/GTS_PDFX",
        "OutputConditionIdentifier": name,
        "Info": name,
        "DestOutputProfile": stream.reference,
    }
    pdf.catalog["OutputIntents"] = pydyf.Array([pydyf.Dictionary(intent)])
