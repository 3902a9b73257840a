"""A glance at issues' mastheads: what of them is known without parsing, and how files are named."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from pathlib import Path

SOURCE_FOLDER = "source"
MASTHEAD_FILE = "issue.rst"
TERMS_FILE = "terms.rst"


def glance(folder: Path) -> dict[str, str]:
    """Fields of an issue's masthead by their names in small letters, without parsing it."""
    path = folder / MASTHEAD_FILE
    try:
        state = path.stat()
        return dict(_glanced(path, state.st_mtime_ns, state.st_size))
    except OSError:
        return {}


@lru_cache(maxsize=4096)
def _glanced(path: Path, changed: int, octets: int) -> dict[str, str]:
    """What a glance at a masthead shows; ``changed`` and ``octets`` tell it from a later one."""
    text = path.read_text("utf-8", errors="replace")
    named = "date|volume|number|language|translation-of|unpublished"
    found = re.finditer(rf"^:({named}):(?:[ \t]*\n)?[ \t]+(\S+)\s*?$", text, re.M | re.I)
    return {one[1].lower(): one[2] for one in found}


def date_of(folder: Path) -> date:
    """The date of an issue by a glance at its masthead, else by its folder's name."""
    try:
        return date.fromisoformat(glance(folder)["date"])
    except (KeyError, ValueError):
        return date_of_folder(folder.name) or date.min


def date_of_folder(name: str) -> date | None:
    """The date that begins a folder's name, as 2026-02 or 2026-02-28; None if none does."""
    found = re.match(r"(\d{4})-(\d{2})(?:-(\d{2}))?", name)
    try:
        return date(int(found[1]), int(found[2]), int(found[3] or 1)) if found else None
    except ValueError:
        return None
