"""Tables of docutils, drawn or typed, are counted before their cells are parsed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from docutils import nodes
from docutils.parsers.rst import states

from bulletin_press.source.session import session_of


@contextmanager
def bounded() -> Iterator[None]:
    """While a file is parsed, a table with too many cells becomes one cell after a report (S119).

    docutils has no place for such a bound: every table it finds passes through one method of its
    parser's states, which is replaced for the time.
    """
    build = states.Body.build_table

    def within(
        self: Any, tabledata: Any, tableline: int, stub_columns: int = 0, widths: Any = None
    ) -> nodes.table:
        _, head, body = tabledata
        cells = sum(cell is not None for row in (*head, *body) for cell in row)
        source, line = self.state_machine.get_source_and_line(tableline)
        session = session_of(self.document)
        if session.admits_table(cells, session.place(source, line)):
            return build(self, tabledata, tableline, stub_columns, widths)
        mark = nodes.paragraph("", "", nodes.problematic("", "…"))
        group = nodes.tgroup("", nodes.colspec(colwidth=1), cols=1)
        group += nodes.tbody("", nodes.row("", nodes.entry("", mark)))
        table = nodes.table("", group)
        table.source, table.line = source, line
        return table

    states.Body.build_table = within  # type: ignore[method-assign]
    try:
        yield
    finally:
        states.Body.build_table = build  # type: ignore[method-assign]
