"""The running text of an issue, set by several typesetters in one face, size and measure."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from docutils import nodes
from fontTools.ttLib import TTFont

from benchmarks.peers.forms import BOLD, BOLD_ITALIC, FAMILY, ITALIC, ROMAN
from benchmarks.peers.setters import Tools, found
from bulletin_press import fonts
from bulletin_press.issue import Issue

ROOT = Path(__file__).resolve().parents[2]
MEASURE = 309.0 * 0.75  # points: a column of A4
SIZE, LEADING, INDENT = 10.0, 14.0, 11.34  # points
_PLAIN = '[design]\nparagraphs = "plain"\n'
_SAME = "html { hyphenate-limit-chars: 5 2 3 }\n"
_TYPST = """\
#set page(width: {width}pt, height: 800pt, margin: 50pt)
#set text(font: "{family}", size: {size}pt, lang: "en", region: "US", number-type: "old-style")
#set par(justify: true, first-line-indent: {indent}pt, spacing: {gap}pt, leading: {gap}pt{more})

"""
_TRACKED = ", justification-limits: (tracking: (min: -0.01em, max: 0.02em))"
_LUALATEX = r"""
\documentclass[10pt]{{article}}
\usepackage[paperwidth={width}bp,paperheight=800bp,margin=50bp]{{geometry}}
\usepackage{{fontspec}}
\setmainfont{{{roman}.ttf}}[Path={faces}/,BoldFont={bold}.ttf,ItalicFont={italic}.ttf,
  BoldItalicFont={bolditalic}.ttf,Numbers=OldStyle]
{package}
\fontsize{{{size}bp}}{{{leading}bp}}\selectfont
\setlength\parindent{{{indent}bp}}\setlength\parskip{{0pt}}\frenchspacing
\lefthyphenmin=2 \righthyphenmin=3 \emergencystretch={stretch} \tolerance={tolerance}
\hbadness=10000 \pagestyle{{empty}}
\begin{{document}}
\fontsize{{{size}bp}}{{{leading}bp}}\selectfont
"""
_TEX = {"\\": r"\textbackslash{}", **{one: f"\\{one}" for one in "#$%&_{}"},
        "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}  # fmt: skip


def blank() -> float:
    """How wide a blank of the face is, in parts of the text size."""
    face = TTFont(io.BytesIO(fonts.PRIMARY[0].data()))
    width, _ = face["hmtx"][face.getBestCmap()[ord(" ")]]
    return float(width / face["head"].unitsPerEm)


def paragraphs(issue: Issue) -> list[str]:
    """The running paragraphs of an issue as plain text, without the calls of notes."""
    return [
        text
        for article in issue.articles
        for block in article.body
        if isinstance(block, nodes.Element)
        for text in _running(block)
    ]


def _running(block: nodes.Element) -> Iterator[str]:
    if isinstance(block, nodes.paragraph):
        calls = (nodes.footnote_reference, nodes.citation_reference)
        copy = block.deepcopy()
        for call in list(copy.findall(lambda node: isinstance(node, calls))):
            call.parent.remove(call)
        text = " ".join(copy.astext().split())
        if len(text) > 2 * SIZE:
            yield text
    elif isinstance(block, nodes.section):
        for child in block.children:
            if isinstance(child, nodes.Element):
                yield from _running(child)


class Galley:
    """Paragraphs, and the files that each typesetter makes of them in ``folder``."""

    def __init__(self, texts: list[str], folder: Path, tools: Tools) -> None:
        self._texts, self._folder, self._tools = texts, folder, tools
        self._faces = folder / "faces"
        self._faces.mkdir()
        for face in fonts.PRIMARY[:4]:
            (self._faces / f"{face.name}.ttf").write_bytes(face.data())

    def rows(self) -> Iterator[tuple[str, Path]]:
        """Name and file of each setting, as they are made; those without their tool are left."""
        yield "one line after another, 6 3 3", self.ours("plain", _PLAIN, "")
        yield "one line after another, 5 2 3", self.ours("same", _PLAIN, _SAME)
        yield "ours", self.ours("even", "", "")
        if found(self._tools, "typst"):
            yield "Typst", self.typst("typst", "")
            yield "Typst, tracking −1 to 2 %", self.typst("tracked", _TRACKED)
        if found(self._tools, "lualatex"):
            for package, title in (("", "LuaLaTeX"), ("microtype", "LuaLaTeX, microtype")):
                for tolerance, stretch in ((200, "2em"), (9999, "0pt")):
                    kind = f"{title}, tolerance {tolerance}"
                    name = f"{package or 'lualatex'}{tolerance}"
                    yield kind, self.lualatex(name, package, tolerance, stretch)

    def ours(self, name: str, design: str, sheet: str) -> Path:
        """An issue of one article, built by the press."""
        root = self._folder / name
        issue = root / "source" / "2026-01"
        issue.mkdir(parents=True)
        (root / "bulletin.toml").write_text(f'[publication]\nlanguage = "en"\n{design}', "utf-8")
        if sheet:
            (root / "styles").mkdir()
            usual = (ROOT / "styles" / "print.css").read_text("utf-8")
            (root / "styles" / "print.css").write_text(usual + sheet, "utf-8")
        head = "Galley\n======\n\n:Date: 2026-01-01\n\n.. articles::\n\n   text\n"
        (issue / "issue.rst").write_text(head, "utf-8")
        body = "\n\n".join(re.sub(r"([\\*`|_\[\]<>])", r"\\\1", one) for one in self._texts)
        (issue / "text.rst").write_text(f"Text\n====\n\n{body}\n", "utf-8")
        command = [sys.executable, "-m", "bulletin_press", "build", str(issue), "-e", "pdf"]
        subprocess.run([*command, "-o", str(root / "out")], check=True, capture_output=True)
        return next((root / "out").glob("*.pdf"))

    def typst(self, name: str, more: str) -> Path:
        """What Typst makes."""
        source, result = self._folder / f"{name}.typ", self._folder / f"{name}.pdf"
        head = _TYPST.format(
            width=MEASURE + 100, family=FAMILY, size=SIZE, indent=INDENT, gap=LEADING - 0.65 * SIZE,
            more=more,
        )  # fmt: skip
        texts = [re.sub(r"([\\#$*_`<>@\[\]=/~+-])", r"\\\1", one) for one in self._texts]
        source.write_text(head + "\n\n".join(texts), "utf-8")
        call = (
            "import sys, typst; typst.compile(sys.argv[1], output=sys.argv[2],"
            " font_paths=[sys.argv[3]], ignore_system_fonts=True)"
        )
        command = [str(self._tools.python), "-c", call, str(source), str(result)]
        subprocess.run([*command, str(self._faces)], check=True)
        return result

    def lualatex(self, name: str, package: str, tolerance: int, stretch: str) -> Path:
        """What LuaLaTeX makes."""
        source, result = self._folder / f"{name}.tex", self._folder / f"{name}.pdf"
        head = _LUALATEX.format(
            width=MEASURE + 100, roman=ROMAN, bold=BOLD, italic=ITALIC, bolditalic=BOLD_ITALIC,
            faces=self._faces, size=SIZE,
            package=rf"\usepackage{{{package}}}" if package else "", leading=LEADING, indent=INDENT,
            stretch=stretch, tolerance=tolerance,
        )  # fmt: skip
        texts = ["".join(_TEX.get(sign, sign) for sign in one) for one in self._texts]
        source.write_text(head + "\n\n".join(texts) + "\n\\end{document}\n", "utf-8")
        command = [found(self._tools, "lualatex") or "", "-interaction=batchmode", source.name]
        subprocess.run(command, cwd=self._folder, check=False, capture_output=True)
        return result
