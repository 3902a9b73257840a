"""The commands of README.md do what it says."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")
FENCE = re.compile(r"^```(\w*)(?: (\S+))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)
PROGRAM = ".venv/bin/bulletin-press"


def commands() -> list[list[str]]:
    shell = (found[3] for found in FENCE.finditer(README) if found[1] == "sh")
    lines = (line for text in shell for line in text.splitlines())
    return [shlex.split(line, comments=True) for line in lines]


def test_every_command_is_one_that_is_tried_here() -> None:
    assert {command[0] for command in commands()} == {"make", PROGRAM}


@pytest.mark.parametrize("command", [one for one in commands() if one[0] == "make"])
def test_every_target_is_in_the_makefile(command: list[str]) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in command[1:] or ["issue"]:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)
    first = re.search(r"^(\w[\w-]*):", makefile, re.MULTILINE)
    assert first
    assert first[1] == "issue"


def test_the_readers_own_bulletin_is_built_as_told(tmp_path: Path) -> None:
    clone = tmp_path / "bulletin-press"
    clone.mkdir()
    for found in FENCE.finditer(README):
        if found[2]:
            file = tmp_path / found[2]
            file.parent.mkdir(exist_ok=True)
            file.write_text(found[3], "utf-8")
    for command in commands():
        if command[0] == PROGRAM:
            run = [sys.executable, "-m", "bulletin_press", *command[1:]]
            done = subprocess.run(run, cwd=clone, capture_output=True, text=True, check=False)
            assert (done.returncode, done.stderr) == (0, ""), command
    promised = re.findall(r"`(\.\./build/[^`]+)\.pdf`", README)
    assert promised
    for stem in promised:
        for suffix in (".pdf", ".epub"):
            assert (clone / (stem + suffix)).resolve().is_file()


def test_what_make_gives_is_what_the_sample_issue_gives() -> None:
    promised = re.findall(r"^- `build/([^/`]+)/([^`]+)`$", README, re.MULTILINE)
    assert [name for _, name in promised] == ["bulletin-2026-02.pdf", "bulletin-2026-02.epub"]
    newest = max(path.parent.name for path in (ROOT / "source").glob("*/issue.rst"))
    assert {issue for issue, _ in promised} == {newest}
