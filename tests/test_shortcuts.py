"""With the engine's shortcuts and without them, the bytes are the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pyphen
import pytest
from click.testing import CliRunner

from bulletin_press import cli, kept
from bulletin_press.editions import pdf
from bulletin_press.editions.pdf import shortcuts
from bulletin_press.editions.pdf.composition import Composition
from bulletin_press.editions.pdf.shortcuts import patterns, sheets, touchpoints
from tests.documents import documents
from tests.pages.issues import make
from tests.printing import generated, load, write
from tests.samebytes import composed, differences

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("profile", ["screen", "large-print", "booklet", "press"])
def test_the_sample(profile: str) -> None:
    assert differences({profile: composed(ROOT / "source" / "2026-02", profile)}) == []


def test_an_issue_of_every_construct() -> None:
    assert differences({"clean": composed(ROOT / "tests" / "clean")}) == []


@pytest.mark.parametrize("tenth", range(10))
def test_generated_issues(tenth: int, tmp_path: Path) -> None:
    assert differences(dict(_generated(tenth, tmp_path))) == []


def _generated(tenth: int, folder: Path) -> Iterator[tuple[str, Composition]]:
    for seed in range(10 * tenth, 10 * tenth + 10):
        if seed % 2:
            issue = write(folder / str(seed), generated(seed, 3, 4))
        else:
            made = make(seed)
            articles = [name for name in made.case.files if name != "issue.rst"]
            for name in articles[1:]:
                del made.case.files[name]
            issue = made.write(folder / str(seed))
        yield f"seed {seed}", composed(issue)


@pytest.mark.parametrize("name", documents(1))
def test_documents_of_the_engine(name: str) -> None:
    assert differences({}, {name: documents(1)[name]}) == []


def test_every_file_that_is_touched_is_known() -> None:
    assert touchpoints.strange() == ()


def test_another_engine_is_left_plain_and_a_warning_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue = load(write(tmp_path, generated(1, 2, 2)))
    usual = pdf.render(issue)
    name = "weasyprint/layout/column.py"
    monkeypatch.setitem(touchpoints.POINTS, name, ("anything", "another digest"))
    touchpoints.strange.cache_clear()
    try:
        other = pdf.render(issue)
    finally:
        touchpoints.strange.cache_clear()
    assert other.edition == usual.edition
    (warning,) = set(other.problems) - set(usual.problems)
    assert (warning.code, warning.severity) == ("L115", "warning")
    assert name in warning.message


def test_no_shortcut_is_taken_where_none_is_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue = write(tmp_path, generated(1, 2, 2))
    wanted: list[bool] = []
    chosen = shortcuts.chosen
    noted = tmp_path / "noted"

    def note(plain: bool = False) -> shortcuts.Shortcuts:
        noted.write_text(str(plain))
        return chosen(plain)

    monkeypatch.setattr(shortcuts, "chosen", note)
    files = []
    for options in ((), ("--plain-engine",)):
        target = tmp_path / f"out{len(options)}"
        command = ["build", str(issue), "-e", "pdf", "-o", str(target), *options]
        assert CliRunner().invoke(cli.main, command).exit_code == 0
        wanted.append(noted.read_text() == "False")
        files.append([path.read_bytes() for path in target.glob("*.pdf")])
    assert wanted == [True, False]
    assert files[0] == files[1]


def test_patterns_are_parsed_as_pyphen_parses_them() -> None:
    paths = sorted(set(pyphen.LANGUAGES.values()))
    assert len(paths) > 40
    parsed = {}
    with patterns.parsed():
        for path in paths:
            parsed[path] = pyphen.HyphDict(path)
    for path in paths:
        plain = pyphen.HyphDict(path)
        assert parsed[path].maxlen == plain.maxlen
        assert parsed[path].patterns.keys() == plain.patterns.keys()
        for letters, (start, values) in plain.patterns.items():
            begin, numbers = parsed[path].patterns[letters]
            assert (begin, tuple(map(int, numbers))) == (start, tuple(map(int, values)))


_SHEETS = {
    "kept": "@page{margin:1cm}@page :left{@top-left{content:'\\201C'}}\n"
    "h1,p.a>em:first-child{color:red;margin:1em 2em}a[href^='#']::after{content:target-counter("
    "attr(href),page)}:lang(fr){quotes:auto}@media screen{p{color:blue}}"
    "@media print{p{color:lime}}",
    "layers": "@layer a{p{color:red}}p{color:lime}",
    "wrong": "p{colour:red;color:12px}",
    "counters": "@counter-style own{system:cyclic;symbols:x;suffix:' '}li{list-style-type:own}",
    "escaped": "@l\\61 yer a{p{color:red}}",
}


@pytest.mark.parametrize("name", _SHEETS)
def test_a_sheet_from_the_store_is_the_same(
    name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    from weasyprint import CSS

    text = _SHEETS[name]
    store = kept.Store(tmp_path)
    made, told = [], []
    for way in ("plain", "at first", "again"):
        caplog.clear()
        counters: dict[str, object] = {}
        with kept.using(store), sheets.kept() if way != "plain" else nullcontext():
            sheet = CSS(string=text, base_url="press:", counter_style=counters)
        made.append((_selectors(sheet), _rules(sheet), sheet.layers, counters))
        told.append([one.getMessage() for one in caplog.records])
    assert made[0] == made[1] == made[2]
    assert told[0] == told[1] == told[2]
    assert bool(told[0]) == (name == "wrong")
    assert (tmp_path / "sheets").exists() == (name == "kept")


def _selectors(sheet: Any) -> Any:
    heaps = {
        name: list(value.items()) if isinstance(value, dict) else value
        for name, value in vars(sheet.matcher).items()
    }
    return repr_of(heaps)


def _rules(sheet: Any) -> Any:
    return repr_of([rest for _, *rest in sheet.page_rules])


def repr_of(value: Any) -> Any:
    """A value as plain ones, functions by their code."""
    if isinstance(value, FunctionType):
        return repr_of(value.__code__)
    if isinstance(value, CodeType):
        return value.co_code, value.co_names, repr_of(value.co_consts)
    if isinstance(value, dict):
        return {str(key): repr_of(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [repr_of(one) for one in value]
    return repr(value)
