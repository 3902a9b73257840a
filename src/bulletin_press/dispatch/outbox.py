"""The folder in which a dry run lays the mails that would go out."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterable
from pathlib import Path

from bulletin_press.problems import Location, ProblemsError, problem

FOLDER = "outbox"


def write(output: Path, root: Path, files: Iterable[tuple[str, bytes]]) -> tuple[Path, ...]:
    """Write files by name into the folder ``outbox`` of ``output``, in place of what was there.

    Only its owner may look into it, since it may show readers' addresses. The old folder stays if
    anything fails. Raises ProblemsError (E102).
    """
    target = output / FOLDER
    made = output / f".{FOLDER}-{secrets.token_hex(4)}"
    names = []
    try:
        output.mkdir(parents=True, exist_ok=True)
        made.mkdir(mode=0o700)
        for name, data in files:
            with (made / name).open("xb") as file:
                file.write(data)
            names.append(name)
        with contextlib.suppress(FileNotFoundError):
            os.replace(target, made / ".before")  # noqa: PTH105
        os.replace(made, target)  # noqa: PTH105
        shutil.rmtree(target / ".before", ignore_errors=True)
    except OSError as error:
        where = target.relative_to(root) if target.is_relative_to(root) else target
        message = f"cannot write: {error.strerror or error}"
        raise ProblemsError([problem("E102", message, Location(where.as_posix()))]) from error
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return tuple(target / name for name in names)
