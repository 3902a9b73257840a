"""Mistakes that docutils lets pass in silence, found in the text and in the parsed tree."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from docutils import nodes
from docutils.utils import punctuation_chars

from bulletin_press.source.session import Session, line_of

_UNSPACED_CALL = re.compile(
    rf"[^\s\\{punctuation_chars.openers}{punctuation_chars.delimiters}]\[(#[\w-]*|\*|\d+)\]_"
)
_LIST_SIGN = re.compile(r"\n[ \t]*[-*•+] +\S.*(?:\n[ \t]*[-*•+] +\S|\Z)")
_NUMBERED = re.compile(r"\n[ \t]*1[.)] +\S.*\n[ \t]*2[.)] +\S")
_MARKDOWN_LINK = re.compile(r"\[[^\]\n]+\]\(https?://[^)\s]+\)")
_HTML_TAG = re.compile(
    r"</?(?:p|b|i|em|strong|br|a|div|span|img|sup|sub|h[1-6])(?:\s[^<>]*)?/?>", re.I
)
NUMERAL = re.compile(
    r"\s*(?=[IVXLC]+\.\s)M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})\.\s+"
)
_FIELD_LIKE_LIST = re.compile(
    r"(:(?:authors?|byline|keywords|publisher|rights|standfirst|summary):[ \t]+)"
    r"(?=(?:\(?(?:[a-z]|\d+|[ivxlcdm]+|\#)[.)]|[-*+•‣⁃|])\s)",
    re.IGNORECASE,
)
_BLANKS = dict.fromkeys(map(ord, "\u00a0\u2007\u202f\t"), " ")


def clean(text: str, session: Session) -> str:
    """The text as docutils should see it, line for line; what is changed is reported.

    Control characters are refused. Unusual line separators and blanks at the start of a line
    become ordinary ones, without which docutils would take markup for text; a field that begins
    like a list, such as “A. Writer”, is marked as text.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = re.sub("[\u2028\u2029\u0085\v\f]", " ", text)
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        where = session.place(None, number)
        if bad := control_character(line):
            session.report("S121", f"the line holds the control character {bad}", where)
            line = "".join(sign for sign in line if not _is_control(sign))
        line = _ordinary_blanks(line, session, number)
        line = _FIELD_LIKE_LIST.sub(r"\1\\", line, count=1) if line.startswith(":") else line
        if _UNSPACED_CALL.search(line) and "``" not in line:
            session.report("S204", "a note call touches the word before it and stays text", where)
        for pattern, what in ((_MARKDOWN_LINK, "a Markdown link"), (_HTML_TAG, "an HTML tag")):
            found = pattern.search(line)
            if found and "``" not in line:
                message = f"“{found[0][:40]}” is {what} and is printed as it stands"
                session.report("S206", message, where)
        lines[number - 1] = line
    return "\n".join(lines)


def control_character(line: str) -> str:
    """The first character that no edition can hold, as U+XXXX, or nothing."""
    return next((f"U+{ord(sign):04X}" for sign in line if _is_control(sign)), "")


def _is_control(sign: str) -> bool:
    code = ord(sign)
    return (
        (code < 32 and sign not in "\t\n")
        or 127 <= code < 160
        or code & 0xFFFE == 0xFFFE
        or (0xFDD0 <= code <= 0xFDEF or unicodedata.category(sign) == "Cs")
    )


def _ordinary_blanks(line: str, session: Session, number: int) -> str:
    head = re.match(r"\s*(?:[-*+•]|\.\.|:[A-Za-z][\w -]*:|\d+[.)])?\s+", line)
    if head and any(sign in head[0] for sign in "\u00a0\u2007\u202f"):
        where = session.place(None, number)
        session.report("S208", "a no-break space stands where markup needs an ordinary one", where)
        return head[0].translate(_BLANKS) + line[head.end() :]
    return line


def inspect_tree(document: nodes.document, session: Session, directives: Collection[str]) -> None:
    """Report what the tree shows to be other than its writer can have meant.

    ``directives`` are the names of all that an issue may use.
    """

    def report(code: str, message: str, node: nodes.Node) -> None:
        session.report(code, message, session.place(*line_of(node)))

    for paragraph in document.findall(nodes.paragraph):
        source = str(paragraph.rawsource)
        found = _LIST_SIGN.search(source) or _NUMBERED.search(source)
        if found:
            name, line = line_of(paragraph)
            line = line and line + source.count("\n", 0, found.start() + 1)
            message = "a list right after a line of text runs into it"
            session.report("S203", message, session.place(name, line))
    for quoted in document.findall(nodes.title_reference):
        report("S206", f"“{quoted.astext()}” stands in single backticks", quoted)
    for numbered in document.findall(nodes.enumerated_list):
        if len(numbered) == 1:
            start = " ".join(numbered.astext().split())[:40]
            report("S205", f"a list of one item: “{start}…”", numbered)
    for comment in document.findall(nodes.comment):
        if name := _meant_directive(comment.astext(), directives):
            path, line = line_of(comment)  # docutils gives the line after the comment
            line = line and line - str(comment.rawsource).count("\n") - 1
            message = f"“.. {name}:” is read as a comment and not printed"
            session.report("S209", message, session.place(path, line))
    called = {call.get("refid") for call in document.findall(nodes.footnote_reference)}
    for note in document.findall(nodes.footnote):
        if not called.intersection(note["ids"]):
            report("S202", "no call in the text leads to this note", note)


def _meant_directive(line: str, directives: Collection[str]) -> str | None:
    found = re.match(r"([A-Za-z][\w-]*)\s*:(?!:)", line)
    if found and found[1].lower() in directives:
        return found[1].lower()
    return None
