"""Issues written for one test, and what the source side makes of them.

``write_issue`` writes a folder of sources, ``read`` reads it as ``bulletin-press check`` does:
tree, masthead and every problem. Both are plain functions, to be imported; the profile below
makes the tests with generated input the same at each run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
from docutils import nodes

from bulletin_press import config, proof
from bulletin_press.config import Publication
from bulletin_press.issue import Article, Issue
from bulletin_press.problems import Problem, Severity, ordered
from bulletin_press.source import reader

if TYPE_CHECKING:
    from playwright.sync_api import Browser

hypothesis.settings.register_profile(
    "repeatable",
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("repeatable")

_TESTS = count()


@pytest.fixture(scope="session", autouse=True)
def cache_of_the_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What builds for several tests keep is not kept for the user either."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "kept" / "shared"))
        yield


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test's builds keep, they keep in a folder that no other test knows."""
    folder = tmp_path_factory.getbasetemp() / "kept" / str(next(_TESTS))
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))


MASTHEAD = """\
============
Valley Notes
============

:Volume: 2
:Number: 5
:Date: 2026-05-29
"""


@dataclass(frozen=True)
class Sources:
    """An issue as read from its sources, with all problems in the order of their printing."""

    issue: Issue
    problems: tuple[Problem, ...]

    @property
    def lines(self) -> list[str]:
        """The problems as printed, without their hints."""
        return [line_of(one) for one in self.problems]

    @property
    def codes(self) -> list[str]:
        """The codes of the problems."""
        return [one.code for one in self.problems]

    @property
    def errors(self) -> list[str]:
        """The errors as printed, without their hints."""
        return [line_of(one) for one in self.problems if one.severity is Severity.ERROR]

    @property
    def articles(self) -> dict[str, Article]:
        """The articles by id."""
        return {article.id: article for article in self.issue.articles}

    @property
    def ids(self) -> list[str]:
        """Every id of the tree, in order."""
        found = self.issue.document.findall(nodes.Element)
        return [name for node in found for name in node["ids"]]

    def find(self, name: str) -> nodes.Element:
        """The node with an id."""
        found = [n for n in self.issue.document.findall(nodes.Element) if name in n["ids"]]
        assert len(found) == 1, (name, found)
        return found[0]


def line_of(problem: Problem) -> str:
    """A problem as printed, without its hint."""
    return str(problem).partition("\n")[0]


def article(title: str, body: str = "Text.", *fields: str) -> str:
    """The source of an article: title, fields, body."""
    return "\n".join([title, "=" * max(4, len(title) * 2), "", *fields, "", body, ""])


def write_issue(
    folder: Path, files: Mapping[str, str | bytes], toml: str | None = None, name: str = "2026-05"
) -> Path:
    """Write an issue below ``folder``, a publication if ``toml`` is given; return its folder.

    ``issue.rst`` is added where ``files`` has none.
    """
    issue = folder / "source" / name if toml is not None else folder / name
    if toml is not None:
        (folder / "bulletin.toml").write_text(toml, "utf-8")
    for path, content in {"issue.rst": MASTHEAD, **files}.items():
        target = issue / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
    return issue


def read(folder: Path) -> Sources:
    """Read the issue in ``folder`` with the publication that holds it, and prove it."""
    publication = config.load(config.find_root(folder.resolve()) or folder)
    reading = reader.read(publication, folder)
    issue = Issue(publication, reading.document)
    return Sources(issue, ordered((*reading.problems, *proof.check(issue))))


@pytest.fixture(autouse=True, scope="session")
def _kept_apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let builds keep nothing in the user's own folder, and find nothing there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("kept")))
        yield


@pytest.fixture
def publication(tmp_path: Path) -> Publication:
    """A publication of default values in an empty folder."""
    return Publication(tmp_path.resolve())


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, one for all tests of a module: ``tests.judging.browser`` shows pages in it."""
    from tests.judging.browser import chromium

    with chromium() as running:
        yield running
