"""The rows of a table typed as data: which of them break it, or are filled up in silence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bulletin_press.problems import Location
from bulletin_press.source.session import Session

MAXIMUM_REPORTED = 20


def inspect(rows: Sequence[tuple[int, Location]], session: Session) -> None:
    """Report each row (S221) with other than the usual number of cells; in a tie, the first's."""
    counts = Counter(cells for cells, _ in rows if cells)
    if len(counts) < 2:
        return
    usual = max(counts, key=lambda cells: (counts[cells], cells == rows[0][0]))
    uneven = [row for row in rows if row[0] not in (0, usual)]
    for cells, where in uneven[:MAXIMUM_REPORTED]:
        message = f"the row has {cells} cells, the others have {usual}; empty ones are added"
        session.report("S221", message, where)


def broken(where: Location, session: Session) -> None:
    """Report the row (S123) at which the data cannot be read."""
    hint = "inside a quoted cell write two quotation marks for one"
    session.report("S123", "the quotation marks of this row cannot be read", where, hint)
