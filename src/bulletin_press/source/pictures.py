"""Pictures as safe bytes: PNG and JPEG as they are, WebP as one of them, SVG without references."""

from __future__ import annotations

import base64
import io
import json
import math
import re
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from bulletin_press import kept

_SVG = "{http://www.w3.org/2000/svg}"
_XML = "http://www.w3.org/XML/1998/namespace"
_XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
_REFUSED = frozenset(
    "script foreignobject iframe audio video handler set animate animatecolor animatemotion"
    " animatetransform discard".split()
)
_XML_KEPT = frozenset({"lang", "space"})
_MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "MPO": "image/jpeg"}
_MAGIC = (b"\x89PNG", b"\xff\xd8\xff", b"RIFF")
_INLINE = re.compile(r"data:image/(?:png|jpeg);base64,(.*)", re.DOTALL)
_LENGTH = re.compile(r"\s*([\d.]+)\s*(px|pt|mm|cm|in)?\s*\Z")
_UNITS = {None: 1.0, "px": 1.0, "pt": 4 / 3, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}
_MODES = frozenset({"1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK"})
MAXIMUM_ELEMENTS = 100_000
MAXIMUM_BYTES = 64 * 1024 * 1024
MAXIMUM_SVG_BYTES = 8 * 1024 * 1024
MAXIMUM_PIXELS = 64_000_000
JPEG_QUALITY = 92


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture ready for any edition: bytes, media type, and size in CSS pixels.

    ``pixels`` is how many must be decoded to show it; a drawing's own are none.
    """

    data: bytes
    media_type: str
    width: float
    height: float
    pixels: float = 0

    @property
    def suffix(self) -> str:
        """The file name suffix of the media type, with its dot."""
        return {"image/png": ".png", "image/jpeg": ".jpg"}.get(self.media_type, ".svg")


def load(path: Path) -> Picture:
    """Read the picture at ``path``.

    WebP becomes JPEG, or PNG if it is lossless or has transparent parts: the same file gives the
    same bytes. Raises ValueError, with the reason, for a file that is no PNG, JPEG, WebP or SVG,
    that is damaged, animated or too large, or an SVG that runs a script or refers to something
    outside itself.
    """
    if path.stat().st_size > MAXIMUM_BYTES:
        raise ValueError(f"it is larger than {MAXIMUM_BYTES // 1024 // 1024} MB")
    data = path.read_bytes()
    drawn = path.suffix.lower() == ".svg" or data.lstrip()[:5] in (b"<?xml", b"<svg ")
    if drawn and not data.startswith(_MAGIC):
        return _svg(data)
    return _raster(data)


def _raster(data: bytes) -> Picture:
    """A picture of pixels; whether a file is whole, and what became of it, is kept."""
    return unpacked(kept.made(lambda: packed(_decoded(data), data), "pictures", data), data)


def packed(picture: Picture, given: bytes = b"") -> bytes:
    """All of a picture but its bytes as a line, then these, if they are not those ``given``."""
    head = [picture.media_type, picture.width, picture.height, picture.pixels]
    own = b"" if picture.data == given else picture.data
    return json.dumps(head).encode() + b"\n" + own


def unpacked(found: bytes, given: bytes = b"") -> Picture:
    """The picture that was ``packed`` so."""
    head, _, own = found.partition(b"\n")
    return Picture(own or given, *json.loads(head))


def _decoded(data: bytes) -> Picture:
    from PIL import Image, ImageFile

    ImageFile.LOAD_TRUNCATED_IMAGES = False  # the PDF's engine, where imported, sets it
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as image:
                return _checked(data, image)
    except Image.DecompressionBombError:
        raise ValueError("it has too many pixels") from None
    except _UnfitError as error:
        raise ValueError(str(error)) from None
    except Exception:  # whatever a decoder raises at damaged data
        raise ValueError("it is not a whole PNG, JPEG, WebP or SVG picture") from None


class _UnfitError(Exception):
    """A whole picture that cannot be used; says why."""


def _checked(data: bytes, image: Any) -> Picture:
    """The picture of an opened image, decoded to its end; raises whatever its decoder raises."""
    width, height = image.size
    if width * height > MAXIMUM_PIXELS:
        most = MAXIMUM_PIXELS // 1_000_000
        raise _UnfitError(f"it has too many pixels: {width} × {height}, more than {most} million")
    if getattr(image, "is_animated", False) and image.format != "MPO":
        raise _UnfitError("it is animated")
    image.load()
    if image.mode not in _MODES:
        raise _UnfitError(f"its colours are of the kind {image.mode}; save it with 8 bits each")
    if image.format == "PNG" and b"IEND" not in data[-64:]:
        raise _UnfitError("it is not a whole PNG, JPEG, WebP or SVG picture")
    if image.format == "WEBP":
        return _converted(data, image)
    return Picture(data, _MEDIA_TYPES[image.format], width, height, width * height)


def _converted(data: bytes, image: Any) -> Picture:
    """A WebP image in a form that every reader shows, upright, with its colour profile."""
    from PIL import ImageOps

    profile = image.info.get("icc_profile")
    image = ImageOps.exif_transpose(image)
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        image = image.convert("RGB")
    lossy = image.mode == "RGB" and b"VP8L" not in _chunks(data)
    media_type = "image/jpeg" if lossy else "image/png"
    image.info = {}
    out = io.BytesIO()
    if lossy:
        image.save(out, "JPEG", quality=JPEG_QUALITY, subsampling=0, icc_profile=profile)
    else:
        image.save(out, "PNG", icc_profile=profile)
    width, height = image.size
    return Picture(out.getvalue(), media_type, width, height, width * height)


def _chunks(data: bytes) -> set[bytes]:
    """The names of a WebP file's chunks."""
    found, at = set[bytes](), 12
    while at + 8 <= len(data):
        found.add(data[at : at + 4])
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        at += 8 + size + size % 2
    return found


def _svg(data: bytes) -> Picture:
    if len(data) > MAXIMUM_SVG_BYTES:
        raise ValueError(f"it is an SVG larger than {MAXIMUM_SVG_BYTES // 1024 // 1024} MB")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_pis=True,
        remove_comments=True, huge_tree=False,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise ValueError("it is not well-formed SVG") from None
    if root.tag != _SVG + "svg":
        raise ValueError("its outermost element is not svg in the SVG namespace")
    for element in list(root.iter()):
        if not isinstance(element.tag, str):
            raise ValueError("it declares entities")
        _clean(element)
    pixels = sum(map(_inline_pixels, root.iter(_SVG + "image")))
    if pixels > MAXIMUM_PIXELS:
        raise ValueError("the pictures in it have too many pixels")
    _name_once(root)
    try:
        drawn = _drawn(root, _named(root), ())
    except RecursionError:
        drawn = math.inf
    if drawn > MAXIMUM_ELEMENTS:
        raise ValueError("it draws too many elements, or an element within itself")
    width, height = _size(root)
    etree.cleanup_namespaces(root)
    return Picture(etree.tostring(root, encoding="utf-8"), "image/svg+xml", width, height, pixels)


def _inline_pixels(element: etree._Element) -> float:
    """How many pixels the pictures have that an SVG's ``image`` holds; raises ValueError."""
    pixels = 0.0
    for key in ("href", _XLINK_HREF):
        found = _INLINE.match(str(element.get(key, "")))
        if found:
            try:
                pixels += _raster(base64.b64decode(found[1])).pixels
            except ValueError as error:
                raise ValueError(f"a picture in it cannot be used: {error}") from None
    return pixels


def _clean(element: etree._Element) -> None:
    """Refuse what could act or fetch, and drop what drawing programs keep for themselves."""
    name = etree.QName(element)
    if name.namespace != _SVG[1:-1] or name.localname == "metadata":
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)
        return
    if name.localname.lower() in _REFUSED:
        raise ValueError(f"it holds <{name.localname}>")
    if name.localname.lower() == "style" and _refers("".join(map(str, element.itertext()))):
        raise ValueError("its style sheet refers to another file")
    for key, value in list(element.attrib.items()):
        attribute = etree.QName(key)
        text = str(value)
        if attribute.localname.lower().startswith("on"):
            raise ValueError(f"it runs a script ({attribute.localname})")
        if key in ("href", _XLINK_HREF):
            inline = name.localname == "image" and _INLINE.match(text)
            if not text.startswith("#") and not inline and name.localname != "a":
                raise ValueError(f"it refers to “{text[:60]}” outside itself")
            if name.localname == "a" and not re.match(r"(#|https?:)", text):
                raise ValueError(f"it links to “{text[:60]}”")
        elif _refers(text):
            raise ValueError("it refers to another file by url()")
        elif attribute.namespace is not None and not (
            attribute.namespace == _XML and attribute.localname in _XML_KEPT
        ):
            del element.attrib[key]


def _name_once(root: etree._Element) -> None:
    """Take away ids that XML does not allow, and those given before."""
    seen: set[str] = set()
    for element in root.iter():
        name = element.get("id")
        if name is not None and (name in seen or not re.fullmatch(r"[^\W\d][\w.-]*", name)):
            del element.attrib["id"]
        elif name is not None:
            seen.add(name)


def _named(root: etree._Element) -> dict[str, etree._Element]:
    return {str(element.get("id")): element for element in root.iter() if element.get("id")}


def _drawn(
    element: etree._Element, named: dict[str, etree._Element], above: tuple[str, ...]
) -> float:
    """How many elements a drawing has with every ``use`` written out; infinite in a circle."""
    count = 1.0
    for child in element:
        count += _drawn(child, named, above)
        if count > MAXIMUM_ELEMENTS:
            return math.inf
    if etree.QName(element).localname == "use":
        name = str(element.get("href") or element.get(_XLINK_HREF) or "")[1:]
        if name in above:
            return math.inf
        if name in named:
            count += _drawn(named[name], named, (*above, name))
    return count


def _refers(style: str) -> bool:
    """Whether a style sheet or value may refer to something outside the drawing."""
    if re.search(r"(image(-set)?|src|cross-fade)\s*\(", style, re.IGNORECASE):
        return True
    targets = re.findall(r"url\(\s*['\"]?\s*([^)]*)", style, re.IGNORECASE)
    return (
        "\\" in style
        or "@import" in style.lower()
        or any(not target.startswith("#") for target in targets)
    )


def _size(root: etree._Element) -> tuple[float, float]:
    lengths = [_LENGTH.match(root.get(side, "")) for side in ("width", "height")]
    try:
        if all(lengths):
            width, height = (float(m[1]) * _UNITS[m[2]] for m in lengths if m)
        else:
            box = re.split(r"[\s,]+", root.get("viewBox", "").strip())
            width, height = float(box[2]), float(box[3])
    except (IndexError, ValueError):
        raise ValueError("it has neither width and height nor a viewBox") from None
    if not (0 < width < 100_000 and 0 < height < 100_000):
        raise ValueError("its size is not a positive number")
    if root.get("viewBox") is None:
        root.set("viewBox", f"0 0 {width:g} {height:g}")
    return width, height
