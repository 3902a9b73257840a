"""The publication: bulletin.toml, its defaults, and the check of every key and value."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bulletin_press.problems import Location, Problem, ProblemsError, problem, suggestion

CONFIGURATION_FILE = "bulletin.toml"
PAGE_WIDTHS = {"A4": 210.0, "A5": 148.0, "B5": 176.0, "letter": 215.9}  # in millimetres
FIRST_PAGES = ("cover", "article")
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z")
_ISSN = re.compile(r"[0-9]{4}-[0-9]{3}[0-9X]\Z")
_NO_TEXT = ("Cc", "Cn", "Cs", "Zl", "Zp")
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")


@dataclass(frozen=True, slots=True)
class Imprint:
    """The legal and postal lines of the publication, printed as they are given."""

    rights: str = ""
    address: str = ""
    contact: str = ""
    editors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Design:
    """The choices of layout that need no style sheet."""

    page: str = "A4"
    columns: int = 2
    contents_depth: int = 1
    first_page: str = "cover"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one PDF layout may use: wall-clock seconds and megabytes of memory."""

    seconds: int = 600
    megabytes: int = 4096


@dataclass(frozen=True, slots=True)
class Publication:
    """A periodical: the folder that bounds every file read, and the facts of bulletin.toml."""

    root: Path
    id: str = "bulletin"
    title: str = "Bulletin"
    subtitle: str = ""
    publisher: str = ""
    language: str = "en-US"
    issn: str = ""
    base_url: str = ""
    imprint: Imprint = field(default_factory=Imprint)
    design: Design = field(default_factory=Design)
    limits: Limits = field(default_factory=Limits)
    configured: bool = False


def language_tag(value: str) -> str:
    """Return the BCP 47 tag ``value``; raise ValueError for another form (RFC 5646 §2.1)."""
    if not _TAG.match(value):
        raise ValueError("a language tag such as en-US or az")
    return value


def issn(value: str) -> str:
    """Return the ISSN ``value``; raise ValueError for a wrong form or check digit (ISO 3297)."""
    if not _ISSN.match(value):
        raise ValueError("an ISSN such as 1234-5679")
    digits = value.replace("-", "")
    total = sum(
        weight * int(digit) for weight, digit in zip(range(8, 1, -1), digits[:7], strict=True)
    )
    check = "0123456789X"[-total % 11]
    if digits[7] != check:
        raise ValueError(f"an ISSN whose check digit is right (here {value[:8]}{check})")
    return value


def _identifier(value: str) -> str:
    if not _ID.match(value):
        raise ValueError("small letters, digits and hyphens, such as foreign-bulletin")
    return value


def _line(value: str) -> str:
    if not value.strip() or any(unicodedata.category(sign) in _NO_TEXT for sign in value):
        raise ValueError("one line of text")
    return value.strip()


def _web_address(value: str) -> str:
    if not re.match(r"https?://[^\s/?#@]+(/[^\s?#]*)?\Z", value):
        raise ValueError("a web address such as https://bulletin.example.org/")
    return value if value.endswith("/") else value + "/"


def _among(*choices: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        if value not in choices:
            raise ValueError("one of " + ", ".join(choices))
        return value

    return check


def _whole(low: int, high: int) -> Callable[[int], int]:
    def check(value: int) -> int:
        if not low <= value <= high:
            raise ValueError(f"a whole number from {low} to {high}")
        return value

    return check


@dataclass(frozen=True, slots=True)
class _Key:
    type: type
    check: Callable[[Any], Any]
    form: str = "text in quotation marks"


_TEXT = _Key(str, _line)
KEYS: Mapping[str, Mapping[str, _Key]] = MappingProxyType(
    {
        "publication": {
            "id": _Key(str, _identifier),
            "title": _TEXT,
            "subtitle": _TEXT,
            "publisher": _TEXT,
            "language": _Key(str, language_tag),
            "issn": _Key(str, issn),
            "base-url": _Key(str, _web_address),
        },
        "imprint": {
            "rights": _TEXT,
            "address": _TEXT,
            "contact": _TEXT,
            "editors": _Key(list, lambda names: tuple(_line(n) for n in names), "a list of names"),
        },
        "design": {
            "page": _Key(str, _among(*PAGE_WIDTHS)),
            "columns": _Key(int, _whole(1, 3), "a whole number"),
            "contents-depth": _Key(int, _whole(1, 3), "a whole number"),
            "first-page": _Key(str, _among(*FIRST_PAGES)),
        },
        "pdf": {
            "seconds": _Key(int, _whole(1, 86_400), "a whole number"),
            "megabytes": _Key(int, _whole(256, 1_048_576), "a whole number"),
        },
    }
)


def find_root(folder: Path) -> Path | None:
    """The nearest folder, ``folder`` itself or above it, that holds bulletin.toml."""
    for candidate in (folder, *folder.parents):
        if (candidate / CONFIGURATION_FILE).is_file():
            return candidate
    return None


def load(root: Path) -> Publication:
    """Read ``root``/bulletin.toml; without that file the defaults of a publication serve.

    Raises ProblemsError with every wrong key and value (C101, C102, C103).
    """
    path = root / CONFIGURATION_FILE
    if not path.is_file():
        return Publication(root.resolve())
    try:
        source = path.read_bytes()
        text = source.decode("utf-8-sig")
        data = tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        where = Location(CONFIGURATION_FILE, line)
        hint = "save the file as UTF-8"
        raise ProblemsError([problem("C101", "the line is not UTF-8 text", where, hint)]) from error
    except RecursionError as error:
        raise ProblemsError(
            [problem("C101", "lists or tables are nested too deeply", Location(CONFIGURATION_FILE))]
        ) from error
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        where = Location(CONFIGURATION_FILE, int(found[1]) if found else text.count("\n") + 1)
        column = int(found[2]) if found else 0
        message = re.sub(r" \(at .*\)$", "", str(error))
        raise ProblemsError(
            [problem("C101", f"not valid TOML: {message}", where, column=column)]
        ) from error
    problems: list[Problem] = []
    values = {table: _table(table, data.get(table, {}), text, problems) for table in KEYS}
    for name in data.keys() - KEYS.keys():
        where = _where(text, "", name)
        problems.append(problem("C102", f"unknown table [{name}]", where, suggestion(name, KEYS)))
    if problems:
        raise ProblemsError(problems)
    return Publication(
        root.resolve(),
        imprint=Imprint(**values["imprint"]),
        design=Design(**values["design"]),
        limits=Limits(**values["pdf"]),
        configured=True,
        **values["publication"],
    )


def _table(name: str, data: object, text: str, problems: list[Problem]) -> dict[str, Any]:
    if not isinstance(data, dict):
        where = _where(text, "", name)
        problems.append(problem("C103", f"“{name}” is a table: write [{name}]", where))
        return {}
    values = {}
    for key, value in data.items():
        where = _where(text, name, key)
        known = KEYS[name].get(key)
        if known is None:
            hint = suggestion(key, KEYS[name])
            problems.append(problem("C102", f"unknown key “{key}” in [{name}]", where, hint))
        elif type(value) is not known.type or (
            isinstance(value, list) and not all(isinstance(item, str) for item in value)
        ):
            problems.append(problem("C103", f"“{key}” takes {known.form}", where))
        else:
            try:
                values[key.replace("-", "_")] = known.check(value)
            except ValueError as error:
                problems.append(problem("C103", f"“{key}” takes {error}", where))
    return values


def _where(text: str, table: str, key: str) -> Location:
    """The line of a key in its table, or of the table when ``table`` is empty."""
    current = ""
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[+\s*[\"']?([^\]\"'.]+)", line)
        if header:
            current = header[1].strip()
            if not table and current == key:
                return Location(CONFIGURATION_FILE, number)
            continue
        name = key if current == table else f"{table}.{key}".lstrip(".")
        if current in (table, "") and re.match(rf"\s*[\"']?{re.escape(name)}[\"']?\s*[=.]", line):
            return Location(CONFIGURATION_FILE, number)
    return Location(CONFIGURATION_FILE)
