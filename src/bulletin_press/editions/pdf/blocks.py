"""To which block of the document an element of its tree belongs, and what blocks are called."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from typing import Any

from bulletin_press.pagination import INLINE

_ANY_ID = re.compile(
    r"\[\s*[*\w-]*\|?\s*id\b|attr\(\s*id\b|(?:#[^\s{},;]*|\[\s*|attr\(\s*)\\", re.IGNORECASE
)  # or any name that is written with escapes
_SOME_ID = re.compile(r"#([\w-]+)")
_MADE = re.compile("(?:^|-)[A-Z]")  # no id that an editor gives has capital letters

BLOCK = "data-block"
"""The attribute with the name of a block that nothing leads to.

For each id that it meets, the engine makes an anchor and a style of its own.
"""


def name_of(element: Any) -> str:
    """The id of an element, or else its name as a block; or nothing."""
    return str(element.get("id") or element.get(BLOCK, ""))


class Owners:
    """The blocks of one document: elements with a name that are not within a line, and notes."""

    def __init__(self, tree: Any) -> None:
        self.parents = {child: parent for parent in tree.iter() for child in parent}
        self._found: dict[Any, Any] = {}

    def block(self, element: Any) -> Any:
        """The innermost block that holds an element, or is it; None outside of all."""
        if element not in self._found:
            current = element
            while current is not None and not (
                name_of(current) and (current.tag not in INLINE or is_note(current))
            ):
                current = self.parents.get(current)
            self._found[element] = current
        return self._found[element]

    def name(self, element: Any) -> str:
        """The name of that block, or nothing."""
        found = self.block(element)
        return name_of(found) if found is not None else ""


def classes(element: Any) -> frozenset[str]:
    """The classes of an element."""
    return frozenset((element.get("class") or "").split())


def is_note(element: Any) -> bool:
    """Whether an element holds the text of a note."""
    return "note" in classes(element)


def name_blocks(body: Any, anchors: Iterable[str], articles: Container[str], sheet: str) -> None:
    """Make names of blocks of the ids that are counted or made here, and that nothing asks for.

    A link may lead to one, or the style ``sheet`` may. Those that an editor gave stay.
    """
    if _ANY_ID.search(sheet):
        return
    asked = {address[1:] for one in body.iter("a") if (address := one.get("href", ""))[:1] == "#"}
    asked.update(anchors, _SOME_ID.findall(sheet))
    for one in body.iter("*"):
        name = one.get("id", "")
        above, _, number = name.rpartition("-")
        ours = (above in articles and number.isdecimal()) or _MADE.search(name)
        if ours and name not in asked and not is_note(one):
            del one.attrib["id"]
            one.set(BLOCK, name)
