"""Justified paragraphs are even: on random documents, beside plain setting, and when it fails."""

from __future__ import annotations

import multiprocessing
import random
import tempfile
import traceback
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from bulletin_press import fonts
from bulletin_press.editions.pdf import engine, evenness, shortcuts
from bulletin_press.editions.pdf.evenness import manner
from bulletin_press.editions.pdf.evenness import plan as planning
from bulletin_press.editions.pdf.layout import Layout
from tests.documents import ARABIC, HEBREW, LATIN
from tests.paragraphs.trial import drawn
from tests.samebytes import composed

ROOT = Path(__file__).resolve().parents[1]
OVER = 0.5  # CSS pixels that a line may leave its measure
OFF = 0.6  # CSS pixels that a text may be wider than planned
CLOSER = 1.7  # and narrower: a quotation mark that is kerned with its blank where it is measured
RUSSIAN = "правительство объявило о строительстве новой электрической подстанции в городе".split()
MARKS = ("em", "strong", "code", "a href='#p0'", "u", "small", "sup", "span class=box", "big")


def document(seed: int) -> str:
    """A document of random paragraphs: marks, notes, one to three columns, all directions."""
    chance = random.Random(seed)
    words = chance.choice([LATIN, LATIN, LATIN, RUSSIAN, LATIN + RUSSIAN])
    notes: list[list[str]] = []

    def text(count: int, depth: int = 0) -> Iterator[str]:
        for _ in range(count):
            kind, word = chance.random(), chance.choice(words)
            if depth < 2 and kind < 0.07:
                mark = chance.choice(MARKS)
                inner = " ".join(text(chance.randint(1, 8), depth + 1))
                blank = " " if chance.random() < 0.2 else ""
                yield f"<{mark}>{blank}{inner}{blank}</{mark.split()[0]}>"
            elif not depth and kind < 0.09:
                notes.append(chance.choices(words, k=6))
                yield f"{word}<span class=note id=n{len(notes)}>{' '.join(notes[-1])}</span>"
            elif kind < 0.11:
                yield f"{word}<wbr>{chance.choice(words)}"
            elif kind < 0.13:
                yield f"{word}<em>{chance.choice(words)}</em>{chance.choice(words)}"
            elif kind < 0.14:
                yield f"<span></span>{word}\u00a0{chance.choice(words)}"
            else:
                yield word

    def paragraph(number: int) -> str:
        if chance.random() < 0.12:
            some = chance.choice([HEBREW, ARABIC])
            inner = " ".join(chance.choices([*some, "<b>Latin</b>", "2,450"], k=50))
            return f"<p id=p{number} dir=rtl lang=he>{inner}</p>"
        return f"<p id=p{number}>{' '.join(text(chance.randint(4, 90)))}</p>"

    body = "".join(map(paragraph, range(chance.randint(2, 12))))
    width, columns = chance.choice([(90, 1), (120, 1), (150, 2), (210, 2), (210, 3)])
    faces = fonts.font_face_rules(fonts.PRIMARY, "press:faces/")
    style = (
        f"@page{{size:{width}mm 200mm;margin:15mm;@footnote{{border-top:1px solid}}}}"
        f"html{{font:{chance.choice([9, 10, 12])}pt/13.5pt '{fonts.SERIF}';hyphens:auto;"
        f"text-align:justify;hyphenate-limit-chars:{chance.choice(['5 2 3', '6 3 3'])}}}"
        f"p{{margin:0;text-indent:{chance.choice([0, 4, -2])}mm}}.c{{columns:{columns}}}"
        ".box{padding:0 3px;border:1px solid;margin:0 2px}.note{float:footnote;font-size:7pt}"
        f"code{{font-family:'{fonts.CODE}'}}[dir=rtl]{{direction:rtl}}big{{font-size:130%}}"
        "sup{font-size:60%;line-height:0;vertical-align:super}"
        f"html{{word-spacing:{chance.choice(['0', '0', '.01pt', '.05em', '-.015em'])}}}"
    )
    language = "ru" if words is RUSSIAN else "en-US"
    return (
        f"<!DOCTYPE html><html lang={language}><meta charset=utf-8><title>Words</title>"
        f"<style>{faces}{style}</style><body><div class=c>{body}</div>"
    )


def in_a_child(work: Callable[..., Any], *arguments: Any) -> Any:
    """What ``work`` gives in a process of its own, where the engine may be loaded."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)

    def run() -> None:
        try:
            with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
                warnings.simplefilter("ignore")
                sender.send(work(Path(folder), *arguments))
        except BaseException:
            sender.send([traceback.format_exc()])

    child = context.Process(target=run)
    child.start()
    sender.close()
    found = receiver.recv()
    child.join()
    return found


def faults(folder: Path, seeds: range) -> list[str]:
    """What is wrong with the documents of some seeds; their planned lines are counted too."""
    engine.isolate(folder)
    found, planned = [], 0
    for seed in seeds:
        with shortcuts.taken(shortcuts.chosen(plain=seed % 3 == 0), b"primary"):
            for fault in faults_of(seed):
                if isinstance(fault, int):
                    planned += fault
                else:
                    found.append(f"seed {seed}: {fault}")
    if planned < 20 * len(seeds):
        found.append(f"only {planned} lines were planned")
    return found


def faults_of(seed: int) -> Iterator[str | int]:
    from weasyprint import HTML
    from weasyprint.formatting_structure import boxes
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    from bulletin_press.editions.pdf import pagemap, repairs

    class Faces(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            names = {f"press:faces/{face.name}.ttf": face for face in fonts.PRIMARY}
            return URLFetcherResponse(url, names[url].data())

    html = HTML(string=document(seed), url_fetcher=Faces(), base_url="press:")
    with repairs.true_lines(), evenness.taken(True, b"primary") as failed:
        rendered = html.render()
        rendered.write_pdf()
    yield from failed.values()
    blocks = pagemap.read(rendered, html.etree_element).blocks
    yield from (f"text of {name} is lost" for name, one in blocks.items() if not one.whole)

    def lines(box: Any, width: float) -> Iterator[tuple[Any, float]]:
        for child in getattr(box, "children", ()):
            if isinstance(child, boxes.LineBox):
                yield child, width
            else:
                yield from lines(child, getattr(child, "width", width))

    for page in rendered.pages:
        for line, width in lines(page._page_box, 0.0):
            hanging = vars(line).get("press_hanging")
            if hanging:
                yield 1
                indent = line.text_indent if line.style["direction"] == "rtl" else 0.0
                over = line.width + indent - width - sum(hanging)
                if over > OVER:
                    yield f"a line is {over:.2f} pixels too wide"
                yield from crooked(line)


def crooked(line: Any) -> Iterator[str]:
    """What of a line's text is not side by side, or not as wide as it is drawn."""
    from weasyprint.formatting_structure import boxes

    every = [one for one in line.descendants() if isinstance(one, boxes.TextBox)]
    texts = [one for one in every if one.text != "\u200b"]
    texts.sort(key=lambda one: one.position_x)
    for one, other in pairwise(texts):
        if one.position_x + one.width > other.position_x + 0.05:
            yield f"{one.text!r} lies over {other.text!r}"
    for one in texts:
        off = drawn(one) - one.width
        if not -CLOSER < off < OFF:
            yield f"{one.text!r} is {off:.2f} pixels wider than planned"


@pytest.mark.parametrize("tenth", range(4))
def test_random_documents_lose_nothing_and_keep_to_their_measure(tenth: int) -> None:
    assert in_a_child(faults, range(10 * tenth, 10 * tenth + 10)) == []


def laid_out(folder: Path, name: str, even: bool, plain: bool = False) -> Layout:
    """The sample or another issue, set one way."""
    composition = replace(composed(ROOT / name), even=even)
    return engine.lay_out(composition, folder, shortcuts.chosen(plain))


def looseness(folder: Path, name: str, even: bool) -> list[float]:
    """How wide the blanks of each justified line of an issue are, 1 being their natural width."""
    from bulletin_press.editions.pdf import placed

    found: list[float] = []
    read = placed.read

    def noted(*arguments: Any) -> Any:
        sheets = read(*arguments)
        found[:] = [one.looseness for sheet in sheets for one in sheet.places if one.looseness != 1]
        return sheets

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(placed, "read", noted)
        laid_out(folder, name, even)
    return found


@pytest.mark.parametrize("name", ["source/2026-02", "tests/clean"])
def test_blanks_are_stretched_less_than_by_the_engine(name: str) -> None:
    even = in_a_child(looseness, name, True)
    plain = in_a_child(looseness, name, False)
    assert sum(one > 2 for one in even) < 0.03 * len(even)
    assert sum(one > 2 for one in plain) > 0.2 * len(plain)
    assert max(even) < max(plain)
    assert min(even) > 0.75


def failing(folder: Path) -> list[tuple[str, str, str]]:
    """The faults of an issue in which one paragraph cannot be planned."""
    plan = planning.plan
    calls = 0

    def broken(*arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise ValueError("no such place")
        return plan(*arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(planning, "plan", broken)
        layout = laid_out(folder, "tests/clean", True)
    assert not layout.incomplete
    return [(one.code, one.block, one.other) for one in layout.faults if one.code == "L116"]


def test_a_paragraph_that_cannot_be_planned_is_set_by_the_engine_and_told_of() -> None:
    found = in_a_child(failing)
    assert [(code, error) for code, _, error in found] == [("L116", "ValueError: no such place")]
    assert found[0][1]


def replaced(folder: Path) -> list[str]:
    """What of the engine is not as it was after a layout."""
    laid_out(folder, "tests/clean", True)
    from weasyprint.draw import text
    from weasyprint.layout import inline

    functions = (inline.split_inline_box, inline.text_align, text.draw_first_line)
    return [one.__module__ for one in functions if not one.__module__.startswith("weasyprint")]


def test_the_engine_is_as_it_was_afterwards() -> None:
    assert in_a_child(replaced) == []


def test_another_engine_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    file = "weasyprint/layout/inline.py"
    monkeypatch.setattr(evenness, "strange", lambda: (file, "pydyf/__init__.py"))
    assert evenness.hindrances() == (file,)
    with evenness.taken(True, b"primary") as failed:
        assert failed == {}


def test_hyphens_cost_what_readers_of_a_language_are_used_to() -> None:
    assert manner.hyphen_penalty("hu-HU") < manner.hyphen_penalty("en")
    assert manner.hyphen_penalty("de-AT") > manner.hyphen_penalty("en")
    assert manner.hyphen_penalty("") == manner.HYPHEN


def test_quotation_marks_of_all_languages_hang() -> None:
    assert set("\u201d\u2019\u201c\u2018\u00bb\u00ab") <= manner.HANGING_RIGHT.keys()
    assert set("\u201c\u2018\u201e\u201a\u00ab\u00bb") <= manner.HANGING_LEFT.keys()
