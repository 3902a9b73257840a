"""The rounds of the resident press: a change, a setting, a look; and, in a quiet hour, a proof."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from bulletin_press.preview.benches import Bench, BenchError
from bulletin_press.preview.drawing import Easel
from bulletin_press.preview.room import Room
from bulletin_press.preview.watching import Stamp, Watch
from bulletin_press.preview.work import Look, Order, Setting
from bulletin_press.problems import errors

QUIET = 2.0  # seconds without a change, after which the pages are proved
LONG = 10.0  # seconds, after which a setting is given up for the sake of a newer text
_LOG = logging.getLogger(__name__)


class Sets(Protocol):
    """What sets an issue when asked, such as a ``Bench``."""

    show: Callable[[Look], Awaitable[None]] | None

    async def ask(self, order: Order) -> Setting:
        """What comes of an order; what can be seen before is shown. Raises BenchError."""

    async def close(self) -> None:
        """End it; asked again, it begins anew."""


class Rounds:
    """Shows in ``room`` the issue in ``folder`` as it is, again and again until cancelled."""

    def __init__(
        self,
        folder: Path,
        encoding: str,
        room: Room,
        easel: Easel,
        quiet: float = QUIET,
        benches: Callable[[], Sets] = Bench,
    ) -> None:
        self._order = Order(folder, encoding)
        self._room, self._easel, self._quiet = room, easel, quiet
        self._watch = Watch(folder)
        self._bench, self._fresh = benches(), benches()
        self._bench.show = self._glimpse

    async def run(self) -> None:
        """Watch, set and show; ends only by being cancelled, with all that it started."""
        try:
            async with self._watch.running():
                while True:
                    stamp = self._watch.stamp()
                    await self._set(stamp)
                    await self._until_changed(stamp)
        except Exception as error:
            _LOG.exception("the preview has stopped")
            self._room.fail(f"The preview has stopped; start it again. {error}")
        finally:
            await self._bench.close()
            await self._fresh.close()

    async def _set(self, stamp: Stamp) -> None:
        """Set the issue, whose sources have that stamp, and show what came of it."""
        self._room.begin()
        setting = await self._unless_changed(self._bench, self._order, stamp, LONG)
        if setting is None:
            return
        await self._watch.look(setting.files)
        if setting.fault:
            _LOG.error("%s", setting.fault)
        if (setting.fault or errors(setting.problems)) and self._watch.stamp() != stamp:
            return  # read in the midst of a save; the next round follows at once
        await self._show(setting)

    async def _show(self, setting: Setting, proved: bool | None = None) -> None:
        if setting.pages:
            await self._easel.take(setting.pdf, (page.sha256 for page in setting.pages))
        before = {page.sha256 for page in self._room.view.pages}
        self._room.show(setting, proved)
        changed = (page.sha256 for page in setting.pages if page.sha256 not in before)
        if first := next(changed, ""):
            self._easel.begin(first)

    async def _glimpse(self, look: Look) -> None:
        """Show some pages of a setting that is not done among those shown now."""
        shown, end = self._room.view.pages, look.first + len(look.pages)
        if self._room.view.stale or end > len(shown):
            return
        old = shown[look.first : end]
        new = [replace(page, label=was.label) for page, was in zip(look.pages, old, strict=True)]
        if new != list(old):
            await self._easel.take(look.pdf, (page.sha256 for page in new))
            self._room.glimpse((*shown[: look.first], *new, *shown[end:]))

    async def _until_changed(self, stamp: Stamp) -> None:
        """Wait for a change; prove the pages meanwhile if it does not come soon."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._watch.changed(stamp), self._quiet)
            return
        if self._room.view.pages and not self._room.view.stale:
            await self._prove(stamp)
        await self._watch.changed(stamp)

    async def _prove(self, stamp: Stamp) -> None:
        """Set the issue from scratch; if other pages come of it, show those. A change ends it."""
        order = replace(self._order, fresh=True)
        setting = await self._unless_changed(self._fresh, order, stamp, 0)
        await self._fresh.close()
        if setting is None or not setting.pages or self._watch.stamp() != stamp:
            return
        if setting.pdf == self._room.pdf:
            self._room.prove()
        else:
            _LOG.warning("a fresh setting gave other pages, which are shown now")
            await self._bench.close()
            await self._show(setting, proved=False)

    async def _unless_changed(
        self, bench: Sets, order: Order, stamp: Stamp, patience: float
    ) -> Setting | None:
        """What a bench makes of an order; None if the sources change after ``patience`` seconds.

        Then the bench is closed.
        """
        asked = asyncio.create_task(bench.ask(order))
        try:
            await asyncio.wait({asked}, timeout=patience)
            change = asyncio.create_task(self._watch.changed(stamp))
            await asyncio.wait({asked, change}, return_when=asyncio.FIRST_COMPLETED)
            await _ended(change)
            if asked.done():
                return asked.result()
            await _ended(asked)
            await bench.close()
            return None
        except BenchError as error:
            return Setting(fault=str(error))
        finally:
            await _ended(asked)


async def _ended(task: asyncio.Task[Any]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
