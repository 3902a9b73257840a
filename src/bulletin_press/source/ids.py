"""Ids and numerals of articles and blocks: stable, the same in every edition."""

from __future__ import annotations

import re

from docutils import nodes

BLOCKS = (
    nodes.section, nodes.paragraph, nodes.footnote, nodes.citation, nodes.figure, nodes.table,
    nodes.caption, nodes.literal_block, nodes.line, nodes.term, nodes.attribution, nodes.rubric,
    nodes.title, nodes.image, nodes.entry, nodes.math_block,
)  # fmt: skip


def roman(number: int) -> str:
    """The Roman numeral of a number from 1 to 3999."""
    signs = (
        (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"),
        (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
    )  # fmt: skip
    out = ""
    for value, sign in signs:
        out += sign * (number // value)
        number %= value
    return out


def article_id(stem: str, position: int) -> str:
    """An article's id: its file's stem without leading number, letters outside ASCII spelled so.

    So it is the same wherever the article stands in the issue. Where nothing is left, the file's
    number serves, and without one the position in the issue.
    """
    slug = spelled(re.sub(r"^\d+[-_. ]*", "", stem))
    if slug and slug[0].isalpha():
        return slug
    number = re.match(r"\d+", stem)
    return f"article-{slug or (int(number[0]) if number else position)}"


def spelled(text: str) -> str:
    """Some words as a part of an address: small letters of ASCII, digits, single hyphens."""
    from anyascii import anyascii

    plain = anyascii(text.lower().replace("'", " ")).lower().replace("'", "")
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def assign(
    root: nodes.Element, parsed: nodes.document, article: str, taken: set[str]
) -> dict[str, tuple[str, ...]]:
    """Give every block of ``root`` its final id and rewrite what pointed to the old ones.

    An id is ``<article>-<label>`` for an explicit label, else ``<article>-<n>``, counted over the
    article's blocks. ``taken`` holds the ids of the issue and grows. Returns the final ids of each
    reference name of the parsed file, in docutils' normal form: one, but for a name that several
    places have.
    """
    for figure in root.findall(nodes.figure):
        _name_whole(figure)
    explicit = {
        parsed.nameids[name] for name, is_explicit in parsed.nametypes.items() if is_explicit
    }
    final: dict[str, str] = dict.fromkeys(parsed["ids"], article)
    shared: dict[str, list[str]] = {}
    count = notes = calls = 0
    for node in root.findall(nodes.Element):
        old = list(node["ids"])
        if node is root:
            final.update(dict.fromkeys(old, article))
            continue
        names = list(node["dupnames"])
        if isinstance(node, BLOCKS):
            count += 1
        elif not old:
            continue
        label = next((one for one in old if one in explicit), None)
        if isinstance(node, (nodes.footnote, nodes.citation)):
            notes += 1
            wanted = f"{article}-note-{notes}"
        elif isinstance(node, (nodes.footnote_reference, nodes.citation_reference)):
            calls += 1
            wanted = f"{article}-call-{calls}"
        elif label:
            wanted = f"{article}-{label}"
        elif isinstance(node, BLOCKS):
            wanted = f"{article}-{count}"
        else:
            calls += 1
            wanted = f"{article}-mark-{calls}"
        new = _free(wanted, taken)
        taken.add(new)
        node["ids"] = [new]
        final.update(dict.fromkeys(old, new))
        for name in names:
            shared.setdefault(name, []).append(new)
    for node in root.findall(nodes.Element):
        if node.get("refid") in final:
            node["refid"] = final[node["refid"]]
        if node.get("backrefs"):
            node["backrefs"] = [final[one] for one in node["backrefs"] if one in final]
        node["names"] = []
        node["dupnames"] = []
    single = {name: (final[old],) for name, old in parsed.nameids.items() if old in final}
    return single | {name: tuple(found) for name, found in shared.items() if name not in single}


def _name_whole(figure: nodes.figure) -> None:
    """Let a name that docutils gives to a figure's picture be the name of the whole figure."""
    for image in figure.findall(nodes.image):
        for key in ("ids", "names", "dupnames"):
            figure[key].extend(image[key])
            image[key] = []


def _free(wanted: str, taken: set[str]) -> str:
    name, more = wanted, 1
    while name in taken:
        more += 1
        name = f"{wanted}-{more}"
    return name
