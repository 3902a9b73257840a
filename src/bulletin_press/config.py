"""The publication: bulletin.toml, its defaults, and the check of every key and value."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bulletin_press import checks, icc
from bulletin_press.problems import Location, Problem, ProblemsError, problem, suggestion

CONFIGURATION_FILE = "bulletin.toml"
BUILD_FOLDER = "build"
# in millimetres
PAGE_WIDTHS = {"A4": 210.0, "A5": 148.0, "B5": 176.0, "letter": 215.9}
PAGE_HEIGHTS = {"A4": 297.0, "A5": 210.0, "B5": 250.0, "letter": 279.4}
FIRST_PAGES = ("cover", "article")
PARAGRAPHS = ("total-fit", "plain")


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
    paragraphs: str = "total-fit"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one PDF layout may use: wall-clock seconds and megabytes of memory."""

    seconds: int = 600
    megabytes: int = 4096


@dataclass(frozen=True, slots=True)
class Printing:
    """What the printing house says: its press's ICC profile, and the most ink on one spot in %.

    ``icc_profile`` is a path below the publication's folder; without one the colours are sRGB.
    """

    icc_profile: str = ""
    ink_limit: int = 320


@dataclass(frozen=True, slots=True)
class Letter:
    """What the e-mail edition may weigh: kilobytes of its HTML, and of pictures inside it."""

    kilobytes: int = 90
    embed_kilobytes: int = 100


@dataclass(frozen=True, slots=True)
class Delivery:
    """How issues reach their subscribers; an empty value is one that was not given.

    ``rate_per_minute`` and ``rate_per_day`` bound the relay, ``domains`` (messages a minute, by
    domain of the address) what one mail provider is sent. ``attach_kilobytes`` is the largest
    file that a letter carries. ``bounce_limit`` and ``complaint_limit`` are percentages.
    """

    database: str = "sqlite:///subscribers.db"
    secret_file: str = "subscribers.key"
    relay: str = ""
    relay_password_file: str = ""
    sender: str = ""
    reply_to: str = ""
    list_id: str = ""
    bounces: str = ""
    unsubscribe: str = ""
    signup_url: str = ""
    privacy_url: str = ""
    connections: int = 4
    rate_per_minute: int = 600
    rate_per_day: int = 0
    domains: Mapping[str, int] = field(default_factory=dict)
    attach_kilobytes: int = 2000
    bounce_limit: int = 5
    complaint_limit: int = 1
    keep_unconfirmed_days: int = 30
    keep_unsubscribed_days: int = 1095
    dkim_selector: str = ""
    dkim_key_file: str = ""


@dataclass(frozen=True, slots=True)
class Site:
    """What the archive holds beside the pages: PDF in large print, offprints; where it is put.

    ``publish`` is a folder, relative to the publication's, or ``s3://BUCKET/PREFIX``.
    """

    large_print: bool = True
    offprints: bool = True
    publish: str = ""


@dataclass(frozen=True, slots=True)
class Publication:
    """A periodical: the folder that bounds every file read, and the facts of bulletin.toml.

    ``names`` are the headings of the index of names, each with the other spellings of the text.
    """

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
    printing: Printing = field(default_factory=Printing)
    letter: Letter = field(default_factory=Letter)
    delivery: Delivery = field(default_factory=Delivery)
    site: Site = field(default_factory=Site)
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    configured: bool = False

    @property
    def build(self) -> Path:
        """The folder of all that is made, which may be deleted at any time."""
        return self.root / BUILD_FOLDER

    def disposable(self, path: Path) -> bool:
        """Whether a path lies below ``build``, so that what is there may be gone any time."""
        return self.build.resolve() in path.resolve().parents


@dataclass(frozen=True, slots=True)
class _Key:
    type: type
    check: Callable[[Any], Any]
    form: str = "text in quotation marks"
    name: str = ""


_TEXT = _Key(str, checks.line)
KEYS: Mapping[str, Mapping[str, _Key]] = MappingProxyType(
    {
        "publication": {
            "id": _Key(str, checks.identifier),
            "title": _TEXT,
            "subtitle": _TEXT,
            "publisher": _TEXT,
            "language": _Key(str, checks.language_tag),
            "issn": _Key(str, checks.issn),
            "base-url": _Key(str, checks.web_address),
        },
        "imprint": {
            "rights": _TEXT,
            "address": _TEXT,
            "contact": _TEXT,
            "editors": _Key(
                list, lambda names: tuple(checks.line(n) for n in names), "a list of names"
            ),
        },
        "design": {
            "page": _Key(str, checks.among(*PAGE_WIDTHS)),
            "columns": _Key(int, checks.whole(1, 3), "a whole number"),
            "contents-depth": _Key(int, checks.whole(1, 3), "a whole number"),
            "first-page": _Key(str, checks.among(*FIRST_PAGES)),
            "paragraphs": _Key(str, checks.among(*PARAGRAPHS)),
        },
        "pdf": {
            "seconds": _Key(int, checks.whole(1, 86_400), "a whole number"),
            "megabytes": _Key(int, checks.whole(256, 1_048_576), "a whole number"),
            "icc-profile": _TEXT,
            "ink-limit": _Key(int, checks.whole(100, 400), "a whole number"),
        },
        "letter": {
            "max-kilobytes": _Key(int, checks.whole(20, 1000), "a whole number", "kilobytes"),
            "embed-kilobytes": _Key(int, checks.whole(0, 5000), "a whole number"),
        },
        "site": {
            "large-print": _Key(bool, bool, "true or false"),
            "offprints": _Key(bool, bool, "true or false"),
            "publish": _TEXT,
        },
        "delivery": {
            "database": _Key(str, checks.database),
            "secret-file": _TEXT,
            "relay": _Key(str, checks.relay),
            "relay-password-file": _TEXT,
            "from": _Key(str, checks.mailbox, name="sender"),
            "reply-to": _Key(str, checks.mailbox),
            "list-id": _Key(str, checks.host),
            "bounces": _Key(str, checks.host),
            "unsubscribe": _Key(str, checks.mailbox),
            "signup-url": _Key(str, checks.web_address),
            "privacy-url": _Key(
                str, checks.matching(r"https?://[^\s\"<>]+", "a web address with https://")
            ),
            "connections": _Key(int, checks.whole(1, 64), "a whole number"),
            "rate-per-minute": _Key(int, checks.whole(1, 1_000_000), "a whole number"),
            "rate-per-day": _Key(int, checks.whole(0, 100_000_000), "a whole number"),
            "domains": _Key(dict, checks.domain_rates, "a table of domains"),
            "attach-kilobytes": _Key(int, checks.whole(0, 7000), "a whole number"),
            "bounce-limit": _Key(int, checks.whole(1, 100), "a whole number"),
            "complaint-limit": _Key(int, checks.whole(1, 100), "a whole number"),
            "keep-unconfirmed-days": _Key(int, checks.whole(1, 3650), "a whole number"),
            "keep-unsubscribed-days": _Key(int, checks.whole(1, 36500), "a whole number"),
            "dkim-selector": _Key(
                str, checks.matching(r"[A-Za-z0-9._-]+", "a selector such as news2026")
            ),
            "dkim-key-file": _TEXT,
        },
    }
)


NAMES = "names"  # a table whose keys are free


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
    names = _names(data.pop(NAMES, {}), text, problems)
    for name in data.keys() - KEYS.keys():
        where, hint = _where(text, "", name), suggestion(name, (*KEYS, NAMES))
        problems.append(problem("C102", f"unknown table [{name}]", where, hint))
    limits = values["pdf"]
    printing = {name: limits.pop(name) for name in ("icc_profile", "ink_limit") if name in limits}
    if "icc_profile" in printing:
        try:
            icc.inspect(root, printing["icc_profile"])
        except ValueError as error:
            where = _where(text, "pdf", "icc-profile")
            problems.append(problem("C103", f"“icc-profile” takes {error}", where))
    if problems:
        raise ProblemsError(problems)
    return Publication(
        root.resolve(),
        imprint=Imprint(**values["imprint"]),
        design=Design(**values["design"]),
        limits=Limits(**limits),
        printing=Printing(**printing),
        letter=Letter(**values["letter"]),
        delivery=Delivery(**values["delivery"]),
        site=Site(**values["site"]),
        names=names,
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
        known = KEYS[name].get(key)
        if known is None:
            where, hint = _where(text, name, key), suggestion(key, KEYS[name])
            problems.append(problem("C102", f"unknown key “{key}” in [{name}]", where, hint))
        elif type(value) is not known.type or (
            isinstance(value, list) and not all(isinstance(item, str) for item in value)
        ):
            message = f"“{key}” takes {known.form}"
            problems.append(problem("C103", message, _where(text, name, key)))
        else:
            try:
                values[known.name or key.replace("-", "_")] = known.check(value)
            except ValueError as error:
                message = f"“{key}” takes {error}"
                problems.append(problem("C103", message, _where(text, name, key)))
    return values


def _names(data: object, text: str, problems: list[Problem]) -> dict[str, tuple[str, ...]]:
    """The table of names, whose keys are the names themselves."""
    names: dict[str, tuple[str, ...]] = {}
    known: dict[str, str] = {}
    for name, others in data.items() if isinstance(data, dict) else ():
        message = ""
        try:
            if not isinstance(others, list) or not all(isinstance(one, str) for one in others):
                raise ValueError("a list of other spellings, such as [] for none")
            names[checks.line(name)] = tuple(checks.line(one) for one in others)
        except ValueError as error:
            message = f"“{name}” takes {error}"
        else:
            twice = [one for one in (name, *others) if known.setdefault(one, name) != name]
            if twice:
                message = f"“{twice[0]}” is a spelling of “{known[twice[0]]}” already"
        if message:
            problems.append(problem("C103", message, _where(text, NAMES, name)))
    if not isinstance(data, dict):
        where = _where(text, "", NAMES)
        problems.append(problem("C103", "“names” is a table: write [names]", where))
    return names


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
