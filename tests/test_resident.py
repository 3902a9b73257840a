"""The resident press: after any edit it gives what a fresh build gives."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bulletin_press.config import Limits
from bulletin_press.editions import pdf
from bulletin_press.editions.pdf import resident
from bulletin_press.editions.pdf.resuming import Resumption
from bulletin_press.issue import Issue
from bulletin_press.problems import ProblemsError
from tests.printing import load

ROOT = Path(__file__).resolve().parents[1]
ID = "2026-02"


@pytest.fixture(scope="module")
def press() -> Iterator[resident.Resident]:
    with resident.opened(Limits()) as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The sample publication, to be edited; its issue's folder."""
    shutil.copy(ROOT / "bulletin.toml", tmp_path)
    shutil.copytree(ROOT / "source", tmp_path / "source")
    return tmp_path / "source" / ID


def _articles(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.glob("*.rst")) if path.name != "issue.rst"]


def _paragraphs(text: str) -> list[str]:
    blocks = text.split("\n\n")
    return [one for one in blocks if len(one) > 200 and one[0].isalpha() and "::" not in one]


def _in_text(change: Callable[[str], str], article: int, paragraph: int) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        path = _articles(folder)[article]
        text = path.read_text("utf-8")
        old = _paragraphs(text)[paragraph]
        path.write_text(text.replace(old, change(old)), "utf-8")

    return edit


def _word(text: str) -> str:
    return f"{text.rstrip()} Furthermore."


def _drop(text: str) -> str:
    return f"{text[:40].rpartition(' ')[0]}."


def _note(text: str) -> str:
    note = ".. [#fresh] A note that nobody had called before it was written."
    return f"{text.rstrip()} It is called [#fresh]_ here.\n\n{note}"


def _bold(text: str) -> str:
    return f"{text.rstrip()} **These words are heavy.**"


def _heading(text: str) -> str:
    return f"{text}\n\nA Heading More\n--------------\n\nWith its text."


def _title(folder: Path) -> None:
    path = _articles(folder)[-1]
    old, _, rest = path.read_text("utf-8").partition("\n")
    new = f"{old} Again"
    path.write_text(f"{new}\n{'=' * len(new)}\n{rest.partition(chr(10))[2]}", "utf-8")


def _remove(folder: Path) -> None:
    path, masthead = _articles(folder)[-1], folder / "issue.rst"
    path.unlink()
    lines = masthead.read_text("utf-8").splitlines(keepends=True)
    masthead.write_text("".join(line for line in lines if path.name not in line), "utf-8")


def _style(folder: Path) -> None:
    styles = folder.parents[1] / "styles"
    styles.mkdir()
    base = (ROOT / "styles" / "base.css").read_text("utf-8")
    (styles / "base.css").write_text(re.sub("--text-size: [^;]+", "--text-size: 9.6pt", base))


def _masthead(folder: Path) -> None:
    path = folder / "issue.rst"
    path.write_text(path.read_text("utf-8").replace(":Date: 2026-02-", ":Date: 2026-03-"), "utf-8")


def _picture(folder: Path) -> None:
    path = next(folder.glob("*.svg"))
    drawn = path.read_text("utf-8")
    path.write_text(drawn.replace("</svg>", '<rect width="9" height="9"/></svg>'), "utf-8")


def _nothing(folder: Path) -> None:
    """Leave all as it is."""


EDITS: dict[str, Callable[[Path], None]] = {
    "nothing": _nothing, "title": _title, "article gone": _remove, "style": _style,
    "masthead": _masthead, "picture": _picture,
    **{
        f"{change.__name__.strip('_')} in article {article} at {paragraph}": _in_text(
            change, article, paragraph
        )
        for change in (_word, _drop, _note, _bold, _heading)
        for article, paragraph in ((0, 1), (-1, -1))
    },
}  # fmt: skip


@pytest.mark.parametrize("name", EDITS)
def test_an_edit(name: str, folder: Path, press: resident.Resident) -> None:
    _outcome(press.render, folder)
    EDITS[name](folder)
    assert _outcome(press.render, folder) == _outcome(pdf.render, folder)


def _outcome(render: Callable[[Issue], pdf.Printed], folder: Path) -> object:
    try:
        return render(load(folder))
    except ProblemsError as error:
        return error.problems


def test_random_edits_one_after_another(folder: Path, press: resident.Resident) -> None:
    chance = random.Random(5)
    changes = (_word, _drop, _bold, _note, _heading)
    originals = {path: path.read_text("utf-8") for path in _articles(folder)}
    for _ in range(6):
        path = chance.choice(sorted(originals))
        old = chance.choice(_paragraphs(originals[path]))
        changed = originals[path].replace(old, chance.choice(changes)(old))
        path.write_text(changed, "utf-8")
        assert _outcome(press.render, folder) == _outcome(pdf.render, folder)
        path.write_text(originals[path], "utf-8")


def test_pages_before_an_edit_are_not_laid_out_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = folder.parent / "made"
    with resident.opened(Limits()) as press:
        render = Resumption.render

        def counted(self: Resumption, *given: object, **more: object) -> object:
            document = render(self, *given, **more)
            with made.open("a") as file:
                file.write(f"{self.made} {len(document.pages)}\n")
            return document

        monkeypatch.setattr(Resumption, "render", counted)
        press.render(load(folder))
        _in_text(_word, -1, -1)(folder)
        press.render(load(folder))
    counts = [tuple(map(int, line.split())) for line in made.read_text().splitlines()]
    assert counts[0][0] >= counts[0][1]
    assert counts[-1][0] <= 3


def test_a_process_that_was_killed_is_started_again(folder: Path) -> None:
    with resident.opened(Limits()) as press:
        before = press.render(load(folder))
        assert press._child is not None
        assert press._child.pid is not None
        os.kill(press._child.pid, signal.SIGKILL)
        press._child.join()
        assert press.render(load(folder)) == before


def test_a_layout_beyond_its_limits_is_told_and_the_next_is_made(folder: Path) -> None:
    issue = load(folder)
    with resident.opened(Limits(seconds=0)) as press:
        narrow = replace(issue, publication=replace(issue.publication, limits=Limits(seconds=0)))
        with pytest.raises(ProblemsError) as raised:
            press.render(narrow)
        assert [one.code for one in raised.value.problems] == ["L102"]
        assert press.render(issue) == pdf.render(issue)
