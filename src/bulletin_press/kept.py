"""What one build keeps for the next: results by the content of all that they were made from.

The folder is the user's own, ``bulletin-press`` in ``$XDG_CACHE_HOME`` or ``~/.cache``, and not the
publication's, so that no publication brings results along. Nothing depends on it: an entry that is
missing, truncated, changed or another program's is as good as none, and a folder that cannot be
read or written keeps nothing; nor does one that is another user's, or that others may write in,
since some of what is kept is run. Entries are whole files under the hash of their key, which holds
this program's fingerprint; each begins with the SHA-256 of its name and the rest.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from functools import cache
from hashlib import sha256
from pathlib import Path

from bulletin_press import program

MOST = 512 * 1024 * 1024  # octets in all
_SUM = 32
_ABANDONED = 3600  # seconds, after which a file that was begun will not be finished
_WRITABLE_BY_OTHERS, _OPEN_TO_OTHERS = 0o022, 0o077
_Part = bytes | str


def default() -> Path | None:
    """The user's folder, which need not be there; None where there is no home."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    try:
        base = Path(given) if Path(given).is_absolute() else Path.home() / ".cache"
    except RuntimeError:
        return None
    return base / "bulletin-press"


class Store:
    """Entries in a folder, at most ``most`` octets together once ``trim`` has been called."""

    def __init__(self, folder: Path, most: int = MOST) -> None:
        self.folder, self._most = folder, most
        self._written = False

    def path(self, kind: str, *parts: _Part) -> Path:
        """Where the entry of this key lies: ``kind`` is what it holds, ``parts`` make its hash."""
        digest = sha256(f"{program.fingerprint()} {_libraries()}".encode())
        for part in (kind, *parts):
            data = part.encode() if isinstance(part, str) else part
            digest.update(len(data).to_bytes(8, "big") + data)
        return self.folder / kind / digest.hexdigest()

    def get(self, kind: str, *parts: _Part) -> bytes | None:
        """What was put under this key, None unless it is there and whole."""
        path = self.path(kind, *parts)
        try:
            if not path.is_file() or not self._is_own(path.parent):
                return None
            whole = path.read_bytes()
            if self._sum(path, whole[_SUM:]) != whole[:_SUM]:
                return None
            os.utime(path)
        except OSError:
            return None
        return whole[_SUM:]

    def put(self, data: bytes, kind: str, *parts: _Part) -> None:
        """Keep ``data`` under this key, whole or not at all."""
        if len(data) > self._most // 4:
            return
        import tempfile

        path = self.path(kind, *parts)
        with contextlib.suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.parent.mkdir(mode=0o700, exist_ok=True)
            if not self._is_own(path.parent):
                return
            handle, waiting = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(self._sum(path, data) + data)
                Path(waiting).replace(path)
                self._written = True
            finally:
                Path(waiting).unlink(missing_ok=True)

    @staticmethod
    def _sum(path: Path, data: bytes) -> bytes:
        """A sum of the data and of its name, so that no entry passes for another."""
        digest = sha256(path.name.encode())
        digest.update(data)
        return digest.digest()

    def _is_own(self, within: Path) -> bool:
        """Whether a folder and the store's are this user's, and nobody else's to write in.

        What stands in the store's is out of reach where that is closed to others.
        """
        outer, inner = self.folder.stat(), within.stat()
        if outer.st_uid != os.geteuid() or outer.st_mode & _WRITABLE_BY_OTHERS:
            return False
        is_closed = not outer.st_mode & _OPEN_TO_OTHERS
        return is_closed or (
            inner.st_uid == outer.st_uid and not inner.st_mode & _WRITABLE_BY_OTHERS
        )

    def trim(self) -> None:
        """Drop what was not used for longest, if something was put and there is too much."""
        if not self._written:
            return
        self._written = False
        found: list[tuple[int, int, Path]] = []
        for path in program.files(self.folder):
            with contextlib.suppress(OSError):
                state = path.stat()
                found.append((state.st_mtime_ns, state.st_size, path))
        for path in self.folder.glob("*/.*.part"):
            with contextlib.suppress(OSError):
                if time.time() - path.stat().st_mtime > _ABANDONED:
                    path.unlink()
        total = sum(size for _, size, _ in found)
        for _, size, path in sorted(found):
            if total <= self._most:
                break
            with contextlib.suppress(OSError):
                path.unlink()
            total -= size


@cache
def _libraries() -> str:
    """What changes when the system's libraries do, as far as the loader notes it."""
    try:
        state = Path("/etc/ld.so.cache").stat()
    except OSError:
        return ""
    return f"{state.st_mtime_ns} {state.st_size}"


_STORE: ContextVar[Store | None] = ContextVar("store", default=None)


@contextlib.contextmanager
def using(store: Store | None) -> Iterator[None]:
    """Let what is made inside be kept in ``store``, and taken from it; in none if it is None."""
    token = _STORE.set(store)
    try:
        yield
    finally:
        _STORE.reset(token)
        if store:
            store.trim()


def store() -> Store | None:
    """The store in use, if there is one."""
    return _STORE.get()


def made(make: Callable[[], bytes], kind: str, *parts: _Part) -> bytes:
    """What ``make`` gives, from the store where it has it under this key."""
    if (kept := store()) is None:
        return make()
    if (found := kept.get(kind, *parts)) is None:
        found = make()
        kept.put(found, kind, *parts)
    return found
