"""When the sources of an issue change: a save, a rename, a new or a deleted file."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from watchfiles import Change, awatch

from bulletin_press import folders, program
from bulletin_press.config import BUILD_FOLDER, CONFIGURATION_FILE
from bulletin_press.source.mastheads import MASTHEAD_FILE, SOURCE_FOLDER, TERMS_FILE

_STEP = 20  # milliseconds without a further change, after which a burst of them is over
_LONGEST = 200  # milliseconds that a burst may last
_STYLES = "styles"
_SCRATCH = re.compile(
    r"[.#].*|.*(~|#|\.(sw[a-z]|tmp|temp|bak|orig|part|crdownload|kate-swp)|___jb_(tmp|old)___)|\d+",
    re.IGNORECASE,
)
Stamp = frozenset[tuple[Path, int, int, int]]


def is_scratch(name: str) -> bool:
    """Whether a file of this name is an editor's own: a swap file, a copy, a half-written one."""
    return _SCRATCH.fullmatch(name) is not None


class Watch:
    """What the pages of the issue in ``folder`` are made of, and when it changes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: frozenset[Path] = frozenset()
        self._roots = {folders.root_of(folder, folder)}  # a bulletin.toml that is gone may return
        self._stirred = asyncio.Event()
        self._places: tuple[frozenset[Path], frozenset[Path]] = (frozenset(), frozenset())
        self._tasks: list[asyncio.Task[None]] = []

    def stamp(self) -> Stamp:
        """The sources as they are now: equal stamps, equal sources."""
        found = set()
        for path in self._sources():
            with suppress(OSError):
                state = path.stat()
                found.add((path, state.st_mtime_ns, state.st_size, state.st_ino))
        return frozenset(found)

    async def changed(self, since: Stamp) -> None:
        """Wait until the sources are others than they were at that stamp. Raises OSError."""
        while True:
            self._stirred.clear()
            await self.look(())
            if self.stamp() != since:
                return
            await self._stirred.wait()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Hear of changes inside. Raises OSError where the system cannot tell of them."""
        try:
            await self.look(())
            yield
        finally:
            await self._stop()

    async def look(self, read: Iterable[Path]) -> None:
        """Look where the issue's files are now; ``read`` are further ones that it reads.

        Raises OSError where the system cannot tell of changes there.
        """
        self._read = self._read.union(read)
        places = self._wanted()
        if places == self._places and not any(task.done() for task in self._tasks):
            return
        self._places = (frozenset(), frozenset())  # till all is done: this may be cancelled
        await self._stop()
        for paths, deep in zip(places, (True, False), strict=True):
            if paths:
                self._tasks.append(asyncio.create_task(self._hear(paths, deep)))
        await asyncio.sleep(0)  # each has begun to listen after its first step
        for task in self._tasks:
            if task.done() and (error := task.exception()):
                raise error
        self._places = places
        self._stirred.set()

    async def _stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    async def _hear(self, paths: frozenset[Path], deep: bool) -> None:
        def concerns(_: Change, path: str) -> bool:
            return Path(path) in paths or not is_scratch(Path(path).name)

        async for changes in awatch(
            *paths, watch_filter=concerns, step=_STEP, debounce=_LONGEST, recursive=deep
        ):
            if any(Path(path) in self._places[0] for _, path in changes):
                self._places = (frozenset(), frozenset())  # a folder has come or gone
            self._stirred.set()

    def _wanted(self) -> tuple[frozenset[Path], frozenset[Path]]:
        """The folders to be watched with all below them, and those without."""
        root = folders.root_of(self.folder, self.folder)
        source = root / SOURCE_FOLDER
        own = source if source in self.folder.parents else self.folder
        deep = {path for path in (own, root / _STYLES) if path.is_dir()}
        self._roots.add(root)
        near = {*self._roots, own.parent, *(path.parent for path in self._read)}
        flat = {
            path for path in near
            if path.is_dir() and not any(one == path or one in path.parents for one in deep)
        }  # fmt: skip
        return frozenset(deep), frozenset(flat)

    def _sources(self) -> Iterator[Path]:
        root = folders.root_of(self.folder, self.folder)
        source = root / SOURCE_FOLDER
        yield from (one / CONFIGURATION_FILE for one in sorted({root, *self._roots}))
        yield from (source / TERMS_FILE, *self._read)
        yield from (*program.links(self.folder), *program.links(root / _STYLES))
        yield from source.glob(f"*/{MASTHEAD_FILE}")
        for path in (*program.files(self.folder), *program.files(root / _STYLES)):
            if not is_scratch(path.name) and root / BUILD_FOLDER not in path.parents:
                yield path
