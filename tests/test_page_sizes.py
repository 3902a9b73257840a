"""Every paper with every number of columns: true, whole, and with margins that suit it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pypdfium2
import pytest

from bulletin_press.config import PAGE_WIDTHS, Design
from bulletin_press.editions.pdf.profiles import PROFILES
from tests.printing import generated, load, masthead, render, write
from tests.test_pdf import assert_true_contents

SIZES = {"A4": (595, 842), "A5": (420, 595), "B5": (499, 709), "letter": (612, 792)}
MILLIMETRE = 72 / 25.4
TABLE = """
.. list-table:: What was measured
   :header-rows: 1

   * - River
     - Length
   * - Araz
     - 1,072
   * - Kür
     - 1,515

.. key-facts:: The bridge

   - Opened in May.
   - Measured twice.
"""


def issue(folder: Path, page: str, columns: int) -> Path:
    """An issue of several articles with notes, references, a table and a box."""
    files = generated(7, 4, 5)
    files["issue.rst"] = masthead()
    files["005-last.rst"] = f"The last article\n================\n\nBefore the table.\n{TABLE}"
    return write(folder, files, f'[design]\npage = "{page}"\ncolumns = {columns}\n')


def edges(page: pypdfium2.PdfPage) -> Iterator[tuple[float, float, float, float]]:
    """Left, bottom, right and top of each piece of text."""
    text = page.get_textpage()
    return (text.get_rect(number) for number in range(text.count_rects()))


@pytest.mark.parametrize("columns", [1, 2, 3])
@pytest.mark.parametrize("page", SIZES)
def test_an_issue_is_true_and_whole_on_it(page: str, columns: int, tmp_path: Path) -> None:
    folder = issue(tmp_path, page, columns)
    book = assert_true_contents(folder)
    scale = min(1, PAGE_WIDTHS[page] / 210)
    outer, inner = 18 * scale * MILLIMETRE, 22 * scale * MILLIMETRE
    for number, sheet in enumerate(book.document):
        width, height = sheet.get_size()
        assert (round(width), round(height)) == SIZES[page]
        before, after = (outer, inner) if number % 2 else (inner, outer)
        for left, bottom, right, top in edges(sheet):
            assert bottom > 5 * MILLIMETRE
            assert top < height - 5 * MILLIMETRE
            if number:
                assert left > before - 2
                assert right < width - after + 2
        if number and columns > 1:
            assert min(left for left, *_ in edges(sheet)) < before + 3
    name = [box for box in edges(book.document[0]) if box[3] - box[1] > 28 * scale]
    assert len(name) == 1  # the title of the bulletin, in one line


@pytest.mark.parametrize(
    ("page", "columns", "rows", "paragraphs"),
    [("B5", 3, 12, 2), ("B5", 3, 10, 3), ("B5", 2, 14, 2), ("A5", 2, 7, 2), ("A4", 2, 10, 3)],
)
def test_columns_below_a_table_are_of_one_height(
    page: str, columns: int, rows: int, paragraphs: int, tmp_path: Path
) -> None:
    words = "The port authority published its tender in March, and three consortia replied. " * 6
    table = "\n".join(f"   Port {one},{'10.0,' * 8}90.0" for one in range(rows))
    body = f".. csv-table:: Volumes\n   :place: full\n\n{table}\n\n" + f"{words}\n\n" * paragraphs
    files = {"issue.rst": masthead(), "01-a.rst": f"First\n=====\n\n{words}\n\n"
             f".. page-break::\n\n{body}"}  # fmt: skip
    toml = f'[design]\npage = "{page}"\ncolumns = {columns}\n'
    _, book = render(load(write(tmp_path, files, toml)))
    last = book.document[len(book.document) - 1]
    width = last.get_width()
    feet: dict[int, float] = {}
    for left, bottom, *_ in edges(last):
        column = int((left - 30) / ((width - 60) / columns))
        feet[column] = min(bottom, feet.get(column, 9999))
    assert len(feet) == columns
    assert max(feet.values()) - min(feet.values()) < 15  # a line


@pytest.mark.parametrize("page", SIZES)
def test_no_row_stands_alone(page: str, tmp_path: Path) -> None:
    words = "The port authority published its tender in March, and three consortia replied. " * 8
    table = ".. csv-table:: Volumes\n   :header-rows: 1\n   :place: full\n\n   Port,2024\n"
    rows = {count: "".join(f"   Port row{n},{n}\n" for n in range(count)) for count in (4, 30)}
    for before in range(4, 9):
        for count, text in rows.items():
            body = f"{words}\n\n" * before + table + text + f"\n{words}\n"
            files = {"issue.rst": masthead(), "01-a.rst": f"First\n=====\n\n{body}"}
            folder = write(tmp_path / f"{before}-{count}", files, f'[design]\npage = "{page}"\n')
            _, book = render(load(folder))
            found = [sheet.text.count("Port row") for sheet in book.sheets]
            parts = [one for one in found if one]
            assert sum(parts) == count
            assert parts == [4] if count == 4 else min(parts) > 1


def test_columns_suit_the_width_of_their_lines() -> None:
    setting = PROFILES["screen"]
    given = {
        (page, columns): setting.given(Design(page, columns), 10)
        for page in SIZES
        for columns in (1, 2, 3)
    }
    narrow = {key for key, values in given.items() if values["--alignment"] == "start"}
    assert narrow == {("A5", 2), *((page, 3) for page in SIZES)}
    wide = {key for key, values in given.items() if values["--indent"] != "0"}
    assert wide == {("A4", 1), ("letter", 1)}
    assert given["A4", 2] == {"--scale": "1", "--alignment": "justify", "--indent": "0"}
    larger = setting.given(Design("A4", 2), 14)
    assert larger["--alignment"] == "start"


def test_a_single_column_on_large_paper_stays_readable(tmp_path: Path) -> None:
    _, book = render(load(issue(tmp_path, "A4", 1)))
    lines = [len(line) for sheet in book.sheets[1:] for line in sheet.lines if len(line) > 50]
    assert 65 < median(lines) < 90
