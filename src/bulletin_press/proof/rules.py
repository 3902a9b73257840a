"""The rules of the pre-flight; each yields the problems that it finds in an issue."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator

from docutils import nodes

from bulletin_press import fonts
from bulletin_press.issue import Issue
from bulletin_press.problems import Location, Problem, problem


def characters(issue: Issue) -> Iterator[Problem]:
    """Every character is one that a face can show (S121)."""
    missing = fonts.select(issue.text).missing
    if not missing:
        return
    places: list[tuple[nodes.Node, str]] = [
        (text, text.astext())
        for text in issue.document.findall(nodes.Text)
        if not isinstance(text.parent, (nodes.math, nodes.math_block))
    ]
    places += [(image, image["chart"].text) for image in issue.charts]
    for node, words in places:
        lacking = [sign for sign in dict.fromkeys(words) if ord(sign) in missing]
        if not lacking:
            continue
        named = [f"{one} (U+{ord(one):04X}, {unicodedata.name(one, '?')})" for one in lacking[:3]]
        more = f" and {len(lacking) - 3} more" if len(lacking) > 3 else ""
        signs = "characters" if len(lacking) > 1 else "character"
        message = f"no face has the {signs} {', '.join(named)}{more}"
        where = issue.place(node)
        if isinstance(node, nodes.Text) and not isinstance(node.parent, nodes.FixedTextElement):
            where = Location(where.path, where.line + words[: words.index(lacking[0])].count("\n"))
        yield problem("S121", message, where)


RULES: tuple[Callable[[Issue], Iterator[Problem]], ...] = (characters,)
