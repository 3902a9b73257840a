"""Where returned mail lies: single files, mbox, Maildir, folders, standard input."""

from __future__ import annotations

import hashlib
import mmap
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from bulletin_press.problems import Location, Problem, ProblemsError, problem

STANDARD_INPUT = "-"
MOST_OCTETS = 512 * 1024  # of one message; what a bounce has to say stands at its front
MOST_LINES = 20_000
_MOST_PIPED = 64 * 1024 * 1024
_MOST_FOLDS = 40
_LONG_LINE = re.compile(rb"([^\n]{1000})[^\n]+")
_LONG_FOLD = re.compile(rb"((?:^[ \t][^\n]*\n){%d})(?:^[ \t][^\n]*\n)+" % _MOST_FOLDS, re.MULTILINE)
_POSTMARK = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From [^\n]*\n")
_ADDED_BY_READERS = re.compile(
    rb"(?im)^(?:status|x-status|x-keywords|x-uid|x-imap(?:base)?|x-mozilla-[a-z0-9-]+"
    rb"|content-length|lines):[^\n]*\n"
)


@dataclass(frozen=True, slots=True)
class Item:
    """One message: where it was found, its name for ever, and as much of it as is read.

    ``sha256`` does not change with the ends of lines nor with what a mail program notes down
    about a message that it has shown. ``head`` has lines of at most 1000 octets that end in LF.
    """

    source: str
    sha256: str
    head: bytes


def items(names: Iterable[str], standard_input: BinaryIO) -> Iterator[Item]:
    """Every message in what the names stand for, one after the other.

    A name is that of a message, an mbox, a Maildir (new and cur), or a folder of such files; ``-``
    is a message or mbox from ``standard_input``. Raises ProblemsError (D601) with every name that
    cannot be read, before the first message is given.
    """
    files: list[tuple[str, Path | None]] = []
    problems: list[Problem] = []
    for name in dict.fromkeys(names):
        if name == STANDARD_INPUT:
            files.append(("standard input", None))
            continue
        try:
            for file in _files(Path(name)):
                with file.open("rb"):
                    files.append((str(file), file))
        except OSError as error:
            message = f"cannot read it: {error.strerror}"
            problems.append(problem("D601", message, Location(error.filename or name)))
    if problems:
        raise ProblemsError(problems)
    return _all(files, standard_input)


def _all(files: list[tuple[str, Path | None]], standard_input: BinaryIO) -> Iterator[Item]:
    for name, file in files:
        if file is None:
            yield from _messages(name, standard_input.read(_MOST_PIPED))
            continue
        try:
            with file.open("rb") as opened:
                if not file.stat().st_size:
                    continue
                with mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as data:
                    yield from _messages(name, data)
        except FileNotFoundError:
            continue  # a mail program has moved it within its Maildir: it is there the next time


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        path.stat()
        if path.is_file():
            yield path
        return
    folders = [path / name for name in ("new", "cur") if (path / name).is_dir()]
    for folder in folders or [path]:
        for file in sorted(folder.iterdir()):
            if file.is_file() and not file.name.startswith("."):
                yield file


def _messages(name: str, data: bytes | mmap.mmap) -> Iterator[Item]:
    if not data[:1]:
        return
    if data[:5] != b"From ":
        yield _item(name, data[:MOST_OCTETS])
        return
    marks = [(mark.start(), mark.end()) for mark in _POSTMARK.finditer(data)]
    ends = [start for start, _ in marks[1:]] + [len(data)]
    for number, ((_, start), end) in enumerate(zip(marks, ends, strict=True), 1):
        if data[start:end].strip():
            yield _item(f"{name}, message {number}", data[start : min(end, start + MOST_OCTETS)])


def _item(source: str, data: bytes) -> Item:
    text = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").rstrip(b"\n") + b"\n"
    head, blank, body = text.partition(b"\n\n")
    text = _ADDED_BY_READERS.sub(b"", head + b"\n") + blank[1:] + body
    digest = hashlib.sha256(text).hexdigest()
    lines = b"\n".join(text.split(b"\n", MOST_LINES)[:MOST_LINES])
    return Item(source, digest, _LONG_FOLD.sub(rb"\1", _LONG_LINE.sub(rb"\1", lines)))
