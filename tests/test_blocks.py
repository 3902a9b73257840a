"""Blocks of the printed document: named for their proofs, with an id where something leads."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from bulletin_press.editions.pdf.blocks import BLOCK, Owners, is_note, name_of
from bulletin_press.editions.pdf.composition import Composition
from tests.samebytes import composed

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module", params=["source/2026-02", "tests/clean"])
def composition(request: pytest.FixtureRequest) -> Composition:
    return composed(ROOT / request.param)


def test_only_what_is_led_to_has_an_id(composition: Composition) -> None:
    tree = ElementTree.fromstring(composition.html)
    led_to = {one.get("href", "")[1:] for one in tree.iter("a") if one.get("href", "")[:1] == "#"}
    led_to.update(composition.anchors)
    has_id = {one.get("id", "") for one in tree.iter() if one.get("id") and not is_note(one)}
    assert has_id <= led_to
    ids = {one.get("id") for one in tree.iter()}
    assert {name for name in led_to if name not in ids} <= set(composition.anchors)


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
