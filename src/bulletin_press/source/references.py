"""References are resolved, and pictures' descriptions checked, once all files are read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from docutils import nodes

from bulletin_press.problems import suggestion
from bulletin_press.source import formulas
from bulletin_press.source.proofreading import places
from bulletin_press.source.proofreading.messages import line_of_label
from bulletin_press.source.session import Session, line_of

_BRACKETS = re.compile(r"[][()]")
_HEADINGS = (nodes.title, nodes.caption)


@dataclass(frozen=True, slots=True)
class Target:
    """A part of the issue that can be referred to: an article, or the text of issue.rst.

    ``labels`` gives the final ids of each name, several where a name is not unique; ``explicit``
    are the names that the editor gave, the others being headings.
    """

    part: nodes.Element
    labels: Mapping[str, tuple[str, ...]]
    explicit: frozenset[str]
    session: Session


def resolve(articles: Mapping[str, Target], others: Iterable[Target] = ()) -> None:
    """Point each reference of an issue to its target's id, and say where a page is printed.

    A reference without a text gets the title or caption of its target. What is unknown or not
    unique is reported (S107) and marked for a draft. The attribute ``page`` of a reference says
    how an edition with pages prints the page: ``after`` the words, ``aside`` them after a comma,
    since brackets are open, or ``alone``.
    """
    parts = [*articles.values(), *others]
    finder = _Finder(articles, parts)
    pending = [
        (home, node)
        for home in parts
        for node in home.part.findall(nodes.reference)
        if "target" in node
    ]
    # A heading may be the words of another reference, so those in headings come first.
    for home, node in sorted(pending, key=lambda one: not _is_in_heading(one[1])):
        finder.lead(node, home)
    for home in parts:
        _print_pages(home, finder.elements)
        _explain(home.session, articles, finder.elements)


def _explain(
    session: Session, articles: Mapping[str, Target], elements: Mapping[str, nodes.Element]
) -> None:
    """Say of each name that nothing in its own file bears where other articles bear it (S107)."""
    for name, said in session.unknown:
        normal = nodes.fully_normalize_name(name)
        places = [
            (line_of_label(elements[bearer], normal, target.session), article)
            for article, target in articles.items()
            for bearer in target.labels.get(normal, ())
        ]
        if not places or said not in session.problems:
            continue
        shown = " and ".join(str(place) for place, _ in sorted(places)[:6])
        message = f"“{name}” is unclear: in this article nothing has that name, but at {shown}"
        hint = f"name the article, as in :article:`words <{places[0][1]}#{name}>`"
        clear = replace(said, message=message, hint=hint)
        session.problems[session.problems.index(said)] = clear


class _Finder:
    def __init__(self, articles: Mapping[str, Target], parts: list[Target]) -> None:
        self.articles, self.parts = articles, parts
        self.elements = {
            str(name): node
            for home in parts
            for node in home.part.findall(nodes.Element)
            for name in node["ids"]
        }

    def lead(self, node: nodes.reference, home: Target) -> None:
        """Point one reference to its target, or report and mark it."""
        role, written = str(node["role"]), str(node["target"])
        found = self.find(role, written, home)
        if isinstance(found, str):
            words = None
            if not node.children:
                words = self.words(self.elements[found], climb=role != "ref")
            if words or node.children:
                node["refid"] = found
                if role == "page":
                    node["page"] = "alone"
                del node["role"], node["target"]
                if words:
                    node += nodes.Text(words)
                return
            message = f"“{written}” has no title or caption that the reference could say"
            found = (message, f"write the words, as in :ref:`words <{written}>`")
        place, column = places.place_of(node, home.session)
        home.session.report("S107", found[0], place, found[1], column)
        node.parent.replace(node, nodes.problematic("", node.astext() or written))

    def find(self, role: str, written: str, home: Target) -> str | tuple[str, str]:
        """The final id of a target as written; or what is wrong, and a hint."""
        name, sign, label = written.partition("#")
        if role == "article" or sign:
            target = self.articles.get(name) if name or role == "article" else home
            if target is None:
                return f"there is no article “{name}”", suggestion(name, self.articles)
            if not label:
                return str(target.part["ids"][0])
            normal = nodes.fully_normalize_name(label)
            if normal in target.labels:
                return self.single(label, [(target, one) for one in target.labels[normal]])
            where = f"the article “{name}”" if name else "this file"
            message = f"{where} has no heading or label “{label}”"
            return message, suggestion(normal, target.labels or {name})
        normal = nodes.fully_normalize_name(written)
        own = [(home, one) for one in home.labels.get(normal, ())]
        if own and (normal in home.explicit or written not in self.articles):
            return self.single(written, own)
        if written in self.articles:
            return str(self.articles[written].part["ids"][0])
        named = [one for one in self.parts if normal in one.labels]
        given = [one for one in named if normal in one.explicit]
        places = [(one, name) for one in given or named for name in one.labels[normal]]
        if places:
            return self.single(written, places)
        return f"there is no label “{written}”", self.nearest(normal, home)

    def single(self, written: str, places: list[tuple[Target, str]]) -> str | tuple[str, str]:
        """The one place of a name; or that there are several, and where."""
        if len(places) == 1:
            return places[0][1]
        listed = [home.session.place(*line_of(self.elements[name])) for home, name in places]
        message = f"“{written}” names several places: {', '.join(map(str, sorted(listed)))}"
        return message, "give each its own label, or write the article before it: id#label"

    def nearest(self, normal: str, home: Target) -> str:
        labels = {label for one in self.parts for label in one.labels}
        near = suggestion(normal, labels | self.articles.keys())
        if near.startswith("did"):
            return near
        return suggestion(normal, {*self.articles, *home.explicit})

    def words(self, element: nodes.Element, climb: bool) -> str:
        """The title or caption of an element; with ``climb`` else of what it stands in.

        A caption is a sentence, but within another one it has no full stop.
        """
        current: nodes.Element | None = element
        while current is not None:
            for heading in current:
                if isinstance(heading, _HEADINGS):
                    said = plain(heading)
                    return said.removesuffix(".") if isinstance(heading, nodes.caption) else said
            current = current.parent if climb else None
        return ""


def _is_in_heading(node: nodes.Node) -> bool:
    return any(
        isinstance(one, (nodes.rubric, nodes.subtitle, *_HEADINGS)) for one in _ancestors(node)
    )


def _has_no_page(node: nodes.reference) -> bool:
    """Whether a reference stands in a heading, which other places repeat, or is a picture."""
    for one in _ancestors(node):
        titled = isinstance(one, nodes.title) and not isinstance(one.parent, nodes.table)
        if titled or isinstance(one, (nodes.rubric, nodes.subtitle)):
            return True
    return any(isinstance(child, nodes.image) for child in node)


def _ancestors(node: nodes.Node) -> Iterator[nodes.Element]:
    above = node.parent
    while above is not None:
        yield above
        above = above.parent


def _print_pages(home: Target, elements: Mapping[str, nodes.Element]) -> None:
    """Say for each reference within the issue how its page is printed; report those to nothing."""
    brackets = 0
    for node in list(home.part.findall()):
        if isinstance(node, nodes.TextElement) and not isinstance(node, nodes.Inline):
            brackets = 0
        elif isinstance(node, nodes.Text):
            for sign in _BRACKETS.findall(node.astext()):
                brackets = max(brackets + (1 if sign in "([" else -1), 0)
        elif isinstance(node, nodes.reference) and node.get("refid"):
            if node["refid"] not in elements:
                message = f"“{node.astext()}” leads to a label that stands before nothing"
                hint = "put the label before the heading, paragraph, figure or table it names"
                home.session.report("S107", message, home.session.place(*line_of(node)), hint)
                node.parent.replace(node, nodes.problematic("", node.astext()))
            elif _has_no_page(node):
                node.attributes.pop("page", None)
            elif "page" not in node:
                node["page"] = "aside" if brackets else "after"


def plain(title: nodes.Element) -> str:
    """The words of a title in one line, formulas in plain text, without note calls."""
    parts = []
    for text in title.findall(nodes.Text):
        if isinstance(text.parent, nodes.math):
            parts.append(formulas.words(text.astext()))
        elif not isinstance(text.parent, (nodes.footnote_reference, nodes.citation_reference)):
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
