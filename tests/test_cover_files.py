"""The cover's files: sizes, weight and bytes; the editor's picture on it, also a hostile one."""

from __future__ import annotations

import io
import random
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path

import pytest
from PIL import Image, ImageStat

from bulletin_press import press, styles
from bulletin_press.editions import epub
from bulletin_press.editions.epub.cover import drawing, files
from bulletin_press.editions.epub.cover.board import HEIGHT, WIDTH
from bulletin_press.editions.epub.cover.palette import palette
from bulletin_press.editions.epub.cover.record import record
from tests.epub_support import Book, load, png, simple, write
from tests.test_cover import LONG, apart, grey_contrast, masthead, pixel

TITLES = ["A New Bridge Opens", "Grain Returns to the River", "What the Ports Earn"]


def photograph(width: int, height: int, colour: str, form: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, form)
    return out.getvalue()


def noise(width: int, height: int) -> bytes:
    out = io.BytesIO()
    dots = random.Random(3).randbytes(width * height * 3)
    Image.frombytes("RGB", (width, height), dots).save(out, "JPEG", quality=95)
    return out.getvalue()


def issue(
    folder: Path,
    picture: bytes | None,
    title: str = "Harbour",
    fields: tuple[str, ...] = (":Cover: pictures/front.jpg", ":Cover-alt: A ship at night"),
    titles: list[str] = TITLES,
) -> Path:
    """An issue whose cover has a picture."""
    parts: dict[str, str | bytes] = {
        "issue.rst": masthead(title, "Notes", ":Date: 2026-09-30", *fields),
    }
    parts |= {f"{n:02}-{n}.rst": simple(one) for n, one in enumerate(titles, 1)}
    if picture is not None:
        parts["pictures/front.jpg"] = picture
    return write(folder, parts)


def draw(folder: Path) -> drawing.Cover:
    made = load(folder)
    return drawing.draw(record(made), palette(styles.variables(made.publication)))


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def problems(folder: Path) -> list[str]:
    """What is wrong with an issue: place and code of each problem."""
    return [f"{one.where} {one.code}" for one in press.read(folder).problems]


def bound(folder: Path) -> Mapping[str, bytes]:
    issue = load(folder)
    return epub.render(issue, drawn=epub.covers(issue, beside=True)).files


def test_the_book_holds_a_baseline_jpeg_of_one_size(tmp_path: Path) -> None:
    folder = issue(tmp_path, None, fields=())
    (data,) = epub.render(load(folder)).files.values()
    image = opened(Book(data).read("images/cover.jpg"))
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (1562, 2500))
    assert "progressive" not in image.info
    assert len(Book(data).read("images/cover.jpg")) <= 350_000


def test_files_for_catalogues_web_and_mail_lie_beside_the_book(tmp_path: Path) -> None:
    folder = issue(tmp_path, None, fields=())
    made = bound(folder)
    stem = f"bulletin-{folder.name}"
    assert next(iter(made)) == f"{stem}.epub"
    found = {name: opened(data) for name, data in list(made.items())[1:]}
    assert {name: (one.format, one.mode, one.size) for name, one in found.items()} == {
        f"covers/{stem}.jpg": ("JPEG", "RGB", (1600, 2560)),
        f"covers/{stem}-320.jpg": ("JPEG", "RGB", (320, 512)),
        f"covers/{stem}-160.jpg": ("JPEG", "RGB", (160, 256)),
        f"covers/{stem}-640.png": ("PNG", "RGB", (640, 1024)),
    }
    assert len(made[f"covers/{stem}-160.jpg"]) < 20_000
    assert bound(folder) == made


def test_build_writes_the_covers(tmp_path: Path) -> None:
    folder = issue(tmp_path / "one", None, fields=())
    built = press.build(folder, ["epub"], tmp_path / "out", paged=False)
    names = [path.relative_to(tmp_path / "out").as_posix() for path in built.paths]
    assert names[0] == "bulletin-one.epub"
    assert sorted(names[1:]) == sorted(
        f"covers/bulletin-one{end}" for end in (".jpg", "-320.jpg", "-160.jpg", "-640.png")
    )


@pytest.mark.parametrize(("width", "height"), [(1600, 1600), (900, 1800)])
def test_a_busy_picture_keeps_to_the_budget(width: int, height: int, tmp_path: Path) -> None:
    titles = [f"{title} and what else there is to say of it" for title in TITLES * 4]
    made = draw(issue(tmp_path, noise(width, height), LONG, titles=titles))
    assert len(files.inside(made.image)) <= files.BOOK_OCTETS


@pytest.mark.parametrize("colour", ["#ffffff", "#000000", "#14325c"])
@pytest.mark.parametrize(("width", "height"), [(2000, 1200), (1200, 2000), (3000, 400), (900, 900)])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_title_and_date_are_read_beside_any_picture(
    colour: str, width: int, height: int, language: str, tmp_path: Path
) -> None:
    fields = (":Cover: pictures/front.jpg", ":Cover-alt: Sea", f":Language: {language}")
    made = draw(issue(tmp_path, photograph(width, height, colour), fields=fields))
    assert apart(made.places), made.places
    for part in ("title", "date"):
        assert grey_contrast(made.image, made.places[part]) >= 7
    left, top, right, bottom = made.places["device"]
    seen = ImageStat.Stat(made.image.crop((left + 4, top + 4, right - 4, bottom - 4))).mean
    wanted = pixel(Image.new("RGB", (1, 1), colour), 0, 0)
    assert seen == pytest.approx(list(wanted), abs=3)
    assert (right - left) * (bottom - top) > WIDTH * HEIGHT / 8


def test_an_upright_picture_stands_where_lines_end(tmp_path: Path) -> None:
    for language, at_left in (("en", False), ("ar", True)):
        fields = (":Cover: pictures/front.jpg", ":Cover-alt: Sea", f":Language: {language}")
        data = photograph(1000, 1500, "#888888")
        left, _, right, _ = draw(issue(tmp_path / language, data, fields=fields)).places["device"]
        assert (left, right == WIDTH) == ((0, False) if at_left else (left, True))


def test_a_picture_turned_by_its_camera_is_upright(tmp_path: Path) -> None:
    image = Image.new("RGB", (1600, 1000), "#ff0000")
    image.paste("#0000ff", (0, 0, 800, 1000))
    exif = Image.Exif()
    exif[0x0112] = 6  # the right side of what the camera saw is the bottom of the picture
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    made = draw(issue(tmp_path, out.getvalue()))
    left, top, right, bottom = made.places["device"]
    assert right - left < bottom - top
    middle = (left + right) // 2
    assert pixel(made.image, middle, top + 20) == pytest.approx((0, 0, 255), abs=6)
    assert pixel(made.image, middle, bottom - 20) == pytest.approx((255, 0, 0), abs=6)


@pytest.mark.parametrize("mode", ["L", "LA", "RGBA", "P", "CMYK", "1"])
def test_every_kind_of_picture_is_shown(mode: str, tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.new("L", (1000, 700), 255).convert(mode if mode != "P" else "RGB").convert(mode).save(
        out, "JPEG" if mode == "CMYK" else "PNG"
    )
    made = draw(issue(tmp_path, out.getvalue()))
    left, top, _, _ = made.places["device"]
    assert pixel(made.image, left + 400, top + 300) == pytest.approx((255, 255, 255), abs=4)


def test_the_pictures_description_is_said_of_the_cover(tmp_path: Path) -> None:
    folder = issue(tmp_path, photograph(1600, 1000, "#456"))
    (data,) = epub.render(load(folder)).files.values()
    (alt,) = Book(data).find("cover.xhtml", "//h:img/@alt")
    assert alt == "Cover: Harbour, Volume 3 · Number 5 · September 2026. A ship at night"


def test_a_picture_for_all_issues_may_lie_elsewhere_in_the_publication(tmp_path: Path) -> None:
    write(tmp_path, {"art/sea.png": png(1200, 800), "bulletin.toml": ""})
    fields = (":Cover: ../../art/sea.png", ":Cover-alt: The sea")
    folder = issue(tmp_path / "source/2026-09", None, fields=fields)
    read = press.read(folder)
    assert not read.problems
    assert read.issue.cover == "art/sea.png"


def bomb() -> bytes:
    """A PNG that says it has 40,000 × 40,000 dots."""

    def chunk(name: bytes, data: bytes) -> bytes:
        crc = zlib.crc32(name + data)
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", crc)

    head = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(99))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (bomb(), "S118"),
        (b"no picture", "S118"),
        (photograph(1600, 1000, "#456")[:900], "S118"),
        (SVG, "S118"),
        (None, "S102"),
        (photograph(300, 200, "#456"), "E120"),
    ],
)
def test_a_picture_that_is_not_fit_is_named_with_its_line(
    data: bytes | None, code: str, tmp_path: Path
) -> None:
    assert problems(issue(tmp_path, data)) == [f"issue.rst:11 {code}"]


@pytest.mark.parametrize(
    "name", ["../../secret.png", "/etc/passwd", "link.png", "https://example.org/a.png"]
)
def test_a_picture_outside_the_publication_is_refused(name: str, tmp_path: Path) -> None:
    write(tmp_path, {"secret.png": png(1200, 800)})
    root = tmp_path / "publication"
    write(root, {"bulletin.toml": ""})
    folder = issue(root / "issue", None, fields=(f":Cover: {name}", ":Cover-alt: Sea"))
    (folder / "link.png").symlink_to(tmp_path / "secret.png")
    (found,) = problems(folder)
    assert found in ("issue/issue.rst:11 S103", "issue/issue.rst:11 S102")
    assert press.build(folder, ["epub"], tmp_path / "out").paths == ()
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("fields", "code"),
    [((":Cover: pictures/front.jpg",), "S117"), ((":Cover-alt: A ship",), "S113")],
)
def test_a_picture_needs_words_and_words_a_picture(
    fields: tuple[str, ...], code: str, tmp_path: Path
) -> None:
    assert problems(issue(tmp_path, photograph(1600, 1000, "#456"), fields=fields)) == [
        f"issue.rst:11 {code}"
    ]
