"""A small publication and its preview: as a program of its own, or made of parts for one test."""

from __future__ import annotations

import asyncio
import io
import json
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pikepdf

from bulletin_press.preview.work import Look, Order, Page, Setting
from tests.conftest import article, write_issue

TOML = '[publication]\nid = "valley"\n\n[design]\npage = "A5"\n'
WEIR, MILL = "01-weir.rst", "02-mill.rst"
BODY = "\n\n".join(f"The weir of the valley, day {day}, holds the water back." for day in range(24))
LONGEST = 60.0  # seconds that anything may take on a machine that does other work too


def valley(folder: Path) -> Path:
    """An issue of several pages in a publication; returns its folder."""
    folder.mkdir(exist_ok=True)
    return write_issue(folder, {WEIR: article("Weir", BODY), MILL: article("Mill")}, TOML)


def edit(path: Path, old: str, new: str) -> None:
    """Save a file as most editors do: whole under another name, then renamed."""
    text = path.read_text("utf-8")
    assert old in text
    waiting = path.with_name(f".{path.name}.new")
    waiting.write_text(text.replace(old, new, 1), "utf-8")
    waiting.replace(path)


@dataclass
class Served:
    """A preview that runs: its address and its process."""

    address: str
    process: subprocess.Popen[str]

    def views(self) -> Iterator[dict[str, Any]]:
        """What a browser is told, from now on."""
        with urllib.request.urlopen(f"{self.address}events", timeout=LONGEST) as answer:
            for line in answer:
                if line.startswith(b"data: "):
                    yield json.loads(line[6:])

    def resident(self) -> int:
        """The kilobytes in memory of all its processes."""
        return sum(map(_resident, tree(self.process.pid)))

    def stop(self, number: int = signal.SIGTERM) -> int:
        """End it by a signal; returns its exit status."""
        self.process.send_signal(number)
        return self.process.wait(LONGEST)


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[Served]:
    """The preview of the publication's newest issue, as the command serves it."""
    given = options or ("--port", "0")
    command = [sys.executable, "-m", "bulletin_press", "serve", "--no-open", *given]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            yield Served(process.stdout.readline().strip(), process)
        finally:
            process.kill()


def until(views: Iterator[dict[str, Any]], wanted: Callable[[dict[str, Any]], Any]) -> Any:
    """The first view that is as wanted."""
    return next(view for view in views if wanted(view))


def tree(process: int) -> list[int]:
    """A process and all that it started, and those started, by their ids."""
    found = [process]
    for parent in found:
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            found += map(int, task.read_text().split())
    return found


def _resident(process: int) -> int:
    try:
        text = Path(f"/proc/{process}/status").read_text("utf-8")
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in text.splitlines() if "VmRSS" in line), 0)


def alive(process: int) -> bool:
    """Whether a process still runs."""
    try:
        text = Path(f"/proc/{process}/stat").read_text("utf-8")
    except OSError:
        return False
    return text.rpartition(")")[2].split()[0] != "Z"


def eventually(wanted: Callable[[], Any]) -> None:
    """Look again and again until it is as wanted."""
    end = time.monotonic() + LONGEST
    while not wanted():
        assert time.monotonic() < end
        time.sleep(0.02)


def setting(*texts: str, **more: Any) -> Setting:
    """What comes of an order: a page for each text, drawn as so many bars as it has letters."""
    with pikepdf.new() as pdf:
        for text in texts:
            page = pdf.add_blank_page(page_size=(300, 400))
            bars = "".join(f"20 {380 - 8 * row} 200 4 re f\n" for row in range(len(text)))
            page.contents_add(pdf.make_stream(bars.encode()))
        packed = io.BytesIO()
        pdf.save(packed, deterministic_id=True)
    pages = tuple(
        Page(str(number), sha256(text.encode()).hexdigest(), 300, 400)
        for number, text in enumerate(texts, 1)
    )
    return Setting("Valley Notes", pages, packed.getvalue() if texts else b"", **more)


class Hands:
    """A bench in the hands of a test: each order waits until it is answered."""

    def __init__(self) -> None:
        self.orders: asyncio.Queue[tuple[Order, asyncio.Future[Setting]]] = asyncio.Queue()
        self.closed = 0
        self.show: Callable[[Look], Awaitable[None]] | None = None

    async def ask(self, order: Order) -> Setting:
        answer: asyncio.Future[Setting] = asyncio.get_running_loop().create_future()
        await self.orders.put((order, answer))
        return await answer

    async def close(self) -> None:
        self.closed += 1
