"""Directives for blocks that stand apart from the running text, and hints on where pages break."""

from __future__ import annotations

from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import Directive, directives
from docutils.parsers.rst.directives import body

from bulletin_press.source.directives.options import place
from bulletin_press.source.session import session_of

PAGE_BREAK, KEEP_TOGETHER = "page-break", "keep-together"


class _Apart(Directive):
    """A block with an optional title, of the class that its directive is named after."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {
        "class": directives.class_option,
        "name": directives.unchanged,
        "place": place,
    }
    node_class: type[nodes.Element] = nodes.container

    def run(self) -> list[nodes.Node]:
        self.assert_has_content()
        classes = [*([] if self.name == "box" else [self.name]), *self.options.get("class", [])]
        if self.options.get("place") == "full":
            classes.append("place-full")
        made = self.node_class("\n".join(self.content), classes=classes)
        made.source, made.line = self.state_machine.get_source_and_line(self.lineno)
        self.add_name(made)
        if self.arguments:
            made += self.title(self.arguments[0])
        self.fill(made)
        return [made]

    def fill(self, made: nodes.Element) -> None:
        self.state.nested_parse(self.content, self.content_offset, made)

    def title(self, text: str) -> nodes.title:
        inline, messages = self.state.inline_text(text, self.lineno)
        title = nodes.title(text, "", *inline, *messages)
        title.source, title.line = self.state_machine.get_source_and_line(self.lineno)
        return title


class Box(_Apart):
    """``.. box:: Title`` and ``.. key-facts::``: set beside the text, on a tint."""

    node_class = nodes.admonition


class DocumentText(_Apart):
    """``.. document:: Title``: the words of a law, a treaty, a statement, with an attribution."""

    def fill(self, made: nodes.Element) -> None:
        for part in self.state.block_quote(  # type: ignore[attr-defined]
            self.content, self.content_offset
        ):
            made += part.children if isinstance(part, nodes.block_quote) else part


class Dated(_Apart):
    """``.. timeline:: Title`` and ``.. events:: Title``: each date with what happens on it."""

    def fill(self, made: nodes.Element) -> None:
        super().fill(made)
        kinds = (nodes.definition_list, nodes.field_list, nodes.title, nodes.system_message)
        for part in made:
            if not isinstance(part, (*kinds, nodes.Invisible)):
                session = session_of(self.state.document)
                source, line = part.source, part.line
                where = session.place(source or made.source, line or made.line)
                message = f"in “{self.name}” each entry is a date, and below it, indented, a text"
                session.report("S130", message, where)
                return


class Quote(body.BlockQuote):
    """``.. quote::``: a quotation within the text, and no accident of indentation."""

    classes: ClassVar[list[str]] = ["quote"]


class PullQuote(body.PullQuote):
    """``.. pull-quote::`` with ``:place: column|full``."""

    option_spec: ClassVar[dict[str, Any]] = {"place": place}

    def run(self) -> list[nodes.Node]:
        found: list[nodes.Node] = list(super().run())  # type: ignore[no-untyped-call]
        if self.options.get("place") == "full":
            for quote in found:
                if isinstance(quote, nodes.block_quote):
                    quote["classes"].append("place-full")
        return found


class KeepTogether(_Apart):
    """``.. keep-together::``: a hint to printed editions not to break within its blocks."""

    optional_arguments = 0
    option_spec: ClassVar[dict[str, Any]] = {}


class PageBreak(Directive):
    """``.. page-break::``: a hint to printed editions to begin a page."""

    def run(self) -> list[nodes.Node]:
        made = nodes.container(classes=[PAGE_BREAK])
        made.source, made.line = self.state_machine.get_source_and_line(self.lineno)
        return [made]


BLOCKS: dict[str, type[Directive]] = {
    "box": Box,
    "key-facts": Box,
    "timeline": Dated,
    "events": Dated,
    "document": DocumentText,
    "quote": Quote,
    "pull-quote": PullQuote,
    KEEP_TOGETHER: KeepTogether,
    PAGE_BREAK: PageBreak,
}
