"""What docutils says of a file becomes problems: a code, the exact line, an editor's words."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator

from docutils import nodes

from bulletin_press.problems import Location, suggestion
from bulletin_press.source.directives import registry
from bulletin_press.source.proofreading import breakages, places
from bulletin_press.source.session import Session, line_of

_SILENT = re.compile(
    r"Hyperlink target .* is not referenced|Duplicate implicit target name"
    r"|Enumerated list start value not ordinal|No directive entry|No role entry"
    r"|Using .* as canonical"
    r"|Unexpected possible title overline|lazy start"
    r"|start value not"
)
_CODES = (
    (r"exceeds the line-length-limit", "S119"),
    (r"Possible title underline, too short|Title (under|over)line too short", "S104"),
    (r"Possible incomplete section title", "S104"),
    (r"overline & underline mismatch|Missing matching underline|Incomplete section title", "S104"),
    (r"Inconsistent title style|Title level inconsistent|Unexpected section title", "S106"),
    (r"Document or section may not (begin|end) with a transition", "S122"),
    (r"Too many|autonumbered|autonumber|symbol footnote", "S111"),
    (
        r"Unknown directive type|directive disabled|roles disabled|Unknown interpreted text role",
        "S108",
    ),
    (r"Unknown target name|Undefined substitution|Anonymous hyperlink mismatch", "S107"),
    (r"Indirect hyperlink target|cannot be used as a unique reference", "S107"),
    (r"Duplicate (explicit )?(target name|substitution)", "S116"),
    (r"start-string without end-string|Mismatch: both interpreted text", "S109"),
    (r"without a blank line|Unexpected indentation|Literal block expected|Unindent", "S110"),
    (r"Blank line required after table", "S110"),
    (r"Malformed table|directive|Error parsing content block", "S120"),
)
_ABOVE = {
    "Bullet list": "the list above",
    "Enumerated list": "the list above",
    "Definition list": "the explanation above",
    "Field list": "the fields above",
    "Option list": "the list of options above",
    "Line block": "the lines of verse above",
    "Literal block": "the code above",
    "Explicit markup": "the note, comment or directive above",
}


def _unparted(found: re.Match[str]) -> str:
    return f"no empty line parts {_ABOVE.get(found[1], 'what stands above')} from this line"


_WORDS: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"^Possible title underline, too short for the title\..*",
     "the line under the heading is too short"),
    (r"^Possible incomplete section title\..*",
     "the lines above and below the heading are too short"),
    (r"^Title (under|over)line too short\.", r"the heading's \1line is too short"),
    (r"^Title overline & underline mismatch\.",
     "the lines above and below the heading differ"),
    (r"^Missing matching underline for section title overline\.",
     "the heading has a line above it, and none below"),
    (r"^Inconsistent title style: skip from level (\d+) to (\d+)\.",
     "the heading's sign is that of a level further down, so that a level is skipped"),
    (r'^Unknown target name: "(.*)"\.', r"nothing is named “\1”"),
    (r'^Unknown note: "(.*)"\.', r"the note “\1” is called but not written"),
    (r'^Undefined substitution referenced: "(.*)"\.', r"|\1| is not defined"),
    (r'^Unknown directive type "(.*?)"\..*', r"there is no directive “\1”"),
    (r'^Unknown interpreted text role "(.*?)"\..*', r"there is no role “\1”"),
    (r"^Too many (autonumbered|symbol) footnote references: .*", "a note call without its note"),
    (r"^Anonymous hyperlink mismatch: (\d+) references but (\d+) targets.*",
     r"\1 links that end in two underscores, but \2 addresses for them"),
    (r"^Duplicate target name, cannot be used as a unique reference: ",
     "several places are named "),
    (r'^(?:"?(.*?)"?: )?[Ll]ine \d+ exceeds the line-length-limit\.',
     "the line is longer than 10000 characters"),
    (r"^raw \(and derived\) roles disabled\.?",
     "raw text works in one edition only and is refused"),
    (r'^circular inclusion in "include" directive.*', "the file includes itself"),
    (r"^Inline emphasis start-string without end-string\.", "a star opens italic words and none"
     " closes them"),
    (r"^Inline strong start-string without end-string\.", "two stars open bold words and none"
     " close them"),
    (r"^Inline literal start-string without end-string\.", "two backticks open literal text and"
     " none close it"),
    (r"^Inline interpreted text or phrase reference start-string without end-string\.",
     "a backtick opens a phrase and none closes it"),
    (r"^Inline substitution_reference start-string without end-string\.",
     "a | opens a name and none closes it"),
    (r"^Inline (.*) start-string without end-string\.", r"the opening mark of \1 is not closed"),
    (r"^Literal block expected; none found\.", "“::” announces indented lines, and none follow"),
    (r"^Unexpected indentation\.", "the line is indented unlike the line above"),
    (r"^(.*) ends without a blank line; unexpected unindent\.", _unparted),
    (r"^Line block ends without a blank line\.",
     "no empty line parts the lines of verse above from this line"),
    (r"^Blank line required after table\.", "no empty line parts the table above from this line"),
    (r"^Unexpected section title( or transition)?\.",
     "a heading or rule cannot stand within a list, a box or a quotation"),
    (r'^Indirect hyperlink target "(.*?)".* refers to target "(.*?)", which does not exist\.',
     r"nothing is named “\2”"),
    (r"^Figure caption must be a paragraph or empty comment\.",
     "the first words below a figure are its caption, and this is no paragraph"),
    (r"^Malformed table\.", "the table is crooked and cannot be read:"),
    (r'^(?:Error in|Error parsing content block for the) "(.*?)" directive: ?', r"“\1”: "),
    (r": invalid option block\.", ": below it stands a line that is no option :name: words"),
    (r": no content permitted\.", ": it takes no text below it"),
    (r": exactly one table expected\.", ": the lines below it are no table"),
    (r": \d+ argument\(s\) required, 0 supplied\.",
     ": behind the two colons stands nothing, but a name or words belong there"),
    (r": maximum (\d+) argument\(s\) allowed, (\d+) supplied\.",
     r": behind the two colons stand \2 words; it takes \1 at most"),
    (r'^Content block expected for the "(.*?)" directive; none found\.',
     r"“\1”: no text stands below it, or it is not indented"),
)  # fmt: skip
_PRINTED = "put a backslash before the underscore to print it: {}\\_"
_HINTS = (
    ("invalid option block", "indent the second line of an option, such as a long description,"
     " below its first words"),
    ("Malformed table", "align the columns, or write it as a list-table: use .. list-table::"),
    ("unique reference", "give each its own name; number notes with [#]_"),
    ("exceeds the line-length-limit", "break the text into lines"),
    ("Inline literal start", "type quotation marks as “ and ”, or close with two backticks"),
    ("Literal block expected", "end the paragraph with one colon"),
    ("Unexpected indentation", "remove the blanks at the start of the line, or leave an empty"
     " line before it"),
    ("Bullet list ends", "leave an empty line after the list; indent a further line of an item"),
    ("Field list ends", "leave an empty line after the fields; indent a further line of a field"),
    ("Explicit markup ends", "leave an empty line before this line, or indent it like the line"
     " above if it belongs to it"),
    ("Definition list ends", "leave an empty line before this line, or indent it like the line"
     " above if it belongs to it"),
    ("Literal block ends", "leave an empty line after the code"),
    ("Line block ends", "begin the line with a | and a blank, or leave an empty line before it"),
    ("line required after table", "leave an empty line after the table"),
    ("Unexpected section title", "leave an empty line before a rule; give a box a bold line for a"
     " heading"),
    ("CSV data", "inside a quoted cell write two quotation marks for one"),
)  # fmt: skip
_CALLS = (nodes.footnote_reference, nodes.citation_reference)
_NAMED_TWICE = re.compile(r'(?:Duplicate explicit target name|unique reference): "(.*)"')


def report(
    message: nodes.system_message,
    document: nodes.document,
    session: Session,
    roles: Collection[str],
) -> None:
    """Turn one message into problems of the session; ``roles`` are the names of known roles."""
    first = message[0].astext() if len(message) else message.astext()
    text = " ".join(first.split())
    level = int(message["level"])
    if _SILENT.search(text):
        return
    code = next((code for pattern, code in _CODES if re.search(pattern, text)), "S122")
    promoted = code in ("S104", "S109", "S110")
    if level < 3 and not promoted and not (level == 2 and code != "S122"):
        if level < 2:
            return
        code = "S212"
    names: list[str] = message.get("backrefs", [])
    marked = [document.ids[name] for name in names if name in document.ids]
    call = next((one for one in marked if isinstance(one, _CALLS)), None)
    if call is not None and text.startswith("Unknown target name"):
        called = re.sub(r"^\[|\]_$", "", str(call.rawsource)) or call.astext()
        code, text = "S111", f'Unknown note: "{called}".'
    if text.startswith(("Too many autonumbered", "Too many symbol")):
        for one in marked:
            place, column = places.place_of(one, session)
            session.report("S111", _plain(text), place, "every call needs a note of its own: write"
                           " one more, or delete the call", column)  # fmt: skip
        if marked:
            return
    if text.startswith("Anonymous hyperlink mismatch"):
        _report_nameless(text, marked, document, session)
        return
    where, column = _place(message, text, marked, session)
    if _NAMED_TWICE.search(text):
        _report_double(code, text, where, document, session)
        return
    hint = _hint(code, message, text, document, roles)
    if text.startswith("Malformed table"):
        where, text = breakages.report_row(message, where, text, session)
    elif code == "S120":
        breakages.report_part(message, where, text, session)
    elif text.startswith("Blank line required after table"):
        if breakages.report_post(where, session):
            return
    elif code == "S104":
        hint = _hint_of_rule(where, session)
    elif text.startswith("Enumerated list ends"):
        where, text, hint = breakages.end_of_numbers(where, session)
    elif "unexpected unindent" in text:
        where, text, hint = breakages.end_of_indented(where, text, hint, session)
    session.report(code, _plain(text), where, hint, column)
    named = re.search(r'Unknown target name: "(.*)"', text)
    if code == "S107" and named:
        session.unknown.append((named[1], session.problems[-1]))


def _place(
    message: nodes.system_message, text: str, marked: list[nodes.Element], session: Session
) -> tuple[Location, int]:
    """The line and column, the latter 0 where unknown, of what a message is about."""
    inline = next((one for one in marked if isinstance(one, nodes.Inline) and one.parent), None)
    if inline is not None:
        place, column = places.place_of(inline, session)
        if place.line:
            return place, column
    source, line = message.get("source"), message.get("line")
    named = re.match(r'(?:"(.*)": )?[Ll]ine (\d+) exceeds the line-length-limit', text)
    if named:
        source, line = named[1] or source, int(named[2])
    where = session.place(source, line)
    if text.startswith("Literal block expected"):
        lines = session.texts.get(where.path, [])
        for at in range(min(where.line, len(lines)), max(0, where.line - 400), -1):
            if lines[at - 1].rstrip().endswith("::"):
                return Location(where.path, at), 0
    return where, 0


def _report_nameless(
    text: str, marked: list[nodes.Element], document: nodes.document, session: Session
) -> None:
    """Report the words with two underscores that have no address, or an address without words."""
    counts = [int(number) for number in re.findall(r"\d+", text)][:2]
    surplus = counts[0] - counts[1]
    single = [one for one in marked if not str(one.rawsource).startswith("`")]
    chosen = (single or marked)[-surplus:] if surplus > 0 else []
    hint = "put a backslash before the underscores to print them, or write `words <address>`_"
    for one in chosen:
        place, column = places.place_of(one, session)
        session.report("S107", f"“{one.rawsource}” is a link without an address", place, hint,
                       column)  # fmt: skip
    if not chosen:
        unnamed = [one for one in document.findall(nodes.target) if one.get("anonymous")]
        where = session.place(*line_of(unnamed[-1] if unnamed else document))
        session.report("S107", _plain(text), where, hint)


def _report_double(
    code: str, text: str, where: Location, document: nodes.document, session: Session
) -> None:
    """Report a name that two places bear, with the lines of both."""
    found = _NAMED_TWICE.search(text)
    assert found
    name: str = found[1]
    if name not in session.doubles:
        bearers = [one for one in document.findall(nodes.Element)
                   if name in one.get("dupnames", ()) or name in one["names"]]  # fmt: skip
        footnotes = [one for one in bearers if isinstance(one, nodes.footnote)]
        places_found = {_line_of_name(one, name, session) for one in footnotes or bearers}
        session.doubles[name] = bool(footnotes), sorted(places_found)
    notes, lines = session.doubles[name]
    shown = " and ".join(str(line) for line in lines[:6])
    what = f"the note {name} is written" if notes else f"“{name}” is named"
    times = "twice" if len(lines) == 2 else f"{len(lines)} times"
    clear = f"{what} {times}, in lines {shown}" if len(lines) > 1 else f"{what} more than once"
    hint = "number notes with [#]_ and .. [#]: the press counts them" if notes else ""
    if code == "S116":
        session.report(code, clear, where, hint)
    else:
        session.report(code, f"the call [{name}]_ is unclear: {clear}" if notes else clear, where,
                       hint or "give each its own name")  # fmt: skip


def _line_of_name(node: nodes.Element, name: str, session: Session) -> int:
    """The line that gives a node its name: that of a label or a note, else the node's own."""
    where = session.place(*line_of(node))
    lines = session.texts.get(where.path, [])
    mark = re.compile(rf"\s*\.\. (?:_`?|\[#?){re.escape(name)}(?:`?:|\])", re.IGNORECASE)
    for at in range(min(where.line + 1, len(lines)), max(0, where.line - 12), -1):
        if mark.match(lines[at - 1]):
            return at
    return where.line


def line_of_label(node: nodes.Element, name: str, session: Session) -> Location:
    """The place where a label stands above the block that it names."""
    where = session.place(*line_of(node))
    return Location(where.path, _line_of_name(node, name, session))


def _plain(text: str) -> str:
    """A docutils message in an editor's words where docutils' own are those of its inside."""
    for pattern, replacement in _WORDS:
        text = re.sub(pattern, replacement, text)
    text = re.sub(r'"([^"]*)"', r"“\1”", text)
    return text[:1].lower() + text[1:].rstrip(".")


def _hint(
    code: str,
    message: nodes.system_message,
    text: str,
    document: nodes.document,
    roles: Collection[str],
) -> str:
    for pattern, hint in _HINTS:
        if pattern in text:
            return hint
    if code == "S106":
        return _order_of_signs(message)
    name = re.search(r'"(.*?)"', text)
    if name is None:
        return ""
    if "Undefined substitution" in text:
        printed = "put a backslash before the first | to print it"
        return suggestion(name[1], document.substitution_defs, printed)
    if text.startswith("Unknown note"):
        return f"write the note, as .. [{name[1]}] and its words, or correct the call"
    if code == "S107" and text.startswith("Indirect"):
        name = re.search(r'refers to target "(.*?)"', text) or name
        return suggestion(name[1], document.nameids, _PRINTED.format(name[1]))
    if code == "S107" and "Unknown target" in text:
        return suggestion(name[1], document.nameids, _PRINTED.format(name[1]))
    if code == "S108" and "Unknown directive" in text:
        return suggestion(name[1], registry.names(), "")
    if code == "S108" and "Unknown interpreted" in text:
        return suggestion(name[1], roles, "")
    return ""


def _hint_of_rule(where: Location, session: Session) -> str:
    """Both remedies, where the line above a rule can be a sentence as well as a heading."""
    lines = session.texts.get(where.path, [])
    near = [line.strip() for line in lines[max(0, where.line - 2) : where.line]]
    words = next((line for line in reversed(near) if re.search(r"\w", line)), "")
    if len(words) > 60 or words.endswith((".", "!", "?", ":", ";", ",")):
        return (
            "if the line above is a sentence, leave an empty line before the rule or delete it;"
            " if it is a heading, make the rule as long as it"
        )
    return ""


def _order_of_signs(message: nodes.system_message) -> str:
    for words in _paragraphs(message):
        if words.startswith("Established title styles:"):
            signs = words.partition(":")[2].split()
            return f"this file's heading signs are, from the title down: {' '.join(signs)}"
    return ""


def _paragraphs(message: nodes.system_message) -> Iterator[str]:
    for one in message.findall(nodes.paragraph):
        yield one.astext()
