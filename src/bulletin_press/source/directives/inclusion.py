"""Files that a source includes: only of the publication, within bounds, and as text."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst.directives import misc

from bulletin_press.problems import Location
from bulletin_press.source import encoding, marks
from bulletin_press.source.directives.options import without
from bulletin_press.source.proofreading import lint
from bulletin_press.source.session import MAXIMUM_INCLUDES, Session, session_of


class Include(misc.Include):
    """``.. include::`` of a file of the publication, within a bound of number and size."""

    option_spec: ClassVar[dict[str, Any]] = without(
        misc.Include.option_spec, "parser", "encoding", "code", "number-lines"
    )

    def run(self) -> list[nodes.Node]:
        session = session_of(self.state.document)
        source, line = self.state_machine.get_source_and_line(self.lineno)
        where = session.place(source, line)
        path = session.inside(source, self.arguments[0].strip(), where)
        self.path = path
        if path is None or not _within_bounds(session, path, where):
            return []
        codec = codec_of(session, path)
        if codec is None:
            return [marks.unread(self, path)]
        self.arguments[0] = path.as_posix()
        self.options["encoding"] = codec
        return list(super().run())

    def read_file(self, path: Any) -> str:
        """The text of the file, cleaned like that of an article."""
        text = str(super().read_file(path))
        if "literal" in self.options or self.path is None:
            return text
        first = max(0, self.options.get("start-line", 0) or 0) + 1
        return lint.clean(text, session_of(self.state.document), self.path, first)


def _within_bounds(session: Session, path: Path, where: Location) -> bool:
    """Whether one more file may be included; said once for all that may not (S119)."""
    session.includes += 1
    session.included.add(path)
    if session.includes > MAXIMUM_INCLUDES:
        if session.includes == MAXIMUM_INCLUDES + 1:
            message = f"more than {MAXIMUM_INCLUDES} files are included"
            session.report("S119", message, where, "look for files that include one another")
        return False
    return session.admits(path, where)


def codec_of(session: Session, path: Path) -> str | None:
    """The codec by which docutils is to read a file; None after a report.

    A file with control characters (S121) is not read.
    """
    data = path.read_bytes()
    codec = encoding.codec_of(data, session, path)
    lines = data.decode(codec).split("\n") if codec else []
    session.texts[session.place(str(path), None).path] = [one.expandtabs(4) for one in lines]
    for number, line in enumerate(lines, 1):
        sign = lint.control_character(line.removesuffix("\r"))
        if sign:
            where = session.place(str(path), number)
            session.report("S121", f"the line holds the control character {sign}", where)
            return None
    return codec
