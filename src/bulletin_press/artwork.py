"""Every picture that an issue shows, read from its file or drawn by the press, as safe bytes."""

from __future__ import annotations

from bulletin_press import charts, styles
from bulletin_press.issue import Issue
from bulletin_press.source import formulas, pictures
from bulletin_press.source.pictures import Picture

_PAGE, _GAP = 642.5, 24.6  # the width of the text, and between columns, in CSS pixels


def artwork(issue: Issue, width: float = 0) -> dict[str, Picture]:
    """The pictures of ``issue`` by the address that its tree gives them.

    An address is a path relative to the publication's folder, or a chart's name. Charts are drawn
    ``width`` CSS pixels wide, or, without it, as wide as their place on the page. Raises ValueError
    or OSError for a file that has changed since it was checked.
    """
    root = issue.publication.root
    found = {uri: pictures.load(root / uri) for uri in issue.pictures}
    if issue.charts:
        values = styles.variables(issue.publication)
        columns = issue.publication.design.columns
        for image in issue.charts:
            wide = "place-full" in image.parent["classes"]
            parts = 1 if wide else columns
            drawn = width or (_PAGE - _GAP * (parts - 1)) / parts
            found[image["uri"]] = charts.draw(image["chart"], values, drawn, issue.direction)
    return found


def drawn_formulas(issue: Issue, ink: str) -> dict[str, bytes]:
    """The formulas of ``issue`` as SVG in the colour ``ink``, by the address of each drawing."""
    return {
        formulas.address(tex, display): formulas.drawing(tex, display, ink).svg
        for tex, display in issue.formulas
    }
