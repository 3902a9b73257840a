"""Notes and citations: their calls, and their texts at the page's foot or after the article."""

from __future__ import annotations

from collections.abc import Iterator

from docutils import nodes

from bulletin_press.markup.writer import Profile, Writer
from bulletin_press.source.languages import Labels


class Notes(Writer):
    """Calls lead to notes, notes back to their calls."""

    def __init__(self, document: nodes.document, words: Labels, profile: Profile) -> None:
        super().__init__(document, words, profile)
        self.pending: list[nodes.Element] = []
        self.waiting: list[nodes.Element] = []
        self._called: dict[nodes.Element, dict[str, nodes.Element]] = {}

    def called(self, near: nodes.Element) -> dict[str, nodes.Element]:
        """The notes around a node by their ids, in the order of their first calls.

        They are those of its article, else of the issue: no article calls the notes of another.
        """
        scope = near
        while scope.parent is not None and scope.parent is not self.document:
            scope = scope.parent
        if not isinstance(scope, nodes.section):
            scope = self.document
        if scope not in self._called:
            kinds = (nodes.footnote, nodes.citation)
            found = list(_elements(scope))
            by_id = {str(note["ids"][0]): note for note in found if isinstance(note, kinds)}
            calls = (one.get("refid") for one in found if isinstance(one, nodes.Inline))
            order = dict.fromkeys(name for name in calls if name in by_id)
            self._called[scope] = {name: by_id[name] for name in (*order, *by_id)}
        return self._called[scope]

    def close_notes(self) -> None:
        """Write the notes that close an article, in the order of their first calls.

        A note may hold the text of another, which comes after all at hand.
        """
        called = self.called(self.pending[0]) if self.pending else {}
        order = {id(note): place for place, note in enumerate(called.values())}
        while self.pending:
            notes, self.pending = self.pending, []
            for note in sorted(notes, key=lambda one: order[id(one)]):
                self.aside(note)

    def visit_footnote_reference(self, node: nodes.Element) -> None:
        element = self.open("a", node, href="#" + node["refid"], class_="note-call")
        self.semantic(element, "noteref", "doc-noteref")

    def depart_footnote_reference(self, node: nodes.Element) -> None:
        self.close()
        if self.profile.foot:
            note = self.called(node)[node["refid"]]
            if note["backrefs"][:1] == node["ids"]:
                self.waiting.append(note)
        if not self.in_note:
            while self.waiting:
                self.print_note(self.waiting.pop(0))

    def print_note(self, note: nodes.Element) -> None:
        """A note where it is called; those that it calls wait until it is closed."""
        self.in_note += 1
        self.open("span", note, class_="note")
        self.fill(note)
        self.close()
        self.in_note -= 1

    def visit_citation_reference(self, node: nodes.Element) -> None:
        element = self.open("a", node, href="#" + node["refid"], class_="citation-call")
        self.semantic(element, "noteref", "doc-noteref")
        element.text = "["

    def depart_citation_reference(self, node: nodes.Element) -> None:
        self.visit_Text(nodes.Text("]"))
        self.depart_footnote_reference(node)

    def fill(self, note: nodes.Element) -> None:
        """A note's number, which is the way back, in its first paragraph, and its text."""
        content = [child for child in note.children if not isinstance(child, nodes.label)]
        self.note = note
        if not content or not isinstance(content[0], nodes.paragraph):
            self.number()
        for child in content:
            self.walk(child)

    def number(self) -> None:
        """The number of the note at hand, linked to its first call; then links to its others."""
        note, self.note = self.note, None
        assert note is not None
        label = note[0].astext() if isinstance(note[0], nodes.label) else "*"
        calls = list(note["backrefs"])
        if not calls:
            self.open("span", class_="note-number").text = label
            self.close()
        for count, call in enumerate(calls[:1] if self.profile.foot else calls, 1):
            first = count == 1
            back = self.open("a", href="#" + call, class_="note-number" if first else "note-back")
            back.text = label if first else "↑"
            if not self.profile.foot:
                place = label if len(calls) == 1 else f"{label} ({count})"
                back.set("aria-label", f"{self.words.back} {place}")
            self.semantic(back, "backlink", "doc-backlink")
            self.close()
            back.tail = " "
        self.stack[-1][-1].tail = " "

    def visit_footnote(self, node: nodes.Element) -> None:
        if not node["backrefs"]:
            self.aside(node)
        elif not self.profile.foot:
            self.pending.append(node)
        raise nodes.SkipNode

    visit_citation = visit_footnote

    def aside(self, note: nodes.Element) -> None:
        """A note as a block of its own; one that nothing calls belongs to the text."""
        element = self.open("aside", note, class_="note")
        if note["backrefs"]:
            self.semantic(element, "footnote", "doc-footnote")
        else:
            element.set("role", "note")
        self.fill(note)
        self.close()

    def visit_label(self, node: nodes.label) -> None:
        raise nodes.SkipNode


def _elements(scope: nodes.Element) -> Iterator[nodes.Element]:
    """An element and all within it, in document order: ``findall``, which asks at every level."""
    waiting = [scope]
    while waiting:
        yield (one := waiting.pop())
        waiting += [part for part in reversed(one.children) if isinstance(part, nodes.Element)]
