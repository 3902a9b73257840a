"""Blocks of the printed document: named for their proofs, with an id where something leads."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from bulletin_press.editions.pdf.blocks import BLOCK, Owners, name_of
from bulletin_press.editions.pdf.composition import Composition
from tests.samebytes import composed

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module", params=["source/2026-02", "tests/clean"])
def composition(request: pytest.FixtureRequest) -> Composition:
    return composed(ROOT / request.param)


def test_what_is_led_to_has_an_id_and_counted_paragraphs_have_none(
    composition: Composition,
) -> None:
    tree = ElementTree.fromstring(composition.html)
    led_to = {one.get("href", "")[1:] for one in tree.iter("a") if one.get("href", "")[:1] == "#"}
    ids = {one.get("id") for one in tree.iter()}
    assert led_to <= ids
    paragraphs = [one for one in tree.iterfind(".//article//p") if one.get("id") not in led_to]
    assert paragraphs
    assert not any(one.get("id") for one in paragraphs)


_ARTICLE = """One
===

.. _my place:

A paragraph with a label.

Another one.
"""


@pytest.mark.parametrize(
    ("rule", "names"),
    [
        ("p{color:red}", {"one", "one-my-place"}),
        ("p#one-3{color:red}", {"one", "one-my-place", "one-3"}),
        ("[id]{color:red}", {"one", "one-my-place", "one-3", "Entry-one"}),
        ("p::before{content:attr( id )}", {"one", "one-my-place", "one-3", "Entry-one"}),
        ("#\\6fne-3{color:red}", {"one", "one-my-place", "one-3", "Entry-one"}),
    ],
)
def test_ids_that_an_editor_gives_or_a_sheet_asks_for_stay(
    rule: str, names: set[str], tmp_path: Path
) -> None:
    folder = tmp_path / "source" / "2026-01"
    folder.mkdir(parents=True)
    (folder / "issue.rst").write_text("Issue\n=====\n\n:Date: 2026-01-01\n", "utf-8")
    (folder / "01-one.rst").write_text(_ARTICLE, "utf-8")
    (tmp_path / "bulletin.toml").write_text((ROOT / "bulletin.toml").read_text("utf-8"), "utf-8")
    (tmp_path / "styles").mkdir()
    usual = (ROOT / "styles" / "print.css").read_text("utf-8")
    (tmp_path / "styles" / "print.css").write_text(f"{usual}\n{rule}\n", "utf-8")
    tree = ElementTree.fromstring(composed(folder).html)
    found = {one.get("id", "") for one in tree.iter()}
    assert names <= found
    assert {"one-3", "Entry-one"} & found == {"one-3", "Entry-one"} & names


def test_text_is_of_a_block_and_no_name_is_given_twice(
    composition: Composition,
) -> None:
    tree = ElementTree.fromstring(composition.html)
    owners = Owners(tree)
    main = tree.find("body/main")
    assert main is not None
    assert all(owners.name(one) for one in main.iter("p") if "class" not in one.attrib)
    names = [name_of(one) for one in tree.iter() if name_of(one)]
    assert len(names) == len(set(names))
    assert any(one.get(BLOCK) for one in main.iter("p"))
