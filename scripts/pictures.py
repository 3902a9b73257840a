"""Draws the pictures of docs/writing.md and docs/reference.md: each example in print and e-book.

    python -m scripts.pictures          all of them
    python -m scripts.pictures notes    those of the example below the heading “Notes”

Each example is part of a small issue, which the press builds. Its printed part is cut from the PDF,
its part of the e-book from a picture of that page by Chromium, at the width of a telephone. What no
page shows any longer is deleted, and the names in the pages are brought up to date.
"""

from __future__ import annotations

import io
import itertools
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pypdfium2
from lxml import etree
from PIL import Image, ImageChops

from bulletin_press import press
from tests.examples import MASTHEAD, PICTURES, ROOT, SHOWN, Example, examples, page, write_issue

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
DRAWING = PICTURES / "bridge.svg"
SMALL = '[design]\npage = "A5"\ncolumns = 1\n'  # for what is less than an article
MATTER = {".. colophon::": "colophon", ".. back-cover::": "back-cover"}
XHTML = "{http://www.w3.org/1999/xhtml}"

DPI = 110
MILLIMETRE = DPI / 25.4
# lengths of styles/print.css: the margins above, below, at the spine and at the edge of A4, and how
# much of the first is the same on smaller paper; how far the opening of an article reaches
MARGINS, FIXED = (18, 21, 22, 18), 6
OPENING = (3 + 2) * MILLIMETRE + (2 + 26) * DPI / 72
PHONE, TALL, WIDE = 420, 4000, 640
COLOURS = 96
ROOM, GAP = 10, 100  # white pixels around a picture, and the most that are kept within it


def main(wanted: Iterable[str]) -> None:
    """Draw the pictures of the examples with the names ``wanted``, or of all."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        sys.exit(f"no browser found: install one of {', '.join(BROWSERS)}")
    wanted = set(wanted)
    shown = [example for name in SHOWN for example in examples(page(name))]
    if unknown := wanted - {example.name for example in shown}:
        sys.exit(f"no example is named {', '.join(sorted(unknown))}")
    drawing = photographed(browser, DRAWING, 480, 270)
    for example in shown:
        if not wanted or example.name in wanted:
            print(example.name, flush=True)
            with tempfile.TemporaryDirectory() as folder:
                draw(example, Path(folder), browser, png(drawing))
    tidy(shown)


def draw(example: Example, folder: Path, browser: str, picture: bytes) -> None:
    """Build the issue of an example in a folder, and draw its two pictures."""
    source = "".join(block.text for block in example.blocks)
    matter = next((part for mark, part in MATTER.items() if mark in source), "")
    front = not matter and example.blocks[0].file == MASTHEAD
    article = re.match(r".+\n=+\n", example.blocks[-1].text) is not None
    issue = folder / "2026-03"
    write_issue(issue, example.blocks, picture)
    if front or matter or not (article or ":place: full" in source):
        (issue / "bulletin.toml").write_text(SMALL, "utf-8")
    if "old-bridge" in source:  # then it begins a page of its own
        with (issue / "01-new-bridge.rst").open("a", encoding="utf-8") as file:
            file.write("\n\n.. page-break::\n")
    else:
        (issue / "02-old-bridge.rst").unlink()
    built = press.build(issue, ["pdf", "epub"], folder / "built")
    if not built.paths:
        sys.exit("\n".join(map(str, built.problems)))
    printed, book, *_ = built.paths
    with zipfile.ZipFile(book) as archive:
        archive.extractall(folder / "book")
    name = "front" if front else matter or "new-bridge"
    (text,) = (folder / "book").rglob(f"{name}.xhtml")
    if not (front or matter or article):
        without_opening(text)
    made = {
        "print": printed_part(printed, front, matter, article),
        "ebook": whole_ink(photographed(browser, text, PHONE, TALL)),
    }
    for form, image in made.items():
        (PICTURES / example.pictures[form]).write_bytes(png(image))


def printed_part(path: Path, front: bool, matter: str, article: bool) -> Image.Image:
    """The part of the printed issue that an example makes, its pages one below another."""
    document = pypdfium2.PdfDocument(path)
    sheets = [sheet.render(scale=DPI / 72).to_pil().convert("RGB") for sheet in document]
    if front:
        return narrowed(without_gaps(sheets[0]), PHONE)
    starts = [mark.get_dest().get_index() for mark in document.get_toc() if not mark.level]
    first, after = (*starts, len(sheets))[:2]
    inside = [inner(sheet, number) for number, sheet in enumerate(sheets)]
    parts = inside[-1:] if matter else inside[first:after]
    if not (matter or article):
        parts[0] = parts[0].crop((0, round(OPENING), *parts[0].size))
    return narrowed(stacked([without_gaps(part) for part in parts if ink(part)]), WIDE)


def narrowed(image: Image.Image, width: int) -> Image.Image:
    """The same picture, no wider than ``width`` pixels."""
    if image.width <= width:
        return image
    return image.resize((width, image.height * width // image.width), Image.Resampling.LANCZOS)


def inner(sheet: Image.Image, number: int) -> Image.Image:
    """What is printed within the margins of a page, with a little room at its sides."""
    scale = min(MILLIMETRE, sheet.width / 210)
    above, below, inside, outside = (round(margin * scale) for margin in MARGINS)
    above += round(FIXED * MILLIMETRE)
    left, right = (outside, inside) if number % 2 else (inside, outside)
    return sheet.crop((left - ROOM, above, sheet.width - right + ROOM, sheet.height - below))


def ink(image: Image.Image) -> tuple[int, int, int, int] | None:
    """The smallest rectangle that holds all that is not white."""
    white = Image.new("RGB", image.size, "white")
    return ImageChops.difference(image, white).getbbox()


def whole_ink(image: Image.Image) -> Image.Image:
    """The rows from the first to the last that are not white, with a little room."""
    box = ink(image)
    if box is None:
        return image
    return image.crop((0, max(0, box[1] - ROOM), image.width, min(image.height, box[3] + ROOM)))


def without_gaps(image: Image.Image) -> Image.Image:
    """The same with long white parts between its rows made short, as above a page's notes."""
    image = whole_ink(image)
    rows = [ink(image.crop((0, y, image.width, y + 1))) is not None for y in range(image.height)]
    kept: list[int] = []
    for inked, run in itertools.groupby(range(image.height), rows.__getitem__):
        part = list(run)
        kept += part if inked or len(part) <= GAP else part[:ROOM] + part[-ROOM:]
    made = Image.new("RGB", (image.width, len(kept)), "white")
    for to, y in enumerate(kept):
        made.paste(image.crop((0, y, image.width, y + 1)), (0, to))
    return made


def stacked(parts: list[Image.Image]) -> Image.Image:
    """Pages one below another, with a grey line between."""
    made = Image.new("RGB", (parts[0].width, sum(p.height for p in parts) + len(parts) - 1), "grey")
    y = 0
    for part in parts:
        made.paste(part, (0, y))
        y += part.height + 1
    return made


def without_opening(path: Path) -> None:
    """Take the opening out of a page of the book, since it is no part of the example."""
    tree = etree.parse(path)
    for opening in tree.iter(f"{XHTML}header"):
        opening.getparent().remove(opening)
        break
    tree.write(path, encoding="utf-8", xml_declaration=True)


def photographed(browser: str, path: Path, width: int, height: int) -> Image.Image:
    """A page as the browser shows it in a window of that many pixels."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, "page.png")
        options = f"--headless --no-sandbox --hide-scrollbars --disable-lcd-text --disable-gpu \
            --font-render-hinting=none --window-size={width},{height}".split()
        command = [browser, *options, f"--screenshot={target}", path.resolve().as_uri()]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        return Image.open(io.BytesIO(target.read_bytes())).convert("RGB")


def png(image: Image.Image) -> bytes:
    """A small file of a picture, with few colours."""
    out = io.BytesIO()
    few = image.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, kmeans=1, dither=Image.Dither.NONE)
    few.save(out, "PNG", optimize=True)
    return out.getvalue()


def tidy(shown: list[Example]) -> None:
    """Delete pictures that belong to no example, and set the names of the others in the pages."""
    names = {name for example in shown for name in example.pictures.values()}
    for path in PICTURES.glob("*.png"):
        if path.name not in names:
            path.unlink()
    for name in SHOWN:
        path = ROOT / "docs" / f"{name}.md"
        text = path.read_text("utf-8")
        for example in shown:
            for form, file in example.pictures.items():
                older = rf"pictures/{example.name}-[0-9a-f]{{8}}-{form}\.png"
                text = re.sub(older, f"pictures/{file}", text)
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
