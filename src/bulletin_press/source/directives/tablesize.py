"""Tables of docutils, drawn or typed, are counted before their cells are parsed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from docutils import nodes
from docutils.parsers.rst import states

from bulletin_press.source.session import session_of

MAXIMUM_EFFORT = 5_000_000


@contextmanager
def bounded() -> Iterator[None]:
    """While a file is parsed, a table that is too large becomes one cell after a report (S119).

    docutils has no place for such a bound: every table it finds passes through two methods of its
    parser's states, which are replaced for the time.
    """
    draw: Any = states.Body.table
    build: Any = states.Body.build_table

    def drawn(self: Any, isolate: Any, parser: Any) -> Any:
        block, messages, blank_finish = isolate()
        if block and _effort(block) > MAXIMUM_EFFORT:
            source, line = self.state_machine.get_source_and_line()
            session = session_of(self.document)
            where = session.place(source, line - len(block) + 1)
            session.report(
                "S119",
                "the table is drawn too wide and too long",
                where,
                "write it as a list-table",
            )
            return [_mark(source, where.line), *messages], blank_finish
        return draw(self, lambda: (block, messages, blank_finish), parser)

    def built(
        self: Any, tabledata: Any, tableline: int, stub_columns: int = 0, widths: Any = None
    ) -> nodes.table:
        _, head, body = tabledata
        cells = sum(cell is not None for row in (*head, *body) for cell in row)
        source, line = self.state_machine.get_source_and_line(tableline)
        session = session_of(self.document)
        if not session.admits_table(cells, session.place(source, line)):
            return _mark(source, line)
        table: nodes.table = build(self, tabledata, tableline, stub_columns, widths)
        return table

    states.Body.table, states.Body.build_table = drawn, built  # type: ignore[method-assign]
    try:
        yield
    finally:
        states.Body.table, states.Body.build_table = draw, build  # type: ignore[method-assign]


def _effort(block: Sequence[str]) -> int:
    """What docutils has to look at: for each corner in a drawing, all signs of a line."""
    return max(map(len, block)) * sum(line.count("+") for line in block)


def _mark(source: str, line: int) -> nodes.table:
    mark = nodes.paragraph("", "", nodes.problematic("", "…"))
    group = nodes.tgroup("", nodes.colspec(colwidth=1), cols=1)
    group += nodes.tbody("", nodes.row("", nodes.entry("", mark)))
    table = nodes.table("", group)
    table.source, table.line = source, line
    return table
