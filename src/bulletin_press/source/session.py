"""What the parsing of one file shares: the publication's folder, the problems, the bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from docutils import nodes

from bulletin_press.problems import Location, Problem, problem, suggestion

MAXIMUM_FILE_BYTES = 2 * 1024 * 1024
MAXIMUM_FILE_LINES = 50_000
MAXIMUM_ISSUE_BYTES = 20 * 1024 * 1024
MAXIMUM_ISSUE_LINES = 200_000
MAXIMUM_INCLUDES = 200
MAXIMUM_TABLE_CELLS = 10_000
MAXIMUM_ISSUE_CELLS = 100_000
MAXIMUM_ISSUE_PIXELS = 4_000_000_000


@dataclass(slots=True)
class Taken:
    """What all files of one issue have taken together of what an issue may hold, and the files."""

    bytes: int = 0
    lines: int = 0
    cells: int = 0
    pixels: float = 0
    full: bool = False
    pictures: dict[Path, str] = field(default_factory=dict)
    files: set[Path] = field(default_factory=set)


class Listed(NamedTuple):
    """A line of the articles list: the article's name, its section's heading, its place."""

    name: str
    section: str
    where: Location


class Term(NamedTuple):
    """What a name stands for, and where that is written."""

    value: Any
    where: Location


@dataclass(frozen=True, slots=True)
class Terms:
    """Definitions that files share, by name: phrases (substitutions), roles, addresses of links."""

    phrases: Mapping[str, Term] = field(default_factory=dict)
    roles: Mapping[str, Term] = field(default_factory=dict)
    addresses: Mapping[str, Term] = field(default_factory=dict)


@dataclass(slots=True)
class Session:
    """One file's parse; directives reach it as ``document.settings.session``.

    ``encoding`` is the codec for files that are not UTF-8, if one was asked for; ``language`` the
    issue's, by which an encoding is guessed. ``texts``
    holds the lines of every file read, of this session or others, by its path in a Location;
    ``unknown`` the names that lead to nothing in this file, each with its problem; ``doubles`` the
    lines of every name that is given twice, and whether notes bear it; ``offsets`` where the parts
    of a block of words begin in its source, and ``passages`` where its lines stand in the file;
    ``respaced`` the lines in which a no-break space after a number became an ordinary one;
    ``names`` the paths of the sources that docutils names, from the publication's folder.
    """

    root: Path
    file: Path
    problems: list[Problem] = field(default_factory=list)
    articles: list[Listed] | None = None
    includes: int = 0
    included: set[Path] = field(default_factory=set)
    taken: Taken = field(default_factory=Taken)
    encoding: str = ""
    language: str = ""
    texts: dict[str, list[str]] = field(default_factory=dict)
    unknown: list[tuple[str, Problem]] = field(default_factory=list)
    doubles: dict[str, tuple[bool, list[int]]] = field(default_factory=dict)
    offsets: dict[nodes.Element, dict[nodes.Node, int]] = field(default_factory=dict)
    passages: dict[nodes.Element, Any] = field(default_factory=dict)
    respaced: set[Location] = field(default_factory=set)
    names: dict[str | None, str] = field(default_factory=dict)
    terms: Terms = field(default_factory=Terms)
    roles: dict[str, Term] = field(default_factory=dict)

    def place(self, source: str | None, line: int | None) -> Location:
        """The location of a docutils source and line, its path relative to the publication.

        docutils may name a line after the last; then it is the last.
        """
        name = self.names.get(source)
        if name is None:
            name = self.names[source] = self._name(source)
        last = len(self.texts.get(name, ())) or line or 0
        return Location(name, min(line or 0, last))

    def _name(self, source: str | None) -> str:
        path = Path(source) if source and not source.startswith("<") else self.file
        path = path if path.is_absolute() else Path.cwd() / path
        for candidate in (path, path.resolve()):
            if candidate.is_relative_to(self.root):
                return candidate.relative_to(self.root).as_posix()
        return path.name

    def report(
        self, code: str, message: str, where: Location, hint: str = "", column: int = 0
    ) -> None:
        """Note a problem; ``column`` counts from 1 and is 0 where it is not known."""
        last = len(self.texts.get(where.path, ()))
        if last and where.line > last:
            where = Location(where.path, last)
        self.problems.append(problem(code, message, where, hint, column))

    def inside(self, base: str | None, name: str, where: Location) -> Path | None:
        """The existing file ``name``, written in the file ``base``; None after a report.

        A path that leads, also by a link, out of the publication's folder is refused (S103), one
        that is no file, or differs from the file's name in capitals, is missing (S102).
        """
        shown = name if len(name) <= 80 else name[:80] + "…"
        folder = (Path(base) if base and not base.startswith("<") else self.file).parent
        folder = folder if folder.is_absolute() else Path.cwd() / folder
        try:
            path = (folder / name).resolve()
            if not path.is_relative_to(self.root):
                self.report("S103", f"“{shown}” lies outside the publication's folder", where)
            elif not path.is_file():
                self.report("S102", f"there is no file “{shown}”", where, self._near(path))
            else:
                return path
        except (OSError, ValueError, RuntimeError):
            self.report("S102", f"“{shown}” is no usable file name", where)
        return None

    def admits(self, path: Path, where: Location) -> bool:
        """Whether a text file may be read as well, by its size; False after a report (S119).

        That the issue as a whole is too large is said once.
        """
        self.taken.files.add(path)
        name, whole = path.name, path == self.file
        shown = "the file" if whole else f"“{name}”"
        hint = "part it into several" if whole else "name a smaller file"
        size = path.stat().st_size
        if size > MAXIMUM_FILE_BYTES:
            message = f"{shown} is larger than {MAXIMUM_FILE_BYTES // 1024 // 1024} MB"
            self.report("S119", message, where, hint)
            return False
        data = path.read_bytes()
        lines = max(data.count(b"\n"), data.count(b"\r"))
        if lines > MAXIMUM_FILE_LINES:
            message = f"{shown} has more than {MAXIMUM_FILE_LINES:,} lines"
            self.report("S119", message, where, hint)
            return False
        taken = self.taken
        taken.bytes += size
        taken.lines += lines
        if taken.bytes > MAXIMUM_ISSUE_BYTES or taken.lines > MAXIMUM_ISSUE_LINES:
            if not taken.full:
                message = (
                    f"with {shown} the texts of the issue are larger than"
                    f" {MAXIMUM_ISSUE_BYTES // 1024 // 1024} MB or {MAXIMUM_ISSUE_LINES:,} lines"
                )
                self.report("S119", message, where, "look for files that include one another")
            taken.full = True
        return not taken.full

    def admits_table(self, cells: int, where: Location) -> bool:
        """Whether a table of so many cells may be made; False after a report (S119)."""
        if cells > MAXIMUM_TABLE_CELLS:
            message = f"the table has more than {MAXIMUM_TABLE_CELLS:,} cells"
            self.report("S119", message, where, "print a part of it, and link to the rest")
            return False
        self.taken.cells += cells
        if self.taken.cells > MAXIMUM_ISSUE_CELLS:
            message = f"the tables of the issue have more than {MAXIMUM_ISSUE_CELLS:,} cells"
            self.report("S119", message, where, "print a part of them, and link to the rest")
            return False
        return True

    def picture_fault(self, path: Path) -> str:
        """Why the picture at ``path`` cannot be used, or nothing; each is read once an issue."""
        from bulletin_press.source import pictures

        known = self.taken.pictures
        self.taken.files.add(path)
        if path not in known:
            try:
                picture = pictures.load(path)
                self.taken.pixels += picture.pixels
                full = self.taken.pixels > MAXIMUM_ISSUE_PIXELS
                known[path] = "the issue's pictures have too many pixels together" if full else ""
            except (ValueError, OSError) as error:
                known[path] = str(error)
        return known[path]

    def _near(self, path: Path) -> str:
        if not path.parent.is_dir():
            return f"there is no folder “{path.parent.name}” either"
        names = {entry.name for entry in path.parent.iterdir() if entry.is_file()}
        alike = {name for name in names if name.lower().endswith(path.suffix.lower())}
        return suggestion(path.name, alike) if alike else ""


def session_of(document: nodes.document) -> Session:
    """The session in which a document is being parsed."""
    settings: Any = document.settings
    session: Session = settings.session
    return session


def line_of(node: nodes.Node) -> tuple[str | None, int | None]:
    """The source and line of a node, or of the nearest ancestor that knows its line.

    Within a paragraph or title the line is that where the node itself begins.
    """
    current: nodes.Node | None = node
    source: str | None = None
    while current is not None:
        source = source or current.source
        if current.line is not None and source:
            return source, current.line + _lines_before(node, current)
        current = current.parent
    return source, None


def _lines_before(node: nodes.Node, block: nodes.Node) -> int:
    """How many lines of a block of text end before a part of it begins."""
    inside = isinstance(node, (nodes.Text, nodes.Inline)) and isinstance(block, nodes.TextElement)
    if node is block or not inside or isinstance(block, (nodes.Inline, nodes.FixedTextElement)):
        return 0
    lines = 0
    for part in block.findall():
        if part is node:
            return lines
        if isinstance(part, nodes.Text):
            lines += part.astext().count("\n")
    return 0
