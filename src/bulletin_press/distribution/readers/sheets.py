"""Tables of text as spreadsheets write and read them: CSV of any separator and encoding."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO

from bulletin_press.distribution.readers import spellings
from bulletin_press.problems import Location, Problem, ProblemsError, problem, suggestion
from bulletin_press.source import encoding

MAXIMUM_ROW = 1_000_000  # signs
_CHUNK = 1 << 20
_NO_TEXT = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")
_UNCLOSED = "a quotation mark on this line may have no second one"
_SEPARATORS = ",;\t|"
# What a spreadsheet takes for a formula, also behind blanks; and what guards a cell against it.
_FORMULA = re.compile(r"'*[\s\ufeff]*[=+\-@\t\r\n＝＋－＠]")
_GUARD = "'"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line of the file, from 1, on which it begins, and its cells by column."""

    line: int
    cells: Mapping[str, str]
    surplus: int = 0  # how many cells it has that no heading is over


class Sheet:
    """A file that is being read: its columns, those that nothing is known of, and its rows.

    ``octets`` is the file's size and ``position`` how much of it was read.
    """

    def __init__(self, path: Path, file: BinaryIO, text: TextIO, where: Location) -> None:
        self.octets = path.stat().st_size
        self.unknown: list[str] = []
        self._file = file
        self._where = where
        self._lines = _Lines(text, where)
        self._separator = self._sniff()
        self._reader = csv.reader(self._lines, delimiter=self._separator, strict=True)
        self.columns: tuple[str, ...] = ()
        self._first: Row | None = None
        self._head()

    @property
    def position(self) -> int:
        """How many octets of the file were read."""
        return self._file.tell()

    def rows(self) -> Iterator[Row]:
        """The rows below the headings, but those that are empty.

        Raises ProblemsError (D201) where the file is no table any more.
        """
        if self._first:
            yield self._first
        for line, cells in self._records():
            named = dict(zip(self.columns, map(unguarded, cells), strict=False))
            yield Row(line, named, len(cells) - len(self.columns))

    def _records(self) -> Iterator[tuple[int, list[str]]]:
        while True:
            line = self._lines.begin_row()
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise _refused(Location(self._where.path, line), *_broken(error)) from error
            if any(cell.strip() for cell in cells):
                yield line, cells

    def _sniff(self) -> str:
        """The separator by which the headings make most sense."""
        head = self._lines.peek()
        declared = re.match(r"sep=(.)\r?\n?", head)
        if declared:
            self._lines.skip()
            return declared[1]

        def sense(separator: str) -> tuple[int, int]:
            try:
                cells = next(csv.reader(io.StringIO(head, newline=""), delimiter=separator), [])
            except csv.Error:
                return 0, 0
            return sum(spellings.column(cell) is not None for cell in cells), len(cells)

        return max(_SEPARATORS, key=sense)

    def _head(self) -> None:
        line, cells = next(self._records(), (0, []))
        where = Location(self._where.path, line)
        if not cells:
            raise _refused(where, "the file is empty", "save the table again, as CSV")
        found = [spellings.column(cell) for cell in cells]
        explicit = "address" in found
        found = [one if one != "place" else None if explicit else "address" for one in found]
        if not any(found):
            if len(cells) == 1 and "@" in cells[0]:
                self.columns = ("address",)
                self._first = Row(line, {"address": unguarded(cells[0])})
                return
            hint = "let the first line name the columns, such as: address,name,language,form"
            raise ProblemsError([problem("D202", "the first line names no columns", where, hint)])
        problems = []
        if "address" not in found:
            message = "no column is headed “address”"
            problems.append(problem("D202", message, where, "name one: address, e-mail or mail"))
        for name in sorted({one for one in found if one and found.count(one) > 1}):
            doubled = [cell for cell, one in zip(cells, found, strict=True) if one == name]
            message = f"columns {' and '.join(map(_quoted, doubled))} both mean “{name}”"
            hint = "delete the one that is not meant, or give it another name"
            problems.append(problem("D202", message, where, hint))
        if problems:
            raise ProblemsError(problems)
        pairs = list(zip(cells, found, strict=True))
        self.columns = tuple(name or f"\0{number}" for number, (_, name) in enumerate(pairs))
        self.unknown = [cell.strip() for cell, name in pairs if not name and cell.strip()]

    def unused(self) -> Problem | None:
        """A warning that names the columns nothing is known of, None if there are none."""
        if not self.unknown:
            return None
        names = ", ".join(map(_quoted, self.unknown[:10]))
        message = f"not used: {names}" + (" and others" if len(self.unknown) > 10 else "")
        hints = (
            suggestion(one, spellings.COLUMNS, "")
            for one in self.unknown[:10]
            if spellings.column(one) is None
        )
        where = Location(self._where.path, 1)
        return problem("D207", message, where, next(filter(None, hints), ""))


class _Lines:
    """The lines of a text, counted as an editor counts them; none, and no row, too long."""

    def __init__(self, text: TextIO, where: Location) -> None:
        self.number = 0
        self._text = text
        self._where = where
        self._signs = 0
        self._start = 1
        self._ahead: str | None = None

    def begin_row(self) -> int:
        """Count the signs of a row from here; returns the line on which it begins."""
        self._signs = 0
        self._start = self.number + 1
        return self._start

    def peek(self) -> str:
        """The first line, which stays to be read."""
        self._ahead = self._text.readline(MAXIMUM_ROW + 1)
        return self._ahead

    def skip(self) -> None:
        """Leave out the line that was looked at."""
        self._ahead = None
        self.number += 1

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._text.readline(MAXIMUM_ROW + 1) if self._ahead is None else self._ahead
        self._ahead = None
        self._signs += len(line)
        if self._signs > MAXIMUM_ROW:
            message = f"a row has more than {MAXIMUM_ROW:,} signs"
            raise _refused(Location(self._where.path, self._start), message, _UNCLOSED)
        if not line:
            raise StopIteration
        self.number += 1
        return line


@contextmanager
def opened(path: Path, asked: str = "", language: str = "") -> Iterator[Sheet]:
    """A file opened as a table, its encoding found out, or ``asked`` where it is not UTF-8.

    ``language`` helps to guess what a file that is refused may be in. Raises ProblemsError for a
    file that cannot be read (D201) or without a column of addresses (D202). Memory is bounded.
    """
    where = Location(str(path))
    if not path.is_file():
        raise _refused(where, "there is no such file", "check its name and folder")
    try:
        with path.open("rb") as file:
            codec = _codec(file, asked, language, where)
            file.seek(0)
            with io.TextIOWrapper(file, encoding=codec, newline="") as text:
                yield Sheet(path, file, text, where)
    except OSError as error:
        raise _refused(where, f"the file cannot be read: {error.strerror}") from error


def writer(file: TextIO, columns: Sequence[str]) -> Callable[[Sequence[str]], None]:
    """Write the headings of a CSV table; returns what writes a row.

    No cell below them is a formula to a spreadsheet, and all can be read back. ``file`` is open
    with newline="".
    """
    rows = csv.writer(file, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
    rows.writerow(columns)

    def write(cells: Sequence[str]) -> None:
        rows.writerow([guarded(cell) for cell in cells])

    return write


def write(file: TextIO, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a whole table, as ``writer`` does."""
    write_row = writer(file, columns)
    for row in rows:
        write_row(row)


def guarded(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe goes before one."""
    return _GUARD + text if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """What ``guarded`` was given."""
    guard = text.startswith(_GUARD) and _FORMULA.match(text)
    return text.removeprefix(_GUARD) if guard else text


def _codec(file: BinaryIO, asked: str, language: str, where: Location) -> str:
    start = file.read(encoding.MAXIMUM_SAMPLE)
    if start.startswith(_NO_TEXT):
        message = "the file is no CSV but a spreadsheet's own, or a document"
        raise _refused(Location(where.path, 1), message, "save the table as “CSV UTF-8”")
    wide = encoding.wide_codec(start)
    codec = wide or encoding.UTF_8
    wrong = _first_wrong(file, codec)
    if wrong is None:
        return codec
    if wide is None and asked and _first_wrong(file, asked) is None:
        return asked
    line, text, column = wrong
    where = Location(where.path, line)
    if wide:
        raise _refused(
            where, f"the file is not whole {wide.upper().replace('_', '-')} text", "save it again"
        )
    sample = b"".join(_strange(file))
    guess = encoding.guess(sample, sample, language)
    if guess is None:
        hint = "save the table as “CSV UTF-8”"
        raise _refused(where, f"line {line} is not UTF-8, nor any other text known here", hint)
    word = encoding.word_at(text, guess.codec, 1, column)
    raise _refused(
        where,
        f"line {line} is not UTF-8: this looks like {guess.name} ({guess.use}): “{word}”",
        f"if the word is right, add --encoding {guess.name.lower()}; else save as “CSV UTF-8”",
    )


def _first_wrong(file: BinaryIO, codec: str) -> tuple[int, bytes, int] | None:
    """The first line that a codec cannot read: its number, its bytes, the column from 0."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(codec)()
    ends = 0
    while True:
        chunk = file.read(_CHUNK)
        try:
            decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            data = error.object
            last = max(data.rfind(b"\n", 0, error.start), data.rfind(b"\r", 0, error.start)) + 1
            text = re.split(rb"[\r\n]", data[last : last + 1000], maxsplit=1)[0]
            return ends + _ends(data[: error.start]) + 1, text, error.start - last
        except UnicodeError:
            return 1, b"", 0
        if not chunk:
            return None
        ends += _ends(chunk)


def _ends(data: bytes) -> int:
    return data.count(b"\n") or data.count(b"\r")


def _strange(file: BinaryIO) -> Iterator[bytes]:
    """Lines with letters beyond ASCII, as many as an encoding is guessed by."""
    file.seek(0)
    taken = 0
    while taken < encoding.MAXIMUM_SAMPLE and (line := file.readline(encoding.MAXIMUM_SAMPLE)):
        if not line.isascii():
            taken += len(line)
            yield line


def _broken(error: csv.Error) -> tuple[str, str]:
    if "field larger" in str(error):
        return f"a cell has more than {csv.field_size_limit():,} signs", _UNCLOSED
    if "end of data" in str(error):
        return "a quotation mark opens a cell here that does not end", "close or delete it"
    if "expected after" in str(error):
        return (
            "a quotation mark stands inside a quoted cell",
            "write two for each quotation mark inside a cell",
        )
    return f"the row cannot be read: {error}", "save the table again, as CSV"


def _quoted(text: str) -> str:
    return f"“{spellings.shown(text.strip())}”"


def _refused(where: Location, message: str, hint: str = "") -> ProblemsError:
    return ProblemsError([problem("D201", message, where, hint)])
