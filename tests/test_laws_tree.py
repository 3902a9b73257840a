"""Laws of the tree: no edition changes it, and no node of docutils is lost in silence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from docutils import nodes
from lxml import etree

from bulletin_press import markup
from bulletin_press.contents import contents
from bulletin_press.issue import Issue
from bulletin_press.markup import Profile
from tests.conftest import MASTHEAD, Sources, article, read, write_issue

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>'
EVERYTHING = """\
.. role:: small

Words *one* **two** ``three`` :sub:`four` :sup:`five` `six <https://example.org/>`_ |seven| [#]_
[Rep]_ `nine` :small:`ten` _`eleven`
:article:`mill` :article:`the wheel <mill#wheel>` target_ `phrase`_.

.. |seven| replace:: eight

.. _target:

The sum :math:`x_1 + 2` is :math:`\\frac{a}{b}`.

.. math::
   :name: power

   P = U I

A list
------

- one

  - two

1. first
2. second

a) letter
b) letter

term
   definition

:field: body

| line one
|   line two

::

   code

.. code-block:: python

   print()

.. _phrase:

.. figure:: weir.svg
   :alt: The weir.
   :width: 50%
   :credit: Photo: A. Writer
   :place: full

   A caption. [#]_

   A legend.

.. image:: weir.svg
   :decorative:

.. list-table:: A table
   :header-rows: 1
   :stub-columns: 1

   * - Month
     - Level
   * - May
     - 12

+-----+-----+
| a   | b   |
+-----+-----+
| over both |
+-----------+

.. csv-table::

   1, 2

    A quotation.

    -- A. Writer

.. pull-quote::

   A voice.

   -- B. Reader

.. epigraph::

   Words.

.. sidebar:: Beside
   :subtitle: and below

   Text. [#]_

.. topic:: A box

   Text.

.. admonition:: An admonition

   Text.

.. attention:: Look.

.. caution:: Slow.

.. danger:: Deep.

.. error:: Wrong.

.. hint:: Near.

.. important:: Heed.

.. note:: A note.

.. tip:: Use it.

.. warning:: A warning.

.. container:: special

   Text.

.. compound::

   Text.

.. rubric:: A rubric

.. class:: language-az

Söz.

A break
-------

One.

----

Two.

.. [#] A note with two paragraphs.

   - and a list.
.. [#] Of the caption.
.. [#] Of the sidebar.
.. [Rep] A report.
"""
FURNITURE = (
    nodes.label, nodes.footnote_reference, nodes.citation_reference, nodes.math, nodes.math_block,
)  # fmt: skip
PROFILES = {
    "foot": Profile(lambda name: "#" + name, lambda path: path, foot=True, flat=True),
    "notes": Profile(lambda name: "#" + name, lambda path: path, epub=True),
    "drawn": Profile(lambda name: "#" + name, lambda path: path, drawn=True),
    "plain": Profile(lambda name: "#" + name, lambda path: path),
}


@pytest.fixture
def everything(tmp_path: Path) -> Sources:
    """An issue that uses every construct of docs/reference.md at least once."""
    files: dict[str, str | bytes] = {
        "issue.rst": MASTHEAD + "\nDear *reader*, see :article:`weir`.\n",
        "01-weir.rst": article("The *Weir* [#]_", EVERYTHING + ".. [#] More.\n",
                               ":Author: A. Writer", ":Summary: In *short*.",
                               ":Standfirst: At *length*."),
        "02-mill.rst": article("Mill", "Text.\n\n.. _wheel:\n\nWheel\n-----\n\nIt turns.\n"),
        "weir.svg": SVG,
    }  # fmt: skip
    found = read(write_issue(tmp_path, files))
    assert found.errors == []
    return found


def render(issue: Issue, profile: Profile) -> list[etree._Element]:
    """All elements of an issue: titles, openings, bodies, notes."""
    out: list[etree._Element] = []
    if issue.editorial is not None:
        out += [*markup.blocks(issue, [issue.editorial], profile).body]
    for one in issue.articles:
        out.append(markup.inline(issue, one.title_node, "h1", profile))
        for name in ("byline", "standfirst", "summary"):
            node = one.furniture(name)
            if node is not None:
                out.append(markup.inline(issue, node, "p", profile))
        body, notes = markup.blocks(issue, one.body, profile)
        out += [*body, *notes]
    return out


def words(issue: Issue, profile: Profile) -> str:
    """The text of all elements of an issue."""
    return "".join(str(text) for one in render(issue, profile) for text in one.itertext())


@pytest.mark.parametrize("name", sorted(PROFILES))
def test_rendering_leaves_the_tree_as_it_was(name: str, everything: Sources) -> None:
    issue = everything.issue
    before = issue.document.pformat()
    first = [etree.tostring(one) for one in render(issue, PROFILES[name])]
    assert issue.document.pformat() == before
    contents(issue, 3)
    assert issue.identifier
    assert issue.text
    assert [etree.tostring(one) for one in render(issue, PROFILES[name])] == first
    assert issue.document.pformat() == before


def test_every_node_knows_its_document_and_its_parent(everything: Sources) -> None:
    document = everything.issue.document
    for node in document.findall(nodes.Element):
        assert node.document is document
        assert all(child.parent is node for child in node.children)
    assert len({id(node) for node in document.findall()}) == len(list(document.findall()))


def test_every_block_has_one_id_and_every_reference_leads_to_one(everything: Sources) -> None:
    ids = everything.ids
    assert len(set(ids)) == len(ids)
    blocks = (
        nodes.paragraph,
        nodes.section,
        nodes.title,
        nodes.table,
        nodes.figure,
        nodes.footnote,
    )
    for node in everything.issue.document.findall(nodes.Element):
        if isinstance(node, blocks):
            assert len(node["ids"]) == 1, node
        if node.get("refid"):
            assert node["refid"] in ids
        assert set(node.get("backrefs", ())) <= set(ids)
    assert set(everything.issue.targets) <= set(ids)


def test_nothing_of_docutils_is_left_in_the_tree(everything: Sources) -> None:
    left = {type(node).__name__ for node in everything.issue.document.findall(nodes.Element)}
    assert left - {"document"} <= markup.supported()
    assert not left & {"comment", "substitution_definition", "system_message", "pending", "docinfo"}


@pytest.mark.parametrize("name", sorted(PROFILES))
def test_every_word_of_the_tree_is_in_the_markup_once(name: str, everything: Sources) -> None:
    issue = everything.issue

    def squeezed(text: str) -> str:
        return re.sub(r"\s+", "", text)

    rendered = squeezed(words(issue, PROFILES[name]))
    for text in issue.document.findall(nodes.Text):
        parent = text.parent
        if not isinstance(parent, FURNITURE):
            assert squeezed(text.astext()) in rendered, text
    for word in ("Acaption", "Alegend", "Areport", "Ofthesidebar", "overboth", "andbelow", "Söz"):
        assert rendered.count(word) == 1, word


@pytest.mark.parametrize("name", sorted(PROFILES))
def test_every_formula_of_the_tree_is_in_the_markup_once(name: str, everything: Sources) -> None:
    elements = render(everything.issue, PROFILES[name])
    found = [
        one.get("alttext") or one.get("alt")
        for root in elements
        for one in root.iter(etree.Element)
        if one.get("alttext") or one.get("class") == "math"
    ]
    assert found == ["x₁ + 2", "a/b", "P = UI"]


# Every node class: shown, or refused with its place

CLASSES = sorted(
    (getattr(nodes, name) for name in nodes.node_class_names if name not in ("document", "Text")),
    key=lambda one: one.__name__,
)
# what docutils and the reader themselves resolve before the tree is proved
INNER = {"comment", "pending", "substitution_definition", "substitution_reference"}
OTHERS = [one for one in CLASSES if one.__name__ not in markup.supported() | INNER]


def test_the_list_of_node_classes_is_complete() -> None:
    assert len(CLASSES) > 90
    assert markup.supported() <= {"Text", *(one.__name__ for one in CLASSES)}


def test_every_node_that_is_supported_is_rendered(everything: Sources) -> None:
    present = {type(node).__name__ for node in everything.issue.document.findall()}
    assert markup.supported() - present <= {"generated", "problematic", "system_message"}
    for profile in PROFILES.values():
        assert render(everything.issue, profile)


@pytest.mark.parametrize("kind", OTHERS, ids=lambda one: one.__name__)
def test_every_other_node_is_refused_where_it_stands(
    kind: type[nodes.Element], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from docutils.parsers.rst import Directive, directives

    name = kind.__name__

    class Strange(Directive):
        def run(self) -> list[nodes.Node]:
            node = kind()
            node.source, node.line = self.state_machine.get_source_and_line(self.lineno)
            return [node]

    monkeypatch.setitem(vars(directives)["_directives"], "strange", Strange)
    body = "Before.\n\n.. strange::\n\nAfter.\n"
    found = read(write_issue(tmp_path, {"01-weir.rst": article("Weir", body)}))
    assert found.errors == [
        f"01-weir.rst:7: error S108: “{name.replace('_', ' ')}” has no place in a bulletin"
    ]
    for profile in PROFILES.values():
        assert re.search(r"Before\.\s*After\.", words(found.issue, profile))


REFUSED = {
    "abbreviation": "The :ab:`x` is.",
    "acronym": "The :ac:`x` is.",
    "doctest_block": ">>> 1",
    "option_list": "-a  all",
    "pending": ".. target-notes::",
    "raw": ".. raw:: html\n\n   x",
    "decoration": ".. header:: x",
    "meta": ".. meta::\n   :a: b",
    "topic": ".. contents::",
    "date": "|d|\n\n.. |d| date::",
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_refused_is_refused_with_file_and_line(body: str, tmp_path: Path) -> None:
    found = read(write_issue(tmp_path, {"01-weir.rst": article("Weir", "Text.\n\n" + body)}))
    assert found.errors
    for line in found.errors:
        assert re.match(r"01-weir\.rst:\d+: error S10[78]: ", line)
    for profile in PROFILES.values():
        render(found.issue, profile)
