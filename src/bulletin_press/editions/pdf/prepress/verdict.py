"""What a printing house would send back: the faults of a press PDF, at their source lines."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from math import ceil

from bulletin_press.editions.pdf.prepress import pictures as pictures_of
from bulletin_press.editions.pdf.prepress.content import Mark
from bulletin_press.editions.pdf.prepress.inspection import Facts, Picture
from bulletin_press.issue import Issue
from bulletin_press.problems import Problem, problem

LEAST_DPI = 200
_SMALL = 12.0  # points
_DARK, _TRACE = 0.5, 0.1
INKS = frozenset({"CMYK", "Gray", "Separation", "Pattern"})


def names(resources: Mapping[str, bytes], pictures: Mapping[str, str]) -> dict[str, str]:
    """The paths of pictures by their names in the file, which WeasyPrint makes of addresses.

    ``pictures`` are the paths by address, ``resources`` the files. A picture within a drawing has
    the drawing's path.
    """
    found = {}
    for address, path in pictures.items():
        for one in (address, *pictures_of.inner(resources[address])):
            name = hashlib.md5(one.encode(), usedforsecurity=False).hexdigest()
            found[f"i{name}0"] = found[f"i{name}1"] = path
    return found


def check(
    issue: Issue, facts: Facts, labels: Sequence[str], paths: Mapping[str, str]
) -> Iterator[Problem]:
    """The faults of a file; ``labels`` are its pages', ``paths`` its pictures' by name."""
    masthead, printing = issue.place(issue.document), issue.publication.printing
    yield from _coarse(issue, facts, paths)
    for number, sheet in enumerate(facts.sheets):
        if sheet.unbled:
            message = f"something on page {labels[number]} ends at the paper's edge"
            yield problem("L122", message, masthead)
    for one in facts.colours:
        if is_rich(one):
            message = (
                f"text of {one.size:g} pt on page {labels[one.page - 1]} is printed in four inks,"
                f" {written(one.space, one.parts)}"
            )
            yield problem("L121", message, masthead)
    most, where = facts.ink
    if most > printing.ink_limit:
        message = f"{most} % of ink {where}, more than {printing.ink_limit} %"
        yield problem("L123", message, masthead)
    if printing.icc_profile and (left := sorted(facts.spaces - INKS)):
        yield problem("L124", f"colours are left that are no inks: {', '.join(left)}", masthead)


def _coarse(issue: Issue, facts: Facts, paths: Mapping[str, str]) -> Iterator[Problem]:
    """Pictures that have too few pixels for their size, each where it is shown."""
    shown: dict[str, list[Picture]] = {}
    for one in facts.pictures:
        if one.name in paths:
            shown.setdefault(paths[one.name], []).append(one)
    for path, uses in shown.items():
        nodes = issue.showing(path)
        if len(nodes) != len(uses):
            uses, nodes = [min(uses, key=lambda one: one.dpi)], nodes[:1]
        for node, use in zip(nodes, uses, strict=False):
            if use.dpi < LEAST_DPI:
                width, height = (points / 72 for points in use.size)
                message = (
                    f"“{path.rpartition('/')[2]}” is printed with {use.dpi:.0f} dots to an inch,"
                    f" {width * 25.4:.0f} × {height * 25.4:.0f} mm large"
                )
                hint = (
                    f"take one of {ceil(width * LEAST_DPI)} × {ceil(height * LEAST_DPI)} pixels"
                    " or more, or print it smaller by :width:"
                )
                yield problem("L120", message, issue.place(node), hint)


def is_rich(one: Mark) -> bool:
    """Whether it is small text in a near black of four inks."""
    small = one.space == "CMYK" and 0 < one.size < _SMALL
    return small and one.parts[3] >= _DARK and min(one.parts[:3]) >= _TRACE


def written(space: str, parts: Sequence[float]) -> str:
    """A colour as printers write it: C 100 M 80 Y 0 K 20, without inks that it has not."""
    if space == "CMYK":
        given = zip("CMYK", parts, strict=True)
        return " ".join(f"{ink} {100 * part:.0f}" for ink, part in given if part) or "paper white"
    if space == "Gray":
        return f"K {100 * (1 - parts[0]):.0f}" if parts[0] < 1 else "paper white"
    if space == "RGB":
        return " ".join(f"{sign} {255 * part:.0f}" for sign, part in zip("RGB", parts, strict=True))
    return space
