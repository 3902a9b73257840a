"""The printer's sheet: what a printing house must know of a file, read back from the file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

from bulletin_press.editions.pdf.prepress.inspection import Facts, Sheet
from bulletin_press.editions.pdf.prepress.verdict import INKS, LEAST_DPI, is_rich, written
from bulletin_press.issue import Issue
from bulletin_press.source.directives import matter

_MM = 25.4 / 72
_LABEL = 15
_GATHERED = 4  # pages of one folded sheet


def text(issue: Issue, name: str, pdf: bytes, facts: Facts, paths: Mapping[str, str]) -> str:
    """The sheet for the file ``name``, whose bytes are ``pdf``, as plain text.

    ``paths`` are its pictures' by their names in it.
    """
    parts = [
        ("Publication", [" · ".join(filter(None, (issue.title, issue.line)))]),
        ("Publisher", list(filter(None, (issue.publisher, issue.publication.imprint.contact)))),
        ("Date of issue", [issue.date.isoformat()]),
        ("File", _file(name, pdf, facts)),
        ("", []),
        ("Pages", _pages(len(facts.sheets), issue.matter(matter.BACK_COVER) is not None)),
        ("Binding", ["right edge" if issue.direction == "rtl" else "left edge"]),
        *_sizes(facts.sheets),
        ("", []),
        *_inks(issue, facts),
        ("", []),
        ("Fonts", [f"{font}{'' if there else ' (NOT EMBEDDED)'}" for font, there in facts.fonts]),
        ("Pictures", list(_pictures(facts, paths)) or ["none that is made of dots"]),
        ("", []),
        ("Checked", list(_checked(issue, facts))),
    ]  # fmt: skip
    out = ["FOR THE PRINTING HOUSE", ""]
    for label, lines in parts:
        out += [""] if not label else []
        for number, line in enumerate(lines):
            out.append(f"{label if not number else '':<{_LABEL}} {line}".rstrip())
    return "\n".join(out) + "\n"


def _file(name: str, pdf: bytes, facts: Facts) -> list[str]:
    claims = f"claims {', '.join(facts.claims)}" if facts.claims else "claims no PDF/X or PDF/A"
    digest = hashlib.sha256(pdf).hexdigest()
    return [name, f"PDF {facts.version}, {len(pdf)} bytes; {claims}", f"SHA-256 {digest}"]


def _pages(count: int, back: bool) -> list[str]:
    blank = -count % _GATHERED
    lines = [f"{count}" + (", the back of the last sheet stays blank" if count % 2 else "")]
    if blank:
        where = "before the last page, the back cover" if back else "at the end"
        lines.append(f"stitched: {count + blank}, {blank} of them blank, {where}")
    return lines


def _sizes(sheets: tuple[Sheet, ...]) -> Iterator[tuple[str, list[str]]]:
    trims = {_size(sheet.trim) for sheet in sheets}
    bleeds = {_length(out) for sheet in sheets for out in _around(sheet.trim, sheet.bleed)}
    rooms = {_length(out) for sheet in sheets for out in _around(sheet.bleed, sheet.media)}
    yield "Trimmed size", [" or ".join(sorted(trims))]
    yield "Bleed", [f"{' or '.join(sorted(bleeds))} on all sides"]
    yield (
        "Whole page",
        [
            f"{' or '.join(sorted({_size(sheet.media) for sheet in sheets}))}, with"
            f" {' or '.join(sorted(rooms))} around the bleed for marks"
        ],
    )


def _around(inner: tuple[float, ...], outer: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(abs(one - two) for one, two in zip(inner, outer, strict=True))


def _size(box: tuple[float, ...]) -> str:
    return f"{_number(box[2] - box[0])} × {_number(box[3] - box[1])} mm"


def _length(points: float) -> str:
    return f"{_number(points)} mm"


def _number(points: float) -> str:
    return f"{round(points * _MM, 1):g}"


def _inks(issue: Issue, facts: Facts) -> Iterator[tuple[str, list[str]]]:
    name, space = facts.intent
    if "RGB" in facts.spaces:
        mixed = ", and inks (CMYK) in places" if "CMYK" in facts.spaces else ""
        yield "Inks", [f"none yet: the colours are RGB{mixed}; convert them for your press"]
    else:
        yield "Inks", [", ".join(_plates(facts)) or "none"]
    file = issue.publication.printing.icc_profile
    yield "Profile", [f"{name} ({space}), as output intent" + (f"; from {file}" if file else "")]
    most, where = facts.ink
    if most:
        yield "Most ink", [f"{most} %, {where}; limit {issue.publication.printing.ink_limit} %"]
    yield "Colours", list(_colours(facts))


def _plates(facts: Facts) -> list[str]:
    """The inks that are used."""
    pictured = {one.space for one in facts.pictures}
    used = [
        "CMYK" in pictured or any(one.space == "CMYK" and one.parts[at] for one in facts.colours)
        for at in range(4)
    ]
    used[3] = used[3] or "Gray" in facts.spaces
    inks = ("cyan", "magenta", "yellow", "black")
    return [ink for ink, there in zip(inks, used, strict=True) if there]


def _colours(facts: Facts) -> Iterator[str]:
    """Every colour of text and shapes, with its use, the fullest first."""
    uses: dict[str, tuple[int, list[str]]] = {}
    for one in facts.colours:
        if one.space != "Separation":
            use = f"text from {one.size:g} pt" if one.size else "rules and grounds"
            uses.setdefault(written(one.space, one.parts), (one.ink, []))[1].append(use)
    width = max(map(len, uses), default=0)
    for name, (ink, how) in sorted(uses.items(), key=lambda one: (-one[1][0], one[0])):
        load = f"{ink:>4} %  " if ink else "        " if facts.ink[0] else ""
        yield f"{name:<{width}}  {load}{', '.join(sorted(how, reverse=True))}"


def _pictures(facts: Facts, paths: Mapping[str, str]) -> Iterator[str]:
    for one in facts.pictures:
        width, height = one.pixels
        file = paths.get(one.name, "").rpartition("/")[2]
        size = " × ".join(_number(side) for side in one.size)
        yield (
            f"page {one.page:<3} {one.dpi:>5.0f} dpi  {size} mm, {width} × {height} pixels,"
            f" {one.space}  {file}"
        ).rstrip()


def _checked(issue: Issue, facts: Facts) -> Iterator[str]:
    """What was looked for in the file, and whether it holds."""
    limit = issue.publication.printing.ink_limit
    rows = [
        (len({(one.trim, one.bleed) for one in facts.sheets}) == 1, "all pages have one size"),
        (not any(one.unbled for one in facts.sheets), "what touches the edge runs into the bleed"),
        (all(there for _, there in facts.fonts), "all fonts are embedded"),
        (all(one.dpi >= LEAST_DPI for one in facts.pictures), f"pictures have {LEAST_DPI} dpi"),
    ]
    if issue.publication.printing.icc_profile:
        rows += [
            (facts.spaces <= INKS, "there is no RGB"),
            (not any(map(is_rich, facts.colours)), "small black text is of black ink alone"),
            (facts.ink[0] <= limit, f"no more ink than {limit} %"),
        ]
    for holds, what in rows:
        yield f"{'yes' if holds else 'NO':<4} {what}"
