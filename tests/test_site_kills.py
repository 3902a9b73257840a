"""A run of the site that is killed at any instant leaves the old site or the new one, whole."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from bulletin_press.archive import site
from tests import sites
from tests.publishing.instants import Instants, watch
from tests.sites import victim
from tests.sites.crawl import Site, contents

KILLS = 20
PLAIN = """
[site]
large-print = false
offprints = false
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("kills")
    (root / "bulletin.toml").write_text(sites.TOML.format(base=sites.BASE) + PLAIN, "utf-8")
    for name in ("2025-01", "2025-02"):
        given = ":Author: Ada Weir\n"
        articles = {f"0{n}-{s}.rst": sites.article(s.title(), f"{s} in Mill Town.", given)
                    for n, s in enumerate(("bridge", "mill"), 1)}  # fmt: skip
        sites.issue(root, name, "", articles)
    assert site.build(root).folder
    return root


def turn(root: Path) -> None:
    """Let the next site differ from this one on every page: by its list of names."""
    path = root / "bulletin.toml"
    text = path.read_text("utf-8")
    path.write_text(text.removesuffix(sites.NAMES) if "[names]" in text else text + sites.NAMES)


def shown(folder: Path) -> set[bool]:
    """Whether pages lead to the names: both, if the site is half old and half new."""
    found = set()
    for path in folder.rglob("*.html"):
        root: Any = html.document_fromstring(path.read_bytes())
        found.add(bool(root.xpath("//nav[@class='archive']//a[contains(@href, 'names/')]")))
    return found


def instants(root: Path) -> int:
    with watch(Instants()) as counted:
        assert site.build(root).folder
    return counted.count


def killed(root: Path, last: int) -> None:
    process = multiprocessing.get_context("spawn").Process(
        target=victim.run, args=(str(root), last)
    )
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL


def whole(folder: Path) -> None:
    assert Site(folder, sites.BASE).crawl() == []
    assert len(shown(folder)) == 1


def test_a_site_that_is_killed_is_the_old_one_or_the_new_one(built: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(built, tmp_path / "p", copy_function=shutil.copy2))
    folder = root / "build" / "site"
    turn(root)
    total = instants(root)
    states = set()
    for kill in range(KILLS):
        turn(root)
        before = contents(folder)
        killed(root, 1 + kill * (total - 1) // (KILLS - 1))
        whole(folder)
        states.add(contents(folder) == before)
    assert states == {True, False}
    assert site.build(root).folder
    fresh = tmp_path / "fresh"
    shutil.copytree(root, fresh, ignore=shutil.ignore_patterns("build"))
    assert site.build(fresh).folder
    kept = lambda files: {path: data for path, data in files.items() if path != "issues.json"}  # noqa: E731
    made = contents(fresh / "build" / "site")
    assert {path: contents(folder)[path] for path in kept(made)} == kept(made)
    assert [one.name for one in (root / "build").iterdir() if "bulletin-press" in one.name] == []


def test_a_first_site_that_is_killed_is_not_there_or_whole(built: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(built, tmp_path / "p", copy_function=shutil.copy2))
    folder = root / "build" / "site"

    def without() -> None:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(root / "build" / ".archive", ignore_errors=True)

    without()
    total = instants(root)
    for last in (total // 3, total - 12, total - 3):
        without()
        killed(root, last)
        if folder.exists():
            whole(folder)
    assert site.build(root).folder
    whole(folder)


def test_the_helpers_of_a_killed_run_end_with_it(built: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(built, tmp_path / "p", copy_function=shutil.copy2))
    sites.issue(root, "2025-03", "", {"01-x.rst": sites.article("X", "Words.")})
    turn(root)
    told = tmp_path / "told"
    os.mkfifo(told)
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=victim.run_with_helpers, args=(str(root), str(told)))
    process.start()
    with told.open("rb") as pipe:
        assert pipe.read(1) == b"x"
        process.kill()
        process.join()
        assert pipe.read() == b""
    whole(root / "build" / "site")
    assert site.build(root).folder
    whole(root / "build" / "site")
