"""What the verbs around a mailing share: the issue that is meant, its database, their options."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bulletin_press import config
from bulletin_press.cli.office import database_of, publication_here, refused
from bulletin_press.cli.output import findings_of, finish, keeping
from bulletin_press.config import Publication
from bulletin_press.problems import ProblemsError

if TYPE_CHECKING:
    from bulletin_press.distribution.database import Database
    from bulletin_press.distribution.keys import Keys
    from bulletin_press.distribution.sending.ledger import Mailing
    from bulletin_press.distribution.sending.status import Standing

ERRATUM = click.option(
    "--erratum", type=click.IntRange(1), metavar="N",
    help="The issue's correction with this number, not the issue.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Desk:
    """An open database, and the issue that a verb is about: its id, its folder if it is there."""

    publication: Publication
    database: Database
    issue: str
    folder: Path | None

    def keys(self) -> Keys:
        """The keys of the list. Raises ProblemsError (D102) for others."""
        from bulletin_press.distribution import pairing

        return pairing.keys_of(self.publication, self.database)

    def find(self, erratum: int | None) -> Mailing | None:
        """The mailing of the issue, or of its erratum with this number; None if never begun."""
        from bulletin_press.distribution.sending import ledger

        kind = "erratum" if erratum else "issue"
        with self.database.read() as connection:
            return ledger.mailing(connection, self.issue, kind, erratum or 0)

    def mailing(self, erratum: int | None) -> Mailing:
        """The same; raises ProblemsError (D306) if it was never begun."""
        found = self.find(erratum)
        if found is None:
            what = f"the erratum {erratum} to {self.issue}" if erratum else self.issue
            raise refused("D306", f"{what} has not been sent", self.issue)
        return found

    def standing(self, mailing: Mailing) -> Standing:
        """How a mailing stands now."""
        from bulletin_press.distribution.sending import status

        with self.database.read() as connection:
            found = status.standings(connection, self.database.clock.now(), mailing.issue)
        return next(one for one in found if one.mailing.id == mailing.id)


@contextlib.contextmanager
def desk(name: str | None, form: str = "people", *, sources: bool = False) -> Iterator[Desk]:
    """The desk for an issue, an id or a folder; for the whole publication if ``name`` is None.

    With ``sources`` the issue's folder must be there. A translation stands for its original.
    Problems raised in the block are printed in ``form``, and end the program with their status.
    """
    folder = None
    try:
        publication, issue, folder = _meant(name, sources)
        with keeping(), database_of(publication) as database:
            yield Desk(publication, database, issue, folder)
    except ProblemsError as error:
        finish(findings_of(error.problems, folder), (), form, strict=False)


def _meant(name: str | None, sources: bool) -> tuple[Publication, str, Path | None]:
    from bulletin_press.dispatch.issues import original

    if name is None:
        return publication_here(), "", None
    here = Path.cwd()
    root = config.find_root(here)
    try:
        folder = original(name, here)
    except ProblemsError:
        if sources or root is None:
            raise
        return config.load(root), name, None
    return config.load(config.find_root(folder) or folder), folder.name, folder
