"""One document laid out in several ways, and all that is wrong with it, a line each."""

from __future__ import annotations

import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pypdfium2

from bulletin_press import kept
from bulletin_press.editions.pdf import evenness, shortcuts
from tests.paragraphs.documents import Document

OVER = 0.5  # CSS pixels that a line may leave its measure
_HYPHENS = re.compile("[\\s\u00ad\u2010\u0002\ufffe=-]")  # at ends of lines, as they are read back
_INDIC = re.compile("[\u0900-\u0dff]")
_MIRRORED = str.maketrans("«([{<", "»)]}>")  # as PDFium likes it
_WITHIN = re.compile("[\\s\u00ad\u2010\u200b=]")  # “=” is a hyphen in some documents

_PARTS = ("::first-letter", "::first-line")
Text = dict[tuple[int, str], str]


def findings(folder: Path, given: Document, tagged: bool = False) -> tuple[list[str], int]:
    """What is wrong with a document, and how many of its lines were planned.

    ``folder`` is for what is kept. The engine must have been isolated in this process.
    """
    with kept.using(kept.Store(folder)):
        even = Laid(given, True, tagged)
        again = Laid(given, True, tagged)
        slow = Laid(given, True, tagged, slow=True)
        plain = Laid(given, False, tagged)
    found = [f"failed: {one}" for one in (*even.failed, *again.failed, *slow.failed)]
    if again.pdf != even.pdf:
        found.append("bytes: others the second time")
    if slow.pdf != even.pdf:
        found.append("bytes: others without shortcuts")
    found += _lost(plain, even)
    found += even.crooked
    return found, even.planned


class Laid:
    """A document laid out: its PDF, its text by elements, what is wrong with its lines."""

    def __init__(self, given: Document, even: bool, tagged: bool, slow: bool = False) -> None:
        key = "".join(one.name for one in given.faces).encode()
        self.text: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
        self.crooked: list[str] = []
        self.planned = 0
        self.lines: list[str] = []
        with shortcuts.taken(shortcuts.chosen(plain=slow), key):
            from weasyprint import HTML
            from weasyprint.urls import URLFetcher, URLFetcherResponse

            from bulletin_press.editions.pdf import columns, grid, repairs

            faces = {f"press:faces/{face.name}.ttf": face for face in given.faces}

            class Faces(URLFetcher):  # type: ignore[misc]
                def fetch(self, url: str, headers: Any = None) -> Any:
                    if url.startswith("data:"):
                        return super().fetch(url, headers)
                    return URLFetcherResponse(url, faces[url].data())

            html = HTML(string=given.html, url_fetcher=Faces(), base_url="press:")
            elements = list(html.etree_element.iter())
            self._places = {one: at for at, one in enumerate(elements)}
            self.source = [
                _bare([one.text or "", *(child.tail or "" for child in one)]) for one in elements
            ]
            with (
                repairs.true_lines(), grid.level_columns(), columns.mended(),
                evenness.taken(even, key) as failed,
            ):  # fmt: skip
                rendered = html.render(pdf_variant="pdf/ua-1" if tagged else None, pdf_tags=tagged)
                self.pdf: bytes = rendered.write_pdf()
            self.failed = list(failed.values())
            for page in rendered.pages:
                self._walk(page._page_box, None)

    def _walk(self, box: Any, block: Any) -> None:
        from weasyprint.formatting_structure import boxes

        box = getattr(box, "_box", box)
        if isinstance(box, boxes.TextBox):
            _, sign, part = box.element_tag.partition("::")
            name = "" if sign + part in _PARTS else part
            self.text[self._places[box.element], name].append(box.text)
        elif isinstance(box, boxes.LineBox) and vars(box).get("press_hanging"):
            self.planned += 1
            texts = (one.text for one in box.descendants() if isinstance(one, boxes.TextBox))
            self.lines.append("".join(texts))
            self.crooked += _crooked(box, block)
        if isinstance(box, boxes.BlockContainerBox):
            block = box
        for child in getattr(box, "children", ()):
            self._walk(child, block)

    def content(self) -> Text:
        """The text of each element, without what the engine sets at ends of lines."""
        return {key: _bare(parts) for key, parts in self.text.items()}

    def letters(self) -> Counter[str]:
        """The letters that are read back from the PDF."""
        file = pypdfium2.PdfDocument(io.BytesIO(self.pdf))
        found: Counter[str] = Counter()
        for page in file:
            found.update(_HYPHENS.sub("", _text(page)).translate(_MIRRORED))
        file.close()
        return found


def _bare(parts: list[str]) -> str:
    return _WITHIN.sub("", "".join(parts))


def _text(page: pypdfium2.PdfPage) -> str:
    """The text of a page; PDFium writes some signs as others that are much the same."""
    found: str = page.get_textpage().get_text_range()
    return normalize("NFKC", found)


def _lost(plain: Laid, even: Laid) -> Iterator[str]:
    """What is not in both alike, unless it is the engine by itself that loses it.

    That divides some Hungarian words by another spelling, or forgets the end of a word.
    """
    one, other = plain.content(), even.content()
    changed = [key for key in one.keys() | other.keys() if one.get(key, "") != other.get(key, "")]
    for key in sorted(changed):
        if other.get(key) != even.source[key[0]]:
            yield f"text: {one.get(key)!r} became {other.get(key)!r}"
    named = not _INDIC.search("".join(other.values()))  # the engine does not name all its signs
    if not changed and named and plain.letters() != even.letters():
        lost, more = plain.letters() - even.letters(), even.letters() - plain.letters()
        yield f"letters: {dict(lost)} lost in the PDF, {dict(more)} more"


def _crooked(line: Any, block: Any) -> Iterator[str]:
    """How a planned line, as it is drawn, leaves its measure or does not fill it."""
    from weasyprint.formatting_structure import boxes

    texts = [one for one in line.descendants() if isinstance(one, boxes.TextBox) and one.text]
    if not texts:
        return
    words = "".join(one.text for one in texts)
    off = sum(drawn(one) - one.width for one in texts)
    left_out, right_out = line.press_hanging
    left, right = block.content_box_x(), block.content_box_x() + block.width
    begin, end = _sides(line)
    leftward = line.style["direction"] == "rtl"
    over = (left - begin if leftward else end - right) + off - right_out
    if over > OVER:
        yield f"over: {over:.2f} pixels out of {right - left:.1f}: {words!r}"
    indent = line.text_indent if line.text_indent else 0.0
    before = (end - right + indent) if leftward else (left - begin + indent)
    if before > left_out + OVER:
        yield f"over: {before:.2f} pixels before the line: {words!r}"
    if any(one.justification_spacing for one in texts) and over < -OVER:
        yield f"short: {over:.2f} pixels: {words!r}"


def _sides(box: Any) -> tuple[float, float]:
    """Where the content of a line begins and ends, its elements' own room included."""
    sides = [
        (child.position_x, child.position_x + child.margin_width())
        if hasattr(child, "margin_left")
        else (child.position_x, child.position_x + child.width)
        for child in box.children
    ]
    return min(one for one, _ in sides), max(other for _, other in sides)


def drawn(box: Any) -> float:
    """How wide a text is drawn, in CSS pixels."""
    from weasyprint.text.ffi import ffi
    from weasyprint.text.line_break import line_size

    tracking, scale = vars(box).get("press_drawn", (0, 1))
    box.pango_layout.reactivate(box.style)
    shaped, _ = box.pango_layout.get_first_line()
    width, _ = line_size(shaped, box.style)
    run, glyphs = shaped.runs[0], 0
    while run != ffi.NULL:
        glyphs += run.data.glyphs.num_glyphs
        run = run.next
    return float((width + glyphs * tracking) * scale)
