"""What one file gives the issue's tree: an article's section, or the parts beside the articles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from docutils import nodes

from bulletin_press.source import metadata
from bulletin_press.source.directives import matter
from bulletin_press.source.files import File
from bulletin_press.source.languages import Labels, labels
from bulletin_press.source.session import line_of

EDITORIAL = "editorial"


def parts(masthead: File, language: str) -> dict[str, nodes.container]:
    """The text of issue.rst itself in containers, by kind; no article's id ends with a hyphen."""
    found = matter.take(masthead.blocks, masthead.session)
    for part in found.values():
        part.parent.remove(part)
    contents = {
        kind: part.children
        for kind, part in found.items()
        if kind != matter.LEADER and part.children
    }
    if matter.LEADER in found:
        contents[matter.LEADER] = [found[matter.LEADER]]
    if editorial := [one for one in masthead.blocks if one not in found.values()]:
        contents[EDITORIAL] = editorial
    made = {kind: nodes.container("", *blocks, classes=[kind]) for kind, blocks in contents.items()}
    for kind, part in made.items():
        origin = found[kind] if kind in found else part.children[0]
        part.source, part.line = line_of(origin)
        matter.name(part.children, labels(language))
    return made


def section(file: File, name: str, numeral: str, group: str, words: Labels) -> nodes.section:
    """The article's section, made of a file's title, fields and blocks.

    ``group`` is the section of the contents in which the article before stands; ``words`` are
    those of the issue's language.
    """
    made = nodes.section(classes=["article"], ids=[name])
    made.source, made.line = file.path.as_posix(), 1
    title = file.title if file.title is not None else nodes.title("", name)
    if title.line is not None:
        made.line = title.line
    fields = file.fields
    people = metadata.authors(fields, file.session)
    made["numeral"] = numeral
    made["authors"] = tuple(one.name for one in people)
    made["affiliations"] = tuple(one.affiliation for one in people)
    made["keywords"] = fields["keywords"].value if "keywords" in fields else ()
    for key in ("errata", "formerly"):
        made[key] = fields[key].value if key in fields else ()
    made["group"] = file.group
    where = made.line
    if file.group and file.group != group:
        made += _line(file, "department", where, [nodes.Text(file.group)])
    if "kicker" in fields:
        made += _furniture(file, "kicker")
    made += title
    made.extend(_furniture(file, key) for key in ("standfirst", "summary") if key in fields)
    if "byline" in fields:
        made += _furniture(file, "byline")
    elif people:
        made += _line(file, "byline", fields["authors"].where.line, _names(people, words))
    made += file.blocks
    return made


def _furniture(file: File, key: str) -> nodes.paragraph:
    entry = file.fields[key]
    return _line(file, key, entry.where.line, entry.inline)


def _line(file: File, key: str, line: int, inline: Iterable[nodes.Node]) -> nodes.paragraph:
    made = nodes.paragraph("", "", *inline, classes=[key])
    made.source, made.line = file.path.as_posix(), line
    return made


def _names(people: Iterable[metadata.Author], words: Labels) -> Iterator[nodes.Node]:
    """Authors as the byline prints them, each with the body that the author belongs to."""
    for number, person in enumerate(people):
        yield nodes.Text((f"{words.semicolon} " if number else "") + person.name)
        if person.affiliation:
            text = f"{words.comma} {person.affiliation}"
            yield nodes.inline(text, text, classes=["affiliation"])
