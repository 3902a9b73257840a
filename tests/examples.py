"""The examples of the documentation, and the small issue that each of them is part of."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "pictures"
SHOWN = ("writing", "reference")  # the pages whose examples stand beside their pictures
FORMS = ("print", "ebook")

FENCE = re.compile(r"^```(\w*)(?: (\S+))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)
HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
ARTICLE, MASTHEAD, TERMS = "01-new-bridge.rst", "issue.rst", "terms.rst"
OTHERS = {
    MASTHEAD: "My Bulletin\n===========\n\n:Date: 2026-03-31\n",
    ARTICLE: "A New Bridge\n============\n\nText.\n",
    "02-old-bridge.rst": "The Old Bridge\n==============\n\nText.\n\nRepair\n------\n\nText.\n",
    "data/trams.csv": "Year,Red line,Blue line\n2023,10.4,7.0\n2024,11.0,8.5\n2025,12.1,9.0\n",
}


class Block(NamedTuple):
    """A fenced block of a page: its kind, the file that it is, and its text."""

    kind: str
    file: str
    text: str


class Example(NamedTuple):
    """What stands as source below one heading: the anchor of the heading, and the blocks."""

    name: str
    blocks: tuple[Block, ...]

    @property
    def pictures(self) -> dict[str, str]:
        """The file of the example's picture in each form, named after what it shows."""
        source = "\0".join("\0".join(block) for block in self.blocks)
        mark = hashlib.sha256(source.encode()).hexdigest()[:8]
        return {form: f"{self.name}-{mark}-{form}.png" for form in FORMS}


def page(name: str) -> str:
    """The text of a page of docs/."""
    return (ROOT / "docs" / f"{name}.md").read_text("utf-8")


def prose(text: str) -> str:
    """A page without its fenced blocks."""
    return FENCE.sub("", text)


def anchor(title: str) -> str:
    """The anchor of a heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def blocks(text: str) -> Iterator[Block]:
    """The fenced blocks of a page, in order."""
    for found in FENCE.finditer(text):
        yield Block(found[1], found[2] or "", found[3])


def examples(text: str) -> Iterator[Example]:
    """The examples of a page, in order: below each heading, all blocks of source are one."""
    fences = [found.span() for found in FENCE.finditer(text)]
    marks = [
        found
        for found in HEADING.finditer(text)
        if not any(start < found.start() < end for start, end in fences)
    ]
    ends = [one.start() for one in marks[1:]] + [len(text)]
    for mark, end in zip(marks, ends, strict=True):
        found = tuple(one for one in blocks(text[mark.end() : end]) if one.kind == "rst")
        if found:
            yield Example(anchor(mark[2]), found)


def write_issue(folder: Path, shown: Iterable[Block], picture: bytes = b"") -> None:
    """Write a small issue into a new folder, which holds the blocks of an example."""
    files = dict(OTHERS)
    for kind, file, text in shown:
        if kind == "toml":
            files["bulletin.toml"] = text
        elif kind == "rst":
            whole = file in (MASTHEAD, TERMS) or file[:1] == "_" or re.match(r".+\n=+\n", text)
            title = "" if whole else "A New Bridge\n============\n\n"
            files[file or ARTICLE] = title + text
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    (folder / "figures").mkdir()
    (folder / "figures" / "bridge.png").write_bytes(picture or _picture())


def _picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "navy").save(out, "PNG")
    return out.getvalue()
