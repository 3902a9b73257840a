"""Issues for the tests of the printed edition, and a reader of PDFs that is not the product's."""

from __future__ import annotations

import io
import random
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2

from bulletin_press import config
from bulletin_press.editions import pdf
from bulletin_press.issue import Issue
from bulletin_press.source import reader

WORDS = (
    "harbour council railway treaty border river engineers agreed delayed measured opened"
    " ministers traders northern eastern quarterly budget inspection of the and to a in under"
    " between committee transmission kilometre announcement cooperation infrastructure"
).split()


def write(folder: Path, files: dict[str, str], toml: str | None = None) -> Path:
    """Write the files of one issue below ``folder``; return the issue's folder."""
    issue = folder / "source" / "2026-05"
    issue.mkdir(parents=True)
    if toml is not None:
        (folder / "bulletin.toml").write_text(toml, "utf-8")
    for name, text in files.items():
        path = issue / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return issue


def load(folder: Path) -> Issue:
    """The issue in a folder, which must have no error."""
    publication = config.load(config.find_root(folder) or folder)
    reading = reader.read(publication, folder)
    assert not [one for one in reading.problems if one.severity == "error"], reading.problems
    return Issue(publication, reading.document)


def masthead(*fields: str) -> str:
    """An issue.rst with a title and fields."""
    rule = "=" * 17
    lines = [":Volume: 3", ":Number: 5", ":Date: 2026-05-31", *fields]
    return "\n".join([rule, "Harbour Quarterly", rule, "", *lines, ""])


def generated(seed: int, articles: int, paragraphs: int) -> dict[str, str]:
    """The files of an issue of random words with notes, headings, lists and references."""
    chance = random.Random(seed)
    names = [f"part-{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(articles)]
    files = {"issue.rst": masthead()}
    for number, name in enumerate(names):
        title = f"{name} " + " ".join(chance.choices(WORDS, k=chance.randint(2, 12)))
        out, notes = [title, "=" * len(title), "", ":Summary: What the article says.", ""], []
        for count in range(chance.randint(1, paragraphs)):
            text = " ".join(chance.choices(WORDS, k=chance.randint(8, 110)))
            if chance.random() < 0.3:
                text += f" called [#n{count}]_ again"
                words = " ".join(chance.choices(WORDS, k=chance.randint(3, 30)))
                notes.append(f".. [#n{count}] Note {words}.\n")
            if chance.random() < 0.15:
                text += f" as :article:`{chance.choice(names)}` says"
            if chance.random() < 0.15:
                out += ["", f"Heading {count}", "-" * len(f"Heading {count}"), ""]
            out += [text + ".", ""]
        files[f"{number + 1:03}-{name}.rst"] = "\n".join([*out, "", *notes])
    return files


_HEAD, _FOLIO = 52.0, 27.0  # points: the head's height, and the width at its outer end


@dataclass
class Sheet:
    """One page as read from the file: its label, running head, folio, and the text between."""

    label: str
    head: str
    folio: str
    lines: list[str]

    @property
    def text(self) -> str:
        """The page's text with single spaces, hyphenation undone."""
        return re.sub("[\u2010\u00ad\u0002\ufffe]\\s*", "", " ".join(self.lines))


class Book:
    """A finished PDF read back by PDFium and pikepdf."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.document = pypdfium2.PdfDocument(data)
        self.sheets = [
            self._sheet(page, self.document.get_page_label(number))
            for number, page in enumerate(self.document)
        ]

    @staticmethod
    def _sheet(page: pypdfium2.PdfPage, label: str) -> Sheet:
        width, height = page.get_size()
        text = page.get_textpage()
        low = height - _HEAD * (0.25 + 0.75 * min(1, width / 595))  # margins shrink with the paper
        boxes = [text.get_rect(number) for number in range(text.count_rects())]
        head = [box for box in boxes if box[1] > low]
        start, end = min((b[0] for b in head), default=0), max((b[2] for b in head), default=width)
        folio, rest = (start - 1, start + _FOLIO), (start + _FOLIO, width)
        if start > width - end:
            folio, rest = (end - _FOLIO, end + 1), (0, end - _FOLIO)
        lines = text.get_text_bounded(0, 0, width, low).splitlines()
        return Sheet(
            label,
            " ".join(text.get_text_bounded(rest[0], low, rest[1], height).split()),
            " ".join(text.get_text_bounded(folio[0], low, folio[1], height).split()),
            [line.strip() for line in lines if line.strip()],
        )

    @property
    def outline(self) -> list[tuple[int, str, int]]:
        """Depth, title and page index of every bookmark."""
        out = []
        for mark in self.document.get_toc():
            destination = mark.get_dest()
            out.append((mark.level, mark.get_title(), destination.get_index()))
        return out

    def links(self, page: int) -> list[tuple[str, int]]:
        """Name and page index of every inner link of a page, in order."""
        with pikepdf.open(io.BytesIO(self.data)) as file:
            numbers: dict[Any, int] = {
                sheet.objgen: index for index, sheet in enumerate(file.pages)
            }
            names = pikepdf.NameTree(file.Root.Names.Dests)
            found = []
            for link in list(file.pages[page].get("/Annots", [])):
                name = link.get("/Dest") or (link.A.get("/D") if "/A" in link else None)
                if name is not None:
                    target = names[str(name)]
                    target = target.D if isinstance(target, pikepdf.Dictionary) else target
                    found.append((str(name), numbers[target[0].objgen]))
            return found

    def fonts(self) -> set[tuple[str, bool]]:
        """Name, and whether a font program is embedded, of every font."""
        out = set()
        with pikepdf.open(io.BytesIO(self.data)) as file:
            for thing in file.objects:
                if (
                    isinstance(thing, pikepdf.Dictionary)
                    and thing.get("/Type") == "/FontDescriptor"
                ):
                    embedded = any(
                        key in thing for key in ("/FontFile", "/FontFile2", "/FontFile3")
                    )
                    out.add((str(thing.FontName), embedded))
        return out


def render(issue: Issue) -> tuple[pdf.Printed, Book]:
    """Render an issue; return what the product says of it and the file read back."""
    printed = pdf.render(issue)
    (data,) = printed.edition.files.values()
    return printed, Book(data)
