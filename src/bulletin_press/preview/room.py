"""What is to be seen now, and who looks at it: the last good pages, and what is wrong since."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from bulletin_press.preview.drawing import WIDTHS
from bulletin_press.preview.work import Page, Setting
from bulletin_press.problems import Problem

MOST = 32  # who may look at once


@dataclass(frozen=True, slots=True)
class View:
    """What the browser shows. Its ``number`` rises with every change.

    ``stale`` says that the pages are of an earlier text, since the present one cannot be set;
    ``busy`` that it is being set. ``made`` is when the pages were, in seconds since 1970, and
    ``seconds`` how long that took. ``proved`` says whether a fresh setting gave the same pages: not
    asked yet, or the same, or others, which are now shown. ``fault`` is a failure of the press.
    """

    issue: str
    number: int = 0
    title: str = ""
    pages: tuple[Page, ...] = ()
    problems: tuple[Problem, ...] = ()
    stale: bool = False
    busy: bool = False
    made: float = 0
    seconds: float = 0
    proved: bool | None = None
    fault: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The view as the JSON object that the page's script reads."""
        return {
            **asdict(self),
            "problems": [one.as_dict() for one in self.problems],
            "widths": WIDTHS,
        }


class Room:
    """The view of one issue, and the browsers that look at it; for one event loop."""

    def __init__(self, issue: str) -> None:
        self.view = View(issue)
        self.pdf = b""
        self._waiting: set[asyncio.Event] = set()
        self._closed = False

    @property
    def full(self) -> bool:
        """Whether nobody more may look."""
        return len(self._waiting) >= MOST

    @property
    def looking(self) -> int:
        """How many look."""
        return len(self._waiting)

    def begin(self) -> None:
        """A newer text is being set."""
        self._change(busy=True)

    def show(self, setting: Setting, proved: bool | None = None) -> None:
        """Show what came of a setting: its pages, or what is wrong beside the last good ones."""
        known = {"problems": setting.problems, "fault": setting.fault, "busy": False}
        if setting.title:
            known["title"] = setting.title
        if not setting.pages:
            self._change(stale=bool(self.view.pages), **known)
            return
        self.pdf = setting.pdf
        self._change(
            pages=setting.pages,
            stale=False,
            made=time.time(),
            seconds=round(setting.seconds, 3),
            proved=proved,
            **known,
        )

    def glimpse(self, pages: tuple[Page, ...]) -> None:
        """Show pages of the text that is being set, before all of them are known."""
        self._change(pages=pages)

    def prove(self) -> None:
        """A fresh setting gave the very pages that are shown."""
        self._change(proved=True)

    def fail(self, fault: str) -> None:
        """The press has failed, as ``fault`` says; the pages shown stay."""
        self._change(fault=fault, busy=False, stale=bool(self.view.pages))

    def _change(self, **values: Any) -> None:
        self.view = replace(self.view, number=self.view.number + 1, **values)
        self._stir()

    async def views(self, patience: float) -> AsyncIterator[View | None]:
        """The view as it is, then each later one as soon as it comes, till the room closes.

        Who is slow gets the newest only. After ``patience`` seconds without a change comes None.
        """
        stirred = asyncio.Event()
        self._waiting.add(stirred)
        try:
            while not self._closed:
                stirred.clear()
                yield self.view
                while not stirred.is_set():
                    try:
                        await asyncio.wait_for(stirred.wait(), patience)
                    except TimeoutError:
                        yield None
        finally:
            self._waiting.discard(stirred)

    def close(self) -> None:
        """Send everybody away."""
        self._closed = True
        self._stir()

    def _stir(self) -> None:
        for one in self._waiting:
            one.set()
