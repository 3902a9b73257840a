"""For whom a PDF is set: the usual pages, large print, a booklet to fold, a printing house."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from lxml import etree

from bulletin_press.config import CONFIGURATION_FILE, PAGE_HEIGHTS, PAGE_WIDTHS, Design, Publication
from bulletin_press.editions.pdf.fitting import narrowest
from bulletin_press.problems import Location, Problem, ProblemsError, problem

if TYPE_CHECKING:
    from bulletin_press.editions.pdf.composition import Composition
    from bulletin_press.issue import Issue

_MILLIMETRE = 72 / 25.4
_PIXEL = 96 / 72  # of CSS in a point
_PADDING = 0.6  # of large print's tables, in ems
# of print.css, in points: text, tables, dense ones, and between their columns
_TEXT, _TABLE, _DENSE, _GUTTER = 10.0, 8.2, 7.0, 8.0
_MARGINS, _GAP = 40.0, 6.5  # of print.css on A4, in millimetres
_INDENT, _INDENTED = 13.0, ("li", "dd", "blockquote", "aside")
_NARROW, _WIDE, _BEST = 18.0, 42.0, 38.0  # widths of a column, in ems
ACROSS, DENSE, LANDSCAPE, CRAMMED = "full", "dense", "landscape", "crammed"


@dataclass(frozen=True, slots=True)
class Setting:
    """How the pages of one kind of PDF differ from those of another.

    ``suffix`` ends the name of the file. ``sheets`` are the style sheets, each before those that
    amend it; ``values`` are those of them whose first block gives the values of variables.
    A block of at most ``short`` lines stays in one piece; ``character`` is how wide a character of
    text is, about, in points. Pages that are
    ``imposed`` stand two on a sheet, for folding. ``claims`` is whether the file says of
    itself that it keeps PDF/A and PDF/UA. ``roomy`` is whether a contents list that leaves much of
    page 1 empty is set wider.
    """

    suffix: str = ""
    sheets: tuple[str, ...] = ("base.css", "print.css")
    values: tuple[str, ...] = ("base.css",)
    character: float = 5.13
    short: int = 24
    imposed: bool = False
    claims: bool = True
    roomy: bool = True

    def page(self, design: Design) -> str:
        """The paper."""
        return design.page

    def columns(self, design: Design) -> int:
        """How many columns an article has."""
        return design.columns

    def scale(self, design: Design) -> float:
        """How wide the paper is beside A4, at most 1: in this proportion margins shrink."""
        return min(1.0, PAGE_WIDTHS[self.page(design)] / PAGE_WIDTHS["A4"])

    def column(self, design: Design, columns: int = 0) -> float:
        """The width of a column in points, of one of ``columns`` or of as many as there are."""
        count = columns or self.columns(design)
        scale, width = self.scale(design), PAGE_WIDTHS[self.page(design)]
        return (width - (_MARGINS + _GAP * (count - 1)) * scale) / count * _MILLIMETRE

    def line(self, design: Design, columns: int = 0) -> float:
        """How many characters a line of one of ``columns``, or of those there are, has, about."""
        return self.column(design, columns) / self.character

    def text(self, design: Design) -> float:
        """The width of the lines in points: of a column, less what ``given`` takes from it."""
        column = self.column(design)
        return column if column <= _WIDE * _TEXT else _BEST * _TEXT

    def given(self, design: Design, size: float) -> Mapping[str, str]:
        """Variables of print.css that follow from the design; the text is of ``size`` points.

        Lines of a narrow column are ragged, since words in them would be torn apart; a single
        column of lines too long to read is made narrower.
        """
        measure = self.column(design) / size
        return {
            "--scale": f"{self.scale(design):.4g}",
            "--alignment": "start" if measure < _NARROW else "justify",
            "--indent": f"{measure - _BEST:.1f}em" if measure > _WIDE else "0",
        }

    def chart_widths(self, design: Design) -> tuple[float, float]:
        """How wide charts are drawn in a column and across the page, in CSS pixels."""
        return self.text(design) * _PIXEL, self.column(design, 1) * _PIXEL

    def settle(self, table: etree._Element, design: Design, alone: bool) -> None:
        """Give a table the classes of the room that it needs; ``alone`` if it stands in nothing.

        One too wide for a column goes across the page, one too wide for that, or for its place in a
        list or box, is set denser. If it is too wide even so for the tables that it holds, their
        words may be broken.
        """
        needed = narrowest(table, _GUTTER / _TABLE) * _TABLE
        room = self.text(design) - _INDENT * sum(1 for _ in table.iterancestors(*_INDENTED))
        if needed <= room:
            return
        if alone:
            room = self.column(design, 1)
        crowded, crammed = needed > room, needed * _DENSE / _TABLE > room
        wanted = (
            (ACROSS, alone),
            (DENSE, crowded),
            (CRAMMED, crammed and table.find(".//table") is not None),
        )
        added = [name for name, is_wanted in wanted if is_wanted]
        table.set("class", " ".join([*table.get("class", "").split(), *added]))

    def rules(self, design: Design) -> Iterator[str]:
        """Rules that follow from the design."""
        yield f"@page{{size:{self.page(design)}}}"
        columns = self.columns(design)
        yield f".columns{{column-count:{columns if columns > 1 else 'auto'}}}"

    def prepare(
        self, document: Any, pictures: dict[str, Any], composition: Composition
    ) -> Callable[[Any], None]:
        """Prepare WeasyPrint's document for writing; return what finishes the pydyf document.

        ``pictures`` are its pictures by address.
        """
        return lambda pdf: None

    def examine(
        self, issue: Issue, composition: Composition, labels: Sequence[str], pdf: bytes
    ) -> tuple[Sequence[Problem], Mapping[str, bytes]]:
        """What is wrong with the finished file, and the files that go with it, by name.

        ``labels`` are those of its pages.
        """
        return (), {}

    def profile(self, publication: Publication) -> bytes:
        """The ICC profile of the press whose inks the file is in; nothing for an RGB one."""
        return b""


@dataclass(frozen=True, slots=True)
class LargePrint(Setting):
    """Large print: one column on the largest usual paper, a wide table on its side.

    ``size`` is that of tables' and charts' text in points, ``margins`` what large-print.css leaves
    white beside the text, in millimetres.
    """

    suffix: str = "-large-print"
    sheets: tuple[str, ...] = ("base.css", "print.css", "large-print.css")
    values: tuple[str, ...] = ("base.css", "large-print.css")
    character: float = 9.27
    short: int = 20
    roomy: bool = False
    size: float = 16.0
    margins: float = 40.0

    def page(self, design: Design) -> str:
        """A4, or letter where the publication's own paper is."""
        return "letter" if design.page == "letter" else "A4"

    def columns(self, design: Design) -> int:
        """One, always."""
        return 1

    def chart_widths(self, design: Design) -> tuple[float, float]:
        """So narrow that, enlarged to the width of the text, letters are as large as the text's."""
        drawn = 7.5  # points: ``charts.draw``
        text = (PAGE_WIDTHS[self.page(design)] - self.margins) * _MILLIMETRE
        return text * _PIXEL * drawn / self.size, 0

    def settle(self, table: etree._Element, design: Design, alone: bool) -> None:
        """A table too wide for the page goes on its side; one too wide there breaks its words."""
        page = self.page(design)
        upright = (PAGE_WIDTHS[page] - self.margins) * _MILLIMETRE
        needed = (narrowest(table, _PADDING) + _PADDING) * self.size
        if needed <= upright:
            return
        classes = table.get("class", "").split()
        if alone:
            classes += [ACROSS, LANDSCAPE]
        if not alone or needed > (PAGE_HEIGHTS[page] - self.margins) * _MILLIMETRE:
            classes.append(CRAMMED)
        table.set("class", " ".join(classes))

    def rules(self, design: Design) -> Iterator[str]:
        """The paper upright and on its side."""
        yield from Setting.rules(self, design)
        yield f"@page {LANDSCAPE}{{size:{self.page(design)} landscape}}"


@dataclass(frozen=True, slots=True)
class Press(Setting):
    """For a printing house: bleed and marks, and colours as its press prints them."""

    suffix: str = "-press"
    sheets: tuple[str, ...] = ("base.css", "print.css", "press.css")
    claims: bool = False

    def prepare(
        self, document: Any, pictures: dict[str, Any], composition: Composition
    ) -> Callable[[Any], None]:
        """Bleed and marks, pictures as they were given, inks where there is a profile."""
        from bulletin_press.editions.pdf.prepress import finishing

        return finishing.prepare(document, pictures, composition)

    def examine(
        self, issue: Issue, composition: Composition, labels: Sequence[str], pdf: bytes
    ) -> tuple[Sequence[Problem], Mapping[str, bytes]]:
        """The faults that a printing house would find; the printer's sheet."""
        from bulletin_press.editions.pdf.prepress import inspection, ticket, verdict

        facts = inspection.inspect(pdf)
        paths = verdict.names(composition.resources, composition.pictures)
        name = f"{issue.stem}{self.suffix}"
        sheet = ticket.text(issue, f"{name}.pdf", pdf, facts, paths)
        problems = tuple(verdict.check(issue, facts, labels, paths))
        return problems, {f"{name}.txt": sheet.encode()}

    def profile(self, publication: Publication) -> bytes:
        """The profile that bulletin.toml names."""
        from bulletin_press import icc
        from bulletin_press.editions.pdf.prepress import inks

        name = publication.printing.icc_profile
        if not name:
            return b""
        try:
            data = icc.read(publication.root, name)
            inks.Press(data)
        except (ValueError, OSError) as error:
            where = Location(CONFIGURATION_FILE)
            raise ProblemsError([problem("C103", f"“icc-profile” takes {error}", where)]) from error
        return data


@dataclass(frozen=True, slots=True)
class ForOffprints(Setting):
    """The usual pages, of which articles are cut."""

    sheets: tuple[str, ...] = ("base.css", "print.css", "offprint.css")

    def rules(self, design: Design) -> Iterator[str]:
        """The article is the first level of bookmarks: that of its section is not in the file."""
        yield from Setting.rules(self, design)
        yield ".department{bookmark-level:none}.grouped .article-title{bookmark-level:1}"


PROFILES: Mapping[str, Setting] = MappingProxyType(
    {
        "screen": Setting(),
        "large-print": LargePrint(),
        "booklet": Setting("-booklet", imposed=True, claims=False),
        "press": Press(),
    }
)
"""By the names that ``build --profile`` takes."""

OFFPRINTS = ForOffprints()
"""What offprints are cut from."""
