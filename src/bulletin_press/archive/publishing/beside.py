"""What lies beside a published folder while a run is at work: names, and whose turn it is.

All these names begin with a dot, the folder's name and a dot.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path


def _named(target: Path, what: str) -> str:
    return f".{target.name}.bulletin-press-{what}"


def aside(target: Path) -> Path:
    """Where the old tree stands for an instant, if two folders cannot be exchanged in one step."""
    return target.with_name(_named(target, "old"))


def fresh(target: Path) -> Path:
    """Make an empty folder beside ``target`` that only its owner may enter. Raises OSError."""
    return Path(tempfile.mkdtemp(prefix=_named(target, "new-"), dir=target.parent))


def leftovers(target: Path) -> Iterator[Path]:
    """The folders that earlier runs left beside ``target``. Raises OSError."""
    names = (_named(target, "new-"), _named(target, "old"))
    with os.scandir(target.parent) as entries:
        found = [
            one.name for one in entries if one.is_symlink() or one.is_dir(follow_symlinks=False)
        ]
    for name in sorted(found):
        if name.startswith(names[0]) or name == names[1]:
            yield target.with_name(name)


def discard(folder: Path) -> None:
    """Remove a folder with all in it, closed folders too, as far as that can be done.

    Of a link to a folder the link alone is removed.
    """
    if folder.is_symlink():
        with contextlib.suppress(OSError):
            folder.unlink()
        return
    shutil.rmtree(folder, ignore_errors=True)
    with contextlib.suppress(OSError):
        folder.chmod(0o700)
    for above, names, _ in os.walk(folder):
        for path in (Path(above, name) for name in names):
            if not path.is_symlink():
                with contextlib.suppress(OSError):
                    path.chmod(0o700)
    shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def turn(target: Path) -> Iterator[None]:
    """Keep other runs from ``target`` meanwhile.

    The lock ends with the process, however that ends. Where the file system knows no locks there
    is none. Raises BlockingIOError if another run is at work, and OSError.
    """
    path = target.with_name(_named(target, "lock"))
    while (handle := _taken(path)) is None:
        continue
    try:
        yield
    finally:
        try:
            with contextlib.suppress(OSError):
                path.unlink()
        finally:
            os.close(handle)


def _taken(path: Path) -> int | None:
    """The lock's file, opened and locked; None if its last holder removed it just then."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise
        except OSError:
            return handle
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(path.lstat(), os.fstat(handle)):
                return handle
    except BaseException:
        os.close(handle)
        raise
    os.close(handle)
    return None
