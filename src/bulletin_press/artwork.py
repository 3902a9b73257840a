"""Every picture that an issue shows, read from its file or drawn by the press, as safe bytes."""

from __future__ import annotations

from typing import Any

from docutils import nodes

from bulletin_press import kept, styles
from bulletin_press.issue import Issue
from bulletin_press.source import formulas, pictures
from bulletin_press.source.directives.charts import Chart
from bulletin_press.source.pictures import Picture


def artwork(
    issue: Issue, width: float, across: float = 0, outlined: bool = False
) -> dict[str, Picture]:
    """The pictures of ``issue`` by the address that its tree gives them.

    An address is a path relative to the publication's folder, or a chart's name. Charts are drawn
    ``width`` CSS pixels wide, those that go across the page ``across`` if it is given; ``outlined``
    as ``charts.draw`` has it. Raises ValueError or OSError for a file that has changed since it was
    checked.
    """
    root = issue.publication.root
    found = {uri: pictures.load(root / uri) for uri in issue.pictures}
    if issue.charts:
        values = styles.variables(issue.publication)
        for image in issue.charts:
            drawn = (across if _is_wide(image) else 0) or width
            found[image["uri"]] = _chart(image["chart"], values, drawn, issue.direction, outlined)
    return found


def _chart(chart: Chart, *look: Any) -> Picture:
    """A chart as ``charts.draw`` draws it for this ``look``; the same one is drawn once."""

    def drawn() -> bytes:
        from bulletin_press import charts

        return pictures.packed(charts.draw(chart, *look))

    return pictures.unpacked(kept.made(drawn, "charts", repr(chart), repr(look)))


def _is_wide(node: nodes.Element) -> bool:
    """Whether a node, or what it stands in, goes across the page."""
    above: nodes.Element | None = node
    while above is not None and "place-full" not in above["classes"]:
        above = above.parent
    return above is not None


def drawn_formulas(issue: Issue, ink: str) -> dict[str, bytes]:
    """The formulas of ``issue`` as SVG in the colour ``ink``, by the address of each drawing."""
    return {
        formulas.address(tex, display): formulas.drawing(tex, display, ink).svg
        for tex, display in issue.formulas
    }
