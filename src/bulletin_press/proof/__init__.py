"""The pre-flight: rules over an issue's tree, before any edition is made."""

from __future__ import annotations

from bulletin_press.issue import Issue
from bulletin_press.problems import Problem
from bulletin_press.proof import rules


def check(issue: Issue) -> tuple[Problem, ...]:
    """All problems that the tree shows, in no particular order."""
    return tuple(problem for rule in rules.RULES for problem in rule(issue))
