"""The engine imported quickly: its C declarations from the store, font tools only when used.

WeasyPrint declares some hundred C functions to cffi as text, which cffi parses at each import.
cffi can also write such declarations down in the form its backend takes (cffi, "Out-of-line, ABI
level"); that form is kept. While WeasyPrint is imported, a stand-in for cffi takes the text and
gives the backend what was kept. fontTools and Pillow's colour management, which it imports but
needs for few documents, come when a name of theirs is first used. Of its own style sheets those
for forms and for attributes such as ``bgcolor``, which no layout here asks for, stay empty; what it
makes of the main one comes from the store.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import io
import marshal
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from bulletin_press import kept
from bulletin_press.editions.pdf.shortcuts import sheets

_LATE = {
    "fontTools": ("subset",),
    "fontTools.ttLib": ("TTFont", "woff2", "ttFont"),
    "fontTools.varLib.instancer": ("instantiateVariableFont",),
    "PIL.ImageCms": ("ImageCmsProfile",),
}
_MAIN, _UNASKED = "html5_ua.css", ("html5_ua_form.css", "html5_ph.css")


def load() -> None:
    """Import WeasyPrint; the plain way if anything stands against the quick one."""
    if "weasyprint" in sys.modules:
        return
    before = set(sys.modules)
    stand_ins = {name: one for name, one in _late().items() if not before & _family(name)}
    if kept.store():
        stand_ins["cffi"] = _cffi()
        sys.modules.pop("cffi", None)
    sys.modules.update(stand_ins)
    try:
        with _fewer_sheets() as (text, data):
            import weasyprint
        sheets.fill(text, data)
    except Exception:
        _withdraw(stand_ins)
        for name in set(sys.modules) - before:
            if name.partition(".")[0] == "weasyprint":
                del sys.modules[name]
        import weasyprint  # noqa: F401
    finally:
        _withdraw(stand_ins)


@contextlib.contextmanager
def _fewer_sheets() -> Iterator[tuple[str, bytes | None]]:
    """Find no rules in style sheets that are not asked for, nor in the main one if it is kept.

    Gives the text of that one, and what is kept of it.
    """
    import tinycss2

    spec, parse = find_spec("weasyprint"), tinycss2.parse_stylesheet
    assert spec
    assert spec.origin
    folder = Path(spec.origin).parent / "css"
    main, *unasked = ((folder / name).read_text("utf-8") for name in (_MAIN, *_UNASKED))
    if data := sheets.engines(main):
        unasked.append(main)
    tinycss2.parse_stylesheet = lambda text: [] if text in unasked else parse(text)
    try:
        yield main, data
    finally:
        tinycss2.parse_stylesheet = parse


def _family(name: str) -> set[str]:
    """The modules without which ``name`` is known not to have been imported."""
    return {name.partition(".")[0]} if name.startswith("fontTools") else {name}


def _withdraw(stand_ins: dict[str, ModuleType]) -> None:
    for name, one in stand_ins.items():
        if sys.modules.get(name) is one:
            del sys.modules[name]


def _cffi() -> ModuleType:
    """A module with one class, the backend's, whose declarations come from the store."""
    import _cffi_backend

    class FFI(_cffi_backend.FFI):  # type: ignore[misc]
        def __init__(self) -> None:
            """Wait for the declarations."""

        def cdef(self, source: str) -> None:
            def made() -> bytes:
                return marshal.dumps(_compiled(source))

            version = (sys.version, _cffi_backend.__version__, source)
            values = marshal.loads(kept.made(made, "declarations", *version))
            _cffi_backend.FFI.__init__(self, "declarations", **values)

    module = ModuleType("cffi")
    vars(module)["FFI"] = FFI
    return module


def _compiled(source: str) -> dict[str, Any]:
    """The declarations as keyword arguments of the backend's FFI."""
    stand_in = sys.modules.pop("cffi", None)
    try:
        import cffi

        whole = cffi.FFI()
        whole.cdef(source)
        whole.set_source("declarations", None)
        with tempfile.TemporaryDirectory(prefix="bulletin-press-") as folder:
            path = Path(folder, "declarations.py")
            with contextlib.redirect_stdout(io.StringIO()):
                whole.emit_python_code(str(path))
            written = ast.parse(path.read_text("utf-8"))
    finally:
        if stand_in:
            sys.modules["cffi"] = stand_in
    call = next(node for node in ast.walk(written) if isinstance(node, ast.Call))
    return {str(one.arg): ast.literal_eval(one.value) for one in call.keywords}


def _late() -> dict[str, ModuleType]:
    """Modules whose names are looked up in the true ones when they are first used."""
    made: dict[str, ModuleType] = {}
    for name, names in _LATE.items():
        for whole in (name.rpartition(".")[0], name):
            if whole and whole != "PIL" and whole not in made:
                made[whole] = ModuleType(whole)
                vars(made[whole])["__path__"] = []
        for one in names:
            vars(made[name])[one] = _Later(name, one)
    vars(made["fontTools.ttLib"])["TTLibError"] = _NeverRaised
    for name, module in made.items():
        above, _, last = name.rpartition(".")
        if above in made:
            vars(made[above])[last] = module
    return made


class _NeverRaised(Exception):  # noqa: N818
    """Stands for an error of a module that is not there to raise it."""


class _Later:
    """A name of a module that is imported when the name is used."""

    def __init__(self, module: str, name: str) -> None:
        vars(self).update(_module=module, _name=name)

    def _found(self) -> Any:
        module = importlib.import_module(self._module)
        if self._module.startswith("fontTools"):
            import fontTools.ttLib
            from weasyprint.pdf import fonts

            fonts.TTLibError = fontTools.ttLib.TTLibError
        if not hasattr(module, self._name):
            return importlib.import_module(f"{self._module}.{self._name}")
        return getattr(module, self._name)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._found(), name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._found(), name, value)

    def __call__(self, *given: Any, **more: Any) -> Any:
        return self._found()(*given, **more)
