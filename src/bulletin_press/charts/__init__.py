"""A chart of the tree becomes a picture, and a table of the same numbers."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from bulletin_press.charts import bars, lines
from bulletin_press.charts.sheet import Sheet
from bulletin_press.source.directives.charts import Chart
from bulletin_press.source.pictures import Picture


def draw(
    chart: Chart,
    values: Mapping[str, str],
    width: float,
    direction: str = "ltr",
    outlined: bool = False,
) -> Picture:
    """The chart as SVG, ``width`` CSS pixels wide, as high as it needs to be.

    ``values`` are the brand's variables (``styles.variables``); ``direction`` is ``ltr`` or
    ``rtl``. Text is 7.5 points high where a pixel of the picture is one of the page. ``outlined``
    draws its letters as shapes, for programs that have not the brand's faces at hand.
    """
    sheet = Sheet(width, values, direction, chart.text + "0123456789.,−\u202f", outlined)
    height = lines.draw(sheet, chart) if chart.kind == "line" else bars.draw(sheet, chart)
    return sheet.picture(height)


def data_table(chart: Chart, leftward: bool = False) -> etree._Element:
    """The chart's numbers as typed, in a ``table`` element with heads of rows and columns.

    ``leftward`` says that the words around it read from right to left, as numbers do not.
    """
    unit = f", {chart.unit}" if chart.unit else ""
    table = etree.Element("table")
    row = etree.SubElement(etree.SubElement(table, "thead"), "tr")
    etree.SubElement(row, "th", scope="col").text = chart.head
    for name, _ in chart.series:
        head = etree.SubElement(row, "th", scope="col")
        head.set("class", "number")
        head.text = name + unit
    body = etree.SubElement(table, "tbody")
    for category, cells in zip(chart.categories, chart.cells, strict=True):
        row = etree.SubElement(body, "tr")
        etree.SubElement(row, "th", scope="row").text = category
        for cell in cells:
            element = etree.SubElement(row, "td")
            element.set("class", "number")
            if leftward:
                element = etree.SubElement(element, "span", dir="ltr")
            element.text = cell
    return table
