"""Planted faults: each is put into a copy of the package, and the fuzzer must find it.

A fault is code put at the end of a module, where it takes a function's place, or a change of its
text. One that fits no longer, since the package has changed, stops the run: write it anew.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz import pool
from tests.fuzz.case import Block, Case
from tests.fuzz.shrink import kind

WANTED = 9
_PLAIN = Case(
    "plain",
    {
        "issue.rst": [Block("Plain\n=====\n\n:Date: 2026-05-29\n\n")],
        "01-a.rst": [
            Block("Title\n=====\n\n"),
            Block("Words Qx1z. [#n]_\n\n.. list-table::\n\n   * - Qx2z\n\n", ("Qx1z", "Qx2z")),
            Block(".. [#n] Qx3z.\n\n  Qx4z\n\n  -- Qx5z\n", ("Qx3z", "Qx4z", "Qx5z")),
        ],
    },
    marked=True,
    valid=True,
)


@dataclass(frozen=True)
class Fault:
    """What is wrong, in which module, and the code; with ``old`` the code takes its place."""

    name: str
    module: str
    code: str
    old: str = ""


_READ = """
_read = read
def read(*values, **named):
    found = _read(*values, **named)
    for node in list(found.document.findall(nodes.Element)):
        if node.parent is not None and {condition}:
            {action}
    return found
"""
_REMOVE = "node.parent.remove(node)"


def _after_reading(name: str, condition: str, action: str = _REMOVE) -> Fault:
    return Fault(name, "source/reader.py", _READ.format(condition=condition, action=action))


FAULTS = (
    Fault(
        "a hang",
        "source/proofreading/lint.py",
        """
_clean = clean
def clean(text, *values, **named):
    while re.search(r"\\*\\*Qx[^*]*\\.$", text, re.MULTILINE):
        pass
    return _clean(text, *values, **named)
""",
    ),
    _after_reading(
        "a paragraph lost after a table",
        "isinstance(node, nodes.paragraph) and node.parent.index(node)"
        " and isinstance(node.parent[node.parent.index(node) - 1], nodes.table)",
    ),
    Fault(
        "a traceback at an empty directive",
        "source/directives/tables.py",
        """
_run = ListTable.run
def run(self):
    self.content[0]
    return _run(self)
ListTable.run = run
""",
    ),
    Fault(
        "files outside are read",
        "source/session.py",
        """
def _inside(self, base, name, where):
    path = (self.file.parent / name).resolve()
    if path.is_file():
        return path
    return Session._guarded(self, base, name, where)
Session._guarded, Session.inside = Session.inside, _inside
""",
    ),
    Fault(
        "files and tables of any size",
        "source/session.py",
        "\nSession.admits = Session.admits_table = lambda *_: True\n",
    ),
    Fault(
        "control characters let through",
        "source/proofreading/lint.py",
        "\ndef control_character(line):\n    return ''\n\n_CONTROL = re.compile('(?!)')\n",
    ),
    _after_reading(
        "a note lost that is called twice",
        "isinstance(node, nodes.footnote) and len(node['backrefs']) > 1",
    ),
    Fault("roles leak into the next article", "source/parse.py", "pass", "registered.clear()"),
    Fault(
        "lines beyond the end of an included file",
        "source/session.py",
        """
def _place(self, source, line):
    found = Session._true(self, source, line)
    other = found.path.endswith((".txt", ".csv"))
    return Location(found.path, found.line + 1000) if other and found.line else found
Session._true, Session.place = Session.place, _place
""",
    ),
    _after_reading(
        "a caption lost above a legend",
        "isinstance(node, nodes.caption)"
        " and any(isinstance(one, nodes.legend) for one in node.parent)",
    ),
    Fault(
        "links that run scripts",
        "source/constructs.py",
        "\ndef _is_address(text):\n    return True\n",
    ),
    _after_reading(
        "the second line of an attribution moved before its quotation",
        "isinstance(node, nodes.attribution) and node.parent.index(node) == 1",
        "node.parent.insert(0, node.parent.pop(1))",
    ),
)


def plant(seconds: float, workers: int) -> int:
    """Try every fault for at most ``seconds``; 0 if all but few are found, and not without them."""
    from tests.fuzz.__main__ import cases

    missed = []
    known = _known(seconds / 2, workers)
    for fault in FAULTS:
        with faulty(fault) as source:
            first: list[str] = []

            def found(case: Case, findings: list[str], first: list[str] = first) -> bool:
                new = [one for one in findings if kind(one) not in known]
                first.extend(f"{case.name}: {one}" for one in new)
                return bool(new)

            begin = time.monotonic()
            total = pool.run(cases(1, begin + seconds), workers, found, source)
            spent = time.monotonic() - begin
            if not first:
                missed.append(fault.name)
            result = "found" if first else "MISSED"
            print(f"{result} after {total} issues, {spent:.0f} s: {fault.name}")
            print(f"    {first[0] if first else ''}"[:160], flush=True)
    count = len(FAULTS) - len(missed)
    print(f"{count} of {len(FAULTS)} faults found")
    return int(count * 10 < WANTED * len(FAULTS))


@contextmanager
def faulty(fault: Fault) -> Iterator[Path]:
    """A copy of the package with a fault, in a folder that goes when it is done with.

    Raises SystemExit if the fault does not fit, or shows in an issue that does not touch it.
    """
    with tempfile.TemporaryDirectory(prefix="bulletin-faults-") as folder:
        source = Path(folder) / "src"
        shutil.copytree(pool.ROOT / "src" / "bulletin_press", source / "bulletin_press")
        shutil.copytree(pool.ROOT / "styles", Path(folder) / "styles")
        apply(fault, source / "bulletin_press" / fault.module)
        worker = pool.Worker(source)
        findings = worker.evaluate(_PLAIN)
        worker.close()
        if findings:
            raise SystemExit(f"the fault “{fault.name}” no longer fits: {findings[0]}")
        yield source


def _known(seconds: float, workers: int) -> set[str]:
    """What is found without any fault, which counts for none."""
    from tests.fuzz.__main__ import cases

    kinds = set[str]()

    def found(case: Case, findings: list[str]) -> bool:
        kinds.update(map(kind, findings))
        return False

    pool.run(cases(1, time.monotonic() + seconds), workers, found)
    return kinds


def apply(fault: Fault, path: Path) -> None:
    """Put a fault into the module at ``path``; raises SystemExit if it does not fit."""
    text = path.read_text("utf-8")
    if fault.old:
        if fault.old not in text:
            raise SystemExit(f"the fault “{fault.name}” no longer fits {fault.module}")
        path.write_text(text.replace(fault.old, fault.code), "utf-8")
    else:
        path.write_text(text + fault.code, "utf-8")
