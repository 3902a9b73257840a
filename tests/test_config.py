"""bulletin.toml: every wrong key and value at once, and nothing that hurts."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin_press import config
from bulletin_press.config import Publication
from bulletin_press.problems import Problem, ProblemsError


def problems_of(root: Path, text: str | bytes) -> tuple[Problem, ...]:
    data = text.encode() if isinstance(text, str) else text
    (root / "bulletin.toml").write_bytes(data)
    try:
        config.load(root)
    except ProblemsError as error:
        return error.problems
    return ()


def load(root: Path, text: str) -> Publication:
    assert problems_of(root, text) == ()
    return config.load(root)


def test_nothing_is_required(tmp_path: Path) -> None:
    assert config.load(tmp_path) == Publication(tmp_path.resolve())
    empty = load(tmp_path, "")
    assert empty == Publication(tmp_path.resolve(), configured=True)
    assert (empty.id, empty.language) == ("bulletin", "en-US")


def test_every_key_reaches_the_publication(tmp_path: Path) -> None:
    found = load(
        tmp_path,
        """\
[publication]
id = "valley-notes"
title = "Valley Notes"
subtitle = "Monthly"
publisher = "Valley Press"
language = "az-Latn-AZ"
issn = "2434-561X"
base-url = "https://notes.example.org"
[imprint]
rights = "Rights"
address = "1 Street"
contact = "notes@example.org"
editors = ["A. Writer", "B. Reader"]
[design]
page = "A5"
columns = 3
contents-depth = 2
first-page = "article"
paragraphs = "plain"
[pdf]
seconds = 60
megabytes = 512
""",
    )
    assert found == Publication(
        tmp_path.resolve(), "valley-notes", "Valley Notes", "Monthly", "Valley Press",
        "az-Latn-AZ", "2434-561X", "https://notes.example.org/",
        config.Imprint("Rights", "1 Street", "notes@example.org", ("A. Writer", "B. Reader")),
        config.Design("A5", 3, 2, "article", "plain"), config.Limits(60, 512), configured=True,
    )  # fmt: skip


def test_all_wrong_keys_are_said_at_once_with_the_nearest_right_one(tmp_path: Path) -> None:
    found = problems_of(
        tmp_path,
        """\
# notes
[publication]
tittle = "Valley Notes"
"languag" = "en"

[imprints]
[design]
colums = 2
zzzzzz = 1
""",
    )
    assert [(one.code, one.where.line) for one in found] == [
        ("C102", 3), ("C102", 4), ("C102", 6), ("C102", 8), ("C102", 9)]  # fmt: skip
    hints = [one.hint for one in found]
    assert hints[:4] == [
        "did you mean “title”?", "did you mean “language”?", "did you mean “imprint”?",
        "did you mean “columns”?"]  # fmt: skip
    assert hints[4] == "known: columns, contents-depth, first-page, page, paragraphs"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('id = "Valley"', "“id” takes small letters"),
        ('id = "../valley"', "“id” takes small letters"),
        ('id = ""', "“id” takes small letters"),
        ('id = "a\\n"', "“id” takes small letters"),
        ("title = 3", "“title” takes text in quotation marks"),
        ('title = "  "', "“title” takes one line"),
        ('title = "a\\nb"', "“title” takes one line"),
        ('title = "a\\u0000b"', "“title” takes one line"),
        ('title = "a\\u0085b"', "“title” takes one line"),
        ('title = "a\\uFFFEb"', "“title” takes one line"),
        ('title = "a\\u2028b"', "“title” takes one line"),
        ('language = "english language"', "“language” takes a language tag"),
        ('language = "en\\n"', "“language” takes a language tag"),
        ('base-url = "ftp://x"', "“base-url” takes a web address"),
        ('base-url = "https://x/?a"', "“base-url” takes a web address"),
        ('base-url = "javascript:x"', "“base-url” takes a web address"),
        ('issn = "1234-5678"', "“issn” takes an ISSN"),
        ("issn = 12345679", "“issn” takes text in quotation marks"),
    ],
)
def test_a_wrong_value_is_named_with_its_line(line: str, message: str, tmp_path: Path) -> None:
    (found,) = problems_of(tmp_path, f"[publication]\n\n{line}\n")
    assert (found.code, found.where.line) == ("C103", 3)
    assert found.message.startswith(message)


@pytest.mark.parametrize(
    "text",
    [
        'publication = "Notes"\n',
        "[[publication]]\ntitle = 'a'\n",
        "imprint.editors = ['a', 2]\n",
        "[imprint]\neditors = ['']\n",
        "design.columns = true\n",
        "[design]\ncolumns = 2.0\n",
        "[design]\ncolumns = 0x7fffffffffffffff\n",
        "[pdf]\nseconds = -1\n",
    ],
)
def test_a_value_of_another_kind_is_named(text: str, tmp_path: Path) -> None:
    (found,) = problems_of(tmp_path, text)
    assert found.code == "C103"
    assert found.where.line > 0


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[publication\n", 1),
        ("\n\ntitle = x\n", 3),
        ("a = 1\na = 2\n", 2),
        ("title = '", 1),
        ("[a]\n[a]\n", 2),
        ("x = " + "[" * 10_000, 0),
        ("x = " + "{a=" * 10_000, 0),
        ("\x00", 1),
        (b"\xff\xfea\x00", 0),
        (b"title = 'caf\xe9'\n", 0),
    ],
)
def test_what_is_no_toml_is_one_problem(text: str | bytes, line: int, tmp_path: Path) -> None:
    (found,) = problems_of(tmp_path, text)
    assert (found.code, found.where.path) == ("C101", "bulletin.toml")
    assert line in (0, found.where.line)


def test_a_byte_order_mark_and_any_line_ends_are_fine(tmp_path: Path) -> None:
    text = '\ufeff[publication]\r\ntitle = "Notes"\r\n'
    assert load(tmp_path, text).title == "Notes"


def test_long_dotted_keys_take_no_long_time(tmp_path: Path) -> None:
    (found,) = problems_of(tmp_path, ".".join(["a"] * 5000) + " = 1\n")
    assert found.code in ("C101", "C102")


@given(st.text())
def test_any_text_gives_a_publication_or_problems(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    folder = tmp_path_factory.mktemp("toml")
    found = problems_of(folder, text.encode("utf-8", "replace"))
    assert all(one.code[0] == "C" for one in found)


@given(
    st.recursive(
        st.one_of(st.booleans(), st.integers(), st.text(max_size=9).map(lambda t: t)),
        lambda inner: st.lists(inner, max_size=3),
        max_leaves=5,
    )
)
def test_any_value_of_any_key_gives_a_publication_or_problems(
    tmp_path_factory: pytest.TempPathFactory, value: object
) -> None:
    import json

    text = "".join(
        f"[{table}]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key in keys)
        for table, keys in config.KEYS.items()
    )
    folder = tmp_path_factory.mktemp("toml")
    found = problems_of(folder, text.encode("utf-8", "surrogatepass"))
    assert all(one.code in ("C101", "C103") for one in found)


def test_the_root_is_the_nearest_folder_with_the_file(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    assert config.find_root(inner) is None
    (tmp_path / "bulletin.toml").write_text("", "utf-8")
    assert config.find_root(inner) == tmp_path
    (tmp_path / "a" / "bulletin.toml").write_text("", "utf-8")
    assert config.find_root(inner) == tmp_path / "a"
    (inner / "bulletin.toml").mkdir()
    assert config.find_root(inner) == tmp_path / "a"


def test_names_have_free_keys(tmp_path: Path) -> None:
    (tmp_path / "bulletin.toml").write_text(
        '[names]\n"Mill Town" = ["Milltown", "MT"]\nWeir = []\n'
    )
    assert config.load(tmp_path).names == {"Mill Town": ("Milltown", "MT"), "Weir": ()}


@pytest.mark.parametrize(
    "line", ['Weir = "W"', "Weir = 3", "Weir = [3]", 'Weir = ["a\\nb"]', "Weir = {a = 1}"]
)
def test_a_name_takes_a_list_of_spellings(line: str, tmp_path: Path) -> None:
    (tmp_path / "bulletin.toml").write_text(f"[names]\n{line}\n")
    with pytest.raises(ProblemsError) as raised:
        config.load(tmp_path)
    (found,) = raised.value.problems
    assert (found.code, found.where.line) == ("C103", 2)


def test_a_spelling_has_one_heading(tmp_path: Path) -> None:
    (tmp_path / "bulletin.toml").write_text('[names]\n"Ada Weir" = ["Weir"]\nWeir = []\n')
    with pytest.raises(ProblemsError) as raised:
        config.load(tmp_path)
    (found,) = raised.value.problems
    assert (found.code, found.where.line) == ("C103", 3)


def test_names_are_a_table(tmp_path: Path) -> None:
    (tmp_path / "bulletin.toml").write_text("names = 3\n")
    with pytest.raises(ProblemsError) as raised:
        config.load(tmp_path)
    assert [one.code for one in raised.value.problems] == ["C103"]
