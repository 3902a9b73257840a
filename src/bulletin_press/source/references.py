"""References between articles are resolved, pictures' descriptions checked, once all are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from docutils import nodes

from bulletin_press.problems import suggestion
from bulletin_press.source.session import Session, line_of

_HEADINGS = (nodes.title, nodes.caption)


@dataclass(frozen=True, slots=True)
class Target:
    """An article that can be referred to, with the final ids of its labels and headings."""

    section: nodes.section
    labels: Mapping[str, str]


def resolve(part: nodes.Element, known: Mapping[str, Target], session: Session) -> None:
    """Point each ``:article:`` reference below ``part`` to its target's id.

    A reference without a text gets the title of its target. An unknown article or label is
    reported (S107) and marked for a draft.
    """
    for node in list(part.findall(nodes.reference)):
        if "article" not in node:
            continue
        name, _, label = str(node["article"]).partition("#")
        where = session.place(*line_of(node))
        target = known.get(name)
        if target is None:
            session.report("S107", f"there is no article “{name}”", where, suggestion(name, known))
        else:
            normal = nodes.fully_normalize_name(label)
            anchor = target.section["ids"][0] if not label else target.labels.get(normal)
            if anchor is None:
                message = f"the article “{name}” has no heading or label “{label}”"
                session.report("S107", message, where, suggestion(normal, target.labels or {name}))
            else:
                _point(node, target.section, anchor)
                continue
        text = node.astext() or str(node["article"])
        node.parent.replace(node, nodes.problematic("", text))


def _point(node: nodes.reference, section: nodes.section, anchor: str) -> None:
    node["refid"] = anchor
    del node["article"]
    if node.children:
        return
    titled = next((one for one in section.findall(nodes.Element) if anchor in one["ids"]), section)
    while not (headings := [one for one in titled if isinstance(one, _HEADINGS)]):
        titled = titled.parent
    node += nodes.Text(plain(headings[0]))


def plain(title: nodes.Element) -> str:
    """The words of a title in one line, without note calls."""
    parts = []
    for text in title.findall(nodes.Text):
        if not isinstance(text.parent, (nodes.footnote_reference, nodes.citation_reference)):
            parts.append(text.astext())
    return " ".join("".join(parts).split())


def inspect_pictures(blocks: Iterable[nodes.Node], session: Session) -> None:
    """Every picture is described, or its caption serves (S201), or it is decorative (S117)."""
    for block in blocks:
        for image in block.findall(nodes.image):
            if image.get("alt", "").strip() or image.get("decorative"):
                continue
            where = session.place(*line_of(image))
            name = image["uri"].rpartition("/")[2]
            figure = image.parent
            while figure is not None and not isinstance(figure, nodes.figure):
                figure = figure.parent
            captions = list(figure.findall(nodes.caption)) if figure is not None else []
            if captions:
                image["alt"] = plain(captions[0])
                session.report("S201", f"“{name}” has no :alt:; its caption serves", where)
            else:
                session.report("S117", f"the picture “{name}” has no description", where)
