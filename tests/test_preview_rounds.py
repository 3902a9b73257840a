"""When the preview sets an issue again: what counts as a change, and what is shown of it."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bulletin_press.preview import rounds
from bulletin_press.preview.benches import BenchError
from bulletin_press.preview.drawing import Easel
from bulletin_press.preview.room import Room
from bulletin_press.preview.rounds import Rounds
from bulletin_press.preview.watching import Watch, is_scratch
from bulletin_press.preview.work import Look, Order, Setting
from bulletin_press.problems import Location, problem
from tests.preview_support import LONGEST, MILL, WEIR, Hands, edit, setting, valley

BROKEN = Setting("Valley Notes", problems=(problem("S107", "nothing is named so", Location("x")),))
NEVER = 1e6  # seconds


# What counts as a change ------------------------------------------------------------------


def _run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, LONGEST))


async def _hears(watch: Watch, change: Callable[[], object]) -> None:
    """A change is heard of."""
    before = watch.stamp()
    waiting = asyncio.ensure_future(watch.changed(before))
    await asyncio.sleep(0)
    assert not waiting.done()
    change()
    await asyncio.wait_for(waiting, LONGEST)
    assert watch.stamp() != before


def _watching(folder: Path, check: Callable[[Watch], Awaitable[None]]) -> None:
    async def run() -> None:
        watch = Watch(folder)
        async with watch.running():
            await check(watch)
        assert not watch._tasks

    _run(run())


def test_every_way_of_saving_is_heard_of(tmp_path: Path) -> None:
    issue = valley(tmp_path)
    mill = issue / MILL

    async def check(watch: Watch) -> None:
        await _hears(watch, lambda: edit(mill, "Text.", "Words."))
        await _hears(watch, lambda: mill.write_text(mill.read_text("utf-8") + "More.\n", "utf-8"))
        await _hears(watch, lambda: (issue / "03-lock.rst").write_text("Lock\n====\n", "utf-8"))
        await _hears(watch, lambda: mill.rename(issue / "04-mill.rst"))
        await _hears(watch, (issue / "03-lock.rst").unlink)
        await _hears(watch, lambda: _write(issue / "data/levels.csv"))
        await _hears(watch, lambda: _write(issue / "data/levels.csv", "another"))

    _watching(issue, check)


def test_what_lies_elsewhere_in_the_publication_is_heard_of(tmp_path: Path) -> None:
    issue = valley(tmp_path)
    shared = tmp_path / "shared" / "map.svg"
    _write(shared)
    _write(tmp_path / "source/2026-04/issue.rst")

    async def check(watch: Watch) -> None:
        await _hears(watch, lambda: edit(tmp_path / "bulletin.toml", "A5", "A4"))
        await _hears(watch, lambda: _write(tmp_path / "source/terms.rst"))
        await _hears(watch, lambda: _write(tmp_path / "source/2026-04/issue.rst", "another"))
        await _hears(watch, lambda: _write(tmp_path / "styles/print.css"))
        await _hears(watch, lambda: _write(tmp_path / "styles/print.css", "another"))
        await watch.look([shared])
        await _hears(watch, lambda: _write(shared, "another"))

    _watching(issue, check)


def test_a_folder_without_a_publication_may_go_and_come_back(tmp_path: Path) -> None:
    issue = tmp_path / "issue"
    _write(issue / "issue.rst")

    async def check(watch: Watch) -> None:
        await _hears(watch, lambda: _write(issue / "issue.rst", "another"))
        await _hears(watch, lambda: shutil.rmtree(issue))
        await _hears(watch, lambda: _write(issue / "issue.rst"))
        await _hears(watch, lambda: _write(issue / "issue.rst", "another"))

    _watching(issue, check)


def test_a_publication_whose_bulletin_toml_goes_hears_of_its_return(tmp_path: Path) -> None:
    issue, toml = valley(tmp_path), tmp_path / "bulletin.toml"

    async def check(watch: Watch) -> None:
        await _hears(watch, lambda: toml.rename(tmp_path / "away"))
        await watch.look(())
        await _hears(watch, lambda: (tmp_path / "away").rename(toml))
        await _hears(watch, lambda: edit(toml, "A5", "A4"))

    _watching(issue, check)


def test_a_link_to_another_folder_is_heard_of(tmp_path: Path) -> None:
    issue = valley(tmp_path)
    for name in ("one", "other"):
        _write(tmp_path / name / "map.svg")
    link = issue / "maps"
    link.symlink_to(tmp_path / "one")

    def lead_elsewhere() -> None:
        link.unlink()
        link.symlink_to(tmp_path / "other")

    async def check(watch: Watch) -> None:
        await _hears(watch, lead_elsewhere)

    _watching(issue, check)


def test_what_no_page_is_made_of_does_not_count(tmp_path: Path) -> None:
    issue = valley(tmp_path)

    async def check(watch: Watch) -> None:
        before = watch.stamp()
        waiting = asyncio.ensure_future(watch.changed(before))
        for name in (".01-weir.rst.swp", "01-weir.rst~", "#01-weir.rst#", ".#01-weir.rst", "4913",
                     "01-weir.rst.tmp", ".DS_Store", "01-weir.rst.bak"):  # fmt: skip
            _write(issue / name)
        _write(tmp_path / "build/2026-05/valley-2026-05.pdf")
        _write(tmp_path / "subscribers.db")
        _write(tmp_path / "source/2026-04/01-other.rst")
        (issue / WEIR).read_bytes()
        assert watch.stamp() == before
        edit(issue / MILL, "Text.", "Words.")  # heard of after all those
        await asyncio.wait_for(waiting, LONGEST)

    _watching(issue, check)


def test_editors_own_files_are_known_by_their_names() -> None:
    own = (".a.rst.swp .a.rst.swx a.rst~ #a.rst# .#a.rst 4913 a.rst.tmp a.rst___jb_tmp___ a.bak"
           " .a.rst.kate-swp").split()  # fmt: skip
    assert all(map(is_scratch, own))
    assert not any(map(is_scratch, ["01-weir.rst", "map.svg", "levels.csv", "parts.inc", "a.swan"]))


def _write(path: Path, text: str = "text") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


# What is shown of it ----------------------------------------------------------------------


class Desk:
    """The rounds of an issue whose two benches are in the hands of the test."""

    def __init__(self, issue: Path, quiet: float) -> None:
        self.issue = issue
        self.kept, self.fresh = Hands(), Hands()
        self.room, self.easel = Room("2026-05"), Easel()
        hands = iter((self.kept, self.fresh))
        self.rounds = Rounds(issue, "", self.room, self.easel, quiet, lambda: next(hands))

    async def ordered(self) -> tuple[Order, asyncio.Future[Setting]]:
        """The next order of the kept bench."""
        return await asyncio.wait_for(self.kept.orders.get(), LONGEST)

    async def shown(self, wanted: Callable[[], bool]) -> None:
        """Wait until the view is as wanted."""
        async for _ in self.room.views(LONGEST):
            if wanted():
                return

    def save(self, text: str) -> None:
        path = self.issue / MILL
        path.write_text(f"Mill\n====\n\n{text}\n", "utf-8")


@asynccontextmanager
async def _desk(tmp_path: Path, quiet: float = NEVER) -> AsyncIterator[Desk]:
    desk = Desk(valley(tmp_path), quiet)
    running = asyncio.ensure_future(desk.rounds.run())
    try:
        yield desk
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        desk.easel.close()
        assert desk.kept.closed
        assert desk.fresh.closed


def test_a_burst_of_saves_while_pages_are_set_is_one_change(tmp_path: Path) -> None:
    async def check() -> None:
        async with _desk(tmp_path) as desk:
            _, first = await desk.ordered()
            for number in range(20):
                desk.save(f"Text {number}.")
            first.set_result(setting("old"))
            _, second = await desk.ordered()
            second.set_result(setting("new"))
            await desk.shown(lambda: desk.room.view.pages == setting("new").pages)
            await desk.shown(lambda: not desk.room.view.busy)
            assert desk.kept.orders.empty()
            assert [page.sha256 for page in setting("new").pages] == [
                page.sha256 for page in desk.room.view.pages
            ]

    _run(check())


def test_some_pages_are_shown_before_the_others_are_done(tmp_path: Path) -> None:
    async def check() -> None:
        async with _desk(tmp_path) as desk:
            (await desk.ordered())[1].set_result(setting("one", "two", "three"))
            await desk.shown(lambda: len(desk.room.view.pages) == 3)
            desk.save("Another text.")
            _, answer = await desk.ordered()
            assert desk.kept.show
            new = setting("one", "other", "three")
            await desk.kept.show(Look(1, new.pages[1:2], setting("other").pdf))
            assert desk.room.view.pages == new.pages
            assert desk.room.view.busy
            assert await desk.easel.draw(new.pages[1].sha256, 900)
            answer.set_result(new)
            await desk.shown(lambda: not desk.room.view.busy)
            assert desk.room.view.pages == new.pages
            assert desk.room.pdf == new.pdf

    _run(check())


def test_pages_that_are_more_than_before_wait_for_the_others(tmp_path: Path) -> None:
    async def check() -> None:
        async with _desk(tmp_path) as desk:
            (await desk.ordered())[1].set_result(setting("one"))
            await desk.shown(lambda: len(desk.room.view.pages) == 1)
            desk.save("A longer text.")
            _, answer = await desk.ordered()
            new = setting("one", "two")
            assert desk.kept.show
            await desk.kept.show(Look(0, new.pages, new.pdf))
            assert len(desk.room.view.pages) == 1
            answer.set_result(new)
            await desk.shown(lambda: desk.room.view.pages == new.pages)

    _run(check())


def test_what_was_read_in_the_midst_of_a_save_is_not_told(tmp_path: Path) -> None:
    async def check() -> None:
        async with _desk(tmp_path) as desk:
            (await desk.ordered())[1].set_result(setting("good"))
            await desk.shown(lambda: bool(desk.room.view.pages))
            desk.save("Half a")
            _, half = await desk.ordered()
            desk.save("Half a text, and the other half.")
            half.set_result(BROKEN)
            _, whole = await desk.ordered()
            assert desk.room.view.problems == ()
            whole.set_result(BROKEN)
            await desk.shown(lambda: desk.room.view.problems == BROKEN.problems)
            assert desk.room.view.stale
            desk.save("Repaired.")
            (await desk.ordered())[1].set_result(setting("better"))
            await desk.shown(lambda: not desk.room.view.stale)
            assert desk.room.view.problems == ()

    _run(check())


def test_a_setting_that_takes_too_long_is_given_up_for_a_newer_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "LONG", 0.01)

    async def check() -> None:
        async with _desk(tmp_path) as desk:
            _, endless = await desk.ordered()
            desk.save("Shorter.")
            _, second = await desk.ordered()
            assert endless.cancelled()
            assert desk.kept.closed == 1
            second.set_result(setting("short"))
            await desk.shown(lambda: bool(desk.room.view.pages))

    _run(check())


def test_pages_are_proved_in_a_quiet_moment(tmp_path: Path) -> None:
    async def check() -> None:
        async with _desk(tmp_path, 0.01) as desk:
            (await desk.ordered())[1].set_result(setting("good"))
            order, proof = await desk.fresh.orders.get()
            assert order.fresh
            assert desk.room.view.proved is None
            proof.set_result(setting("good"))
            await desk.shown(lambda: desk.room.view.proved is True)
            assert desk.kept.closed == 0

    _run(check())


def test_pages_that_a_fresh_setting_has_otherwise_are_replaced(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def check() -> None:
        async with _desk(tmp_path, 0.01) as desk:
            (await desk.ordered())[1].set_result(setting("of before"))
            (await desk.fresh.orders.get())[1].set_result(setting("of now"))
            await desk.shown(lambda: desk.room.view.proved is False)
            assert desk.room.view.pages == setting("of now").pages
            assert desk.kept.closed == 1
            [name] = (page.sha256 for page in desk.room.view.pages)
            assert await desk.easel.draw(name, 900)

    with caplog.at_level(logging.WARNING):
        _run(check())
    assert "a fresh setting gave other pages" in caplog.text


def test_a_proof_is_given_up_for_a_newer_text(tmp_path: Path) -> None:
    async def check() -> None:
        async with _desk(tmp_path, 0.01) as desk:
            (await desk.ordered())[1].set_result(setting("old"))
            _, proof = await desk.fresh.orders.get()
            desk.save("Newer.")
            _, newer = await desk.ordered()
            assert proof.cancelled()
            assert desk.fresh.closed
            newer.set_result(setting("new"))
            await desk.shown(lambda: desk.room.view.pages == setting("new").pages)

    _run(check())


def test_a_proof_of_another_text_proves_nothing(tmp_path: Path) -> None:
    async def check() -> None:
        async with _desk(tmp_path, 0.01) as desk:
            (await desk.ordered())[1].set_result(setting("old"))
            _, proof = await desk.fresh.orders.get()
            desk.save("Newer.")
            proof.set_result(setting("newer"))
            await desk.ordered()
            assert desk.room.view.pages == setting("old").pages
            assert desk.kept.closed == 0

    _run(check())


def test_a_broken_text_is_not_proved(tmp_path: Path) -> None:
    async def check() -> None:
        async with _desk(tmp_path, 0) as desk:
            (await desk.ordered())[1].set_result(BROKEN)
            await desk.shown(lambda: bool(desk.room.view.problems))
            desk.save("Another.")
            await desk.ordered()
            assert desk.fresh.orders.empty()

    _run(check())


def test_a_bench_that_dies_is_told_and_asked_again(tmp_path: Path) -> None:
    async def check() -> None:
        async with _desk(tmp_path) as desk:
            (await desk.ordered())[1].set_exception(BenchError("ended with status -9"))
            await desk.shown(lambda: desk.room.view.fault == "ended with status -9")
            desk.save("Another.")
            (await desk.ordered())[1].set_result(setting("good"))
            await desk.shown(lambda: bool(desk.room.view.pages) and not desk.room.view.fault)

    _run(check())


def test_a_folder_that_cannot_be_watched_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Awatch:
        def __init__(self, *_: object, **__: object) -> None:
            raise OSError("no more watches")

    monkeypatch.setattr("bulletin_press.preview.watching.awatch", Awatch)

    async def check() -> None:
        async with _desk(tmp_path) as desk:
            await desk.shown(lambda: "no more watches" in desk.room.view.fault)

    _run(check())


def test_files_of_one_reading_are_watched_from_then_on(tmp_path: Path) -> None:
    shared = tmp_path / "shared.csv"
    _write(shared)

    async def check() -> None:
        async with _desk(tmp_path) as desk:
            made = setting("good", files=frozenset({shared}))
            (await desk.ordered())[1].set_result(made)
            (await desk.ordered())[1].set_result(made)  # the file may have changed before
            await desk.shown(lambda: not desk.room.view.busy)
            os.utime(shared, (1, 1))
            await desk.ordered()

    _run(check())
