"""One reStructuredText file becomes one docutils document; every message becomes a problem."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from copy import deepcopy
from functools import cache
from typing import Any

from docutils import nodes
from docutils.core import Publisher
from docutils.io import NullOutput, StringInput
from docutils.parsers.rst import Parser, roles
from docutils.readers import standalone
from docutils.transforms import frontmatter, references
from docutils.utils import new_document

from bulletin_press.problems import suggestion
from bulletin_press.source import constructs, notes, terms
from bulletin_press.source import roles as own_roles
from bulletin_press.source.directives import registry, tablesize
from bulletin_press.source.kinds import Kinds
from bulletin_press.source.proofreading import calls, messages, mistakes
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
        return [*kept, _Substitutions, terms.Addresses, calls.UnwrittenNotes]


class _Substitutions(references.Substitutions):
    """docutils' substitutions, but for those in a circle (S122) or beyond a bound (S119)."""

    def apply(self) -> None:
        document = self.document
        session, sizes = session_of(document), dict[str, float]()
        terms.lend_phrases(document)

        lent = {id(term.value[1]) for term in session.terms.phrases.values()}

        def weight(definition: nodes.Element) -> int:
            """How many others a definition stands for: those of a lent one are filled in."""
            return sum(1 for _ in definition.findall(nodes.Text)) if id(definition) in lent else 1

        def size(name: str, above: tuple[str, ...] = ()) -> float:
            definitions = document.substitution_defs
            key = name if name in definitions else document.substitution_names.get(name.lower())
            if key is None:
                return 0
            if key in above:
                return math.inf
            if key not in sizes:
                inner = definitions[key].findall(nodes.substitution_reference)
                sizes[key] = weight(definitions[key]) + sum(
                    size(one["refname"], (*above, key)) for one in inner
                )
            return sizes[key]

        self._refuse_undefined()
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

    def _refuse_undefined(self) -> None:
        """Report what a definition calls and nobody defines, at which docutils breaks off."""
        document = self.document
        session, names = session_of(document), document.substitution_names
        for definition in document.findall(nodes.substitution_definition):
            for call in list(definition.findall(nodes.substitution_reference)):
                name = str(call["refname"])
                if name.lower() not in names:
                    where = session.place(*line_of(definition))
                    hint = suggestion(name, document.substitution_defs)
                    session.report("S107", f"|{name}| is not defined", where, hint)
                    call.parent.replace(call, nodes.problematic("", call.rawsource))


def parse(text: str, session: Session) -> nodes.document:
    """Parse ``text``, the cleaned contents of ``session.file``; problems go to the session."""
    own_roles.register()
    registry.register()
    heard: list[nodes.system_message] = []
    registered: dict[str, Any] = vars(roles)["_roles"]
    known_roles = dict(registered)
    registered.update({name: term.value for name, term in session.terms.roles.items()})
    publisher = _publisher(heard.append)
    publisher.settings = settings = deepcopy(_settings())
    settings.session = session
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
        document = new_document(session.file.as_posix(), settings)
    finally:
        known = frozenset(registered)
        registered.clear()
        registered.update(known_roles)
    for message in heard:
        messages.report(message, document, session, known)
    kinds = Kinds(document)
    mistakes.inspect_tree(document, kinds, session, registry.names())
    _prune(kinds)
    notes.count_in_order(document)
    constructs.refuse_others(document, session)
    return document


def _publisher(listen: Callable[[nodes.system_message], None]) -> Publisher:
    publisher = Publisher(
        _Reader(listen), Parser(), None, source_class=StringInput, destination_class=NullOutput
    )
    publisher.set_writer("null")
    return publisher


@cache
def _settings() -> Any:
    """The settings of docutils for every file, of which each gets a copy."""
    publisher = _publisher(lambda message: None)
    publisher.process_programmatic_settings(None, SETTINGS, None)
    return publisher.settings


def _is_deep(document: nodes.document) -> bool:
    level: list[nodes.Node] = [document]
    for _ in range(MAXIMUM_DEPTH):
        level = [child for node in level for child in node.children]
    return bool(level)


def _prune(kinds: Kinds) -> None:
    """Take out what docutils left for itself; errors stay, to be seen in a draft."""
    removed: Iterable[nodes.Node] = [
        *kinds.all(nodes.comment),
        *kinds.all(nodes.substitution_definition),
        *kinds.all(nodes.pending),
        *(one for one in kinds.all(nodes.system_message) if int(one["level"]) < 3),
        *(one for one in kinds.all(nodes.target) if not one.children),
    ]
    for node in removed:
        if node.parent is not None:
            node.parent.remove(node)
    for group in kinds.all(nodes.section):
        if "system-messages" in group["classes"] and group.parent is not None:
            group.parent.remove(group)
