"""The picture of an issue's cover: its file and its description, checked where they are given."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bulletin_press.source.metadata import Entry
from bulletin_press.source.session import Session

_FEWEST = 800  # the longer side of a picture, in pixels, that a cover enlarges to twice its size


def picture(fields: Mapping[str, Entry], session: Session) -> str:
    """The path, relative to the publication's folder, of the picture that ``fields`` name.

    Nothing without one, and after a report: of a file that is missing (S102), outside the
    publication (S103), or no picture of dots (S118). A picture needs its description (S117), a
    description its picture (S113), and enough dots (E120).
    """
    entry, description = fields.get("cover"), fields.get("cover_alt")
    if entry is None:
        if description is not None:
            message, hint = "there is no picture that this describes", "name it: :Cover: FILE"
            session.report("S113", message, description.where, hint)
        return ""
    name = str(entry.value)
    if description is None:
        hint = "say below it what it shows: :Cover-alt: WORDS"
        session.report("S117", f"the picture “{name}” has no description", entry.where, hint)
    path = session.inside(None, name, entry.where)
    if path is not None:
        return _checked(path, name, entry, session)
    return ""


def _checked(path: Path, name: str, entry: Entry, session: Session) -> str:
    """The picture's path in the publication, or nothing after a report."""
    fault = session.picture_fault(path)
    size = (0, 0) if fault else _pixels(path)
    if not fault and not any(size):
        fault = "a cover takes a photograph, or a drawing as PNG, JPEG or WebP"
    if fault:
        session.report("S118", f"“{name}” cannot be used: {fault}", entry.where)
        return ""
    if max(size) < _FEWEST:
        message = f"the picture “{name}” has {size[0]} × {size[1]} dots, too few for a cover"
        session.report("E120", message, entry.where)
    return path.relative_to(session.root).as_posix()


def _pixels(path: Path) -> tuple[int, int]:
    """Width and height of a picture, none of what is no picture of dots."""
    from PIL import Image

    try:
        with Image.open(path, formats=("PNG", "JPEG", "WEBP")) as image:
            return image.size
    except (OSError, ValueError, Image.DecompressionBombError):
        return 0, 0
