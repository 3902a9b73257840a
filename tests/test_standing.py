"""Layouts kept between builds: equal to the one that was made, and made anew for any change."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin_press import kept
from bulletin_press.config import Limits
from bulletin_press.editions import pdf
from bulletin_press.editions.pdf import standing, worker
from bulletin_press.editions.pdf.citation import Cut
from bulletin_press.editions.pdf.composition import Composition, compose
from bulletin_press.editions.pdf.layout import Cutting, Layout
from bulletin_press.editions.pdf.profiles import OFFPRINTS, PROFILES
from bulletin_press.editions.pdf.promises import Fault
from bulletin_press.problems import ProblemsError
from bulletin_press.styles import Sheet
from tests.conftest import article, read, write_issue

TEXT = st.text(st.characters(exclude_categories=[]))  # lone surrogates too
NAMES = st.lists(TEXT, max_size=3).map(tuple)
FAULTS = st.builds(Fault, TEXT, TEXT, st.integers(), TEXT, TEXT, st.integers())
LAYOUTS = st.builds(
    Layout, st.binary(), NAMES,
    st.lists(st.tuples(TEXT, st.integers(), TEXT, st.booleans())).map(tuple),
    st.dictionaries(TEXT, st.integers()), st.lists(st.tuples(TEXT, TEXT)).map(tuple),
    st.lists(NAMES).map(tuple), st.lists(FAULTS, max_size=3).map(tuple), NAMES, NAMES,
    st.booleans(),
    st.lists(st.builds(Cutting, TEXT, st.binary(), TEXT, st.booleans()), max_size=3).map(tuple),
)  # fmt: skip
COMPOSITION = Composition(
    "<p>", {"a": b"1", "b": b"2"}, ("x", "y"), "x", True, Sheet("p{}", ((1, "print.css"),)),
    PROFILES["screen"], b"icc", {"a": "figures/a.png"}, ("p{margin:0}",),
)  # fmt: skip
NAME = standing.key(COMPOSITION)
OTHERS: dict[str, Any] = {
    "html": "<q>", "resources": {"a": b"1", "b": b"3"}, "anchors": ("x",), "opening": "y",
    "cover_counts": False, "sheet": Sheet("p{}", ((2, "print.css"),)),
    "setting": PROFILES["press"], "profile": b"icd", "pictures": {"a": "figures/b.png"},
    "tightenings": (), "cuts": (Cut("x", "", (), "", (), "", "", ""),), "identifier": "urn:x",
    "even": False, "names": {"b": "other"},
}  # fmt: skip


@given(LAYOUTS)
def test_a_layout_comes_back_as_it_was(layout: Layout) -> None:
    back = standing.unpacked(standing.packed(layout))
    assert back == layout
    assert back
    assert list(back.anchors) == list(layout.anchors)
    for one in fields(layout):
        assert type(getattr(back, one.name)) is type(getattr(layout, one.name))


@given(LAYOUTS, st.data())
def test_other_bytes_are_no_layout(layout: Layout, data: Any) -> None:
    whole = standing.packed(layout)
    text = 8 + int.from_bytes(whole[:8], "big")
    cut = whole[: data.draw(st.integers(0, text - 1))]
    assert standing.unpacked(cut) is None
    assert standing.unpacked(data.draw(st.binary())) is None


def test_every_field_is_in_the_key() -> None:
    assert OTHERS.keys() == {one.name for one in fields(Composition)}
    keys = [NAME]
    keys += [standing.key(replace(COMPOSITION, **{name: value})) for name, value in OTHERS.items()]
    keys += [
        standing.key(replace(COMPOSITION, setting=one)) for one in (*PROFILES.values(), OFFPRINTS)
    ]
    assert len(set(keys)) == len(OTHERS) + 1 + len(PROFILES) + 1 - 2


LAYOUT = Layout(b"%PDF", ("1",), (), {}, (), (), (), (), (), True)


@pytest.fixture
def laid(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How often a process was asked for a layout."""
    asked: list[int] = []

    class Counted(worker.Running):
        def __init__(self, *given: Any) -> None:
            asked.append(1)
            super().__init__(*given)

    monkeypatch.setattr(worker, "Running", Counted)
    return asked


@pytest.fixture
def store(tmp_path: Path) -> kept.Store:
    return kept.Store(tmp_path / "kept")


def test_without_a_store_nothing_is_kept() -> None:
    standing.keep(NAME, LAYOUT)
    assert standing.found(NAME) is None


def test_what_did_not_settle_is_not_kept(store: kept.Store) -> None:
    with kept.using(store):
        standing.keep(NAME, replace(LAYOUT, settled=False))
        assert standing.found(NAME) is None
        standing.keep(NAME, LAYOUT)
        assert standing.found(NAME) == LAYOUT


def test_an_entry_of_another_form_is_none(store: kept.Store) -> None:
    store.put(b"{}", standing.KIND, *NAME)
    with kept.using(store):
        assert standing.found(NAME) is None


def test_what_took_too_long_is_not_kept(tmp_path: Path, store: kept.Store) -> None:
    issue = read(write_issue(tmp_path, {"01-a.rst": article("A", "A text.")}, "")).issue
    hasty = replace(issue.publication, limits=Limits(seconds=0))
    issue = replace(issue, publication=hasty)
    with kept.using(store):
        for _ in range(2):
            with pytest.raises(ProblemsError, match="L102"):
                pdf.render(issue)
    assert not list(store.folder.glob("layouts/*"))


def test_a_pdf_from_the_store_is_the_same_and_needs_no_layout(
    tmp_path: Path, store: kept.Store, laid: list[int]
) -> None:
    files = {"01-a.rst": article("A", "A text that is long. " * 100)}
    issue = read(write_issue(tmp_path, files, "")).issue
    without = pdf.render(issue)
    assert len(laid) == 1
    with kept.using(store):
        first = pdf.render(issue)
        again = pdf.render(issue)
        cut = pdf.offprints(issue, issue.articles)
        assert pdf.offprints(issue, issue.articles) == cut
    assert first == again == without
    assert len(laid) == 3
    assert standing.key(compose(issue)) == standing.key(compose(issue))


def test_a_sheet_of_another_edition_lays_out_nothing(
    tmp_path: Path, store: kept.Store, laid: list[int]
) -> None:
    folder = write_issue(tmp_path, {"01-a.rst": article("A", "Words.")}, "")
    (tmp_path / "styles").mkdir()
    with kept.using(store):
        first = pdf.render(read(folder).issue)
        for name in ("epub.css", "web.css", "letter.css"):
            (tmp_path / "styles" / name).write_text("p{margin:0}")
            assert pdf.render(read(folder).issue) == first
        assert len(laid) == 1
        (tmp_path / "styles/print.css").write_text("p{margin:0}")
        pdf.render(read(folder).issue)
    assert len(laid) == 2


def test_what_is_kept_is_read_without_the_engine() -> None:
    ask = "import sys, bulletin_press.editions.pdf; print('weasyprint' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert found.stdout == "False\n"
