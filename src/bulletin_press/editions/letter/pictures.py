"""Pictures as mail programs show them: PNG or JPEG on white, no larger than a letter needs."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from PIL import Image, ImageOps

from bulletin_press import fonts, kept
from bulletin_press.artwork import artwork
from bulletin_press.colours import in_srgb
from bulletin_press.editions.letter import drawing
from bulletin_press.issue import Issue
from bulletin_press.problems import Location, Problem, ProblemsError, problem
from bulletin_press.source import formulas
from bulletin_press.source.pictures import Picture

SHEET = 584.0  # the column of text in CSS pixels
TEXT_SIZE = 17.0
_CHART = 300.0  # what a chart is drawn for: a telephone; it is shown as wide as reads well
_CHART_SHOWN = 460.0
_DENSITY = 2
_TALLEST = 2000.0  # in CSS pixels
_MOST = (round(SHEET * _DENSITY), round(_TALLEST * _DENSITY))
_COLOURS = 4096  # a drawing has fewer
_QUALITY = 82
_WHITE = (255, 255, 255)


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture for a letter: its bytes, and how large it is shown at most, in CSS pixels.

    ``drawn`` says that it is a drawing, lines on a white ground.
    """

    data: bytes
    media_type: str
    width: float
    height: float
    drawn: bool = False

    @property
    def name(self) -> str:
        """A file name that no other bytes have."""
        suffix = ".png" if self.media_type == "image/png" else ".jpg"
        return sha256(self.data).hexdigest()[:16] + suffix


def shown(issue: Issue, wanted: Iterable[str]) -> dict[str, Shown]:
    """The pictures among ``wanted``, addresses of the issue's tree, ready for a letter.

    Raises ProblemsError (E105) for drawings that take too long, ValueError or OSError for a file
    that has changed since it was checked.
    """
    names = frozenset(wanted)
    found = artwork(issue, _CHART) if names else {}
    charts = {str(image["uri"]) for image in issue.charts}
    made: dict[str, Shown] = {}
    problems: list[Problem] = []
    with _Typecase() as typecase:
        for name, picture in found.items():
            if name not in names:
                continue
            if name in charts:
                high = picture.height * _CHART_SHOWN / picture.width
                made[name] = _drawn(typecase, picture.data, _CHART_SHOWN, high)
            elif picture.media_type == "image/svg+xml":
                scale = min(SHEET / picture.width, _TALLEST / picture.height)
                wide, high = picture.width * scale, picture.height * scale
                try:
                    made[name] = _drawn(typecase, picture.data, wide, high, own=False)
                except drawing.DrawingError:
                    message = "the picture cannot be drawn for the letter"
                    problems.append(problem("E105", message, Location(name)))
            else:
                made[name] = _photographed(picture)
        made.update(_formulas(issue, names, typecase))
    if problems:
        raise ProblemsError(problems)
    return made


def _formulas(issue: Issue, names: frozenset[str], typecase: _Typecase) -> Mapping[str, Shown]:
    made = {}
    for tex, display in issue.formulas:
        name = formulas.address(tex, display)
        if name in names:
            formula = formulas.drawing(tex, display)
            wide, high = formula.width * TEXT_SIZE, formula.height * TEXT_SIZE
            made[name] = _drawn(typecase, formula.svg, wide, high)
    return made


class _Typecase:
    """The program's faces as files, for the time of drawing; only what drawings ask for."""

    def __enter__(self) -> _Typecase:
        self._folder = tempfile.TemporaryDirectory(prefix="bulletin-press-")
        self._files: dict[str, str] = {}
        return self

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()

    def files(self, characters: str) -> list[str]:
        """The files of all faces that some characters need."""
        paths = []
        for face in fonts.select(characters).faces:
            if face.name not in self._files:
                path = Path(self._folder.name, f"{face.name}.ttf")
                path.write_bytes(face.data())
                self._files[face.name] = str(path)
            paths.append(self._files[face.name])
        return paths


def _once(make: Callable[[], Shown], *parts: bytes | str) -> Shown:
    """What ``make`` gives, kept by all that it is made of."""

    def packed() -> bytes:
        shown = make()
        head = [shown.media_type, shown.width, shown.height, shown.drawn]
        return json.dumps(head).encode() + b"\n" + shown.data

    head, _, data = kept.made(packed, "letter-pictures", *parts).partition(b"\n")
    return Shown(data, *json.loads(head))


def _drawn(typecase: _Typecase, svg: bytes, wide: float, high: float, *, own: bool = True) -> Shown:
    """A drawing in twice as many points as pixels, for fine screens.

    Raises DrawingError for one that is not the press's own and goes beyond all bounds.
    """
    size = repr((wide, high, own))
    return _once(lambda: _rastered(typecase, svg, wide, high, own), svg, size)


def _rastered(typecase: _Typecase, svg: bytes, wide: float, high: float, own: bool) -> Shown:
    text = svg.decode("utf-8", "replace")
    faces = typecase.files(text) if "<text" in text or ":text" in text else []
    width = max(round(wide * _DENSITY), 1)
    data = (drawing.png if own else drawing.bounded)(text, width, faces)
    with Image.open(io.BytesIO(data)) as image:
        media_type, packed = _packed(image.convert("RGB"))
    return Shown(packed, media_type, wide, high, drawn=True)


def _photographed(picture: Picture) -> Shown:
    """A picture of points, upright, in sRGB, without what a camera writes into it."""
    return _once(lambda: _developed(picture), picture.data, picture.media_type)


def _developed(picture: Picture) -> Shown:
    with Image.open(io.BytesIO(picture.data)) as opened:
        profile = opened.info.get("icc_profile")
        image: Image.Image = ImageOps.exif_transpose(opened)
        image = _on_white(in_srgb(image, profile))
    wide, high = image.size
    image.thumbnail(_MOST, Image.Resampling.LANCZOS)
    media_type, data = _packed(image, photograph=picture.media_type == "image/jpeg")
    scale = min(SHEET / wide, _TALLEST / high, 1.0)
    return Shown(data, media_type, wide * scale, high * scale)


def _on_white(image: Image.Image) -> Image.Image:
    if "A" in image.getbands() or "transparency" in image.info:
        layer = image.convert("RGBA")
        ground = Image.new("RGB", image.size, _WHITE)
        ground.paste(layer, mask=layer.getchannel("A"))
        return ground
    return image.convert("RGB")


def _packed(
    image: Image.Image, photograph: bool = False, quality: int = _QUALITY
) -> tuple[str, bytes]:
    """Media type and bytes: a drawing as PNG in few colours, all else as what is smaller."""
    choices: list[tuple[str, bytes]] = []
    drawing = not photograph and image.getcolors(_COLOURS) is not None
    if not photograph:
        out = io.BytesIO()
        plain = image.quantize(256, dither=Image.Dither.NONE) if drawing else image
        plain.save(out, "PNG", optimize=True)
        choices.append(("image/png", out.getvalue()))
    if not drawing:
        out = io.BytesIO()
        image.info = {}
        image.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
        choices.append(("image/jpeg", out.getvalue()))
    return min(choices, key=lambda choice: len(choice[1]))


def lighter(picture: Shown, share: float, quality: int) -> Shown:
    """The picture again in fewer points, ``share`` of each side, shown as large as before."""
    with Image.open(io.BytesIO(picture.data)) as opened:
        image = opened.convert("RGB")
    size = (max(round(image.width * share), 1), max(round(image.height * share), 1))
    small = image.resize(size, Image.Resampling.LANCZOS)
    photograph = picture.media_type == "image/jpeg"
    media_type, data = _packed(small, photograph, quality)
    return Shown(data, media_type, picture.width, picture.height, picture.drawn)
