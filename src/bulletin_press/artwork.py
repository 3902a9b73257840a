"""Every picture that an issue shows, read from its file or drawn by the press, as safe bytes."""

from __future__ import annotations

from docutils import nodes

from bulletin_press import charts, styles
from bulletin_press.config import PAGE_WIDTHS
from bulletin_press.issue import Issue
from bulletin_press.source import formulas, pictures
from bulletin_press.source.pictures import Picture

# in millimetres: what print.css leaves beside the text and between its columns
_MARGINS, _GAP = 40.0, 6.5
_PIXELS = 96 / 25.4


def artwork(issue: Issue, width: float = 0, outlined: bool = False) -> dict[str, Picture]:
    """The pictures of ``issue`` by the address that its tree gives them.

    An address is a path relative to the publication's folder, or a chart's name. Charts are drawn
    ``width`` CSS pixels wide, or, without it, as wide as their place on the page; ``outlined`` as
    ``charts.draw`` has it. Raises ValueError or OSError for a file that has changed since it was
    checked.
    """
    root = issue.publication.root
    found = {uri: pictures.load(root / uri) for uri in issue.pictures}
    if issue.charts:
        values = styles.variables(issue.publication)
        design = issue.publication.design
        for image in issue.charts:
            columns = 1 if _is_wide(image) else design.columns
            drawn = width or _column(design.page, columns)
            found[image["uri"]] = charts.draw(
                image["chart"], values, drawn, issue.direction, outlined
            )
    return found


def _is_wide(node: nodes.Element) -> bool:
    """Whether a node, or what it stands in, goes across the page."""
    above: nodes.Element | None = node
    while above is not None and "place-full" not in above["classes"]:
        above = above.parent
    return above is not None


def _column(page: str, columns: int) -> float:
    """The width in CSS pixels of one of some columns on a page."""
    text = PAGE_WIDTHS[page] - _MARGINS
    return (text - _GAP * (columns - 1)) / columns * _PIXELS


def drawn_formulas(issue: Issue, ink: str) -> dict[str, bytes]:
    """The formulas of ``issue`` as SVG in the colour ``ink``, by the address of each drawing."""
    return {
        formulas.address(tex, display): formulas.drawing(tex, display, ink).svg
        for tex, display in issue.formulas
    }
