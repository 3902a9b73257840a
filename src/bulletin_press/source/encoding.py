"""Bytes of source files become text: UTF-8, or a file that is refused."""

from __future__ import annotations

from pathlib import Path

from bulletin_press.source.session import Session


def decode(data: bytes, session: Session, path: Path | None = None) -> str | None:
    """The text of a file, UTF-8 with or without a byte order mark; None after a report (S101).

    ``path`` is the file the bytes are of, by default the session's own.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        where = session.place(str(path) if path else None, line)
        session.report("S101", f"the byte {data[error.start]:#04x} is not UTF-8 text", where)
        return None
