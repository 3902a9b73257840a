"""The lines of a file before they are parsed: odd blanks and invisible signs made ordinary."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from bulletin_press.problems import Location
from bulletin_press.source.proofreading import places
from bulletin_press.source.session import Session

NUMERAL = re.compile(
    r"\s*(?=[IVXLC]+\.\s)M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})\.\s+"
)
_FIELD_LIKE_LIST = re.compile(
    r"(:(?:authors?|byline|keywords|publisher|rights|standfirst|summary):[ \t]+)"
    r"(?=(?:\(?(?:(?-i:[A-Za-z])|\d+|[ivxlcdm]+|\#)[.)]|[-*+•‣⁃|])\s)",
    re.IGNORECASE | re.ASCII,
)
_DIRECTIVE = re.compile(r"\s*\.\. +(?:\|[^|]+\| +)?[\w-]+ ?::")
_OPTION = re.compile(r"\s+:[\w-]+:(\s|$)")
_TAB = 4
# controls but tab and line feed, surrogates, and what Unicode leaves for no use (23.7)
_LAST = "".join(chr(code) + chr(code + 1) for code in range(0xFFFE, 0x110000, 0x10000))
_CONTROL = re.compile(f"[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\ud800-\\udfff\\ufdd0-\\ufdef{_LAST}]")
_ODD_BLANK = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_SEPARATORS = re.compile("[\u2028\u2029\u0085\v\f]")
# A zero-width space divides words in the scripts of South-East Asia.
_ASIAN = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_INVISIBLE = re.compile(
    "(?<=[^\\W\\d_])\u2060(?=[^\\W\\d_])|(?:(?<=\\s)|^)\u2060|\u2060(?=\\s|$)"
    f"|\u00ad|\ufeff|(?<![{_ASIAN}])\u200b(?![{_ASIAN}])"
    r"|(?<=\A)[\u200e\u200f\u202a-\u202e\u2066-\u2069]+(?=\s*(?:[-*+•|:]|\.\.|\d+[.)])\s)"
)
_NAMES = {
    "\u2028": "U+2028",
    "\u2029": "U+2029",
    "\u0085": "U+0085",
    "\v": "a vertical tab",
    "\f": "a form feed",
    "\u00ad": "a soft hyphen",
    "\ufeff": "a byte order mark",
    "\u200b": "a zero-width space",
    "\u2060": "a word joiner",
}
_NUMBER = re.compile(r"(?P<indent> *)\(?(?P<sign>\d{1,3}|[a-z]|#)(?P<closing>[.)])(?P<blank>\s+)\S")
_NEAR = 40
_NO_BREAK = "a no-break space stands where markup needs an ordinary one"
_HEAD = re.compile(
    r"\s*(?:(?:[-*+•‣⁃|]|\#\.)\s+)*"
    r"(?:\.\.\s+(?:\[[^\]\s]+\]|_[^:]*:|\|[^|]+\|\s+[\w-]+\s?::|[\w-]+\s?::)?"
    r"|:[A-Za-z][\w -]*:)?\s*"
)


def clean(text: str, session: Session, path: Path | None = None, first: int = 1) -> str:
    """The text as docutils should see it, line for line; what is changed is reported.

    ``path`` is the file, if it is not the session's own, and ``first`` the number of its first
    line. Control characters are refused. Invisible signs, unusual line separators and blanks
    where markup needs an ordinary one are replaced, without which docutils would take markup for
    text; a field that begins like a list, such as “A. Writer”, is marked as text.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    source = path.as_posix() if path else None
    lines = text.split("\n")
    for number, line in enumerate(lines, first):
        if not line.isprintable():
            where = session.place(source, number)
            line = _without_invisible(line, session, where)
            if bad := control_character(line):
                session.report("S121", f"the line holds the control character {bad}", where)
                line = _CONTROL.sub("", line)
            line = _ordinary_blanks(line, session, where)
            line = _ordinary_number(lines, number - first, line, session, where)
        line = _FIELD_LIKE_LIST.sub(r"\1\\", line, count=1) if line.startswith(":") else line
        lines[number - first] = line
    shown = [line.expandtabs(_TAB) for line in lines]
    _inspect_options(shown, first, session, source)
    session.texts[session.place(source, None).path] = [""] * (first - 1) + shown
    return "\n".join(lines)


def _inspect_options(lines: list[str], first: int, session: Session, source: str | None) -> None:
    """Report lines of a directive that stand less far in than its options (S123).

    docutils then takes the options for a part of the title.
    """
    edge = inner = -1
    for number, line in enumerate(lines, first):
        depth = places.indent(line)
        if _DIRECTIVE.match(line):
            edge, inner = depth, 0
        elif edge < 0 or not line.strip():
            continue
        elif depth <= edge:
            edge = -1
        elif not inner:
            inner = depth if _OPTION.match(line) else -1
        elif 0 < depth < inner:
            message = "the line stands less far in than the options above, which it makes words"
            where = session.place(source, number)
            session.report("S123", message, where, "indent it as far as the options")
            edge = -1


def _without_invisible(line: str, session: Session, where: Location) -> str:
    for found in [*_SEPARATORS.finditer(line)][:1]:
        message = f"an invisible line separator, {_NAMES[found[0]]}, is taken for a blank"
        session.report("S208", message, where, column=found.start() + 1)
    line = _SEPARATORS.sub(" ", line)
    for found in [*_INVISIBLE.finditer(line)][:1]:
        message = (
            f"an invisible sign, {_NAMES.get(found[0][-1], 'a mark of direction')}, is left out"
        )
        session.report("S208", message, where, "delete the sign", found.start() + 1)
    return _INVISIBLE.sub("", line)


def control_character(line: str) -> str:
    """The first character that no edition can hold, as U+XXXX, or nothing."""
    found = None if line.isprintable() else _CONTROL.search(line)
    return f"U+{ord(found[0]):04X}" if found else ""


def _ordinary_blanks(line: str, session: Session, where: Location) -> str:
    head = _HEAD.match(line)
    if head and (found := _ODD_BLANK.search(head[0])):
        session.report("S208", _NO_BREAK, where, column=found.start() + 1)
        return _ODD_BLANK.sub(" ", head[0]) + line[head.end() :]
    return line


def _ordinary_number(
    lines: Sequence[str], index: int, line: str, session: Session, where: Location
) -> str:
    """A line in which an odd blank parts a list's number from its item, with an ordinary one.

    A date such as “5. May” may well have a no-break space: the number counts as that of an item
    if it is the first and stands below an empty line, or if its neighbours have theirs.
    """
    number = _NUMBER.match(line)
    if not number or not (found := _ODD_BLANK.search(number["blank"])):
        return line
    if number["sign"].isalpha() and number["closing"] == ".":
        return line
    opens = number["sign"] in ("1", "a", "#") and not (index and lines[index - 1].strip())
    above = _neighbour(lines, range(index - 1, max(index - _NEAR, 0) - 1, -1), number)
    below = _neighbour(lines, range(index + 1, min(index + _NEAR, len(lines))), number)
    if not (opens or _is_next(above, number["sign"]) or _is_next(number["sign"], below)):
        return line
    start = number.start("blank")
    session.report("S208", _NO_BREAK, where, column=start + found.start() + 1)
    session.respaced.add(where)
    return line[:start] + " " + line[number.end() - 1 :]


def _neighbour(lines: Sequence[str], order: range, number: re.Match[str]) -> str:
    """The number of the next item in this order, beyond empty lines and those further in."""
    for at in order:
        line = lines[at]
        if line.strip() and places.indent(line) <= len(number["indent"]):
            found = _NUMBER.match(line)
            alike = found and all(found[key] == number[key] for key in ("indent", "closing"))
            return found["sign"] if found and alike else ""
    return ""


def _is_next(earlier: str, later: str) -> bool:
    if earlier.isdigit() and later.isdigit():
        return int(later) == int(earlier) + 1
    if "#" in (earlier, later):
        return earlier == later
    return len(earlier) == len(later) == 1 and ord(later) == ord(earlier) + 1
