"""Pictures: what is taken, what is refused and why, and that no picture can reach out or hurt."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from docutils import nodes
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageChops

from bulletin_press.source import pictures
from tests.conftest import Sources, article, read, write_issue

XLINK = "http://www.w3.org/1999/xlink"
SVG = f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="{XLINK}" {{0}}>{{1}}</svg>'
SIZE = 'width="40" height="20"'


def raster(kind: str, size: tuple[int, int] = (40, 20), mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind)
    return out.getvalue()


def load(folder: Path, data: bytes | str, name: str = "a.svg") -> pictures.Picture:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return pictures.load(path)


def huge_png(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose head claims a great size."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


@pytest.mark.parametrize(
    ("kind", "mode", "media_type", "suffix"),
    [
        ("PNG", "RGB", "image/png", ".png"),
        ("PNG", "RGBA", "image/png", ".png"),
        ("PNG", "1", "image/png", ".png"),
        ("JPEG", "RGB", "image/jpeg", ".jpg"),
        ("JPEG", "L", "image/jpeg", ".jpg"),
    ],
)
def test_png_and_jpeg_are_taken_as_they_are(
    kind: str, mode: str, media_type: str, suffix: str, tmp_path: Path
) -> None:
    data = raster(kind, mode=mode)
    found = load(tmp_path, data, "a.bin")
    assert (found.data, found.media_type, found.suffix) == (data, media_type, suffix)
    assert (found.width, found.height) == (40, 20)


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "PPM"])
def test_other_kinds_are_refused(kind: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not a whole PNG, JPEG, WebP or SVG"):
        load(tmp_path, raster(kind), "a.png")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("part", [0, 10, 40, 80])
def test_a_damaged_picture_is_refused(kind: str, part: int, tmp_path: Path) -> None:
    data = raster(kind, (400, 300))
    with pytest.raises(ValueError, match="not a whole"):
        load(tmp_path, data[: len(data) * part // 100], "a.png")


@pytest.mark.parametrize("size", [(60_000, 60_000), (2**31 - 1, 2**31 - 1), (2**31 - 1, 1), (0, 0)])
def test_a_picture_of_great_size_is_refused_unread(size: tuple[int, int], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"too many pixels|not a whole"):
        load(tmp_path, huge_png(*size), "a.png")


def test_a_file_of_great_size_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    with path.open("wb") as file:
        file.truncate(pictures.MAXIMUM_BYTES + 1)
    with pytest.raises(ValueError, match="larger than"):
        pictures.load(path)


def test_a_drawing_of_great_size_is_refused_unparsed(tmp_path: Path) -> None:
    text = SVG.format(SIZE, "<!--" + "x" * pictures.MAXIMUM_SVG_BYTES + "-->")
    with pytest.raises(ValueError, match="an SVG larger than 8 MB"):
        load(tmp_path, text)


def test_a_picture_with_too_many_pixels_says_how_many(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="9000 × 8000, more than 64 million"):
        load(tmp_path, huge_png(9000, 8000), "a.png")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (huge_png(9000, 8000), "a picture in it cannot be used: it has too many pixels"),
        (raster("PNG")[:40], "a picture in it cannot be used: it is not a whole"),
        (raster("GIF"), "a picture in it cannot be used: it is not a whole"),
    ],
)
def test_a_picture_within_a_drawing_is_checked_like_any(
    data: bytes, reason: str, tmp_path: Path
) -> None:
    inside = f"<image href='data:image/png;base64,{base64.b64encode(data).decode()}'/>"
    with pytest.raises(ValueError, match=reason):
        load(tmp_path, SVG.format(SIZE, inside))


def test_a_drawing_in_a_long_chain_is_refused(tmp_path: Path) -> None:
    chain = "".join(f'<g id="g{n}"><use href="#g{n + 1}"/></g>' for n in range(5000))
    with pytest.raises(ValueError, match="too many elements"):
        load(tmp_path, SVG.format(SIZE, chain))


# WebP


def webp(mode: str = "RGB", **options: Any) -> bytes:
    image = Image.effect_noise((40, 20), 60).convert(mode)
    if mode == "RGBA" and options.pop("clear", True):
        image.putalpha(Image.linear_gradient("L").resize((40, 20)))
    out = io.BytesIO()
    image.save(out, "WEBP", **options)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (webp(), "image/jpeg"),
        (webp(icc_profile=b"profile"), "image/jpeg"),
        (webp(lossless=True), "image/png"),
        (webp(lossless=True, icc_profile=b"profile"), "image/png"),
        (webp("RGBA"), "image/png"),
        (webp("RGBA", lossless=True), "image/png"),
        (webp("RGBA", clear=False), "image/jpeg"),
    ],
)
def test_webp_becomes_what_every_reader_shows(data: bytes, media_type: str, tmp_path: Path) -> None:
    found = load(tmp_path, data, "a.webp")
    assert (found.media_type, found.width, found.height) == (media_type, 40, 20)
    assert load(tmp_path, data, "b.png") == found
    with Image.open(io.BytesIO(found.data)) as made, Image.open(io.BytesIO(data)) as given:
        assert Image.MIME[str(made.format)] == media_type
        assert made.info.get("icc_profile") == given.info.get("icc_profile")
        if media_type == "image/png":
            assert made.convert("RGBA").tobytes() == given.convert("RGBA").tobytes()
        else:
            difference = ImageChops.difference(made.convert("RGB"), given.convert("RGB"))
            assert max(difference.tobytes()) < 40


def test_a_webp_picture_is_turned_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    found = load(tmp_path, webp(exif=exif.tobytes()), "a.webp")
    assert (found.width, found.height) == (20, 40)
    with Image.open(io.BytesIO(found.data)) as made:
        assert made.size == (20, 40)
        assert not made.getexif()


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_picture_that_moves_is_refused(kind: str, tmp_path: Path) -> None:
    out = io.BytesIO()
    frames = [Image.new("RGB", (9, 9), colour) for colour in ("red", "navy")]
    frames[0].save(out, kind, save_all=True, append_images=frames[1:])
    with pytest.raises(ValueError, match="it is animated"):
        load(tmp_path, out.getvalue(), "a.bin")


def test_a_photograph_with_a_second_one_behind_it_is_taken(tmp_path: Path) -> None:
    out = io.BytesIO()
    frames = [Image.new("RGB", (9, 9), colour) for colour in ("red", "navy")]
    frames[0].save(out, "MPO", save_all=True, append_images=frames[1:])
    found = load(tmp_path, out.getvalue(), "a.jpg")
    assert (found.data, found.media_type) == (out.getvalue(), "image/jpeg")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("name", ["a.svg", "a.jpg", "a.png", "a"])
def test_what_a_file_is_called_does_not_matter(kind: str, name: str, tmp_path: Path) -> None:
    assert load(tmp_path, raster(kind), name).width == 40


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        (SIZE, (40, 20)),
        ('width="4cm" height="20mm"', (4 / 2.54 * 96, 2 / 2.54 * 96)),
        ('width="1in" height="72pt"', (96, 96)),
        ('viewBox="0 0 30 10"', (30, 10)),
        ('viewBox=" 0,0 , 30.5 10 "', (30.5, 10)),
        ('width="100%" height="100%" viewBox="0 0 30 10"', (30, 10)),
        ('width="1e2" height="50" viewBox="0 0 30 10"', (30, 10)),
    ],
)
def test_the_size_of_a_drawing(attributes: str, size: tuple[float, float], tmp_path: Path) -> None:
    found = load(tmp_path, SVG.format(attributes, "<path d='M0 0h9'/>"))
    assert (found.width, found.height) == pytest.approx(size)
    assert b"viewBox" in found.data


@pytest.mark.parametrize(
    "attributes",
    ["", 'width="9"', 'viewBox="0 0 9"', 'viewBox="0 0 a b"', 'width="0" height="9"',
     'width="9" height="." viewBox="0 0 0 0"', 'viewBox="0 0 nan inf"', 'viewBox="0 0 -1 9"',
     'width="1.2.3" height="9"', 'width="." height="."', f'width="{"9" * 400}" height="9"'],
)  # fmt: skip
def test_a_drawing_without_a_size_is_refused(attributes: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"its size is not|neither width"):
        load(tmp_path, SVG.format(attributes, ""))


@pytest.mark.parametrize(
    "content",
    [
        "<script>run()</script>",
        "<SCRIPT>run()</SCRIPT>",
        '<script href="https://example.org/x.js"/>',
        "<g><g><script/></g></g>",
        '<rect onclick="run()"/>',
        '<rect OnLoad="run()"/>',
        "<foreignObject><p>x</p></foreignObject>",
        '<image href="https://example.org/a.png"/>',
        '<image xlink:href="https://example.org/a.png"/>',
        '<image xlink:href="//example.org/a.png"/>',
        '<image href="other.png"/>',
        '<image href="file:///etc/passwd"/>',
        '<image href="data:image/svg+xml;base64,AAAA"/>',
        '<image href=" data:text/html,x"/>',
        '<use href="other.svg#a"/>',
        '<use xlink:href="https://example.org/a.svg#b"/>',
        '<a href="javascript:run()"><text>x</text></a>',
        '<a xlink:href="JavaScript:run()"><text>x</text></a>',
        '<a href="data:text/html,x"><text>x</text></a>',
        '<rect fill="url(https://example.org/a.svg#b)"/>',
        "<rect style=\"fill: url( 'other.svg#b' )\"/>",
        '<rect style="background: URL(https://example.org/a)"/>',
        '<rect style="fill:u\\72l(https://example.org/a)"/>',
        "<style>@import 'https://example.org/a.css';</style>",
        "<style>rect { fill: url(https://example.org/a.svg) }</style>",
        "<style>rect { fill: URL(https://example.org/a.svg) }</style>",
        "<style>@IMPORT 'a.css';</style>",
        "<style>@\\69mport 'a.css';</style>",
        "<style><![CDATA[@import 'a.css';]]></style>",
        "<style>@im<!-- -->port 'a.css';</style>",
        '<set attributeName="href" to="javascript:run()"/>',
        '<animate attributeName="xlink:href" values="javascript:run()"/>',
        '<animate attributeName="onclick" to="run()"/>',
        '<feImage href="https://example.org/a.png"/>',
        '<rect xml:base="https://example.org/"/>',
    ],
)
def test_a_drawing_that_acts_or_fetches_is_refused_or_cleaned(content: str, tmp_path: Path) -> None:
    try:
        found = load(tmp_path, SVG.format(SIZE, content))
    except ValueError:
        return
    for word in (b"example.org", b"run()", b"other.", b"a.css", b"file:", b"script"):
        assert word not in found.data.lower()


def test_a_drawing_may_refer_to_itself(tmp_path: Path) -> None:
    inside = (
        "<defs><linearGradient id='g'/><path id='p' d='M0 0'/></defs><use href='#p'/>"
        "<use xlink:href='#p'/><rect fill='url(#g)' style=\"stroke: url('#g')\"/>"
        "<a href='https://example.org/'><text>Link</text></a>"
        f"<image href='data:image/png;base64,{base64.b64encode(raster('PNG')).decode()}'/>"
    )
    found = load(tmp_path, SVG.format(SIZE, inside))
    assert found.data.count(b"#p") == 2
    assert found.data.count(b"#g") == 2
    assert b"data:image/png" in found.data


def test_what_a_drawing_program_keeps_for_itself_is_dropped(tmp_path: Path) -> None:
    text = """<?xml version="1.0"?>
<!-- Created with a program -->
<?xml-stylesheet href="https://example.org/a.css"?>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:ink="http://example.org/ink" width="40" height="20"
  ink:version="1"><metadata><x/></metadata><ink:grid a="1">gone</ink:grid>
  <g ink:label="layer"><text x="1">Volume</text></g></svg>"""
    data = load(tmp_path, text).data
    assert b"Volume" in data
    for word in (b"ink", b"metadata", b"gone", b"example.org", b"Created"):
        assert word not in data


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa">'
        + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in pairwise("abcdefghij"))
        + ']><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>&j;</text></svg>',
        '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>&a;</text></svg>',
        '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text x="&a;"/></svg>',
        '<!DOCTYPE svg [<!ENTITY % p SYSTEM "http://127.0.0.1/x">%p;]>'
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
        "<svg",
        "",
        "\x00",
        "<html/>",
        "<svg width='9' height='9'/>",
        "<g>" * 100_000,
        SVG.format(SIZE, "<g>" * 5000 + "</g>" * 5000),
    ],
    ids=["laughs", "file", "attribute", "parameter", "cut", "empty", "nul", "html", "bare", "open",
         "deep"],
)  # fmt: skip
def test_a_drawing_with_tricks_of_xml_gives_nothing_away(text: str, tmp_path: Path) -> None:
    try:
        data = load(tmp_path, text).data
    except ValueError:
        return
    assert b"root:" not in data
    assert b"ENTITY" not in data


def test_a_drawing_is_the_same_bytes_at_each_loading(tmp_path: Path) -> None:
    text = SVG.format(SIZE, "<g b='1' a='2'><text>x</text></g>")
    assert load(tmp_path, text) == load(tmp_path, text)


@given(st.binary(max_size=300), st.sampled_from(["a.png", "a.svg", "a.jpg"]))
def test_any_bytes_are_a_picture_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, name: str
) -> None:
    folder = tmp_path_factory.mktemp("picture")
    svg = b"<svg xmlns='http://www.w3.org/2000/svg'"
    riff = b"RIFF\x20\x00\x00\x00WEBPVP8 "
    for head in (b"", svg, b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", riff):
        with pytest.raises(ValueError, match="it "):
            load(folder, head + data, name)


# Descriptions


FIGURE = ".. figure:: a.png\n"


def with_picture(folder: Path, body: str) -> Sources:
    files: dict[str, str | bytes] = {"01-weir.rst": article("Weir", body)}
    files["a.png"] = raster("PNG")
    return read(write_issue(folder, files))


def test_a_description_is_kept_and_a_file_name_never_serves(tmp_path: Path) -> None:
    body = FIGURE + "   :alt: Two trucks at\n         a gate\n\n   A caption.\n"
    found = with_picture(tmp_path, body)
    assert found.lines == []
    (image,) = found.issue.document.findall(nodes.image)
    assert image["alt"].split() == "Two trucks at a gate".split()


def test_a_caption_serves_with_a_warning(tmp_path: Path) -> None:
    body = FIGURE + "\n   Two *trucks*. [#]_\n\n.. [#] Note.\n"
    found = with_picture(tmp_path, body)
    assert found.lines == ["01-weir.rst:5: warning S201: “a.png” has no :alt:; its caption serves"]
    (image,) = found.issue.document.findall(nodes.image)
    assert image["alt"] == "Two trucks."


@pytest.mark.parametrize("body", [FIGURE, FIGURE + "   :alt:\n", ".. image:: a.png\n"])
def test_a_picture_without_description_is_refused(body: str, tmp_path: Path) -> None:
    found = with_picture(tmp_path, body)
    assert found.codes == ["S117"]


def test_a_decorative_picture_needs_none(tmp_path: Path) -> None:
    body = FIGURE + "   :decorative:\n\n.. image:: a.png\n   :decorative:\n"
    found = with_picture(tmp_path, body)
    assert found.lines == []
    assert all(one["decorative"] for one in found.issue.document.findall(nodes.image))


def test_credit_and_place_are_kept(tmp_path: Path) -> None:
    body = FIGURE + "   :alt: x\n   :credit: Photo: *A. Writer*\n   :place: full\n\n   Caption.\n"
    found = with_picture(tmp_path, body)
    assert found.lines == []
    (figure,) = found.issue.document.findall(nodes.figure)
    assert "place-full" in figure["classes"]
    (credit,) = (one for one in figure.findall(nodes.paragraph) if "credit" in one["classes"])
    assert credit.astext() == "Photo: A. Writer"


def test_pictures_are_found_from_the_file_that_names_them(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "01-weir.rst": article("W", ".. include:: parts/box.txt\n"),
        "parts/box.txt": ".. image:: b.png\n   :alt: x\n",
        "parts/b.png": raster("PNG"),
    }
    found = read(write_issue(tmp_path, files, toml=""))
    assert found.lines == []
    assert found.issue.pictures == ("source/2026-05/parts/b.png",)


DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 2">{}</svg>'


def test_colours_that_no_edition_shows_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="I;16"):
        load(tmp_path, raster("PNG", mode="I;16"), "a.png")


def test_a_png_without_its_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not a whole"):
        load(tmp_path, raster("PNG")[:-12], "a.png")


def test_ids_that_are_wrong_or_given_twice_are_dropped(tmp_path: Path) -> None:
    shapes = '<rect id="1 2"/><rect id="d"/><rect id="d"/><use href="#d"/>'
    data = load(tmp_path, DRAWING.format(shapes)).data.decode()
    assert data.count("id=") == 1


@pytest.mark.parametrize(
    "shapes",
    [
        '<g id="a"><use href="#a"/></g>',
        '<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>',
        "".join(
            f'<g id="g{n}">{f"<use href={chr(34)}#g{n - 1}{chr(34)}/>" * 10}</g>'
            for n in range(1, 10)
        )
        + '<g id="g0"><rect/></g>',
    ],
)
def test_a_drawing_that_multiplies_itself_is_refused(shapes: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="too many elements"):
        load(tmp_path, DRAWING.format(shapes))
