"""The structure tree of a PDF as read from the file (ISO 32000-1 §14.7), and its faults of form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pikepdf

from tests.pages.content import Content


@dataclass(eq=False)
class Element:
    """A structure element: its standard type, what it says of itself, and its kids in order.

    A kid is an element, marked content as (page, number), or the name of an annotation.
    """

    type: str
    facts: Any
    parent: Element | None
    kids: list[Element | tuple[int, int] | str] = field(default_factory=list)

    def walk(self) -> Iterator[Element]:
        """This element and all below, in order."""
        yield self
        for kid in self.kids:
            if isinstance(kid, Element):
                yield from kid.walk()

    def marks(self) -> Iterator[tuple[int, int]]:
        """All marked content below, in order."""
        for kid in self.kids:
            if isinstance(kid, Element):
                yield from kid.marks()
            elif isinstance(kid, tuple):
                yield kid

    def up(self) -> Iterator[Element]:
        """This element and those around it, the nearest first."""
        one: Element | None = self
        while one is not None:
            yield one
            one = one.parent

    def text(self, key: str) -> str:
        """A text that the element says of itself, such as /Alt."""
        return str(self.facts.get(key, ""))

    def attribute(self, owner: str, key: str) -> Any:
        """An attribute of one owner, such as /Table /Scope; None if there is none."""
        held = self.facts.get("/A")
        for one in held if isinstance(held, pikepdf.Array) else [held]:
            if isinstance(one, pikepdf.Dictionary) and one.get("/O") == owner and key in one:
                return one[key]
        return None

    def __str__(self) -> str:
        return "/".join(one.type for one in reversed(list(self.up())))


@dataclass
class Tree:
    """The tree, the owner of each marked content and annotation, and what is wrong in form."""

    root: Element
    owners: dict[tuple[int, int], Element]
    links: dict[str, Element]
    annotations: dict[str, tuple[int, Any]]
    faults: list[str]

    @property
    def elements(self) -> list[Element]:
        """All elements but the root, in order of reading."""
        return list(self.root.walk())[1:]


def read(file: pikepdf.Pdf, content: Content) -> Tree:
    """The structure tree of an open file, compared with what its pages hold."""
    reader = _Reader(file)
    root = Element("Root", file.Root.StructTreeRoot, None)
    reader.kids(root, file.Root.StructTreeRoot.get("/K", ()), None)
    tree = Tree(root, reader.owners, reader.links, reader.annotations, reader.faults)
    reader.compare(content)
    return tree


class _Reader:
    def __init__(self, file: pikepdf.Pdf) -> None:
        self.file = file
        self.pages = {page.objgen: number for number, page in enumerate(file.pages)}
        self.roles = dict(file.Root.StructTreeRoot.get("/RoleMap", {}).items())
        self.owners: dict[tuple[int, int], Element] = {}
        self.objects: dict[Any, Element] = {}
        self.links: dict[str, Element] = {}
        self.annotations: dict[str, tuple[int, Any]] = {}
        self.faults: list[str] = []
        for number, page in enumerate(file.pages):
            for place, one in enumerate(page.get("/Annots", ())):
                if one.get("/Subtype") != "/Popup":
                    name = f"annotation {place} of page {number + 1}"
                    self.annotations[name] = (number, one)
        self.names = {one.objgen: name for name, (_, one) in self.annotations.items()}

    def kids(self, element: Element, held: Any, page: Any) -> None:
        for kid in held if isinstance(held, pikepdf.Array) else [held]:
            if isinstance(kid, int):
                self._own(element, page, kid)
            elif not isinstance(kid, pikepdf.Dictionary):
                self.faults.append(f"kid: {element} has a kid {kid!r:.40}")
            elif kid.get("/Type") == "/MCR":
                self._own(element, kid.get("/Pg", page), int(kid.MCID))
            elif kid.get("/Type") == "/OBJR":
                name = self.names.get(kid.Obj.objgen, "something else")
                if name in self.links:
                    self.faults.append(f"link: {name} is in two elements, one of them {element}")
                self.links[name] = element
                element.kids.append(name)
            else:
                self._element(element, kid, page)

    def _element(self, parent: Element, facts: Any, page: Any) -> None:
        name = str(facts.S)
        seen = {name}
        while name in self.roles and str(self.roles[name]) not in seen:
            name = str(self.roles[name])
            seen.add(name)
        element = Element(name.removeprefix("/"), facts, parent)
        if facts.objgen in self.objects:
            self.faults.append(f"tree: {element} stands in the tree twice")
            return
        self.objects[facts.objgen] = element
        if facts.get("/P") is None or facts.P.objgen != parent.facts.objgen:
            self.faults.append(f"tree: the parent of {element} is another")
        parent.kids.append(element)
        self.kids(element, facts.get("/K", ()), facts.get("/Pg", page))

    def _own(self, element: Element, page: Any, mark: int) -> None:
        if page is None or page.objgen not in self.pages:
            self.faults.append(f"mark: {element} holds content {mark} of no page")
            return
        key = (self.pages[page.objgen], mark)
        if key in self.owners:
            self.faults.append(f"mark: content {key} is in {self.owners[key]} and in {element}")
        self.owners[key] = element
        element.kids.append(key)

    def compare(self, content: Content) -> None:
        """Content, parent tree and tree agree."""
        parents = self.file.Root.StructTreeRoot.get("/ParentTree")
        entries = dict(pikepdf.NumberTree(parents)) if parents is not None else {}
        for number, page in enumerate(self.file.pages):
            marks = Counter(content.marks.get(number, ()))
            held = entries.get(int(page.get("/StructParents", -1)), ())
            for mark, times in marks.items():
                if times > 1:
                    self.faults.append(f"mark: content {mark} of page {number + 1} is there twice")
                owner = self.owners.get((number, mark))
                if owner is None:
                    text = f"mark: content {mark} of page {number + 1} is in no element"
                    self.faults.append(text)
                listed = held[mark] if mark < len(held) else None
                if listed is None or (owner and listed.objgen != owner.facts.objgen):
                    text = f"mark: the parent tree has another owner of {mark} of page {number + 1}"
                    self.faults.append(text)
            for page_of, mark in self.owners:
                if page_of == number and mark not in marks:
                    text = f"mark: {self.owners[number, mark]} holds content {mark}, not on a page"
                    self.faults.append(text)
        for name, (_, one) in self.annotations.items():
            owner = self.links.get(name)
            if owner is None:
                self.faults.append(f"link: {name} is in no element")
                continue
            listed = entries.get(int(one.get("/StructParent", -1)))
            if listed is None or listed.objgen != owner.facts.objgen:
                self.faults.append(f"link: the parent tree has another owner of {name}")
