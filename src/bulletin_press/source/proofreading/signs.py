"""Signs in running text that print as they stand, vanish or run together: one table of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from docutils import nodes
from docutils.utils import punctuation_chars

from bulletin_press.source.kinds import Kinds
from bulletin_press.source.proofreading import places
from bulletin_press.source.proofreading.places import Passage
from bulletin_press.source.session import Session

_CALL = r"\[(?:#[\w.-]*|\*|\d{1,3}|[A-Za-z][\w.-]*\d)\]_"
_TAG = (
    "a abbr b big blockquote body br caption center cite code del div em figcaption figure font"
    " footer h1 h2 h3 h4 h5 h6 head header hr html i iframe img ins li link mark meta nav o:p ol p"
    " pre q s script section small span strike strong style sub sup table tbody td tfoot th thead"
    " title tr tt u ul video"
).replace(" ", "|")
_NAMES_IN_CODE = (
    "all annotations author call class closure code contains date debug del dict doc enter eq exit"
    " file format func future ge getattr getitem globals gt hash import init iter le len lt main"
    " module name new next package path post repr set setattr setitem slots str version"
).replace(" ", "|")
_AS_IS = "is printed as it stands"


@dataclass(frozen=True, slots=True)
class Sign:
    """A pattern in a passage's words and what to say of it; {} in the message is what was found.

    Whatever it finds holds the ``mark``, so that words without that need not be searched.
    """

    code: str
    mark: str
    pattern: str
    message: str
    hint: str = ""

    def found(self, text: str) -> Iterator[re.Match[str]]:
        """Where the pattern is in a text."""
        return _compiled(self.pattern).finditer(text)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.MULTILINE | re.IGNORECASE)


SIGNS = (
    Sign(
        "S204",
        "]_",
        rf"(?<=[^\s\\\x00{punctuation_chars.openers}{punctuation_chars.delimiters}]){_CALL}(?!\w)",
        "a note call touches the word before it and stays text",
    ),
    Sign("S204", "]_", rf"{_CALL}(?=\w)", "a note call touches the word after it and stays text",
          "put a blank or a full stop after the note call"),
    Sign("S213", "[", r"(?<![\]\)])\[\d{1,3}(?:\s*[,–-]\s*\d{1,3})*\](?![_\w(:\[])",
          "“{}” is a typed number, no note call"),
    Sign("S213", "[#", r"\[#[\w-]*\](?!_)", "“{}” lacks the underscore that makes it a note call",
          "write it as [#]_"),
    Sign("S206", "![", r"!\[[^\]\n]*\]\([^)\n]*\)?", f"“{{}}” is a Markdown picture and {_AS_IS}",
          "use .. figure:: and the file's name"),
    Sign("S206", "](", r"(?<!!)\[[^\]\n]+\]\([^)\n]+\)", f"“{{}}” is a Markdown link and {_AS_IS}",
          "write `words <https://address>`_"),
    Sign("S206", "][", r"(?<!!)\[[^\]\n]+\]\[\w+\](?!_)",
          f"“{{}}” is a Markdown link and {_AS_IS}", "write `words <https://address>`_"),
    Sign("S206", "#", r"\A#{1,6}[ \t]+\S.*", f"“{{}}” is a Markdown heading and {_AS_IS}",
          "put a line of - signs under the heading instead"),
    Sign("S206", "", r"^(?:```|~~~)[ \t]*[\w+-]*[ \t]*$",
          f"“{{}}” is a Markdown fence and {_AS_IS}",
          "write .. code:: and indent the lines below it"),
    Sign("S206", ">", r"\A>[ \t]+\S", f"“{{}}” is the mark of a Markdown quotation and {_AS_IS}",
          "use .. pull-quote::"),
    Sign("S206", "~~", r"~~(?=\w)[^~\n]+~~", f"“{{}}” is a Markdown deletion and {_AS_IS}",
          "delete the words or the signs"),
    Sign("S206", "__", rf"(?<![\w_])__(?!(?:{_NAMES_IN_CODE})__)(?=[^\s_])[^_\n]*[^\s_]__(?![\w_])",
          f"“{{}}” is Markdown's bold type and {_AS_IS}", "write **bold**"),
    Sign("S206", "_", r"(?<![^\s(“«])_(?=[^\W_])[^_\n`\[\]]*[^\W_]_(?![\w_])",
          f"“{{}}” is Markdown's italic type and {_AS_IS}", "write *italic*"),
    Sign("S206", "***", r"(?<!\*)\*{3}(?=[^\s*])[^*\n]*[^\s*]\*{3}(?!\*)",
          "“{}” is bold italic in Markdown; here two of its stars are printed",
          "write *italic* or **bold**"),
    Sign("S206", "**", r"(?<![*\w])\*\*[ \t]+[^\s*][^*\n]*?[ \t]*\*\*(?![*\w])",
          "the stars of “{}” stand away from its words and are printed",
          "put the stars at the words: **bold**"),
    Sign("S206", "[", r"^\[[ x]\][ \t]+\S", "“{}” is a box of a Markdown list of tasks",
          "delete the box"),
    Sign("S206", "---", r"^\|?[ \t]*:?-{3,}:?[ \t]*\|[ \t|:-]*$",
          f"“{{}}” belongs to a Markdown table, which {_AS_IS}", "write a .. list-table::"),
    Sign("S206", "<", rf"</?(?:{_TAG})(?:\s[^<>\n]*)?/?>", f"“{{}}” is an HTML tag and {_AS_IS}",
          "delete the tag; *words* are italic and **words** bold"),
    Sign("S206", "<!--", r"<!--", f"“{{}}” opens an HTML comment, which {_AS_IS}",
          "delete it, or write it as a comment: .. # words"),
    Sign("S206", "&", r"&(?:[a-z]{2,8}[1-4]?|#\d{1,7}|#x[0-9a-f]{1,6});",
          f"“{{}}” is an HTML entity and {_AS_IS}", "type the sign itself"),
    Sign("S218", "*", r"(?<!\w)\w*[^\W\d]\*{1,2}(?=[^\s*])[^*\n]{0,80}(?<!\s)\*{1,2}",
          "the stars in “{}” touch letters and are printed",
          "part the stars from the letters by a backslash and a blank: un\\ *believ*\\ able"),
    Sign("S218", "*", r"(?<!\w)\w*\d\*{1,2}(?=[^\s*])[^*\s]{0,40}\*{1,2}(?!\d)",
          "the stars in “{}” touch letters and are printed",
          "part the stars from the letters by a backslash and a blank: un\\ *believ*\\ able"),
    Sign("S224", "@", r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+_(?!\w)",
          "the underscore at the end of “{}” becomes part of the address",
          "delete the underscore"),
    Sign("S209", ":", r"^\.\.?[a-z][\w-]*::?(?=\s|$).*",
          "“{}” is printed: the dots lack their blank",
          "put a blank after the two dots: .. <name>::"),
    Sign("S209", ".. ",
          r"(?<=\n)\.\. (?:[a-z][\w-]* ?::(?=\s|$)|\[[^\]\n]+\] |_[^:\n]+:(?=\s|$)).*",
          "“{}” is printed: no empty line parts it from the text above",
          "leave an empty line before the two dots"),
    Sign("S209", "::", r"^(?:\. \.|\.\.\.|:|\.) ?[a-z][\w-]*::(?=\s|$).*",
          "“{}” is printed: a directive begins with two dots and a blank",
          "write it as .. <name>::"),
)  # fmt: skip
_BACKSLASH = re.compile(r"\\(?:\\|[^\W_]|(?=\Z))")
_ENUMERATOR = re.compile(r"\\\(?(?:[A-Za-z]|\d+|[ivxlcdmIVXLCDM]+)[.)](?=\s|\Z)")
_LEFT_OVER = re.compile(r"(?<![\x00`:])`(?!`)")


_OPENED = r"(?<![^\s(\[{“‘«„–—/-])"
_INNER_STAR = re.compile(_OPENED + r"\*{1,2}(?=\w)")
_NESTED = re.compile(_OPENED + r"\*(?=\w)[^*]*\w\*(?!\w|\*)")
_INNER_BACKTICK = re.compile(_OPENED + r"`(?=\w)")
_INNER_LITERAL = re.compile(r"(?<![\w`\\])``(?=[^\s`])")


def inspect_phrases(kinds: Kinds, session: Session) -> None:
    """Report phrases that cannot be meant as they are: quoted ones, and those that reach too far.

    A phrase reaches too far where the sign that opens another one closes it.
    """
    for quoted in kinds.all(nodes.title_reference):
        if quoted.rawsource.startswith("`"):  # else it is the role ``:title:``
            place, column = places.place_of(quoted, session)
            message = f"“{quoted.astext()}” stands in single backticks"
            session.report("S206", message, place, "use *one star* for emphasis", column)
    for kind in (nodes.emphasis, nodes.strong, nodes.reference):
        for node in kinds.all(kind):
            sign, inner = ("`", _INNER_BACKTICK) if kind is nodes.reference else ("*", _INNER_STAR)
            words = str(node.rawsource).strip(sign + "_")
            nested = _NESTED.search(words) if kind is nodes.strong else None
            if nested:
                place, column = places.place_of(node, session)
                message = f"“{nested[0]}” stands within bold words, and its stars are printed"
                session.report("S218", message, place, "end the bold words before it", column)
            elif inner.search(words):
                _report_swallowed(node, session)
    for literal in kinds.all(nodes.literal):
        text = literal.astext()
        opening = _INNER_LITERAL.search(text)
        if "''" in text or (opening and '"' in text[: opening.start()]):
            closing = "''" if "''" in text else '"'
            place, column = places.place_of(literal, session)
            message = f"“``” and “{closing}” are no quotation marks here"
            session.report("S206", message, place, "type “ and ”", column)
        elif opening:
            _report_swallowed(literal, session)


def _report_swallowed(node: nodes.Node, session: Session) -> None:
    place, column = places.place_of(node, session)
    message = "the phrase that begins here is closed by the sign that opens another"
    session.report("S218", message, place, "close it, or put a backslash before its sign",
                   column)  # fmt: skip


def inspect(passage: Passage, session: Session) -> None:
    """Report the signs in a passage that cannot be meant as they are."""
    words = passage.words
    in_field = isinstance(passage.node.parent, nodes.field_body)
    for sign in SIGNS:
        if sign.mark not in words or (in_field and sign.pattern.startswith(r"\A")):
            continue
        for found in sign.found(passage.bare if sign.code == "S218" else words):
            shown = " ".join(passage.raw[found.start() : found.end()].split())
            shown = shown if len(shown) <= 40 else shown[:40] + "…"
            place, column = passage.at(found.start())
            name = re.match(r"[.: ]*([\w-]*)", shown)
            hint = sign.hint.replace("<name>", name[1] if name else "note")
            session.report(sign.code, sign.message.format(shown), place, hint, column)
    for start, shown in _lost_backslashes(passage):
        place, column = passage.at(start)
        message = f"the backslash in “{shown}” vanishes"
        session.report("S217", message, place, column=column)
    _inspect_backticks(passage, session)


def _lost_backslashes(passage: Passage) -> Iterator[tuple[int, str]]:
    """Where a backslash stands before a letter or figure, once for each word."""
    text, end = passage.unquoted, 0
    for found in _BACKSLASH.finditer(text):
        begins_line = text[: found.start()].rpartition("\n")[2].strip() == ""
        doubled = found[0] == "\\\\"
        if (
            doubled
            or found.start() < end
            or (begins_line and _ENUMERATOR.match(text, found.start()))
        ):
            continue
        before = re.search(r"\S*\Z", text[: found.start()])
        after = re.match(r"\S*", text[found.start() :])
        assert before is not None
        assert after is not None
        end = found.start() + len(after[0])
        yield found.start(), (before[0] + after[0])[:40]


def _inspect_backticks(passage: Passage, session: Session) -> None:
    texts = [one for one in passage.node.findall(nodes.Text)
             if not isinstance(one.parent, (nodes.literal, nodes.problematic))]  # fmt: skip
    if not any("`" in one for one in texts) or "\\`" in passage.raw:
        return
    found = re.search(r"\w`|`\w|`", passage.words)
    place, column = passage.at(found.start() if found else 0)
    session.report("S218", "a backtick is printed as it stands", place,
                   "use an apostrophe or quotation marks", column)  # fmt: skip
