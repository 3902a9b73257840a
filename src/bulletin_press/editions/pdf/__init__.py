"""The printed edition: a tagged PDF whose contents list is proved from its laid-out pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Protocol

from bulletin_press import styles
from bulletin_press.config import Limits
from bulletin_press.edition import Edition
from bulletin_press.editions.pdf import booklet, checks, evenness, shortcuts, standing, worker
from bulletin_press.editions.pdf.citation import cut
from bulletin_press.editions.pdf.composition import BACK_COVER, Composition, compose
from bulletin_press.editions.pdf.layout import Layout
from bulletin_press.editions.pdf.profiles import OFFPRINTS, PROFILES
from bulletin_press.issue import Article, Issue
from bulletin_press.pagination import PageStart, Pagination
from bulletin_press.problems import Location, Problem, ProblemsError, errors, problem

_PART_BY_PART = "leave out what your sheets add, part by part; if that is no help, report a bug"


@dataclass(frozen=True, slots=True)
class Printed:
    """The PDF with the pagination that came of it, and the warnings of its layout."""

    edition: Edition
    pagination: Pagination
    problems: tuple[Problem, ...]


class Pending(Protocol):
    """A layout that was begun."""

    def result(self) -> Layout:
        """The layout, once it is there. Raises worker.LayoutError."""

    def end(self) -> None:
        """Lay out no further."""


Begin = Callable[[Composition, Limits], Pending]


def plainly(composition: Composition, limits: Limits) -> Pending:
    """Begin a layout in which the engine takes no shortcuts."""
    return worker.Running(composition, limits, plain=True)


class Begun:
    """Pages that are being laid out, in another process unless they are kept."""

    def __init__(
        self, issue: Issue, draft: bool, composition: Composition, begin: Begin | None = None
    ) -> None:
        self._issue, self._draft, self._composition = issue, draft, composition
        self._is_plain, self._keeps = begin is plainly, begin is None
        self._name = standing.key(composition) if self._keeps else ()
        self._layout = standing.found(self._name) if self._keeps else None
        self._running: Pending | None = None
        if not self._layout:
            self._running = (begin or worker.Running)(composition, issue.publication.limits)

    def laid_out(self) -> tuple[Layout, tuple[Problem, ...]]:
        """The layout and its warnings, once it is done. Raises ProblemsError for its errors."""
        issue, composition, layout = self._issue, self._composition, self._layout
        if self._running:
            try:
                layout = self._running.result()
            except worker.LimitError as error:
                where = issue.place(issue.document)
                raise ProblemsError([problem("L102", str(error), where)]) from error
            except worker.LayoutError as error:
                if not (own := styles.own(issue.publication, composition.setting.sheets)):
                    raise
                message = f"the layout engine fails: {str(error).splitlines()[-1][:200]}"
                where = Location(f"styles/{own[-1]}")
                raise ProblemsError([problem("L103", message, where, _PART_BY_PART)]) from error
            if self._keeps:
                standing.keep(self._name, layout)
        assert layout
        problems = (*self._unlike(), *checks.check(issue, layout, composition.sheet))
        if errors(problems) and not self._draft:
            raise ProblemsError(problems)
        return layout, problems

    def _unlike(self) -> tuple[Problem, ...]:
        """Warnings where the engine is not the one that replacements of its parts were made for."""
        strange = () if self._is_plain else shortcuts.strange()
        hindrances = evenness.hindrances() if self._composition.even else ()
        found = {
            "L115": (strange, "the engine takes no shortcuts, which were made for other files"),
            "L116": (
                hindrances,
                "lines are broken one by one, since files of the engine are others",
            ),
        }
        where = self._issue.place(self._issue.document)
        return tuple(
            problem(code, f"{words}: {', '.join(names)}", where)
            for code, (names, words) in found.items()
            if names
        )

    def end(self) -> None:
        """Lay out no further."""
        if self._running:
            self._running.end()


class Printing(Begun):
    """The PDF of an issue in the making; for the rest see ``render``."""

    def __init__(
        self, issue: Issue, draft: bool = False, profile: str = "screen", begin: Begin | None = None
    ) -> None:
        self._setting = PROFILES[profile]
        super().__init__(issue, draft, compose(issue, draft, self._setting), begin)

    def printed(self) -> Printed:
        """The PDF, once its pages are laid out; to be asked for once."""
        setting, issue = self._setting, self._issue
        layout, problems = self.laid_out()
        starts = zip(layout.labels, layout.starts, strict=True)
        pagination = Pagination(
            tuple(PageStart(label, *start) for label, start in starts),
            {name: layout.labels[page - 1] for name, page in layout.anchors.items()},
            sha256(layout.pdf).hexdigest(),
        )
        made = layout.pdf
        if setting.imposed:
            made = booklet.impose(
                made,
                layout.labels,
                back_cover=BACK_COVER in layout.anchors,
                leftward=issue.direction == "rtl",
            )
        more, beside = setting.examine(issue, self._composition, layout.labels, made)
        if errors(more) and not self._draft:
            raise ProblemsError((*problems, *more))
        files = {f"{issue.stem}{setting.suffix}.pdf": made, **beside}
        edition = Edition("pdf", "application/pdf", files)
        return Printed(edition, pagination, (*problems, *more))


def render(
    issue: Issue, draft: bool = False, profile: str = "screen", begin: Begin | None = None
) -> Printed:
    """Lay out ``issue``; ``draft`` heads every page DRAFT and lets layout problems pass.

    ``profile`` is one of ``profiles.PROFILES``: for whom it is laid out. ``begin`` does it.
    Raises ProblemsError with L- and E-codes if a promise of the layout does not hold.
    """
    return Printing(issue, draft, profile, begin).printed()


def offprints(issue: Issue, articles: Iterable[Article]) -> tuple[Edition, tuple[Problem, ...]]:
    """A PDF of each article, named by its id, cut from the issue as ``render`` lays it out.

    Beside them the warnings of the layout. Raises ProblemsError as ``render`` does, and with E108
    for a citation that has no room.
    """
    composition = compose(issue, setting=OFFPRINTS)
    cuts = tuple(cut(issue, article, composition.sheet) for article in articles)
    layout, problems = Begun(issue, False, replace(composition, cuts=cuts)).laid_out()
    crowded = [
        problem("E108", f"the citation has no room, on page {one.label} or at the end", where)
        for one in layout.offprints
        if one.crowded
        for where in (issue.place(one.article),)
    ]
    if crowded:
        raise ProblemsError([*problems, *crowded])
    files = {f"{one.article}.pdf": one.pdf for one in layout.offprints}
    return Edition("pdf", "application/pdf", files), problems
