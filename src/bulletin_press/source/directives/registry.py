"""The directives that an issue may use, and those of docutils that it may not."""

from __future__ import annotations

from docutils import nodes
from docutils.parsers.rst import Directive, directives

from bulletin_press.source.directives.boxes import BLOCKS
from bulletin_press.source.directives.charts import ChartDirective
from bulletin_press.source.directives.illustrations import ILLUSTRATIONS
from bulletin_press.source.directives.inclusion import Include
from bulletin_press.source.directives.matter import MATTER
from bulletin_press.source.directives.tables import TABLES
from bulletin_press.source.session import session_of

REFUSED = {
    "contents": "the press makes the contents list itself",
    "sectnum": "the press numbers the articles itself",
    "section-numbering": "the press numbers the articles itself",
    "header": "running heads come from the masthead and the titles",
    "footer": "folios come from the style sheet",
    "date": "the date of an issue is its :Date: field, so that every build gives the same bytes",
    "meta": "metadata come from the masthead fields",
    "title": "the title is the first heading of the file",
    "target-notes": "write the notes you want printed",
    "default-role": "write the role's name at each use",
    "raw": "raw HTML would work in one edition only",
    "restructuredtext-test-directive": "it is a test of docutils",
}
OWN: dict[str, type[Directive]] = {
    **BLOCKS,
    **ILLUSTRATIONS,
    **MATTER,
    **TABLES,
    "chart": ChartDirective,
    "include": Include,
}


class Refused(Directive):
    """A directive of docutils that has no place in a bulletin; says what takes its place."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        session = session_of(self.state.document)
        source, line = self.state_machine.get_source_and_line(self.lineno)
        reason = REFUSED[self.name]
        message = f"the directive “{self.name}” is not supported: {reason}"
        session.report("S108", message, session.place(source, line), f"delete it: {reason}")
        return []


def names() -> frozenset[str]:
    """The names of all directives that an issue may use."""
    return (frozenset(vars(directives)["_directive_registry"]) | OWN.keys()) - REFUSED.keys()


def options(name: str) -> tuple[str, ...]:
    """The names of the options that a directive takes; none for an unknown directive."""
    found = vars(directives)["_directives"].get(name)
    return tuple(getattr(found, "option_spec", None) or ())


def register() -> None:
    """Make the product's directives known to docutils, for all documents of this process."""
    for name, directive in OWN.items():
        directives.register_directive(name, directive)
    for name in REFUSED:
        directives.register_directive(name, Refused)
