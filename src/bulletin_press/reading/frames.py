"""Tables for small screens: each in a frame of its own, and set smaller where it is too wide."""

from __future__ import annotations

import re

from lxml import etree

from bulletin_press.markup.tableheads import grid
from bulletin_press.page import element
from bulletin_press.reading import Page

# from what width on, in ems of a table's letters, a table is called so, each beside those before:
# wider than a telephone; that also at the size of dense tables; wider than a reading device of
# 6 inches at the size of crammed ones
_WIDE = ((24.0, "dense"), (28.5, "crammed"), (40.0, "broken"))
_LETTER, _GAP = 0.52, 0.7  # in ems: a letter's usual width, and what is between columns
_BREAKS = re.compile(r"[\s\u200b]+|(?<=[-‐–—/])(?=\w)")


def frame_tables(page: Page) -> None:
    """Put each table of ``page`` into a frame, which scrolls, also by keys, if it is too wide.

    A table whose words are too wide for a telephone gets the class ``dense`` and is set smaller;
    one too wide even so, also ``crammed``; one too wide for the page of any reading device, where
    nothing may scroll, also ``broken``: its words may be.
    """
    for table in list(page.body.iter("table")):
        parent = table.getparent()
        if parent is not None and not any(True for _ in table.iterancestors("table")):
            frame = element("div", class_="frame", role="group", tabindex="0")
            caption = table.find("caption")
            named = table.get("aria-labelledby")
            if name := named or (caption.get("id") if caption is not None else ""):
                frame.set("aria-labelledby", name)
            frame.tail, table.tail = table.tail, None
            parent.replace(table, frame)
            frame.append(table)
            wide = _least_width(table)
            added = [name for limit, name in _WIDE if wide > limit]
            if added:
                table.set("class", " ".join([*table.get("class", "").split(), *added]))


def _least_width(table: etree._Element) -> float:
    """About how narrow a table can be with no word broken, in ems."""
    columns: dict[int, int] = {}
    for cell, _, across in grid(row.iterchildren("th", "td") for row in table.iter("tr")):
        if len(across) > 1:
            continue
        text, column = "".join(map(str, cell.itertext())), across.start
        number = cell.tag == "td" and "number" in cell.get("class", "").split()
        words = [text.strip()] if number else _BREAKS.split(text)
        columns[column] = max(columns.get(column, 0), *map(len, words))
    return sum(columns.values()) * _LETTER + max(len(columns) - 1, 0) * _GAP
