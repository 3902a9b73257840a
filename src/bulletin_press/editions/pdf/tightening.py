"""Steps by which an issue is set tighter, to spare a last page of a few lines."""

from __future__ import annotations

from collections.abc import Mapping

from bulletin_press import styles

_SPACE = "article{margin-bottom:7mm}.opening{margin-bottom:4mm}"
_LEADING = (0.9925, 0.985)
_LINES = (
    "html,.columns>:is(h2,h3,h4,h5,h6){line-height:LINE}.columns>.before-space{margin-bottom:LINE}"
)
_BLANKS = 'html:not([dir="rtl"]) .columns{word-spacing:-0.015em}'


def steps(values: Mapping[str, str]) -> tuple[str, ...]:
    """The rules of each step, the smallest first; ``values`` are base.css's variables.

    Less space between articles, then lines closer by at most 1.5 in 100, then narrower blanks.
    """
    leading = styles.points(values, "--text-leading", 0)
    lines = [_LINES.replace("LINE", f"{leading * share:.3f}pt") for share in _LEADING if leading]
    spaced = [_SPACE, *(f"{_SPACE}{line}" for line in lines)]
    return (*spaced, f"{spaced[-1]}{_BLANKS}")
