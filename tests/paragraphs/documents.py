"""Documents for the engine, each of one number: all that may stand in, beside and around a text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from random import Random

from bulletin_press import fonts
from tests.paragraphs.texts import LANGUAGES, LEFTWARD, WORDS

_PICTURE = (
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='30' height='9'>"
    "<path d='M0 0h30v9z'/></svg>"
)
_MARKS = (
    "em", "strong", "u", "small", "big", "code", "a href='#b0'", "a href='https://example.org/'",
    "span class=box", "span class=caps", "span class=wide", "span style='hyphens:none'", "q", "i",
    "span style='text-transform:uppercase'", "span class=thick", "b", "span lang=de", "cite",
)  # fmt: skip
_RARE = (
    "<span style='white-space:nowrap'>{}</span>", "{}<br>", "<span class=block>{}</span>", "{}&#9;",
    "<span class=raised>{}</span>", "<bdo dir=rtl>{}</bdo>", "<span style='font-size:0'>{}</span>",
    "<span class=moved>{}</span>", "<span class=out>{}</span>", "{} <!-- nothing -->",
    "<span class=clone>{}</span>", "<span style='direction:rtl'>{}</span>",
)  # fmt: skip
_FORMULAS = (
    "E\u00a0=\u00a0mc<sup>2</sup>",
    "<i>x</i><sub>1</sub> + <i>y</i> ≤ 3",
    "CO<sub>2</sub>",
    "½ × ⅔",
)
_SIGNS = ("–", "—", "…", "§\u00a04", "№\u202f7", "100\u202f%", "44-kilometre", "1990–2024", "A/B")
_OWN = (
    "text-indent:1em", "text-indent:-2mm;padding-left:2mm", "text-indent:10%", "hyphens:manual",
    "hyphens:none", "letter-spacing:.04em", "letter-spacing:-.2px", "word-spacing:2px",
    "word-spacing:-.4px", "hyphenate-character:'='", "font-kerning:none", "font-size:7pt",
    "font-variant-caps:small-caps", "text-align-last:justify", "text-align-last:start",
    "overflow-wrap:anywhere", "hyphenate-limit-zone:15%", "padding:0 3mm", "text-align:start",
)  # fmt: skip


@dataclass(frozen=True)
class Document:
    """A document, and the faces that stand in ``press:faces/`` for it."""

    html: str
    faces: tuple[fonts.Face, ...]


class _Writer:
    """Makes the content of a document from chance."""

    def __init__(self, chance: Random, language: str) -> None:
        self.chance, self.language = chance, language
        self.blocks = self.notes = 0
        self.is_noted = chance.random() < 0.6

    def few(self, share: float) -> bool:
        return self.chance.random() < share

    def word(self) -> str:
        return escape(self.chance.choice(WORDS[self.language]))

    def words(self, least: int, most: int) -> str:
        return " ".join(self.word() for _ in range(self.chance.randint(least, most)))

    def address(self) -> str:
        parts = [self.chance.choice(WORDS["en"]).strip(".,;") for _ in range(6)]
        return "https://example.org/" + "/".join(parts[:3]) + f"?{parts[3]}&amp;n-2450"

    def other(self) -> str:
        """Some words of another language, marked or not."""
        before = self.language
        self.language = self.chance.choice(LANGUAGES)
        made, language = self.words(1, 5), self.language
        self.language = before
        if self.few(0.3):
            return made
        way = " dir=rtl" if language in LEFTWARD and self.few(0.5) else ""
        return f"<span lang={language}{way}>{made}</span>"

    def marked(self, depth: int) -> str:
        mark = self.chance.choice(_MARKS)
        inner = self.text(self.chance.randint(1, 7), depth + 1)
        blank = self.chance.choice(("", "", "", " "))
        return f"<{mark}>{blank}{inner}{blank}</{mark.split()[0]}>"

    def note(self) -> str:
        self.notes += 1
        self.is_noted = False
        inner = self.text(self.chance.randint(2, 25), 1)
        self.is_noted = True
        return f"{self.word()}<span class=note>{inner}</span>"

    def joined(self) -> str:
        """Two words with something between them that is no blank."""
        one, other = self.word(), self.word()
        return self.chance.choice((
            f"{one}<wbr>{other}", f"{one}\u200b{other}", f"{one}\u00a0{other}", f"{one}-{other}",
            f"{one}<em>{other}</em>{one}", f"<b>{one}</b>{other}", f"{one}—{other}", f"“{one}”",
            f"{one[:3]}\u00ad{one[3:]}", f"{one}/{other}", f"({one} {other})", f"‘{one}’ {other}",
            f"{one}<span></span> {other}", f"<em>{one}</em>, {other}", f"„{one}“", f"«{one}»",
            f"{one}<em>-</em>{other}", f"{one}\u2011{other}", f"{one}\u2060{other}", f"{one}’s",
        ))  # fmt: skip

    def text(self, count: int, depth: int = 0) -> str:
        """About ``count`` words and other things."""
        parts = []
        for _ in range(count):
            kind = self.chance.random()
            if kind < 0.80:
                parts.append(self.word())
            elif kind < 0.86:
                parts.append(self.joined())
            elif kind < 0.92:
                parts.append(self.marked(depth) if depth < 3 else self.word())
            elif kind < 0.935 and self.is_noted and not depth:
                parts.append(self.note())
            elif kind < 0.95:
                parts.append(self.chance.choice(_SIGNS))
            elif kind < 0.96:
                parts.append(self.chance.choice(_FORMULAS))
            elif kind < 0.97:
                parts.append(self.other())
            elif kind < 0.976:
                address = self.address()
                parts.append(f"<a href='{address}'>{address}</a>" if self.few(0.5) else address)
            elif kind < 0.978:
                parts.append(self.chance.choice(_RARE).format(self.word()))
            elif kind < 0.98:
                parts.append(f'<img src="{_PICTURE}" alt="">')
            else:
                parts.append(f"{self.chance.randint(1, 99)},{self.chance.randint(100, 999)}.75")
        return " ".join(parts)

    def paragraph(self) -> str:
        before = self.language
        attributes = ""
        if self.few(0.15):
            self.language = self.chance.choice(LANGUAGES)
        if (self.language in LEFTWARD) != (before in LEFTWARD):
            attributes += f" dir={'rtl' if self.language in LEFTWARD else 'ltr'}"
        if self.few(0.2):
            attributes += f' style="{self.chance.choice(_OWN)}"'
        if self.few(0.05):
            attributes += f" class={self.chance.choice(('initial', 'opening', 'clone'))}"
        attributes += f" lang={self.language} id=b{self.blocks}"
        self.blocks += 1
        count = self.chance.choice((3, 12, 30, 30, 60, 90))
        made = f"<p{attributes}>{self.text(self.chance.randint(1, count))}</p>"
        self.language = before
        return made

    def some(self, most: int) -> str:
        return "".join(self.paragraph() for _ in range(self.chance.randint(1, most)))

    def items(self) -> str:
        mark = self.chance.choice(("ul", "ol", "dl"))
        made = []
        for _ in range(self.chance.randint(1, 4)):
            text = self.text(self.chance.randint(2, 40), 1)
            inner = text if self.few(0.5) else self.some(2)
            made.append(f"<dt>{self.word()}<dd>{inner}" if mark == "dl" else f"<li>{inner}")
        return f"<{mark}>{''.join(made)}</{mark}>"

    def table(self) -> str:
        rows = range(self.chance.randint(1, 4))
        cells = [f"<td>{self.text(self.chance.randint(1, 18), 1)}" for _ in (*rows, *rows)]
        return (
            "<table>" + "".join(f"<tr>{cells[2 * n]}{cells[2 * n + 1]}" for n in rows) + "</table>"
        )

    def quotation(self) -> str:
        return f"<blockquote>{self.some(2)}</blockquote>"

    def beside(self) -> str:
        """A float and the text beside it: the engine loses or doubles one at the end of a page."""
        side = self.chance.choice(("left", "right"))
        text = self.text(self.chance.randint(40, 80))
        return f"<div class=whole><aside class={side}>{self.words(1, 4)}</aside><p>{text}</div>"

    def heading(self) -> str:
        return f"<h2>{self.words(1, 6)}</h2>{self.paragraph()}"

    def columns(self) -> str:
        before, self.is_noted = self.is_noted, False  # the engine may lose a note
        made = f"<div style='columns:2;column-gap:4mm'>{self.some(3)}</div>"
        self.is_noted = before
        return made

    def body(self) -> str:
        kinds: tuple[Callable[[], str], ...] = (
            *[self.paragraph] * 8, self.items, self.table, self.quotation, self.beside,
            self.heading, self.columns,
        )  # fmt: skip
        return "".join(self.chance.choice(kinds)() for _ in range(self.chance.randint(2, 9)))


def document(seed: int) -> Document:
    """The document of a number."""
    chance = Random(f"paragraphs {seed}")
    language = chance.choice(LANGUAGES)
    body = _Writer(chance, language).body()
    faces = fonts.select(body)
    families = ",".join(f"'{one}'" for one in (fonts.SERIF, *faces.fallback))
    width, columns = chance.choice([(60, 1), (90, 1), (130, 1), (150, 2), (210, 2), (210, 3)])
    size = chance.choice((8.5, 9.8, 10, 11.37))
    style = (
        f"@page{{size:{width}mm {chance.choice((120, 200))}mm;margin:{chance.choice((10, 15))}mm;"
        "@footnote{border-top:1px solid}}"
        f"html{{font:{size}pt/1.35 {families};text-align:justify;hyphens:"
        f"{chance.choice(('auto', 'auto', 'auto', 'manual', 'none'))};"
        f"hyphenate-limit-chars:{chance.choice(('5 2 3', '6 3 3', '5 2 2'))}}}"
        f"p{{margin:0;orphans:2;widows:2;text-indent:{chance.choice((0, 0, 4))}mm}}"
        f"p+p{{margin-top:{chance.choice((0, 5))}px}}"
        f".c{{columns:{columns};column-gap:5mm;column-fill:{chance.choice(('auto', 'balance'))}}}"
        f"code{{font-family:'{fonts.CODE}',{families};padding:0 2px;border:1px solid}}"
        ".box{padding:0 3px;border:1px solid;margin:0 2px}"
        ".note{float:footnote;font-size:7pt;line-height:9pt}sup,sub{font-size:60%;line-height:0}"
        ".thick{border-left:2pt solid;margin-right:-1px}.caps{font-variant-caps:small-caps}"
        ".wide{letter-spacing:.06em}.block{display:inline-block;width:9mm}big{font-size:130%}"
        ".raised{vertical-align:3px}.moved{position:relative;top:1px}.out{position:absolute}"
        ".clone{box-decoration-break:clone;padding:0 2px}aside{width:18mm;font-size:7pt}"
        ".left{float:left;margin-right:2mm}.right{float:right;margin-left:2mm}"
        ".initial::first-letter{font-size:220%;color:red}.opening::first-line{font-weight:700}"
        "table{width:100%;border-collapse:collapse}td{border:1px solid;vertical-align:top}"
        ".whole{break-inside:avoid}blockquote{margin:1mm 4mm}"
        "ul,ol,dd{margin:0;padding-left:5mm}h2{text-align:left}"
    )
    way = " dir=rtl" if language in LEFTWARD else ""
    rules = fonts.font_face_rules(faces.faces, "press:faces/")
    head = f"<meta charset=utf-8><title>Words</title><style>{rules}{style}</style>"
    html = f"<!DOCTYPE html><html lang={language}{way}>{head}<body><div class=c>{body}</div>"
    return Document(html, faces.faces)
