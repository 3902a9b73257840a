"""The typesetters: how each is called, which version it is, and why one is absent."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from benchmarks.pdf import PLAIN
from benchmarks.peers import measure
from benchmarks.peers.forms import BOLD, BOLD_ITALIC, FAMILY, ITALIC, ROMAN, Text
from bulletin_press import __version__

_PROGRAM = [sys.executable, "-m", "bulletin_press"]
_VERSION = re.compile(r"\d+(?:\.\d+)+")
_TYPST = (
    "import sys, typst; typst.compile(sys.argv[1], output=sys.argv[2],"
    " font_paths=[sys.argv[3]], ignore_system_fonts=True)"
)


@dataclass(frozen=True, slots=True)
class Tools:
    """Where benchmarks/peers-setup has put the setters."""

    folder: Path

    @property
    def python(self) -> Path:
        """The interpreter of the environment for Python's."""
        return self.folder / "python" / "bin" / "python"

    @property
    def pandoc(self) -> Path | None:
        """Pandoc, which lies within a package of that environment."""
        found = self.folder.glob("python/lib/python*/site-packages/pypandoc/files/pandoc")
        return next(found, None)

    def command(self, name: str) -> str | None:
        """The path of a command of either environment, or of the system."""
        for place in (self.python.parent, self.folder / "node" / "node_modules" / ".bin"):
            if (place / name).exists():
                return str(place / name)
        return shutil.which(name)


@dataclass(frozen=True, slots=True)
class Job:
    """A command that is run in a folder of its own and writes ``result``.

    ``before`` is run first and not measured.
    """

    command: list[str]
    result: Path
    environment: dict[str, str] = field(default_factory=dict)
    before: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True)
class Setter:
    """A typesetter.

    ``needs`` are the commands without which it is absent, and ``versions`` those that tell which
    version it is, by name; ``job`` makes the command that sets a text in a folder.
    """

    key: str
    name: str
    needs: tuple[str, ...]
    versions: dict[str, str]
    job: Callable[[Tools, Text, Path], Job]

    def absent(self, tools: Tools) -> str:
        """Why it cannot be run, or nothing."""
        missing = [name for name in self.needs if not found(tools, name)]
        how = "run benchmarks/peers-setup"
        return f"absent: no {', no '.join(missing)}; {how}" if missing else ""

    def version(self, tools: Tools) -> str:
        """The versions, as the programs tell them; nothing if it is absent."""
        if self.absent(tools):
            return ""
        told = [f"{name} {version(tools, asked)}" for name, asked in self.versions.items()]
        return ", ".join(told)


def found(tools: Tools, name: str) -> str | None:
    """A command's path; ``typst`` is the module of that name."""
    if name == "pandoc":
        return str(tools.pandoc) if tools.pandoc else None
    if name == "typst":
        there = any(tools.folder.glob("python/lib/python*/site-packages/typst"))
        return str(tools.python) if there else None
    return tools.command(name)


@cache
def version(tools: Tools, asked: str) -> str:
    """The version of a command, or of a package of Python's after ``python:`` or ``own:``."""
    if asked == "ours":
        return __version__
    kind, _, name = asked.rpartition(":")
    command = [found(tools, name) or name, "--version"]
    if kind:
        interpreter = str(tools.python) if kind == "python" else sys.executable
        ask = f"from importlib.metadata import *; print(version('{name}'))"
        command = [interpreter, "-c", ask]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    told = _VERSION.search(done.stdout)
    return told[0] if told else "?"


def _weasyprint(tools: Tools, text: Text, folder: Path) -> Job:
    result = folder / "out.pdf"
    page = text.folder / "html" / "reference.html"
    return Job([sys.executable, "-c", PLAIN, str(page), str(result)], result)


def _typst(tools: Tools, text: Text, folder: Path) -> Job:
    result = folder / "out.pdf"
    page = text.folder / "common" / "whole.typ"
    command = [str(tools.python), "-c", _TYPST, str(page), str(result), str(text.faces)]
    return Job(command, result)


def _pandoc_typst(tools: Tools, text: Text, folder: Path) -> Job:
    """Pandoc writes beside the pictures, and Typst sets what it wrote, as ``pandoc -o`` does."""
    result = folder / "out.pdf"
    markup = text.folder / "common" / "pandoc.typ"
    script = (
        f'"$1" text.rst -t typst -s -o "{markup}" --toc --toc-depth=1 -M title=Bulletin'
        f" -V columns=2 -V papersize=a4 -V mainfont={FAMILY} -V fontsize=10pt -V lang=en"
        " -V page-numbering=1 &&"
        f' exec "$2" -c "$3" "{markup}" "{result}" "{text.faces}"'
    )
    command = ["sh", "-c", f'cd "{text.folder / "common"}" && {script}', "sh"]
    return Job([*command, str(tools.pandoc), str(tools.python), _TYPST], result)


def _pandoc_xelatex(tools: Tools, text: Text, folder: Path) -> Job:
    result = folder / "out.pdf"
    common = text.folder / "common"
    options = [f"Path={text.faces}/", f"BoldFont={BOLD}.ttf", f"ItalicFont={ITALIC}.ttf",
               f"BoldItalicFont={BOLD_ITALIC}.ttf"]  # fmt: skip
    values = ["classoption=twocolumn", "papersize=a4", "lang=en-US", f"mainfont={ROMAN}.ttf",
              *(f"mainfontoptions={one}" for one in options)]  # fmt: skip
    command = [str(tools.pandoc), str(common / "text.rst"), "-o", str(result),
               "--resource-path", str(common), "--pdf-engine=xelatex", "--toc", "--toc-depth=1",
               "-M", "title=Bulletin", "--lua-filter", str(common / "tabular.lua")]  # fmt: skip
    return Job(command + [part for value in values for part in ("-V", value)], result)


def _sphinx(tools: Tools, text: Text, folder: Path) -> Job:
    made = folder / "made"
    command = [found(tools, "sphinx-build") or "", "-M", "latexpdf", str(text.folder / "sphinx"),
               str(made), "-q"]  # fmt: skip
    return Job(command, made / "latex" / "text.pdf")


def _rst2pdf(tools: Tools, text: Text, folder: Path) -> Job:
    result = folder / "out.pdf"
    common = text.folder / "common"
    command = [found(tools, "rst2pdf") or "", str(common / "whole.rst"), "-o", str(result),
               "-s", f"twocolumn,{common / 'faces.yaml'}", "--font-path", str(text.faces),
               "--footer", "###Page###"]  # fmt: skip
    return Job(command, result)


def _vivliostyle(tools: Tools, text: Text, folder: Path) -> Job:
    result = folder / "out.pdf"
    command = [found(tools, "vivliostyle") or "", "build", "-d",
               str(text.folder / "html" / "reference.html"), "-o", str(result),
               "--executable-browser", found(tools, "chromium") or "", "-t", "36000"]  # fmt: skip
    return Job(command, result)


_WORDS = "A paragraph " * 20  # so long that words are divided, by patterns that are kept


def _kept(folder: Path) -> dict[str, str]:
    """An environment in which what builds keep lies in ``folder``, and byte code as installed."""
    folder.mkdir(exist_ok=True)
    compiled = folder.parent / "compiled"
    return {
        "XDG_CACHE_HOME": str(folder),
        "PYTHONPYCACHEPREFIX": str(compiled),
        "PYTHONDONTWRITEBYTECODE": "",
    }


def _afresh(editions: tuple[str, ...]) -> Callable[[Tools, Text, Path], Job]:
    """A build that finds nothing kept of the text, only what the program keeps of itself."""

    def job(tools: Tools, text: Text, folder: Path) -> Job:
        result = folder / "made" / f"{text.stem}.pdf"
        asked = [option for edition in editions for option in ("-e", edition)]
        command = [*_PROGRAM, "build", str(text.issue), *asked, "-o", str(result.parent)]
        primed, kept = text.folder / "kept-of-itself", text.folder / "kept-afresh"

        def before() -> None:
            if not primed.exists():
                other = folder / "other"
                other.mkdir()
                (other / "issue.rst").write_text("Other\n=====\n\n:Date: 2026-01-01\n", "utf-8")
                (other / "01-one.rst").write_text(f"One\n===\n\n{_WORDS}\n", "utf-8")
                _prepare([*_PROGRAM, "build", str(other), "-o", str(other)], folder, _kept(primed))
            shutil.rmtree(kept, ignore_errors=True)
            shutil.copytree(primed, kept)

        return Job(command, result, _kept(kept), before)

    return job


def _again(
    change: bool, editions: tuple[str, ...] = ("pdf",)
) -> Callable[[Tools, Text, Path], Job]:
    """A build after another one, to the usual place; a word is changed in between, or nothing."""

    def job(tools: Tools, text: Text, folder: Path) -> Job:
        result = text.issue.parents[1] / "build" / text.issue.name / f"{text.stem}.pdf"
        asked = [option for edition in editions for option in ("-e", edition)]
        command = [*_PROGRAM, "build", str(text.issue), *asked]
        environment = _kept(text.folder / "kept")

        def before() -> None:
            if not result.exists():
                _prepare(command, folder, environment)
            if change:
                alter(text.issue)

        return Job(command, result, environment, before)

    return job


def _prepare(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    done = measure.run(command, folder, 3600, environment)
    if done.failed:
        raise RuntimeError(f"{' '.join(command)}: {done.failed}, see {folder / 'log'}")


def alter(issue: Path) -> None:
    """Lengthen a word in the middle of a long paragraph of the middle article."""
    files = sorted(issue.glob("0*.rst"))
    path = files[len(files) // 2]
    lines = path.read_text("utf-8").splitlines()
    paragraphs = [number for number, line in enumerate(lines) if line[:1].isalnum()]
    at = max(paragraphs, key=lambda number: len(lines[number]))
    words = lines[at].split(" ")
    middle = next(n for n in range(len(words) // 2, len(words)) if words[n].isalpha())
    words[middle] += "s"
    lines[at] = " ".join(words)
    path.write_text("\n".join(lines) + "\n", "utf-8")


_WEASYPRINT = {"WeasyPrint": "own:weasyprint"}
_OURS = {"bulletin-press": "ours"}
SETTERS = (
    Setter("weasyprint", "plain WeasyPrint", (), _WEASYPRINT, _weasyprint),
    Setter("ours", "ours, PDF", (), _OURS, _afresh(("pdf",))),
    Setter("ours-both", "ours, PDF and EPUB", (), _OURS, _afresh(("pdf", "epub"))),
    Setter("ours-changed", "ours, again, one word changed", (), _OURS, _again(True)),
    Setter(
        "ours-changed-both", "ours, both again, one word changed", (), _OURS,
        _again(True, ("pdf", "epub")),
    ),
    Setter("ours-same", "ours, again, nothing changed", (), _OURS, _again(False)),
    Setter("typst", "Typst", ("typst",), {"Typst for Python": "python:typst"}, _typst),
    Setter(
        "pandoc-typst", "Pandoc, Typst", ("pandoc", "typst"),
        {"Pandoc": "pandoc", "Typst for Python": "python:typst"}, _pandoc_typst,
    ),
    Setter(
        "pandoc-xelatex", "Pandoc, XeLaTeX", ("pandoc", "xelatex"),
        {"Pandoc": "pandoc", "XeTeX": "xelatex"}, _pandoc_xelatex,
    ),
    Setter(
        "sphinx", "Sphinx, XeLaTeX", ("sphinx-build", "xelatex", "latexmk"),
        {"Sphinx": "python:sphinx", "XeTeX": "xelatex"}, _sphinx,
    ),
    Setter("rst2pdf", "rst2pdf", ("rst2pdf",), {"rst2pdf": "python:rst2pdf"}, _rst2pdf),
    Setter(
        "vivliostyle", "Vivliostyle", ("vivliostyle", "chromium"),
        {"Vivliostyle CLI": "vivliostyle", "Chromium": "chromium"}, _vivliostyle,
    ),
)  # fmt: skip
