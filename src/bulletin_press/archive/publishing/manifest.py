"""The manifest of a site, issues.json: which files it is made of, with their hashes and sizes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from bulletin_press.archive.holdings import File

NAME = "issues.json"
JOURNAL = ".publishing.json"  # beside it in a bucket: what an unfinished run may have touched
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a site is made of.

    ``issues`` are the files of each issue by its id, ``others`` those outside of issues, ``kept``
    the paths of immutable files that only pages of the generation before use. ``files`` are all
    files by path, without the kept ones, and ``paths`` the paths of all, kept ones too.
    """

    issues: Mapping[str, tuple[File, ...]] = field(default_factory=dict)
    others: tuple[File, ...] = ()
    kept: tuple[str, ...] = ()
    files: Mapping[str, File] = field(init=False, repr=False, compare=False)
    paths: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Raises ValueError where two entries have one path."""
        own = [file for files in self.issues.values() for file in files]
        every = [*own, *self.others]
        files = {file.path: file for file in every}
        paths = frozenset((*files, *self.kept))
        if len(files) != len(every):
            raise ValueError("it names a file twice")
        object.__setattr__(self, "files", files)
        object.__setattr__(self, "paths", paths)


def folders(path: str) -> tuple[str, ...]:
    """The folders in which a path lies, the outermost first."""
    return tuple(accumulate(path.split("/")[:-1], "{}/{}".format))


def fault(path: object) -> str:
    """Why a path cannot be that of a site's file, or nothing."""
    if not isinstance(path, str) or not path:
        return "a path is no text"
    if "\\" in path or _CONTROL.search(path):
        return f"the path {path!r} holds a backslash or a control character"
    if any(part in ("", ".", "..") for part in path.split("/")):
        return f"the path {path!r} does not lead straight down from the site's folder"
    if path.split("/")[0] in (NAME, JOURNAL):
        return f"the path {path!r} is that of a list"
    return ""


def read(data: bytes) -> Manifest:
    """The manifest of those bytes. Raises ValueError with a plain reason for another form."""
    try:
        values = json.loads(data)
    except (ValueError, RecursionError):
        raise ValueError("it is no JSON") from None
    if not isinstance(values, dict) or not {"issues", "files"} <= values.keys():
        raise ValueError("it is not a list of issues and files")
    issues: dict[str, tuple[File, ...]] = {}
    for one in _list(values["issues"]):
        if not isinstance(one, dict) or not isinstance(one.get("id"), str):
            raise ValueError("an issue has no id")
        if one["id"] in issues:
            raise ValueError(f"it names the issue {one['id']!r} twice")
        issues[one["id"]] = _files(one.get("files"))
    others = _files(values["files"])
    named = {file.path for files in (*issues.values(), others) for file in files}
    kept = [_path(one) for one in _list(values.get("kept", []))]
    return Manifest(issues, others, tuple(p for p in dict.fromkeys(kept) if p not in named))


def write(values: Mapping[str, Any]) -> bytes:
    """The bytes of a manifest: JSON with its keys sorted, each file on a line of its own.

    ``values`` have the form that ``read`` takes, with any more keys. Raises ValueError for
    another form.
    """
    data = f"{_laid_out(values, '')}\n".encode()
    read(data)
    return data


def values(manifest: Manifest) -> dict[str, Any]:
    """The manifest as values that ``write`` takes."""

    def plain(files: Iterable[File]) -> list[dict[str, Any]]:
        return [{"path": one.path, "sha256": one.sha256, "octets": one.octets} for one in files]

    return {
        "issues": [{"id": one, "files": plain(files)} for one, files in manifest.issues.items()],
        "files": plain(manifest.others),
        "kept": list(manifest.kept),
    }


def _laid_out(value: Any, indent: str) -> str:
    """A value as JSON; an object without lists or objects in it stands on one line."""
    deeper = indent + " "
    if isinstance(value, Mapping):
        if any(isinstance(one, (Mapping, list, tuple)) for one in value.values()):
            parts = [f"{json.dumps(k)}: {_laid_out(value[k], deeper)}" for k in sorted(value)]
            return _lines("{", parts, "}", indent)
    elif isinstance(value, (list, tuple)) and value:
        return _lines("[", [_laid_out(one, deeper) for one in value], "]", indent)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False)


def _lines(before: str, parts: Iterable[str], after: str, indent: str) -> str:
    inner = f",\n{indent} ".join(parts)
    return f"{before}\n{indent} {inner}\n{indent}{after}"


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError("it is not a list of issues and files")
    return value


def _path(value: object) -> str:
    if wrong := fault(value):
        raise ValueError(wrong)
    return str(value)


def _files(value: object) -> tuple[File, ...]:
    found = []
    for one in _list(value):
        if not isinstance(one, dict):
            raise ValueError("a file is not given by its path, sha256 and octets")
        path, sha256, octets = _path(one.get("path")), one.get("sha256"), one.get("octets")
        if not isinstance(sha256, str) or not _HASH.fullmatch(sha256):
            raise ValueError(f"the sha256 of {path!r} is not 64 digits of hex")
        if type(octets) is not int or octets < 0:
            raise ValueError(f"the octets of {path!r} are no number")
        found.append(File(path, sha256, octets))
    return tuple(found)
