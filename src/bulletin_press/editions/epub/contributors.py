"""Who made the issue: authors of all articles and of each, editors, and how their names sort."""

from __future__ import annotations

import re

from bulletin_press.issue import Issue

_PARTICLES = frozenset(
    "al af av d da dal de del della den der di dos du el la le ten ter van von zu zum zur".split()
)
_BODIES = re.compile(
    r"\b(?:agenc\w+|academ\w+|and|association|bank|board|bureau|cent(?:re|er)|club|college"
    r"|commission|committee|company|council|desk|department|editor\w*|for|forum|foundation|fund"
    r"|group|institut\w*|ministry|news|office|organi[sz]ation|press|redaction|redakt\w+"
    r"|secretariat|school|service|society|staff|team|union|universit\w+)\b|\d|&",
    re.IGNORECASE,
)
_TITLES = frozenset("dr prof professor sir dame mr mrs ms".split())
_PATRONYMICS = frozenset({"oğlu", "qızı", "oglu", "gizi"})
_GIVEN_FIRST = re.compile("[\u0041-\u058f\u10a0-\u10ff\u1c80-\u1cbf\u1e00-\u1fff .'’\\-]+")
_FAMILY_FIRST = frozenset({"hu", "ja", "ko", "vi", "zh"})
_MOST = 5


def sorted_name(name: str, language: str) -> str:
    """A person's name as libraries sort it, family name first, or nothing where that is not sure.

    Names in ``language`` are taken to begin with the given name. A body, a single word, a
    right-to-left or an East Asian name stays as it is; small words before the family name go
    behind, as libraries of most countries do: “Ludwig van Beethoven” is “Beethoven, Ludwig van”.
    """
    words = name.split()
    sure = 2 <= len(words) <= _MOST and language.split("-")[0].lower() not in _FAMILY_FIRST
    if not sure or is_body(name) or not _GIVEN_FIRST.fullmatch(name):
        return ""
    at = len(words) - 1
    if words[0].rstrip(".").lower() in _TITLES or words[at].lower() in _PATRONYMICS:
        return ""
    if words[at].rstrip(".").lower() in ("jr", "sr", "ii", "iii"):
        return ""
    given = words[:at]
    if all(word.lower() in _PARTICLES for word in given):
        return ""
    return f"{words[at]}, {' '.join(given)}"


def is_body(name: str) -> bool:
    """Whether a name is that of a body, such as a desk or an institute, by its words."""
    return _BODIES.search(name) is not None


def editors(issue: Issue) -> tuple[str, ...]:
    """The names of the editors in the imprint, without what is said of them in brackets."""
    found = (re.sub(r"\s*\([^()]*\)", "", name) for name in issue.publication.imprint.editors)
    names = (name.rpartition(":")[2].strip() for name in found)
    return tuple(dict.fromkeys(name for name in names if name))
