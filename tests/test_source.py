"""From files to tree: what authors and editors can rely on when an issue is read."""

from __future__ import annotations

import io
import os
import re
import shutil
from pathlib import Path

import pytest
from docutils import nodes
from docutils.parsers.rst import directives as rst
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from bulletin_press import markup
from bulletin_press.config import Publication
from bulletin_press.contents import contents
from bulletin_press.problems import CODES, ProblemsError
from bulletin_press.source import pictures, session
from bulletin_press.source.ids import article_id, roman
from bulletin_press.source.parse import parse
from bulletin_press.source.session import Session
from tests.conftest import MASTHEAD, Sources, article, line_of, read, write_issue

PROBLEMS = Path(__file__).parent / "problems"
ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")


def words(text: str) -> list[str]:
    return text.split()


# One folder per problem: tests/problems/<code>/ holds an issue and, in expected.txt, what a check
# prints of it without hints. A new folder is a new test.


def test_every_code_of_the_sources_and_the_configuration_has_a_folder() -> None:
    wanted = {code for code in CODES if code[0] in "SC"}
    assert wanted == {folder.name for folder in PROBLEMS.iterdir() if folder.name in wanted}


@pytest.mark.parametrize("name", sorted(path.name for path in PROBLEMS.iterdir()))
def test_a_check_prints_every_problem_of_the_folder_and_no_other(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "publication" / "2026-05"
    shutil.copytree(PROBLEMS / name, folder)
    expected = (folder / "expected.txt").read_text("utf-8").splitlines()
    (folder / "expected.txt").unlink()
    try:
        found = read(folder).lines
    except ProblemsError as error:
        found = [line_of(one) for one in error.problems]
    assert found == expected
    assert name not in CODES or any(f" {name}: " in line for line in expected)


# Articles and their order


def test_articles_follow_their_file_names_and_are_numbered_in_that_order(tmp_path: Path) -> None:
    files = {"02-mill.rst": article("Mill"), "10-lock.rst": article("Lock"), "1-weir.rst": ""}
    files["01-weir.rst"] = article("Weir")
    del files["1-weir.rst"]
    found = read(write_issue(tmp_path, files))
    assert found.lines == []
    headings = [(one.id, one.heading) for one in found.issue.articles]
    assert headings == [("weir", "I. Weir"), ("mill", "II. Mill"), ("lock", "III. Lock")]


def test_a_list_in_the_masthead_sets_the_order_by_stem_id_or_file_name(tmp_path: Path) -> None:
    listed = MASTHEAD + "\n.. articles::\n\n   lock\n   02-mill\n   01-weir.rst\n"
    files = {"issue.rst": listed, "01-weir.rst": article("Weir")}
    files |= {"02-mill.rst": article("Mill"), "03-lock.rst": article("Lock")}
    found = read(write_issue(tmp_path, files))
    assert found.lines == []
    assert [one.heading for one in found.issue.articles] == ["I. Lock", "II. Mill", "III. Weir"]


def test_a_lone_article_has_no_numeral(tmp_path: Path) -> None:
    found = read(write_issue(tmp_path, {"01-weir.rst": article("Weir")}))
    assert [one.heading for one in found.issue.articles] == ["Weir"]
    assert [one.heading for one in contents(found.issue)] == ["Weir"]


def test_an_article_that_is_not_numbered_leaves_no_gap(tmp_path: Path) -> None:
    files = {
        "00-letter.rst": article("Letter", "Dear reader.", ":Numbered: no"),
        "01-weir.rst": article("Weir"),
        "02-mill.rst": article("Mill", "Text.", ":Numbered: yes"),
    }
    found = read(write_issue(tmp_path, files))
    assert found.lines == []
    assert [one.heading for one in found.issue.articles] == ["Letter", "I. Weir", "II. Mill"]


def test_one_numbered_article_beside_a_letter_needs_no_numeral(tmp_path: Path) -> None:
    files = {
        "00-letter.rst": article("Letter", "Dear reader.", ":Numbered: no"),
        "01-weir.rst": article("Weir"),
    }
    found = read(write_issue(tmp_path, files))
    assert [one.heading for one in found.issue.articles] == ["Letter", "Weir"]


def test_titles_may_be_equal(tmp_path: Path) -> None:
    files = {"01-brief.rst": article("In Brief"), "02-later.rst": article("In Brief")}
    found = read(write_issue(tmp_path, files))
    assert found.lines == []
    entries = contents(found.issue)
    assert [one.title for one in entries] == ["In Brief", "In Brief"]
    assert len({one.anchor for one in entries}) == 2


def test_headings_of_each_article_are_its_own_whatever_signs_it_uses(tmp_path: Path) -> None:
    files = {
        "01-weir.rst": "Weir\n====\n\nPlan\n----\n\nText.\n\nCost\n~~~~\n\nText.\n",
        "02-mill.rst": "Mill\n####\n\nPlan\n****\n\nText.\n\nCost\n====\n\nText.\n",
        "03-lock.rst": "====\nLock\n====\n\nPlan\n====\n\nText.\n\nCost\n----\n\nText.\n",
    }
    found = read(write_issue(tmp_path, files))
    assert found.lines == []
    for entry in contents(found.issue, 3):
        (plan,) = entry.entries
        assert (plan.title, [one.title for one in plan.entries]) == ("Plan", ["Cost"])
    assert [one.title for one in contents(found.issue, 2)[1].entries] == ["Plan"]


def test_a_note_call_in_a_title_stays_out_of_the_contents(tmp_path: Path) -> None:
    body = "Plan [#]_\n---------\n\nText.\n\n.. [#] First note.\n.. [#] Second note.\n"
    found = read(write_issue(tmp_path, {"01-weir.rst": f"The Weir [#]_\n=============\n\n{body}"}))
    assert found.lines == []
    (entry,) = contents(found.issue, 2)
    assert (entry.title, entry.entries[0].title) == ("The Weir", "Plan")
    assert found.issue.articles[0].title_node.astext() == "The Weir1"


def test_text_of_the_masthead_file_is_the_editorial(tmp_path: Path) -> None:
    files = {"issue.rst": MASTHEAD + "\nDear reader, see :article:`weir`.\n"}
    found = read(write_issue(tmp_path, files | {"01-weir.rst": article("Weir")}))
    assert found.lines == []
    editorial = found.issue.editorial
    assert editorial is not None
    assert editorial.astext() == "Dear reader, see Weir."
    assert [one.id for one in found.issue.articles] == ["weir"]


# Notes


def test_notes_restart_in_each_article(tmp_path: Path) -> None:
    body = "One [#]_ and two. [#]_\n\n.. [#] {0} first.\n.. [#] {0} second.\n"
    files = {f"0{n}-part-{s}.rst": article(s, body.format(s)) for n, s in enumerate("abc")}
    found = read(write_issue(tmp_path, files))
    assert found.lines == []
    for one in found.issue.articles:
        calls = list(one.section.findall(nodes.footnote_reference))
        assert [call.astext() for call in calls] == ["1", "2"]
        texts = [found.find(call["refid"]).astext() for call in calls]
        assert texts == [f"1\n\n{one.title} first.", f"2\n\n{one.title} second."]


def test_two_articles_may_use_the_same_names_and_nothing_crosses_over(tmp_path: Path) -> None:
    body = """\
The |body| met. [#src]_ It wrote a report. [Rep]_ See Background_ and total_.

.. |body| replace:: Council of {0}

Background
----------

.. _total:

Sum of {0}.

.. [#src] Source of {0}.
.. [Rep] Report of {0}.
"""
    files = {f"0{n}-{s}.rst": article(s, body.format(s)) for n, s in enumerate(("alpha", "beta"))}
    found = read(write_issue(tmp_path, files))
    assert found.lines == []
    for one in found.issue.articles:
        other = {"alpha": "beta", "beta": "alpha"}[one.title]
        text = one.section.astext()
        assert f"Council of {one.title}" in text
        assert other not in text
        pointers = (nodes.reference, nodes.footnote_reference, nodes.citation_reference)
        referring = [n for n in one.section.findall(nodes.Element) if isinstance(n, pointers)]
        assert len(referring) == 4
        for node in referring:
            target: nodes.Node | None = found.find(node["refid"])
            while target is not None and target is not one.section:
                target = target.parent
            assert target is one.section


def test_a_note_called_twice_is_one_note_with_both_ways_back(tmp_path: Path) -> None:
    body = "Here [#s]_ there [#t]_ again [#s]_ and [#t]_.\n\n.. [#s] First.\n.. [#t] Second.\n"
    found = read(write_issue(tmp_path, {"01-weir.rst": article("Weir", body)}))
    assert found.lines == []
    calls = list(found.issue.document.findall(nodes.footnote_reference))
    assert [call.astext() for call in calls] == ["1", "2", "1", "2"]
    notes = list(found.issue.document.findall(nodes.footnote))
    assert len(notes) == 2
    assert notes[0]["backrefs"] == [calls[0]["ids"][0], calls[2]["ids"][0]]
    assert calls[0]["refid"] == calls[2]["refid"] == notes[0]["ids"][0]


def test_the_blank_before_a_note_call_is_not_printed(tmp_path: Path) -> None:
    body = "The talks ended late [#]_, it says.\n\n.. [#] Source.\n"
    found = read(write_issue(tmp_path, {"01-weir.rst": article("Weir", body)}))
    (paragraph, *_) = found.issue.articles[0].body
    assert paragraph.astext() == "The talks ended late1, it says."


def test_a_note_call_that_leads_to_a_heading_is_no_note_call(tmp_path: Path) -> None:
    body = "Text [x]_ and [1]_ here.\n\n1\n-\n\nText.\n\n.. _x:\n\nText.\n"
    found = read(write_issue(tmp_path, {"01-weir.rst": article("Weir", body)}))
    assert found.lines == [
        "01-weir.rst:5: error S111: the note call [1]_ leads to no note",
        "01-weir.rst:5: error S111: the note call [x]_ leads to no note",
    ]
    assert not list(found.issue.document.findall(nodes.footnote_reference))


# References between articles


@pytest.mark.parametrize(
    ("written", "text", "target"),
    [
        ("mill", "The Mill", "mill"),
        ("mill#wheel", "Wheel", "mill-wheel"),
        ("mill#Old Stones", "Old Stones", "mill-old-stones"),
        ("mill#figures", "Old Stones", "mill-figures"),
        ("the mill <mill>", "the mill", "mill"),
        ("its wheel <mill#wheel>", "its wheel", "mill-wheel"),
        ("weir", "The Weir", "weir"),
    ],
)
def test_a_reference_leads_to_another_article_or_to_a_place_in_it(
    written: str, text: str, target: str, tmp_path: Path
) -> None:
    mill = """\
Text.

.. _wheel:

Wheel
-----

Text.

Old Stones
----------

.. _figures:

Figures stand here.
"""
    files = {
        "01-weir.rst": article("The Weir", f"See :article:`{written}` here."),
        "02-mill.rst": article("The Mill", mill),
    }
    found = read(write_issue(tmp_path, files))
    assert found.lines == []
    (reference,) = found.articles["weir"].section.findall(nodes.reference)
    assert reference.astext() == text
    led = found.find(reference["refid"])
    home: nodes.Node = led
    while "article" not in getattr(home, "attributes", {}).get("classes", ()):
        home = home.parent
    assert home["ids"] == [target.partition("-")[0]]  # type: ignore[index]
    title = led if isinstance(led, nodes.section) else led.parent
    assert target.endswith("figures") or isinstance(title, nodes.section)


def test_web_addresses_stay_as_they_are_written(tmp_path: Path) -> None:
    address = "https://example.org/a_b?x=1&y=2#part_3"
    body = f"`The page <{address}>`_ and {address} and mail@example.org."
    found = read(write_issue(tmp_path, {"01-weir.rst": article("Weir", body)}))
    assert found.lines == []
    links = [one["refuri"] for one in found.issue.document.findall(nodes.reference)]
    assert links == [address, address, "mailto:mail@example.org"]


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "vbscript:x",
        "other.html",
        "../up.html",
        "//example.org/x",
    ],
)
def test_a_link_that_no_reader_can_follow_safely_is_refused(address: str, tmp_path: Path) -> None:
    folder = write_issue(tmp_path, {"01-weir.rst": article("Weir", f"A `link <{address}>`__.")})
    found = read(folder)
    assert [line.split(": ")[:2] for line in found.lines] == [["01-weir.rst:5", "error S108"]]
    assert not list(found.issue.document.findall(nodes.reference))
    assert "link" in found.issue.document.astext()


# Ids


def test_ids_are_ascii_unique_and_the_same_at_each_reading(tmp_path: Path) -> None:
    body = """\
Один (два) #3
-------------

.. _100% sure:

Text [#]_ and [#]_.

100% ``code``
-------------

+---+---+
| a | b |
+---+---+

.. [#] Note.
.. [#] Note.
"""
    files = {
        f"0{n}-{s}.rst": article("Заглавие", body) for n, s in enumerate(("weir", "Мост", "3"))
    }
    folder = write_issue(tmp_path, files)
    first, second = read(folder), read(folder)
    assert first.lines == []
    assert first.ids == second.ids
    assert len(set(first.ids)) == len(first.ids)
    assert [name for name in first.ids if not ID.match(name)] == []
    named = [one.id for one in first.issue.articles]
    assert named == ["weir", "most", "article-3"]


def test_the_ids_of_an_article_do_not_depend_on_the_others(tmp_path: Path) -> None:
    weir = article("Weir", "One.\n\n- Two.\n- Three. [#]_\n\n.. [#] Four.\n")
    alone = read(write_issue(tmp_path / "a", {"01-weir.rst": weir}))
    files = {"01-mill.rst": article("Mill"), "07-weir.rst": weir}
    among = read(write_issue(tmp_path / "b", files))
    ids = [name for name in among.ids if name.startswith("weir")]
    assert ids == alone.ids


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("01-weir", "weir"),
        ("7_The Weir", "the-weir"),
        ("weir", "weir"),
        ("2026-report", "report"),
        ("01-Çayın-suyu", "cayin-suyu"),
        ("03-Əsas məsələ", "esas-mesele"),
        ("04-мост", "most"),
        ("04-мельница", "melnitsa"),
        ("04-weir's-end", "weir-s-end"),
        ("05", "article-5"),
        ("06-3d-maps", "article-3d-maps"),
        ("--", "article-4"),
        ("07--weir--", "weir"),
        ("08-weir.part", "weir-part"),
    ],
)
def test_an_article_is_named_by_its_file(stem: str, name: str) -> None:
    assert article_id(stem, 4) == name


# Files as they come


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    mark = "\ufeff"
    body = article("Weir", "Held in |month|.\n\n.. include:: terms.txt\n\n.. csv-table::\n"
                   "   :file: levels.csv\n", ":Author: A. Writer")  # fmt: skip
    files: dict[str, str | bytes] = {
        "issue.rst": mark + MASTHEAD,
        "01-weir.rst": mark + body,
        "terms.txt": mark + ".. |month| replace:: May\n",
        "levels.csv": mark + "Month,Level\n",
    }
    found = read(write_issue(tmp_path, files))
    assert found.lines == []
    assert found.issue.title == "Valley Notes"
    one = found.articles["weir"]
    assert (one.title, one.authors) == ("Weir", ("A. Writer",))
    assert "\ufeff" not in found.issue.document.pformat()
    assert "Held in May." in one.section.astext()


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_any_system_give_the_same_tree(end: str, tmp_path: Path) -> None:
    text = article("Weir", "One.\n\n- Two\n- three\n\n::\n\n  code\n  more\n", ":Author: A. Writer")
    plain = read(write_issue(tmp_path / "a", {"01-weir.rst": text}))
    other = read(write_issue(tmp_path / "b", {"01-weir.rst": text.replace("\n", end).encode()}))
    assert other.lines == plain.lines == []
    assert other.issue.document.pformat() == plain.issue.document.pformat()


def test_a_docutils_configuration_has_no_effect(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = "Text.\n\n.. raw:: html\n\n   marked\n\nThe :math-free:`role` fails.\n"
    folder = write_issue(tmp_path, {"01-weir.rst": article("Weir", body)})
    plain = read(folder)
    configuration = (
        "[general]\nraw_enabled: yes\nhalt_level: 1\nreport_level: 1\nsmart_quotes: yes\n"
        "warning_stream: noise.log\nlanguage_code: de\ndoctitle_xform: yes\n"
    )
    home, here = tmp_path / "home", tmp_path / "here"
    for place, name in ((home, ".docutils"), (here, "docutils.conf"), (folder, "docutils.conf")):
        place.mkdir(exist_ok=True)
        (place / name).write_text(configuration, "utf-8")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("DOCUTILSCONFIG", str(here / "docutils.conf"))
    for place in (here, folder):
        monkeypatch.chdir(place)
        stray = read(folder)
        assert stray.lines == plain.lines
        assert stray.issue.document.pformat() == plain.issue.document.pformat()
    assert not list(tmp_path.rglob("noise.log"))
    assert [line.partition(": the")[0] for line in plain.lines] == [
        "01-weir.rst:7: error S108",
        "01-weir.rst:11: error S108",
    ]
    assert "marked" not in plain.issue.document.astext()


def test_what_one_article_defines_is_unknown_in_the_next(tmp_path: Path) -> None:
    defining = ".. role:: place\n\nIn :place:`Weir`.\n"
    files = {"01-weir.rst": article("Weir", defining)}
    files["02-mill.rst"] = article("Mill", "In :place:`Mill`.\n")
    for name in ("a", "b"):
        found = read(write_issue(tmp_path / name, files))
        assert found.lines == ["02-mill.rst:5: error S108: there is no role “place”"]


def test_a_default_role_cannot_leak_either(tmp_path: Path) -> None:
    files = {"01-weir.rst": article("Weir", ".. default-role:: strong\n\nText.\n")}
    files["02-mill.rst"] = article("Mill", "In `Mill`.\n")
    found = read(write_issue(tmp_path, files))
    assert [line.partition(": “")[0] for line in found.lines if "02" in line] == [
        "02-mill.rst:5: warning S206"
    ]


def test_errors_in_included_files_are_named_where_they_stand(tmp_path: Path) -> None:
    body = "First |nobody|.\n\n.. include:: parts/box.txt\n\n.. include:: parts/none.txt\n"
    files = {
        "01-weir.rst": article("Weir", body),
        "parts/box.txt": "Good line.\n\nBad *star.\n\n.. include:: inner.txt\n",
        "parts/inner.txt": "Fine.\n\nFine.\n\nAsk |nobody|.\n",
    }
    found = read(write_issue(tmp_path, files))
    assert found.lines == [
        "01-weir.rst:5: error S107: |nobody| is not defined",
        "01-weir.rst:9: error S102: there is no file “parts/none.txt”",
        "parts/box.txt:3: error S109: a star opens italic words and none closes them",
        "parts/inner.txt:5: error S107: |nobody| is not defined",
    ]


def test_errors_in_tables_and_lists_are_named_where_they_stand(tmp_path: Path) -> None:
    body = """\
- one

  - two |nobody|

.. list-table::

   * - three
     - four |nobody|

.. csv-table::

   five, six |nobody|

.. figure:: weir.svg
   :alt: x

   Caption |nobody|
"""
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>'
    found = read(write_issue(tmp_path, {"01-weir.rst": article("Weir", body), "weir.svg": svg}))
    assert [line.partition(" error")[0] for line in found.lines] == [
        f"01-weir.rst:{line}:" for line in (7, 12, 16, 21)
    ]


def test_an_issue_folder_needs_no_publication(tmp_path: Path) -> None:
    found = read(write_issue(tmp_path, {"01-weir.rst": article("Weir")}))
    assert found.lines == []
    issue = found.issue
    assert (issue.publication.configured, issue.title, issue.id) == (
        False,
        "Valley Notes",
        "2026-05",
    )
    assert (issue.volume, issue.number, issue.date.isoformat()) == (2, 5, "2026-05-29")


@pytest.mark.parametrize("missing", ["issue.rst", "articles", "both"])
def test_a_folder_that_is_no_issue_is_a_problem_and_no_crash(missing: str, tmp_path: Path) -> None:
    folder = write_issue(tmp_path, {"01-weir.rst": article("Weir")})
    if missing != "articles":
        (folder / "issue.rst").unlink()
    if missing != "issue.rst":
        (folder / "01-weir.rst").unlink()
    assert read(folder).codes == {"issue.rst": ["S102"], "articles": ["S115"],
                                  "both": ["S102", "S115"]}[missing]  # fmt: skip


def test_a_masthead_that_cannot_be_decoded_is_not_called_missing(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"issue.rst": MASTHEAD.encode() + b"\nCaf\xe9.\n"}
    files["01-weir.rst"] = article("Weir")
    assert read(write_issue(tmp_path, files)).errors == [
        "issue.rst:9: error S101: line 9 is not UTF-8: this looks like Windows-1252 (Western"
        " European): “Café”"
    ]


# Hostile sources


SECRET = "SECRET-OF-THE-MACHINE"


@pytest.mark.parametrize(
    "directive",
    [
        ".. include:: {0}",
        ".. include:: {0}\n   :literal:",
        ".. csv-table::\n   :file: {0}",
        ".. figure:: {0}\n   :alt: x",
        ".. image:: {0}\n   :alt: x",
    ],
)
@pytest.mark.parametrize(
    "way",
    ["../outside.txt", "{absolute}", "link.txt", "folder/outside.txt", "sub/../../outside.txt",
     "file://{absolute}", "/outside.txt", "<outside.txt>", "~/outside.txt"],
)  # fmt: skip
def test_no_file_outside_the_publication_can_be_read(
    directive: str, way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text(SECRET, "utf-8")
    monkeypatch.setenv("HOME", str(tmp_path))
    name = way.format(absolute=outside)
    body = "Text.\n\n" + directive.format(name)
    folder = write_issue(tmp_path, {"01-weir.rst": article("Weir", body), "sub/x.txt": ""})
    (folder / "link.txt").symlink_to(outside)
    (folder / "folder").symlink_to(tmp_path)
    found = read(folder)
    (line,) = found.errors
    assert re.match(r"01-weir\.rst:7: error S10[23]: ", line)
    assert SECRET not in found.issue.document.pformat() + "".join(map(str, found.problems))


def test_a_source_file_that_is_a_link_out_of_the_publication_is_refused(tmp_path: Path) -> None:
    outside = tmp_path / "outside.rst"
    outside.write_text(article("Outside", SECRET), "utf-8")
    folder = write_issue(tmp_path, {"01-weir.rst": article("Weir")})
    (folder / "02-link.rst").symlink_to(outside)
    found = read(folder)
    assert [one.code for one in found.problems] == ["S103"]
    assert SECRET not in found.issue.document.pformat()


def test_no_address_of_the_web_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def refuse(*_: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    body = """\
Text.

.. csv-table::
   :url: http://127.0.0.1/levels.csv

.. image:: http://127.0.0.1/a.png
   :alt: x

.. include:: http://127.0.0.1/a.txt

.. figure:: //127.0.0.1/a.png
   :alt: x
"""
    found = read(write_issue(tmp_path, {"01-weir.rst": article("Weir", body)}))
    assert len(found.errors) == len(found.lines) == 4


@pytest.mark.parametrize(
    "bomb",
    [
        {"a.txt": ".. include:: b.txt\n" * 60, "b.txt": ".. include:: c.txt\n" * 60,
         "c.txt": ".. include:: d.txt\n" * 60, "d.txt": "Again.\n"},
        {"a.txt": ".. include:: b.txt\n" * 60, "b.txt": ".. include:: a.txt\n" * 60},
        {"a.txt": ".. include:: big.txt\n\n" * 30, "big.txt": ("word " * 100 + "\n") * 100},
    ],
    ids=["tree", "circle", "size"],
)  # fmt: skip
def test_included_files_are_bounded_in_number_and_size(
    bomb: dict[str, str | bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "MAXIMUM_ISSUE_BYTES", 500_000)
    files: dict[str, str | bytes] = {"01-weir.rst": article("Weir", "Text.\n\n.. include:: a.txt")}
    found = read(write_issue(tmp_path, files | bomb))
    assert found.codes.count("S119") == 1
    assert len(found.issue.document.pformat()) < 1_000_000


def test_substitutions_are_bounded(tmp_path: Path) -> None:
    lines = [f".. |n{i}| replace:: " + f"|n{i + 1}| " * 10 for i in range(12)]
    body = "|n0|\n\n" + "\n".join([*lines, ".. |n12| replace:: word"])
    found = read(write_issue(tmp_path, {"01-weir.rst": article("Weir", body)}))
    assert set(found.codes) == {"S119"}
    assert len(found.issue.document.pformat()) < 1_000_000


@pytest.mark.parametrize("depth", [20, 60, 100, 150, 200, 300, 1000])
@pytest.mark.parametrize("kind", ["bullets", "quotes", "emphasis", "directives", "table", "lines"])
def test_deep_nesting_is_read_or_refused_with_its_file(
    kind: str, depth: int, tmp_path: Path
) -> None:
    body = {
        "bullets": "- " * depth + "deep",
        "quotes": "\n\n".join(" " * n + "deep" for n in range(depth)),
        "emphasis": ":strong:`" * depth + "deep" + "`" * depth,
        "directives": "\n\n".join("   " * n + ".. container::" for n in range(depth))
        + "\n\n" + "   " * depth + "deep",
        "table": "\n".join("   " * n + ".. list-table::\n\n" + "   " * n + "   * - x"
                           for n in range(min(depth, 40))),
        "lines": "\n".join("| " + " " * n + "deep" for n in range(depth)),
    }[kind]  # fmt: skip
    found = read(write_issue(tmp_path, {"01-weir.rst": article("Weir", "Text.\n\n" + body)}))
    assert all(line.startswith("01-weir.rst:") for line in found.errors)
    assert found.errors or "deep" in found.issue.document.astext() or kind == "table"
    found.issue.document.pformat()


def test_a_file_of_great_size_is_refused_unread(tmp_path: Path) -> None:
    folder = write_issue(tmp_path, {"01-weir.rst": article("Weir")})
    with (folder / "02-mill.rst").open("wb") as file:
        file.truncate(9 * 1024 * 1024)
    assert read(folder).lines == ["02-mill.rst: error S119: the file is larger than 2 MB"]


@pytest.mark.parametrize("directive", [".. include:: big.txt", ".. csv-table::\n   :file: big.txt"])
@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("x,y,z\n" * 1_000_000, "is larger than 2 MB"),
        ("x\n" * 50_001, "has more than 50,000 lines"),
    ],
)
def test_a_named_file_of_great_size_is_refused_unparsed(
    directive: str, content: str, message: str, tmp_path: Path
) -> None:
    files = {"01-weir.rst": article("Weir", "Text.\n\n" + directive), "big.txt": content}
    found = read(write_issue(tmp_path, files))
    assert found.lines == [f"01-weir.rst:7: error S119: “big.txt” {message}"]


def test_the_texts_of_an_issue_are_bounded_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "MAXIMUM_ISSUE_LINES", 100)
    files = {f"0{n}-part-{s}.rst": article(s, "Text.\n" * 40) for n, s in enumerate("abcd")}
    found = read(write_issue(tmp_path, files))
    (line,) = found.lines
    assert line.startswith("02-part-c.rst: error S119: with the file the texts of the issue are ")


TABLES = {
    "list": ".. list-table::\n\n" + "   * - a\n     - b\n" * 5_001,
    "csv": ".. csv-table::\n\n" + "   a,b\n" * 5_001,
    "csv, uneven": ".. csv-table::\n\n   " + "," * 4_000 + "\n" + "   a\n" * 4_000,
    "csv, head": ".. csv-table::\n   :header: " + "," * 9_000 + "\n\n" + "   a\n" * 4_000,
    "grid": "\n".join(["+-" * 101 + "+", "| " * 101 + "|"] * 101 + ["+-" * 101 + "+"]),
    "simple": "= = = =\n" + "a b c d\n" * 2_501 + "= = = =\n",
    "table": ".. table::\n\n   = = = =\n" + "   a b c d\n" * 2_501 + "   = = = =\n",
    "quotation": "  = = = =\n" + "  a b c d\n" * 2_501 + "  = = = =\n",
}


@pytest.mark.parametrize("kind", TABLES)
def test_a_table_of_too_many_cells_is_refused_with_its_place(kind: str, tmp_path: Path) -> None:
    body = f"Text.\n\n{TABLES[kind]}\n\nThe end."
    found = read(write_issue(tmp_path, {"01-weir.rst": article("Weir", body)}))
    assert [re.sub(r":\d+:", ":", line) for line in found.errors] == [
        "01-weir.rst: error S119: the table has more than 10,000 cells"
    ]
    assert all(7 <= one.where.line <= 9 for one in found.problems)
    assert "The end." in found.issue.document.astext()
    assert len(found.issue.document.pformat()) < 10_000


def test_the_tables_of_an_issue_are_bounded_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "MAXIMUM_ISSUE_CELLS", 10)
    table = ".. csv-table::\n\n   a,b,c\n   d,e,f\n"
    files = {f"0{n}-part-{s}.rst": article(s, table) for n, s in enumerate("ab")}
    found = read(write_issue(tmp_path, files))
    assert found.lines == [
        "01-part-b.rst:6: error S119: the tables of the issue have more than 10 cells"
    ]


def test_a_table_that_is_drawn_too_large_is_refused_unread(tmp_path: Path) -> None:
    rule = "+" + "-+" * 4_000
    table = f"{rule}\n" + f"|{' |' * 4_000}\n{rule}\n" * 20
    body = f"Text.\n\n{table}\nThe end."
    found = read(write_issue(tmp_path, {"01-weir.rst": article("Weir", body)}))
    assert found.lines == ["01-weir.rst:7: error S119: the table is drawn too wide and too long"]
    assert "The end." in found.issue.document.astext()


def test_an_empty_part_of_an_issue_is_none(tmp_path: Path) -> None:
    files = {"issue.rst": MASTHEAD + "\n.. colophon:: ..\n", "01-weir.rst": article("Weir")}
    found = read(write_issue(tmp_path, files))
    assert found.lines == []
    assert [one.id for one in found.issue.articles] == ["weir"]


def test_a_phrase_that_stands_for_one_without_definition_is_named(tmp_path: Path) -> None:
    body = "The |town| here.\n\n.. |town| replace:: |place|\n"
    found = read(write_issue(tmp_path, {"01-weir.rst": article("Weir", body)}))
    assert found.lines == ["01-weir.rst:7: error S107: |place| is not defined"]


def test_a_picture_is_decoded_once_however_often_it_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_files: list[Path] = []
    load = pictures.load

    def noted(path: Path) -> pictures.Picture:
        read_files.append(path)
        return load(path)

    monkeypatch.setattr(pictures, "load", noted)
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>'
    body = ".. image:: weir.svg\n   :alt: x\n\n" * 20 + ".. image:: no.png\n   :alt: x\n\n" * 3
    files = {"01-weir.rst": article("Weir", body), "02-mill.rst": article("Mill", body)}
    folder = write_issue(tmp_path, files | {"weir.svg": svg, "no.png": "x"})
    assert read(folder).codes == ["S118"] * 6
    assert sorted(path.name for path in read_files) == ["no.png", "weir.svg"]


def test_the_pictures_of_an_issue_are_bounded_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "MAXIMUM_ISSUE_PIXELS", 150)
    files: dict[str, str | bytes] = {}
    for name in ("a.png", "b.png"):
        out = io.BytesIO()
        Image.new("RGB", (10, 10)).save(out, "PNG")
        files[name] = out.getvalue()
    body = ".. image:: a.png\n   :alt: x\n\n.. image:: b.png\n   :alt: x\n"
    found = read(write_issue(tmp_path, {**files, "01-weir.rst": article("Weir", body)}))
    assert found.lines == [
        "01-weir.rst:8: error S118: “b.png” cannot be used: the issue's pictures have too many"
        " pixels together"
    ]


def test_a_line_of_a_megabyte_is_refused_with_its_place(tmp_path: Path) -> None:
    found = read(write_issue(tmp_path, {"01-weir.rst": article("Weir", "word " * 200_000)}))
    (line,) = found.lines
    assert line.startswith("01-weir.rst:5: error S119: the line is longer than ")


@pytest.mark.parametrize("code", [0, 1, 8, 0x1B, 0x1F, 0x7F, 0x85, 0x9F, 0xFFFE, 0xFFFF, 0xFDD0])
@pytest.mark.parametrize("place", ["body", "include", "csv", "title", "field", "masthead", "alt"])
def test_control_characters_never_reach_the_tree(code: int, place: str, tmp_path: Path) -> None:
    sign = chr(code)
    mark = {one: sign if place == one else "" for one in ("body", "include", "csv", "alt")}
    body = f"""\
A{mark["body"]}b.

.. include:: part.txt

.. csv-table::
   :file: levels.csv

.. image:: weir.svg
   :alt: x{mark["alt"]}y
"""
    files = {
        "issue.rst": MASTHEAD.replace(
            "Valley", f"Val{sign}ley" if place == "masthead" else "Valley"
        ),
        "01-weir.rst": article(
            f"We{sign}ir" if place == "title" else "Weir",
            body,
            f":Author: A. Wri{sign}ter" if place == "field" else ":Author: A. Writer",
        ),
        "part.txt": f"First line.\nSecond{mark['include']} line.\n",
        "levels.csv": f"Month,Le{mark['csv']}vel\n",
        "weir.svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>',
    }
    found = read(write_issue(tmp_path, files))
    assert sign not in found.issue.document.pformat()
    if code != 0x85:
        assert any(re.match(r"[\w.-]+:\d+: error S121: ", line) for line in found.errors)


@pytest.mark.parametrize("code", ["U+0001", "0xD800", "0xFFFE", "0x110000", "x", "999999999999"])
def test_a_character_given_by_its_code_is_checked_too(code: str, tmp_path: Path) -> None:
    body = f"A |sign| here.\n\n.. |sign| unicode:: {code}\n"
    found = read(write_issue(tmp_path, {"01-weir.rst": article("Weir", body)}))
    assert code == "x" or found.errors
    assert all(line.startswith("01-weir.rst:") for line in found.errors)


# Generated input


def reading_of(folder: Path, body: str) -> Sources:
    (folder / "01-part.rst").write_bytes(body.encode("utf-8", "surrogatepass"))
    return read(folder)


MARKUP = st.sampled_from(
    (
        r"* ** ` `` | _ __ \ :"
        r" :: [#]_ [*]_ [1]_ [x]_ a_ |s| ==== ---- +---+ +===+ -- >>> word Ж İ ش 𝔘"
        " :a: <javascript:x> :r:`x` :article:`part` :article:`x<y#z>` http://a.b/c_"
    ).split()
    + ["\n", "\n\n", "  ", "   ", "    ", "\t", "- ", "1. ", "a) ", "(i) ", "#. ", "| a |", "| "]
    + [".. [#] ", ".. [1] ", ".. [*] ", ".. [x] ", ".. _a: ", ".. __: ", "=====  =====", "-- "]
    + [f".. |s| {name}:: " for name in ("replace", "unicode", "image", "date")]
    + [f".. {name}:: " for name in sorted(vars(rst)["_directive_registry"])]
    + [".. role:: r\n", ".. articles::\n\n   part", ":alt: ", ":file: ", ":Author: A. B", "-h  x"]
    + ["\ufeff", "\u2028", "\x00", "\u200b", "\u00a0", "\x85"]
)


@given(st.lists(st.one_of(MARKUP, st.text(max_size=8)), max_size=40).map("".join))
@example("")
@example("Part\n====\n")
@example("\n====\n")
@example(":: \n\n.. \n\n..\n   x")
def test_any_text_is_read_and_its_ids_are_good(
    tmp_path_factory: pytest.TempPathFactory, body: str
) -> None:
    folder = write_issue(tmp_path_factory.mktemp("any"), {})
    for text in (body, "Part\n====\n\n" + body):
        found = reading_of(folder, text)
        assert len(set(found.ids)) == len(found.ids)
        assert [name for name in found.ids if not ID.match(name)] == []
        assert all(one.where.path for one in found.problems)
        found.issue.document.pformat()


@given(st.binary(max_size=200))
def test_any_bytes_are_read(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = write_issue(tmp_path_factory.mktemp("bytes"), {"01-part.rst": data})
    assert read(folder).lines


@given(st.lists(st.lists(st.from_regex(r"[a-zA-ZäöüßЖщəİ]{2,12}", fullmatch=True), min_size=1,
                         max_size=30), min_size=1, max_size=8))  # fmt: skip
def test_every_word_of_a_paragraph_is_in_the_tree_once_and_in_order(
    tmp_path_factory: pytest.TempPathFactory, paragraphs: list[list[str]]
) -> None:
    marked = [[f"{word}{n}x{m}" for m, word in enumerate(p)] for n, p in enumerate(paragraphs)]
    body = "\n\n".join(" ".join(p) for p in marked)
    folder = write_issue(tmp_path_factory.mktemp("words"), {"01-part.rst": article("Part", body)})
    (one,) = read(folder).issue.articles
    found = [words(block.astext()) for block in one.body]
    assert found == marked


@given(st.integers(1, 3999))
def test_a_roman_numeral_reads_back_as_its_number(number: int) -> None:
    values = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
    digits = [values[sign] for sign in roman(number)]
    following = [*digits[1:], 0]
    assert sum(-a if a < b else a for a, b in zip(digits, following, strict=True)) == number
    assert not re.search(r"IIII|XXXX|CCCC|MMMM|VV|LL|DD", roman(number))


def test_roman_numerals_differ() -> None:
    assert len({roman(number) for number in range(1, 4000)}) == 3999


def test_a_parse_leaves_nothing_behind_in_the_process(publication: Publication) -> None:
    before = dict(os.environ), Path.cwd()
    session = Session(publication.root, publication.root / "01-weir.rst")
    parse(".. role:: place\n\n.. default-role:: place\n\n:place:`x`", session)
    from docutils.parsers.rst import roles

    assert "place" not in vars(roles)["_roles"]
    assert (dict(os.environ), Path.cwd()) == before


def test_reading_returns_the_ids_in_order(publication: Publication) -> None:
    folder = write_issue(publication.root, {"01-b.rst": article("B"), "02-a.rst": article("A")})
    assert list(read(folder).articles) == ["b", "a"]


def test_a_file_that_another_includes_is_no_article(tmp_path: Path) -> None:
    folder = write_issue(
        tmp_path,
        {
            "01-weir.rst": article("The Weir", ".. include:: shared.rst\n\nText of the weir."),
            "shared.rst": "Shared words.\n",
        },
    )
    sources = read(folder)
    assert list(sources.articles) == ["weir"]
    assert not sources.errors


def test_options_that_would_become_a_title_are_reported_at_the_line_to_move(tmp_path: Path) -> None:
    body = ".. csv-table:: T\n   :header-rows: 1\n   :widths: 1 2\n\n  a,b\n  1,2\n\n  End."
    found = read(write_issue(tmp_path, {"01-weir.rst": article("Weir", body)}))
    assert [line.partition(": the")[0] for line in found.errors] == ["01-weir.rst:9: error S123"]


def test_a_note_within_a_note_is_in_the_book(tmp_path: Path) -> None:
    body = "One [#a]_ two [#b]_.\n\n.. [#a] Outer\n\n   .. [#b] Inner"
    issue = read(write_issue(tmp_path, {"01-weir.rst": article("Weir", body)})).issue
    made = markup.blocks(issue, issue.articles[0].body, markup.Profile(str, str))
    assert ["".join(map(str, note.itertext())).split()[1] for note in made.notes] == [
        "Outer", "Inner",
    ]  # fmt: skip
