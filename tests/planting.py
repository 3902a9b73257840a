"""Clean articles, and one mistake planted into one of them, drawn by a seed.

``plant(seed)`` gives the files of an issue (of the clean one, the article with the mistake and
what it refers to), the mistake's name, and the lines of which a check must name one. Paragraphs
are first wrapped anew to a width drawn by the seed, so that a mistake falls on other lines at
each draw.
"""

from __future__ import annotations

import random
import re
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
CLEAN = Path(__file__).parent / "clean"
ARTICLES = tuple(sorted(path.name for path in CLEAN.glob("0*.rst")))
INCLUDED = "parts.inc"
_MARKUP = re.compile(
    r"``.+?``|:\w+:`[^`]*`|`[^`]+`_{0,2}|\*\*.+?\*\*|(?<!\w)\*[^*]+\*|\|[^|\n]+\||\[[^\]]+\]_"
    r"|“[^”]*”|\w\\ \S+|\S+@\S+|https?:\S+",
    re.DOTALL,
)
_PROSE = re.compile(r"\s*[“\w][^:]*$")
_ITEM = re.compile(r"(\s*)([-*•]|\d+\.|#\.|\([a-z]\)) ")
_NOTE = re.compile(r"\.\. \[[^\]]+\] ")
_LITERAL_OWNERS = re.compile(
    r"\.\. (?:code|csv-table|list-table|figure|role|class|include|\||image|epigraph|pull-quote)"
)


class NoPlaceError(Exception):
    """The article drawn has no place where the mistake could stand."""


@dataclass(frozen=True)
class Planted:
    """An issue with one mistake: its files, and the lines of which a check must name one."""

    row: str
    files: dict[str, str | bytes]
    path: str
    lines: tuple[int, ...]


@dataclass
class Page:
    """One source file in the making."""

    rng: random.Random
    name: str
    lines: list[str]

    def blocks(self) -> list[tuple[int, int]]:
        """First and last index of every run of lines that are not empty."""
        found, start = [], None
        for index, line in enumerate([*self.lines, ""]):
            if line.strip() and start is None:
                start = index
            elif not line.strip() and start is not None:
                found.append((start, index - 1))
                start = None
        return found

    def is_body(self, start: int) -> bool:
        """Whether a block stands below the title and fields, outside literal directives."""
        if self.name != INCLUDED and start < self.top():
            return False
        indent = indent_of(self.lines[start])
        for index in range(start - 1, -1, -1):
            line = self.lines[index]
            if line.strip() and indent_of(line) < indent:
                if _LITERAL_OWNERS.match(line.strip()):
                    return line.strip().startswith((".. epigraph", ".. pull-quote"))
                indent = indent_of(line)
        return True

    def top(self) -> int:
        """The index of the first line after title and fields."""
        ends = [end for start, end in self.blocks() if self.lines[start].startswith(":Author")
                or self.lines[start].startswith(":Authors")]  # fmt: skip
        return ends[0] + 1 if ends else 0

    def paragraphs(self, least: int = 1) -> list[tuple[int, int]]:
        """Flush blocks of prose below the title, of at least so many lines."""
        found = []
        for start, end in self.blocks():
            block = self.lines[start : end + 1]
            flush = all(line == line.lstrip() for line in block)
            signs = any(is_signs(line) or _ITEM.match(line) for line in block)
            prose = _PROSE.match(block[0]) and not signs
            if flush and prose and end - start + 1 >= least and self.is_body(start):
                found.append((start, end))
        return found

    def texts(self) -> list[tuple[int, int]]:
        """Blocks of words of every kind: paragraphs, items, notes, those within boxes."""
        found = []
        for start, end in self.blocks():
            block = self.lines[start : end + 1]
            head = block[0]
            if any(is_signs(line) for line in block) or not self.is_body(start):
                continue
            if re.match(r"\s*(?:\.\. (?!\[)|:|\||\+|=|-- |—)", head):
                continue
            if any(re.match(r"\s*(?:\||:\w+:)", line) for line in block):
                continue
            deepens = any(indent_of(b) > indent_of(a) for a, b in pairwise(block))
            if deepens and not _ITEM.match(head) and not _NOTE.match(head):
                continue
            found.append((start, end))
        return found

    def gaps(self) -> list[int]:
        """Indexes of empty lines between two flush blocks of prose."""
        ends = {end for _, end in self.paragraphs()}
        starts = {start for start, _ in self.paragraphs()}
        return [end + 1 for end in sorted(ends) if end + 2 in starts]

    def ends(self) -> list[int]:
        """Indexes of lines of other kinds to which words can be added: cells, captions, verse."""
        found = []
        for index, line in enumerate(self.lines):
            cell = re.match(r"   (?:\* -|  -) \w", line)
            verse = re.match(r"\| +\w", line) and not line.endswith("|")
            titled = re.match(r"\.\. (?:csv-table|list-table|topic|sidebar|admonition):: \w", line)
            lone = index + 1 < len(self.lines) and not self.lines[index + 1].strip()
            further = line[:1] == " " and index < self.top()
            field = re.match(r":(?:Summary|Byline): ", line) or further
            quoted = re.match(r"   [^\s:]\S* \S.*[a-z.]$", line) and self.is_body(index)
            if (
                cell
                or verse
                or titled
                or field
                or (lone and quoted and not line.startswith("   :"))
            ):
                found.append(index)
        return found

    def choose(self, choices: Sequence[T]) -> T:
        """One of several, by the seed."""
        if not choices:
            raise NoPlaceError
        return self.rng.choice(choices)

    def insert(self, at: int, *new: str) -> None:
        """Put lines before the line of an index."""
        self.lines[at:at] = list(new)

    def between(self, *new: str) -> int:
        """Put a block between two paragraphs; the index of its first line."""
        at = self.choose(self.gaps())
        self.insert(at, "", *new)
        return at + 1

    def headings(self, sign: str) -> list[int]:
        """Indexes of headings underlined with a sign."""
        return [
            index
            for index in range(1, len(self.lines) - 1)
            if re.fullmatch(re.escape(sign) + "{4,}", self.lines[index + 1])
            and self.lines[index].strip() and not is_signs(self.lines[index])
        ]  # fmt: skip

    def directives(self, name: str) -> list[int]:
        """Indexes of the lines that begin a directive."""
        return [i for i, line in enumerate(self.lines) if line.startswith(f".. {name}::")]


def indent_of(line: str) -> int:
    """How many blanks a line begins with."""
    return len(line) - len(line.lstrip())


def is_signs(line: str) -> bool:
    """Whether a line consists of signs only, as under a heading."""
    return bool(re.fullmatch(r"\s*([=~^#*+-])\1+\s*|[=+ -]+", line))


def inline(token: str) -> Callable[[Page], tuple[int, ...]]:
    """A mistake within a line: the token takes the place of a blank between two words."""

    def planter(page: Page) -> tuple[int, ...]:
        if page.rng.random() < 0.3:
            at = page.choose(page.ends() + page.headings("-") + page.headings("~"))
            page.lines[at] += f" {token} here"
            if is_signs(page.lines[at + 1]):
                page.lines[at + 1] += page.lines[at + 1][-1] * 80
            return (at + 1,)
        start, end = page.choose(page.texts())
        text = "\n".join(page.lines[start : end + 1])
        hidden = {at for found in _MARKUP.finditer(text) for at in range(*found.span())}
        lead = len(text) - len(text.lstrip())
        first = re.match(r"\s*(?:\.\. \[[^\]]+\] |[-*•#\d(][\w.)]* )?\S+ ", text)
        begin = first.end() if first else lead
        spots = [
            found.start() for found in re.finditer(r"(?<=[\w,;.]) (?=\w)", text)
            if found.start() >= begin and not hidden & {*range(found.start() - 1, found.end() + 1)}
        ]  # fmt: skip
        at = page.choose(spots)
        text = f"{text[:at]} {token} {text[at + 1 :]}"
        page.lines[start : end + 1] = text.split("\n")
        return (start + text.count("\n", 0, at) + 1,)

    return planter


def within(token: str) -> Callable[[Page], tuple[int, ...]]:
    """A mistake within a word: the token is put between two of its letters."""

    def planter(page: Page) -> tuple[int, ...]:
        start, end = page.choose(page.texts())
        text = "\n".join(page.lines[start : end + 1])
        hidden = {at for found in _MARKUP.finditer(text) for at in range(*found.span())}
        spots = [found.start() + 2 for found in re.finditer(r"[a-z]{4}", text)
                 if not hidden & set(range(found.start() - 1, found.end() + 1))]  # fmt: skip
        at = page.choose(spots)
        text = text[:at] + token + text[at:]
        page.lines[start : end + 1] = text.split("\n")
        return (start + text.count("\n", 0, at) + 1,)

    return planter


def block(*new: str, line: int = 1) -> Callable[[Page], tuple[int, ...]]:
    """A mistake in lines of its own between two paragraphs; ``line`` of them must be named."""

    def planter(page: Page) -> tuple[int, ...]:
        return (page.between(*new) + line,)

    return planter


def joined(*new: str) -> Callable[[Page], tuple[int, ...]]:
    """Lines right below the last line of a paragraph, without an empty one between."""

    def planter(page: Page) -> tuple[int, ...]:
        _, end = page.choose(page.paragraphs())
        page.insert(end + 1, *new)
        return (end + 2,)

    return planter


def last(*new: str, line: int = 1) -> Callable[[Page], tuple[int, ...]]:
    """A mistake at the end of the file."""

    def planter(page: Page) -> tuple[int, ...]:
        at = len(page.lines)
        page.lines += ["", *new]
        return (at + 1 + line,)

    return planter


def _short_underline(page: Page) -> tuple[int, ...]:
    at = page.choose(page.headings("-") + page.headings("~"))
    room = range(4, len(page.lines[at]))
    page.lines[at + 1] = page.lines[at + 1][: page.choose(room)]
    return (at + 1, at + 2)


def _tiny_underline(page: Page) -> tuple[int, ...]:
    at = page.choose(page.headings("-") + page.headings("~"))
    page.lines[at + 1] = page.lines[at + 1][: page.rng.randint(1, 3)]
    return (at + 1, at + 2)


def _overline(page: Page) -> tuple[int, ...]:
    at = page.choose(page.headings("-"))
    page.insert(at, "~" * len(page.lines[at + 1]))
    return (at + 1, at + 2, at + 3)


def _same_underline(page: Page) -> tuple[int, ...]:
    if page.lines[0].startswith("="):
        raise NoPlaceError
    at = page.choose(page.headings("-"))
    page.lines[at + 1] = "=" * len(page.lines[at + 1])
    return (at + 1, at + 2)


def _skipped_level(page: Page) -> tuple[int, ...]:
    deep = page.headings("~")
    if not deep:
        raise NoPlaceError
    later = [at for at in page.headings("-") if at > deep[0]]
    at = page.choose(later)
    page.insert(at + 2, "", "Skipped level", "^^^^^^^^^^^^^")
    return (at + 4, at + 5)


def _first_indented(page: Page) -> tuple[int, ...]:
    start, _ = page.choose(page.paragraphs(2))
    page.lines[start] = " " * page.rng.randint(1, 6) + page.lines[start]
    return (start + 1,)


def _indented(page: Page) -> tuple[int, ...]:
    classed = {at + 2 for at in page.directives("class")}
    start, end = page.choose([one for one in page.paragraphs() if one[0] not in classed])
    blanks = " " * page.rng.randint(1, 8)
    for index in range(start, end + 1):
        page.lines[index] = blanks + page.lines[index]
    return (start + 1,)


def _list_items(page: Page) -> list[int]:
    return [start for start, _ in page.blocks() if re.match(r"[-*] ", page.lines[start])]


def _list_unparted(page: Page) -> tuple[int, ...]:
    at = page.choose([one for one in _list_items(page) if page.is_body(one)])
    del page.lines[at - 1]
    return (at,)


def _list_unclosed(page: Page) -> tuple[int, ...]:
    ends = [(start, end) for start, end in page.blocks() if re.match(r"[-*] ", page.lines[start])]
    _, end = page.choose([
        (start, end) for start, end in ends
        if end + 2 < len(page.lines) and page.lines[end + 2][:1].isalpha()
    ])  # fmt: skip
    del page.lines[end + 1]
    return (end + 2,)


def _no_break_item(page: Page) -> tuple[int, ...]:
    at = page.choose(_list_items(page))
    page.lines[at] = page.lines[at].replace(" ", "\u00a0", 1)
    return (at + 1,)


def _no_break_number(page: Page) -> tuple[int, ...]:
    numbers = page.choose(["1. ", "#. ", "1) ", "(a) "])
    at = page.between(numbers.replace(" ", "\u00a0") + "The weir and the mill.")
    return (at + 1,)


def _no_break_directive(page: Page) -> tuple[int, ...]:
    at = page.choose([i for i, line in enumerate(page.lines) if re.match(r"\.\. [a-z-]+::", line)])
    page.lines[at] = page.lines[at].replace(" ", "\u00a0", 1)
    return (at + 1,)


def _no_break_field(page: Page) -> tuple[int, ...]:
    at = page.choose([i for i, line in enumerate(page.lines) if re.match(r":\w+: ", line)])
    page.lines[at] = page.lines[at].replace(": ", ":\u00a0", 1)
    return (at + 1,)


def _unknown_option(page: Page) -> tuple[int, ...]:
    at = page.choose(page.directives("figure"))
    page.insert(at + 1, "   :widht: 50%")
    return (at + 2,)


def _missing_picture(page: Page) -> tuple[int, ...]:
    at = page.choose(page.directives("figure"))
    page.lines[at] = ".. figure:: figures/missing.png"
    return (at + 1,)


def _lost_caption(page: Page) -> tuple[int, ...]:
    ends = {end + 2 for _, end in page.blocks()}
    captions = [
        at for figure in page.directives("figure") for at in range(figure, figure + 8)
        if at in ends and re.match(r"   \w", page.lines[at])
    ]  # fmt: skip
    at = page.choose(captions)
    page.lines[at] = page.lines[at].replace("   ", "   .. ", 1)
    return (at + 1,)


def _lost_note(page: Page) -> tuple[int, ...]:
    token = f"[#lost{page.rng.randint(1, 9)}]_"
    return inline(token)(page)


def _crooked_grid(page: Page) -> tuple[int, ...]:
    rows = [
        i for i, line in enumerate(page.lines) if re.match(r"\| \w", line) and line.endswith("|")
    ]
    at = page.choose(rows)
    page.lines[at] = page.lines[at].replace("  |", " too long |", 1)
    return (at + 1,)


def _crooked_simple(page: Page) -> tuple[int, ...]:
    rows = [i for i, line in enumerate(page.lines) if re.match(r"20\d\d   ", line)]
    at = page.choose(rows)
    page.lines[at] = page.lines[at].replace("   ", " too long ", 1)
    return (at + 1,)


def _csv_rows(page: Page) -> list[int]:
    return [i for i, line in enumerate(page.lines) if re.match(r"   \d{4},\d+,", line)]


def _csv_quotes(page: Page) -> tuple[int, ...]:
    at = page.choose(_csv_rows(page))
    page.lines[at] = '   "The "old" ones",3,None'
    return (at + 1,)


def _csv_ragged(page: Page) -> tuple[int, ...]:
    at = page.choose(_csv_rows(page))
    page.lines[at] = page.lines[at].rsplit(",", 1)[0].split(',"')[0]
    return (at + 1,)


def _uneven_list_table(page: Page) -> tuple[int, ...]:
    rows = [i for i, line in enumerate(page.lines) if re.match(r"   \* - ", line)]
    at = page.choose(rows[1:])
    del page.lines[at + 2]
    return (at + 1,)


def _unnamed_colons(page: Page) -> tuple[int, ...]:
    _, end = page.choose(page.paragraphs())
    following = end + 2 < len(page.lines) and page.lines[end + 2][:1].isspace()
    if following or not page.lines[end].endswith("."):
        raise NoPlaceError
    page.lines[end] = page.lines[end][:-1] + "::"
    return (end + 1,)


def _code_quotation(page: Page) -> tuple[int, ...]:
    at = page.between("The miller answered us::", "", "   We have been here for a long time and we"
                      " know the river well.")  # fmt: skip
    return (at + 1,)


def _attribution(page: Page) -> tuple[int, ...]:
    at = page.choose([i for i, line in enumerate(page.lines) if re.match(r"   (?:-- |— )", line)])
    del page.lines[at - 1]
    return (at,)


def _text_before_title(page: Page) -> tuple[int, ...]:
    page.insert(0, "A line before the title.", "")
    return (1,)


def _late_field(page: Page) -> tuple[int, ...]:
    return (page.between(":Author: A. Writer") + 1,)


def _unknown_field(page: Page) -> tuple[int, ...]:
    at = page.top()
    page.insert(at, ":Auther: A. Writer")
    return (at + 1,)


def _numeral(page: Page) -> tuple[int, ...]:
    at = 1 if page.lines[0].startswith("=") else 0
    page.lines[at] = page.choose(["II. ", "IV. ", "I. "]) + page.lines[at]
    for index in {at - 1, at + 1} - {-1}:
        page.lines[index] += "===="
    return (at + 1, at + 2)


def _double_label(page: Page) -> tuple[int, ...]:
    page.between(".. _twice:")
    first = next(i for i, line in enumerate(page.lines) if line == ".. _twice:")
    at = page.choose([gap for gap in page.gaps() if gap > first + 3])
    page.insert(at, "", ".. _twice:")
    return (at + 2,)


def _long_line(page: Page) -> tuple[int, ...]:
    start, _ = page.choose(page.paragraphs())
    page.lines[start] += " word" * 2001
    return (start + 1,)


def _typed_enumerator(page: Page) -> tuple[int, ...]:
    start, end = page.choose(page.paragraphs())
    sign = page.choose(["1992. ", "A. ", "V. ", "I. ", "3. ", "(b) ", "12) "])
    words = " ".join(page.lines[start : end + 1])
    page.lines[start : end + 1] = [sign + words] if page.rng.random() < 0.5 else [
        sign + page.lines[start], *page.lines[start + 1 : end + 1]
    ]  # fmt: skip
    return (start + 1,)


def _rule_below(page: Page) -> tuple[int, ...]:
    start, end = page.choose(page.paragraphs())
    page.insert(end + 1, "-" * page.rng.randint(4, 12))
    return (end + 2,) if end > start else (end + 1, end + 2)


ROWS: dict[str, Callable[[Page], tuple[int, ...]]] = {
    "short underline": _short_underline,
    "underline of one to three signs": _tiny_underline,
    "overline unlike underline": _overline,
    "level skipped": _skipped_level,
    "first line indented": _first_indented,
    "paragraph indented": _indented,
    "list without empty line": _list_unparted,
    "list right after a line": joined("- one", "- two"),
    "long items right after a line": joined("- one that goes on", "  in the next line", "- two"),
    "one item right after a line": joined("* one"),
    "numbers right after a line": joined("1. one", "2. two", "3. three"),
    "numbers right after an initial": block(
        "It was", "J. Weir, who said:", "1. one", "2. two", line=3
    ),
    "items right after a year": block("It was in", "1992. They are:", "#. one", "#. two", line=3),
    "item within an item": block("#. I. the ice", "#. the mill"),
    "text right after a list": _list_unclosed,
    "inner list without empty line": block("- one", "  - inner", "- two", line=2),
    "tab before a continuation": block("- one", "\tmore", "- two", line=2),
    "skipped number": block("1) one", "2) two", "4) four", line=3),
    "skipped number, spaced": block("1. one", "", "2. two", "", "4. four", line=5),
    "list from another number": block("3. three", "4. four"),
    "begins like an item": _typed_enumerator,
    "single item": block("1992. It was a good year."),
    "single initial": block("A. Writer went to the harbour."),
    "single numeral": block("V. Remembering the flood"),
    "star as a sign": inline("5 *) see note"),
    "open italic": inline("*important"),
    "open bold": inline("**important"),
    "star before a letter": inline("*Economist*s"),
    "stars inside a word": inline("word*x*more"),
    "stars after figures": inline("2025*-2026*"),
    "undefined substitution": inline("|nobody|"),
    "open bar": inline("|open"),
    "single backticks": inline("`quoted`"),
    "TeX quotes": inline("``hello''"),
    "TeX quotes, half typed": block('The ``fee", as in', "``rate = 5``, is known."),
    "bold closed by another": block("The **figures in bold", "are **final**."),
    "italic closed by bold": block("A *mill, three weirs and", "a **very** long word."),
    "unknown label": inline(":ref:`no-such-label`"),
    "unknown article": inline(":article:`words <no-such-article>`"),
    "name with an underscore": inline("name_"),
    "two underscores": inline("word__"),
    "address with an underscore": inline("https://example.org/a_b_c_"),
    "mail with an underscore": inline("a_b@example.org_"),
    "backslashes": inline("C:\\path\\new"),
    "no-break space after -": _no_break_item,
    "no-break space after a number": _no_break_number,
    "no-break space after ..": _no_break_directive,
    "no-break space after a field": _no_break_field,
    "zero-width space": within("\u200b"),
    "word joiner": within("\u2060"),
    "soft hyphen": within("\u00ad"),
    "line separator": inline("\u2028"),
    "next line": inline("\u0085"),
    "form feed": inline("\f"),
    "byte order mark": inline("\ufeff"),
    "control character": within("\u0001"),
    "rule below text": _rule_below,
    "rule at the end": last("-----"),
    "lost comment": block(".. and then the river rose."),
    "lost comment of two lines": block(".. and then", "   the river rose."),
    "lost comment in a list": block("- one", "", "  .. and then it rose", "", "- two", line=3),
    "one colon": block(".. note: The bridge is closed."),
    "one colon, nothing else": block(".. page-break:"),
    "one colon, in full": block(".. pull-quote:", "", "   We waited."),
    "no blank after dots": block("..note:: The bridge is closed."),
    "no blank after dots, in full": block("..figure:: figures/quay.png", "   :alt: A quay."),
    "unknown directive": block(".. figur:: figures/quay.png", "   :alt: A quay."),
    "unknown role": inline(":emphsis:`word`"),
    "unknown option": _unknown_option,
    "missing picture": _missing_picture,
    "caption as a comment": _lost_caption,
    "crooked grid": _crooked_grid,
    "crooked simple table": _crooked_simple,
    "quotes in data": _csv_quotes,
    "ragged data": _csv_ragged,
    "uneven list-table": _uneven_list_table,
    "call without note": _lost_note,
    "note without call": last(".. [#] A note that nothing calls."),
    "named note without call": last(".. [#unused] A note that nothing calls."),
    "book without call": last(".. [Mill2020] A book that nothing cites."),
    "typed number": inline("[7]"),
    "glued call": inline("word[#mark]_"),
    "glued numbered call": inline("word[1]_"),
    "colons without a block": _unnamed_colons,
    "quotation as code": _code_quotation,
    "Markdown heading": block("## Plans for the summer"),
    "Markdown link": inline("[the pages](https://example.org/)"),
    "Markdown picture": inline("![A quay](figures/quay.png)"),
    "Markdown fence": block("```python", "print(1)", "print(2)", "```"),
    "bare fence": block("```", "one line", "```"),
    "Markdown bold": inline("__bold__"),
    "Markdown italic": inline("_italic_"),
    "bold with blanks": inline("** bold **"),
    "three stars": inline("***bold***"),
    "HTML tag": inline("<b>bold</b>"),
    "HTML break": inline("<br/>"),
    "HTML entity": inline("10&nbsp;km"),
    "long line": _long_line,
    "name within a quotation": _attribution,
    "text before the title": _text_before_title,
    "heading underlined like the title": _same_underline,
    "field after text": _late_field,
    "unknown field": _unknown_field,
    "numeral in the title": _numeral,
    "label written twice": _double_label,
}
_OF_ARTICLES = {
    "rule at the end",
    "text before the title",
    "no-break space after a field",
    "unknown field",
    "numeral in the title",
    "heading underlined like the title",
}


def wrapped(page: Page) -> None:
    """Wrap the paragraphs of a page anew, to a width drawn by the seed."""
    width = page.rng.choice([50, 60, 72, 80, 96, 120])
    for start, end in reversed(page.paragraphs(2)):
        words = " ".join(page.lines[start : end + 1])
        if "`" not in words and "\\ " not in words:
            page.lines[start : end + 1] = textwrap.wrap(
                words, width, break_long_words=False, break_on_hyphens=False
            )


def clean(seed: int) -> dict[str, str | bytes]:
    """The files of the clean issue, wrapped by the seed."""
    files: dict[str, str | bytes] = {
        path.relative_to(CLEAN).as_posix(): path.read_bytes()
        for path in CLEAN.rglob("*") if path.is_file()
    }  # fmt: skip
    files["issue.rst"] = (CLEAN / "issue.rst").read_text("utf-8")
    rng = random.Random(seed)
    for name in ARTICLES:
        page = Page(rng, name, (CLEAN / name).read_text("utf-8").split("\n"))
        wrapped(page)
        files[name] = "\n".join(page.lines)
    return files


def plant(seed: int, row: str = "") -> Planted:
    """One mistake, of the row given or drawn, at a place drawn by the seed."""
    rng = random.Random(seed)
    chosen = row or rng.choice(sorted(ROWS))
    files = clean(seed)
    names = [*ARTICLES, *([] if chosen in _OF_ARTICLES else [INCLUDED])]
    rng.shuffle(names)
    for name in names * 4:
        text = files[name]
        page = Page(rng, name, (text if isinstance(text, str) else text.decode()).split("\n"))
        while page.lines and not page.lines[-1]:
            page.lines.pop()
        try:
            lines = ROWS[chosen](page)
        except NoPlaceError:
            continue
        article = "05-archive.rst" if name == INCLUDED else name
        others = {*ARTICLES} - {article, "04-tongues.rst"}
        kept = {one: text for one, text in files.items() if one not in others}
        kept["issue.rst"] = str(files["issue.rst"]).partition("\nDear")[0]
        return Planted(chosen, {**kept, name: "\n".join(page.lines) + "\n"}, name, lines)
    raise AssertionError(f"no article has a place for “{chosen}”")
