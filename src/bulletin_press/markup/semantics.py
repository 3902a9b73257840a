"""What kinds of text are to assistive technology: roles of DPUB-ARIA 1.1, and EPUB's own words."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"
_BY_CLASS = {
    "credit": ("credit", "doc-credit"),
    "epigraph": ("epigraph", "doc-epigraph"),
    "pull-quote": ("pullquote", "doc-pullquote"),
    "standfirst": ("abstract", "doc-abstract"),
}
_BY_KIND = {
    "tip": ("tip", "doc-tip"),
    **dict.fromkeys(
        "admonition attention caution danger error hint important note sidebar topic"
        " warning".split(),
        ("", "note"),
    ),
}


def mark(element: etree._Element, kind: str, classes: Iterable[str]) -> None:
    """Set the role and the ``epub:type`` of an element made of a node of a kind, with classes."""
    found = [_BY_CLASS[name] for name in classes if name in _BY_CLASS]
    if kind in _BY_KIND:
        found.append(_BY_KIND[kind])
    for semantic, role in found[:1]:
        if semantic:
            element.set(EPUB_TYPE, semantic)
        if role:
            element.set("role", role)
