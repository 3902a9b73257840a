"""One mistake, one message: problems that only follow from another one at hand are left out.

A rule says which codes may follow from which, and how near. What a rule leaves out always lies
beside the problem it follows from, and no rules run in a circle: so a mistake keeps a message.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bulletin_press.problems import Problem
from bulletin_press.source.proofreading import places

REACH = 80
_OWNERS_REACH = 2000
_DIRECTIVE = re.compile(r"\s*\.\. (?:\|[^|]+\| +)?[\w-]+ ?::")
_LABEL = re.compile(r"\s*\.\. _(`?)(?P<name>.+?)\1:\s*$")
_NAME = re.compile(r"\s*:name:\s*(?P<name>\S.*)")
_FENCE = re.compile(r"\s*(```|~~~)")
_RULE = re.compile(r"\s*([!-/:-@\[-`{-~])\1*\s*$")
_NOTE = re.compile(r"\s*\.\. \[(?P<label>[^\]]+)\]")
_LOST = frozenset({"S102", "S103", "S110", "S118", "S120", "S122", "S123", "S126"})
_IN_FENCES = frozenset(
    "S104 S105 S106 S107 S109 S110 S203 S205 S206 S213 S214 S215 S216 S217 S218 S219 S223".split()
)
_LINKS = frozenset({"S107"})

Texts = Mapping[str, Sequence[str]]


def _block(lines: Sequence[str], line: int) -> range:
    """The lines around ``line`` without an empty one between, none indented less than it."""
    edge = places.indent(lines[line - 1])

    def belongs(at: int) -> bool:
        here = lines[at - 1]
        return bool(here.strip()) and places.indent(here) >= edge and abs(at - line) <= REACH

    first = last = line
    while first > 1 and belongs(first - 1):
        first -= 1
    while last < len(lines) and belongs(last + 1):
        last += 1
    return range(first, last + 1)


def _run(lines: Sequence[str], line: int) -> range:
    """The lines around ``line`` without an empty one between, however indented."""
    first = last = line
    while first > 1 and lines[first - 2].strip() and line - first < REACH:
        first -= 1
    while last < len(lines) and lines[last].strip() and last - line < REACH:
        last += 1
    return range(first, last + 1)


def _line(lines: Sequence[str], line: int) -> range:
    return range(line, line + 1)


def _line_and_next(lines: Sequence[str], line: int) -> range:
    return range(line, line + 2)


def _below(lines: Sequence[str], line: int) -> range:
    """The block of ``line``, and what stands below it, indented further."""
    edge, last = places.indent(lines[line - 1]), _block(lines, line)[-1]
    for at in range(last + 1, min(len(lines), last + REACH) + 1):
        if lines[at - 1].strip():
            if places.indent(lines[at - 1]) <= edge:
                break
            last = at
    return range(line, last + 1)


def _next_block(lines: Sequence[str], line: int) -> range:
    """The block of ``line``, the block after it, and what stands below that, indented further."""
    end = _block(lines, line)[-1]
    for at in range(end + 1, min(len(lines), end + REACH) + 1):
        if lines[at - 1].strip():
            return range(line, _below(lines, at)[-1] + 1)
    return range(line, end + 1)


def _owners(lines: Sequence[str], line: int) -> frozenset[int]:
    """The lines around ``line``, and those above that it is indented below."""
    return frozenset({*_run(lines, line), *_above(lines, line)})


def _above(lines: Sequence[str], line: int) -> frozenset[int]:
    """The lines above ``line`` that it is indented below."""
    found, edge = set[int](), places.indent(lines[line - 1])
    for at in range(line - 1, max(0, line - _OWNERS_REACH), -1):
        here = lines[at - 1]
        if here.strip() and places.indent(here) < edge:
            found.add(at)
            edge = places.indent(here)
        if not edge:
            break
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Rule:
    """Of a problem ``cause``, problems with the codes ``effects`` follow in the lines ``reach``."""

    cause: str
    effects: frozenset[str]
    reach: Callable[[Sequence[str], int], Iterable[int]]


def _rule(cause: str, effects: str, reach: Callable[[Sequence[str], int], Iterable[int]]) -> Rule:
    return Rule(cause, frozenset(effects.split()), reach)


RULES = (
    # A line indented unlike its neighbours is also a quotation, or the explanation of a term.
    _rule("S110", "S215 S216", _run),
    _rule("S110", "S205", _line_and_next),
    # An invisible sign that breaks a line cuts the list or paragraph around it.
    _rule("S208", "S110 S215", _line_and_next),
    # Lines that fall to the field, or to the chart, above them are not what it takes.
    _rule("S110", "S113 S126", _above),
    # The list that runs into a line of text is cut to pieces by its further lines.
    _rule("S203", "S110 S205 S215 S216", _below),
    # The row, option or sign that breaks a table breaks what stands around it.
    _rule("S123", "S120", _owners),
    _rule("S123", "S110 S215 S216 S221", _run),
    _rule("S121", "S123", _line),
    _rule("S120", "S212", _line),
    # A directive that is no directive leaves its lines behind: a quotation, or code.
    _rule("S209", "S110 S215 S216 S219", _below),
    _rule("S214", "S110", _block),
    _rule("S219", "S110 S215 S216", _next_block),
    # A line of signs under a line of words makes a heading of it, where none can stand.
    _rule("S104", "S105 S106 S223", _block),
    _rule("S109", "S221", _line),
    _rule("S107", "S221", _line),
)


def without(problems: Sequence[Problem], texts: Texts) -> list[Problem]:
    """The problems without those that follow from others; HTML signs in one line are told at once.

    ``texts`` holds the lines of each file, by the path that a problem's place names.
    """
    page = _Page(problems, texts)
    dropped = {
        id(one)
        for part in (
            page.by_rules(),
            page.of_titles(),
            page.of_fences(),
            page.of_glued_calls(),
            page.of_lost_labels(),
            page.said_again(),
            page.of_doubles(),
        )
        for one in part
    }
    return list(_together([one for one in problems if id(one) not in dropped], texts))


class _Page:
    """The problems at hand, by file and line."""

    def __init__(self, problems: Sequence[Problem], texts: Texts) -> None:
        self.problems, self.texts = problems, texts
        self.at: dict[tuple[str, int], list[Problem]] = defaultdict(list)
        for one in problems:
            self.at[one.where.path, one.where.line].append(one)

    def _lines(self, one: Problem) -> Sequence[str]:
        """The text of a problem's file, if its line is in it."""
        lines = self.texts.get(one.where.path, ())
        return lines if 0 < one.where.line <= len(lines) else ()

    def _with(self, code: str) -> Iterator[tuple[Problem, Sequence[str]]]:
        for one in self.problems:
            if one.code == code and (lines := self._lines(one)):
                yield one, lines

    def by_rules(self) -> Iterator[Problem]:
        """What follows from another problem by one of the rules."""
        codes = {one.code for one in self.problems}
        for rule in RULES:
            if codes.isdisjoint(rule.effects):
                continue
            seen = set[tuple[str, int]]()
            for cause, lines in self._with(rule.cause):
                place = cause.where.path, cause.where.line
                if place in seen:
                    continue
                seen.add(place)
                for at in rule.reach(lines, cause.where.line):
                    for one in self.at.get((cause.where.path, at), ()):
                        if one.code in rule.effects:
                            yield one

    def of_titles(self) -> Iterator[Problem]:
        """What follows from a title that is none: fields, text and headings without a title.

        A heading underlined with the sign that the title has stays a mistake of its own.
        """
        for cause, lines in self._with("S104"):
            first = next(at for at, line in enumerate(lines, 1) if line.strip())
            block = _block(lines, first)
            if cause.where.line not in block:
                continue
            signs = [line.strip()[0] for line in lines[first - 1 : block[-1]] if _RULE.match(line)]
            below = _next_block(lines, block[-1])
            for one in self.problems:
                if one.where.path != cause.where.path:
                    continue
                if one.code == "S222" and one.where.line in below:
                    yield one
                known = one.where.line not in block and self._is_underlined(one, signs)
                if one.code == "S105" and not known:
                    yield one

    def _is_underlined(self, one: Problem, signs: Sequence[str]) -> bool:
        lines = self._lines(one)
        near = lines[max(0, one.where.line - 1) : one.where.line + 1] if lines else ()
        return any(_RULE.match(line) and line.strip()[0] in signs for line in near)

    def of_fences(self) -> Iterator[Problem]:
        """What is said of lines between two Markdown fences, the second one included."""
        closed = dict[str, int]()
        for cause, lines in sorted(self._with("S206"), key=lambda pair: pair[0].where):
            path, line = cause.where.path, cause.where.line
            sign = _FENCE.match(lines[line - 1])
            if not sign or line <= closed.get(path, 0):
                continue
            following = range(line + 1, min(len(lines), line + REACH) + 1)
            end = next((at for at in following if lines[at - 1].strip() == sign[1]), line)
            closed[path] = end
            for at in range(line, end + 1):
                for one in self.at.get((path, at), ()):
                    if one.code in _IN_FENCES and one is not cause:
                        yield one

    def of_glued_calls(self) -> Iterator[Problem]:
        """A note without a call, for each call of its kind that is glued to a word."""
        glued: dict[tuple[str, str], int] = defaultdict(int)
        for cause, lines in self._with("S204"):
            call = re.match(r"\[([^\]]*)\]_", lines[cause.where.line - 1][cause.column - 1 :])
            if call and cause.column:
                glued[cause.where.path, call[1].lower()] += 1
        for one, lines in self._with("S202"):
            note = _NOTE.match(lines[one.where.line - 1])
            key = one.where.path, note["label"].lower() if note else ""
            if glued[key] > 0:
                glued[key] -= key[1] == "#"
                yield one

    def of_lost_labels(self) -> Iterator[Problem]:
        """References to a figure, table or heading that is not there, since it is refused."""
        lost = set[str]()
        for one in self.problems:
            lines = self._lines(one)
            if one.code in _LOST and lines:
                lost.update(_names(lines, one.where.line))
            elif one.code == "S104" and lines:
                near = lines[max(0, one.where.line - 2) : one.where.line + 1]
                lost.update(map(_normal, near))
        for one in self.problems:
            quoted = re.findall("“(.*?)”", one.message) if one.code in _LINKS else []
            if any(_normal(name) in lost for name in quoted[-1:]):
                yield one

    def of_doubles(self) -> Iterator[Problem]:
        """Calls and links that are unclear, since two places bear the name: that is said there."""
        twice = {(one.where.path, one.message) for one in self.problems if one.code == "S116"}
        for one in self.problems:
            said = one.message.removeprefix(f"{one.message.partition(': ')[0]}: ")
            if one.code in ("S107", "S111") and (one.where.path, said) in twice:
                yield one

    def said_again(self) -> Iterator[Problem]:
        """What is said once with its column, and once more of the same block without."""
        for cause in self.problems:
            if cause.code in _LINKS and cause.column and (lines := self._lines(cause)):
                for at in _block(lines, cause.where.line):
                    for one in self.at.get((cause.where.path, at), ()):
                        if one.message == cause.message and not one.column:
                            yield one


def _normal(name: str) -> str:
    """A name as references are compared: small letters, single blanks."""
    return " ".join(name.lower().split())


def _names(lines: Sequence[str], line: int) -> Iterator[str]:
    """The names of the directive or table that holds ``line``."""
    owners = _owners(lines, line)
    starts = [at for at in owners if _DIRECTIVE.match(lines[at - 1])] or [min(owners)]
    for start in starts:
        for at in _block(lines, start):
            if found := _NAME.match(lines[at - 1]):
                yield _normal(found["name"])
        at = start - 1
        while at > 0 and (not lines[at - 1].strip() or _LABEL.match(lines[at - 1])):
            if found := _LABEL.match(lines[at - 1]):
                yield _normal(found["name"])
            at -= 1


def _together(problems: Sequence[Problem], texts: Texts) -> Iterator[Problem]:
    """HTML tags of one line as one problem, its entities as another."""
    first: dict[tuple[str, int, str], int] = {}
    kept: list[Problem] = []
    more: dict[int, list[str]] = defaultdict(list)
    for one in sorted(problems, key=lambda one: (one.where, one.column)):
        line = "".join(texts.get(one.where.path, ())[one.where.line - 1 : one.where.line])
        sign = line[one.column - 1 : one.column] if one.code == "S206" and one.column else ""
        quoted = re.match("“(.*?)”", one.message)
        key = one.where.path, one.where.line, sign
        if not quoted or sign not in ("<", "&") or not sign:
            kept.append(one)
        elif key in first:
            more[first[key]].append(f"“{quoted[1]}”")
        else:
            first[key] = len(kept)
            kept.append(one)
    for index, one in enumerate(kept):
        if others := more.get(index):
            shown = ", ".join(others[:3]) + (f" and {len(others) - 3} more" if others[3:] else "")
            one = replace(one, message=f"{one.message}; so {'are' if others[1:] else 'is'} {shown}")
        yield one
