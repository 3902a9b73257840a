"""The directive ``chart``: a table of numbers to be drawn, kept whole in the tree."""

from __future__ import annotations

import hashlib
from dataclasses import astuple, dataclass
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import Directive, directives

from bulletin_press.problems import Location, suggestion
from bulletin_press.source.directives import datasheets, figures
from bulletin_press.source.directives.inclusion import codec_of
from bulletin_press.source.directives.options import place
from bulletin_press.source.session import Session, session_of

KINDS = ("bar", "line", "stacked")


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: how it is drawn, and its numbers.

    ``series`` are the columns, each with its name and a number for each category, None where there
    is none. ``cells`` are the numbers as typed, a row for each category; ``head`` stands over the
    categories.
    """

    kind: str
    unit: str
    head: str
    categories: tuple[str, ...]
    series: tuple[tuple[str, tuple[float | None, ...]], ...]
    cells: tuple[tuple[str, ...], ...]

    def __str__(self) -> str:
        names = ", ".join(name for name, _ in self.series)
        return f"{self.kind}: {names} ({len(self.categories)} rows)"

    @property
    def uri(self) -> str:
        """A name for the picture that changes with anything drawn in it."""
        digest = hashlib.sha256(repr(astuple(self)).encode("utf-8", "replace"))
        return f"chart:{digest.hexdigest()[:12]}"

    @property
    def text(self) -> str:
        """Every word and number that the picture or the data table may show."""
        words = [self.unit, self.head, *self.categories, *(name for name, _ in self.series)]
        return "\n".join([*words, *(cell for row in self.cells for cell in row)])


class ChartDirective(Directive):
    """``.. chart::``: the numbers of a file, with a caption below, or a table typed in place."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {
        "kind": directives.unchanged_required,
        "alt": directives.unchanged_required,
        "caption": directives.unchanged_required,
        "credit": directives.unchanged_required,
        "place": place,
        "unit": directives.unchanged_required,
        "delim": directives.single_char_or_whitespace_or_unicode,
        "name": directives.unchanged,
        "class": directives.class_option,
    }

    def run(self) -> list[nodes.Node]:
        """The figure: an image that holds the chart, caption and legend."""
        session = session_of(self.state.document)
        kind = " ".join(self.options.get("kind", "bar").lower().split())
        if kind not in KINDS:
            hint = suggestion(kind, KINDS)
            session.report(
                "S126", f"there is no chart of the kind “{kind}”", self._at("kind"), hint
            )
        if kind not in KINDS or (chart := self._chart(kind, session)) is None:
            return figures.stand_in(self)
        width = self.options.get("place", "column")
        classes = ["chart", f"place-{width}", *self.options.get("class", [])]
        figure = nodes.figure(self.block_text, classes=classes)
        image = nodes.image(self.block_text, uri=chart.uri, chart=chart)
        image["alt"] = " ".join(self.options.get("alt", "").split())
        for node in (figure, image):
            node.source, node.line = self.state_machine.get_source_and_line(self.lineno)
        figure += image
        if "caption" in self.options:
            inline, messages = self.state.inline_text(self.options["caption"], self.lineno)
            caption = nodes.caption(self.options["caption"], "", *inline, *messages)
            caption.source, caption.line = figure.source, figure.line
            figure += caption
        if self.arguments:
            self._read_below(figure, session)
        if credit := self.options.get("credit"):
            figures.add_credit(self, figure, credit)
        self.add_name(figure)
        return [figure]

    def _chart(self, kind: str, session: Session) -> Chart | None:
        """The chart of the file or of the typed table; None after a report."""
        lines, places = self._lines(session)
        if lines is None:
            return None
        delimiter = self.options.get("delim", "")
        sheet, faults = datasheets.read(lines, delimiter, kind == "line", kind != "stacked")
        for fault in faults:
            where = places[fault.line] if fault.line < len(places) else self._at("")
            session.report("S126", fault.message, where, fault.hint)
        where = self._at("")
        if sheet is None or not session.admits_table(len(sheet.rows) * len(sheet.columns), where):
            return None
        columns = tuple(zip(*sheet.numbers, strict=True))
        series = tuple(zip(sheet.columns, columns, strict=True))
        unit = " ".join(self.options.get("unit", "").split())
        return Chart(kind, unit, sheet.corner, sheet.rows, series, sheet.cells)

    def _lines(self, session: Session) -> tuple[list[str] | None, list[Location]]:
        """The lines of the table, each with its place; None after a report."""
        if not self.arguments:
            infos = [self.content.info(number) for number in range(len(self.content))]
            return list(self.content), [
                session.place(source, (line or 0) + 1) for source, line in infos
            ]
        name = self.arguments[0].strip()
        if "\n" in name:
            message = "the table begins without an empty line before it"
            session.report("S126", message, self._at(""), "leave an empty line before the table")
            return None, []
        source = self.state_machine.get_source_and_line(self.lineno)[0]
        path = session.inside(source, name, self._at(""))
        if path is None or not session.admits(path, self._at("")):
            return None, []
        codec = codec_of(session, path)
        if codec is None:
            return None, []
        text = path.read_bytes().decode(codec).removeprefix("\ufeff")
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return lines, [session.place(str(path), number) for number in range(1, len(lines) + 1)]

    def _read_below(self, figure: nodes.figure, session: Session) -> None:
        """What stands below a file's name: the caption, then the legend."""
        below = nodes.Element()
        self.state.nested_parse(self.content, self.content_offset, below)
        blocks = [one for one in below if not isinstance(one, nodes.comment)]
        first = blocks[0] if blocks and "caption" not in self.options else None
        if isinstance(first, nodes.paragraph):
            del blocks[0]
            caption = nodes.caption(first.rawsource, "", *first.children)
            caption.source, caption.line = first.source, first.line
            figure += caption
        elif first is not None:
            message = "what stands first below a chart is its caption, one paragraph"
            session.report("S126", message, self._at(""), "write the caption as a paragraph")
        if blocks:
            figure += nodes.legend("", *blocks)
        figure.extend(one for one in below if isinstance(one, nodes.comment))

    def _at(self, option: str) -> Location:
        """The place of an option in the source, or of the directive."""
        lines = self.block_text.split("\n")
        found = (n for n, line in enumerate(lines) if line.strip().startswith(f":{option}:"))
        offset = next(found, 0) if option else 0
        source, line = self.state_machine.get_source_and_line(self.lineno + offset)
        return session_of(self.state.document).place(source, line)
