"""References: where they lead, what they say, and the pages that the printed edition adds."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from docutils import nodes
from lxml import etree
from PIL import Image

from bulletin_press import markup
from bulletin_press.editions import epub, pdf
from bulletin_press.source.languages import LABELS
from tests.conftest import MASTHEAD, Sources, article, read, write_issue
from tests.printing import Book

MILL = """\
Text.

.. _wheel:

Wheel
-----

Text.

.. _both:

Old Stones
----------

.. _stones:

Stones lie here.

.. figure:: figures/mill.png
   :alt: A mill.
   :name: view

   The mill from *below*. [#]_

.. _grain:

.. table:: Grain in tons

   ==== ====
   2024 2025
   ==== ====
   7    9
   ==== ====

.. list-table:: Flour
   :name: flour

   * - 1
     - 2

.. [#] A note.
"""


def issue(folder: Path, weir: str, mill: str = MILL, masthead: str = "") -> Sources:
    """An issue of two articles, read."""
    (folder / "2026-05" / "figures").mkdir(parents=True)
    Image.new("RGB", (60, 40), "navy").save(folder / "2026-05" / "figures" / "mill.png")
    files = {
        "issue.rst": f"{MASTHEAD}\n{masthead}\n",
        "01-weir.rst": article("The Weir", weir),
        "02-mill.rst": article("The Mill", mill),
    }
    return read(write_issue(folder, files))


def references(found: Sources, name: str = "weir") -> list[nodes.reference]:
    return list(found.articles[name].section.findall(nodes.reference))


@pytest.mark.parametrize(
    ("written", "text", "target"),
    [
        ("wheel", "Wheel", "mill-wheel"),
        ("Wheel", "Wheel", "mill-wheel"),
        ("mill#wheel", "Wheel", "mill-wheel"),
        ("its wheel <wheel>", "its wheel", "mill-wheel"),
        ("its wheel <mill#wheel>", "its wheel", "mill-wheel"),
        ("view", "The mill from below", "mill-view"),
        ("grain", "Grain in tons", "mill-grain"),
        ("flour", "Flour", "mill-flour"),
        ("the stones <stones>", "the stones", "mill-stones"),
        ("mill", "The Mill", "mill"),
        ("both", "Sluice", "weir-both"),
        ("#both", "Sluice", "weir-both"),
        ("mill#both", "Old Stones", "mill-both"),
        ("Sluice", "Sluice", "weir-both"),
    ],
)
def test_ref_leads_to_a_label_here_or_in_another_article_and_says_its_title(
    written: str, text: str, target: str, tmp_path: Path
) -> None:
    body = f"See :ref:`{written}` here.\n\n.. _both:\n\nSluice\n------\n\nText."
    found = issue(tmp_path, body)
    assert found.lines == []
    (reference,) = references(found)
    assert (reference.astext(), reference["refid"]) == (text, target)
    assert isinstance(
        found.find(target), (nodes.section, nodes.paragraph, nodes.figure, nodes.table)
    )


def test_the_letter_of_the_issue_refers_and_is_referred_to(tmp_path: Path) -> None:
    masthead = "See :ref:`wheel` and :ref:`the end <end>`.\n\n.. _end:\n\nThe end."
    found = issue(tmp_path, "See :ref:`the letter <end>`.", masthead=masthead)
    assert found.lines == []
    assert found.issue.editorial is not None
    led = [one["refid"] for one in found.issue.editorial.findall(nodes.reference)]
    assert led[0] == "mill-wheel"
    assert references(found)[0]["refid"] == led[1]
    assert found.find(led[1]).astext() == "The end."


@pytest.mark.parametrize(
    ("written", "message", "hint"),
    [
        (":ref:`wheal`", "there is no label “wheal”", "“wheel”"),
        (":page:`wheal`", "there is no label “wheal”", "“wheel”"),
        (":ref:`mil#wheel`", "there is no article “mil”", "“mill”"),
        (":ref:`mill#wheal`", "the article “mill” has no heading or label “wheal”", "“wheel”"),
        (":ref:`#wheel`", "this file has no heading or label “wheel”", "known:"),
        (
            ":ref:`stones`",
            "“stones” has no title or caption that the reference could say",
            ":ref:`words <stones>`",
        ),
        (
            ":ref:`twice`",
            "“twice” names several places: 02-mill.rst:16, 03-dam.rst:16",
            "id#label",
        ),
        ("end_", "“end” leads to a label that stands before nothing", "before the heading"),
    ],
)
def test_a_reference_to_nothing_or_to_several_places_is_reported(
    written: str, message: str, hint: str, tmp_path: Path
) -> None:
    twice = "Text.\n\n" * 4 + ".. _twice:\n\nHere\n----\n\n.. _wheel:\n\n.. _stones:\n\nText."
    other = twice.replace(".. _wheel:\n\n.. _stones:\n\n", "")
    files = {
        "01-weir.rst": article("The Weir", f"One line.\n\nSee {written}.\n\n.. _end:"),
        "02-mill.rst": article("The Mill", twice),
        "03-dam.rst": article("The Dam", other),
    }
    found = read(write_issue(tmp_path, files))
    assert found.lines == [f"01-weir.rst:7: error S107: {message}"]
    assert hint in found.problems[0].hint
    assert not references(found)


def test_a_reference_whose_words_hold_another_says_them_whole(tmp_path: Path) -> None:
    mill = "Text.\n\n.. _wheel:\n\nAbout :ref:`flour`\n------------------\n\n"
    mill += ".. list-table:: Flour\n   :name: flour\n\n   * - 1\n"
    found = issue(tmp_path, "See :ref:`wheel`.", mill)
    assert found.lines == []
    assert references(found)[0].astext() == "About Flour"


BODY = """\
Plainly: see `Sluice`_, :ref:`wheel` and :article:`mill`; row_ on :page:`mill#wheel` (as in
:ref:`flour`). A note. [#]_

Heading to :ref:`wheel` and :page:`wheel`
-----------------------------------------

.. figure:: figures/mill.png
   :alt: A mill.

   Caption with :ref:`grain`.

.. list-table:: Title with :ref:`words <stones>`

   * - .. _row:

       Cell with :ref:`view`

.. [#] Footnote with :ref:`its flour <flour>` and :page:`flour`.

Sluice
------

Text.
"""


def test_in_an_edition_without_pages_references_are_their_words(tmp_path: Path) -> None:
    found = issue(tmp_path, BODY)
    assert found.lines == []
    (book,) = epub.render(found.issue).files.values()
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        page: Any = etree.fromstring(archive.read("EPUB/articles/weir.xhtml"))
    text = " ".join("".join(page.find("{*}body").itertext()).split())
    assert "see Sluice, Wheel and The Mill; row on Wheel (as in Flour)." in text
    assert "Heading to Wheel and Wheel" in text
    assert "Caption with Grain in tons." in text
    assert "Footnote with its flour and Flour." in text
    links = {"".join(a.itertext()): a.get("href") for a in page.iter("{*}a")}
    assert links["Wheel"] == "mill.xhtml#mill-wheel"
    assert links["Sluice"].startswith("#weir-")
    assert not any("page" in name for a in page.iter("{*}a") for name in a.attrib)


def printed(found: Sources) -> tuple[Book, str]:
    made = pdf.render(found.issue)
    assert made.problems == ()
    (data,) = made.edition.files.values()
    book = Book(data)
    return book, re.sub(r"\s+", " ", " ".join(sheet.text for sheet in book.sheets))


def test_in_print_references_are_followed_by_their_page(tmp_path: Path) -> None:
    filler = "\n\nWater runs over the weir by day and by night. " * 160
    found = issue(tmp_path, BODY + filler)
    assert found.lines == []
    book, text = printed(found)
    labels = {title: book.sheets[index].label for _, title, index in book.outline}
    weir, mill = labels["I. The Weir"], labels["Wheel"]
    assert weir != mill
    assert f"see Sluice (page {weir}), Wheel (page {mill}) and The Mill (page" in text
    assert f"on page {mill} (as in Flour, page {mill})." in text
    assert "Heading to Wheel and Wheel" in text
    assert f"Caption with Grain in tons (page {mill})." in text
    assert f"Title with words (page {mill})" in text
    assert f"Cell with The mill from below (page {mill})" in text
    assert f"Footnote with its flour (page {mill}) and page {mill}." in text
    targets = {name for page in range(len(book.sheets)) for name, _ in book.links(page)}
    assert {"mill-wheel", "mill-flour", "mill-view", "weir-row"} <= targets


@pytest.mark.parametrize("tag", sorted(LABELS))
def test_the_word_for_page_is_that_of_the_language(tag: str, tmp_path: Path) -> None:
    masthead = f"{MASTHEAD.rstrip()}\n:Language: {tag}\n"
    files = {
        "issue.rst": masthead,
        "01-weir.rst": article("The Weir", "Text :page:`mill` (:ref:`mill`)."),
        "02-mill.rst": article("The Mill"),
    }
    found = read(write_issue(tmp_path, files))
    assert found.lines == []
    profile = markup.Profile(link=lambda name: f"#{name}", picture=str, foot=True)
    (paragraph,) = markup.blocks(found.issue, found.articles["weir"].body, profile).body
    link, aside = paragraph
    comma = "،" if tag in ("ar", "fa") else ","
    assert aside.get("data-page-before") == f"{comma} {LABELS[tag].page}\u00a0"
    assert link.get("data-page-before") == f"{LABELS[tag].page}\u00a0"
    assert (link.text, link.get("data-page-after"), link.get("href")) == (None, "", "#mill")
