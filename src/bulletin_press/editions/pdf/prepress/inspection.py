"""A PDF for a printing house, opened again: what it holds, read from its bytes alone."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bulletin_press.editions.pdf.prepress.content import Box, Mark, Shown, marks_of, space_of
from bulletin_press.editions.pdf.prepress.inkload import heaviest

_NEAR = 0.5  # points
_FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page: its boxes in points, and on which sides something ends where paper is cut."""

    trim: Box
    bleed: Box
    media: Box
    unbled: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as printed: page from 1, name in the file, pixels, size in points, colours.

    ``ink`` is the most ink on one of its pixels in percent; 0 where its colours are no inks.
    """

    page: int
    name: str
    pixels: tuple[int, int]
    size: tuple[float, float]
    space: str
    ink: int

    @property
    def dpi(self) -> float:
        """The pixels to an inch, on the side that has fewer."""
        return min(
            pixels / max(points, 0.01) * 72
            for pixels, points in zip(self.pixels, self.size, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Facts:
    """What a file holds. ``colours`` are those of text and shapes, ``spaces`` of everything.

    ``intent`` is the output intent's name and colour space, ``fonts`` each font's name and whether
    it is embedded.
    """

    version: str
    sheets: tuple[Sheet, ...]
    intent: tuple[str, str]
    fonts: tuple[tuple[str, bool], ...]
    pictures: tuple[Picture, ...]
    colours: tuple[Mark, ...]
    spaces: frozenset[str]
    claims: tuple[str, ...] = field(default=())

    @property
    def ink(self) -> tuple[int, str]:
        """The most ink on one spot in percent, and where it is."""
        loads = [(one.ink, f"in a picture on page {one.page}") for one in self.pictures]
        loads += [(one.ink, f"in a colour on page {one.page}") for one in self.colours]
        return max(loads, key=lambda load: load[0], default=(0, ""))


def inspect(pdf: bytes) -> Facts:
    """Read the facts of ``pdf``, a file of this program's own making."""
    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as file:
        sheets, marks, shown = [], dict[tuple[Any, ...], Mark](), list[tuple[int, Shown]]()
        spaces = set[str]()
        for number, page in enumerate(file.pages, 1):
            trim, bleed, media = (_box(page, name) for name in ("Trim", "Bleed", "Media"))
            unbled = False
            for one in marks_of(page, number):
                spaces.add(one.space)
                if isinstance(one, Shown):
                    shown.append((number, one))
                else:
                    before = marks.get(one.key)
                    marks[one.key] = one if before is None else before.smaller(one)
                unbled = unbled or _unbled(one, trim, bleed)
            sheets.append(Sheet(trim, bleed, media, unbled))
        loads: dict[Any, int] = {}
        pictures = []
        for number, one in shown:
            if one.image is not None:
                if one.image.objgen not in loads:
                    loads[one.image.objgen] = heaviest(one.image)
                pixels = int(one.image.Width), int(one.image.Height)
                ink = loads[one.image.objgen]
                pictures.append(Picture(number, one.name, pixels, one.size, one.space, ink))
        return Facts(
            str(file.pdf_version),
            tuple(sheets),
            _intent(file),
            tuple(sorted(set(_fonts(file)))),
            tuple(pictures),
            tuple(marks.values()),
            frozenset(spaces | set(_blending(file))),
            tuple(_claims(file)),
        )


def _box(page: Any, name: str) -> Box:
    left, bottom, right, top = (float(side) for side in page.obj[f"/{name}Box"])
    return left, bottom, right, top


def _unbled(one: Mark | Shown, trim: Box, bleed: Box) -> bool:
    """Whether what is printed ends where the paper is cut."""
    if one.box is None or one.pale:
        return False
    sides = zip(one.box, trim, bleed, (-1, -1, 1, 1), strict=True)
    return any(
        abs(side - cut) < _NEAR and abs(side - end) > _NEAR and (side - end) * out < 0
        for side, cut, end, out in sides
    )


def _intent(file: Any) -> tuple[str, str]:
    intents = file.Root.get("/OutputIntents")
    if not intents:
        return "", ""
    profile = intents[0].DestOutputProfile.read_bytes()
    return str(intents[0].Info), profile[16:20].decode("latin-1").strip()


def _fonts(file: Any) -> Iterator[tuple[str, bool]]:
    import pikepdf

    for thing in file.objects:
        if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/FontDescriptor":
            name = str(thing.FontName)[1:].partition("+")
            yield name[2] or name[0], any(key in thing for key in _FONT_FILES)


def _blending(file: Any) -> Iterator[str]:
    """The colour spaces in which what is transparent is mixed; a mask's is no colour."""
    import pikepdf

    for thing in file.objects:
        if isinstance(thing, pikepdf.Stream) and "/Group" in thing:
            space = thing.Group.get("/CS")
            if space is not None:
                yield space_of(space)


def _claims(file: Any) -> Iterator[str]:
    """The standards that the file says it keeps."""
    metadata = file.Root.get("/Metadata")
    text = metadata.read_bytes() if metadata is not None else b""
    for sign, name in ((b"pdfaid", "PDF/A"), (b"pdfuaid", "PDF/UA"), (b"pdfxid", "PDF/X")):
        if sign in text:
            yield name
    if "/GTS_PDFXVersion" in file.docinfo:
        yield "PDF/X"
