"""Terms that all articles of an issue share: phrases, roles and addresses, each with its place."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from docutils.parsers.rst import directives, roles
from docutils.parsers.rst.directives import misc
from docutils.transforms import Transform

from bulletin_press.problems import Location
from bulletin_press.source.mastheads import TERMS_FILE
from bulletin_press.source.session import Session, Term, Terms, line_of, session_of

# Comments are welcome here, and what is text is refused in any case.
_OF_TEXT = ("S214", "S215")
_PHRASE = re.compile(r"^\.\. +\|(\S[^|\n]*)\|", re.MULTILINE)


def collect(text: str, document: nodes.document, session: Session) -> Terms:
    """The definitions of terms.rst, as text and as parsed, over those that were known before it.

    Whatever else the file holds is reported (S128). A phrase whose definition is wrong stands for
    its own name, marked for a draft, so that its uses are not reported too.
    """
    known = session.terms
    session.problems = [one for one in session.problems if one.code not in _OF_TEXT]
    phrases = {
        nodes.fully_normalize_name(name): Term((name, node), session.place(*line_of(node)))
        for name, node in document.substitution_defs.items()
    }
    for name in _PHRASE.findall(text):
        mark = nodes.substitution_definition("", "", nodes.problematic("", f"|{name}|"))
        lost = Term((nodes.whitespace_normalize_name(name), mark), session.place(None, None))
        phrases.setdefault(nodes.fully_normalize_name(name), lost)
    addresses: dict[str, Term] = {}
    others: list[nodes.Node] = [
        one for one in document.children if not isinstance(one, nodes.system_message)
    ]
    for name, key in document.nameids.items():
        target = document.ids.get(key) if key else None
        if not isinstance(target, nodes.target):
            continue
        if target.get("refuri"):
            addresses[name] = Term(target["refuri"], session.place(*line_of(target)))
        elif not target.children:
            others.append(target)
    for node in others:
        place = line_of(node[0] if isinstance(node, nodes.section) else node)
        session.report("S128", "terms.rst holds definitions only", session.place(*place))
    return Terms(
        {**known.phrases, **phrases},
        {**known.roles, **session.roles},
        {**known.addresses, **addresses},
    )


def lend_phrases(document: nodes.document) -> None:
    """Give a parsed document the shared phrases; one of its own goes before, with a warning."""
    session = session_of(document)
    for normal, term in session.terms.phrases.items():
        name, definition = term.value
        own = document.substitution_names.get(normal)
        if own is None:
            document.substitution_defs[name] = definition
            document.substitution_names[normal] = name
        else:
            where = session.place(*line_of(document.substitution_defs[own]))
            _warn(session, f"|{own}|", where, term.where)


class Addresses(Transform):
    """Give shared addresses to the links of a document that its own targets leave open."""

    default_priority = 645  # docutils' external targets have 640, the internal ones 660

    def apply(self) -> None:
        session = session_of(self.document)
        for name, term in session.terms.addresses.items():
            key = self.document.nameids.get(name)
            if name in self.document.nameids:
                if self.document.nametypes.get(name) and key is not None:
                    where = session.place(*line_of(self.document.ids[key]))
                    _warn(session, f"_{name}", where, term.where)
                continue
            links: list[Any] = self.document.refnames.get(name, [])
            for link in links:
                if not link.resolved and "refname" in link:
                    del link["refname"]
                    link["refuri"] = term.value
                    link.resolved = True


class Role(misc.Role):
    """``.. role::``, which notes where each role is defined."""

    def run(self) -> list[nodes.Node]:
        self.reporter = self.state.reporter  # docutils forgets it, but reports by it
        registered: dict[str, Any] = vars(roles)["_roles"]
        before = dict(registered)
        found = list(super().run())
        name = next((key for key, role in registered.items() if before.get(key) is not role), "")
        if not name:
            return found
        session = session_of(self.state.document)
        source, line = self.state_machine.get_source_and_line(self.lineno)
        where = session.place(source, line)
        session.roles[name] = Term(registered[name], where)
        shared = session.terms.roles.get(name)
        if shared is not None:
            _warn(session, f":{name}:", where, shared.where)
        return found


def _warn(session: Session, name: str, where: Location, other: Location) -> None:
    if session.file.name == TERMS_FILE or where.path == other.path:
        return  # an issue's terms go before its publication's; a file may include them
    message = f"{name} is defined here and in {other}; in this file it has the meaning given here"
    session.report("S212", message, where, "give one of the two another name, or delete one")


def register() -> None:
    """Make the directive known to docutils, for all documents of this process."""
    directives.register_directive("role", Role)
