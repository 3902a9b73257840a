"""Styles made only where one is asked for; values that nothing decides on, taken directly.

For each element and each property that is asked for, the engine looks whether a declaration, a
logical name, a variable, a function or a rule of its own decides on the value. For most properties
of most elements none does: then the value is the parent's, or the initial one. And for each element
it makes the styles of a list item's marker and of a note's call and marks, in case it is one; here
it is asked first whether it is.
Replaced are ``__missing__`` of ``weasyprint.css.ComputedStyle``, and ``set_computed_styles`` of
``weasyprint.css.StyleFor``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bulletin_press.editions.pdf.shortcuts.replacing import replacements
from bulletin_press.editions.pdf.shortcuts.shaping import SIMPLE

_OWN_RULES = frozenset({"position", "float", "display", "page"})
_OF_NOTES = frozenset({
    "footnote-call", "footnote-marker", "note-call", "note-marker", "note-callback",
})  # fmt: skip


@contextmanager
def taken() -> Iterator[None]:
    """Let styles take values that nothing decides on."""
    from weasyprint.css import ComputedStyle, StyleFor, check_math

    missing, compute = vars(ComputedStyle)["__missing__"], StyleFor.set_computed_styles
    followed = dict(_followed())

    def take(style: Any, key: str) -> Any:
        found = followed.get(key)
        cascaded = style.cascaded
        if found is None or key in cascaded:
            return missing(style, key)
        inherits, initial, logical = found
        for name in logical:
            if name in cascaded:
                return missing(style, key)
        if not inherits:
            style[key] = initial
            return initial
        if style.parent_style is None:
            return missing(style, key)
        value = style.parent_style[key]
        if type(value) not in SIMPLE and check_math(value):
            return missing(style, key)
        style[key] = value
        return value

    def set_computed_styles(
        styles: Any, element: Any, parent: Any, root: Any = None, pseudo_type: Any = None,
        **more: Any,
    ) -> None:  # fmt: skip
        if not _is_idle(styles, element, pseudo_type):
            compute(styles, element, parent, root=root, pseudo_type=pseudo_type, **more)

    with replacements() as replace:
        replace(ComputedStyle, "__missing__", take)
        replace(StyleFor, "set_computed_styles", set_computed_styles)
        yield


def _is_idle(styles: Any, element: Any, kind: str | None) -> bool:
    """Whether no box of an element will ask for the style of a pseudo-element of it."""
    if kind not in _OF_NOTES and kind != "marker":
        return False
    cascaded = styles.get_cascaded_styles()
    if "anchor" in cascaded[element, kind]:
        return False
    own = styles.get_computed_styles()[element, None]
    if kind == "marker":
        generates = (element, "before") in cascaded or (element, "after") in cascaded
        return not generates and "list-item" not in own["display"]
    return bool(own["float"] != "footnote" and own["position"][0] != "note()")


def _followed() -> Iterator[tuple[str, tuple[bool, Any, tuple[str, ...]]]]:
    """The properties that may follow so: whether from the parent, the initial value, other names.

    Those names decide on the value where they are declared.
    """
    from weasyprint.css.computed_values import PHYSICAL_FUNCTIONS
    from weasyprint.css.properties import INHERITED, INITIAL_NOT_COMPUTED, INITIAL_VALUES

    for key, initial in INITIAL_VALUES.items():
        inherits = key in INHERITED
        computed = key in INITIAL_NOT_COMPUTED and not inherits
        if computed or key in _OWN_RULES or key.startswith("text_decoration_"):
            continue
        name = PHYSICAL_FUNCTIONS.get(key)
        ways = ("ltr", "rtl") if name else ()
        yield key, (inherits, initial, tuple({name(block="ttb", inline=way) for way in ways}))
