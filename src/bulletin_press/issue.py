"""Views of an issue and its articles on the document tree; they copy nothing."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from docutils import nodes

from bulletin_press.config import Publication
from bulletin_press.problems import Location
from bulletin_press.source import formulas
from bulletin_press.source.directives.matter import OPENING
from bulletin_press.source.ids import roman
from bulletin_press.source.languages import direction, labels, month
from bulletin_press.source.references import plain
from bulletin_press.source.session import line_of

Day = date


@dataclass(frozen=True, slots=True)
class Article:
    """One article: a section of the issue's tree."""

    section: nodes.section

    @property
    def id(self) -> str:
        """The id of the article, also the stem of its file in an EPUB."""
        return str(self.section["ids"][0])

    @property
    def numeral(self) -> str:
        """The Roman numeral, empty for an article without one."""
        return str(self.section["numeral"])

    @property
    def title_node(self) -> nodes.title:
        """The title with its inline markup and note calls."""
        return next(one for one in self.section.children if isinstance(one, nodes.title))

    @property
    def title(self) -> str:
        """The title as one line of words, without note calls."""
        return plain(self.title_node)

    @property
    def heading(self) -> str:
        """Numeral and title, as outline and navigation give them: ``I. Title``."""
        return f"{self.numeral}. {self.title}" if self.numeral else self.title

    @property
    def authors(self) -> tuple[str, ...]:
        """The authors' names."""
        return tuple(self.section["authors"])

    @property
    def keywords(self) -> tuple[str, ...]:
        """The keywords as written."""
        return tuple(self.section["keywords"])

    @property
    def errata(self) -> tuple[tuple[date, str], ...]:
        """The corrections that were made since: the day and the words of each."""
        return tuple(self.section["errata"])

    @property
    def formerly(self) -> tuple[tuple[str, str], ...]:
        """Where the article was before: issue, or nothing if it was this one, and id."""
        return tuple(self.section["formerly"])

    @property
    def summary_node(self) -> nodes.paragraph | None:
        """The paragraph for the contents list, if the article has one."""
        return self.furniture("summary")

    @property
    def summary(self) -> str:
        """The summary's words, or nothing."""
        node = self.summary_node
        return plain(node) if node is not None else ""

    def furniture(self, name: str) -> nodes.paragraph | None:
        """The opening paragraph of one of the classes in ``OPENING``."""
        for child in self.section.children[: len(OPENING) + 1]:
            if isinstance(child, nodes.paragraph) and name in child["classes"]:
                return child
        return None

    @property
    def group(self) -> str:
        """The section of the contents that the article belongs to, or nothing."""
        return str(self.section["group"])

    @property
    def first_words(self) -> nodes.paragraph | None:
        """The first paragraph after the opening, if the article has one."""
        return next((one for one in self.body if isinstance(one, nodes.paragraph)), None)

    @property
    def anchors(self) -> frozenset[str]:
        """The ids of the article and of all that stands in it."""
        return frozenset(name for one in self.section.findall(nodes.Element) for name in one["ids"])

    @property
    def texts(self) -> Mapping[str, str]:
        """The words of each of its blocks, the title too, by their ids."""
        return {
            str(one["ids"][0]): one.astext()
            for one in self.section.findall(nodes.TextElement)
            if one["ids"] and not isinstance(one, nodes.Inline)
        }

    @property
    def body(self) -> Iterator[nodes.Node]:
        """The blocks after the title and the paragraphs of the opening."""
        for child in self.section.children:
            opens = isinstance(child, nodes.paragraph) and OPENING.intersection(child["classes"])
            if not (opens or child is self.title_node):
                yield child


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue: the publication and the document tree, whose attributes are its masthead."""

    publication: Publication
    document: nodes.document

    @property
    def id(self) -> str:
        """The name of the issue's folder."""
        return str(self.document["folder"])

    @property
    def title(self) -> str:
        """The publication's title as this issue prints it."""
        return str(self.document["title"])

    @property
    def subtitle(self) -> str:
        """The line under the title, or nothing."""
        return str(self.document["subtitle"])

    @property
    def volume(self) -> int:
        """The volume, 0 where none is given."""
        return int(self.document["volume"])

    @property
    def number(self) -> int:
        """The number within the volume, 0 where none is given."""
        return int(self.document["number"])

    @property
    def date(self) -> date:
        """The date of the issue."""
        day = self.document["date"]
        assert isinstance(day, date)
        return day

    @property
    def month(self) -> str:
        """The month and year as printed."""
        return month(self.date, self.language)

    @property
    def cover(self) -> str:
        """The path of the cover's picture, relative to the publication's folder, or nothing."""
        return str(self.document["cover"])

    @property
    def cover_alt(self) -> str:
        """What the cover's picture shows, or nothing."""
        return str(self.document["cover_alt"])

    @property
    def language(self) -> str:
        """The BCP 47 tag of the issue."""
        return str(self.document["language"])

    @property
    def translation_of(self) -> str:
        """The id of the issue that this one is in another language, or nothing."""
        return str(self.document["translation_of"])

    @property
    def direction(self) -> str:
        """``ltr`` or ``rtl``."""
        return direction(self.language)

    @property
    def issn(self) -> str:
        """The ISSN, or nothing."""
        return str(self.document["issn"])

    @property
    def publisher(self) -> str:
        """The publisher, or nothing."""
        return str(self.document["publisher"])

    @property
    def rights(self) -> str:
        """The line of rights, or nothing."""
        return str(self.document["rights"])

    @property
    def summary(self) -> str:
        """One or two sentences on the issue, or nothing."""
        return str(self.document["summary"])

    @property
    def keywords(self) -> tuple[str, ...]:
        """The issue's keywords, then those of its articles, each once."""
        words = [*self.document["keywords"]]
        for article in self.articles:
            words.extend(article.keywords)
        return tuple(dict.fromkeys(words))

    @property
    def errata(self) -> tuple[tuple[Day, str], ...]:
        """The corrections of the issue as a whole: the day and the words of each."""
        return tuple(self.document["errata"])

    @property
    def formerly(self) -> tuple[str, ...]:
        """The ids that the issue had before."""
        return tuple(self.document["formerly"])

    @property
    def unpublished(self) -> bool:
        """Whether the issue is not out yet."""
        return bool(self.document["unpublished"])

    @property
    def authors(self) -> tuple[str, ...]:
        """The names of all authors, each once, in the order of the articles."""
        return tuple(dict.fromkeys(name for one in self.articles for name in one.authors))

    @property
    def name(self) -> str:
        """Title and month, as file properties and libraries show the issue."""
        return f"{self.title} – {self.month}"

    @property
    def position(self) -> str:
        """Volume and number as printed, or nothing."""
        words = labels(self.language)
        volume = f"{words.volume} {self.volume}" if self.volume else ""
        number = f"{words.number} {self.number}" if self.number else ""
        return " · ".join(filter(None, (volume, number)))

    @property
    def line(self) -> str:
        """The issue line of the masthead: volume, number, month."""
        return " · ".join(filter(None, (self.position, self.month)))

    @property
    def stem(self) -> str:
        """The stem of the output files' names."""
        return f"{self.publication.id}-{self.id}"

    @property
    def identifier(self) -> str:
        """A URN that stays the same for every build of this issue (RFC 9562 §5.5)."""
        base = self.publication.base_url or f"urn:bulletin-press:{self.publication.id}"
        year = self.volume or self.date.year
        position = f"{year}.{self.number}" if self.number else self.date.isoformat()
        if self.translation_of:
            position += f".{self.language}"
        return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{base}#{position}')}"

    @property
    def printed_identifier(self) -> str:
        """The URN of the printed issue, whose pages other editions mark."""
        return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{self.identifier}#pdf')}"

    @property
    def anchors(self) -> Iterator[str]:
        """The ids of all that stands in the issue, in order."""
        return (str(name) for one in self.document.findall(nodes.Element) for name in one["ids"])

    @property
    def editorial(self) -> nodes.container | None:
        """The text of issue.rst itself, if it has any."""
        return self.matter("editorial")

    def matter(self, kind: str) -> nodes.container | None:
        """A part beside the articles: ``leader``, ``imprint``, ``colophon`` or ``back-cover``."""
        for part in self.document.children:
            if isinstance(part, nodes.container) and kind in part["classes"]:
                return part
        return None

    @property
    def articles(self) -> tuple[Article, ...]:
        """The articles in order."""
        parts = self.document.children
        return tuple(Article(part) for part in parts if isinstance(part, nodes.section))

    @property
    def text(self) -> str:
        """Every word of the tree, for the choice of faces."""
        words = [
            formulas.words(text.astext())
            if isinstance(text.parent, (nodes.math, nodes.math_block))
            else text.astext()
            for text in self.document.findall(nodes.Text)
        ]
        words += [image["chart"].text for image in self.charts]
        return "".join((*words, *self.imprint, self.title, self.subtitle, self.line))

    @property
    def charts(self) -> tuple[nodes.image, ...]:
        """The charts: pictures that are drawn from the ``Chart`` in their attribute ``chart``."""
        images = self.document.findall(nodes.image)
        return tuple(image for image in images if "chart" in image)

    @property
    def pictures(self) -> tuple[str, ...]:
        """The paths of all picture files, relative to the publication's folder, each once."""
        images = self.document.findall(nodes.image)
        return tuple(dict.fromkeys(str(one["uri"]) for one in images if "chart" not in one))

    def showing(self, path: str) -> tuple[nodes.image, ...]:
        """The places, in order, that show the picture file at ``path``."""
        images = self.document.findall(nodes.image)
        return tuple(one for one in images if "chart" not in one and one["uri"] == path)

    @property
    def formulas(self) -> tuple[tuple[str, bool], ...]:
        """The formulas in TeX's notation, each once, and whether it stands by itself."""
        found = (
            (node.astext(), isinstance(node, nodes.math_block))
            for node in self.document.findall(nodes.Element)
            if isinstance(node, (nodes.math, nodes.math_block))
        )
        return tuple(dict.fromkeys(found))

    @property
    def targets(self) -> tuple[str, ...]:
        """The ids that references in the text lead to, each once."""
        found = (node.get("refid") for node in self.document.findall(nodes.reference))
        return tuple(dict.fromkeys(str(name) for name in found if name))

    def place(self, node: nodes.Node | str) -> Location:
        """The source location of a node, or of the block with an id; else of issue.rst."""
        if isinstance(node, str) and not isinstance(node, nodes.Text):
            named = (one for one in self.document.findall(nodes.Element) if node in one["ids"])
            node = next(named, self.document)
        source, line = line_of(node)
        path, root = Path(source or ""), self.publication.root
        if path.is_relative_to(root):
            return Location(path.relative_to(root).as_posix(), line or 0)
        return Location(str(self.document["source"]))

    @property
    def imprint_nodes(self) -> tuple[nodes.Element, ...]:
        """The paragraphs and lines that issue.rst adds to the imprint."""
        part = self.matter("imprint")
        kinds = (nodes.paragraph, nodes.line)
        found = part.findall(nodes.Element) if part is not None else ()
        return tuple(one for one in found if isinstance(one, kinds))

    @property
    def imprint(self) -> tuple[str, ...]:
        """The lines of the imprint, in order, as printed."""
        given = self.publication.imprint
        editors = ", ".join(given.editors)
        issn = f"ISSN {self.issn}" if self.issn else ""
        lines = (self.publisher, given.address, given.contact, editors, issn, self.rights)
        return tuple(line for line in lines if line)


def list_number(number: int, kind: str) -> str:
    """A list's number as its ``enumtype`` prints it: 4, d, D, iv or IV."""
    if kind.endswith("alpha"):
        sign = chr(96 + number) if 1 <= number <= 26 else str(number)
    else:
        sign = roman(number).lower() if kind.endswith("roman") else str(number)
    return sign.upper() if kind.startswith("upper") else sign
