"""The constructs of docutils that a bulletin may use; all others are refused where they stand."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from docutils import nodes

from bulletin_press.source import formulas
from bulletin_press.source.proofreading.lint import control_character
from bulletin_press.source.session import Session, line_of

SUPPORTED = frozenset(
    """
    Text admonition attention attribution block_quote bullet_list caption caution citation
    citation_reference colspec compound container danger definition definition_list
    definition_list_item emphasis entry enumerated_list error field field_body field_list
    field_name figure footnote footnote_reference generated hint image important inline label
    legend line line_block list_item literal literal_block math math_block note
    paragraph problematic reference row rubric section sidebar strong subscript subtitle
    superscript system_message table target tbody term tgroup thead tip title title_reference
    topic transition warning
    """.split()
)
_HINTS = {"classifier": "put a backslash before the colon that stands between blanks"}
_Kinds = tuple[type[nodes.Element], ...]
_NOTES: _Kinds = (nodes.footnote, nodes.citation)
_CALLS: _Kinds = (nodes.footnote_reference, nodes.citation_reference)
_FORMULAS: _Kinds = (nodes.math, nodes.math_block)
RESERVED = frozenset(
    """
    affiliation after-span archive article article-page article-title before-space before-span
    box box-subtitle box-title byline cell-label citation-call closing closing-page columns
    contents contents-title contents-way department editorial entry entry-label entry-line
    entry-summary entry-title erratum front group group-title grouped imprint imprint-line issue
    issue-line issue-page kicker labelled left-out leftward letter-draft letter-foot
    letter-preheader letter-sheet letter-text letter-web low math math-block matter-title
    nameplate nameplate-draft nameplate-subtitle nameplate-title next-way note note-back
    note-call note-number number numbered opening page-foot page-head page-numbers
    page-reference paragraph-address previous-way short skip standfirst summary system-message
    ways
    """.split()
)


def refuse_others(part: nodes.Element, session: Session) -> None:
    """Report every node below ``part`` that is not supported (S108), and mark it for a draft."""
    for node in list(part.findall(nodes.Element)):
        name = type(node).__name__
        if name in SUPPORTED or node is part or node.parent is None:
            continue
        where = session.place(*line_of(node))
        message = f"“{name.replace('_', ' ')}” has no place in a bulletin"
        session.report("S108", message, where, _HINTS.get(name, ""))
        mark = nodes.problematic("", node.astext())
        inline = isinstance(node, nodes.Inline)
        node.parent.replace(node, mark if inline else nodes.paragraph("", "", mark))
    _refuse_boxes_in_notes(part, session)
    _refuse_formulas(part, session)
    _refuse_calls(part, session)
    _refuse_classes(part, session)
    _refuse_addresses(part, session)
    _refuse_characters(part, session)


def _refuse_boxes_in_notes(part: nodes.Element, session: Session) -> None:
    """Report boxes at the foot of a page (S108), and print their contents without one."""
    boxes = (nodes.Admonition, nodes.admonition, nodes.sidebar, nodes.topic)
    for note in part.findall(_NOTES):
        for box in [one for one in note.findall(nodes.Element) if isinstance(one, boxes)]:
            where = session.place(*line_of(box))
            hint = "put the box into the text, and let the note refer to it"
            session.report("S108", "a box has no place in a note", where, hint)
            box.parent.replace(box, nodes.container("", *box.children))


def _refuse_formulas(part: nodes.Element, session: Session) -> None:
    """Report formulas that no edition can set (S127), and mark them for a draft."""
    for node in list(part.findall(_FORMULAS)):
        if not (fault := formulas.fault(node.astext())):
            continue
        session.report("S127", fault, session.place(*line_of(node)))
        mark = nodes.problematic("", node.astext())
        inline = isinstance(node, nodes.math)
        node.parent.replace(node, mark if inline else nodes.paragraph("", "", mark))


def _refuse_calls(part: nodes.Element, session: Session) -> None:
    """Mark note calls that lead to something else, such as a heading of that name (S111)."""
    known = {name for node in part.findall(_NOTES) for name in node["ids"]}
    for node in list(part.findall(_CALLS)):
        if node.get("refid") in known:
            continue
        text = f"[{node.astext() or '#' + str(node.get('refname', ''))}]_"
        where = session.place(*line_of(node))
        if node.get("refid"):  # of the others docutils has spoken
            session.report("S111", f"the note call {text} leads to no note", where)
        node.parent.replace(node, nodes.problematic("", text))


def _refuse_classes(part: nodes.Element, session: Session) -> None:
    """Take away classes by which the press marks its own parts (S108)."""
    for node in part.findall(nodes.Element):
        taken = [name for name in node["classes"] if name in RESERVED]
        for name in taken:
            message = f"the class “{name}” is the press's own"
            where = session.place(*line_of(node))
            session.report("S108", message, where, "give the class another name")
            node["classes"].remove(name)


def _refuse_addresses(part: nodes.Element, session: Session) -> None:
    """Take out links that a reader cannot follow, or not safely; report those with a text."""
    for link in list(part.findall(nodes.reference)):
        address = str(link.get("refuri", ""))
        if not address or link.parent is None or _is_address(address):
            continue
        if target := _named_in_brackets(link, part):
            link.children = [nodes.Text(target[0])]
            link.setup_child(link.children[0])
            del link["refuri"]
            link["refid"] = target[1]
            continue
        if "name" not in link and link.astext() == address:
            link.parent.replace(link, link.children)
            continue
        message = f"“{address[:60]}” is no address that a reader can follow"
        hint = "begin it with https:// or mailto:, or lead to an article by :article:"
        session.report("S108", message, session.place(*line_of(link)), hint)
        link.parent.replace(link, nodes.problematic("", link.astext()))


def _named_in_brackets(link: nodes.reference, part: nodes.Element) -> tuple[str, str] | None:
    """The words and the id of a heading whose last words stand in < >, taken for an address."""
    words = f"{link.astext()} <{link['refuri']}>"
    names = getattr(part, "nameids", {})
    found = names.get(nodes.fully_normalize_name(words))
    return (words, str(found)) if found else None


def _is_address(text: str) -> bool:
    try:
        urlsplit(text)
    except ValueError:
        return False
    return re.match(r"(https?://[^/?#]|mailto:.|tel:.)", text, re.IGNORECASE) is not None


def _refuse_characters(part: nodes.Element, session: Session) -> None:
    """Take out characters that no edition can hold, written by their codes (S121)."""
    for text in list(part.findall(nodes.Text)):
        if (sign := control_character(text.astext())) and text.parent is not None:
            message = f"the text holds the control character {sign}"
            session.report("S121", message, session.place(*line_of(text)))
            text.parent.replace(text, nodes.Text("\ufffd"))
