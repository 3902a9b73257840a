"""What Python compiles at each start comes from the store, and is what Python would compile."""

from __future__ import annotations

import json
import marshal
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

_PATTERNS = [
    (r"(?P<day>\d+)\s(?i:märz)", 0), (r"^(a|b)*?\1$", 40), (rb"[\x00-\x1f]+", 0),
    (r"(?x) \w+ # words", 0), (r"[^\W\d_]{2,}", 2), (r"(?<=[“„])\S", 0),
]  # fmt: skip
_COMMON = f"""
import re, sys
from dataclasses import dataclass
from bulletin_press import startup
startup.quicken()
if sys.argv[1] == "later":
    def refuse(*given): raise AssertionError(given)
    re._compiler._code = refuse
    import builtins
    builtins.compile = refuse
made = [re.compile(*one) for one in {_PATTERNS!r}]

@dataclass(frozen=True, slots=True, order=True)
class Issue:
    number: int
    title: str = "Bulletin"

texts = ["3 MÄRZ 2026", "abba\\nx", b"a\\x01b", "two words", "Qarabağ", "„So"]
found = [[str(one.findall(text)), one.flags, one.groups, sorted(one.groupindex.items())]
         for one, text in zip(made, texts)]
import json
print(json.dumps([found, repr(Issue(3)), Issue(2) < Issue(3), hash(Issue(1)) == hash(Issue(1))]))
startup.keep()
"""


def run(cache: Path, when: str) -> Any:
    command = [sys.executable, "-c", _COMMON, when]
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_nothing_is_compiled_again_and_all_is_the_same(tmp_path: Path) -> None:
    first = run(tmp_path, "first")
    assert run(tmp_path, "later") == first
    assert first[1:] == ["Issue(number=3, title='Bulletin')", True, True]


@pytest.mark.parametrize("change", ["cut", "flipped", "gone"])
def test_an_entry_that_is_not_whole_is_as_good_as_none(change: str, tmp_path: Path) -> None:
    first = run(tmp_path, "first")
    (entry,) = (tmp_path / "bulletin-press" / "startup").iterdir()
    whole = bytearray(entry.read_bytes())
    if change == "gone":
        entry.unlink()
    elif change == "cut":
        entry.write_bytes(whole[:100])
    else:
        whole[200] ^= 1
        entry.write_bytes(whole)
    assert run(tmp_path, "first") == first


def test_the_command_uses_it_and_does_not_without_a_cache(tmp_path: Path) -> None:
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "bulletin_press", "check", "--help"]
    subprocess.run([*command, "--no-cache"], env=environment, capture_output=True, check=False)
    assert not list(tmp_path.iterdir())
    subprocess.run(command, env=environment, capture_output=True, check=True)
    assert list((tmp_path / "bulletin-press" / "startup").iterdir())


_THREADS = """
import json, random, re, threading
from bulletin_press import startup
startup.quicken()
texts = [f"{'a' * n}[{m}-9]{{{n}}}" for n in range(1, 12) for m in range(9)]
def work(seed):
    mixed = texts * 2
    random.Random(seed).shuffle(mixed)
    for one in mixed:
        re._compiler.compile(one, seed % 2 * re.IGNORECASE)
threads = [threading.Thread(target=work, args=(seed,)) for seed in range(6)]
[one.start() for one in threads]
[one.join() for one in threads]
startup.keep()
"""


def test_threads_do_not_take_one_anothers_expressions(tmp_path: Path) -> None:
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    subprocess.run([sys.executable, "-c", _THREADS], env=environment, check=True)
    (entry,) = (tmp_path / "bulletin-press" / "startup").iterdir()
    expressions, _ = marshal.loads(entry.read_bytes()[32:])
    assert len(expressions) >= 99
    for (text, flags), (pattern, *_) in expressions.items():
        assert text == pattern
        plain = _code(text, flags)
        assert expressions[text, flags][2] == plain


def _code(text: Any, flags: int) -> list[int]:
    from re import _compiler, _parser  # type: ignore[attr-defined]

    return list(map(int, _compiler._code(_parser.parse(text, flags), flags)))
