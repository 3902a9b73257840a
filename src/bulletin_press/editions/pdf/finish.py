"""What WeasyPrint does not write: page labels and the viewer's opening view."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bulletin_press.editions.pdf.composition import Composition
from bulletin_press.source.ids import roman


def page_labels(
    composition: Composition, pages: int, anchors: Mapping[str, int]
) -> tuple[str, ...]:
    """The label of every page, as its folio prints it.

    Where the cover counts, the pages are 1, 2, 3 …; else those before the first article are
    i, ii … and the first article begins on page 1.
    """
    front = 0 if composition.cover_counts else anchors.get(composition.opening, 1) - 1
    return tuple(
        roman(number).lower() if number <= front else str(number - front)
        for number in range(1, pages + 1)
    )


def finish(pdf: Any, labels: tuple[str, ...]) -> None:
    """Add page labels (ISO 32000-1 §12.4.2) and the opening view to a pydyf document."""
    import pydyf

    front = sum(not label.isdigit() for label in labels)
    numbers: list[Any] = []
    if front:
        numbers += [0, pydyf.Dictionary({"S": "/r"})]
    numbers += [front, pydyf.Dictionary({"S": "/D"})]
    pdf.catalog["PageLabels"] = pydyf.Dictionary({"Nums": pydyf.Array(numbers)})
    pdf.catalog["PageMode"] = "/UseOutlines"
