"""Style sheets of the editions: the publication's own where it has one, brand values filled in."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from bulletin_press.config import Publication
from bulletin_press.problems import Location, Problem, ProblemsError, problem
from bulletin_press.source.encoding import decode
from bulletin_press.source.session import Session

_BLOCK = re.compile(r":root\s*\{(.*?)\}", re.DOTALL)
_VARIABLE = re.compile(r"(--[\w-]+)\s*:\s*([^;]+)(?:;|\Z)")
_USE = re.compile(r"var\(\s*(--[\w-]+)\s*\)")
_LOADING = frozenset(
    {"import", "url", "image", "image-set", "-webkit-image-set", "src", "cross-fade"}
)
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # XML 1.0, 2.2
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


@cache
def _shipped(name: str) -> str:
    package = files("bulletin_press").joinpath("styles", name)
    if package.is_file():
        return package.read_text("utf-8")
    return (Path(__file__).parents[2] / "styles" / name).read_text("utf-8")


def own(publication: Publication, names: Iterable[str]) -> tuple[str, ...]:
    """Those of some sheets that the publication has itself."""
    return tuple(name for name in names if _own(publication, name))


def _own(publication: Publication, name: str) -> Path | None:
    path = (publication.root / "styles" / name).resolve()
    return path if path.is_file() and path.is_relative_to(publication.root) else None


def _text(publication: Publication, name: str) -> str:
    """A sheet without its comments, line for line; the publication's own is inspected first."""
    text = _shipped(name)
    if own := _own(publication, name):
        where = Location(f"styles/{name}")
        session = Session(publication.root, own)
        given = decode(own.read_bytes(), session)
        if given is None:
            raise ProblemsError(session.problems)
        given = given.replace("\r\n", "\n").replace("\r", "\n").replace("\f", " ")
        if given != text and (problems := _inspect(given, where.path)):
            raise ProblemsError(problems)
        text = given
    return _COMMENT.sub(_line_ends, text)


def _line_ends(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")


@lru_cache(maxsize=8)
def _inspect(text: str, path: str) -> tuple[Problem, ...]:
    """What in a publication's own sheet is broken, or would load another file (L103)."""
    import tinycss2

    unwritable = "a character stands here that no document may hold"
    found = [
        problem("L103", unwritable, Location(path, number))
        for number, line in enumerate(text.split("\n"), 1)
        if _UNWRITABLE.search(line)
    ]
    if found:
        return tuple(found)

    def walk(parts: Iterable[Any]) -> Iterator[Problem]:
        for part in parts:
            kind, where = part.type, Location(path, part.source_line)
            name = getattr(part, "lower_name", "") or getattr(part, "lower_at_keyword", "") or ""
            if kind == "error":
                yield problem("L103", f"the style sheet is broken: {part.message}", where)
            elif _UNWRITABLE.search(str(getattr(part, "value", ""))):
                yield problem("L103", unwritable, where)
            elif kind == "url" or name in _LOADING:
                message = f"a style sheet can load no other file, as by {name or 'url'}"
                yield problem("L103", message, where)
            elif kind == "qualified-rule":
                yield from walk(part.prelude)
                yield from walk(tinycss2.parse_blocks_contents(part.content, True, True))
            else:
                for inner in ("prelude", "content", "value", "arguments"):
                    found = getattr(part, inner, None)
                    if isinstance(found, list):
                        yield from walk(found)

    try:
        return tuple(walk(tinycss2.parse_stylesheet(text, True, True)))
    except RecursionError:
        return (problem("L103", "brackets stand too deep within one another", Location(path)),)


OWN = ("Bulletin Serif", "Bulletin Sans")  # what sets the characters that other faces lack
BROWSERS = ("Bulletin",)  # nobody's family: after it the browser's own


def variables(
    publication: Publication,
    fallback: Iterable[str] = (),
    names: Iterable[str] = ("base.css",),
    last: Iterable[str] = OWN,
) -> dict[str, str]:
    """The values of the first ``:root`` block of sheets, references between them filled in.

    Of two values for a variable that of the later sheet of ``names`` holds. ``fallback`` are
    families for characters that the brand's faces lack; with the ``last`` after them they become
    ``--fallback``.
    """
    values: dict[str, str] = {}
    for name in names:
        block = _BLOCK.search(_text(publication, name))
        values |= _VARIABLE.findall(block[1]) if block else ()
    values["--fallback"] = ", ".join(f'"{family}"' for family in (*fallback, *last))
    for _ in range(8):
        values = {name: _fill(value, values).strip() for name, value in values.items()}
    return values


@dataclass(frozen=True, slots=True)
class Sheet:
    """Several sheets as one text, and on which of its lines, from 1, each of them begins."""

    text: str
    begins: tuple[tuple[int, str], ...]

    def place(self, line: int) -> Location | None:
        """The file and line that a line of the text comes from; None if from no sheet."""
        found = [(first, name) for first, name in self.begins if first <= line]
        if not found or not found[-1][1]:
            return None
        first, name = found[-1]
        return Location(f"styles/{name}", line - first + 1)


def sheet(
    publication: Publication,
    *names: str,
    fallback: Iterable[str] = (),
    values_of: Collection[str] = ("base.css",),
    before: str = "",
    after: str = "",
    more: Mapping[str, str] | None = None,
    last: Iterable[str] = OWN,
) -> Sheet:
    """The named style sheets without variables, between the rules ``before`` and ``after``.

    ``values_of`` are those whose first block gives the values of variables, ``more`` are variables
    beside those, which come before them. ``last`` is as ``variables`` has it: BROWSERS where a face
    may come too late, so that no word is set in two.
    Raises ProblemsError (L103) for a sheet of the publication that is broken or loads a file, and
    for a variable that none of them gives.
    """
    values = {**(more or {}), **variables(publication, fallback, values_of, last)}
    text = before
    begins = []
    for name in names:
        own = _text(publication, name)
        if name in values_of:
            own = _BLOCK.sub(_line_ends, own, count=1)
        unknown = sorted(set(_USE.findall(own)) - values.keys())
        if unknown:
            message = f"base.css gives no value for {', '.join(unknown)}"
            raise ProblemsError([problem("L103", message, Location(f"styles/{name}"))])
        text += "" if not text or text.endswith("\n") else "\n"
        begins.append((text.count("\n") + 1, name))
        text += _fill(own, values)
    text += "" if text.endswith("\n") else "\n"
    begins.append((text.count("\n") + 1, ""))
    return Sheet(text + after, tuple(begins))


def points(values: Mapping[str, str], name: str, default: float) -> float:
    """The value in points of one of base.css's variables; ``default`` for another unit."""
    found = re.fullmatch(r"([\d.]+)pt", values.get(name, ""))
    return float(found[1]) if found else default


def _fill(text: str, values: dict[str, str]) -> str:
    return _USE.sub(lambda found: values.get(found[1], found[0]), text)
