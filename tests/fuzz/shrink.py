"""A failing case made small: files, then blocks, then lines are taken out while it still fails."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.fuzz.case import Block, Case

Kind = str


def kind(finding: str) -> Kind:
    """What two findings of one cause have in common: all but words, places and numbers."""
    head, _, rest = finding.partition(": ")
    rest = re.sub(r"Qx\w+|“[^”]*”|'[^']*'|\[.*\]|\S+\.(rst|txt|csv)\S*|\S*/\S*|\d+", "", rest)
    return f"{head}: {' '.join(rest.split())}"[:80]


def shrink(case: Case, finding: str, evaluate: Callable[[Case], list[str]], most: int) -> Case:
    """The smallest case found that still has a finding of this kind, in ``most`` readings."""
    left = [most]

    def fails(smaller: Case) -> bool:
        left[0] -= 1
        return any(kind(one) == kind(finding) for one in evaluate(smaller))

    best = case
    for name in [*case.data, *case.links, *case.files]:
        if name != "issue.rst" and left[0] > 0 and fails(smaller := _without(best, name)):
            best = smaller
    for split in (False, True):
        if split and best.marked:
            break
        for name in list(best.files):
            size = len(best.files[name]) // 2
            while size and left[0] > 0:
                at = 0
                while at < len(best.files[name]) and left[0] > 0:
                    blocks = best.files[name]
                    smaller = _with(best, name, blocks[:at] + blocks[at + size :])
                    if fails(smaller):
                        best = smaller
                    else:
                        at += size
                size //= 2
    return best


def _without(case: Case, name: str) -> Case:
    return Case(
        case.name,
        {key: value for key, value in case.files.items() if key != name},
        {key: value for key, value in case.data.items() if key != name},
        {key: value for key, value in case.links.items() if key != name},
        case.marked,
        case.valid,
    )


def _with(case: Case, name: str, blocks: list[Block]) -> Case:
    files = {**case.files, name: blocks}
    return Case(case.name, files, case.data, case.links, case.marked, case.valid)
