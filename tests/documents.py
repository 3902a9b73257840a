"""Documents for the engine itself, each with one of the things it can lay out in many ways."""

from __future__ import annotations

import base64
import io
import random
from collections.abc import Iterator

from PIL import Image

from bulletin_press import fonts

LATIN = (
    "harbour ferry of the a in timetable interchange “quoted” fi ffl office AVATAR T. əsas məktəb"
    " state-owned 2,450.75 responsi\u00adbility internationalisation — https://example.org/a/long/"
    "path?to=something tariff, and to be settled;"
).split()
HEBREW = "נמל חדש נפתח אתמול ליד העיר הישנה 45 ספינות ביום".split()
ARABIC = "افتتح الميناء الجديد أمس قرب المدينة القديمة مع 45 سفينة في اليوم".split()
ALIGNMENTS = ("left", "right", "center", "justify", "start", "end", "justify-all")


class _Writer:
    """Makes up text from a seed."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)

    def words(self, count: int, words: list[str] = LATIN) -> str:
        return " ".join(self._chance.choices(words, k=count))

    def marked(self, count: int) -> str:
        """Words of which some are in elements, one within another."""
        kinds = (
            "{}", "{}", "{}", "<em>{}</em>", "<strong>{}</strong>", "<a href='#p1'>{}</a>",
            "<u>{}</u>", "<em>one <b>{} <i>deeper</i></b> out</em>", "<sup>{}</sup>",
            "<code>{}</code>", "<span class=box>{}</span>", "<small>{}</small>",
        )  # fmt: skip
        parts = []
        while count > 0:
            some = self._chance.randint(1, 8)
            count -= some
            parts.append(self._chance.choice(kinds).format(self.words(some)))
        return " ".join(parts)

    def paragraphs(self, count: int, most: int = 60) -> str:
        lengths = [self._chance.randint(5, most) for _ in range(count)]
        return "".join(f"<p id=p{n}>{self.marked(one)}</p>" for n, one in enumerate(lengths))

    def notes(self, count: int) -> str:
        note = "<p>{}<span class=note>{}</span> {}</p>"
        return "".join(
            note.format(self.marked(25), self.words(self._chance.randint(3, 20)), self.marked(15))
            for _ in range(count)
        )


def _picture() -> str:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "#246").save(made, "PNG")
    return "data:image/png;base64," + base64.b64encode(made.getvalue()).decode()


def _styled(writer: _Writer, styles: list[str], count: int = 40) -> str:
    return "".join(f'<p style="{style}">{writer.marked(count)}</p>' for style in styles)


def _bodies(w: _Writer) -> Iterator[tuple[str, str, str]]:
    """The name of each document, its style, its content."""
    columns = ".c{columns:2;text-align:justify;column-rule:1px solid}"
    yield (
        "columns",
        columns,
        "".join(f"<h2>{w.words(4)}</h2><div class=c>{w.paragraphs(8)}</div>" for _ in range(3)),
    )
    yield (
        "three columns",
        (".c{columns:3;column-gap:5mm;column-fill:auto;height:110mm}.s{column-span:all}"),
        f"<div class=c>{w.paragraphs(4)}<h2 class=s>{w.words(6)}</h2>{w.paragraphs(5)}</div>",
    )
    yield (
        "floats",
        ".l{float:left;width:30mm;margin:2mm}.r{float:right;width:25mm}",
        "".join(f"<div class={side}>{w.words(14)}</div>{w.paragraphs(3)}" for side in "lrlrr"),
    )
    yield (
        "lists",
        "",
        "".join(
            f"<ol><li>{w.marked(20)}<ul><li>{w.marked(30)}<li>{w.marked(9)}</ul><li>{w.marked(40)}</ol>"
            f"<dl><dt>Term<dd>{w.marked(22)}</dl>"
            for _ in range(6)
        ),
    )
    rows = "".join(f"<tr><td>{w.words(3)}<td>{w.marked(12)}<td>{w.words(1)}" for _ in range(40))
    yield (
        "tables",
        "table{border-collapse:collapse;width:100%}td,th{border:1px solid}"
        ".apart{border-collapse:separate}",
        (
            f"<table><thead><tr><th>A<th>B<th>C</thead>{rows}</table>"
            f"<table class=apart><tr><td rowspan=2>{w.words(5)}<td>{w.marked(9)}"
            f"<tr><td>{w.marked(15)}</table>"
        ),
    )
    yield (
        "leftward",
        "body{direction:rtl;text-align:justify}.c{columns:2}",
        "".join(
            f"<p>{w.words(40, HEBREW)} <b>{w.words(5, HEBREW)}</b> {w.words(9)}</p>"
            f"<p>{w.words(40, ARABIC)}</p><div class=c><p>{w.words(60, ARABIC)}</p></div>"
            for _ in range(3)
        ),
    )
    yield "hyphens", (
        "body{hyphenate-limit-chars:6 3 3}.z{hyphenate-limit-zone:20%}.n{width:30mm}"
        ".c{hyphenate-character:'='}"
    ), "".join(
        f"<p lang={language} class={kind}>{w.words(60)}</p>"
        for language in ("en", "en-US", "de", "fr", "az") for kind in "znc"
    )  # fmt: skip
    soft = " ".join(f"{one[:3]}\u00ad{one[3:]}" for one in w.words(300).split())
    yield "soft hyphens", "p{width:41mm;hyphens:manual;text-align:justify}", f"<p>{soft}</p>"
    yield (
        "inline blocks",
        (
            ".i{display:inline-block;border:1px solid;width:20mm}.v{vertical-align:middle}"
            ".t{vertical-align:top}.m{position:relative;top:2px}.a{position:absolute;right:0}"
        ),
        "".join(
            f"<p>{w.marked(20)}<span class=i>{w.words(5)}</span>{w.marked(9)}"
            f"<span class=v>{w.words(3)}</span><span class=t>{w.words(2)}</span>"
            f"<span class=m>{w.marked(4)}</span>"
            f"<span class=a>there</span>{w.marked(12)}<img src='{_picture()}' width=20></p>"
            for _ in range(6)
        ),
    )
    yield (
        "notes",
        ".c{columns:2;text-align:justify}.note{font-size:7pt;line-height:9pt}",
        (f"{w.notes(7)}<div class=c>{w.notes(12)}</div>{w.paragraphs(3)}"),
    )
    yield "alignments", "", _styled(w, [
        f"text-align:{one};text-align-last:{last};text-indent:{indent}"
        for one in ALIGNMENTS for last in ("auto", "center") for indent in ("4mm", "-3mm", "10%")
    ])  # fmt: skip
    yield "spacing", "", _styled(w, [
        f"letter-spacing:{letters};word-spacing:{words};text-align:justify"
        for letters in ("normal", ".06em", "-.3px") for words in ("normal", "2px", "-.5px")
    ])  # fmt: skip
    yield (
        "white space",
        "",
        "".join(
            f"<p style='white-space:{kind};tab-size:{tab};width:60mm;overflow-wrap:{wrap}'>"
            f"{w.words(20)}\n  a\tb  c\n\n{w.words(9)} Wasserschutzpolizeidienststellenleiterin</p>"
            for kind, tab in (
                ("normal", 8),
                ("pre", 4),
                ("pre-wrap", 3),
                ("pre-line", 8),
                ("nowrap", 8),
            )
            for wrap in ("normal", "anywhere", "break-word")
        ),
    )
    yield (
        "first lines",
        (
            ".c{columns:2}p::first-letter{font-size:3em}"
            "p::first-line{font-weight:bold;text-transform:uppercase}"
        ),
        f"<div class=c>{w.paragraphs(6)}</div>{w.paragraphs(2)}",
    )
    yield "features", "", _styled(w, [
        "font-variant-caps:small-caps", "font-variant-numeric:oldstyle-nums tabular-nums",
        "font-kerning:none", "font-feature-settings:'liga' 0", "font-variant-ligatures:none",
        "text-transform:uppercase;letter-spacing:2px", "text-decoration:line-through",
        "font-size:0", "font-size:22pt;line-height:normal", "visibility:hidden",
    ])  # fmt: skip
    cut = "Words of one line, twice the same and cut off at its end"
    yield (
        "ellipses",
        "p{overflow:hidden;white-space:nowrap;text-overflow:ellipsis;width:45mm}",
        (
            f"<p>{cut}</p><p>{cut}</p><p style='text-overflow:clip'>{cut}</p>"
            f"<div style='max-lines:2;continue:discard;block-ellipsis:auto'>{w.words(60)}</div>"
        ),
    )
    yield (
        "flex and grid",
        (".f{display:flex;gap:4mm}.f p{flex:1}.g{display:grid;grid-template-columns:1fr 2fr}"),
        f"<div class=f>{w.paragraphs(3, 40)}</div><div class=g>{w.paragraphs(6, 40)}</div>",
    )
    parts = range(9)
    yield "contents", (
        ".t a::after{content:leader(dotted) target-counter(attr(href),page)}"
        ".c{columns:2;text-align:justify}@page:left{margin-left:25mm}"
    ), "<ul class=t>" + "".join(
        f"<li><a href='#s{n}'>Part {n} {w.words(5)}</a>" for n in parts
    ) + "</ul>" + "".join(
        f"<h2 id=s{n}>{w.words(5)}</h2><div class=c>{w.paragraphs(4)}{w.notes(2)}</div>"
        for n in parts
    )  # fmt: skip
    yield "every sign", "", f"<p>{w.words(9)} 🚢 中文 \u2067{w.words(5, HEBREW)}\u2069 ①²½</p>" * 3


def documents(seed: int) -> dict[str, str]:
    """HTML of each kind by name; its faces are those of ``fonts.PRIMARY`` in ``press:faces/``."""
    base = (
        "@page{size:A5;margin:15mm;@bottom-center{content:counter(page)'/'counter(pages)}"
        "@top-left{content:string(t,start)}@footnote{border-top:1px solid}}"
        f"html{{font:9pt/12pt '{fonts.SERIF}';hyphens:auto}}h2{{string-set:t content();"
        "bookmark-level:1;break-after:avoid}.box{padding:0 3px;border:1px solid red}"
        f"sup{{font-size:60%;line-height:0}}.note{{float:footnote}}code{{font-family:'{fonts.CODE}'}}"
    )
    faces = fonts.font_face_rules(fonts.PRIMARY, "press:faces/")
    head = "<!DOCTYPE html><html lang=en><meta charset=utf-8><title>{}</title><style>{}</style>"
    return {
        name: head.format(name, faces + base + style) + f"<body>{body}"
        for name, style, body in _bodies(_Writer(seed))
    }
