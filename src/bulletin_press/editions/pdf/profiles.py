"""For whom a PDF is set: the usual pages, large print, a booklet to fold, a printing house."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from lxml import etree

from bulletin_press import fonts
from bulletin_press.config import CONFIGURATION_FILE, PAGE_WIDTHS, Design, Publication
from bulletin_press.problems import Location, Problem, ProblemsError, problem

if TYPE_CHECKING:
    from bulletin_press.editions.pdf.composition import Composition
    from bulletin_press.issue import Issue

_LETTER = 279.4
_MILLIMETRE = 72 / 25.4
_SAMPLE, _PADDING = 3, 0.6
_MARGINS, _GAP = 40.0, 6.5  # of print.css on A4, in millimetres
_NARROW, _WIDE, _BEST = 18.0, 42.0, 38.0  # widths of a column, in ems
LANDSCAPE, CRAMMED = "landscape", "crammed"


@dataclass(frozen=True, slots=True)
class Setting:
    """How the pages of one kind of PDF differ from those of another.

    ``suffix`` ends the name of the file. ``sheets`` are the style sheets, each before those that
    amend it; ``values`` are those of them whose first block gives the values of variables.
    A block of at most ``short`` lines of ``line`` characters stays in one piece. Pages that are
    ``imposed`` stand two on a sheet, for folding. ``claims`` is whether the file says of
    itself that it keeps PDF/A and PDF/UA.
    """

    suffix: str = ""
    sheets: tuple[str, ...] = ("base.css", "print.css")
    values: tuple[str, ...] = ("base.css",)
    line: int = 45
    short: int = 24
    imposed: bool = False
    claims: bool = True

    def page(self, design: Design) -> str:
        """The paper."""
        return design.page

    def columns(self, design: Design) -> int:
        """How many columns an article has."""
        return design.columns

    def scale(self, design: Design) -> float:
        """How wide the paper is beside A4, at most 1: in this proportion margins shrink."""
        return min(1.0, PAGE_WIDTHS[self.page(design)] / PAGE_WIDTHS["A4"])

    def given(self, design: Design, size: float) -> Mapping[str, str]:
        """Variables of print.css that follow from the design; the text is of ``size`` points.

        Lines of a narrow column are ragged, since words in them would be torn apart; a single
        column of lines too long to read is made narrower.
        """
        scale, columns = self.scale(design), self.columns(design)
        room = PAGE_WIDTHS[self.page(design)] - (_MARGINS + _GAP * (columns - 1)) * scale
        measure = room / columns * _MILLIMETRE / size
        return {
            "--scale": f"{scale:.4g}",
            "--alignment": "start" if measure < _NARROW else "justify",
            "--indent": f"{measure - _BEST:.1f}em" if measure > _WIDE else "0",
        }

    def chart_width(self, design: Design) -> float:
        """How wide charts are drawn, in CSS pixels; 0 for the width of their place."""
        return 0

    def settle(self, table: etree._Element, design: Design, alone: bool) -> None:
        """Give a table the classes of the page that it needs; ``alone`` if it stands in nothing."""

    def rules(self, design: Design) -> Iterator[str]:
        """Rules that follow from the design."""
        yield f"@page{{size:{self.page(design)}}}"
        yield f".columns{{column-count:{self.columns(design)}}}"

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
    line: int = 52
    short: int = 20
    size: float = 16.0
    margins: float = 40.0

    def page(self, design: Design) -> str:
        """A4, or letter where the publication's own paper is."""
        return "letter" if design.page == "letter" else "A4"

    def columns(self, design: Design) -> int:
        """One, always."""
        return 1

    def chart_width(self, design: Design) -> float:
        """So narrow that, enlarged to the width of the text, letters are as large as the text's."""
        drawn = 7.5  # points: ``charts.draw``
        return (PAGE_WIDTHS[self.page(design)] - self.margins) * 96 / 25.4 * drawn / self.size

    def settle(self, table: etree._Element, design: Design, alone: bool) -> None:
        """A table too wide for the page goes on its side; one too wide there breaks its words."""
        page = self.page(design)
        upright = (PAGE_WIDTHS[page] - self.margins) * _MILLIMETRE
        length = _LETTER if page == "letter" else 297.0
        needed = _narrowest(table) * self.size
        if needed <= upright:
            return
        classes = table.get("class", "").split()
        if alone:
            classes += ["full", LANDSCAPE]
        if not alone or needed > (length - self.margins) * _MILLIMETRE:
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
        from bulletin_press.editions.pdf.prepress.inks import Press

        name = publication.printing.icc_profile
        if not name:
            return b""
        try:
            data = icc.read(publication.root, name)
            Press(data)
        except (ValueError, OSError) as error:
            where = Location(CONFIGURATION_FILE)
            raise ProblemsError([problem("C103", f"“icc-profile” takes {error}", where)]) from error
        return data


def _narrowest(table: etree._Element) -> float:
    """The least width in ems that a table can have with its words whole, about."""
    rows = [[_words(cell) for cell in row] for row in table.iter("tr")]
    columns = [
        sorted(set(chain.from_iterable(column)), key=len)[-_SAMPLE:]
        for column in zip_longest(*rows, fillvalue=())
    ]
    return sum(_PADDING + max(map(_width, words), default=0.0) for words in columns)


def _words(cell: etree._Element) -> tuple[str, ...]:
    return () if "colspan" in cell.attrib else tuple("".join(map(str, cell.itertext())).split())


def _width(word: str) -> float:
    return fonts.width(word, fonts.SANS_BOLD_FACE)


PROFILES: Mapping[str, Setting] = MappingProxyType(
    {
        "screen": Setting(),
        "large-print": LargePrint(),
        "booklet": Setting("-booklet", imposed=True, claims=False),
        "press": Press(),
    }
)
"""By the names that ``build --profile`` takes."""
