"""What the last run of the site knew, kept in the build folder so that this one need not ask."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bulletin_press import freshness
from bulletin_press.archive import holdings
from bulletin_press.archive.holdings import File, Holding
from bulletin_press.freshness import Stamp
from bulletin_press.problems import Problem, problem_of

_FOLDER = ".archive"


@dataclass(frozen=True, slots=True)
class Remembered:
    """An issue as it was shelved: what it was made of, what came of it.

    ``key`` tells what it was made of; ``outside`` the files read that lie outside of its folder;
    ``changed`` the time of change of each of its files, in nanoseconds, by path.
    """

    key: str
    outside: tuple[str, ...]
    holding: Holding
    changed: Mapping[str, int] = field(repr=False)
    problems: tuple[Problem, ...] = ()

    def stands(self, site: Path) -> bool:
        """Whether all its files lie in the folder ``site`` as they were written."""
        return all(
            untouched(site, one, self.changed.get(one.path, 0)) for one in self.holding.files
        )


def untouched(site: Path, file: File, changed: int) -> bool:
    """Whether a file of a site is as it was, by its time of change, else by its bytes."""
    return Stamp(file.sha256, file.octets, changed).fits(site / file.path)


def recall(build: Path, issue: str) -> Remembered | None:
    """What is known of an issue, None if nothing that can be read."""
    try:
        values = json.loads(_path(build, f"issue-{issue}").read_text("utf-8"))
        holding = holdings.from_json(values["holding"])
        changed = {str(path): int(at) for path, at in values["changed"].items()}
        met = tuple(problem_of(one) for one in values["problems"])
        return Remembered(str(values["key"]), tuple(values["outside"]), holding, changed, met)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def keep(build: Path, issue: str, known: Remembered) -> None:
    """Remember an issue. Raises OSError."""
    values = {
        "key": known.key,
        "outside": known.outside,
        "holding": holdings.as_json(known.holding),
        "changed": dict(known.changed),
        "problems": [asdict(one) for one in known.problems],
    }
    freshness.write(_path(build, f"issue-{issue}"), values)


def forget(build: Path, issues: Collection[str]) -> None:
    """Forget what is known of issues that are none of ``issues``."""
    for path in (build / _FOLDER).glob("issue-*.json"):
        if path.stem.removeprefix("issue-") not in issues:
            path.unlink(missing_ok=True)


def recall_pages(build: Path) -> dict[str, list[Any]]:
    """The pages of the last run by path: what each followed from, hash, size, time of change."""
    try:
        values = json.loads(_path(build, "pages").read_text("utf-8"))
        return {str(path): list(one) for path, one in values.items() if len(one) == 4}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def keep_pages(build: Path, pages: Mapping[str, list[Any]]) -> None:
    """Remember the pages. Raises OSError."""
    freshness.write(_path(build, "pages"), pages)


def recall_unused(build: Path) -> dict[str, int]:
    """The files that no page of the last sites used, each with how many sites ago that was."""
    try:
        values = json.loads(_path(build, "unused").read_text("utf-8"))
        return {str(path): int(age) for path, age in values.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def keep_unused(build: Path, unused: Mapping[str, int]) -> None:
    """Remember these files. Raises OSError."""
    freshness.write(_path(build, "unused"), unused)


def _path(build: Path, name: str) -> Path:
    return build / _FOLDER / f"{name}.json"
