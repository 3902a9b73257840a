"""The evenness of a finished PDF's justified lines, read from the places of its letters.

The text in the commonest face and size counts.
A line's ratio is the mean of its word spaces beside the natural one of the face. Counted are full
lines, never the last of a paragraph: those with spaces over 1.5 and over 2 times the natural, the
hyphens at ends of lines, the ladders (three or more such ends in a row), the runts (last lines of
one word or of a tenth of the measure), the contrast (mean difference of the ratios of neighbours)
and how far the farthest line stands out, hanging marks included. ``--lines`` prints the worst.
"""

from __future__ import annotations

import ctypes
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pypdfium2
from pypdfium2 import raw

HYPHENS = "-\u2010\u00ad\u2011\u0002"  # the last as PDFium gives a hyphen at the end of a line
GUTTER = 15.0  # points without a letter that part columns
FULL = 0.8  # points that a full line may fall short
SIGNS = 12.0  # points that small raised signs may add


@dataclass
class Letter:
    """A letter: its advance from ``left`` to ``right``, its baseline, its face and size."""

    text: str
    left: float
    right: float
    baseline: float
    face: str
    size: float
    index: int


@dataclass
class Line:
    """A line in its column, from whose left edge its sides are counted."""

    page: int
    column: int
    baseline: float
    left: float
    right: float
    text: str
    gaps: list[float] = field(default_factory=list)
    ratio: float = 0.0
    begins: bool = False
    ends: bool = False


def letters(page: pypdfium2.PdfPage) -> Iterator[Letter]:
    """All letters of a page but blanks."""
    text = page.get_textpage()
    box, matrix = raw.FS_RECTF(), raw.FS_MATRIX()
    x, y = ctypes.c_double(), ctypes.c_double()
    name, flags = ctypes.create_string_buffer(256), ctypes.c_int()
    for index in range(text.count_chars()):
        sign = chr(raw.FPDFText_GetUnicode(text, index))
        if raw.FPDFText_IsGenerated(text, index) == 1 or not sign.strip() or sign == "\u00a0":
            continue
        raw.FPDFText_GetLooseCharBox(text, index, box)
        raw.FPDFText_GetCharOrigin(text, index, x, y)
        raw.FPDFText_GetMatrix(text, index, matrix)
        raw.FPDFText_GetFontInfo(text, index, name, 256, flags)
        size = abs(matrix.d) * raw.FPDFText_GetFontSize(text, index)
        face = name.value.decode(errors="replace")
        yield Letter(sign, box.left, box.right, y.value, face, round(size, 1), index)


def blank(document: pypdfium2.PdfDocument, face: str, size: float) -> float:
    """The natural width of a blank of a face in points."""
    width = ctypes.c_float()
    for page in document:
        for thing in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
            font = raw.FPDFTextObj_GetFont(thing)
            name = ctypes.create_string_buffer(256)
            raw.FPDFFont_GetBaseFontName(font, name, 256)
            if name.value.decode(errors="replace") == face and raw.FPDFFont_GetGlyphWidth(
                font, ord(" "), size, width
            ):
                return float(width.value)
    return size / 4


def lines(
    document: pypdfium2.PdfDocument, em: float | None = None
) -> tuple[list[Line], float, float]:
    """The lines of the text, its measure and its natural blank, in points.

    ``em`` is how wide the blank is in parts of the text size, if the file does not tell.
    """
    pages = [list(letters(page)) for page in document]
    used = Counter((one.face, one.size) for page in pages for one in page)
    face, size = used.most_common(1)[0][0]
    natural = blank(document, face, size) if em is None else em * size
    found: list[tuple[int, float, list[Letter]]] = []
    for number, page in enumerate(pages, 1):
        rows: dict[float, list[Letter]] = defaultdict(list)
        for one in page:
            if one.size == size and _family(one.face) == _family(face):
                rows[round(one.baseline)].append(one)
        small = [one for one in page if one.size < size]
        for key in rows:
            rows[key] += [one for one in small if 1 < one.baseline - key < size * 0.6]
            row = sorted(rows[key], key=lambda one: one.left)
            segment = [row[0]]
            for before, after in pairwise(row):
                if after.left - before.right > GUTTER:
                    found.append((number, key, segment))
                    segment = []
                segment.append(after)
            found.append((number, key, segment))
    widths = Counter(
        round(row[-1].right - row[0].left)
        for _, _, row in found
        if len(row) > 9 and row[-1].text.isalpha()
    )
    measure = float(widths.most_common(1)[0][0])
    made = []
    for number in range(1, len(pages) + 1):
        made += _columns(number, [one for one in found if one[0] == number], measure, natural)
    return made, measure, natural


def _family(face: str) -> str:
    return face.rpartition("+")[2].partition("-")[0]


def _columns(
    number: int, rows: list[tuple[int, float, list[Letter]]], measure: float, natural: float
) -> list[Line]:
    edges: list[float] = []
    for edge, count in Counter(round(row[0].left) for _, _, row in rows).most_common():
        if count > 2 and all(abs(edge - other) > measure / 2 for other in edges):
            edges.append(edge)
    edges.sort()
    exact = [
        statistics.median(row[0].left for _, _, row in rows if abs(row[0].left - edge) < 1.2)
        for edge in edges
    ]
    found = []
    for _, baseline, row in rows:
        column = next(
            (at for at, edge in enumerate(exact) if edge - 5 <= row[0].left < edge + measure), None
        )
        if column is None:
            continue
        text, gaps = row[0].text, []
        for before, after in pairwise(row):
            gap = after.left - before.right
            if gap > 0.4 * natural:
                gaps.append(gap)
                text += " "
            text += after.text
        edge = exact[column]
        line = Line(number, column, baseline, row[0].left - edge, row[-1].right - edge, text, gaps)
        line.ratio = statistics.mean(gaps) / natural if gaps else 0.0
        found.append(line)
    return sorted(found, key=lambda one: (one.column, -one.baseline))


def measured(path: Path, em: float | None = None) -> tuple[dict[str, float], list[Line]]:
    """The figures of a file, and its full lines; ``em`` as in ``lines``."""
    document = pypdfium2.PdfDocument(path)
    found, measure, _ = lines(document, em)
    leading = Counter(
        round(one.baseline - other.baseline)
        for one, other in pairwise(found)
        if (one.page, one.column) == (other.page, other.column)
    ).most_common(1)[0][0]
    for one, other in pairwise(found):
        same = (one.page, one.column) == (other.page, other.column)
        apart = same and one.baseline - other.baseline > 1.6 * leading
        other.begins = 6 < other.left < 20 or apart
        one.ends = other.begins or (not same and one.right < 0.93 * measure)
    found[-1].ends = True
    full = [
        one for one in found
        if not one.ends and one.gaps and measure - FULL - 1 < one.right < measure + SIGNS
    ]  # fmt: skip
    ratios = sorted(one.ratio for one in full)
    hyphens = [one.text[-1] in HYPHENS for one in found]
    row, ladders = 0, 0
    for is_hyphen in hyphens:
        row = row + 1 if is_hyphen else 0
        ladders += row == 3
    known = {id(one) for one in full}
    pairs = [
        abs(one.ratio - other.ratio)
        for one, other in pairwise(found)
        if id(one) in known and id(other) in known
    ]
    last = [one for one in found if one.ends and not one.begins]
    count = len(full)
    return {
        "lines": count,
        "median": statistics.median(ratios),
        "p5": ratios[int(0.05 * count)],
        "p95": ratios[int(0.95 * count)],
        "worst": ratios[-1],
        "over 1.5 %": 100 * sum(one > 1.5 for one in ratios) / count,
        "over 2 %": 100 * sum(one > 2 for one in ratios) / count,
        "hyphens": sum(hyphens),
        "ladders": ladders,
        "runts": sum(one.right < 0.1 * measure or " " not in one.text for one in last),
        "contrast": statistics.mean(pairs) if pairs else 0.0,
        "farthest": max(one.right for one in full) - measure,
    }, full
