"""What Python compiles anew at each start, from the store: regular expressions, record classes.

Python keeps the modules that it has compiled, but neither the expressions that modules give to
``re`` nor the functions that ``dataclasses`` writes, of both of which some hundreds are made before
the first line of a source is read. Replaced are ``compile`` of ``re._compiler`` and, there, what
it knows as ``_sre``; and ``exec`` as ``dataclasses`` knows it.
"""

from __future__ import annotations

import dataclasses
import marshal
import re
import sys
import threading
from types import CodeType, SimpleNamespace
from typing import Any

from bulletin_press import kept

_KEY = ("startup", f"{sys.version} {sys.flags.optimize}")
_MOST = 2_000  # of each: more are not of modules


class _Compiled:
    """What was compiled in this process or an earlier run, by what it was compiled from."""

    def __init__(self, store: kept.Store) -> None:
        self._store = store
        self.expressions, self.functions = self._found()
        self._before = self._count()

    def _found(self) -> tuple[dict[Any, Any], dict[str, CodeType]]:
        found = self._store.get(*_KEY)
        return marshal.loads(found) if found else ({}, {})

    def _count(self) -> int:
        return len(self.expressions) + len(self.functions)

    def keep(self) -> None:
        """Put what is new into the store, with what another process has put there."""
        if self._count() == self._before:
            return
        expressions, functions = self._found()
        made = expressions | self.expressions, functions | self.functions
        self._store.put(marshal.dumps(made), *_KEY)
        self._before = self._count()


_RUNNING: list[_Compiled] = []


def quicken() -> None:
    """Take what is kept in place of compiling it, in this process and those that it forks.

    Does nothing in a Python without the parts that are replaced.
    """
    folder = kept.default()
    compiler = getattr(re, "_compiler", None)
    if folder is None or not hasattr(compiler, "_sre") or not hasattr(compiler, "compile"):
        return
    compiled = _Compiled(kept.Store(folder))
    _take_expressions(compiler, compiled.expressions)
    _take_functions(compiled.functions)
    _RUNNING.append(compiled)


def keep() -> None:
    """Keep for the next run what this process has compiled, if that is asked for."""
    for compiled in _RUNNING:
        compiled.keep()


def _take_expressions(compiler: Any, known: dict[Any, Any]) -> None:
    engine, compile_ = compiler._sre, compiler.compile
    asked = threading.local()  # the expression that a thread has in hand

    def noted(pattern: Any, flags: int, code: list[int], *groups: Any) -> Any:
        key = getattr(asked, "key", None)
        if key and len(known) < _MOST:
            known[key] = pattern, int(flags), list(map(int, code)), *groups
        return engine.compile(pattern, flags, code, *groups)

    def compiled(pattern: Any, flags: int = 0) -> Any:
        key = pattern, int(flags)
        if type(pattern) not in (str, bytes) or flags & re.DEBUG:
            return compile_(pattern, flags)
        if key in known:
            return engine.compile(*known[key])
        asked.key = key
        try:
            return compile_(pattern, flags)
        finally:
            asked.key = None

    compiler._sre = SimpleNamespace(**vars(engine) | {"compile": noted})
    compiler.compile = compiled


def _take_functions(known: dict[str, CodeType]) -> None:
    def run(text: str, *spaces: Any) -> None:
        code = known.get(text)
        if code is None:
            code = compile(text, "<string>", "exec")
            if len(known) < _MOST:
                known[text] = code
        exec(code, *spaces)

    vars(dataclasses)["exec"] = run
