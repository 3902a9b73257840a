"""Elements as mail programs know them: plain divisions, safe tables, no SVG and no MathML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy

from lxml import etree

from bulletin_press.editions.letter.pictures import SHEET, TEXT_SIZE, Shown
from bulletin_press.issue import list_number
from bulletin_press.markup import XML_LANG
from bulletin_press.page import element

_DIVISIONS = {
    "article": "article", "aside": "", "details": "", "figcaption": "figcaption",
    "figure": "figure", "footer": "attribution", "header": "", "main": "letter-text",
    "nav": "", "section": "", "summary": "chart-data-title",
}  # fmt: skip
_ROLES = {"main": "main", "nav": "navigation"}
_SHAPES = {"parentheses": "({}) ", "parenthesis": "{}) "}
_NARROW = 268.0  # what a column of text leaves on the narrowest telephone, in CSS pixels
_LETTER, _PADDING = 7.6, 12.0
_LABEL = 120


def adapted(body: etree._Element, pictures: Mapping[str, Shown], addresses: Mapping[str, str],
            direction: str) -> etree._Element:  # fmt: skip
    """A copy of a letter's ``body`` in elements and attributes that mail programs keep.

    ``pictures`` are those that can be shown, by their address in the body, ``addresses`` where the
    letter finds them; a picture without an address is left out for its words.
    """
    made = deepcopy(body)
    for part in list(made.iter(etree.Element)):
        if part.tag == "img":
            _picture(part, pictures, addresses)
    for table in list(made.iter("table")):
        _table(table)
    for numbered in made.iter("ol"):
        _numbers(numbered)
    for part in list(made.iter(etree.Element)):
        _divide(part)
        if part.tag == "pre" and not part.get("dir"):
            part.set("dir", "ltr")
    _trim(made)
    for part in made.iter(etree.Element):
        if _leftward(part, direction):
            _mark(part, "leftward")
    return made


def _mark(part: etree._Element, name: str) -> None:
    part.set("class", " ".join([*(part.get("class") or "").split(), name]))


def _leftward(part: etree._Element, direction: str) -> bool:
    given = (one.get("dir") for one in (part, *part.iterancestors()))
    return next((way for way in given if way), direction) == "rtl"


def _picture(
    part: etree._Element, pictures: Mapping[str, Shown], addresses: Mapping[str, str]
) -> None:
    """A picture with its address and both sides, or its words where it is not shown."""
    name, alt = part.get("src", ""), part.get("alt", "")
    formula = "math" in (part.get("class") or "").split()
    if name not in addresses:
        part.tag = "span"
        for key in ("src", "alt", "role", "style"):
            part.attrib.pop(key, "")
        part.text = alt
        if not formula:
            _mark(part, "left-out")
        return
    picture = pictures[name]
    style = part.get("style", "")
    share = re.fullmatch(r"width:([\d.]+)%", style)
    wide = min(picture.width, SHEET)
    if share:
        wide = min(SHEET * float(share[1]) / 100, picture.width)
    high = picture.height * wide / picture.width
    part.set("src", addresses[name])
    part.set("width", str(max(round(wide), 1)))
    part.set("height", str(max(round(high), 1)))
    if formula:
        depth = re.search(r"vertical-align:(-?[\d.]+)em", style)
        part.set("style", f"vertical-align:{round(float(depth[1]) * TEXT_SIZE) if depth else 0}px")
    else:
        part.attrib.pop("style", "")
        _mark(part, "picture drawing" if picture.drawn else "picture")
    if not alt:
        part.set("role", "presentation")


def _table(table: etree._Element) -> None:
    """A table too wide for a telephone gets a frame in which it scrolls.

    On a narrow screen it becomes a list there, each cell with the name of its head, unless cells
    go across rows or columns.
    """
    if _needed(table) <= _NARROW or next(table.iterancestors("table"), None) is not None:
        return
    rows = list(table.iter("tr"))
    heads = [row for head in table.iterchildren("thead") for row in head]
    caption = table.find("caption")
    frame = element("div", class_="frame", tabindex="0", role="group")
    frame.set("aria-label", _said(rows[0] if caption is None else caption)[:_LABEL])
    parent = table.getparent()
    assert parent is not None
    frame.tail, table.tail = table.tail, None
    parent.replace(table, frame)
    frame.append(table)
    spans = any(cell.get("colspan") or cell.get("rowspan") for row in rows for cell in row)
    if spans or len(heads) != 1 or any(table.iterdescendants("table")):
        return
    _mark(table, "stacked")
    names = [_said(cell) for cell in heads[0]]
    for row in rows:
        if row is heads[0]:
            continue
        for name, cell in list(zip(names, row, strict=False))[1:]:
            if name:
                label = element("span", text=f"{name}: ", class_="cell-label")
                label.set("aria-hidden", "true")
                _put_first(cell, label)


def _said(part: etree._Element) -> str:
    """The words of an element in one line."""
    return " ".join(" ".join(map(str, part.itertext())).split())


def _put_first(cell: etree._Element, label: etree._Element) -> None:
    """Put a label before the words of a cell, within its first paragraph if it has one."""
    home = cell[0] if len(cell) and cell[0].tag == "p" and not (cell.text or "").strip() else cell
    label.tail, home.text = home.text, None
    home.insert(0, label)


def _needed(table: etree._Element) -> float:
    """About how wide a table's columns are if no word of theirs is broken, in CSS pixels."""
    widest: dict[int, int] = {}
    for row in table.iter("tr"):
        at = 0
        for cell in row:
            span = int(cell.get("colspan", "1"))
            words = "".join(map(str, cell.itertext())).split()
            longest = max((len(word) for word in words), default=0)
            for column in range(at, at + span):
                widest[column] = max(widest.get(column, 0), -(-longest // span))
            at += span
    return sum(one * _LETTER + _PADDING for one in widest.values())


def _numbers(numbered: etree._Element) -> None:
    """Numbers between or before parentheses, for programs that know how to write them."""
    shapes = [one for one in (numbered.get("class") or "").split() if one in _SHAPES]
    kinds = {"a": "loweralpha", "A": "upperalpha", "i": "lowerroman", "I": "upperroman"}
    kind = kinds.get(numbered.get("type", ""), "arabic")
    for number, item in enumerate(numbered.iterchildren("li"), int(numbered.get("start", "1"))):
        if shapes:
            sign = _SHAPES[shapes[0]].format(list_number(number, kind))
            item.set("style", f'list-style-type:"{sign}"')


def _divide(part: etree._Element) -> None:
    """Name an element that mail programs drop as a division."""
    tag = str(part.tag)
    if tag == "mark":
        part.tag = "span"
        _mark(part, "mark")
    if tag not in _DIVISIONS:
        return
    kinds = (part.get("class") or "").split()
    part.tag = "p" if tag == "summary" else "div"
    if _DIVISIONS[tag] and "letter-foot" not in kinds:
        _mark(part, _DIVISIONS[tag])
    if tag in _ROLES:
        part.set("role", _ROLES[tag])
    if tag == "footer" and "letter-foot" in kinds:
        part.set("role", "contentinfo")
    elif tag == "header" and "opening" not in kinds:
        part.set("role", "banner")


def _trim(made: etree._Element) -> None:
    """Take away ids that nothing leads to, names by them, and languages said twice."""
    wanted = {part.get("href", "").removeprefix("#") for part in made.iter("a")}
    for part in made.iter(etree.Element):
        for key in (XML_LANG, "aria-labelledby"):  # some programs rename ids, but not in these
            part.attrib.pop(key, "")
        if part.get("id") and part.get("id") not in wanted:
            del part.attrib["id"]
