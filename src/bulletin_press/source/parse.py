"""One reStructuredText file becomes one docutils document; every message becomes a problem."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from typing import Any

from docutils import nodes
from docutils.core import Publisher
from docutils.io import NullOutput, StringInput
from docutils.parsers.rst import Parser, roles
from docutils.readers import standalone
from docutils.transforms import frontmatter, references
from docutils.utils import new_document

from bulletin_press.problems import suggestion
from bulletin_press.source import constructs, directives, lint, tablesize
from bulletin_press.source import roles as own_roles
from bulletin_press.source.session import Session, line_of, session_of

SETTINGS: dict[str, Any] = {
    "_disable_config": True,
    "report_level": 5,
    "halt_level": 5,
    "warning_stream": False,
    "traceback": True,
    "raw_enabled": False,
    "input_encoding": "utf-8",
    "language_code": "en",
    "smart_quotes": False,
    "syntax_highlight": "none",
    "trim_footnote_reference_space": True,
    "footnote_references": "superscript",
    "line_length_limit": 10_000,
    "doctitle_xform": False,
    "docinfo_xform": False,
    "sectsubtitle_xform": False,
    "strip_comments": False,
    "datestamp": None,
    "source_link": False,
    "generator": False,
    "tab_width": 4,
}
MAXIMUM_SUBSTITUTIONS = 1000
MAXIMUM_DEPTH = 130
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
    (r"Malformed table|directive|Error parsing content block", "S120"),
)


class _Reader(standalone.Reader):  # type: ignore[type-arg]
    """The standalone reader without title and docinfo transforms, listened to from the start."""

    def __init__(self, listen: Callable[[nodes.system_message], None]) -> None:
        super().__init__()
        self._listen = listen

    def new_document(self) -> nodes.document:
        document = super().new_document()
        document.reporter.attach_observer(self._listen)
        return document

    def get_transforms(self) -> list[Any]:
        left_out = (
            frontmatter.DocTitle,
            frontmatter.SectionSubTitle,
            frontmatter.DocInfo,
            references.Substitutions,
        )
        kept = [one for one in super().get_transforms() if one not in left_out]
        return [*kept, _Substitutions]


class _Substitutions(references.Substitutions):
    """docutils' substitutions, but for those in a circle (S122) or beyond a bound (S119)."""

    def apply(self) -> None:
        document = self.document
        session, sizes = session_of(document), dict[str, float]()

        def size(name: str, above: tuple[str, ...] = ()) -> float:
            definitions = document.substitution_defs
            key = name if name in definitions else document.substitution_names.get(name.lower())
            if key is None:
                return 0
            if key in above:
                return math.inf
            if key not in sizes:
                inner = definitions[key].findall(nodes.substitution_reference)
                sizes[key] = 1 + sum(size(one["refname"], (*above, key)) for one in inner)
            return sizes[key]

        for call in list(document.findall(nodes.substitution_reference)):
            name, where = str(call["refname"]), session.place(*line_of(call))
            if size(name) == math.inf:
                session.report("S122", f"|{name}| stands, by way of its text, for itself", where)
            elif size(name) > MAXIMUM_SUBSTITUTIONS:
                session.report("S119", f"|{name}| stands for too many others", where)
            else:
                continue
            call.parent.replace(call, nodes.problematic("", call.rawsource))
        super().apply()


def parse(text: str, session: Session) -> nodes.document:
    """Parse ``text``, the cleaned contents of ``session.file``; problems go to the session."""
    own_roles.register()
    directives.register()
    messages: list[nodes.system_message] = []
    registered: dict[str, Any] = vars(roles)["_roles"]
    known_roles = dict(registered)
    publisher = Publisher(
        _Reader(messages.append), Parser(), None, source_class=StringInput,
        destination_class=NullOutput,
    )  # fmt: skip
    publisher.set_writer("null")
    publisher.process_programmatic_settings(None, {**SETTINGS, "session": session}, None)
    publisher.set_source(text, session.file.as_posix())
    try:
        with tablesize.bounded():
            publisher.publish()
        document = publisher.document or new_document(session.file.as_posix())
        if _is_deep(document):
            raise RecursionError
    except RecursionError:
        where = session.place(None, None)
        deep = "lists, quotations or directives are nested too deeply"
        session.report("S119", deep, where, "nest lists, quotations and directives less deeply")
        settings: Any = publisher.settings
        document = new_document(session.file.as_posix(), settings)
    finally:
        registered.clear()
        registered.update(known_roles)
    for message in messages:
        _report(message, document, session)
    lint.inspect_tree(document, session, directives.names())
    _prune(document)
    constructs.refuse_others(document, session)
    return document


def _is_deep(document: nodes.document) -> bool:
    level: list[nodes.Node] = [document]
    for _ in range(MAXIMUM_DEPTH):
        level = [child for node in level for child in node.children]
    return bool(level)


def _report(message: nodes.system_message, document: nodes.document, session: Session) -> None:
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
    calls = (document.ids.get(name) for name in names)
    if code == "S107" and any(isinstance(call, nodes.footnote_reference) for call in calls):
        code, text = "S111", text.replace("Unknown target name", "Unknown note")
    line = re.match(r"Line (\d+) exceeds the line-length-limit", text)
    where = session.place(message.get("source"), int(line[1]) if line else message.get("line"))
    session.report(code, _plain(text), where, _hint(code, text, document))


def _plain(text: str) -> str:
    """A docutils message in an editor's words where docutils' own are those of its inside."""
    replacements = (
        (r"^Possible title underline, too short for the title\..*", "the line under the heading"
         " is too short"),
        (r"^Title (under|over)line too short\.", r"the heading's \1line is too short"),
        (r'^Unknown target name: "(.*)"\.', r"nothing is named “\1”"),
        (r'^Unknown note: "(.*)"\.', r"the note “\1” is called but not written"),
        (r'^Undefined substitution referenced: "(.*)"\.', r"|\1| is not defined"),
        (r'^Unknown directive type "(.*?)"\..*', r"there is no directive “\1”"),
        (r'^Unknown interpreted text role "(.*?)"\..*', r"there is no role “\1”"),
        (r"^Too many (autonumbered|symbol) footnote references: .*", "a note call without its"
         " note"),
        (r"^Anonymous hyperlink mismatch: (\d+) references but (\d+) targets.*", r"\1 links that"
         r" end in two underscores, but \2 addresses for them"),
        (r"^Duplicate target name, cannot be used as a unique reference: ", "several places are"
         " named "),
        (r"^Line \d+ exceeds the line-length-limit\.", "the line is longer than"
         f" {SETTINGS['line_length_limit']} characters"),
        (r"^“?\"?(.*?)\"?”?: line (\d+) exceeds the line-length-limit\.?", r"line \2 of an included"
         f" file is longer than {SETTINGS['line_length_limit']} characters"),
        (r"^raw \(and derived\) roles disabled\.?", "raw text works in one edition only and is"
         " refused"),
        (r'^circular inclusion in "include" directive.*', "the file includes itself"),
        (r"^Inline (.*) start-string without end-string\.", r"the opening mark of \1 is not"
         " closed"),
    )  # fmt: skip
    for pattern, replacement in replacements:
        text = re.sub(pattern, replacement, text)
    text = re.sub(r'"([^"]*)"', r"“\1”", text)
    return text[:1].lower() + text[1:].rstrip(".")


def _hint(code: str, text: str, document: nodes.document) -> str:
    for pattern, hint in (
        ("invalid option block", "indent the second line of an option below its text"),
        ("Malformed table", "align the columns, or write it as a list-table"),
        ("unique reference", "give each its own name; number notes with [#]_"),
        ("exceeds the line-length-limit", "break the text into lines"),
    ):
        if pattern in text:
            return hint
    name = re.search(r'"(.*?)"', text)
    if name is None:
        return ""
    if code == "S107" and document.nameids and "substitution" not in text:
        return suggestion(name[1], document.nameids)
    if code == "S108" and "Unknown directive" in text:
        return suggestion(name[1], directives.names())
    return ""


def _prune(document: nodes.document) -> None:
    """Take out what docutils left for itself; errors stay, to be seen in a draft."""
    removed: Iterable[nodes.Node] = [
        *document.findall(nodes.comment),
        *document.findall(nodes.substitution_definition),
        *document.findall(nodes.pending),
        *(one for one in document.findall(nodes.system_message) if int(one["level"]) < 3),
        *(one for one in document.findall(nodes.target) if not one.children),
    ]
    for node in removed:
        if node.parent is not None:
            node.parent.remove(node)
    for group in list(document.findall(nodes.section)):
        if "system-messages" in group["classes"] and group.parent is not None:
            group.parent.remove(group)
