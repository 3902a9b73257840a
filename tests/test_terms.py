"""What all articles of an issue share: terms.rst; and words in other languages, known to all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from docutils import nodes
from docutils.parsers.rst import roles
from docutils.parsers.rst.languages import en

from bulletin_press import markup
from bulletin_press.source import tongues
from tests.conftest import MASTHEAD, Sources, article, read, write_issue

TERMS = """\
.. What the articles share.

.. |river| replace:: the *Little* River
.. |both| replace:: |river| and EFA_
.. role:: ship
   :class: ship
.. _EFA: https://efa.example.org/
.. _`Dam Board`: https://dam.example.org/
"""
USE = "See |river|, |both|, :ship:`Swan`, EFA_ and the `Dam Board`_."
READ = "See the Little River, the Little River and EFA, Swan, EFA and the Dam Board."


def said(found: Sources, name: str) -> str:
    return found.articles[name].section.children[1].astext()


def links(part: nodes.Element) -> list[str]:
    return [one.get("refuri", "") for one in part.findall(nodes.reference)]


def test_terms_are_known_in_every_article_and_in_the_letter(tmp_path: Path) -> None:
    files = {
        "issue.rst": f"{MASTHEAD}\n{USE}\n",
        "terms.rst": TERMS,
        "01-weir.rst": article("The Weir", USE),
        "02-mill.rst": article("The Mill", USE),
    }
    found = read(write_issue(tmp_path, files))
    assert found.lines == []
    assert set(found.articles) == {"weir", "mill"}
    assert found.issue.editorial is not None
    parts = [found.issue.editorial, *(one.section for one in found.issue.articles)]
    addresses = ["https://efa.example.org/"] * 2 + ["https://dam.example.org/"]
    for part in parts:
        assert READ in part.astext()
        assert links(part) == addresses
        assert [one["classes"] for one in part.findall(nodes.inline)] == [["ship"]]
        assert len(list(part.findall(nodes.emphasis))) == 2


def test_lines_of_articles_stay_right(tmp_path: Path) -> None:
    files = {"terms.rst": TERMS, "01-weir.rst": article("The Weir", f"{USE}\n\n|gone|")}
    found = read(write_issue(tmp_path, files))
    assert found.lines == ["01-weir.rst:7: error S107: |gone| is not defined"]


def test_terms_of_the_publication_hold_for_all_issues_and_the_issues_go_before(
    tmp_path: Path,
) -> None:
    files = {
        "terms.rst": ".. |lake| replace:: the issue's lake near |town|\n",
        "01-weir.rst": article("The Weir", "At |lake|, in |town|."),
    }
    folder = write_issue(tmp_path, files, toml="")
    shared = ".. |lake| replace:: a lake\n.. |town| replace:: Example Town\n"
    (folder.parent / "terms.rst").write_text(shared, "utf-8")
    found = read(folder)
    assert found.lines == []
    assert said(found, "weir") == "At the issue's lake near Example Town, in Example Town."


def test_an_articles_own_definition_goes_before_with_a_warning(tmp_path: Path) -> None:
    own = """\
Of |River|, :ship:`Swan` and EFA_.

.. |River| replace:: another river
.. role:: ship
   :class: boat
.. _EFA: https://other.example.org/
"""
    files = {
        "terms.rst": TERMS,
        "01-weir.rst": article("The Weir", own),
        "02-mill.rst": article("The Mill", USE),
    }
    found = read(write_issue(tmp_path, files))
    meaning = "in this file it has the meaning given here"
    assert found.lines == [
        f"01-weir.rst:7: warning S212: |River| is defined here and in terms.rst:3; {meaning}",
        f"01-weir.rst:8: warning S212: :ship: is defined here and in terms.rst:5; {meaning}",
        f"01-weir.rst:10: warning S212: _efa is defined here and in terms.rst:7; {meaning}",
    ]
    assert said(found, "weir") == "Of another river, Swan and EFA."
    assert links(found.articles["weir"].section) == ["https://other.example.org/"]
    assert said(found, "mill") == READ


def test_terms_may_also_be_included(tmp_path: Path) -> None:
    files = {
        "terms.rst": TERMS.partition("\n\n")[2],
        "01-weir.rst": article("The Weir", f".. include:: terms.rst\n\n{USE}"),
    }
    found = read(write_issue(tmp_path, files))
    assert found.lines == []
    assert said(found, "weir") == READ


def test_problems_of_terms_are_reported_once(tmp_path: Path) -> None:
    wrong = ".. |a| replace:: the |gone|\n.. |b| replace:: *open\n\nText.\n"
    files = {"terms.rst": wrong}
    files |= {f"0{n}-a{n}.rst": article(f"Part {n}", "Of |a| and |b|.") for n in range(1, 4)}
    found = read(write_issue(tmp_path, files))
    assert [line.split(": ")[:2] for line in found.lines] == [
        ["terms.rst:1", "error S107"],
        ["terms.rst:2", "error S109"],
        ["terms.rst:2", "error S122"],
        ["terms.rst:4", "error S128"],
    ]
    assert "Of the |gone| and |b|." in said(found, "a2")


def test_terms_cannot_multiply_beyond_the_bound(tmp_path: Path) -> None:
    grown = ".. |a| replace:: " + "x *y* " * 200 + "\n"
    own = "|c|\n\n.. |c| replace:: " + "|a| " * 9 + "\n"
    files = {"terms.rst": grown, "01-weir.rst": article("The Weir", own)}
    found = read(write_issue(tmp_path, files))
    assert found.lines == ["01-weir.rst:5: error S119: |c| stands for too many others"]


def test_a_role_of_one_article_is_not_known_to_the_next(tmp_path: Path) -> None:
    files = {
        "terms.rst": TERMS,
        "01-weir.rst": article("The Weir", ".. role:: own\n\n:own:`x`"),
        "02-mill.rst": article("The Mill", ":own:`x`"),
    }
    found = read(write_issue(tmp_path, files))
    assert found.lines == ["02-mill.rst:5: error S108: there is no role “own”"]


# Words in other languages


def elements(found: Sources) -> list[Any]:
    profile = markup.Profile(link=str, picture=str)
    return markup.blocks(found.issue, found.articles["weir"].body, profile).body


@pytest.mark.parametrize(
    ("written", "tag", "direction"),
    [
        (":az:`Körpü`", "az", "ltr"),
        (":AZ:`Körpü`", "az", "ltr"),
        (":ar:`Körpü`", "ar", "rtl"),
        (":lang:`Körpü <sr-Latn>`", "sr-Latn", "ltr"),
        (":lang:`Körpü <ckb>`", "ckb", "rtl"),
    ],
)
def test_a_role_says_the_language_of_a_phrase(
    written: str, tag: str, direction: str, tmp_path: Path
) -> None:
    found = read(write_issue(tmp_path, {"01-weir.rst": article("Weir", f"The {written} rose.")}))
    assert found.lines == []
    (span,) = elements(found)[0]
    assert (span.text, span.get("lang"), span.get("dir")) == ("Körpü", tag, direction)


def test_a_phrase_in_another_language_may_hold_markup(tmp_path: Path) -> None:
    body = ":az:`*Körpü* açıldı`, :az:`2\\*2`, |x|, :az:`a [#]_ b`.\n\n.. |x| replace:: :tr:`*bir*`"
    body += "\n.. [#] Note."
    found = read(write_issue(tmp_path, {"01-weir.rst": article("Weir", body)}))
    assert found.lines == []
    spans = list(found.articles["weir"].section.findall(nodes.inline))
    assert [one["classes"] for one in spans] == [["language-az"]] * 2 + [
        ["language-tr"],
        ["language-az"],
    ]
    assert spans[0].astext() == "Körpü açıldı"
    assert isinstance(spans[0][0], nodes.emphasis)
    assert spans[1].astext() == "2*2"
    assert list(spans[3].findall(nodes.footnote_reference))


def test_an_article_may_define_a_role_of_a_languages_name(tmp_path: Path) -> None:
    body = ".. role:: az\n   :class: language-az-arab\n\n.. role:: motto(ar)\n\n:az:`x` :motto:`y`"
    found = read(write_issue(tmp_path, {"01-weir.rst": article("Weir", body)}))
    assert found.lines == []
    spans = found.articles["weir"].section.findall(nodes.inline)
    assert [one["classes"] for one in spans] == [["language-az-arab"], ["language-ar", "motto"]]


def test_no_role_of_docutils_is_shadowed() -> None:
    own = {*tongues.ROLES, "lang"}
    assert not own & {*en.roles, *en.roles.values(), *vars(roles)["_role_registry"]}
    assert len(tongues.LANGUAGES) == 183
    assert {"az", "ru", "ar", "sr", "zh"} < own


def test_a_block_in_another_language(tmp_path: Path) -> None:
    body = ".. lang:: ar\n\n   نص عربي.\n\n   - نقطة\n\nText."
    found = read(write_issue(tmp_path, {"01-weir.rst": article("Weir", body)}))
    assert found.lines == []
    block, after = elements(found)
    assert (block.tag, block.get("lang"), block.get("dir")) == ("div", "ar", "rtl")
    assert [child.tag for child in block] == ["p", "ul"]
    assert after.get("lang") is None


@pytest.mark.parametrize(
    ("written", "line", "message", "hint"),
    [
        (".. lang:: azz-x\n\n   Körpü.", 5, "there is no language “azz-x”", "“az”"),
        (".. lang:: german\n\n   Brücke.", 5, "there is no language “german”", "“de”, German"),
        ("A :lang:`Körpü <aze_rb>`.", 5, "there is no language “aze_rb”", "“az”"),
        ("A :lang:`Körpü`.", 5, "the role names no language", "words <tag>"),
        (".. lang:: 4\n\n   Körpü.", 5, "there is no language “4”", "such as az"),
    ],
)
def test_an_unknown_language_is_reported_with_the_nearest(
    written: str, line: int, message: str, hint: str, tmp_path: Path
) -> None:
    found = read(write_issue(tmp_path, {"01-weir.rst": article("Weir", written)}))
    assert found.lines == [f"01-weir.rst:{line}: error S108: {message}"]
    assert hint in found.problems[0].hint
    assert any(word in found.issue.text for word in ("Körpü", "Brücke"))
