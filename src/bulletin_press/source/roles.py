"""The roles ``:article:``, ``:ref:`` and ``:page:``: references that are resolved in the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from docutils import nodes
from docutils.parsers.rst import roles, states

from bulletin_press.source import terms, tongues

REFERENCES = ("article", "ref", "page")


def _reference(
    role: str,
    rawtext: str,
    text: str,
    lineno: int,
    inliner: states.Inliner,
    options: Mapping[str, Any] = MappingProxyType({}),
    content: Sequence[str] = (),
) -> tuple[list[nodes.reference], list[nodes.reference]]:
    """Make a reference that keeps its role and target until all files are read.

    ``target`` or ``text <target>``; without a text the reference says the title of what it leads
    to. A target is an article's id, a label, or ``id#label``.
    """
    plain = nodes.unescape(text)
    found = tongues.WITH_TARGET.match(plain)
    target = (found["target"] if found else plain).strip()
    node = nodes.reference(rawtext, role=role.lower(), target=" ".join(target.split()))
    if role.lower() == "article":
        node["classes"].append("article-reference")
    if found:
        node += nodes.Text(found["text"])
    source, node.line = inliner.reporter.get_source_and_line(lineno)
    node.source = str(source) if source else None
    return [node], []


def register() -> None:
    """Make the product's roles known to docutils, for all documents of this process."""
    for name in REFERENCES:
        roles.register_local_role(name, _reference)
    tongues.register()
    terms.register()
