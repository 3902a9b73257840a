"""Which line of a table, a directive or a numbered list keeps it from being read."""

from __future__ import annotations

import re
from collections.abc import Iterable

from docutils import nodes

from bulletin_press.problems import Location, suggestion
from bulletin_press.source.directives import registry
from bulletin_press.source.proofreading import places
from bulletin_press.source.session import Session

_ALIGN = "align the columns, or write the table as a list-table: use .. list-table::"
_NUMBERED_LINE = re.compile(r"\s*\(?(\d+)[.)] ")


def quoted(message: nodes.system_message) -> list[str]:
    """The source lines that a message quotes."""
    lines = next(message.findall(nodes.literal_block), None)
    return lines.astext().split("\n") if lines is not None else []


def report_row(
    message: nodes.system_message, where: Location, text: str, session: Session
) -> tuple[Location, str]:
    """Report the row that makes a drawn table crooked; the table's own place and words."""
    block = quoted(message)
    first = places.nearest(session.texts.get(where.path, ()), where.line, block) if block else 0
    if not first:
        return where, text
    row = _crooked(block, text)
    if row is None:
        return Location(where.path, first), text
    if "Bottom" in text and report_post(Location(where.path, first + len(block)), session):
        return Location(where.path, first), text
    words = " ".join(block[row].split())[:60]
    session.report("S123", f"the line “{words}” does not fit the table's columns",
                   Location(where.path, first + row), _ALIGN)  # fmt: skip
    return Location(where.path, first), f"Malformed table. see “{words}” in line {first + row}"


def report_post(where: Location, session: Session) -> bool:
    """Report the row of a drawn table that begins without its bar, at which the table ends.

    Whether ``where``, the line below what is read as the table, is such a row.
    """
    lines = session.texts.get(where.path, [])
    row = lines[where.line - 1].strip() if 0 < where.line <= len(lines) else ""
    below = lines[where.line].strip() if where.line < len(lines) else ""
    if not row or row[0] in "+|" or row[-1] not in "+|" or below[:1] not in ("+", "|"):
        return False
    said = f"the row “{' '.join(row.split())[:60]}” does not begin with a bar, and the table ends"
    session.report("S123", said, where, "begin and end each row with a |, below a + of the first"
                   " line")  # fmt: skip
    return True


def _crooked(block: list[str], text: str) -> int | None:
    """Which line of a drawn table is crooked, from 0."""
    numbered = re.search(r"in table line (\d+)", text)
    if numbered:
        return min(int(numbered[1]), len(block)) - 1
    if not block[0].lstrip().startswith("+"):
        borders = [i for i, line in enumerate(block) if re.fullmatch(r"\s*=[= ]*", line)]
        odd = [i for i in borders if len(block[i].strip()) != len(block[0].strip())]
        return odd[0] if odd else None
    width = len(block[0].strip())
    posts = [i for i, sign in enumerate(block[0].strip()) if sign == "+"]
    for index, line in enumerate(block):
        line = line.strip()
        if len(line) != width or line[-1:] not in ("+", "|"):
            return index
    for index, line in enumerate(block):
        line = line.strip()
        if any(line[post] not in "+|-=" for post in posts):
            return index
    return len(block) - 1 if "Bottom" in text else None


def report_part(
    message: nodes.system_message, where: Location, text: str, session: Session
) -> None:
    """Report the option or row within a directive that is the cause of its loss."""
    block = quoted(message) or session.texts.get(where.path, [])[max(0, where.line - 1) :][:40]
    option = re.search(r'unknown option: "([^"]*)"|\(option: "([^"]*)"', text)
    row = re.search(r"but row (\d+) does not", text)
    at = None
    said, hint = (
        "the indented lines belong to the directive above",
        "remove the blanks at the start",
    )
    if re.search("no content permitted|single paragraph only|external file and have content", text):
        at = next((i for i, line in enumerate(block) if i and line.strip()
                   and not block[i - 1].strip()), None)  # fmt: skip
    elif option:
        name = option[1] or option[2]
        at = next(
            (i for i, line in enumerate(block) if line.lstrip().startswith(f":{name}:")), None
        )
        known = _options_of(block[0]) if block and option[1] else ()
        said, hint = _of_option(name, bool(option[1]), text), suggestion(name, known, "")
        _report_other_options(block, at or 0, where, session)
    elif row:
        items = [i for i, line in enumerate(block) if re.match(r"\s*[*+-]( |$)", line)]
        edge = min((places.indent(block[i]) for i in items), default=0)
        starts = [i for i in items if places.indent(block[i]) == edge]
        at = starts[int(row[1]) - 1] if int(row[1]) <= len(starts) else None
        counts = re.search(r"\((\d+) vs (\d+)\)", text)
        said = "the row has more or fewer cells than the first"
        if counts:
            said = f"the first row has {counts[2]} cells, this one {counts[1]}"
        hint = "give each row as many cells; an empty cell is a - alone"
    if at and where.line:
        session.report("S123", said, Location(where.path, where.line + at), hint)


def _report_other_options(
    block: list[str], reported: int, where: Location, session: Session
) -> None:
    """Report the unknown options of a directive beside the one that docutils stopped at."""
    known = set(_options_of(block[0])) if block else set()
    for at, line in enumerate(block[1:], 1):
        option = re.match(r"\s+:([\w-]+):", line)
        if not line.strip():
            return
        if option and known and option[1].lower() not in known and at != reported:
            said = f"there is no option “{option[1]}”"
            place = Location(where.path, where.line + at)
            session.report("S123", said, place, suggestion(option[1], known, ""))


def _of_option(name: str, unknown: bool, text: str) -> str:
    """What is wrong with an option of a directive, in an editor's words."""
    owner = re.search(r'"([\w-]+)" directive', text)
    what = f" of “{owner[1]}”" if owner else ""
    if unknown:
        return f"there is no option “{name}”{what}"
    value = re.search(r"value: (None|'.*?'|\".*?\")\)\s*(.*)", text)
    if not value:
        return f"the option “{name}”{what} is wrong"
    given = "" if value[1] == "None" else f" cannot be “{value[1][1:-1][:40]}”"
    known = re.search(r"choose from (.*)", value[2])
    choice = "; it is " + re.sub(r'"([^"]*)"', r"“\1”", known[1]).rstrip(".") if known else ""
    return f"the option “{name}”{what}{given or ' has no value'}{choice.replace(', or', ' or')}"


def _options_of(line: str) -> Iterable[str]:
    found = re.match(r"\s*\.\. (?:\|[^|]+\| +)?([\w-]+) ?::", line)
    return registry.options(found[1].lower()) if found else ()


def end_of_numbers(where: Location, session: Session) -> tuple[Location, str, str]:
    """Where a numbered list breaks off: at a number out of order, or a line without one."""
    lines = session.texts.get(where.path, [])
    at = where.line
    while 1 < at <= len(lines):
        before, here = (_NUMBERED_LINE.match(lines[i]) for i in (at - 2, at - 1))
        if not before or not here or int(here[1]) == int(before[1]) + 1:
            if not here:
                break
            at += 1
            continue
        said = f"the number {here[1]} follows {before[1]}, and the list breaks off"
        hint = "number the items without a gap, or write #. for each"
        return Location(where.path, at), said, hint
    at = at if 0 < at <= len(lines) and lines[at - 1].strip() else where.line
    words = lines[at - 1].strip() if 0 < at <= len(lines) else ""
    if re.match(r"[A-Za-z]\. +\S", words):
        said = f"“{words[:40]}” begins like an item of a list, and so does an entry above it"
        return Location(where.path, at), said, f"put a backslash before the initial: \\{words[:20]}"
    said = "no empty line parts the numbered list from this line"
    return Location(where.path, at), said, "leave an empty line after the list"


def end_of_indented(
    where: Location, text: str, hint: str, session: Session
) -> tuple[Location, str, str]:
    """Where lines are indented that the line ``where`` is not, in place of what docutils says.

    A single line indented is the mistake itself, and so are several that become a quotation.
    """
    lines = session.texts.get(where.path, [])
    if not 0 < where.line <= len(lines):
        return where, text, hint
    first, edge = where.line, places.indent(lines[where.line - 1])
    while first > 1 and lines[first - 2].strip() and places.indent(lines[first - 2]) > edge:
        first -= 1
    quotation = text.startswith("Block quote")
    if first == where.line or (first > 1 and lines[first - 2].strip()):
        said = "the line is indented less than the lines above, which become a quotation"
        return where, said if quotation else text, hint
    if where.line - first == 1:
        said = "the line is indented, unlike the rest of its paragraph"
        hint = "remove the blanks at its start, or leave an empty line below it"
        return Location(where.path, first), said, hint
    if quotation:
        said = f"the lines down to line {where.line - 1} become a quotation, and the next one not"
        hint = "remove the blanks at the start of the lines, or leave an empty line below them"
        return Location(where.path, first), said, hint
    return where, text, hint
