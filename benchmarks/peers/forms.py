"""The text as each setter takes it, written beforehand: none of this is measured."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import resvg_py

from benchmarks.pdf import fill
from benchmarks.peers import text
from benchmarks.peers.text import Part
from bulletin_press import fonts, press
from bulletin_press.artwork import artwork
from bulletin_press.issue import Issue
from bulletin_press.source.languages import labels

COLUMN = 309  # CSS pixels: a column of A4
FAMILY = "Literata"  # what the serif face calls itself in its file
ROMAN, ITALIC, BOLD, BOLD_ITALIC = (face.name for face in fonts.PRIMARY[:4])
_LIMITS = "\n[pdf]\nseconds = 3600\nmegabytes = 16384\n"
_ARTICLES = re.compile(r"^\.\. articles::\n\n(?: +.*\n)+", re.MULTILINE)
_TYPST = """\
#set document(title: "{title}")
#set page("a4", margin: (x: 20mm, top: 23mm, bottom: 22mm), numbering: "1")
#set text(font: "{family}", size: 10pt, lang: "en", region: "US", hyphenate: true)
#set par(justify: true, first-line-indent: 4mm, spacing: 0.65em)
#text(size: 68pt)[{title}]
#outline(depth: 1)
#set page(columns: 2)
#include "text.typ"
"""
_SPHINX = """\
project = {title!r}
author = {publisher!r}
language = "en"
trim_footnote_reference_space = True
latex_engine = "xelatex"
latex_documents = [("index", "text.tex", project, author, "howto")]
latex_use_xindy = False
_face = r"\\setmainfont{{{roman}}}[Path={faces}/, BoldFont={bold}, ItalicFont={italic}, "
latex_elements = {{
    "papersize": "a4paper",
    "extraclassoptions": "twocolumn",
    "fontpkg": _face + r"BoldItalicFont={bolditalic}]",
    "preamble": r"\\setcounter{{tocdepth}}{{1}}",
}}
"""
_TABULAR = r"""
local function inside(cell)
  return (pandoc.write(pandoc.Pandoc(cell.contents), "latex"):gsub("%s+$", ""))
end
local function line(row)
  return table.concat(row.cells:map(inside), " & ") .. "\\\\"
end
function Table(one)
  local rows = one.head.rows:map(line)
  for _, body in ipairs(one.bodies) do rows:extend(body.body:map(line)) end
  local columns = ("l"):rep(#one.colspecs)
  return pandoc.RawBlock("latex", "\\begin{center}\\small\\begin{tabular}{" .. columns .. "}\n"
    .. table.concat(rows, "\n") .. "\\end{tabular}\\end{center}")
end
"""  # Pandoc's long tables do not go into two columns


@dataclass(frozen=True, slots=True)
class Text:
    """The text at one size: where its forms lie, and the titles that its contents list has.

    ``issue`` is the folder of the press's own sources, ``stem`` that of the files it makes.
    """

    times: int
    folder: Path
    titles: tuple[str, ...]
    issue: Path
    stem: str
    words: int

    @property
    def faces(self) -> Path:
        """The folder of the faces that all setters use."""
        return self.folder / "faces"


def write(issue: Issue, times: int, folder: Path, pandoc: Path | None) -> Text:
    """Write an issue, ``times`` over, in every form into ``folder``."""
    found = text.parts(issue, times)
    source = _ours(issue, found, folder / "ours")
    read = press.read(source)
    assert read.issue.document, read.problems[:5]
    faces = folder / "faces"
    faces.mkdir()
    for face in fonts.PRIMARY[:4]:
        (faces / f"{face.name}.ttf").write_bytes(face.data())
    (folder / "html").mkdir()
    fill(read.issue, folder / "html")
    pictures = _pictures(issue, folder / "html")
    _common(issue, found, folder / "common", pictures)
    _sphinx(issue, found, folder / "sphinx", faces, pictures)
    _typst(issue, folder / "common", pandoc)
    words = len(re.findall(r"\w+", read.issue.text))
    return Text(times, folder, tuple(map(_words, found)), source, read.issue.stem, words)


def _words(part: Part) -> str:
    return re.sub(r"\\(.)|[*`]", r"\1", part.title)


def _ours(issue: Issue, found: list[Part], folder: Path) -> Path:
    """A publication of one issue."""
    root = issue.publication.root
    given, source = root / "source" / issue.id, folder / "source" / issue.id
    source.mkdir(parents=True)
    toml = (root / "bulletin.toml").read_text("utf-8")
    (folder / "bulletin.toml").write_text(toml + _LIMITS, "utf-8")
    listed = "".join(f"   {part.name}.rst\n" for part in found)
    head = (given / "issue.rst").read_text("utf-8")
    head = _ARTICLES.sub(lambda _: f".. articles::\n\n{listed}", head)
    (source / "issue.rst").write_text(head, "utf-8")
    for part in found:
        (source / f"{part.name}.rst").write_text(part.ours, "utf-8")
    for uri in issue.pictures:
        shutil.copy(root / uri, source)
    return source


def _pictures(issue: Issue, faces: Path) -> dict[str, bytes]:
    """The pictures as PNG, which all setters read, by name."""
    found = {}
    for uri, drawing in artwork(issue, COLUMN, outlined=True).items():
        data = drawing.data
        if drawing.suffix == ".svg":
            data = bytes(
                resvg_py.svg_to_bytes(
                    svg_string=data.decode(),
                    width=4 * COLUMN,
                    background="white",
                    font_files=[str(path) for path in sorted(faces.glob("*.ttf"))],
                )
            )
        found[f"{text.picture(uri)}.png"] = data
    return found


def _put(pictures: dict[str, bytes], folder: Path) -> None:
    folder.mkdir()
    for name, data in pictures.items():
        (folder / name).write_bytes(data)


def _common(issue: Issue, found: list[Part], folder: Path, pictures: dict[str, bytes]) -> None:
    """One file for all articles, and one that has title and contents around it, for rst2pdf."""
    _put(pictures, folder)
    (folder / "text.rst").write_text("\n\n".join(part.common for part in found), "utf-8")
    line = "#" * len(issue.title)
    contents = labels(issue.language).contents
    (folder / "whole.rst").write_text(
        f"{line}\n{issue.title}\n{line}\n\n.. contents:: {contents}\n   :depth: 1\n\n"
        ".. raw:: pdf\n\n   PageBreak\n\n.. include:: text.rst\n",
        "utf-8",
    )
    (folder / "faces.yaml").write_text(
        f"embeddedFonts: [[{ROMAN}.ttf, {BOLD}.ttf, {ITALIC}.ttf, {BOLD_ITALIC}.ttf]]\n"
        "fontsAlias:\n"
        + "".join(
            f"  {family}{cut}: {face}\n"
            for family in ("fontSans", "fontSerif")
            for cut, face in (
                ("", ROMAN),
                ("Bold", BOLD),
                ("Italic", ITALIC),
                ("BoldItalic", BOLD_ITALIC),
            )
        ),
        "utf-8",
    )
    (folder / "tabular.lua").write_text(_TABULAR, "utf-8")


def _sphinx(
    issue: Issue, found: list[Part], folder: Path, faces: Path, pictures: dict[str, bytes]
) -> None:
    """A project with a file for each article."""
    _put(pictures, folder)
    for part in found:
        (folder / f"{part.name}.rst").write_text(part.common, "utf-8")
    listed = "".join(f"   {part.name}\n" for part in found)
    line = "=" * len(issue.title)
    (folder / "index.rst").write_text(f"{issue.title}\n{line}\n\n.. toctree::\n\n{listed}", "utf-8")
    names = {"roman": ROMAN, "bold": BOLD, "italic": ITALIC, "bolditalic": BOLD_ITALIC}
    files = {key: f"{name}.ttf" for key, name in names.items()}
    (folder / "conf.py").write_text(
        _SPHINX.format(title=issue.title, publisher=issue.publisher, faces=faces, **files), "utf-8"
    )


def _typst(issue: Issue, folder: Path, pandoc: Path | None) -> None:
    """Markup made by Pandoc, in a frame like the others'."""
    if pandoc:
        command = [str(pandoc), "-f", "rst", "-t", "typst", "text.rst", "-o", "text.typ"]
        subprocess.run(command, cwd=folder, check=True)
    whole = _TYPST.format(title=issue.title, family=FAMILY)
    (folder / "whole.typ").write_text(whole, "utf-8")
