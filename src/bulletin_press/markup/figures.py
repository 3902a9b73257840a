"""Figures: pictures, their captions and legends."""

from __future__ import annotations

import re

from docutils import nodes
from lxml import etree

from bulletin_press.markup.writer import Writer

_WIDTH = re.compile(r"(\d+\.?\d*|\.\d+) ?(%|em|ex|px|in|cm|mm|pt|pc)?")


class Figures(Writer):
    """A figure has one caption, which holds its legend."""

    def visit_figure(self, node: nodes.figure) -> None:
        self.open("figure", node)

    def depart_figure(self, node: nodes.figure) -> None:
        """A chart has its numbers after it, where they take no room on a page."""
        self.close()
        for image in node.findall(nodes.image):
            if "chart" in image and not self.profile.foot:
                from bulletin_press import charts

                details = self.open("details", class_="chart-data")
                summary = etree.SubElement(details, "summary")
                summary.text = self.words.data
                table = charts.data_table(image["chart"], self.leftward(image))
                details.append(table)
                self.close()
                if self.profile.epub:
                    _tie(self.stack[-1][-2], details, summary, table)

    def visit_legend(self, node: nodes.legend) -> None:
        """A legend belongs to the caption, of which HTML gives a figure one."""
        figure = self.stack[-1]
        found = figure.find("figcaption")
        self.stack.append(etree.SubElement(figure, "figcaption") if found is None else found)
        self.open("div", node, class_="legend")

    def depart_legend(self, node: nodes.legend) -> None:
        self.close()
        self.close()

    def visit_image(self, node: nodes.image) -> None:
        alt = "" if node.get("decorative") else " ".join(node.get("alt", "").split())
        element = self.open("img", node, src=self.profile.picture(node["uri"]), alt=alt)
        if node.get("decorative") or not (alt or self.profile.epub):
            element.set("role", "presentation")
        width = _WIDTH.fullmatch(str(node.get("width", "")))
        if width and width[2] == "%":
            element.set("style", f"width:{min(float(width[1]), 100):g}%")
        elif width:
            element.set("style", f"width:{float(width[1]):g}{width[2] or 'px'}")


def _tie(
    figure: etree._Element,
    details: etree._Element,
    summary: etree._Element,
    table: etree._Element,
) -> None:
    """Lead from a chart to its numbers, and name their table after the chart."""
    details.set("id", f"{figure.get('id')}-Data")
    summary.set("id", f"{figure.get('id')}-Data-Name")
    caption = figure.find("figcaption")
    names = [summary.get("id"), None if caption is None else caption.get("id")]
    table.set("aria-labelledby", " ".join(name for name in names if name))
    for picture in figure.iter("img"):
        picture.set("aria-details", details.get("id", ""))
