"""Pictures as safe bytes: PNG and JPEG as they are, SVG without scripts and outside references."""

from __future__ import annotations

import io
import math
import re
import warnings
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

_SVG = "{http://www.w3.org/2000/svg}"
_XML = "http://www.w3.org/XML/1998/namespace"
_XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
_REFUSED = frozenset(
    "script foreignobject iframe audio video handler set animate animatecolor animatemotion"
    " animatetransform discard".split()
)
_XML_KEPT = frozenset({"lang", "space"})
_MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg"}
_LENGTH = re.compile(r"\s*([\d.]+)\s*(px|pt|mm|cm|in)?\s*\Z")
_UNITS = {None: 1.0, "px": 1.0, "pt": 4 / 3, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}
_MODES = frozenset({"1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK"})
MAXIMUM_ELEMENTS = 100_000
MAXIMUM_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture ready for any edition: bytes, media type, and size in CSS pixels."""

    data: bytes
    media_type: str
    width: float
    height: float

    @property
    def suffix(self) -> str:
        """The file name suffix of the media type, with its dot."""
        return {"image/png": ".png", "image/jpeg": ".jpg"}.get(self.media_type, ".svg")


def load(path: Path) -> Picture:
    """Read the picture at ``path``.

    Raises ValueError, with the reason, for a file that is no PNG, JPEG or SVG, that is damaged,
    too large, or an SVG that runs a script or refers to something outside itself.
    """
    if path.stat().st_size > MAXIMUM_BYTES:
        raise ValueError(f"it is larger than {MAXIMUM_BYTES // 1024 // 1024} MB")
    data = path.read_bytes()
    if path.suffix.lower() == ".svg" or data.lstrip()[:5] in (b"<?xml", b"<svg "):
        return _svg(data)
    return _raster(data)


def _raster(data: bytes) -> Picture:
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=tuple(_MEDIA_TYPES)) as image:
                image.load()
                if image.mode not in _MODES:
                    raise ValueError(f"its colours are of the kind {image.mode}")
                if image.format == "PNG" and b"IEND" not in data[-64:]:
                    raise OSError
                return Picture(data, _MEDIA_TYPES[str(image.format)], *image.size)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise ValueError("it has too many pixels") from None
    except (OSError, SyntaxError):
        raise ValueError("it is not a whole PNG, JPEG or SVG picture") from None


def _svg(data: bytes) -> Picture:
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
    _name_once(root)
    if _drawn(root, _named(root), ()) > MAXIMUM_ELEMENTS:
        raise ValueError("it draws too many elements, or an element within itself")
    width, height = _size(root)
    etree.cleanup_namespaces(root)
    return Picture(etree.tostring(root, encoding="utf-8"), "image/svg+xml", width, height)


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
            inline = name.localname == "image" and re.match(r"data:image/(png|jpeg);base64,", text)
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
