"""A table of numbers, as an editor types or a spreadsheet saves it, becomes names and numbers."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

MAXIMUM_COLUMNS = 8
MAXIMUM_ROWS = 200
MAXIMUM_NAME = 200
MAXIMUM_FAULTS = 20
_LARGEST, _SMALLEST = 1e15, 1e-9
_DELIMITERS = (";", "\t", ",")
_NOTHING = frozenset({"", "-", "–", "—", "−", "…", "...", "..", "n/a"})
_BLANK = "[ \u00a0\u2007\u2009\u202f'’]"
_SIGNS = str.maketrans({"−": "-", "–": "-", "‑": "-", "٬": "’"})
_GROUPED = {
    ",": re.compile(rf"[+-]?(?:\d+|\d{{1,3}}(?:(?:{_BLANK}|\.)\d{{3}})+)?(?:,\d+)?"),
    ".": re.compile(rf"[+-]?(?:\d+|\d{{1,3}}(?:(?:{_BLANK}|,)\d{{3}})+)?(?:\.\d+)?"),
}


class Fault(NamedTuple):
    """What is wrong with a row: its first line, counted from 0, the message, and the remedy."""

    line: int
    message: str
    hint: str = ""


class _Row(NamedTuple):
    line: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Datasheet:
    """A table of numbers: the corner, column names, row names, numbers, and each cell as typed.

    ``numbers`` and ``cells`` are rows; None stands for a cell without a number.
    """

    corner: str
    columns: tuple[str, ...]
    rows: tuple[str, ...]
    numbers: tuple[tuple[float | None, ...], ...]
    cells: tuple[tuple[str, ...], ...]


def read(
    lines: Sequence[str], delimiter: str = "", gaps: bool = False, negative: bool = True
) -> tuple[Datasheet | None, tuple[Fault, ...]]:
    """The table that ``lines`` hold, or None and what is wrong with them.

    The first row names the columns, the first column the rows. Without a ``delimiter`` the one
    of semicolon, tab and comma is taken that parts the rows evenly. ``gaps`` allows cells without
    a number, ``negative`` numbers below zero.
    """
    delimiter = delimiter or _delimiter(lines)
    try:
        head, *body = _rows(lines, delimiter)
    except ValueError:
        return None, (Fault(0, "the table is empty"),)
    except csv.Error as error:
        return None, (Fault(0, f"the table cannot be read: {error}"),)
    if faults := tuple(_shape(head, body)):
        return None, faults[:MAXIMUM_FAULTS]
    width = len(head.cells)
    filled = [(row.cells + [""] * width)[1:width] for row in body]
    decimal = _decimal_sign([cell for row in filled for cell in row], delimiter)
    found, numbers = list[Fault](), list[tuple[float | None, ...]]()
    for row, cells in zip(body, filled, strict=True):
        values = list[float | None]()
        for column, cell in zip(head.cells[1:], cells, strict=True):
            value = None if cell in _NOTHING else _number(cell, decimal)
            values.append(value)
            at = f"in the row “{_short(row.cells[0])}”, column “{_short(column)}”"
            if value is None and cell not in _NOTHING:
                hint = "write figures only; a unit belongs into :unit:"
                if re.fullmatch(r"[\d.,\s]+", cell):
                    hint = "write it in thousands or millions, and say so in :unit:"
                found.append(Fault(row.line, f"“{_short(cell)}” is no number to draw, {at}", hint))
            elif value is None and not gaps:
                hint = "write a number, 0 if there was none; a line chart may have gaps"
                found.append(Fault(row.line, f"a number is missing {at}", hint))
            elif value is not None and value < 0 and not negative:
                hint = "use :kind: bar"
                found.append(Fault(row.line, f"a stacked chart cannot show {cell}, {at}", hint))
            elif not decimal and re.fullmatch(r"[+-]?\d{1,3}\.\d{3}", cell.translate(_SIGNS)):
                message = f"“{cell}” may be read as {cell.replace('.', '')} or as a fraction, {at}"
                hint = "leave out the full stop that parts thousands, or write one more decimal"
                found.append(Fault(row.line, message, hint))
        numbers.append(tuple(values))
    for column, values_of in zip(head.cells[1:], zip(*numbers, strict=True), strict=True):
        if not found and all(value is None for value in values_of):
            found.append(Fault(head.line, f"the column “{_short(column)}” has no number"))
    if found:
        return None, tuple(found[:MAXIMUM_FAULTS])
    return (
        Datasheet(
            head.cells[0],
            tuple(head.cells[1:]),
            tuple(row.cells[0] for row in body),
            tuple(numbers),
            tuple(map(tuple, filled)),
        ),
        (),
    )


def _delimiter(lines: Sequence[str]) -> str:
    """The sign that parts most of the first rows into one and the same number of cells."""

    def evenness(sign: str) -> int:
        try:
            widths = [len(row.cells) for row in _rows(lines[:20], sign)]
        except csv.Error:
            return 0
        return max((widths.count(width) for width in set(widths) if width > 1), default=0)

    return max(_DELIMITERS, key=evenness) if any(map(evenness, _DELIMITERS)) else ","


def _rows(lines: Sequence[str], delimiter: str) -> Iterator[_Row]:
    """The rows that are not empty, blanks around and line ends within cells taken away."""
    begin = 0
    reader = csv.reader(
        (line + "\n" for line in lines), delimiter=delimiter, skipinitialspace=True, strict=False
    )
    for row in reader:
        cells = [re.sub(r"[ \t\r\n]+", " ", cell).strip() for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield _Row(begin, cells)
        begin = reader.line_num


def _shape(head: _Row, body: Sequence[_Row]) -> Iterator[Fault]:
    """What is wrong with the names and the number of rows and columns."""
    width = len(head.cells)
    if width < 2:
        yield Fault(
            head.line,
            "the table has one column",
            "put a comma, a semicolon or a tab between the cells, or name the sign in :delim:",
        )
        return
    if not body:
        yield Fault(head.line, "the table has no rows below its head")
    if width - 1 > MAXIMUM_COLUMNS:
        yield Fault(
            head.line,
            f"the table has {width - 1} columns of numbers; {MAXIMUM_COLUMNS} can be told apart",
            "leave out some of them, or make two charts",
        )
    if len(body) > MAXIMUM_ROWS:
        message = f"the table has {len(body)} rows; {MAXIMUM_ROWS} can be told apart"
        yield Fault(body[MAXIMUM_ROWS].line, message, "leave out some of them")
        return
    seen = set[str]()
    for number, name in enumerate(head.cells[1:], 2):
        if not name:
            yield Fault(head.line, f"column {number} has no name in the first row")
        elif name in seen:
            yield Fault(head.line, f"two columns are named “{_short(name)}”", "name each once")
        seen.add(name)
    seen.clear()
    for row in body:
        name = row.cells[0]
        if not name:
            yield Fault(row.line, "the row has no name in its first cell")
        elif name in seen:
            yield Fault(row.line, f"two rows are named “{_short(name)}”", "name each once")
        seen.add(name)
        if len(row.cells) > width:
            yield Fault(
                row.line,
                f"the row has {len(row.cells)} cells, the first row {width}",
                "put a cell that holds a comma into quotation marks",
            )
    for row in (head, *body):
        if any(len(cell) > MAXIMUM_NAME for cell in row.cells):
            message = f"“{_short(max(row.cells, key=len))}” is longer than {MAXIMUM_NAME} signs"
            yield Fault(row.line, message)


def _decimal_sign(cells: Sequence[str], delimiter: str) -> str:
    """The sign before the decimals, as far as the cells show it; nothing where none can tell.

    A comma or full stop with three digits after it may part thousands as well: then any other cell
    decides. With none, spreadsheets that part cells by semicolon or tab write decimal commas;
    what a full stop is in such a table stays open.
    """
    doubtful = set[str]()
    for cell in cells:
        text = cell.translate(_SIGNS).strip("+-")
        signs = re.findall(r"[.,]", text)
        if len(set(signs)) == 2:
            return str(signs[-1])
        if len(signs) > 1:
            return "." if signs[0] == "," else ","
        if signs and re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", text):
            doubtful.add(signs[0])
        elif signs:
            return str(signs[0])
    if delimiter == ",":
        return "."
    return "," if "," in doubtful else "" if doubtful else "."


def _number(cell: str, decimal: str) -> float | None:
    text = cell.translate(_SIGNS).replace("٫", decimal or ".")
    if not re.search(r"\d", text) or not _GROUPED[decimal or "."].fullmatch(text):
        return None
    group = "." if decimal == "," else ","
    plain = re.sub(_BLANK, "", text).replace(group, "").replace(",", ".")
    value = float(plain) + 0.0
    return value if not value or _SMALLEST <= abs(value) <= _LARGEST else None


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"
