"""Pictures in the text: figures, advertisements, the leader; each file is checked in its place."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import Directive, directives
from docutils.parsers.rst.directives import images

from bulletin_press.source.directives import figures
from bulletin_press.source.directives.matter import LEADER, is_in_place
from bulletin_press.source.directives.options import place, without
from bulletin_press.source.session import session_of

_COMMENT = re.compile(r"\.\.[ ]+(?!\[[^\]]+\]|_|__|\||[\w.+:-]+ ?::(?:\s|$))\S")
_NO_EFFECT = ("scale", "height", "align", "loading")


class _Picture(Directive):
    """What ``image`` and ``figure`` share, to stand before docutils' own class of each.

    The file is checked where the source names it, and each image gets its path relative to the
    publication, and whether it is decorative.
    """

    def run(self) -> list[nodes.Node]:
        uri = self.checked()
        if uri is None:
            return figures.stand_in(self)
        self.arguments[0] = uri
        decorative = self.options.pop("decorative", 0) is None
        found = list(super().run())
        for image in (one for node in found for one in node.findall(nodes.image)):
            image["uri"], image["decorative"] = uri, decorative
            link = image.parent
            if isinstance(link, nodes.reference):
                link.source, link.line = self.state_machine.get_source_and_line(self.lineno)
        return found

    def checked(self) -> str | None:
        """The picture's path relative to the publication; None after a report."""
        session = session_of(self.state.document)
        source, line = self.state_machine.get_source_and_line(self.lineno)
        where = session.place(source, line)
        name = "".join(self.arguments[0].split("\n")).strip()
        if "://" in name or name.startswith(("data:", "//")):
            session.report("S103", f"“{name[:80]}” is not a file of this publication", where)
            return None
        path = session.inside(source, name, where)
        if path is None:
            return None
        if fault := session.picture_fault(path):
            session.report("S118", f"“{name}” cannot be used: {fault}", where)
            return None
        return path.relative_to(session.root).as_posix()


def _width(value: str) -> str:
    """The option ``:width:``; raises ValueError for a width of nothing."""
    width = directives.length_or_percentage_or_unitless(value)
    if not float(re.sub(r"[^\d.]", "", width) or 0):
        raise ValueError("a width greater than 0 is needed, such as 50% or 8cm")
    return str(width)


class Image(_Picture, images.Image):
    """``.. image::`` with ``:decorative:``; the picture must lie inside the publication."""

    option_spec: ClassVar[dict[str, Any]] = {
        **without(images.Image.option_spec, *_NO_EFFECT),
        "width": _width,
        "decorative": directives.flag,
    }


class Figure(_Picture, images.Figure):
    """``.. figure::`` with ``:credit:``, ``:place: column|full`` and ``:decorative:``."""

    option_spec: ClassVar[dict[str, Any]] = {
        **without(images.Figure.option_spec, *_NO_EFFECT, "figwidth", "figclass"),
        "width": _width,
        "decorative": directives.flag,
        "credit": directives.unchanged_required,
        "place": place,
    }

    def run(self) -> list[nodes.Node]:
        credit = self.options.pop("credit", "")
        place = self.options.pop("place", "column")
        comments = self._comments()
        found = super().run()
        for figure in found:
            if isinstance(figure, nodes.figure):
                figure["classes"].append(f"place-{place}")
                if credit:
                    figures.add_credit(self, figure, credit)
        return [*comments, *found]

    def _comments(self) -> list[nodes.Node]:
        """The comments before the caption, taken out of the content; docutils would refuse them."""
        holder, lines, end = nodes.Element(), list(self.content), 0
        while True:
            below = range(end, len(lines))
            first = next((at for at in below if lines[at].strip()), len(lines))
            if first == len(lines) or not _COMMENT.match(lines[first]):
                break
            below = range(first + 1, len(lines))
            end = next((at for at in below if re.match(r"\S", lines[at])), len(lines))
        if end:
            self.state.nested_parse(self.content[:end], self.content_offset, holder)
            self.content.trim_start(end)
            self.content_offset += end
        return holder.children


class Advertisement(Figure):
    """``.. advertisement::``, a picture with ``:alt:``; across the page by default."""

    def run(self) -> list[nodes.Node]:
        self.options.setdefault("place", "full")
        return _marked(super().run(), self.name)


class Leader(Figure):
    """``.. leader::``, in issue.rst: the picture on page 1."""

    def run(self) -> list[nodes.Node]:
        if not is_in_place(self):
            return []
        found = _marked(super().run(), self.name)
        for figure in found:
            if isinstance(figure, nodes.figure):
                figure["matter"] = self.name
        return found


def _marked(found: list[nodes.Node], name: str) -> list[nodes.Node]:
    for figure in found:
        if isinstance(figure, nodes.figure):
            figure["classes"].append(name)
    return found


ILLUSTRATIONS: dict[str, type[Directive]] = {
    "advertisement": Advertisement,
    "figure": Figure,
    "image": Image,
    LEADER: Leader,
}
