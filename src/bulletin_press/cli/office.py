"""What the verbs of delivery share: the open list, values of options, and their problems."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from bulletin_press import config
from bulletin_press.cli.output import finish
from bulletin_press.config import CONFIGURATION_FILE, Publication
from bulletin_press.problems import Location, Problem, ProblemsError, problem
from bulletin_press.report import Finding

if TYPE_CHECKING:
    from bulletin_press.distribution.database import Database
    from bulletin_press.distribution.keys import Keys

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def _moment(context: click.Context, option: click.Parameter, text: str | None) -> int | None:
    from bulletin_press.distribution.readers import spellings

    try:
        return None if text is None else spellings.moment(text)
    except ValueError as error:
        raise click.BadParameter(str(error), context, option) from error


CONSENT = click.option("--consent", metavar="TEXT", help="The words to which readers agreed.")
CONSENT_DATE = click.option(
    "--consent-date",
    "consent_at",
    metavar="DATE",
    callback=_moment,
    help="When they did, such as 2026-03-31.",
)
FILE = click.Path(dir_okay=False, path_type=Path)


class Office(NamedTuple):
    """A publication with its open list."""

    publication: Publication
    database: Database
    keys: Keys


def publication_here() -> Publication:
    """The publication around the current folder. Raises ProblemsError (C103) without one."""
    root = config.find_root(Path.cwd().resolve())
    if root is None:
        message = f"there is no {CONFIGURATION_FILE} in this folder or above it"
        hint = "go into the publication's folder"
        raise ProblemsError([problem("C103", message, Location(CONFIGURATION_FILE), hint)])
    return config.load(root)


@contextmanager
def opened() -> Iterator[Office]:
    """The list of the publication around the current folder, closed at the end.

    Problems that come up within are printed, and end the program with their exit status.
    """
    from bulletin_press.distribution import pairing

    with problems_printed():
        publication = publication_here()
        with database_of(publication) as database:
            yield Office(publication, database, pairing.keys_of(publication, database))


@contextmanager
def database_of(publication: Publication) -> Iterator[Database]:
    """The publication's database, closed at the end.

    Raises ProblemsError (D101) if it cannot be opened, or refuses anything within the block.
    """
    from sqlalchemy.exc import DBAPIError

    from bulletin_press.distribution.database import open_database, refusal

    database = open_database(publication)
    try:
        yield database
    except DBAPIError as error:
        raise refusal(error) from error
    finally:
        database.close()


@contextmanager
def problems_printed() -> Iterator[None]:
    """Print problems that come up within, and end the program with their exit status."""
    try:
        yield
    except ProblemsError as error:
        finish(findings(error.problems), (), "people", strict=False)


def findings(problems: Iterable[Problem]) -> list[Finding]:
    """Problems of files that were named on the command line."""
    return [Finding(Path.cwd(), one) for one in problems]


def refused(code: str, message: str, where: str, hint: str = "") -> ProblemsError:
    """A refusal of one sentence."""
    return ProblemsError([problem(code, message, Location(where), hint)])


def keep_safe(publication: Publication, target: Path) -> None:
    """Raise ProblemsError (D210) if writing to a file would destroy list, keys or bulletin.toml."""
    from bulletin_press.distribution.database import file_of

    own = [
        publication.root / CONFIGURATION_FILE,
        publication.root / publication.delivery.secret_file,
    ]
    if listed := file_of(publication):
        own += [listed.with_name(listed.name + end) for end in ("", "-wal", "-shm", "-outcomes")]
    if target.resolve() in [one.resolve() for one in own]:
        message = f"{target.name} belongs to the publication, and is not written over"
        raise refused("D210", message, str(target))


def on_terminal() -> bool:
    """Whether a person looks at what goes to stdout."""
    return sys.stdout.isatty()
