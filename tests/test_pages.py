"""Made-up issues laid out: every word once and in order, tags true; planted faults are seen."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import pikepdf
import pytest

from tests.fuzz.case import Block
from tests.pages import trial
from tests.pages.issues import Made, make
from tests.pages.model import Part

_SOURCE = """\
harbourone harbourtwo harbourthree `harbourfour <https://example.org/>`__ harbourfive [#n]_ last

.. figure:: figures/p1.png
   :alt: harbourpicture

   harbourcaption

.. list-table:: harbourtable
   :header-rows: 1

   * - harbourhead
     - harbourtop
   * - harbourcell
     - harbournext

riverone :az:`körpü` rivertwo riverthree

.. [#n] harbournote noted
"""


@pytest.mark.parametrize("seed", range(1, 51))
def test_a_generated_issue(seed: int) -> None:
    assert trial.findings(make(seed)) == []


@pytest.fixture(scope="module")
def sample() -> tuple[Made, bytes]:
    """An issue with a note, a picture, a table and a word of another language."""
    made = make(3)
    names = [name for name in made.case.files if name != "issue.rst"]
    for name in names[1:]:
        del made.case.files[name]
    blocks = made.case.files[names[0]] = made.case.files[names[0]][:1]
    made.case.data["figures/p1.png"] = _picture()
    note = Part("note", [Part("text", ["harbournote", "noted"])])
    link = Part("link", ["harbourfour"])
    words: list[str | Part] = ["harbourone", "harbourtwo", "harbourthree", link, "harbourfive"]
    rows = [["harbourhead", "harbourtop"], ["harbourcell", "harbournext"]]
    made.says[_SOURCE] = [
        Part("text", [*words, note, "last"]),
        Part("figure",
             [Part("picture", alt="harbourpicture"), Part("caption", ["harbourcaption"])]),
        Part("table", [Part("caption", ["harbourtable"]), *(
            Part("row", [Part("head" if not at else "cell", [Part("text", [one])]) for one in row],
                 level=not at) for at, row in enumerate(rows)
        )]),
        Part("text", ["riverone", Part("words", ["körpü"], "az"), "rivertwo", "riverthree"]),
    ]  # fmt: skip
    blocks.append(Block(_SOURCE))
    data, wrong, _ = trial.build(made)
    assert wrong == []
    return made, data


def _picture() -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (90, 30), "navy").save(out, "PNG")
    return out.getvalue()


def _elements(file: pikepdf.Pdf, kind: str) -> Iterator[Any]:
    roles: Any = file.Root.StructTreeRoot.get("/RoleMap", {})
    for thing in file.objects:
        if isinstance(thing, pikepdf.Dictionary) and "/S" in thing and "/P" in thing:
            name = str(thing.S)
            if f"/{kind}" in (name, str(roles.get(name, ""))):
                yield thing


def _one(file: pikepdf.Pdf, kind: str) -> Any:
    return next(_elements(file, kind))


def _rewrite(file: pikepdf.Pdf, change: Callable[[bytes], bytes]) -> None:
    for page in file.pages:
        if "/Contents" in page:
            page.contents_coalesce()
            data = change(page.Contents.read_bytes())
            page.Contents = file.make_stream(data)


def _moved(data: bytes) -> bytes:
    """The lines of text that stand lowest in columns, moved up by one line."""
    return re.sub(
        rb"1 0 0 -1 (\S+) (\S+) Tm",
        lambda found: b"1 0 0 -1 %s %f Tm" % (found[1], round(float(found[2]) / 40) * 40),
        data,
    )


def _drop_mark(file: pikepdf.Pdf) -> None:
    kids = next(one for one in _elements(file, "P") if isinstance(one.K, pikepdf.Array)).K
    del kids[0]


def _swap(file: pikepdf.Pdf) -> None:
    kids = _one(file, "Art").K
    kids[1], kids[2] = kids[2], kids[1]


def _split(file: pikepdf.Pdf) -> None:
    """The last kid of the article's first paragraph becomes a paragraph of its own."""
    article = _one(file, "Art")
    first = next(one for one in article.K if isinstance(one.K, pikepdf.Array) and one.S == "/P")
    kid = first.K[-1]
    del first.K[-1]
    facts = {"/Type": first.Type, "/S": first.S, "/P": article, "/K": pikepdf.Array([kid])}
    if "/Pg" in first:
        facts["/Pg"] = first.Pg
    place = next(at for at, one in enumerate(article.K) if one.objgen == first.objgen)
    article.K.insert(place + 1, file.make_indirect(pikepdf.Dictionary(facts)))


def _without(kind: str, *keys: str) -> Callable[[pikepdf.Pdf], None]:
    def change(file: pikepdf.Pdf) -> None:
        for one in _elements(file, kind):
            for key in keys:
                if key in one:
                    del one[key]

    return change


def _renamed(kind: str, other: str) -> Callable[[pikepdf.Pdf], None]:
    def change(file: pikepdf.Pdf) -> None:
        for one in _elements(file, kind):
            one.S = pikepdf.Name(f"/{other}")

    return change


def _box(file: pikepdf.Pdf) -> None:
    held = _one(file, "Figure").A
    for one in held if isinstance(held, pikepdf.Array) else [held]:
        if "/BBox" in one:
            one.BBox[1] = float(one.BBox[1]) - 20


def _silent(file: pikepdf.Pdf) -> None:
    for page in file.pages:
        for link in page.get("/Annots", ()):
            del link["/Contents"]


def _text(file: pikepdf.Pdf) -> None:
    _rewrite(file, lambda data: re.sub(rb"(?s)BT\s.{0,400}?ET", b"", data, count=9))


def _plain(file: pikepdf.Pdf) -> None:
    _rewrite(
        file, lambda data: re.sub(rb"(?s)/Artifact\s*(<<.*?>>\s*BDC|BMC)(.*?)EMC", rb"\2", data)
    )


FAULTS: dict[str, tuple[Callable[[pikepdf.Pdf], None], str]] = {
    "content in no element": (_drop_mark, "mark"),
    "two blocks in the wrong order": (_swap, "tree-order"),
    "a paragraph in two elements": (_split, "parted"),
    "a picture without description": (_without("Figure", "/Alt"), "figure"),
    "a picture's box elsewhere": (_box, "figure"),
    "a language that is not told": (_without("Span", "/Lang"), "language"),
    "a note without name": (_without("Note", "/ID"), "note"),
    "a note that is a paragraph": (_renamed("Note", "P"), "tree-order"),
    "no article": (_renamed("Art", "Sect"), "element"),
    "heads that say nothing": (_without("TH", "/A"), "table"),
    "heads without names": (_without("TH", "/ID"), "table"),
    "cells without heads": (_without("TD", "/A"), "table"),
    "a title that is a paragraph": (_renamed("H1", "P"), "headings"),
    "a list of contents that is none": (_renamed("TOCI", "P"), "toc"),
    "links that say nothing": (_silent, "link"),
    "links in spans": (_renamed("Link", "Span"), "link"),
    "lines that are missing": (_text, "lost"),
    "lines one above another": (lambda file: _rewrite(file, _moved), "overlap"),
    "artifacts that are not marked": (_plain, "unmarked"),
}


def test_the_sample_has_no_fault(sample: tuple[Made, bytes]) -> None:
    made, data = sample
    assert trial.judge(data, made.expected(), made.language) == []


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_seen(name: str, sample: tuple[Made, bytes]) -> None:
    made, data = sample
    change, kind = FAULTS[name]
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as file:
        change(file)
        file.save(out)
    found = trial.judge(out.getvalue(), made.expected(), made.language)
    assert kind in {one.partition(":")[0] for one in found}, found
