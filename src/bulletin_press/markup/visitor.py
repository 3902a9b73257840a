"""The visitor whole: paragraphs, headings, lists and links beside what has a part of its own."""

from __future__ import annotations

from docutils import nodes

from bulletin_press.issue import list_number
from bulletin_press.markup.figures import Figures
from bulletin_press.markup.formulas import Formulas
from bulletin_press.markup.notes import Notes
from bulletin_press.markup.tables import Tables
from bulletin_press.source.directives.boxes import PAGE_BREAK
from bulletin_press.source.references import plain


class Visitor(Notes, Figures, Formulas, Tables):
    """Turns each node of the tree into its element; raises UnsupportedNodeError for others."""

    def visit_paragraph(self, node: nodes.paragraph) -> None:
        paragraph = self.open("p", node)
        if self.figure:
            paragraph.set("dir", "ltr")  # a minus stays before its number
        if self.note is not None:
            self.number()

    def visit_section(self, node: nodes.section) -> None:
        self.depth += 1
        if not self.profile.flat:
            section = self.open("section", node)
            title = node[0]
            assert isinstance(title, nodes.Element)
            section.set("aria-labelledby", title["ids"][0])

    def depart_section(self, node: nodes.section) -> None:
        self.depth -= 1
        if not self.profile.flat:
            self.close()

    def visit_title(self, node: nodes.title) -> None:
        if isinstance(node.parent, nodes.table):
            self.open("caption", node)
        elif isinstance(node.parent, nodes.section):
            heading = self.open(f"h{min(self.depth, 6)}", node, data_bookmark=plain(node))
            if self.profile.flat:
                heading.set("id", node.parent["ids"][0])
        else:
            self.open("p", node, class_="box-title")

    def visit_container(self, node: nodes.container) -> None:
        """A group that may have a title; a hint on pages is for editions that have them."""
        if PAGE_BREAK in node["classes"] and not self.profile.foot:
            raise nodes.SkipNode
        group = self.open("div", node)
        if len(node) and isinstance(node[0], nodes.title):
            group.set("role", "group")
            group.set("aria-labelledby", node[0]["ids"][0])

    def visit_subtitle(self, node: nodes.subtitle) -> None:
        self.open("p", node, class_="box-subtitle")

    def visit_enumerated_list(self, node: nodes.enumerated_list) -> None:
        kinds = {"loweralpha": "a", "upperalpha": "A", "lowerroman": "i", "upperroman": "I"}
        element = self.open("ol", node)
        if node.get("enumtype") in kinds:
            element.set("type", kinds[node["enumtype"]])
        if "start" in node:
            element.set("start", str(node["start"]))
        if node.get("suffix") == ")":
            kind = "parentheses" if node.get("prefix") == "(" else "parenthesis"
            element.set("class", f"{element.get('class', '')} {kind}".strip())

    def visit_list_item(self, node: nodes.list_item) -> None:
        """An item says its number where the layout engine would count from 1, or not at all."""
        item = self.open("li", node)
        numbered = node.parent
        if self.profile.foot and isinstance(numbered, nodes.enumerated_list):
            number = int(numbered.get("start", 1)) + numbered.index(node)
            said = list_number(number, numbered["enumtype"])
            whole = f"{numbered['prefix']}{said}{numbered['suffix']}"
            if self.in_note:
                item.set("data-number", whole)
            else:
                item.set("style", f'list-style-type:"{whole} "')

    def visit_transition(self, node: nodes.transition) -> None:
        self.open("hr", node)

    def visit_reference(self, node: nodes.reference) -> None:
        address = self.profile.link(node["refid"]) if node.get("refid") else node.get("refuri", "")
        element = self.open("a", node, href=address)
        if "page" in node and self.profile.foot:
            before, after = {
                "after": (" (", ")"),
                "aside": (f"{self.words.comma} ", ""),
                "alone": ("", ""),
            }[node["page"]]
            element.set("class", f"{element.get('class', '')} page-reference".strip())
            element.set("data-page-before", f"{before}{self.words.page}\u00a0")
            element.set("data-page-after", after)
            if node["page"] == "alone":
                raise nodes.SkipChildren

    def visit_target(self, node: nodes.target) -> None:
        self.open("span", node)
