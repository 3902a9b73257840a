"""Style sheets of the editions: the publication's own where it has one, brand values filled in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path

from bulletin_press.config import Publication
from bulletin_press.problems import Location, ProblemsError, problem

_BLOCK = re.compile(r":root\s*\{(.*?)\}", re.DOTALL)
_VARIABLE = re.compile(r"(--[\w-]+)\s*:\s*([^;]+);")
_USE = re.compile(r"var\(\s*(--[\w-]+)\s*\)")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


@cache
def _shipped(name: str) -> str:
    package = files("bulletin_press").joinpath("styles", name)
    if package.is_file():
        return package.read_text("utf-8")
    return (Path(__file__).parents[2] / "styles" / name).read_text("utf-8")


def _text(publication: Publication, name: str) -> str:
    own = (publication.root / "styles" / name).resolve()
    if own.is_file() and own.is_relative_to(publication.root):
        try:
            return _COMMENT.sub("", own.read_text("utf-8-sig"))
        except UnicodeDecodeError as error:
            where = Location(f"styles/{name}")
            wrong = problem("S101", "the file is not UTF-8 text", where)
            raise ProblemsError([wrong]) from error
    return _COMMENT.sub("", _shipped(name))


def variables(publication: Publication, fallback: Iterable[str] = ()) -> dict[str, str]:
    """The values of base.css's first ``:root`` block, references between them filled in.

    ``fallback`` are families for characters that the brand's faces lack; they become
    ``--fallback``.
    """
    block = _BLOCK.search(_text(publication, "base.css"))
    values = dict(_VARIABLE.findall(block[1])) if block else {}
    families = [f'"{family}"' for family in fallback]
    values["--fallback"] = ", ".join([*families, '"Bulletin Serif"', '"Bulletin Sans"'])
    for _ in range(8):
        values = {name: _fill(value, values).strip() for name, value in values.items()}
    return values


def sheet(publication: Publication, *names: str, fallback: Iterable[str] = ()) -> str:
    """The named style sheets as one text without variables.

    Raises ProblemsError (L103) for a variable that base.css does not give.
    """
    values = variables(publication, fallback)
    parts = []
    for name in names:
        text = _text(publication, name)
        if name == "base.css":
            text = _BLOCK.sub("", text, count=1)
        unknown = sorted(set(_USE.findall(text)) - values.keys())
        if unknown:
            message = f"base.css gives no value for {', '.join(unknown)}"
            raise ProblemsError([problem("L103", message, Location(f"styles/{name}"))])
        parts.append(_fill(text, values).strip())
    return "\n".join(parts) + "\n"


def _fill(text: str, values: dict[str, str]) -> str:
    return _USE.sub(lambda found: values.get(found[1], found[0]), text)
