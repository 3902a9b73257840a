"""One issue made, laid out and read back: the findings, one line each."""

from __future__ import annotations

import io
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pikepdf
import pypdfium2

from bulletin_press import press
from bulletin_press.editions import pdf
from bulletin_press.problems import Problem, ProblemsError, errors
from tests.fuzz.case import Case
from tests.pages import content, layout, structure, tagging
from tests.pages.issues import Made
from tests.pages.model import Expected

# What the press may do where it says so, as often as it says so.
_TOLD = {"L108": "heading", "L109": "note", "L110": "note"}


def build(made: Made, case: Case | None = None) -> tuple[bytes, list[str], Counter[str]]:
    """The PDF of an issue or a smaller ``case`` of it, why there is none, and codes of warnings."""
    with tempfile.TemporaryDirectory(prefix="bulletin-pages-") as folder:
        issue = made.write(Path(folder).resolve(), case)
        read = press.read(issue)
        if wrong := errors(read.problems):
            return b"", _refused(wrong), Counter()
        try:
            printed = pdf.render(read.issue)
        except ProblemsError as error:
            return b"", _refused(errors(error.problems)), Counter()
        (data,) = printed.edition.files.values()
        return data, [], Counter(one.code for one in printed.problems)


def _refused(problems: Iterable[Problem]) -> list[str]:
    return [f"refused: {str(one).splitlines()[0]}" for one in problems]


def judge(data: bytes, expected: Expected, language: str) -> list[str]:
    """The findings of a finished PDF."""
    labels = pypdfium2.PdfDocument(data)
    with pikepdf.open(io.BytesIO(data)) as file:
        held = content.read(file)
        tree = structure.read(file, held)
        named = [labels.get_page_label(number) for number in range(len(file.pages))]
        shown = layout.pages(file, held, named)
        found = [*layout.check(shown, expected)]
        found += tagging.check(file, held, tree, shown, expected, language)
    labels.close()
    return found


def findings(made: Made, case: Case | None = None) -> list[str]:
    """All that is wrong with an issue's PDF."""
    data, wrong, codes = build(made, case)
    told = Counter[str]()
    for code, times in codes.items():
        told[_TOLD.get(code, "")] += times
    left = []
    for one in wrong or judge(data, made.expected(case), made.language):
        kind = one.partition(":")[0]
        told[kind] -= 1
        if kind not in _TOLD.values() or told[kind] < 0:
            left.append(one)
    return left
