"""The role ``:article:``: a reference to another article, or to a label in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from docutils import nodes
from docutils.parsers.rst import roles, states

_WITH_TEXT = re.compile(r"(?P<text>.+?)\s*<(?P<target>[^<>]+)>\s*\Z", re.DOTALL)


def article(
    role: str,
    rawtext: str,
    text: str,
    lineno: int,
    inliner: states.Inliner,
    options: Mapping[str, Any] = MappingProxyType({}),
    content: Sequence[str] = (),
) -> tuple[list[nodes.reference], list[nodes.reference]]:
    """Make a reference that keeps its target's name in ``article`` until all files are read.

    ``id``, ``id#label``, ``text <id>`` or ``text <id#label>``; without a text the reference says
    the title of what it leads to.
    """
    plain = nodes.unescape(text)
    found = _WITH_TEXT.match(plain)
    target = (found["target"] if found else plain).strip()
    node = nodes.reference(rawtext, article=target, classes=["article-reference"])
    if found:
        node += nodes.Text(found["text"])
    source, node.line = inliner.reporter.get_source_and_line(lineno)
    node.source = str(source) if source else None
    return [node], []


def register() -> None:
    """Make the product's roles known to docutils, for all documents of this process."""
    roles.register_local_role("article", article)
