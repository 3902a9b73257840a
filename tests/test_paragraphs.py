"""Justified paragraphs of all kinds: nothing lost, lines as wide as drawn, no worse than plain.

The documents of more numbers: ``python -m tests.paragraphs``.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from bulletin_press import fonts
from bulletin_press.editions.pdf import engine, shortcuts
from bulletin_press.editions.pdf.evenness import plan, sparing
from tests.paragraphs import __main__ as command
from tests.paragraphs import texts, trial
from tests.paragraphs.documents import Document
from tests.samebytes import composed
from tests.test_evenness import in_a_child
from tests.test_paragraph_plan import places

ROOT = Path(__file__).resolve().parents[1]
ISSUES = {"en": 26, "de": 1, "el": 17, "ka": 20, "ar": 23}


@pytest.mark.parametrize("part", range(3))
def test_random_documents(part: int) -> None:
    def work(_: Path) -> list[list[str]]:
        return [command.of_document(seed)[1] for seed in range(8 * part, 8 * part + 8)]

    assert in_a_child(work) == [[]] * 8


@pytest.mark.parametrize("language", ISSUES)
def test_issues_are_never_worse_than_plain(language: str) -> None:
    assert texts.LANGUAGES[ISSUES[language] % len(texts.LANGUAGES)] == language
    assert in_a_child(lambda _: command.of_issue(ISSUES[language])[1]) == []


def set_in(width: int, style: str, *paragraphs: str) -> tuple[list[str], list[str]]:
    """What is wrong with paragraphs in a column of so many CSS pixels; their planned lines."""
    faces = fonts.select("".join(paragraphs))
    families = ",".join(f"'{one}'" for one in (fonts.SERIF, *faces.fallback))
    rules = fonts.font_face_rules(faces.faces, "press:faces/")
    html = (
        f"<!DOCTYPE html><html lang=en><meta charset=utf-8><title>Words</title><style>{rules}"
        f"@page{{size:{width + 40}px 900px;margin:20px}}p,table{{margin:0;{style}}}"
        f"html{{font:13px/18px {families};text-align:justify}}</style><body>" + "".join(paragraphs)
    )
    given = Document(html, faces.faces)

    def work(folder: Path) -> tuple[list[str], list[str]]:
        engine.isolate(folder)
        found, _ = trial.findings(folder / "kept", given)
        return found, trial.Laid(given, True, False).lines

    found: tuple[list[str], list[str]] = in_a_child(work)
    return found


def test_marks_and_blanks_are_as_wide_as_they_are_drawn() -> None:
    quoted = "<p>" + "the “harbour” of a “town” is “open” to “all” " * 6
    georgian = "<p lang=ka>" + "ყველა ადამიანი იბადება თავისუფალი და თანასწორი მათ " * 5
    armenian = "<p lang=hy>" + "Բոլոր մարդիկ ծնվում են ազատ ու հավասար իրենց " * 5
    found, lines = set_in(300, "", quoted, georgian, armenian)
    assert found == []
    assert len(lines) > 15


def test_letters_set_apart_are_as_wide_as_they_are_drawn() -> None:
    marked = "<span style='letter-spacing:.1em'> harbour of the town </span> opens "
    found, lines = set_in(150, "", f"<p>{marked * 6}</p>")
    assert found == []
    assert len(lines) > 8


def test_the_rest_of_a_ligature_is_as_wide_as_it_is_drawn() -> None:
    words = (
        "Kräf\u00adten, Haf\u00adten, Schrif\u00adten, Schaf\u00adfe, Waf\u00adfel, Gif\u00adte "
    )
    found, lines = set_in(90, "hyphens:manual", f"<p lang=de>{words * 6}</p>")
    assert found == []
    assert any(line.startswith(("ten", "te", "fe")) for line in lines)


def test_an_element_that_ends_with_a_blank_keeps_its_room() -> None:
    style = "margin:0 9px;padding:0 9px;border:1px solid"
    words = f"the harbour <span style='{style}'> of the town </span> opens "
    found, lines = set_in(190, "", f"<p>{words * 8}</p>")
    assert found == []
    assert any(line.endswith("town") for line in lines)


def test_joined_letters_are_not_parted() -> None:
    words = "عقل\u200bافراد نسبت روح بر\u00adدر "
    found, lines = set_in(90, "direction:rtl", f"<p lang=fa>{words * 8}</p>")
    assert found == []
    assert lines
    assert not any(line.endswith("\u200b") for line in lines)


def test_figures_are_as_wide_as_the_next_word_lets_them_be() -> None:
    words = "ברוח kilometre 77,457.75 בני של בערכם "
    found, lines = set_in(180, "direction:rtl", f"<p lang=he>{words * 8}</p>")
    assert found == []
    assert any(line.startswith("77") for line in lines)


def test_no_hyphen_is_set_between_words() -> None:
    words = "the harbour\u00ad and the town\u00ad are open\u00ad "
    found, lines = set_in(120, "hyphens:manual", f"<p>{words * 8}</p>")
    assert found == []
    assert not any(line.endswith("\u2010") for line in lines)


def test_a_first_line_that_is_too_short_for_its_word_is_left_to_the_engine() -> None:
    found, lines = set_in(116, "text-indent:16px", "<p>infraestructura del puerto de la villa</p>")
    assert found == []
    assert not any(line.startswith("infra") for line in lines)


def test_of_a_very_long_paragraph_the_rest_behind_a_word_that_does_not_fit_is_left() -> None:
    long = "infraestructura" * 9
    for many, is_planned in ((20, True), (400, False)):
        found, lines = set_in(200, "", f"<p>{long} {'the harbour of the town ' * many}</p>")
        assert found == []
        assert bool(lines) == is_planned


def test_a_cell_may_end_with_a_blank() -> None:
    row = "<tr><td>the harbour of <em>the town </em> <td>opens <b>today </b> "
    found, lines = set_in(200, "", f"<table>{row}</table>")
    assert found == []
    assert lines


def test_there_are_no_more_hyphens_than_in_lines_filled_one_by_one() -> None:
    given = places(
        [(5, False), (4, True), (4, False), (3, True), (4, False), (6, True), (5, False)]
    )
    for measure in range(8, 30):
        few = sparing.lines(given, 0, measure, 0, plan.Demerits())
        usual = plan.plan(given, 0, measure, 0, plan.Demerits())
        assert bool(few) == bool(usual)
        hyphens = [sum(given.hyphen[one.end] for one in lines) for lines in (few, usual)]
        assert hyphens[0] <= hyphens[1]
        most = sparing.filled(given, 0, measure, 0)
        assert hyphens[0] <= most or hyphens[0] < hyphens[1] or hyphens[1] > most


def test_hyphens_are_counted_as_the_engine_sets_them() -> None:
    given = places([(5, False), (4, True), (4, False)])
    assert sparing.filled(given, 0, 10.5, 0) == 1
    assert sparing.filled(given, 0, 10, 0) == 0


def reported(folder: Path, first: Path, changed: Path) -> list[list[tuple[str, str]]]:
    """The paragraphs reported by a resident press for an issue, again, and after a change.

    The third of all cannot be planned until the change.
    """
    made, sizes, found = plan.plan, list[int](), list[list[tuple[str, str]]]()

    def broken(places: plan.Places, *others: Any) -> Any:
        sizes.append(len(places))
        if len(found) < 2 and sizes[2:3] == [len(places)]:
            raise ValueError("no such place")
        return made(places, *others)

    given = [composed(first), composed(first), composed(changed)]
    with (
        pytest.MonkeyPatch.context() as patch,
        engine.opened(folder, shortcuts.chosen(), given[0].faces(), resuming=True) as session,
    ):
        patch.setattr(plan, "plan", broken)
        for one in given:
            faults = session.lay_out(one).faults
            found.append([(fault.block, fault.other) for fault in faults if fault.code == "L116"])
    return found


def test_a_paragraph_on_a_page_that_is_taken_over_is_still_told_of(tmp_path: Path) -> None:
    for name in ("first", "changed"):
        shutil.copytree(ROOT / "source", tmp_path / name / "source")
        shutil.copy(ROOT / "bulletin.toml", tmp_path / name)
    first, changed = (tmp_path / name / "source" / "2026-02" for name in ("first", "changed"))
    last = sorted(changed.glob("*.rst"))[-2]
    last.write_text(last.read_text("utf-8") + "\n\nA paragraph more.\n", "utf-8")
    before, again, after = in_a_child(reported, first, changed)
    assert [error for _, error in before] == ["ValueError: no such place"]
    assert before == again == after
