"""How even the justified lines of finished PDFs are, whatever made them.

Usage: python -m benchmarks.evenness FILE.pdf ... [--lines]
       python -m benchmarks.evenness --set ISSUE [--tools FOLDER] [--keep FOLDER] [--document]

Prints a table, a row for each file; ``--lines`` also the loosest lines. ``--set`` has the running
text of an issue set in one face, size and measure by the press, by the engine's own breaks, by
Typst and by LuaLaTeX, as far as they are there (benchmarks/peers-setup installs them into FOLDER);
``--keep`` keeps the files. ``--document`` puts the table into docs/design.md, and beside it a
picture of the same lines broken one after another and as a whole.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pypdfium2
from PIL import Image

from benchmarks.evenness.galley import Galley, blank, paragraphs
from benchmarks.evenness.measuring import measured
from benchmarks.peers.setters import Tools
from bulletin_press import press

ROOT = Path(__file__).resolve().parents[2]
PICTURE = ROOT / "docs" / "evenness.png"
PAGE = ROOT / "docs" / "design.md"
BEGIN, END = "<!-- measured: python -m benchmarks.evenness --set -->", "<!-- end -->"
_SHOWN = ("over 1.5 %", "over 2 %", "worst", "hyphens", "ladders", "runts", "contrast")
_PLAIN, _EVEN = 1, 2
_DOTS = 110 / 72  # a point, at 110 dpi
_CROP = (44, 115, 298, 443)  # points: text at the head of the first column of page 2


def main() -> None:
    """Print the table, and put it into the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--lines", action="store_true", help="print the loosest lines")
    parser.add_argument("--set", type=Path, metavar="ISSUE")
    parser.add_argument("--tools", type=Path, default=ROOT.parent / "peers")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--document", action="store_true")
    given = parser.parse_args()
    if given.files:
        print("\n".join(table(((path.stem, path) for path in given.files), given.lines)))
    if given.set:
        with tempfile.TemporaryDirectory() as temporary:
            folder = given.keep or Path(temporary)
            folder.mkdir(parents=True, exist_ok=True)
            read = press.read(given.set.resolve())
            if read.issue.document is None:
                sys.exit(f"{given.set} cannot be read")
            galley = Galley(paragraphs(read.issue), folder.resolve(), Tools(given.tools.resolve()))
            rows = list(galley.rows())
            print("\n".join(table(rows, given.lines, blank())))
            if given.document:
                document(rows)


def table(
    rows: Iterable[tuple[str, Path]], lines: bool = False, em: float | None = None,
    shown: tuple[str, ...] = (),
) -> Iterator[str]:  # fmt: skip
    """The figures of each file, those ``shown`` or all, and its loosest lines if ``lines``.

    ``em`` as in measuring.
    """
    has_head = False
    for name, path in rows:
        figures, full = measured(path, em)
        chosen = {key: figures[key] for key in shown or figures}
        if not has_head:
            yield "| set | " + " | ".join(chosen) + " |"
            yield "|---" + "|---:" * len(chosen) + "|"
            has_head = True
        cells = (f"{one:.2f}" if isinstance(one, float) else str(one) for one in chosen.values())
        yield f"| {name} | " + " | ".join(cells) + " |"
        if lines:
            for one in sorted(full, key=lambda one: -one.ratio)[:8]:
                yield f"  {one.ratio:.2f} page {one.page}: {one.text}"


def document(rows: list[tuple[str, Path]]) -> None:
    """Put table and picture into the page on design."""
    page = PAGE.read_text("utf-8")
    head, _, rest = page.partition(BEGIN)
    _, _, tail = rest.partition(END)
    told = "\n".join(table(rows, em=blank(), shown=_SHOWN))
    PAGE.write_text(f"{head}{BEGIN}\n\n{told}\n\n{END}{tail}", "utf-8")
    before, after = (picture(rows[row][1]) for row in (_PLAIN, _EVEN))
    both = Image.new("L", (before.width + after.width, before.height), 255)
    both.paste(before, (0, 0))
    both.paste(after, (before.width, 0))
    both.save(PICTURE, optimize=True)


def picture(path: Path) -> Image.Image:
    """The head of the text, at 110 dpi."""
    image = pypdfium2.PdfDocument(path)[1].render(scale=_DOTS, grayscale=True).to_pil()
    return image.crop(tuple(round(edge * _DOTS) for edge in _CROP)).convert("L")


if __name__ == "__main__":
    main()
