"""The directives an issue may use beyond docutils' own, and guards around those that read files."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import Directive, directives
from docutils.parsers.rst.directives import images, misc, tables
from docutils.statemachine import StringList

from bulletin_press.problems import Location
from bulletin_press.source import encoding, lint
from bulletin_press.source.session import (
    MAXIMUM_INCLUDES,
    MAXIMUM_TABLE_CELLS,
    Session,
    session_of,
)

REFUSED = {
    "contents": "the press makes the contents list itself",
    "sectnum": "the press numbers the articles itself",
    "section-numbering": "the press numbers the articles itself",
    "header": "running heads come from the masthead and the titles",
    "footer": "folios come from the style sheet",
    "date": "the date of an issue is its :Date: field, so that every build gives the same bytes",
    "meta": "metadata come from the masthead fields",
    "title": "the title is the first heading of the file",
    "target-notes": "write the notes you want printed",
    "default-role": "write the role's name at each use",
    "raw": "raw HTML would work in one edition only",
    "restructuredtext-test-directive": "it is a test of docutils",
}
_ITEM = re.compile(r"\s*([-*+•‣⁃]\s+)?[-*+•‣⁃](\s|$)")
_NO_EFFECT = ("scale", "height", "align", "loading")


def _without(options: dict[str, Any] | None, *names: str) -> dict[str, Any]:
    """A directive's options but for those that would have no effect, or a bad one."""
    return {key: value for key, value in (options or {}).items() if key not in names}


class Articles(Directive):
    """``.. articles::``: the order of an issue's articles, one file name or id to a line."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        document = self.state.document
        session = session_of(document)
        session.articles = session.articles or []
        for number, line in enumerate(self.content):
            if line.strip():
                source, at = self.content.info(number)
                place = session.place(source, (at or 0) + 1)
                session.articles.append((line.strip(), place))
        return []


class _Picture(Directive):
    """What ``image`` and ``figure`` share, to stand before docutils' own class of each.

    The file is checked where the source names it, and each image gets its path relative to the
    publication, and whether it is decorative.
    """

    def run(self) -> list[nodes.Node]:
        uri = self.checked()
        if uri is None:
            return self.missing()
        self.arguments[0] = uri
        decorative = self.options.pop("decorative", 0) is None
        found = list(super().run())
        for image in (one for node in found for one in node.findall(nodes.image)):
            image["uri"], image["decorative"] = uri, decorative
            link = image.parent
            if isinstance(link, nodes.reference):
                link.source, link.line = self.state_machine.get_source_and_line(self.lineno)
        return found

    def checked(self) -> str | None:
        """The picture's path relative to the publication; None after a report."""
        session = session_of(self.state.document)
        source, line = self.state_machine.get_source_and_line(self.lineno)
        where = session.place(source, line)
        name = "".join(self.arguments[0].split("\n")).strip()
        if "://" in name or name.startswith(("data:", "//")):
            session.report("S103", f"“{name[:80]}” is not a file of this publication", where)
            return None
        path = session.inside(source, name, where)
        if path is None:
            return None
        if fault := session.picture_fault(path):
            session.report("S118", f"“{name}” cannot be used: {fault}", where)
            return None
        return path.relative_to(session.root).as_posix()

    def missing(self) -> list[nodes.Node]:
        """What stands in a draft for a picture that cannot be shown."""
        source, line = self.state_machine.get_source_and_line(self.lineno)
        shown = nodes.paragraph("", self.block_text.strip())
        return [nodes.system_message("", shown, level=3, type="ERROR", source=source, line=line)]


class Image(_Picture, images.Image):
    """``.. image::`` with ``:decorative:``; the picture must lie inside the publication."""

    option_spec: ClassVar[dict[str, Any]] = {
        **_without(images.Image.option_spec, *_NO_EFFECT),
        "decorative": directives.flag,
    }


class Figure(_Picture, images.Figure):
    """``.. figure::`` with ``:credit:``, ``:place: column|full`` and ``:decorative:``."""

    option_spec: ClassVar[dict[str, Any]] = {
        **_without(images.Figure.option_spec, *_NO_EFFECT, "figwidth", "figclass"),
        "decorative": directives.flag,
        "credit": directives.unchanged_required,
        "place": lambda value: directives.choice(value, ("column", "full")),
    }

    def run(self) -> list[nodes.Node]:
        credit = self.options.pop("credit", "")
        place = self.options.pop("place", "column")
        found = super().run()
        for figure in found:
            if isinstance(figure, nodes.figure):
                figure["classes"].append(f"place-{place}")
                if credit:
                    self._credit(figure, credit)
        return found

    def _credit(self, figure: nodes.figure, credit: str) -> None:
        inline, messages = self.state.inline_text(" ".join(credit.split()), self.lineno)
        line = nodes.paragraph(credit, "", *inline, *messages, classes=["credit"])
        line.source, line.line = figure.source, figure.line
        legend = next((child for child in figure if isinstance(child, nodes.legend)), None)
        if legend is None:
            legend = nodes.legend()
            figure += legend
        legend += line


class Include(misc.Include):
    """``.. include::`` of a file of the publication, within a bound of number and size."""

    option_spec: ClassVar[dict[str, Any]] = _without(
        misc.Include.option_spec, "parser", "encoding", "code", "number-lines"
    )

    def run(self) -> list[nodes.Node]:
        session = session_of(self.state.document)
        source, line = self.state_machine.get_source_and_line(self.lineno)
        where = session.place(source, line)
        path = session.inside(source, self.arguments[0].strip(), where)
        if path is None or not _within_bounds(session, path, where):
            return []
        codec = _codec_of(session, path)
        if codec is None:
            return []
        self.arguments[0] = path.as_posix()
        self.options["encoding"] = codec
        return list(super().run())


class Table(tables.RSTTable):
    """``.. table::``; its width and place are the style sheet's."""

    option_spec: ClassVar[dict[str, Any]] = _without(tables.RSTTable.option_spec, "align", "width")


class ListTable(tables.ListTable):
    """``.. list-table::``; its width and place are the style sheet's."""

    option_spec: ClassVar[dict[str, Any]] = _without(tables.ListTable.option_spec, "align", "width")

    def run(self) -> list[nodes.table | nodes.system_message]:
        session = session_of(self.state.document)
        where = session.place(*self.state_machine.get_source_and_line(self.lineno))
        cells = sum(_ITEM.match(line) is not None for line in self.content)
        return list(super().run()) if session.admits_table(cells, where) else []


class _TooManyCellsError(Exception):
    """A table is given up in its reading; the problem is reported."""


class CSVTable(tables.CSVTable):
    """``.. csv-table::`` whose ``:file:`` lies in the publication; no address is fetched."""

    option_spec: ClassVar[dict[str, Any]] = _without(
        tables.CSVTable.option_spec, "align", "width", "url"
    )
    rows_read = width_read = 0

    def run(self) -> list[nodes.table | nodes.system_message]:
        if "file" in self.options:
            session = session_of(self.state.document)
            source, line = self.state_machine.get_source_and_line(self.lineno)
            where = session.place(source, line)
            path = session.inside(source, self.options["file"].strip(), where)
            if path is None or not session.admits(path, where):
                return []
            codec = _codec_of(session, path)
            if codec is None:
                return []
            self.options["file"] = path.as_posix()
            self.options["encoding"] = codec
            return self._run_with_lines_of(path)
        return self._run_within_bounds()

    def _run_within_bounds(self) -> list[nodes.table | nodes.system_message]:
        try:
            return list(super().run())
        except _TooManyCellsError:
            return []

    def _run_with_lines_of(self, path: Path) -> list[nodes.table | nodes.system_message]:
        """Run so that what docutils says of a cell names the file and the line of its row."""
        reporter: Any = self.state.document.reporter
        outer = reporter.get_source_and_line

        def inner(lineno: int | None = None) -> tuple[str | None, int | None]:
            if lineno is not None and lineno > self.content_offset:
                return path.as_posix(), lineno - self.content_offset
            found: tuple[str | None, int | None] = outer(lineno)
            return found

        reporter.get_source_and_line = inner
        try:
            return self._run_within_bounds()
        finally:
            reporter.get_source_and_line = outer

    def parse_csv_data_into_rows(
        self, csv_data: Any, dialect: Any, source: str | None
    ) -> tuple[list[Any], int]:
        """The rows, each cell with the line on which its row begins."""
        rows: list[Any] = []
        begin = 0
        reader = csv.reader((line + "\n" for line in csv_data), dialect=dialect)
        for row in reader:
            self.rows_read += 1
            self.width_read = max(self.width_read, len(row))
            self._refuse_beyond_bounds()
            place: Any = (source, begin)
            offset = begin + 1
            if isinstance(csv_data, StringList):
                place = csv_data.info(begin)
            elif source == self.state_machine.get_source(self.lineno - 1):
                place, offset = (source, self.lineno - 1), self.lineno - self.content_offset
            begin = reader.line_num
            cells = [cell.splitlines() for cell in row]
            rows.append(
                [(0, 0, offset, StringList(cell, items=[place] * len(cell))) for cell in cells]
            )
        return rows, max(map(len, rows), default=0)

    def _refuse_beyond_bounds(self) -> None:
        """Give up a table whose rows, filled up to the longest, have too many cells."""
        cells = self.rows_read * self.width_read
        if cells > MAXIMUM_TABLE_CELLS:
            session = session_of(self.state.document)
            where = session.place(*self.state_machine.get_source_and_line(self.lineno))
            session.admits_table(cells, where)
            raise _TooManyCellsError


class Refused(Directive):
    """A directive of docutils that has no place in a bulletin; says what takes its place."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        session = session_of(self.state.document)
        source, line = self.state_machine.get_source_and_line(self.lineno)
        reason = REFUSED[self.name]
        message = f"the directive “{self.name}” is not supported: {reason}"
        session.report("S108", message, session.place(source, line), f"delete it: {reason}")
        return []


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


def _codec_of(session: Session, path: Path) -> str | None:
    """The codec by which docutils is to read a file; None after a report.

    A file with control characters (S121) is not read.
    """
    data = path.read_bytes()
    codec = encoding.codec_of(data, session, path)
    for number, line in enumerate(data.decode(codec).split("\n") if codec else (), 1):
        sign = lint.control_character(line.removesuffix("\r"))
        if sign:
            where = session.place(str(path), number)
            session.report("S121", f"the line holds the control character {sign}", where)
            return None
    return codec


def names() -> frozenset[str]:
    """The names of all directives that an issue may use."""
    return frozenset(vars(directives)["_directive_registry"]) - REFUSED.keys() | {"articles"}


def register() -> None:
    """Make the product's directives known to docutils, for all documents of this process."""
    directives.register_directive("articles", Articles)
    directives.register_directive("image", Image)
    directives.register_directive("figure", Figure)
    directives.register_directive("include", Include)
    directives.register_directive("csv-table", CSVTable)
    directives.register_directive("list-table", ListTable)
    directives.register_directive("table", Table)
    for name in REFUSED:
        directives.register_directive(name, Refused)
