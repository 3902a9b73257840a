"""To which block of the document an element of its tree belongs."""

from __future__ import annotations

from typing import Any

from bulletin_press.pagination import INLINE

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
