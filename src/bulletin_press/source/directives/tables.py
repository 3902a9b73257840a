"""Tables: typed as lists, as rows with commas, or drawn; data files only of the publication."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import Directive, directives
from docutils.parsers.rst.directives import tables
from docutils.statemachine import StringList

from bulletin_press.problems import Location
from bulletin_press.source import marks
from bulletin_press.source.directives.inclusion import codec_of
from bulletin_press.source.directives.options import place, without
from bulletin_press.source.proofreading import rows
from bulletin_press.source.session import MAXIMUM_TABLE_CELLS, session_of

_ITEM = re.compile(r"\s*([-*+•‣⁃]\s+)?[-*+•‣⁃](\s|$)")


class _TooManyCellsError(Exception):
    """A table is given up in its reading; the problem is reported."""


class _Placed(tables.Table):
    """What tables share, to stand before docutils' own class: ``:place:``, and no empty options."""

    def run(self) -> list[Any]:
        found = list(super().run())
        for table in found:
            if isinstance(table, nodes.table) and self.options.get("place") == "full":
                table["classes"].append("place-full")
        return found


def _table_options(own: dict[str, Any] | None, *names: str) -> dict[str, Any]:
    return {**without(own, "align", "width", *names), "place": place}


class Table(_Placed, tables.RSTTable):
    """``.. table::`` with ``:stub-columns:``; its width is the style sheet's."""

    option_spec: ClassVar[dict[str, Any]] = {
        **_table_options(tables.RSTTable.option_spec),
        "stub-columns": directives.nonnegative_int,
    }

    def run(self) -> list[Any]:
        found = super().run()
        for table in found:
            if isinstance(table, nodes.table):
                columns = list(table.findall(nodes.colspec))
                for column in columns[: self.options.get("stub-columns", 0)]:
                    column["stub"] = 1
        return found


class ListTable(_Placed, tables.ListTable):
    """``.. list-table::``; its width is the style sheet's."""

    option_spec: ClassVar[dict[str, Any]] = _table_options(tables.ListTable.option_spec)

    def run(self) -> list[nodes.table | nodes.system_message]:
        session = session_of(self.state.document)
        where = session.place(*self.state_machine.get_source_and_line(self.lineno))
        cells = sum(_ITEM.match(line) is not None for line in self.content)
        return list(super().run()) if session.admits_table(cells, where) else []


class CSVTable(_Placed, tables.CSVTable):
    """``.. csv-table::`` whose ``:file:`` lies in the publication; no address is fetched."""

    option_spec: ClassVar[dict[str, Any]] = _table_options(tables.CSVTable.option_spec, "url")
    rows_read = width_read = 0

    def run(self) -> list[nodes.table | nodes.system_message]:
        self.counted: list[tuple[int, Location]] = []
        found = self._run()
        rows.inspect(self.counted, session_of(self.state.document))
        return found

    def _run(self) -> list[nodes.table | nodes.system_message]:
        if "file" in self.options:
            session = session_of(self.state.document)
            source, line = self.state_machine.get_source_and_line(self.lineno)
            where = session.place(source, line)
            path = session.inside(source, self.options["file"].strip(), where)
            if path is None or not session.admits(path, where):
                return []
            codec = codec_of(session, path)
            if codec is None:
                return [marks.unread(self, path)]
            self.options["file"] = path.as_posix()
            self.options["encoding"] = codec
            return self._run_with_lines_of(path)
        return self._run_within_bounds()

    def _run_within_bounds(self) -> list[nodes.table | nodes.system_message]:
        try:
            return list(super().run())
        except _TooManyCellsError:
            self.counted.clear()
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
        session = session_of(self.state.document)
        cells: list[Any] = []
        begin = 0
        reader = csv.reader((line + "\n" for line in csv_data), dialect=dialect)
        try:
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
                self.counted.append((len(row), session.place(place[0], (place[1] or 0) + 1)))
                texts = [cell.splitlines() for cell in row]
                cells.append(
                    [(0, 0, offset, StringList(text, items=[place] * len(text))) for text in texts]
                )
        except csv.Error:
            at = max(reader.line_num - 1, 0)
            place = csv_data.info(at) if isinstance(csv_data, StringList) else (source, at)
            rows.broken(session.place(place[0], (place[1] or 0) + 1), session)
            raise
        return cells, max(map(len, cells), default=0)

    def _refuse_beyond_bounds(self) -> None:
        """Give up a table whose rows, filled up to the longest, have too many cells."""
        cells = self.rows_read * self.width_read
        if cells > MAXIMUM_TABLE_CELLS:
            session = session_of(self.state.document)
            where = session.place(*self.state_machine.get_source_and_line(self.lineno))
            session.admits_table(cells, where)
            raise _TooManyCellsError


TABLES: dict[str, type[Directive]] = {
    "csv-table": CSVTable,
    "list-table": ListTable,
    "table": Table,
}
