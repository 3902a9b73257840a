"""Large print: every letter is large, nothing is divided or slanted, the same laws hold."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pypdfium2.raw
import pytest
from click.testing import CliRunner

from bulletin_press import edition, folders
from bulletin_press.cli import main
from bulletin_press.editions import pdf
from bulletin_press.editions.pdf.profiles import PROFILES
from tests.conftest import article, write_issue
from tests.examples import examples, page
from tests.examples import write_issue as write_example
from tests.printing import WORDS, Book, generated, load, write

ROOT = Path(__file__).resolve().parents[1]
SIZE = 16
RAISED = 18 * 0.8  # of signs above or below their line
A4, LYING = (595, 842), (842, 595)
EXAMPLES = {one.name: one for name in ("writing", "reference") for one in examples(page(name))}
SHOWN = ("charts", "tables", "timeline", "notes", "pull-quote", "across-the-page")


def large(folder: Path) -> Book:
    """An issue in large print, which must be without a problem, read back."""
    printed = pdf.render(load(folder), profile="large-print")
    assert printed.problems == ()
    ((name, data),) = printed.edition.files.items()
    assert name.endswith("-large-print.pdf")
    return Book(data)


def letters(sheet: pypdfium2.PdfPage) -> Iterator[tuple[str, float]]:
    """Each character of a page, with its size in points."""
    text = sheet.get_textpage()
    for number in range(text.count_chars()):
        matrix = pypdfium2.raw.FS_MATRIX()
        pypdfium2.raw.FPDFText_GetMatrix(text.raw, number, matrix)
        sign = chr(pypdfium2.raw.FPDFText_GetUnicode(text.raw, number))
        if sign.strip():
            size = pypdfium2.raw.FPDFText_GetFontSize(text.raw, number) * abs(matrix.d)
            yield sign, round(size, 1)


def small(book: Book) -> str:
    """All letters that are too small, but for numbers of notes."""
    return "".join(
        sign
        for sheet in book.document
        for sign, size in letters(sheet)
        if size < SIZE and not (size == round(RAISED, 1) and sign.isdigit())
    )


def slanted(book: Book) -> set[str]:
    return {name for name, _ in book.fonts() if "Italic" in name}


def text_of(book: Book) -> str:
    """All that the pages hold, letter by letter as it is read."""
    return "".join(sign for sheet in book.document for sign, _ in letters(sheet))


@pytest.fixture(scope="module")
def sample() -> Book:
    return large(folders.locate("2026-02", ROOT))


def test_nothing_in_the_sample_is_small_slanted_or_divided(sample: Book) -> None:
    drawn = set("TÜRKİYEARMENIAIRANAraz330kV400")  # on the map, which is a file
    assert set(small(sample)) <= drawn
    assert not [name for name in slanted(sample) if "Sans" not in name]  # the map's river
    assert not re.search("[\u00ad\u0002\ufffe]", text_of(sample))


def test_the_contents_list_is_true(sample: Book) -> None:
    starts = {title: sample.sheets[index].label for _, title, index in sample.outline}
    listed = " ".join(sheet.text for sheet in sample.sheets[:2])
    articles = [title for title in starts if re.match(r"[IVX]+\. ", title)]
    assert len(articles) == 5
    for title in articles:
        assert re.search(rf"{re.escape(title)}[ .\d]*? {starts[title]}\b", listed), title


def test_every_word_is_there_once_and_in_order(tmp_path: Path) -> None:
    folder = write(tmp_path, generated(3, 4, 4))
    printed = re.findall(r"\w+", " ".join(sheet.text for sheet in large(folder).sheets))
    for file in sorted(folder.glob("*-part-*.rst")):
        source = re.sub(r"\[#n\d+\]_|:article:`.*?`|\.\. \[#n\d+\] .*", "", file.read_text("utf-8"))
        words = [word for word in re.findall(r"\w+", source) if word in WORDS]
        rest = iter(printed)
        assert all(word in rest for word in words), file.name


@pytest.mark.parametrize("name", SHOWN)
def test_constructs_are_large(name: str, tmp_path: Path) -> None:
    write_example(tmp_path / "2026-03", EXAMPLES[name].blocks)
    book = large(tmp_path / "2026-03")
    assert small(book) == ""
    assert slanted(book) == set()


def test_one_column_on_large_paper_whatever_the_design(tmp_path: Path) -> None:
    toml = '[design]\npage = "A5"\ncolumns = 2\n'
    body = " ".join(["Engineers measured the bridge."] * 60)
    book = large(write_issue(tmp_path, {"01-a.rst": article("A bridge", body)}, toml))
    assert {tuple(map(int, sheet.get_size())) for sheet in book.document} == {(595, 841)}
    second = book.document[1].get_textpage()
    left = {
        round(second.get_rect(number)[0]) for number in range(second.count_rects())
        if second.get_rect(number)[1] < 600
    }  # fmt: skip
    assert len([x for x in left if x > 300]) <= 1  # the folio


HEADS = "Municipality Infrastructure Administration Transportation Communication Agriculture"


def table(heads: list[str]) -> str:
    rows = [heads, ["1,234,567"] * len(heads)]
    lines = [f"   {'* -' if not n else '  -'} {cell}" for row in rows for n, cell in enumerate(row)]
    return "\n".join([".. list-table:: Costs", "   :header-rows: 1", "", *lines, ""])


def test_a_table_lies_on_its_side_where_its_words_need_it(tmp_path: Path) -> None:
    heads = HEADS.split()
    tables = [table(heads[:4]), table(heads), table(heads + heads)]
    files = {f"0{n}-{chr(97 + n)}.rst": article(f"Costs {n}", one) for n, one in enumerate(tables)}
    book = large(write_issue(tmp_path, files))
    lying = [sheet.get_width() > sheet.get_height() for sheet in book.document]
    found = {
        n: lying[index] for n, (_, title, index) in enumerate(book.outline) if "Costs" in title
    }
    assert len(found) == 3
    assert lying.count(True) == 2
    assert small(book) == ""
    for head in heads:
        assert head in text_of(book)


def test_the_command_writes_it_beside_the_usual_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue = write_issue(tmp_path, {"01-a.rst": article("A bridge")}, "")
    monkeypatch.chdir(tmp_path)
    ask = CliRunner()
    made = ask.invoke(main, ["build", "--profile", "large-print"])
    assert (made.exit_code, made.stdout) == (
        0,
        f"build/{issue.name}/bulletin-2026-05-large-print.pdf\n",
    )
    both = ask.invoke(
        main, ["build", "--profile", "screen", "--profile", "large-print", "-e", "pdf"]
    )
    assert [Path(line).name for line in both.stdout.split()] == [
        "bulletin-2026-05.pdf",
        "bulletin-2026-05-large-print.pdf",
    ]
    usual = (tmp_path / "build/2026-05/bulletin-2026-05.pdf").read_bytes()
    shutil.rmtree(tmp_path / "build")
    ask.invoke(main, ["build", "-e", "pdf"])
    assert (tmp_path / "build/2026-05/bulletin-2026-05.pdf").read_bytes() == usual
    refused = ask.invoke(main, ["build", "--profile", "large-print", "-e", "epub"])
    assert refused.exit_code == 2


def test_profiles_are_named_alike_where_they_are_chosen_and_made() -> None:
    assert set(edition.PROFILES) == set(PROFILES)


def test_own_values_of_large_print_hold(tmp_path: Path) -> None:
    folder = write_issue(tmp_path, {"01-a.rst": article("A bridge", "Words.")}, "")
    (tmp_path / "styles").mkdir()
    sheet = (ROOT / "styles/large-print.css").read_text("utf-8")
    own = sheet.replace("--text-size: 18pt", "--text-size: 24pt")
    (tmp_path / "styles/large-print.css").write_text(own, "utf-8")
    sizes = {size for sheet in large(folder).document for sign, size in letters(sheet)}
    assert 24 in sizes
