"""Verdicts given before: kept by the bytes that were judged and by who judged them.

Only a verdict is kept, never that a judge could not be asked or did not come to an end.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

from bulletin_press import kept
from bulletin_press.problems import Problem, problem_of

KIND = "verdicts"


def settled(
    judge: Callable[[], tuple[tuple[Problem, ...], bool]],
    versions: Callable[[], Sequence[str]],
    files: Mapping[str, bytes],
) -> tuple[Problem, ...]:
    """The problems that ``judge`` finds in ``files``, as it found them before if it did.

    With them it says whether they are its last word. ``versions`` tell the programs that are asked
    from others. Raises ProblemsError as these two do.
    """
    store = kept.store()
    if store is None:
        return judge()[0]
    sums = [f"{name}\0{sha256(data).hexdigest()}" for name, data in files.items()]
    parts = (repr(tuple(versions())), *sums)
    found = store.get(KIND, *parts)
    if found is not None and (known := _problems(found)) is not None:
        return known
    problems, final = judge()
    if final:
        store.put(json.dumps([asdict(one) for one in problems]).encode(), KIND, *parts)
    return problems


def _problems(data: bytes) -> tuple[Problem, ...] | None:
    try:
        values = json.loads(data)
        return tuple(map(problem_of, values)) if isinstance(values, list) else None
    except (ValueError, KeyError, TypeError):
        return None


def version(command: Sequence[str]) -> str:
    """What tells the programs of a command from others: where their files lie, sizes and times."""
    found = []
    for word in command:
        path = Path(word)
        if path.is_absolute() and path.is_file():
            state = path.stat()
            found.append((str(path.resolve()), state.st_size, state.st_mtime_ns))
    return repr((tuple(command), found))
