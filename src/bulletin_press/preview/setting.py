"""The process that reads an issue and sets its pages, as often as it is asked over a pipe.

Each message on its standard input and output is eight octets of length and a pickled value. It
ends where its input does. Nothing else is written to standard output: what is printed goes to
standard error.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, ExitStack, suppress
from itertools import repeat
from typing import BinaryIO, Protocol

from bulletin_press import folders, kept, press
from bulletin_press.config import Limits
from bulletin_press.editions import pdf
from bulletin_press.editions.pdf import Printed, likeness, resident
from bulletin_press.editions.pdf.layout import Glimpse
from bulletin_press.issue import Issue
from bulletin_press.preview.work import LENGTH, Look, Order, Page, Setting
from bulletin_press.problems import Location, ProblemsError, errors, ordered, problem

Glimpsed = Callable[[Glimpse], None]


class Renders(Protocol):
    """What lays out an issue as ``editions.pdf.render`` does."""

    def render(self, issue: Issue, draft: bool, glimpse: Glimpsed) -> Printed:
        """The PDF of the issue, and before that what can be seen. Raises ProblemsError."""


class _Afresh:
    def render(self, issue: Issue, draft: bool, glimpse: Glimpsed) -> Printed:
        with kept.using(None):
            return pdf.render(issue, draft)


def keeping(limits: Limits) -> AbstractContextManager[Renders]:
    """What lays out an issue again and again, with what it keeps from one time to the next."""
    return resident.opened(limits)


class Setter:
    """Sets an issue at each order; a context manager that lets go of what is kept at its end."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._kept: tuple[Limits, Renders] | None = None

    def __enter__(self) -> Setter:
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of what is kept."""
        self._kept = None
        self._stack.close()

    def set(self, order: Order, show: Callable[[Look], None] = lambda look: None) -> Setting:
        """What comes of an order; all that is wrong is told in it, nothing raised.

        ``show`` is given what can be seen before.
        """
        begun = time.monotonic()
        root = folders.root_of(order.folder, order.folder)
        if not order.folder.is_dir():
            where = Location(os.path.relpath(order.folder, root))
            return Setting(problems=(problem("S115", "the issue's folder is not there", where),))
        try:
            found = press.read(order.folder, order.encoding)
            read = Setting(found.issue.title, problems=found.problems, files=found.files)
        except ProblemsError as error:
            return Setting(problems=error.problems)
        except Exception:
            return Setting(fault=traceback.format_exc())
        try:
            if errors(found.problems):
                return read
            renders = self._renders(found.issue.publication.limits, order.fresh)
            printed = renders.render(found.issue, False, lambda glimpse: show(_look(glimpse)))
            made = next(iter(printed.edition.files.values()))
            pages = _pages((one.label for one in printed.pagination.pages), made)
        except ProblemsError as error:
            problems = ordered((*found.problems, *error.problems))
            return Setting(read.title, problems=problems, files=read.files)
        except Exception:
            self.__exit__()
            return Setting(
                read.title, (), b"", read.problems, read.files, 0, traceback.format_exc()
            )
        problems = ordered((*found.problems, *printed.problems))
        seconds = time.monotonic() - begun
        return Setting(read.title, pages, made, problems, read.files, seconds)

    def _renders(self, limits: Limits, fresh: bool) -> Renders:
        if fresh:
            return _Afresh()
        if self._kept is None or self._kept[0] != limits:
            self.__exit__()
            self._kept = limits, self._stack.enter_context(keeping(limits))
        return self._kept[1]


def _pages(labels: Iterable[str], made: bytes) -> tuple[Page, ...]:
    return tuple(
        Page(label, sheet.sha256, sheet.width, sheet.height)
        for label, sheet in zip(labels, likeness.sheets(made), strict=False)
    )


def _look(glimpse: Glimpse) -> Look:
    return Look(glimpse.first, _pages(repeat(""), glimpse.pdf), glimpse.pdf)


def main() -> None:
    """Take orders until the input ends; SIGTERM ends it, with all processes that it started."""
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    gc.disable()
    folder = kept.default()
    store = kept.Store(folder) if folder else None
    with (
        kept.using(store), os.fdopen(os.dup(1), "wb") as replies, suppress(BrokenPipeError),
        Setter() as setter,
    ):  # fmt: skip
        os.dup2(2, 1)

        def reply(value: Look | Setting) -> None:
            data = pickle.dumps(value)
            replies.write(len(data).to_bytes(LENGTH, "big") + data)
            replies.flush()

        while (order := _order(sys.stdin.buffer)) is not None:
            reply(setter.set(order, reply))
            gc.collect()  # now that nobody waits for it


def _order(orders: BinaryIO) -> Order | None:
    """The next order, None at the end."""
    length = orders.read(LENGTH)
    if len(length) < LENGTH:
        return None
    order = pickle.loads(orders.read(int.from_bytes(length, "big")))
    assert isinstance(order, Order)
    return order


if __name__ == "__main__":
    main()
