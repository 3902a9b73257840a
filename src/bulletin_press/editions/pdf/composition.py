"""The printed issue as one HTML document: front page, contents list, articles in columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import groupby, pairwise

from lxml import etree

from bulletin_press import fonts, markup, styles
from bulletin_press.artwork import artwork, drawn_formulas
from bulletin_press.config import PAGE_HEIGHTS, PAGE_WIDTHS, Design
from bulletin_press.contents import Entry, contents, outline
from bulletin_press.editions.pdf import hyphens, tightening
from bulletin_press.editions.pdf.blocks import name_blocks
from bulletin_press.editions.pdf.citation import Cut
from bulletin_press.editions.pdf.fitting import is_roomy
from bulletin_press.editions.pdf.profiles import PROFILES, Setting
from bulletin_press.issue import Article, Issue
from bulletin_press.page import element, shell, xml
from bulletin_press.source.directives import matter
from bulletin_press.source.directives.boxes import PAGE_BREAK
from bulletin_press.source.languages import labels

_FACES = "press:faces/"
_PICTURES = "press:pictures/"
_NAMEPLATE, _NAMEPLATE_MARGINS = 68.0, 125.3
_APART = frozenset({"timeline", "events", "document"})
_HEADINGS = frozenset({"h2", "h3"})
_SPACED = frozenset({*_HEADINGS, "figure", "table", "pull-quote", "box", "rubric", *_APART})
_PARTABLE = frozenset({"aside", "blockquote", "table"})
_LOW = 8  # lines of a row that can wait for the next
_WIDE = frozenset({"place-full", "full", PAGE_BREAK})
BACK_COVER = "back-cover-"
_FACE = re.compile(r"@font-face\s*\{[^}]*\}")
_ADDRESS = re.compile(r"""url\(\s*["']?([^"')\s]+)""")
# The engine sets blanks in the first face when it justifies; by this also when it measures.
_BLANKS = "\nhtml{word-spacing:0.01pt}"


@dataclass(frozen=True, slots=True)
class Composition:
    """All that a layout needs: the document, its resources by address, and its links' proof.

    ``html`` is HTML in the syntax of XML. ``anchors`` are the ids whose pages the layout reports,
    in reading order. ``opening`` is the id of the first article, where page 1 begins if page 1 is
    not the cover. ``profile`` is the ICC profile of the inks that the file is to be in.
    ``pictures`` are the paths of the issue's pictures, or charts' names, by address.
    ``tightenings`` are rules for a tighter setting, the least tight first. ``cuts`` are the
    articles that are asked for, in place of the whole. ``even`` says whether the lines of a
    justified paragraph are broken as a whole. ``identifier`` is the URN that the file gives
    itself; the usual PDF, whose pages the EPUB marks, has one. ``names`` are words, by address,
    that change with a resource, for those whose content need not be looked at.
    """

    html: str
    resources: dict[str, bytes]
    anchors: tuple[str, ...]
    opening: str
    cover_counts: bool
    sheet: styles.Sheet
    setting: Setting
    profile: bytes
    pictures: Mapping[str, str]
    tightenings: tuple[str, ...]
    cuts: tuple[Cut, ...] = ()
    even: bool = True
    identifier: str = ""
    names: Mapping[str, str] = field(default_factory=dict)

    def faces(self) -> bytes:
        """A hash of all that chooses and shapes glyphs: the rules for faces, and their files."""
        digest = sha256()
        for rule in _FACE.findall(self.html):
            digest.update(rule.encode() + b"\0")
            for address in _ADDRESS.findall(rule):
                digest.update(self.digest(address).encode())
        return digest.digest()

    def digest(self, address: str) -> str:
        """What changes with a resource."""
        named = self.names.get(address)
        return named or sha256(self.resources.get(address, b"")).hexdigest()


def compose(
    issue: Issue, draft: bool = False, setting: Setting = PROFILES["screen"]
) -> Composition:
    """Compose the printed edition of ``issue``; ``draft`` heads every page DRAFT.

    ``setting`` says for whom.
    """
    design, values = (
        issue.publication.design,
        styles.variables(issue.publication, (), setting.values),
    )
    selection = fonts.select(issue.text)
    given = setting.given(design, styles.points(values, "--text-size", 10))
    even = design.paragraphs == "total-fit" and given["--alignment"] == "justify"
    faces = {f"{_FACES}{face.name}.ttf": face for face in selection.faces}
    resources = {address: face.data() for address, face in faces.items()}
    art = artwork(issue, *setting.chart_widths(design))
    addresses = {uri: f"{_PICTURES}{number}" for number, uri in enumerate(art)}
    resources.update((addresses[uri], picture.data) for uri, picture in art.items())
    resources.update(drawn_formulas(issue, values["--ink"]))
    profile = markup.Profile(
        link=lambda anchor: f"#{anchor}", picture=addresses.__getitem__, foot=True, flat=True,
        drawn=True,
    )  # fmt: skip
    main = element(
        "main", *(_article(issue, article, profile, setting) for article in issue.articles)
    )
    main.extend(_matter(issue, matter.COLOPHON, profile))
    body = element("body", _front(issue, profile, draft, setting, values), main)
    body.extend(_matter(issue, matter.BACK_COVER, profile))
    body.set("data-publication", _running(issue))
    body.set("lang", issue.language)
    hyphens.choose_patterns(body)
    body.set("data-draft", "DRAFT " if draft else "")
    entries = [entry.anchor for top in outline(issue) for entry in top.walk()]
    anchors = tuple(dict.fromkeys([*entries, *issue.targets, BACK_COVER]))
    sheet = styles.sheet(
        issue.publication,
        *setting.sheets,
        fallback=selection.fallback,
        values_of=setting.values,
        more={**given, "--hyphenation": hyphens.limits(issue.language, even)},
        before=fonts.font_face_rules(selection.faces, _FACES),
        after=_design(issue, setting, values) + (_BLANKS if selection.fallback else ""),
    )
    name_blocks(body, anchors, {one.id for one in issue.articles}, sheet.text)
    head = [*_metadata(issue), element("style", text=sheet.text)]
    document = shell(issue.name, issue.language, issue.direction, body, head)
    return Composition(
        xml(document),
        resources,
        anchors,
        issue.articles[0].id if issue.articles else "",
        design.first_page == "cover",
        sheet,
        setting,
        setting.profile(issue.publication),
        {address: uri for uri, address in addresses.items()},
        tightening.steps(values),
        even=even,
        identifier=issue.printed_identifier if setting is PROFILES["screen"] else "",
        names={address: face.identity for address, face in faces.items()},
    )


def _running(issue: Issue) -> str:
    """The running head that names the issue."""
    return f"{issue.title} · {issue.month}"


def _design(issue: Issue, setting: Setting, values: Mapping[str, str]) -> str:
    design = issue.publication.design
    rules = [*setting.rules(design)]
    if design.first_page == "article":
        rules.append("@page :nth(1 of matter){counter-reset:page 1}")
        for side in ("left", "right"):
            rules.append(f"@page front:{side}{{@top-{side}{{content:counter(page,lower-roman)}}}}")
        rules.append("@page front:first{@top-left{content:none}@top-right{content:none}}")
    rules += _numeral_rules(issue, values)
    return "\n".join(rules)


def _numeral_rules(issue: Issue, values: Mapping[str, str]) -> Iterator[str]:
    """Room for the widest numeral before the titles, in the contents list and above articles."""
    numerals = [f"{article.numeral}." for article in issue.articles if article.numeral]
    widest = max(fonts.widths(numerals, fonts.DISPLAY_FACE), default=0.0)
    entry = max(widest * styles.points(values, "--entry-size", 14) + 6, 37)
    title = max(widest * styles.points(values, "--title-size", 22) + 8, 42.5)
    yield f".entry.labelled{{padding-inline-start:{entry:.1f}pt}}"
    yield f".entry-label{{width:{entry:.1f}pt;margin-inline-start:-{entry:.1f}pt}}"
    yield f".numbered>*{{padding-inline-start:{title:.1f}pt}}"
    before = f"width:{title:.1f}pt;margin-inline-start:-{title:.1f}pt"
    yield f".numbered .article-title::before{{{before}}}"


def _metadata(issue: Issue) -> Iterator[etree._Element]:
    day = issue.date.isoformat()
    values = (
        ("author", "; ".join(issue.authors) or issue.publisher),
        ("description", issue.summary or " · ".join(filter(None, (issue.subtitle, issue.line)))),
        ("keywords", ", ".join(issue.keywords)),
        ("generator", "bulletin-press"),
        ("dcterms.created", day),
        ("dcterms.modified", day),
    )
    for name, value in values:
        if value:
            yield element("meta", name=name, content=value)


def _nameplate_size(title: str, room: float, largest: float) -> float:
    """The size in points: in one line if half of the largest does, else so that no word is broken.

    A word that needs less than a quarter is broken all the same.
    """

    def fitting(words: str) -> float:
        return min(largest, room / max(fonts.width(words, fonts.DISPLAY_FACE), 1))

    parted = min(largest / 2, *map(fitting, title.split()))
    return max(fitting(title), parted, largest / 4)


def _front(
    issue: Issue, profile: markup.Profile, draft: bool, setting: Setting, values: Mapping[str, str]
) -> etree._Element:
    nameplate = element("header", class_="nameplate")
    title = element("p", class_="nameplate-title", text=issue.title)
    design = issue.publication.design
    scale = setting.scale(design)
    room = PAGE_WIDTHS[setting.page(design)] * 72 / 25.4 - _NAMEPLATE_MARGINS * scale
    title.set("style", f"font-size:{_nameplate_size(issue.title, room, _NAMEPLATE * scale):.1f}pt")
    nameplate.append(title)
    if issue.subtitle:
        nameplate.append(element("p", class_="nameplate-subtitle", text=issue.subtitle))
    line = element("p", class_="issue-line", text=issue.line)
    if imprint := [one for part in _imprint(issue, profile) for one in (part, " ")]:
        line.append(element("span", *imprint, class_="imprint"))
    heading = element("h1", class_="contents-title", text=labels(issue.language).contents)
    articles = {article.id: article for article in issue.articles}
    entries = [
        _entry(issue, entry, level, None if entry.groups else articles.get(entry.anchor), profile)
        for top in contents(issue)
        for level, entry in _levels(top)
    ]
    if draft:
        nameplate.insert(0, element("p", class_="nameplate-draft", text="DRAFT"))
    leader = issue.matter(matter.LEADER)
    front = element("section", nameplate, line, class_="front")
    front.extend(markup.blocks(issue, leader.children if leader else (), profile).body)
    roomy = leader is None and issue.editorial is None and _is_roomy(issue, setting, values)
    front.append(element("nav", heading, *entries, class_="roomy" if roomy else "close"))
    if issue.editorial is not None:
        front.extend(markup.blocks(issue, [issue.editorial], profile).body)
    return front


def _is_roomy(issue: Issue, setting: Setting, values: Mapping[str, str]) -> bool:
    page = setting.page(issue.publication.design)
    size, leading = (styles.points(values, f"--entry-{name}", 16) for name in ("size", "leading"))
    paper = (PAGE_WIDTHS[page], PAGE_HEIGHTS[page])
    return setting.roomy and is_roomy(issue, *paper, size, leading)


def _imprint(issue: Issue, profile: markup.Profile) -> Iterator[etree._Element]:
    """The lines of the imprint: those of the record, then those of issue.rst."""
    for text in issue.imprint:
        yield element("span", class_="imprint-line", text=text)
    for line in issue.imprint_nodes:
        yield markup.inline(issue, line, "span", profile, class_="imprint-line")


def _matter(issue: Issue, kind: str, profile: markup.Profile) -> Iterator[etree._Element]:
    part = issue.matter(kind)
    if part is not None:
        body = markup.blocks(issue, part.children, profile).body
        yield element("section", *body, class_=kind, id=str(part["ids"][0]))


def _levels(entry: Entry, level: int = 1) -> Iterator[tuple[str, Entry]]:
    """An entry and those below it, each with the class of its level."""
    yield "group" if entry.groups else f"level-{level}", entry
    for below in entry.entries:
        yield from _levels(below, level + (not entry.groups))


def _entry(
    issue: Issue,
    entry: Entry,
    level: str,
    article: Article | None,
    profile: markup.Profile,
) -> etree._Element:
    kind = "Group" if entry.groups else "Entry"
    line = element("p", class_="entry-line", id=f"{kind}-{entry.anchor}")
    if entry.label:
        label = element("span", class_="entry-label", text=entry.label)
        label.tail = " "
        line.append(label)
    title = "group-title" if level == "group" else "entry-title"
    line.append(element("a", class_=title, href=f"#{entry.anchor}", text=entry.title))
    labelled = " labelled" if entry.label else ""
    block = element("div", line, class_=f"entry {level}{labelled}")
    summary = article.summary_node if article else None
    if summary is not None:
        name = f"Summary-{entry.anchor}"
        block.append(markup.inline(issue, summary, "p", profile, class_="entry-summary", id=name))
    return block


def _article(
    issue: Issue, article: Article, profile: markup.Profile, setting: Setting
) -> etree._Element:
    title = markup.inline(
        issue, article.title_node, "h1", profile,
        id=article.id, class_="article-title", data_bookmark=article.heading,
        data_running=article.title,
    )  # fmt: skip
    opening = markup.opening(issue, article, title, profile)
    opening.set("data-publication", _running(issue))
    if article.numeral:
        title.set("data-numeral", f"{article.numeral}.")
        opening.set("class", "opening numbered")
    whole = element("article", opening, class_="grouped" if article.group else "single")
    body = markup.blocks(issue, article.body, profile).body
    for block in body:
        for table in block.iter("table"):
            setting.settle(table, issue.publication.design, alone=table is block)
    body = [_whole(block, setting, issue.publication.design) for block in body]
    for block, following in pairwise(body):
        apart = {following.tag, *following.get("class", "").split()} & _SPACED
        if apart and not {block.tag, following.tag} <= _HEADINGS:
            _mark(block, "before-space")
    whole.extend(_columns(body))
    return whole


def _whole(block: etree._Element, setting: Setting, design: Design) -> etree._Element:
    """A table, box or quotation; one that is short stays in one piece, a table with its caption."""
    for table in [one for one in block.iter("table") if one is not block]:
        parent = table.getparent()
        if parent is not None:
            place, tail = parent.index(table), table.tail
            table.tail = None
            parent.insert(place, _whole(table, setting, design))
            parent[place].tail = tail
    across = _WIDE.intersection(block.get("class", "").split())
    line = setting.line(design, 1 if across else 0)
    lines = _lines(block, line)
    apart = _APART.intersection(block.get("class", "").split())
    if not (block.tag in _PARTABLE or apart) or lines > setting.short:
        if block.tag == "table" and max(_rows(block, line), default=0) <= _LOW:
            _mark(block, "low")
        return block
    if block.tag != "table":
        _mark(block, "short")
        return block
    classes = f"table short {block.get('class', '')}".strip()
    if "class" in block.attrib:
        del block.attrib["class"]
    return element("div", block, class_=classes)


def _lines(block: etree._Element, line: float) -> float:
    """How many lines of ``line`` characters a block takes, about; the cells of a row share them."""
    if block.tag != "table":
        whole = sum(map(len, block.itertext())) / line
        return whole + sum(1 for _ in block.iter("tr", "p", "li", "dt", "dd"))
    return sum(_rows(block, line))


def _rows(table: etree._Element, line: float) -> Iterator[float]:
    """How many lines each row of a table takes, about."""
    for row in table.iter("tr"):
        cells = [len("".join(map(str, cell.itertext()))) for cell in row]
        yield 1 + max(cells, default=0) * len(cells) / line


def _mark(block: etree._Element, name: str) -> None:
    block.set("class", f"{block.get('class', '')} {name}".strip())


def _columns(body: Iterable[etree._Element]) -> Iterator[etree._Element]:
    """Blocks in boxes of columns, parted by those that go across the page."""
    for wide, group in groupby(
        body, lambda block: bool(_WIDE & set(block.get("class", "").split()))
    ):
        if wide:
            yield from group
        else:
            yield element("div", *group, class_="columns")
