"""Style sheets as the engine has them once it has read them, from the store.

WeasyPrint's ``CSS`` parses a text, checks each value and compiles each selector. What it has in the
end follows from the text alone, but for faces, profiles, layers and imported sheets: so rules for
faces at the begin of a sheet are read by the engine, and what it makes of the rest is kept.
"""

from __future__ import annotations

import io
import logging
import marshal
import pickle
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FunctionType
from typing import Any

from bulletin_press import kept as results
from bulletin_press.editions.pdf.shortcuts.replacing import replacements

_KIND = "sheets"
_FACES = re.compile(r"(?:\s*@font-face\s*\{[^{}]*\})*")
_MORE = re.compile(
    r"@(?:font-face|color-profile|import|layer|counter-style|[^\s;{}(\"']*\\)", re.IGNORECASE
)  # or a name that is written with escapes


@contextmanager
def kept() -> Iterator[None]:
    """Take what the engine makes of style sheets from the store, and put there what it makes."""
    import weasyprint

    make, store = weasyprint.CSS.__init__, results.store()

    def made(self: Any, *sources: Any, **options: Any) -> None:
        text = options.get("string") or ""
        faces = _FACES.match(text)
        end = faces.end() if faces else 0
        if sources or options.get("matcher") or _MORE.search(text, end) or store is None:
            make(self, *sources, **options)
            return
        about = str([options.get(name) for name in ("base_url", "media_type", "layer")])
        key = (_KIND, sys.version, text[end:], about)
        found = _unpacked(store.get(*key))
        if found is not None:
            make(self, **options | {"string": text[:end]})
            _give(self, {}, found)
            return
        before = len(options.get("page_rules") or ())
        with _told() as told:
            make(self, **options)
        if not told and (data := _packed(self, self.page_rules[before:], {})):
            store.put(data, *key)

    with replacements() as replace:
        replace(weasyprint.CSS, "__init__", made)
        yield


def engines(text: str) -> bytes | None:
    """What is kept of the engine's own sheet."""
    store = results.store()
    return store.get(_KIND, sys.version, text) if store else None


def fill(text: str, data: bytes | None) -> None:
    """Give the engine what it makes of its own sheet, if it was imported without for ``data``.

    Else that is put into the store.
    """
    from weasyprint import html

    sheet, counters = html.UA_STYLESHEET, html.UA_COUNTER_STYLE
    found, store = _unpacked(data), results.store()
    if found is not None:
        _give(sheet, counters, found)
        return
    if data is not None:
        sheet.__init__(string=text, counter_style=counters)
    made = _packed(sheet, sheet.page_rules, counters)
    if store and made:
        store.put(made, _KIND, sys.version, text)


def _give(sheet: Any, counters: Any, found: Any) -> None:
    """Give a sheet, and ``counters``, what was unpacked."""
    matcher, page_rules, styles = found
    vars(sheet.matcher).update(matcher)
    sheet.page_rules.extend(page_rules)
    counters.update(styles)


class _Packer(pickle.Pickler):
    """Packs what cssselect2 compiles of selectors too."""

    def reducer_override(self, value: Any) -> Any:
        from cssselect2 import compiler

        if isinstance(value, FunctionType) and "__name__" not in value.__globals__:
            names = sorted(value.__globals__.keys() - {"__builtins__"})
            if not all(value.__globals__[name] is getattr(compiler, name, None) for name in names):
                raise pickle.PicklingError
            return _test, (marshal.dumps(value.__code__), names)
        return NotImplemented


def _packed(sheet: Any, page_rules: list[Any], counters: Any) -> bytes | None:
    """The selectors of a sheet with their declarations, its rules for pages, and for counters."""
    rules = [(None, *rest) for _, *rest in page_rules]  # the first is for messages
    octets = io.BytesIO()
    try:
        _Packer(octets, pickle.HIGHEST_PROTOCOL).dump((vars(sheet.matcher), rules, dict(counters)))
    except (pickle.PicklingError, TypeError, AttributeError, RecursionError):
        return None
    return octets.getvalue()


def _unpacked(data: bytes | None) -> Any:
    if data is None:
        return None
    try:
        return pickle.loads(data)
    except (pickle.UnpicklingError, AttributeError, ImportError, EOFError, ValueError, TypeError):
        return None


def _test(code: bytes, names: list[str]) -> FunctionType:
    """What tells whether an element is one that a selector selects, by ``names`` of cssselect2."""
    from cssselect2 import compiler

    return FunctionType(marshal.loads(code), {name: getattr(compiler, name) for name in names})


@contextmanager
def _told() -> Iterator[list[logging.LogRecord]]:
    """Collect what the engine says meanwhile."""
    told: list[logging.LogRecord] = []

    class Collect(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            told.append(record)

    logger, collect = logging.getLogger("weasyprint"), Collect(logging.WARNING)
    logger.addHandler(collect)
    try:
        yield told
    finally:
        logger.removeHandler(collect)
