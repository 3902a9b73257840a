"""The masthead's and the articles' fields: read as written, checked, complete."""

from __future__ import annotations

from pathlib import Path

import pytest
from docutils import nodes
from hypothesis import given
from hypothesis import strategies as st

from bulletin_press.checks import issn
from bulletin_press.source.languages import LABELS, direction, labels, month
from tests.conftest import MASTHEAD, Sources, article, read, write_issue


def with_fields(folder: Path, *fields: str, masthead: str = MASTHEAD) -> Sources:
    files = {"issue.rst": masthead, "01-weir.rst": article("Weir", "Text.", *fields)}
    return read(write_issue(folder, files))


@pytest.mark.parametrize(
    "name", ["A. Writer", "I. Kant", "V. Four", "J. R. Smith", "1. FC Valley", "# Hash", "- Dash",
             "O'Neill", "Ə. Məmmədova", "İ. Əliyev", "van der Berg, Jan"],
)  # fmt: skip
@pytest.mark.parametrize("field", ["Author", "Authors", "author"])
def test_a_name_with_an_initial_stays_whole(field: str, name: str, tmp_path: Path) -> None:
    found = with_fields(tmp_path, f":{field}: {name}")
    assert found.lines == []
    one = found.articles["weir"]
    assert one.authors == (name,)
    byline = one.furniture("byline")
    assert byline is not None
    assert byline.astext() == name


def test_several_authors_are_parted_by_semicolons(tmp_path: Path) -> None:
    found = with_fields(tmp_path, ":Authors: A. One; B. Two-Three;\n   I. Kant")
    assert found.lines == []
    assert found.articles["weir"].authors == ("A. One", "B. Two-Three", "I. Kant")


def test_a_byline_is_printed_instead_of_the_authors(tmp_path: Path) -> None:
    byline = "I. Five, special to the Notes"
    found = with_fields(tmp_path, ":Author: I. Five", f":Byline: {byline}")
    assert found.lines == []
    one = found.articles["weir"]
    node = one.furniture("byline")
    assert node is not None
    assert (one.authors, node.astext()) == (("I. Five",), byline)


def test_a_summary_keeps_its_emphasis_and_its_first_initial(tmp_path: Path) -> None:
    found = with_fields(tmp_path, ":Summary: A. One and V. Four disagree\n   about *one* thing.")
    assert found.lines == []
    one = found.articles["weir"]
    assert one.summary == "A. One and V. Four disagree about one thing."
    assert one.summary_node is not None
    assert "<emphasis>" in one.summary_node.pformat()


@pytest.mark.parametrize("start", ["A. One", "1. One", "- One", "V. Four", "2026. It", "(a) One"])
def test_no_list_is_made_of_a_summary(start: str, tmp_path: Path) -> None:
    found = with_fields(tmp_path, f":Summary: {start} and more.", f":Standfirst: {start} too.")
    assert found.lines == []
    one = found.articles["weir"]
    standfirst = one.furniture("standfirst")
    assert standfirst is not None
    assert (one.summary, standfirst.astext()) == (f"{start} and more.", f"{start} too.")
    assert "list" not in one.section.pformat()


def test_problems_in_a_field_are_reported(tmp_path: Path) -> None:
    found = with_fields(
        tmp_path,
        ":Summary: A *star and |nobody|.",
        ":Standfirst: See :article:`mill` and :norole:`x`.",
        ":Keywords: `js <javascript:x>`__",
        ":Byline: \x07",
    )
    assert [line[:26] for line in found.errors] == [
        "01-weir.rst:4: error S109:", "01-weir.rst:4: error S107:", "01-weir.rst:5: error S107:",
        "01-weir.rst:5: error S108:", "01-weir.rst:6: error S108:", "01-weir.rst:7: error S113:",
        "01-weir.rst:7: error S121:"]  # fmt: skip


def test_a_line_of_fields_is_text_with_its_markup(tmp_path: Path) -> None:
    found = with_fields(
        tmp_path, ":Author: \\A. Writer", ":Summary: A. One likes *x*.\n\n   And *y*, 2 \\* 3."
    )
    assert found.lines == []
    one = found.articles["weir"]
    assert (one.authors, one.summary) == (("A. Writer",), "A. One likes x. And y, 2 * 3.")
    assert one.summary_node is not None
    assert len(list(one.summary_node.findall(nodes.emphasis))) == 2


def test_a_list_in_a_field_is_refused(tmp_path: Path) -> None:
    found = with_fields(tmp_path, ":Summary:\n   - One\n   - two")
    assert found.lines == [
        "01-weir.rst:4: error S113: the field “Summary” takes text without lists or boxes"
    ]


def test_keywords_are_parted_by_commas_or_semicolons(tmp_path: Path) -> None:
    found = with_fields(tmp_path, ":Keywords: gas, oil & coal; water,, ")
    assert found.lines == []
    assert found.issue.keywords == ("gas", "oil & coal", "water")


def test_fields_are_no_text_of_the_article(tmp_path: Path) -> None:
    found = with_fields(tmp_path, ":Author: A. Writer", ":Summary: Short.", ":Keywords: water")
    assert [block.astext() for block in found.articles["weir"].body] == ["Text."]


def test_a_masthead_overrides_the_publication(tmp_path: Path) -> None:
    toml = """\
[publication]
title = "Publication"
subtitle = "Of the Valley"
publisher = "Valley Press"
language = "az"
issn = "2049-3630"
[imprint]
rights = "All rights"
"""
    files = {"01-weir.rst": article("Weir")}
    plain = read(write_issue(tmp_path / "a" , files, None)).issue  # fmt: skip
    assert (plain.title, plain.subtitle, plain.language) == ("Valley Notes", "", "en-US")
    (tmp_path / "b").mkdir()
    bare = {"issue.rst": ":Date: 2026-05-29\n", **files}
    found = read(write_issue(tmp_path / "b", bare, toml))
    assert found.lines == []
    issue = found.issue
    assert (issue.title, issue.subtitle, issue.publisher) == (
        "Publication", "Of the Valley", "Valley Press")  # fmt: skip
    assert (issue.language, issue.issn, issue.rights) == ("az", "2049-3630", "All rights")
    (tmp_path / "c").mkdir()
    full = (
        "Notes\n=====\n\nMonthly\n-------\n\n:Date: 2026-05-29\n:Language: ar\n:Publisher: Other\n"
        ":Rights: Some rights\n:ISSN: 1234-5679\n"
    )
    found = read(write_issue(tmp_path / "c", {"issue.rst": full, **files}, toml))
    issue = found.issue
    assert found.codes == ["S211"]
    assert (issue.title, issue.subtitle, issue.publisher) == ("Notes", "Monthly", "Other")
    assert (issue.language, issue.direction, issue.rights) == ("ar", "rtl", "Some rights")
    assert issue.issn == "1234-5679"


def test_the_folder_gives_the_date_where_the_masthead_does_not(tmp_path: Path) -> None:
    files = {"issue.rst": "Notes\n=====\n", "01-weir.rst": article("Weir")}
    found = read(write_issue(tmp_path, files, name="2026-07"))
    assert (found.lines, found.issue.date.isoformat()) == ([], "2026-07-01")


@pytest.mark.parametrize("value", ["2026-02-30", "2026-13-01", "28.02.2026", "2026-2-8", "today"])
def test_a_date_that_is_none_is_said_once(value: str, tmp_path: Path) -> None:
    masthead = f"Notes\n=====\n\n:Date: {value}\n"
    found = read(
        write_issue(tmp_path, {"issue.rst": masthead, "01-weir.rst": article("W")}, name="x")
    )
    (line,) = found.lines
    assert line.startswith("issue.rst:4: error S113: the field “Date” takes a date ")


def test_identifiers_are_stable_and_differ_between_issues(tmp_path: Path) -> None:
    def identifier(name: str, masthead: str) -> str:
        files = {"issue.rst": masthead, "01-weir.rst": article("Weir")}
        return read(write_issue(tmp_path / name, files)).issue.identifier

    first = identifier("a", MASTHEAD)
    assert first.startswith("urn:uuid:")
    assert identifier("b", MASTHEAD) == first
    assert identifier("c", MASTHEAD.replace("Number: 5", "Number: 6")) != first
    assert identifier("d", MASTHEAD.replace("Volume: 2", "Volume: 3")) != first


def check_digit(digits: str) -> str:
    """The check digit by ISO 3297: the sum of all eight, weighted 8 to 1, is a multiple of 11."""
    for last in "0123456789X":
        values = [int(digit) for digit in digits] + [10 if last == "X" else int(last)]
        if sum(w * v for w, v in zip(range(8, 0, -1), values, strict=True)) % 11 == 0:
            return last
    raise AssertionError(digits)


@given(st.text("0123456789", min_size=7, max_size=7))
def test_an_issn_is_right_by_its_check_digit_alone(digits: str) -> None:
    right = check_digit(digits)
    for last in "0123456789X":
        value = f"{digits[:4]}-{digits[4:]}{last}"
        if last == right:
            assert issn(value) == value
        else:
            with pytest.raises(ValueError, match=f"here {digits[:4]}-{digits[4:]}{right}"):
                issn(value)


@pytest.mark.parametrize("value", ["", "1234", "12345679", "1234-567", "1234-567x", "١٢٣٤-٥٦٧٩"])
def test_an_issn_of_another_form_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="such as 1234-5679"):
        issn(value)


@pytest.mark.parametrize("tag", sorted(LABELS))
def test_every_language_has_all_its_words(tag: str) -> None:
    found = labels(tag)
    assert len(found.months) == len(set(found.months)) == 12
    values = [getattr(found, name) for name in found.__slots__ if name != "months"]
    assert all(isinstance(value, str) and value.strip() for value in values)


def test_languages_are_found_by_their_first_part(tmp_path: Path) -> None:
    found = with_fields(tmp_path)
    assert labels("az-Latn-AZ") == labels("AZ") == LABELS["az"]
    assert labels("xx") == LABELS["en"]
    assert month(found.issue.date, "tr") == "Mayıs 2026"
    assert [direction(tag) for tag in ("en", "ar-EG", "AR", "fa", "az", "azb")] == [
        "ltr", "rtl", "rtl", "rtl", "ltr", "rtl"]  # fmt: skip


def test_corrections_are_days_with_words(tmp_path: Path) -> None:
    errata = ":Errata: 2026-06-02: It is 4 km: not 14.\n   2026-06-09: The mill stands."
    found = with_fields(tmp_path, errata, masthead=MASTHEAD + errata + "\n")
    assert found.lines == []
    told = [(one.isoformat(), words) for one, words in found.articles["weir"].errata]
    assert told == [("2026-06-02", "It is 4 km: not 14."), ("2026-06-09", "The mill stands.")]
    assert [(one.isoformat(), words) for one, words in found.issue.errata] == told


@pytest.mark.parametrize(
    "value",
    ["It is 4 km.", "2026-06-02 It is.", "2026-06-02:", "So 2026-06-02: x", "2026-06-31: x"],
)
def test_a_correction_without_its_day_is_refused(value: str, tmp_path: Path) -> None:
    assert "S113" in with_fields(tmp_path, f":Errata: {value}").lines[0]


def test_former_addresses_are_ids(tmp_path: Path) -> None:
    masthead = f"{MASTHEAD}:Formerly: 2025-12, spring\n"
    found = with_fields(tmp_path, ":Formerly: dam; 2025-12/the-weir", masthead=masthead)
    assert found.lines == []
    assert found.issue.formerly == ("2025-12", "spring")
    assert found.articles["weir"].formerly == (("", "dam"), ("2025-12", "the-weir"))


@pytest.mark.parametrize("value", ["../weir", "a/b/c", "Weir.html", ".git/weir", "a/../b"])
def test_a_former_address_that_is_none_is_refused(value: str, tmp_path: Path) -> None:
    assert "S113" in with_fields(tmp_path, f":Formerly: {value}").lines[0]


def test_a_semicolon_in_brackets_parts_no_authors(tmp_path: Path) -> None:
    found = with_fields(tmp_path, ":Author: Ada Weir (Institute A; B); I. Two")
    assert found.articles["weir"].authors == ("Ada Weir", "I. Two")
