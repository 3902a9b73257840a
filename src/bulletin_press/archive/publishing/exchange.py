"""A finished folder takes the place of another in one step, and what a killed run left is mended.

Linux and macOS exchange two folders in one step, so that whoever opens a path below the target
finds the old tree or the new one. Where the file system cannot, the old tree is renamed aside and
the new one to its place; between the two there is nothing for an instant, and a run that is killed
just then leaves the old tree aside, from where ``recover`` puts it back.

Who makes the new tree writes its files and folders through to the disk first (``sync``). The
parent folder is written through after the exchange and before the old tree is removed, so that
after a loss of power one of the two is there, whole.

A server that holds the folder itself rather than its path, such as a container into which it is
mounted, goes on with the old one: mount the parent folder instead.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import sys
from pathlib import Path

from bulletin_press.archive.publishing import beside

_UNABLE = frozenset(
    (errno.ENOSYS, errno.EINVAL, errno.EXDEV, errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP)
)
_HERE = -100  # Linux' AT_FDCWD
_SWAP = 2  # RENAME_EXCHANGE on Linux, RENAME_SWAP on macOS


def exchange(new: Path, target: Path) -> None:
    """Let the folder ``new`` take the place of ``target``, then remove the old tree.

    Both lie in one folder. ``recover`` must have been called before. Where there is no target,
    ``new`` is renamed. What cannot be removed of the old tree stays at ``new``, for the next run.
    Raises OSError, with the target as it was.
    """
    if not os.path.lexists(target):
        new.rename(target)
        sync(target.parent)
        return
    try:
        _swap(new, target)
    except OSError as error:
        if error.errno not in _UNABLE:
            raise
        _replace(new, target)
    sync(target.parent)
    beside.discard(new)


def recover(target: Path) -> None:
    """Mend what a run left that was killed: put the old tree back, remove what lies beside.

    Only for whom has the turn. Raises OSError.
    """
    old = beside.aside(target)
    if old.is_dir() and not old.is_symlink():
        if os.path.lexists(target):
            old.rename(beside.fresh(target))
        else:
            old.rename(target)
        sync(target.parent)
    for folder in beside.leftovers(target):
        beside.discard(folder)


def sync(path: Path) -> None:
    """Write a file or folder through to the disk, where the file system can. Raises OSError."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _UNABLE:
            raise
    finally:
        os.close(handle)


def _swap(first: Path, second: Path) -> None:
    """Exchange two folders in one step. Raises OSError, ENOSYS where the system cannot."""
    one, other = os.fsencode(first), os.fsencode(second)
    library = ctypes.CDLL(None, use_errno=True)
    here, how = ctypes.c_int(_HERE), ctypes.c_uint(_SWAP)
    if sys.platform == "darwin":
        call, arguments = getattr(library, "renamex_np", None), (one, other, how)
    else:
        call, arguments = getattr(library, "renameat2", None), (here, one, here, other, how)
    if call is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS), str(second))
    if call(*arguments):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(second))


def _replace(new: Path, target: Path) -> None:
    """The same by renaming, with an instant without a target. The old tree ends at ``new``."""
    old = beside.aside(target)
    target.rename(old)
    try:
        new.rename(target)
    except BaseException:
        if not os.path.lexists(target):
            old.rename(target)
        raise
    with contextlib.suppress(OSError):
        old.rename(new)
