"""A case: an issue's files as blocks of text, with the words that must come through.

A case is what the fuzzer makes, reads, shrinks and saves. Every file is a list of blocks, so that
one can be taken out and the lines of the others are still known.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = "publication/source/2026-05"
SECRET = "Secretofthemachine"
OUTSIDE = "outside.txt"
MARKER = re.compile(r"Qx\d+z")


@dataclass(frozen=True)
class Block:
    """A part of a file; ``error`` says that an error must be reported within its lines.

    ``words`` are the markers that its readers must find once. ``loose`` are those that may stand
    elsewhere or more often (titles, which the contents list repeats; descriptions of pictures).
    """

    text: str
    words: tuple[str, ...] = ()
    loose: tuple[str, ...] = ()
    error: bool = False


@dataclass(frozen=True)
class Part:
    """A block where it stands: its path in the issue's folder, its first and its last line."""

    path: str
    first: int
    last: int
    block: Block


@dataclass
class Case:
    """An issue to read: files by path in its folder, bytes of others, links out of it.

    ``marked`` cases promise their markers; of the others the words are scanned.
    ``valid`` ones hold no mistake, so that no error may be found.
    """

    name: str
    files: dict[str, list[Block]]
    data: dict[str, bytes] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    marked: bool = False
    valid: bool = False

    def write(self, folder: Path) -> Path:
        """Write the case below ``folder``; returns the issue's folder."""
        issue = folder / FOLDER
        issue.mkdir(parents=True)
        (folder / "publication" / "bulletin.toml").write_text("", "utf-8")
        (folder / OUTSIDE).write_text(f"{SECRET}\n", "utf-8")
        for name, data in self.contents().items():
            path = issue / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        for name, target in self.links.items():
            path = issue / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.symlink_to(target.format(outside=folder / OUTSIDE, folder=folder))
        return issue

    def contents(self) -> dict[str, bytes]:
        """The bytes of every file by its path in the issue's folder."""
        texts = {
            name: "".join(block.text for block in blocks).encode("utf-8", "surrogateescape")
            for name, blocks in self.files.items()
        }
        return texts | self.data

    def parts(self) -> Iterator[Part]:
        """All blocks with their places."""
        for name, blocks in self.files.items():
            line = 1
            for block in blocks:
                count = block.text.count("\n")
                yield Part(name, line, line + max(count, 1), block)
                line += count

    def save(self, folder: Path) -> None:
        """Write the case and a record of it from which ``saved`` makes it again."""
        folder.mkdir(parents=True, exist_ok=True)
        self.write(folder)
        record = {
            "name": self.name,
            "marked": self.marked,
            "valid": self.valid,
            "links": self.links,
            "files": {
                name: [[b.text, b.words, b.loose, b.error] for b in blocks]
                for name, blocks in self.files.items()
            },
            "data": {name: data.hex() for name, data in self.data.items()},
        }
        (folder / "case.json").write_text(json.dumps(record, indent=1), "utf-8")


def saved(folder: Path) -> Case:
    """The case that ``Case.save`` wrote into ``folder``."""
    record: dict[str, Any] = json.loads((folder / "case.json").read_text("utf-8"))
    return Case(
        record["name"],
        {
            name: [Block(text, tuple(w), tuple(v), error) for text, w, v, error in blocks]
            for name, blocks in record["files"].items()
        },
        {name: bytes.fromhex(data) for name, data in record["data"].items()},
        record["links"],
        record["marked"],
        record["valid"],
    )
