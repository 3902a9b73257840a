"""Ace by DAISY, the judge of an e-book's accessibility: many EPUBs in one Node and one Chromium."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.judging import MODULES
from tests.judging.browser import program

_SCRIPT = """
const { createRequire } = require('node:module');
const fs = require('node:fs');
const need = createRequire(process.argv[1] + '/@daisy/ace-core/package.json');
const ace = need('@daisy/ace-core');
const runner = createRequire(process.argv[1] + '/x')('@daisy/ace-axe-runner-puppeteer');
need('winston').configure({ silent: true });

let launched;
const kept = { ...runner, launch: () => (launched ??= runner.launch()), close: async () => {} };

async function main() {
    const reports = [];
    for (const book of process.argv.slice(2))
        try {
            reports.push((await ace(book, { cwd: '.', outdir: book + '.ace' }, kept))[1]);
        } catch (error) {
            reports.push({ error: String(error) });
        }
    if (launched) await runner.close();
    fs.writeFileSync('report.json', JSON.stringify(reports));
}
main();
"""
_SECONDS, _SECONDS_EACH = 120, 60


def ace(books: Mapping[str, bytes]) -> dict[str, tuple[str, ...]]:
    """Every violation that Ace finds in EPUBs, by their names: one line for each element.

    Ace takes an EPUB for valid; ask EPUBCheck about that.
    """
    if not books:
        return {}
    with tempfile.TemporaryDirectory(prefix="bulletin-ace-") as name:
        folder = Path(name)
        files = [f"{number}.epub" for number in range(len(books))]
        for file, data in zip(files, books.values(), strict=True):
            (folder / file).write_bytes(data)
        state = ("TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME")
        done = subprocess.run(
            ["node", "--input-type=commonjs", "--eval", _SCRIPT, str(MODULES), *files],
            cwd=folder,
            env={
                **os.environ,
                **dict.fromkeys(state, name),
                "ACE_TIMEOUT_INITIAL": str(1000 * _SECONDS),
                "PUPPETEER_EXECUTABLE_PATH": program(),
            },
            capture_output=True,
            text=True,
            timeout=_SECONDS + _SECONDS_EACH * len(books),
            check=False,
        )
        report = folder / "report.json"
        assert report.is_file(), done.stderr
        told = json.loads(report.read_text("utf-8"))
    return {book: _faults(one) for book, one in zip(books, told, strict=True)}


def _faults(report: dict[str, Any]) -> tuple[str, ...]:
    if "error" in report:
        return (f"Ace gave no verdict: {report['error']}",)
    found = []
    for document in report["assertions"]:
        where = document["earl:testSubject"]["url"]
        for one in document["assertions"]:
            rule, told = one["earl:test"], one["earl:result"]
            place = " ".join(map(str, told.get("earl:pointer", {}).get("css", [])))
            words = " ".join(told["dct:description"].split())
            found.append(f"Ace {rule['dct:title']}: {where} {place}: {words}")
    if not found and report["earl:result"] != {"earl:outcome": "pass"}:
        found.append("Ace refuses it without a reason")
    return tuple(found)
