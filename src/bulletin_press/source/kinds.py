"""The nodes of a tree by their kinds, found in one walk for all who ask for some kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TypeVar, cast

from docutils import nodes

_Node = TypeVar("_Node", bound=nodes.Node)


class Kinds:
    """The nodes of ``part`` and below as they are now."""

    def __init__(self, part: nodes.Node) -> None:
        self._found: dict[type[nodes.Node], list[nodes.Node]] = defaultdict(list)
        for node in part.findall():
            self._found[type(node)].append(node)

    def all(self, kind: type[_Node]) -> Sequence[_Node]:
        """Those of exactly one class, in their order."""
        return cast("Sequence[_Node]", self._found.get(kind, ()))
