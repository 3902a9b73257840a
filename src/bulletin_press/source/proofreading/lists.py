"""Lists that run into the text before them or hold one item, and text that begins like a list."""

from __future__ import annotations

import re

from docutils import nodes

from bulletin_press.source.proofreading import places
from bulletin_press.source.proofreading.places import Passage
from bulletin_press.source.session import Session

_BULLET = re.compile(r"[-*+•‣⁃▪●◦·] +\S")
_DASH = re.compile(r"[–—] +\S")
_ENUMERATED = re.compile(
    r"(?P<opening>\(?)(?P<sign>\d{1,4}|[A-Za-z]|[ivxlcIVXLC]{2,7}|#)(?P<closing>[.)]) +\S"
)
_CALLS = re.compile(r"(?: ?\[[#*\w.-]{1,40}\]_)+\Z")
_ABBREVIATION = re.compile(
    r"\b(?:abs|art|bd|bk|c|ch|cf|fig|figs|no|nos|nr|p|pp|s|sec|st|vgl|vol|vols|v)\.\Z",
    re.IGNORECASE,
)
_INITIAL = re.compile(r"(?:[A-Z]|[IVXLC]+|\d{4})\. ")
_SENTENCE_END = re.compile(r"[.:;!?…][”’»\"')\]*`]*\Z")
_MARKER = re.compile(r"(?:[-*+•‣⁃]|\(?(?:\w+|#)[.)])\s+")
_NOTE = re.compile(r"\.\. \[[^\]]+\]\s+")
_FIRST = ("1", "a", "A", "i", "I", "#")
_ROMAN = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
_WITH_NAMES = (nodes.footnote, nodes.citation, nodes.list_item, nodes.definition, nodes.entry)


def inspect_words(passage: Passage, session: Session) -> None:
    """Report a list within a paragraph, or a paragraph that begins like one (S203, S205)."""
    lines = passage.lines
    first = lines[0].strip()
    if re.match(r"[▪●◦·○■§] *\S", first):
        session.report("S203", f"“{first[0]}” begins no list here", passage.where,
                       "begin each item with - and a blank")  # fmt: skip
    if len(lines) == 1 or _inspect_runs(passage, session):
        return
    if not _ENUMERATED.match(first):
        return
    if isinstance(places.before(passage.node), nodes.system_message):
        return
    if isinstance(passage.node.parent, _WITH_NAMES) and _INITIAL.match(first):
        return  # a name or a year, as in a note on a book
    message = f"“{first[:40]}…” begins like a list item, and is none"
    session.report("S205", message, passage.where,
                   "indent the further lines of an item; put a backslash before the first"
                   " sign if no list is meant")  # fmt: skip


def _inspect_runs(passage: Passage, session: Session) -> bool:
    """Report a list that runs on from a line of text, if there is one."""
    lines = [line.strip() for line in passage.lines]
    for index, line in enumerate(lines[1:], 1):
        after = lines[index + 1] if index + 1 < len(lines) else _line_below(passage, session)
        inner = isinstance(passage.node.parent, nodes.list_item) and _opens(line)
        if inner or _is_item(line, lines[index - 1], after):
            message = "a list right after a line of text runs into it"
            session.report("S203", message, passage.at_line(index))
            return True
    return False


def _opens(line: str) -> bool:
    """Whether a line begins like an item and holds no second sign, as “- he said - ” would."""
    return _BULLET.match(line) is not None and f" {line[0]}" not in line


def _line_below(passage: Passage, session: Session) -> str:
    """The line after a paragraph that stands as far in as it, without an empty one between."""
    text, last = session.texts.get(passage.where.path, ()), passage.where.line
    last += len(passage.lines) - 1
    if not 0 < last <= len(text):
        return ""
    for line in text[last : last + 40]:
        if not line.strip() or places.indent(line) < places.indent(text[last - 1]):
            return ""
        if places.indent(line) == places.indent(text[last - 1]):
            return line.strip()
    return ""


def _is_item(line: str, before: str, after: str) -> bool:
    """Whether a line within a paragraph is meant as an item, by the lines before and after."""
    before = _CALLS.sub("", before)
    announced, ended = before.endswith(":"), _SENTENCE_END.search(before) is not None
    further = after[:2] == line[:2]
    if _BULLET.match(line):
        return announced or further or (ended and _opens(line))
    if _DASH.match(line):
        return ended and further
    number = _ENUMERATED.match(line)
    if number is None:
        return False
    earlier, later = _ENUMERATED.match(before), _ENUMERATED.match(after)
    sign = number["sign"]
    if earlier and (earlier["sign"] == sign or _follows(sign, earlier["sign"])):
        return False
    continued = later is not None and _follows(later["sign"], sign)
    if announced or sign == "#":
        return True
    if number["closing"] == ")" and before.count("(") > before.count(")"):
        return False
    if sign.isdigit():
        return continued or (sign == "1" and ended and not _ABBREVIATION.search(before))
    initial = sign.isupper() and number["closing"] == "."
    lettered = sign in _FIRST and continued
    return lettered and (ended or not (initial or number["opening"]))


def _follows(later: str, earlier: str) -> bool:
    if later.isdigit() and earlier.isdigit():
        return int(later) == int(earlier) + 1
    lower = later.lower(), earlier.lower()
    if lower[0] in _ROMAN and lower[1] in _ROMAN and len(later + earlier) > 2:
        return _ROMAN.index(lower[0]) == _ROMAN.index(lower[1]) + 1
    return len(later) == len(earlier) == 1 and ord(later) == ord(earlier) + 1


def inspect_numbered(numbered: nodes.enumerated_list, session: Session) -> None:
    """Report a numbered list of one item, or one that begins with another number than 1 (S205)."""
    after = numbered.next_node(siblings=True, descend=False, ascend=False)
    while after is not None and places.is_nothing(after):
        after = after.next_node(siblings=True, descend=False, ascend=False)
    if isinstance(after, nodes.system_message):
        return
    place = places.first_line(numbered, session)
    if place in session.respaced:
        return
    before = places.before(numbered)
    if isinstance(before, nodes.enumerated_list) and _goes_on(before, numbered):
        last = int(before.get("start", 1)) + len(before) - 1
        message = f"the number {numbered['start']} follows {last}, and another list begins"
        session.report("S205", message, place, "number the items without a gap, or write #. for"
                       " each")  # fmt: skip
        return
    if _goes_on(numbered, after):
        return
    text = session.texts.get(place.path, ())
    line = text[place.line - 1].strip() if 0 < place.line <= len(text) else ""
    line = _NOTE.sub("", line, count=1)
    outer: nodes.Node = numbered
    while isinstance(outer.parent, nodes.list_item) and outer.parent.index(outer) == 0:
        line = _MARKER.sub("", line, count=1)
        outer = outer.parent.parent
    begins = line[:40] or " ".join(numbered.astext().split())[:40]
    if len(numbered) == 1 and "#" not in line[:2]:
        session.report("S205", f"a list of one item: “{begins}…”", place)
    elif numbered.get("start", 1) != 1:
        message = f"the list begins with another number than 1: “{begins}…”"
        session.report("S205", message, place)


def _goes_on(numbered: nodes.enumerated_list, after: nodes.Node | None) -> bool:
    """Whether a list with numbers of the same form follows a numbered list, after a small gap."""
    if not isinstance(after, nodes.enumerated_list):
        return False
    alike = all(numbered[key] == after[key] for key in ("enumtype", "prefix", "suffix"))
    gap = int(after.get("start", 1)) - int(numbered.get("start", 1)) - len(numbered)
    initials = numbered["enumtype"] not in ("arabic", "loweralpha")
    return alike and not initials and 0 < gap < 5 and int(after.get("start", 1)) < 100
