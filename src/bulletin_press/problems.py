"""What can be wrong with an issue: codes, places, hints and exit statuses, as plain values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any


class Severity(StrEnum):
    """How much a problem weighs: an error stops the build, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a source file: path relative to the publication, line from 1 (0: whole file)."""

    path: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.line else self.path


@dataclass(frozen=True, slots=True)
class Code:
    """One entry of the catalogue: severity and the remedy shown when a call gives none."""

    severity: Severity
    hint: str


def _error(hint: str) -> Code:
    return Code(Severity.ERROR, hint)


def _warning(hint: str) -> Code:
    return Code(Severity.WARNING, hint)


CODES: Mapping[str, Code] = MappingProxyType(
    {
        "C101": _error('write the file as TOML: name = "value", one to a line'),
        "C102": _error("remove the key or correct its name; docs/configuration.md lists all keys"),
        "C103": _error("see docs/configuration.md for the values this key takes"),
        "S101": _error("save the file as UTF-8 text"),
        "S102": _error("put the file into the publication's folder and check its name"),
        "S103": _error("name a file inside the publication's folder"),
        "S104": _error("make the line under a heading as long as the heading"),
        "S105": _error(
            "put the article's title first and underline it; give headings another sign"
        ),
        "S106": _error("use the heading signs in the order in which the file first uses them"),
        "S107": _error("check the name, or define what the reference points to"),
        "S108": _error("the construct is not supported; docs/reference.md lists what is"),
        "S109": _error("close the markup, or put a backslash before the sign to print it"),
        "S110": _error("leave an empty line and check the indentation"),
        "S111": _error("every note call needs its own note and every named note its text"),
        "S112": _error("docs/reference.md lists the fields of an issue and of an article"),
        "S113": _error("docs/reference.md shows how each field is written"),
        "S115": _error("add an article file beside issue.rst, or correct the articles list"),
        "S116": _error("give two spellings of one name a single one"),
        "S117": _error("describe the picture with :alt:, or mark it with :decorative:"),
        "S118": _error("use a PNG, JPEG, WebP or SVG picture that opens in a picture viewer"),
        "S119": _error("make it smaller; docs/problems.md lists the bounds"),
        "S120": _error("correct the directive; docs/reference.md shows its form"),
        "S121": _error("delete the character, or use one that the faces have"),
        "S122": _error("correct the markup; docs/reference.md shows how it is written"),
        "S123": _error("correct this line: it keeps the whole table or picture from being printed"),
        "S126": _error("write a table: names in the first row and column, numbers in the others"),
        "S127": _error("correct the formula; docs/reference.md shows what formulas may hold"),
        "S128": _error("write definitions only into terms.rst, and text into an article"),
        "S129": _error("write it once, in issue.rst, outside of lists and boxes"),
        "S130": _error("write the date, and below it, three spaces in, what happened"),
        "S201": _warning("describe the picture with :alt: for readers who cannot see it"),
        "S202": _warning("call the note in the text with [#name]_ or delete it"),
        "S203": _warning("leave an empty line before the list"),
        "S204": _warning("put a space before the note call, as in: word [#]_"),
        "S205": _warning("put a backslash before the first character if no list is meant"),
        "S206": _warning("use *one star* for emphasis and a link's form for links"),
        "S207": _warning("write the title without its numeral: the press numbers the articles"),
        "S208": _warning("replace tabs and odd blanks by ordinary spaces"),
        "S209": _warning("give the directive its two colons"),
        "S210": _warning("rename one: an article's id is its file name without the number"),
        "S211": _warning("make the issue's and the publication's value agree"),
        "S212": _warning("correct the source if the result is not what was meant"),
        "S213": _warning("write a note call, as in: word [#]_; or a backslash before the bracket"),
        "S214": _warning("delete the two dots to print it; put # after them if it is a comment"),
        "S215": _warning("remove the blanks at the start; use .. pull-quote:: for a quotation"),
        "S216": _warning("begin the line below the first word of its item or paragraph"),
        "S217": _warning("write two backslashes to print one"),
        "S218": _warning("put a backslash before the sign if it should be printed"),
        "S219": _warning("end the paragraph with one colon and use .. pull-quote::"),
        "S220": _warning(
            "leave an empty line before the name and begin it with two dashes: -- Name"
        ),
        "S221": _warning("give each row as many cells as the others"),
        "S222": _warning(
            "write fields as :Name: words, straight below the title, without text before"
        ),
        "S223": _warning("leave an empty line before and after a line of signs, or delete it"),
        "S224": _warning("delete the sign, or put a backslash before it"),
        "L101": _error("shorten the contents list or change [design] contents-depth"),
        "L102": _error("shorten the issue, or raise [pdf] seconds or megabytes"),
        "L103": _error("correct the style sheet or the picture that the message names"),
        "L104": _warning("shorten the word or address, or allow a break in it"),
        "L105": _error("make the table narrower, or the word or address shorter"),
        "L106": _warning("shorten the back cover, or make its pictures smaller by :width:"),
        "L107": _error(
            "report this as a bug with the issue's sources, unless a style sheet of yours"
            " moves text"
        ),
        "L108": _warning("add or take out a line before it, or move a picture or table"),
        "L109": _warning("shorten the note, or call it in another place"),
        "L110": _warning("shorten the notes, or call fewer of them in one paragraph"),
        "L111": _error("shorten the note, or make it a part of the text"),
        "L112": _warning("reword the line, or allow a break in its long words"),
        "L113": _warning("shorten a text by some lines, or make it longer"),
        "L114": _error("make it smaller, or part it in two"),
        "L115": _warning("install the versions that the program asks for; the pages are the same"),
        "L116": _warning("report it as a bug, with the text of the paragraph; its pages are good"),
        "L120": _warning("take a larger picture, or print it smaller by :width:"),
        "L121": _warning("let the style sheets set it in black, or larger"),
        "L122": _warning("let it end 3 mm outside, in styles/press.css"),
        "L123": _warning("make the picture or colour lighter, or ask the printing house"),
        "L124": _error("report this as a bug with the issue's sources"),
        "E101": _error("report this as a bug with the issue's sources"),
        "E102": _error("check that the folder exists and may be written to"),
        "E103": _warning(
            "give [imprint] address in bulletin.toml: many laws ask for it in letters"
        ),
        "E104": _warning("set [publication] base-url, so that the letter can lead to the rest"),
        "E105": _error("make the drawing simpler, or save it as PNG"),
        "E106": _error("name it by its id, which is its file's name without the number"),
        "E107": _error("report this as a bug with the issue's sources, or build with --no-pages"),
        "E108": _error("shorten the title, or set .citation smaller in an own styles/offprint.css"),
        "E110": _warning("build both editions, or the e-book with --no-pages"),
        "E111": _warning("build both editions"),
        "E120": _warning("take a larger picture: a cover is 1,600 dots wide"),
        "E130": _error("give the issue's folder another name"),
        "E131": _error("name each former address once, and none that is in use"),
        "E132": _warning("set [publication] base-url in bulletin.toml"),
        "E133": _error("docs/web.md says where a site can be published"),
        "E134": _error("wait until it is done"),
        "E140": _error("end what listens there, or give another --port"),
        "T101": _error("run `make` again, or install what is named"),
        "D101": _error("docs/configuration.md says what [delivery] database takes"),
        "D102": _error("docs/delivery.md says what the file of keys is for"),
        "D201": _error("save the table as CSV, in UTF-8"),
        "D202": _error("let the first line name the columns, such as: address,name,form"),
        "D203": _error("correct the row, or leave it out with --skip-refused"),
        "D204": _error("wait until it is done, or pause it"),
        "D205": _warning("only the reader's own new consent changes that"),
        "D206": _error("keep one row for each address, or the first with --skip-refused"),
        "D207": _warning("docs/commands.md lists the columns that are known"),
        "D208": _error("check the address; bulletin-press subscribers list shows all"),
        "D209": _error("docs/delivery.md says what a subscription holds"),
        "D210": _error("name another file, in a folder that may be written to"),
        "D211": _error("take another backup"),
        "D212": _error("end what uses the list, then restore again"),
        "D301": _error("build the file"),
        "D302": _error("build the file again, or give --force with a reason"),
        "D303": _error("make it smaller, or set base-url, so that it can be linked to"),
        "D304": _error("put the site up first, or give --force with a reason"),
        "D305": _error('write address = "…" below [imprint] in bulletin.toml'),
        "D306": _error("`bulletin-press status` lists what has been sent"),
        "D307": _error("`bulletin-press status` says how it stands"),
        "D308": _error("`bulletin-press subscribers list` shows who is on the list"),
        "D309": _error("docs/delivery.md says how a correction is written"),
        "D311": _error("`bulletin-press doubts list ISSUE` shows the numbers"),
        "D401": _error('write from = "Name <name@example.org>" below [delivery] in bulletin.toml'),
        "D402": _error('write relay = "smtp+starttls://USER@HOST:587" below [delivery]'),
        "D403": _error("docs/delivery.md says where the password may stand"),
        "D404": _error("give an RSA key of 2048 bits, or one of Ed25519, in PEM, and its selector"),
        "D501": _error("set it in bulletin.toml; docs/configuration.md lists all keys"),
        "D502": _warning("put a web server in front that speaks https; docs/delivery.md shows how"),
        "D503": _error("end what listens there, or give another --port"),
        "D601": _error(
            "name a message, an mbox, a Maildir or a folder of messages; or - to read one"
        ),
        "J101": _error("the judge's message names the file and the rule"),
        "J102": _error("report this as a bug with the issue's sources"),
        "J103": _error("report this as a bug with the issue's sources"),
    }
)
_EXIT = {"S": 3, "C": 4, "T": 5, "E": 6, "L": 6, "A": 6, "J": 7, "D": 8}


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding with its code, place and remedy; printed as ``path:line: error CODE: text``."""

    code: str
    message: str
    where: Location
    hint: str = ""
    severity: Severity = field(default=Severity.ERROR)
    column: int = 0

    def __str__(self) -> str:
        return f"{self.where}: {self.severity} {self.code}: {self.message}\n  hint: {self.hint}"

    def as_dict(self) -> dict[str, str | int | None]:
        """The problem as the JSON object of ``--json``: column and line null where unknown."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "path": self.where.path,
            "line": self.where.line or None,
            "column": self.column or None,
            "message": self.message,
            "hint": self.hint,
        }


class ProblemsError(Exception):
    """Raised once, with every problem found, when at least one of them is an error."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = ordered(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def problem(code: str, message: str, where: Location, hint: str = "", column: int = 0) -> Problem:
    """Make a problem with the severity, and by default the hint, of its code's catalogue entry."""
    entry = CODES[code]
    return Problem(code, message, where, hint or entry.hint, entry.severity, column)


def problem_of(values: Mapping[str, Any]) -> Problem:
    """The problem whose fields were written as JSON. Raises KeyError, TypeError or ValueError."""
    where = values["where"]
    texts = values["message"], values["hint"], where["path"]
    if values["code"] not in CODES or not all(isinstance(one, str) for one in texts):
        raise ValueError("no problem of this program")
    if type(values["column"]) is not int or type(where["line"]) is not int:
        raise TypeError("no place")
    message, hint, path = texts
    place, severity = Location(path, where["line"]), Severity(values["severity"])
    return Problem(values["code"], message, place, hint, severity, values["column"])


def ordered(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems without repetition, by path, line and code."""
    unique = dict.fromkeys(problems)
    return tuple(sorted(unique, key=lambda p: (p.where, p.column, p.code, p.message)))


def errors(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Those problems that stop a build."""
    return tuple(p for p in problems if p.severity is Severity.ERROR)


def exit_status(problems: Iterable[Problem], strict: bool = False) -> int:
    """The exit status for these problems: 0 without an error, else the lowest that applies.

    With ``strict`` a warning counts as an error.
    """
    counted = tuple(problems) if strict else errors(problems)
    return min((_EXIT[p.code[0]] for p in counted), default=0)


def suggestion(word: str, known: Iterable[str], otherwise: str | None = None) -> str:
    """A hint that names the nearest known word; else ``otherwise``, or all known words."""
    from difflib import get_close_matches

    choices = sorted(known)
    near = get_close_matches(word.lower(), choices, n=1)
    if near:
        return f"did you mean “{near[0]}”?"
    return "known: " + ", ".join(choices) if otherwise is None else otherwise
