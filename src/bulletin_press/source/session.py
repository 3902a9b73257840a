"""What the parsing of one file shares: the publication's folder, the problems, the bounds."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from docutils import nodes

from bulletin_press.problems import Location, Problem, problem, suggestion

MAXIMUM_INCLUDES = 200
MAXIMUM_INCLUDED_BYTES = 8 * 1024 * 1024


@dataclass(slots=True)
class Session:
    """One file's parse; directives reach it as ``document.settings.session``."""

    root: Path
    file: Path
    problems: list[Problem] = field(default_factory=list)
    articles: list[tuple[str, Location]] | None = None
    includes: int = 0
    included: set[Path] = field(default_factory=set)
    included_bytes: int = 0

    def place(self, source: str | None, line: int | None) -> Location:
        """The location of a docutils source and line, its path relative to the publication."""
        path = Path(source) if source and not source.startswith("<") else self.file
        path = path if path.is_absolute() else Path.cwd() / path
        for candidate in (path, path.resolve()):
            if candidate.is_relative_to(self.root):
                return Location(candidate.relative_to(self.root).as_posix(), line or 0)
        return Location(path.name, line or 0)

    def report(self, code: str, message: str, where: Location, hint: str = "") -> None:
        """Note a problem."""
        self.problems.append(problem(code, message, where, hint))

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

    def _near(self, path: Path) -> str:
        if not path.parent.is_dir():
            return f"there is no folder “{path.parent.name}” either"
        names = {entry.name for entry in path.parent.iterdir() if entry.is_file()}
        return suggestion(path.name, names) if names else ""


def session_of(document: nodes.document) -> Session:
    """The session in which a document is being parsed."""
    settings: Any = document.settings
    session: Session = settings.session
    return session


def line_of(node: nodes.Node) -> tuple[str | None, int | None]:
    """The source and line of a node, or of the nearest ancestor that knows its line."""
    current: nodes.Node | None = node
    source: str | None = None
    while current is not None:
        source = source or current.source
        if current.line is not None and source:
            return source, current.line
        current = current.parent
    return source, None
