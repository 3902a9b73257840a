"""An issue some times over, each time in other words, as reStructuredText of two kinds.

Copies after the first have the words of each paragraph in another order, which a seed decides,
and titles of their own, so that no paragraph comes twice. Emphasis keeps its words, and calls of
notes keep their places; tables, charts and pictures stay as they are.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from docutils import nodes

from bulletin_press.issue import Issue

_SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in "aeiou"]
_TOKEN = re.compile(r"(?:\\.|:\w+:`[^`]*`|\*+[^*]+\*+|\[#[^\]]+\]_|[^\s\\*])+")
# What would begin something else than a paragraph.
_MARK = re.compile(r"[-*+•‣⁃|>.:_\[]|\(?(?:\d+|\w|[ivxlcdm]+|#)[.)]+$|\S+::?$", re.IGNORECASE)
_OPENERS, _CLOSERS = "'\"([{<-/:‘“«–—", "'\")]}>-/\\:.,;!?’”»–—…"
_Kind = TypeVar("_Kind", bound=nodes.Element)
_FIELDS = {"standfirst": "Standfirst", "summary": "Summary"}


@dataclass(frozen=True, slots=True)
class Part:
    """One article: its file's name without suffix, its title, and its text of both kinds.

    ``ours`` has the press's own directives and fields; ``common`` is what every reader of
    reStructuredText knows: the same blocks after the title, without author and summary.
    """

    name: str
    title: str
    ours: str
    common: str


def parts(issue: Issue, times: int) -> list[Part]:
    """The articles of an issue, ``times`` over."""
    found = []
    for copy in range(times):
        for number, article in enumerate(issue.articles):
            seed = f"{copy} {article.id}"
            word = _word(copy) if copy else ""
            texts = [_Writer(seed, word, own).article(article.section) for own in (True, False)]
            title = texts[0].partition("\n")[0]
            name = f"{copy * len(issue.articles) + number:05}-{article.id}"
            found.append(Part(f"{name}-{word.lower()}".rstrip("-"), title, *texts))
    return found


def _word(number: int) -> str:
    """A made-up word, another one for each number."""
    many = len(_SYLLABLES)
    return (_SYLLABLES[number % many] + "l" + _SYLLABLES[number // many % many]).title()


class _Writer:
    """Writes the nodes of an article as reStructuredText."""

    def __init__(self, seed: str, word: str, own: bool) -> None:
        self._seed, self._word, self._own = seed, word, own

    def article(self, section: nodes.section) -> str:
        """The whole file."""
        title = self._title(_child(section, nodes.title))
        fields = [f":Author: {', '.join(section['authors'])}"] if section["authors"] else []
        fields += [f":Keywords: {', '.join(section['keywords'])}"] if section["keywords"] else []
        blocks = []
        for child in section.children:
            kinds = set(child["classes"]) if isinstance(child, nodes.paragraph) else set()
            if kinds & _FIELDS.keys():
                assert isinstance(child, nodes.Element)
                fields.append(f":{_FIELDS[kinds.pop()]}: {self._prose(child)}")
            elif not (kinds & {"byline", "kicker"} or isinstance(child, nodes.title)):
                blocks += self._block(child, "-")
        head = [title, "=" * len(title), *(["", *fields] if self._own else [])]
        return "\n".join([*head, "", *blocks])

    def _title(self, node: nodes.Element) -> str:
        words = self._prose(node)
        return f"{self._word}: {words}" if self._word else words

    def _prose(self, node: nodes.Element) -> str:
        """The words of a paragraph, mixed in all copies but the first."""
        tokens = _TOKEN.findall("".join(self._inline(node)))
        if self._word:
            free = [place for place, token in enumerate(tokens) if not token.startswith("[#")]
            words = [tokens[place] for place in free]
            random.Random(f"{self._seed} {' '.join(words)}").shuffle(words)
            begin = next((n for n, word in enumerate(words) if not _MARK.match(word)), 0)
            words[0:0] = [words.pop(begin)] if words else []
            for place, word in zip(free, words, strict=True):
                tokens[place] = word
        return " ".join(tokens)

    def _inline(self, node: nodes.Element) -> Iterator[str]:
        before = ""
        for child in node.children:
            if isinstance(child, nodes.Text):
                text = re.sub(r"([\\*`|])|_(?=\W|$)", r"\\\g<0>", child.astext())
                if before and text[0] not in _CLOSERS and not text[0].isspace():
                    yield "\\ "
                yield text
                before = ""
                continue
            assert isinstance(child, nodes.Element)
            previous = child.previous_sibling()
            if isinstance(previous, nodes.Text):
                last = previous.astext()[-1]
                if not (last.isspace() or last in _OPENERS):
                    yield " " if isinstance(child, nodes.footnote_reference) else "\\ "
            elif previous is not None:
                yield " "
            before = self._span(child)
            yield before

    def _span(self, node: nodes.Element) -> str:
        text = " ".join(node.astext().split())
        match node:
            case nodes.emphasis():
                return f"*{text}*"
            case nodes.strong():
                return f"**{text}**"
            case nodes.footnote_reference():
                return f"[#{node['refid']}{self._word}]_"
            case nodes.reference() if node.get("refid") and self._own:
                ending = f"-{self._word.lower()}" if self._word else ""
                return f":article:`another report <{node['refid']}{ending}>`"
            case nodes.reference() if node.get("refid"):
                return "another report"
        return text

    def _block(self, node: nodes.Node, line: str) -> list[str]:
        """The lines of a block; ``line`` underlines a heading."""
        assert isinstance(node, nodes.Element)
        match node:
            case nodes.section():
                title = self._prose(_child(node, nodes.title))
                parts = [title, line * len(title), ""]
                return parts + self._blocks(node, chr(ord(line) + 1) if line != "-" else "~")
            case nodes.title() | nodes.label() | nodes.legend():
                return []
            case nodes.paragraph() | nodes.caption():
                return [self._prose(node), ""]
            case nodes.attribution():
                return [f"-- {self._prose(node)}", ""]
            case nodes.footnote():
                label = f"#{node['ids'][0]}{self._word}"
                return _below(f".. [{label}]", self._blocks(node), " ")
            case nodes.bullet_list():
                items = [_below("-", self._blocks(item), " ") for item in node.children]
                return [text for item in items for text in item if text] + [""]
            case nodes.block_quote() if "pull-quote" in node["classes"]:
                return _below(".. pull-quote::", ["", *self._blocks(node)])
            case nodes.block_quote():
                return _indented(self._blocks(node))
            case nodes.admonition():
                title = self._prose(_child(node, nodes.title))
                name = "key-facts" if self._own else "topic"
                return _below(f".. {name}:: {title}", ["", *self._blocks(node)])
            case nodes.figure():
                return self._figure(node)
            case nodes.table():
                return self._table(node)
        raise ValueError(f"{node.tagname} has no writer in benchmarks/peers/text.py")

    def _blocks(self, node: nodes.Node, line: str = "-") -> list[str]:
        return [text for child in node.children for text in self._block(child, line)]

    def _figure(self, node: nodes.figure) -> list[str]:
        image = _child(node, nodes.image)
        caption = self._prose(_child(node, nodes.caption))
        credit = next((part.astext() for part in node.findall(nodes.legend)), "")
        chart = image.get("chart")
        alt = f":alt: {' '.join(image.get('alt', '').split())}"
        if not self._own:
            options = [alt, ":width: 100%", "", caption]
            return _below(f".. figure:: {picture(image['uri'])}.png", options)
        credits = [f":credit: {credit}"] if credit else []
        if chart is None:
            options = [alt, *credits, ":place: column", "", caption]
            return _below(f".. figure:: {image['uri'].rpartition('/')[2]}", options)
        rows = [",".join((chart.head, *(name for name, _ in chart.series)))]
        rows += [
            ",".join((name, *cells))
            for name, cells in zip(chart.categories, chart.cells, strict=True)
        ]
        options = [f":kind: {chart.kind}", f":caption: {caption}", f":unit: {chart.unit}"]
        return _below(".. chart::", [*options, *credits, "", *rows])

    def _table(self, node: nodes.table) -> list[str]:
        titles = (self._prose(one) for one in node.children if isinstance(one, nodes.title))
        widths = [str(one["colwidth"]) for one in node.findall(nodes.colspec)]
        heads = sum(len(one.children) for one in node.findall(nodes.thead))
        lines = [f":header-rows: {heads}", f":widths: {' '.join(widths)}", ""]
        for row in node.findall(nodes.row):
            for column, entry in enumerate(row.children):
                lines.append(("  - " if column else "* - ") + " ".join(entry.astext().split()))
        return _below(f".. list-table:: {next(titles, '')}", lines)


def picture(uri: str) -> str:
    """The name, without suffix, of the file by which all but the press show a picture."""
    return re.sub(r"\W+", "-", uri.rpartition("/")[2].rpartition(".")[0] or uri)


def _child(node: nodes.Element, kind: type[_Kind]) -> _Kind:
    return next(one for one in node.children if isinstance(one, kind))


def _indented(lines: Iterable[str], by: str = "   ") -> list[str]:
    return [f"{by}{line}" if line else "" for line in lines]


def _below(head: str, lines: list[str], joined: str = "") -> list[str]:
    """Lines indented below a head; the first one stands beside it where ``joined`` is given."""
    if not joined:
        return [head, *_indented(lines), ""]
    by = "   " if head.startswith("..") else "  "
    return [f"{head}{joined}{lines[0]}", *_indented(lines[1:], by)]
